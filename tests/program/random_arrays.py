"""Random programs of arrays, each with the shape that NumPy finds for it."""

from __future__ import annotations

import random
from typing import Any, NamedTuple

import numpy as np

SIZES = {"m": 4, "n": 3, "p": 2, "k": 1}
"""What the letters stand for."""

SPACE = {
    "outer": np.outer, "kron": np.kron, "inv": np.linalg.inv, "tr": np.trace, "det": np.linalg.det, "sum": np.sum,
    "norm": np.linalg.norm, "mean": np.mean, "diag": np.diag, "sin": np.sin, "exp": np.exp, "dot": np.dot,
    "tanh": np.tanh, "eye": np.eye, "ones": np.ones, "max": np.maximum,
}  # fmt: skip


class RandomProgram(NamedTuple):
    """A text, the shapes of its names in letters, and the shape of its value with `SIZES` put in, as NumPy has it."""

    text: str
    names: dict[str, tuple[str, ...]]
    shape: tuple[int, ...]


class Maker:
    """Writes expressions of a wanted shape: () for a number, (n,) for a vector, (m, n) for a matrix."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names: dict[str, tuple[str, ...]] = {}

    def name(self, shape: tuple[str, ...]) -> str:
        """A variable of this shape: one of the program, or a new one."""
        have = [name for name, other in self.names.items() if other == shape]
        if have and self.random.random() < 0.6:
            return self.random.choice(have)
        letters = "abcgh" if not shape else "uvwxyz" if len(shape) == 1 else "ABCDEFGH"
        free = [letter for letter in letters if letter not in self.names]
        if not free:
            return self.random.choice(have) if have else self.literal(shape)
        self.names[free[0]] = shape
        return free[0]

    def literal(self, shape: tuple[str, ...]) -> str:
        """An array without names."""
        if not shape:
            return "2"
        return f"ones({shape[0]})" if len(shape) == 1 else f"ones({shape[0]}, {shape[1]})"

    def size(self) -> str:
        return self.random.choice(list(SIZES))

    def make(self, shape: tuple[str, ...], depth: int) -> str:
        """An expression of this shape."""
        if depth <= 0:
            return self.name(shape)
        kinds = (self.number, self.vector, self.matrix)
        return kinds[len(shape)](shape, depth - 1) if self.random.random() < 0.75 else self.entrywise(shape, depth - 1)

    def entrywise(self, shape: tuple[str, ...], depth: int) -> str:
        """Operations entry by entry; one side may be a number."""
        choice = self.random.randrange(6)
        one = self.make(shape, depth)
        if choice == 0:
            return f"{self.random.choice(['sin', 'tanh'])}({one})"
        if choice == 1:
            return f"-({one})"
        other = self.make(shape if self.random.random() < 0.6 else (), depth)
        if choice == 2:
            return f"max({one}, {other})"
        return f"({one} {self.random.choice('+-*')} {other})"

    def number(self, shape: tuple[str, ...], depth: int) -> str:
        n = self.size()
        choice = self.random.randrange(7)
        if choice == 0:
            return f"({self.make((n,), depth)})@({self.make((n,), depth)})"
        if choice == 1:
            return f"{self.random.choice(['sum', 'mean', 'norm'])}({self.make((n,), depth)})"
        if choice == 2:
            return f"{self.random.choice(['sum', 'mean', 'norm'])}({self.make((n, self.size()), depth)})"
        if choice == 3:
            return f"tr({self.make((n, n), depth)})"
        if choice == 4:
            return f"dot({self.make((n,), depth)}, {self.make((n,), depth)})"
        if choice == 5:
            x = self.name((n,))
            return f"{x}.T@({self.make((n, n), depth)})@{x}"
        return f"det({self.make((n, n), depth)})"

    def vector(self, shape: tuple[str, ...], depth: int) -> str:
        n = self.size()
        choice = self.random.randrange(4)
        if choice == 0:
            return f"({self.make((shape[0], n), depth)})@({self.make((n,), depth)})"
        if choice == 1:
            return f"({self.make((n,), depth)})@({self.make((n, shape[0]), depth)})"
        if choice == 2:
            return f"diag({self.make((shape[0], shape[0]), depth)})" if shape[0] != "k" else self.name(shape)
        return f"({self.make((), depth)})*({self.make(shape, depth)})"

    def matrix(self, shape: tuple[str, ...], depth: int) -> str:
        n = self.size()
        choice = self.random.randrange(6)
        if choice == 0:
            return f"({self.make((shape[0], n), depth)})@({self.make((n, shape[1]), depth)})"
        if choice == 1:
            return f"outer({self.make((shape[0],), depth)}, {self.make((shape[1],), depth)})"
        if choice == 2:
            return f"({self.make(shape[::-1], depth)}).T"
        if choice == 3 and shape[0] == shape[1]:
            return f"inv({self.make(shape, depth)} + 9*eye({shape[0]}))"
        if choice == 4 and shape[0] == shape[1] != "k":
            return f"diag({self.make((shape[0],), depth)})"
        return f"({self.make((), depth)})*({self.make(shape, depth)})"


def random_program(seed: int, depth: int = 3) -> RandomProgram:
    """The program of a seed."""
    maker = Maker(seed)
    shape = maker.random.choice([(), (maker.size(),), (maker.size(), maker.size())])
    text = maker.make(shape, depth)
    for letter in ("m", "n", "p", "k"):
        maker.names.pop(letter, None)
    return RandomProgram(text, maker.names, np.shape(value_of(text, maker.names, seed)))


def value_of(text: str, names: dict[str, tuple[str, ...]], seed: int) -> Any:
    """What NumPy computes. The text is our own, never a user's."""
    rng = np.random.default_rng(seed)
    values = {name: rng.uniform(0.2, 1.0, [SIZES[s] for s in shape]) for name, shape in names.items()}
    with np.errstate(all="ignore"):
        return eval(text, {"__builtins__": {}}, {**SPACE, **SIZES, **values})
