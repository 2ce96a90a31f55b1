"""Black boxes as a user meets them: programs, scripts and modules in a folder, failures, interruptions, a cluster."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from gradcli import grad

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GRADCLI = [sys.executable, "-m", "gradcli"]
C_SOURCE = """
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **words) {
    double x = atof(words[1]), y = atof(words[2]);
    printf("converged\\n%.17g\\n", sin(x) * exp(y) + x * y);
    return 0;
}
"""
AWK_SCRIPT = """#!/bin/sh
echo "$1 $2" >> evaluations.log
awk -v x="$1" -v y="$2" 'BEGIN { printf "%.6f\\n", x * x * y + sin(y) }'
"""
SLOW_SCRIPT = """#!/bin/sh
echo "$1 $2" >> started.log
sleep 0.1
awk -v x="$1" -v y="$2" 'BEGIN { printf "%.17g\\n", sin(x) * y }'
echo "$1 $2" >> finished.log
"""
MODULE = """
import math, os, random, sys, time

def rosenbrock(x):
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in zip(x[:-1], x[1:]))

def residuals(x, y=1.0):
    return [x[0] ** 2 * y, math.sin(x[1]), x[0] + x[1]]

def product(X):
    return X @ X

def plane(a, b=2.0):
    print("a word on standard output")
    return a * b

def logged(x, y):
    with open("evaluations.log", "a") as log:
        log.write(f"{x!r} {y!r}\\n")
    time.sleep(0.1)
    return math.sin(x) * y

def kink(x):
    return abs(x - 1) + x

def jump(x):
    return 1.0 if x >= 1 else 0.0

def root(x):
    return math.sqrt(x)

def guarded(x):
    if x > 1.05:
        raise ValueError("the solver diverged")
    return x ** 3

def stepped(x):
    return math.sin(x) + 1e-6 * math.sin(1e7 * x * x)

def dice(x):
    return x * x + random.gauss(0, 1e-3)

def seeded(x, seed):
    draws = random.Random(seed)
    return sum((x * draws.gauss(1, 0.1)) ** 2 for _ in range(50)) / 50

def nothing(x): return None
def text(x): return "1.0"
def complex_number(x): return 1j * x
def growing(x): return [x] * (1 if x == 1 else 2)
def crash(x): os.kill(os.getpid(), 11)
def leave(x): sys.exit(3)
def hang(x): time.sleep(60)
def nan(x): return math.nan
constant = 5
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script and a module, and a cache of its own."""
    (tmp_path / "model.py").write_text(MODULE)
    for name, text in (("sim.sh", AWK_SCRIPT), ("slow.sh", SLOW_SCRIPT)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(folder / "caches"), "NO_COLOR": "1"}


def gradcli(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One run in the folder."""
    return subprocess.run(
        [*GRADCLI, *words], cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=120
    )


def answer(folder: Path, *words: str, code: int = 0) -> dict[str, Any]:
    """The JSON of a run that ends with this exit code."""
    done = gradcli(folder, *words, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout, parse_constant=pytest.fail)  # type: ignore[no-any-return]


def refusal(folder: Path, *words: str, code: int = 4) -> dict[str, Any]:
    """The error of a run that fails with this exit code; standard output is empty."""
    done = gradcli(folder, *words, "--json")
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    return json.loads(done.stderr)["error"]  # type: ignore[no-any-return]


def assert_covers(found: dict[str, Any], truth: dict[str, float]) -> None:
    """Each number is within its stated error of the truth, and the error is no cheap one."""
    for name, value in truth.items():
        assert abs(found["gradient"][name] - value) <= found["error"][name] <= 0.01 * max(1.0, abs(value))


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler")
def test_a_compiled_program(folder: Path) -> None:
    """The gradient of a C program, its values passed as arguments and its answer on the last line."""
    (folder / "sim.c").write_text(C_SOURCE)
    subprocess.run(["gcc", "sim.c", "-o", "sim", "-lm"], cwd=folder, check=True)
    found = answer(folder, "grad", "--exec", "./sim {x1} {x2}", "--at", "x1=1,x2=2")
    assert_covers(found, {"x1": math.cos(1) * math.exp(2) + 2, "x2": math.sin(1) * math.exp(2) + 1})
    assert max(found["error"].values()) < 1e-10
    assert (found["method"], found["accuracy"], found["cached"], found["failed"]) == ("fd", "estimated", 0, 0)
    assert found["function"] == "./sim {x1} {x2}"


