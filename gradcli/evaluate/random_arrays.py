"""Random arrays, the same in every run, at which two formulas are compared."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

COUNT = 3


def random_arrays(shapes: Mapping[str, tuple[int | str, ...]], sizes: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Values for every name, letters of sizes given; matrices have a heavy diagonal, so that they have an inverse."""
    import numpy as np

    from gradcli.evaluate.budget import count

    generator = np.random.default_rng(20260111)
    for _ in range(COUNT):
        values: dict[str, Any] = {}
        for name in sorted(shapes):
            shape = tuple(count(size, sizes) for size in shapes[name])
            value = generator.uniform(0.25, 1.75, shape)
            values[name] = value + 2 * np.eye(*shape) if len(shape) == 2 and shape[1] > 1 else value
            if not shape:
                values[name] = float(value)
        yield values
