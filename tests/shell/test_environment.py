"""What the environment says: formats, layouts, colours; and lines typed at a question."""

from __future__ import annotations

import io
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pexpect
import pytest

from gradcli.cli import entry
from gradcli.platforms.terminals import is_forced, wants_colour

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "TERM", "GRADCLI_FORMAT", "GRADCLI_LAYOUT")
POINT = ("x1**2+x2**2", "--at", "1,2")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that says nothing."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command line in this process: exit code, output, errors."""

    def ended(*words: str, **environment: str) -> tuple[int, str, str]:
        with monkeypatch.context() as here:
            for name, value in environment.items():
                here.setenv(name, value)
            code = entry.run(list(words))
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return ended


@pytest.mark.parametrize("command", ["grad", "jacobian", "hessian", "chain", "trace", "steps"])
def test_the_format_of_the_environment(run: Any, command: str) -> None:
    """GRADCLI_FORMAT is --format where none is typed."""
    words = (command, *POINT)
    assert run(*words, GRADCLI_FORMAT="plain") == run(*words, "-f", "plain")
    assert run(*words, GRADCLI_FORMAT="json") == run(*words, "--json")
    assert run(*words, "-f", "csv", GRADCLI_FORMAT="json") == run(*words, "-f", "csv")
    assert run(*words, "--json", GRADCLI_FORMAT="plain") == run(*words, "--json")


def test_the_ending_of_a_file_wins(run: Any, tmp_path: Path) -> None:
    """--out f.csv is csv, whatever the environment says; a name without ending follows it."""
    for name, begins in (("f.csv", "variable,"), ("f.md", "f("), ("plain", "{")):
        assert run("grad", *POINT, "--out", str(tmp_path / name), GRADCLI_FORMAT="json") == (0, "", "")
        assert begins in (tmp_path / name).read_text()[:400].replace("`", "")


def test_commands_whose_answer_is_no_table_are_left_alone(run: Any) -> None:
    """Graphs, pictures, code and completions have formats of their own."""
    for words in (("graph", *POINT), ("export", "x**2", "--to", "c"), ("completions", "bash"), ("quiz", "--seed", "1")):
        assert run(*words, GRADCLI_FORMAT="csv") == run(*words)
    many = ("grad", "x**2", "--grid", "x=0:1:3")
    assert run(*many, GRADCLI_FORMAT="latex") == run(*many)
    assert run(*many, GRADCLI_FORMAT="json") == run(*many, "--json")


@pytest.mark.parametrize("command", ["grad", "jacobian", "hessian", "chain"])
def test_the_layout_of_the_environment(run: Any, command: str) -> None:
    """GRADCLI_LAYOUT is --layout where none is typed."""
    words = (command, *POINT, "--json")
    for layout in ("numerator", "denominator", "both"):
        assert run(*words, GRADCLI_LAYOUT=layout) == run(*words, "--layout", layout)
    assert run(*words, "--layout", "denominator", GRADCLI_LAYOUT="numerator") == run(*words, "--layout", "denominator")


@pytest.mark.parametrize(
    ("name", "value", "near"), [("GRADCLI_FORMAT", "jsn", "json"), ("GRADCLI_LAYOUT", "numrator", "numerator")]
)
def test_a_word_that_it_cannot_be_is_one_error(run: Any, name: str, value: str, near: str) -> None:
    """The error names the variable and the nearest word; an option makes it harmless."""
    code, out, err = run("grad", *POINT, **{name: value})
    assert (code, out) == (2, "")
    assert err.splitlines()[0] == f"error: '{name}' cannot be '{value}'"
    assert f"did you mean {near}?" in err
    assert run("grad", *POINT, "--json", "--layout", "numerator", **{name: value})[0] == 0


def test_errors_are_json_where_answers_are(run: Any) -> None:
    """GRADCLI_FORMAT=json makes objects of errors; another format typed makes lines."""
    assert json.loads(run("grad", "sen(x)", GRADCLI_FORMAT="json")[2])["error"]["code"] == "unknown-function"
    assert run("grad", "sen(x)", "-f", "plain", GRADCLI_FORMAT="json")[2].startswith("error: ")


