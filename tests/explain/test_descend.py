"""Descents: the book's runs, stops and verdicts, every format, bad input."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gradcli import descend
from gradcli.cli.app import app
from gradcli.problems import GradcliError

RUNNER = CliRunner()


def at(found: object) -> dict[str, float]:
    """The last place."""
    return found.path[-1].at  # type: ignore[attr-defined, no-any-return]


def test_the_runs_of_the_book() -> None:
    """Dive into Deep Learning, chapter 12, to the digits that it prints."""
    assert at(descend("x1**2 + 2*x2**2", (-5, -2), rate=0.1, steps=20)) == pytest.approx(
        {"x1": -0.057646, "x2": -0.000073}, abs=1e-6
    )
    assert at(descend("x**2", 10, rate=0.2, steps=10))["x"] == pytest.approx(0.060466, abs=1e-6)
    assert at(descend("x**2", 10, rate=0.05, steps=10))["x"] == pytest.approx(3.486784, abs=1e-6)
    assert at(descend("x*cos(0.15*pi*x)", 10, rate=2, steps=10))["x"] == pytest.approx(-1.528166, abs=1e-6)
    run = descend("0.1*x1**2 + 2*x2**2", (-5, -2), method="momentum", rate=0.6, momentum=0.5, steps=20)
    assert at(run) == pytest.approx({"x1": 0.007188, "x2": 0.002553}, abs=1e-6)
    assert at(descend("cosh(0.5*x)", 10, method="newton", steps=10))["x"] == pytest.approx(0, abs=1e-9)


def test_adam_is_the_formula() -> None:
    """Bias correction, ε outside of the root: Kingma and Ba, algorithm 1."""
    x, mean, square = 3.0, 0.0, 0.0
    for t in range(1, 8):
        slope = 2 * x
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        x -= 0.1 * (mean / (1 - 0.9**t)) / (math.sqrt(square / (1 - 0.999**t)) + 1e-8)
    assert at(descend("x**2", 3, method="adam", rate=0.1, steps=7))["x"] == pytest.approx(x, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "start", "options", "stopped", "kind"),
    [
        ("(x - 1)**2", 5, {"rate": 0.3}, "gradient", "minimum"),
        ("x*cos(0.15*pi*x)", 10, {"method": "newton", "steps": 10}, "gradient", "maximum"),
        ("x**2 - y**2", (1, 0), {"rate": 0.4}, "gradient", "saddle"),
        ("0.1*x1**2 + 2*x2**2", (-5, -2), {"rate": 0.6, "steps": 30}, "diverging", None),
        ("exp(x)", 1, {"rate": 0.1, "steps": 3}, "steps", None),
        ("abs(x)", 1, {"rate": 0.5}, "problem", None),
        ("log(x)", 1, {"rate": 2}, "problem", None),
        ("x**4", 1, {"method": "newton", "steps": 200, "until": 1e-12}, "gradient", "undecided"),
        ("x**3", 1, {"method": "newton"}, "gradient", "undecided"),  # positive on the way to a saddle
    ],
)
def test_stops_and_verdicts(
    text: str, start: object, options: dict[str, object], stopped: str, kind: str | None
) -> None:
    """Why it stopped, and what the Hessian says of its end."""
    found = descend(text, start, **options)  # type: ignore[arg-type]
    assert found.stopped == stopped
    assert found.kind == kind
    assert bool(found.numbers.problems) == (stopped == "problem")


@pytest.mark.parametrize("method", ["gd", "momentum", "adam", "newton"])
def test_symmetric_matrices_stay_symmetric(method: str) -> None:
    """The step is by the gradient that `grad` has, and the end is judged among symmetric matrices."""
    run = descend("S: 2,2 symmetric; sum(S**2) + S[0,1]", "S=[[1,2],[2,5]]", method=method, steps=1000)
    path = [step.at["S"] for step in run.path]
    assert all(rows[0][1] == rows[1][0] for rows in path)
    assert path[-1][0][1] == pytest.approx(-0.25, abs=1e-6)
    assert (run.kind, run.eigenvalues) == ("minimum", (2.0, 2.0, 2.0))


def test_rates_are_bounded_where_the_hessian_is_constant() -> None:
    """2/λ, and beyond it the descent does diverge."""
    found = descend("x1**2 + 2*x2**2", (-5, -2), steps=2)
    assert (found.bound, found.curvature) == (0.5, 4.0)
    assert descend("x1**2 + 2*x2**2", (-5, -2), rate=0.49, steps=2000).stopped == "gradient"
    assert descend("x1**2 + 2*x2**2", (-5, -2), rate=0.51, steps=2000).stopped == "diverging"
    assert descend("x**4", 1, steps=2).bound is None


def test_minima_are_stationary_by_themselves() -> None:
    """Rosenbrock's function by Newton's method ends where its gradient is zero."""
    found = descend("(1 - x)**2 + 100*(y - x**2)**2", (-1.2, 1), method="newton", steps=20)
    assert at(found) == pytest.approx({"x": 1.0, "y": 1.0}, abs=1e-9)
    assert found.kind == "minimum"


def answer(*words: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    done = RUNNER.invoke(app, ["descend", *words])
    return done.exit_code, done.output


def test_every_format() -> None:
    """All steps in csv, json and plain; a table of some in Markdown, LaTeX and on the screen."""
    words = ("x1**2 + 2*x2**2", "--at=-5,-2", "--rate", "0.1", "--steps", "30")
    code, text = answer(*words, "--format", "csv")
    rows = list(csv.reader(io.StringIO(text)))
    assert (code, rows[0], len(rows)) == (0, ["step", "x1", "x2", "value", "norm"], 32)
    document = json.loads(answer(*words, "--json")[1])
    assert document["schema"] == "gradcli.descent/1"
    assert [step["step"] for step in document["path"]] == list(range(31))
    assert document["path"][1] == {
        **document["path"][1],
        "at": {"x1": -4.0, "x2": -1.2},
        "gradient": {"x1": -8.0, "x2": -4.8},
    }
    assert len(answer(*words, "--format", "plain")[1].splitlines()) >= 31
    for form, mark in (("markdown", "| 20 | "), ("latex", r"\begin{tabular}"), ("table", "│ 20   │")):
        assert mark in answer(*words, "--format", form)[1]


def test_the_path_is_drawn(tmp_path: Path) -> None:
    """In characters, and as SVG by the ending of the file."""
    words = ("x1**2 + 2*x2**2", "--at=-5,-2", "--steps", "20")
    shown = answer(*words, "--plot")[1]
    assert "◆ start, ● steps" in shown
    assert "◆" in shown.split("◆ start")[0]
    assert answer(*words, "--out", str(tmp_path / "path.svg"))[0] == 0
    assert 'class="start"' in (tmp_path / "path.svg").read_text()
    assert "◆" in answer("x**2", "--at", "3", "--plot")[1]
    assert "21 of 21 places are outside of this picture" in answer(*words, "--plot", "--range", "x1=0:1")[1]
    assert "2 of 3 places are too far away" in answer("-x**4", "--at", "1", "--rate", "10", "--plot")[1]


def test_arrays_with_data(tmp_path: Path) -> None:
    """Least squares from a file of data goes to the solution of the normal equations."""
    (tmp_path / "X.json").write_text("[[1, 2], [3, 4], [5, 7]]")
    words = ["norm(X@w - y)**2/2", "--wrt", "w", "--at", "w=[0, 0]"]
    words += ["--set", f"X=@{tmp_path / 'X.json'}", "--set", "y=[1, 2, 4]"]
    code, text = answer(*words, "--method", "newton", "--steps", "3", "--json")
    w, v = json.loads(text)["path"][-1]["at"]["w"]
    assert code == 0
    residuals = [w + 2 * v - 1, 3 * w + 4 * v - 2, 5 * w + 7 * v - 4]
    assert sum(a * b for a, b in zip((1, 3, 5), residuals, strict=True)) == pytest.approx(0, abs=1e-9)
    assert sum(a * b for a, b in zip((2, 4, 7), residuals, strict=True)) == pytest.approx(0, abs=1e-9)


def test_a_program_is_descended(tmp_path: Path) -> None:
    """Its gradients are finite differences, each with an error."""
    program = tmp_path / "f.py"
    program.write_text("import sys\na, b = map(float, sys.argv[1:])\nprint((a - 1)**2 + 2*(b + 1)**2)\n")
    words = ("--exec", f"{sys.executable} {program} {{a}} {{b}}", "--at", "a=2,b=0", "--steps", "2", "--no-cache")
    code, text = answer(*words, "--json")
    document = json.loads(text.strip().splitlines()[-1])
    assert code == 0
    assert document["path"][1]["at"] == pytest.approx({"a": 1.8, "b": -0.4}, abs=1e-6)
    assert document["path"][0]["error"]["a"] < 1e-6


def test_a_program_that_fails_on_the_way_leaves_the_way(tmp_path: Path) -> None:
    """The steps up to there are kept, and it is said why it ends; at the start it is an error."""
    program = tmp_path / "f.py"
    program.write_text("def f(x):\n    return x*x if x > 0.5 else float('nan')\n")
    words = ("--python", f"{program}:f", "--rate", "0.4", "--no-cache", "--json")
    code, text = answer(*words, "--at", "x=1")
    document = json.loads(text.strip().splitlines()[-1])
    assert (code, document["stopped"]) == (3, "problem")
    assert [step["value"] for step in document["path"]] == [1.0, None]
    assert document["problems"][0]["message"].startswith("the answer is nan at x = 0.2")
    assert answer(*words, "--at", "x=0.1")[0] == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("x**2",), "a place to start from"),
        (("x**2", "--at", "1", "--rate", "0"), "positive"),
        (("x**2", "--at", "1", "--method", "momentum", "--momentum", "1.5"), "from 0 up to 1"),
        (("x**2", "--at", "1", "--momentum", "0.5"), "--method momentum"),
        (("x**2+y**2+z**2", "--at", "1,2,3", "--plot"), "one or two variables"),
        (("f(x)", "--at", "1"), "abstract"),
        (("[x, x**2]", "--at", "1"), ""),
    ],
)
def test_bad_requests(words: tuple[str, ...], said: str) -> None:
    """One clear error with a way out."""
    done = subprocess.run(
        [sys.executable, "-m", "gradcli", "descend", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert said in done.stderr
    assert not done.stdout


def test_the_library_refuses_what_makes_no_sense() -> None:
    """A method that is not there, rates below zero."""
    with pytest.raises(GradcliError, match="no such method"):
        descend("x**2", 1, method="lbfgs")
    with pytest.raises(GradcliError, match="positive"):
        descend("x**2", 1, rate=-1.0)


@pytest.mark.parametrize("method", ["gd", "newton"])
def test_a_start_without_a_value_has_a_picture(method: str) -> None:
    """exp(800) is beyond float64: the picture of an empty path was an internal error."""
    found = RUNNER.invoke(app, ["descend", "exp(x)", "--at", "800", "-m", method, "--plot", "--range", "x=-2:2"])
    assert found.exit_code == 3
    assert "there is no gradient here" in found.stdout


@pytest.mark.parametrize("method", ["gd", "momentum", "adam", "newton"])
def test_a_step_beyond_float64_is_diverging(method: str) -> None:
    """NumPy's warning of it was printed among the answer."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = RUNNER.invoke(app, ["descend", "x**2 + y**2", "--at", "3,4", "-m", method, "--rate", "1e308"])
    assert found.exit_code == 4
    assert "diverging" in found.stdout
