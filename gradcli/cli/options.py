"""The options of the commands, as typer declares them, each once.

Annotations are evaluated here (no `from __future__ import annotations`): typer would evaluate each text again.
"""

from enum import StrEnum
from typing import Annotated

import typer


class Method(StrEnum):
    """How derivatives are made."""

    symbolic = "symbolic"
    autodiff = "autodiff"
    fd = "fd"
    complex = "complex"


class Precision(StrEnum):
    """The arithmetic of finite differences."""

    extended = "extended"
    double = "double"


class Scheme(StrEnum):
    """Which differences are taken: adaptive ones, unless a scheme is named."""

    forward = "forward"
    backward = "backward"
    central = "central"


class Layout(StrEnum):
    """Which way round a Jacobian is."""

    numerator = "numerator"
    denominator = "denominator"
    both = "both"


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    latex = "latex"
    markdown = "markdown"
    plain = "plain"
    csv = "csv"


class TableFormat(StrEnum):
    """How answers are written, those at many points too."""

    table = "table"
    json = "json"
    latex = "latex"
    markdown = "markdown"
    plain = "plain"
    csv = "csv"
    jsonl = "jsonl"
    npy = "npy"
    npz = "npz"
    parquet = "parquet"


class Kind(StrEnum):
    """What a checked answer is."""

    gradient = "gradient"
    jacobian = "jacobian"
    hessian = "hessian"


class Target(StrEnum):
    """Languages of `export`."""

    numpy = "numpy"
    python = "python"
    c = "c"
    cpp = "cpp"
    julia = "julia"
    fortran = "fortran"
    javascript = "javascript"
    rust = "rust"
    jax = "jax"
    torch = "torch"
    latex = "latex"
    sql = "sql"


