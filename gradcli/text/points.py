"""The texts of `--at`, `--set`, `--wrt`, `--vector` and `--shape` -> names and exact values.

A value is a constant expression (a Tree, a `Vector` for an array). Files are read by cli/inputs.py, never here.
Codes of errors: `point`, `setting`, `names`, `declaration`, besides those of the parser.
"""

from __future__ import annotations

from math import prod

from gradcli import limits
from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind
from gradcli.text.expressions import read_expression
from gradcli.text.stack import Stack
from gradcli.text.tokens import canonical_name, cut, quoted, without_inner_newlines
from gradcli.text.tree import Call, Declaration, Name, Number, Transpose, Tree, Unary, Vector, children, postorder

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import Source

CONSTANTS: Final = frozenset(("pi", "e", "tau", "inf"))
"""The only names in a value."""

_OF_NAMES: Final = frozenset((kind.NAME, kind.COMMA, kind.END))
_ARRAY_CALL: Final = pattern(r"(?i)\b(?:array|tensor|asarray|Matrix|constant|c|dict|list|tuple|vector|Point)\s*\(")
_HEAD: Final = pattern(
    r"\s*(?:(?:at|in|en|bei|ponto|point|在点|点|Punkt|punto|точка|точке|[A-Z])\s*(?=\([^()]*\)\s*\Z)|(?=[⟨〈]))"
)
"""What may stand before the coordinates of `at (1, 2)`, `P(1, 2)` and `⟨1, 2⟩`."""
_SPACED: Final = pattern(r"[\d.\]] +[-+]?[\d.\[]")
_ENDS: Final = (kind.COMMA, kind.SEMICOLON, kind.END)


class PointEntry(NamedTuple):
    """One value. `name` is None for a value given by its place in the order."""

    name: str | None
    tree: Tree
    span: Span


class PointText(NamedTuple):
    """A point as it was typed: all entries with a name, or none."""

    entries: tuple[PointEntry, ...]
    source: Source


def parse_point(source: Source) -> PointText:
    """`1,2`, `x1=1,x2=pi/2`, `x=[1,2],X=[[1,2],[3,4]]` or a JSON object of these; `[1,2]` is one entry, an array.

    Raises `point` for an empty point or value, a name given twice, names and places mixed, and a ragged array.
    """
    text = source.text
    headed = _HEAD.match(text) if any(bracket in text for bracket in "(⟨〈") else None
    spaced = "[" in text and "," not in text and _SPACED.search(text)
    if spaced or ("(" in text and _ARRAY_CALL.search(text)) or headed:
        return PointText(_read_point(_foreign(source, headed.end() if headed else 0)), source)
    try:
        return PointText(_read_point(_stack(source)), source)
    except GradcliError as error:
        strict = error
    if strict.code == "limit":
        raise strict
    try:
        return PointText(_read_point(_foreign(source)), source)
    except GradcliError as error:
        if "\\" in text and text.count("$") % 2 == 0:
            raise
        raise strict from error


def _read_point(stack: Stack) -> tuple[PointEntry, ...]:
    """The entries of a point in the strict form."""
    is_object = stack.texts[0] == "{"
    entries = _read_object(stack) if is_object else _read_entries(stack)
    if not entries:
        raise _error(stack, 0, "the point is empty", "write numbers in the order of the variables, or x1=1,x2=2")
    _check_entries(stack, entries)
    return tuple(entries)


def _foreign(source: Source, begin: int = 0) -> Stack:
    """The tokens of a point as people type it, from `begin` on, in the strict form."""
    from gradcli.text.foreign.points import named, plain_point

    text = source.text
    if "\\" not in text and "$" not in text:
        return Stack(named(plain_point(cut(source), begin)))
    from gradcli.text.latex.translate import cut_latex

    plain = source._replace(text=text.replace("$", " ")) if text.count("$") % 2 == 0 else source  # $x=1$, $y=2$
    return Stack(named(plain_point(cut_latex(plain, 0, len(text)))))


def parse_setting(source: Source) -> tuple[str, Tree]:
    """`NAME=VALUE`, the text of `--set`: the name, and the constant expression or array. Raises `setting`."""
    stack = _stack(source)
    if stack.kinds[0] == kind.BAD:
        from gradcli.text.prose.unreadable import bad

        raise bad(stack, 0)
    if stack.kinds[0] != kind.NAME or stack.kinds[1] != kind.EQUALS:
        raise _error(stack, 0, "a setting is NAME=VALUE", "write a=2 or X=@X.npy", "setting")
    name, tree, _ = _read_entry(stack, "setting")
    if stack.kinds[stack.place] != kind.END:
        raise _error(
            stack,
            stack.place,
            f"{quoted(stack.texts[stack.place])} cannot follow the value",
            "repeat --set for every name",
            "setting",
        )
    return name or "", tree


