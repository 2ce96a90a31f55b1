"""Screens in Chinese: no English prose is left on them, whatever is asked; programs read English all the same."""

from __future__ import annotations

import ast
import io
import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradcli
from gradcli.checking.slips.sentences import SENTENCES
from gradcli.cli.commands.reference.topics import TOPICS
from gradcli.cli.commands.rows import COMMANDS, options_of
from gradcli.cli.entry import run
from gradcli.program.catalogue import all_names, listed_rule
from gradcli.render.chinese.errors import ERRORS
from gradcli.render.chinese.explaining import EXPLAINING
from gradcli.render.chinese.functions import FUNCTIONS
from gradcli.render.chinese.help import HELP
from gradcli.render.chinese.hints import HINTS
from gradcli.render.chinese.problems import PROBLEMS
from gradcli.render.chinese.screens import SCREENS
from gradcli.render.chinese.slips import SLIPS
from gradcli.render.chinese.spoken import spoken, translated
from gradcli.render.chinese.texts import TEXTS
from gradcli.render.chinese.translation import in_chinese
from gradcli.rules import RULES
from gradcli.rules.arrays import ARRAY_NAMES
from gradcli.text.libraries.refused import OF_PROGRAMS
from gradcli.text.libraries.refused import REFUSED as REFUSED_NAMES

KEPT = {
    *RULES,
    *ARRAY_NAMES,
    "grad",
    "json",
    "csv",
    "dot",
    "plain",
    "format",
    "float",
    "Adam",
    "gradcli",
    "SymPy",
    "norm",
}
KEPT |= {"where", "inner", "digits", "hint", "range", "depth", "JSON", "fro", "nuc", "inf", "topic", "quiz", "seed"}
KEPT |= {
    "count",
    "chain",
    "product",
    "quotient",
    "partial",
    "matrix",
    "level",
    "named",
    "rate",
    "Cholesky",
    "Sylvester",
}
"""Names of functions, options and values."""
WORDS = re.compile(r"(?<![\w\\-])[A-Za-z]{3,}(?![\w(=])")

SCREENS_ASKED = r"""
grad x1**2+x2**2 --at 1,2
grad abs(x) --at 0
grad sqrt(x) --at 0
grad log(x)*abs(y) --at -1,0
grad sin(x)/x --at 0
grad where(x>0,x,1) --at 0
grad tan(x) --at pi/2
grad x^(1/3) --at -8
grad exp(x) --at 1000
grad norm(A@x-b)**2 --wrt x
grad x*y --at 1,2 --along 1,1
grad x*y --at 1,2 --method fd --study
grad logdet(X) --at X=[[1,2],[2,4]]
grad "u = f(x,y); x = x(a,b); y = y(a,b)"
jacobian [x1**2,x1*x2] --at 1,2 --layout both
jacobian A@x --wrt x --layout denominator
hessian x1**2*x2 --at 1,2
hessian x**2+y**2 --at 1,2
hessian x*abs(x) --at 0
chain "y = u1*u2; u1 = x1 + x2; u2 = sin(x1)" --at 1,2
chain relu(w*x+b) --at w=1,x=1,b=-1
chain norm(A@x-b)**2 --wrt x
trace "log(x1) + x1*x2 - sin(x2)" --at 2,5 --mode both
trace sqrt(x)*y --at 0,1
trace x*abs(x) --at 0
trace sum(x**2) --at x=[1,2] --mode both
trace "L = norm(o-y)**2/2; o = W@x" --wrt W --mode forward
steps x*sin(x) --level full --at 1
steps "y = u**2; u = 3*x"
steps norm(x)**2 --components
steps norm(X,2)
steps max(x) --vector x
steps norm([x,y])*x --wrt x
steps x**x --hint 1
graph x*sin(y) --at 1,2
plot x**3-1/x --at 1
plot sqrt(x) --at 0
plot sin(x)/x
plot x1**2+2*x2**2 --at 1,1
descend x1**2+2*x2**2 --at=-5,-2 --steps 20
descend x**2 --at 1 --rate 1.5
descend log(x) --at 1
report x**2*y --at 1,2
quiz --topic matrix --seed 1 --count 2
check sin(x**2) cos(x**2)
check x*sin(x) sin(x)-x*cos(x)
check x**2 2*x
check exp(2*x) exp(2*x)
check x**3 3*x
check norm(A@x-b)**2 2*A@(A@x-b) --wrt x
check x**2*y 2*x*y
""".strip().splitlines()
REFUSED = r"""
grad x+
grad foo(x --at 1
grad x*y --at 1
grad [x,y]
grad x --at x
trace "y = x**2; z = x"
trace f(x*y) --at 1,2
trace x**2 --along 1
trace --exec ./a --at 1
steps y**2 --wrt x
plot x*y*z
plot x --range x=1:1
descend x**2
quiz --topic foo
steps x --hint 0
grad @nothing
""".strip().splitlines()


