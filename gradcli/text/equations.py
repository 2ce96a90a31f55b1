"""What a colon behind a name says: `y: x^2 + y^2 = 1 near 0.5` is `y = root(x^2 + y^2 - 1, y, 0.5)`; types, labels."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.binders import bound_call
from gradcli.text.rewrite import replaced
from gradcli.text.stack import Stack
from gradcli.text.tokens import quoted
from gradcli.text.tree import BOUND, Binary, Call, Name, Number, Statement, postorder

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.tree import Tree

NEAR: Final = "near"
EXAMPLE: Final = "write the equation and a start: y: x^2 + y^2 = 1 near 0.5"


_ANNOTATIONS: Final = ([kind.COLON, kind.NAME, kind.EQUALS], [kind.COLON, kind.EQUALS])
_TYPES: Final = frozenset((
    "float", "int", "complex", "bool", "object", "Any", "Number", "Real", "number", "double", "Tensor", "tensor",
    "Array", "ndarray", "ArrayLike", "Float", "Float32", "Float64", "Int", "Int64", "Vector", "Matrix", "f32", "f64",
    "Expr",
))  # fmt: skip
"""Words behind a colon that say what kind of value a name has: `z: float = x*y`."""
_SET: Final = r"[ℝR](?:\s*(?:\^|\*\*)\s*(?:\w+|\([^()]*\)|\{[^{}]*\})|[⁰¹²³⁴-⁹ᵈⁿᵐ]+)?"
_SETS: Final = pattern(
    rf"\w+\s*[:：]\s*{_SET}\s*(?:→|->|-->|⟶|↦)\s*{_SET}\s*[,;，；\n]\s*(?=\w+\s*(?:[(（]|↦|→|->|=(?!=))|[(（]\s*\w)"
)
"""`f: R^2 -> R,` before the function itself: where it lives says nothing more."""


def leave_annotation(stack: Stack) -> None:
    """Leave out what stands between a name and its equals sign, `z: float = x*y`, `z : = x*y`; and `f: R^2 -> R,`."""
    begin = stack.place + 1
    if stack.kinds[begin] != kind.COLON:
        return
    if not stack.latex and (match := _SETS.match(stack.source.text, stack.starts[stack.place])):
        while stack.starts[stack.place] < match.end() and stack.kinds[stack.place] != kind.END:
            stack.place += 1
        return
    for written in _ANNOTATIONS:
        typed = stack.texts[begin + 1] in _TYPES or len(written) == 2
        if stack.kinds[begin : begin + len(written)] == written and typed and not stack.latex:
            for column in (stack.kinds, stack.texts, stack.starts, stack.ends):
                del column[begin : begin + len(written) - 1]


def read_equation(stack: Stack) -> Statement | None:
    """The statement of an equation behind a name and a colon; None where a declaration stands there.

    Raises `equation` where the start is missing, or something stands behind it.
    """
    first = stack.place
    end = first
    while stack.kinds[end] not in kind.STATEMENT_ENDS:
        end += 1
    words = range(first + 2, end)
    if not any(stack.kinds[here] == kind.EQUALS for here in words):
        return None
    near = next((here for here in words if stack.texts[here] == NEAR), None)
    name = stack.names[stack.texts[first]]
    if near is None:
        raise _label(stack, first, end) or stack.error(
            first, f"an equation for {name} needs a start for its root", EXAMPLE, "equation"
        )
    before, stack.kinds[near] = stack.kinds[near], kind.SEMICOLON
    stack.place = first + 2
    left = Stack.read_inner(stack)
    if stack.kinds[stack.place] != kind.EQUALS:
        raise stack.error(stack.place, "an equation has one '='", EXAMPLE, "equation")
    stack.place += 1
    right = Stack.read_inner(stack)
    if stack.place != near:
        raise stack.error(stack.place, "an equation has one '='", EXAMPLE, "equation")
    stack.kinds[near] = before
    stack.place = near + 1
    start = Stack.read_inner(stack)
    place = stack.starts[first], stack.ends[first]
    call = Call("root", (difference(left, right), Name(name, *place), start), (), place[1], *place)
    return Statement(name, bound_call(stack, call, ""), stack.source, *place)


def _label(stack: Stack, first: int, end: int) -> GradcliError | None:
    """The error of `C: x = t^2` and `Example: f(x) = ...`: a label before a definition; None for an equation."""
    head = _HEAD.match(stack.source.text, stack.starts[first + 2])
    if head is None:
        return None
    label, stop = stack.texts[first], stack.ends[end - 1]
    formula = stack.source.text[stack.starts[first + 2] : stop].strip()
    name, body = head[1], formula.partition("=")[2].strip()
    message = (
        f"{quoted(label + ':')} before {quoted(head[0] + ' =')} reads in two ways: a label, or the kind of {label}"
    )
    if "(" in head[0]:
        message = f"{quoted(label + ':')} before a definition says nothing of it"
        return stack.error(first, message, f"write {formula} alone", "equation")
    if name.lstrip("\\") in _NAMES.findall(body):
        return stack.error(first, message, f"write {body} alone", "ambiguous")
    hint = f"write {formula} for the definition of {name}, {label} = {body} for that of {label}"
    return stack.error(first, message, hint, "ambiguous")


_NAMES: Final = pattern(r"\w+")
_HEAD: Final = pattern(r"(\\?\w+)(?:\s*\([^()=]*\))?(?=\s*:?=(?!=))")


def difference(left: Tree, right: Tree) -> Tree:
    """left - right, or left alone where the right side is 0."""
    if type(right) is Number and right.value == 0:
        return left
    return Binary("-", left, right, left.end, left.start, right.end)


LARGEST_SYSTEM: Final = 4
"""Equations of a system that are put into one another."""


def without_systems(statements: list[Statement]) -> list[Statement]:
    """The statements with equations that need one another put into one another: the last root stands in the others.

    Of `y: F(y, z) = 0; z: G(y, z) = 0` the first becomes F(y, the z with G(y, z) = 0), whose root is y.
    """
    trees: dict[str, Tree] = {
        s.name: s.tree for s in statements if s.name and type(s.tree) is Call and s.tree.function == "root"
    }
    if len(trees) < 2:
        return statements
    uses = {name: {part.name for part in postorder(tree) if type(part) is Name} for name, tree in trees.items()}
    done: set[str] = set()
    for name in trees:
        system = [name, *(other for other in trees if other != name and _needs(other, name, uses) and
                          _needs(name, other, uses))]  # fmt: skip
        if name in done or not 1 < len(system) <= LARGEST_SYSTEM:
            continue
        done.update(system)
        for last in reversed(range(1, len(system))):
            for other in system[:last]:
                trees[other] = _put_in(trees[other], other, system[last], trees[system[last]])
    return _needed([s._replace(tree=trees[s.name]) if s.name in done else s for s in statements], done)


def _needed(statements: list[Statement], system: set[str]) -> list[Statement]:
    """The statements without those of a system that only its other equations needed, if something else is asked for."""
    names = {s.name: s.tree for s in statements if s.name in system}
    stack = [s.tree for s in statements if s.name not in system]
    if not stack:
        return statements
    kept: set[str] = set()
    while stack:
        found = {part.name for part in postorder(stack.pop()) if type(part) is Name} & system - kept
        kept |= found
        stack.extend(names[name] for name in found)
    return [s for s in statements if s.name not in system or s.name in kept]


def _needs(name: str, other: str, uses: dict[str, set[str]]) -> bool:
    """Whether the equation for a name needs another one, perhaps by way of a third."""
    seen: set[str] = set()
    stack = [name]
    while stack:
        here = stack.pop()
        if other in uses[here]:
            return True
        new = {used for used in uses[here] if used in uses} - seen
        seen |= new
        stack.extend(new)
    return False


def _put_in(root: Tree, name: str, other: str, inner: Tree) -> Tree:
    """The root for a name with the root for another in the place of that other."""

    def bound(tree: Tree) -> Tree | None:
        return Name(BOUND + name, tree.start, tree.end) if type(tree) is Name and tree.name == name else None

    within = replaced(inner, bound)
    return replaced(root, lambda tree: within if type(tree) is Name and tree.name == other else None)
