"""Brackets of every kind, as they are read: round, square, bars, the arguments of calls and the subscripts of arrays.

Each function takes the stack and the token that it is about, and returns whether an operand must come next and the
next token. The first ones stand where an operand must come, the others where an operator may come.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.text import binders
from gradcli.text import tokens as kind
from gradcli.text.binders import SPELLED
from gradcli.text.stack import ALTERNATING, BARS, CLOSERS, COMPARE, CONDITION, CONDITIONAL, PLAIN, Frame
from gradcli.text.tokens import plain_digits, quoted
from gradcli.text.tree import Binary, Bound, Call, Entry, Index, Name, Number, Slice, Text, Vector, are_opposite

if TYPE_CHECKING:
    from typing import Final

    from gradcli.problems import GradcliError
    from gradcli.text.stack import Stack, Step
    from gradcli.text.tree import Tree

LOGARITHMS: Final = frozenset(("log", "ln"))
NORMS: Final = {f"_{order}": order for order in (*"123456789pq", "fro", "nuc", "inf")} | {"_F": "fro", "_∞": "inf"}


def group(stack: Stack, here: int) -> Step:
    """An opening round bracket."""
    if stack.latex and stack.source.text.startswith("\\", stack.starts[here]):
        from gradcli.text.foreign.braces import choice

        if (step := choice(stack, here)) is not None:
            return step
    chosen = stack.frames[-1].conditions or stack.frames[-1].name == "Piecewise"
    return stack.open(CONDITION if chosen else PLAIN, here)


def call(stack: Stack, here: int) -> Step:
    """A name with an opening bracket behind it."""
    name = stack.names[stack.texts[here]]
    if name == "pi" or (name == "T" and here and stack.texts[here - 1] in ("^", "**")):
        # neither is a function: pi(x + 1) is a product, and so is x^T (A x)
        stack.operands.append(Name(name, stack.starts[here], stack.ends[here]))
        return False, here + 1
    if name == "gamma" and stack.texts[here] == "γ":
        inside = stack.argument_text(here + 1)
        message = f"γ{inside} can be read in two ways: the gamma function, or a product"
        raise stack.error(here, message, f"write Γ{inside} or gamma*{inside}", "ambiguous")
    if name[-1] == "_":
        hint = f"write {name}1 for a name with an index" if name[:-1] not in LIMITS else "write the expression alone"
        raise stack.error(here, f"a bracket cannot be the index of {quoted(name[:-1])}", hint)
    stack.open(Frame("call", name, conditions=name in CONDITIONAL), here)
    return True, here + 2


LIMITS: Final = ("lim", "limit", "max", "min", "argmax", "argmin", "sup", "inf")
ANGLES: Final = {"⟨": "dot", "⌊": "floor", "⌈": "ceil"}
"""Brackets that are a function: an inner product, and rounding."""


def angle(stack: Stack, here: int) -> Step:
    """`⟨x, y⟩`, `⌊x⌋`, `⌈x⌉`."""
    stack.spelled.used |= stack.texts[here] == "⟨"  # of matrices it is another product
    return stack.open(Frame("call", ANGLES[stack.texts[here]]), here)


def vector(stack: Stack, here: int) -> Step:
    """An opening square bracket, or the beginning of a LaTeX matrix or of LaTeX cases."""
    form = stack.texts[here]
    return stack.open(Frame(form if form in ("matrix", "cases") else "[", conditions=form == "cases"), here)


def open_bar(stack: Stack, here: int) -> Step:
    """`|`, `‖`, or `||`: two strokes side by side open a norm, until a single one closes (`||x| - 1|`)."""
    if stack.kinds[here] == kind.BAR and stack.texts[here] == "|" and doubled(stack, here):
        stack.open(Frame("||"), here)
        return True, here + 2
    return stack.open(Frame(stack.texts[here]), here)


def doubled(stack: Stack, here: int) -> bool:
    """Whether two strokes stand here, side by side."""
    return stack.texts[here + 1] == "|" and stack.starts[here + 1] == stack.ends[here]


def close_empty(stack: Stack, here: int) -> Step:
    """A closing bracket, a comma or a colon where an operand must come: right in `f()`, `x[1:]` and `x[:2]`."""
    frame, what = stack.frames[-1], stack.kinds[here]
    if not stack.powers[-1]:
        if frame.form == "call" and what == kind.CLOSE and stack.places[-1] == here - 2:
            return close_call(stack, here)
        if frame.form == "index" and what == kind.COLON and frame.second is None:
            if frame.colon is None:
                frame.colon = here
            else:
                frame.second = here
            return True, here + 1
        if frame.form == "index" and frame.colon is not None and what in (kind.COMMA, kind.CLOSE_SQUARE):
            _finish_slice(stack, frame, None)
            return _next_item(stack, frame, here) if what == kind.COMMA else _close_index(stack, here)
    from gradcli.text.prose.unreadable import no_operand

    raise no_operand(stack, here)


# -------------------------------------------------------------------- after an operand


def close_round(stack: Stack, here: int) -> Step:
    """A closing round bracket that is not just one of a group."""
    if stack.frames[-1].form == "braces":
        from gradcli.text.foreign.braces import closed

        return closed(stack, here)
    if stack.frames[-1].form == "indicator":
        from gradcli.text.systems.branches import close_indicator

        return close_indicator(stack, here)
    if stack.frames[-1].form == "tuple":
        from gradcli.text.foreign.tuples import check_tuple_end

        check_tuple_end(stack, here)
    if stack.frames[-1].form in ("point", "tuple"):
        stack.reduce()
        finish_item(stack, stack.frames[-1])
        frame, opened = stack.leave()
        stack.operands.append(Vector(tuple(frame.items), stack.starts[opened], stack.ends[here]))
        return False, here + 1 + (stack.latex and stack.kinds[here + 1] == kind.TRANSPOSE)  # (a, b)^T is a column
    if stack.frames[-1].form != "call" or stack.texts[stack.opening()] == "[":
        raise _mismatch(stack, here)
    stack.reduce()
    finish_item(stack, stack.frames[-1])
    return close_call(stack, here)


def close_call(stack: Stack, here: int) -> Step:
    """The end of a call whose arguments are all finished; what other languages write is put in this one's words."""
    frame, opened = stack.leave()
    start, end = stack.starts[opened], stack.ends[here]
    name_end = 0 if stack.kinds[opened] == kind.ANGLE else stack.ends[opened]
    if frame.name in ("sum", "prod") and len(frame.items) == 4 and type(frame.items[1]) is Name:
        stack.operands.append(_bounded(stack, frame, start, end))
        return False, here + 1
    call = Call(frame.name, tuple(frame.items), tuple(frame.keywords.items()), name_end, start, end)
    name = frame.name
    if name in binders.NAMED and (name != "root" or len(frame.items) != 2):  # SymPy's root(x, n) has two
        stack.operands.append(binders.bound_call(stack, call, frame.origin))
        return False, here + 1
    several = bool(name in ("log", "ln", "sum", "mean", "atan", "arctan", "solve") and frame.items[1:])
    if name in ("sum", "max", "min") and frame.items and isinstance(frame.items[0], Call):
        several |= frame.items[0].function == name  # MATLAB's sum(sum(X))
    unusual = (frame.keywords and "axis" not in frame.keywords) or several
    if name in SPELLED or unusual or frame.origin or name[0] < "a" or len(frame.keywords) > 1:
        from gradcli.text.foreign.calls import translated

        stack.operands.append(translated(stack, call, frame.origin, here))
    else:
        stack.operands.append(call)
    return False, here + 1


