"""The progress of black boxes: at a terminal what is known so far, elsewhere plain lines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gradcli.cli.progress import error_lines
from gradcli.differences.driver import slopes
from gradcli.differences.progress import errors_so_far

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gradcli.differences.driver import AnySearch
    from gradcli.differences.plan import Slope

MODULE = """
import math, time

def slow(x, y):
    time.sleep(0.1)
    return math.sin(x) * math.exp(y)
"""


def command(folder: Path) -> list[str]:
    """A gradient of two variables that takes some two seconds."""
    (folder / "model.py").write_text(MODULE)
    words = ["grad", "--python", "model:slow", "--at", "1,2", "--no-cache", "--workers", "2"]
    return [sys.executable, "-m", "gradcli", *words]


def test_a_terminal_shows_the_error_of_each_derivative(tmp_path: Path) -> None:
    """While the work goes on each of a few variables has a line, whose error falls."""
    pty = pytest.importorskip("pty")
    own, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    run = subprocess.Popen(command(tmp_path), cwd=tmp_path, stderr=terminal, stdout=subprocess.PIPE, env=environment)
    os.close(terminal)
    seen = b""
    while True:
        try:
            chunk = os.read(own, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(own)
    run.communicate()
    assert run.returncode == 0
    errors = [float(text) for text in re.findall(r"∂/∂y +error (\S+?)[\s\x1b]", seen.decode())]
    assert errors
    assert min(errors) < 1e-9
    assert errors[0] > errors[-1]


def test_nothing_of_it_is_written_to_a_pipe(tmp_path: Path) -> None:
    """Standard error that is no terminal has the forecast alone."""
    done = subprocess.run(command(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"about \d+ evaluations to come.*\n", done.stderr)


def test_the_errors_so_far_fall_to_those_of_the_answer() -> None:
    """After every round each variable has the error of its worst output, at last that of the answer."""
    told: list[dict[str, float | None]] = []

    def note(rows: Sequence[Sequence[AnySearch | Slope]]) -> None:
        told.append(errors_so_far(["x", "y"], rows))

    found = slopes(lambda places: [(x * y, abs(x) + y**3) for x, y in places], (0.0, 2.0), ["x", "y"], None, note)
    assert told[-1]["x"] is None  # a kink
    last = [row[1] for row in found.rows]
    assert told[-1]["y"] == max((slope.error or 0.0) / (abs(slope.value or 0.0) or 1.0) for slope in last)
    assert len(told) > 2


def test_many_variables_share_one_line() -> None:
    """Above a few variables the count of known derivatives is told, and the worst of them."""
    assert error_lines({"x": 1e-9, "y": None}) == ("  ∂/∂x  error 1e-09", "  ∂/∂y  not known yet")
    many = {f"x{i}": 1e-12 * i if i else None for i in range(40)}
    assert error_lines(many) == ("  39 of 40 derivatives known so far, the worst ∂/∂x39 with error 4e-11",)
    assert error_lines(dict.fromkeys(many)) == ("  0 of 40 derivatives known so far",)
