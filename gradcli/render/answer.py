"""What all formats say of a result: entries, texts, shapes, remarks."""

from __future__ import annotations

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.diagnostics import sanitize
from gradcli.render.notation import write, write_all
from gradcli.render.words import accuracy_words, layout_words, problem_text, shape_text, stated_errors, value_text
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.derive.results import Block, Reading, Term, Value
    from gradcli.differences.plan import Study
    from gradcli.render.notation import Style

    Entry = tuple[str, str, str, Value, Value]
    Result = Gradient | Jacobian | Hessian | Chain


def listed_rows(rows: tuple[tuple[Any, ...], ...] | None) -> list[list[Any]] | None:
    """Rows as lists."""
    return None if rows is None else [list(row) for row in rows]


def texts_by_name(trees: Mapping[str, Tree] | None, reading: Reading) -> dict[str, str] | None:
    """The text of each entry, by variable."""
    if trees is None:
        return None
    return dict(zip(trees, write_all(trees.values(), "text", reading.decimal), strict=True))


def matrix_texts(result: Jacobian | Hessian, style: Style = "text") -> list[list[str]] | str | None:
    """Rows of texts; one text where the matrix is one expression; None for numeric methods."""
    symbolic, decimal = result.symbolic, result.reading.decimal
    if symbolic is None:
        return None
    if isinstance(symbolic, Tree):
        return write(symbolic, style, decimal)
    texts = iter(write_all((tree for row in symbolic for tree in row), style, decimal))
    return [[next(texts) for _ in row] for row in symbolic]


def entries(result: Gradient | Jacobian | Hessian, style: Style = "text") -> Iterator[Entry]:
    """Every derivative: function, variable, symbolic text, number, error; row by row."""
    if isinstance(result, Gradient):
        texts = write_all((result.symbolic or {}).values(), style, result.reading.decimal)
        for place, name in enumerate(result.reading.variables):
            text = texts[place] if texts else ""
            yield result.reading.output, name, text, part(result.gradient, name), part(result.error, name)
        return
    texts_by_row = matrix_texts(result, style)
    numbers = result.jacobian if isinstance(result, Jacobian) else result.hessian
    if isinstance(result.symbolic, Tree) and not computed(result):
        return
    for i in range(len(result.rows)):
        for j in range(len(result.columns)):
            function, variable = result.names_of(i, j)
            text = texts_by_row[i][j] if isinstance(texts_by_row, list) else ""
            yield function, variable, text, at(numbers, i, j), at(result.error, i, j)


def part(values: Mapping[str, Value] | None, name: str) -> Value:
    """The entry of a variable, None where nothing was computed."""
    return None if values is None else values.get(name)


def at(rows: Sequence[Sequence[float | None]] | None, i: int, j: int) -> float | None:
    """The entry of a matrix, None where nothing was computed."""
    return None if rows is None else rows[i][j]


def computed(result: Result) -> bool:
    """There is a point, so numbers exist (or problems say why not)."""
    return result.numbers.accuracy is not None or result.reading.at is not None


def in_layout(result: Chain, outer: str, inner: str) -> list[str]:
    """Outer before inner; for arrays in denominator layout the other way round."""
    reverse = bool(result.paths) and result.layout == "denominator"
    return [inner, outer] if reverse else [outer, inner]


def shapes_text(result: Chain, term: Term) -> str:
    """The shapes of a term's factors, as (1, m)(m, n); nothing for scalars."""
    if term.outer_shape is None or term.inner_shape is None:
        return ""
    shapes = [", ".join(str(size) for size in shape) for shape in (term.outer_shape, term.inner_shape)]
    return "   " + "".join(f"({shape})" for shape in in_layout(result, *shapes))


def remarks(result: Result) -> list[str]:
    """Layout and shape, method and accuracy, assumptions, notes and problems: one line each."""
    errors = list(stated_errors(getattr(result, "error", None)))
    return [
        *([layout_words(result)] if result.layout != "both" or isinstance(result, Hessian) else []),
        accuracy_words(result.numbers, errors),
        *map(sanitize, (*result.assumptions, *result.numbers.notes)),
        *(f"problem: {problem_text(problem, 'text')}" for problem in result.numbers.problems),
        *(line for study in result.numbers.studies for line in lines_of(study)),
    ]


def along_sides(result: Gradient | Jacobian | Hessian, style: Style = "text") -> Iterator[list[str]]:
    """Of each function: its label, and the derivative along the direction as text and as a number, as far as known."""
    if result.along is None:
        return
    trees = result.along_trees if isinstance(result, Jacobian) else (result.along_tree,)
    values: Any = result.directional if isinstance(result, Jacobian) else (result.directional,)
    labels = result.functions if isinstance(result, Jacobian) else (result.reading.output,)
    if len(labels) == 1 and values is not None and len(values) > 1:  # one function with entries
        values = (list(values),)
    texts = write_all([tree for tree in trees or () if tree], style, result.reading.decimal)
    for place, label in enumerate(labels):
        text = [texts[place]] if texts else []
        yield [label, *text, *([value_text(values[place])] if values is not None and computed(result) else [])]


def plain_along(result: Gradient | Jacobian | Hessian) -> list[str]:
    """The derivative along a direction, one line for each function: `D_v f = 2*x1 = 16`."""
    return [
        " = ".join([f"D_v {label}" if not isinstance(result, Hessian) else f"D2_v {label}", *sides])
        for label, *sides in along_sides(result)
    ]


def block_lines(result: Jacobian | Hessian) -> list[str]:
    """`df/dx = A` for each block of an answer by several arrays."""
    texts = write_all([block.symbolic for block in result.blocks], "text", result.reading.decimal)
    return [
        f"{block_label(result, block)} = {text}   # shape {shape_text(block.shape)}"
        for block, text in zip(result.blocks, texts, strict=True)
    ]


def block_label(result: Jacobian | Hessian, block: Block) -> str:
    """`df/dx`, in either layout; of a Hessian `d2f/dxdy`."""
    if isinstance(result, Hessian):
        return f"d2{result.reading.output}/d{block.row}d{block.column}"
    function, variable = (block.column, block.row) if result.layout == "denominator" else (block.row, block.column)
    return f"d{function}/d{variable}"


def lines_of(study: Study) -> list[str]:
    """The lines of a study of steps, which few answers have."""
    from gradcli.render.studies import study_lines

    return list(study_lines(study))
