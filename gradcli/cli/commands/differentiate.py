"""The commands: each a row that says what it asks, and the one way from a command line to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.cli.blackbox import (
    BoxWords,
    StepWords,
    make_watch,
    precision_for,
    read_black_box,
    read_plan,
    refuse_without_box,
)
from gradcli.cli.words import quote
from gradcli.problems import ExitCode, GradcliError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gradcli.library import Question, Result
    from gradcli.rules import Rule


class Command(NamedTuple):
    """A command.

    about            one sentence; `details` says more
    examples         what to type, and what that shows
    most_arguments   None for any number; `surplus` is the hint for more than that, `missing` the hint for none
    """

    name: str
    usage: str
    about: str
    details: str
    examples: tuple[tuple[str, str], ...]
    most_arguments: int | None
    surplus: str = ""
    missing: str = ""


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "grad",
            "EXPR",
            "Gradient of a scalar function.",
            "A column shaped like the variable (denominator layout), unless --layout numerator.",
            (
                ('gradcli grad "x1**2 + x2**2" --at 1,2', "symbol and value"),
                ('gradcli grad "sin(x)*exp(y)" --at x=pi/2,y=0', "a point by names"),
                ('gradcli grad "a*x**2" --set a=3 --at 2 --json', "a constant; JSON for programs"),
                ("gradcli grad -x**2 --at -1", "minus signs need no quotes"),
                ("gradcli grad @function.txt --at @point.json", "from files"),
            ),
            1,
            "several functions: gradcli jacobian; several statements: one text with ';' between them",
        ),
        Command(
            "jacobian",
            "EXPR...",
            "Jacobian of a vector function.",
            "Rows by the function (numerator layout), unless --layout denominator, or both side by side.",
            (
                ('gradcli jacobian "[x1**2, x1*x2]" --at 1,2', "a vector function"),
                ('gradcli jacobian "x1**2" "x1*x2" --layout both', "the same, in both layouts"),
                ('gradcli jacobian "[r*cos(t), r*sin(t)]" --wrt r,t', "the order of the columns"),
            ),
            None,
        ),
        Command(
            "hessian",
            "EXPR",
            "Hessian of a scalar function; at a point also eigenvalues and definiteness.",
            "Symmetric, so both layouts agree.",
            (
                ('gradcli hessian "(1-x)**2 + 100*(y-x**2)**2" --at 1,1', "is this a minimum?"),
                ('gradcli hessian "x*y" --along 1,1', "curvature along a direction"),
            ),
            1,
            "the Hessian is of one function",
        ),
        Command(
            "chain",
            "EXPR",
            "Chain rule, term by term, over the named or found intermediates.",
            "Each term is the outer derivative times the inner one; their sum stands beside the direct gradient.",
            (
                ('gradcli chain "y = u1*u2; u1 = x1+x2; u2 = sin(x1)" --at 1,2', "named intermediates"),
                ('gradcli chain "u = f(x,y); x = x(t); y = y(t)"', "abstract functions"),
                ('gradcli chain "sin(x1*x2)**2"', "finds its own intermediates"),
            ),
            1,
            "statements go into one text, with ';' between them",
        ),
        Command(
            "check",
            "EXPR GRADIENT...",
            "Is this hand-derived gradient right? Where not: a counterexample, and the slip.",
            "Several texts, one text with commas, or x1=..., x2=...; --kind jacobian or hessian for matrices."
            " With --exec or --python, which need --at, every text is an answer.",
            (
                ('gradcli check "sin(x1*x2)" "cos(x1*x2)*x2, cos(x1*x2)*x1"', "equal, and by what evidence"),
                ('gradcli check "sin(x**2)" "cos(x**2)"', "different: a witness, and the slip"),
                ('gradcli check "norm(A@x-b)**2" "2*A.T@(A@x-b)" --wrt x', "vectors and matrices"),
                ('gradcli check "x1**2 + x2**2" --against grads.json', "numbers of other code"),
                ("gradcli check --exec './sim {x}' \"2*x\" --at x=3", "the function is a program"),
            ),
            None,
        ),
        Command(
            "export",
            "EXPR",
            "Value and gradient as source code: C, Fortran, Rust, NumPy, SQL and more.",
            "Shared subexpressions are computed once; --self-test adds a main program that checks the code.",
            (
                ('gradcli export "x1**2 + sin(x2)" --to c', "f, f_grad and f_value_and_grad"),
                ('gradcli export "norm(A@x-b)**2" --wrt x --to numpy', "matrix formulas"),
                ('gradcli export "[x1**2, x1*x2]" --kind jacobian --to rust --self-test', "checks itself"),
                ('gradcli export "log(1+exp(-x*y))" --to sql', "one SELECT"),
            ),
            None,
        ),
        Command(
            "functions",
            "[NAME]...",
            "What the language knows, with each derivative rule.",
            "",
            (("gradcli functions", "all of them"), ("gradcli functions softplus atan2", "two of them")),
            None,
        ),
        Command(
            "completions",
            "SHELL",
            "Print the completion script of a shell: bash, zsh, fish or powershell.",
            "",
            (
                ("gradcli completions bash > ~/.local/share/bash-completion/completions/gradcli", "bash"),
                ("gradcli completions zsh > ~/.zfunc/_gradcli", "zsh: a folder of $fpath"),
                ("gradcli completions fish > ~/.config/fish/completions/gradcli.fish", "fish"),
                ("gradcli completions powershell >> $PROFILE", "PowerShell"),
            ),
            1,
            "one shell at a time",
            "one of bash, zsh, fish, powershell",
        ),
    )
}


MANY_ONLY = ("jsonl", "npy", "npz", "parquet")
"""Formats of tables of answers."""


class Answer(NamedTuple):
    """What a command line asks for: the words of its options, unread, as they are spelt there."""

    command: str
    expressions: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    along: str | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    shapes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    latex: bool = False
    method: str | None = None
    precision: str | None = None
    layout: str | None = None
    simplify: bool = False
    format: str = "table"
    out: str | None = None
    box: BoxWords = BoxWords()
    steps: StepWords = StepWords()
    points: str | None = None
    grid: tuple[str, ...] = ()
    format_given: str | None = None


def answer_question(answer: Answer) -> int:
    """Read, differentiate, write. Returns the exit code: 3 if a number that was asked for does not exist."""
    from gradcli.cli.output import write_answer
    from gradcli.library import solve

    if answer.points is not None or answer.grid:
        from gradcli.cli.commands.points import answer_many

        return answer_many(answer)
    if answer.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out gradient.json")
    if answer.format in MANY_ONLY:
        hint = "add --points FILE or --grid AXES"
        raise GradcliError("usage", f"--format {answer.format} is for many points", hint=hint)
    results = solve(question_of(answer))
    write_answer(render_results(results, answer.format, answer.out), answer.out, utf8=answer.format == "json")
    return ExitCode.NO_ANSWER if any(lacks_answer(result) for result in results) else ExitCode.DONE


def lacks_answer(result: Result) -> bool:
    """Whether a number that was asked for does not exist. `noise` and `two-scales` may stand beside a number."""
    kinds = {problem.kind for problem in result.numbers.problems}
    if kinds - {"noise", "two-scales"}:
        return True
    return bool(kinds) and has_gap(result)


def has_gap(result: Result) -> bool:
    """Whether a derivative is None, in whatever form the answer has."""
    waiting: list[object] = [getattr(result, name, ()) for name in ("gradient", "jacobian", "hessian")]
    while waiting:
        here = waiting.pop()
        if here is None:
            return True
        if hasattr(here, "values"):
            here = list(here.values())
        if isinstance(here, list | tuple):
            waiting.extend(here)
    return False


def question_of(answer: Answer) -> Question:
    """The question of a command line, with every text read; standard input last: it may have to be waited for."""
    from gradcli.cli import inputs
    from gradcli.library import Question, refuse_contradictions
    from gradcli.text.parser import parse_script

    if answer.box.is_given:
        return outside_question_of(answer)
    refuse_without_box(answer.box)
    answer = answer._replace(precision=precision_for(answer.steps, answer.method, answer.precision))
    refuse_contradictions(answer.method, answer.precision, bool(answer.at), answer.simplify)
    points = tuple(inputs.read_point("--at", text) for text in answer.at)
    along = inputs.read_point("--along", answer.along) if answer.along is not None else None
    settings = inputs.read_settings(answer.constants)
    wrt = inputs.read_names("--wrt", answer.wrt)
    declarations = inputs.read_declarations(answer.shapes, answer.vectors, answer.matrices, answer.symmetric)
    return Question(
        command=answer.command,
        script=parse_script(inputs.read_expressions(answer.expressions), answer.latex),
        points=points,
        settings=settings,
        along=along,
        wrt=wrt,
        of=answer.of,
        declarations=declarations,
        method=answer.method,
        precision=answer.precision,
        layout=answer.layout,
        simplify=answer.simplify,
        plan=read_plan(answer.steps) if answer.precision == "double" else None,
        study=answer.steps.study,
    )


def outside_question_of(answer: Answer) -> Question:
    """The question of a command line whose function is a black box."""
    from gradcli.cli import inputs
    from gradcli.library import Question
    from gradcli.text.tree import Script

    refuse_text_options(answer)
    return Question(
        command=answer.command,
        script=Script((), ()),
        points=tuple(inputs.read_point("--at", text) for text in answer.at),
        settings=inputs.read_settings(answer.constants),
        along=inputs.read_point("--along", answer.along) if answer.along is not None else None,
        wrt=inputs.read_names("--wrt", answer.wrt),
        layout=answer.layout,
        outside=read_black_box(answer.box, answer.expressions, make_watch(answer.format == "json")),
        plan=read_plan(answer.steps),
        study=answer.steps.study,
    )


def refuse_text_options(answer: Answer) -> None:
    """Raise `usage` for options that say something about a text, where the function is a black box."""
    words: dict[str, object] = {
        "--of": answer.of,
        "--shape": answer.shapes,
        "--vector": answer.vectors,
        "--matrix": answer.matrices,
        "--symmetric": answer.symmetric,
        "--latex": answer.latex,
        "--simplify": answer.simplify,
        "--method": answer.method if answer.method != "fd" else None,
        "--precision": answer.precision if answer.precision != "double" else None,
    }
    found = next((name for name, value in words.items() if value), None)
    if found is not None:
        hint = "a black box has finite differences in doubles" if found in ("--method", "--precision") else None
        raise GradcliError("usage", f"'{found}' does not go with --exec and --python", hint=hint or "leave it away")


def render_results(results: Sequence[Result], form: str, out: str | None) -> str:
    """The text of all results: JSON one object a line, CSV under one header, the rest in blocks."""
    if form not in ("json", "csv"):
        from gradcli.render.abbreviations import abbreviated

        results = [abbreviated(result) for result in results]
    if form == "table":
        return render_tables(results, out)
    from gradcli.render import documents

    writers: dict[str, Callable[[Result], str]] = {
        "json": documents.write_json,
        "csv": documents.write_csv,
        "markdown": documents.write_markdown,
        "plain": documents.write_plain,
        "latex": documents.write_latex,
    }
    texts = [writers[form](result) for result in results]
    if form == "csv":
        texts[1:] = [text.partition("\n")[2] for text in texts[1:]]
    return ("\n" if form in ("json", "csv") else "\n\n").join(texts) + "\n"


def render_tables(results: Iterable[Result], out: str | None) -> str:
    """The tables of all results, laid out for the stream that they go to."""
    from gradcli.cli.output import sheet_for
    from gradcli.render.table import make_console, print_result

    sheet = sheet_for(out)
    console = make_console(sheet)
    for result in results:
        print_result(result, console)
    return sheet.getvalue()


def print_completions(shell: str) -> int:
    """Write the completion script of a shell."""
    from gradcli.cli.app import make_group
    from gradcli.cli.completions import completion_script
    from gradcli.cli.output import write_answer

    write_answer(completion_script(make_group(), shell), utf8=True)
    return ExitCode.DONE


def print_functions(names: tuple[str, ...], form: str, out: str | None) -> int:
    """Write the list of functions, or some of them."""
    from gradcli.cli.output import sheet_for, write_answer

    rules = chosen_rules(names)
    if form == "latex":
        raise GradcliError(
            "usage", "the list of functions has no LaTeX form", hint="--format markdown, csv, plain or json"
        )
    if form == "table":
        from gradcli.render import table

        sheet = sheet_for(out)
        table.print_functions(rules, table.make_console(sheet))
        text = sheet.getvalue()
    else:
        from gradcli.render.functions import write_listing

        text = write_listing(rules, form) + "\n"
    write_answer(text, out, utf8=form == "json")
    return ExitCode.DONE


def chosen_rules(names: tuple[str, ...]) -> list[Rule]:
    """The rows of these functions, by name or alias; all rows without a name."""
    from gradcli.program.catalogue import listed_rule
    from gradcli.rules import RULES, nearest

    found = {name: listed_rule(name) for name in names}
    for name, rule in found.items():
        if rule is None:
            near = nearest(name[:60])
            hint = f"did you mean {' or '.join(near)}?" if near else "gradcli functions lists them"
            raise GradcliError("unknown-function", f"unknown function {quote(name)}", hint=hint)
    return [rule for rule in found.values() if rule is not None] if names else list(RULES.values())
