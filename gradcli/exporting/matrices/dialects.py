"""How NumPy, JAX and PyTorch spell the operations of arrays."""

from __future__ import annotations

from typing import NamedTuple


class Dialect(NamedTuple):
    """What differs between the three libraries: texts with `{0}`, `{1}`; `{axis}` is 0, 1 or None."""

    module: str
    column: str
    flat: str
    scalar: str
    reduce: str
    lse: str
    softmax: str
    slogdet: str
    eye: str
    full: str
    diag: str
    diagonal: str
    kron: str
    concat: str
    cumsum: str
    vec: str
    extreme: str


NUMPY = Dialect(
    module="np",
    column="np.asarray({0}, dtype=float).reshape(-1, 1)",
    flat="{0}.reshape(-1)",
    scalar="float({0})",
    reduce="np.{0}({1}, axis={axis}, keepdims={keep})",
    lse="logsumexp({0}, {axis})",
    softmax="softmax({0}, {axis})",
    slogdet="logdet({0})",
    eye="np.eye({0})",
    full="np.full(({0}, {1}), {2})",
    diag="np.diagflat({0})",
    diagonal="np.diagonal({0}).reshape(-1, 1)",
    kron="np.kron({0}, {1})",
    concat="np.concatenate([{0}], axis={axis})",
    cumsum="np.cumsum({0}, axis={axis})",
    vec="{0}.T.reshape(-1, 1)",
    extreme="np.{0}({1}, axis={axis}, keepdims={keep})",
)

JAX = Dialect(*(text.replace("np.", "jnp.") for text in NUMPY))._replace(module="jnp", scalar="{0}")
JAX = JAX._replace(diag="jnp.diag({0}.reshape(-1))")

TORCH = Dialect(
    module="torch",
    column="tensor({0}).reshape(-1, 1)",
    flat="{0}.reshape(-1)",
    scalar="{0}",
    reduce="torch.{0}({1}, dim={axis}, keepdim={keep})",
    lse="torch.logsumexp({0}, dim={axis}, keepdim=True)",
    softmax="torch.softmax({0}, dim={axis})",
    slogdet="logdet({0})",
    eye="torch.eye({0}, dtype=DTYPE)",
    full="torch.full(({0}, {1}), {2}, dtype=DTYPE)",
    diag="torch.diag({0}.reshape(-1))",
    diagonal="torch.diagonal({0}).reshape(-1, 1)",
    kron="torch.kron({0}.contiguous(), {1}.contiguous())",
    concat="torch.cat([{0}], dim={axis})",
    cumsum="torch.cumsum({0}, dim={axis})",
    vec="{0}.T.reshape(-1, 1)",
    extreme="torch.a{0}({1}, dim={axis}, keepdim={keep})",
)

DIALECTS = {"numpy": NUMPY, "jax": JAX, "torch": TORCH}

SUPPORT = {
    "logsumexp(": '''
def logsumexp(array, axis=None):
    """log(sum(exp(array))) without overflow."""
    top = {np}.max(array, axis=axis, keepdims=True)
    return top + {np}.log({np}.sum({np}.exp(array - top), axis=axis, keepdims=True))
''',
    "softmax(": '''
def softmax(array, axis=None):
    """exp(array)/sum(exp(array)) without overflow."""
    weights = {np}.exp(array - {np}.max(array, axis=axis, keepdims=True))
    return weights/{np}.sum(weights, axis=axis, keepdims=True)
''',
    "logdet(": '''
def logdet(matrix):
    """log(det(matrix)), nan where the determinant is not positive."""
    sign, size = {np}.linalg.slogdet(matrix)
    return {np}.where(sign > 0, size, {nan})
''',
    "tensor(": '''
def tensor(values):
    """A tensor as it is; anything else as a tensor of float64."""
    return values if torch.is_tensor(values) else torch.as_tensor(values, dtype=torch.float64)
''',
}
