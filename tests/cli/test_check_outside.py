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

def chain(x1, x2):
    return math.sin(x1 * x2) ** 2 + math.exp(3 * x1)

def ring(x, y, z):
    return x * y**2 * z**3

def corners(x):
    return abs(x[0]) + 2 * abs(x[1])

def cubic(X):
    return float(X[0, 0] ** 3 + X[0, 1] ** 2 * X[1, 0] + X[1, 1])
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
        ("saddle", ("cos(x)*y + y**2", "sin(x) + x*y + 1", "--at", "1,2"), {"y"}, []),
        ("saddle", ("sin(x) + 2*x*y", "cos(x)*y + y**2", "--at", "1,3"), {"x", "y"},
         [("x", "permuted"), ("y", "permuted")]),
        ("squares", ("x", "--at", "x=[1,-2]"), {"x[0]", "x[1]"}, [("x[0]", "factor"), ("x[1]", "factor")]),
        ("pair", ("[[x, y], [1, exp(y)]]", "--kind", "jacobian", "--at", "1,2"), {"f1/x", "f1/y"}, None),
        ("squares", ("2*x, 1", "--at", "x=[1,-2]"), {"x"}, []),
        ("saddle", ("1", "2", "3", "--at", "1,2"), {"x", "y", None}, None),
        ("ring", ("2*x*y*z**3", "3*x*y**2*z**2", "y**2*z**3", "--at", "1,3,2"), {"x", "y", "z"},
         [("x", "permuted"), ("y", "permuted"), ("z", "permuted")]),
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


def test_an_entry_of_a_hessian_has_its_name(folder: Path) -> None:
    """The second derivative by x and y is called so, as where the function is a formula."""
    words = ("[[-sin(x)*y, cos(x) + 2*y], [-cos(x) - 2*y, 2*x]]", "--kind", "hessian", "--at", "1,2")
    (slip,) = check(folder, "saddle", *words, code=1)["diagnosis"]
    assert slip["message"] == "your ∂²f/∂y∂x has the wrong sign"


def test_a_kink_is_told_of_the_entry_that_has_it(folder: Path) -> None:
    """Two entries of one array without a derivative have a reason each."""
    found = check(folder, "corners", "1, 2", "--at", "x=[0,0]", code=4)["components"]
    assert [("x[0] = 0" in c["remark"], "x[1] = 0" in c["remark"]) for c in found] == [(True, False), (False, True)]


POINTS = ("--at", "0.7,1.3", "--at", "0.2,-0.5")
FIRST, SECOND = "2*sin(x1*x2)*cos(x1*x2)*x2 + 3*exp(3*x1)", "2*sin(x1*x2)*cos(x1*x2)*x1"


@pytest.mark.parametrize(
    ("answers", "slip"),
    [
        (("2*sin(x1*x2)*cos(x1*x2) + 3*exp(3*x1)", SECOND), ("x1", "missing-inner-derivative")),
        (("2*sin(x1*x2)*cos(x1*x2)*x2 + exp(3*x1)", SECOND), ("x1", "missing-inner-derivative")),
        (("2*sin(x1*x2)*cos(x1*x2)*x2**2 + 3*exp(3*x1)", SECOND), ("x1", "extra-inner-derivative")),
        (("2*sin(x1*x2)*cos(x1*x2)*x2 - 3*exp(3*x1)", SECOND), ("x1", "sign")),
        ((FIRST, "2*sin(x1*x2)*sin(x1*x2)*x1"), ("x2", "swapped-function")),
        ((FIRST, "2*sin(x1*x2)**2*cos(x1*x2)*x1"), ("x2", "power-rule")),
        ((FIRST, "0"), ("x2", "missing-term")),
        ((FIRST, FIRST), ("x2", "wrong-variable")),
        ((FIRST, "sin(x1*x2)**2 + exp(3*x1)"), ("x2", "not-differentiated")),
        ((FIRST, "2*sin(x1*x2)*cos(x1*x2)*x1 + x2"), None),
        ((FIRST, "cos(x1)"), None),
    ],
)
def test_a_slip_is_named_where_undoing_it_gives_the_program_s_numbers(
    folder: Path, answers: tuple[str, ...], slip: tuple[str, str] | None
) -> None:
    """The usual slips have their names though the function is no text; what is not explained has none."""
    found = check(folder, "chain", *answers, *POINTS, code=1)
    named = [(one["variable"], one["slip"]) for one in found["diagnosis"]]
    assert named == ([] if slip is None else [slip])


