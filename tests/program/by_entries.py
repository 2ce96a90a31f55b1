"""Gradients by the scalar engine alone, one variable an entry, for the tests of arrays on entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.gradient import EntryGradient
from gradcli.derive.request import Request
from gradcli.library.answers import parse
from gradcli.library.values import read_point, value_tree
from gradcli.program.building.program import build_program
from gradcli.program.options import BuildOptions
from gradcli.question import bound_shapes

if TYPE_CHECKING:
    from gradcli.derive.results import Gradient


def grad(text: str, at: Any, constants: Any = None, method: Any = "symbolic") -> Gradient:
    """What `gradcli.grad` gives where every entry is a variable of its own."""
    point, source = read_point("at", at)
    settings = {name: value_tree(value) for name, value in (constants or {}).items()}
    program = build_program(parse(text), BuildOptions(settings=settings, bound=bound_shapes(point)))
    return EntryGradient(program, Request(((point, source),), method)).answers()[0]
