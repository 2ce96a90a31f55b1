"""What the names of a script stand for: statements in order of evaluation, outputs, variables, functions."""

from __future__ import annotations

from itertools import groupby

from gradcli import limits
from gradcli.patterns import pattern, re
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules import NAMES
from gradcli.rules.arrays import ARRAY_NAMES
from gradcli.text.binders import BINDERS
from gradcli.text.tree import BOUND, Binary, Call, Name, Number, children

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from gradcli.text.tree import Script, Statement, Tree

CONSTANTS = ("pi", "e", "tau", "inf")
TURN = "tau"
"""The constant that many use as a name, and are told of."""
ABSTRACT_NAME = pattern(r"[^\W\d_][0-9]*'*")
FUNCTION_WORDS = (
    "sin", "cos", "tan", "cot", "sec", "csc", "exp", "ln", "log", "sqrt", "cbrt", "erf", "abs", "det", "tr", "sigmoid",
    "relu",
)  # fmt: skip
"""What a name contains that may be a function and its argument run together."""
MATRIX_AND_VECTOR = pattern(r"[A-Z][b-hu-zβθ]|[ABCHKLPQSUVWXYZ]{2,3}[b-hu-z]?")
MATRIX_SIGNS = pattern(r"[|‖∥⟨〈ᵀ⊤]|\^ *T\b|\.T\b|\b(?:norm|tr|Tr|trace|det|logdet|inv)\(")
GREEK_FUNCTIONS = {
    "sigma": "sigmoid(z) for the logistic function", "Phi": "(1 + erf(z/sqrt(2)))/2 for the normal distribution",
    "phi": "exp(-z^2/2)/sqrt(2*pi) for the normal density", "psi": "digamma(z)", "Gamma": "gamma(z)",
    "Sigma": "sum(z) for the sum over a vector",
}  # fmt: skip
"""What people mean by a Greek letter that is called."""
LOGARITHM = pattern(r"log(?=_[a-z]|_?[0-9])_?([a-z]|[0-9]+)")
"""A logarithm to another base: `log_a(x)`, `log_3(x)`."""
UNITS = frozenset(("i", "j", "I", *(unit + letter for unit in "ij" for letter in "xytkw")))
"""The letters of the imaginary unit, alone and run together with a variable."""


class Uses(NamedTuple):
    """The names that a tree uses as values and as functions, in order of first use, each with its first place.

    `decimal`: one of its numbers was typed with a decimal point.
    """

    values: dict[str, Tree]
    functions: dict[str, Call]
    decimal: bool