def test_a_command_that_reads_no_values_is_told(folder: Path) -> None:
    """Without slots the values are JSON on its standard input: the gradient was 0 without a word."""
    (folder / "deaf.py").write_text("print(2.718281828459045)")
    found = answer(folder, "grad", "--exec", "python3 deaf.py", "--at", "x=1.5")
    assert found["gradient"] == {"x": 0.0}
    assert any("without slots such as {x}" in note for note in found["notes"])


def test_a_script_that_prints_six_decimals(folder: Path) -> None:
    """Rounded answers are noise that the digits tell: the error covers, and the answer says so."""
    found = answer(folder, "grad", "--exec", "./sim.sh {x} {y}", "--at", "x=1.5,y=2")
    assert_covers(found, {"x": 6.0, "y": 2.25 + math.cos(2)})
    assert any("few digits" in note for note in found["notes"])
    assert found["evaluations"] == len((folder / "evaluations.log").read_text().splitlines())


def test_a_script_that_always_prints_the_same(folder: Path) -> None:
    """It is a constant, as far as its digits tell: they bound the slope, and nothing in it is noise."""
    (folder / "constant.py").write_text("print(3.5)")
    found = answer(folder, "grad", "--exec", "python3 constant.py {x}", "--at", "x=1.5")
    assert (found["gradient"], found["problems"]) == ({"x": 0.0}, [])
    assert 0.001 < found["error"]["x"] < 0.1
    assert any("are all the same" in note for note in found["notes"])


def test_the_same_run_again_costs_nothing(folder: Path) -> None:
    """The second run takes every evaluation from the user's cache folder, and answers the same."""
    words = ("grad", "--exec", "./sim.sh {x} {y}", "--at", "1.5,2")
    first, second = answer(folder, *words), answer(folder, *words)
    assert (second["evaluations"], second["cached"]) == (0, first["evaluations"])
    assert second["gradient"] == first["gradient"]
    (folder / "sim.sh").write_text(AWK_SCRIPT.replace("x * x", "x * x * x"))
    assert answer(folder, *words)["cached"] == 0


def test_arrays_stay_arrays(folder: Path) -> None:
    """A vector argument is a vector in the function and in the answer; matrices keep their shape."""
    found = answer(folder, "grad", "--python", "model:rosenbrock", "--at", "x=[1,2,3]", "--no-cache")
    assert found["gradient"]["x"] == pytest.approx([-400, 1002, -200], rel=1e-10)
    assert found["shape"] == [3, 1]
    order = answer(folder, "grad", "--python", "model:rosenbrock", "--at", "1,2,3", "--no-cache")
    assert order["gradient"] == found["gradient"]
    turned = answer(folder, "jacobian", "--python", "model:product", "--at", "X=[[1,2],[3,4]]", "--no-cache")
    assert turned["shape"] == [4, 4]
    assert turned["rows"] == ["f[0,0]", "f[1,0]", "f[0,1]", "f[1,1]"]
    assert dict(zip(turned["functions"], turned["value"], strict=True)) == {
        "f[0,0]": 7.0, "f[0,1]": 10.0, "f[1,0]": 15.0, "f[1,1]": 22.0
    }  # fmt: skip
    entry = dict(zip(turned["columns"], turned["jacobian"][turned["rows"].index("f[0,1]")], strict=True))
    # (X@X)[0,1] = X[0,0]*X[0,1] + X[0,1]*X[1,1]
    assert entry == pytest.approx({"X[0,0]": 2, "X[0,1]": 5, "X[1,0]": 0, "X[1,1]": 2}, abs=1e-10)


