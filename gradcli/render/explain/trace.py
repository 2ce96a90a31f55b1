"""A trace as a table: one row a step, in columns that the mode asks for."""

from __future__ import annotations

from gradcli.derive.layouts import entry_names, numbers_in
from gradcli.program.graph import Variable
from gradcli.records import TYPE_CHECKING
from gradcli.render.drawing import in_columns
from gradcli.render.explain.figures import Figures
from gradcli.render.explain.lexicon import plural, say
from gradcli.render.explain.terms import Contributions, is_shown_as_array, tangent_rule
from gradcli.render.notation import write_all
from gradcli.render.page import FAINT, HEADING, PROBLEM, SYMBOL, VALUE, Page, shortened, shorter_list
from gradcli.render.rich_parts import Text
from gradcli.render.words import constant_texts, point_texts, reading_lines, shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from rich.console import Console

    from gradcli.derive.results import Reading
    from gradcli.explain.results import Trace, TraceStep

    Column = list[tuple[str, str]]

FIRST, LAST = 40, 20
"""Rows of a long trace that a terminal shows."""


def print_trace(trace: Trace, console: Console) -> None:
    """The whole screen: function and point, the table, the gradient, what is to be said of it."""
    TracePage(trace, Page(console)).print()


def print_reading(reading: Reading, page: Page, blank: bool = True) -> None:
    """The function, its point and its constants; on one line where they fit; `blank`: an empty line behind."""
    lines = [shortened(line) for line in reading_lines(reading, page.style)]
    points = point_texts(reading, page.style)
    at = say("at", point=", ".join(shorter_list(points))) if points else ""
    if at and len(lines) == 1 and page.width(lines[0]) + len(at) + 3 <= page.console.width:
        lines[0] += f"   {at}"
    elif at and not any(reading.shapes.values()):
        lines.append(at)
    constants = constant_texts(reading, page.style)
    if constants:
        lines.append(say("with", constants=", ".join(shorter_list(constants))))
    for line in lines:
        page.line(line)
    if blank:
        page.line()


