"""Quick Python callables are evaluated many in one message; nobody can tell, but by the time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gradcli.blackbox import processes
from gradcli.blackbox.batch import Care, EvaluationPoint, Outside, Slot, Watch
from gradcli.blackbox.cache import Store
from gradcli.blackbox.callables import moves_between
from gradcli.blackbox.targets import Callee
from gradcli.blackbox.workers import local_crew

Maker = Callable[..., Outside]
CODE = """
import math, os, sys, time

def total(x, A, b):
    with open("calls", "a") as file:
        file.write("x")
    return math.copysign(1.0, b) * float(x.sum() + 10 * A[1][0] + 100 * A[0][1] + b)

def border(x):
    if x > 0.5:
        raise ValueError("too far")
    return x

def odd(x):
    return None if x > 0.5 else x

def dies(x):
    if x > 0.5:
        os._exit(7)
    return x

def hangs(x):
    if x > 0.5:
        time.sleep(60)
    return x

def seeded(x, seed):
    return x + seed

def several(x):
    return [x, 2 * x]
"""


class Counting(Watch):
    """Counts what comes back."""

    def __init__(self) -> None:
        self.count = 0

    def finished(self, outcome: object) -> None:
        """One more."""
        self.count += 1


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Maker]:
    """Makes black boxes of the callables above, and ends their processes."""
    (tmp_path / "quick_calls.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    crew = local_crew(1)

    def make(name: str, slots: tuple[Slot, ...], fixed: dict[str, float], care: Care, seed: bool = False) -> Outside:
        moving = tuple(entry for slot in slots for entry in slot.entries() if entry not in fixed)
        callee = Callee("quick_calls", name, None, str(tmp_path), name, None, seed)
        found = Outside(callee, EvaluationPoint(slots, fixed, moving), care, Store(None, "f"), crew, Counting())
        found.seconds = 1e-5  # as after a first quick evaluation
        return found

    yield make
    crew.dismiss(at_once=True)
    processes.end_all()


def test_moved_points_in_one_message_are_the_points(box: Maker, tmp_path: Path) -> None:
    """Vectors, matrices, numbers, signs of zero and constants: each point is evaluated once, as it is."""
    slots = (Slot("x", (3,)), Slot("A", (2, 2)), Slot("b", ()))
    here = box("total", slots, {"A[1,1]": 5.0}, Care())
    base = [1.0, 2.0, 3.0, 0.5, 0.25, 0.125, 0.0]
    points = [tuple(base)]
    for i in range(len(base)):
        points += [tuple(v + step * (i == k) for k, v in enumerate(base)) for step in (0.5, -0.5)]
    points.append((*base[:-1], -0.0))
    found = here.batch(points)
    truth = [math.copysign(1.0, p[6]) * (sum(p[:3]) + 10 * p[5] + 100 * p[4] + p[6]) for p in points]
    assert found == [(value,) for value in truth]
    assert len((tmp_path / "calls").read_text()) == len(points)
    assert here.made == len(points) == here.watch.count  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "kind"), [("border", "exception"), ("odd", "output"), ("dies", "exit"), ("hangs", "timeout")]
)
def test_a_point_that_fails_fails_alone(box: Maker, name: str, kind: str) -> None:
    """Of a message that has a bad point the others keep their answers."""
    here = box(name, (Slot("x", ()),), {}, Care(seconds=1.0))
    assert here.batch([(0.1,), (0.9,), (0.2,)]) == [(0.1,), None, (0.2,)]
    assert [failure.kind for failure in here.failures.values()] == [kind]


def test_seeds_and_several_numbers(box: Maker) -> None:
    """Each run has its own seed; answers of several numbers keep their order."""
    seeded = box("seeded", (Slot("x", ()),), {}, Care(repeat=3, seeded=True), True)
    assert seeded.batch([(10.0,), (20.0,)]) == [(11.0, 12.0, 13.0), (21.0, 22.0, 23.0)]
    several = box("several", (Slot("x", ()),), {}, Care())
    assert several.batch([(1.0,), (2.0,)]) == [(1.0, 2.0), (2.0, 4.0)]


def test_moves_tell_zeros_apart() -> None:
    """A message says of later points just what differs."""
    one = {"x": [1.0, 0.0], "A": [[1.0], [2.0]], "b": 0.0}
    assert moves_between(one, one) == []
    other = {"x": [1.0, -0.0], "A": [[1.0], [3.0]], "b": 4.0}
    assert moves_between(one, other) == [("x", [1], -0.0), ("A", [1, 0], 3.0), ("b", [], 4.0)]


def test_each_evaluation_has_arrays_of_its_own() -> None:
    """What a callable does to its arguments does not reach the next evaluation of the message."""
    from gradcli.blackbox.callable_worker import call_many

    def spoils(x: list[float], A: list[list[float]], b: float) -> float:
        found = float(x[0] + 10 * A[1][0] + 100 * b)
        x[0] = A[1][0] = 1e9
        return found

    request = {
        "values": {"x": [1.0, 2.0], "A": [[3.0, 4.0], [5.0, 6.0]], "b": 7.0},
        "moves": [[], [("x", [0], 2.0)], [("A", [1, 0], 6.0), ("b", [], 8.0)], []],
        "seeds": [None] * 4,
        "by_name": True,
    }
    results = [float.fromhex(answer["result"]["number"]) for answer in call_many(spoils, request)]
    assert results == [751.0, 752.0, 861.0, 751.0]


@pytest.mark.parametrize("fixed", [{}, {"c": 9.0}, {"v[1]": 9.0, "c": 8.0}])
def test_a_point_gives_every_name_its_numbers(fixed: dict[str, float]) -> None:
    """Whether all names are numbers or some are arrays, and whether their entries stand side by side or not."""
    for shapes in ({"a": (), "c": ()}, {"a": (), "v": (3,), "M": (2, 2), "c": ()}, {"v": (1,)}, {"v": (3,)}):
        slots = tuple(Slot(name, shape) for name, shape in shapes.items())
        names = [name for slot in slots for name in slot.entries()]
        moving = tuple(name for name in names if name not in fixed)
        stay = {name: value for name, value in fixed.items() if name in names}
        values = {name: stay.get(name, float(place)) for place, name in enumerate(names)}
        place = EvaluationPoint(slots, stay, moving)
        found = place.values(tuple(values[name] for name in moving))
        assert found == {slot.name: slot.arrange([values[name] for name in slot.entries()]) for slot in slots}
