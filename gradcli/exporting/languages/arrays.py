"""NumPy, JAX and PyTorch: arrays, entry by entry."""

from __future__ import annotations

from gradcli.exporting.languages.language import INFIX, Form, Language, names_of, returning
from gradcli.exporting.languages.scripts import PYTHON, PYTHON_KEYWORDS

NUMPY_NAMES = (
    "exp expm1 exp2 log log2 log10 log1p logaddexp sqrt cbrt hypot abs sign floor ceil sin cos tan asin=arcsin"
)
NUMPY_NAMES += " acos=arccos atan=arctan atan2=arctan2 sinh cosh tanh asinh=arcsinh acosh=arccosh atanh=arctanh"
NUMPY_NAMES += " max=maximum min=minimum"

SPECIAL = ("erf", "erfc", "gamma", "lgamma")
"""What NumPy leaves to Python's math module, one number at a time."""

MATH_BY_ENTRY = tuple(f"math_{name}" for name in SPECIAL)

BY_ENTRY = "\nmath_{0} = np.vectorize(math.{0}, otypes=[float])\n"

QUIET_BY_ENTRY = '''

def quiet_{0}(number):
    """math.{0} as float64 has it: inf beyond 1.8e308, nan at poles."""
    try:
        return math.{0}(number)
    except OverflowError:
        return math.copysign(math.inf, number)
    except ValueError:
        return math.nan


math_{0} = np.vectorize(quiet_{0}, otypes=[float])
'''

FORMS = returning("def {f}({params}):", "    return {}", "entries([{}], {like})", value="entries({}, {like})")

ENTRIES = '''
def entries(parts, *inputs):
    """The parts as one array: the shape of the nested lists first, then that of the inputs."""
    if isinstance(parts, list):
        return {np}.stack([entries(part, *inputs) for part in parts])
    return {np}.broadcast_arrays({np}.asarray(parts, dtype=float), *inputs)[0].copy()
'''


def with_opening(line: str) -> dict[str, Form]:
    """The forms with a first line that makes arrays of the arguments."""
    return {key: form._replace(opening=f"{form.opening}\n    {line}") for key, form in FORMS.items()}


def operators(library: str, power: str) -> dict[str, str]:
    """Python's operators, and conditions entry by entry."""
    return {
        **INFIX,
        "power": power,
        "select": library + ".where({0}, {1}, {2})",
        **{name: f"{library}.logical_{name}({{0}}, {{1}})" for name in ("and", "or")},
        "not": library + ".logical_not({0})",
    }


NUMPY = PYTHON._replace(
    list_brackets=("[", "]"),
    lonely="",
    name="numpy",
    title="NumPy: numbers, or arrays entry by entry",
    functions={
        **names_of(NUMPY_NAMES, "np.{}"),
        **names_of(" ".join(SPECIAL), "math_{}"),
    },
    operators=operators("np", "np.power({0}, {1})"),
    forms=with_opening("{names}, = map(np.float64, ({names},))"),
    attempt="",
    keywords=PYTHON_KEYWORDS
    | frozenset(["np", "entries", "isinstance", "list", "map", "quiet_gamma", "quiet_lgamma", *MATH_BY_ENTRY]),
    infinity="np.inf",
    nan="np.nan",
    lazy=False,
    preamble="import numpy as np\n",
    support={
        "math_": "import math\n",
        **{f"math_{name}": BY_ENTRY.format(name) for name in ("erf", "erfc")},
        **{f"math_{name}": QUIET_BY_ENTRY.format(name) for name in ("gamma", "lgamma")},
        "entries(": ENTRIES.replace("{np}", "np"),
    },
    decorate='@np.errstate(all="ignore")\n',
    notes=("Outside of its domain the value is nan.",),
)

JAX_SPECIAL = "erf erfc lgamma=gammaln digamma"
"""Its gamma, erfinv, expi and polygamma lose digits, or are wrong for negative numbers."""

JAX = NUMPY._replace(
    name="jax",
    title="JAX: numbers, or arrays entry by entry",
    functions={
        **names_of(NUMPY_NAMES, "jnp.{}"),
        **names_of(JAX_SPECIAL, "jsp.{}"),
    },
    forms=FORMS,
    operators=operators("jnp", "jnp.power({0}, {1})"),
    keywords=PYTHON_KEYWORDS | frozenset(["jnp", "jax", "jsp", "entries", "isinstance", "list", "self_test"]),
    infinity="jnp.inf",
    nan="jnp.nan",
    preamble="import jax\nimport jax.numpy as jnp\nfrom jax.scipy import special as jsp\n\n"
    'jax.config.update("jax_enable_x64", True)  # else JAX calculates with 7 digits\n',
    support={"entries(": ENTRIES.replace("{np}", "jnp").replace(".copy()", "")},
    decorate="@jax.jit\n",
)

TORCH_NAMES = "exp expm1 exp2 log log2 log10 log1p logaddexp sqrt hypot abs sign floor ceil sin cos tan asin acos atan"
TORCH_NAMES += " atan2 sinh cosh tanh asinh acosh atanh max=maximum min=minimum erf erfc erfinv lgamma digamma"

TORCH_ENTRIES = '''
def entries(parts, *inputs):
    """The parts as one tensor: the shape of the nested lists first, then that of the inputs."""
    if isinstance(parts, list):
        return torch.stack([entries(part, *inputs) for part in parts])
    return torch.broadcast_tensors(torch.as_tensor(parts, dtype=inputs[0].dtype), *inputs)[0].clone()


def tensors(*inputs):
    """Numbers as tensors of float64; tensors as they are."""
    return tuple(x if torch.is_tensor(x) else torch.as_tensor(x, dtype=torch.float64) for x in inputs)
'''

TORCH = NUMPY._replace(
    name="torch",
    title="PyTorch: tensors entry by entry",
    functions=names_of(TORCH_NAMES, "torch.{}"),
    operators=operators("torch", "torch.pow({0}, {1})"),
    keywords=PYTHON_KEYWORDS | frozenset(["torch", "entries", "tensors", "isinstance", "list", "tuple", "self_test"]),
    infinity='float("inf")',
    nan='float("nan")',
    preamble="import torch\n",
    support={"entries(": TORCH_ENTRIES},
    decorate="",
    forms=with_opening("{names}, = tensors({names})"),
    tensor="torch.as_tensor({}, dtype=torch.float64)",
    tensor_calls=frozenset(("hypot", "atan2", "max", "min", "logaddexp", "select")),
)

ARRAY_LANGUAGES: tuple[Language, ...] = (NUMPY, JAX, TORCH)
