r"""Trees as LaTeX for mathematics mode. What is written is read back to the same function: tests print and read all."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.letters import call_template, escape, function_latex, latex_name, latex_partial, loosest_sign
from gradcli.render.printer import (
    ATOM,
    COMPARE,
    MINUS,
    NUMBER,
    POSTFIX,
    POWER,
    PRODUCT,
    SUM,
    TEXT_ROWS,
    NotationRow,
    Printer,
    commas,
)
from gradcli.text.tree import (
    ENTRYWISE_ABS,
    ENTRYWISE_POWER,
    ENTRYWISE_PRODUCT,
    Binary,
    Call,
    Index,
    Name,
    Number,
    Text,
    Transpose,
    Tree,
    Unary,
    Vector,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Final

    from gradcli.render.printer import Part, Parts

LATEX_ROWS: Final[Mapping[str, NotationRow]] = {
    **TEXT_ROWS,
    "or": NotationRow(r" \lor ", 1, 1, 2),
    "and": NotationRow(r" \land ", 2, 2, 3),
    "<=": NotationRow(r" \le ", COMPARE, SUM, SUM),
    ">=": NotationRow(r" \ge ", COMPARE, SUM, SUM),
    "==": NotationRow(" = ", COMPARE, SUM, SUM),
    "!=": NotationRow(r" \ne ", COMPARE, SUM, SUM),
    "+": NotationRow(" + ", SUM, SUM, SUM),
    "*": NotationRow(" ", PRODUCT, PRODUCT, MINUS),
    "@": NotationRow(" ", PRODUCT, PRODUCT, MINUS),
}

GREEK_FUNCTIONS: Final = (r"\Gamma", r"\psi", r"\zeta")
r"""Their powers stand behind the bracket: `\psi^{2}(x)` would be read in two ways."""


class LatexPrinter(Printer):
    r"""LaTeX for mathematics mode: `x_{1}^{2} + \frac{a}{b}`."""

    rows = LATEX_ROWS
    keeps_point = False
    minus_operand = PRODUCT
    opening, closing = r"\left(", r"\right)"

    def __init__(self, decimal: bool = False) -> None:
        super().__init__(decimal)
        self.binaries: dict[str, Callable[[Binary, bool], Parts | str]] = {
            "/": self.write_fraction,
            "**": self.write_power,
            "*": self.write_product,
            "@": self.write_matrix_product,
        }

    def spell(self, name: str) -> str:
        return latex_name(name)

    def spell_number(self, text: str) -> str:
        mantissa, _, exponent = text.partition("e")
        if exponent:
            return rf"{mantissa} \cdot 10^{{{exponent}}}"
        top, _, bottom = text.partition("/")
        return (rf"-\frac{{{top[1:]}}}" if top[0] == "-" else rf"\frac{{{top}}}") + f"{{{bottom}}}" if bottom else text

    def write_binary(self, tree: Binary, guarded: bool) -> Parts | str:
        form = self.binaries.get(tree.op)
        return form(tree, guarded) if form else super().write_binary(tree, guarded)

    def write_fraction(self, tree: Binary, guarded: bool) -> Parts:
        if not guarded and type(tree.left) is Unary and tree.left.op == "-":
            return (r"-\frac{", self.operand(tree.left.operand, PRODUCT), "}{", tree.right, "}")
        return (r"\frac{", tree.left, "}{", tree.right, "}")

    def write_power(self, tree: Binary, guarded: bool) -> Parts:
        base = tree.left
        if tree.op is ENTRYWISE_POWER:
            return (self.operand(base, POWER + 1, guarded), r"^{\odot ", self.operand(tree.right, NUMBER), "}")
        if type(base) is Call and type(tree.right) is Number and self.takes_exponent(base, tree.right):
            return (self.spell_function(base.function), "^{", tree.right, "}", *self.argument_list(base))
        return (self.operand(base, POWER + 1, guarded), "^{", tree.right, "}")

    def takes_exponent(self, base: Call, exponent: Number) -> bool:
        r"""The exponent stands behind the function's name, as in `\sin^{2}\left(x\right)`."""
        command = function_latex(base.function)
        named = command[0] == "\\" and command[1:].islower() and command not in GREEK_FUNCTIONS
        named = named and command[1:].isalpha() and self.template(base) is None
        return named and len(base.arguments) == 1 and type(exponent.value) is int and exponent.value > 1

    def write_product(self, tree: Binary, guarded: bool) -> Parts:
        if tree.op is ENTRYWISE_PRODUCT:
            left = [tree.left] if is_product(tree.left, "@") else self.operand(tree.left, PRODUCT, guarded)
            return (left, r" \odot ", self.operand(tree.right, MINUS, True))
        right = self.operand(tree.right, PRODUCT if has_bar(tree.right) else MINUS, True)
        dotted = type(right) is list or begins_with_digit(tree.right) or self.begins_with_bracket(tree.right)
        return (self.operand(tree.left, PRODUCT, guarded), r" \cdot " if dotted else " ", right)

    def begins_with_bracket(self, tree: Tree) -> bool:
        """A power, a transpose or a subscript of what stands in brackets: beside a word it would read as its call."""
        while True:
            base = tree.left if type(tree) is Binary and tree.op != "/" else None
            if type(tree) is Transpose:
                base = tree.operand
            elif type(tree) is Index:
                base = tree.base
            if base is None:
                return False
            least = POWER + 1 if type(tree) is Binary and tree.op == "**" else 0 if type(tree) is Binary else POSTFIX
            if type(self.operand(base, least)) is list:
                return True
            tree = base

    def write_matrix_product(self, tree: Binary, guarded: bool) -> Parts | str:
        r"""`A B`; `\odot` beside it would bind less tightly."""
        if not is_product(tree.left, ENTRYWISE_PRODUCT):
            return super().write_binary(tree, guarded)
        return ([tree.left], " ", self.operand(tree.right, MINUS, True))

    def write_unary(self, tree: Unary, guarded: bool) -> Parts | str:
        if tree.op == "not":
            return (r"\lnot ", self.operand(tree.operand, SUM))
        return super().write_unary(tree, guarded)

    def write_call(self, tree: Call, guarded: bool) -> Parts | str:
        if tree.function.startswith("∂"):
            return latex_partial(tree.function)
        if tree.function == "inv" and len(tree.arguments) == 1:
            return (self.operand(tree.arguments[0], POWER + 1), "^{-1}")
        if tree.function == "integral" and len(tree.arguments) == 4:
            body, letter, lower, upper = tree.arguments
            return (r"\int_{", lower, "}^{", upper, "} ", self.operand(body, PRODUCT), r" \, d ", letter)
        template = self.template(tree)
        if template is not None:
            return tuple(self.filled(tree, template))
        return (self.spell_function(tree.function), *self.argument_list(tree))

    def filled(self, tree: Call, template: tuple[str | int, ...]) -> Iterator[Part]:
        """A form with its arguments; one that a power or a factorial sign follows is in brackets where it must be."""
        for piece, after in zip(template, (*template[1:], ""), strict=True):
            if isinstance(piece, str):
                yield piece
            else:
                raised = isinstance(after, str) and after[:1] in ("^", "!")
                yield self.operand(tree.arguments[piece], POWER + 1) if raised else tree.arguments[piece]

    def level(self, tree: Tree) -> int:
        return POWER if type(tree) is Transpose else super().level(tree)  # LaTeX takes one superscript only

    def operand(self, tree: Tree, minimum: int, guarded: bool = False) -> Part:
        """A name with an upper index takes no second one."""
        found = super().operand(tree, minimum, guarded)
        if minimum > POWER and type(tree) is Name and "__" in tree.name:
            return f"{self.opening}{found}{self.closing}"
        return found

    def call_level(self, tree: Call) -> int:
        if tree.function.startswith("∂"):
            return PRODUCT
        if tree.function in ("inv", "integral"):
            return POWER if tree.function == "inv" else SUM + 1
        template = self.template(tree)
        return {"+": SUM, "^": POWER}.get(loosest_sign(template), ATOM) if template else ATOM

    def template(self, tree: Call) -> tuple[str | int, ...] | None:
        """How a call with a form of its own is written: `|x|`, `e^{x}`, cases. Numbers are places of arguments."""
        if tree.keywords or tree.function is ENTRYWISE_ABS:
            return None
        return call_template(tree.function, len(tree.arguments))

    def argument_list(self, tree: Call) -> Parts:
        return (self.opening, *self.arguments(tree), self.closing)

    def spell_function(self, name: str) -> str:
        return r"\operatorname{abs}" if name is ENTRYWISE_ABS else function_latex(name)

    def write_transpose(self, tree: Transpose, guarded: bool) -> Parts:
        return (self.operand(tree.operand, POSTFIX), r"^{\top}")

    def write_vector(self, tree: Vector, guarded: bool) -> Parts:
        rows = [item.items if type(item) is Vector else (item,) for item in tree.items]
        parts: list[Part] = [r"\begin{pmatrix}"]
        for number, row in enumerate(rows):
            parts += ([r" \\ "] if number else []) + commas(row, " & ")
        return (*parts, r"\end{pmatrix}")

    def write_index(self, tree: Index, guarded: bool) -> Parts:
        base = self.operand(tree.base, POSTFIX)
        if type(base) is str and "_" in base:  # LaTeX takes one subscript only
            base = f"{{{base}}}"
        return (base, "_{[", *commas(tree.subscripts, ","), "]}")

    def write_text(self, tree: Text, guarded: bool) -> str:
        return rf"\text{{{escape(tree.value)}}}"


def has_bar(tree: Tree) -> bool:
    """It is written with a horizontal bar, which is a bracket of its own, or is a number or a partial derivative."""
    if type(tree) is Call:
        return tree.function.startswith("∂")
    return type(tree) is Number or (type(tree) is Binary and tree.op == "/")


def begins_with_digit(tree: Tree) -> bool:
    """Two numbers side by side would read as one: `2 \\cdot 2^{x}`."""
    while type(tree) is Binary and tree.op != "/":
        tree = tree.left
    if type(tree) is Call and not tree.keywords:
        first = (call_template(tree.function, len(tree.arguments)) or ("",))[0]
        return first[:1].isdigit() if isinstance(first, str) else begins_with_digit(tree.arguments[first])
    return type(tree) is Number


def is_product(tree: Tree, sign: str) -> bool:
    """A product with this sign, `@` or that of arrays entry by entry, is what the text begins and ends with."""
    return type(tree) is Binary and (tree.op == "@" if sign == "@" else tree.op is sign)
