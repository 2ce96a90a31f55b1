"""Points, settings, names and shapes as they are typed."""

from __future__ import annotations

import pytest
from text.outline import outline

from gradcli.problems import GradcliError, Source
from gradcli.text.points import parse_names, parse_point, parse_setting, parse_shape


def point(text: str) -> list[tuple[str | None, str]]:
    return [(entry.name, outline(entry.tree)) for entry in parse_point(Source("--at", text)).entries]


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("1,2", [(None, "1"), (None, "2")]),
        ("-pi/2", [(None, "((- pi) / 2)")]),
        ("x1=0.1,x_2=pi/2", [("x1", "1/10d"), ("x2", "(pi / 2)")]),
        ("x=[1,2],X=[[1,2],[3,4]]", [("x", "[1, 2]"), ("X", "[[1, 2], [3, 4]]")]),
        ("[1,2]", [(None, "[1, 2]")]),
        ('{"x": [1, -2], "s": 3.5E-1}', [("x", "[1, (- 2)]"), ("s", "7/20d")]),
        ('{"\\u03b8": 1,\n "x₁": 100000000000000000001}', [("theta", "1"), ("x1", "100000000000000000001")]),
        ("x=1\n,y=2\n", [("x", "1"), ("y", "2")]),
        ("x=np.ones(2),A=zeros(2,1)", [("x", "[1, 1]"), ("A", "[[0], [0]]")]),
        ("eye(2)", [(None, "[[1, 0], [0, 1]]")]),
    ],
)
def test_points_are_exact_in_every_form(text: str, entries: list[tuple[str | None, str]]) -> None:
    """Values in order, by name, arrays, and JSON, whose numbers are exact too."""
    assert point(text) == entries


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x=ones()", "point"),
        ("x=ones(n)", "point"),
        ("x=ones(0)", "point"),
        ("eye(600)", "limit"),
        ("ones(1,2,3)", "point"),
    ],
)
def test_lists_of_one_number_have_sizes_within_the_limit(text: str, code: str) -> None:
    """`ones(3)` stands for a list; without whole sizes, or with too many numbers, it is an error of its own."""
    with pytest.raises(GradcliError) as caught:
        point(text)
    assert caught.value.code == code


def test_deep_json_is_an_error() -> None:
    """50,000 nested brackets end in an error at the bracket that is too deep."""
    with pytest.raises(GradcliError) as caught:
        point('{"x": ' + "[" * 50_000 + "1" + "]" * 50_000 + "}")
    assert caught.value.code == "limit"


def test_places_of_entries() -> None:
    """The span of an entry is its name and value."""
    entries = parse_point(Source("--at", "x1=1, x2=2+3")).entries
    assert [entry.span[1:] for entry in entries] == [(0, 4), (6, 12)]


def test_settings_names_and_shapes() -> None:
    """The other options that carry names."""
    name, tree = parse_setting(Source("--set", "σ_1=[1, 2/3]"))
    assert (name, outline(tree)) == ("sigma1", "[1, (2 / 3)]")
    assert parse_names(Source("--wrt", "x1, θ,lambda")) == ("x1", "theta", "lambda")
    assert parse_shape(Source("--shape", "X=m,3"))[:3] == ("X", ("m", 3), False)
    assert parse_shape(Source("--shape", "S=n,n symmetric"))[:3] == ("S", ("n", "n"), True)
