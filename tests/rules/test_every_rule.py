"""Each row is held to what it states: one test per statement, one case per row."""

from __future__ import annotations

import math
import random
import time
from functools import cache

import pytest
from flint import acb, arb, arb_series, ctx
from row_numbers import (
    BALLS,
    COMPLEX,
    MEANING,
    ball,
    close,
    compiled,
    edges,
    integer_place,
    is_inside,
    label,
    points,
    points_along,
    text_value,
    value,
)

import gradcli
from gradcli.evaluate.certified.enclosures import far_zeta
from gradcli.evaluate.domains import border_problem, domain_problem
from gradcli.evaluate.fields import formula, row_function
from gradcli.evaluate.kernels import ball_kernel, float_kernel
from gradcli.problems import Source
from gradcli.rules import NAMES, RULES
from gradcli.rules.rule import grouped, scalar
from gradcli.text.parser import parse_expression
from gradcli.text.tree import Call, postorder

ROWS = tuple(RULES.values())
every_row = pytest.mark.parametrize("rule", ROWS, ids=RULES)
PARTIALS = [(rule, index) for rule in ROWS for index, text in enumerate(rule.partials) if text is not None]
every_partial = pytest.mark.parametrize(("rule", "index"), PARTIALS, ids=label)

DIFFERENCE_BITS = 900
STEP = arb(2) ** -220


def shifted(rule, point, index, step):
    """The row's value with one argument moved by a ball."""
    arguments = [ball(number) + (step if place == index else 0) for place, number in enumerate(point)]
    return row_function(rule, BALLS)(*arguments)


@cache
def slope(rule, point, index):
    """The derivative by a central difference of step 2**-220 in 900 bits: 130 digits, whatever the row says."""
    with ctx.workprec(DIFFERENCE_BITS):
        return (shifted(rule, point, index, STEP) - shifted(rule, point, index, -STEP)) / (2 * STEP)


def disagreement(text, rule, index):
    """The first point at which a text is not the derivative, to a relative 1e-10, or None."""
    for point in points_along(rule, index):
        with ctx.workprec(DIFFERENCE_BITS):
            if not close(text_value(text, rule, point), slope(rule, point, index), 1e-10, 1e-30):
                return point
    return None


@every_row
def test_a_row_has_points_to_be_tested_at(rule):
    """Every row has at least four points inside its domain, on both sides of 0 unless its domain is on one side."""
    inside = points(rule)
    assert all(len(points_along(rule, index)) >= 4 for index in range(len(rule.args)))
    sides = {point[rule.bounded] > 0 for point in inside}
    assert sides == {True, False} or rule.domain or rule.integer


@every_partial
def test_a_partial_is_the_derivative(rule, index):
    """Each partial agrees with a difference in 900 bits on every piece of the domain."""
    assert disagreement(rule.partials[index], rule, index) is None


@pytest.mark.parametrize(("rule", "index"), [case for case in PARTIALS if case[0].stable], ids=label)
def test_a_stable_partial_is_the_derivative(rule, index):
    """The form for float64 is the same function."""
    text = rule.stable[index]
    assert text is None or disagreement(text, rule, index) is None


@every_partial
def test_wrong_partials_are_caught(rule, index):
    """A flipped sign, a factor of 1.001 and an additive 1e-6 in any partial are all caught."""
    right = rule.partials[index]
    wrong = [f"({right}) + 1/1000000", f"({right}) - 1/1000000"]
    if right != "0":
        wrong += [f"-({right})", f"1.001*({right})"]
    assert all(disagreement(text, rule, index) is not None for text in wrong)


@pytest.mark.parametrize("rule", [rule for rule in ROWS if rule.means and rule.ball], ids=label)
def test_the_kernel_is_the_definition(rule):
    """Where a row has both, the enclosure and the definition have the same values."""
    body = formula(rule.means, MEANING)
    for point in points(rule):
        with ctx.workprec(800):
            defined = body(dict(zip(rule.args, map(ball, point), strict=True)))
            assert close(value(rule, point), defined, 1e-60, 1e-60), point