def _bounded(stack: Stack, frame: Frame, start: int, end: int) -> Tree:
    """`sum(x_i^2, i, 1, n)`."""
    stack.spelled.used = True
    body, index, low, high = frame.items
    if type(low) is not Number or type(low.value) is not int:
        raise stack.spot(low, "a sum begins at a whole number", "write sum(x_i, i, 1, n)")
    letter: str = index.name  # type: ignore[attr-defined]
    if kind.OPEN_SQUARE in stack.kinds:
        from gradcli.text.systems.lists import with_entries

        body = with_entries(body, letter)
    return Bound(frame.name, (letter,), low.value, high, body, body.start, start, end)


def close_square(stack: Stack, here: int) -> Step:
    """The end of a vector or of an index."""
    frame = stack.frames[-1]
    if frame.form == "cases":
        return _close_cases(stack, here)
    square = frame.form == "call" and stack.texts[stack.opening()] == "["  # Sin[x]
    if frame.form not in ("[", "index", "matrix") and not square:
        raise _mismatch(stack, here)
    stack.reduce()
    finish_item(stack, frame)
    if square or frame.form == "index":
        return (close_call if square else _close_index)(stack, here)
    _, opened = stack.leave()
    items, start, end = frame.items, stack.starts[opened], stack.ends[here]
    if frame.rows:
        items = [*frame.rows, Vector(tuple(items), items[0].start, end)]
    if stack.latex and stack.texts[opened] == "[" and len(items) == 1:
        stack.operands.append(items[0])  # [x+1]^2: in LaTeX, square brackets around one entry only group
        return False, here + 1
    if (frame.form == "matrix" or frame.rows) and all(type(row) is Vector and len(row.items) == 1 for row in items):
        items = [row.items[0] for row in items]  # type: ignore[attr-defined]
    if len(items) == 1 and stack.texts[here + 1] == "*" and not stack.latex:
        from gradcli.text.foreign.tuples import refuse_repeated

        refuse_repeated(stack, items[0], here)
    stack.operands.append(Vector(tuple(items), start, end))
    return False, here + 1


