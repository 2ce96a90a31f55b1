"""Plain lines that read back."""

from __future__ import annotations

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.answer import block_lines, computed, entries, matrix_texts, plain_along, remarks
from gradcli.render.notation import write_all, write_number
from gradcli.render.words import (
    definition_texts,
    eigenvalue_words,
    layout_words,
    point_lines,
    reading_lines,
    statement_texts,
    value_text,
)
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from gradcli.derive.results import Reading

    Result = Gradient | Jacobian | Hessian | Chain


def write_plain(result: Result) -> str:
    """Lines `df/dx1 = 2*x1 = 2` for pipes: text that reads back, then the number; what is not an entry follows `#`."""
    lines = plain_statements(result.reading, result.value)
    lines += definition_texts(result, "text")
    parts = result.in_each_layout()
    for each in parts:
        lines += [f"# {layout_words(each)}"] if len(parts) > 1 else []
        if isinstance(each, Chain):
            from gradcli.render.explain.chain_formats import plain_chain

            lines += plain_chain(each)
        else:
            lines += plain_entries(each)
    if isinstance(result, Hessian) and result.eigenvalues is not None:
        lines.append(f"# {eigenvalue_words(result)}")
    lines += [] if isinstance(result, Chain) else plain_along(result)
    lines += [f"# {line}" for line in remarks(result)]
    return "\n".join(lines)


def plain_statements(reading: Reading, value: object) -> list[str]:
    """`f = x1**2 + x2**2 = 5`, the point before it."""
    texts = write_all([statement.tree for statement in reading.statements])
    lines = [f"# {line}" for line in point_lines(reading)]
    shown = f" = {write_number(value)}" if isinstance(value, float | int) else ""
    if reading.outside is not None:
        return [*lines, f"# {reading_lines(reading, 'text')[0]}", *([reading.output + shown] if shown else [])]
    if len(texts) == 1 and reading.statements[0].name is None:
        return [*lines, f"{reading.output} = {texts[0]}{shown}"]
    for statement, line in zip(reading.statements, statement_texts(reading, texts), strict=True):
        lines.append(line + shown if statement.name == reading.output else line)
    return lines


def plain_entries(result: Gradient | Jacobian | Hessian) -> list[str]:
    """One line per derivative; for a matrix expression the text stands above the numbers."""
    whole = isinstance(result, Jacobian | Hessian) and isinstance(result.symbolic, Tree)
    symbol = "H" if isinstance(result, Hessian) else "J"
    lines = [f"{symbol} = {matrix_texts(result)}"] if whole else []  # type: ignore[arg-type]
    lines += block_lines(result) if isinstance(result, Jacobian | Hessian) else []
    for function, variable, text, number, error in entries(result):
        shown = value_text(number) if computed(result) else ""
        bound = f" # error {value_text(error)}" if error is not None else ""
        label = f"d{function}/d{variable}"
        if isinstance(result, Hessian):
            label = f"d2{result.reading.output}/d{function}d{variable}"
        lines.append(" = ".join(item for item in (label, text, shown) if item) + bound)
    return lines
