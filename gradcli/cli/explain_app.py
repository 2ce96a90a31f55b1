"""The commands that explain, as typer declares them: built only when one of them is asked for.

Annotations are evaluated here when functions are defined, as in `app`.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from gradcli.cli.commands.explain import Explained, answer_explained
from gradcli.cli.options import (
    METHOD,
    OUTPUT,
    AlongOption,
    AtOption,
    ExecOption,
    FormatOption,
    JsonOption,
    LatexOption,
    MatrixOption,
    OfOption,
    OutOption,
    PythonOption,
    SetOption,
    ShapeOption,
    SymmetricOption,
    VectorOption,
    WrtOption,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class Mode(StrEnum):
    """Which way derivatives go through the steps."""

    reverse = "reverse"
    forward = "forward"
    both = "both"


class Level(StrEnum):
    """How much of a derivation is shown."""

    brief = "brief"
    normal = "normal"
    full = "full"


class GraphFormat(StrEnum):
    """How a graph is written."""

    tree = "tree"
    dot = "dot"
    mermaid = "mermaid"
    svg = "svg"
    json = "json"


class Direction(StrEnum):
    """Which way a picture runs."""

    LR = "LR"
    TB = "TB"


Expressions = Annotated[list[str] | None, typer.Argument(metavar="EXPR", help="Text, @FILE, or - for standard input.")]
DigitsOption = Annotated[
    int,
    typer.Option(
        "--digits", metavar="N", min=1, max=17, help="Significant digits (default 6).", rich_help_panel=OUTPUT
    ),
]
NamedOption = Annotated[bool, typer.Option("--named", help="Only the statements are steps.", rich_help_panel=METHOD)]
InnerOption = Annotated[
    bool, typer.Option("--inner", help="Every operation is a step, also inside statements.", rich_help_panel=METHOD)
]


def chosen(named: bool, inner: bool) -> bool | None:
    """True for the statements only, False for every operation, None for what the program's length suggests."""
    return True if named else False if inner else None


def trace(
    expressions: Expressions = None,
    at: AtOption = None,
    constants: SetOption = None,
    along: AlongOption = None,
    wrt: WrtOption = None,
    of: OfOption = None,
    shape: ShapeOption = None,
    vector: VectorOption = None,
    matrix: MatrixOption = None,
    symmetric: SymmetricOption = None,
    latex: LatexOption = False,
    mode: Annotated[
        Mode | None, typer.Option("--mode", metavar="MODE", help="Which way derivatives go.", rich_help_panel=METHOD)
    ] = None,
    formulas: Annotated[
        bool, typer.Option("--formulas", help="Formulas above the numbers.", rich_help_panel=METHOD)
    ] = False,
    named: NamedOption = False,
    inner: InnerOption = False,
    command: ExecOption = None,
    function: PythonOption = None,
    digits: DigitsOption = 6,
    form: FormatOption = None,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """The evaluation, step by step, with derivatives."""
    return answer_explained(
        Explained(
            command="trace",
            expressions=tuple(expressions or ()),
            at=tuple(at or ()),
            constants=tuple(constants or ()),
            along=along,
            wrt=tuple(wrt or ()),
            of=of,
            shapes=tuple(shape or ()),
            vectors=tuple(vector or ()),
            matrices=tuple(matrix or ()),
            symmetric=tuple(symmetric or ()),
            latex=latex,
            mode=mode.value if mode else None,
            formulas=formulas,
            named=chosen(named, inner),
            digits=digits,
            format="json" if json else form.value if form else None,
            out=out,
            box="--exec" if command is not None else "--python" if function is not None else None,
        )
    )


def steps(
    expressions: Expressions = None,
    at: AtOption = None,
    constants: SetOption = None,
    wrt: WrtOption = None,
    of: OfOption = None,
    shape: ShapeOption = None,
    vector: VectorOption = None,
    matrix: MatrixOption = None,
    symmetric: SymmetricOption = None,
    latex: LatexOption = False,
    level: Annotated[
        Level,
        typer.Option("--level", metavar="LEVEL", help="How many rows (default normal).", rich_help_panel=METHOD),
    ] = Level.normal,
    hint: Annotated[
        int | None,
        typer.Option("--hint", metavar="N", min=1, help="The first N rules, no results.", rich_help_panel=METHOD),
    ] = None,
    components: Annotated[
        bool, typer.Option("--components", help="Entry by entry, with a sum over i.", rich_help_panel=METHOD)
    ] = False,
    command: ExecOption = None,
    function: PythonOption = None,
    digits: DigitsOption = 6,
    form: FormatOption = None,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """The derivation, rule by rule."""
    return answer_explained(
        Explained(
            command="steps",
            expressions=tuple(expressions or ()),
            at=tuple(at or ()),
            constants=tuple(constants or ()),
            wrt=tuple(wrt or ()),
            of=of,
            shapes=tuple(shape or ()),
            vectors=tuple(vector or ()),
            matrices=tuple(matrix or ()),
            symmetric=tuple(symmetric or ()),
            latex=latex,
            level=level.value,
            hint=hint,
            components=components,
            digits=digits,
            format="json" if json else form.value if form else None,
            out=out,
            box="--exec" if command is not None else "--python" if function is not None else None,
        )
    )


def graph(
    expressions: Expressions = None,
    at: AtOption = None,
    constants: SetOption = None,
    wrt: WrtOption = None,
    of: OfOption = None,
    shape: ShapeOption = None,
    vector: VectorOption = None,
    matrix: MatrixOption = None,
    symmetric: SymmetricOption = None,
    latex: LatexOption = False,
    named: NamedOption = False,
    inner: InnerOption = False,
    direction: Annotated[
        Direction,
        typer.Option("--direction", metavar="DIRECTION", help="Left to right, or downwards.", rich_help_panel=OUTPUT),
    ] = Direction.LR,
    depth: Annotated[
        int | None,
        typer.Option("--depth", metavar="N", min=0, help="Levels of the tree.", rich_help_panel=OUTPUT),
    ] = None,
    command: ExecOption = None,
    function: PythonOption = None,
    digits: DigitsOption = 6,
    form: Annotated[
        GraphFormat | None,
        typer.Option("--format", "-f", metavar="FORMAT", help="How the graph is written.", rich_help_panel=OUTPUT),
    ] = None,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """The computation graph."""
    return answer_explained(
        Explained(
            command="graph",
            expressions=tuple(expressions or ()),
            at=tuple(at or ()),
            constants=tuple(constants or ()),
            wrt=tuple(wrt or ()),
            of=of,
            shapes=tuple(shape or ()),
            vectors=tuple(vector or ()),
            matrices=tuple(matrix or ()),
            symmetric=tuple(symmetric or ()),
            latex=latex,
            named=chosen(named, inner),
            direction=direction.value,
            depth=depth,
            digits=digits,
            format="json" if json else form.value if form else None,
            out=out,
            box="--exec" if command is not None else "--python" if function is not None else None,
        )
    )


FUNCTIONS: "dict[str, Callable[..., int]]" = {"trace": trace, "steps": steps, "graph": graph}
