"""`gradcli descend`: from the words of its options to a path."""

from __future__ import annotations

from gradcli.cli.commands.endings import PATHS, format_for, refuse_npy
from gradcli.cli.commands.explain import in_format, written
from gradcli.cli.commands.pictures.plot import read_levels, read_ranges, size_of
from gradcli.cli.question import question_of
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from gradcli.cli.question import CommandLine
    from gradcli.explain.descent.request import DescentRequest
    from gradcli.explain.descent.results import Descent
    from gradcli.explain.pictures.request import PlotRequest

DRAWN: Final = ("svg", "png", "pdf")


def answer_descend(line: CommandLine) -> int:
    """Read, go down, write. Returns 4 where it diverges, 3 where a kink or a border ended it."""
    from gradcli.explain.descent.descend import descents

    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out path.csv")
    form = format_for(line.format_given, line.out, PATHS, "table")
    refuse_npy(form, "a descent")
    found = descents(request_of(line, form))
    if form in DRAWN:
        return write_picture(found, form, line)
    return max(
        written(text_of(found, form, line), line.out, form, [one.numbers.problems for one in found]), ended(found)
    )


def request_of(line: CommandLine, form: str) -> DescentRequest:
    """The request of a command line, with every text read."""
    from gradcli.explain.descent.request import DescentRequest
    from gradcli.reading import plain_question

    words = line.descent
    question = question_of(line._replace(method=None))
    if question.outside is None:
        question = plain_question(question)
    request = DescentRequest(question, digits=line.explain.digits)
    given = {name: value for name, value in words._asdict().items() if value is not None and name != "drawn"}
    if words.momentum is not None and words.method != "momentum":
        raise GradcliError("usage", "--momentum is a part of one method", hint="--method momentum")
    request = request._replace(**given)
    return request._replace(picture=picture_of(line, request)) if words.drawn or form in DRAWN else request


def picture_of(line: CommandLine, request: DescentRequest) -> PlotRequest:
    """The request of the path's picture."""
    from gradcli.explain.pictures.request import PlotRequest
    from gradcli.question import options_of

    if request.question.outside is not None:
        hint = "leave --plot away, or export the path with --format csv"
        raise GradcliError("usage", "--plot: a program would be run hundreds of times for a picture", hint=hint)
    ranges, levels = read_ranges(line.plot.ranges), read_levels(line.plot.levels)
    question = request.question
    return PlotRequest(question.script, options_of(question), (), None, ranges, levels, line.explain.digits)


def text_of(found: Sequence[Descent], form: str, line: CommandLine) -> str:
    """All descents as text."""
    if form == "table":
        from gradcli.cli.output import sheet_for
        from gradcli.render.descent.screen import print_descent
        from gradcli.render.page import make_console

        sheet = sheet_for(line.out)
        console = make_console(sheet)
        for place, one in enumerate(found):
            if place:
                sheet.write("\n")
            print_descent(one, console, size_of(line.plot), line.plot.ascii)
        return sheet.getvalue()
    return in_format(found, form)


def write_picture(found: Sequence[Descent], form: str, line: CommandLine) -> int:
    """The path as a picture."""
    from gradcli.cli.commands.pictures.plot import refuse_several, write_plots

    refuse_several(found, form)
    (picture,) = [one.picture for one in found]
    assert picture is not None
    return max(write_plots([picture], form, line, None), ended(found))


def ended(found: Sequence[Descent]) -> int:
    """The exit code of descents that did not end well."""
    if any(one.stopped == "diverging" for one in found):
        return ExitCode.FAILED
    return ExitCode.NO_ANSWER if any(one.stopped == "problem" for one in found) else ExitCode.DONE
