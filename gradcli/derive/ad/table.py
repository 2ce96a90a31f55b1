"""The derivatives of all operations: one row an operation.

Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2019), chapters 8 and 9; Giles, Collected matrix
derivative results for forward and reverse mode AD (2008).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.ad import linear, pullbacks, tangents
from gradcli.derive.ad.derivative import Derivative, changed, mapped, passed_back

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.program.graph import Node


def of_sweep(sweep: Any, node: Node, adjoint: Node) -> None:
    """The reverse sweep itself pulls back operations that scalars share: it is loaded without this table."""
    getattr(sweep, node.op)(node, adjoint)


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
    "norm": Derivative(pullbacks.norm, tangents.norm),
    "polar": Derivative(pullbacks.polar, tangents.polar),
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
        raise pullbacks.no_closed_form(f"the derivative of {node.op}")
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
        raise pullbacks.no_closed_form("this Jacobian")
    return mapped(sweep, rule, node) if isinstance(rule, str | tuple) else rule(sweep, node)
