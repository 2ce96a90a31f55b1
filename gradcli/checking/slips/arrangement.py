"""Right numbers in wrong places: transposed, permuted, in the other layout; factors of a matrix product turned."""

from __future__ import annotations

from itertools import chain, permutations

from gradcli.checking.slips.grids import ArrangedNumbers, Grid, in_time, is_alike
from gradcli.derive.results import Slip
from gradcli.problems import GradcliError
from gradcli.program.graph import Node, order
from gradcli.program.scalarize.entries import Cells
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import rebuilt, with_parts
from gradcli.text.tree import Binary, Call, Name, Number, Transpose, Unary, children, postorder, same

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.checking.comparison import Comparison
    from gradcli.checking.records import Claim, Part
    from gradcli.program.graph import Program
    from gradcli.text.tree import Tree

    Explained = Iterator[tuple[Slip, set[str]]]

MOST_REPAIRS = 80
"""Rewritten answers that are tried."""

MOST_PERMUTED = 6
"""Rows or columns up to which their permutations are tried."""


def misplaced(claim: Claim, arrays: Program | None, found: Sequence[Comparison]) -> Explained:
    """Slips of whole answers, each with the labels of the components that it explains."""
    if claim.kind == "gradient" and arrays is None:
        yield from permuted_variables(claim, found[0])
        return
    for place, part in enumerate(found[0].case.parts):
        slips = [explained_part(claim, arrays, comparison, place) for comparison in found]
        first = slips[0]
        if first is not None and all(slip is not None and slip.code == first.code for slip in slips):
            labels = {part.label, *(entry.label for entry in part.entries)}
            yield first, labels


def permuted_variables(claim: Claim, comparison: Comparison) -> Explained:
    """Right derivatives in a wrong order: each wrong one belongs to another variable."""
    from gradcli.checking.records import derivative_label

    wrong = [i for i in range(len(comparison.pairs)) if comparison.state(i) == "different"]
    if not 1 < len(wrong) <= 40:
        return
    numbers = ArrangedNumbers(comparison)
    ours = {i: numbers.of(comparison.pairs[i].ours) for i in wrong}
    left = set(wrong)
    belongs: dict[int, int] = {}
    for i in wrong:
        yours = numbers.of(comparison.pairs[i].yours)
        match = next((j for j in sorted(left) if is_alike(yours, ours[j])), None)
        if match is None:
            return
        belongs[i] = match
        left.discard(match)
    for i, j in belongs.items():
        mine, other = (derivative_label(claim.kind, comparison.case, comparison.entries[k].label) for k in (i, j))
        label = comparison.entries[i].label
        yield Slip(label, "permuted", f"your {mine} is {other}: the components are in another order"), {label}


def explained_part(claim: Claim, arrays: Program | None, comparison: Comparison, place: int) -> Slip | None:
    """Whether the numbers of one array are right, and only stand in wrong places."""
    part = comparison.case.parts[place]
    if part.tree is None or not part.shape or (part.value is None and arrays is None):
        return None
    numbers = ArrangedNumbers(comparison)
    columns = part.shape[1]
    nodes = [entry.ours for entry in part.entries]
    ours = numbers.grid(Cells(tuple(tuple(nodes[i : i + columns]) for i in range(0, len(nodes), columns))))
    if part.value is not None:
        yours = numbers.grid(part.value)
        if yours.is_like(ours):
            return None
        if yours.is_like(ours.turned()):
            return turned_slip(claim, part)
        if arrays is not None and (slip := repaired(comparison, part, ours, numbers, answer_name(claim, part))):
            return slip
        order = reordered(ours, yours)
        if order:
            label = None if arrays is None and claim.kind != "gradient" else part.label
            return Slip(label, "permuted", f"your answer has the {order} of the right one in another order")
        from gradcli.checking.slips.wholes import other_than_the_gradient

        same = yours.is_shaped_like(ours)
        if same and (found := other_than_the_gradient(claim, comparison, part, ours, yours, numbers)):
            return found
    if arrays is None:
        return None
    name = answer_name(claim, part)
    found = repaired(comparison, part, ours, numbers, name) or mutated(claim, arrays, comparison, place, numbers)
    if found is None and part.value is not None and not yours.is_shaped_like(ours):
        from gradcli.checking.slips.wholes import by_another_array

        return by_another_array(claim, comparison, part, yours, numbers)
    return found


def turned_slip(claim: Claim, part: Part) -> Slip:
    """The whole answer is transposed."""
    if claim.kind == "jacobian":
        asked = "denominator" if claim.layout == "denominator" else "numerator"
        other = "numerator" if asked == "denominator" else "denominator"
        return Slip(None, "layout", f"your Jacobian is in {other} layout, and {asked} layout is expected: transpose it")
    if 1 in part.shape:
        row = "a row, and a column" if part.shape[1] == 1 else "a column, and a row"
        return Slip(part.label, "layout", f"your gradient by {part.label} is {row} is expected: transpose it")
    return Slip(part.label, "transposed", f"your gradient by {part.label} is the transpose of the right one")