SCALES = (1e-300, 1e-20, 1e-8, 0.1, 0.5, 1.0, 3.0, 20.0, 700.0, 1e5, 1e20, 1e300)
UNARY = [rule for rule in ROWS if len(rule.args) == 1]


def certified(rule, arguments):
    """The value in enough bits for a float64, or None where there is none."""
    for bits in (120, 480, 1920, 7680):
        with ctx.workprec(bits):
            result = row_function(rule, BALLS)(*map(arb, arguments))
            if result.is_finite() and (result.rel_accuracy_bits() > 60 or result.abs_upper() < 1e-323):
                return result
    return None


def assert_float(rule, arguments):
    """The float64 kernel gives the certified value, or raises because there is none or it is too large."""
    truth = certified(rule, arguments)
    try:
        result = float_kernel(rule)(*arguments)
    except ValueError:
        assert domain_problem(rule, arguments) or truth is None, arguments
        return
    except OverflowError:
        assert truth is None or abs(truth) > 1.797e308, arguments
        return
    assert truth is not None, arguments
    with ctx.workprec(200):
        assert close(arb(result), truth, 1e-13, 4e-15 if is_oscillating(rule) else 5e-324), (arguments, result, truth)


def is_oscillating(rule):
    """Rows with zeros that no float64 argument hits: only the absolute error is bounded beside them."""
    return rule.name in ("lgamma", "lbeta", "logaddexp", "tan", "cot")


@pytest.mark.parametrize("rule", UNARY, ids=label)
def test_the_float_kernel_is_right_at_every_scale(rule):
    """float64 agrees with certified balls to 1e-13 from 1e-300 to 1e300, on both sides of 0 and beside the edges."""
    beside = [float(edge) * (1 + sign * 2.0**-40) + sign * 2.0**-40 for edge in edges(rule) for sign in (1, -1)]
    for size in SCALES:
        for x in (size, -size):
            assert_float(rule, (x,))
    for x in beside:
        assert_float(rule, (x,))


def test_float64_follows_the_text_that_keeps_its_digits():
    """A new row needs no kernel: `computed` is enough; what has no value raises as the functions of `math` do."""
    told = {"about": "", "example": "", "source": ""}
    versine, inverse = grouped(
        "",
        scalar("versin", partials="sin(x)", means="1 - cos(x)", computed="2*sin(x/2)**2", **told),
        scalar("inverse", partials="-1/x**2", means="1/x", computed="1/x", **told),
    )
    assert float_kernel(versine)(1e-20) == pytest.approx(5e-41)
    with pytest.raises(ValueError, match="inverse at 0 has no value"):
        float_kernel(inverse)(0.0)
    with pytest.raises(OverflowError):
        float_kernel(inverse)(5e-324)


@pytest.mark.parametrize("rule", [rule for rule in ROWS if rule not in UNARY], ids=label)
def test_the_float_kernel_of_several_arguments_is_right(rule):
    """float64 agrees with certified balls at the points of the domain."""
    for point in points(rule):
        assert_float(rule, tuple(map(float, point)))


@every_partial
def test_the_continuation_gives_the_derivative(rule, index):
    """Im f(x + ih)/h is the partial, and Re f(x + ih) is f(x)."""
    for point in points_along(rule, index):
        with ctx.workprec(DIFFERENCE_BITS):
            step = arb(2) ** -700
            arguments = [acb(ball(number), step if place == index else 0) for place, number in enumerate(point)]
            result = row_function(rule, COMPLEX)(*arguments)
            assert close(result.imag / step, slope(rule, point, index), 1e-14, 1e-30), point
            assert close(result.real, value(rule, point), 1e-60, 1e-60), point


