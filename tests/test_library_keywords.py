"""The library's functions take what the command line takes: rows of options beside keywords."""

from __future__ import annotations

import inspect
import json
from collections import deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pandas
import polars
import pytest
import sympy

import gradcli
from gradcli import vocabulary
from gradcli.blackbox.session import BlackBox
from gradcli.cli.commands.rows import COMMANDS
from gradcli.library.keywords import TAKES

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


@pytest.mark.parametrize(
    ("function", "named"),
    [
        ("grad", {"method": "zz"}),
        ("grad", {"layout": "rows"}),
        ("grad", {"layout": 1}),
        ("grad", {"precision": "double "}),
        ("grad", {"wrt": 1}),
        ("grad", {"wrt": [1]}),
        ("grad", {"constants": [1]}),
        ("grad", {"shapes": None}),
        ("grad", {"plan": "adaptive"}),
        ("grad", {"simplify": "yes"}),
        ("hessian", {"sparse": 1}),
        ("jacobian", {"of": 0}),
        ("export", {"to": "c", "name": 1}),
        ("check", {"kind": "grad"}),
        ("check", {"points": 1}),
        ("check", {"box": "./sim"}),
        ("trace", {"mode": "backward"}),
        ("steps", {"level": "all"}),
        ("plot", {"ranges": [(0, 1)]}),
        ("plot", {"levels": 1}),
        ("descend", {"at": 1, "rate": "fast"}),
        ("descend", {"at": 1, "steps": 1.5}),
        ("function", {"compile": "sometimes"}),
    ],
)
def test_a_value_that_a_keyword_does_not_take_is_refused(function: str, named: dict[str, Any]) -> None:
    """Before anything is read: a wrong word was ignored, or ended in a KeyError."""
    with pytest.raises(gradcli.GradcliError, match="does not take") as caught:
        getattr(gradcli, function)("x**2", **named)
    assert caught.value.code == "usage"
    assert caught.value.hint


@pytest.mark.parametrize("name", sorted(set(gradcli.__all__) - {"RULES", "GradcliError", "__version__"}))
def test_every_keyword_has_a_check(name: str) -> None:
    """Its annotation is one that `keywords` knows; points and answers are read where they are used."""
    free = ("PointLike | None", "PointsLike | None", "PointLike", "PointLike | Sequence[PointLike]", "Any")
    for key, parameter in inspect.signature(getattr(gradcli, name)).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.annotation not in free and key != "against":
            annotation = parameter.annotation.partition(" | None")[0]
            assert annotation in TAKES or hasattr(vocabulary, annotation), (name, key, annotation)


@pytest.mark.parametrize("wrt", ["θ, x_1", ["theta", "x1"], sympy.symbols("theta x_1"), (sympy.Symbol("θ"), "x1")])
def test_names_are_read_as_in_texts(wrt: Any) -> None:
    """`x_1` is x1 and `θ` is theta, in texts, lists and symbols; constants, too."""
    answer = gradcli.grad("θ**2*x_1*a_0", at={"θ": 1, "x_1": 3}, wrt=wrt, constants={"a_0": 2})
    assert answer.gradient == {"theta": 12.0, "x1": 2.0}
    assert gradcli.grad("θ*x", at={"x": 1}, constants={sympy.Symbol("theta"): 5}).gradient == {"x": 5.0}


def test_names_that_are_given_twice() -> None:
    """As on the command line."""
    for named in ({"wrt": "x, x"}, {"wrt": ["x_1", "x1"]}, {"constants": {"θ": 1, "theta": 2}}):
        with pytest.raises(gradcli.GradcliError, match="given twice"):
            gradcli.grad("x*x1*theta", **named)  # type: ignore[arg-type]


NUMBERS_OF_ALL_KINDS: list[Any] = [
    Fraction(1, 4), Decimal("0.25"), sympy.Rational(1, 4), sympy.Float("0.25"), np.float32(0.25), np.longdouble(0.25),
    np.array(0.25), np.array([0.25]), "1/4", pandas.Series([0.25]), pandas.Series({"x": 0.25}), polars.Series([0.25]),
    deque([0.25]), mpmath.mpf("0.25"),
]  # fmt: skip


@pytest.mark.parametrize("at", NUMBERS_OF_ALL_KINDS, ids=lambda at: type(at).__name__)
def test_numbers_of_every_type_are_points(at: Any) -> None:
    """Exact ones exactly: a third is a third."""
    assert gradcli.grad("x**2", at=at).gradient == {"x": 0.5}
    assert gradcli.grad("3*x", at={"x": Fraction(1, 3)}).value == 1.0
    assert gradcli.grad("x + y", at=range(2)).value == 1.0


@pytest.mark.parametrize("at", [{1}, b"1", True, np.True_, 1j, None, object(), iter([1]), {"a": 1}, polars.DataFrame()])
def test_what_is_no_number_is_said_to_be_none(at: Any) -> None:
    """`repr` of it was read as an expression: of a set, in any order."""
    with pytest.raises(gradcli.GradcliError, match="is no number, but of type"):
        gradcli.grad("x**2", at={"x": at})


def test_a_traceback_ends_where_the_library_is_called() -> None:
    """What is wrong is the question: none of our own functions stands below it."""
    with pytest.raises(gradcli.GradcliError) as caught:
        gradcli.grad("sen(x)")
    assert len(caught.traceback) == 2
    assert caught.value.__notes__


@pytest.mark.parametrize("shapes", [["A: n,n", "x: n"], {"A": ("n", "n"), "x": "n"}])
def test_declarations_in_any_form(shapes: Any) -> None:
    """Texts as of --shape, or sizes by name."""
    assert gradcli.grad("x.T@A@x", wrt="x", shapes=shapes).to_dict()["shape"] == ["n", 1]


def test_sizes_by_name() -> None:
    """Numbers, letters, () for a scalar; NumPy's, too."""
    assert gradcli.grad("s*sum(x)", wrt="x", shapes={"s": (), "x": np.int64(3)}).shape == (3, 1)
    with pytest.raises(gradcli.GradcliError, match="shapes does not take 3"):
        gradcli.grad("sum(x)", shapes=3)  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [2, 2.0, Fraction(2), np.float64(2), np.array([2]), [2], "2"])
def test_numbers_are_answers(answer: Any) -> None:
    """A constant derivative is a number of any type."""
    assert gradcli.check("2*x", answer)
    assert not gradcli.check("3*x", answer)
