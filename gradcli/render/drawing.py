"""What is drawn with characters: dependency trees, and numbers under one another."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Final

MOST_LINES: Final = 60
"""Lines of a dependency tree; what lies below is counted."""
UNICODE_BRANCHES: Final = ("├─ ", "└─ ", "│  ")
"""Of a part, of the last one, and beside what stands below."""


def dependency_lines(
    root: str, uses: Mapping[str, Sequence[str]], expressions: Mapping[str, str], spell: Callable[[str], str]
) -> list[str]:
    """The tree of who uses whom: every name with its expression, drawn once; where it comes again, `↑`."""
    lines: list[str] = []
    drawn: set[str] = set()
    for lead, name, again in branches(root, uses):
        if len(lines) == MOST_LINES:
            return [*lines, f"… and {len(uses.keys() - drawn)} more names"]
        drawn.add(name)
        text = f"{spell(name)} = {expressions[name]}" if name in expressions and not again else spell(name)
        lines.append(f"{lead}{text}{' ↑' if again else ''}")
    return lines


def branches(
    root: str, parts: Mapping[str, Sequence[str]], signs: Sequence[str] = UNICODE_BRANCHES, depth: int | None = None
) -> Iterator[tuple[str, str, bool]]:
    """The lines of a tree: what leads to the name, the name, and whether its parts stand above, where it came first."""
    drawn: set[str] = set()
    stack = [(root, "", "", 0)]
    while stack:
        name, lead, below, level = stack.pop()
        inner = parts.get(name, ())
        again = name in drawn and bool(inner)
        yield lead, name, again
        drawn.add(name)
        if again or (depth is not None and level >= depth):
            continue
        for place in range(len(inner) - 1, -1, -1):
            turn, line = (signs[1], "   ") if place == len(inner) - 1 else (signs[0], signs[2])
            stack.append((inner[place], below + turn, below + line, level + 1))


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
