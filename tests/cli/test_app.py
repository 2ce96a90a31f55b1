"""Whole command lines, run inside this process: output, errors and exit codes."""

from __future__ import annotations

import gc
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from gradcli import __version__
from gradcli.cli import entry
from gradcli.cli.commands import differentiate
from gradcli.cli.commands import rows as rows_commands
from gradcli.problems import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The command line turns the collector off; tests want it back."""
    yield
    gc.enable()


class Ended:
    """How a command line ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def ended(*words: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = entry.run(list(words))
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    return ended


def test_the_main_job(run: Any) -> None:
    """The gradient of x1**2 + x2**2 at (1, 2) is (2, 4), and the table shows it."""
    ended = run("grad", "x1**2+x2**2", "--at", "1,2", "--json")
    assert (ended.code, ended.err) == (0, "")
    assert ended.document["gradient"] == {"x1": 2.0, "x2": 4.0}
    table = run("grad", "x1**2+x2**2", "--at", "1,2")
    assert table.code == 0
    assert "x1" in table.out
    assert "\x1b" not in table.out


@pytest.mark.parametrize("words", [["[x1**2, x1*x2]"], ["x1**2", "x1*x2"], ["@f.txt"], ["-"], []])
def test_the_jacobian_in_each_way_of_asking(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """`gradcli jacobian --layout numerator` takes its function from an argument, arguments, a file and a pipe."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.txt").write_text("[x1**2, x1*x2]\n")
    ended = run("jacobian", *words, "--layout", "numerator", "--at", "1,2", "--json", stdin="[x1**2, x1*x2]\n")
    assert ended.document["jacobian"] == [[2.0, 0.0], [2.0, 1.0]]
    assert ended.document["layout"] == "numerator"


def test_hessian_and_chain(run: Any) -> None:
    """The other questions answer as well."""
    assert run("hessian", "x**2*y", "--at", "1,2", "--json").document["hessian"] == [[4.0, 2.0], [2.0, 0.0]]
    chain = run("chain", "y = u1*u2; u1 = x1+x2; u2 = sin(x1)", "--at", "0,2", "--json").document
    assert [term["through"] for term in chain["terms"]["x1"]] == ["u1", "u2"]


@pytest.mark.parametrize(
    ("expression", "point", "gradient"),
    [
        ("-x**2", "-1", 2.0),
        ("-sin(x)^2", "-pi/2", 0.0),
        ("-mu", "3", -1.0),
        ("-f*w", "f=1,w=2", None),
        ("--x", None, None),
    ],
)
def test_minus_signs_need_no_dashes(run: Any, expression: str, point: str | None, gradient: float | None) -> None:
    """Expressions and points begin with a minus sign as with anything else; `--name` is an option or a mistake."""
    ended = run("grad", expression, *(["--at", point] if point else []), "--json")
    assert ended.code == (2 if expression == "--x" else 0)
    if gradient is not None:
        assert list(ended.document["gradient"].values()) == [gradient]


def test_several_points_are_several_objects(run: Any) -> None:
    """JSON has one object a line, other formats one block a point."""
    lines = run("grad", "x**2", "--at", "1", "--at", "x=-2", "--json").out.splitlines()
    assert [json.loads(line)["gradient"]["x"] for line in lines] == [2.0, -4.0]
    rows = run("grad", "x**2", "--at", "1", "--at", "2", "-f", "csv").out.splitlines()
    assert len(rows) == 3


@pytest.mark.parametrize("form", ["table", "json", "latex", "markdown", "plain", "csv"])
@pytest.mark.parametrize("command", ["grad", "jacobian", "hessian", "chain"])
def test_every_format_of_every_command(run: Any, command: str, form: str) -> None:
    """Each command writes each format, ended by one line break."""
    ended = run(command, "x1**2*x2", "--at", "1,2", "-f", form)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("\n")
    assert ended.out.strip()


def test_a_point_without_an_answer_is_printed_and_exits_3(run: Any) -> None:
    """A kink is an answer with a problem."""
    ended = run("grad", "abs(x)", "--at", "0", "--json")
    assert ended.code == ExitCode.NO_ANSWER
    assert ended.document["gradient"] == {"x": None}
    assert ended.document["problems"][0]["kind"] == "not-differentiable"


def test_points_and_constants_come_from_files(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--at @FILE` is JSON or text; `--set a=@FILE` a value."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.json").write_text('{"x1": 1, "x2": 2}')
    (tmp_path / "p.txt").write_text("1, 2\n")
    (tmp_path / "a.txt").write_text("1/4\n")
    for name in ("p.json", "p.txt"):
        assert run("grad", "a*x1**2+x2**2", "--at", f"@{name}", "--set", "a=@a.txt", "--json").document["gradient"] == {
            "x1": 0.5,
            "x2": 4.0,
        }


def test_out_writes_a_file_and_nothing_else(run: Any, tmp_path: Path) -> None:
    """`--out` takes the answer; the format stays what --format says."""
    target = tmp_path / "answer.json"
    ended = run("grad", "θ**2", "--at", "3", "--json", "--out", str(target))
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["gradient"] == {"theta": 6.0}


ERRORS = [
    (["grad", "x +* 2"], "syntax", "error: "),
    (["grad", "x", "--jsno"], "usage", "did you mean --json?"),
    (["gard", "x"], "usage", "did you mean grad?"),
    (["x"], "usage", "the commands are grad, jacobian"),
    (["hessian2"], "usage", "did you mean hessian?"),
    (["--json", "grad", "x"], "usage", "the command comes first"),
    ([""], "usage", "unknown command ''"),
    (["grad", "x**2", "y"], "usage", "unexpected argument 'y': grad takes one"),
    (["grad", "x**2", "-Z"], "usage", "unknown option '-Z'"),
    (["grad", "--", "-x**2", "--at", "1"], "usage", "'--at' stands behind '--', where every word is an expression"),
    (["grad"], "usage", "no expression was given"),
    (["grad", "@missing.txt"], "file", "there is no file 'missing.txt'"),
    (["grad", "x", "--at", "@missing.txt"], "file", "there is no file 'missing.txt'"),
    (["grad", "x", "--set", "x=@missing.txt"], "file", "there is no file 'missing.txt'"),
    (["grad", "x**2", "-m", "fd"], "usage", "--method fd needs a point"),
    (["grad", "x**2", "--precision", "extended", "--at", "1"], "usage", "--precision belongs to --method fd"),
    (["grad", "x**2", "-m", "fd", "--at", "1", "--simplify"], "usage", "--simplify has nothing"),
    (["grad", "x**2", "--json", "-f", "latex"], "usage", "contradict each other"),
    (["grad", "x**2", "--at", "1", "--set", "x=1"], None, "x"),
    (["grad", "a*x**2", "--wrt", "a", "--set", "a=1"], None, "--wrt"),
    (["grad", "x**2", "--wrt", "x,x"], "names", "x is given twice (--wrt)"),
    (["grad", "a*x", "--set", "a=1", "--set", "a=2"], "setting", "a is given twice (--set)"),
    (["grad", "x", "--out", ""], "usage", "'--out' needs the name of a file"),
    (["completions", "tcsh"], None, "tcsh"),
    (["completions"], None, "shell"),
    (["functions", "sen"], None, "sen"),
]


@pytest.mark.parametrize(("words", "code", "text"), ERRORS, ids=[" ".join(words) for words, _, _ in ERRORS])
def test_a_wrong_command_line_is_one_error_and_exit_2(run: Any, words: list[str], code: str | None, text: str) -> None:
    """`error: ...` with the way out on standard error, nothing on standard output; as JSON where that is asked for."""
    ended = run(*words)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("{" if "--json" in words else "error: ")
    assert text.lower() in ended.err.lower()
    if "--" not in words:
        found = json.loads(run(*words, "--json").err)["error"]
        assert set(found) >= {"code", "message", "start", "end", "source", "hint"}
        assert code in (None, found["code"])


@pytest.mark.parametrize(
    "words", [["--help"], [], ["grad", "--help"], ["functions", "-h"], ["grad", "--nonsense", "--help"]]
)
def test_help_has_examples_and_fits_80_columns(run: Any, monkeypatch: pytest.MonkeyPatch, words: list[str]) -> None:
    """Help goes to standard output, within the terminal, with commands to copy."""
    monkeypatch.setenv("COLUMNS", "80")
    ended = run(*words)
    assert (ended.code, ended.err) == (0, "")
    assert "Examples:" in ended.out
    assert all(len(line) <= 80 or line.startswith("  gradcli") for line in ended.out.splitlines())
    assert ended.out.isascii()


@pytest.mark.parametrize("name", list(rows_commands.COMMANDS))
def test_help_of_every_command_names_every_option(run: Any, name: str) -> None:
    """No option is without its line of help."""
    page = run(name, "--help").out
    for option in rows_commands.options_of(rows_commands.COMMANDS[name]).values():
        assert option.flags[0] in page


def test_formats_are_named_by_commands_that_have_the_option() -> None:
    """A row has formats where it has --format, and nowhere else."""
    for row in rows_commands.COMMANDS.values():
        assert bool(row.formats) == ("form" in row.options), row.name


@pytest.mark.parametrize("name", [name for name in rows_commands.COMMANDS if name not in ("completions", "mcp")])
def test_the_examples_of_help_work(run: Any, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What help tells to copy runs."""
    import shlex

    monkeypatch.chdir(tmp_path)
    (tmp_path / "function.txt").write_text("x**2")
    (tmp_path / "point.json").write_text('{"x": 1}')
    (tmp_path / "grads.json").write_text('{"at": [1, 2], "gradient": [2, 4]}')
    (tmp_path / "sim").write_text("#!/bin/sh\nawk -v x=$1 'BEGIN { printf \"%.17g\\n\", x*x }'\n")
    (tmp_path / "sim").chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for example, about in rows_commands.COMMANDS[name].examples:
        ended = run(*shlex.split(example)[1:])
        told = [line for line in ended.err.splitlines() if not line.startswith("about ")]  # the forecast
        assert (ended.code, told) == (1 if about.startswith("different") else 0, []), example


def test_a_comment_is_none_of_the_words(run: Any) -> None:
    """zsh hands the comments of the help's examples over, when they are pasted at a prompt."""
    words = ["grad", "x**2", "--at", "3", "--json"]
    assert run(*words, "#", "symbol", "and", "--at", "value").document == run(*words).document
    assert run("grad", "x**2 # a square", "--json").document["function"] == "x**2"


def test_version(run: Any) -> None:
    """`--version` names the version."""
    assert run("--version").out == f"gradcli {__version__}\n"


@pytest.mark.parametrize(
    ("raised", "code", "text"),
    [
        (ZeroDivisionError("oops"), 4, "internal error (ZeroDivisionError: oops)"),
        (RecursionError(), 4, "more memory than there is"),
        (MemoryError(), 4, "more memory than there is"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 141, ""),
        (SystemExit(7), 4, "internal error"),
    ],
)
def test_what_must_not_happen_is_one_line(
    run: Any, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, text: str
) -> None:
    """A mistake in gradcli itself is one line with exit 4; interruptions are quiet."""

    def fail(_: object) -> None:
        raise raised

    monkeypatch.setattr(differentiate, "answer_question", fail)
    ended = run("grad", "x**2")
    assert ended.code == code
    assert text in ended.err
    assert "Traceback" not in ended.err
    assert ended.err.count("\n") <= 2
    if code == 4:
        assert json.loads(run("grad", "x**2", "--json").err)["error"]["code"] in ("internal", "memory")


def test_a_traceback_is_shown_to_those_who_ask(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """GRADCLI_DEBUG=1 shows where gradcli went wrong."""
    monkeypatch.setenv("GRADCLI_DEBUG", "1")
    monkeypatch.setattr(differentiate, "answer_question", lambda _: 1 / 0)
    assert "Traceback" in run("grad", "x**2").err
