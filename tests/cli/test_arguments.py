"""What is an option and what is an expression on the command line."""

from __future__ import annotations

import pytest

from gradcli.cli.commands.rows import COMMANDS, all_options
from gradcli.cli.entry import run
from gradcli.cli.words import sort_words, wants_json
from gradcli.problems import GradcliError

GRAD = all_options(COMMANDS["grad"])


def sort(*words: str) -> tuple[list[tuple[str, str | None]], list[str]]:
    found = sort_words(words, GRAD)
    return list(found.options), list(found.expressions)


@pytest.mark.parametrize(
    "text",
    ["-x**2", "-sin(x)^2", "-pi/2", "-mu", "-f(x)", "-m*x", "-w*x", "-1", "-.5", "-x1-x2", "--x**2", "--(x)", "-(-x)",
     "--2*x", "-[x, y]", "-x", "-Z", "-fx", "-w1", "-w1*x", "-", "−x", "-π", "-|x|", "-√x", "-jsonx", "-x=1"],
)  # fmt: skip
def test_expressions_may_begin_with_a_minus_sign(text: str) -> None:
    """A word that begins with a minus sign and is no option is an expression."""
    assert sort(text, "--json") == ([("--json", None)], [text])


@pytest.mark.parametrize(
    ("words", "flag", "value"),
    [
        (["--at", "-1"], "--at", "-1"),
        (["--at", "-pi/2"], "--at", "-pi/2"),
        (["--at=-1,2"], "--at", "-1,2"),
        (["--at", "-m1"], "--at", "-m1"),
        (["--at="], "--at", ""),
        (["-m", "fd"], "--method", "fd"),
        (["-mfd"], "--method", "fd"),
        (["-m=fd"], "--method", "fd"),
        (["-fjson"], "--format", "json"),
        (["-f", "csv"], "--format", "csv"),
        (["-wx1,x2"], "--wrt", "x1,x2"),
        (["-w", "x1"], "--wrt", "x1"),
        (["--set", "a=-1"], "--set", "a=-1"),
        (["--set=a=2"], "--set", "a=2"),
    ],
)
def test_options_take_values_attached_or_apart(words: list[str], flag: str, value: str) -> None:
    """Options are recognised in each of their spellings, before and after the expression."""
    assert sort(*words, "x") == ([(flag, value)], ["x"])
    assert sort("x", *words) == ([(flag, value)], ["x"])


def test_everything_after_two_dashes_is_an_expression() -> None:
    """`--` ends the options."""
    assert sort("--json", "--", "--at", "-m") == ([("--json", None)], ["--at", "-m"])


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        (["x", "--jsno"], "unknown option '--jsno'", "did you mean --json?"),
        (["x", "--metod=fd"], "unknown option '--metod'", "did you mean --method?"),
        (["x", "-json"], "unknown option '-json'", "did you mean --json?"),
        (["x", "-at", "1"], "unknown option '-at'", "did you mean --at?"),
        (["x", "--nonsense"], "unknown option '--nonsense'", "lists the options"),
        (["x", "--at"], "option '--at' needs a value", "POINT: 1,2 or x1=1,x2=pi/2"),
        (["x", "--at", "--json"], "option '--at' needs a value", "POINT: 1,2"),
        (["x", "-m"], "option '-m' needs a value", "one of symbolic, autodiff, fd, complex"),
        (["x", "--json=1"], "option '--json' takes no value", "write just --json"),
        (["x", "-f", "pdf"], "'-f' cannot be 'pdf'", "one of table, json, latex, markdown, plain, csv"),
        (["x", "--method", "symbolc"], "'--method' cannot be 'symbolc'", "did you mean symbolic?"),
        (["x", "--method="], "'--method' cannot be ''", "one of symbolic"),
        (["x", "--precision", "single"], "'--precision' cannot be 'single'", "one of extended, double"),
        (["x", "-f", "csv", "--format", "json"], "'--format' is given twice: 'csv' and 'json'", "give it once"),
        (["x", "--json", "-f", "latex"], "'--json' and '--format latex' contradict each other", "give one of them"),
        (["\udcff"], "an argument is not UTF-8 text", "encoding"),
        (["x", "--at", "\udcff"], "the value of '--at' is not UTF-8 text", "encoding"),
    ],
)
def test_mistakes_are_named_with_the_way_out(words: list[str], message: str, hint: str | None) -> None:
    """A mistyped option, a missing or a wrong value and a contradiction are errors, each with its hint."""
    with pytest.raises(GradcliError) as caught:
        sort(*words)
    assert message in caught.value.message
    assert caught.value.exit_code == 2
    assert hint is None if caught.value.hint is None else (hint or "") in caught.value.hint


def test_repeatable_options_may_repeat_and_agreement_is_no_contradiction() -> None:
    """`--at` twice is two points; `--json -f json` says one thing twice."""
    options, _ = sort("x", "--at", "1", "--at", "2", "--json", "-f", "json", "--json")
    assert [value for flag, value in options if flag == "--at"] == ["1", "2"]


def test_a_file_name_may_have_any_bytes() -> None:
    """Names of files are bytes to the system: `--out` takes them all."""
    assert sort("x", "--out", "\udcff.json")[0] == [("--out", "\udcff.json")]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["grad", "x", "--json"], True),
        (["grad", "x", "-f", "json"], True),
        (["grad", "x", "--format=json"], True),
        (["grad", "x", "-fjson"], True),
        (["grad", "--jsno", "--json"], True),
        (["grad", "--", "--json"], False),
        (["grad", "json"], False),
        (["grad", "x", "--format", "latex"], False),
    ],
)
def test_json_is_seen_wherever_it_is_asked_for(words: list[str], expected: bool) -> None:
    """Errors are JSON where JSON was asked for, also when the command line is wrong elsewhere."""
    assert wants_json(words) is expected


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["grad", "x^2", "+", "y^2", "--at", "1,2"], "gradcli grad 'x^2 + y^2'"),
        (["grad", "x*y", "--at", "x=1", "y=2"], "a point is one word"),
        (["grad", "x", "y"], "several functions: gradcli jacobian"),
        (["diff", "x^2"], "did you mean grad?"),
        (["jac", "x^2"], "did you mean jacobian?"),
        (["descend", "x^2", "--at", "1", "--rate", "fast"], "a number"),
        (["grad", "x^2 --at 3"], "close the quotes before --at"),
        (["grad", "sin(x)", "--at", "30deg"], "30*pi/180"),
        (["grad", "x^2", "--at", "3,5"], "write 3.5 for a decimal"),
    ],
)
def test_beginners_are_told_what_to_type(words: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Words that a shell cut, names of other programs, units: the hint is what to type instead."""
    assert run(words) == 2
    assert hint in capsys.readouterr().err
