"""A descent as a table of some of its steps, the picture of its path, and what is to be said of its end."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.drawing import in_columns
from gradcli.render.explain.figures import Figures, shortened
from gradcli.render.explain.lexicon import plural, say
from gradcli.render.explain.trace import print_reading
from gradcli.render.page import FAINT, HEADING, SYMBOL, Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from gradcli.explain.descent.results import Descent, DescentStep
    from gradcli.render.plot.terminal import Size

COLUMNS = 4
"""Entries of a place up to which each has a column."""


def print_descent(descent: Descent, console: Console, size: Size | None = None, ascii_only: bool = False) -> None:
    """The whole screen: the function, the method, the table, the picture, the verdict."""
    page = Page(console)
    if ascii_only:
        page.unicode, page.style, page.missing = False, "text", "-"
    print_reading(descent.reading, page, blank=False)
    page.line(headline(descent, page.unicode), HEADING)
    figures = Figures(descent.digits, {}, page.missing, page.unicode)
    print_table(descent, page, figures)
    if descent.picture is not None:
        from gradcli.render.plot.sentences import Sentences
        from gradcli.render.plot.terminal import marks_of, print_picture

        page.line()
        print_picture(descent.picture, page, size)
        said = Sentences(descent.picture, page.style, marks_of(page.unicode))
        for line in (*said.foot(), *descent.picture.numbers.notes):
            page.line(line, FAINT)
    for line in verdict_lines(descent, figures):
        page.line(line, HEADING if line == stop_text(descent, figures) else "")
    for note in (*descent.reading.assumptions, *descent.numbers.notes):
        page.line(note, FAINT)
    page.problems(descent.numbers.problems)


def print_table(descent: Descent, page: Page, figures: Figures) -> None:
    """Some steps: the place, the value, the length of the gradient."""
    names = columns_of(descent)
    norm = f"‖∇{descent.output}‖" if page.unicode else "norm of gradient"
    table = page.table(say("step"), *map(page.label, names), page.label(descent.output), norm)
    rows = [
        [str(step.step), *place_cells(step, names, figures), figures.number(step.value), figures.number(step.norm)]
        for step in shown_steps(descent)
    ]
    columns = [in_columns(column) if place else column for place, column in enumerate(zip(*rows, strict=True))]
    for cells in zip(*columns, strict=True):
        table.add_row(*(page.text(text, SYMBOL if 0 < i <= len(names) else "") for i, text in enumerate(cells)))
    page.show(table)


def columns_of(descent: Descent) -> list[str]:
    """The variables, one column each; arrays and many variables are summed up in their cell."""
    return list(descent.reading.variables)[:COLUMNS]


def place_cells(step: DescentStep, names: list[str], figures: Figures) -> list[str]:
    """The place, a cell a variable."""
    at = step.at or {}
    return ["\n".join(figures.lines(at[name])) if name in at else figures.missing for name in names]


def shown_steps(descent: Descent) -> list[DescentStep]:
    """Steps 0, 1, 2, 5, 10, 20, 50, … and the last one."""
    path = descent.path
    wanted = {0, len(path) - 1}
    scale = 1
    while scale < len(path):
        wanted |= {scale, 2 * scale, 5 * scale}
        scale *= 10
    return [step for step in path if step.step in wanted]


def headline(descent: Descent, unicode: bool) -> str:
    """`gradient descent: x ← x - 0.1·∇f(x), 20 steps`."""
    count = len(descent.path) - 1
    return say(f"method {descent.method}", update=update_text(descent, unicode), count=count, s=plural(count))


def update_text(descent: Descent, unicode: bool) -> str:
    """The rule by which each step follows the one before."""
    options = {name: shortened(f"{value:.6g}") for name, value in descent.options.items()}
    names = descent.reading.variables
    x = names[0] if len(names) == 1 else "x"
    arrow, dot, nabla = ("←", "·", "∇") if unicode else ("<-", "*", "grad ")
    slope = f"{nabla}{descent.output}({x})"
    if descent.method == "momentum":
        return f"v {arrow} {options['momentum']}{dot}v + {slope}, {x} {arrow} {x} - {options['rate']}{dot}v"
    if descent.method == "adam":
        words = (say("rate"), *(("β1", "β2", "ε") if unicode else ("beta1", "beta2", "epsilon")))
        keys = ("rate", "beta1", "beta2", "epsilon")
        return ", ".join(f"{word} {options[key]}" for word, key in zip(words, keys, strict=True))
    if descent.method == "newton":
        rate = "" if descent.options["rate"] == 1 else f"{options['rate']}{dot}"
        return f"{x} {arrow} {x} - {rate}{'H⁻¹' if unicode else 'inv(H) '}{slope}"
    return f"{x} {arrow} {x} - {options['rate']}{dot}{slope}"


def stop_text(descent: Descent, figures: Figures) -> str:
    """Why it stopped."""
    last, count = descent.path[-1], len(descent.path) - 1
    bars = f"‖∇{descent.output}‖" if figures.unicode else f"norm of grad {descent.output}"
    norm = f"{bars} = {figures.number(last.norm)}"
    value = f"{descent.output} = {figures.number(last.value)}"
    return say(f"stopped {descent.stopped}", count=count, s=plural(count), norm=norm, value=value)


def verdict_lines(descent: Descent, figures: Figures) -> Iterator[str]:
    """Why it stopped, what the end is, which rates converge."""
    yield stop_text(descent, figures)
    if descent.kind is not None:
        values = ", ".join(map(figures.number, (descent.eigenvalues or ())[:6]))
        more = f" ({say('eigenvalues', values=values)})" if values else ""
        yield say(f"kind {descent.kind}") + more
    if descent.bound is not None:
        key = "rates momentum" if descent.method == "momentum" else "rates"
        yield say(key, bound=figures.number(descent.bound), curvature=figures.number(descent.curvature))
