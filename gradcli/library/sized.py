"""A function of arrays whose sizes nobody told: they are those of the point, and each has code of its own."""

from __future__ import annotations

from gradcli.library.keywords import noting
from gradcli.points.called import FunctionOfPoints
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gradcli.points.called import CalledFunction

    Shapes = dict[str, tuple[int, ...]]


class SizedFunction(FunctionOfPoints):
    """A function as `CalledFunction`, built at the first point of each size.

    A point is the value of the only variable, or a mapping by variable; of many points each value has one axis more in
    front. Answers are as those of `CalledFunction`; of an only variable that is a matrix the gradient is a matrix.
    """

    def __init__(self, axes: Mapping[str, int], build: Callable[[Shapes], CalledFunction]) -> None:
        """`axes`: of each variable how many it has; `build`: the function where each has the given shape."""
        self.axes = axes
        self.build = build
        self.built: dict[tuple[tuple[int, ...], ...], CalledFunction] = {}

    def __repr__(self) -> str:
        return f"SizedFunction({', '.join(self.axes)})"

    def value(self, v: Any) -> Any:
        """The value, or the m values."""
        function, point = self.at(v)
        return function.value(point)

    def value_and_grad(self, v: Any) -> tuple[Any, Any]:
        """Value and gradient."""
        function, point = self.at(v)
        value, slopes = function.value_and_grad(point)
        return value, slopes if point is v else slopes[self.only]

    def jacobian(self, v: Any) -> Any:
        """The Jacobian, one row a value; matrices row by row."""
        function, point = self.at(v)
        return function.jacobian(point)

    def hessian(self, v: Any) -> Any:
        """The Hessian; matrices row by row."""
        function, point = self.at(v)
        return function.hessian(point)

    def hvp(self, v: Any, d: Any) -> Any:
        """The Hessian times a direction `d`, which is as the point is."""
        function, point = self.at(v)
        product = function.hvp(point, d if point is v else {self.only: d})
        return product if point is v else product[self.only]

    @property
    def only(self) -> str:
        """The only variable."""
        return next(iter(self.axes))

    @noting
    def at(self, v: Any) -> tuple[CalledFunction, Any]:
        """The function in the sizes of a point, and the point as it takes it: by name where it has a matrix.

        Raises GradcliError: `point` for values without names where there are several variables, and for no arrays.
        """
        by_name = hasattr(v, "keys")
        if not by_name and len(self.axes) > 1:
            hint = "{" + ", ".join(f'"{name}": ...' for name in self.axes) + "}"
            raise GradcliError("point", "a point of arrays of open sizes is by name", hint=hint)
        point = v if by_name else {self.only: v}
        key = tuple(shape_told(point, name, axes) for name, axes in self.axes.items())
        function = self.built.get(key)
        if function is None:
            function = self.built[key] = self.build(dict(zip(self.axes, key, strict=True)))
        return function, v if self.axes[self.only] < 2 else point


def shape_told(point: Mapping[str, Any], name: str, axes: int) -> tuple[int, ...]:
    """The shape of a variable at one point. Raises GradcliError: `point` where it has no value, or no such array."""
    if name not in point:
        raise GradcliError("point", f"{name} has no value", hint=f"the names are {', '.join(point)}")
    shape = shape_of(point[name])
    if len(shape) < axes:
        kind, hint = ("a vector", "[1, 2, 3]") if axes == 1 else ("a matrix", "[[1, 2], [3, 4]]")
        raise GradcliError("point", f"{name} is {kind}, and its value is none", hint=hint)
    return shape[len(shape) - axes :]


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of an array, or of nested lists, by the first entries."""
    if hasattr(value, "shape"):
        return tuple(value.shape)
    sizes = []
    while isinstance(value, list | tuple) and value:
        sizes.append(len(value))
        value = value[0]
    return tuple(sizes)
