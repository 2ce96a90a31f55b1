"""From a row to numbers: enclosures in balls, continuations for the complex step, float64."""

from __future__ import annotations

from gradcli.evaluate.domains import domain_problem, number_text
from gradcli.evaluate.fields import Field, row_function, text_function
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, cache
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradcli.evaluate.fields import Field
    from gradcli.flints import acb, arb
    from gradcli.rules.rule import Rule

FALLBACK = "fallback"
"""The `ball` of rows that SymPy alone can evaluate, in its child process."""

FIRST_BITS = 64
LAST_BITS = 8192
"""Precision of the balls that are rounded to float64: doubled from the first to the last until 53 bits are right."""


def ball_kernel(rule: Rule) -> Callable[..., arb] | None:
    """The enclosure of the row's function over `flint.arb` arguments at the precision `flint.ctx.prec`.

    The result holds f(x) for every x in the arguments; it is not finite where f is not real, has no value, or is too
    large for a ball. All arguments are needed, defaults too. None: the row is evaluated through `means`.
    """
    if rule.ball == FALLBACK:
        from gradcli.program.simplify import fallback_ball

        return lambda *args: fallback_ball(rule, list(args))
    return None if rule.ball is None else _enclosure(rule.ball)


@cache
def _enclosure(name: str) -> Callable[..., arb]:
    from gradcli.evaluate.certified.enclosures import enclosure

    return enclosure(name)


def complex_kernel(rule: Rule) -> Callable[..., acb] | None:
    """The row's function beside the real axis, over `flint.acb`: Im f(x + ih)/h is f'(x) up to h**2.

    The caller sees to it that f is real and finite at the real point and has no kink there. Both parts of a result
    carry one error bound for many functions, so use h = 2**-k with a precision of more than k + 60 bits (h = 1e-200:
    800 bits). None: the row is evaluated through `means`.
    """
    if isinstance(rule, BoundRule):
        from gradcli.evaluate.bound.values import bound_continuation

        return bound_continuation(rule)
    if rule.ball == FALLBACK:
        raise GradcliError(
            "method",
            f"{rule.name} is known through SymPy only, and has no complex step",
            hint="leave --method away, or use --method fd",
        )
    return None if rule.ball is None else _continuation(rule.ball)


@cache
def _continuation(name: str) -> Callable[..., acb]:
    from gradcli.evaluate.complex.continuations import continuation

    return continuation(name)


@cache
def float_kernel(rule: Rule) -> Callable[..., float]:
    """The row's function in float64, over floats, with all arguments or without those that have defaults.

    Raises ValueError where there is no real value (out of the domain, at a pole) and OverflowError where the value
    exceeds float64; what is below float64 is 0.0. Infinities and nan are passed on as `math` does.
    """
    if isinstance(rule, BoundRule):
        from gradcli.evaluate.bound.values import bound_float

        return bound_float(rule)
    from gradcli.evaluate.float64.functions import FLOATS

    own = FLOATS.get(rule.name)
    if own is not None:
        return own
    if rule.kernel is not None:
        return _library_function(rule.kernel)
    if rule.computed is not None:
        return _computed(rule, rule.computed)
    return row_function(rule, _floats()) if rule.ball is None else _rounded(rule)


def _library_function(dotted: str) -> Callable[..., float]:
    """`math.exp` from its name."""
    from importlib import import_module

    module, name = dotted.rsplit(".", 1)
    function: Callable[..., float] = getattr(import_module(module), name)
    return function


def _computed(rule: Rule, text: str) -> Callable[..., float]:
    """The row's text that keeps its digits in float64."""
    from math import isinf

    function = text_function(rule, text, _floats())

    def computed(*given: float) -> float:
        try:
            result: float = function(*given)
        except ZeroDivisionError:
            raise ValueError(f"{rule.name} at {', '.join(map(number_text, given))} has no value") from None
        if isinf(result) and not any(map(isinf, given)):
            raise OverflowError("the value exceeds float64")
        return result

    return computed


def _rounded(rule: Rule) -> Callable[..., float]:
    """The row's ball, rounded to float64."""
    from gradcli.flints import arb, ctx

    enclose = ball_kernel(rule)
    if enclose is None:
        raise ValueError(f"{rule.name} has no enclosure")
    defaults = tuple(map(float, rule.optional))

    def rounded(*given: float) -> float:
        values = given + defaults[len(defaults) - len(rule.args) + len(given) :]
        bits = FIRST_BITS
        while True:
            with ctx.workprec(bits):
                ball = enclose(*map(arb, values))
                if ball.is_finite() and (ball.rel_accuracy_bits() > 53 or ball.abs_upper() < UNDERFLOW):
                    return _to_float(ball)
                if bits >= LAST_BITS or domain_problem(rule, values):
                    raise _no_value(rule, values, ball)
            bits *= 2

    return rounded


UNDERFLOW = 5e-324
"""Values below the least float64 are 0.0."""


def _to_float(ball: arb) -> float:
    """The midpoint as a float."""
    from math import isinf

    result = float(ball.mid())
    if isinf(result):
        raise OverflowError("the value exceeds float64")
    return result


def _no_value(rule: Rule, values: Sequence[float], ball: arb) -> Exception:
    """Why a ball is not narrow at the highest precision."""
    problem = domain_problem(rule, values)
    if problem is None and not ball.is_nan() and ball.abs_upper() > 2.0**1000:
        return OverflowError("the value exceeds float64")
    here = ", ".join(map(number_text, values))
    return ValueError(problem or f"{rule.name} at {here} is not known to {LAST_BITS} bits")


@cache
def _floats() -> Field:
    """float64."""
    import math

    def kernel(rule: Rule) -> Callable[..., float] | None:
        defined = rule.ball is None and rule.kernel is None and rule.computed is None
        return None if defined else float_kernel(rule)

    return Field(
        number=float,
        constant=lambda name: {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf}[name],
        below=lambda left, right: left < right,
        join=lambda yes, no: math.nan,
        kernel=kernel,
    )
