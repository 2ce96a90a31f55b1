"""Every code that an error may have, with a command that ends in it: its sentence, exit code and JSON form."""

from __future__ import annotations

import ast
import gc
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import gradcli
from gradcli import GradcliError
from gradcli.cli import entry
from gradcli.render.diagnostics import write_error_json

ONES = "[" + ",".join(["1"] * 400) + "]"


class Case(NamedTuple):
    """A command line, the first line that it ends in after `error: `, and its exit code."""

    words: tuple[str, ...]
    sentence: str
    exit_code: int = 2


def case(*words: str, says: str, exit_code: int = 2) -> Case:
    return Case(words, says, exit_code)


ROW = "x=n"
CASES = {
    "abstract": case("trace", "f(x)", "--at", "1", says="f is an abstract function: it has no value at a point"),
    "against": case("check", "x^2", "--against", "other.json", says="other.json: 'z' is no variable of the gradient"),
    "ambiguous": case("grad", "x/2y", says="x/2y can be read in two ways"),
    "answer": case("check", "x^2", "x=2*x,3", says="some answers have names and some have none"),
    "arity": case("grad", "sin(x, y)", says="sin takes 1 argument, not 2"),
    "cache": case(
        "grad", "--exec", "echo {x}", "--at", "x=1", "--cache", "words.csv", says="'words.csv' is no cache of gradcli"
    ),
    "components": case(
        "steps", "norm(A@x)", "--wrt", "x", "--components", says="this function is no sum of terms with one entry each"
    ),
    "condition": case("grad", "where(x, 1, 2)", says="a condition is needed here, such as x > 0"),
    "constant": case("grad", "3", says="there is no variable to differentiate by"),
    "cycle": case("grad", "u; u = v; v = u", says="'u' is defined by itself: u → v → u"),
    "declaration": case("grad", "x", "--shape", "x", says="a shape is NAME=DIMS (--shape)"),
    "duplicate": case("grad", "u; u = x; u = y", says="'u' is defined twice"),
    "empty": case("grad", "", says="there is no expression"),
    "equation": case("grad", "y: x^2 + y^2 = 1; x*y", says="an equation for y needs a start for its root"),
    "encoding": case("grad", "x\udcff", says="an argument is not UTF-8 text: 'x<U+DCFF>'"),
    "file": case("grad", "@binary", says="'binary' is not UTF-8 (line 1)"),
    "index": case("grad", "x[7]", "--shape", "x=3", says="index 7 is outside 0 to 2"),
    "latex": case("grad", r"$\frac{x$", says=r"'\frac' is never closed"),
    "limit": case("grad", "1e99999", says="a number may have 10000 digits"),
    "method": case(
        "grad", "expint(2,x)", "--method", "complex", "--at", "x=1",
        says="expint is known through SymPy only, and has no complex step",
    ),
    "mode": case(
        "trace", "norm(x)**2", "--at", f"x={[1] * 13}", "--mode", "forward",
        says="forward mode has one column an entry, and the inputs have 13",
    ),
    "name": case("grad", "\u0663", says="'\u0663' cannot stand in a name"),
    "names": case("grad", "--exec", "echo {x}", "--at", "x=1", "--wrt", "y", says="--wrt: the point has no 'y'"),
    "no-derivative": case("grad", "polygamma(x, 2)", says="polygamma cannot be differentiated by its argument 'n'"),
    "no-function": case(
        "export", "zeta(x)", "--to", "c", says="C99 has no zeta, and it has no definition in simpler functions"
    ),
    "number": case("grad", "1.5.2", says="1.5.2 has two decimal points"),
    "option": case("grad", "a*x", "--set", "a=1", "--wrt", "a", says="'a' is both in --set and in --wrt"),
    "output": case(
        "grad", "x^2", "--out", "nowhere/a", says="cannot write 'nowhere/a': no such file or directory", exit_code=4
    ),
    "overflow": case(
        "export", "x*1e400", "--to", "c", says="a number of this function is beyond the largest float64, 1.8e308"
    ),
    "point": case("grad", "x^2", "--at", "y=1", says="the function has no variable 'y' (--at)"),
    "points": case("grad", "x^2", "--points", "words.csv", says="column x: 'u' is no number (words.csv, line 3)"),
    "program": case(
        "grad", "--exec", "false", "--at", "x=1", says="the command failed with exit status 1 at x = 1", exit_code=4
    ),
    "request": case("grad", r"$\frac{dy}{dx} = 3$", says="what stands behind '=' is a claim about a derivative"),
    "setting": case("grad", "a*x", "--set", "a=1", "--set", "a=2", says="a is given twice (--set)"),
    "several-functions": case(
        "grad", "x; y", says="one function is needed, and there are 2: an unnamed expression, an unnamed expression"
    ),
    "shape": case(
        "grad", "A@B", "--shape", "A=2,3", "--shape", "B=2,3",
        says="cannot multiply (2, 3) by (2, 3): inner sizes 3 and 2 differ",
    ),
    "sides": case("grad", "y = x^2 = x^3", says="these sides are different functions: x^2 and x^3"),
    "sum": case("grad", r"$\sum_i x_j$", says="nothing here hangs on the index i"),
    "syntax": case("grad", "(x", says="'(' is never closed"),
    "target": case("grad", "--python", "json:loadz", "--at", "x=1", says="module 'json' has no 'loadz'", exit_code=4),
    "too-large": case(
        "jacobian", "exp(x)", "--method", "fd", "--precision", "double", "--at", f"x={ONES}",
        says="finite differences of arrays give up to 5,000 derivatives, and these are 160,000",
    ),
    "unknown-function": case("grad", "foo(x)", says="unknown function 'foo'"),
    "unknown-name": case("grad", "x+y", "--wrt", "z", says="--wrt: the function has no variable 'z'"),
    "unsupported": case(
        "export", "A@x", "--shape", "A=m,n", "--shape", ROW, "--to", "numpy", "--kind", "jacobian",
        says="the code of a jacobian with arrays is of one function by one variable",
    ),
    "usage": case("grad", "x", "--frmat", "json", says="unknown option '--frmat'"),
    "vector": case(
        "grad", "[x, y]", says="this is a vector function, of shape (2, 1); a gradient needs one scalar function"
    ),
}  # fmt: skip
"""One command for each code."""

