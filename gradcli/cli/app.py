"""The app: its commands and the options that they share.

Annotations are evaluated here when functions are defined (no `from __future__ import annotations`): typer would
evaluate each text again, which costs a millisecond of every start.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcli.cli.arguments import Option, quote, sort_words
from gradcli.cli.commands import COMMANDS, Answer, answer_question, print_completions, print_functions
from gradcli.cli.outside import BoxWords, StepWords
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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
    str | None,
    typer.Option("--grid", metavar="AXES", help="A lattice of points: x1=-1:1:21,x2=0:1:11.", rich_help_panel=POINT),
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


def differentiate(
    context: typer.Context,
    expressions: Annotated[
        list[str] | None, typer.Argument(metavar="EXPR", help="Text, @FILE, or - for standard input.")
    ] = None,
    at: AtOption = None,
    points: PointsOption = None,
    grid: GridOption = None,
    constants: SetOption = None,
    along: Annotated[
        str | None,
        typer.Option(
            "--along", metavar="DIRECTION", help="Also the derivative along a direction, as 1,0.", rich_help_panel=POINT
        ),
    ] = None,
    wrt: WrtOption = None,
    of: OfOption = None,
    shape: ShapeOption = None,
    vector: VectorOption = None,
    matrix: MatrixOption = None,
    symmetric: SymmetricOption = None,
    latex: LatexOption = False,
    method: Annotated[
        Method | None,
        typer.Option("--method", "-m", metavar="METHOD", help="How derivatives are made.", rich_help_panel=METHOD),
    ] = None,
    precision: Annotated[
        Precision | None,
        typer.Option("--precision", metavar="PRECISION", help="The arithmetic of --method fd.", rich_help_panel=METHOD),
    ] = None,
    layout: LayoutOption = None,
    simplify: Annotated[bool, typer.Option("--simplify", help="Simplify with SymPy.", rich_help_panel=METHOD)] = False,
    scheme: Annotated[
        Scheme | None,
        typer.Option(
            "--scheme", metavar="SCHEME", help="Fixed differences instead of adaptive ones.", rich_help_panel=STEPS
        ),
    ] = None,
    step: Annotated[
        float | None, typer.Option("--step", metavar="H", help="The step, or the first one.", rich_help_panel=STEPS)
    ] = None,
    rel_step: Annotated[
        float | None,
        typer.Option("--rel-step", metavar="H", help="The step as a part of each variable.", rich_help_panel=STEPS),
    ] = None,
    order: Annotated[
        int | None,
        typer.Option("--order", metavar="N", min=1, max=12, help="Order of a fixed scheme.", rich_help_panel=STEPS),
    ] = None,
    max_evals: Annotated[
        int | None,
        typer.Option("--max-evals", metavar="N", min=1, help="No more evaluations than these.", rich_help_panel=STEPS),
    ] = None,
    study: Annotated[
        bool, typer.Option("--study", help="Also step against quotient and error.", rich_help_panel=STEPS)
    ] = False,
    command: Annotated[
        str | None,
        typer.Option(
            "--exec",
            metavar="COMMAND",
            help="The function is a program: './sim {x1} {x2}', or JSON on its standard input.",
            rich_help_panel=BOX,
        ),
    ] = None,
    function: Annotated[
        str | None,
        typer.Option(
            "--python", metavar="MODULE:FUNCTION", help="The function is a Python callable.", rich_help_panel=BOX
        ),
    ] = None,
    answer: Annotated[
        str | None, typer.Option("--answer", metavar="KEY", help="The part of a JSON answer.", rich_help_panel=BOX)
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", min=1, help="Evaluations at once; without it the cores.", rich_help_panel=BOX
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="A Dask cluster: tcp://HOST:PORT.", rich_help_panel=BOX),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="SECONDS", help="The longest evaluation.", rich_help_panel=BOX),
    ] = None,
    retries: Annotated[
        int | None,
        typer.Option("--retries", metavar="N", min=0, help="Tries after one that failed.", rich_help_panel=BOX),
    ] = None,
    repeat: Annotated[
        int | None,
        typer.Option(
            "--repeat", metavar="N", min=1, help="Runs of each point, of which the mean counts.", rich_help_panel=BOX
        ),
    ] = None,
    bounds: Annotated[
        list[str] | None,
        typer.Option("--bounds", metavar="NAME=LOW:HIGH", help="Steps stay inside.", rich_help_panel=BOX),
    ] = None,
    cache: Annotated[
        str | None,
        typer.Option(
            "--cache", metavar="FILE", help="Finished evaluations, instead of the usual place.", rich_help_panel=BOX
        ),
    ] = None,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Keep no evaluations, and use none.", rich_help_panel=BOX)
    ] = False,
    form: TableFormatOption = None,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """What grad, jacobian, hessian and chain have in common: everything but the question."""
    box = BoxWords(
        command, function, answer, workers, scheduler, timeout, retries, repeat, tuple(bounds or ()), cache, no_cache
    )
    return answer_question(
        Answer(
            command=str(context.info_name),
            expressions=tuple(expressions or ()),
            at=tuple(at or ()),
            points=points,
            grid=grid,
            format_given=format_of(form, json) if form or json else None,
            constants=tuple(constants or ()),
            along=along,
            wrt=tuple(wrt or ()),
            of=of,
            shapes=tuple(shape or ()),
            vectors=tuple(vector or ()),
            matrices=tuple(matrix or ()),
            symmetric=tuple(symmetric or ()),
            latex=latex,
            method=method.value if method else None,
            precision=precision.value if precision else None,
            layout=layout.value if layout else None,
            simplify=simplify,
            format=format_of(form, json),
            out=out,
            box=box,
            steps=StepWords(scheme.value if scheme else None, step, rel_step, order, max_evals, study),
        )
    )


def check(
    expressions: Annotated[
        list[str] | None, typer.Argument(metavar="EXPR GRADIENT...", help="The function, and what you derived.")
    ] = None,
    kind: Annotated[
        Kind | None,
        typer.Option("--kind", metavar="KIND", help="gradient, jacobian or hessian.", rich_help_panel=METHOD),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="FILE", help="Numbers of other code, as JSON.", rich_help_panel=POINT),
    ] = None,
    at: AtOption = None,
    constants: SetOption = None,
    wrt: WrtOption = None,
    of: OfOption = None,
    shape: ShapeOption = None,
    vector: VectorOption = None,
    matrix: MatrixOption = None,
    symmetric: SymmetricOption = None,
    latex: LatexOption = False,
    layout: LayoutOption = None,
    form: FormatOption = None,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """Is this hand-derived answer right?"""
    from gradcli.cli.checking import Checked, answer_check

    return answer_check(
        Checked(
            expressions=tuple(expressions or ()),
            kind=kind.value if kind else "gradient",
            against=against,
            at=tuple(at or ()),
            constants=tuple(constants or ()),
            wrt=tuple(wrt or ()),
            of=of,
            shapes=tuple(shape or ()),
            vectors=tuple(vector or ()),
            matrices=tuple(matrix or ()),
            symmetric=tuple(symmetric or ()),
            latex=latex,
            layout=layout.value if layout else None,
            format=format_of(form, json),
            out=out,
        )
    )


def export(
    expressions: Annotated[
        list[str] | None, typer.Argument(metavar="EXPR", help="Text, @FILE, or - for standard input.")
    ] = None,
    to: Annotated[
        Target | None,
        typer.Option("--to", metavar="LANGUAGE", help="What the code is written in.", rich_help_panel=CODE),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="The function's name (default f).", rich_help_panel=CODE)
    ] = "f",
    kind: Annotated[
        Kind | None,
        typer.Option("--kind", metavar="KIND", help="gradient, jacobian or hessian.", rich_help_panel=CODE),
    ] = None,
    self_test: Annotated[
        bool,
        typer.Option(
            "--self-test", help="Add a main program that compares with certified values.", rich_help_panel=CODE
        ),
    ] = False,
    at: AtOption = None,
    constants: SetOption = None,
    wrt: WrtOption = None,
    of: OfOption = None,
    shape: ShapeOption = None,
    vector: VectorOption = None,
    matrix: MatrixOption = None,
    symmetric: SymmetricOption = None,
    latex: LatexOption = False,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """Value and derivatives as source code."""
    from gradcli.cli.exporting import Ordered, answer_export

    return answer_export(
        Ordered(
            expressions=tuple(expressions or ()),
            to=to.value if to else None,
            name=name,
            kind=kind.value if kind else "gradient",
            self_test=self_test,
            at=tuple(at or ()),
            constants=tuple(constants or ()),
            wrt=tuple(wrt or ()),
            of=of,
            shapes=tuple(shape or ()),
            vectors=tuple(vector or ()),
            matrices=tuple(matrix or ()),
            symmetric=tuple(symmetric or ()),
            latex=latex,
            json=json,
            out=out,
        )
    )


def functions(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these functions.")] = None,
    form: FormatOption = None,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """The functions of the language, each with its derivative rule."""
    return print_functions(tuple(names or ()), format_of(form, json), out)


def completions(shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.")]) -> int:
    """The completion script of a shell."""
    return print_completions(shell.value)


def format_of(form: Format | TableFormat | None, json: bool) -> str:
    """The format that two options name together."""
    return "json" if json else (form.value if form else "table")


FUNCTIONS: "dict[str, Callable[..., int]]" = {
    "check": check,
    "export": export,
    "functions": functions,
    "completions": completions,
}


def make_app(name: str | None = None) -> typer.Typer:
    """The typer app; with a name only that command of it, since building all of them takes longer than one answer."""
    app = typer.Typer(
        name="gradcli",
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="The command-line gradient calculator.",
    )
    app.callback()(root)
    for command in COMMANDS.values():
        if name in (None, command.name):
            app.command(command.name, help=command.about)(FUNCTIONS.get(command.name, differentiate))
    return app


def root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """The command-line gradient calculator."""


def make_group(name: str | None = None) -> Any:
    """The same app as click's tree of commands and parameters, which help and completions walk."""
    return typer.main.get_command(make_app(name))


