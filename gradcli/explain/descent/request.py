"""What is asked of a descent."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.explain.pictures.request import PlotRequest
    from gradcli.question import Question

METHODS = ("gd", "momentum", "adam", "newton")
RATES: Mapping[str, float] = {"gd": 0.1, "momentum": 0.1, "adam": 0.1, "newton": 1.0}
STEPS, UNTIL = 100, 1e-8
MOST_STEPS = 100_000
MOST_KEPT = 2_000_000
"""Numbers of all places together up to which every one is kept."""
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "gd": ("rate",),
    "momentum": ("rate", "momentum"),
    "adam": ("rate", "beta1", "beta2", "epsilon"),
    "newton": ("rate",),
}
"""The options that each method has."""


class DescentRequest(NamedTuple):
    """A question with its starting points, and how to go on from there.

    rate     None for that of the method (0.1; of Newton's 1)
    steps    None for at most 100, ended by `until`; a number without `until` is done to the end
    until    ‖∇f‖ at which it stops;  picture: the ranges of a picture of the path, None for none
    """

    question: Question
    method: str = "gd"
    rate: float | None = None
    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    steps: int | None = None
    until: float | None = None
    picture: PlotRequest | None = None
    digits: int = 6

    def used(self) -> dict[str, float]:
        """The options of the method."""
        values = {**self._asdict(), "rate": RATES[self.method] if self.rate is None else self.rate}
        return {name: float(values[name]) for name in OPTIONS[self.method]}


def refuse_numbers(request: DescentRequest) -> None:
    """Raise `usage` for rates and weights that make no sense."""
    if request.method not in METHODS:
        raise GradcliError("usage", f"no such method: {request.method!r}", hint=", ".join(METHODS))
    if request.rate is not None and not 0 < request.rate < float("inf"):
        raise GradcliError("usage", f"--rate must be a positive number, not {request.rate:g}", hint="--rate 0.1")
    for name in ("momentum", "beta1", "beta2"):
        if not 0 <= getattr(request, name) < 1:
            message = f"--{name} is from 0 up to 1, not {getattr(request, name):g}"
            raise GradcliError("usage", message, hint=f"--{name} 0.9")
    if not 0 <= request.epsilon < float("inf"):
        raise GradcliError("usage", f"--epsilon is no negative number, not {request.epsilon:g}", hint="--epsilon 1e-8")
    if request.until is not None and not 0 <= request.until < float("inf"):
        raise GradcliError("usage", f"--until is a length, not {request.until:g}", hint="--until 1e-8")
    if request.steps is not None and not 1 <= request.steps <= MOST_STEPS:
        raise GradcliError("usage", f"--steps is from 1 to {MOST_STEPS}, not {request.steps}", hint="--steps 100")