@pytest.mark.parametrize(("rule", "kink"), [(r, k) for r in ROWS for k in r.kinks], ids=label)
def test_both_sides_of_a_kink_are_as_stated(rule, kink):
    """The one-sided slopes at a kink are those that the row states, and the value jumps only where it says so."""
    others = [ball(number) for number in (0, 2, 3)][1 : len(rule.args)]
    defaults = [compiled(text)({}) for text in rule.optional]
    others[len(others) - len(defaults) :] = defaults
    with ctx.workprec(DIFFERENCE_BITS):
        names = dict(zip(rule.args[1:], others, strict=True))
        at = compiled(kink.at)(names)
        function = row_function(rule, BALLS)
        middle = function(at, *others)
        for sign, text in ((-1, kink.left), (1, kink.right)):
            near, far = (function(at + sign * step, *others) for step in (STEP, 2 * STEP))
            assert close((far - near) / (sign * STEP), compiled(text)(names), 1e-10, 1e-30)
            assert bool(abs(near - middle) > 0.5) == kink.jump


def test_floor_and_ceil_jump_at_the_integers():
    """Rows that jump at the integers differ by one across each, and are flat between them."""
    stepping = [rule for rule in ROWS if rule.jumps == "integers"]
    assert [rule.name for rule in stepping] == ["floor", "ceil"]
    for rule in stepping:
        for whole in (-2, 0, 3):
            with ctx.workprec(DIFFERENCE_BITS):
                assert shifted(rule, (whole,), 0, STEP) - shifted(rule, (whole,), 0, -STEP) == 1


def outside_points(rule):
    """Numbers beyond each end of the domain, on open ends, and on the poles that are whole numbers."""
    beside = [ball(edge) + step for edge in edges(rule) for step in (0, ball("1/1000"), -ball("1/1000"))]
    candidates = [ball(x) for x in range(-9, 10)] + beside
    return [point for x in candidates if domain_problem(rule, point := with_bounded(rule, x))]


def with_bounded(rule, x):
    """Arguments of 2, but x for the one that the domain is about."""
    return [x if place == rule.bounded else ball(2) for place in range(len(rule.args))]


@pytest.mark.parametrize("rule", [rule for rule in ROWS if rule.domain or rule.poles], ids=label)
def test_outside_the_domain_there_is_no_number(rule):
    """Where the row states that there is no value, the enclosure is not finite and float64 raises."""
    outside = outside_points(rule)
    assert outside or rule.poles == "cos"
    for arguments in outside:
        assert not row_function(rule, BALLS)(*arguments).is_finite()
        with pytest.raises((ValueError, OverflowError)):
            float_kernel(rule)(*map(float, arguments))


@every_row
def test_inside_the_domain_there_is_a_number(rule):
    """The domain leaves out nothing: where the row has a finite value, it states none of the reasons against one."""
    for whole in range(-9, 10):
        arguments = with_bounded(rule, ball(whole) + ball("1/3"))
        finite = row_function(rule, BALLS)(*arguments).is_finite()
        assert finite == (domain_problem(rule, arguments) is None)
        assert finite or border_problem(rule, arguments)


@every_row
def test_an_enclosure_holds_every_value(rule):
    """For balls of any width, f(x) lies in F(X) for the points x of X: also across kinks and borders."""
    chance = random.Random(rule.name)
    function = row_function(rule, BALLS)
    for _ in range(60):
        centres = [arb(chance.choice([0, 1, -1, 0.5, chance.uniform(-6, 6)])) for _ in rule.args]
        widths = [chance.choice([0, 1e-12, 0.01, 1, 5]) for _ in rule.args]
        if rule.integer:
            centres[integer_place(rule)], widths[integer_place(rule)] = arb(chance.randrange(4)), 0
        wide = function(*[arb(c, w) for c, w in zip(centres, widths, strict=True)])
        if not wide.is_finite():
            continue
        for _ in range(6):
            shifts = [chance.choice([-1, 0, 1, chance.uniform(-1, 1)]) for _ in rule.args]
            inside = [c + w * arb(shift) for c, w, shift in zip(centres, widths, shifts, strict=True)]
            with ctx.workprec(200):
                inner = function(*inside)
                assert not inner.is_finite() or wide.overlaps(inner), (inside, wide, inner)