def uses(tree: Tree) -> Uses:
    """Names in a tree, each with the first place where it stands."""
    values: dict[str, Tree] = {}
    functions: dict[str, Call] = {}
    decimal = False
    stack = [tree]
    while stack:
        here = stack.pop()
        kind = type(here)
        if kind is Binary:
            stack.append(here.right)  # type: ignore[attr-defined]
            stack.append(here.left)  # type: ignore[attr-defined]
        elif kind is Name:
            if here.name[0] != BOUND:  # type: ignore[attr-defined]
                values.setdefault(here.name, here)  # type: ignore[attr-defined]
        elif kind is Number:
            decimal = decimal or here.decimal  # type: ignore[attr-defined]
        else:
            if kind is Call:
                functions.setdefault(here.function, here)  # type: ignore[attr-defined, arg-type]
            stack.extend(reversed(children(here)))
    return Uses(values, functions, decimal)


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key: letters by code point, digits by value, so that x2 comes before x10."""
    parts = [part for digits, run in groupby(name, str.isdecimal) for part in (["".join(run)] if digits else run)]
    return tuple((0, int(part), "") if part.isdigit() else (1, ord(part), part) for part in parts)


class Names(NamedTuple):
    """Everything that the program room needs to know before it builds nodes.

    order       statements that the outputs need, in order of evaluation
    outputs     the statements that nothing else uses (or the one picked)
    free        names that are variables, in natural order, with a place in the text
    functions   called names that are abstract functions
    decimal     a number was typed with a decimal point
    notes       how names were read that some mean as products
    """

    order: tuple[Statement, ...]
    outputs: tuple[Statement, ...]
    free: dict[str, tuple[Statement, Tree]]
    functions: frozenset[str]
    decimal: bool
    notes: tuple[str, ...] = ()

    @property
    def output(self) -> str:
        """What the one output is called: as its statement, else f, or a letter that the program does not use itself."""
        taken = {*self.free, *self.functions, *(statement.name for statement in self.order)}
        free = (letter for letter in ("f", "y", "g", "F", "output") if letter not in taken)
        return self.outputs[0].name or next(free, "f")


def read_names(script: Script, bound: Collection[str], of: str | None) -> Names:
    """Resolve the names of a script. `bound` are names that get values from outside (so `e` may be a variable)."""
    statements = script.statements
    if not statements:
        raise GradcliError("syntax", "there is no expression", hint="for example: gradcli grad 'x1**2 + x2**2'")
    if len(statements) > limits.STATEMENTS:
        raise GradcliError("limit", f"more than {limits.STATEMENTS} statements")
    defined = definitions(statements)
    used = {id(statement): uses(statement.tree) for statement in statements}
    plain = {name for each in used.values() for name in each.values}
    known = {*plain, *defined, *bound}
    functions = frozenset(
        name
        for statement in statements
        for name, call in used[id(statement)].functions.items()
        if is_abstract(name, call, statement, script, known)
    )
    needs = {id(s): needed_statements(s, used[id(s)], defined) for s in statements}
    outputs = pick_outputs(statements, needs, defined, of)
    order = evaluation_order(outputs, needs)
    free: dict[str, tuple[Statement, Tree]] = {}
    for statement in order:
        for name, place in used[id(statement)].values.items():
            if name not in defined and (name not in CONSTANTS or name in bound):
                free.setdefault(name, (statement, place))
    if len(free) > limits.NAMES:
        raise GradcliError("limit", f"more than {limits.NAMES} variables")
    notes = check_run_together(free, {*free, *defined, *bound}, bound)
    if TURN not in {*free, *defined} and any(TURN in used[id(statement)].values for statement in order):
        notes = (*notes, f"{TURN} is the number 2*pi; --wrt, --at or --set makes it a variable")
    decimal = any(used[id(statement)].decimal for statement in order)
    free = {name: free[name] for name in sorted(free, key=natural)}
    return Names(order, outputs, free, functions, decimal, notes)


def definitions(statements: Sequence[Statement]) -> dict[str, Statement]:
    """Statements by name; a second definition of a name is an error."""
    defined: dict[str, Statement] = {}
    for statement in statements:
        if statement.name is None:
            continue
        if statement.name in defined:
            raise GradcliError(
                "duplicate",
                f"{statement.name!r} is defined twice",
                Span(statement.source, statement.start, statement.end),
                "give the second definition another name",
            )
        defined[statement.name] = statement
    return defined


def is_own_function(statement: Statement) -> bool:
    """`x = x(a, b)`: x is an abstract function of a and b."""
    return isinstance(statement.tree, Call) and statement.tree.function == statement.name


def is_abstract(name: str, call: Call, statement: Statement, script: Script, plain: Collection[str]) -> bool:
    """Is this called name an abstract function? Errors for what reads in two ways and for what nobody knows."""
    if name in NAMES or name in ARRAY_NAMES or name == "where" or name in BINDERS:
        return False
    if any(d.name == name and d.dims is None for d in script.declarations):
        return True
    if name == statement.name and is_own_function(statement):
        return True
    place = Span(statement.source, call.start, call.name_end or call.start + len(name))
    if name in plain:
        refuse_matlab(name, call, place)
        matrix = any(d.name == name and d.dims for d in script.declarations)
        product = f"{name}@(...) for the matrix product, {name}*(...) entry by entry"
        product = product if matrix else f"{name}*(...) for the product"
        raise GradcliError(
            "ambiguous",
            f"{name}(...) reads in two ways: a product, or a function called {name}",
            place,
            f"write {product}, or declare the function: '{name}: function'",
        )
    base = name.rstrip("'")
    if base != name and any(s.name == base for s in script.statements):
        raise GradcliError(
            "request", f"{name}(...) is a derivative of {base}", place,
            "write the function alone, and the point with --at: its derivative is what gradcli gives",
        )  # fmt: skip
    if base != name and base in plain:
        raise GradcliError(
            "ambiguous", f"{name}(...) reads in two ways: {base} transposed, or a function called {name}", place,
            f"write {base}.T@(...) for the product, or declare the function: \"{name}: function\"",
        )  # fmt: skip
    if name in CONSTANTS:
        written = call.start, call.end
        argument = statement.source.text[written[0] + len(name) : written[1]]
        raise GradcliError(
            "ambiguous", f"{name}(...) reads in two ways: a product, or a power", place,
            f"write {name}*{argument} for the product, {name}^{argument} for the power, or declare '{name}: function'",
        )  # fmt: skip
    if name == "d" and re.match(r"\s*/\s*d[^\W\d_]", statement.source.text[call.end : call.end + 9]):
        inside = statement.source.text[call.start + 1 : call.end]
        hint = f"write d{inside}/dx alone, or the function {inside} alone; 'd: function' declares an abstract one"
        raise GradcliError("ambiguous", f"d{inside}/... is a derivative inside a formula", place, hint)
    if ABSTRACT_NAME.fullmatch(name):
        if name in ("i", "j"):
            raise GradcliError(
                "ambiguous", f"{name}(...) reads in two ways: a product, or a function called {name}", place,
                f"write {name}*(...) for the product, or declare the function: '{name}: function'",
            )  # fmt: skip
        refuse_matlab(name, call, place)
        return True
    from gradcli.cas.rows import FALLBACK

    if name in FALLBACK:
        return False
    raise unknown_function(name, place)


def refuse_matlab(name: str, call: Call, place: Span) -> None:
    """Raise for `x(1)`, `x(end)` and `A(1,2)`, MATLAB's entries: a function of numbers has no derivative to ask for."""
    if name in "fghFGH" or not 1 <= len(call.arguments) <= 2:
        return
    entries, written = [], []
    for argument in call.arguments:
        entry = argument.name if isinstance(argument, Name) else getattr(argument, "value", None)
        if entry != "end" and not (type(entry) is int and entry > 0):
            return
        entries.append(str(entry))
        written.append("-1" if entry == "end" else str(int(entry) - 1))
    inside, place_inside = ",".join(entries), ",".join(written)
    raise GradcliError(
        "ambiguous", f"{name}({inside}) reads in two ways: an entry of {name}, or a function at a number", place,
        f"write {name}[{place_inside}] for the entry, counted from 0, or declare the function: '{name}: function'",
    )  # fmt: skip


