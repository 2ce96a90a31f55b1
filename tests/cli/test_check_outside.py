"""`gradcli check` of a function that is a program: equal, different, undecided, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """
import math

def saddle(x, y):
    return math.sin(x) * y + x * y**2

def squares(x):
    return sum(v * v for v in x)

def pair(x, y):
    return [x * y, x + math.exp(y)]

def corner(x):
    return abs(x)

def rounded(x):
    return round(math.sin(x), 2)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the functions."""
    (tmp_path / "model.py").write_text(MODULE)
    return tmp_path


def check(folder: Path, function: str, *words: str, code: int) -> dict[str, Any]:
    """The verdict, or the error, as an object."""
    command = [
        sys.executable,
        "-m",
        "gradcli",
        "check",
        "--python",
        f"model:{function}",
        *words,
        "--json",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == code, done.stderr
    found: dict[str, Any] = json.loads(done.stdout or done.stderr.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("saddle", ("cos(x)*y + y**2", "sin(x) + 2*x*y", "--at", "1,2", "--at", "x=-0.5,y=3")),
        ("saddle", ("y = sin(x) + 2*x*y, x = cos(x)*y + y**2", "--at", "1,2")),
        ("squares", ("2*x", "--at", "x=[1,-2,0]")),
        ("squares", ("2*eye(3)", "--kind", "hessian", "--at", "x=[1,-2,0]")),
        ("pair", ("[[y, x], [1, exp(y)]]", "--kind", "jacobian", "--at", "1,2")),
        ("pair", ("[[y, 1], [x, exp(y)]]", "--kind", "jacobian", "--layout", "denominator", "--at", "1,2")),
    ],
)
def test_right_answers_are_equal(folder: Path, function: str, words: tuple[str, ...]) -> None:
    """A right gradient, Jacobian or Hessian agrees within the errors of the differences; it is tested, not proved."""
    found = check(folder, function, *words, code=0)
    assert (found["verdict"], found["evidence"], found["witness"]) == ("equal", "tested", None)
    assert {component["verdict"] for component in found["components"]} == {"equal"}


@pytest.mark.parametrize(
    ("function", "words", "wrong", "slips"),
    [
        ("saddle", ("cos(x)*y + y**2", "-sin(x) - 2*x*y", "--at", "1,2"), {"y"}, [("y", "sign")]),
        ("saddle", ("cos(x)*y + y**2", "sin(x) + x*y", "--at", "1,2"), {"y"}, []),
        ("saddle", ("sin(x) + 2*x*y", "cos(x)*y + y**2", "--at", "1,3"), {"x", "y"},
         [("x", "permuted"), ("y", "permuted")]),
        ("squares", ("x", "--at", "x=[1,-2]"), {"x[0]", "x[1]"}, [("x[0]", "factor"), ("x[1]", "factor")]),
        ("pair", ("[[x, y], [1, exp(y)]]", "--kind", "jacobian", "--at", "1,2"), {"f1/x", "f1/y"}, None),
        ("squares", ("2*x, 1", "--at", "x=[1,-2]"), {"x"}, []),
        ("saddle", ("1", "2", "3", "--at", "1,2"), {"x", "y", None}, None),
    ],
)  # fmt: skip
def test_wrong_answers_are_different(
    folder: Path, function: str, words: tuple[str, ...], wrong: set[str], slips: Any
) -> None:
    """A difference beyond the error is told with its point; a sign, a factor and changed places have names."""
    found = check(folder, function, *words, code=1)
    assert {c["variable"] for c in found["components"] if c["verdict"] == "different"} == wrong
    if slips is not None:
        assert sorted((slip["variable"], slip["slip"]) for slip in found["diagnosis"]) == sorted(slips)


@pytest.mark.parametrize(
    ("function", "answer", "point"), [("corner", "1", "0"), ("rounded", "0.54", "1")], ids=["corner", "rounded"]
)
def test_what_the_error_cannot_tell_is_undecided(folder: Path, function: str, answer: str, point: str) -> None:
    """At a corner, and within the noise of rounded output, there is no verdict, and the reason is said."""
    found = check(folder, function, answer, "--at", point, code=4)
    assert found["verdict"] == "undecided"
    assert found["components"][0]["remark"]


@pytest.mark.parametrize(
    "words",
    [
        ("2*x",),
        (),
        ("2*z", "--at", "x=[1,2]"),
        ("2*x", "--at", "x=[1,2]", "--vector", "x"),
        ("2*x +", "--at", "x=[1,2]"),
    ],
    ids=["no point", "no answer", "unknown name", "declaration", "syntax"],
)
def test_what_makes_no_sense_is_refused(folder: Path, words: tuple[str, ...]) -> None:
    """One error, exit code 2."""
    assert check(folder, "squares", *words, code=2)["error"]["message"]