def test_a_jacobian_and_a_hessian(folder: Path) -> None:
    """Several numbers make a Jacobian, in either layout; one number makes a Hessian with its eigenvalues."""
    words = ("--python", "model:residuals", "--at", "x=[3,2]", "--no-cache")
    found = answer(folder, "jacobian", *words, "--layout", "denominator")
    expected = [[6, 0, 1], [0, math.cos(2), 1]]
    assert found["jacobian"] == [pytest.approx(row, abs=1e-10) for row in expected]
    second = answer(folder, "hessian", "--python", "model:rosenbrock", "--at", "x=[1,1]", "--no-cache")
    assert second["hessian"] == [pytest.approx([802, -400], rel=1e-8), pytest.approx([-400, 200], rel=1e-8)]
    assert second["definiteness"] == "positive definite"


def test_arguments_by_name_and_by_place(folder: Path) -> None:
    """Names of the point are parameters; values without names go in their order; what has a default may be left."""
    one = answer(folder, "grad", "--python", "model:plane", "--at", "3", "--no-cache")
    assert one["gradient"] == {"a": pytest.approx(2)}
    both = answer(folder, "grad", "--python", "model:plane", "--at", "3,4", "--wrt", "b", "--no-cache")
    assert both["gradient"] == {"b": pytest.approx(3)}
    fixed = answer(folder, "grad", "--python", "model:plane", "--at", "a=3", "--set", "b=7", "--no-cache")
    assert fixed["gradient"] == {"a": pytest.approx(7)}
    builtin = answer(folder, "grad", "--python", "math:hypot", "--at", "3,4", "--no-cache")
    assert builtin["gradient"] == {"x1": pytest.approx(0.6), "x2": pytest.approx(0.8)}


def test_parameters_that_take_no_names(folder: Path) -> None:
    """Those of math.sin: values go in order, under the parameters' names or others; never to another parameter."""
    for point in ("1", "x=1", "z=1"):
        (slope,) = answer(folder, "grad", "--python", "math:sin", "--at", point, "--no-cache")["gradient"].values()
        assert slope == pytest.approx(math.cos(1))
    placed = answer(folder, "grad", "--python", "math:atan2", "--at", "a=1,b=2", "--no-cache")
    assert placed["gradient"] == {"a": pytest.approx(0.4), "b": pytest.approx(-0.2)}
    found = grad(math.atan2, at={"x": 2, "y": 1}).gradient
    assert found == {"y": pytest.approx(0.4), "x": pytest.approx(-0.2)}
    asked = refusal(folder, "grad", "--python", "math:atan2", "--at", "x=2,y=1", "--no-cache", code=2)
    assert asked["message"] == "atan2 takes its parameters in order: y, x"


def test_a_callable_of_a_file(folder: Path) -> None:
    """`--python path/model.py:f` needs no module of that name; what lies beside the file is found, and kept by."""
    (folder / "sub").mkdir()
    (folder / "sub/helper.py").write_text("def square(x):\n    return x * x\n")
    (folder / "sub/my-model.py").write_text("from helper import square\n\ndef f(x):\n    return 3 * square(x)\n")
    words = ("grad", "--python", "sub/my-model.py:f", "--at", "2", "--cache", "kept.jsonl")
    assert answer(folder, *words)["gradient"]["x"] == pytest.approx(12)
    assert answer(folder, *words)["evaluations"] == 0
    (folder / "sub/helper.py").write_text("def square(x):\n    return x * x * x\n")
    assert answer(folder, *words)["gradient"]["x"] == pytest.approx(36)
    other = answer(folder, "grad", "--python", f"{folder}/model.py:plane", "--at", "3,4", "--no-cache")
    assert other["gradient"] == pytest.approx({"a": 4, "b": 3})
    (folder / "sub/json.py").write_text("def f(x):\n    return x\n")
    odd = answer(folder, "grad", "--python", "sub/json.py:f", "--at", "2", "--no-cache")
    assert odd["gradient"] == pytest.approx({"x": 1})


