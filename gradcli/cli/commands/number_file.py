"""An answer's numbers as an .npy file: the derivative in its layout; of several points one after the other."""

from __future__ import annotations

import io

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.library.asking import Result


def npy_bytes(results: Sequence[Result]) -> bytes:
    """The bytes of the file. What does not exist is nan; several points come along a first axis. Raises `usage`."""
    import numpy as np

    arrays = [numbers_of(result) for result in results]
    if len({array.shape for array in arrays}) > 1:
        raise GradcliError("usage", "npy holds one array, and the answers have several shapes", hint="--out FILE.json")
    stream = io.BytesIO()
    np.save(stream, arrays[0] if len(arrays) == 1 else np.stack(arrays))
    return stream.getvalue()


def numbers_of(result: Result) -> Any:
    """The derivative of an answer as an array. Shape: that of the answer (a column of n scalars is (n, 1))."""
    import numpy as np

    from gradcli.derive.results import Chain, Gradient, Jacobian

    if isinstance(result, Chain):
        raise GradcliError("usage", "the terms of a chain are no array", hint="--out FILE.json or FILE.csv")
    if result.layout == "both":
        raise GradcliError("usage", "npy holds one array, not two layouts", hint="--layout numerator or denominator")
    if isinstance(result, Gradient):
        return gradient_of(result)
    rows = result.jacobian if isinstance(result, Jacobian) else result.hessian
    if rows is None:
        raise no_point()
    return np.array(rows, dtype=np.float64)


def gradient_of(result: Any) -> Any:
    """A gradient as one array."""
    import numpy as np

    found = result.gradient
    if found is None:
        raise no_point()
    if len(found) == 1:
        array = np.array(next(iter(found.values())), dtype=np.float64)
    elif not any(isinstance(value, list) for value in found.values()):
        array = np.array(list(found.values()), dtype=np.float64)
    else:
        raise GradcliError("usage", "npy holds one array, and there are several", hint="--out FILE.json, or --wrt NAME")
    shape = next(iter(result.shape.values())) if hasattr(result.shape, "values") else result.shape
    return array.reshape(shape) if all(isinstance(size, int) for size in shape) else array


def no_point() -> GradcliError:
    """The error for an answer without numbers."""
    return GradcliError("usage", "npy holds numbers, and there is no point", hint="add a point, as in --at 1,2")