def open_index(stack: Stack, here: int) -> Step:
    """An opening square bracket after an operand."""
    stack.open(Frame("index"), here)
    return True, here + 1


def _close_index(stack: Stack, here: int) -> Step:
    items, base = stack.leave()[0].items, stack.operands[-1]
    if stack.texts[here] == "entry":
        stack.operands[-1] = Entry(base, tuple(items), base.start, stack.ends[here])
        return False, here + 1
    for place, subscript in enumerate(items):
        if type(base) is Call and base.function == "slogdet" and type(subscript) is Number and subscript.value == 1:
            start, name_end, end = base.start, base.name_end, stack.ends[here]
            inner = Call("abs", (Call("det", base.arguments, (), name_end, start, end),), (), name_end, start, end)
            stack.operands[-1] = Call("log", (inner,), (), name_end, start, end)
            return False, here + 1
        if type(subscript) is Number and type(subscript.value) is not int:
            raise stack.spot(subscript, "an index is a whole number", "write x[0] for the first entry")
        if type(subscript) is Name and subscript.name == "None":  # NumPy's new axis
            items[place] = Text("None", subscript.start, subscript.end)
    if isinstance(base, Index) and len(base.subscripts) == len(items) == 1 and type(base.subscripts[0]) is Number:
        items, base = [*base.subscripts, *items], base.base  # X[0][1]
    stack.operands[-1] = Index(base, tuple(items), base.start, stack.ends[here])
    return False, here + 1


def _close_cases(stack: Stack, here: int) -> Step:
    r"""The end of `\begin{cases}`: where(condition, value, ...), the last row what is left over."""
    stack.reduce()
    frame = stack.frames[-1]
    finish_item(stack, frame)
    _, opened = stack.leave()
    items, start, end = frame.items, stack.starts[opened], stack.ends[here]
    if len(items) % 2 or len(items) < 4:
        hint = "write value & condition \\\\ value & \\text{otherwise}"
        raise stack.error(opened, "each row of cases has a value and a condition", hint)
    values, conditions = items[::2], items[1::2]
    rest = conditions[-1]
    if (type(rest) is Name and rest.name == "otherwise") or (len(items) == 4 and are_opposite(conditions[0], rest)):
        tree = values.pop()
        conditions.pop()
    else:  # where none of the conditions holds there is no value
        zero = Number(0, False, rest.start, rest.end)
        tree = Binary("/", zero, zero, rest.start, rest.start, rest.end)
    for value, condition in zip(reversed(values), reversed(conditions), strict=True):
        tree = Call("where", (condition, value, tree), (), stack.ends[opened], start, end)
    stack.operands.append(tree)
    return False, here + 1