@pytest.mark.parametrize(("function", "sides"), [("kink", (0.0, 2.0)), ("jump", None), ("root", None)])
def test_points_without_a_derivative_are_said(folder: Path, function: str, sides: tuple[float, float] | None) -> None:
    """A kink, a jump and an infinite slope are null with a problem, exit 3."""
    at = "0" if function == "root" else "1"
    found = answer(folder, "grad", "--python", f"model:{function}", "--at", at, "--no-cache", code=3)
    assert found["gradient"] == {"x": None}
    assert found["error"] == {"x": None}
    problem = found["problems"][0]
    assert problem["kind"] in ("not-differentiable", "infinite")
    if sides is not None:
        assert (problem["left"], problem["right"]) == pytest.approx(sides, abs=1e-9)


def test_failures_beside_the_point_are_a_border(folder: Path) -> None:
    """Where the function fails on one side only, the other side and smaller steps answer; the failures are told."""
    found = answer(folder, "grad", "--python", "model:guarded", "--at", "1", "--no-cache")
    assert_covers(found, {"x": 3.0})
    assert found["failed"] > 0
    assert any("the solver diverged" in note for note in found["notes"])


def test_bounds_are_never_left(folder: Path) -> None:
    """No evaluation is outside the bounds, also with the point on one of them."""
    found = answer(
        folder, "grad", "--python", "model:logged", "--at", "1,0.5", "--bounds", "x=0.9:1,y=0.5:", "--no-cache"
    )
    assert_covers(found, {"x": 0.5 * math.cos(1), "y": math.sin(1)})
    points = [tuple(map(float, line.split())) for line in (folder / "evaluations.log").read_text().splitlines()]
    assert all(0.9 <= x <= 1 and y >= 0.5 for x, y in points)


@pytest.mark.parametrize("form", ["table", "json", "plain", "csv", "markdown", "latex"])
def test_a_second_derivative_lost_in_its_error_is_a_problem(folder: Path, form: str) -> None:
    """In float16 ∂²f/∂y² of sin(x) y is 0 ± 0.06: every format says so, exit 3; one that is known well has exit 0."""
    (folder / "rounded.py").write_text(
        "import math, struct\n"
        "def half(x, y):\n    return struct.unpack('e', struct.pack('e', math.sin(x) * y))[0]\n"
        "def full(x, y):\n    return math.sin(x) * y\n"
    )
    words = ("hessian", "--at", "x=0.7,y=1.3", "--no-cache", "--format", form, "--python")
    lost, known = (gradcli(folder, *words, f"rounded:{name}") for name in ("half", "full"))
    assert (lost.returncode, known.returncode) == (3, 0)
    told, other = (re.sub(r"\s+|│|!", " ", done.stdout) for done in (lost, known))
    assert "second differences at y = 1.3 differ by as much as the" in told
    assert "second differences" not in other


def test_a_slope_lost_in_its_error_has_exit_3(folder: Path) -> None:
    """Noise of 1e-3 beside a slope of 1e-4; csv has the problem beside the number."""
    (folder / "rounded.py").write_text(
        "import random\ndef f(x):\n    return 1e-4 * x + 1e-3 * random.Random(repr(x)).random()\n"
    )
    done = gradcli(folder, "grad", "--at", "x=0.7", "--no-cache", "--format", "csv", "--python", "rounded:f")
    assert done.returncode == 3
    assert "noise" in done.stdout or "noisy" in done.stdout


def test_noise_of_the_function_is_measured(folder: Path) -> None:
    """A ripple of 1e-6 is noise: the slope of the trend, with an error that covers."""
    found = answer(folder, "grad", "--python", "model:stepped", "--at", "1", "--no-cache")
    assert_covers(found, {"x": math.cos(1)})
    assert any("noise" in note for note in found["notes"])


def test_a_random_function_is_said_to_be_random(folder: Path) -> None:
    """Two runs that differ are said; the answer, if there is one, is within its error."""
    done = gradcli(folder, "grad", "--python", "model:dice", "--at", "1", "--no-cache", "--json")
    found = json.loads(done.stdout)
    assert any("two runs at the same point differ" in note for note in found["notes"])
    assert abs(found["gradient"]["x"] - 2) <= 5 * found["error"]["x"]


