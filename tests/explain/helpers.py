"""Requests for the tests of explanations."""

from __future__ import annotations

from typing import Any

from gradcli.explain.request import ExplainRequest
from gradcli.library.values import read_point
from gradcli.problems import Source
from gradcli.program.options import BuildOptions
from gradcli.question import bound_shapes
from gradcli.text.parser import parse_script


def request(text: str, at: Any = None, wrt: tuple[str, ...] = (), **more: Any) -> ExplainRequest:
    """The request of a text, at a point or without one."""
    points = () if at is None else (read_point("at", at),)
    options = BuildOptions(bound=bound_shapes(points[0][0]) if points else {}, wrt=wrt or None)
    return ExplainRequest(parse_script([Source("expression", text)]), options, points, **more)
