"""Evaluations at many points that share what does not change between them."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.evaluate.float64 import repeated
from gradcli.evaluate.float64.repeated import Repeated
from gradcli.evaluate.float64.scalars import Floats
from gradcli.library.answers import parse
from gradcli.program.building.program import build_program
from gradcli.program.options import BuildOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Node

TEXT = "sin(x)*y + exp(x*y)/z + atan2(y, z) + (x + y + z)**3 + where(x > y, x*z, y**2) + abs(z)*7"
places = st.lists(
    st.tuples(*[st.one_of(st.sampled_from([0.0, -0.0, 1.5, -2.0]), st.floats(-1e3, 1e3))] * 3), min_size=1, max_size=8
)


def outputs(text: str) -> Sequence[Node]:
    """The function of a text, as nodes."""
    return [output.node for output in build_program(parse(text), BuildOptions()).outputs]


@given(places)
def test_values_are_those_of_single_evaluations(places: list[tuple[float, float, float]]) -> None:
    """To the last bit, whatever differs from the first point: nothing, one coordinate, all, or the sign of a zero."""
    roots = outputs(TEXT)
    for place, (found,) in zip(places, Repeated(roots, (), ("x", "y", "z"), {})(places), strict=True):
        single = Floats(roots, dict(zip(("x", "y", "z"), place, strict=True))).values[roots[0]]
        assert found.hex() == float(single).hex() or (isnan(found) and isnan(single))


def test_a_guard_without_a_value_takes_all_values_away() -> None:
    """As in a single evaluation."""
    program = build_program(parse("x*y + 0*log(x)"), BuildOptions())
    assert program.guards
    f = program.outputs[0].node
    values = Repeated([f], program.guards, ("x", "y"), {})([(1.0, 2.0), (-1.0, 2.0), (1.0, 3.0)])
    assert values[0] == (2.0,)
    assert isnan(values[1][0])
    assert values[2] == (3.0,)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of users are dropped when they are too many, and the values stay."""
    monkeypatch.setattr(repeated, "KEPT", 3)
    run = Repeated(outputs("x*y*z + x + y"), (), ("x", "y", "z"), {})
    assert run([(1.0, 2.0, 3.0), (5.0, 2.0, 3.0), (1.0, 7.0, 3.0), (1.0, 2.0, 4.0)]) == [
        (9.0,),
        (37.0,),
        (29.0,),
        (11.0,),
    ]
    assert run.kept <= 3