def test_repeat_takes_means_and_seeds_common_numbers(folder: Path) -> None:
    """With seeds each point is run with the same seeds; the error holds that of the mean."""
    words = ("grad", "--python", "model:seeded", "--at", "x=2", "--no-cache", "--repeat", "6")
    found = answer(folder, *words)
    assert abs(found["gradient"]["x"] - 2 * 2 * 1.01) <= 2 * found["error"]["x"] < 0.5
    assert found["evaluations"] % 6 == 0
    means = answer(folder, "grad", "--python", "model:dice", "--at", "1", "--no-cache", "--repeat", "4")
    assert any("4 runs at the point differ" in note for note in means["notes"])


def test_max_evals_is_a_promise(folder: Path) -> None:
    """Never more evaluations than allowed; what they do not suffice for is said so, not taken for a border."""
    words = ("grad", "--exec", "./slow.sh {x} {y}", "--at", "1,2", "--no-cache", "--max-evals", "9")
    found = answer(folder, *words, code=3)
    assert found["evaluations"] <= 9 == len((folder / "started.log").read_text().splitlines())
    assert {problem["kind"] for problem in found["problems"]} == {"undecided"}


def test_a_study_shows_the_steps(folder: Path) -> None:
    """`--study` lists step, slope and error, in JSON and as a table."""
    words = ("grad", "--exec", "./slow.sh {x} {y}", "--at", "1,2", "--study")
    found = answer(folder, *words)
    assert [(entry["function"], entry["variable"]) for entry in found["study"]] == [("f", "x"), ("f", "y")]
    rows = found["study"][0]["rows"]
    assert len(rows) > 2
    assert all(abs(row["slope"] - 2 * math.cos(1)) <= 3 * row["error"] for row in rows)
    table = gradcli(folder, *words).stdout
    assert "error on a logarithmic scale" in table


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--exec", "./nothing {x}"), "there is no program './nothing'"),
        (("--exec", "sh -c 'echo broken mesh >&2; exit 4' {x}"), "exit status 4 at x = 1"),
        (("--exec", "true {x}"), "printed nothing"),
        (("--exec", "echo not-a-number {x}"), "not a number"),
        (("--exec", "sh -c 'echo nan' {x}"), "the answer is nan"),
        (("--exec", "sleep 30 {x}", "--timeout", "0.5"), "did not end within 0.5 s"),
        (("--exec", "sh -c 'kill -ABRT $$' {x}"), "SIGABRT"),
        (("--exec", "echo 1 2 3", "--answer", "f"), "not JSON"),
        (("--exec", "sh -c 'echo 1 2 3' {x}"), "3 numbers, and grad needs one number"),
        (("--python", "no_such_module:f"), "there is no module 'no_such_module'"),
        (("--python", "model:nope"), "has no 'nope'"),
        (("--python", "model.py:nope"), "has no 'nope'"),
        (("--python", "no/model.py:f"), "no/model.py'"),
        (("--python", "model:constant"), "no function but of type int"),
        (("--python", "model:nothing"), "nothing (None)"),
        (("--python", "model:text"), "type str"),
        (("--python", "model:complex_number"), "a complex number"),
        (("--python", "model:growing"), "2 numbers where it had answered 1 number"),
        (("--python", "model:crash"), "SIGSEGV"),
        (("--python", "model:leave"), "SystemExit: 3"),
        (("--python", "model:hang", "--timeout", "0.5"), "did not return within 0.5 s"),
        (("--python", "model:nan"), "the answer is nan"),
    ],
)
def test_a_function_without_an_answer_is_one_error(folder: Path, words: tuple[str, ...], message: str) -> None:
    """Whatever goes wrong at the point itself: one line that names it, exit 4."""
    error = refusal(folder, "grad", *words, "--at", "x=1", "--no-cache")
    assert message in error["message"]
    assert error["code"] in ("program", "target")