def unknown_function(name: str, place: Span) -> GradcliError:
    """The error for a called name that nobody knows, with the nearest known names."""
    from gradcli.rules import nearest
    from gradcli.text.foreign.words import is_short, of_raised_number

    if name in GREEK_FUNCTIONS:
        known = GREEK_FUNCTIONS[name]
        hint = f"write {known}, or {name}*(z) for a product; '{name}: function' declares an abstract one"
        return GradcliError("unknown-function", f"unknown function '{name}'", place, hint)
    hint = of_raised_number(name, "x")
    if base := LOGARITHM.fullmatch(name):
        hint = f"write log(x)/log({base[1]}) for the logarithm to the base {base[1]}"
    elif name[1:] in NAMES and name[0].isalpha() and len(name) > 3:
        hint = f"write {name[0]}*{name[1:]}(...), or '{name}: function' for an abstract one"
    elif is_short(name):
        hint = f"write {name}*(...) for the product, or declare the function: '{name}: function'"
    if hint:
        return GradcliError("unknown-function", f"unknown function '{name}'", place, hint)
    near = nearest(name)
    shown = name if len(name) <= 40 else name[:39] + "…"
    hint = (
        "did you mean " + " or ".join(f"'{other}'" for other in near[:3]) + "?"
        if near
        else f"define it, as in {shown}(x) = x^2, or '{shown}: function' for an abstract one; "
        "gradcli functions lists all"
    )
    return GradcliError("unknown-function", f"unknown function '{shown}'", place, hint)


