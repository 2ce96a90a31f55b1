"""Slips that numbers at a few points show of a function whose text is known: a link of the chain that is missing."""

from __future__ import annotations

from gradcli.checking.slips.repairs import arguments_of
from gradcli.derive.results import Slip
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.checking.records import Case
    from gradcli.program.graph import Node

    Fits = Callable[[int, float], bool]
    Place = tuple[Case, Mapping[str, Any]]

MOST_NODES = 300
"""Operations of a function up to which its inner derivatives are tried."""


def not_differentiated(label: str, places: Sequence[Place], fits: Fits) -> list[Slip]:
    """The function where its derivative should be. `fits(i, number)`: is that what was given at place i?"""
    from gradcli.evaluate.certified.certify import certify

    for i, (case, values) in enumerate(places):
        (value,) = certify([case.outputs[claimed(case, label)[0]]], values)
        if value.value is None or not fits(i, value.value):
            return []
    return [Slip(label, "not-differentiated", f"your number for {label} is the value of the function itself")]


def missing_link(label: str, places: Sequence[Place], ours: Sequence[float], fits: Fits) -> list[Slip]:
    """The inner derivative by which all numbers are too small, in the order in which functions are nested."""
    from gradcli.evaluate.certified.certify import certify
    from gradcli.program.writing.trees import write_trees

    left: set[int] | None = None
    links: list[tuple[Node, Node]] = []
    for i, (case, values) in enumerate(places):
        links = links_of(case, label)
        numbers = certify([slope for slope, _ in links], values)
        found = {k for k, n in enumerate(numbers) if n.value is not None and abs(n.value) not in (0.0, 1.0)}
        here = {k for k in found if fits(i, ours[i] / (numbers[k].value or 1.0))}
        left = here if left is None else left & here
    if not left:
        return []
    decimal = places[0][0].program.decimal
    parts = tuple(write_trees([node], decimal).trees[0] for node in links[min(left)])
    message = f"your number for {label} lacks the inner derivative {{0}}, that of {{1}}"
    return [Slip(label, "missing-inner-derivative", message, parts)]


def links_of(case: Case, label: str) -> list[tuple[Node, Node]]:
    """The arguments of functions and powers that depend on the variable, each behind its derivative."""
    from gradcli.derive.ad.reverse import Reverse

    output, name = claimed(case, label)
    nodes = order([case.outputs[output]])
    if len(nodes) > MOST_NODES:
        return []
    inner = dict.fromkeys(argument for node in nodes for argument in arguments_of(node))
    return [(Reverse(case.graph, [name]).gradient(argument)[0], argument) for argument in inner]


def claimed(case: Case, label: str) -> tuple[int, str]:
    """The output and the variable of a component."""
    entries = (entry for part in case.parts for entry in part.entries)
    return next((entry.output, entry.wrt) for entry in entries if entry.label == label)