IN_PYTHON: dict[str, tuple[Callable[[], object], str]] = {
    "along": (
        lambda: gradcli.grad(lambda x: x[0] * x[1], at=[1.0, 2.0], along=[1.0]),
        "the direction has 1 numbers for 2 variables",
    ),
    "not-scalar": (
        lambda: gradcli.grad(lambda x: [x, x], at=1.0),
        "the function answers 2 numbers, and grad needs one number",
    ),
    "sympy": (
        lambda: gradcli.grad("x**2", at=1, method="fd").to_sympy(),
        "the method is numeric: it has no symbolic derivatives",
    ),
}
"""Codes of errors that only Python's callers meet."""

FORCED: dict[str, tuple[BaseException, str, int]] = {
    "memory": (MemoryError(), "this takes more memory than there is", 4),
    "internal": (ZeroDivisionError("no"), "internal error (ZeroDivisionError: no)", 4),
}
"""Codes of what never should happen, by what it is made of here."""

ELSEWHERE = {
    "scheduler": "ten seconds of waiting: tests/cli/test_black_boxes.py",
    "missing": "a library that is not installed: tests/cli/test_explain.py",
    "no-derivation": "caught: the step is told without its derivation",
    "no-closed-form": "caught: the answer is given entry by entry, or told to be",
    "too-large-exact": "caught: the answer is computed in float64",
}


