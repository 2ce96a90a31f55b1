"""What is said of a name: `x: 3`, `X: m,n`, `S: n,n symmetric`, `y: one-hot n`, `phi: function`.

Codes of errors: `declaration`.
"""

from __future__ import annotations

from gradcli.problems import Source
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.tokens import quoted
from gradcli.text.tree import Declaration

if TYPE_CHECKING:
    from typing import Final

    from gradcli.text.stack import Stack


def read_declaration(stack: Stack) -> Declaration:
    """`x: 3`, `X: m,n`, `S: n,n symmetric`, `S: symmetric`, `phi: function`; `stack.place` is then at its end.

    `S: n,n positive definite` is symmetric, `y: one-hot n` a vector with one 1 and zeros.
    Raises `declaration` with the place of what is wrong.
    """
    here = stack.place
    name = stack.names[stack.texts[here]]
    place = (stack.source, stack.starts[here], stack.ends[here])
    here += 2
    if stack.texts[here] in ("function", "scalar") and stack.kinds[here + 1] in kind.STATEMENT_ENDS:
        stack.place = here + 1
        return Declaration(name, None if stack.texts[here] == "function" else (), False, *place)
    one_hot = stack.texts[here : here + 3] == ["one", "-", "hot"]
    if one_hot:  # y: one-hot n
        here += 3
        if stack.kinds[here] in kind.STATEMENT_ENDS:
            stack.place = here
            return Declaration(name, (f"n_{name}",), False, Source("--vector", name), 0, len(name), "one-hot")
        declaration = _sized(stack, name, here, place)
        if len(declaration.dims or ()) != 1 or declaration.symmetric:
            raise stack.error(here, "what is one-hot is a vector", f"write {name}: one-hot n", "declaration")
        return declaration._replace(promise="one-hot")
    if (known := KINDS.get(stack.texts[here])) is not None and stack.kinds[here + 1] in kind.STATEMENT_ENDS:
        stack.place = here + 1
        option, sizes = known
        dims = tuple(size.format(name) for size in sizes)
        return Declaration(name, dims, option == "--symmetric", Source(option, name), 0, len(name))
    if stack.texts[here] in NO_SIZES and stack.kinds[here] == kind.NAME:
        message = f"{quoted(stack.texts[here])} is no size"
        raise stack.error(here, message, NO_SIZES[stack.texts[here]].format(name), "declaration")
    return _sized(stack, name, here, place)


KINDS: Final = {
    "vector": ("--vector", ("n_{}",)),
    "matrix": ("--matrix", ("m_{}", "n_{}")),
    "symmetric": ("--symmetric", ("n_{}", "n_{}")),
}
"""Words for arrays whose sizes are open, each with the option that says the same."""
NO_SIZES: Final = {
    **dict.fromkeys(("number", "real", "float", "int", "integer", "constant"), "write {0}: scalar"),
    **dict.fromkeys(("array", "tensor", "list"), "write {0}: n for a vector, {0}: m,n for a matrix"),
    **dict.fromkeys(("square", "positive", "diagonal", "orthogonal", "invertible"), "write {0}: n,n"),
}
"""Words in the place of a size that are none, and what to write."""


def _sized(stack: Stack, name: str, here: int, place: tuple[Source, int, int]) -> Declaration:
    """A declaration with sizes, which begin at the token `here`."""
    dims: list[int | str] = []
    while True:
        dims.append(_dimension(stack, here))
        here += 1
        if stack.kinds[here] != kind.COMMA:
            break
        here += 1
    if len(dims) > 2:
        raise stack.error(here - 1, "an array has one or two dimensions", "write X: m,n", "declaration")
    words = 2 if stack.texts[here : here + 2] == ["positive", "definite"] else stack.texts[here] == "symmetric"
    symmetric = bool(words)
    if symmetric and (len(dims) != 2 or dims[0] != dims[1]):
        raise stack.error(here, "a symmetric matrix is square", f"write {name}: n,n symmetric", "declaration")
    here += words
    promise = "positive definite" if words == 2 else ""
    if len(dims) == 1 and stack.texts[here : here + 3] == ["one", "-", "hot"]:
        here, promise = here + 3, "one-hot"
    if stack.kinds[here] not in kind.STATEMENT_ENDS:
        hint = (
            f"write {name}: n, {name}: m,n, {name}: n,n symmetric or {name}: function, and ; before the next statement"
        )
        hint = f"write {name} = ... to define it" if stack.kinds[here] == kind.OPERATOR else hint
        if "\u4e00" <= name[-1] <= "\u9fff":
            hint = f"write {stack.source.text[stack.ends[stack.place + 1] :].strip()} alone"
        raise stack.error(here, f"{quoted(stack.texts[here])} cannot stand in a declaration", hint, "declaration")
    stack.place = here
    return Declaration(name, tuple(dims), symmetric, *place, promise)


def _dimension(stack: Stack, here: int) -> int | str:
    """A number from 1 on, or a letter."""
    text = stack.texts[here]
    if stack.kinds[here] == kind.NAME:
        return stack.names[text]
    if stack.kinds[here] == kind.NUMBER:
        value, decimal = stack.numbers[text]
        if isinstance(value, int) and value > 0 and not decimal:
            return value
    if stack.kinds[here] in kind.STATEMENT_ENDS:
        before = quoted(stack.texts[here - 1])
        raise stack.error(here - 1, f"a dimension is missing after {before}", "write 3, n or m,n there", "declaration")
    hint = "a dimension is a number from 1 on, or a name"
    if stack.kinds[here] == kind.OPEN and stack.texts[here - 1] == ":":
        hint = f"write {stack.texts[here - 2]} = ... to define it"
    raise stack.error(here, f"{quoted(text)} is not a dimension", hint, "declaration")
