"""grad, jacobian, hessian, chain: from a command line to an answer."""

from __future__ import annotations

from gradcli.cli.options import TABLE_FORMATS
from gradcli.cli.question import question_of
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.cli.question import CommandLine
    from gradcli.library.answers import Result


def answer_question(line: CommandLine) -> int:
    """Read, differentiate, write. Returns the exit code: 3 if a number that was asked for does not exist."""
    from gradcli.cli.output import write_answer
    from gradcli.solve import solve

    if line.points is not None or line.grid:
        from gradcli.cli.commands.points import answer_many

        return answer_many(line)
    words = ("--keep", "--missing", "--compile", "--max-decisions")
    given = (line.keep or None, line.missing, line.compiled, line.decisions)
    found = next((word for word, value in zip(words, given, strict=True) if value is not None), None)
    if found is not None:
        raise GradcliError("usage", f"'{found}' belongs to --points", hint="add --points FILE, or leave it away")
    if line.sparse:
        from gradcli.cli.commands.sparse import answer_sparse

        return answer_sparse(line)
    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out gradient.json")
    form = line.format
    if form in TABLE_FORMATS and form != "npy":
        hint = "add --points FILE or --grid AXES"
        raise GradcliError("usage", f"--format {form} is for many points", hint=hint)
    results = solve(question_of(line))
    if line.explain.direct:
        from gradcli.derive.results import Chain

        results = [result._replace(direct=True) for result in results if isinstance(result, Chain)]
    if form == "npy":
        from gradcli.cli.commands.number_file import npy_bytes
        from gradcli.cli.output import write_bytes

        write_bytes(npy_bytes(results), line.out, form)
    else:
        write_answer(render_results(results, form, line.out), line.out, utf8=form == "json")
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


def render_results(results: Sequence[Result], form: str, out: str | None) -> str:
    """The text of all results: JSON one object a line, CSV under one header, the rest in blocks."""
    if form not in ("json", "csv"):
        from gradcli.render.abbreviations import abbreviated

        results = [abbreviated(result) for result in results]
    if form == "table":
        return render_tables(results, out)
    if form == "csv":
        from gradcli.render.formats.csv import write_table

        return write_table(results)
    from gradcli.render.documents import writer

    write = writer(form)
    return ("\n" if form == "json" else "\n\n").join(write(result) for result in results) + "\n"


def render_tables(results: Iterable[Result], out: str | None) -> str:
    """The tables of all results, laid out for the stream that they go to."""
    from gradcli.cli.output import sheet_for
    from gradcli.render.page import make_console
    from gradcli.render.table import print_result

    sheet = sheet_for(out)
    console = make_console(sheet)
    for result in results:
        print_result(result, console)
    return sheet.getvalue()
