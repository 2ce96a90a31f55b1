"""Descents: from a point on, step by step, and what the Hessian says of the end."""

from __future__ import annotations

from gradcli.explain.descent.landscapes import BoxLandscape, is_finite, named, text_landscape
from gradcli.explain.descent.request import MOST_KEPT, STEPS, UNTIL, refuse_numbers
from gradcli.explain.descent.results import Descent, DescentStep
from gradcli.explain.descent.updates import update_for
from gradcli.points.landscape import length, unbounded
from gradcli.problems import GradcliError, Problem
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.blackbox.session import BlackBox
    from gradcli.derive.results import Gradient, Hessian
    from gradcli.explain.descent.landscapes import Landscape
    from gradcli.explain.descent.request import DescentRequest
    from gradcli.explain.descent.results import Kind, Stop
    from gradcli.explain.pictures.request import PlotRequest
    from gradcli.explain.pictures.results import Plot
    from gradcli.points.landscape import Look

GROWN = 1e6
"""A value so many times the first ones is diverging."""
RISING = 5
"""Steps at the end of which value and gradient grow without pause: diverging as well."""
FLAT = 1e-6
"""‖∇f‖, as a part of that at the start, at which the Hessian is asked what the end is."""
STEADY = 0.25
"""Change of eigenvalues, as a part of the smallest, up to which the Hessian at the end is that of the flat place."""
KINDS: dict[str, Kind] = {
    "positive definite": "minimum",
    "negative definite": "maximum",
    "indefinite": "saddle",
}
DIGITS_LOST = 1e-6
"""A difference between float64 and certified slopes that is said."""


def descents(request: DescentRequest) -> list[Descent]:
    """The descent from each point.

    Problems: a kink or a border that was met, and values that float64 does not have, end it.
    Errors:   no starting point, abstract functions, several functions, options without sense.
    """
    refuse_numbers(request)
    question = request.question
    if not question.points:
        raise GradcliError("usage", "descend needs a place to start from (--at)", hint="--at=-5,-2")
    if question.outside is not None:
        return outside_descents(request, question.outside)
    return [Walk(text_landscape(question._replace(points=(point,))), request).descent() for point in question.points]


def outside_descents(request: DescentRequest, outside: BlackBox) -> list[Descent]:
    """The descents of a program outside."""
    from gradcli.blackbox.session import Session, SessionRequest

    question = request.question
    given = SessionRequest(question.points, question.settings, question.wrt)
    with Session(outside, given) as session:
        return [
            Walk(BoxLandscape(*session.prepared(text, source)), request).descent() for text, source in question.points
        ]