class Shell(StrEnum):
    """Shells that have completions."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"
    powershell = "powershell"


POINT, NAMES, METHOD, OUTPUT = "Point and constants", "Names and shapes", "Derivatives", "Output"
STEPS, BOX = "Finite differences in doubles", "Black boxes"
CODE = "Code"

FormatOption = Annotated[
    Format | None,
    typer.Option("--format", "-f", metavar="FORMAT", help="How the answer is written.", rich_help_panel=OUTPUT),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Short for --format json.", rich_help_panel=OUTPUT)]
OutOption = Annotated[
    str | None,
    typer.Option("--out", metavar="FILE", help="Write to a file, whole or not at all.", rich_help_panel=OUTPUT),
]


AtOption = Annotated[
    list[str] | None,
    typer.Option(
        "--at", metavar="POINT", help="1,2 or x1=1,x2=pi/2 or JSON or @FILE; repeatable.", rich_help_panel=POINT
    ),
]
PointsOption = Annotated[
    str | None,
    typer.Option(
        "--points",
        metavar="FILE",
        help="Many points: csv, tsv, jsonl, npy, npz, parquet; - or a folder of parquet files.",
        rich_help_panel=POINT,
    ),
]
GridOption = Annotated[
    list[str] | None,
    typer.Option(
        "--grid", metavar="AXES", help="A lattice of points: x1=-1:1:21,x2=0:1:11; repeatable.", rich_help_panel=POINT
    ),
]
TableFormatOption = Annotated[
    TableFormat | None,
    typer.Option("--format", "-f", metavar="FORMAT", help="How the answer is written.", rich_help_panel=OUTPUT),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="A constant, never differentiated; VALUE or @FILE.",
        rich_help_panel=POINT,
    ),
]
WrtOption = Annotated[
    list[str] | None,
    typer.Option(
        "--wrt", "-w", metavar="NAMES", help="Variables to differentiate by, in this order.", rich_help_panel=NAMES
    ),
]
OfOption = Annotated[
    str | None,
    typer.Option("--of", metavar="NAME", help="The statement that is the function, of several.", rich_help_panel=NAMES),
]
ShapeOption = Annotated[
    list[str] | None,
    typer.Option("--shape", metavar="NAME=DIMS", help="Declare a shape: x=3 or X=m,n.", rich_help_panel=NAMES),
]
VectorOption = Annotated[
    list[str] | None,
    typer.Option("--vector", metavar="NAMES", help="Declare vectors of symbolic size.", rich_help_panel=NAMES),
]
MatrixOption = Annotated[
    list[str] | None,
    typer.Option("--matrix", metavar="NAMES", help="Declare matrices of symbolic size.", rich_help_panel=NAMES),
]
SymmetricOption = Annotated[
    list[str] | None,
    typer.Option("--symmetric", metavar="NAMES", help="Declare symmetric matrices.", rich_help_panel=NAMES),
]
LatexOption = Annotated[
    bool, typer.Option("--latex", help="Read every EXPR as LaTeX, without $...$.", rich_help_panel=NAMES)
]
LayoutOption = Annotated[
    Layout | None,
    typer.Option(
        "--layout",
        metavar="LAYOUT",
        help="Rows by the function (numerator) or by the variable.",
        rich_help_panel=METHOD,
    ),
]
AlongOption = Annotated[
    str | None,
    typer.Option(
        "--along", metavar="DIRECTION", help="Also the derivative along a direction, as 1,0.", rich_help_panel=POINT
    ),
]
MethodOption = Annotated[
    Method | None,
    typer.Option("--method", "-m", metavar="METHOD", help="How derivatives are made.", rich_help_panel=METHOD),
]
PrecisionOption = Annotated[
    Precision | None,
    typer.Option("--precision", metavar="PRECISION", help="The arithmetic of --method fd.", rich_help_panel=METHOD),
]
SimplifyOption = Annotated[bool, typer.Option("--simplify", help="Simplify with SymPy.", rich_help_panel=METHOD)]
SchemeOption = Annotated[
    Scheme | None,
    typer.Option(
        "--scheme", metavar="SCHEME", help="Fixed differences instead of adaptive ones.", rich_help_panel=STEPS
    ),
]
StepOption = Annotated[
    float | None, typer.Option("--step", metavar="H", help="The step, or the first one.", rich_help_panel=STEPS)
]
RelativeStepOption = Annotated[
    float | None,
    typer.Option("--rel-step", metavar="H", help="The step as a part of each variable.", rich_help_panel=STEPS),
]
OrderOption = Annotated[
    int | None,
    typer.Option("--order", metavar="N", min=1, max=12, help="Order of a fixed scheme.", rich_help_panel=STEPS),
]
MaxEvaluationsOption = Annotated[
    int | None,
    typer.Option("--max-evals", metavar="N", min=1, help="No more evaluations than these.", rich_help_panel=STEPS),
]
StudyOption = Annotated[
    bool, typer.Option("--study", help="Also step against quotient and error.", rich_help_panel=STEPS)
]
ExecOption = Annotated[
    str | None,
    typer.Option(
        "--exec",
        metavar="COMMAND",
        help="The function is a program: './sim {x1} {x2}', or JSON on its standard input.",
        rich_help_panel=BOX,
    ),
]
PythonOption = Annotated[
    str | None,
    typer.Option("--python", metavar="MODULE:FUNCTION", help="The function is a Python callable.", rich_help_panel=BOX),
]
AnswerOption = Annotated[
    str | None,
    typer.Option(
        "--answer", metavar="KEY", help="The key in a JSON answer, or the label of a line.", rich_help_panel=BOX
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", min=1, help="Evaluations at once; without it the cores.", rich_help_panel=BOX
    ),
]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="A Dask cluster: tcp://HOST:PORT.", rich_help_panel=BOX),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", help="The longest evaluation.", rich_help_panel=BOX),
]
RetriesOption = Annotated[
    int | None,
    typer.Option("--retries", metavar="N", min=0, help="Tries after one that failed.", rich_help_panel=BOX),
]
RepeatOption = Annotated[
    int | None,
    typer.Option(
        "--repeat", metavar="N", min=1, help="Runs of each point, of which the mean counts.", rich_help_panel=BOX
    ),
]
BoundsOption = Annotated[
    list[str] | None,
    typer.Option("--bounds", metavar="NAME=LOW:HIGH", help="Steps stay inside.", rich_help_panel=BOX),
]
CacheOption = Annotated[
    str | None,
    typer.Option(
        "--cache", metavar="FILE", help="Finished evaluations, instead of the usual place.", rich_help_panel=BOX
    ),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Keep no evaluations, and use none.", rich_help_panel=BOX)
]