class TracePage:
    """One trace on one page."""

    def __init__(self, trace: Trace, page: Page) -> None:
        self.trace, self.page = trace, page
        self.figures = Figures(trace.digits, trace.texts, page.missing, page.unicode)
        self.has_numbers = trace.value is not None or trace.gradient is not None
        self.rows = self.chosen(trace.steps)
        self.terms = Contributions(trace, page.style, self.figures)
        expressions = [step.expression for step in self.rows if step and step.expression is not None]
        self.texts = iter(write_all(expressions, page.style, trace.reading.decimal))

    def chosen(self, steps: Sequence[TraceStep]) -> list[TraceStep | None]:
        """The rows that are shown; None stands for those left out."""
        if len(steps) <= FIRST + LAST:
            return list(steps)
        return [*steps[:FIRST], None, *steps[-LAST:]]

    def print(self) -> None:
        trace, page = self.trace, self.page
        print_reading(trace.reading, page)
        page.line(self.heading(), HEADING)
        if trace.arrays and trace.mode != "forward":
            page.line(say("layout", output=page.label(trace.output)), FAINT)
        self.tables()
        self.remarks()

    def heading(self) -> str:
        trace = self.trace
        if trace.along is not None:
            return say("along", direction=self.direction())
        if not self.has_numbers:
            key = "formulas" if trace.mode == "reverse" else f"{trace.mode} formulas"
            return say(key, output=self.page.label(trace.output))
        return say("forward entries" if trace.arrays and trace.mode == "forward" else trace.mode)

    def direction(self) -> str:
        """`x1: 1, x2: 0`; arrays as summaries where they are long."""
        pairs = []
        for name, value in (self.trace.along or {}).items():
            pairs.append(f"{self.page.label(name)}: {self.figures.inline(value)}")
        return ", ".join(pairs)

    def tables(self) -> None:
        """One table, or several where the columns of the inputs do not fit into one."""
        steps = self.step_column()
        fixed = self.fixed_columns()
        if self.trace.mode == "both" and self.has_numbers and self.trace.formulas:
            self.one_table([steps, self.tangent_column(False), self.users_column(False)])
        seeds = [self.seed_column(seed) for seed in self.trace.seeds]
        last = [self.adjoint_column()] if self.trace.mode == "both" and self.has_numbers else []
        if not seeds:
            self.one_table([steps, *fixed, *last])
            return
        room = self.page.console.width
        if self.trace.arrays:
            self.one_table([steps, *fixed, *last])
            fixed, last = [], []
        shown = [steps, *fixed]
        if self.total([*shown, seeds[0], *last]) > room:
            shown = [steps, *fixed[:1]]
        group: list[Column] = []
        for seed in seeds:
            if group and self.total([*shown, *group, seed, *last]) > room:
                self.one_table([*shown, *group])
                shown, group = [steps], []
            group.append(seed)
        self.one_table([*shown, *group, *last])

    def one_table(self, columns: list[Column]) -> None:
        """A table of these columns, the least needed ones dropped where it is too wide."""
        columns = self.with_folded_terms(columns)
        while len(columns) > 2 and self.total(columns) > self.page.console.width:
            place = self.least_needed(columns)
            if place is None:
                break
            columns = [*columns[:place], *columns[place + 1 :]]
        headers = [column[0][0] for column in columns]
        table = self.page.table(*headers)
        fits = self.total(columns) <= self.page.console.width
        for place, column in enumerate(columns):
            if self.wide(column) <= self.page.console.width // 2 and column[1][1] != SYMBOL:
                table.columns[place].no_wrap = fits or place == 0
            if not fits and column[1][1] == VALUE:  # folded between numbers, never inside one
                table.columns[place].min_width = self.wide([(word, "") for text, _ in column for word in text.split()])
        for row in range(1, len(columns[0])):
            table.add_row(*(self.cell(*column[row]) for column in columns))
        self.page.show(table)

    def with_folded_terms(self, columns: list[Column]) -> list[Column]:
        """The columns, the terms of ∂f/∂step on lines under one another where that makes room for them."""
        room = self.page.console.width - self.total(columns)
        place = next((i for i, column in enumerate(columns) if column[0][0] == say("users")), None)
        if room >= 0 or place is None:
            return columns
        room += self.wide(columns[place])
        folded = [(fold_terms(text, room), style) for text, style in columns[place]]
        if self.wide(folded) > room or max(text.count("\n") for text, _ in folded) >= MOST_TERM_LINES:
            return columns
        return [*columns[:place], folded, *columns[place + 1 :]]

    def least_needed(self, columns: list[Column]) -> int | None:
        """The column whose numbers stand elsewhere too: the terms, then the shapes."""
        for key in ("users", "tangent", "shape"):
            for place, column in enumerate(columns):
                if column[0][0] == say(key) and self.has_numbers:
                    return place
        return None

    def cell(self, text: str, style: str) -> Text:
        return self.page.text(text, style)

    def wide(self, column: Column) -> int:
        return max(self.page.width(text) for text, _ in column)

    def total(self, columns: list[Column]) -> int:
        return sum(self.wide(column) + 3 for column in columns) + 1

    def step_column(self) -> Column:
        """`v1 = log(x1)`, and the names of the inputs."""
        column = [(say("step"), "")]
        for step in self.rows:
            name = "…" if step is None else self.page.label(step.name)
            expression = next(self.texts) if step is not None and step.expression is not None else ""
            column.append((f"{name} = {expression}" if expression else name, ""))
        return column

    def fixed_columns(self) -> list[Column]:
        """The columns that stand left of those of the inputs."""
        trace = self.trace
        columns = [self.shape_column()] if trace.arrays else []
        if self.has_numbers:
            columns.append(self.numbers(say("value"), [step and step.value for step in self.rows]))
        if trace.mode == "forward":
            columns.append(self.tangent_column(self.has_numbers))
        if trace.mode == "reverse":
            if not trace.arrays or not self.has_numbers or trace.formulas:
                columns.append(self.users_column(self.has_numbers))
            if self.has_numbers:
                columns.append(self.adjoint_column())
        elif not self.has_numbers and trace.mode == "both":
            columns += [self.tangent_column(False), self.users_column(False)]
        return columns

    def shape_column(self) -> Column:
        shapes = ["" if step is None else shape_text(step.shape) for step in self.rows]
        return [(say("shape"), ""), *((text, "") for text in shapes)]

    def numbers(self, header: str, values: Sequence[object], marks: Sequence[str] = ()) -> Column:
        """A column of numbers, their points under one another; `marks` stand in the place of some."""
        cells = []
        for place, value in enumerate(values):
            step = self.rows[place]
            if step is None:
                cells.append("…")
            elif marks and marks[place]:
                cells.append(marks[place])
            else:
                cells.append("\n".join(self.figures.lines(value)))  # type: ignore[arg-type]
        shown = cells
        if not self.trace.arrays:
            aligned = iter(in_columns([text for text in cells if is_number(text)]))
            shown = [next(aligned) if is_number(text) else text for text in cells]
        missing = self.page.missing
        return [(header, ""), *((text, PROBLEM if text.strip() == missing else VALUE) for text in shown)]

    def adjoint_column(self) -> Column:
        """∂f/∂step."""
        header = f"∂{self.page.label(self.trace.output)}/∂{say('step')}"
        marks = []
        for step in self.rows:
            seed = step is not None and step.kind == "output" and self.trace.mode == "reverse" and self.trace.arrays
            one = self.figures.lines(step.adjoint)[0] if step is not None and seed else ""
            marks.append(say("seed", one=one.strip("[]")) if seed else self.mark(step))
        return self.numbers(header, [step and step.adjoint for step in self.rows], marks)

    def mark(self, step: TraceStep | None) -> str:
        """What stands in the place of a derivative by data."""
        return say(step.kind) if step is not None and step.kind in ("data", "constant") else ""

    def seed_column(self, seed: str) -> Column:
        """∂step/∂x1 in forward mode and both."""
        label = self.page.label(seed)
        output = say("step") if self.trace.mode == "both" and not self.trace.arrays else ""
        header = f"∂{output}/∂{label}" if self.trace.along is None else f"d{say('step')}"
        return self.numbers(header, [step and (step.tangents or {}).get(seed) for step in self.rows])

    def tangent_column(self, numeric: bool) -> Column:
        """`dv2 = 5·dx1 + 2·dx2`."""
        column = [(say("tangent"), "")]
        for step in self.rows:
            lines = dict.fromkeys(
                "" if step is None else tangent_rule(step, self.page.style, self.figures, as_numbers)
                for as_numbers in (False, True)[not self.trace.formulas : 1 + numeric]
            )
            column.append(("\n".join(lines), "none" if numeric else SYMBOL))
        return column

    def users_column(self, numeric: bool) -> Column:
        """`1·0.5 + 1·5`: the adjoint of each user times its partial."""
        header = say("users") if numeric else f"∂{self.page.label(self.trace.output)}/∂{say('step')}"
        column = [(header, "")]
        for step in self.rows:
            if step is None:
                column.append(("…", ""))
                continue
            texts = self.terms.cells(step, numbers=numeric, formulas=self.trace.formulas)
            column.append(("\n".join(texts), "none" if numeric else SYMBOL))
        return column

    def remarks(self) -> None:
        """The gradient, the sweeps, the digits, problems and assumptions."""
        trace, page = self.trace, self.page
        left = len(trace.steps) - FIRST - LAST
        if left > 0:
            page.line(say("left out", count=left), FAINT)
        if trace.hidden:
            page.line(say("named", count=trace.hidden), FAINT)
        if self.has_numbers:
            self.gradient()
        if trace.mode == "both" and trace.along is None and self.has_numbers:
            count = len(trace.seeds)
            text = say(
                "sweeps entries" if trace.arrays else "sweeps", forward=count, reverse=1, s1=plural(count), s2=""
            )
            page.line(text + (say("same gradient") + (" ✓" if page.unicode else " (ok)")) * self.agrees(), FAINT)
        for note in (*trace.reading.assumptions, *trace.numbers.notes):
            page.line(note, FAINT)
        self.problems()

    def agrees(self) -> bool:
        """The tangents of the output and the adjoints of the inputs are the same numbers, and there are some."""
        pushed = trace_step(self.trace, self.trace.output).tangents or {}
        adjoints: dict[str, Any] = {}
        for step in self.trace.steps:
            if step.kind == "input":
                entries = entry_names(Variable(step.name, step.shape))  # type: ignore[arg-type]
                adjoints.update(zip(entries, numbers_in(step.adjoint), strict=True))
        pairs: list[tuple[Any, Any]] = [
            (adjoints.get(name), number) for name, value in pushed.items() for number in numbers_in(value)
        ]
        close = 0.0 if self.trace.numbers.accuracy == "certified" else 1e-9
        known = [abs(a - b) <= close * abs(a) for a, b in pairs if a is not None and b is not None]
        return bool(known) and all(known) and all((a is None) == (b is None) for a, b in pairs)

    def gradient(self) -> None:
        trace, page = self.trace, self.page
        digits = self.digits_words()
        if trace.along is not None and trace.mode == "forward":
            number = self.figures.number((trace_step(trace, trace.output).tangents or {}).get("d"))  # type: ignore[arg-type]
            page.line(f"{say('derivative', direction=self.direction(), number=number)}; {digits}", FAINT)
        elif trace.arrays or is_shown_as_array(trace.gradient):
            page.line(digits, FAINT)
        else:
            numbers = [self.figures.number(v) for v in (trace.gradient or {}).values()]  # type: ignore[arg-type]
            told = say("gradient", numbers=", ".join(shorter_list(numbers)))
            page.line(f"{told}; {digits}" if set(numbers) != {page.missing} else told, FAINT)

    def digits_words(self) -> str:
        if self.trace.numbers.accuracy != "certified":
            return say("float64")
        return say("digits", count=self.trace.digits) if self.trace.digits < 17 else say("all digits")

    def problems(self) -> None:
        """The steps that have no derivative, each once; else what `grad` says of the inputs."""
        shown = False
        for step in self.trace.steps:
            if step.problem is not None:
                text = say("problem", name=self.page.label(step.name), message=step.problem)
                self.page.line(text, PROBLEM)
                shown = True
        self.page.problems([p for p in self.trace.numbers.problems if not shown or p.kind == "overflow"])


MOST_TERM_LINES: Final = 8
"""Lines of a cell from which on the terms of ∂f/∂step are left out, where they do not fit into one."""


def fold_terms(text: str, room: int) -> str:
    """A sum on lines of at most `room` columns, as far as its terms allow; each line after the first begins with +."""
    lines: list[str] = []
    for line in text.split("\n"):
        first, *terms = line.split(" + ")
        lines.append(first)
        for term in terms:
            if len(lines[-1]) + len(term) + 3 > room:
                lines.append(f"+ {term}")
            else:
                lines[-1] += f" + {term}"
    return "\n".join(lines)


def is_number(text: str) -> bool:
    """A number alone in its cell."""
    return (
        bool(text)
        and "\n" not in text
        and " " not in text
        and (text[0].isdigit() or (text[0] == "-" and text[1:2].isdigit()))
    )


def trace_step(trace: Trace, name: str) -> TraceStep:
    """The row of a name."""
    return next(step for step in reversed(trace.steps) if step.name == name)
