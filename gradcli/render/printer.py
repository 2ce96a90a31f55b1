"""Trees as text: what gradcli reads back, and what people read. One printer, a table of rows for each style.

A row says how tightly an operator binds and how tightly its operands must; brackets follow from that alone. Trees are
walked with one explicit stack; a subtree that is shared is written once and its pieces are copied.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.render.letters import PRETTY_FUNCTIONS, pretty_name, superscript
from gradcli.text.tree import (
    BOUND,
    COMPARISONS,
    ENTRYWISE_PRODUCT,
    Binary,
    Call,
    Index,
    Name,
    Number,
    Slice,
    Text,
    Transpose,
    Tree,
    Unary,
    Vector,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction
    from typing import Any, Final

    Part = Any
    """A text; a tree to be written here; `(tree,)`: one directly after an operator; `[tree]`: in brackets."""
    Parts = tuple[Part, ...]


class NotationRow(NamedTuple):
    """An operator: its sign, how tightly it binds, and how tightly its operands must bind to need no brackets."""

    sign: str
    level: int
    left: int
    right: int


NOT, COMPARE, SUM, PRODUCT, MINUS, POWER, NUMBER, POSTFIX, ATOM = 3, 4, 10, 20, 30, 40, 45, 50, 100

TEXT_ROWS: Final[Mapping[str, NotationRow]] = {
    "or": NotationRow(" or ", 1, 1, 2),
    "and": NotationRow(" and ", 2, 2, 3),
    **{sign: NotationRow(f" {sign} ", COMPARE, SUM, SUM) for sign in COMPARISONS},
    "+": NotationRow(" + ", SUM, SUM, PRODUCT),
    "-": NotationRow(" - ", SUM, SUM, PRODUCT),
    "*": NotationRow("*", PRODUCT, PRODUCT, MINUS),
    "/": NotationRow("/", PRODUCT, PRODUCT, MINUS),
    "@": NotationRow("@", PRODUCT, PRODUCT, MINUS),
    "**": NotationRow("**", POWER, POWER + 1, POWER),
}
CHAINS: Final[Mapping[str, str]] = {"+": "+-", "-": "+-", "*": "*"}
"""Operators that may stand on the left of an operator without brackets, and are written as it is."""
PRETTY_ROWS: Final[Mapping[str, NotationRow]] = {
    **TEXT_ROWS,
    "<=": NotationRow(" ≤ ", COMPARE, SUM, SUM),
    ">=": NotationRow(" ≥ ", COMPARE, SUM, SUM),
    "==": NotationRow(" = ", COMPARE, SUM, SUM),
    "!=": NotationRow(" ≠ ", COMPARE, SUM, SUM),
    "+": NotationRow(" + ", SUM, SUM, SUM),
    "*": NotationRow("·", PRODUCT, PRODUCT, MINUS),
    "@": NotationRow(" ", PRODUCT, PRODUCT, MINUS),
    "**": NotationRow("^", POWER, POWER + 1, POWER + 1),
}


class Printer:
    """Writes trees in gradcli's own language; the subclasses change rows and single forms.

    Every `write_<kind>` returns one node as text, or as its parts where subtrees are not yet written. `guarded` says
    that an operator stands directly before, so that a leading minus sign needs brackets: `2*(-x)`.
    """

    rows: Mapping[str, NotationRow] = TEXT_ROWS
    minus_operand = MINUS
    opening, closing = "(", ")"
    keeps_point = True  # 2.0 reads back to a decimal number, 2 does not
    forms: Mapping[type, Callable[[Any, Any, bool], Parts | str]]

    def __init_subclass__(cls) -> None:
        cls.forms = forms_of(cls)

    def __init__(self, decimal: bool = False) -> None:
        self.decimal = decimal
        self.names: dict[str, str] = {}
        self.numbers: dict[tuple[int | Fraction, bool], tuple[str, int]] = {}
        self.pieces: list[str] = []
        self.written: dict[int, tuple[int, int]] = {}

    def write(self, root: Tree) -> str:
        """The text of one tree. Raises `limit` where shared subtrees make it longer than `OUTPUT_CHARACTERS`."""
        start = len(self.pieces)
        self._walk(root)
        return "".join(self.pieces[start:])

    def _walk(self, root: Tree) -> None:
        """Appends the pieces of a tree. A node's mark is its identity, complemented where it stands guarded."""
        pieces, written, forms = self.pieces, self.written, self.forms
        append = pieces.append
        stack: list[Any] = [root]
        pop, extend = stack.pop, stack.extend
        while stack:
            node = pop()
            kind = type(node)
            if kind is str:
                append(node)
                continue
            if kind is int:  # a node is complete: its mark, and below it where its pieces begin
                written[node] = (pop(), len(pieces))
                if len(pieces) > limits.OUTPUT_CHARACTERS:
                    raise too_long()
                continue
            if kind is list:
                extend((self.closing, node[0], self.opening))
                continue
            guarded = kind is tuple
            if guarded:
                node = node[0]
            mark = ~id(node) if guarded else id(node)
            if mark in written:
                self._copy(*written[mark])
                continue
            parts = forms[type(node)](self, node, guarded)
            if type(parts) is str:
                append(parts)
            else:
                extend((len(pieces), mark, *parts[::-1]))

    def _copy(self, start: int, end: int) -> None:
        if len(self.pieces) + end - start > limits.OUTPUT_CHARACTERS:
            raise too_long()
        self.pieces += self.pieces[start:end]

    def operand(self, tree: Tree, minimum: int, guarded: bool = False) -> Part:
        """The tree as one part, in brackets if it binds less tightly than `minimum`; names and numbers as text."""
        kind = type(tree)
        if kind is Name:
            return self.names.get(tree.name) or self.write_name(tree, guarded)  # type: ignore[attr-defined, arg-type]
        if kind is Number:
            text, level = self.number(tree)  # type: ignore[arg-type]
            return self.opening + text + self.closing if level < minimum or (guarded and text[0] == "-") else text
        level = self.rows[tree.op].level if kind is Binary else self.level(tree)  # type: ignore[attr-defined]
        if level < minimum:
            return [tree]
        return (tree,) if guarded else tree

    def level(self, tree: Tree) -> int:
        """How tightly the tree's outermost operation binds."""
        if isinstance(tree, Binary):
            return self.rows[tree.op].level
        if isinstance(tree, Unary):
            return self.unary_level(tree)
        if isinstance(tree, Call):
            return self.call_level(tree)
        if isinstance(tree, Number):
            return self.number(tree)[1]
        return POSTFIX if isinstance(tree, Transpose | Index) else ATOM

    def unary_level(self, tree: Unary) -> int:
        if tree.op == "not":
            return NOT
        return min(MINUS, max(self.level(tree.operand), PRODUCT)) if type(tree.operand) is Number else MINUS

    def call_level(self, tree: Call) -> int:
        return ATOM

    def write_name(self, tree: Name, guarded: bool) -> str:
        return self.names.setdefault(tree.name, self.spell(tree.name.removeprefix(BOUND)))

    def spell(self, name: str) -> str:
        """A variable's name in this style."""
        return name

    def number(self, tree: Number) -> tuple[str, int]:
        """The text of a number, and how tightly that binds."""
        key = (tree.value, tree.decimal)
        known = self.numbers.get(key)
        if known is None:
            text = exact_text(tree.value, self.decimal or tree.decimal)
            if tree.decimal and self.keeps_point and text.isdecimal():
                text += ".0"
            text = self.spell_number(text)
            known = self.numbers[key] = (text, number_level(text))
        return known

    def write_number(self, tree: Number, guarded: bool) -> str:
        return str(self.operand(tree, 0, guarded))

    def spell_number(self, text: str) -> str:
        """A number in this style, from its text in gradcli's language."""
        return text

    def write_binary(self, tree: Binary, guarded: bool) -> Parts | str:
        """An operation, with the sums or products on its left in one go: they are chains, and hardly ever shared."""
        row = self.rows[tree.op]
        parts = [self.operand(tree.right, row.right, row.level > COMPARE), row.sign]
        chain = CHAINS.get(tree.op, "")
        while type(tree.left) is Binary and tree.left.op in chain:
            tree = tree.left
            row = self.rows[tree.op]
            parts += (self.operand(tree.right, row.right, True), row.sign)
        parts.append(self.operand(tree.left, row.left, guarded))
        if all(type(part) is str for part in parts):
            return "".join(parts[::-1])
        return tuple(parts[::-1])

    def write_unary(self, tree: Unary, guarded: bool) -> Parts | str:
        if tree.op == "not":
            return ("not ", self.operand(tree.operand, NOT))
        operand = self.operand(tree.operand, PRODUCT if type(tree.operand) is Number else self.minus_operand, True)
        if type(operand) is str:
            return f"{self.opening}-{operand}{self.closing}" if guarded else "-" + operand
        return (self.opening, "-", operand, self.closing) if guarded else ("-", operand)

    def write_call(self, tree: Call, guarded: bool) -> Parts | str:
        if "/" in tree.function:
            return tree.function
        name = self.spell_function(tree.function)
        if len(tree.arguments) == 1 and not tree.keywords:
            argument = self.operand(tree.arguments[0], 0)
            return f"{name}({argument})" if type(argument) is str else (f"{name}(", argument, ")")
        return (f"{name}(", *self.arguments(tree), ")")

    def spell_function(self, name: str) -> str:
        """A function's name in this style."""
        return name

    def arguments(self, tree: Call) -> Parts:
        """The arguments with commas between them, then the keywords."""
        parts: list[Part] = commas(tree.arguments)
        for name, value in tree.keywords:
            parts += [", ", f"{name}=", value] if parts else [f"{name}=", value]
        return tuple(parts)

    def write_transpose(self, tree: Transpose, guarded: bool) -> Parts:
        return (self.operand(tree.operand, POSTFIX), ".T")

    def write_vector(self, tree: Vector, guarded: bool) -> Parts:
        return ("[", *commas(tree.items), "]")

    def write_index(self, tree: Index, guarded: bool) -> Parts:
        return (self.operand(tree.base, POSTFIX), "[", *commas(tree.subscripts, ","), "]")

    def write_slice(self, tree: Slice, guarded: bool) -> Parts:
        lower, upper, step = (() if part is None else (part,) for part in (tree.lower, tree.upper, tree.step))
        return (*lower, ":", *upper, *((":", *step) if step else ()))

    def write_text(self, tree: Text, guarded: bool) -> str:
        return f"'{tree.value}'" if '"' in tree.value else f'"{tree.value}"'


