"""Answers without entries: functions of whole matrices (expm) have formulas as arrays only.

Their answers are compared array by array, at points where both are enclosed, or where they are not, in float64.
"""

from __future__ import annotations

from gradcli.checking.arrays.closed_forms import (
    answers_beside,
    are_one,
    closed_forms,
    our_nodes,
    question_of,
    reading_of,
)
from gradcli.checking.records import WORST_FIRST, overall
from gradcli.checking.slips.factors import factor_slip
from gradcli.derive.results import Component, Slip, Verdict, Witness
from gradcli.problems import GradcliError, Span
from gradcli.program.dimensions import show
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Data, Name, Number, postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.checking.records import Claim
    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.program.graph import Node, Program
    from gradcli.text.answers import Answer
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Judgement

CLOSE, FAR = 1e-9, 1e-5
"""Relative differences in float64 that are rounding, and that are no rounding."""


class ArrayNumbers(NamedTuple):
    """Numbers of yours and ours by index at a point; `certain`: each is correctly rounded."""

    at: Mapping[str, Any]
    entries: Sequence[tuple[tuple[int, ...], float, float]]
    certain: bool

    def scale(self) -> float:
        """The greatest number."""
        return max((max(abs(a), abs(b)) for _, a, b in self.entries), default=0.0)

    def gap(self, factor: float = 1.0) -> float:
        """The greatest difference of yours and a multiple of ours, in parts of the greatest number."""
        return max((abs(a - factor * b) for _, a, b in self.entries), default=0.0) / (self.scale() or 1.0)

    def verdict(self) -> Judgement:
        """Are they the same?"""
        if any(a != a or b != b for _, a, b in self.entries):
            return "undecided"
        if self.certain:
            return "equal" if all(a == b for _, a, b in self.entries) else "different"
        return "equal" if self.gap() < CLOSE else "different" if self.gap() > FAR else "undecided"


class WholeAnswer(NamedTuple):
    """One answer beside ours: what is said of it, and where that was seen."""

    component: Component
    proved: bool
    places: Sequence[ArrayNumbers]
    slips: tuple[Slip, ...]


def whole_verdict(claim: Claim) -> Verdict:
    """The verdict on answers that are compared as whole arrays.

    Errors: those of the texts; `no-closed-form` where our derivative has no closed form.
    """
    from gradcli.program.building.array_program import build_array_program

    arrays = build_array_program(claim.script, claim.options)
    labels = [v.name for v in arrays.variables] if claim.kind == "gradient" else ["f"]
    answers = in_order(claim.answers, labels)
    forms = [*closed_forms(claim, arrays), *[None] * len(labels)]
    found = [
        judged(claim, label, i, answers[i]) if i < len(answers) else missing_answer(label, forms[i])
        for i, label in enumerate(labels)
    ]
    found = [one._replace(component=one.component._replace(ours=form)) for one, form in zip(found, forms, strict=False)]
    found += [surplus(answer) for answer in answers[len(labels) :]]
    found.sort(key=lambda one: WORST_FIRST.index(one.component.verdict))
    verdict = found[0].component.verdict
    told = [one for one in found if one.component.verdict == verdict]
    proved = any(map(is_proved, told)) if verdict == "different" else all(map(is_proved, told))
    return Verdict(
        reading_of(claim),
        claim.kind,
        claim.answer_layout,
        verdict,
        None if verdict == "undecided" else "proved" if proved else "tested",
        tuple(one.component for one in found),
        witness_of(found[0]) if verdict == "different" else None,
        tuple(slip for one in found for slip in one.slips),
        min((len(one.places) for one in found if not one.proved), default=0),
    )


def is_proved(one: WholeAnswer) -> bool:
    """Is there a proof, or are there certified numbers that differ?"""
    return one.proved or any(place.certain and place.verdict() == "different" for place in one.places)


def in_order(answers: Sequence[Answer], labels: Sequence[str]) -> Sequence[Answer]:
    """Answers by name in the order of the variables; others as they are. Errors: `answer`."""
    if not any(answer.name for answer in answers):
        return answers
    named = {answer.name: answer._replace(name=None) for answer in answers}
    if set(named) != set(labels) or len(answers) != len(labels):
        raise GradcliError("answer", f"answers are wanted for {', '.join(labels[:8])}", hint="name each of them once")
    return [named[label] for label in labels]


def missing_answer(label: str, ours: Tree | None) -> WholeAnswer:
    """A variable without an answer."""
    remark = f"missing: no answer was given for {label}"
    return WholeAnswer(Component(label, "different", None, ours, None, None, remark), True, (), ())


def surplus(answer: Answer) -> WholeAnswer:
    """An answer that belongs to nothing."""
    remark = "one answer too many: nothing is expected here"
    return WholeAnswer(Component("", "different", answer.tree, None, None, None, remark), True, (), ())


