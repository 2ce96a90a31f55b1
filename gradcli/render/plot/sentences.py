"""What is said of a picture, in the words of every format."""

from __future__ import annotations

from gradcli.derive.layouts import numbers_in
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import translated
from gradcli.render.explain.figures import Figures
from gradcli.render.explain.lexicon import say
from gradcli.render.words import problem_text, signature, spell, told_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from gradcli.explain.pictures.results import Gap, Plot, ShownAxis, Tangent
    from gradcli.render.notation import Style

MOST_GAPS: Final = 6
"""Gaps that are told one by one."""


class Sentences:
    """The sentences of one picture. `marks`: how the point, the start of a path and its steps are drawn."""

    def __init__(self, plot: Plot, style: Style, marks: tuple[str, str, str] = ("●", "◆", "●")) -> None:
        self.plot, self.style, self.marks = plot, style, marks
        self.figures = Figures(plot.digits, {}, "—" if style == "pretty" else "-", style == "pretty")
        self.output = spell(plot.output, style)
        self.axis = spell(plot.axes[0].name, style)

    def number(self, value: float | None) -> str:
        return self.figures.number(value)

    def range(self, axis: ShownAxis) -> str:
        """`x from -2 to 2`."""
        name = spell(axis.name, self.style)
        return say("range", axis=name, low=self.number(axis.low), high=self.number(axis.high))

    def head(self) -> Iterator[str]:
        """What stands above the picture: the line, the value with the tangent."""
        plot = self.plot
        if plot.direction is not None:
            yield self.line()
        if plot.curve is not None and plot.at is not None:
            yield self.tangent_sentence()

    def line(self) -> str:
        """`f along the line (1, 2) + t·(1, 0)`."""
        plot = self.plot
        point = ", ".join(self.number(x) for x in numbers_in(list((plot.reading.at_values or {}).values())))
        direction = ", ".join(self.number(x) for x in (plot.direction or {}).values())
        return say("line along", output=self.output, point=f"({point})", axis=self.axis, direction=f"({direction})")

    def tangent_sentence(self) -> str:
        """`value: f = 0, slope 4: the tangent is y = 4·x - 4 (dotted)`."""
        plot = self.plot
        start = say("value at", output=self.output, value=self.number(plot.value)) if plot.value is not None else ""
        place = f"{self.axis} = {self.number((plot.at or (None,))[0])}"
        tangent = plot.tangent
        if len(plot.tangents) == 2:
            left, right = (self.number(one.slope) for one in plot.tangents)
            text = say("half tangents", place=place, left=left, right=right)
        elif tangent is None or plot.gradient is None or None in plot.gradient.values():
            text = say("no tangent", place=place)
        else:
            line = self.equation(tangent)
            text = f"{say('slope', slope=self.number(tangent.slope), line=line)} {say('dotted')}"
            if tangent.side != "both":
                text += f"; {say('one-sided', side=say(tangent.side))}"
        return f"{start}, {text}" if start else text

    def equation(self, tangent: Tangent) -> str:
        """`y = 4·x - 4`."""
        slope, intercept = self.number(tangent.slope), self.number(tangent.intercept)
        sign = "·" if self.style == "pretty" else "*"
        factor = {"1": "", "-1": "-"}.get(slope, f"{slope}{sign}")
        if slope == "0":
            return f"y = {intercept}"
        rest = "" if intercept == "0" else f" - {intercept[1:]}" if intercept[0] == "-" else f" + {intercept}"
        return f"y = {factor}{self.axis}{rest}"

    def foot(self) -> Iterator[str]:
        """What stands below: contours and arrows, gaps, what cannot be drawn."""
        plot = self.plot
        if plot.empty:
            yield say("empty", output=self.output)
        if plot.curve is None and not plot.empty:
            yield from self.plane()
        if plot.curve is not None and not plot.empty:
            yield from self.gaps(plot.curve.gaps)
        if plot.late:
            yield say("late")
        if plot.path:
            yield say("path", start=self.marks[1], mark=self.marks[2])
            outside = sum(not self.is_inside(place) for place in plot.path)
            if outside:
                yield say("outside", count=outside, all=len(plot.path))

    def is_inside(self, place: tuple[float, float]) -> bool:
        """Is a place of a path in the picture?"""
        return all(axis.low <= part <= axis.high for axis, part in zip(self.plot.axes, place, strict=True))

    def plane(self) -> Iterator[str]:
        """Of contours, arrows and the gradient at the point."""
        plot = self.plot
        levels = ", ".join(self.number(contour.level) for contour in plot.contours)
        parts = [say("contours", output=self.output, levels=levels)] if levels else []
        if not levels:
            parts.append(say("constant plane", output=self.output))
        if plot.arrows:
            x, y = plot.axes
            same = abs((x.high - x.low) - (y.high - y.low)) <= 1e-9 * (x.high - x.low)
            parts.append(say("arrows" if same else "scaled arrows", output=self.output))
        yield "; ".join(parts)
        if plot.at is not None and not plot.path:
            place = f"({', '.join(map(self.number, plot.at))})"
            slopes = f"({', '.join(map(self.number, (plot.gradient or {}).values()))})"
            value = self.number(plot.value)
            yield say("gradient at", mark=self.marks[0], place=place, output=self.output, value=value, gradient=slopes)

    def gaps(self, gaps: tuple[Gap, ...]) -> Iterator[str]:
        """Every gap, the first ones of many."""
        for gap in gaps[:MOST_GAPS]:
            if gap.kind == "undefined":
                text = say("gap undefined", axis=self.axis, low=self.number(gap.low), high=self.number(gap.high))
            else:
                text = say(f"gap {gap.kind}", axis=self.axis, place=self.number(gap.low))
            yield f"{text} ({translated(gap.reason)})" if gap.reason else text
        if len(gaps) > MOST_GAPS:
            yield say("more gaps", count=len(gaps) - MOST_GAPS)

    def notes(self) -> Iterator[str]:
        """Assumptions and notes."""
        yield from self.plot.reading.assumptions
        yield from self.plot.numbers.assumptions
        yield from self.plot.numbers.notes

    def problems(self) -> Iterator[str]:
        """The problems of the numbers at the point."""
        for problem in told_once(self.plot.numbers.problems):
            yield f"! {problem_text(problem, self.style)}"

    def title(self) -> str:
        """`f(x)`."""
        return signature(self.plot.reading, self.plot.output, self.style)