class Stream(io.StringIO):
    """A stream of the process, a terminal or a pipe."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal

    def fileno(self) -> int:
        return 1


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, False),
    ],
)
def test_colours_by_convention(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, pipe: bool
) -> None:
    """NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE and CLICOLOR, in this order."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert (wants_colour(Stream(True)), wants_colour(Stream(False))) == (terminal, pipe)
    assert not is_forced(io.StringIO())
    assert not wants_colour(None)


def process(*words: str, **environment: str) -> str:
    """What a command line prints into a pipe."""
    import subprocess

    env = {key: value for key, value in os.environ.items() if key not in NAMES} | environment
    return subprocess.run([sys.executable, "-m", "gradcli", *words], capture_output=True, text=True, env=env).stdout


def test_forced_colours_reach_a_pipe_and_no_file(tmp_path: Path) -> None:
    """Tables and help are coloured for `less -R`; JSON and files are not."""
    assert "\x1b[" in process("grad", *POINT, FORCE_COLOR="1")
    assert "\x1b[" in process("help", CLICOLOR_FORCE="1", TERM="dumb")
    assert "\x1b[" not in process("grad", *POINT, FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b[" not in process("grad", *POINT, "--json", FORCE_COLOR="1")
    assert "\x1b[" not in process("grad", *POINT)
    process("grad", *POINT, "--out", str(tmp_path / "f.txt"), FORCE_COLOR="1")
    assert "\x1b[" not in (tmp_path / "f.txt").read_text()


def asked(line: str, folder: Path, **environment: str) -> pexpect.spawn[str]:
    """A command line at a terminal, when it has asked."""
    env: Any = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "xterm", "NO_COLOR": "1", **environment}
    child = pexpect.spawn("sh", ["-c", line], env=env, cwd=str(folder), encoding="utf-8", timeout=60)
    child.expect_exact("f = ")
    return child


LEFT, UP = "\x1b[D", "\x1b[A"


@pytest.mark.parametrize("tail", ["", " | cat", " > answer.json"])
def test_the_question_is_edited(tmp_path: Path, tail: str) -> None:
    """Arrows move in the line, also where the answer is piped on or goes to a file; nothing is left on the disk."""
    child = asked(f"{sys.executable} -m gradcli grad --at 3 --json{tail}", tmp_path)
    child.send(f"*2{LEFT}{LEFT}x*\r")
    child.expect(pexpect.EOF)
    said = (tmp_path / "answer.json").read_text() if ">" in tail else child.before
    assert said is not None
    assert '"gradient": {"x": 6.0}' in said
    assert [path.name for path in tmp_path.iterdir()] == (["answer.json"] if ">" in tail else [])


def test_a_history_is_kept_where_it_is_asked_for(tmp_path: Path) -> None:
    """With GRADCLI_HISTORY the arrow upwards brings back the question of another run."""
    line = f"{sys.executable} -m gradcli grad --at 3 --json"
    child = asked(line, tmp_path, GRADCLI_HISTORY="~/history")
    child.send("x**3\r")
    child.expect_exact('{"x": 27.0}')
    child.expect(pexpect.EOF)
    assert (tmp_path / "history").read_text() == "x**3\n"
    child = asked(line, tmp_path, GRADCLI_HISTORY="~/history")
    child.send(f"{UP}\r")
    child.expect_exact('{"x": 27.0}')
    child.expect(pexpect.EOF)


def test_a_history_that_cannot_be_kept_is_an_error(tmp_path: Path) -> None:
    """The folder of the file is missing: one error, which names the file."""
    child = asked(f"{sys.executable} -m gradcli grad --at 3", tmp_path, GRADCLI_HISTORY="nowhere/history")
    child.send("x**3\r")
    child.expect_exact("cannot keep a history in 'nowhere/history': no such file or directory")
    child.expect(pexpect.EOF)


def test_ctrl_c_at_the_question_ends_quietly(tmp_path: Path) -> None:
    """Exit code 130, nothing printed, and the terminal echoes again.

    A key that is pressed just as readline begins to wait is heard with the next one: as in every Python program.
    """
    child = asked(f"{sys.executable} -m gradcli grad; echo ended $?", tmp_path)
    said = ""
    for _ in range(5):
        child.sendintr()
        ended = child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5) == 0
        said += str(child.before)
        if ended:
            break
    assert ended
    assert "Traceback" not in said
