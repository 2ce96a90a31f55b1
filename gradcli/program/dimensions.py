"""Sizes of arrays: numbers, letters, or sums and products of these; sizes that are not known are found by use.

A size is an int or a text such as `n`, `m*p`, `n-1`. Inside it is a polynomial: products of letters -> whole number.
"""

from __future__ import annotations

from itertools import chain, count
from math import prod

from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from typing import Any

    Size = int | str
    Monomial = tuple[str, ...]
    Polynomial = dict[Monomial, int]
    Dims = tuple[Size, Size]

TERM = pattern(r"([+-]?)([^+-]+)")
LETTERS = ("n", "m", "p", "k", "q", "d", "r", "l", "s", "t", "h", "u", "v", "w")
"""What sizes without a name are called, the usual letters first."""


def polynomial(size: Size) -> Polynomial:
    """A size as a polynomial of its letters."""
    if isinstance(size, int):
        return {(): size} if size else {}
    result: Polynomial = {}
    for sign, term in TERM.findall(size):
        factor, letters = -1 if sign == "-" else 1, []
        for part in term.split("*"):
            if part.isdigit():
                factor *= int(part)
            else:
                letters.append(part)
        accumulate(result, tuple(sorted(letters)), factor)
    return result


def accumulate(poly: Polynomial, monomial: Monomial, factor: int) -> None:
    """Add factor·monomial."""
    value = poly.pop(monomial, 0) + factor
    if value:
        poly[monomial] = value


def size_of(poly: Polynomial) -> Size:
    """A polynomial as a size: the longest products first, the number last."""
    if not poly:
        return 0
    if set(poly) == {()}:
        return poly[()]
    text = ""
    for monomial in sorted(poly, key=lambda letters: (-len(letters), letters)):
        factor = poly[monomial]
        parts = [*([str(abs(factor))] if abs(factor) != 1 or not monomial else []), *monomial]
        text += ("-" if factor < 0 else "+" if text else "") + "*".join(parts)
    return text


def times(a: Size, b: Size) -> Size:
    """The product of two sizes."""
    if isinstance(a, int) and isinstance(b, int):
        return a * b
    result: Polynomial = {}
    for left, factor in polynomial(a).items():
        for right, other in polynomial(b).items():
            accumulate(result, tuple(sorted((*left, *right))), factor * other)
    return size_of(result)


def plus(a: Size, b: Size, sign: int = 1) -> Size:
    """The sum (or the difference) of two sizes."""
    if isinstance(a, int) and isinstance(b, int):
        return a + sign * b
    result = dict(polynomial(a))
    for monomial, factor in polynomial(b).items():
        accumulate(result, monomial, sign * factor)
    return size_of(result)


def substituted(size: Size, value: Callable[[str], Size]) -> Size:
    """A size with other sizes for its letters."""
    result: Size = 0
    for monomial, factor in polynomial(size).items():
        term: Size = factor
        for letter in monomial:
            term = times(term, value(letter))
        result = plus(result, term)
    return result


def size_value(size: Size, value: Callable[[str], int]) -> int:
    """A size as a number, by the numbers of its letters."""
    if isinstance(size, int):
        return size
    return sum(factor * prod(map(value, monomial)) for monomial, factor in polynomial(size).items())


def letters_of(size: Size) -> list[str]:
    """The letters in a size."""
    return [] if isinstance(size, int) else [letter for monomial in polynomial(size) for letter in monomial]


def show(shape: Iterable[Size]) -> str:
    """A shape in words: (m, n)."""
    return "(" + ", ".join(str(size).replace("-", " - ").replace("+", " + ") for size in shape) + ")"


def mismatch(left: Dims, right: Dims) -> GradcliError:
    """The error for two shapes that do not fit entry by entry."""
    message = f"shapes {show(left)} and {show(right)} do not fit entry by entry"
    return GradcliError("shape", message, hint="transpose one with .T, or give both the same shape")


def inner_mismatch(left: Dims, right: Dims) -> GradcliError:
    """The error for a matrix product whose inner sizes differ."""
    message = f"cannot multiply {show(left)} by {show(right)}: inner sizes {left[1]} and {right[0]} differ"
    return GradcliError("shape", message, hint="transpose one with .T, or give both the same shape")


def two_scalars() -> GradcliError:
    """The error for @ between two numbers."""
    message = "@ multiplies matrices and vectors; here both sides are scalars"
    hint = "write * for a product of numbers, or declare the shapes: --shape X=2,2"
    return GradcliError("shape", message, hint=hint)


