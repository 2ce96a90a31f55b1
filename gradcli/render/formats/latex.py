r"""Answers as LaTeX: displayed formulas and sentences, for any document that loads amsmath."""

from __future__ import annotations

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import translated
from gradcli.render.diagnostics import sanitize
from gradcli.render.formats.parts import QUOTED, brackets, display, matrix, number, partial, sentence
from gradcli.render.notation import write_all
from gradcli.render.words import (
    constant_texts,
    definiteness_words,
    definition_texts,
    point_texts,
    reading_lines,
    signature,
    spell,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.derive.results import Reading, Value
    from gradcli.render.words import Result


def write_latex(result: Result) -> str:
    """The whole fragment: `\\[ ... \\]` lines, then the remarks as sentences."""
    from gradcli.render.answer import remarks
    from gradcli.render.words import layout_words

    lines = [display(line) for line in function_lines(result.reading)]
    given = point_texts(result.reading, "latex") + constant_texts(result.reading, "latex")
    lines += [display(r",\quad ".join(given))] if given else []
    lines += [display(text) for text in definition_texts(result, "latex")]
    parts = result.in_each_layout()
    for part in parts:
        lines += [f"{sentence(translated(layout_words(part)))}\\par"] if len(parts) > 1 else []
        lines += map(display, formulas_of(part))
    return "\n".join([*lines, *(f"{sentence(translated(remark))}\\par" for remark in remarks(result))])


def function_lines(reading: Reading) -> list[str]:
    """How the function was read; a command is quoted as text."""
    if reading.outside is None:
        return reading_lines(reading, "latex")
    return [
        rf"{signature(reading, reading.output, 'latex')} = \texttt{{{sanitize(reading.outside).translate(QUOTED)}}}"
    ]


def gradient_formulas(result: Gradient) -> Iterator[str]:
    """The value, the gradient as a column or a row, and the derivative along a direction."""
    name = spell(result.reading.output, "latex")
    if result.value is not None:
        yield f"{name} = {number(result.value)}"
    texts = write_all((result.symbolic or {}).values(), "latex", result.reading.decimal)
    values = list((result.gradient or {}).values())
    if any(result.reading.shapes.get(variable) for variable in result.reading.variables):
        yield from array_formulas(result, texts, values)
    else:
        lists = [list(texts), list(map(number, values))]
        sides = [[side] if result.layout == "numerator" else [[entry] for entry in side] for side in lists if side]
        yield rf"\nabla {name} = {' = '.join(map(brackets, sides))}"
    yield from along_formulas(result)


def array_formulas(result: Gradient, texts: Sequence[str], values: Sequence[Value]) -> Iterator[str]:
    """One derivative for each variable, where some of them are arrays."""
    for place, variable in enumerate(result.reading.variables):
        sides = [texts[place]] if texts else []
        sides += [number(values[place])] if values else []
        yield f"{partial(result.reading.output, variable)} = {' = '.join(sides)}"


def matrix_formulas(result: Jacobian | Hessian) -> Iterator[str]:
    """The matrix in its layout, with the eigenvalues of a Hessian; by several arrays its blocks."""
    from gradcli.render.answer import matrix_texts

    texts = matrix_texts(result, "latex")
    values = result.jacobian if isinstance(result, Jacobian) else result.hessian
    sides = [] if texts is None else [texts if isinstance(texts, str) else brackets(texts)]
    if result.blocks:
        sides = [block_matrix(result)]
    sides += [] if values is None else [matrix([list(row) for row in values])]
    if isinstance(result, Hessian):
        yield rf"\nabla^{{2}} {spell(result.reading.output, 'latex')} = {' = '.join(sides)}"
        if result.eigenvalues is not None:
            listed = ", ".join(map(number, result.eigenvalues))
            yield rf"\lambda = {listed} \quad\text{{({definiteness_words(result)})}}"
    else:
        yield " = ".join((r"J^{\top}" if result.layout == "denominator" else "J", *sides))
    yield from along_formulas(result)


def chain_formulas(result: Chain) -> Iterator[str]:
    """Definitions of found intermediates, then each derivative from the output inwards."""
    from gradcli.render.explain.chain_formats import latex_chain

    return latex_chain(result)


def formulas_of(result: Result) -> Iterator[str]:
    """The formulas of an answer in one layout."""
    if isinstance(result, Chain):
        return chain_formulas(result)
    return gradient_formulas(result) if isinstance(result, Gradient) else matrix_formulas(result)


def along_formulas(result: Gradient | Jacobian | Hessian) -> Iterator[str]:
    """The derivative along a direction."""
    if result.along is None:
        return
    from gradcli.render.answer import computed

    order = "D_v^{2}" if isinstance(result, Hessian) else "D_v"
    trees = result.along_trees or () if isinstance(result, Jacobian) else filter(None, [result.along_tree])
    texts = write_all(trees, "latex", result.reading.decimal)
    values: Value = list(result.directional or ()) if isinstance(result, Jacobian) else [result.directional]
    labels = result.functions if isinstance(result, Jacobian) else (result.reading.output,)
    if isinstance(values, list) and len(labels) == 1 < len(values):
        values = [values]
    for place, label in enumerate(labels):
        sides = [texts[place]] if texts else []
        sides += [number(values[place])] if values and computed(result) else []  # type: ignore[index]
        yield " = ".join((f"{order} {spell(label, 'latex')}", *sides))


def block_matrix(result: Jacobian | Hessian) -> str:
    """The blocks of an answer by several arrays, in their places."""
    texts = write_all([block.symbolic for block in result.blocks], "latex", result.reading.decimal)
    rows = list(dict.fromkeys(block.row for block in result.blocks))
    columns = list(dict.fromkeys(block.column for block in result.blocks))
    cells = {(b.row, b.column): text for b, text in zip(result.blocks, texts, strict=True)}
    return brackets([[cells[row, column] for column in columns] for row in rows])
