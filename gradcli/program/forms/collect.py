"""Terms that are always shorter together: branches of one condition, diagonals, multiples of ones."""

from __future__ import annotations

from gradcli.program import make
from gradcli.program.forms.parts import array_part, is_negative, is_ones, is_zeros, normal, number, ones
from gradcli.program.forms.scalars import is_zero
from gradcli.program.graph import powers_of
from gradcli.program.rationals import lower
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.program.graph import Factors, Graph, Node, Rational


def merge_terms(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """Terms that are always shorter together: branches of one condition, diagonals, 1 - sigmoid(-u)."""
    kinds = {node.op for node in terms}
    if kinds & {"where", "product", "scale"}:
        terms = merge_branches(graph, terms)
    if "diag" in kinds:
        terms = merge_diagonals(graph, terms)
    if "fill" in kinds and "call" in kinds:
        terms = merge_sigmoid(graph, terms)
    if "scale" in kinds:
        terms = merge_ones(graph, terms)
    if "power" in kinds and "product" in kinds:
        terms = share_powers(graph, terms)
    if "product" in kinds:
        terms = merge_complements(graph, terms)
    return terms


def merge_ones(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """s·ones + t·ones is (s + t)·ones: scalars that are spread are added as scalars."""
    parts = [(node, factor) for node, factor in terms.items() if is_ones(array_part(node)[2])]
    if len(parts) > 1:
        scalars: Factors = []
        for node, factor in parts:
            del terms[node]
            scalars.append((number(graph, 1) if node.op == "fill" else node.args[0], factor))
        add_term(graph, terms, make.fill(graph, make.add(graph, scalars), parts[0][0].shape))
    return terms


def merge_branches(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """p*where(c, 1, 0) + q*where(c, 0, 1) is where(c, p, q)."""
    groups: dict[Node, list[tuple[Node, Node, Rational]]] = {}
    for node, factor in terms.items():
        branch = branch_of(node)
        if branch is not None:
            groups.setdefault(branch.args[0], []).append((node, branch, factor))
    for condition, group in groups.items():
        if len(group) > 1:
            for node, _, _ in group:
                del terms[node]
            yes, no = (make.add(graph, [(in_branch(graph, n, b, b.args[i]), f) for n, b, f in group]) for i in (1, 2))
            add_term(graph, terms, make.where(graph, condition, yes, no))
    return terms


def branch_of(node: Node) -> Node | None:
    """The one where(c, p, q) with a branch of zeros that is a factor of this term, its scalar, or the term itself."""
    _, scalar, core = array_part(node)
    if core.op == "where":
        return core
    if scalar is not None and scalar.op == "where" and any(is_zero(arg) for arg in scalar.args[1:]):
        return scalar
    if core.op != "product":
        return None
    found = [b for b, e in core.factors() if b.op == "where" and e == 1]
    return found[0] if len(found) == 1 and any(is_zeros(arg) for arg in found[0].args[1:]) else None


def in_branch(graph: Graph, node: Node, branch: Node, value: Node) -> Node:
    """The term with `value` in the place of its condition's factor."""
    factor, scalar, core = array_part(node)
    powers = powers_of(core)
    powers.pop(branch, None)
    items = [*powers.items(), (value, 1), *([(scalar, 1)] if scalar not in (None, branch) else [])]
    return make.hadamard(graph, items, core.shape, factor)


def share_powers(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """u**v + u**v*w is u**v*(1 + w): what the two ways through a power have in common."""
    for shared in [node for node in terms if node.op == "power"]:
        group = [node for node in terms if node is not shared and shared in factors_of(node)]
        if shared not in terms or not group:
            continue
        one = ones(graph, shared.shape)
        rest = [(in_branch(graph, node, shared, one), terms.pop(node)) for node in group]
        whole = make.add(graph, [*rest, (one, terms.pop(shared))])
        add_term(graph, terms, make.hadamard(graph, [(shared, 1), (whole, 1)], shared.shape))
    return terms


def merge_complements(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """A*sigmoid(-u) is A - A*sigmoid(u): tried where both occur, kept where the text gets shorter."""
    factors = dict.fromkeys(c for node in terms for c in factors_of(node))
    calls = [c for c in factors if c.op == "call" and c.data.name == "sigmoid"]
    changed = dict(terms)
    for soft in calls:
        if not is_negative(soft.args[0]):
            continue
        other = make.call(graph, soft.data, (make.add(graph, [(soft.args[0], -1)]),))
        if other in calls:
            for node in [node for node in changed if soft in factors_of(node)]:
                factor = changed.pop(node)
                rest = in_branch(graph, node, soft, ones(graph, node.shape))
                add_term(graph, changed, rest, factor)
                add_term(graph, changed, make.hadamard(graph, [(rest, 1), (other, 1)], node.shape), -factor)
    if changed.keys() == terms.keys():
        return terms
    shape = next(iter(terms)).shape
    before, after = (make.sum_node(graph, make.join(graph, dict(each)), shape) for each in (terms, changed))
    return changed if graph.measure(graph, after) < graph.measure(graph, before) else terms


def factors_of(node: Node) -> list[Node]:
    """The factors to the first power of a term."""
    core = array_part(node)[2]
    if core.op == "product":
        return [base for base, e in core.factors() if e == 1]
    return [core]


def add_term(graph: Graph, terms: dict[Node, Rational], node: Node, factor: Rational = 1) -> None:
    """Put another term into collected terms."""
    if is_zeros(node):
        return
    parts = node.terms() if node.op == "sum" else [(node, 1)]
    for part, coefficient in parts:
        sign, core = normal(graph, part)
        value = terms.pop(core, 0) + factor * coefficient * sign
        if value:
            terms[core] = lower(value)


def merge_diagonals(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """diag(u) + diag(v) is diag(u + v)."""
    parts = [(node, factor) for node, factor in terms.items() if node.op == "diag"]
    if len(parts) > 1:
        for node, _ in parts:
            del terms[node]
        add_term(graph, terms, make.diag(graph, make.add(graph, [(node.args[0], factor) for node, factor in parts])))
    return terms


def merge_sigmoid(graph: Graph, terms: dict[Node, Rational]) -> dict[Node, Rational]:
    """1 - sigmoid(-u) is sigmoid(u)."""
    for node, factor in list(terms.items()):
        if node.op == "call" and node.data.name == "sigmoid" and is_negative(node.args[0]):
            one = ones(graph, node.shape)
            if terms.get(one) == -factor:
                del terms[one], terms[node]
                add_term(graph, terms, make.call(graph, node.data, (make.add(graph, [(node.args[0], -1)]),)), -factor)
    return terms


MAKES = {"merge_terms": merge_terms}
