"""The numbers of a picture for programs and papers: JSON, CSV, plain sentences, Markdown, pgfplots."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.formats.json import remarks_document
from gradcli.render.formats.parts import heading, sheet
from gradcli.render.notation import write_number
from gradcli.render.plot.sentences import Sentences
from gradcli.render.words import function_text, problem_text, signature, spell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gradcli.explain.pictures.results import Curve, Gap, Plot


def plot_document(plot: Plot) -> dict[str, Any]:
    """`gradcli.plot/1`: of a curve x and y with null in gaps, of a plane the lines of every level."""
    reading = plot.reading
    document: dict[str, Any] = {
        "schema": "gradcli.plot/1",
        "function": function_text(reading),
        "variables": list(reading.variables),
        "output": plot.output,
        "at": reading.listed_point,
        "along": plot.direction,
        "value": plot.value,
        "gradient": plot.gradient,
        "range": {axis.name: [axis.low, axis.high] for axis in plot.axes[: 1 if plot.curve is not None else 2]},
    }
    document |= curve_part(plot, plot.curve) if plot.curve is not None else plane_part(plot)
    if plot.path:
        document["path"] = [list(place) for place in plot.path]
    return document | {
        "method": plot.numbers.method,
        "accuracy": plot.numbers.accuracy,
        **remarks_document(reading, plot.numbers),
    }


def curve_part(plot: Plot, curve: Curve) -> dict[str, Any]:
    """The samples, the tangent, the gaps."""
    tangent = plot.tangent
    has_tangent = tangent is not None and plot.gradient is not None and None not in plot.gradient.values()
    halves = [] if has_tangent else plot.tangents
    return {
        "x": list(curve.x),
        "y": list(curve.y),
        "shown": [plot.axes[1].low, plot.axes[1].high],
        "tangent": {"slope": tangent.slope, "intercept": tangent.intercept} if tangent and has_tangent else None,
        "half_tangents": [{"side": half.side, "slope": half.slope, "intercept": half.intercept} for half in halves],
        "gaps": [gap_document(gap) for gap in curve.gaps],
    }


def gap_document(gap: Gap) -> dict[str, Any]:
    """A gap of a curve."""
    return {"from": gap.low, "to": gap.high, "kind": gap.kind, "reason": gap.reason}


def plane_part(plot: Plot) -> dict[str, Any]:
    """Contours and gradients."""
    return {
        "contours": [
            {"level": contour.level, "lines": [[list(place) for place in line] for line in contour.lines]}
            for contour in plot.contours
        ],
        "arrows": [{"at": [arrow.x, arrow.y], "gradient": list(arrow.slopes)} for arrow in plot.arrows],
    }


def write_plot_csv(plot: Plot) -> str:
    """Of a curve one row a sample (empty in gaps), of a plane one row a place of a contour."""
    return sheet(curve_rows(plot, plot.curve) if plot.curve is not None else plane_rows(plot))


def curve_rows(plot: Plot, curve: Curve) -> Iterator[tuple[str, ...]]:
    """x and y."""
    yield (plot.axes[0].name, plot.output)
    for x, y in zip(curve.x, curve.y, strict=True):
        yield (write_number(x), "" if y is None else write_number(y))


def plane_rows(plot: Plot) -> Iterator[tuple[str, ...]]:
    """The level, the number of the line, and the place."""
    yield (plot.output, "line", plot.axes[0].name, plot.axes[1].name)
    for contour in plot.contours:
        for number, line in enumerate(contour.lines, 1):
            for x, y in line:
                yield (write_number(contour.level), str(number), write_number(x), write_number(y))


def write_plot_plain(plot: Plot) -> str:
    """What the picture shows, as sentences with all digits."""
    sentences = Sentences(plot._replace(digits=17), "text", ("point", "start", "steps"))
    lines = [f"# {line}" for line in heading(plot.reading)]
    for axis in plot.axes:
        lines.append(sentences.range(axis))
    lines += [*sentences.head(), *sentences.foot()]
    lines += [f"# {line}" for line in sentences.notes()]
    lines += [f"# {problem_text(problem, 'text')}" for problem in plot.numbers.problems]
    return "\n".join(lines) + "\n"


def write_plot_latex(plot: Plot) -> str:
    """A picture for pgfplots."""
    x, y = plot.axes
    sentences = Sentences(plot, "text")
    up = f"${spell(y.name, 'latex')}$" if plot.curve is None else f"${signature(plot.reading, plot.output, 'latex')}$"
    lines = [
        "% \\usepackage{pgfplots}",
        "\\begin{tikzpicture}",
        f"\\begin{{axis}}[xlabel={{${spell(x.name, 'latex')}$}}, ylabel={{{up}}},",
        f"  xmin={x.low!r}, xmax={x.high!r}, ymin={y.low!r}, ymax={y.high!r}, grid=major, unbounded coords=jump]",
    ]
    if plot.curve is not None:
        pairs = zip(plot.curve.x, plot.curve.y, strict=True)
        lines.append(coordinates([(a, b) for a, b in pairs], "blue, thick, no marks"))
    for contour in plot.contours:
        lines += [coordinates(line, "blue, no marks") for line in contour.lines]
    for tangent in plot.tangents:
        a = (plot.at or (0.0,))[0]
        low = a if tangent.side == "right" else x.low
        high = a if tangent.side == "left" else x.high
        ends = [(end, tangent.slope * (end - a) + (plot.value or 0.0)) for end in (low, high)]
        lines.append(coordinates(ends, "red, dotted, thick, no marks"))
    if plot.path:
        lines.append(coordinates(plot.path, "orange, mark=*"))
    elif plot.at is not None and (len(plot.at) == 2 or plot.value is not None):
        height = plot.at[1] if len(plot.at) == 2 else plot.value
        lines.append(coordinates([(plot.at[0], height)], "red, only marks, mark=*"))
    lines += ["\\end{axis}", "\\end{tikzpicture}"]
    said = (*sentences.head(), *sentences.foot(), *sentences.notes())
    return "\n".join([*lines, *(f"% {line}" for line in said)]) + "\n"


def coordinates(places: Any, style: str) -> str:
    """One line of a picture; what has no value breaks it."""
    pairs = " ".join(f"({x:.10g},{'nan' if y is None else format(y, '.10g')})" for x, y in places)
    return f"\\addplot[{style}] coordinates {{{pairs}}};"
