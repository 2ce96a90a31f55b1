"""The library's functions take what the command line takes: rows of options beside keywords."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest

import gradcli
from gradcli.blackbox.session import BlackBox
from gradcli.cli.commands.rows import COMMANDS

KEYWORDS = {
    "vectors": "shapes",
    "matrices": "shapes",
    "symmetric": "shapes",
    "box.command": "box.command",
    "box.timeout": "box.seconds",
    "box.no_cache": "box.cache",
}
"""Option -> keyword, or field of the record `box`, where they are not called alike."""
STREAM = ("form", "json", "out", "lang", "install")
"""Options of how and where an answer is written: the library returns it."""


@pytest.mark.parametrize("name", ["check", "export"])
def test_every_option_is_a_keyword(name: str) -> None:
    """check and export of the library take all that the command line takes; what is repeatable is `points`."""
    keywords = set(inspect.signature(getattr(gradcli, name)).parameters)
    fields = {f"box.{field}" for field in BlackBox._fields}
    for key in COMMANDS[name].options:
        if key not in STREAM:
            keyword = KEYWORDS.get(key, key)
            assert keyword in keywords or ("box" in keywords and keyword in fields), key
    assert {"at", "points"} <= keywords


DECLARED = ["A: 2,2", "x: 2", "S: 2,2 symmetric"]


def test_declarations_of_every_option_are_shapes() -> None:
    """`shapes` says what --shape, --vector, --matrix and --symmetric say."""
    answer = gradcli.grad("tr(S@A) + x.T@A@x", wrt="S", shapes=DECLARED)
    assert str(answer.symbolic["S"]) == "A.T/2 + A/2"


NUMBERS: dict[str, Any] = {"at": {"x": 1, "y": 2}, "gradient": {"x": 2.0, "y": 5.0}}


@pytest.mark.parametrize("against", [NUMBERS, [NUMBERS], json.dumps(NUMBERS), NUMBERS | {"gradient": {"x": 2, "y": 5}}])
def test_numbers_of_other_code(against: Any) -> None:
    """`against` takes a mapping, a list, or JSON."""
    found = gradcli.check("x**2 + y**2", against=against)
    assert found.verdict == "different"
    assert [part.verdict for part in found.components] == ["different", "equal"]
    assert (
        gradcli.check("x**2 + y**2", against={"at": np.array([1, 2]), "gradient": np.array([2.0, 4.0])}).verdict
        == "equal"
    )


def test_a_program_is_checked() -> None:
    """`box` is a program: every text is an answer."""
    box = BlackBox(command="awk 'BEGIN { print {x}*{x}*{y} }'", cache=None)
    right = gradcli.check("2*x*y", "x**2", box=box, at={"x": 3, "y": 2})
    assert right.verdict == "equal"
    assert gradcli.check("2*x*y, x", box=box, at={"x": 3, "y": 2}, points=[(2, 5)]).verdict == "different"
    assert gradcli.check(box=box, against={"at": {"x": 3, "y": 2}, "gradient": {"x": 12, "y": 9}}).verdict == "equal"


@pytest.mark.parametrize(
    ("words", "named", "message"),
    [
        (("x**2",), {}, "needs a function and an answer"),
        ((), {}, "needs a function and an answer"),
        (("x**2", "2*x"), {"against": NUMBERS}, "an answer and against"),
        (("x**2",), {"against": NUMBERS, "at": 1}, "points and against"),
        (("2*x",), {"box": BlackBox(command="echo {x}"), "of": "y", "at": 1}, "do not go with a program"),
    ],
)
def test_contradictions_are_errors(words: tuple[str, ...], named: dict[str, Any], message: str) -> None:
    """As on the command line."""
    with pytest.raises(gradcli.GradcliError, match=message):
        gradcli.check(*words, **named)


def test_code_is_tested_at_several_points() -> None:
    """`points` of export are points of the self-test; short names of languages go in."""
    found = gradcli.export("sqrt(x)", to="py", self_test=True, at=4, points=[9, 16])
    assert found.language == "python"
    assert all(f"point {number}" in found.source for number in (1, 2, 3))
    assert "point 4" not in found.source


@pytest.mark.parametrize(
    "ask",
    [
        lambda wrt: gradcli.grad("x*y", at=(1, 2), wrt=wrt).gradient,
        lambda wrt: gradcli.jacobian("x*y", "x", at=(1, 2), wrt=wrt).jacobian,
        lambda wrt: gradcli.hessian("x*y", at=(1, 2), wrt=wrt).hessian,
        lambda wrt: gradcli.chain("y = u**2; u = x*z", wrt=wrt).text(),
        lambda wrt: gradcli.check("x*y", "y, x", wrt=wrt).verdict,
        lambda wrt: gradcli.export("x*y", to="c", wrt=wrt).source,
        lambda wrt: gradcli.function("x*y", wrt=wrt).grad([1.0, 2.0]),
        lambda wrt: gradcli.grad_many("x*y", [[1.0, 2.0]], wrt=wrt)["d_x"].tolist(),
        lambda wrt: gradcli.trace("x*y", at=(1, 2), wrt=wrt).to_dict(),
        lambda wrt: gradcli.steps("x*y", wrt=wrt).to_dict(),
        lambda wrt: gradcli.graph("x*y", wrt=wrt).to_dict(),
        lambda wrt: gradcli.grad(lambda x, y: x * y, at=(1.0, 2.0), wrt=wrt).gradient,
    ],
)
def test_none_is_all_variables(ask: Any) -> None:
    """wrt=None says the same as leaving it away."""
    assert ask(None) == ask(())


@pytest.mark.parametrize(
    ("named", "hint"),
    [
        ({"vector": "x"}, 'shapes="x: n"'),
        ({"matrix": "A"}, 'shapes="A: m,n"'),
        ({"shape": "x=3"}, 'shapes="A: 3,2"'),
        ({"set": "a=1"}, 'constants={"a": 2}'),
        ({"wrts": "x"}, "wrt=..."),
        ({"zzz": 1}, "the keywords are at, wrt"),
    ],
)
def test_a_word_that_is_no_keyword_is_told_the_one_that_is(named: dict[str, Any], hint: str) -> None:
    """Options of the command line have other names here."""
    with pytest.raises(gradcli.GradcliError, match="takes no keyword") as caught:
        gradcli.grad("norm(x)^2", **named)
    assert (caught.value.hint or "").startswith(hint)
    assert hint in caught.value.__notes__[0]
    with pytest.raises(TypeError, match="missing 1 required"):
        gradcli.grad()  # type: ignore[call-arg]
