"""Functions as programmers define them: `lambda x, y: ...`, `def f(x): ... return ...`, `@(x) ...`, `(x, y) => ...`.

The names in the brackets are the variables, as in `f(x, y) = ...`; nothing is run. Codes of errors: `syntax`, with the
line that is no formula.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.stack import ProgrammedHead
from gradcli.text.tokens import canonical_name, quoted
from gradcli.text.tree import AskedDerivative

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.stack import Stack

EXAMPLES: Final = {
    "lambda x, y: x**2*y": "(x, y) x**2*y", "def f(x): return x**2": "f (x) x**2", "f = lambda x: x**2": "f (x) x**2",
    "def f(x: float) -> float:\n    return x**2": "f (x) x**2", "return x**2": "x**2", ">>> y = x**2": "y x**2",
    "@(x) x.^2": "(x) x**2", "f = @(x, y) x*y": "f (x, y) x*y", "x -> x^2": "(x) x^2", "(x, y) -> x*y": "(x, y) x*y",
    "(x, y) => x*y": "(x, y) x*y", "x ↦ x^2": "(x) x^2", "f: x ↦ x^2": "f (x) x^2", "function(x) x^2": "(x) x^2",
    "f <- function(x) x^2": "f (x) x^2", "f[x_, y_] := x*y": "f (x, y) x*y", "=A1^2+SIN(B1)": "A1^2+sin(B1)",
    "const f = x => x**2": "f (x) x**2", "function f(x) { return x*x; }": "f (x) x*x", "y <- x^2": "y x^2",
    "import numpy as np\nnp.exp(x)": "exp(x)", "syms x y\nx^2*y": "x^2*y", "In [1]: x**2": "x**2",
    "function y = f(x)\ny = x^2;\nend": "f (x) x^2", "function f(x)\n  x^2\nend": "f (x) x^2",
    "double f(double x) { return x*x; }": "f (x) x*x", "double y = x*x;": "y x*x",
    "fn f(x: f64) -> f64 { x*x }": "f (x) x*x", "f(x::Float64) = x^2": "f (x) x^2", "std::pow(x, 2)": "x^2",
    "if x > 0 then x else 0": "where(x > 0, x, 0)", "=SUM(A1:A3)": "sum([A1, A2, A3])",
}  # fmt: skip
"""Definitions of other languages: the name, the variables and the expression; a test reads each."""

REQUESTS: Final = frozenset(("derivative", "gradient", "differentiate", "differential", "grad", "diff", "find"))
_FILLERS: Final = frozenset(
    ("the", "of", "find", "compute", "calculate", "partial", "first", "function", "what", "is", "derivatives", "a")
)
_REFUSED: Final = frozenset(("if", "for", "while", "with", "class", "try", "assert", "print", "else", "elif", "raise"))
_DECLARING: Final = frozenset(("const", "let", "var"))


def skip_words(stack: Stack) -> bool:
    """Go past what is no statement of its own: prompts, imports, docstrings, the head of a `def`.

    Whether something was passed. Raises `syntax` for statements that no formula has: loops, conditions, classes.
    """
    here, kinds, word = stack.place, stack.kinds, stack.texts[stack.place]
    if kinds[here] == kind.NAME or word == "@":
        from gradcli.text.foreign.bodies import skip_line

        if skip_line(stack):
            return True
    if word == ">":
        while stack.texts[stack.place] == ">":
            stack.place += 1
        return True
    if kinds[here] == kind.STRING and kinds[here + 1] in kind.STATEMENT_ENDS:
        stack.place += 1
        return True
    if _braced(stack):
        return True
    if kinds[here] != kind.NAME:
        return False
    if word in _REFUSED and kinds[here + 1] in (kind.NAME, kind.NUMBER, kind.OPEN, kind.COLON):
        raise _no_formula(stack, here)
    begun = _BEGINNINGS.get(word)
    return begun is not None and begun(stack)


def _import(stack: Stack) -> bool:
    """`import numpy as np`: the line is passed."""
    if stack.kinds[stack.place + 1] != kind.NAME:
        return False
    while stack.kinds[stack.place] not in kind.STATEMENT_ENDS:
        stack.place += 1
    return True


def _no_formula(stack: Stack, here: int) -> GradcliError:
    line = stack.source.text.count("\n", 0, stack.starts[here]) + 1
    hint = "write the formula alone; where(condition, a, b) chooses, sum(x) adds the entries of a vector"
    return stack.error(here, f"{quoted(stack.texts[here])} in line {line} begins a statement that is no formula", hint)


def _definition(stack: Stack) -> bool:
    """`def f(x, y):` and `function f(x, y) {`: kept until the `return` comes."""
    here = stack.place + 1
    output = ""
    if stack.kinds[here] != kind.NAME and not _is_output(stack, here):
        return False
    if _is_output(stack, here):
        bracket = stack.kinds[here] == kind.OPEN_SQUARE
        output, here = stack.texts[here + bracket], here + 2 + 2 * bracket
    name, start, end = stack.names[stack.texts[here]], stack.starts[here], stack.ends[here]
    if stack.kinds[here + 1] != kind.OPEN:
        raise stack.error(here, "the brackets with the variables are missing", f"write {name}(x) = ..., or x -> x^2")
    parameters, after = _parameters(stack, here + 1)
    stack.header = ProgrammedHead(name, parameters, start, end)
    if "{" in stack.texts[after : after + 5]:
        after = stack.texts.index("{", after)
        _braces_as_lines(stack)
    else:
        while stack.kinds[after] not in (kind.COLON, *kind.STATEMENT_ENDS):
            after += 1
    if stack.kinds[after] != kind.COLON:
        _return_last(stack, after, output)
    if stack.kinds[after] == kind.END:
        raise stack.error(after - 1, "the body of the function is missing", f"write {name}(x) = ...")
    stack.place = after + 1
    return True


def _braced(stack: Stack) -> bool:
    """Whether `f <- function(x) {` or `(x) => {` stands here with several lines behind it: kept until the `return`."""
    kinds, texts = stack.kinds, stack.texts
    name, here = None, stack.place
    if kinds[here : here + 2] == [kind.NAME, kind.EQUALS] or texts[here + 1 : here + 3] == ["<", "-"]:
        name, here = stack.names[texts[here]], here + (2 if kinds[here + 1] == kind.EQUALS else 3)
    arrow = kinds[here] == kind.OPEN
    if not arrow and (texts[here] not in ("function", "\\") or kinds[here + 1] != kind.OPEN):
        return False
    after = here
    while kinds[after] not in (kind.CLOSE, *kind.STATEMENT_ENDS):
        after += 1
    after += 3 if arrow and texts[after + 1 : after + 3] == ["=", ">"] else 1
    if texts[after : after + 1] != ["{"] or (arrow and texts[after - 1] != ">"):
        return False
    lines, begun = 0, False
    for place in range(after + 1, len(kinds)):
        ended = kinds[place] in kind.STATEMENT_ENDS or texts[place] == "}"
        lines, begun = lines + (begun and ended), not ended
    if lines < 2:
        return False
    parameters, _ = _parameters(stack, here if arrow else here + 1)
    stack.header = ProgrammedHead(name, parameters, stack.starts[stack.place], stack.ends[after - 1])
    _braces_as_lines(stack)
    _return_last(stack, after, "")
    stack.place = after + 1
    return True


def _is_output(stack: Stack, here: int) -> bool:
    """Whether `y = f(` or `[y] = f(` stands behind MATLAB's `function`."""
    bracket = stack.kinds[here] == kind.OPEN_SQUARE
    equals = here + 1 + 2 * bracket
    return stack.kinds[here + bracket] == kind.NAME and stack.kinds[equals : equals + 2] == [kind.EQUALS, kind.NAME]