def parse_settings(source: Source) -> tuple[tuple[str, Tree], ...]:
    """The settings of one text of `--set`, with commas between them: `a=2,b=3`. Raises `setting`."""
    try:
        return (parse_setting(source),)
    except GradcliError as error:
        strict = error
    try:
        entries = parse_point(source).entries
    except GradcliError:
        raise strict from None
    if any(entry.name is None for entry in entries):
        raise strict
    return tuple((entry.name or "", entry.tree) for entry in entries)


def parse_names(source: Source) -> tuple[str, ...]:
    """`x1,x2`: the names of `--wrt`, `--vector`, `--matrix`, `--symmetric`. Raises `names` for anything else."""
    stack = _stack(source)
    if any(what not in _OF_NAMES for what in stack.kinds) or kind.COMMA not in stack.kinds:
        from gradcli.text.foreign.points import named, plain_names

        stack = Stack(named(plain_names(cut(source))))
    return _read_names(stack)


def _read_names(stack: Stack) -> tuple[str, ...]:
    """Names with commas between them."""
    names: dict[str, None] = {}
    here = 0
    while True:
        if stack.kinds[here] == kind.BAD:
            from gradcli.text.prose.unreadable import bad

            raise bad(stack, here)
        if stack.kinds[here] != kind.NAME:
            what = "a name is missing" if stack.kinds[here] in _ENDS else f"{quoted(stack.texts[here])} is not a name"
            raise _error(stack, here, what, "write names with commas between them: x1,x2", "names")
        name = stack.names[stack.texts[here]]
        if name in names:
            raise _error(stack, here, f"{name} is given twice", "give every name once", "names")
        names[name] = None
        if stack.kinds[here + 1] == kind.END:
            return tuple(names)
        if stack.kinds[here + 1] != kind.COMMA:
            raise _error(
                stack,
                here + 1,
                f"{quoted(stack.texts[here + 1])} cannot follow a name",
                "write names with commas between them: x1,x2",
                "names",
            )
        here += 2


def parse_shape(source: Source) -> Declaration:
    """`NAME=DIMS`, the text of `--shape`: `x=3`, `X=m,n`, also `S=n,n symmetric`. Raises `declaration`."""
    stack = _stack(source)
    if stack.kinds[0] == kind.BAD:
        from gradcli.text.prose.unreadable import bad

        raise bad(stack, 0)
    if stack.kinds[0] != kind.NAME or stack.kinds[1] not in (kind.EQUALS, kind.COLON):
        raise _error(stack, 0, "a shape is NAME=DIMS", "write x=3 or X=m,n", "declaration")
    from gradcli.text.declarations import read_declaration

    declaration = read_declaration(stack)
    if stack.kinds[stack.place] != kind.END:
        raise _error(stack, stack.place, "one shape at a time", "repeat --shape for every name", "declaration")
    return declaration


def _stack(source: Source) -> Stack:
    return Stack(without_inner_newlines(cut(source), everywhere=True))


def _error(stack: Stack, here: int, message: str, hint: str, code: str = "point") -> GradcliError:
    return stack.error(here, message, hint, code)


# -------------------------------------------------------------------- name=value, with commas


def _read_entries(stack: Stack) -> list[PointEntry]:
    """Values with commas between them, each with a name or without."""
    entries: list[PointEntry] = []
    while stack.kinds[0] != kind.END:
        entries.append(_read_entry(stack))
        here = stack.place
        if stack.kinds[here] == kind.END:
            break
        if stack.kinds[here] != kind.COMMA:
            hint = "write commas between values; repeat --at for several points"
            if has_decimal_comma(stack.source.text):
                hint = "write a point in a decimal, as in 0.5, and commas between values"
            raise _error(stack, here, f"{quoted(stack.texts[here])} cannot follow a value", hint)
        stack.place = here + 1
    return entries


def _read_entry(stack: Stack, code: str = "point") -> PointEntry:
    """`x=1`, or a value alone."""
    name, start = None, stack.place
    if stack.kinds[start] == kind.NAME and stack.kinds[start + 1] == kind.EQUALS:
        name = stack.names[stack.texts[start]]
        stack.place += 2
    here = stack.place
    if stack.kinds[here] in _ENDS:
        what = f"the value of {name} is missing" if name else "a value is missing"
        at = here - 1 if stack.kinds[here] == kind.END and here else here
        raise _error(stack, at, what, f"write {name or 'x1'}=1", code)
    if stack.texts[here] == "@":
        raise _error(
            stack,
            here,
            "a file cannot stand here",
            "write --at @FILE for a whole point, --set X=@FILE for an array",
            code,
        )
    tree = _read_value(stack, name, code)
    return PointEntry(name, tree, Span(stack.source, stack.starts[start], tree.end))


