"""Lists in braces, and calls with lists: `{x^2, x*y}`, `Sum[x^k, {k, 1, 3}]`, `Piecewise`, `D[f, {x, y}]`.

Wolfram's language and SymPy. Codes of errors: `syntax`, `request`.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.rewrite import replaced
from gradcli.text.stack import ALTERNATING, Frame
from gradcli.text.tokens import quoted
from gradcli.text.tree import AskedDerivative, Binary, Bound, Call, Entry, Index, Name, Number, Tree, Vector, postorder

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack, Step

DERIVATIVES: Final = frozenset(("diff", "Diff", "D", "Grad", "gradient", "jacobian"))
"""Calls of a function and of its variables."""
SUMS: Final = {"Sum": "sum", "Product": "prod", "summation": "sum", "NSum": "sum", "add": "sum", "mul": "prod"}
INTEGRALS: Final = frozenset(("Integrate", "NIntegrate"))
WHOLE: Final = frozenset((*DERIVATIVES, *SUMS, *INTEGRALS, "Piecewise", "Which", "IFS", "piecewise"))
"""Calls that are read as a whole."""


def listed(stack: Stack, here: int) -> Step | None:
    """Open `{a, b}` as a vector, and `{{a, b}, {c, d}}` as rows; None for a brace that holds one thing."""
    from gradcli.text.foreign.braces import as_brackets

    if _as_cases(stack, here):
        return stack.open(Frame("cases", conditions=True), here)

    depth, place, parted = 0, here, stack.texts[here + 1] == "{"
    while stack.kinds[place] not in (kind.END, kind.NEWLINE, kind.SEMICOLON):
        text, what = stack.texts[place], stack.kinds[place]
        opens = what in (kind.OPEN, kind.OPEN_SQUARE, kind.ANGLE) or text == "{"
        depth += opens - (what in kind.CLOSING or text == "}")
        parted = parted or (what == kind.COMMA and depth == 1)
        if not depth:
            break
        place += 1
    if depth or not parted:
        return None
    as_brackets(stack, here)
    chosen = any(frame.form == "call" and frame.name == "Piecewise" for frame in stack.frames)
    return stack.open(Frame("tuple", conditions=chosen), here)


def _as_cases(stack: Stack, here: int) -> bool:
    """Take `{x^2, x >= 0; -x, x < 0}` and `{x^2 if x >= 0; -x otherwise}` for the rows of cases."""
    end, depth, compared = here, 0, False
    while stack.kinds[end] not in (kind.END, kind.NEWLINE):
        depth += (stack.texts[end] == "{") - (stack.texts[end] == "}")
        compared = compared or stack.kinds[end] == kind.COMPARISON
        if not depth:
            break
        end += 1
    inside = stack.texts[here + 1 : end]
    told = kind.SEMICOLON in stack.kinds[here:end] or "if" in inside
    if depth or not compared or not told or ":" in inside or "else" in inside or "return" in inside:
        return False
    columns = (stack.kinds, stack.texts, stack.starts, stack.ends)
    for place in range(end - 1, here, -1):
        parted = stack.kinds[place - 1] == kind.COMMA
        if stack.kinds[place] == kind.SEMICOLON or (stack.texts[place] in ("if", "for", "when") and not parted):
            stack.kinds[place], stack.texts[place] = kind.COMMA, ","
        elif stack.texts[place] in ("if", "for", "when"):
            for column in columns:
                del column[place]
            end -= 1
        elif stack.texts[place] == "otherwise" and not parted:
            start = stack.starts[place]
            stack.kinds.insert(place, kind.COMMA)
            stack.texts.insert(place, ",")
            stack.starts.insert(place, start)
            stack.ends.insert(place, start)
            end += 1
    for place, what in ((here, kind.OPEN_SQUARE), (end, kind.CLOSE_SQUARE)):
        stack.kinds[place], stack.texts[place] = what, "cases"
    return True


def read_whole(stack: Stack, call: Call, here: int) -> Tree | None:
    """What such a call says; None where it is an ordinary one. `here` is the token that closes it."""
    name = call.function
    if name in ("Piecewise", *ALTERNATING):
        return None if name == "piecewise" and len(call.arguments) == 3 else _chosen(stack, call)
    if name in DERIVATIVES:
        return call.arguments[0] if _asks(stack, call, here) else None
    last = call.arguments[-1] if len(call.arguments) == 2 and not call.keywords else None
    if not isinstance(last, Vector) or len(last.items) != 3:
        return None
    letter, low, high = last.items
    if name in INTEGRALS:
        from gradcli.text.binders import bound_call

        return bound_call(stack, Call("integral", call.arguments, (), call.name_end, call.start, call.end), "")
    if type(letter) is not Name or type(low) is not Number or type(low.value) is not int:
        return None
    stack.spelled.used = True
    body = with_entries(call.arguments[0], letter.name)
    return Bound(SUMS[name], (letter.name,), low.value, high, body, call.start, call.start, call.end)


def with_entries(root: Tree, letter: str) -> Tree:
    """The body of a sum over a letter with `x[i]` and `x[i + 1]` as the entries that `x_i` and `x_{i+1}` are."""

    def entry(tree: Tree) -> Tree | None:
        if type(tree) is not Index or type(tree.base) is not Name:
            return None
        letters = [part.name for part in tree.subscripts if type(part) is Name and len(part.name) == 1]
        if len(letters) == len(tree.subscripts) and letter in letters:
            return Name(f"{tree.base.name}_{''.join(letters)}", tree.start, tree.end)
        moved = all(type(part) is Name or (type(part) is Binary and part.op in "+-") for part in tree.subscripts)
        names = {part.name for part in postorder(tree) if type(part) is Name}
        return Entry(tree.base, tree.subscripts, tree.start, tree.end) if moved and letter in names else None

    return replaced(root, entry)


def _asks(stack: Stack, call: Call, here: int) -> bool:
    """Whether `diff(f, x)` is the whole text: what is asked for, which the stack keeps."""
    alone = stack.powers == [0] and stack.kinds[here + 1] in (kind.END, kind.NEWLINE, kind.SEMICOLON)
    names: list[Tree] = []
    for part in call.arguments[1:]:
        inner = part.items[0] if isinstance(part, Vector) and len(part.items) == 1 else part
        names.extend(inner.items if isinstance(inner, Vector) else (inner,))
    numbered = any(isinstance(name, Number) and name.value != 1 for name in names)
    if numbered or (len(call.arguments) > 2 and call.function in ("diff", "Diff", "D")):
        raise _second(stack, call)
    wanted = tuple(name.name for name in names if isinstance(name, Name))
    bare = not call.arguments or (isinstance(call.arguments[0], Name) and call.arguments[0].name not in _defined(stack))
    if not alone or (not names and bare) or len(wanted) < sum(not isinstance(name, Number) for name in names):
        return False
    stack.asked = AskedDerivative(wanted, stack.source.text[call.start : call.name_end])
    return True


def _defined(stack: Stack) -> set[str]:
    """The names that the text defines."""
    return {stack.names.get(text, text) for text in stack.own_functions()}


def _second(stack: Stack, call: Call) -> GradcliError:
    import shlex

    command = f"gradcli hessian {shlex.quote(stack.typed(call.arguments[0]))}"
    place = Span(stack.source, call.start, call.name_end or call.end)
    return GradcliError("request", "second derivatives are another command", place, command)


def _chosen(stack: Stack, call: Call) -> Tree:
    """SymPy's pairs (value, condition), Wolfram's list of them, and conditions that take turns with their values."""
    name, arguments = call.function, call.arguments
    default: Tree | None = None
    if name in ALTERNATING:
        parts = list(arguments)
        if name == "piecewise":  # Maple's is 0 elsewhere
            default = parts.pop() if len(parts) % 2 else Number(0, False, call.start, call.end)
        pairs = [(value, condition) for condition, value in zip(parts[::2], parts[1::2], strict=False)]
    else:
        first = arguments[0] if arguments else None
        if isinstance(first, Vector) and first.items and all(isinstance(item, Vector) for item in first.items):
            default = arguments[1] if len(arguments) == 2 else Number(0, False, call.start, call.end)
            arguments = first.items
        found = [part.items for part in arguments if isinstance(part, Vector) and len(part.items) == 2]
        pairs = [(value, condition) for value, condition in found] if len(found) == len(arguments) else []
    last = pairs[-1][1] if pairs else None
    if type(last) is Name and last.name in ("True", "true", "TRUE"):
        default = pairs.pop()[0]
    if default is None or (name in ("Which", "IFS") and len(call.arguments) % 2):
        hint = "write where(condition, value, value otherwise)"
        place = Span(stack.source, call.start, call.name_end or call.end)
        message = f"{quoted(name)} takes values with conditions, the last one True"
        raise GradcliError("syntax", message, place, hint)
    tree = default
    for value, condition in reversed(pairs):
        tree = Call("where", (condition, value, tree), (), call.name_end, call.start, call.end)
    return tree
