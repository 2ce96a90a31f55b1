"""What is drawn with characters: dependency trees, and numbers under one another."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Final

MOST_LINES: Final = 60
"""Lines of a dependency tree; what lies below is counted."""


def dependency_lines(
    root: str, uses: Mapping[str, Sequence[str]], expressions: Mapping[str, str], spell: Callable[[str], str]
) -> list[str]:
    """The tree of who uses whom: every name with its expression, drawn once; where it comes again, `↑`."""
    lines: list[str] = []
    drawn: set[str] = set()
    stack: list[tuple[str, str, str]] = [(root, "", "")]
    while stack:
        name, lead, below = stack.pop()
        if len(lines) == MOST_LINES:
            left = len(uses.keys() - drawn)
            return [*lines, f"… and {left} more names"]
        again = name in drawn and bool(uses.get(name))
        text = f"{spell(name)} = {expressions[name]}" if name in expressions and not again else spell(name)
        lines.append(f"{lead}{text}{' ↑' if again else ''}")
        if again:
            continue
        drawn.add(name)
        parts = uses.get(name, ())
        for place in range(len(parts) - 1, -1, -1):
            last = place == len(parts) - 1
            stack.append((parts[place], below + ("└─ " if last else "├─ "), below + ("   " if last else "│  ")))
    return lines


def in_columns(numbers: Sequence[str]) -> list[str]:
    """Numbers padded so that their decimal points stand under one another; others, such as lists, stay as they are."""
    split = [number.partition(".") for number in numbers]
    left = max(
        (len(whole) for number, (whole, _, _) in zip(numbers, split, strict=True) if is_plain(number)), default=0
    )
    if left > 24:
        return list(numbers)
    return [
        number.rjust(left - len(whole) + len(number)) if is_plain(number) else number.rjust(left)
        for number, (whole, _, _) in zip(numbers, split, strict=True)
    ]


def is_plain(number: str) -> bool:
    """A number without brackets; an exponent counts as part of its decimals or its whole. A row `1  -1` is none."""
    return " " not in number and (number[:1].isdigit() or number[:2].removeprefix("-")[:1].isdigit())
