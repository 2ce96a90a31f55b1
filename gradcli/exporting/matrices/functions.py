"""Functions of whole matrices in NumPy, JAX and PyTorch: small functions that are written into the file that uses them.

Each text is the function's body for all three libraries; `{np}` is the library, `{nan}` its nan.
"""

from __future__ import annotations

FUNCTIONS = {
    "expm_frechet(": '''
def expm_frechet(matrix, direction):
    """The derivative of expm at the matrix along a direction."""
    size = matrix.shape[0]
    above = {np}.concatenate([matrix, direction], 1)
    below = {np}.concatenate([{np}.zeros_like(matrix), matrix], 1)
    return expm({np}.concatenate([above, below], 0))[:size, size:]
''',
    "expm(": '''
def expm(matrix):
    """The exponential of a matrix: Taylor's series of the matrix halved until it is small, squared back."""
    halvings = {np}.ceil({np}.log2({np}.abs(matrix).sum() + 0.125)) + 3
    part = matrix/2.0**halvings
    one = {np}.eye(matrix.shape[0], dtype=matrix.dtype)
    whole = one
    for order in range(14, 0, -1):
        whole = one + part @ whole/order
    for step in range(64):
        whole = {np}.where(halvings > step, whole @ whole, whole)
    return whole
''',
    "sqrtm(": '''
def sqrtm(matrix):
    """The principal square root, by the product form of Denman and Beavers' iteration."""
    one = {np}.eye(matrix.shape[0], dtype=matrix.dtype)
    root, product = matrix, matrix
    for _ in range(30):
        inverse = {np}.linalg.inv(product)
        root = root @ (one + inverse)/2
        product = (one + (product + inverse)/2)/2
    return root + sylvester(root, root, matrix - root @ root)
''',
    "polar(": '''
def polar(matrix):
    """U@V.T of the singular value decomposition."""
    left, values, right = {np}.linalg.svd(matrix, full_matrices=False)
    return left @ right
''',
    "leftsv(": '''
def leftsv(matrix):
    """The left singular vector of the greatest singular value, its greatest entry positive."""
    return svd_parts(matrix)[0][:, :1]
''',
    "rightsv(": '''
def rightsv(matrix):
    """The right singular vector of the greatest singular value."""
    return svd_parts(matrix)[2][:, :1]
''',
    "svdvals(": '''
def svdvals(matrix):
    """The singular values, the greatest first."""
    return svd_parts(matrix)[1]
''',
    "svdu(": '''
def svdu(matrix):
    """The left singular vectors, the greatest entry of each positive."""
    return svd_parts(matrix)[0]
''',
    "svdv(": '''
def svdv(matrix):
    """The right singular vectors."""
    return svd_parts(matrix)[2]
''',
    "svd_parts(": '''
def svd_parts(matrix):
    """U, the singular values as a column, V; the greatest entry of each column of U is positive."""
    left, values, right = {np}.linalg.svd(matrix, full_matrices=False)
    signs = signs_of(left)
    return left*signs, values.reshape(-1, 1), right.T*signs
''',
    "eigvecsh(": '''
def eigvecsh(matrix):
    """The eigenvectors of the symmetric part as columns, the greatest entry of each positive."""
    values, vectors = {np}.linalg.eigh((matrix + matrix.T)/2)
    return vectors*signs_of(vectors)
''',
    "signs_of(": '''
def signs_of(vectors):
    """The signs that make the greatest entry of each column positive."""
    places = {np}.abs(vectors).argmax(0)
    return {np}.sign(vectors[places, {np}.arange(vectors.shape[1])])
''',
    "eigvalsh(": '''
def eigvalsh(matrix):
    """The eigenvalues of the symmetric part, the least first."""
    return {np}.linalg.eigvalsh((matrix + matrix.T)/2).reshape(-1, 1)
''',
    "cholesky(": '''
def cholesky(matrix):
    """The lower triangle L with L@L.T = matrix; nan where there is none."""
    try:
        return {np}.linalg.cholesky((matrix + matrix.T)/2)
    except {error}:
        return {np}.full_like(matrix, {nan})
''',
    "sylvester(": '''
def sylvester(left, right, whole):
    """The X with left@X + X@right = whole."""
    rows, columns = whole.shape
    one, other = {np}.eye(rows, dtype=whole.dtype), {np}.eye(columns, dtype=whole.dtype)
    system = {np}.kron(other, left + 0*left) + {np}.kron(right.T + 0*right.T, one)
    return {np}.linalg.solve(system, whole.T.reshape(-1, 1)).reshape(columns, rows).T
''',
    "cross(": '''
def cross(left, right):
    """The vector product of two columns of 3 entries."""
    after = {np}.roll(left, -1, 0)*{np}.roll(right, 1, 0)
    return after - {np}.roll(left, 1, 0)*{np}.roll(right, -1, 0)
''',
    "blocks_left(": '''
def blocks_left(blocks, right):
    """The sum of each block times right, entry by entry, for blocks as large as right."""
    rows, columns = right.shape
    parts = blocks.reshape(blocks.shape[0]//rows, rows, blocks.shape[1]//columns, columns)
    return {np}.einsum("ipjq,pq->ij", parts, right)
''',
    "blocks_right(": '''
def blocks_right(blocks, left):
    """The sum of the blocks, each times its entry of left."""
    rows, columns = left.shape
    parts = blocks.reshape(rows, blocks.shape[0]//rows, columns, blocks.shape[1]//columns)
    return {np}.einsum("ipjq,ij->pq", parts, left)
''',
}
"""What is written above the functions that call it: later ones may be called by earlier ones."""

CALLS = {
    "nuclear": '{np}.linalg.norm({0}, "nuc")',
    "spectral": "{np}.linalg.norm({0}, 2)",
    "pinv": "{np}.linalg.pinv({0})",
    "cross": "cross({0}, {1})",
    "kron_left": "blocks_left({0}, {1})",
    "kron_right": "blocks_right({0}, {1})",
    **{name: f"{name}({{0}})" for name in ("polar", "leftsv", "rightsv", "svdvals", "svdu", "svdv", "eigvalsh")},
    **{name: f"{name}({{0}})" for name in ("eigvecsh", "expm", "sqrtm", "cholesky")},
    "expm_frechet": "expm_frechet({0}, {1})",
    "sylvester": "sylvester({0}, {1}, {2})",
}
"""Operation -> its call."""
