"""trace, steps and graph on the command line: exit codes, files, errors; grad knows nothing of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80"}
    return subprocess.run(
        [sys.executable, "-m", "gradcli", *words], capture_output=True, text=True, env=environment, check=False
    )


def test_schemas():
    """Each has a schema of its own."""
    for command, schema in (("trace", "gradcli.trace/1"), ("steps", "gradcli.steps/1"), ("graph", "gradcli.graph/1")):
        assert json.loads(run(command, "x**2", "--at", "3", "--json").stdout)["schema"] == schema


def test_a_kink_is_exit_3():
    """A number that was asked for does not exist; the screen says which step."""
    done = run("trace", "abs(x)*y", "--at", "0,2")
    assert done.returncode == 3
    assert "! v1: abs has a kink at x = 0: slope -1 from the left, 1 from the right" in done.stdout


def test_files_choose_the_format(tmp_path: Path):
    """*.dot, *.mmd and *.svg."""
    for name, first in (("a.dot", "digraph"), ("a.mmd", "flowchart"), ("a.svg", "<svg")):
        path = tmp_path / name
        assert run("graph", "x*y + y", "--at", "1,2", "--out", str(path)).returncode == 0
        assert path.read_text().startswith(first)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("trace", "--exec", "./sim {x}", "--at", "x=1"), "a program has no steps"),
        (("trace", "y = x**2; z = x"), "one function is needed, and there are 2: y, z"),
        (("trace", "f(x*y)", "--at", "1,2"), "f is an abstract function"),
        (("trace", "x**2", "--along", "1"), "--along needs a point"),
        (("trace", "norm(x)**2", "--at", f"x={[1] * 13}", "--mode", "forward"), "one column an entry"),
        (("steps", "y**2", "--wrt", "x"), "the function has no variable 'x'"),
        (("graph", "[x, y]"), "this is a vector function"),
        (("plot", "x**2", "--range", "x=0:inf"), "--range: inf is no finite number"),
    ],
)
def test_bad_input(words: tuple[str, ...], expected: str):
    """One clear error, exit 2."""
    done = run(*words)
    assert done.returncode == 2
    assert expected in done.stderr


def test_several_points():
    """One screen a point, JSON one object a line."""
    done = run("trace", "x**2", "--at", "1", "--at", "2", "--json")
    assert [json.loads(line)["gradient"]["x"] for line in done.stdout.splitlines()] == [2.0, 4.0]


def test_grad_imports_nothing_of_it():
    """Start-up is untouched."""
    code = (
        "import sys\nfrom gradcli.cli.entry import run\nrun(['grad', 'x1**2+x2**2', '--at', '1,2'])\n"
        "sys.stderr.write('\\n'.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stderr.split()
    assert "gradcli.derive.gradient" in loaded
    assert not [name for name in loaded if "explain" in name or name == "gradcli.rules.laws"]


def test_the_direct_gradient_on_request():
    """`chain` says that grad agrees; --direct shows its formula as well."""
    text = "y = u1*u2; u1 = x1 + x2; u2 = sin(x1)"
    formula = "∂y/∂x1 = sin(x1) + (x1 + x2)·cos(x1)"
    assert formula not in run("chain", text, "--at", "1,2").stdout
    shown = run("chain", text, "--at", "1,2", "--direct").stdout
    assert formula in shown
    assert "✓ agrees with grad" in shown


def test_the_chain_rule_of_a_network_fits_a_screen():
    """A two-layer network takes at most 55 lines."""
    text = "L = (p - y)**2/2; p = sigmoid(z2); z2 = w2*h + b2; h = tanh(z1); z1 = w1*x + b1"
    lines = run("chain", text, "--at", "b1=0.1,b2=0.2,w1=0.5,w2=-0.3,x=1.5,y=1").stdout.splitlines()
    assert len(lines) <= 55
    assert max(map(len, lines)) <= 80
