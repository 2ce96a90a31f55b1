"""gradcli as a process: what it imports, how it ends, what a hostile environment does to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

GRADCLI = [sys.executable, "-m", "gradcli"]
MAIN_JOB = ["grad", "x1**2+x2**2", "--at", "1,2", "--json"]
HEAVY = ("rich", "numpy", "sympy", "flint", "dataclasses", "decimal", "mpmath")


def imported(*words: str, code: int = 0) -> set[str]:
    """The modules that a command line imports, which ends with this exit code."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "gradcli", *words], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == code
    return {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


@pytest.mark.parametrize("words", [MAIN_JOB, ["--help"], ["grad", "--help"], ["--version"], ["completions", "zsh"]])
def test_a_small_run_imports_nothing_heavy(words: list[str]) -> None:
    """JSON on integers, help, version and completions need neither rich nor NumPy, SymPy or flint."""
    modules = imported(*words)
    assert "gradcli.cli.entry" in modules
    assert {name.split(".")[0] for name in modules} & set(HEAVY) <= ALSO_IN_TYPER


WITH_RICH = {"rich", "typing", "dataclasses", "random"}
WITH_FLINT = {"flint.types.arb"}
WEIGHTY = {
    *(
        "numpy",
        "sympy",
        "mpmath",
        "typer",
        "click",
        "subprocess",
        "tempfile",
        "asyncio",
        "logging",
        "argparse",
        "ctypes",
    ),
    *("inspect", "ast", "tokenize", "pickle", "difflib", "textwrap", "locale", "json", "contextvars"),
    *("fractions", "decimal", "flint.types.acb", "flint.types.arb_series", *WITH_RICH, *WITH_FLINT),
}
POINT = ("x1**2+x2**2", "--at", "1,2")
LOADED: dict[tuple[str, ...], tuple[set[str], int]] = {
    ("grad", *POINT, "--json"): (set(), 105),
    ("grad", *POINT, "--format", "plain"): (set(), 105),
    ("grad", *POINT, "--format", "csv"): (set(), 105),
    ("grad", "x1**2 + sin(x2)", "--at", "1,2", "--json"): (WITH_FLINT, 120),
    ("grad", "norm(A@x)^2", "--json"): (set(), 144),
    ("grad", *POINT): (WITH_RICH, 110),
    ("jacobian", "[x1*x2, x1]", "--at", "1,2"): (WITH_RICH, 117),
    ("hessian", *POINT): (WITH_RICH | WITH_FLINT | {"flint.types.acb"}, 122),
    ("check", "x1**2+x2**2", "[2*x1, 2*x2]"): (WITH_RICH, 110),
    ("check", "x1**2+x2**2", "[2*x1, 2*x2]", "--json"): (set(), 108),
    ("export", "x1**2+x2**2", "--to", "c"): (set(), 116),
    ("chain", "y = u^2; u = a*b", "--at", "a=1,b=2"): (WITH_RICH, 119),
    ("chain", "y = u^2; u = a*b", "--at", "a=1,b=2", "--json"): (set(), 109),
    ("trace", *POINT): (WITH_RICH, 113),
    ("trace", *POINT, "--json"): (set(), 111),
    ("steps", "x1**2+x2**2"): (WITH_RICH, 118),
    ("steps", "x1**2+x2**2", "--json"): (set(), 114),
    ("graph", *POINT): (set(), 109),
    ("functions", "--json"): ({"json"}, 42),
}
"""What a command may load of what takes long, and how many modules of ours: upper bounds."""


@pytest.mark.parametrize("words", LOADED, ids=" ".join)
def test_a_command_loads_no_more_than_it_needs(words: tuple[str, ...]) -> None:
    """Start-up is what most runs take: rich only for tables, flint only for numbers that are not rational."""
    allowed, most = LOADED[words]
    modules = imported(*words)
    later = {"inspect", "ast", "dis", "tokenize"} if sys.version_info >= (3, 12) else set()  # dataclasses takes them
    assert modules & WEIGHTY <= allowed | (later if "rich" in allowed else set())
    assert len([name for name in modules if name.split(".")[0] == "gradcli"]) <= most


def test_an_error_loads_what_reads_and_no_mathematics() -> None:
    """A slip in a text is answered at once."""
    modules = imported("grad", "x1**2+", "--at", "1,2", code=2)
    rooms = {name.split(".")[1] for name in modules if name.startswith("gradcli.")}
    assert not modules & WEIGHTY
    assert not rooms & {"program", "rules", "derive", "evaluate", "postponed"}


ALSO_IN_TYPER = {
    line.rsplit("|", 1)[1].strip().split(".")[0]
    for line in subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import typer"], capture_output=True, text=True
    ).stderr.splitlines()
    if line.startswith("import time:")
}


def test_a_table_imports_rich() -> None:
    """The check above can fail: a table does import rich."""
    assert any(name.startswith("rich") for name in imported("grad", "x**2"))