LISTS_BY_CALL: Final = frozenset(
    ("diag", "linspace", "full", "rand", "randn", "random", "repeat", "tile", "seq", "rep")
)
"""Functions that make lists in other languages, and are not read in a point."""


def _read_value(stack: Stack, name: str | None, code: str) -> Tree:
    """A constant expression; a list may be transposed: `[1, 2]^T`, `[[1, 2], [3, 4]]'`; `ones(3)` is one."""
    value = read_expression(stack)
    if type(value) is Call and value.function in ("ones", "zeros", "eye"):
        value = _filled(stack, value)
    if type(value) is Call and value.function in LISTS_BY_CALL:
        message = f"{quoted(stack.typed(value))} is no list of numbers"
        raise stack.spot(value, message, "write the numbers, as in [0, 1, 2]", "point")
    while type(value) is Transpose and type(value.operand) is Vector:
        value = _turned(value.operand)
    _check_value(stack, value, name, code)
    return value


def _filled(stack: Stack, call: Call) -> Vector:
    """The numbers of `ones(3)`, `zeros(2, 3)` or `eye(2)`, which stand for a value. Raises above the limit."""
    first = call.arguments[0] if call.arguments else None
    parts = first.items if type(first) is Vector else call.arguments
    sizes = [part.value for part in parts if isinstance(part, Number) and type(part.value) is int and part.value > 0]
    if not parts or len(sizes) != len(parts) or len(sizes) > (1 if call.function == "eye" else 2):
        message = f"{quoted(stack.typed(call))} is no list of numbers"
        raise stack.spot(call, message, "write the numbers, as in [0, 1, 2]", "point")
    if prod(sizes) > limits.CELLS or (call.function == "eye" and sizes[0] ** 2 > limits.CELLS):
        raise stack.spot(call, f"a point may have {limits.CELLS} numbers", "give arrays in a file", "limit")
    place = call.start, call.end
    one, zero = Number(1, False, *place), Number(0, False, *place)
    if call.function == "eye":
        rows = [[one if i == j else zero for j in range(sizes[0])] for i in range(sizes[0])]
    else:
        rows = [[one if call.function == "ones" else zero] * sizes[-1]] * (sizes[0] if sizes[1:] else 1)
    arrays = tuple(Vector(tuple(row), *place) for row in rows)
    return Vector(arrays, *place) if sizes[1:] or call.function == "eye" else arrays[0]


def _turned(array: Vector) -> Vector:
    """A matrix transposed; a vector of numbers has one form here. Ragged rows stay for the check."""
    rows = array.items
    width = {len(row.items) if type(row) is Vector else 0 for row in rows}
    if len(width) > 1 or 0 in width:
        return array
    columns = zip(*(children(row) for row in rows), strict=True)
    return Vector(tuple(Vector(column, array.start, array.end) for column in columns), array.start, array.end)


def _check_value(stack: Stack, value: Tree, name: str | None, code: str) -> None:
    """Raise for names that are no constants, for arrays that are ragged, and for what is not finite."""
    owner = f"the value of {name}" if name else "a value"
    for part in postorder(value):
        if type(part) is Name and part.name not in CONSTANTS:
            if part.name.lower() in ("nan", "infinity", "infty"):
                raise stack.spot(part, f"{owner} is not finite", "write a finite number", code)
            raise stack.spot(
                part, f"{owner} is not a number: {quoted(part.name)} is unknown here", _name_hint(stack, part), code
            )
    entries = [value]
    if type(value) is Vector:
        entries = _array_entries(stack, value, owner, code)
    for entry in entries:
        bare = entry.operand if isinstance(entry, Unary) else entry
        if type(bare) is Name and bare.name == "inf":
            raise stack.spot(entry, f"{owner} is not finite", "write a finite number", code)


def _name_hint(stack: Stack, name: Name) -> str:
    """What was meant by a name within a value."""
    following = stack.source.text[name.end :].lstrip()[:1]
    if following == "=":
        return "write commas between values: x1=1,x2=2"
    if name.name in _UNITS:
        return "write the number alone, without a unit; 30 degrees are 30*pi/180"
    whole = f"write {name.name}=[1,2] for the whole array, or {name.name}1=1 for a variable"
    return {":": f"write {name.name}=1", "[": whole}.get(following, "write numbers, pi, e and tau")


_UNITS: Final = frozenset(
    ["deg", "degree", "degrees", "rad", "radians", "m", "cm", "mm", "km", "s", "kg", "g", "N", "Hz"]
)
"""Units, which numbers have not."""


