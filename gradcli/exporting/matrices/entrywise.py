"""Formulas entry by entry in the forms of exported code of numbers: what would cancel or overflow is written otherwise.

A region is what functions, sums and products of entries make of other operations, its leaves: log(1 + exp(A@x)) has the
leaf A@x. It is one expression of numbers, and gets the forms that such expressions have (`codegen/rewriting`).
"""

from __future__ import annotations

from gradcli.codegen.common_sums import over_common_sums
from gradcli.codegen.hidden_borders import domain_conditions
from gradcli.codegen.removable import without_cancellation
from gradcli.codegen.rewriting.forms import with_stable_forms
from gradcli.codegen.stable_forms import is_call
from gradcli.codegen.straightline import straight_line
from gradcli.exporting.file import undefined_outside
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, order
from gradcli.program.substitute import REBUILD
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from gradcli.codegen.straightline import StraightLine
    from gradcli.program.graph import Node

OPERATIONS = ("sum", "product", "power", "call", "where", "scale")
CONSTANTS = ("number", "constant")
ARITHMETIC = frozenset(("negate", "add", "subtract", "multiply", "divide", "power", "sqrt"))
MOST_NODES = 100
"""Longer regions stay as they are."""


class Region(NamedTuple):
    """The code of a region, and the nodes that are its inputs."""

    code: StraightLine
    leaves: tuple[Node, ...]


def regions_in(
    graph: Graph, roots: Sequence[Node], values: Collection[Node], native: Mapping[str, str]
) -> dict[Node, Region]:
    """By their roots the regions whose code is another one than the formula as it stands.

    values   the nodes that are no derivatives
    """
    nodes = order(roots)
    ends = set(roots)
    for node in nodes:
        ends.update(node.args if node.op not in OPERATIONS else node.args[:1] if node.op == "where" else ())
    found = {}
    for node in nodes:
        if node in ends and node.op in OPERATIONS:
            region = region_of(graph, node, node in values, native)
            if region is not None:
                found[node] = region
    return found


def region_of(graph: Graph, root: Node, is_value: bool, native: Mapping[str, str]) -> Region | None:
    """The region of a root; None where its formula is as good."""
    copy = copy_of(graph, root)
    if copy is None or any(leaf.op == "dimension" for leaf in copy.leaves):
        return None
    inside, made, leaves, is_changed = copy
    names = [f"leaf {k}" for k in range(len(leaves))]
    conditions = domain_conditions(inside, made) if is_value else []
    forms = [stable_form(inside, made, is_value, names), *conditions]
    code = undefined_outside(straight_line(inside, forms, names, native), [conditions], 1)
    if any(("exp", (k,)) in code.instructions for k, leaf in enumerate(leaves) if leaf.op == "lse"):
        return None  # a sum of exponentials as it stands
    used = {leaf for k, leaf in enumerate(leaves) if any(k in arguments for _, arguments in code.instructions)}
    if root.shape and not any(leaf.shape for leaf in used):
        return None
    is_changed |= bool(conditions) or any(leaf.op == "lse" for leaf in leaves) or is_other(code, inside, made, native)
    return Region(code, leaves) if is_changed else None


class RegionCopy(NamedTuple):
    """A region as a graph of numbers: its root, the nodes outside that its variables are, and whether it is another."""

    graph: Graph
    root: Node
    leaves: tuple[Node, ...]
    is_changed: bool


def copy_of(graph: Graph, root: Node) -> RegionCopy | None:
    """The region below a root; None where it is too long."""
    inside = Graph()
    made: dict[Node, Node] = {}
    leaves: list[Node] = []
    is_changed = False

    def leaf(node: Node) -> Node:
        leaves.append(node)
        return scalars.variable(inside, f"leaf {len(leaves) - 1}")  # no name of a program has a space

    waiting = [root]
    while waiting:
        node = waiting[-1]
        if node in made:
            waiting.pop()
            continue
        if node.op in OPERATIONS and not is_special(node):
            factors = scaled_down(graph, node)
            missing = [arg for arg, _ in factors if arg not in made]
            if missing:
                waiting += missing
                if len(made) + len(waiting) > MOST_NODES:
                    return None
                continue
            is_changed |= factors != list(zip(node.args, exponents(node), strict=True))
            made[node] = copied(inside, node, [(made[arg], e) for arg, e in factors])
        elif (constant := node.args[0] if node.op == "fill" else node).op in CONSTANTS:
            made[node] = inside.intern(constant.op, (), constant.data)
        elif is_total_of_exponentials(node):
            made[node] = scalars.call(inside, RULES["exp"], [leaf(graph.intern("lse", node.args[0].args))])
        else:
            made[node] = leaf(node)
        waiting.pop()
    return RegionCopy(inside, made[root], tuple(leaves), is_changed)


