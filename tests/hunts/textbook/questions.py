"""Functions as textbooks have them: cases, special functions, bound letters, awkward powers, removable points.

Each is a text and, beside it, a function of mpmath's numbers; gradients, directional derivatives, Jacobians and
Hessians are judged by differences in hundreds of digits.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.expressions import OutOfReachError
from tests.hunts.hessians import Second
from tests.hunts.hessians import judged as judged_second
from tests.hunts.scalars import compared, is_bad, judged
from tests.hunts.tally import tallied
from tests.hunts.textbook import forms
from tests.hunts.textbook.terms import Term
from tests.hunts.truths import Truth, number, truth_at

POINTS = (
    *("0", "0", "0", "1", "1", "-1", "2", "-2", "0.5", "-0.5", "3", "0.25", "-0.75", "1.5", "2.5", "-3.25", "10"),
    *("1e-5", "-1e-8", "1e-30", "1e5", "-1e10", "1e-200", "1e100", "0.1", "-0.3", "20", "-20", "700", "-700"),
)
IRRATIONAL = ("pi", "pi/2", "-pi/4", "e", "-1/e", "sqrt(2)", "-sqrt(2)/2", "log(2)", "1/3", "-2/3")
DIRECTIONS = ("1", "-1", "2", "0", "0.5", "3")


class Question(NamedTuple):
    """Functions of variables at a point.

    kind    grad, along, jacobian or hessian
    """

    kind: str
    text: str
    parts: Sequence[Term]
    point: Mapping[str, str]
    along: Mapping[str, str]

    def words(self) -> str:
        """The command line, roughly."""
        at = ",".join(f"{name}={x}" for name, x in self.point.items())
        along = f" --along {','.join(self.along.values())}" if self.along else ""
        return f"{'grad' if self.kind == 'along' else self.kind} {self.text!r} --at {at}{along}"


def draw(seed: int) -> Question:
    """The question with this number."""
    draws = random.Random(f"textbook {seed}")
    kind = draws.choices(("grad", "along", "jacobian", "hessian"), (55, 12, 13, 20))[0]
    names = "xyz"[: draws.choice((1, 1, 2, 2, 3))]
    while True:
        parts = [forms.function(draws, names) for _ in range(2 if kind == "jacobian" else 1)]
        used = sorted(set().union(*(part.names for part in parts)))
        if used:
            break
    listed = f"[{', '.join(part.text for part in parts)}]"
    text = listed if kind == "jacobian" else forms.dressed(parts[0], draws)
    steps = any(part.stepped for part in parts)
    pool = POINTS[:17] if kind == "hessian" else POINTS
    irrational = not steps and draws.random() < 0.25
    point = {name: draws.choice(IRRATIONAL if irrational and draws.random() < 0.7 else pool) for name in used}
    along = {name: draws.choice(DIRECTIONS) for name in used} if kind == "along" else {}
    return Question(kind, text, parts, point, along)


def verdicts(question: Question) -> list[str]:
    """What is found of each number."""
    at = ",".join(f"{name}={x}" for name, x in question.point.items())
    try:
        if question.kind == "jacobian":
            answer = gradcli.jacobian(question.text, at=at).to_dict()
        elif question.kind == "hessian":
            answer = gradcli.hessian(question.text, at=at).to_dict()
        else:
            along = ",".join(f"{name}={x}" for name, x in question.along.items())
            answer = gradcli.grad(question.text, at=at, along=along or None).to_dict()
    except GradcliError as error:
        return [f"refused {error.code}: {error.message[:80]}"]
    judge = {"jacobian": of_jacobian, "hessian": of_hessian}.get(question.kind, of_gradient)
    found = ["no truth"]
    for more in (1, 3):  # again with more digits where something seems wrong
        try:
            found = judge(question, answer, more)
        except OutOfReachError:
            return ["no truth"]
        if not any(map(is_bad, found)):
            break
    return found


def of_gradient(question: Question, answer: Mapping[str, Any], more: int) -> list[str]:
    """The verdicts on value, slopes and the directional derivative."""
    (part,) = question.parts
    truth = truth_at(part.value, question.point, more, part.stepped)
    found = judged(question.point, answer, truth)
    if question.along:
        found.append(judged_direction(question, answer["directional"], truth, more))
    return found


def judged_direction(question: Question, found: float | None, truth: Truth, more: int) -> str:
    """The derivative along a direction, beside quotients along it on both sides."""
    (part,) = question.parts

    def line(at: Mapping[str, Any]) -> Any:
        """The function of t on the line through the point."""
        return part.value({x: number(text) + at["t"] * number(question.along[x]) for x, text in question.point.items()})

    here = truth_at(line, {"t": "0"}, more, part.stepped)
    slope = here.slope("t")
    if found is None:
        return "null" if slope is None or truth.value is None else "null along, but there is one"
    if slope is None:
        return "unclear along" if None in (here.left["t"], here.right["t"]) else "wrong: along, at a kink"
    return compared(found, slope)


def of_jacobian(question: Question, answer: Mapping[str, Any], more: int) -> list[str]:
    """The verdicts on every entry, each row as a gradient."""
    found = []
    for row, part in enumerate(question.parts):
        gradient = dict(zip(answer["columns"], answer["jacobian"][row], strict=True))
        problems = [{**p, "variable": p.get("variable")} for p in answer["problems"]]
        one = {"value": answer["value"][row], "gradient": gradient, "problems": problems}
        truth = truth_at(part.value, question.point, more, part.stepped)
        found += judged(question.point, {**one, "assumptions": answer["assumptions"]}, truth)
    return found


def of_hessian(question: Question, answer: Mapping[str, Any], more: int) -> list[str]:
    """The verdicts on every entry."""
    second = Second(question.parts[0].value, question.point, more)
    columns = answer["variables"]
    return [
        judged_second(answer["hessian"][i][j], *second.entry(first, other))
        for i, first in enumerate(columns)
        for j, other in enumerate(columns)
    ]


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong or unclear is told."""
    return tallied(range(first, first + count), draw, verdicts, is_bad, Question.words, tell)