def needed_statements(statement: Statement, used: Uses, defined: Mapping[str, Statement]) -> list[Statement]:
    """The statements whose names this one uses."""
    return [
        defined[name]
        for name in used.values
        if name in defined and not (name == statement.name and is_own_function(statement))
    ]


def pick_outputs(
    statements: Sequence[Statement],
    needs: Mapping[int, list[Statement]],
    defined: Mapping[str, Statement],
    of: str | None,
) -> tuple[Statement, ...]:
    """The statements that no other uses; with `of`, the one of that name."""
    if of is not None:
        if of not in defined:
            known = ", ".join(defined) or "none"
            raise GradcliError("unknown-name", f"--of: there is no statement {of!r}", hint=f"statements: {known}")
        return (defined[of],)
    used = {id(other) for each in needs.values() for other in each}
    outputs = tuple(statement for statement in statements if id(statement) not in used)
    return outputs or (statements[0],)  # all are used: there is a cycle, and evaluation_order names it


def evaluation_order(outputs: Iterable[Statement], needs: Mapping[int, list[Statement]]) -> tuple[Statement, ...]:
    """Statements before those that use them; a cycle is an error that shows the way round."""
    done: dict[int, Statement] = {}
    path: dict[int, Statement] = {}
    stack: list[tuple[Statement, bool]] = [(s, False) for s in reversed(list(outputs))]
    while stack:
        statement, leaving = stack.pop()
        key = id(statement)
        if leaving:
            done[key] = statement
            del path[key]
        elif key in path:
            raise cycle_error(statement, list(path.values()))
        elif key not in done:
            path[key] = statement
            stack.append((statement, True))
            stack.extend((other, False) for other in reversed(needs[key]))
    return tuple(done.values())


def cycle_error(statement: Statement, path: Sequence[Statement]) -> GradcliError:
    """The error for names that are defined by each other."""
    start = next(i for i, other in enumerate(path) if other is statement)
    names = [str(other.name) for other in [*path[start:], statement]]
    if len(names) > 8:
        names = [*names[:4], "…", *names[-2:]]
    if isinstance(statement.tree, Call) and statement.tree.function == "root":
        return GradcliError(
            "cycle",
            f"a system of more than four equations is not solved: {' → '.join(names)}",
            Span(statement.source, statement.start, statement.end),
            "solve some of them by hand, as in y = 1 - x - z",
        )
    return GradcliError(
        "cycle",
        f"{statement.name!r} is defined by itself: " + " → ".join(names),
        Span(statement.source, statement.start, statement.end),
        f"write {names[0]}_new = ..." if len(names) == 2 else "a definition may only use names defined without it",
    )


