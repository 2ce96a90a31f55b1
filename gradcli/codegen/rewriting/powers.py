"""Powers u**v whose exponent is no number: products of several, and their slopes where u is 0."""

from __future__ import annotations

from gradcli.codegen.stable_forms import is_call
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Graph, Node


def with_limits_at_zero(graph: Graph, nodes: Sequence[Node]) -> list[Node]:
    """The nodes with u**v*log(u) as 0 where u is 0 and v positive: there u**v goes to 0 faster."""
    mapping: dict[Node, Node] = {}
    zero = scalars.number(graph, 0)
    for node in order(nodes):
        if node.op != "product":
            continue
        bases = [base.args[0] if is_call(base, "abs") else base for base, e in scalars.pairs(node) if e > 0]
        exponents = {base.args[0]: base.args[1] for base in bases if base.op == "power"}
        for base in node.args:
            if is_call(base, "log") and base.args[0] in exponents:
                conditions = [
                    scalars.compare(graph, "==", base.args[0], zero),
                    scalars.compare(graph, ">", exponents[base.args[0]], zero),
                ]
                mapping[node] = scalars.where(graph, scalars.logic(graph, "and", conditions), zero, node)
    return replace(graph, nodes, mapping) if mapping else list(nodes)


def joined(graph: Graph, node: Node) -> Node | None:
    """b**u·b**v as b**(u + v): the slope y·x**(y - 1)/x**y of a logarithm is y/x, which does not overflow."""
    if not any(base.op == "power" for base in node.args):
        return None
    exponents: dict[Node, Node] = {}
    factors: dict[Node, int] = {}
    for base, e in scalars.pairs(node):
        below, above = base.args if base.op == "power" else (base, scalars.number(graph, 1))
        known = exponents.get(below, scalars.number(graph, 0))
        exponents[below] = scalars.add(graph, [(known, 1), (above, e)])
        factors[below] = factors.get(below, 0) + 1
    if max(factors.values()) < 2:
        return None
    return scalars.multiply(graph, [(scalars.power(graph, base, e), 1) for base, e in exponents.items()])


def with_signs(graph: Graph, node: Node) -> Node | None:
    """abs(u)/u and the like as sign(u), one power of u or of its size, with a sign where it needs one.

    Right where u is not 0; there it may fill a hole.
    """
    factors = dict(scalars.pairs(node))
    for base in node.args:
        u = base.args[0] if is_call(base, "abs") or is_call(base, "sign") else base
        if u is base:
            continue
        size, sign = (scalars.call(graph, RULES[name], [u]) for name in ("abs", "sign"))
        a, b, c = (factors.get(part, 0) for part in (size, u, sign))
        if type(b) is int and type(c) is int and b and (c or a * b < 0):
            rest = [factor for factor in factors.items() if factor[0] not in (size, u, sign)]
            odd, total = (b + c) % 2, a + b
            if total % 2 == odd:
                return scalars.multiply(graph, [*rest, (u, total)])
            return scalars.multiply(graph, [*rest, (size, total), *([(sign, 1)] if odd else [])])
    return None
