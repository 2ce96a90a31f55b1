"""The chain rule as a table from the output inwards: symbols, factors, numbers; one line where there is one term."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.answer import in_layout, part, shapes_text
from gradcli.render.drawing import dependency_lines, in_columns
from gradcli.render.explain.figures import Figures
from gradcli.render.explain.lexicon import say
from gradcli.render.explain.primes import kept_together
from gradcli.render.explain.terms import ChainSums, bracketed, contributions, inwards
from gradcli.render.notation import write, write_all
from gradcli.render.page import FACTORS, HEADING, NO_BREAK, PROBLEM, SYMBOL, VALUE, Page, shorter_list
from gradcli.render.words import chain_layout_words, shape_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.results import Chain, Path
    from gradcli.explain.results import TraceStep

    Cell = tuple[str, str]

DIGITS = 6


def print_chain(result: Chain, page: Page) -> None:
    """The dependency tree, the derivatives from the output inwards, and whether `grad` says the same."""
    print_dependencies(result, page)
    if result.trace is not None:
        ArrayChainTable(result, page).print()
    elif result.paths:
        for each in result.in_each_layout():
            print_products(each, page)
    else:
        ChainTable(result, page).print()
    print_verdict(result, page)


def print_dependencies(result: Chain, page: Page) -> None:
    """Who uses whom."""
    steps = {step.name: step for step in result.intermediates}
    texts = write_all([step.expression for step in steps.values()], page.style, result.reading.decimal)
    expressions = dict(zip(steps, texts, strict=True))
    expressions.setdefault(result.output, write(result.output_tree, page.style, result.reading.decimal))
    page.line(say("dependencies") + (f" ({say('found')})" if result.found else ""), HEADING)
    for line in dependency_lines(result.output, result.uses, expressions, page.label):
        page.line(line)
    page.line()


def print_verdict(result: Chain, page: Page) -> None:
    """One line on the direct gradient; its formulas as well where they are wanted."""
    if result.direct:
        texts = write_all(result.symbolic.values(), page.style, result.reading.decimal)
        for name, text in zip(result.symbolic, texts, strict=True):
            page.line(f"{page.partial(result.output, page.label(name))} = {kept_together(text)}", SYMBOL)
    if result.gradient is None:
        return
    figures = figures_for(page)
    lines = [figures.lines(value) for value in result.gradient.values()]
    short = all(len(texts) == 1 for texts in lines)
    numbers = f": {', '.join(shorter_list([texts[0] for texts in lines]))}" if short else ""
    if result.agree is None and short and any(value is not None for value in result.gradient.values()):
        page.line(say("gradient", numbers=numbers[2:]), VALUE)
    if result.agree is not None:
        key = "agrees" if result.agree else "differs"
        page.line(say(key, numbers=numbers, count=DIGITS), VALUE if result.agree else PROBLEM)


def figures_for(page: Page) -> Figures:
    return Figures(DIGITS, {}, page.missing, page.unicode)


class ChainTable:
    """A breakdown of scalars: a row for every name, from the output inwards."""

    def __init__(self, result: Chain, page: Page) -> None:
        self.result, self.page = result, page
        self.numeric = result.total_values is not None
        self.figures = figures_for(page)
        self.sign = "·" if page.unicode else "*"
        self.sums = ChainSums(result, page.style, self.partial, self.sign)

    def print(self) -> None:
        page = self.page
        page.line(say("inwards"), HEADING)
        names = list(self.result.terms)
        totals = in_columns([self.figures.number(self.total(name)) for name in names]) if self.numeric else []
        rows = []
        for place, name in enumerate(names):
            row = [(self.partial(self.result.output, name), ""), ("\n= ".join(self.sums.sides(name)), SYMBOL)]
            if self.numeric:
                style = PROBLEM if totals[place].strip() == page.missing else VALUE
                row += [(self.numbers(name), FACTORS), (totals[place], style)]
            rows.append(row)
        headers = [say("derivative column"), say("terms"), *([say("numbers"), say("value")] if self.numeric else [])]
        self.show(headers, rows)

    def show(self, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """The table; the column of factors is dropped where it would have to be broken."""
        page = self.page
        widest = [max(page.width(row[i][0]) for row in rows) for i in range(len(headers))] if rows else []
        room = page.console.width - 3 * len(headers) - 1
        if len(headers) == 4 and sum(widest) - widest[1] + min(widest[1], 24) > room:
            headers, rows = [*headers[:2], headers[3]], [[*row[:2], row[3]] for row in rows]
        table = page.table(*headers)
        for place in range(len(headers)):
            table.columns[place].no_wrap = place != 1
        for row in rows:
            table.add_row(*(page.text(text, style) for text, style in row))
        page.show(table)

    def total(self, name: str) -> float | None:
        return (self.result.total_values or {}).get(name)  # type: ignore[return-value]

    def partial(self, above: str, below: str) -> str:
        return self.page.partial(above, self.page.label(below))

    def numbers(self, name: str) -> str:
        """`0.841471·1 + 3·0.540302`."""
        terms = self.result.terms[name]
        if len(terms) == 1 and terms[0].through == self.result.output:
            return ""
        parts = []
        for place, term in enumerate(terms):
            first = self.figures.factor if place else self.figures.number
            inner = self.figures.factor(term.inner_value)  # type: ignore[arg-type]
            direct = term.through == self.result.output
            outer = first(term.outer_value)  # type: ignore[arg-type]
            parts.append(first(term.inner_value) if direct else f"{outer}{self.sign}{inner}")  # type: ignore[arg-type]
        return "\n".join(f"+ {part}" if place else part for place, part in enumerate(parts))


class ArrayChainTable:
    """A breakdown of arrays: ∂L/∂W = ∂L/∂z xᵀ, each in the shape of its name."""

    def __init__(self, result: Chain, page: Page) -> None:
        self.result, self.page = result, page
        self.figures = figures_for(page)
        self.numeric = result.total_values is not None

    def print(self) -> None:
        page = self.page
        output = page.label(self.result.output)
        page.line(f"{say('inwards')}; {say('layout', output=output)}", HEADING)
        headers = [say("derivative column"), say("formula"), say("shape"), *([say("value")] if self.numeric else [])]
        rows = [self.row(step) for step in inwards(self.result)]
        if self.numeric and not self.fits(headers, rows):  # the values have these shapes
            headers, rows = [*headers[:2], headers[3]], [[*row[:2], row[3]] for row in rows]
        table = page.table(*headers)
        for place in range(len(headers)):
            table.columns[place].no_wrap = place != 1 and (place < 2 or self.fits(headers, rows))
        table.columns[1].min_width = max((self.widest_word(row[1][0]) for row in rows), default=0)
        for row in rows:
            table.add_row(*(page.text(text, style) for text, style in row))
        page.show(table)

    def fits(self, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bool:
        """Is there room for these columns, the formulas folded?"""
        columns = [[header, *(row[place][0] for row in rows)] for place, header in enumerate(headers)]
        widths = [max(map(self.widest_word if place == 1 else self.page.width, c)) for place, c in enumerate(columns)]
        return sum(widths) + 3 * len(widths) + 1 <= self.page.console.width

    def widest_word(self, text: str) -> int:
        return max((self.page.width(word) for word in text.split(" ")), default=0)

    def row(self, step: TraceStep) -> list[Cell]:
        """One name: its derivative as a formula, its shape, and its number."""
        page = self.page
        name = page.partial(self.result.output, page.label(step.name))
        row = [
            (name, ""),
            (kept_together(contributions(self.result, step, page.style)), SYMBOL),
            (shape_text(step.shape), ""),
        ]
        if self.numeric:
            text = "\n".join(self.figures.lines(step.adjoint))
            row.append((text, PROBLEM if text == page.missing else VALUE))
        return row


def print_products(result: Chain, page: Page) -> None:
    """Arrays in a layout that was asked for: products of Jacobians, matrices as vec of themselves."""
    page.line(f"chain rule — {chain_layout_words(result)}", HEADING)
    for path in result.paths:
        page.line(path_line(result, path, page))
    figures = figures_for(page)
    numeric = result.total_values is not None
    rows: list[list[Cell]] = []
    for name, terms in result.terms.items():
        label = page.partial(result.output, page.label(name))
        for place, term in enumerate(terms):
            factors = [bracketed(tree, page.style, result.reading.decimal) for tree in (term.outer, term.inner)]
            shapes = shapes_text(result, term).replace(", ", f",{NO_BREAK}")
            formula = " · ".join(in_layout(result, *factors)) + shapes
            row = [(label if place == 0 else "", ""), (page.label(term.through), ""), (formula, SYMBOL)]
            if numeric:
                value = part(result.total_values, name) if len(terms) == 1 else term.product
                row.append(("\n".join(figures.lines(value)), VALUE))
            rows.append(row)
    headers = [say("derivative column"), say("through"), " · ".join(in_layout(result, say("outer"), say("inner")))]
    table = page.table(*headers, *([say("product")] if numeric else []))
    for place in (0, 1, 3)[: 3 if numeric else 2]:
        table.columns[place].no_wrap = True
    if numeric and not leaves_room(rows, page):  # folded between numbers
        table.columns[3].no_wrap = False
        table.columns[3].min_width = max((page.width(word) for row in rows for word in row[3][0].split()), default=0)
    for row in rows:
        table.add_row(*(page.text(text, style) for text, style in row))
    page.show(table)


def leaves_room(rows: Sequence[Sequence[Cell]], page: Page) -> bool:
    """Do the numbers, each row on a line, leave the formulas two fifths of the page, or all that they need?"""
    widths = [max((page.width(row[place][0]) for row in rows), default=0) for place in range(4)]
    room = page.console.width - sum(widths) + widths[2] - 13
    return room >= min(widths[2], page.console.width * 2 // 5)


def path_line(result: Chain, path: Path, page: Page) -> str:
    """`∂z/∂b · ∂b/∂a · ∂a/∂w = 2·bᵀ · I · X: (1, m)(m, m)(m, n) = (1, n)`, in the order of the layout."""
    names = [page.partial(a, page.label(b)) for a, b in zip(path.names, path.names[1:], strict=False)]
    if result.layout == "denominator":
        names.reverse()
    factors = [bracketed(tree, page.style, result.reading.decimal) for tree in path.factors]
    shapes = "".join(f"({', '.join(str(size) for size in shape)})" for shape in path.shapes)
    whole = ", ".join(str(size) for size in path.shape)
    return f"{' · '.join(names)} = {' · '.join(factors)}: {shapes} = ({whole})"