def reordered(ours: Grid, yours: Grid) -> str:
    """`rows` or `columns`, or both alike, where yours has those of ours in another order."""
    for what, right, given in (("columns", ours.turned(), yours.turned()), ("rows", ours, yours)):
        if not 1 < len(right.rows) <= MOST_PERMUTED or len(right.rows) != len(given.rows):
            continue
        for arranged in permutations(right.rows):
            if given.is_like(Grid(arranged)):
                return what
    if 1 < len(ours.rows) == len(ours.rows[0]) <= MOST_PERMUTED:
        for places in permutations(range(len(ours.rows))):
            if yours.is_like(Grid(tuple(tuple(ours.rows[i][j] for j in places) for i in places))):
                return "rows and columns"
    return ""


# ------------------------------------------------------------------------ products of arrays


def repaired(comparison: Comparison, part: Part, ours: Grid, numbers: ArrangedNumbers, name: str) -> Slip | None:
    """One array in yours transposed, or two factors exchanged, that make it right."""
    from gradcli.problems import Source

    assert part.tree is not None
    for code, tree, changed in in_time(repairs(part.tree)):
        try:
            value = comparison.case.reader.read(tree, Source("answer", ""))
        except GradcliError:
            continue
        if numbers.grid(value).is_like(ours):
            what = "should be transposed" if code == "transposed" else "has its factors in the wrong order"
            return Slip(part.label, code, f"in {name}, {{0}} {what}", (changed,))
    return None


def repairs(tree: Tree) -> Iterator[tuple[str, Tree, Tree]]:
    """The answer with one array transposed or one product turned round: code, new answer, what was changed."""
    inside = {id(node.operand) for node in postorder(tree) if isinstance(node, Transpose)}
    places = [
        node
        for node in postorder(tree)
        if id(node) not in inside
        and (isinstance(node, Name | Transpose | Binary) or (isinstance(node, Call) and node.function == "kron"))
    ]
    for node in places[:MOST_REPAIRS]:
        if isinstance(node, Name | Transpose):
            flipped = node.operand if isinstance(node, Transpose) else Transpose(node)
            yield "transposed", rewritten(tree, node, flipped), node
        elif isinstance(node, Call):
            yield "permuted", rewritten(tree, node, Call("kron", node.arguments[::-1])), node
        elif node.op == "@":
            yield "permuted", rewritten(tree, node, Binary("@", node.right, node.left)), node
            turned = Binary("@", turned_tree(node.right), turned_tree(node.left))
            yield "transposed", rewritten(tree, node, turned), node
    for node in places[:MOST_REPAIRS]:
        if isinstance(node, Binary) and node.op == "@" and isinstance(node.left, Binary) and node.left.op == "@":
            inner = node.left
            yield "permuted", rewritten(tree, node, Binary("@", Binary("@", inner.right, inner.left), node.right)), node


def mutated(claim: Claim, arrays: Program, comparison: Comparison, place: int, numbers: ArrangedNumbers) -> Slip | None:
    """Our formula with one array transposed, one factor or one term left out, that is yours."""
    from gradcli.checking.arrays.closed_forms import closed_forms
    from gradcli.problems import Source

    part = comparison.case.parts[place]
    forms = closed_forms(claim, arrays)
    form = forms[place] if place < len(forms) else None
    if part.value is None or form is None:
        return None
    yours = numbers.grid(part.value)
    reader, source = comparison.case.reader, Source("answer", "")
    by = {entry.wrt for entry in part.entries}
    changes = chain(repairs(form), shortened(form), reweighed(form), with_norms(claim, form))
    for code, tree, *changed in in_time(changes):
        try:
            if code == "missing-inner-derivative" and is_fixed(reader.read(changed[0], source), by):
                continue  # a number: its absence is a wrong factor
            value = reader.read(tree, source)
        except GradcliError:
            continue
        if numbers.grid(value).is_like(yours):
            return Slip(part.label, code, f"{answer_name(claim, part)} {MUTATIONS[code, len(changed)]}", tuple(changed))
    return None


def is_fixed(value: Node | Cells, by: set[str]) -> bool:
    """Is it a number that does not depend on the entries that are differentiated by?"""
    return isinstance(value, Node) and not any(node.op == "variable" and node.data in by for node in order([value]))


def with_norms(claim: Claim, form: Tree) -> Iterator[tuple[str, Tree, *tuple[Tree, ...]]]:
    """The formula with a term that has u for the derivative of norm(u), which is u/norm(u)."""
    from gradcli.checking.slips.wholes import norms

    terms: list[Tree] = []
    left = form
    while isinstance(left, Binary) and left.op in ("+", "-"):
        terms.append(left.right)
        left = left.left
    for norm in norms(claim):
        for term in (*terms, left):
            inner = norm.arguments[0]
            new = rewritten(form, term, Binary("*", norm, term))
            yield "swapped-function", new, inner, norm, Binary("/", inner, norm)