@every_row
def test_enclosures_of_points_are_narrow(rule):
    """At a point the enclosure loses few digits; beside zeros that are no edge it may lose more."""
    for point in points(rule):
        if max(map(abs, point)) > 50 or not all(number.denominator & (number.denominator - 1) == 0 for number in point):
            continue
        with ctx.workprec(160):
            assert value(rule, point).rel_accuracy_bits() > 90 or abs(value(rule, point)) < 1e-3


NARROW = {
    "expm1": 1e-300, "log1p": 1e-300, "softplus": -800, "sigmoid": -800, "erfc": 30, "tanh": 1e-20, "asinh": 1e-20,
    "acos": 1 - 2.0**-50, "acosh": 1 + 2.0**-50, "asec": 1 + 2.0**-50, "atanh": 1 - 2.0**-50, "logit": 0.5 + 2.0**-50,
    "asech": 1 - 2.0**-50, "acoth": 1 + 2.0**-50, "sin": 1e22, "gelu": -30, "sech": 800, "exp": -1e9, "gamma": 1e9,
    "lambertw": 1e-300, "acsc": 1e300, "acot": 1e300, "cbrt": -1e-300, "lgamma": -2.5, "log": 1 + 2.0**-50,
}  # fmt: skip


@pytest.mark.parametrize("name", NARROW)
def test_enclosures_keep_their_digits_at_every_scale(name):
    """In 53 bits, tiny, huge and nearly singular arguments still have at least 45 good bits."""
    with ctx.workprec(53):
        assert ball_kernel(RULES[name])(arb(NARROW[name])).rel_accuracy_bits() >= 45


def test_enclosures_do_not_overflow():
    """hypot, softplus and sigmoid at 1e300 are finite."""
    assert ball_kernel(RULES["hypot"])(arb(1e300), arb(1e300)).rel_accuracy_bits() > 45
    assert ball_kernel(RULES["softplus"])(arb(1e300)).rel_accuracy_bits() > 45
    assert ball_kernel(RULES["sigmoid"])(arb(-1e300)).is_finite()


@pytest.mark.parametrize(("rule", "pair"), [(r, p) for r in ROWS for p in r.exact], ids=label)
def test_exact_values_are_exact(rule, pair):
    """The values listed for certain arguments are the values there."""
    with ctx.workprec(300):
        argument, expected = (compiled(text)({}) for text in pair)
        is_limit = pair[0].endswith("inf")  # enclosures take finite arguments
        result = getattr(arb(pair[0]), rule.name)() if is_limit else row_function(rule, BALLS)(argument)
        assert close(result, expected, 1e-60, 1e-60)


@pytest.mark.parametrize("rule", [rule for rule in ROWS if rule.inverse], ids=label)
def test_the_inverse_undoes_the_function(rule):
    """g(f(x)) = x wherever f is real."""
    for point in points(rule):
        if abs(point[0]) < 20:
            with ctx.workprec(1200):
                back = row_function(RULES[rule.inverse], BALLS)(value(rule, point))
                assert close(back, ball(point[0]), 1e-60), point


@pytest.mark.parametrize("rule", UNARY, ids=label)
def test_parity_is_as_stated(rule):
    """f(-x) is f(x) exactly where the row says even, and -f(x) exactly where it says odd."""
    pairs = [(x, (-x[0],)) for x in points(rule) if is_inside(rule, (-x[0],))]
    with ctx.workprec(300):
        both = [(value(rule, x), value(rule, y)) for x, y in pairs]
        even = all(close(first, second, 1e-60, 1e-60) for first, second in both)
        odd = all(close(first, -second, 1e-60, 1e-60) for first, second in both)
    if both and any(abs(first) > 0 for first, _ in both):
        assert (rule.even, rule.odd) == (even, odd)
    else:
        assert not rule.even
        assert not rule.odd


def texts(rule):
    """All mathematics that a row has as text."""
    yield from (text for text in (*rule.partials, *rule.stable, rule.means, *rule.optional) if text is not None)
    yield from (text for kink in rule.kinks for text in (kink.at, kink.left, kink.right))
    yield from (text for pair in rule.exact for text in pair)


