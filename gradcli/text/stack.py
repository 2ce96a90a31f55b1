"""The stack on which expressions are read: what waits for an operand, and the operands themselves.

`operators` holds what waits, each with its right binding power and the token where it stands: binary operators (even
powers), prefix signs (odd powers) and open brackets (power 0; each has a `Frame` in `frames`). No recursion anywhere.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind
from gradcli.text.tokens import Spelled, integer, quoted, shortened
from gradcli.text.tree import (
    COMPARISONS,
    ENTRYWISE_POWER,
    LATEX_DOT,
    LATEX_POWER,
    LATEX_PRODUCT,
    LATEX_TIMES,
    Binary,
    Bound,
    Call,
    Name,
    Number,
    Tree,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ClassVar, Final

    from gradcli.text.tokens import Tokens
    from gradcli.text.tree import AskedDerivative, Vector

    Step = tuple[bool, int]  # whether an operand must come next, and the token that comes next
    Handler = Callable[["Stack", int], Step]

OR: Final = 2
AND: Final = 4
NOT: Final = 5
COMPARE: Final = 6
SUM: Final = 10
REDUCING: Final = 11  # the sum and product signs of LaTeX take the whole term that follows
PRODUCT: Final = 20
APPLIED: Final = 23  # a LaTeX function without brackets takes the factors that follow: sin 2x
FACTOR: Final = 24  # those factors
NEGATE: Final = 31  # a minus or a root sign takes powers (`-x^2`, `√x²`) and no products
POWER: Final = 40
FRACTION: Final = 42  # \\frac{a}{b}, which nothing tears apart
BRACKETED: Final = 43  # a LaTeX function with a power and brackets: \\sin^2(x)

BINARY: Final[dict[str, tuple[str, int, int]]] = {
    **dict.fromkeys(("or", "∨"), ("or", OR, OR)),
    **dict.fromkeys(("and", "∧"), ("and", AND, AND)),
    **{text: (text, COMPARE, COMPARE) for text in COMPARISONS},
    "≤": ("<=", COMPARE, COMPARE), "≥": (">=", COMPARE, COMPARE), "≠": ("!=", COMPARE, COMPARE),
    "+": ("+", SUM, SUM), "-": ("-", SUM, SUM), "−": ("-", SUM, SUM),
    **dict.fromkeys(("*", "·", "×", "⋅", "⊙", "∗"), ("*", PRODUCT, PRODUCT)),
    **dict.fromkeys(("/", "÷", "∕"), ("/", PRODUCT, PRODUCT)),
    "@": ("@", PRODUCT, PRODUCT),
    "\\cdot": (LATEX_DOT, PRODUCT, PRODUCT),
    "\\times": (LATEX_TIMES, PRODUCT, PRODUCT),
    **dict.fromkeys(("**", "^"), ("**", POWER + 1, POWER)),
    "^\\odot": (ENTRYWISE_POWER, POWER + 1, POWER),
    "\\frac": ("/", FRACTION + 1, FRACTION),
}  # fmt: skip
"""As typed -> the operator, its left and its right binding power."""

LATEX_BINARY: Final = {**BINARY, **dict.fromkeys(("**", "^"), (LATEX_POWER, POWER + 1, POWER))}
"""The same in LaTeX."""

JUXTAPOSITION: Final = (LATEX_PRODUCT, PRODUCT, PRODUCT)
LATEX_JUXTAPOSITION: Final = (LATEX_PRODUCT, PRODUCT, PRODUCT)
TIGHT_JUXTAPOSITION: Final = (LATEX_PRODUCT, FACTOR, FACTOR)

PRODUCT_SIGNS: Final = frozenset(text for text, (_, left, _) in BINARY.items() if left == PRODUCT)
PROGRAMMING: Final = frozenset((
    "lambda", "def", "return", "function", "import", "from", "if", "for", "while", ">", "<", "↦", "→", "@", ":=",
    "const", "let", "print", "var", "derivative", "Derivative", "gradient", "Gradient", "differentiate",
    "Differentiate", "symbols", "Symbol", "backward", "else", "?", "double", "float", "int", "long", "real", "auto",
    "static", "public", "private", "inline", "fn", "func", "syms", "clear", "close", "clc", "using", "library", "In",
    "Out", "julia",
))  # fmt: skip
"""Words and signs of texts that may hold a function as programmers define it."""
BARS: Final = ("|", "||", "‖")


class Frame:
    """An open bracket.

    form        `(`, `call`, `[` (a vector), `matrix` (LaTeX), `index`, `|`, `||`, `‖`, or `text` around everything
    name        of a call's function, as it is called inside
    conditions  comparisons may stand here: in the condition of a `where`, and in brackets within it
    items, keywords    the arguments, entries or subscripts that are finished
    keyword     of the argument that is being read
    colon, lower, second, upper    the slice that is being read, up to its first colon, and up to its second
    origin      of a call: behind a `module`'s name, a `method`, or "";  rows: of `[a; b]`, those that are finished
    """

    __slots__ = (
        *("colon", "conditions", "form", "items", "keyword", "keywords", "lower", "name", "origin"),
        *("rows", "second", "upper"),
    )

    def __init__(self, form: str, name: str = "", conditions: bool = False) -> None:
        self.form, self.name, self.conditions = form, name, conditions
        self.items: list[Tree] = []
        self.keywords: dict[str, Tree] = {}
        self.keyword: str | None = None
        self.lower: Tree | None = None
        self.colon: int | None = None
        self.origin = ""
        self.upper: Tree | None = None
        self.second: int | None = None
        self.rows: list[Vector] | None = None


PLAIN: Final = Frame("(")
CONDITION: Final = Frame("(", conditions=True)


class ProgrammedHead(NamedTuple):
    """What stands before the body of a function: its name, if it has one, and its parameters, if it says them."""

    name: str | None
    parameters: tuple[str, ...] | None
    start: int
    end: int


CONDITIONAL: Final = frozenset(("where", "ifelse", "IF", "iif", "piecewise", "If", "WENN", "SI", "Which", "IFS"))
"""Functions whose first argument is a condition."""
ALTERNATING: Final = frozenset(("piecewise", "Which", "IFS"))
"""Those in which conditions and values take turns."""


class Stack:
    """The state of reading: the tokens, and what was read of them. `place` is the token at which reading stopped.

    applied    a function without brackets has been met in a plain text
    programming  the text may define functions as programmers do;  header: a `def` before its `return`
    asked        what `diff(f, x)` asks for
    raised_to  whether each T of the text is an exponent, once somebody has asked;  own: the names that the text defines
    headed     those that it defines as functions
    """

    __slots__ = (
        "applied",
        "asked",
        "depth",
        "ends",
        "frames",
        "headed",
        "header",
        "kinds",
        "latex",
        "names",
        "numbers",
        "operands",
        "operators",
        "own",
        "place",
        "places",
        "powers",
        "programming",
        "quantities",
        "raised_to",
        "source",
        "spelled",
        "starts",
        "texts",
        "wrong",
    )  # fmt: skip

    read_inner: ClassVar[Callable[[Stack], Tree]]
    """Reads an expression on a stack of its own; filled by `expressions`, for texts inside a token."""

    def __init__(self, tokens: Tokens, spelled: Spelled | None = None) -> None:
        (
            self.source,
            self.kinds,
            self.texts,
            self.starts,
            self.ends,
            (words, self.names, self.numbers, self.wrong),
            self.latex,
            found,
            notes,
        ) = tokens
        self.spelled = spelled or found or Spelled()
        self.place = 0
        self.applied = False
        self.programming = not PROGRAMMING.isdisjoint(words)
        self.header: ProgrammedHead | None = None
        self.asked: AskedDerivative | None = None
        self.spelled.notes.extend(notes)
        self.raised_to: bool | None = None
        self.own: frozenset[str] | None = None
        self.headed: frozenset[str] | None = None
        self.quantities: frozenset[str] | None = None
        self.clear()

    def clear(self) -> None:
        """Forget what waits."""
        self.depth = 0
        self.operands: list[Tree] = []
        self.operators: list[str] = []
        self.powers: list[int] = []
        self.places: list[int] = []
        self.frames: list[Frame] = []

    def open(self, frame: Frame, here: int) -> Step:
        """Open a bracket; an operand must follow."""
        self.depth += 1
        if self.depth > limits.DEPTH:
            raise self.error(
                here,
                f"brackets and signs may nest {limits.DEPTH} deep",
                "name the inner parts: y = ...; u = ...",
                "limit",
            )
        self.frames.append(frame)
        self.push("(", 0, here)
        return True, here + 1

    def push(self, symbol: str, power: int, here: int) -> None:
        """Something that waits for its right operand."""
        self.operators.append(symbol)
        self.powers.append(power)
        self.places.append(here)

    def prefix(self, symbol: str, power: int, here: int) -> Step:
        """A sign or function before its operand. It nests like a bracket."""
        self.open(PLAIN, here)
        self.frames.pop()
        self.operators[-1], self.powers[-1] = symbol, power
        return True, here + 1

    def apply_prefix(self, here: int = 0) -> None:
        """Give the uppermost prefix its operand. `here`: the operator that ends it."""
        if self.powers[-1] == APPLIED and self.applied and self.texts[here] in PRODUCT_SIGNS:
            self.refuse_tight_sign(here)
        self.powers.pop()
        self.depth -= 1
        symbol, place = self.operators.pop(), self.places.pop()
        operand = self.operands[-1]
        start = self.starts[place]
        if symbol in ("-", "not"):
            self.operands[-1] = Unary(symbol, operand, start, operand.end)
            return
        if symbol in self.spelled.bounds:
            self.operands[-1] = self._bound(symbol, place, operand)
            return
        function, _, power = symbol.partition("^")
        if function.startswith("log_"):
            self.operands[-1] = self._logarithm(function, power, place, operand)
            return
        tree: Tree = Call(function, (operand,), (), self.ends[place], start, operand.end)
        if power:  # sin^2 x, sin^n x
            from gradcli.text.rewrite import exponent

            tree = Binary("**", tree, exponent(power, start, self.ends[place]), start, start, operand.end)
        self.operands[-1] = tree

    def _bound(self, symbol: str, place: int, body: Tree) -> Tree:
        """A sum or product over an index, over the term that follows its sign."""
        function, indices, lower, upper = self.spelled.bounds[symbol]
        start, end = self.starts[place], self.ends[place]
        limit: Tree | None = None
        if upper is not None:
            name, offset = upper
            limit = Number(abs(offset), False, start, end)
            if name is not None:
                named = Name(name, start, end)
                limit = Binary("-" if offset < 0 else "+", named, limit, start, start, end) if offset else named
        return Bound(function, indices, lower, limit, body, end, start, body.end)

    def _logarithm(self, function: str, power: str, place: int, operand: Tree) -> Tree:
        """A logarithm to another base: log_b x is log(x)/log(b)."""
        start, end = self.starts[place], self.ends[place]
        base = function.removeprefix("log_")
        bottom: Tree = Number(integer(base), False, start, end) if base.isdigit() else Name(base, start, end)
        above, below = (Call("log", (part,), (), end, start, part.end) for part in (operand, bottom))
        tree = Binary("/", above, below, start, start, operand.end)
        if power:
            from gradcli.text.rewrite import exponent

            tree = Binary("**", tree, exponent(power, start, end), start, start, operand.end)
        return tree

    def reduce(self, left: int = 1) -> None:
        """Give their operands to all that bind at least as tightly as `left`, up to the open bracket."""
        operands, powers = self.operands, self.powers
        while powers[-1] >= left:
            if powers[-1] & 1:
                self.apply_prefix()
                continue
            powers.pop()
            last = operands.pop()
            first = operands[-1]
            at = self.starts[self.places.pop()]
            operands[-1] = Binary(self.operators.pop(), first, last, at, first.start, last.end)

    def infix(self, row: tuple[str, int, int], here: int) -> None:
        """An operator between the operand before it and the one that must follow."""
        self.reduce(row[1])
        self.push(row[0], row[2], here)

    def leave(self) -> tuple[Frame, int]:
        """Close the innermost bracket, which is complete; it and the token that opened it."""
        self.reduce()
        self.depth -= 1
        self.operators.pop()
        self.powers.pop()
        return self.frames.pop(), self.places.pop()

    # ---------------------------------------------------------------- looking ahead

    def is_function(self, here: int) -> bool:
        """Whether a function without brackets, or any call, stands here."""
        from gradcli.text.foreign.words import APPLIED_WORDS

        text, after = self.texts[here], self.kinds[here + 1]
        called = after == kind.OPEN or (after == kind.OPEN_SQUARE and text[0].isupper() and len(text) > 1)  # Cos[x]
        return self.kinds[here] == kind.NAME and (text in APPLIED_WORDS or called)

    def argument_text(self, here: int) -> str:
        """The text of the operand that begins here: a bracket as a whole, a name or number, a call."""
        last, depth = here, 0
        while last < len(self.kinds) - 1:
            what = self.kinds[last]
            depth += (what in (kind.OPEN, kind.OPEN_SQUARE, kind.ANGLE)) - (what in kind.CLOSING)
            if depth <= 0 and self.kinds[last + 1] not in (kind.OPEN_SQUARE, kind.OPEN)[: 1 + (what == kind.NAME)]:
                break
            last += 1
        return self.source.text[self.starts[here] : self.ends[last]]

    # ---------------------------------------------------------------- two readings

    def refuse_tight_sign(self, here: int) -> None:
        """Raise for `sin x/2`, where no blank says that the argument of sin ends before the sign."""
        if self.starts[here] > self.ends[here - 1] or self.is_function(here + 1):
            return
        name, _, power = self.operators[-1].partition("^")
        argument, sign, other = self.typed(self.operands[-1]), self.texts[here], self.argument_text(here + 1)
        power = f"^{power}" if power else ""
        hint = f"write {name}({argument}){power}{sign}{other} or {name}({argument}{sign}{other}){power}"
        raise self.error(here, f"where the argument of {name} ends can be read in two ways", hint, "ambiguous")

    def refuse_division(self, here: int) -> None:
        """Raise for `1/2x`."""
        self.reduce(PRODUCT + 1)
        if self.powers[-1] == PRODUCT and self.operators[-1] == "/":
            raise self.two_readings(here, "/")

    def two_readings(self, here: int, sign: str) -> GradcliError:
        """The error of a product without a sign after `a/b` or `a^b`."""
        from gradcli.text.foreign.words import unglued

        left, right = map(self.typed, self.operands[-2:])
        factor = self.argument_text(here)
        if self.kinds[here] == kind.BAR:
            factor = factor + "..." + factor
        factor = next(iter(unglued(factor)), factor)
        shown = f"{left}{sign}{right}"
        first = f"({shown})*{factor}" if sign == "/" else f"{shown}*{factor}"
        error = self.error(here, f"{shown}{self.texts[here]} can be read in two ways",
                           f"write {first} or {left}{sign}({right}*{factor})", "ambiguous")  # fmt: skip
        if error.span is not None:
            error.span = error.span._replace(start=self.operands[-2].start)
        return error

    # ---------------------------------------------------------------- errors

    def error(self, here: int, message: str, hint: str | None = None, code: str = "syntax") -> GradcliError:
        """An error at a token."""
        return GradcliError(code, message, Span(self.source, self.starts[here], self.ends[here]), hint)

    def note(self, text: str) -> None:
        """Keep what the answer has to tell about the reading, once."""
        if text not in self.spelled.notes:
            self.spelled.notes.append(text)

    def own_functions(self) -> frozenset[str]:
        """The names that the text itself defines or declares."""
        if self.own is None:
            pairs = zip(self.texts, self.kinds[1:], strict=False)
            self.own = frozenset(text for text, after in pairs if after in (kind.EQUALS, kind.COLON))
        return self.own

    def stands_alone(self, name: str) -> bool:
        """Whether a name stands somewhere without a bracket behind it, so that it is a quantity."""
        if self.quantities is None:
            pairs = zip(self.texts, self.kinds, self.kinds[1:], strict=False)
            after = (kind.OPEN, kind.JUXTAPOSE)
            self.quantities = frozenset(text for text, what, next_ in pairs if what == kind.NAME and next_ not in after)
        return name in self.quantities

    def typed(self, tree: Tree) -> str:
        """The text of a tree, shortened, for a hint."""
        return shortened(self.source.text[tree.start : tree.end], 40)

    def close_group(self, here: int) -> None:
        """Close a round bracket that only groups. What was in it then stands where its brackets stand."""
        self.frames.pop()
        self.depth -= 1
        self.operators.pop()
        self.powers.pop()
        opened = self.places.pop()
        tree = self.operands[-1]
        if type(tree) is Binary or type(tree) is Unary:  # names and numbers keep their own place
            tree.start, tree.end = self.starts[opened], self.ends[here]

    def opening(self) -> int:
        """The token of the innermost open bracket."""
        waiting = len(self.powers) - 1
        while self.powers[waiting]:
            waiting -= 1
        place = self.places[waiting]
        return place + (self.frames[-1].form == "call" and self.kinds[place] != kind.ANGLE)

    def spot(self, tree: Tree, message: str, hint: str | None = None, code: str = "syntax") -> GradcliError:
        """An error at a tree."""
        return GradcliError(code, message, Span(self.source, tree.start, tree.end), hint)

    def unclosed(self) -> GradcliError:
        """The error of a bracket that nothing closes."""
        form, place = self.frames[-1].form, self.opening()
        text = quoted("||" if form == "||" else self.texts[place])
        return self.error(place, f"{text} is never closed", f"write {CLOSERS[form]} where it ends")


CLOSERS: Final = {
    "(": ")",
    "call": ")",
    "tuple": ")",
    "point": ")",
    "braces": "}",
    "cases": "\\end{cases}",
    "[": "]",
    "index": "]",
    "matrix": "\\end{pmatrix}",
    "|": "|",
    "||": "||",
    "‖": "‖",
}
"""What closes each form of bracket."""