@pytest.mark.parametrize("words", [MAIN_JOB, ["grad", "x1**2 + sin(x2)", "--at", "1,2"]])
def test_a_gradient_imports_no_explanation(words: list[str]) -> None:
    """Traces, derivations, pictures and their words are loaded by who asks for them alone."""
    rooms = ("gradcli.explain", "gradcli.render.explain", "gradcli.render.plot", "gradcli.render.report")
    more = ("gradcli.render.descent", "gradcli.render.chinese.translation", "gradcli.rules.laws")
    assert [name for name in imported(*words) if name.startswith((*rooms, *more))] == []


def test_importing_the_library_imports_nothing() -> None:
    """`import gradcli` loads no other module of the package."""
    script = "import sys, gradcli; print([name for name in sys.modules if name.startswith('gradcli.')])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize(
    "environment",
    [
        {"TERMINAL_WIDTH": "abc"},
        {"COLUMNS": "abc", "LINES": "-1"},
        {"COLUMNS": "99999999999"},
        {"GITHUB_ACTIONS": "true"},
        {"SYMPY_DEBUG": "1", "SYMPY_CACHE_SIZE": "x", "SYMPY_USE_CACHE": "x", "SYMPY_GROUND_TYPES": "x"},
        {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        {"LC_ALL": "xx_YY.nonsense", "TERM": "nonsense"},
        {"PYTHONOPTIMIZE": "2"},
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent"},
    ],
)
@pytest.mark.parametrize("form", ["json", "table"])
def test_the_environment_breaks_nothing(environment: dict[str, str], form: str) -> None:
    """Variables that other libraries read cannot make a run fail, nor colour a pipe."""
    done = subprocess.run(
        [*GRADCLI, "grad", "θ**2", "--at", "3", "-f", form],
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout
    assert b"6" in done.stdout


@pytest.mark.parametrize("text", ["é.foo(2)", "x +* ж"])
def test_errors_are_json_in_every_locale(text: str) -> None:
    """An error in JSON is UTF-8 as answers are: \\xe9 is no escape of JSON."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*GRADCLI, "grad", text, "--json"], env=environment, capture_output=True, timeout=60)
    assert json.loads(done.stderr.decode("utf-8"))["error"]["code"] == "syntax"


def test_a_broken_pipe_is_quiet() -> None:
    """Nobody reads: exit 141 and not a word."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*GRADCLI, *MAIN_JOB], stdout=writing, stderr=subprocess.PIPE, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_full_output_is_a_failure() -> None:
    """A full device behind standard output is exit 4 and one line."""
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*GRADCLI, *MAIN_JOB[:-1]], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stderr) == (4, b"error: cannot write standard output: no space left on device\n")


@pytest.mark.parametrize(("redirection", "code"), [("<&-", 0), (">&-", 4), ("2>&-", 0), ("<&- >&- 2>&-", 4)])
def test_closed_streams_are_survived(tmp_path: Path, redirection: str, code: int) -> None:
    """Closed descriptors are neither crashes nor places where the next file's content ends up."""
    (tmp_path / "f.txt").write_text("x1**2+x2**2")
    command = f'"{sys.executable}" -m gradcli grad @f.txt --at 1,2 --json {redirection}'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "f.txt").read_text() == "x1**2+x2**2"
    if code == 0:
        assert json.loads(done.stdout)["value"] == 5.0


@pytest.mark.parametrize("pause", [0.12, 0.3, 1.0])
def test_an_interrupt_is_quiet_and_130(tmp_path: Path, pause: float) -> None:
    """Ctrl-C while gradcli waits for its input: exit 130, nothing said, nothing left."""
    running = subprocess.Popen(
        [*GRADCLI, "grad", "--out", "answer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    time.sleep(pause + 0.3)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (130, b"", b"")
    assert os.listdir(tmp_path) == []


def test_out_to_standard_output_is_standard_output(tmp_path: Path) -> None:
    """`--out /dev/stdout` neither replaces the device nor truncates what was there."""
    target = tmp_path / "log"
    target.write_text("first\n")
    with target.open("ab") as log:
        subprocess.run([*GRADCLI, *MAIN_JOB, "--out", "/dev/stdout"], stdout=log, check=True, timeout=60)
    first, second = target.read_text().splitlines()
    assert first == "first"
    assert json.loads(second)["value"] == 5.0


@pytest.mark.parametrize(
    ("word", "ours"), [("/usr/bin/gradcli", True), ("program.py", False), ("-m", False), ("", False)]
)
def test_ctrl_c_is_quiet_from_the_first_import_on(word: str, ours: bool) -> None:
    """The command line takes Ctrl-C before anything else is imported; a program that uses the library keeps its own."""
    script = f"import sys; sys.argv = [{word!r}]; import gradcli, signal; print(signal.getsignal(2).__name__)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ("end_at_once" if ours else "default_int_handler")