class Walk:
    """One descent."""

    def __init__(self, landscape: Landscape, request: DescentRequest) -> None:
        self.landscape, self.request = landscape, request
        self.options = request.used()
        self.places: list[Any] = []
        self.looks: list[Look] = []
        self.norms: list[float | None] = []
        self.problems: list[Problem] = []

    def descent(self) -> Descent:
        """The whole descent with its verdict."""
        stopped = self.walk()
        landscape = self.landscape
        notes = self.certify_ends()
        place = self.places[-1] if self.is_flat() else self.places[0]  # of a quadratic it is the same everywhere
        hessian = landscape.hessian(place) if self.is_flat() or self.wants_bound() else None
        numbers = landscape.numbers()
        return Descent(
            landscape.reading(),
            numbers._replace(problems=tuple(self.problems), notes=(*numbers.notes, *notes)),
            landscape.output,
            self.request.method,
            self.options,
            tuple(self.steps()),
            stopped,
            self.kind(hessian) if self.is_flat() else None,
            None if hessian is None else hessian.eigenvalues,
            *self.bound(hessian),
            picture=None if self.request.picture is None else self.drawn(self.request.picture),
            digits=self.request.digits,
        )

    def drawn(self, request: PlotRequest) -> Plot:
        """The path as a picture."""
        pairs = self.pairs()
        names = tuple(variable.name for variable in self.landscape.variables)
        return path_picture(request._replace(options=request.options._replace(wrt=names)), pairs)

    def pairs(self) -> list[tuple[float, float]]:
        """The places as points of a picture: both variables, or the only one and the value."""
        if any(variable.shape for variable in self.landscape.variables) or len(self.landscape.variables) > 2:
            hint = "--set the others, or leave --plot away"
            raise GradcliError("usage", "a path is drawn of one or two variables that are numbers", hint=hint)
        pairs = [
            (float(place[0]), float(place[1]) if len(place) == 2 else look.value)
            for place, look in zip(self.places, self.looks, strict=True)
        ]
        return [(x, y) for x, y in pairs if y is not None and is_finite(abs(x) + abs(y))]

    def walk(self) -> Stop:
        """Go on until there is a reason to stop."""
        request, landscape = self.request, self.landscape
        update = update_for(request.method, self.options, landscape)
        most = request.steps or STEPS
        until = UNTIL if request.until is None else request.until
        ends_early = request.until is not None or request.steps is None
        place = landscape.start
        for step in range(most + 1):
            self.visit(place)
            look, norm = self.looks[-1], self.norms[-1]
            if look.slopes is None or norm is None:
                return self.without_slopes()
            if self.has_grown():
                return "diverging"
            if step == most or (ends_early and norm <= until):
                break
            with unbounded():  # the next look says what is beyond float64
                following = update.following(place, look.slopes)
            if following is None:
                self.problems.append(Problem(None, "undefined", SINGULAR))
                return "problem"
            place = following
        if (self.norms[-1] or 0.0) <= until:
            return "gradient"
        return "diverging" if self.is_rising() else "steps"

    def visit(self, place: Any) -> None:
        """One more place."""
        look = self.landscape.look(place)
        self.places.append(place)
        self.looks.append(look)
        self.norms.append(None if look.slopes is None else length(look.slopes))

    def without_slopes(self) -> Stop:
        """Why it cannot go on: too large for float64 after growing, or a kink, a border, no value."""
        look = self.looks[-1]
        far = not is_finite(float(abs(self.places[-1]).max()))
        overflow = far or any(problem.kind == "overflow" for problem in look.problems)
        if overflow and len(self.places) > 1:
            return "diverging"
        self.problems += look.problems or (Problem(None, "undefined", "there is no gradient here in float64"),)
        return "problem"

    def scale(self) -> float:
        """The size of the values at the first steps."""
        known = [look.value for look in self.looks[:2] if look.value is not None]
        return max(map(abs, known), default=0.0) if len(known) < 2 else max(abs(known[0]), abs(known[1] - known[0]))

    def has_grown(self) -> bool:
        """Is the value a million times what it was?"""
        value, scale = self.looks[-1].value, self.scale()
        return len(self.looks) > 2 and value is not None and scale > 0 and abs(value) > GROWN * scale

    def is_rising(self) -> bool:
        """Have value and gradient grown at each of the last steps, beyond those at the start?"""
        count = min(RISING, len(self.looks) - 1)
        values = [look.value for look in self.looks]
        first, last = values[0], values[-1]
        if count < 2 or first is None or last is None or last <= first:
            return False
        return is_increasing(values[-count - 1 :]) and is_increasing(self.norms[-count - 1 :])

    def is_flat(self) -> bool:
        """Is the gradient at the end as good as zero?"""
        first, last = self.norms[0], self.norms[-1]
        return last is not None and last <= max(UNTIL, FLAT * min(1.0, first or 1.0))

    def kind(self, hessian: Hessian | None) -> Kind | None:
        """What the signs of the eigenvalues say, where they are those of the flat place beside the end."""
        if hessian is None or not self.is_settled(hessian):
            return "undecided"
        return KINDS.get(hessian.definiteness or "", "undecided")

    def is_settled(self, hessian: Hessian) -> bool:
        """Is the Hessian nearly the same one step of Newton's farther on? That of x³ at 1e-5, positive, is half there.

        Source: the Newton-Kantorovich theorem, of which this is the condition, for eigenvalues.
        """
        slopes, here = self.looks[-1].slopes, hessian.eigenvalues
        newton = update_for("newton", {"rate": 1.0}, self.landscape)
        following = newton.following(self.places[-1], slopes) if here and all(here) else None
        found = None if following is None else self.landscape.hessian(following)
        if not here or found is None or not found.eigenvalues:
            return False
        change = max(abs(a - b) for a, b in zip(here, found.eigenvalues, strict=True))
        return change <= STEADY * min(map(abs, here))

    def wants_bound(self) -> bool:
        """Is there something to say of rates?"""
        return self.request.method in ("gd", "momentum") and self.landscape.is_quadratic()

    def bound(self, hessian: Hessian | None) -> tuple[float | None, float | None]:
        """2/λ for gradient descent, 2(1 + β)/λ with momentum, of a quadratic that has a minimum; and λ.

        Source: Polyak, Some methods of speeding up the convergence of iteration methods (1964).
        """
        if not self.wants_bound() or hessian is None or not hessian.eigenvalues or hessian.eigenvalues[0] <= 0:
            return None, None
        largest = hessian.eigenvalues[-1]
        return 2 * (1 + self.options.get("momentum", 0.0)) / largest, largest

    def certify_ends(self) -> list[str]:
        """Certified numbers at the first and the last step in the place of those of float64."""
        notes = []
        for spot in dict.fromkeys((0, len(self.places) - 1)):
            look, place = self.looks[spot], self.places[spot]
            found = self.landscape.certified(place) if look.slopes is not None else None
            slopes = None if found is None else self.numbers_of(found)
            if found is None or slopes is None or found.value is None:
                continue
            error = length(slopes - look.slopes)
            if error > DIGITS_LOST * max(length(slopes), UNTIL * min(1.0, self.norms[0] or 1.0)):
                notes.append(f"float64 loses digits at step {spot}: its gradient is off by {error:.1e}")
            self.looks[spot] = look._replace(value=found.value, slopes=slopes)
            self.norms[spot] = length(slopes)
        return notes

    def numbers_of(self, gradient: Gradient) -> Any:
        """The entries of a gradient as a vector; None where one is missing."""
        from gradcli.explain.descent.landscapes import entries_of
        from gradcli.points.landscape import vector

        numbers = entries_of(self.landscape.variables, gradient.gradient or {})
        return None if None in numbers else vector(numbers)

    def steps(self) -> list[DescentStep]:
        """Every step as numbers; of long places the first and the last ones alone."""
        variables, count = self.landscape.variables, len(self.places)
        is_short = count * len(self.places[0]) <= MOST_KEPT
        found = []
        for step, (place, look, norm) in enumerate(zip(self.places, self.looks, self.norms, strict=True)):
            whole = is_short or step in (0, count - 1)
            at = named(variables, place) if whole and is_finite(float(abs(place).max())) else None
            slopes = named(variables, look.slopes) if whole and look.slopes is not None else None
            errors = None if look.errors is None else named(variables, look.errors)
            found.append(DescentStep(step, at, look.value, slopes, norm, errors))
        return found


