"""What a row says of a function of vectors and matrices. Rows are data; what reads them lives elsewhere."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Any


class ArrayRule(NamedTuple):
    """A function of arrays.

    name, args  `solve`, ("A", "b"). `variadic`: more arrays may follow (concat)
    shape       shapes of the arguments and of the value: `n,n; n,k -> n,k`, nothing for a scalar (`n,n ->`). One size
                alone is a vector, or an array counted by its entries (`n; n ->`). Or one word for what depends on
                options: `reduce` (a scalar, a row or a column), `map` (the shape of the argument), `diagonal`,
                `stack`, `sizes` (the arguments are sizes; then the shape follows: `sizes m, n -> m,n`)
    means       the definition, in functions that are rows themselves; None where `form` makes it
    form        the constructor of its operation in `program/make`
    primitive   the operation is called as the function and has no closed form entry by entry: its numbers are those of
                float64 arrays, or of matrices of balls
    options     keywords that it takes (`axis`), or a second argument that is no array (`order`)
    entry       its value for a matrix of one entry, in the name of its argument
    latex       LaTeX of the name or a template with `{A}` for an argument; the name upright where this is empty
    code        other spellings in languages with matrices, by language: templates with `{0}`, `{1}`
    about       one sentence for `gradcli functions`;  call: how it is called where that is more than name(args);
    example     a call that the tests run;  source: where the derivative is from
    """

    name: str
    args: tuple[str, ...]
    shape: str
    about: str
    example: str
    means: str | None = None
    form: str = ""
    primitive: bool = False
    options: tuple[str, ...] = ()
    entry: str = ""
    variadic: bool = False
    latex: str = ""
    code: tuple[tuple[str, str], ...] = ()
    call: str = ""
    source: str = ""

    @property
    def kind(self) -> str:
        """The word that says how its shape depends on options; empty where the shapes are written."""
        word = self.shape.split(" ", 1)[0]
        return word if word in KINDS else ""

    @property
    def called(self) -> str:
        """How it is called, for messages and lists."""
        return self.call or f"{self.name}({', '.join(self.args)})"


KINDS = ("reduce", "map", "diagonal", "stack", "sizes")
"""Words for shapes that depend on options, and on whether the argument is a vector."""


def array(name: str, args: str, shape: str, **fields: Any) -> ArrayRule:
    """A row as the table writes it: `args` and `options` are words; `form` is the name where nothing else is said."""
    options = tuple(fields.pop("options", "").split())
    code = tuple(fields.pop("code", {}).items())
    if "means" not in fields:
        fields.setdefault("form", name)
    return ArrayRule(name, tuple(args.split()), shape, options=options, code=code, **fields)
