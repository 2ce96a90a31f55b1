"""The app: its commands and the options that they share.

Annotations are evaluated here when functions are defined (no `from __future__ import annotations`): typer would
evaluate each text again, which costs a millisecond of every start.
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gradcli.cli.blackbox import BoxWords, StepWords
from gradcli.cli.commands.differentiate import answer_question
from gradcli.cli.commands.functions import print_functions
from gradcli.cli.commands.rows import COMMANDS
from gradcli.cli.options import (
    CODE,
    METHOD,
    POINT,
    AlongOption,
    AnswerOption,
    AtOption,
    BoundsOption,
    CacheOption,
    ExecOption,
    Format,
    FormatOption,
    GridOption,
    JsonOption,
    Kind,
    LatexOption,
    LayoutOption,
    MatrixOption,
    MaxEvaluationsOption,
    MethodOption,
    NoCacheOption,
    OfOption,
    OrderOption,
    OutOption,
    PointsOption,
    PrecisionOption,
    PythonOption,
    RelativeStepOption,
    RepeatOption,
    RetriesOption,
    SchedulerOption,
    SchemeOption,
    SetOption,
    ShapeOption,
    Shell,
    SimplifyOption,
    StepOption,
    StudyOption,
    SymmetricOption,
    TableFormat,
    TableFormatOption,
    Target,
    TimeoutOption,
    VectorOption,
    WorkersOption,
    WrtOption,
)
from gradcli.cli.question import Answer
from gradcli.cli.words import Option, quote, sort_words
from gradcli.problems import ExitCode, GradcliError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def differentiate(
    context: typer.Context,
    expressions: Annotated[
        list[str] | None, typer.Argument(metavar="EXPR", help="Text, @FILE, or - for standard input.")
    ] = None,
    at: AtOption = None,
    points: PointsOption = None,
    grid: GridOption = None,
    constants: SetOption = None,
    along: AlongOption = None,
    wrt: WrtOption = None,
    of: OfOption = None,
    shape: ShapeOption = None,
    vector: VectorOption = None,
    matrix: MatrixOption = None,
    symmetric: SymmetricOption = None,
    latex: LatexOption = False,
    method: MethodOption = None,
    precision: PrecisionOption = None,
    layout: LayoutOption = None,
    simplify: SimplifyOption = False,
    scheme: SchemeOption = None,
    step: StepOption = None,
    rel_step: RelativeStepOption = None,
    order: OrderOption = None,
    max_evals: MaxEvaluationsOption = None,
    study: StudyOption = False,
    command: ExecOption = None,
    function: PythonOption = None,
    answer: AnswerOption = None,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    timeout: TimeoutOption = None,
    retries: RetriesOption = None,
    repeat: RepeatOption = None,
    bounds: BoundsOption = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
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
            grid=tuple(grid or ()),
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
    command: ExecOption = None,
    function: PythonOption = None,
    answer: AnswerOption = None,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    timeout: TimeoutOption = None,
    retries: RetriesOption = None,
    repeat: RepeatOption = None,
    bounds: BoundsOption = None,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    form: FormatOption = None,
    json: JsonOption = False,
    out: OutOption = None,
) -> int:
    """Is this hand-derived answer right?"""
    from gradcli.cli.commands.check import Checked, answer_check

    box = BoxWords(
        command, function, answer, workers, scheduler, timeout, retries, repeat, tuple(bounds or ()), cache, no_cache
    )
    return answer_check(
        Checked(
            box=box,
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
    from gradcli.cli.commands.export import Ordered, answer_export

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

EXPLAINING = ("trace", "steps", "graph")


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
            app.command(command.name, help=command.about)(function_of(command.name))
    return app


def function_of(name: str) -> "Callable[..., int]":
    """What runs a command; the commands that explain have a file of their own, read when one of them is asked for."""
    if name not in EXPLAINING:
        return FUNCTIONS.get(name, differentiate)
    from gradcli.cli import explain_app

    return explain_app.FUNCTIONS[name]


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


def print_completions(shell: str) -> int:
    """Write the completion script of a shell."""
    from gradcli.cli.completions import completion_script
    from gradcli.cli.output import write_answer

    write_answer(completion_script(make_group(), shell), utf8=True)
    return ExitCode.DONE
