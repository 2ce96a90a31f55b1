"""Modules that libraries import and hardly ever use: a command line loads them at their first use.

    with postponed("inspect", "pickle"):
        from rich.console import Console

Whoever imports one of them later gets the module itself. A program that uses the library is left as it is: its threads
would see the stand-ins.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import ModuleType

from gradcli import signals
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

FUNCTIONS = {
    "ast": ("literal_eval",),
    "fractions": ("Fraction",),
    "pickle": ("dumps", "loads"),
    "rich._emoji_replace": ("_emoji_replace",),
    "rich.markup": ("render",),
}
"""What `from … import` takes and only calls; whatever else is taken from a module loads it."""


class StandIn(ModuleType):
    """A module that is loaded when something in it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{self.__name__} is not loaded, {name} is not known")
        if name.startswith("CO_"):
            return flag(name)
        return waiting(self.__name__, name) if name in FUNCTIONS.get(self.__name__, ()) else part(self.__name__, name)


def waiting(module: str, name: str) -> Callable[..., Any]:
    """A function of a module that is loaded when the function is called."""
    return lambda *values, **named: part(module, name)(*values, **named)


def flag(name: str) -> int:
    """A flag of code objects, which Cython asks `inspect` for, from where that has it."""
    from dis import COMPILER_FLAG_NAMES

    return next(value for value, word in COMPILER_FLAG_NAMES.items() if name == f"CO_{word}")


def part(module: str, name: str) -> Any:
    """What a module has under a name."""
    from importlib import import_module

    if isinstance(sys.modules.get(module), StandIn):
        del sys.modules[module]
    return getattr(import_module(module), name)


@contextmanager
def postponed(*names: str) -> Iterator[None]:
    """In a command line: modules of these names, where they are not loaded yet, are loaded when they are used."""
    new = [name for name in names if signals.owned and name not in sys.modules]
    sys.modules.update({name: StandIn(name) for name in new})
    try:
        yield
    finally:
        for name in new:
            if isinstance(sys.modules.get(name), StandIn):
                del sys.modules[name]
