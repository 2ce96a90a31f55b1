"""A derivation as tables: one row a rule, numbered as an outline; then all put together, then `grad`'s own form."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.drawing import in_columns
from gradcli.render.explain.figures import Figures
from gradcli.render.explain.lexicon import plural, say
from gradcli.render.explain.outline import heading, law_text, laws_used, numbers, rule_name
from gradcli.render.explain.primes import kept_together, prime, write_primes
from gradcli.render.explain.trace import print_reading
from gradcli.render.notation import write
from gradcli.render.page import FAINT, HEADING, NO_BREAK, SYMBOL, Page, shortened
from gradcli.render.words import shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from rich.console import Console

    from gradcli.explain.results import Derivation, Explanation, Steps

FIRST, LAST = 40, 20


def print_steps(explanation: Explanation, console: Console) -> None:
    """The whole screen: the function, then one table a variable."""
    page = Page(console)
    print_reading(explanation.reading, page)
    for place, steps in enumerate(explanation.derivations):
        if place:
            page.line()
        StepsPage(explanation, steps, page).print()
    for note in (*explanation.reading.assumptions, *explanation.numbers.notes):
        page.line(note, FAINT)
    page.problems(explanation.numbers.problems)


class StepsPage:
    """The derivation by one variable on a page."""

    def __init__(self, explanation: Explanation, steps: Steps, page: Page) -> None:
        self.explanation, self.steps, self.page = explanation, steps, page
        self.labels = numbers(steps.rows)
        self.decimal = explanation.reading.decimal
        self.figures = Figures(explanation.digits, {}, page.missing, page.unicode)
        self.numeric = explanation.reading.at is not None and explanation.hint is None

    def print(self) -> None:
        page = self.page
        page.line(self.heading(), HEADING)
        if self.explanation.hint is not None:
            self.hint(self.explanation.hint)
            return
        self.table()
        for place, (name, tree) in enumerate(self.explanation.definitions[:FIRST]):
            text = f"{page.label(name)} = {write(tree, page.style, self.decimal)}"
            page.line(f"{'with' if place == 0 else '    '} {text}", SYMBOL)
        self.remarks()

    def heading(self) -> str:
        page, name = self.page, self.explanation.output
        if self.explanation.arrays:
            return self.array_heading()
        names = self.steps._replace(constants=tuple(map(page.label, self.steps.constants)))
        return heading(self.explanation, names, page.label(name), page.label(self.steps.variable))

    def array_heading(self) -> str:
        """`∇f in 3 steps: df first (A, b are constant), then read off df = gᵀ dx`."""
        page, steps = self.page, self.steps
        output, name = page.label(self.explanation.output), page.label(steps.variable)
        pairing = reading(output, name, symbol_of(steps), steps, page.unicode).partition(" = ")[2]
        names = ", ".join(map(page.label, steps.constants))
        constant = ""
        if names:
            constant = f" ({say('constants', names=names, is_are='is' if len(steps.constants) == 1 else 'are')})"
        count = len(steps.rows)
        return say("differential", output=output, count=count, s=plural(count), constant=constant, pairing=pairing)

    def table(self) -> None:
        """The rows, a rule, and the two last lines."""
        headers = [say("step"), say("rule"), say("derivative column")]
        rows = self.chosen()
        body = [["…"] * 4 if row is None else self.cells(row) for row in rows]
        last = self.last_lines()
        if self.explanation.arrays:
            headers = [say("step"), say("rule"), say("differential column")]
            if self.has_room([*body, *(["", *line] for line in last)]):
                headers.append(say("shape"))
        if self.numeric and not self.explanation.arrays:
            headers.append(say("number"))
        if len(headers) == 4 and not self.explanation.arrays:
            aligned = in_columns([*(cells[3] for cells in body), *(line[2] for line in last)])
            body = [[*cells[:3], number] for cells, number in zip(body, aligned, strict=False)]
            last = [(*line[:2], number) for line, number in zip(last, aligned[len(body) :], strict=True)]
        table = self.page.table(*headers)
        for place in (0, 1, *([3] if self.numeric and not self.explanation.arrays else [])):
            table.columns[place].no_wrap = True
        if not self.leaves_room(body, len(headers)):
            words = (self.page.width(word) for row in body for word in row[1].split(" "))
            table.columns[1].no_wrap, table.columns[1].max_width = False, max(12, *words)
        for place, cells in enumerate(body):
            texts = [self.page.text(text, SYMBOL if i == 2 else "") for i, text in enumerate(cells[: len(headers)])]
            table.add_row(*texts, end_section=place == len(rows) - 1)
        for label, formula, number in last:
            cells = ["", label, formula] + ([number] if len(headers) > 3 else [])
            table.add_row(*(self.page.text(text, SYMBOL if i == 2 else "") for i, text in enumerate(cells)))
        self.page.show(table)

    def has_room(self, rows: Sequence[Sequence[str]]) -> bool:
        """Does the column of shapes leave the formulas half a page, and more than their longest word?"""
        widths = [max(self.page.width(row[place]) for row in rows) for place in (0, 1, 3)]
        room = self.page.console.width - sum(widths) - 13
        words = max((self.page.width(word) for row in rows for word in row[2].split(" ")), default=0)
        return room >= min(max(self.page.width(row[2]) for row in rows), max(words, self.page.console.width // 3))

    def leaves_room(self, rows: Sequence[Sequence[str]], columns: int) -> bool:
        """Do names of rules on one line leave the formulas a third of the page, or all that they need?"""
        widths = [max(self.page.width(row[place]) for row in rows) for place in range(columns)]
        room = self.page.console.width - sum(widths) + widths[2] - 3 * columns - 1
        return room >= min(widths[2], self.page.console.width // 3)

    def chosen(self) -> list[Derivation | None]:
        """The first and the last rows of a long derivation."""
        rows = self.steps.rows
        if len(rows) <= FIRST + LAST:
            return list(rows)
        return [*rows[:FIRST], None, *rows[-LAST:]]

    def cells(self, row: Derivation) -> list[str]:
        """Number, rule, formula, and the number or the shape."""
        formula = " = ".join(self.sides(row))
        cells = [self.labels[row.id], rule_name(row, self.labels), shortened(kept_together(formula))]
        if self.explanation.arrays:
            return [*cells, shape_chain(row)]
        return [*cells, self.figures.number(row.number)] if self.numeric else cells  # type: ignore[arg-type]

    def sides(self, row: Derivation) -> tuple[str, str]:
        """`(log(x²))′` and what it is; for arrays `d(A x)`."""
        style, variable = self.page.style, None if self.explanation.arrays else ""
        right = write_primes(row.after, style, self.decimal, variable)
        if variable is None:
            return write_primes(row.before, style, self.decimal, None), right
        return prime(write(row.before, style, self.decimal), style, variable), right

    def last_lines(self) -> list[tuple[str, str, str]]:
        """`put together`, and `the same as grad` where it is written in another way."""
        steps, style = self.steps, self.page.style
        name = self.page.label(self.explanation.output)
        if self.explanation.arrays:
            return array_lines(self.explanation, steps, self.page)
        mark = "′" if self.page.unicode else "'"
        result = write(steps.result, style, self.decimal)
        number = self.figures.number(steps.number) if self.numeric else ""  # type: ignore[arg-type]
        lines = []
        if steps.assembled is not None:
            text = write(steps.assembled, style, self.decimal)
            lines.append((say("put together"), f"{name}{mark} = {shortened(text)}", number))
            if text == result:
                return lines
        return [*lines, (say("limited" if steps.limited else "same"), f"{name}{mark} = {shortened(result)}", number)]

    def hint(self, count: int) -> None:
        """The names and the laws of the first rows, no results."""
        rows = self.steps.rows[:count]
        table = self.page.table(say("step"), say("rule"), say("law"))
        for row in rows:
            cells = (self.labels[row.id], rule_name(row, self.labels), law_text(row.law, self.page.unicode))
            table.add_row(*map(self.page.text, cells))
        self.page.show(table)
        if len(rows) < len(self.steps.rows):
            text = say("hint", shown=len(rows), count=len(self.steps.rows), next=len(rows) + 1)
            self.page.line(text, FAINT)

    def remarks(self) -> None:
        """How it is known to be right, and what the laws say."""
        steps = self.steps
        if len(steps.rows) > FIRST + LAST:
            self.page.line(say("left out", count=len(steps.rows) - FIRST - LAST), FAINT)
        words = [say(steps.evidence)] if steps.evidence else []
        words += [say("at equality")] if steps.limited else []
        laws = laws_used(steps.rows)
        told = [law_text(law, self.page.unicode) for law in laws]
        told = [law.replace(" ", NO_BREAK) if len(law) + 2 < self.page.console.width else law for law in told]
        words += [say("rules", laws="; ".join(told))] if laws and len(laws) <= 12 else []
        self.page.line("; ".join(words), FAINT)
        has_all = self.explanation.arrays or all(row.number is not None for row in steps.rows)
        if self.numeric and steps.number is not None and not has_all:
            self.page.line(f"{self.page.label(steps.variable)}: {FILLED}", FAINT)


FILLED: Final = "a step on the way has no derivative here, and the whole function has one"


def shape_chain(row: Derivation) -> str:
    """The shapes of the factors of a differential."""
    return row.symbol if row.symbol is not None else shape_text(row.shape)


def array_lines(explanation: Explanation, steps: Steps, page: Page) -> list[tuple[str, str, str]]:
    """The differential, the moves that bring dX to the right, and the gradient that is read off."""
    style, decimal = page.style, explanation.reading.decimal
    output, name = page.label(explanation.output), page.label(steps.variable)
    lines = []
    if steps.differential is not None:
        text = kept_together(write(steps.differential, style, decimal))
        lines.append((say("put together"), f"d{output} = {text}", ""))
    symbol = symbol_of(steps)
    result = kept_together(write(steps.result, style, decimal))
    pairing = reading(output, name, symbol, steps, page.unicode)
    lines.append((say("read off"), f"{pairing}: {symbol} = {result}", shape_text(steps.shape)))
    return lines


def symbol_of(steps: Steps) -> str:
    """What the gradient is called: G for a matrix, g for a vector or a number."""
    return "G" if len(steps.shape) == 2 and steps.shape[1] != 1 else "g"


def reading(output: str, name: str, symbol: str, steps: Steps, unicode: bool) -> str:
    """`df = gᵀ dx`, `df = tr(Gᵀ dX)`."""
    turned = f"{symbol}ᵀ" if unicode else f"{symbol}.T@"
    space = "\u00a0" if unicode else ""
    if len(steps.shape) == 2 and steps.shape[1] != 1:
        return f"d{output} = tr({turned}{space}d{name})"
    return f"d{output} = {turned}{space}d{name}" if steps.shape else f"d{output} = {symbol}·d{name}"
