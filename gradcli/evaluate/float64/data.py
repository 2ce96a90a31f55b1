"""What was typed or read from files, as float64 arrays for the engine of `evaluate.float64`."""

from __future__ import annotations

import numpy as np

from gradcli.evaluate.float64.literals import number, numbers
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Data, Vector

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

    from gradcli.program.graph import Node
    from gradcli.text.tree import Tree


def float_values(
    trees: Mapping[str, Tree], data: Mapping[str, Data] | None = None
) -> dict[str, NDArray[np.float64] | float]:
    """Each value in float64: a number, a vector as (n, 1), a matrix as (m, n). Data are not copied.

    Raises `point` for values that are not finite in float64; those of `data` are not looked at, and stay in float32.
    """
    unseen = {name: columns(one.numbers) for name, one in (data or {}).items()}
    return {name: unseen[name] if name in unseen else float_value(name, tree) for name, tree in trees.items()}


def float_value(name: str, tree: Tree) -> NDArray[np.float64] | float:
    """One value in float64."""
    if type(tree) is Data:
        return columns(tree.array)
    if type(tree) is not Vector:
        return number(name, tree)
    return np.array([line if isinstance(line, list) else [line] for line in numbers(name, tree)], dtype=np.float64)


def columns(array: NDArray[Any]) -> NDArray[Any]:
    """A vector as (n, 1)."""
    return array if array.ndim == 2 else array.reshape(-1, 1)


def is_finite(array: Any) -> bool:
    """Is every number finite? A sum is only if all are, and takes a fraction of looking at each."""
    with np.errstate(all="ignore"):
        sums = array @ np.ones(array.shape[1], array.dtype) if array.ndim == 2 else array.sum()
        return bool(np.isfinite(sums).all() or np.isfinite(array).all())


def reason_of(error: Exception) -> str:
    """Why NumPy could not load a file, as a part of one line; its own words where they are plain."""
    text = " ".join(str(error).split())
    if "(object) data" in text:  # NumPy's guess at everything that does not begin as its own files do
        return "it does not begin like one, and pickles are never loaded"
    if "Python objects" in text or "allow_pickle" in text:
        return "it holds Python objects, which are never loaded: loading one would run it"
    if "mmap length" in text or "EOF" in text or "cannot reshape" in text:
        return "it is cut short"
    return text[:100]


def as_value(rows: Any, node: Node) -> Any:
    """Rows of numbers as the value of a node: an array, or a float."""
    return np.array(rows, dtype=np.float64) if node.shape else float(rows[0][0])
