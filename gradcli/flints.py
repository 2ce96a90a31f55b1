"""The types of python-flint, each loaded when it is asked for: all of them take longer than most answers.

`from gradcli.flints import arb` is `from flint import arb`. Its package is run when a program uses it itself; a command
line takes the modules of its types past the package, which would load all of them.
"""

from __future__ import annotations

import os
import sys

from gradcli import signals
from gradcli.postponed import postponed
from gradcli.records import TYPE_CHECKING, loaded

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from flint import (
        Ordering,
        acb,
        acb_mat,
        acb_series,
        arb,
        arb_mat,
        arb_series,
        ctx,
        fmpq,
        fmpq_mat,
        fmpq_mpoly_ctx,
        fmpz,
    )

__all__ = [
    "Ordering",
    "acb",
    "acb_mat",
    "acb_series",
    "arb",
    "arb_mat",
    "arb_series",
    "ctx",
    "fmpq",
    "fmpq_mat",
    "fmpq_mpoly_ctx",
    "fmpz",
]

PLACES = {"ctx": "pyflint", "Ordering": "flint_base.flint_base", "fmpq_mpoly_ctx": "types.fmpq_mpoly"}
"""Where what is no type stands, and what does not stand in a module of its own name."""


def __getattr__(name: str) -> Any:
    """What python-flint calls so (PEP 562)."""
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(module_of(name), name)
    globals()[name] = found
    return found


def module_of(name: str) -> ModuleType:
    """The module that has a name of python-flint: the package, or in a command line the module of the type alone."""
    alone = signals.owned and "flint" not in sys.modules and sys.platform != "win32"  # wheels there find their DLLs so
    if alone:
        try:
            return past_package(PLACES.get(name, f"types.{name}"))
        except (ImportError, AttributeError):  # another arrangement, of an older or newer version
            pass
    whole: ModuleType = loaded("flint")
    return whole


def past_package(place: str) -> ModuleType:
    """A module of the package, while an empty one stands in for the package itself, which is then forgotten."""
    import _frozen_importlib as system

    spec = getattr(system, "_find_spec")("flint", None)  # noqa: B009 - no part of what Python promises to have
    if spec is None:
        raise ImportError("flint")
    sys.modules["flint"] = system.module_from_spec(spec)
    bound = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_LAZY)  # of FLINT's thousands of functions few are called
    try:
        with postponed("inspect"):
            module: ModuleType = loaded(f"flint.{place}")
            return module
    finally:
        sys.setdlopenflags(bound)
        del sys.modules["flint"]