def too_long() -> GradcliError:
    """The error for a text that nobody reads."""
    return GradcliError(
        "limit",
        f"the answer as text is longer than {limits.OUTPUT_CHARACTERS} characters",
        hint="ask for its value at a point (--at) with --method autodiff",
    )


def forms_of(printer: type[Printer]) -> dict[type, Callable[[Any, Any, bool], Parts | str]]:
    """What writes each kind of node: functions, as methods would keep a printer and its pieces alive."""
    kinds = (Name, Number, Binary, Call, Unary, Transpose, Vector, Index, Slice, Text)
    return {kind: getattr(printer, f"write_{kind.__name__.lower()}") for kind in kinds}


Printer.forms = forms_of(Printer)


class PrettyPrinter(Printer):
    """Unicode for people: `x1² + 2·x1·x2`, `√x`, `θ`, `Aᵀ`, `|x|`."""

    rows = PRETTY_ROWS
    keeps_point = False
    minus_operand = PRODUCT
    SIGNS: Final[Mapping[str, str]] = {"sqrt": "√", "cbrt": "∛"}
    FENCES: Final[Mapping[str, tuple[str, str]]] = {"abs": ("|", "|"), "norm": ("‖", "‖")}
    CLOSED_FENCES: Final[Mapping[str, tuple[str, str]]] = {"floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}

    def spell(self, name: str) -> str:
        return pretty_name(name)

    def call_level(self, tree: Call) -> int:
        return POWER if len(tree.arguments) == 1 and tree.function in self.SIGNS else ATOM

    def write_binary(self, tree: Binary, guarded: bool) -> Parts | str:
        if tree.op == "**" and (raised := self.raised(tree.right)):
            base = self.operand(tree.left, POWER + 1, guarded)
            return base + raised if type(base) is str else (base, raised)
        if tree.op == "@" and type(tree.left) is Binary and (tree.left.op == "/" or tree.left.op is ENTRYWISE_PRODUCT):
            return ([tree.left], " ", self.operand(tree.right, MINUS, True))  # without a sign it binds more tightly
        return super().write_binary(tree, guarded)

    def raised(self, tree: Tree) -> str:
        """The exponent in raised characters where there are such; else empty."""
        sign = ""
        if type(tree) is Unary and tree.op == "-":
            sign, tree = "-", tree.operand
        return superscript(sign + str(self.operand(tree, 0))) if type(tree) in (Number, Name) else ""

    def write_call(self, tree: Call, guarded: bool) -> Parts | str:
        argument, *rest = tree.arguments or (tree,)
        order = rest[0].value if len(rest) == 1 and type(rest[0]) is Number and not tree.keywords else 0
        if tree.function == "norm" and order in (1, 2) and flat(argument):
            return ("‖", argument, "‖₁" if order == 1 else "‖₂")
        if len(tree.arguments) != 1 or tree.keywords:
            return super().write_call(tree, guarded)
        if sign := self.SIGNS.get(tree.function):
            return (sign, self.operand(argument, NUMBER))
        fence = self.CLOSED_FENCES.get(tree.function) or (self.FENCES.get(tree.function) if flat(argument) else None)
        return (fence[0], argument, fence[1]) if fence else super().write_call(tree, guarded)

    def spell_function(self, name: str) -> str:
        return PRETTY_FUNCTIONS.get(name) or pretty_name(name).replace("'", "′")

    def write_transpose(self, tree: Transpose, guarded: bool) -> Parts:
        return (self.operand(tree.operand, POSTFIX), "ᵀ")


def commas(trees: Sequence[Tree], comma: str = ", ") -> list[Part]:
    """The trees with a separator between each two."""
    parts: list[Part] = [comma] * (2 * len(trees) - 1) if trees else []
    parts[::2] = trees
    return parts


def flat(tree: Tree) -> bool:
    """A few names and numbers, such as `A x - b`: short enough to stand between bars."""
    leaves, stack = 0, [tree]
    while stack and leaves + len(stack) <= MOST_BETWEEN_BARS:
        part = stack.pop()
        if type(part) is Binary:
            stack += (part.left, part.right)
            continue
        if type(part.operand if type(part) is Transpose else part) not in (Name, Number, Index):
            return False
        leaves += 1
    return not stack


MOST_BETWEEN_BARS: Final = 4


def number_level(text: str) -> int:
    """How tightly a written number binds: `1/3` like a quotient, `-2` like a minus sign."""
    if text[0] == "-":
        return PRODUCT if "/" in text else MINUS
    return PRODUCT if "/" in text or "\\" in text else NUMBER


def exact_text(value: int | Fraction, decimal: bool) -> str:
    """An exact number: `3`, `1/3`, and with `decimal` `0.5` or `1e-10` where the expansion ends."""
    if type(value) is int:
        return whole_text(value) if not decimal or -(10**6) < value < 10**6 else decimal_text(value, 1)
    top, bottom = value.numerator, value.denominator
    quotient = whole_text(top) if bottom == 1 else f"{whole_text(top)}/{whole_text(bottom)}"
    if not decimal:
        return quotient
    text = decimal_text(top, bottom)
    return text if text and (len(text) <= 22 or len(text) <= len(quotient)) else quotient


def decimal_text(top: int, bottom: int) -> str:
    """top/bottom as a terminating decimal, `1e-10` where that is much shorter; empty where it does not terminate."""
    places = max(multiplicity(bottom, 2), multiplicity(bottom, 5))
    scaled, rest = divmod(abs(top) * 10**places, bottom)
    if rest:
        return ""
    digits = whole_text(scaled)
    shorter = digits.rstrip("0") or "0"
    point = len(digits) - places  # where the point stands, counted from the first digit
    fixed = place_point(shorter, point)
    mantissa = shorter[0] + ("." + shorter[1:] if len(shorter) > 1 else "")
    scientific = f"{mantissa}e{point - 1}"
    text = scientific if len(scientific) + 4 < len(fixed) and scaled else fixed
    return "-" + text if top < 0 else text


def place_point(digits: str, point: int) -> str:
    """The digits with the decimal point behind the first `point` of them: `place_point("5", -1)` is 0.05."""
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def multiplicity(number: int, prime: int) -> int:
    """How often the prime divides the number."""
    if prime == 2:
        return (number & -number).bit_length() - 1
    count = 0
    while number % prime == 0:
        number //= prime
        count += 1
    return count


_CHUNK: Final = 4000


def whole_text(value: int) -> str:
    """`str(value)` without Python's limit of 4,300 digits."""
    if value.bit_length() < 13_000:
        return str(value)
    chunks, rest = [], abs(value)
    while rest:
        rest, low = divmod(rest, 10**_CHUNK)
        chunks.append(str(low).zfill(_CHUNK))
    return ("-" if value < 0 else "") + "".join(reversed(chunks)).lstrip("0")