class Ended(NamedTuple):
    """How a command line ended: its code, its standard error, and the codes of its errors."""

    code: int
    error: str
    codes: list[str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., Ended]]:
    """Runs a command line in a folder with some files."""
    monkeypatch.chdir(tmp_path)
    Path("other.json").write_text('{"at": {"x": 1}, "gradient": {"z": 2}}')
    Path("words.csv").write_text("x\n1\nu\n")
    Path("binary").write_bytes(b"\x80\xfe")
    reported: list[str] = []
    report = entry.report

    def noted(error: GradcliError, words: object) -> int:
        reported.append(error.code)
        return report(error, words)  # type: ignore[arg-type]

    monkeypatch.setattr(entry, "report", noted)

    def ended(*words: str) -> Ended:
        reported.clear()
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        code = entry.run(list(words))
        for stream in (out, err):
            stream.flush()
        assert not out.buffer.getvalue(), "an error leaves standard output empty"  # type: ignore[attr-defined]
        return Ended(int(code), err.buffer.getvalue().decode(), list(reported))  # type: ignore[attr-defined]

    yield ended
    gc.enable()


@pytest.mark.parametrize("code", CASES)
def test_a_command_ends_in_this_error(code: str, run: Callable[..., Ended]) -> None:
    """Sentence and exit code, and with --json one object with code, message and the same exit code."""
    words, sentence, exit_code = CASES[code]
    plain = run(*words)
    assert (plain.code, plain.codes) == (exit_code, [code])
    assert plain.error.splitlines()[0] == f"error: {sentence}"
    found = run(*words, "--json")
    assert (found.code, found.codes) == (exit_code, [code])
    (line,) = found.error.splitlines()
    document = json.loads(line)["error"]
    assert document["code"] == code
    assert sentence.startswith(document["message"])


@pytest.mark.parametrize("code", IN_PYTHON)
def test_a_call_ends_in_this_error(code: str) -> None:
    """The exception has code and sentence, and its JSON form is that of the command line."""
    call, sentence = IN_PYTHON[code]
    with pytest.raises(GradcliError) as caught:
        call()
    assert (caught.value.code, caught.value.message) == (code, sentence)
    assert json.loads(write_error_json(caught.value))["error"]["code"] == code


@pytest.mark.parametrize("code", FORCED)
def test_what_never_should_happen_ends_in_one_line(
    code: str, run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of Python's is one line, too."""
    error, sentence, exit_code = FORCED[code]

    def fails(words: object) -> int:
        raise error

    monkeypatch.setattr(entry, "dispatch", fails)
    found = run("grad", "x")
    assert (found.code, found.codes) == (exit_code, [code])
    assert found.error.splitlines()[0] == f"error: {sentence}"


def codes_in_sources() -> tuple[set[str], set[str]]:
    """The codes that errors are made with, and those that are caught by name."""
    made: set[str] = set()
    caught: set[str] = set()
    for path in Path(gradcli.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                made |= codes_of(node)
            if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "code":
                caught |= {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
    return made, caught


def codes_of(call: ast.Call) -> set[str]:
    """The code of GradcliError("code", ...), and of methods that are given one as their last word."""
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    given = call.args[:1] if name == "GradcliError" else []
    if name in ("error", "spot", "_at_name") and len(call.args) > 3:
        given = call.args[-1:]
    given = [*given, *(word.value for word in call.keywords if word.arg == "code")]
    either = [part for one in given if isinstance(one, ast.IfExp) for part in (one.body, one.orelse)]
    return {part.value for part in [*given, *either] if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_every_code_has_a_case() -> None:
    """A new code without a command that shows it fails here; so does a case whose code is gone."""
    made, caught = codes_in_sources()
    told = {*CASES, *IN_PYTHON, *FORCED, *ELSEWHERE}
    assert made <= told, made - told
    assert told - made <= {"program"}, told - made  # by failed(), whose code is one of two
    assert {code for code, reason in ELSEWHERE.items() if reason.startswith("caught")} <= caught | {"no-derivation"}
