r"""What answers in several formats are made of: rows as CSV, what stands above an answer, parts of LaTeX formulas."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.notation import write_number
from gradcli.render.words import point_lines, reading_lines, spell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Final

    from gradcli.derive.results import Reading, Value


def sheet(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV."""
    import csv
    import io

    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def heading(reading: Reading) -> list[str]:
    """How the input was read, and at which point."""
    return [*reading_lines(reading, "text"), *point_lines(reading)]


# ------------------------------------------------------------------------- LaTeX


def display(formula: str) -> str:
    """A formula on a line of its own."""
    return f"\\[ {formula} \\]"


QUOTED: Final = str.maketrans(
    {char: f"\\{char}" for char in "_#$%&{}"}
    | {"\\": r"\textbackslash{}", "^": r"\^{}", "~": r"\~{}", "±": r"$\pm$", "∂": r"$\partial$", "·": r"$\cdot$"}
    | {"<": "$<$", ">": "$>$", "∞": r"$\infty$", "²": "$^2$", "∇": r"$\nabla$", "…": r"\dots{}", "×": r"$\times$"}
)


def sentence(text: str) -> str:
    """Words with a full stop, LaTeX's special characters quoted. The first word may be a name: `x is a vector`."""
    return text.translate(QUOTED) + "."


def number(value: Value, write: Callable[[float], str] = write_number) -> str:
    r"""A number: `1.5 \cdot 10^{-10}`; lists as a matrix; `\text{undefined}` where there is none."""
    if isinstance(value, list):
        return matrix([row if isinstance(row, list) else [row] for row in value], write)
    if value is None:
        return r"\text{undefined}"
    mantissa, _, exponent = write(value).partition("e")
    return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa


def matrix(rows: Sequence[Sequence[Value]], write: Callable[[float], str] = write_number) -> str:
    """Rows of numbers in round brackets."""
    return brackets([[number(value, write) for value in row] for row in rows])


def brackets(rows: Sequence[Sequence[str]]) -> str:
    """Rows of formulas in round brackets; an array where pmatrix has too few columns."""
    body = r" \\ ".join(" & ".join(row) for row in rows)
    if rows and len(rows[0]) > MOST_COLUMNS:
        return rf"\left(\begin{{array}}{{{'c' * len(rows[0])}}} {body} \end{{array}}\right)"
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def partial(above: str, below: str) -> str:
    r"""`\frac{\partial y}{\partial x}`."""
    return rf"\frac{{\partial {spell(above, 'latex')}}}{{\partial {spell(below, 'latex')}}}"


MOST_COLUMNS: Final = 10
"""Columns that amsmath's pmatrix holds unless it is told otherwise."""
