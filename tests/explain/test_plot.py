"""Curves with tangents and gaps, contours with gradients: the numbers of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose, tan

import pytest

from gradcli import plot
from gradcli.problems import GradcliError


def gaps(text: str, low: float, high: float) -> list[tuple[float, float, str]]:
    """The gaps of a curve, rounded."""
    found = plot(text, ranges={"x": (low, high)}).curve
    assert found is not None
    return [(round(gap.low, 9), round(gap.high, 9), gap.kind) for gap in found.gaps]


@pytest.mark.parametrize(
    ("text", "low", "high", "expected"),
    [
        ("1/x", -2, 2, [(0, 0, "pole")]),
        ("1/x", -2, 2.1, [(0, 0, "pole")]),
        ("1/x**2", -2, 2.13, [(0, 0, "pole")]),
        ("tan(x)", -2, 2, [(-1.570796327, -1.570796327, "pole"), (1.570796327, 1.570796327, "pole")]),
        ("floor(x)", -1.5, 1.7, [(-1, -1, "jump"), (0, 0, "jump"), (1, 1, "jump")]),
        ("sign(x)*exp(x)", -3, 1.1, [(0, 0, "jump")]),
        ("(x**2-1)/(x-1)", -2, 2, [(1, 1, "hole")]),
        ("sqrt(x)*log(x)", -1, 3, [(-1, 0, "undefined")]),
        ("acos(x)", -5, 5, [(-5, -1, "undefined"), (1, 5, "undefined")]),
        ("sqrt(x)", -3, -1, [(-3, -1, "undefined")]),
        ("tanh(1e6*x)", -1, 1.1, []),
        ("cbrt(x)", -1, 1.1, []),
        ("exp(x)", -5, 5, []),
        ("sin(x)/exp(x)", -50, 50, []),
    ],
)
def test_gaps(text: str, low: float, high: float, expected: list[tuple[float, float, str]]):
    """Poles, jumps, holes and borders, and none where the curve is only steep."""
    assert gaps(text, low, high) == expected


def test_no_segment_crosses_a_pole():
    """Between samples on both sides of a pole there is one without a value."""
    curve = plot("tan(x)", ranges={"x": (-5, 5)}).curve
    assert curve is not None
    pairs = list(zip(zip(curve.x, curve.y, strict=True), zip(curve.x[1:], curve.y[1:], strict=True), strict=False))
    joined = [(a, b) for (a, y), (b, z) in pairs if y is not None and z is not None]
    assert joined
    assert not [1 for a, b in joined for k in (-3, -1, 1, 3) if a < k * 1.5707963267948966 < b]


def test_samples_are_the_function():
    """Values are those of the function, and the polygon is as good as the curve."""
    curve = plot("tan(x)/2", ranges={"x": (-1.5, 1.5)}).curve
    assert curve is not None
    assert all(y is not None and isclose(y, tan(x) / 2, rel_tol=1e-14) for x, y in zip(curve.x, curve.y, strict=True))
    ends = zip(curve.x, curve.x[1:], curve.y, curve.y[1:], strict=False)
    heights = [(a + b) / 2 - tan((x + y) / 2) / 2 for x, y, a, b in ends if a is not None and b is not None]
    assert max(map(abs, heights)) < 0.01 * 14


def test_cancelled_digits_are_not_drawn():
    """Where float64 loses all digits the samples are certified."""
    curve = plot("(1 - cos(x))/x**2", ranges={"x": (-1e-3, 1e-3)}).curve
    assert curve is not None
    assert all(y is None or abs(y - 0.5) < 1e-6 for y in curve.y)


def test_the_tangent():
    """At x = 1 of x³ - 1/x; one-sided at a border; two halves at a kink; none where the slope is infinite."""
    found = plot("x**3 - 1/x", at=1)
    assert found.tangent is not None
    assert tuple(found.tangent) == (4.0, -4.0, "both")
    border = plot("sqrt(x)**3", at=0).tangent
    assert border is not None
    assert tuple(border) == (0.0, 0.0, "right")
    kink = plot("abs(x)", at=0)
    assert kink.tangent is None
    assert [(half.slope, half.side) for half in kink.tangents] == [(-1.0, "left"), (1.0, "right")]
    assert kink.numbers.problems
    assert plot("cbrt(x)", at=0).tangents == ()


def test_poles_do_not_squeeze_the_picture():
    """What only a pole reaches is left out, and the whole of a function without poles is in."""
    assert max(map(abs, plot("1/x", ranges={"x": (-2, 2)}).axes[1][1:])) < 10
    low, high = plot("exp(x)", ranges={"x": (-5, 5)}).axes[1][1:]
    assert low < 0.01
    assert high > 148


def test_contours_are_where_the_function_has_its_level():
    """Every place of x² + 2y² = 4, and the line is closed."""
    found = plot("x**2 + 2*y**2", at=(1, 1), levels=(4,), ranges={"x": (-3, 3), "y": (-2, 2)})
    ((level, lines),) = found.contours
    assert level == 4
    (line,) = lines
    assert line[0] == line[-1]
    assert len(line) > 50
    assert all(abs(x * x + 2 * y * y - 4) < 1e-5 for x, y in line)
    assert found.gradient == {"x": 2.0, "y": 4.0}
    assert all(arrow.slopes == (2 * arrow.x, 4 * arrow.y) for arrow in found.arrows)


def test_no_contour_through_a_pole_or_a_jump():
    """1/x changes its sign at 0 without being 0 there; sign has no value in between."""
    assert plot("1/x + 0*y", levels=(0,)).contours[0].lines == ()
    assert plot("sign(x + y/3)", levels=(0.5,)).contours[0].lines == ()


def test_along_a_line():
    """A section of a function of three variables; its slope is the directional derivative."""
    found = plot("x*y*z", at=(1, 2, 3), along=(1, 0, 1))
    assert found.tangent is not None
    assert found.tangent.slope == 6 + 2
    assert found.value == 6


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("x*y*z", {}, "a picture has one or two variables, and these are 3: x, y, z"),
        ("x**2", {"ranges": {"x": (2, 2)}}, "the range of x is empty"),
        ("x**2", {"ranges": {"y": (0, 2)}}, "--range: y is no axis"),
        ("f(x)", {}, "f is an abstract function"),
        ("[x, y]", {}, "this is a vector function"),
        ("x*y", {"wrt": "x"}, "y needs a value"),
        ("x*y", {"at": (1, 2), "along": (0, 0)}, "--along is the zero vector"),
        ("x: n; norm(x)", {}, "x has the symbolic size n"),
    ],
)
def test_bad_input(text: str, more: dict[str, object], expected: str):
    """One clear error."""
    with pytest.raises(GradcliError) as caught:
        plot(text, **more)  # type: ignore[arg-type]
    assert expected in caught.value.message


def test_nothing_to_draw():
    """A range without values, and a plane without contours, are pictures that say so."""
    assert plot("sqrt(x)", ranges={"x": (-3, -1)}).empty
    assert plot("0*x + y/y").contours == ()


def test_entries_of_a_vector():
    """A vector of two entries is a plane."""
    assert [axis.name for axis in plot("norm(x)**2", shapes=("x=2",)).axes] == ["x[0]", "x[1]"]


@pytest.mark.parametrize("text", ["log(abs(x - 0.777))", "-log((x + 1.2345)**2)", "log(abs(sin(x)))"])
def test_logarithmic_poles_are_found(text: str) -> None:
    """Between samples, and where values grow too slowly to be far away."""
    gaps = plot(text).curve.gaps
    assert {gap.kind for gap in gaps} == {"pole"}
    assert plot("x**4 - x**2 + 50").curve.gaps == ()
    assert plot("abs(x - 0.3)").curve.gaps == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sqrt((x - 0.12345)**2 - 1e-6)", [(0.12245, 0.12445, "undefined")]),
        ("x + 1e-13/(x - 0.12345)", [(0.12345, 0.12345, "pole")]),
        ("x + 1e-13/(x - sqrt(2)/10)", [(0.141421356, 0.141421356, "pole")]),
        ("(x - 0.12345)/(x - 0.12345)", [(0.12345, 0.12345, "hole")]),
        ("log((x - 0.7001)*(x - 0.7002))", [(0.7001, 0.7002, "undefined")]),
        ("sqrt(sin(9*x)**2)", []),
        ("1/(x**2 - x + 0.2500001)", []),
    ],
)
def test_gaps_between_the_samples(text: str, expected: list[tuple[float, float, str]]):
    """What is narrower than the samples is found by enclosures, and nothing is found where there is none."""
    assert gaps(text, -1, 1) == expected


def test_a_search_for_gaps_ends():
    """Where enclosures prove nothing, the search stops, and says so."""
    from gradcli.explain.pictures.between import MOST_ENCLOSURES, CurvePoint, Search

    asked: list[float] = []

    def look(places: Sequence[float]) -> list[CurvePoint]:
        return [CurvePoint(x, x, 1.0) for x in places]

    search = Search(lambda low, high: bool(asked.append(low)), look, 1)
    search.run([[CurvePoint(k / 300, 1.0, 0.0) for k in range(301)]])
    assert (search.complete, search.voids) == (False, [])
    assert len(asked) <= MOST_ENCLOSURES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("log(x) + y", "f has no value in a part of this picture: log(u) is real only for u > 0"),
        ("1/(x - y)", "f has no value along a line or at single places of this picture: division by zero"),
        ("1/(x*y - 0.777)", "f has a pole in this picture: contours are not joined across it"),
        ("floor(x - 0.03) + y", "f has a jump in this picture: contours are not joined across it"),
    ],
)
def test_a_plane_says_what_no_contour_crosses(text: str, expected: str):
    """Holes, poles and jumps of a function of two variables."""
    assert plot(text).numbers.notes == (expected,)
    assert plot("x*y").numbers.notes == ()


def test_gaps_are_seen_in_svg():
    """A broken line at a pole, a band over a stretch without values, each with its sentence."""
    from gradcli.render.plot.svg import write_plot_svg

    text = write_plot_svg(plot("sqrt((x - 0.12345)**2 - 1e-6)/(x - 0.5)", ranges={"x": (-1, 1)}))
    assert '<rect class="void"' in text
    assert "color-scheme: light dark" in text  # a browser has a dark ground then
    assert "<title>no value for x between 0.12245 and 0.12445" in text
    assert "<title>a pole at x = 0.5" in text


def test_the_number_of_a_contour_does_not_cover_the_point():
    """The level through the point has its number elsewhere."""
    import re

    from gradcli.render.plot.svg import write_plot_svg

    text = write_plot_svg(plot("(x + y - 0.2)**2/2", at=(0.5, 0.1), levels=(0.08,)))
    place = re.search(r'<text x="([0-9.]+)" y="([0-9.]+)" text-anchor="middle">0.08</text>', text)
    point = re.search(r'class="point" cx="([0-9.]+)" cy="([0-9.]+)"', text)
    assert place is not None
    assert point is not None
    assert max(abs(float(place[i]) - float(point[i])) for i in (1, 2)) > 15


def test_the_level_of_the_point_has_no_neighbour_at_its_side():
    """x² sin(y) is 0.909… at (1, 2): the round level 1 would be the same line; levels that are asked for all stay."""
    chosen = [contour.level for contour in plot("x**2*sin(y)", at=(1, 2)).contours]
    assert 1 not in chosen
    assert any(isclose(level, 0.9092974268256817) for level in chosen)
    asked = plot("x**2*sin(y)", at=(1, 2), levels=(0.9, 1))
    assert [contour.level for contour in asked.contours] == [0.9, 1]


@pytest.mark.parametrize(
    ("text", "law"), [("sqrt(x - 3)", "sqrt(u) is real only for u >= 0"), ("log(x - 3)", "for u > 0")]
)
def test_reasons_of_gaps_are_laws(text: str, law: str):
    """Not the number at one of the places, and not in the letter of the axis."""
    (gap,) = plot(text, ranges={"x": (0, 5)}).curve.gaps
    assert law in gap.reason
    assert "here" not in gap.reason
