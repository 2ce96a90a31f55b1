"""Named tuples of our own: what `typing.NamedTuple` does, without its time at import."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

import gradcli
from gradcli.problems import Problem, Source
from gradcli.records import NamedTuple


class Ours(NamedTuple):
    """Made by us."""

    name: str
    size: int = 3
    parts: tuple[int, ...] = ()

    @property
    def twice(self) -> int:
        return 2 * self.size


class Theirs(typing.NamedTuple):
    """Made by the standard library."""

    name: str
    size: int = 3
    parts: tuple[int, ...] = ()


CALLS: list[tuple[tuple[typing.Any, ...], dict[str, typing.Any]]] = [
    (("a",), {}),
    (("a", 1), {}),
    (("a", 1, (2,)), {}),
    (("a",), {"parts": (1,)}),
    ((), {"name": "a"}),
    ((), {}),
    (("a", 1, (), 4), {}),
    (("a",), {"name": "b"}),
    (("a",), {"other": 1}),
]


@pytest.mark.parametrize("often", [False, True])
@pytest.mark.parametrize(("values", "named"), CALLS)
def test_made_as_the_standard_library_makes_them(
    often: bool, values: tuple[typing.Any, ...], named: dict[str, typing.Any]
) -> None:
    """The same values for the same call, also once the constructor is made to measure; the same refusals."""
    for _ in range(20 if often else 0):
        Ours("a")
    try:
        wanted: typing.Any = Theirs(*values, **named)
    except TypeError:
        with pytest.raises(TypeError):
            Ours(*values, **named)
        return
    found = Ours(*values, **named)
    assert tuple(found) == tuple(wanted)
    assert (found._asdict(), found._fields) == (wanted._asdict(), wanted._fields)
    assert repr(found) == repr(wanted).replace("Theirs", "Ours")
    assert found._replace(size=9) == wanted._replace(size=9)
    assert Ours._make(wanted) == wanted


def test_they_are_small_and_can_be_copied() -> None:
    """No dictionary in each, none can be changed; copies and pickles are equal; wrong fields are refused."""
    row = Source("expression", "x")
    assert not hasattr(row, "__dict__")
    assert copy.deepcopy(row) == row == pickle.loads(pickle.dumps(row))
    assert Ours("a", 4).twice == 8
    with pytest.raises(AttributeError):
        row.name = "y"  # type: ignore[misc]
    with pytest.raises(ValueError, match="place"):
        row._replace(place=1)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Ours._make(("a",))
    assert Problem("x", "undefined", "no number").index is None


def test_an_answer_has_what_its_document_says_of_it() -> None:
    """Variables, point, method, accuracy, assumptions and problems are attributes by the same names."""
    answers: list[typing.Any] = [
        gradcli.grad("abs(x)*y", at="x=0,y=2"),
        gradcli.jacobian("[x, y**(3/2)]", at="x=1,y=0"),
        gradcli.hessian("x.T@A@x", shapes=["A: 2,2"]),
        gradcli.chain("y = u^2; u = sin(x)", at="x=1"),
        gradcli.trace("x*y", at="x=1,y=2"),
        gradcli.steps("x**2"),
        gradcli.jacobian("[x, y]", sparse=True),
    ]
    for answer in answers:
        document = answer.to_dict()
        assert list(answer.variables) == document["variables"]
        assert (answer.at, answer.method, answer.accuracy) == (document["at"], document["method"], document["accuracy"])
        assert [problem.message for problem in answer.problems] == [row["message"] for row in document["problems"]]
        assert list(answer.assumptions) == document["assumptions"]
    assert answers[0].problems[0].left == -2.0
    assert answers[1].assumptions


def test_a_verdict_is_true_where_the_answer_is_right() -> None:
    """`assert gradcli.check(...)` says what it seems to say; what was not decided is not right."""
    assert gradcli.check("x**2", "2*x")
    assert not gradcli.check("x**2", "3*x")
    undecided = gradcli.check("x**2", "2*x")._replace(verdict="undecided")
    assert not undecided


def test_a_list_of_expressions_is_a_vector() -> None:
    """As Python has several components: texts, expressions of answers and SymPy's, and rows of a matrix."""
    import sympy

    x, y = sympy.symbols("x y")
    expected = [["y", "x"], ["1", "1"]]
    for components in (["x*y", "x + y"], (x * y, "x + y"), [gradcli.grad("x**2*y/2").symbolic["x"], x + y]):  # type: ignore[index]
        assert gradcli.jacobian(components).to_dict()["symbolic"] == expected  # type: ignore[arg-type]
    assert gradcli.jacobian([["x", "1"], ["y", "x"]]).shape == (4, 2)
    assert gradcli.check(["x*y", "x + y"], "[[y, x], [1, 1]]", kind="jacobian")
    for wrong in ([], ["x", None], ["$x$", "y"]):
        with pytest.raises(gradcli.GradcliError):
            gradcli.jacobian(wrong)  # type: ignore[arg-type]