def options_of(command: Any) -> list[Option]:
    """The options of a click command, `--help` included."""
    rows = [Option(("--help", "-h"), takes_value=False, repeatable=True)]
    for parameter in command.params:
        if parameter.param_type_name == "option" and "--help" not in parameter.opts:
            rows.append(
                Option(
                    flags=tuple(sorted(parameter.opts, key=len, reverse=True)),
                    takes_value=not parameter.is_flag,
                    repeatable=bool(parameter.multiple),
                    choices=tuple(map(str, getattr(parameter.type, "choices", ()))),
                    is_file=parameter.metavar == "FILE",
                )
            )
    return rows


def run_command(name: str, words: "Sequence[str]") -> int:
    """Sort the words of a command and hand them to typer.

    Not by click's `main`: that makes exit codes of its own out of a Ctrl-C and of a broken pipe.
    """
    group = make_group(name)
    sorted_words = sort_words(words, options_of(group.commands[name]))
    refuse_number(name, sorted_words.expressions)
    usage_error: Any = typer.BadParameter.__mro__[1]  # click's, which newer typers carry along under another name
    try:
        with group.make_context("gradcli", [name, *sorted_words.normalised()]) as context:
            return int(group.invoke(context))
    except usage_error as error:
        raise GradcliError("usage", error.format_message(), hint=f"gradcli {name} --help") from error


def refuse_number(name: str, expressions: "Sequence[str]") -> None:
    """Raise `usage` for more arguments than a command takes, or none; one like an option is named as such."""
    most = COMMANDS[name].most_arguments
    if not expressions and COMMANDS[name].missing:
        raise GradcliError("usage", f"{name} needs {COMMANDS[name].usage}", hint=COMMANDS[name].missing)
    if most is None or len(expressions) <= most:
        return
    odd = next((word for word in expressions if len(word) == 2 and word[0] == "-" and word[1].isalpha()), None)
    if odd is not None:
        raise GradcliError("usage", f"unknown option {quote(odd)}", hint=f"gradcli {name} --help lists the options")
    surplus = expressions[most]
    raise GradcliError("usage", f"unexpected argument {quote(surplus)}: {name} takes one", hint=COMMANDS[name].surplus)
