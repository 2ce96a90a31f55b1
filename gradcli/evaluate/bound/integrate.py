"""Integrals in balls: Arb's rigorous adaptive Gauss-Legendre quadrature over a body with a bound letter.

Source: F. Johansson, Numerical integration in arbitrary-precision ball arithmetic (ICMS 2018). A kink within the
interval costs bisections and no digits; a singularity within it, or a body that balls do not know, is refused.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from flint import acb, ctx

from gradcli import limits
from gradcli.evaluate.bound.analytic import NOWHERE, BoundBody, is_real
from gradcli.evaluate.certified.values import OutOfTimeError, Undefined
from gradcli.rules.bound import LETTER, parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.rules.bound import BoundRule

PIECES: Final = frozenset(
    ("abs", "sign", "floor", "ceil", "max", "min", "relu", "clip", "cbrt", "leaky_relu", "elu", "selu")
)
"""Functions that continue by real parts, so that an integral over them is analytic in no parameter."""

EVALUATIONS: Final = 300
"""Evaluations of a body for each bit of the precision, after which an integral is given up."""


class NotRealError(Exception):
    """The body has no real value somewhere between the bounds."""

    def __init__(self, problem: Undefined) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def integral(rule: BoundRule, args: Sequence[acb], analytic: bool, deadline: float | None = None) -> Any:
    """∫ body from a to b, along a straight line; bounds and parameters may be complex balls.

    `Undefined`: it certainly has no real value. `analytic`: not finite unless the integral is an analytic function of
    its arguments there.
    """
    body = ready(rule)
    if not all(map(is_real, args)) and not all(is_smooth(node) for node in body.nodes):
        return NOWHERE
    names = {parameter(i): value for i, value in enumerate(args[rule.own :])}
    function = Watched(body, names, deadline or time.monotonic() + limits.EVALUATION_SECONDS)
    try:
        if any(rule.ends):
            return NOWHERE
        return between(function, args[0], args[1])
    except NotRealError as error:
        return error.problem


def ready(rule: BoundRule) -> BoundBody:
    """The body, made ready once."""
    found: BoundBody | None = rule.kept.get("body")
    if found is None:
        found = rule.kept["body"] = BoundBody([rule.body], integral)
    return found


def is_smooth(node: Any) -> bool:
    """Whether a node continues analytically wherever it is defined."""
    return node.op not in ("where", "compare") and not (node.op == "call" and node.data.name in PIECES)


class Watched:
    """The body as a function of its letter, for flint to call.

    Nothing may be raised through flint: what must end the quadrature is kept, and raised by `end`.
    """

    def __init__(self, body: BoundBody, names: dict[str, acb], deadline: float) -> None:
        self.body, self.names, self.deadline = body, names, deadline
        self.stopped: BaseException | None = None

    def __call__(self, z: acb, analytic: bool) -> acb:
        if self.stopped is not None:
            return NOWHERE
        try:
            return self.value(z, analytic)
        except BaseException as error:  # an interrupt too is raised when the quadrature has ended
            self.stopped = error
            return NOWHERE

    def value(self, z: acb, analytic: bool) -> acb:
        """The body at the letter. Raises where it certainly has no real value, and when the time is over."""
        if time.monotonic() > self.deadline:
            raise OutOfTimeError
        (value,) = self.body({**self.names, LETTER: z}, analytic)
        if type(value) is not Undefined:
            return value
        if is_real(z):
            raise NotRealError(value)
        return NOWHERE

    def end(self, found: acb) -> acb:
        """What was found, or what stopped it."""
        if self.stopped is not None:
            raise self.stopped
        return found


def between(function: Watched, lower: acb, upper: acb) -> acb:
    """∫ from lower to upper: between the middles of the bounds, and what their radii add or take away."""
    middle = [acb(bound.real.mid(), bound.imag.mid()) for bound in (lower, upper)]
    found = function.end(acb.integral(function, *middle, eval_limit=EVALUATIONS * ctx.prec))
    for bound, centre, sign in ((lower, middle[0], -1), (upper, middle[1], 1)):
        if not (bound.real.is_exact() and bound.imag.is_exact()):
            found += sign * function.end(function(bound, False)) * (bound - centre)
    return found


def why(rule: BoundRule, args: Sequence[acb]) -> str:
    """Why an integral could not be computed: where the body has no bound, or no reason that is known."""
    letter = rule.letter
    if any(rule.ends):
        return f"the integral over {letter} to infinity is not known to converge, or is not decided"
    body = ready(rule)
    names = {parameter(i): value for i, value in enumerate(args[rule.own :])}
    low, high = args[0].real.mid(), args[1].real.mid()
    for _ in range(60):
        middle = (low + high) / 2
        halves = [(low, middle), (middle, high)]
        bad = next(
            (h for h in halves if not body({**names, LETTER: acb(h[0].union(h[1]))}, False)[0].is_finite()), None
        )
        if bad is None:
            return f"the integral over {letter} is not decided: its integrand is hard to follow"
        low, high = bad
    width = abs(args[1].real - args[0].real) / 2**50
    near = next((bound.real for bound in args[:2] if abs(bound.real - low) < width), low)
    place = near.mid().str(6, radius=False)
    return f"the integrand has no bound near {letter} = {place}: the integral may have no value"