def _return_last(stack: Stack, here: int, output: str) -> None:
    """Say `return` before what a body gives: MATLAB's last `y = ...`, or Julia's last line; its `end` is left out."""
    columns = (stack.kinds, stack.texts, stack.starts, stack.ends)
    last = begin = returned = 0
    for place in range(here, len(stack.kinds)):
        if stack.kinds[place] in kind.STATEMENT_ENDS:
            begin = place + 1
        elif begin == place and stack.texts[place] == "end" and stack.kinds[place + 1] in kind.STATEMENT_ENDS:
            stack.kinds[place] = kind.NEWLINE
            break
        elif begin == place and stack.texts[place] == "return":
            returned = place
        elif begin == place and (not output or (stack.texts[place], stack.kinds[place + 1]) == (output, kind.EQUALS)):
            last = place
    if returned:
        return
    if output and last:
        for column in columns:
            del column[last + 1]
        stack.texts[last] = "return"
    elif last:
        place = stack.starts[last]
        stack.kinds.insert(last, kind.NAME)
        stack.texts.insert(last, "return")
        stack.starts.insert(last, place)
        stack.ends.insert(last, place)


TYPES: Final = frozenset(("double", "float", "int", "long", "real", "auto", "static", "inline", "public", "private"))
"""What stands before a name in C, Java and Fortran."""