FAR = 1e6
"""Places farther away than so many times the start are left out of a picture."""
MARGIN = 0.15


def path_picture(request: PlotRequest, pairs: Sequence[tuple[float, float]]) -> Plot:
    """The path on the curve or the contours, in a range that holds it."""
    from gradcli.explain.pictures.plot import plots

    scale = FAR * max([1.0, *(abs(number) for pair in pairs[:1] for number in pair)])
    shown = [pair for pair in pairs if max(map(abs, pair)) <= scale]
    (picture,) = plots(request._replace(ranges=dict(request.ranges) or ranges_of(request, shown)))
    lost = len(pairs) - len(shown)
    far = (f"{lost} of {len(pairs)} places are too far away for this picture",) if lost else ()
    numbers = picture.numbers._replace(notes=(*picture.numbers.notes, *far))
    return picture._replace(numbers=numbers, path=tuple(shown))


def ranges_of(request: PlotRequest, pairs: Sequence[tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The range of each variable over a path, with a margin."""
    names = request.options.wrt or ()
    found = {}
    for name, numbers in zip(names, zip(*pairs, strict=True), strict=False):
        low, high = min(numbers), max(numbers)
        room = MARGIN * (high - low) or max(1.0, abs(low)) * MARGIN
        found[name] = (low - room, high + room)
    return found


SINGULAR = "the Hessian is singular here: Newton's method has no next step"


def is_increasing(numbers: Sequence[float | None]) -> bool:
    """Is each number larger than the one before?"""
    from itertools import pairwise

    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and all(a < b for a, b in pairwise(known))
