"""A descent, as frozen records. Nothing here prints, and nothing here computes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gradcli.notebooks import displayed
from gradcli.records import Readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.derive.results import Numbers, Reading, Value
    from gradcli.explain.pictures.results import Plot

Stop = Literal["gradient", "steps", "diverging", "problem"]
Kind = Literal["minimum", "maximum", "saddle", "undecided"]


class DescentStep(NamedTuple):
    """One step: the place, and what is there. `at`, `gradient`, `errors` are None inside of very long descents."""

    step: int
    at: Mapping[str, Value] | None
    value: float | None
    gradient: Mapping[str, Value] | None
    norm: float | None
    errors: Mapping[str, Value] | None = None


class Descent(Readable):
    """A descent from its start to where it stopped.

    method, options   of the update, as they were used
    stopped           why it ended;  kind: what the Hessian says of its end, None where the gradient is not small
    eigenvalues       of the Hessian at the end
    bound             rates below this converge, where the Hessian is the same everywhere; of `curvature`, its largest
                      eigenvalue
    picture           of the path, where it was asked for
    """

    reading: Reading
    numbers: Numbers
    output: str
    method: str
    options: Mapping[str, float]
    path: tuple[DescentStep, ...]
    stopped: Stop
    kind: Kind | None
    eigenvalues: tuple[float, ...] | None = None
    bound: float | None = None
    curvature: float | None = None
    picture: Plot | None = None
    digits: int = 6


displayed(Descent)