def check_run_together(
    free: Mapping[str, tuple[Statement, Tree]], known: Collection[str], bound: Collection[str]
) -> tuple[str, ...]:
    """`xy` where x and y are known names, and `sinx`, read in two ways: an error that shows both.

    How `ax` was read, which is a product to some, is returned in words.
    """
    words, doubtful = {*known, "e", "pi"}, False
    said: list[str] = []
    for name, (statement, place) in free.items():
        if name in UNITS and name not in bound:
            from gradcli.program.written.imaginary import refuse_imaginary

            if note := refuse_imaginary(name, statement, place):
                said.append(note)
        if name in ("e", "E"):
            from gradcli.program.written.glued import refuse_power_of_ten

            refuse_power_of_ten(name, statement)
        one_letter = name[:1].isalpha() and not name[1:].strip("0123456789_")
        if name in bound or len(name) > 24 or (one_letter and name not in ("E", "T", "f", "f0")):
            continue
        if (
            name in ("E", "T", "f", "f0", "M_PI", "Infinity", "infinity", "double")
            or (len(name) < 6 and name.isalnum())
            or "_" in name
        ):
            from gradcli.program.written.glued import refuse_glued

            doubtful = True
            refuse_glued(name, statement, place, free)
        if one_letter:
            continue
        if len(name) > 3 and place.start == statement.start and name.isalpha():
            refuse_asking(name, statement, place)
        if any(word in name for word in FUNCTION_WORDS):
            check_function_word(name, known, Span(statement.source, place.start, place.end))
        parts = split_into(name, words) or matrix_and_vector(name, statement)
        if parts:
            raise GradcliError(
                "ambiguous",
                f"{name!r} reads in two ways: a name of its own, or {'*'.join(parts)}",
                Span(statement.source, place.start, place.end),
                f"write {product_of(parts)} for the product, or give {name} a value with --at or --set",
            )
    if not doubtful:
        return tuple(said)
    from gradcli.program.written.glued import notes_on

    return (*said, *notes_on(free, bound))


def refuse_asking(name: str, statement: Statement, place: Tree) -> None:
    """Raise for `maximize -x^2`: a word of a sentence before the formula, or a variable."""
    from gradcli.text.prose.vocabulary import ASKING

    behind = statement.source.text[place.end : statement.end]
    if name.lower() in ASKING and re.match(r"\s+[-−+]\S", behind):
        raise GradcliError(
            "ambiguous", f"{name!r} reads in two ways: a word of a sentence, or a variable",
            Span(statement.source, place.start, place.end),
            f"write {behind.strip()} alone, or give {name} a value with --at or --set",
        )  # fmt: skip


def product_of(parts: Sequence[str]) -> str:
    """A product as it is written; with a matrix in it both ways."""
    entrywise = "*".join(parts)
    if parts[0].isupper() and all(len(part) == 1 and part.isupper() for part in parts[:-1]):
        return f"{entrywise} entry by entry or {'@'.join(parts)}"
    return entrywise


def matrix_and_vector(name: str, statement: Statement) -> list[str] | None:
    """The letters of `Ax` and `AB` under bars, in a trace or beside a transpose, where these are arrays; else None."""
    if not MATRIX_AND_VECTOR.fullmatch(name) or not MATRIX_SIGNS.search(statement.source.text):
        return None
    return list(name)


def check_function_word(name: str, known: Collection[str], place: Span) -> None:
    """Raise for `sin` without an argument and for `sinx`, which nobody means as the name of a variable."""
    from gradcli.text.foreign.words import FUNCTION_AND_NUMBER, NEVER_VARIABLES, unglued

    behind = re.match(r"\w*", place.source.text[place.end :])
    if behind and behind[0] and (match := FUNCTION_AND_NUMBER.fullmatch(name)):
        raise GradcliError(
            "ambiguous", f"{name + behind[0]!r} reads in two ways: {match[1]}, or a variable called {name}", place,
            f"write {match[1]}({match[2]}{behind[0]}), or {name}*{behind[0]}",
        )  # fmt: skip

    if name in NEVER_VARIABLES:
        raise GradcliError(
            "ambiguous", f"{name!r} is a function, and its argument is missing", place,
            f"write {name}(x), or give {name} a value with --at or --set to make it a variable",
        )  # fmt: skip
    if readings := unglued(name, known):
        raise GradcliError(
            "ambiguous", f"{name!r} reads in two ways: a name of its own, or {readings[0]}", place,
            f"write {' or '.join(readings)}, or give {name} a value with --at or --set",
        )  # fmt: skip


def split_into(name: str, known: Collection[str]) -> list[str] | None:
    """The name as two or more known names run together, shortest first piece first, or None."""
    reach: dict[int, list[str]] = {0: []}
    for end in range(1, len(name) + 1):
        for start in range(end):
            piece = name[start:end]
            if start in reach and end not in reach and piece in known and piece != name:
                reach[end] = [*reach[start], piece]
    return reach.get(len(name))
