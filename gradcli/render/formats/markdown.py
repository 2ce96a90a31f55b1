"""Markdown."""

from __future__ import annotations

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.answer import block_lines, computed, entries, matrix_texts, plain_along, remarks
from gradcli.render.chinese.spoken import translated
from gradcli.render.diagnostics import sanitize
from gradcli.render.formats.csv import csv_value
from gradcli.render.formats.parts import heading
from gradcli.render.notation import write_number
from gradcli.render.words import (
    definition_texts,
    eigenvalue_words,
    layout_words,
    spell,
    value_text,
)
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Result = Gradient | Jacobian | Hessian | Chain


def write_markdown(result: Result) -> str:
    """How it was read, a table with one row per derivative or term, and the remarks as a list."""
    lines = [f"`{cell(line)}`  " for line in heading(result.reading)]
    if isinstance(result.value, float | int):
        lines.append(f"\nvalue: {write_number(result.value)}")
    if isinstance(result, Chain) and result.found:
        from gradcli.render.explain.chain_formats import found_lines

        lines += ["", *(f"`{cell(line)}`  " for line in found_lines(result))]
    for each in result.in_each_layout():
        lines += [f"\n{cell(translated(layout_words(each)))}"] if each is not result else []
        lines += markdown_part(each)
    lines += [] if isinstance(result, Chain) else [f"- `{cell(line)}`" for line in plain_along(result)]
    lines += [f"- with `{cell(text)}`" for text in definition_texts(result, "text")]
    if isinstance(result, Hessian) and result.eigenvalues is not None:
        lines.append(f"- {eigenvalue_words(result)}")
    return "\n".join(lines + [f"- {cell(translated(line))}" for line in remarks(result)])


def entry_table(result: Gradient | Jacobian | Hessian) -> Iterator[Sequence[str]]:
    """Header and rows: derivative, symbol, value and error where there are such."""
    some = list(entries(result))
    shown = (any(row[2] for row in some), computed(result), any(row[4] is not None for row in some))
    yield ("derivative", *pick(("symbol", "value", "error"), shown))
    squared = "²" if isinstance(result, Hessian) else ""
    for function, variable, text, number, error in some:
        below = f"∂{spell(function)}∂{spell(variable)}" if squared else f"∂{spell(variable)}"
        above = spell(result.reading.output if squared else function)
        yield (f"∂{squared}{above}/{below}", *pick((code(text), value_text(number), csv_value(error)), shown))


def pick(items: Iterable[str], shown: Sequence[bool]) -> list[str]:
    """The items that are shown."""
    return [item for item, wanted in zip(items, shown, strict=True) if wanted]


def code(text: str) -> str:
    """A text in the type of code, where it has any."""
    return f"`{text}`" if text else ""


def chain_table(result: Chain) -> Iterator[Sequence[str]]:
    """Header and rows of a chain."""
    from gradcli.render.explain.chain_formats import markdown_rows

    return markdown_rows(result)


def markdown_table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Rows of cells as a table; the first is the header."""
    lines = [f"| {' | '.join(map(cell, row))} |" for row in rows]
    width = lines[0].count(" | ") + 1
    return [lines[0], "|" + " --- |" * width, *lines[1:]]


def cell(text: str) -> str:
    """A text that no table takes apart."""
    return sanitize(text).replace("|", "\\|")


def markdown_part(result: Result) -> list[str]:
    """The answer in one layout: a formula for the whole matrix, and a table of its entries or blocks."""
    lines = []
    if isinstance(result, Jacobian | Hessian) and isinstance(result.symbolic, Tree):
        whole = f"{'H' if isinstance(result, Hessian) else 'J'} = {matrix_texts(result)}"
        lines += [f"\n`{cell(line)}`" for line in block_lines(result) or [whole]]
        if not computed(result):
            return [*lines, ""]
    table = chain_table(result) if isinstance(result, Chain) else entry_table(result)
    return [*lines, "", *markdown_table(table), ""]