def _array_entries(stack: Stack, array: Vector, owner: str, code: str) -> list[Tree]:
    """The entries of a vector or matrix literal; raises where it is neither."""
    rows = array.items
    if not any(type(row) is Vector for row in rows):
        return list(rows)
    width = len(children(rows[0]))
    for row in rows:
        if type(row) is not Vector or len(row.items) != width:
            raise stack.spot(row, f"{owner} is ragged", "give every row of a matrix the same number of entries", code)
        if any(type(entry) is Vector for entry in row.items):
            raise stack.spot(row, f"{owner} has more than two dimensions", "write a matrix as [[1, 2], [3, 4]]", code)
    return [entry for row in rows for entry in children(row)]


def _check_entries(stack: Stack, entries: list[PointEntry]) -> None:
    """Raise for a name given twice, and for names and places mixed."""
    if len(entries) > limits.CELLS:
        raise GradcliError(
            "limit", f"a point may have {limits.CELLS} numbers", entries[limits.CELLS].span, "give arrays in a file"
        )
    seen: set[str] = set()
    for entry in entries:
        if (entry.name is None) != (entries[0].name is None):
            hint = _decimal_hint(stack, entries, entry) or "write x1=1,x2=2 or 1,2"
            if entries[0].name is not None and all(one.name is None for one in entries[1:]):
                hint = f"write {entries[0].name}=[1,2] for a vector; {hint.removeprefix('write ')}"
            raise GradcliError("point", "values with and without a name are mixed", entry.span, hint)
        if entry.name is not None and entry.name in seen:
            raise GradcliError("point", f"{entry.name} is given twice", entry.span, "give every variable once")
        seen.add(entry.name or "")


def _decimal_hint(stack: Stack, entries: list[PointEntry], entry: PointEntry) -> str | None:
    """What to write for `x=0,5`: digits, a comma and digits without a blank."""
    before = next((other for other in entries if other.span.end + 1 == entry.span.start), None)
    if before is None or entry.name is not None:
        return None
    text = stack.source.text[before.tree.start : entry.span.end]
    whole, _, places = text.partition(",")
    if not (whole.isdigit() and places.isdigit()):
        return None
    return f"write {whole}.{places} for a decimal, or a name for each value: x1=1,x2=2"


# -------------------------------------------------------------------- JSON


def _read_object(stack: Stack) -> list[PointEntry]:
    """`{"x": [1, 2], "s": 3.5}`, read by the same parser, so that its numbers are exact and its depth is bounded."""
    entries: list[PointEntry] = []
    stack.kinds[:] = [
        kind.SEMICOLON if text == "}" else what for what, text in zip(stack.kinds, stack.texts, strict=True)
    ]
    stack.place = 1
    if stack.kinds[1] != kind.SEMICOLON:
        while True:
            entries.append(_read_member(stack))
            if stack.kinds[stack.place] != kind.COMMA:
                break
            stack.place += 1
    here = stack.place
    if stack.texts[here] != "}":
        raise _error(stack, here if stack.texts[here] else 0, "this is not a JSON object", 'write {"x1": 1, "x2": 2}')
    if stack.kinds[here + 1] != kind.END:
        raise _error(
            stack,
            here + 1,
            f"{quoted(stack.texts[here + 1])} cannot follow the object",
            "repeat --at for several points",
        )
    return entries


def _read_member(stack: Stack) -> PointEntry:
    """`"x": 1`."""
    here = stack.place
    if stack.kinds[here] != kind.STRING or stack.texts[here][0] != '"' or stack.kinds[here + 1] != kind.COLON:
        raise _error(stack, here if stack.texts[here] else 0, "this is not a JSON object", 'write {"x1": 1, "x2": 2}')
    name = _key(stack, here)
    stack.place = here + 2
    what = stack.kinds[stack.place]
    if what in _ENDS:
        raise _error(stack, here, f"the value of {name} is missing", f'write "{name}": 1')
    if what == kind.STRING or stack.texts[stack.place] in ("true", "false", "null"):
        raise _error(stack, stack.place, f"the value of {name} is not a number", f'write "{name}": 1')
    value = _read_value(stack, name, "point")
    return PointEntry(name, value, Span(stack.source, stack.starts[here], value.end))


def _key(stack: Stack, here: int) -> str:
    """A key as a name."""
    text = stack.texts[here]
    if "\\" in text:
        import json

        try:
            text = json.dumps(json.loads(text), ensure_ascii=False)
        except ValueError:
            raise _error(stack, here, f"{quoted(text)} is not a JSON text", 'write {"x1": 1}') from None
    try:
        return canonical_name(text[1:-1])
    except GradcliError as error:
        raise stack.error(here, error.message, error.hint, error.code) from None


_BETWEEN_DIGITS: Final = pattern(r"[0-9],[0-9]")


def has_decimal_comma(text: str) -> bool:
    """Do semicolons stand between values, so that a comma between digits may be a decimal one?"""
    return ";" in text and _BETWEEN_DIGITS.search(text) is not None
