"""How each method goes from one place to the next. Places and slopes are NumPy arrays.

Source: Zhang, Lipton, Li & Smola, Dive into Deep Learning, chapter 12; Kingma & Ba, Adam (2015), algorithm 1.
"""

from __future__ import annotations

from gradcli.points.landscape import newton_step
from gradcli.records import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gradcli.explain.descent.landscapes import Landscape

    Options = Mapping[str, float]


class Update(Protocol):
    """A method with what it remembers."""

    def following(self, place: Any, slopes: Any) -> Any:
        """The next place; None where there is none."""


class GradientDescent:
    """x ← x - η g."""

    def __init__(self, options: Options) -> None:
        self.rate = options["rate"]

    def following(self, place: Any, slopes: Any) -> Any:
        return place - self.rate * slopes


class Momentum:
    """v ← β v + g, x ← x - η v."""

    def __init__(self, options: Options) -> None:
        self.rate, self.weight = options["rate"], options["momentum"]
        self.velocity: Any = 0.0

    def following(self, place: Any, slopes: Any) -> Any:
        self.velocity = self.weight * self.velocity + slopes
        return place - self.rate * self.velocity


class Adam:
    """Means of g and of g² with bias correction; ε stands outside of the root."""

    def __init__(self, options: Options) -> None:
        self.rate, self.epsilon = options["rate"], options["epsilon"]
        self.beta1, self.beta2 = options["beta1"], options["beta2"]
        self.mean: Any = 0.0
        self.square: Any = 0.0
        self.step = 0

    def following(self, place: Any, slopes: Any) -> Any:
        self.step += 1
        self.mean = self.beta1 * self.mean + (1 - self.beta1) * slopes
        self.square = self.beta2 * self.square + (1 - self.beta2) * slopes * slopes
        mean = self.mean / (1 - self.beta1**self.step)
        root = (self.square / (1 - self.beta2**self.step)) ** 0.5
        if self.epsilon:
            return place - self.rate * mean / (root + self.epsilon)
        return place - self.rate * mean / (root + (root == 0))


class Newton:
    """x ← x - η inv(H) g."""

    def __init__(self, options: Options, landscape: Landscape) -> None:
        self.rate, self.landscape = options["rate"], landscape

    def following(self, place: Any, slopes: Any) -> Any:
        matrix = self.landscape.curvatures(place)
        step = None if matrix is None else newton_step(matrix, slopes, self.landscape.twins)
        return None if step is None else place - self.rate * step


def update_for(method: str, options: Options, landscape: Landscape) -> Update:
    """The method of a name."""
    if method == "newton":
        return Newton(options, landscape)
    methods: dict[str, Callable[[Options], Update]] = {"gd": GradientDescent, "momentum": Momentum, "adam": Adam}
    return methods[method](options)
