r"""Tokens -> one statement: headers `f(x, y) = ...`, chains `y = a = b`, requests `d/dx ...`, `x \in \mathbb{R}^n`.

Codes of errors: `syntax`, `request` (a derivative that is claimed, or of second order; the hint is a whole command).
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text import tokens as kind
from gradcli.text.expressions import read_expression
from gradcli.text.tree import AskedDerivative, Binary, Call, Declaration, Name, Number, Statement, Unary, postorder

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack
    from gradcli.text.tree import Tree


class Head(NamedTuple):
    """What stands before an equals sign and gives the expression a name; `parameters` of `f(x, y) =`."""

    name: str | None
    parameters: tuple[str, ...] | None
    start: int
    end: int


def without_stops(tokens: kind.Tokens) -> kind.Tokens:
    """The tokens without the full stop or the comma that ends a formula in a sentence."""
    here = len(tokens.kinds) - 2
    while here > 0 and tokens.kinds[here] == kind.NEWLINE:
        here -= 1
    if here > 0 and tokens.texts[here] in kind.STOPS and tokens.kinds[here] in (kind.BAD, kind.COMMA):
        for column in tokens[1:5]:
            del column[here]
    return tokens


def _refuse_claim_of_name(stack: Stack) -> None:
    """Raise for `dy/dx = ...`: the function is not said."""
    here, texts = stack.place, stack.texts
    if stack.latex or stack.kinds[here] != kind.NAME or texts[here + 1 : here + 2] != ["/"]:
        return
    above, below = texts[here], texts[here + 2]
    if stack.kinds[here + 2] != kind.NAME:
        return
    if stack.kinds[here + 3] == kind.EQUALS and above[0] == below[:1] == "d" and len(above) > 1 < len(below):
        name, variable = above[1:], below[1:]
        answer = stack.source.text[stack.ends[here + 3] :].partition(";")[0].strip()
        hint = f"write the function in the place of {name}: gradcli check FUNCTION {quoted(answer)} --wrt {variable}"
        raise stack.error(here, "what stands behind '=' is a claim about a derivative", hint, "request")


def read_statement(stack: Stack) -> Statement:
    """`expression`, `name = expression`, `f(x, y) = expression`, or a chain of these.

    Raises `request` for a derivative with an equals sign behind it, which is a claim.
    """
    heads: list[Head] = []
    sides: list[Tree] = []
    requests: list[AskedDerivative] = []
    _refuse_claim_of_name(stack)
    while True:
        if stack.programming and (head := _programmed(stack, heads)) is not None:
            heads.append(head)
            continue
        if (request := read_request(stack)) is not None:
            requests.append(request)
        elif (head := read_head(stack)) is not None:
            heads.append(head)
            _refuse_nothing(stack, head)
            continue
        first = stack.place
        tree = read_expression(stack)
        if not isinstance(tree, Name | Number):  # with the command and the brackets that it is written with
            tree.start, tree.end = min(tree.start, stack.starts[first]), max(tree.end, stack.ends[stack.place - 1])
            if stack.latex and (before := stack.source.text[: tree.start].rstrip()).endswith("\\left"):
                tree.start = len(before) - len("\\left")
        sides.append(tree)
        if stack.asked is not None:
            requests.append(stack.asked)
            stack.asked = None
        if stack.kinds[stack.place] != kind.EQUALS:
            break
        stack.place += 1
        _refuse_end(stack)
    if requests and len(sides) > 1:
        from gradcli.text.foreign.differentials import claim_error

        raise claim_error(stack, requests[0], sides)
    return _statement(stack, heads, sides, requests)


def _programmed(stack: Stack, heads: list[Head]) -> Head | None:
    """A head as programmers write it, which takes the name that stands before it: `f = lambda x: ...`."""
    from gradcli.text.foreign.statements import programmed_head

    found = programmed_head(stack)
    if found is None:
        return None
    if found.name is None and heads and heads[-1].parameters is None:
        before = heads.pop()
        return Head(before.name, found.parameters, before.start, before.end)
    return Head(found.name, found.parameters, found.start, found.end)


def _statement(stack: Stack, heads: list[Head], sides: list[Tree], requests: list[AskedDerivative]) -> Statement:
    while len(sides) > 1 and not requests and (label := label_of(stack, sides)) is not None:
        if isinstance(sides[0], Binary) and (heads or type(sides[1]) is Name):
            break  # `y = x^2 = a*b`: y has a value already; `x^2 = y` is an equation
        if not label.name:
            stack.spelled.notes.append(f"{stack.typed(sides[0])} only names what follows it")
        heads.append(label)
        del sides[0]
    tree = sides[0]
    header = next((head for head in heads if head.parameters is not None), None)
    named = header or (heads[0] if heads else None)
    if header is not None or len(sides) > 1 or requests or len(heads) > 1:
        stack.spelled.used = True
    return Statement(
        (named.name or None) if named else None,
        tree,
        stack.source,
        named.start if named else tree.start,
        named.end if named else tree.end,
        header.parameters if header else None,
        tuple(sides) if len(sides) > 1 else (),
        requests[0] if requests else None,
        tuple(head.name for head in heads if head is not named and head.name),
    )


LOGARITHMS: Final = frozenset(("log", "ln", "log2", "log10"))


def label_of(stack: Stack, sides: list[Tree]) -> Head | None:
    r"""A left side that only names the right one: `s^2 = ...`, `\log p(x) = ...`, of a name used nowhere else."""
    tree = sides[0]
    while not isinstance(tree, Name):
        if isinstance(tree, Binary) and tree.op == "**" and isinstance(tree.right, Number):
            tree = tree.left
        elif isinstance(tree, Unary) and tree.op == "-":
            tree = tree.operand
        elif isinstance(tree, Call) and tree.function in LOGARITHMS and len(tree.arguments) == 1:
            tree = tree.arguments[0]
        else:
            break
    name, parameters = "", None
    if isinstance(tree, Name) and tree is not sides[0]:
        name = tree.name
    elif isinstance(tree, Call) and tree.function in stack.spelled.called:
        names = [part.name for part in tree.arguments if isinstance(part, Name)]
        name, parameters = (tree.function, tuple(names)) if len(names) == len(tree.arguments) else ("", None)
    if not name or any(_mentions(side, name) for side in sides[1:]):
        return None
    return Head("" if tree is not sides[0] else name, parameters, sides[0].start, sides[0].end)


def _mentions(root: Tree, name: str) -> bool:
    """Whether a name stands in a tree, as a value or as a function."""
    return any(
        (isinstance(part, Name) and part.name == name) or (isinstance(part, Call) and part.function == name)
        for part in postorder(root)
    )


def _refuse_nothing(stack: Stack, head: Head) -> None:
    """Raise for `y =` at an end."""
    if stack.kinds[stack.place] in kind.STATEMENT_ENDS:
        name = stack.source.text[head.start : head.end]
        hint = f"write {name} = expression"
        if stack.source.text[stack.ends[-1] : stack.ends[-1] + 1] == "$":
            hint = "put the whole statement between the dollar signs"
        raise stack.error(stack.place - 1, f"nothing follows '{name} ='", hint)


def _refuse_end(stack: Stack) -> None:
    if stack.kinds[stack.place] in kind.STATEMENT_ENDS:
        raise stack.error(stack.place - 1, "nothing follows '='", "complete it, or leave '=' out")


# -------------------------------------------------------------------- heads


def read_head(stack: Stack) -> Head | None:
    """`name =` or `f(x, y) =`; `stack.place` is then behind the equals sign. None where neither stands here."""
    here, kinds = _behind_logarithm(stack), stack.kinds
    plain = here == stack.place
    if stack.latex and (mapping := _mapping(stack)) is not None:
        return mapping
    if kinds[here] != kind.NAME:
        return None
    name, start, end = stack.names[stack.texts[here]], stack.starts[here], stack.ends[here]
    if kinds[here + 1] == kind.EQUALS and plain:
        stack.place = here + 2
        return Head(name, None, start, end)
    here += 1 + (kinds[here + 1] == kind.JUXTAPOSE)
    if kinds[here] != kind.OPEN:
        return None
    parameters, here = _parameters(stack, here)
    if parameters is None or kinds[here] != kind.EQUALS:
        return None
    if name[-1] == "'":
        _refuse_primed(stack, name, parameters, here)
    stack.place = here + 1
    return Head(name if plain else "", parameters, start, end)


def is_header(stack: Stack, here: int) -> bool:
    """Whether `f(x, y) =` stands at a token, in a text without commands."""
    if stack.kinds[here + 1] != kind.OPEN:
        return False
    parameters, after = _parameters(stack, here + 1)
    return parameters is not None and stack.kinds[after] == kind.EQUALS


def _refuse_primed(stack: Stack, name: str, parameters: tuple[str, ...], equals: int) -> None:
    """Raise for `f'(x) = ...`: a derivative that is claimed, or a function to be differentiated again."""
    text, base = stack.source.text, name.rstrip("'")
    answer = text[stack.ends[equals] :].partition(";")[0].strip().rstrip(".,")
    head = f"{base}({', '.join(parameters)})"
    hint = (
        f"write {head} = {answer} for a function of its own, or gradcli check FUNCTION {quoted(answer)} for the claim"
    )
    raise stack.error(stack.place, f"{name}(...) = can be read in two ways: a claim, or a function", hint, "ambiguous")


def is_mapping(stack: Stack) -> bool:
    r"""Whether `f: x \mapsto ...` stands here, which is no declaration."""
    here = stack.place + 2
    if not stack.latex or stack.kinds[here] not in (kind.NAME, kind.OPEN):
        return False
    after = here + 1 if stack.kinds[here] == kind.NAME else _parameters(stack, here)[1]
    return stack.texts[after] == "\\mapsto"


def _mapping(stack: Stack) -> Head | None:
    r"""`x \mapsto`, `f: x \mapsto`, `(x, y) \mapsto`: the names on its left are the parameters."""
    here, kinds, name = stack.place, stack.kinds, ""
    if kinds[here] == kind.NAME and kinds[here + 1] == kind.COLON:
        name, here = stack.names[stack.texts[here]], here + 2
    if kinds[here] == kind.NAME:
        parameters: tuple[str, ...] | None = (stack.names[stack.texts[here]],)
        after = here + 1
    elif kinds[here] == kind.OPEN:
        parameters, after = _parameters(stack, here)
    else:
        return None
    if parameters is None or stack.texts[after] != "\\mapsto":
        return None
    head = Head(name, parameters, stack.starts[stack.place], stack.ends[after - 1])
    stack.place = after + 1
    return head


def _behind_logarithm(stack: Stack) -> int:
    r"""The token behind a minus sign and a logarithm: `-\log p(y \mid x) = ...` names what is on its right."""
    here = stack.place
    if stack.texts[here] == "-":
        here += 1
    named = kind.APPLY if stack.latex else kind.NAME
    if stack.kinds[here] != named or stack.texts[here] not in LOGARITHMS:
        return stack.place
    return here + 1 if stack.latex or stack.kinds[here + 1] == kind.NAME else stack.place


def _parameters(stack: Stack, here: int) -> tuple[tuple[str, ...] | None, int]:
    """The names in the brackets of a header, those behind a bar or a semicolon left out, and the next token."""
    kinds, found, depth, given = stack.kinds, [], 0, False
    while True:
        what = kinds[here]
        if what == kind.OPEN:
            depth += 1
        elif what == kind.CLOSE:
            depth -= 1
        elif what == kind.NAME:
            if not given:
                if kinds[here - 1] == kind.NAME:  # \\sin(xy) = x + y is an equation
                    return None, here
                found.append(stack.names[stack.texts[here]])
        elif what in (kind.BAR, kind.SEMICOLON) or stack.texts[here] == "\\mid":
            given = True
        elif what != kind.COMMA and not (given and what in (kind.NUMBER, kind.OPERATOR)):
            return None, here
        here += 1
        if not depth:
            return tuple(dict.fromkeys(found)), here


# -------------------------------------------------------------------- requests


def read_request(stack: Stack) -> AskedDerivative | None:
    r"""`\frac{d}{dx}`, `\nabla_x`, `d/dx`, `∂/∂x`, `∇`: the function follows, and `stack.place` is there."""
    here = stack.place
    if stack.programming and not stack.latex:
        from gradcli.text.foreign.statements import spoken_request

        if (request := spoken_request(stack)) is not None:
            return request
    if stack.kinds[here] == kind.REQUEST:
        stack.place += 1
        text = stack.texts[here]
        return AskedDerivative(stack.spelled.requests[text], text)
    if stack.texts[here] in ("∇", "d", "∂") and not stack.latex:
        return _plain_nabla(stack) if stack.texts[here] == "∇" else _plain_quotient(stack)
    return None


def _plain_nabla(stack: Stack) -> AskedDerivative:
    here = stack.place
    stack.place += 1
    text = stack.texts[here + 1]
    if stack.kinds[here + 1] == kind.NAME and stack.names[text].startswith("_"):  # ∇_x and ∇ₓ
        stack.place += 1
        return AskedDerivative((stack.names[text][1:],), "∇" + text)
    from gradcli.text.foreign.signs import BEHIND_NABLA

    if text in BEHIND_NABLA:
        raise stack.error(here, *BEHIND_NABLA[text], "request")
    return AskedDerivative((), "∇")


def _plain_quotient(stack: Stack) -> AskedDerivative | None:
    """`d/dx` or `∂/∂x` with a function behind it, or `d(x^2)/dx`. Raises `request` for `d^2/dx^2`."""
    here, texts = stack.place, stack.texts
    if texts[here + 1] in ("^", "**", "²", "("):
        from gradcli.text.foreign.differentials import whole_quotient

        return whole_quotient(stack)
    if texts[here + 1] != "/":
        return None
    if texts[here] == "d" and stack.kinds[here + 2] == kind.NAME and texts[here + 2][0] == "d":
        name, after = texts[here + 2][1:], here + 3
    elif texts[here + 2] == "∂" and stack.kinds[here + 3] == kind.NAME:
        name, after = texts[here + 3], here + 4
    else:
        return None
    follows = (kind.NAME, kind.NUMBER, kind.OPEN, kind.OPEN_SQUARE, kind.BAR, kind.ROOT, kind.BAD)
    if not name or stack.kinds[after] not in follows:
        return None
    stack.place = after
    _round_brackets(stack, after)
    return AskedDerivative((kind.canonical_name(name),), stack.source.text[stack.starts[here] : stack.ends[after - 1]])


def _round_brackets(stack: Stack, here: int) -> None:
    """Take the square brackets around the whole function of `d/dx[x^2]` for round ones."""
    depth, close = 0, here
    while stack.kinds[close] not in kind.STATEMENT_ENDS:
        depth += (stack.texts[close] == "[") - (stack.texts[close] == "]")
        if not depth:
            break
        close += 1
    whole = stack.texts[close] == "]" and stack.kinds[close + 1] in (*kind.STATEMENT_ENDS, kind.EQUALS)
    if whole and kind.COMMA not in stack.kinds[here:close]:
        stack.kinds[here], stack.kinds[close] = kind.OPEN, kind.CLOSE
        stack.texts[here], stack.texts[close] = "(", ")"


# -------------------------------------------------------------------- where names live


def read_members(stack: Stack) -> list[Declaration] | None:
    r"""`x, y \in \mathbb{R}^n`: declarations; of `f(x) \in ...` none. None where something else stands here."""
    here, kinds = stack.place, stack.kinds
    names: list[int] = []
    while kinds[here] == kind.NAME and len(names) < 64:
        names.append(here)
        here += 1
        if kinds[here] != kind.COMMA:
            break
        here += 1
    if names and stack.texts[here] == "∈":
        stack.place = here + 1
        return _declared(stack, names, _plain_reals(stack))
    if names and kinds[here] == kind.MEMBER:
        stack.place = here + 1
        return _declared(stack, names, stack.spelled.members[stack.texts[here]])
    if len(names) == 1:  # f(x) \in ...: what a function gives is no declaration
        after = here + (kinds[here] == kind.JUXTAPOSE)
        if kinds[after] == kind.OPEN:
            parameters, after = _parameters(stack, after)
            if parameters is not None and kinds[after] == kind.MEMBER:
                stack.place = after + 1
                return []
    return None


def _plain_reals(stack: Stack) -> tuple[int | str, ...]:
    """`R`, `R^n`, `ℝ^(m×n)` behind `∈`: the sizes; `stack.place` is then behind them. Raises for other sets."""
    here, kinds, texts = stack.place, stack.kinds, stack.texts
    if texts[here] not in ("R", "ℝ"):
        raise stack.error(here, "'∈' is read before R alone", "write x: n for a vector, and leave other sets out")
    here += 1
    sizes: list[int | str] = []
    raised = texts[here].translate(_AT_THE_LINE).split("×")
    if kinds[here] == kind.SUPERSCRIPT and all(size.isalnum() for size in raised):
        sizes = [int(size) if size.isdigit() else size for size in raised]
        here += 1
    elif texts[here] in ("^", "**"):
        here += 1
        while kinds[here] in (kind.NAME, kind.NUMBER, kind.OPEN, kind.CLOSE) or texts[here] in ("×", "*"):
            if kinds[here] == kind.NAME:
                sizes.append(stack.names[texts[here]])
            elif kinds[here] == kind.NUMBER and texts[here].isdecimal():
                sizes.append(int(texts[here]))
            here += 1
    stack.place = here
    return tuple(sizes[:2])


_AT_THE_LINE: Final = str.maketrans("ᵃᵇᶜᵈᵏᵐⁿᵖˣ⁰¹²³⁴⁵⁶⁷⁸⁹", "abcdkmnp×0123456789")


def _declared(stack: Stack, names: list[int], dims: tuple[int | str, ...] | None) -> list[Declaration]:
    if not dims:
        return []
    stack.spelled.used = True
    return [
        Declaration(stack.names[stack.texts[at]], dims, False, stack.source, stack.starts[at], stack.ends[at])
        for at in names
    ]


def quoted(text: str) -> str:
    """A text as one word of a shell."""
    import shlex

    return shlex.quote(text)
