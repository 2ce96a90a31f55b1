"""Typer as Typer: its own tools work on the app."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from gradcli.cli.app import app
from gradcli.cli.commands.rows import COMMANDS, options_of
from gradcli.cli.options import OPTIONS
from gradcli.cli.question import CommandLine, command_line
from gradcli.cli.typer_commands import WordCommand, make_command

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["grad", "x1**2+x2**2", "--at", "1,2", "--json"], 0),
        (["check", "x**2", "3*x"], 1),
        (["grad", "sen(x)"], 2),
        (["grad", "x", "--no-such-option"], 2),
        (["grad", "abs(x)", "--at", "0"], 3),
        (["check", "f(x)", "g(x)", "--wrt", "x"], None),
        (["grad", "--exec", "false {x}", "--at", "x=1", "--no-cache"], 4),
        (["--version"], 0),
        (["--help"], 0),
        (["grad", "--help"], 0),
    ],
)
def test_the_runner_of_typer_sees_the_exit_codes(words: list[str], code: int | None) -> None:
    """`typer.testing.CliRunner` gets the answer and the exit code of the command line."""
    ended = CliRunner().invoke(app, words)
    whole = subprocess.run([sys.executable, "-m", "gradcli", *words], capture_output=True, text=True)
    assert ended.exit_code == whole.returncode
    assert code in (None, ended.exit_code)
    if code == 0:
        assert ended.stdout == whole.stdout


def test_the_runner_of_typer_sees_the_answer() -> None:
    """The output is the answer, and nothing else."""
    ended = CliRunner().invoke(app, ["grad", "x1**2+x2**2", "--at", "1,2", "--json"])
    assert json.loads(ended.stdout)["gradient"] == {"x1": 2.0, "x2": 4.0}


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_parameter_of_typer_is_a_row(name: str) -> None:
    """A command of typer has the options of its row, spelt and typed as there; nothing is declared twice."""
    command: Any = make_command(COMMANDS[name])
    assert isinstance(command, WordCommand)
    found = {p.opts[0]: p for p in command.params if p.param_type_name == "option" and "--help" not in p.opts}
    rows = options_of(COMMANDS[name])
    assert set(found) == {option.flags[0] for option in rows.values()}
    for option in rows.values():
        param = found[option.flags[0]]
        assert (param.help, param.multiple, not param.is_flag) == (option.about, option.many, option.takes_value)
        if hasattr(param, "type"):  # typer 0.29 keeps it to itself
            assert tuple(getattr(param.type, "choices", ())) == option.words


def test_every_option_fills_a_field_of_the_question() -> None:
    """A row is keyed by the field that it fills, and each field of a command line but its words has a row."""
    line = CommandLine("grad")
    parts = ("box", "steps", "explain", "plot", "descent", "quiz", "report")
    fields = set(line._fields) - {"command", "expressions", *parts}
    fields |= {f"{part}.{field}" for part in parts for field in getattr(line, part)._fields}
    assert fields == set(OPTIONS)
    assert command_line("grad", {"box_workers": 3, "steps_order": 2, "at": ("1",)}).box.workers == 3


def test_docs_are_made_by_typer() -> None:
    """`typer gradcli.cli.app utils docs` names every command and option."""
    done = subprocess.run(
        [sys.executable, "-m", "typer", "gradcli.cli.app", "utils", "docs", "--name", "gradcli"],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stderr
    for row in COMMANDS.values():
        assert f"gradcli {row.name}" in done.stdout
    assert "--bounds" in done.stdout


NAMED = {**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
"""The shell is named, not looked for among the processes above: in CI there may be none."""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_of_typer_is_shown_and_works(shell: str) -> None:
    """`--show-completion` prints typer's script, and what that script calls offers the commands."""
    shown = subprocess.run(
        [sys.executable, "-m", "gradcli", "--show-completion", shell], capture_output=True, text=True, env=NAMED
    )
    assert shown.returncode == 0, shown.stderr
    assert "_GRADCLI_COMPLETE" in shown.stdout
    asked = {"_GRADCLI_COMPLETE": "complete_bash", "COMP_WORDS": "gradcli jac", "COMP_CWORD": "1"}
    offered = subprocess.run(
        [sys.executable, "-m", "gradcli"], capture_output=True, text=True, env={**os.environ, **asked}
    )
    assert "jacobian" in offered.stdout


def test_completion_of_typer_is_installed(tmp_path: Path) -> None:
    """`--install-completion bash` writes into the user's folder."""
    done = subprocess.run(
        [sys.executable, "-m", "gradcli", "--install-completion", "bash"],
        capture_output=True,
        text=True,
        env={**NAMED, "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    written = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert any("_GRADCLI_COMPLETE" in text or "gradcli" in text for text in written)
