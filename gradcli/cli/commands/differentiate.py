"""grad, jacobian, hessian, chain: from a command line to an answer."""

from __future__ import annotations

from gradcli.cli.options import TABLE_FORMATS
from gradcli.cli.question import question_of
from gradcli.problems import ExitCode, GradcliError, WholeMatrixError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.cli.question import CommandLine
    from gradcli.library.asking import Result


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
    try:
        results = solve(question_of(line))
    except WholeMatrixError as error:
        return answer_by_list(line, error)
    if line.explain.direct:
        from gradcli.derive.results import Chain

        results = [result._replace(direct=True) for result in results if isinstance(result, Chain)]
    if form == "npy":
        from gradcli.cli.commands.number_file import npy_bytes
        from gradcli.cli.output import write_bytes

        write_bytes(npy_bytes(results), line.out, form)
    else:
        write_answer(render_results(results, form, line.out), line.out, utf8=form in ("json", "html"))
    return ExitCode.NO_ANSWER if any(lacks_answer(result) for result in results) else ExitCode.DONE


def answer_by_list(line: CommandLine, refused: WholeMatrixError) -> int:
    """The list of what is not 0, where the whole matrix is too large. Raises what was refused where there is none."""
    from gradcli.cli.commands.sparse import FORMATS, answer_sparse

    if line.command not in ("jacobian", "hessian") or line.format not in FORMATS:
        raise refused
    try:
        return answer_sparse(line)
    except GradcliError:
        raise refused from None


def lacks_answer(result: Result) -> bool:
    """Whether a number that was asked for does not exist, or is lost in its error.

    `noise` and `two-scales` may stand beside a number that is known well enough.
    """
    kinds = {problem.kind for problem in result.numbers.problems}
    if kinds - {"noise", "two-scales"}:
        return True
    return bool(kinds) and has_gap(result)


def has_gap(result: Result) -> bool:
    """Whether a derivative is None, in whatever form the answer has, or no larger than its error makes it."""
    from gradcli.differences.evidence.worth import is_lost

    values: list[object] = [entry for name in DERIVATIVES for entry in entries(getattr(result, name, ()))]
    errors = entries(getattr(result, "error", ()))
    numbers = [value for value in values if isinstance(value, float)]
    if len(numbers) < len(values):
        return True
    size = max(map(abs, numbers), default=0.0)
    pairs = zip(numbers, errors, strict=False)
    return any(isinstance(error, float) and is_lost(value, error, 0.0, size, is_noise=True) for value, error in pairs)


DERIVATIVES = ("gradient", "jacobian", "hessian")
"""Where results keep them."""


def entries(form: object) -> list[object]:
    """The entries of a number, a list, a table of names, or lists of these, in their order."""
    if hasattr(form, "values"):
        form = list(form.values())
    if isinstance(form, list | tuple):
        return [entry for part in form for entry in entries(part)]
    return [form]


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
    from gradcli.render.documents import loaded, writer

    if form == "html":
        text: str = loaded("report.page.write_pages")(results)
        return text
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
