"""`gradcli report`: one page about one gradient."""

from __future__ import annotations

from gradcli.cli.commands.endings import WORKSHEETS, format_for
from gradcli.cli.commands.explain import one_line
from gradcli.cli.question import question_of
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine
    from gradcli.reporting import Report


def answer_report(line: CommandLine) -> int:
    """Read, differentiate and explain, write. Returns the exit code of `grad` for the same question."""
    from gradcli.cli.commands.differentiate import lacks_answer
    from gradcli.cli.commands.pictures.plot import read_levels, read_ranges
    from gradcli.cli.output import write_answer
    from gradcli.reporting import ReportWish, report

    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out report.html")
    form = format_for(line.format_given, line.out, WORKSHEETS)
    if line.report.open and (form != "html" or line.out in (None, "-")):
        raise GradcliError("usage", "'--open' shows a page that is in a file", hint="--out report.html --open")
    wish = ReportWish(
        not line.report.no_steps,
        not line.report.no_plot,
        read_ranges(line.plot.ranges),
        read_levels(line.plot.levels),
        line.explain.level,
        line.explain.digits,
    )
    found = report(question_of(line), wish)
    write_answer(written(found, form, line), line.out, utf8=form in ("html", "json"))
    if line.report.open:
        show(str(line.out))
    return ExitCode.NO_ANSWER if lacks_answer(found.gradient) else ExitCode.DONE


def written(report: Report, form: str, line: CommandLine) -> str:
    """The report in a format."""
    if form == "table":
        return screen(report, line)
    from gradcli.render.report import page

    if form == "html":
        return page.write_report_html(report)
    return one_line(page.report_document(report)) if form == "json" else page.write_report_text(report, form)


def screen(report: Report, line: CommandLine) -> str:
    """Gradient, derivation, trace and picture one after the other, for the stream that they go to."""
    from gradcli.cli.output import sheet_for
    from gradcli.render.page import make_console
    from gradcli.render.report.fragments import print_report

    sheet = sheet_for(line.out)
    print_report(report, make_console(sheet))
    return sheet.getvalue()


def show(path: str) -> None:
    """Show a file in the browser that the system prefers. Raises `output` where there is none."""
    import webbrowser
    from pathlib import Path

    if not webbrowser.open(Path(path).resolve().as_uri()):
        message = f"there is no browser to show '{path}', which is written"
        raise GradcliError("output", message, hint="leave --open away", exit_code=ExitCode.FAILED)
