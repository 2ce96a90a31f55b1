"""The derivatives of all operations: one row an operation.

Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), chapters 8 and 9; Giles, Collected matrix
derivative results for forward and reverse mode AD (2008).
"""

from __future__ import annotations

from gradcli.derive.ad import linear, pullbacks, tangents
from gradcli.derive.ad.derivative import Derivative, changed, mapped, no_closed_form, passed_back
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from gradcli.program.graph import Node


def of_sweep(sweep: Any, node: Node, adjoint: Node) -> None:
    """The reverse sweep itself pulls back operations that scalars share: it is loaded without this table."""
    getattr(sweep, node.op)(node, adjoint)


HALF = "(cumsum(eye(n), axis=0) - eye(n)/2)"
"""The lower triangle of ones with a halved diagonal: what a symmetric matrix is the sum of with its transpose."""

APART = "w = svdvals(x); o = w/w; f = 1/(o@(w**2).T - w**2@o.T + diag(o)) - diag(o)"
"""Reciprocal differences of the squared singular values, zero where a value meets itself."""

PAIR = "p = concat(concat(x, y, axis=1), concat(zeros(n, n), x, axis=1))"
"""The matrix of two rows of blocks whose exponential has the derivative of expm in its corner."""

DERIVATIVES: Mapping[str, Derivative] = {
    "sum": Derivative(of_sweep, tangents.terms, linear.terms),
    "product": Derivative(of_sweep, tangents.product, linear.product),
    "power": Derivative(of_sweep, tangents.power),
    "call": Derivative(of_sweep, tangents.call),
    "where": Derivative(of_sweep, tangents.where, linear.where),
    "abstract": Derivative(of_sweep, tangents.abstract),
    "scale": Derivative(pullbacks.scale, tangents.scale, linear.scale),
    "matmul": Derivative(pullbacks.matmul, tangents.matmul, linear.matmul),
    "transpose": Derivative("g.T", "d.T", "commutation(m, n)@j"),
    "inv": Derivative("-out.T@g@out.T", "-out@d@out"),
    "det": Derivative(pullbacks.det, "out*tr(inv(x)@d)"),
    "logdet": Derivative(pullbacks.logdet, "tr(inv(x)@d)"),
    "trace": Derivative(pullbacks.trace, "tr(d)"),
    "total": Derivative(pullbacks.total, "sum(d)"),
    "diag": Derivative(pullbacks.diag, tangents.diag, linear.diag),
    "diagonal": Derivative(pullbacks.diagonal, tangents.diagonal, linear.diagonal),
    "vec": Derivative(pullbacks.vec, "vec(d)", "j"),
    "kron": Derivative(pullbacks.kron, ("kron(d, y)", "kron(x, d)"), linear.kron),
    "kron_left": Derivative(pullbacks.kron_left, tangents.kron_block, linear.kron_block),
    "kron_right": Derivative(pullbacks.kron_right, tangents.kron_block, linear.kron_block),
    "cross": Derivative(
        ("cross(y, g)", "cross(g, x)"),
        ("cross(d, y)", "cross(x, d)"),
        (
            "[[0, y[2], -y[1]], [-y[2], 0, y[0]], [y[1], -y[0], 0]]@j",
            "[[0, -x[2], x[1]], [x[2], 0, -x[0]], [-x[1], x[0], 0]]@j",
        ),
    ),
    "norm": Derivative(pullbacks.norm, tangents.norm),
    "nuclear": Derivative("g*polar(x)", "sum(polar(x)*d)"),
    "spectral": Derivative("g*leftsv(x)@rightsv(x).T", "leftsv(x).T@d@rightsv(x)"),
    "polar": Derivative(pullbacks.polar, tangents.polar),
    "leftsv": Derivative(
        "s = norm(x, 2); v = rightsv(x); w = inv(s**2*(eye(m) + out@out.T) - x@x.T)@g - (out.T@g)/s**2*out;"
        "s*w@v.T + out@w.T@x",
        "s = norm(x, 2); v = rightsv(x);"
        "inv(s**2*(eye(m) + out@out.T) - x@x.T)@(s*d@v + x@d.T@out) - 2*(out.T@d@v)/s*out",
    ),
    "rightsv": Derivative(
        "s = norm(x, 2); u = leftsv(x); w = inv(s**2*(eye(n) + out@out.T) - x.T@x)@g - (out.T@g)/s**2*out;"
        "s*u@w.T + x@w@out.T",
        "s = norm(x, 2); u = leftsv(x);"
        "inv(s**2*(eye(n) + out@out.T) - x.T@x)@(s*d.T@u + x.T@d@out) - 2*(u.T@d@out)/s*out",
    ),
    "svdvals": Derivative("svdu(x)@diag(g)@svdv(x).T", "diag(svdu(x).T@d@svdv(x))"),
    "svdu": Derivative(
        f"{APART}; k = f*(out.T@g);out@(k + k.T)@diag(w)@svdv(x).T + (eye(m) - out@out.T)@g@diag(1/w)@svdv(x).T",
        f"{APART}; c = out.T@d@svdv(x);out@(f*(c@diag(w) + diag(w)@c.T)) + (eye(m) - out@out.T)@d@svdv(x)@diag(1/w)",
    ),
    "svdv": Derivative(
        f"{APART}; k = f*(out.T@g);svdu(x)@diag(w)@(k + k.T)@out.T + svdu(x)@diag(1/w)@g.T@(eye(n) - out@out.T)",
        f"{APART}; c = svdu(x).T@d@out;out@(f*(diag(w)@c + c.T@diag(w))) + (eye(n) - out@out.T)@d.T@svdu(x)@diag(1/w)",
    ),
    "eigvalsh": Derivative("eigvecsh(x)@diag(g)@eigvecsh(x).T", "diag(eigvecsh(x).T@(d + d.T)@eigvecsh(x))/2"),
    "eigvecsh": Derivative(
        "w = eigvalsh(x); s = out@((1/(ones(n)@w.T - w@ones(n).T + eye(n)) - eye(n))*(out.T@g))@out.T; (s + s.T)/2",
        "w = eigvalsh(x); out@((1/(ones(n)@w.T - w@ones(n).T + eye(n)) - eye(n))*(out.T@(d + d.T)@out))/2",
    ),
    "pinv": Derivative(
        "-out.T@g@out.T + (eye(m) - x@out)@g.T@out@out.T + out.T@out@g.T@(eye(n) - out@x)",
        "-out@d@out + out@out.T@d.T@(eye(m) - x@out) + (eye(n) - out@x)@d.T@out.T@out",
    ),
    "expm": Derivative("expm_frechet(x.T, g)", "expm_frechet(x, d)"),
    "expm_frechet": Derivative(
        (
            f"{PAIR}; k = expm_frechet(p.T, concat(concat(zeros(n, n), g, axis=1), zeros(n, 2*n)));k[:n,:n] + k[n:,n:]",
            "expm_frechet(x.T, g)",
        ),
        (
            f"{PAIR}; expm_frechet(p, concat(concat(d, zeros(n, n), axis=1), concat(zeros(n, n), d, axis=1)))[:n,n:]",
            "expm_frechet(x, d)",
        ),
        (
            None,
            "p = concat(kron(eye(n), x), eye(n*n), axis=1); q = concat(zeros(n*n, n*n), kron(x.T, eye(n)), axis=1);"
            "expm(concat(p, q))[:n*n,n*n:]@j",
        ),
    ),
    "sqrtm": Derivative("sylvester(out.T, out.T, g)", "sylvester(out, out, d)"),
    "cholesky": Derivative(
        f"s = inv(out).T@({HALF}*(out.T@g))@inv(out); (s + s.T)/2",
        f"out@({HALF}*(inv(out)@(d + d.T)@inv(out).T))/2",
    ),
    "sylvester": Derivative(
        ("-sylvester(x.T, y.T, g)@out.T", "-out.T@sylvester(x.T, y.T, g)", "sylvester(x.T, y.T, g)"),
        ("-sylvester(x, y, d@out)", "-sylvester(x, y, out@d)", "sylvester(x, y, d)"),
        (None, None, "inv(kron(eye(p), x) + kron(y.T, eye(m)))@j"),
    ),
    "lse": Derivative(pullbacks.lse, tangents.lse),
    "softmax": Derivative(pullbacks.softmax, tangents.softmax),
    "prod": Derivative(pullbacks.prod, tangents.prod),
    "extreme": Derivative(pullbacks.extreme, tangents.extreme),
    "cumsum": Derivative(pullbacks.cumsum, tangents.cumsum, linear.cumsum),
    "pick": Derivative(pullbacks.pick, tangents.pick, linear.pick),
    "concat": Derivative(pullbacks.concat, tangents.concat, linear.concat),
}
"""Operation -> its derivative."""


def row_of(node: Node) -> Derivative:
    """The row of a node's operation.

    Errors: `no-closed-form` for an operation that has no derivative in operations of arrays.
    """
    found = DERIVATIVES.get(node.op)
    if found is None:
        raise no_closed_form(f"the derivative of {node.op}")
    return found


def pulled_back(sweep: Any, node: Node, adjoint: Node) -> None:
    """Pass the adjoint of a node on to its arguments."""
    rule = row_of(node).pullback
    if isinstance(rule, str | tuple):
        passed_back(sweep, rule, node, adjoint)
    else:
        rule(sweep, node, adjoint)


def pushed_forward(sweep: Any, node: Node) -> Node:
    """The tangent of a node from those of its arguments."""
    rule = row_of(node).tangent
    return changed(sweep, rule, node) if isinstance(rule, str | tuple) else rule(sweep, node)


def linear_map(sweep: Any, node: Node) -> Node:
    """M with vec(node) = M vec(dX), for a node that is linear in dX."""
    if node.op == "variable":
        return linear.variable(sweep, node)
    rule = row_of(node).linear
    if rule is None:
        raise no_closed_form("this Jacobian")
    return mapped(sweep, rule, node) if isinstance(rule, str | tuple) else rule(sweep, node)
