"""How other languages spell what this one has: rows by source, each a call and its reading in this language.

A row's call is its own example, which a test reads. Nothing is ever looked up in the libraries that are named here.
`from_module`: the spelling is read so only behind a module's name or as a method, because the name alone means
something else here. Codes of errors: none; see `foreign.calls`.
"""

from __future__ import annotations

from functools import cache

from gradcli.problems import Source
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind
from gradcli.text.stack import Stack
from gradcli.text.systems.rows import SPECIAL, SPECIAL_OF_MODULES, STATISTICS, WOLFRAM
from gradcli.text.tree import Binary, Call, Index, Name, Number, Slice, Transpose, Tree, Unary, postorder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final


class ForeignCall(NamedTuple):
    """`call` as another language writes it, and the same in this language. `source`: where it is usual."""

    source: str
    call: str
    reading: str
    from_module: bool = False


ARRAYS: Final = "NumPy, PyTorch, TensorFlow, JAX"
LIBRARIES: Final = "SciPy, PyTorch, TensorFlow, JAX, Keras, MATLAB, Julia"
SPELLINGS: Final[tuple[ForeignCall, ...]] = (
    *(ForeignCall(ARRAYS, call, reading) for call, reading in (
        ("square(x)", "x**2"), ("power(x, y)", "x**y"), ("float_power(x, y)", "x**y"), ("reciprocal(x)", "1/x"),
        ("negative(x)", "-x"), ("absolute(x)", "abs(x)"), ("fabs(x)", "abs(x)"), ("rsqrt(x)", "1/sqrt(x)"),
        ("multiply(x, y)", "x*y"), ("subtract(x, y)", "x-y"), ("divide(x, y)", "x/y"), ("true_divide(x, y)", "x/y"),
        ("matmul(x, y)", "x@y"), ("vdot(x, y)", "dot(x, y)"), ("inner(x, y)", "dot(x, y)"),
        ("tensordot(x, y, axes=1)", "x@y"), ("fmax(x, y)", "max(x, y)"), ("fmin(x, y)", "min(x, y)"),
        ("amax(x)", "max(x)"), ("amin(x)", "min(x)"), ("amax(x, axis)", "max(x, axis=axis)"),
        ("amin(x, axis)", "min(x, axis=axis)"), ("deg2rad(x)", "x*pi/180"), ("radians(x)", "x*pi/180"),
        ("rad2deg(x)", "x*180/pi"), ("degrees(x)", "x*180/pi"), ("diagonal(x)", "diag(x)"), ("inverse(x)", "inv(x)"),
        ("xlogy(x, y)", "x*log(y)"), ("xlog1py(x, y)", "x*log1p(y)"), ("entr(x)", "-x*log(x)"),
        ("rel_entr(x, y)", "x*log(x/y)"), ("relu6(x)", "min(max(x, 0), 6)"), ("hardtanh(x)", "clip(x, -1, 1)"),
        ("average(x)", "mean(x)"),
        ("reduce_sum(x)", "sum(x)"), ("reduce_mean(x)", "mean(x)"), ("reduce_max(x)", "max(x)"),
        ("reduce_min(x)", "min(x)"), ("reduce_prod(x)", "prod(x)"), ("reduce_logsumexp(x)", "logsumexp(x)"),
        ("reduce_sum(x, axis)", "sum(x, axis=axis)"), ("reduce_mean(x, axis)", "mean(x, axis=axis)"),
        ("reduce_max(x, axis)", "max(x, axis=axis)"), ("reduce_logsumexp(x, axis)", "logsumexp(x, axis=axis)"),
        ("clamp(x, min=a)", "max(x, a)"), ("clamp(x, max=b)", "min(x, b)"),
        ("clamp(x, min=a, max=b)", "clip(x, a, b)"),
        ("clip(x, min=a)", "max(x, a)"), ("clip(x, max=b)", "min(x, b)"), ("clip(x, min=a, max=b)", "clip(x, a, b)"),
        ("clip(x, a_min=a, a_max=b)", "clip(x, a, b)"), ("clip_by_value(x, a, b)", "clip(x, a, b)"),
        ("clamp_min(x, a)", "max(x, a)"), ("clamp_max(x, b)", "min(x, b)"),
        ("mse_loss(x, y)", "mean((x-y)**2)"), ("l1_loss(x, y)", "mean(abs(x-y))"),
        ("squared_difference(x, y)", "(x-y)**2"),
        ("binary_cross_entropy_with_logits(x, y)", "mean(softplus(x)-y*x)"),
        ("binary_cross_entropy(x, y)", "-mean(y*log(x)+(1-y)*log(1-x))"),
        ("sigmoid_cross_entropy_with_logits(labels=y, logits=x)", "softplus(x)-y*x"),
        ("huber_loss(x, y)", "mean(where(abs(x-y) < 1, (x-y)**2/2, abs(x-y)-1/2))"),
        ("smooth_l1_loss(x, y)", "mean(where(abs(x-y) < 1, (x-y)**2/2, abs(x-y)-1/2))"),
        ("cosine_similarity(x, y)", "dot(x, y)/(norm(x)*norm(y))"), ("float(x)", "x"),
        ("cosine_similarity(x, y, axis=a)", "dot(x, y)/(norm(x)*norm(y))"),
        ("huber_loss(x, y, delta=d)", "mean(where(abs(x-y) < d, (x-y)**2/2, d*(abs(x-y)-d/2)))"),
        ("smooth_l1_loss(x, y, beta=b)", "mean(where(abs(x-y) < b, (x-y)**2/(2*b), abs(x-y)-b/2))"),
        ("poisson_nll_loss(x, y)", "mean(exp(x)-y*x)"),
        ("soft_margin_loss(x, y)", "mean(log1p(exp(-y*x)))"),
        ("leaky_relu(x, negative_slope=a)", "leaky_relu(x, a)"), ("elu(x, alpha=a)", "elu(x, a)"),
        ("softplus(x, beta=b)", "softplus(b*x)/b"), ("celu(x)", "max(x, 0)+min(0, exp(x)-1)"),
        ("hardsigmoid(x)", "clip(x+3, 0, 6)/6"), ("hardswish(x)", "x*clip(x+3, 0, 6)/6"),
        ("softmax_cross_entropy_with_logits(labels=y, logits=x)", "-sum(y*log_softmax(x, axis=-1), axis=-1)"),
        ("mean_squared_error(x, y)", "mean((x-y)**2)"), ("mean_absolute_error(x, y)", "mean(abs(x-y))"),
        ("zeros_like(x)", "0*x"), ("ones_like(x)", "0*x+1"),
        ("vector_norm(x)", "norm(x)"), ("vector_norm(x, p)", "norm(x, p)"), ("matrix_norm(x)", "norm(x)"),
        ("btdtr(a, b, x)", "integral(t**(a-1)*(1-t)**(b-1), t, 0, x)/beta(a, b)"),
        ("softmin(x)", "softmax(-x)"), ("tanhshrink(x)", "x-tanh(x)"), ("softshrink(x)", "x-clip(x, -1/2, 1/2)"),
        ("softshrink(x, l)", "x-clip(x, -l, l)"), ("hardshrink(x)", "where(abs(x) > 1/2, x, 0)"),
        ("hardshrink(x, l)", "where(abs(x) > l, x, 0)"), ("prelu(x, a)", "leaky_relu(x, a)"),
        ("squareplus(x)", "(x+sqrt(x**2+4))/2"), ("logcosh(x)", "log(cosh(x))"),
        ("dawsn(x)", "sqrt(pi)*exp(-x**2)*erfi(x)/2"),
        ("gammaincc(a, x)", "uppergamma(a, x)/gamma(a)"), ("exp1(x)", "expint(1, x)"), ("ellipk(m)", "elliptick(m)"),
        ("ellipe(m)", "elliptice(m)"),
        ("fsum(x)", "sum(x)"), ("reduce_variance(x)", "var(x)"), ("reduce_std(x)", "std(x)"),
    )),
    *(ForeignCall("SciPy", call, reading, True) for call, reading in (
        ("pdf(x)", "exp(-x**2/2)/sqrt(2*pi)"), ("pdf(x, m, s)", "exp(-((x-m)/s)**2/2)/(s*sqrt(2*pi))"),
        ("pdf(x, loc=m, scale=s)", "exp(-((x-m)/s)**2/2)/(s*sqrt(2*pi))"),
        ("logpdf(x)", "-x**2/2-log(2*pi)/2"), ("logpdf(x, m, s)", "-((x-m)/s)**2/2-log(s)-log(2*pi)/2"),
        ("logpdf(x, loc=m, scale=s)", "-((x-m)/s)**2/2-log(s)-log(2*pi)/2"),
        ("cdf(x)", "(1+erf(x/sqrt(2)))/2"), ("cdf(x, m, s)", "(1+erf((x-m)/(s*sqrt(2))))/2"),
        ("cdf(x, loc=m, scale=s)", "(1+erf((x-m)/(s*sqrt(2))))/2"),
    )),
    *(ForeignCall(ARRAYS, call, reading, True) for call, reading in (
        ("dot(x, y)", "x@y"), ("mm(x, y)", "x@y"), ("mv(x, y)", "x@y"), ("add(x, y)", "x+y"), ("sub(x, y)", "x-y"),
        ("mul(x, y)", "x*y"), ("div(x, y)", "x/y"), ("neg(x)", "-x"), ("t(x)", "x.T"), ("transpose(x)", "x.T"),
        ("sinc(x)", "sin(pi*x)/(pi*x)"), ("psi(x)", "digamma(x)"), ("max(x, axis=a)", "max(x, axis=a)"),
        ("sum(x, axis)", "sum(x, axis=axis)"), ("mean(x, axis)", "mean(x, axis=axis)"),
        ("prod(x, axis)", "prod(x, axis=axis)"), ("cumsum(x, axis)", "cumsum(x, axis=axis)"),
        ("softmax(x, axis)", "softmax(x, axis=axis)"), ("log_softmax(x, axis)", "log_softmax(x, axis=axis)"),
        ("logsumexp(x, axis)", "logsumexp(x, axis=axis)"), ("item(x)", "x"), ("dist(x, y)", "norm(x-y)"),
        ("float32(x)", "x"), ("float64(x)", "x"), ("double(x)", "x"), ("diff(x)", "x[1:]-x[:-1]"),
        ("MSELoss(x, y)", "mean((x-y)**2)"), ("L1Loss(x, y)", "mean(abs(x-y))"),
        ("BCELoss(x, y)", "-mean(y*log(x)+(1-y)*log(1-x))"), ("BCEWithLogitsLoss(x, y)", "mean(softplus(x)-y*x)"),
        ("SmoothL1Loss(x, y)", "mean(where(abs(x-y) < 1, (x-y)**2/2, abs(x-y)-1/2))"),
        ("cumprod(x, axis)", "cumprod(x)"), ("logcumsumexp(x, axis)", "logcumsumexp(x)"),
         ("sort(x, axis)", "sort(x)"),
        *((f"{name}(y, x)", "sum((x[1:]-x[:-1])*(y[1:]+y[:-1]))/2") for name in ("trapz", "trapezoid")),
        *((f"{name}(y)", "sum(y[1:]+y[:-1])/2") for name in ("trapz", "trapezoid")),
        ("l2_loss(x)", "sum(x**2)/2"), ("mse(x, y)", "mean((x-y)**2)"), ("mae(x, y)", "mean(abs(x-y))"),
    )),
    *(ForeignCall("SymPy", call, reading) for call, reading in (
        ("Abs(x)", "abs(x)"), ("Max(x, y)", "max(x, y)"), ("Min(x, y)", "min(x, y)"), ("Max(x, y, z)", "max(x, y, z)"),
        ("Min(x, y, z)", "min(x, y, z)"), ("Rational(x, y)", "x/y"), ("Rational(x)", "x"), ("Integer(x)", "x"),
        ("Float(x)", "x"), ("root(x, n)", "x**(1/n)"), ("Pow(x, y)", "x**y"), ("Transpose(x)", "x.T"),
        ("betainc(a, b, x, y)", "integral(t**(a-1)*(1-t)**(b-1), t, x, y)"),
        ("betainc_regularized(a, b, x, y)", "integral(t**(a-1)*(1-t)**(b-1), t, x, y)/beta(a, b)"),
        ("Inverse(x)", "inv(x)"), ("Trace(x)", "tr(x)"), ("Determinant(x)", "det(x)"),
    )),
    *(ForeignCall("C", f"{name}f(x)", f"{name}(x)") for name in (
        "exp", "log", "sin", "cos", "tan", "tanh", "sqrt", "exp2", "expm1", "log1p", "log2", "log10", "cbrt", "asin",
        "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "erf", "erfc", "floor", "ceil", "lgamma")),
    *(ForeignCall("Fortran", f"{letter}{name}(x)", f"{name.lower()}(x)") for letter, names in
      (("d", ("exp", "log", "sin", "cos", "tan", "tanh", "sqrt", "abs")), ("D", ("EXP", "LOG", "SIN", "COS", "SQRT")))
      for name in names),
    *(ForeignCall("C, Fortran, Rust", call, reading) for call, reading in (
        ("powf(x, y)", "x**y"), ("atan2f(y, x)", "atan2(y, x)"), ("hypotf(x, y)", "hypot(x, y)"),
        ("powi(x, y)", "x**y"), ("fabsf(x)", "abs(x)"), ("fmaxf(x, y)", "max(x, y)"),
        ("fminf(x, y)", "min(x, y)"), ("ALOG(x)", "log(x)"),
    )),
    *(ForeignCall("C, Excel, calculators", call, reading) for call, reading in (
        ("pow(x, y)", "x**y"), ("log(x, b)", "log(x)/log(b)"), ("ln(x, b)", "log(x)/log(b)"), ("sqr(x)", "x**2"),
        ("cotan(x)", "cot(x)"), ("arcsine(x)", "asin(x)"), ("logn(x, b)", "log(x)/log(b)"),
        ("PRODUCT(x, y)", "x*y"), ("MOD(x, y)", "x-y*floor(x/y)"), ("mod(x, y)", "x-y*floor(x/y)"),
        ("If(c, a, b)", "where(c, a, b)"),
    )),
    *(ForeignCall("MATLAB", call, reading) for call, reading in (
        ("normcdf(x)", "(1+erf(x/sqrt(2)))/2"), ("normpdf(x)", "exp(-x**2/2)/sqrt(2*pi)"),
        ("normcdf(x, m, s)", "(1+erf((x-m)/(s*sqrt(2))))/2"),
        ("normpdf(x, m, s)", "exp(-((x-m)/s)**2/2)/(s*sqrt(2*pi))"),
    )),
    *(ForeignCall("SciPy, MATLAB, R, calculators", f"{name}(n, k)", "binomial(n, k)") for name in
      ("binom", "comb", "nchoosek", "choose", "nCr")),
    *(ForeignCall("R, Julia, Excel", call, reading) for call, reading in (
        ("ifelse(c, a, b)", "where(c, a, b)"), ("IF(c, a, b)", "where(c, a, b)"),
        ("iif(c, a, b)", "where(c, a, b)"), ("abs2(x)", "x**2"), ("crossprod(x, y)", "x.T@y"),
        ("crossprod(x)", "x.T@x"), ("dnorm(x, m, s)", "exp(-((x-m)/s)**2/2)/(s*sqrt(2*pi))"),
        ("dnorm(x, mean=m, sd=s)", "exp(-((x-m)/s)**2/2)/(s*sqrt(2*pi))"),
        ("pnorm(x, m, s)", "(1+erf((x-m)/(s*sqrt(2))))/2"),
        ("pnorm(x, mean=m, sd=s)", "(1+erf((x-m)/(s*sqrt(2))))/2"),
        ("MMULT(x, y)", "x@y"), ("SUMSQ(x)", "sum(x**2)"), ("SUMPRODUCT(x, y)", "sum(x*y)"), ("PI()", "pi"),
        ("MDETERM(x)", "det(x)"), ("MINVERSE(x)", "inv(x)"),
        ("SUMSQ(x, y)", "x**2+y**2"), ("dnorm(x)", "exp(-x**2/2)/sqrt(2*pi)"), ("pnorm(x)", "(1+erf(x/sqrt(2)))/2"),
        ("log(x, base=b)", "log(x)/log(b)"), ("piecewise(c, a, b)", "where(c, a, b)"), ("lb(x)", "log2(x)"),
    )),
    *(ForeignCall("R, MATLAB, Excel, Fortran, SciPy", call, reading) for call, reading in STATISTICS),
    *(ForeignCall(LIBRARIES, call, reading) for call, reading in SPECIAL),
    *(ForeignCall(LIBRARIES, call, reading, True) for call, reading in SPECIAL_OF_MODULES),
    *(ForeignCall("Wolfram's language", call, reading) for call, reading in WOLFRAM),
)  # fmt: skip

SPELLED: Final = frozenset(row.call.partition("(")[0] for row in SPELLINGS if not row.from_module)

CONSTANTS: Final = {
    "pi": "pi",
    "e": "e",
    "inf": "inf",
    "tau": "tau",
    "newaxis": "None",
    "PI": "pi",
    "E": "e",
    "Inf": "inf",
    "infty": "inf",
}
"""Constants behind a module's name."""

MODULES: Final = frozenset((
    "np", "numpy", "jnp", "jax", "torch", "tf", "tensorflow", "math", "Math", "scipy", "sp", "sympy", "sym", "special",
    "nn", "cp", "cupy", "anp", "onp", "autograd", "mpmath", "mp", "d2l", "npx", "paddle", "keras", "ops", "linalg",
    "stats", "cmath", "std", "mx", "xp", "lax", "functional", "F", "K", "st",
))  # fmt: skip
"""Names before a point that are modules, whatever is bound to them."""

LETTER_MODULES: Final = {
    "F": frozenset((
        "relu", "softmax", "log_softmax", "gelu", "sigmoid", "tanh", "softplus", "logsigmoid", "silu", "mish", "elu",
        "selu", "leaky_relu", "softsign", "relu6", "hardtanh", "mse_loss", "l1_loss", "binary_cross_entropy",
        "binary_cross_entropy_with_logits", "huber_loss", "smooth_l1_loss", "poisson_nll_loss", "soft_margin_loss",
        "cosine_similarity", "hardsigmoid", "hardswish", "celu", "normalize",
    )),
    "K": frozenset((
        "sum", "mean", "square", "exp", "log", "abs", "sqrt", "maximum", "minimum", "sigmoid", "dot", "max", "min",
        "prod", "std", "var", "logsumexp", "softmax", "relu", "tanh", "clip", "pow", "cumsum", "sign", "round",
    )),
}  # fmt: skip
"""Modules that are also names of matrices: what is read from them."""

INNER_MODULES: Final = frozenset((
    "linalg", "nn", "functional", "special", "stats", "numpy", "math", "scipy", "activations", "backend", "np", "lax",
    "ops", "losses", "keras", "metrics", "random",
))  # fmt: skip

METHODS: Final = frozenset((
    "sum", "mean", "prod", "max", "min", "dot", "exp", "log", "log1p", "expm1", "log2", "log10", "sqrt", "abs", "pow",
    "square", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "asin", "acos", "atan", "sigmoid", "relu",
    "softmax", "log_softmax", "logsumexp", "norm", "t", "transpose", "trace", "det", "logdet", "inverse", "inv",
    "matmul", "mm", "mv", "clip", "clamp", "cumsum", "diag", "diagonal", "reciprocal", "neg", "add", "sub", "mul",
    "div", "outer", "item", "float", "double", "sign", "erf", "lgamma", "digamma", "softplus", "rsqrt", "clamp_min",
    "clamp_max", "floor", "ceil", "absolute", "multiply", "divide", "subtract", "maximum", "minimum", "kron", "cross",
    "diff", "amax", "amin", "logit", "xlogy", "sinc", "powi", "powf", "reshape", "view", "flatten", "ravel",
    "unsqueeze", "permute", "swapaxes",
))  # fmt: skip
"""Functions that are read behind a point: `x.sum()` is sum(x)."""

SIZES: Final = frozenset(("len", "numel", "size", "nrow", "ncol"))
"""Functions that count the entries of an array; the last two also behind a point."""

AS_IT_IS: Final = frozenset(
    (
        "array",
        "tensor",
        "asarray",
        "Matrix",
        "ImmutableMatrix",
        "constant",
        "stack",
        "Variable",
        "Vector",
        "vector",
        "matrix",
    )
)
"""Calls that make an array of the list that they are given."""

JOINED: Final = frozenset(("concatenate", "cat", "vstack", "hstack", "column_stack", "row_stack"))
"""Calls that join the arrays of a list."""

ATTRIBUTES: Final = frozenset(("shape", "size", "mT", "H", "mH"))
"""What an array has behind a point besides functions."""

KEYWORDS: Final = {"dim": "axis", "keepdims": "", "keepdim": "", "keep_dims": "", "ord": "order", "p": "order"}
"""Names of arguments and what they are here: "" for what makes no difference, `order` for the second argument."""

DIVIDED_BY_N: Final = frozenset(("var", "std"))
"""NumPy divides by n, PyTorch by n - 1."""

DISTRIBUTIONS: Final = {
    "norm": "write exp(-x^2/2)/sqrt(2*pi) for the density, (1 + erf(x/sqrt(2)))/2 for the distribution"
}
"""Modules of distributions, and the hint at what of them is no function here."""

DENSITIES: Final = frozenset(("pdf", "cdf", "logpdf"))
"""What is asked of a distribution, behind its name."""


Reading = tuple[tuple[str, ...], dict[str, str], str, bool]


@cache
def readings() -> dict[str, list[Reading]]:
    """The table of spellings by name: parameters, keywords (word -> name in the reading), reading."""
    found: dict[str, list[Reading]] = {}
    for row in SPELLINGS:
        name, _, rest = row.call.partition("(")
        words = [word.strip() for word in rest.rstrip(")").split(",") if word.strip()]
        parameters = tuple(word.partition(" ")[0] for word in words if "=" not in word)
        keywords = dict(word.split("=", 1) for word in words if "=" in word)
        found.setdefault(name, []).append((parameters, keywords, row.reading, row.from_module))
    return found


@cache
def template(reading: str) -> Tree:
    """The tree of a row's reading."""
    return Stack.read_inner(Stack(kind.cut(Source("a row of the table", reading))))


def filled(pattern: Tree, values: Mapping[str, Tree], call: Call) -> Tree:
    """A template with the names replaced, in the place of the call."""
    start, end = call.start, call.end
    done: dict[int, Tree] = {}
    for tree in postorder(pattern):
        new: Tree
        if type(tree) is Name:
            new = values.get(tree.name) or Name(tree.name, start, end)
        elif type(tree) is Number:
            new = Number(tree.value, tree.decimal, start, end)
        elif type(tree) is Unary:
            new = Unary(tree.op, done[id(tree.operand)], start, end)
        elif type(tree) is Binary:
            new = Binary(tree.op, done[id(tree.left)], done[id(tree.right)], start, start, end)
        elif type(tree) is Transpose:
            new = Transpose(done[id(tree.operand)], start, end)
        elif type(tree) is Index:
            new = Index(done[id(tree.base)], tree.subscripts, start, end)
        elif type(tree) is Slice:
            new = tree
        elif type(tree) is Call:
            arguments = tuple(done[id(argument)] for argument in tree.arguments)
            words = tuple((word, done[id(value)]) for word, value in tree.keywords)
            new = Call(tree.function, arguments, words, call.name_end, start, end)
        else:
            raise TypeError(f"a template has no {type(tree).__name__}")
        done[id(tree)] = new
    return done[id(pattern)]