def _is_typed(stack: Stack) -> bool:
    """Leave out the types of `double f(double x) {` and `double y = ...`; False where none of these stands here."""
    here = stack.place
    if stack.kinds[here + 1] != kind.NAME:
        return False
    while stack.texts[here] in TYPES and stack.kinds[here + 1] == kind.NAME:
        here += 1
    end = here + 1
    if stack.kinds[end] == kind.OPEN:
        while stack.kinds[end] not in (kind.CLOSE, *kind.STATEMENT_ENDS):
            end += 1
        if stack.texts[end + 1] != "{":
            return False
        stack.texts[here - 1] = "function"
    elif stack.kinds[end] != kind.EQUALS:
        return False
    columns = (stack.kinds, stack.texts, stack.starts, stack.ends)
    for place in range(end, stack.place - 1, -1):
        if stack.texts[place] in (*TYPES, "const") and stack.kinds[place + 1] in (kind.NAME, kind.OPERATOR):
            pointer = stack.texts[place + 1] in ("*", "&")
            for column in columns:
                del column[place : place + 1 + pointer]
    return True


def _declared(stack: Stack) -> bool:
    """`const f = ...`: the word is passed."""
    is_followed = stack.kinds[stack.place + 1] == kind.NAME
    stack.place += is_followed
    return is_followed


_BEGINNINGS: Final[Mapping[str, Callable[[Stack], bool]]] = {
    **dict.fromkeys(("import", "from"), _import), **dict.fromkeys(("def", "function", "fn", "func"), _definition),
    **dict.fromkeys(_DECLARING, _declared), **dict.fromkeys(TYPES, _is_typed),
}  # fmt: skip
"""What a line of a program begins with, and what passes it; False where the word is a name."""


def _braces_as_lines(stack: Stack) -> None:
    """Take braces for the ends of lines."""
    for place, text in enumerate(stack.texts):
        if stack.kinds[place] == kind.BAD and text in ("{", "}"):
            stack.kinds[place] = kind.NEWLINE


def _parameters(stack: Stack, here: int) -> tuple[tuple[str, ...], int]:
    """The names in the brackets that open at `here`, annotations left out, and the token behind them."""
    found: list[str] = []
    wanted, depth = True, 0
    while True:
        what = stack.kinds[here]
        if what in kind.OPENING:
            depth += 1
        elif what in kind.CLOSING:
            depth -= 1
            if not depth:
                return tuple(found), here + 1
        elif what in kind.STATEMENT_ENDS:
            raise stack.error(here - 1, "the brackets with the variables are never closed", "write ) where they end")
        elif what == kind.EQUALS and depth == 1:
            name = found[-1] if found else "a"
            raise stack.error(here, "a variable has no value in the head", f"write {name} = ... with --set {name}=...")
        elif what == kind.COMMA and depth == 1:
            wanted = True
        elif what == kind.NAME and depth == 1 and wanted:
            found.append(canonical_name(stack.texts[here].rstrip("_")) if stack.texts[here] != "_" else "_")
            wanted = False
        here += 1


# -------------------------------------------------------------------- heads of expressions


def programmed_head(stack: Stack) -> ProgrammedHead | None:
    """The head that stands at `stack.place`, which is then behind it; None where there is none."""
    here, kinds, texts = stack.place, stack.kinds, stack.texts
    start = stack.starts[here]
    if (
        texts[here] == "return"
        and kinds[here] == kind.NAME
        and kinds[here + 1] not in (*kind.STATEMENT_ENDS, kind.EQUALS)
    ):
        return _returned(stack)
    if kinds[here] == kind.NAME and texts[here] == "lambda":
        return _lambda(stack)
    if (texts[here] == "@" or texts[here] in ("function", "\\")) and kinds[here + 1] == kind.OPEN:
        return _headed(stack, None, *_parameters(stack, here + 1), start)
    if kinds[here] == kind.NAME and texts[here + 1 : here + 3] == ["<", "-"] and _beside(stack, here + 1):
        stack.place = here + 3
        return ProgrammedHead(stack.names[texts[here]], None, start, stack.ends[here])
    if kinds[here] == kind.NAME and kinds[here + 1] == kind.OPEN_SQUARE and texts[here + 2].endswith("_"):
        parameters, after = _parameters(stack, here + 1)
        if kinds[after] == kind.EQUALS:
            return _headed(stack, stack.names[texts[here]], parameters, after + 1, start)
        return None
    name = None
    if kinds[here] == kind.NAME and kinds[here + 1] == kind.COLON:
        name, here = stack.names[texts[here]], here + 2
    return _mapped(stack, name, here, start)


