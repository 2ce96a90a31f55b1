"""Integrals in balls: Arb's rigorous adaptive Gauss-Legendre quadrature over a body with a bound letter.

Source: F. Johansson, Numerical integration in arbitrary-precision ball arithmetic (ICMS 2018). A kink within the
interval costs bisections and no digits; a singularity within it, or a body that balls do not know, is refused.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.evaluate.bound.analytic import NOWHERE, BoundBody, is_real
from gradcli.evaluate.bound.tails import End, NoBoundError, rest
from gradcli.evaluate.certified.values import OutOfTimeError, Undefined
from gradcli.flints import acb, arb, ctx
from gradcli.records import TYPE_CHECKING
from gradcli.rules.bound import LETTER, parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Final

    from gradcli.rules.bound import BoundRule

PIECES: Final = frozenset(
    ("abs", "sign", "floor", "ceil", "max", "min", "relu", "clip", "cbrt", "leaky_relu", "elu", "selu")
)
"""Functions that continue by real parts, so that an integral over them is analytic in no parameter."""

FARTHEST: Final = 12
"""What is left out begins at the latest at 2 to the power of this times the precision."""

SPECK: Final = 400
"""Bounds hold for all parameters within 2**-400, so that derivatives by them are dominated."""

EVALUATIONS: Final = 300
"""Evaluations of a body for each bit of the precision, after which an integral is given up."""


class NotRealError(Exception):
    """The body has no real value somewhere between the bounds."""

    def __init__(self, problem: Undefined) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def integral(
    rule: BoundRule, args: Sequence[acb], analytic: bool, deadline: float | None, bound: Callable[..., Any]
) -> Any:
    """∫ body from a to b, along a straight line; bounds and parameters may be complex balls.

    `bound` evaluates functions in the body that bind letters themselves. `Undefined`: it certainly has no real value.
    `analytic`: not finite unless the integral is an analytic function of its arguments there.
    """
    body = ready(rule, bound)
    if not all(map(is_real, args)) and not all(is_smooth(node) for node in body.nodes):
        return NOWHERE
    names = {parameter(i): value for i, value in enumerate(args[rule.own :])}
    function = Watched(body, names, deadline or limits.clock() + limits.EVALUATION_SECONDS)
    try:
        finite = iter(args)
        bounds = [None if end else next(finite) for end in rule.ends]
        ends = open_ends(rule, function, bounds) if all(map(is_real, args)) else [None, None]
        if any(end is not None for end in ends):
            return improper(rule, function, bounds, ends)
        if any(rule.ends):
            return NOWHERE
        return between(function, args[0], args[1])
    except NotRealError as error:
        return error.problem


def ready(rule: BoundRule, bound: Callable[..., Any] | None = None) -> BoundBody:
    """The body, made ready once."""
    found: BoundBody | None = rule.kept.get("body")
    if found is None:
        found = rule.kept["body"] = BoundBody([rule.body], bound)
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
        if limits.clock() > self.deadline:
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


def between(function: Watched, lower: acb, upper: acb, goal: arb | None = None) -> acb:
    """∫ from lower to upper: between the middles of the bounds, and what their radii add or take away.

    `goal`: the tolerance, where it is not that of the precision.
    """
    middle = [acb(bound.real.mid(), bound.imag.mid()) for bound in (lower, upper)]
    found = function.end(acb.integral(function, *middle, rel_tol=goal, abs_tol=goal, eval_limit=EVALUATIONS * ctx.prec))
    for bound, centre, sign in ((lower, middle[0], -1), (upper, middle[1], 1)):
        if not (bound.real.is_exact() and bound.imag.is_exact()):
            found += sign * function.end(function(bound, False)) * (bound - centre)
    return found


def open_ends(rule: BoundRule, function: Watched, bounds: Sequence[acb | None]) -> list[End | None]:
    """For each bound what is left out near it: beyond it where it is infinite, or where balls there give no bound."""
    found: list[End | None] = []
    for place, (sign, bound) in enumerate(zip(rule.ends, bounds, strict=True)):
        if bound is None:
            found.append(End(None, sign, arb(0)))
            continue
        other = bounds[1 - place]
        away = -rule.ends[1 - place] if other is None else 1 if (bound - other).real > 0 else -1
        width = arb(2) ** -20 if other is None else abs(other.real - bound.real) / 2**20
        near = bound.real.mid().union(bound.real.mid() - away * width)
        tame = function.end(function(acb(near), False)).is_finite() or not bound.real.is_exact()
        found.append(None if tame else End(bound.real, -away, arb(0)))
    return found


def improper(rule: BoundRule, function: Watched, bounds: Sequence[acb | None], ends: Sequence[End | None]) -> acb:
    """The integral between what is left out near its ends, and a bound of the rest."""
    speck = arb(0, 1) * arb(2) ** -SPECK
    known = function.body.without_letter({name: acb(value.real + speck) for name, value in function.names.items()})
    found, left, extra = [], arb(0), 0
    for bound, end in zip(bounds, ends, strict=True):
        if end is None:
            assert bound is not None
            found.append(bound)
            continue
        start, beyond = cut_off(rule, function, known, end, size_of(bounds))
        if start is None:
            return NOWHERE
        digits = 0 if end.centre is None or end.centre.is_zero() else int(start.man_exp()[1]) + 2
        extra = max(extra, digits)
        with ctx.extraprec(digits):
            found.append(acb(end.sign * start if end.centre is None else end.centre + end.sign / start))
        left += beyond
    goal = arb(2) ** -ctx.prec
    with ctx.extraprec(extra):
        inner = between(function, found[0], found[1], goal)
    return inner + acb(arb(0, 1) * left)


def size_of(bounds: Sequence[acb | None]) -> int:
    """Bits of a number beyond all finite bounds, and beyond one over their distance."""
    finite = [bound.real for bound in bounds if bound is not None]
    wide = sum((abs(value) for value in finite), arb(2))
    if len(finite) == 2:
        wide += 4 / abs(finite[1] - finite[0])
    return max(3, int((wide.log() / arb(2).log()).upper().ceil().unique_fmpz() or 0) + 2)


def cut_off(rule: BoundRule, function: Watched, known: Any, end: End, bits: int) -> tuple[arb | None, arb]:
    """From which s on what is left out is below the precision, and a bound of it; None where no bound is known."""
    while bits < FARTHEST * ctx.prec:
        start = arb(2) ** bits
        try:
            beyond = rest(function.body.nodes, rule.body, known, end._replace(start=start))
        except NoBoundError:
            beyond = arb("inf")
        if beyond < arb(2) ** -ctx.prec:
            return start, beyond
        bits += 1 + bits // 6
    return None, arb(0)


def why(rule: BoundRule, args: Sequence[acb]) -> str:
    """Why an integral could not be computed: where the body has no bound, or no reason that is known."""
    letter = rule.letter
    if any(rule.ends):
        return f"the integral over {letter} is not known to converge absolutely"
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
