"""`gradcli plot`: from the words of its options to a picture."""

from __future__ import annotations

from gradcli.cli.commands.endings import PICTURES, format_for, refuse_npy
from gradcli.cli.commands.explain import in_format, joined, written
from gradcli.cli.commands.points_files import split_axes
from gradcli.cli.question import text_question
from gradcli.problems import GradcliError, Source
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from gradcli.cli.output import Sheet
    from gradcli.cli.question import CommandLine, PlotWords
    from gradcli.explain.pictures.request import PlotRequest
    from gradcli.explain.pictures.results import Plot
    from gradcli.render.plot.terminal import Size

FARTHEST: Final = 1e150
"""Ends of a range: beyond, differences leave float64."""


def answer_plot(line: CommandLine) -> int:
    """Read, sample, draw. Returns the exit code: 3 if there is no tangent at the point, or nothing to draw."""
    if line.box.is_given:
        option = "--exec" if line.box.command is not None else "--python"
        hint = "gradcli descend draws the path of a program with --plot; gradcli grad has its derivatives"
        raise GradcliError("usage", f"{option}: a program would be run hundreds of times for a picture", hint=hint)
    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out plot.svg")
    form = format_for(line.format_given, line.out, PICTURES, "text")
    size = size_of(line.plot)
    request = request_of(line)
    from gradcli.explain.pictures.plot import plots

    found = plots(request)
    refuse_several(found, form)
    return write_plots(found, form, line, size)


def request_of(line: CommandLine) -> PlotRequest:
    """The request of a command line, with every text read."""
    from gradcli.explain.pictures.request import PlotRequest
    from gradcli.question import options_of
    from gradcli.reading import plain_question

    ranges, levels = read_ranges(line.plot.ranges), read_levels(line.plot.levels)
    question = plain_question(text_question(line, line.expressions))
    return PlotRequest(
        question.script, options_of(question), question.points, question.along, ranges, levels, line.explain.digits
    )


def write_plots(found: Sequence[Plot], form: str, line: CommandLine, size: Size | None) -> int:
    """Write pictures in a format."""
    refuse_npy(form, "a picture")
    problems = [one.numbers.problems or (() if not one.empty else (None,)) for one in found]
    if form in ("png", "pdf"):
        from gradcli.cli.output import write_bytes
        from gradcli.render.plot.raster import write_raster
        from gradcli.render.plot.svg import write_plot_svg

        write_bytes(write_raster(write_plot_svg(found[0], paper=True), form), line.out, form)
        return 3 if any(problems) else 0
    if form == "text":
        text = "\n".join(screen(one, line, size) for one in found)
    elif form == "html":
        text = in_format(found, form)
    else:
        text = joined([document(one, form, line, size) for one in found], form)
    return written(text, line.out, form, problems)  # type: ignore[arg-type]


def document(plot: Plot, form: str, line: CommandLine, size: Size | None) -> str:
    """A picture as text for programs and papers."""
    if form == "svg":
        from gradcli.render.plot.svg import write_plot_svg

        return write_plot_svg(plot)
    if form == "markdown":
        return f"```text\n{screen(plot, line, size)}```\n"
    return in_format([plot], form)


def screen(plot: Plot, line: CommandLine, size: Size | None) -> str:
    """The picture in characters, for the stream that it goes to."""
    from gradcli.cli.output import sheet_for
    from gradcli.render.page import make_console
    from gradcli.render.plot.terminal import print_plot

    sheet: Sheet = sheet_for(line.out)
    print_plot(plot, make_console(sheet), size, line.plot.ascii)
    return sheet.getvalue()


def refuse_several(found: Sequence[Any], form: str) -> None:
    """Raise `usage` for several pictures in one file."""
    if len(found) > 1 and form in ("svg", "png", "pdf"):
        raise GradcliError("usage", f"one {form} holds one picture, and there are {len(found)} points", hint="one --at")


def size_of(words: PlotWords) -> Size | None:
    """Columns and rows of `--size 66x16`."""
    if words.size is None:
        return None
    from gradcli.render.plot.terminal import Size

    columns, _, rows = words.size.lower().partition("x")
    if not (columns.isascii() and columns.isdigit() and rows.isascii() and rows.isdigit()):
        raise GradcliError("usage", f"--size '{words.size[:40]}' is no size", hint="--size 66x16: columns and rows")
    if not (10 <= int(columns[:9]) <= 500 and 4 <= int(rows[:9]) <= 200):
        raise GradcliError("usage", "--size is from 10x4 to 500x200", hint="--size 66x16: columns and rows")
    return Size(int(columns), int(rows))


def read_ranges(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Low and high by name; the name "" where only one range is given without any."""
    found: dict[str, tuple[float, float]] = {}
    for text in texts:
        for part in split_axes(text):
            name, equals, ends = part.rpartition("=")
            name = canonical(name) if equals else ""
            if name in found:
                raise range_error(f"{name or 'the variable'} is given twice")
            found[name] = read_range(name or "x", ends)
    if "" in found and len(found) > 1:
        raise range_error("every range needs the name of its variable")
    return found


def canonical(name: str) -> str:
    """A name as the language has it: x₁ is x1, and x[0] stays."""
    from gradcli.points.table import column_name

    return column_name(name)


def read_range(name: str, text: str) -> tuple[float, float]:
    """`-pi:pi`. Raises `usage` for what is empty or has no two ends."""
    low_text, colon, high_text = text.partition(":")
    if not colon or ":" in high_text or not low_text.strip() or not high_text.strip():
        raise range_error(f"cannot read '{text.strip()[:60]}'")
    low, high = (read_number("--range", name, end) for end in (low_text, high_text))
    if not low < high:
        hint = f"--range {name}={high:g}:{low:g}" if high < low else f"--range {name}={low - 1:g}:{high + 1:g}"
        raise range_error(f"the range of {name} is empty: from {low:g} to {high:g}", hint)
    if max(abs(low), abs(high)) > FARTHEST or high - low <= 1e-13 * max(abs(low), abs(high)):
        raise range_error(f"the range of {name} is too {'narrow' if high - low < 1 else 'wide'} for float64")
    return low, high


def read_number(option: str, name: str, text: str) -> float:
    """A constant expression as float64."""
    from gradcli.evaluate.float64.data import float_value
    from gradcli.text.points import parse_setting

    try:
        _, tree = parse_setting(Source(option, f"a={text.strip()}", is_data=True))
        value = float_value(name, tree)
    except GradcliError as error:
        if error.code != "setting":
            raise
        value = None
    if not isinstance(value, float):
        raise GradcliError("usage", f"{option}: {text.strip()[:60]} is no finite number")
    return value


def read_levels(text: str | None) -> tuple[float, ...]:
    """`1,4,9`, in increasing order."""
    if text is None:
        return ()
    return tuple(sorted({read_number("--levels", "level", part) for part in split_axes(text)}))


def range_error(message: str, hint: str = "--range x=-2:2,y=0:1 (low:high)") -> GradcliError:
    """The error for a range that cannot be read."""
    return GradcliError("usage", f"--range: {message}", hint=hint)