def shown(words: list[str], monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8") -> str:
    """What the screen has, in Chinese unless the words say otherwise."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    monkeypatch.setenv("GRADCLI_LANG", "zh")
    monkeypatch.setenv("COLUMNS", "200")
    token = spoken.set("en")
    try:
        run(words)
    finally:
        spoken.reset(token)
    for stream in streams:
        stream.flush()
    return "".join(stream.buffer.getvalue().decode(encoding) for stream in streams)  # type: ignore[attr-defined]


def english(text: str) -> list[str]:
    """The English words of a screen, formulas of LaTeX and names in quotes apart."""
    text = re.sub(r"\$.*?\$|'[^']*'|@\w+|/\S+", "", text)
    return [word for word in WORDS.findall(text) if word not in KEPT]


@pytest.mark.parametrize("asked", SCREENS_ASKED)
def test_no_english_is_left_on_a_screen(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings, layouts, accuracy, assumptions, reasons, verdicts, slips."""
    text = shown(shlex.split(asked), monkeypatch)
    assert re.search("[\u4e00-\u9fff]", text)
    assert english(text) == []


@pytest.mark.parametrize("sentence", SENTENCES.values())
def test_every_slip_has_its_sentence(sentence: str) -> None:
    """What the catalogue of slips can name."""
    filled = re.sub(r"\{\w+\}", "x^2", sentence)
    assert english(in_chinese(f"your ∂f/∂x {filled}")) == []


@pytest.mark.parametrize("asked", REFUSED)
def test_errors_are_chinese_too(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message and the way out."""
    text = shown(shlex.split(asked), monkeypatch)
    assert text.startswith("错误: ")
    kept = {"foo", "tau", "NAME", "jacobian", "descend", "trace", "exec", "steps", "set"}
    assert [word for word in english(text) if word not in kept] == []


REFUSALS = sorted(
    {
        line.removeprefix("error: ").strip()
        for page in (Path(__file__).parents[1] / "errors").glob("text-*.txt")
        for block in page.read_text(encoding="utf-8").split("\n\n")
        for line in block.splitlines()[1:]
        if line.startswith("error: ") or (line == block.splitlines()[-1] and line.startswith("  "))
    }
)
"""Messages about texts and their ways out."""


def prose(text: str) -> list[str]:
    """Two English words side by side outside of quotes and options, in what was said in Chinese."""
    return re.findall(r"\b[a-z]{3,} [a-z]{2,}\b", re.sub(r"'[^']*'|--[a-z-]+ \w+|gradcli \w+", "", in_chinese(text)))


def test_pages_of_help_are_chinese() -> None:
    """Commands, options, headings, examples and topics have their rows."""
    said = [text for command in COMMANDS.values() for text in (command.about, command.details)]
    said += [text for command in COMMANDS.values() for _, text in command.examples]
    options = [option for command in COMMANDS.values() for option in options_of(command).values()]
    said += [text for option in options for text in (option.about, option.panel)]
    topics = TOPICS.values()
    said += [text for topic in topics for text in (topic.title, *topic.text, *(told for _, told in topic.rows))]
    assert len(said) > 200
    assert [text for text in said if text and (in_chinese(text) == text or prose(text))] == []


def test_meanings_of_functions_are_chinese() -> None:
    """What `gradcli functions` says of each function, but for formulas alone."""
    said = [listed_rule(name).about for name in all_names()]  # type: ignore[union-attr]
    assert [text for text in said if prose(text)] == []


def test_hints_at_names_of_libraries_are_chinese() -> None:
    """What to write instead of each name that is not read."""
    assert [hint for hint in {*REFUSED_NAMES.values(), *OF_PROGRAMS.values()} if prose(hint)] == []


def test_what_is_refused_of_a_text_is_said_in_chinese() -> None:
    """Of every message the prose; formulas stay."""
    left = [line for line in REFUSALS if not re.search("[\u4e00-\u9fff]", in_chinese(line))]
    assert [line for line in left if len(english(line)) > 1] == []
    assert len(REFUSALS) > 150


ROOMS = ["explain", "cli/commands/pictures", "cli/commands/explain.py", "cli/commands/quiz.py", "reporting.py"]
"""Where explaining screens are refused."""


def refusals_of(room: str) -> Iterator[str]:
    """The messages and hints of the errors that stand in a room, 7 in their places."""
    here = Path(gradcli.__file__).parent / room
    for path in [here] if here.suffix else here.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("GradcliError", "range_error"):
                for part in [*call.args, *(word.value for word in call.keywords)]:
                    texts = [getattr(piece, "value", "") for piece in getattr(part, "values", [part])]
                    yield "".join(text if isinstance(text, str) else "7" for text in texts)


@pytest.mark.parametrize("room", ROOMS)
def test_what_explaining_screens_refuse_is_said_in_chinese(room: str) -> None:
    """Messages and ways out; commands and codes stay."""
    words = [text for text in refusals_of(room) if len(re.findall(r"(?<![-\w])[a-z]{2,}(?![-\w.=])", text)) > 2]
    assert [text for text in words if not re.search("[\u4e00-\u9fff]", in_chinese(text))] == []
    assert words


@pytest.mark.parametrize(
    "asked",
    [
        r"grad '\frac{1}{n}\sum_{i=1}^n (\mathbf{x}_i^\top \mathbf{w} - y_i)^2' --wrt w",
        r"grad 'J(w) = \frac{1}{2}\|Xw - y\|^2 + \frac{\lambda}{2}\|w\|^2'",
        r"grad '\nabla_x x^T A x'",
        "grad sum(exp(A)) --shape A=n,n",
        "grad x**(3/2) --at 0",
        "grad tau*x",
    ],
)
def test_how_a_text_was_read_is_said_in_chinese(asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the answer; formulas with spaces that do not break among them."""
    below = shown(shlex.split(asked), monkeypatch).rpartition("符号求导")[2]
    kept = {"tau", "wrt", "set", "lambda", "LaTeX", "nabla"}
    assert re.search("[\u4e00-\u9fff]", below)
    assert [word for word in english(below) if word not in kept] == []


@pytest.mark.parametrize(
    "line",
    [
        "3 rows",
        "1 row; float64, relative error at most 1e-16 in 1 row compared with certified numbers",
        "9 rows, 1 left out, where a number is missing, 2 with problems (2 poles); in 3 of them float64 loses digits:"
        " these have certified numbers",
    ],
)
def test_the_line_below_many_points_is_chinese(line: str) -> None:
    """How many rows, and how exact they are."""
    assert [word for word in english(in_chinese(line)) if word != "poles"] == []


@pytest.mark.parametrize("form", ["table", "plain"])
def test_streams_without_chinese_characters_have_english(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither `????` nor `<U+6B65>`; it is said why. Encodings that have them, and files, are Chinese."""
    words = ["steps", "x*sin(x)", "--format", form]
    told = "note: ascii has no Chinese characters, UTF-8 has: PYTHONUTF8=1\n"
    text = shown(words, monkeypatch, "ascii")
    assert text.endswith(told)
    assert "1.1 " in text
    assert "derivative of sin" in text
    assert "sin 的导数" in shown(words, monkeypatch, "gbk")
    assert shown(["steps", "x*", "--lang", "zh"], monkeypatch, "ascii").startswith(f"{told}error: ")
    assert shown(["steps", "--help"], monkeypatch, "ascii").startswith("Usage: ")
    assert shown(["steps", "--help", "--lang", "zh"], monkeypatch).startswith("用法: ")
    assert shown(["steps", "x", "--json"], monkeypatch, "ascii").startswith('{"schema"')


def test_programs_read_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON of an answer and of an error."""
    text = shown(["trace", "abs(x)", "--at", "0", "--json"], monkeypatch)
    assert "has a kink" in json.loads(text)["steps"][-1]["problem"]
    text = shown(["grad", "x+", "--json"], monkeypatch)
    assert json.loads(text)["error"]["message"] == "nothing follows '+'"


@pytest.mark.parametrize(
    ("english_text", "chinese"),
    [*SCREENS, *PROBLEMS, *SLIPS, *ERRORS, *TEXTS, *EXPLAINING, *HINTS, *HELP, *FUNCTIONS],
)
def test_rows_have_the_same_places(english_text: str, chinese: str) -> None:
    """Nothing is lost in translation."""
    assert set(re.findall(r"\{\w+\}", english_text)) == set(re.findall(r"\{\w+\}", chinese))


def test_formulas_stay() -> None:
    """What no row has is shown as it is."""
    token = spoken.set("zh")
    try:
        assert translated("f(x, y) = where(x > 0, x·y, sin(x))") == "f(x, y) = where(x > 0, x·y, sin(x))"
    finally:
        spoken.reset(token)


def test_no_sentence_has_two_rows() -> None:
    """One sentence, one row: names of places aside, which may be words or numbers only."""
    for rows in (ERRORS, PROBLEMS, SCREENS, SLIPS):
        found: dict[str, str] = {}
        for english, _ in rows:
            key = re.sub(r"\{[a-z]*(name|number)?\w*\}", r"{\1}", english)
            assert key not in found, (english, found[key])
            found[key] = english
