"""Each kind of answer as HTML: what a report, and a notebook, shows of it."""

from __future__ import annotations

import io

from gradcli.derive.results import Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import translated
from gradcli.render.explain.lexicon import say
from gradcli.render.formats.latex import formulas_of, function_lines
from gradcli.render.notation import write
from gradcli.render.report.markup import Markup, details, element, quoted, table
from gradcli.render.report.mathml import mathml
from gradcli.render.words import (
    constant_texts,
    definition_texts,
    layout_words,
    point_texts,
    problem_text,
    reading_lines,
    value_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from gradcli.derive.results import Reading
    from gradcli.explain.results import ComputationGraph, Explanation, Steps, Trace
    from gradcli.render.page import Page
    from gradcli.render.words import Result

WIDTH = 10_000
"""Columns of a page on which no column of a table is dropped or folded: the reader's window does that."""


def formula(latex: str) -> Markup:
    """A formula on a line of its own, which scrolls where it is too long."""
    return element("div", Markup(mathml(latex, display=True)), class_="formula")


def inline(latex: str) -> Markup:
    """A formula in a line or a cell."""
    return Markup(mathml(latex))


def remark(text: str, problem: bool = False) -> Markup:
    """A line of small print."""
    return element("p", translated(text), class_="remark problem" if problem else "remark")


def reading_part(reading: Reading) -> Iterator[Markup]:
    """The function, its point and its constants; a command stays text."""
    if reading.outside is None:
        yield from map(formula, function_lines(reading))
    else:
        yield from (element("p", element("code", line)) for line in reading_lines(reading))
    given = point_texts(reading, "latex") + constant_texts(reading, "latex")
    if given and len(given) <= 12:
        yield formula(r",\quad ".join(given))


def result_part(result: Result) -> Iterator[Markup]:
    """A gradient, a Jacobian, a Hessian or a chain in each layout that was asked for, and what is to be said of it."""
    yield from map(formula, definition_texts(result, "latex"))
    parts = result.in_each_layout()
    for part in parts:
        if len(parts) > 1:
            yield element("p", translated(layout_words(part)))
        yield from map(formula, formulas_of(part))
    if isinstance(result, Gradient | Jacobian | Hessian):
        yield from entries_part(result)
    yield from result_remarks(result)


def entries_part(result: Gradient | Jacobian | Hessian) -> Iterator[Markup]:
    """Every derivative in a row of a table, where there are numbers of scalars."""
    from gradcli.render.answer import computed, entries
    from gradcli.render.formats.csv import csv_value
    from gradcli.render.formats.parts import partial

    rows = list(entries(result)) if computed(result) else []
    if not 1 < len(rows) <= 200 or any(isinstance(row[3], list) for row in rows):
        return
    latex = [row[2] for row in entries(result, "latex")]
    errors = any(row[4] is not None for row in rows)
    headers = [say("derivative column"), *([say("formula")] if any(latex) else []), say("value")]
    cells = []
    for row, text in zip(rows, latex, strict=True):
        name = partial(row[0], row[1]) if not isinstance(result, Hessian) else second_partial(result, row[0], row[1])
        line = [inline(name), *([inline(text)] if any(latex) else []), value_text(row[3], "—")]
        cells.append([*line, csv_value(row[4])] if errors else line)
    numbers = len(headers) - 1
    yield table([*headers, *(["±"] if errors else [])], cells, (numbers, numbers + 1))


def second_partial(result: Hessian, row: str, column: str) -> str:
    r"""`\frac{\partial^{2} f}{\partial x \partial y}`."""
    from gradcli.render.words import spell

    below = rf"\partial {spell(row, 'latex')} \partial {spell(column, 'latex')}"
    return rf"\frac{{\partial^{{2}} {spell(result.reading.output, 'latex')}}}{{{below}}}"


def result_remarks(result: Result) -> Iterator[Markup]:
    """Layout and shape, accuracy, assumptions, notes and problems."""
    from gradcli.render.answer import remarks

    problems = {f"problem: {problem_text(problem, 'text')}" for problem in result.numbers.problems}
    for text in remarks(result):
        yield remark(f"! {text.removeprefix('problem: ')}" if text in problems else text, text in problems)


def wide_page() -> Page:
    """A page of unlimited width, for what the screens compute."""
    from gradcli.render.page import Page, make_console

    return Page(make_console(io.TextIOWrapper(io.BytesIO(), "utf-8"), WIDTH))


def trace_part(trace: Trace) -> Iterator[Markup]:
    """The table of a trace, in the columns of its mode, and its remarks."""
    from gradcli.render.explain.trace import TracePage

    page = TracePage(trace, wide_page())
    last = [page.adjoint_column()] if trace.mode == "both" and page.has_numbers else []
    columns = [page.step_column(), *page.fixed_columns(), *(page.seed_column(seed) for seed in trace.seeds), *last]
    words = (say("users"), say("tangent"), say("shape"))
    numbers = [i for i, column in enumerate(columns) if i and page.has_numbers and column[0][0] not in words]
    rows = [
        [element("samp", text) if i and i not in numbers else text for i, (text, _) in enumerate(cells)]
        for cells in list(zip(*columns, strict=True))[1:]
    ]
    yield element("p", page.heading())
    if trace.arrays:
        yield remark(say("layout", output=page.page.label(trace.output)))
    yield table([column[0][0] for column in columns], rows, numbers)
    page.remarks()
    yield from printed_remarks(page.page)


def printed_remarks(page: Page) -> Iterator[Markup]:
    """What was written on a page, line by line."""
    stream: Any = page.console.file
    stream.flush()
    for line in stream.buffer.getvalue().decode().splitlines():
        if line.strip():
            yield remark(line.strip(), line.startswith("!"))


def steps_part(explanation: Explanation) -> Iterator[Markup]:
    """One table a variable, which folds; the first is open."""
    from gradcli.render.explain.steps import StepsPage

    for place, steps in enumerate(explanation.derivations):
        page = StepsPage(explanation, steps, wide_page())
        page.remarks()
        summary = element("strong", page.heading())
        yield details(summary, steps_table(page, steps), *printed_remarks(page.page), is_open=place == 0)
    for problem in explanation.numbers.problems:
        yield remark(f"! {problem_text(problem)}", problem=True)


def steps_table(page: Any, steps: Steps) -> Markup:
    """The rows of a derivation, then all put together, then `grad`'s own form."""
    from gradcli.render.explain.steps_formats import formula as sides

    explanation = page.explanation
    headers = [say("step"), say("rule"), say("derivative column")]
    if explanation.arrays:
        headers = [say("step"), say("rule"), say("differential column"), say("shape")]
    elif page.numeric:
        headers.append(say("number"))
    rows: list[list[str]] = []
    for row in page.chosen():
        if row is None:
            rows.append(["…"] * len(headers))
            continue
        cells = page.cells(row)
        rows.append([*cells[:2], inline(" = ".join(sides(row, explanation, steps, "latex"))), *cells[3:]])
    rows += last_rows(page, steps, len(headers))
    return table(headers, rows, (3,))


def last_rows(page: Any, steps: Steps, width: int) -> Iterator[list[str]]:
    """`put together` and `the same as grad`, or for arrays `read off`."""
    from gradcli.render.explain.primes import in_italics
    from gradcli.render.explain.steps_formats import name_of, names_that_move

    explanation, decimal = page.explanation, page.decimal
    result = write(steps.result, "latex", decimal)
    name = name_of(explanation, steps, "latex")
    lines = page.last_lines()
    texts = [f"{name} = {result}"]
    if explanation.arrays and steps.differential is not None:
        output, moving = page.page.label(explanation.output), names_that_move(explanation, steps)
        texts.insert(0, f"d{output} = {in_italics(write(steps.differential, 'latex', decimal), moving)}")
    elif not explanation.arrays and steps.assembled is not None:
        texts.insert(0, f"{name} = {write(steps.assembled, 'latex', decimal)}")
    for (label, _, last), text in zip(lines, texts, strict=False):
        yield ["", label, inline(text), *([last] if width > 3 else [])]


def graph_part(graph: ComputationGraph) -> Iterator[Markup]:
    """The picture of a computation graph."""
    from gradcli.render.explain.graph_svg import write_svg

    yield element("div", Markup(write_svg(graph)), class_="picture")


def plot_part(plot: Any) -> Iterator[Markup]:
    """The picture of a function."""
    from gradcli.render.plot.sentences import Sentences
    from gradcli.render.plot.svg import write_plot_svg

    yield element("div", Markup(write_plot_svg(plot)), class_="picture")
    said = Sentences(plot, "pretty")
    for text in (*said.head(), *said.foot(), *plot.numbers.notes):
        yield remark(text)
    for text in said.problems():
        yield remark(text, problem=True)


def verdict_part(verdict: Any) -> Iterator[Markup]:
    """What `check` says, line by line."""
    from gradcli.render.page import make_console
    from gradcli.render.verdicts import print_verdict

    stream = io.TextIOWrapper(io.BytesIO(), "utf-8")
    print_verdict(verdict, make_console(stream, 100))
    stream.flush()
    yield element("pre", Markup(quoted(stream.buffer.getvalue().decode()).replace("<br>", "\n")))