def judged(claim: Claim, label: str, place: int, answer: Answer) -> WholeAnswer:
    """One answer beside ours."""

    def different(remark: str) -> WholeAnswer:
        return WholeAnswer(Component(label, "different", answer.tree, None, None, None, remark), True, (), ())

    try:
        together, (yours,) = answers_beside(claim._replace(answers=(answer,)))
    except GradcliError as error:
        if error.code != "shape" or error.span is None or error.span.source is not answer.source:
            raise
        return different(f"its shapes do not fit: {error.message}")
    refuse_unknown(answer, question_of(claim).arrays, together)
    ours = our_nodes(claim, together)[place]
    if yours.shape != ours.shape and not (yours.op == "number" and yours.data == 0):
        shape = show(yours.shape) if yours.shape else "that of a number"
        return different(f"the shape is {shape}: {show(ours.shape) if ours.shape else 'a number'} is expected")
    if are_one(together.graph, ours, yours):
        return WholeAnswer(Component(label, "equal", answer.tree, None, None), True, (), ())
    places = list(compared(claim, together, yours, ours))
    states = [one.verdict() for one in places]
    verdict = overall(states or ["undecided"])
    pair, distance = None, None
    if verdict == "different":
        _, mine, right = worst_entry(places[states.index("different")])
        pair, distance = (mine, right), mine - right
    slips = slips_of(claim, label, together.outputs[0].label, places) if verdict == "different" else ()
    component = Component(label, verdict, answer.tree, None, None, pair, "", distance)
    return WholeAnswer(component, False, places, slips)


def refuse_unknown(answer: Answer, function: Program, together: Program) -> None:
    """Raise `unknown-name` for a name in an answer that the function has not."""
    known = [v.name for v in (*function.variables, *function.parameters)]
    strange = {v.name for v in (*together.variables, *together.parameters)} - set(known)
    for part in postorder(answer.tree):
        if isinstance(part, Name) and part.name in strange:
            place = Span(answer.source, part.start, part.end)
            names = ", ".join(known[:8])
            raise GradcliError(
                "unknown-name", f"unknown name {part.name!r}", place, f"the function's names are {names}"
            )


def compared(claim: Claim, program: Program, yours: Node, ours: Node) -> Iterator[ArrayNumbers]:
    """Both at the points of the claim, and at random ones, for two choices of the sizes that are letters."""
    from gradcli.checking.claim import SIZES
    from gradcli.derive.arrays.question import FloatPoint
    from gradcli.evaluate.float64.data import float_values
    from gradcli.program.point import name_values

    question = question_of(claim)
    question.graph = program.graph
    wanted = (*question.arrays.variables, *question.arrays.parameters)
    open_sizes = [name for name, value in program.dims.items() if value is None]
    points = [] if open_sizes else [name_values(wanted, *point, set(program.settings)) for point in claim.points]
    for choice in SIZES if open_sizes else SIZES[:1]:
        sizes = {name: choice[i % len(choice)] for i, name in enumerate(open_sizes)}
        question.arrays = program._replace(dims={**program.dims, **sizes})
        for trees in [*points, *random_points(question)]:
            values = float_values({**question.arrays.settings, **trees})
            (a, b), accuracy = question.evaluated([yours, ours], FloatPoint(values, trees))
            at = {name: values[name] for name in trees}
            yield ArrayNumbers(at, list(pairs(a, b)), accuracy == "certified")


def random_points(question: ArrayQuestion) -> Iterator[dict[str, Tree]]:
    """Random values that are short decimals; what is declared symmetric or positive definite is so."""
    from fractions import Fraction

    from gradcli.evaluate.random_arrays import random_arrays

    wanted = {v.name: v.shape for v in (*question.arrays.variables, *question.arrays.parameters)}
    declared = question.options.declared(question.script)
    definite = {declaration.name for declaration in declared if declaration.promise == "positive definite"}
    for values in random_arrays(wanted, question.sizes()):
        trees: dict[str, Tree] = {}
        for name, value in values.items():
            turned = (value + value.T) / 2 if name in question.arrays.symmetric else value
            turned = turned @ turned.T if name in definite else turned
            array = Data(turned.round(2)).listed() if wanted[name] else None
            trees[name] = Number(Fraction(repr(round(turned, 2))), True) if array is None else array
        yield trees


def pairs(yours: Any, ours: Any) -> Iterator[tuple[tuple[int, ...], float, float]]:
    """Numbers of both by index; a number beside an array stands in every entry."""
    if isinstance(ours, float):
        yield (), float(yours), ours
        return
    for i, row in enumerate(ours.tolist()):
        for j, right in enumerate(row):
            mine = yours if isinstance(yours, float) else float(yours[i, j])
            yield ((i,) if len(row) == 1 else (i, j)), mine, right


def worst_entry(place: ArrayNumbers) -> tuple[tuple[int, ...], float, float]:
    """The entry that differs most."""
    return max(place.entries, key=lambda entry: abs(entry[1] - entry[2]))


def witness_of(one: WholeAnswer) -> Witness | None:
    """The first point that shows a difference."""
    from gradcli.derive.layouts import listed

    place = next((place for place in one.places if place.verdict() == "different"), None)
    if place is None:
        return None
    index, yours, ours = worst_entry(place)
    label = one.component.variable
    entry = f"{label}[{','.join(map(str, index))}]" if index else label
    return Witness({name: listed(value) for name, value in place.at.items()}, entry, yours, ours)


def slips_of(claim: Claim, label: str, output: str, places: Sequence[ArrayNumbers]) -> tuple[Slip, ...]:
    """A wrong sign, a factor, or the transpose, where it explains the numbers at every point."""
    name = f"your ∂{output}/∂{label}" if claim.kind == "gradient" else f"your {claim.kind}"
    factor = factor_slip(label, name, lambda k: all(place.gap(k) < CLOSE for place in places))
    if factor is not None:
        return (factor,)
    for place in places:
        turned = {index[::-1]: ours for index, _, ours in place.entries}
        if any(abs(a - turned.get(index, a + 1)) > CLOSE * place.scale() for index, a, _ in place.entries):
            return ()
    return (Slip(label, "transposed", f"your gradient by {label} is the transpose of the right one"),)