MUTATIONS = {
    ("transposed", 1): "has {0} transposed where it should not be, or the other way round",
    ("permuted", 1): "has the factors of {0} in another order",
    ("missing-inner-derivative", 1): "lacks the factor {0}, an inner derivative",
    ("not-differentiated", 1): "has {0} in the place of its derivative",
    ("swapped-function", 3): "has {0} for the derivative of {1}, which is {2}",
    ("missing-term", 1): "lacks the term {0}",
    ("missing-term", 2): "lacks {0} in the factor {1}",
    ("sign", 1): "has the wrong sign at the term {0}",
    ("sign", 2): "has the wrong sign at {0} in the factor {1}",
    ("factor", 2): "counts the term {0} {1} times",
    ("factor", 3): "counts {0} in the factor {2} {1} times",
}
"""What a change of our formula is called, by its code and how many formulas are shown."""


def answer_name(claim: Claim, part: Part) -> str:
    """`your gradient by x`, `your Jacobian`."""
    whole = {"jacobian": "your Jacobian", "hessian": "your Hessian"}
    return whole.get(claim.kind, f"your gradient by {part.label}")


def shortened(tree: Tree) -> Iterator[tuple[str, Tree, *tuple[Tree, ...]]]:
    """The formula without one factor, or without one term: code, new formula, what was left out.

    Of a sum that is itself a factor, as (A.T + A)@x, this factor follows.
    """
    for node, factor in outer_products(tree):
        if node.op in ("@", "*"):
            for kept, dropped in ((node.right, node.left), (node.left, node.right)):
                itself = left_as_it_is(kept, dropped)
                if itself is not None:
                    yield "not-differentiated", rewritten(tree, node, kept), itself
                yield "missing-inner-derivative", rewritten(tree, node, kept), dropped
            if isinstance(node.left, Binary) and node.left.op in ("@", "*"):
                rest = Binary(node.left.op if node.op == "@" else "*", node.left.left, node.right)
                itself = left_as_it_is(rest, node.left.right)
                if itself is not None:
                    yield "not-differentiated", rewritten(tree, node, rest), itself
                yield "missing-inner-derivative", rewritten(tree, node, rest), node.left.right
        elif node.op in ("+", "-"):
            whole = () if factor is None else (factor,)
            if type(node.left) is Number:
                continue  # of 1 - tanh(u)**2 nobody forgets a term: the factor is missing
            yield "missing-term", rewritten(tree, node, node.left), node.right, *whole
            last: Tree = node.right if node.op == "+" else Unary("-", node.right)
            yield "missing-term", rewritten(tree, node, last), node.left, *whole


WEIGHTS = (Number(2), Binary("/", Number(1), Number(2)))
"""What a term may count in the place of 1."""


def reweighed(tree: Tree) -> Iterator[tuple[str, Tree, *tuple[Tree, ...]]]:
    """The formula with one term that has another sign, or counts twice or half: code, new formula, what was changed."""
    for node, factor in outer_products(tree):
        if node.op not in ("+", "-") or type(node.left) is Number:
            continue
        whole = () if factor is None else (factor,)
        other = Binary("-" if node.op == "+" else "+", node.left, node.right)
        yield "sign", rewritten(tree, node, other), node.right, *whole
        if not (isinstance(node.left, Binary) and node.left.op in ("+", "-")):
            yield "sign", rewritten(tree, node, Binary(node.op, Unary("-", node.left), node.right)), node.left, *whole
        for weight in WEIGHTS:
            for term in (node.right, node.left):
                if term is node.right or not (isinstance(term, Binary) and term.op in ("+", "-")):
                    yield "factor", rewritten(tree, term, Binary("*", weight, term)), term, weight, *whole


def left_as_it_is(kept: Tree, dropped: Tree) -> Tree | None:
    """f where 1 - f was left out beside f: sigmoid(u) in the place of sigmoid(u)*(1 - sigmoid(u))."""
    if not (isinstance(dropped, Binary) and dropped.op == "-" and type(dropped.left) is Number):
        return None
    return dropped.right if any(same(part, dropped.right) for part in postorder(kept)) else None


def outer_products(tree: Tree) -> list[tuple[Binary, Binary | None]]:
    """The first sums and products that are in no function's argument, each with the sum around it that is a factor."""
    found: list[tuple[Binary, Binary | None]] = []
    stack: list[tuple[Tree, Binary | None, bool]] = [(tree, None, False)]
    while stack and len(found) < MOST_REPAIRS:
        node, factor, in_product = stack.pop()
        is_sum = isinstance(node, Binary) and node.op in ("+", "-")
        if isinstance(node, Binary):
            factor = node if is_sum and in_product else factor if is_sum else None
            found.append((node, factor))
        if isinstance(node, Binary | Unary | Transpose):
            inside = isinstance(node, Binary) and node.op in ("@", "*")
            stack += [(part, factor, inside or (in_product and not is_sum)) for part in children(node)]
    return found


def turned_tree(tree: Tree) -> Tree:
    """The transpose as syntax."""
    return tree.operand if isinstance(tree, Transpose) else Transpose(tree)


def rewritten(tree: Tree, old: Tree, new: Tree) -> Tree:
    """The tree with one part in the place of another."""
    return rebuilt(tree, lambda node, parts: new if node is old else with_parts(node, parts))
