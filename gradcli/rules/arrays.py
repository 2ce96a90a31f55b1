"""The names of the functions of vectors and matrices, for messages, completions and `gradcli functions`."""

from __future__ import annotations

ARRAY_NAMES: dict[str, str] = {
    "dot":         "dot(x, y): the inner product of two vectors",
    "cross":       "cross(x, y): the vector product of two vectors of 3 entries",
    "outer":       "outer(x, y): the matrix of all products x[i]*y[j]",
    "kron":        "kron(A, B): the Kronecker product",
    "norm":        'norm(x): the length of a vector or the Frobenius norm; norm(x, 1 | 2 | inf | "fro" | "nuc")',
    "sum":         "sum(x): the sum of all entries; axis=0 down the columns, axis=1 along the rows",
    "prod":        "prod(x): the product of all entries; axis=0|1",
    "mean":        "mean(x): the mean of all entries; axis=0|1",
    "var":         "var(x): the variance of all entries, divided by n; axis=0|1",
    "std":         "std(x): the standard deviation of all entries, divided by n; axis=0|1",
    "max":         "max(x): the greatest entry; axis=0|1; max(x, y) is elementwise",
    "min":         "min(x): the least entry; axis=0|1; min(x, y) is elementwise",
    "logsumexp":   "logsumexp(x): log(sum(exp(x))) without overflow; axis=0|1",
    "softmax":     "softmax(x): exp(x)/sum(exp(x)); a matrix needs axis=0|1",
    "log_softmax": "log_softmax(x): log(softmax(x)) without underflow; a matrix needs axis=0|1",
    "cumsum":      "cumsum(x): the running sums; axis=0|1",
    "tr":          "tr(A): the sum of the diagonal",
    "trace":       "trace(A): the same as tr(A)",
    "det":         "det(A): the determinant",
    "logdet":      "logdet(A): log(det(A))",
    "inv":         "inv(A): the inverse matrix",
    "solve":       "solve(A, b): the x with A@x = b",
    "pinv":        "pinv(A): the Moore-Penrose inverse",
    "adj":         "adj(A): the adjugate, det(A)*inv(A)",
    "diag":        "diag(x): the diagonal matrix of a vector, the diagonal of a matrix",
    "vec":         "vec(A): the columns of A stacked into one",
    "commutation": "commutation(m, n): the matrix K with K@vec(A) = vec(A.T) for A of m rows and n columns",
    "transpose":   "transpose(A): the same as A.T",
    "eye":         "eye(n): the identity matrix",
    "zeros":       "zeros(n), zeros(m, n): an array of zeros",
    "ones":        "ones(n), ones(m, n): an array of ones",
    "concat":      "concat(x, y, ...): stacked downwards; axis=1 side by side",
}
"""Name -> how it is called and what it gives."""