def stable_form(graph: Graph, root: Node, is_value: bool, names: Sequence[str]) -> Node:
    """The root in the forms that numbers get."""
    (form,) = with_stable_forms(graph, over_common_sums(graph, [root]), not is_value)
    values, rows = without_cancellation(graph, [form], [[form]], [""])
    found: Node = values[0] if is_value else rows[0][0]
    return found


def is_special(node: Node) -> bool:
    """Is it a scaling that has a formula of its own (see `formulas.scale_text`)?"""
    return node.op == "scale" and node.args[0].op in ("prod", "det")


def is_total_of_exponentials(node: Node) -> bool:
    """Is it the sum of e**u over all entries of an array u?"""
    return node.op == "total" and is_call(node.args[0], "exp")


def exponents(node: Node) -> Sequence[Any]:
    """The exponents of a product; 1 for the arguments of anything else."""
    return node.data if node.op == "product" else (1,) * len(node.args)


def copied(graph: Graph, node: Node, factors: list[tuple[Node, Any]]) -> Node:
    """The operation on numbers."""
    if node.op in ("scale", "product"):
        return scalars.multiply(graph, factors)
    return REBUILD[node.op](graph, node, tuple(arg for arg, _ in factors))


def scaled_down(graph: Graph, node: Node) -> list[tuple[Node, Any]]:
    """Arguments with their exponents; in x.T@y/(norm(x)*norm(y)) with (x/norm(x)).T@(y/norm(y)) for x.T@y.

    So no number on the way is beyond 1.8e308.
    """
    factors = list(zip(node.args, exponents(node), strict=True))
    if node.op != "product" or node.shape:
        return factors
    powers = dict(factors)
    norms = {factor.args[0]: factor for factor, e in factors if factor.op == "norm" and e < 0}
    for factor, e in factors:
        if factor.op != "matmul" or e != 1 or factor.args[0].op != "transpose":
            continue
        sides = [factor.args[0].args[0], factor.args[-1]]
        for place, side in enumerate(sides):
            if side in norms and powers[norms[side]] < 0:
                powers[norms[side]] += 1
                sides[place] = divided(graph, side, norms[side])
        if powers != dict(factors):
            turned = graph.intern("transpose", (sides[0],), None, factor.args[0].shape)
            del powers[factor]
            whole = graph.intern("matmul", (turned, *factor.args[1:-1], sides[1]), factor.data, ())
            return [(whole, 1), *((part, power) for part, power in powers.items() if power)]
    return factors


def divided(graph: Graph, array: Node, norm: Node) -> Node:
    """array/norm, as it stands."""
    return graph.intern("scale", (scalars.multiply(graph, [(norm, -1)]), array), None, array.shape)


def is_other(code: StraightLine, graph: Graph, root: Node, native: Mapping[str, str]) -> bool:
    """Has the code other operations than the formula as it stands?"""
    plain = set(ARITHMETIC)
    for node in order([root]):
        if node.op == "where":
            plain.add("select")
        elif node.op == "call" and node.data.name in native:
            plain.add(node.data.name)
        elif node.op == "call":
            names = [f"argument {k}" for k in range(len(node.args))]
            own = scalars.call(graph, node.data, [scalars.variable(graph, name) for name in names])
            plain.update(str(operation) for operation, _ in straight_line(graph, [own], names, native).instructions)
    return any(str(operation) not in plain for operation, _ in code.instructions)