def test_a_factor_that_a_coordinate_has_at_the_only_point_is_not_named(folder: Path) -> None:
    """At y = 3 a forgotten y looks like a factor of 3: one such point tells nothing, two do."""
    answers = ("cos(x)*y + y", "sin(x) + 2*x*y")
    assert check(folder, "saddle", *answers, "--at", "1,3", code=1)["diagnosis"] == []
    answers = ("cos(x)*y + 3*y**2", "sin(x) + 2*x*y")
    (slip,) = check(folder, "saddle", *answers, "--at", "1,3", "--at", "0.3,0.7", code=1)["diagnosis"]
    assert (slip["variable"], slip["slip"]) == ("x", "factor")
    assert "3*y**2 counts 3 times" in slip["message"]


def test_a_transposed_matrix_of_derivatives_is_named(folder: Path) -> None:
    """The gradient by a matrix, and a Jacobian, that are right but for their transposition."""
    answer = "[[3*X[0,0]**2, X[0,1]**2], [2*X[0,1]*X[1,0], 1]]"
    (slip,) = check(folder, "cubic", answer, "--at", "X=[[1,2],[3,4]]", code=1)["diagnosis"]
    assert (slip["variable"], slip["slip"]) == ("X", "transposed")
    (slip,) = check(folder, "pair", "[[y, 1], [x, exp(y)]]", "--kind", "jacobian", "--at", "3,2", code=1)["diagnosis"]
    assert slip["slip"] == "layout"


@pytest.mark.parametrize(
    ("numbers", "code", "slips"),
    [
        ({"x": 5.0806, "y": 4.84147}, 0, []),
        ([5.0806046117362795, 4.8414709848078965], 0, []),
        ({"x": -5.0806, "y": 4.84147}, 1, [("x", "sign")]),
        ({"x": 5.0806, "y": 4.8424}, 1, []),
        ({"x": 5.0806}, 1, []),
        ({"x": 5.0806, "y": [1, 2]}, 1, []),
    ],
)
def test_numbers_of_a_file_are_compared_with_the_program(folder: Path, numbers: Any, code: int, slips: Any) -> None:
    """A number of the file is equal within its digits and the error of the differences; a missing one is different."""
    (folder / "numbers.json").write_text(json.dumps({"at": {"x": 1, "y": 2}, "gradient": numbers}))
    found = check(folder, "saddle", "--against", "numbers.json", code=code)
    assert found["verdict"] == ("different" if code else "equal")
    assert [(slip["variable"], slip["slip"]) for slip in found["diagnosis"]] == slips


def test_a_file_of_numbers_has_all_that_is_asked(folder: Path) -> None:
    """An answer or a point beside the file, and numbers for a variable that is none, are refused; a kink is said."""
    (folder / "numbers.json").write_text('{"at": {"x": 0}, "gradient": {"x": 1}}')
    found = check(folder, "corner", "--against", "numbers.json", code=4)
    assert "kink" in found["components"][0]["remark"]
    for words in (("1", "--against", "numbers.json"), ("--at", "1", "--against", "numbers.json")):
        assert "contradict" in check(folder, "corner", *words, code=2)["error"]["message"]
    (folder / "numbers.json").write_text('{"at": {"x": 1}, "gradient": {"z": 1}}')
    assert "'z'" in check(folder, "corner", "--against", "numbers.json", code=2)["error"]["message"]


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