def not_square(function: str, shape: Dims) -> GradcliError:
    """The error for a function of square matrices."""
    return GradcliError("shape", f"{function} needs a square matrix, not one of shape {show(shape)}")


OPEN = "?"
"""What stands before the letter of a size that is left open: it becomes what it must, or keeps its letter."""


class Dimensions:
    """Which sizes are equal. `open_letters` were not given by the user: they become whatever they must be.

    `named` are letters of eye(n) and the like that nobody declared: they keep their name where nothing tells more.
    """

    def __init__(self) -> None:
        self.known: dict[str, Size] = {}
        self.open_letters: dict[str, str] = {}
        self.named: set[str] = set()
        self.values: dict[str, int] = {}
        self.changes = 0

    def open(self, letter: str, role: str) -> str:
        """A size that nobody named: of a `vector`, or of a matrix's `rows` or `columns`."""
        self.open_letters.setdefault(letter, role)
        return letter

    def find(self, size: Size) -> Size:
        """The size in the letters that remain. Each round puts in what is known; there are no cycles."""
        while isinstance(size, str) and any(letter in self.known for letter in letters_of(size)):
            size = substituted(size, lambda letter: self.known.get(letter, letter))
        return size

    def shape(self, shape: Dims) -> Dims:
        """A shape in the letters that remain."""
        return (self.find(shape[0]), self.find(shape[1]))

    def number(self, size: Size) -> Size:
        """A size with the values of its letters put in, where values tell them."""
        return substituted(size, lambda letter: self.values.get(letter, letter))

    def equal(self, a: Size, b: Size) -> bool:
        """Make two sizes equal if they can be; False if they cannot."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        difference = plus(a, b, -1)
        solved = self.solve(difference, self.open_letters) or self.solve(difference, self.named)
        return solved or self.by_value(difference, False)

    def solve(self, difference: Size, letters: Collection[str]) -> bool:
        """Solve difference = 0 for an open letter that stands alone in it."""
        poly = polynomial(difference)
        for monomial, factor in poly.items():
            letter = monomial[0] if len(monomial) == 1 else ""
            once = sum(letter in other for other in poly) == 1
            if letter in letters and letter not in self.known and once and abs(factor) == 1:
                rest = {other: -factor * value for other, value in poly.items() if other != monomial}
                self.known[letter] = size_of(rest)
                self.changes += 1
                return True
        return False

    def by_value(self, difference: Size, giving: bool) -> bool:
        """Is it 0 for the sizes that values have? With `giving` a letter without a value takes the number."""
        poly = polynomial(self.number(difference))
        if giving and len(poly) == 2 and () in poly:
            ((monomial, factor),) = [(m, f) for m, f in poly.items() if m]
            value = -poly[()] // factor
            if len(monomial) == 1 and value > 0 and -poly[()] == value * factor:
                self.values[monomial[0]] = value
                return True
        return not poly

    def give_value(self, size: Size, value: int) -> bool:
        """A value has this size here; False where that contradicts what is known."""
        difference = plus(self.find(size), value, -1)
        if not polynomial(difference) or self.solve(difference, self.open_letters):
            return True
        return self.by_value(difference, True)

    def name_open(self, taken: Collection[str]) -> None:
        """Give each open size that is still unknown a letter: m for rows, n for the rest, then the next free ones."""
        classes: dict[str, list[str]] = {}
        for letter in self.open_letters:
            found = self.find(letter)
            if isinstance(found, str) and found in self.open_letters:
                classes.setdefault(found, []).append(letter)
        used = set(taken)
        for found, members in classes.items():
            roles = {self.open_letters[member] for member in members}
            rows = "rows" in roles and "columns" not in roles
            own = [member.removeprefix(OPEN) for member in members if member.startswith(OPEN)]
            wanted = (*own, *LETTERS) if own else ("m", *LETTERS) if rows else LETTERS
            name = next(letter for letter in chain(wanted, (f"n{i}" for i in count(1))) if letter not in used)
            used.add(name)
            self.known[found] = name


def spread_shape(left: Any, right: Any) -> Any:
    """The shape of an operation entry by entry: scalars spread, columns and rows over a matrix."""
    if not left or not right or left == right:
        return left or right
    result = tuple(b if a == 1 else a for a, b in zip(left, right, strict=True))
    fits = all(b in (1, size) and a in (1, size) for a, b, size in zip(left, right, result, strict=True))
    if not fits or result not in (left, right):
        raise mismatch(left, right)
    return result