def test_standard_error_is_the_hint(folder: Path) -> None:
    """The last lines of a failing program's standard error are shown."""
    error = refusal(folder, "grad", "--exec", "sh -c 'echo broken mesh >&2; exit 4' {x}", "--at", "x=1", "--no-cache")
    assert error["hint"] == "broken mesh"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("grad", "--exec", "./sim.sh {x} {y}"), "needs a point"),
        (("grad", "--exec", "./sim.sh {x} {y}", "--at", "x=1"), "slot {y}"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "x=1,y=2"), "no slot {y}"),
        (("grad", "--exec", "./sim.sh '{x}", "--at", "1"), "quotation"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1,2"), "2 values for 1 name"),
        (("grad", "x**2", "--exec", "./sim.sh {x}", "--at", "1"), "two functions"),
        (("grad", "--python", "model", "--at", "1"), "not module:function"),
        (("grad", "--python", "model:f;import os", "--at", "1"), "not module:function"),
        (("grad", "--python", "model:plane", "--at", "a=1,c=2"), "no parameter 'c'"),
        (("grad", "--python", "model:plane", "--exec", "x", "--at", "1"), "two functions"),
        (("chain", "--exec", "./sim.sh {x}", "--at", "1"), "chain cannot"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--method", "symbolic"), "--method"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--simplify"), "--simplify"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--bounds", "x=2:3"), "outside the bounds"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--bounds", "x=2"), "--bounds"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--bounds", "z=0:3"), "no 'z'"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--step", "1", "--rel-step", "1"), "contradict"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--cache", "c", "--no-cache"), "contradict"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--workers", "2", "--scheduler", "tcp://a:1"), "--workers"),
        (("grad", "--exec", "./sim.sh {x}", "--at", "1", "--timeout", "0"), "--timeout"),
        (("grad", "x**2", "--at", "1", "--workers", "2"), "black box"),
        (("grad", "x**2", "--at", "1", "--step", "0.1"), "--method fd"),
        (("grad", "x**2", "--at", "1", "-m", "fd", "--order", "4"), "fixed scheme"),
    ],
)
def test_a_wrong_command_line_runs_nothing(folder: Path, words: tuple[str, ...], message: str) -> None:
    """What is wrong in the words themselves is exit 2, before anything is evaluated."""
    error = refusal(folder, *words, code=2)
    assert message in error["message"]
    assert not (folder / "evaluations.log").exists()