@every_row
def test_a_row_mentions_rows_only(rule):
    """Every function that a text of the row mentions is a row, so all higher derivatives follow."""
    for text in texts(rule):
        for node in postorder(parse_expression(Source("row", text))):
            assert not isinstance(node, Call) or NAMES.get(node.function) == node.function or node.function == "where"


@every_row
def test_the_example_runs(rule):
    """The example is a call of the row with a finite value, the same in balls and in float64."""
    tree = parse_expression(Source("row", rule.example))
    assert isinstance(tree, Call)
    assert tree.function == rule.name
    with ctx.workprec(200):
        arguments = [formula(text, BALLS)({}) for text in rule.example[len(rule.name) + 1 : -1].split(",")]
        truth = row_function(rule, BALLS)(*arguments)
    assert truth.is_finite()
    assert math.isclose(float_kernel(rule)(*[float(x.mid()) for x in arguments]), float(truth.mid()), rel_tol=1e-12)


@every_row
def test_a_row_is_complete(rule):
    """A row has as many partials as arguments, words for people, and braces that match."""
    assert len(rule.partials) == len(rule.args)
    assert len(rule.stable) in (0, len(rule.args))
    assert rule.about
    assert rule.source
    assert rule.latex.count("{") == rule.latex.count("}")
    assert rule.group
    assert rule.means or rule.ball
    bounded = rule.domain or rule.poles or rule.integer or rule.name in POLES
    assert bool(rule.domain_text) == bool(bounded)


POLES = {"atan2": "0, 0", "factorial": "-1", "beta": "0, 1", "lbeta": "0, 1", "hyp0f1": "0, 1", "hyp1f1": "1, 0, 1"}
"""Rows without a value at points that only their words tell."""


@pytest.mark.parametrize("name", POLES)
def test_a_pole_that_drops_out_leaves_no_value(name):
    """What has no value is none in a product with 0, and in a difference of equal terms."""
    call = f"{name}({POLES[name]})"
    for text in (f"x*0*{call}", f"x + {call} - {call}"):
        assert gradcli.grad(text, at={"x": 1}).value is None, text


HOSTILE = [
    ("gamma", 1e300), ("lgamma", -1e300), ("digamma", -1e20), ("trigamma", -1e20), ("zeta", -1e300), ("zeta", 1e300),
    ("zetaderivative", 300, 1e300), ("zetaderivative", 1e9, 2), ("polygamma", 1e9, 2), ("polygamma", 300, -1e5),
    ("besseljorder", 1, 1e300, 1), ("besselyorder", 9999, 3, 6), ("besseliorder", 1e5, 1, 1), ("besselkorder", 0, 1, 7),
    ("besseljorder", 900, 900, 1), ("besselyorder", 900, 1e-300, 6), ("besseliorder", 1e3, 1e5, 2),
    ("besselj", 0, 1e300), ("besseli", 1e5, 1e5), ("besselk", 1e20, 1), ("airyai", -1e300), ("lambertw", 1e300),
    ("beta", 1e300, -1e5), ("hyp2f1", 1e9, 1.5, -1e9, 0.5), ("hyp0f1", -1e9, 1e9),
    ("hyp1f1", 1e3, 2, 1e5), ("hyp1f1", 1e4, -9999.5, 1e4), ("exp", 1e300), ("sin", 1e300),
]  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE, ids=str)
def test_no_argument_takes_long(case):
    """Huge arguments and orders cost less than a second, in 1000 bits, whatever the answer."""
    name, *arguments = case
    begin = time.process_time()
    with ctx.workprec(1000):
        row_function(RULES[name], BALLS)(*map(arb, arguments))
    assert time.process_time() - begin < 60


def test_derivatives_of_zeta_far_to_the_right_are_enclosed():
    """The first terms with their bound hold the value that the power series gives."""
    with ctx.workprec(300):
        for times in (0, 1, 5):
            x = arb(40)
            series = arb_series([x, 1], prec=times + 1).zeta()[times] * arb(times + 1).gamma()
            assert far_zeta(times, x).overlaps(series)
            assert abs(far_zeta(times, x) - series) < 1e-20