def comma(stack: Stack, here: int) -> Step:
    """The end of an argument, an entry or a subscript; outside of brackets the end of the expression."""
    frame = stack.frames[-1]
    if frame.form == "text":
        return finish(stack, here)
    if frame.form == "(" and stack.latex and frame.conditions:
        return _point(stack, here)
    if frame.form == "(" or frame.form in BARS:
        from gradcli.text.foreign.tuples import open_tuple

        frame = open_tuple(stack, here)
    stack.reduce()
    finish_item(stack, frame)
    return _next_item(stack, frame, here)


def _point(stack: Stack, here: int) -> Step:
    """A comma in a bracket where conditions stand: `(x, y) = (0, 0)` compares points."""
    stack.reduce()
    stack.frames[-1] = frame = Frame("point", conditions=True)
    frame.items.append(stack.operands.pop())
    return True, here + 1


def _next_item(stack: Stack, frame: Frame, here: int) -> Step:
    if frame.form == "braces":
        frame.name += "v"
    elif frame.form not in ("cases", "point", "tuple") and frame.name not in ALTERNATING:
        frame.conditions = False  # only the first argument of a `where` is a condition
    if frame.form == "index" and len(frame.items) > 1:
        raise stack.error(here, "an array has at most two indices", "write X[0, 1]")
    return True, here + 1


def finish_item(stack: Stack, frame: Frame) -> None:
    """Put the operand that was read since the last comma among the frame's items."""
    item = stack.operands.pop()
    if frame.colon is not None:
        _finish_slice(stack, frame, item)
    elif frame.keyword is not None:
        frame.keywords[frame.keyword] = item
        frame.keyword = None
    elif frame.keywords:
        raise stack.spot(item, "an argument without a name follows one with a name", "write it before the named ones")
    else:
        frame.items.append(item)


def _finish_slice(stack: Stack, frame: Frame, last: Tree | None) -> None:
    """The slice whose last part, its end or its step, was just read."""
    colon, lower = frame.colon or 0, frame.lower
    upper, step = (last, None) if frame.second is None else (frame.upper, last)
    start = lower.start if lower else stack.starts[colon]
    end = last.end if last else stack.ends[frame.second or colon]
    frame.items.append(Slice(lower, upper, start, end, step))
    frame.colon = frame.lower = frame.second = frame.upper = None


def colon(stack: Stack, here: int) -> Step:
    """The colon of a slice; outside of brackets the end of the expression."""
    frame = stack.frames[-1]
    if frame.form == "text":
        return finish(stack, here)
    if frame.form == "braces":
        from gradcli.text.foreign.braces import condition_ends

        return condition_ends(stack, here)
    if frame.form != "index" or frame.second is not None:
        from gradcli.text.prose.unreadable import lost_colon

        raise lost_colon(stack, here)
    stack.reduce()
    if frame.colon is None:
        frame.lower, frame.colon = stack.operands.pop(), here
    else:
        frame.upper, frame.second = stack.operands.pop(), here
    return True, here + 1


def equals(stack: Stack, here: int) -> Step:
    """`axis=` in a call; outside of brackets the end of the expression."""
    frame = stack.frames[-1]
    if frame.form == "text":
        return finish(stack, here)
    if frame.conditions and stack.latex:
        stack.infix(("==", COMPARE, COMPARE), here)
        return True, here + 1
    if frame.conditions:
        raise stack.error(here, "'=' does not compare", "write == to compare")
    if stack.texts[here] == ":=":
        raise stack.error(here, "':=' cannot stand here", "write name = expression as a statement of its own")
    word = stack.operands[-1]
    if frame.form == "call" and not stack.powers[-1] and type(word) is Name and frame.keyword is None:
        stack.operands.pop()
        frame.keyword = word.name
        if word.name in frame.keywords:
            raise stack.spot(word, f"the argument {quoted(word.name)} is given twice", "give it once")
        return True, here + 1
    if stack.kinds[here - 1] == kind.NAME:
        raise stack.unclosed()
    raise stack.error(here, "'=' cannot stand here", "write name = expression as a statement of its own")