def is_function(stack: Stack) -> bool:
    """Whether `f: x ↦ ...` stands at `stack.place`, and no declaration."""
    place = stack.place
    found = programmed_head(stack) is not None
    stack.place = place
    return found


def _headed(stack: Stack, name: str | None, parameters: tuple[str, ...], after: int, start: int) -> ProgrammedHead:
    """A head that ends before the token `after`."""
    if stack.texts[after] == "{":
        _braces_as_lines(stack)
        stack.place = after + 1
        while stack.kinds[stack.place] == kind.NEWLINE:
            stack.place += 1
        if stack.texts[stack.place] == "return":
            stack.place += 1
    else:
        stack.place = after
    return ProgrammedHead(name, parameters, start, stack.ends[after - 1])


def _returned(stack: Stack) -> ProgrammedHead | None:
    """`return`: what follows is the function whose head was read before."""
    here = stack.place
    stack.place = here + 1
    header, stack.header = stack.header, None
    return header or ProgrammedHead(None, None, stack.starts[here], stack.ends[here])


def _lambda(stack: Stack) -> ProgrammedHead | None:
    """`lambda x, y:`; None where lambda is the Greek letter."""
    here, kinds = stack.place + 1, stack.kinds
    found: list[str] = []
    while kinds[here] == kind.NAME:
        found.append(stack.names[stack.texts[here]])
        here += 1
        if kinds[here] == kind.EQUALS and kinds[here + 1] == kind.NUMBER:
            hint = f"write {found[-1]} = ... with --set {found[-1]}=..."
            raise stack.error(here, "a variable has no value in the head", hint)
        if kinds[here] != kind.COMMA:
            break
        here += 1
    if not found or kinds[here] != kind.COLON:
        return None
    return _headed(stack, None, tuple(found), here + 1, stack.starts[stack.place])


def _mapped(stack: Stack, name: str | None, here: int, start: int) -> ProgrammedHead | None:
    """`x ->`, `(x, y) =>`, `x ↦`."""
    kinds, texts = stack.kinds, stack.texts
    parameters: tuple[str, ...]
    if kinds[here] == kind.NAME:
        parameters, after = (stack.names[texts[here]],), here + 1
    elif kinds[here] == kind.OPEN and kinds[here + 1] == kind.NAME:
        close = here + 2
        while kinds[close] in (kind.NAME, kind.COMMA):
            close += 1
        if kinds[close] != kind.CLOSE:
            return None
        parameters, after = tuple(stack.names[text] for text in texts[here + 1 : close : 2]), close + 1
    else:
        return None
    if texts[after] in ("↦", "→", "\\mapsto"):
        return _headed(stack, name, parameters, after + 1, start)
    if texts[after] in ("-", "=") and texts[after + 1] == ">" and _beside(stack, after):
        return _headed(stack, name, parameters, after + 2, start)
    return None


def _beside(stack: Stack, here: int) -> bool:
    return stack.starts[here + 1] == stack.ends[here]


# -------------------------------------------------------------------- words


def spoken_request(stack: Stack) -> AskedDerivative | None:
    """`derivative of`, `find the gradient of`: the function follows. None where no such words stand."""
    here = stack.place
    while stack.kinds[here] == kind.NAME and stack.texts[here].lower() in (REQUESTS | _FILLERS):
        here += 1
    words = [text.lower() for text in stack.texts[stack.place : here]]
    asked = REQUESTS.intersection(words) - {"find"}
    if (
        not asked
        or (stack.kinds[here] == kind.OPEN and words[-1] != "of")
        or stack.kinds[here] in (*kind.STATEMENT_ENDS, kind.EQUALS, kind.OPERATOR)
        or words[-1] in ("grad", "diff")
    ):
        return None
    text = stack.source.text[stack.starts[stack.place] : stack.ends[here - 1]]
    stack.place = here
    return AskedDerivative((), text)