def test_a_damaged_cache_is_set_aside_and_said(folder: Path) -> None:
    """Garbage in the cache file: copied aside, said, and the run goes on with the lines that are whole."""
    words = ("grad", "--exec", "./sim.sh {x} {y}", "--at", "1.5,2", "--cache", "cache.jsonl")
    first = answer(folder, *words)
    with (folder / "cache.jsonl").open("a") as file:
        file.write("garbage\n")
    second = answer(folder, *words)
    assert (second["evaluations"], second["gradient"]) == (0, first["gradient"])
    assert any("damaged" in note for note in second["notes"])
    assert (folder / "cache.jsonl.damaged-1").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_was_ended_goes_on_where_it_was(folder: Path, number: int) -> None:
    """Ctrl-C, kill -9 and kill in the middle: the second start repeats no evaluation that had finished."""
    words = ["grad", "--exec", "./slow.sh {x} {y}", "--at", "1,2", "--cache", "cache.jsonl", "--json", "--workers", "2"]
    process = subprocess.Popen(
        [*GRADCLI, *words], cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    await_lines(folder / "cache.jsonl", 6)
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert output == b""
    assert b"Traceback" not in errors
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    time.sleep(0.5)  # what kill -9 leaves running ends by itself
    kept = [json.loads(line)["point"] for line in records(folder / "cache.jsonl")]
    done = Counter(tuple(float.fromhex(x) for x in point.values()) for point in kept)
    (folder / "started.log").unlink()
    found = answer(folder, *words[:-3], "--workers", "2")
    again = {tuple(map(float, line.split())) for line in (folder / "started.log").read_text().splitlines()}
    assert found["cached"] == len(kept) >= 6
    assert not again & set(done)
    assert_covers(found, {"x": 2 * math.cos(1), "y": math.sin(1)})


def await_lines(path: Path, count: int) -> None:
    """Wait until a file has so many lines."""
    end = time.monotonic() + 60
    while not path.exists() or len(records(path)) < count:
        assert time.monotonic() < end
        time.sleep(0.02)


def records(path: Path) -> list[str]:
    """The evaluations in a cache file: its lines behind the first one, which says what it is."""
    head, *lines = path.read_text().splitlines() or [""]
    assert not lines or "gradcli.cache/1" in head
    return lines


def test_an_error_in_the_middle_keeps_what_was_finished(folder: Path) -> None:
    """A program that vanishes while it is run: exit 4, and the cache has the finished evaluations."""
    (folder / "slow.sh").write_text(SLOW_SCRIPT + "test $(wc -l < finished.log) -lt 5 || rm -f slow.sh\n")
    words = ("grad", "--exec", "./slow.sh {x} {y}", "--at", "1,2", "--cache", "cache.jsonl", "--workers", "1")
    assert "there is no program" in refusal(folder, *words)["message"]
    assert len(records(folder / "cache.jsonl")) == 5


def test_the_forecast_goes_to_standard_error(folder: Path) -> None:
    """The number of evaluations is foretold; with --json standard error is silent unless it is a terminal."""
    words = ("grad", "--exec", "./sim.sh {x} {y}", "--at", "1.5,2", "--no-cache", "--workers", "2")
    assert "about 28 evaluations to come, 2 at once" in gradcli(folder, *words).stderr
    assert gradcli(folder, *words, "--json").stderr == ""
    steps = ("descend", *words[1:], "--steps", "3", "--lang", "zh")
    assert gradcli(folder, *steps).stderr == "约需 28 次求值, 同时 2 次\n"  # once, not at each step


@pytest.mark.parametrize("form", ["table", "plain", "markdown", "latex", "csv"])
def test_every_format_shows_a_black_box(folder: Path, form: str) -> None:
    """The command, its slopes and their errors stand in each format; LaTeX quotes what is special in it."""
    text = gradcli(folder, "jacobian", "--exec", "./slow.sh {x} {y}", "--at", "1,2", "-f", form).stdout
    assert "0.841470984" in text
    if form not in ("csv", "latex"):
        assert "./slow.sh {x} {y}" in text
    if form == "latex":
        assert r"\texttt{./slow.sh \{x\} \{y\}}" in text


def test_no_scheduler_is_one_error(folder: Path) -> None:
    """Where nobody answers at the address: exit 4, soon, and no traceback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = refusal(
        folder, "grad", "--exec", "./sim.sh {x} {y}", "--at", "1,2", "--scheduler", f"tcp://127.0.0.1:{port}"
    )
    assert error["code"] == "scheduler"
    assert "no scheduler answers" in error["message"]


@pytest.fixture
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A Dask scheduler with two workers on loopback; its address, and the workers."""
    file = folder / "scheduler.json"
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    scheduler = subprocess.Popen([*start, "--no-dashboard", "--scheduler-file", str(file)], **quiet)
    end = time.monotonic() + 60
    while not file.exists() or not file.read_text().strip():
        assert time.monotonic() < end
        time.sleep(0.1)
    address = json.loads(file.read_text())["address"]
    begin = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny"]
    workers = [subprocess.Popen([*begin, "--no-dashboard"], **quiet) for _ in range(2)]
    try:
        yield address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_a_killed_worker_of_a_cluster_loses_nothing(
    folder: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """Two Dask workers, one killed in the middle: the same answer as on this machine, every evaluation kept."""
    address, workers = cluster
    words = ["grad", "--python", "model:logged", "--at", "1,2", "--cache", "cache.jsonl", "--json"]
    process = subprocess.Popen(
        [*GRADCLI, *words, "--scheduler", address],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    await_lines(folder / "cache.jsonl", 5)
    workers[0].kill()
    output, errors = process.communicate(timeout=90)
    assert (process.returncode, errors) == (0, b"")
    found = json.loads(output)
    assert_covers(found, {"x": 2 * math.cos(1), "y": math.sin(1)})
    assert found["failed"] == 0
    assert len(records(folder / "cache.jsonl")) == found["evaluations"]
    again = answer(folder, *words[:-1])
    assert again["evaluations"] == 0
    assert again["gradient"] == found["gradient"]
