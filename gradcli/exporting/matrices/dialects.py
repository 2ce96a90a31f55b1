"""How NumPy, JAX and PyTorch spell the operations of arrays."""

from __future__ import annotations

from gradcli.exporting.matrices.functions import FUNCTIONS
from gradcli.records import NamedTuple


class Dialect(NamedTuple):
    """What differs between the three libraries: texts with `{0}`, `{1}`; `{axis}` is 0, 1 or None."""

    module: str
    column: str
    flat: str
    scalar: str
    reduce: str
    lse: str
    softmax: str
    softmax_whole: str
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
    others: str
    cofactors: str
    inv: str
    solve: str


NUMPY = Dialect(
    module="np",
    column="np.asarray({0}, dtype=float).reshape(-1, 1)",
    flat="{0}.reshape(-1)",
    scalar="float({0})",
    reduce="np.{0}({1}, axis={axis}, keepdims={keep})",
    lse="logsumexp({0}, {axis})",
    softmax="softmax({0}, {axis})",
    softmax_whole="softmax({0})",
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
    others="products_of_others({0})",
    cofactors="cofactors({0})",
    inv="inverse({0})",
    solve="solution({0}, {1})",
)

JAX = Dialect(*(text.replace("np.", "jnp.") for text in NUMPY))._replace(module="jnp", scalar="{0}")
JAX = JAX._replace(diag="jnp.diag({0}.reshape(-1))", inv="jnp.linalg.inv({0})", solve="jnp.linalg.solve({0}, {1})")

TORCH = Dialect(
    module="torch",
    column="tensor({0}).reshape(-1, 1)",
    flat="{0}.reshape(-1)",
    scalar="{0}",
    reduce="torch.{0}({1}, dim={axis}, keepdim={keep})",
    lse="torch.logsumexp({0}, dim={axis}, keepdim=True)",
    softmax="torch.softmax({0}, dim={axis})",
    softmax_whole="softmax_of_all({0})",
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
    others="products_of_others({0})",
    cofactors="cofactors({0})",
    inv="inverse({0})",
    solve="solution({0}, {1})",
)

ERRORS = {"numpy": "np.linalg.LinAlgError", "torch": "torch.linalg.LinAlgError", "jax": "jnp.linalg.LinAlgError"}
"""What the libraries raise for a singular matrix (JAX does not)."""

DIALECTS = {"numpy": NUMPY, "jax": JAX, "torch": TORCH}

SUPPORT = {
    **FUNCTIONS,
    "length(": '''
def length(array):
    """The Frobenius norm; what is very large or small is scaled before it is squared."""
    top = {np}.max({np}.abs(array))
    far = ((top > 1e140) & (top < {inf})) | ((top < 1e-140) & (top > 0.0))
    scale = {np}.where(far, top, {np}.ones_like(top))
    return scale*{np}.linalg.norm(array/scale)
''',
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
    "softmax_of_all(": '''
def softmax_of_all(array):
    """exp(array)/sum(exp(array)) over all entries, without overflow."""
    return torch.softmax(array.reshape(-1), 0).reshape(array.shape)
''',
    "cofactors(": '''
def cofactors(matrix):
    """det(matrix)*inv(matrix).T, also where the matrix is singular."""
    left, values, right = {np}.linalg.svd(matrix)
    return {np}.linalg.det(left)*{np}.linalg.det(right)*((left*products_of_others(values)) @ right)
''',
    "products_of_others(": '''
def products_of_others(array):
    """At each entry the product of all others, also where some are zero."""
    flat = array.reshape(-1)
    one = {np}.ones_like(flat[:1])
    before = {np}.concatenate([one, {np}.cumprod(flat[:-1], 0)])
    after = {np}.concatenate([one, {np}.cumprod({np}.flip(flat, (0,))[:-1], 0)])
    return (before*{np}.flip(after, (0,))).reshape(array.shape)
''',
    "inverse(": '''
def inverse(matrix):
    """The inverse; nan for a singular matrix."""
    try:
        return {np}.linalg.inv(matrix)
    except {error}:
        return {np}.full_like(matrix, {nan})
''',
    "solution(": '''
def solution(matrix, right):
    """inv(matrix) @ right; nan for a singular matrix."""
    try:
        return {np}.linalg.solve(matrix, right)
    except {error}:
        return {np}.full_like(right, {nan})
''',
    "tensor(": '''
def tensor(values):
    """A tensor as it is; anything else as a tensor of float64."""
    return values if torch.is_tensor(values) else torch.as_tensor(values, dtype=torch.float64)
''',
}