def bar(stack: Stack, here: int) -> Step | None:
    """A bar after an operand closes what a bar has opened; None where no bar is open: then it opens a factor."""
    form, text = stack.frames[-1].form, stack.texts[here]
    if form == text:
        return _close_bar(stack, here, "abs" if text == "|" else "norm")
    if form == "||" and text == "|":
        if doubled(stack, here):
            return _close_bar(stack, here + 1, "norm")
        stack.reduce()  # the two strokes that opened were two absolute values: this closes the inner one
        inner = stack.operands[-1]
        start = stack.starts[stack.places[-1] + 1]
        stack.operands[-1] = Call("abs", (inner,), (), start + 1, start, stack.ends[here])
        stack.frames[-1] = Frame("|")
        return False, here + 1
    return None


def close_bar(stack: Stack, here: int) -> Step:
    """A bar that says by itself that it closes (LaTeX)."""
    if stack.frames[-1].form != stack.texts[here]:
        raise _mismatch(stack, here)
    return _close_bar(stack, here, "abs" if stack.texts[here] == "|" else "norm")


def _close_bar(stack: Stack, here: int, function: str) -> Step:
    _, opened = stack.leave()
    arguments: tuple[Tree, ...] = (stack.operands.pop(),)
    start, name_end, end = stack.starts[opened], stack.ends[opened], stack.ends[here]
    here += 1
    if function == "abs" and stack.texts[here][:1] == "_" and stack.starts[here] == stack.ends[here - 1]:
        hint = f"write norm({stack.typed(arguments[0])}, {stack.texts[here][1:] or 2}) for the norm"
        raise stack.error(here, "an absolute value has no index", hint)
    if function == "norm" and (kinds := _norm_kind(stack, here)):
        argument, here = kinds
        arguments, end = (*arguments, argument), argument.end
    stack.operands.append(Call(function, arguments, (), name_end, start, end))
    return False, here


def _norm_kind(stack: Stack, here: int) -> tuple[Tree, int] | None:
    """`_F`, `_1`, `₂`, `_∞` right behind a norm, and the token after it."""
    if stack.starts[here] != stack.ends[here - 1]:
        return None
    start, text, after = stack.starts[here], stack.texts[here], here + 1
    if stack.kinds[here] == kind.SUBSCRIPT or text == "∞":
        text = "_" + plain_digits(text)
    elif not text.startswith("_") and (stack.latex or text not in ("F", "p")):
        return None
    elif text == "_" and stack.texts[after] in ("∞", "*"):
        text, after = ("_∞" if stack.texts[after] == "∞" else "_nuc"), after + 1
    which, end = NORMS.get(text), stack.ends[after - 1]
    if which is None:
        from gradcli.text.prose.unreadable import no_norm

        raise no_norm(stack, here)
    if which.isdecimal():
        return Number(int(which), False, start, end), after
    return (Name if which in ("inf", "p", "q") else Text)(which, start, end), after


def finish(stack: Stack, here: int) -> Step:
    """The end of the expression, or of all brackets' hope to be closed."""
    if len(stack.frames) > 1:
        if stack.kinds[here] == kind.SEMICOLON:
            return _row_ends(stack, here)
        raise stack.unclosed()
    stack.reduce()
    stack.place = here
    return False, -1


def _row_ends(stack: Stack, here: int) -> Step:
    """MATLAB's `[a; b]` and `[a, b; c, d]`: what stands between semicolons is a row. Raises for other brackets."""
    frame = stack.frames[-1]
    if frame.form != "[" or stack.latex or kind.CLOSE_SQUARE not in stack.kinds[here:]:
        from gradcli.text.foreign.tuples import semicolon

        raise semicolon(stack, here)
    stack.reduce()
    finish_item(stack, frame)
    frame.rows = [*(frame.rows or []), Vector(tuple(frame.items), frame.items[0].start, stack.ends[here - 1])]
    frame.items = []
    return True, here + 1


def _mismatch(stack: Stack, here: int) -> GradcliError:
    text, form = stack.texts[here], stack.frames[-1].form
    if form == "text":
        return stack.error(here, f"{quoted(text)} closes nothing", "leave it out, or open a bracket before it")
    opened = stack.texts[stack.opening()]
    return stack.error(here, f"{quoted(text)} cannot close {quoted(opened)}", f"write {CLOSERS[form]} before it")
