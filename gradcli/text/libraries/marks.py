"""Words of keywords that say more than they read: how a library means an axis."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final


class AxisWord(str):
    """The word `axis` with more to it: equal to it and treated as such, but told apart by `is`."""

    __slots__ = ()


LOST_AXIS: Final = AxisWord("axis")
"""Of a reduction: the result has one dimension, as in NumPy without keepdims."""
COUNTED_AXIS: Final = AxisWord("axis")
"""Of sum: the number of entries along the axis, and not their sum."""
ROWS_AXIS: Final = AxisWord("axis")
"""Of concat: vectors are rows, as in vstack."""
