"""The commands: each a row that says what it asks, and the one way from a command line to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.cli.blackbox import precision_for, read_black_box, read_plan, refuse_without_box
from gradcli.cli.commands.rows import MANY_ONLY
from gradcli.cli.forecast import make_watch
from gradcli.cli.question import Answer
from gradcli.problems import ExitCode, GradcliError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.library import Question, Result


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
    from gradcli.render.documents import writer

    write = writer(form)
    texts = [write(result) for result in results]
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
