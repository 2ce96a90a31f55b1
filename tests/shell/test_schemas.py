"""The published JSON Schemas: complete, strict, and true of every answer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from schemas import require_valid, validator

import gradcli
from gradcli.cli import entry
from gradcli.render.schemas.published import BODIES, ERRORS, NAMES, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(gradcli.__file__).parent


@pytest.mark.parametrize("word", list(BODIES))
def test_schemas_are_schemas(word: str) -> None:
    """Each is valid by the draft that it names, and all that it refers to is inside."""
    schema = schema_of(word)
    Draft202012Validator.check_schema(schema)
    text = json.dumps(schema)
    assert set(re.findall(r"#/\$defs/(\w+)", text)) == set(schema["$defs"])


def test_every_word_that_is_written_has_a_schema() -> None:
    """What stands behind `schema` anywhere in the code is described, and nothing else."""
    written = {
        word
        for path in HOUSE.rglob("*.py")
        if "schemas" not in path.parts
        for word in re.findall(r'"schema": "(gradcli\.[a-z]+/[0-9]+)"', path.read_text())
    }
    assert written == set(BODIES) - {ERRORS}


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """All descriptions of objects in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


@pytest.mark.parametrize("word", list(BODIES))
def test_schemas_are_closed(word: str) -> None:
    """No object with keys of ours may have others."""
    assert all(part["additionalProperties"] is False for part in objects(schema_of(word)))


QUESTIONS = [
    ["grad", "x1**2+x2**2", "--at", "1,2"],
    ["grad", "abs(x)+y", "--at", "0,1"],
    ["grad", "abs(x[0])+x[1]", "--at", "x=[0,1]"],
    ["grad", "x*y", "--layout", "both", "--along", "1,1", "--at", "1,2"],
    ["grad", "norm(A@x-b)**2", "--wrt", "x"],
    ["grad", "tr(X@X)", "--at", "X=[[1,2],[3,4]]"],
    ["grad", "x**2", "--at", "1", "--at", "2"],
    ["grad", "x**2", "--grid", "x=0:1:3"],
    ["grad", "sin(x)", "--at", "1", "--method", "fd", "--precision", "double", "--study"],
    ["grad", "--exec", "echo {x}", "--at", "x=1", "--no-cache"],
    ["jacobian", "[x**2, x*y]", "--at", "1,2", "--layout", "both", "--along", "1,0"],
    ["jacobian", "A@x", "--wrt", "x"],
    ["jacobian", "A@x + B@y", "--wrt", "x,y"],
    ["jacobian", "x**2", "x*y", "--grid", "x=0:1:2,y=0:1:2"],
    ["jacobian", "--exec", "echo {x} {x}", "--at", "x=1", "--no-cache"],
    ["hessian", "x**2*y", "--at", "1,2", "--along", "1,1"],
    ["hessian", "x.T@A@x + y.T@x", "--wrt", "x,y"],
    ["hessian", "abs(x)*y", "--at", "0,1"],
    ["hessian", "x**2*y", "--grid", "x=0:1:2,y=0:1:2"],
    ["chain", "y = u1*u2; u1 = x1+x2; u2 = sin(x1)", "--at", "1,2"],
    ["chain", "u = f(x,y); x = x(t); y = y(t)"],
    ["chain", "L = norm(o-y)**2; o = W@x", "--wrt", "W", "--layout", "both"],
    ["trace", "log(x1) + x1*x2 - sin(x2)", "--at", "2,5", "--mode", "both"],
    ["trace", "L = norm(o-y)**2; o = W@x", "--wrt", "W"],
    ["trace", "sqrt(x)", "--at", "-1"],
    ["steps", "log(x**2)*sin(x) + 1/x"],
    ["steps", "x**x", "--hint", "1"],
    ["steps", "norm(A@x - b)**2", "--wrt", "x"],
    ["graph", "e = c*d; c = a+b; d = b+1", "--at", "a=2,b=1"],
    ["plot", "x**3 - 1/x", "--at", "1", "--range", "x=0.25:2"],
    ["plot", "abs(x)", "--at", "0"],
    ["plot", "x1**2 + 2*x2**2", "--at", "1,1"],
    ["plot", "x*y", "--at", "0,1", "--along", "1,1"],
    ["descend", "x1**2 + 2*x2**2", "--at=-5,-2", "--rate", "0.1", "--steps", "5"],
    ["descend", "x**2", "--at", "1", "--rate", "10", "--steps", "400"],
    ["descend", "--exec", "echo {x}", "--at", "x=1", "--steps", "2", "--no-cache"],
    ["report", "log(x1) + x1*x2 - sin(x2)", "--at", "2,5"],
    ["quiz", "--seed", "7", "--count", "4"],
    ["quiz", "--topic", "matrices", "--seed", "1"],
    ["check", "sin(x**2)", "cos(x**2)"],
    ["check", "x**2", "2*x"],
    ["check", "norm(A@x-b)**2", "2*A.T@(A@x-b)", "--wrt", "x"],
    ["check", "[x**2, x*y]", "[[2*x, 0], [y, 0]]", "--kind", "jacobian"],
    ["check", "--exec", "echo {x}", "2", "--at", "x=3", "--no-cache"],
    ["check", "1/x", "1"],
    ["export", "x**2", "--to", "c"],
    ["functions"],
    ["functions", "softplus"],
    ["grad", "sen(x)"],
    ["grad", "x", "--nonsense"],
    ["grad", "@nowhere.txt"],
]


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_answers_are_valid(
    words: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers with problems, several points, black boxes, both layouts, and errors."""
    monkeypatch.chdir(tmp_path)
    assert entry.run([*words, "--json"]) in (0, 1, 2, 3, 4)
    captured = capsys.readouterr()
    lines = [line for line in (captured.out + captured.err).splitlines() if line.startswith("{")]
    assert lines
    for line in lines:
        require_valid(json.loads(line))


def test_the_validation_can_fail() -> None:
    """A key more, a key less, a wrong kind: each is found."""
    found = gradcli.grad("x**2", at=1).to_dict()
    assert validator("gradcli.grad/1").is_valid(found)
    for change in ({"odd": 1}, {"gradient": {"x": "2"}}, {"method": "magic"}, {"value": [1.0]}):
        assert not validator("gradcli.grad/1").is_valid(found | change)
    for key in found:
        assert not validator("gradcli.grad/1").is_valid({k: v for k, v in found.items() if k != key})


def test_the_command_prints_them(tmp_path: Path) -> None:
    """`gradcli schema` lists, `gradcli schema grad` prints, `--out` writes; a word that is none has a hint."""

    def ran(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "gradcli", "schema", *words], capture_output=True, text=True)

    assert ran().stdout.split() == [word for pair in NAMES.items() for word in pair]
    assert json.loads(ran("grad").stdout) == schema_of("gradcli.grad/1") == json.loads(ran("gradcli.grad/1").stdout)
    ran("error", "--out", str(tmp_path / "error.json"))
    assert json.loads((tmp_path / "error.json").read_text())["$id"] == "urn:gradcli:error:1"
    wrong = ran("grda")
    assert (wrong.returncode, "did you mean grad?" in wrong.stderr) == (2, True)
