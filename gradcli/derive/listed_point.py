"""The coordinates of a point with large arrays, which are listed when somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from gradcli.derive.results import Value


class ListedPoint(Mapping[str, "Value"]):
    """By name what `listed` makes of each value."""

    def __init__(self, names: Iterable[str], values: Mapping[str, Any], listed: Callable[[Any], Value]) -> None:
        self.names, self.values_of, self.listed = tuple(names), values, listed
        self.known: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self.names:
            raise KeyError(name)
        if name not in self.known:
            self.known[name] = self.listed(self.values_of[name])
        return self.known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)
