"""Modules that libraries import and hardly ever use: a command line loads them at their first use.

    with postponed("inspect", "pickle"):
        from rich.console import Console

Whoever imports one of them later gets the module itself. A program that uses the library is left as it is: its threads
would see the stand-ins.
"""

from __future__ import annotations

import sys
from types import ModuleType

from gradcli import signals
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

CALLED = {
    "ast": ("literal_eval",),
    "datetime": ("datetime",),
    "fractions": ("Fraction",),
    "pickle": ("dumps", "loads"),
    "rich._emoji_replace": ("_emoji_replace",),
    "rich.markup": ("render",),
}
"""Functions, and classes with their methods, that are only called; whatever else is taken from a module loads it."""

FLAGS = {
    "CO_OPTIMIZED": 1,
    "CO_NEWLOCALS": 2,
    "CO_VARARGS": 4,
    "CO_VARKEYWORDS": 8,
    "CO_GENERATOR": 32,
    "CO_COROUTINE": 128,
    "CO_ASYNC_GENERATOR": 512,
}
"""Flags of code objects, as Python's manual lists them, which Cython's modules ask `inspect` for."""


class StandIn(ModuleType):
    """A module that is loaded when something in it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{self.__name__} is not loaded, {name} is not known")
        if name in FLAGS:
            return FLAGS[name]
        return Waiting(self.__name__, name) if name in CALLED.get(self.__name__, ()) else part(self.__name__, name)


class Waiting:
    """A function or a class of a module that is loaded when it, or a method of it, is called."""

    def __init__(self, module: str, path: str) -> None:
        self.module, self.path = module, path

    def __call__(self, *values: Any, **named: Any) -> Any:
        return part(self.module, self.path)(*values, **named)

    def __getattr__(self, name: str) -> Waiting:
        if name.startswith("__"):
            raise AttributeError(f"{self.module}.{self.path} is not loaded, {name} is not known")
        return Waiting(self.module, f"{self.path}.{name}")


def part(module: str, path: str) -> Any:
    """What a module has under a name, or under names with points between them."""
    from importlib import import_module
    from operator import attrgetter

    if isinstance(sys.modules.get(module), StandIn):
        del sys.modules[module]
    return attrgetter(path)(import_module(module))


class postponed:  # noqa: N801 - used as a word; `contextlib` would take as long as five modules
    """In a command line: modules of these names, where they are not loaded yet, are loaded when they are used."""

    def __init__(self, *names: str) -> None:
        self.new = [name for name in names if signals.owned and name not in sys.modules]

    def __enter__(self) -> None:
        sys.modules.update({name: StandIn(name) for name in self.new})

    def __exit__(self, *_: object) -> None:
        for name in self.new:
            if isinstance(sys.modules.get(name), StandIn):
                del sys.modules[name]
