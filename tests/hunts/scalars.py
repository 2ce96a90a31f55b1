"""Certified gradients of random expressions beside differences in hundreds of digits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import gradcli
from gradcli.problems import GradcliError
from tests.hunts.expressions import Drawer, OutOfReachError, Tree, has_steps, text_of, value_of
from tests.hunts.truths import Truth, nearest_float, truth_at


class Question(NamedTuple):
    """An expression and a point as texts."""

    tree: Tree
    point: Mapping[str, str]

    def words(self) -> tuple[str, str]:
        """EXPR and the value of --at."""
        return text_of(self.tree), ",".join(f"{name}={x}" for name, x in self.point.items())


def draw(seed: int) -> Question:
    """The question with this number."""
    drawer = Drawer(seed)
    tree, used, special = drawer.expression()
    return Question(tree, {name: drawer.coordinate(special) for name in used})


def verdicts(question: Question) -> list[str]:
    """What is found of each number: "right", "null", "wrong ..." and so on; one entry when nothing was compared."""
    text, at = question.words()
    try:
        answer = gradcli.grad(text, at=at).to_dict()
    except GradcliError as error:
        return [f"refused {error.code}"]
    for more in (1, 4):
        try:
            truth = truth_at(partial(value_of, question.tree), question.point, more, has_steps(question.tree))
            found = judged(question.point, answer, truth)
        except OutOfReachError:
            return ["no truth"]
        if not any(map(is_bad, found)):
            break
    return found


def is_bad(verdict: str) -> bool:
    """Is it to be told?"""
    return verdict.startswith(("wrong", "null, but", "not the nearest", "unclear", "refused"))


def judged(point: Mapping[str, str], answer: Mapping[str, Any], truth: Truth) -> list[str]:
    """The verdicts on value and slopes."""
    kinds = {problem["variable"]: problem["kind"] for problem in answer["problems"]}
    found = [judged_value(answer["value"], truth)]
    one_sided = any("one-sided" in line or "from inside" in line for line in answer["assumptions"])
    for name in point:
        number = answer["gradient"][name]
        found.append(judged_slope(number, truth, name, kinds.get(name, kinds.get(None)), one_sided))
    return found


def judged_value(number: float | None, truth: Truth) -> str:
    """The verdict on the value."""
    if number is None:
        return "null" if truth.value is None or nearest_float(truth.value) is None else "null, but there is a value"
    if truth.value is None:
        return "wrong: a value where there is none"
    return compared(number, truth.value)


def judged_slope(number: float | None, truth: Truth, name: str, kind: str | None, one_sided: bool) -> str:
    """The verdict on a partial derivative."""
    slope = truth.slope(name)
    if number is None:
        if slope is None or nearest_float(slope) is None or kind == "undecided":
            return f"null: {kind}"
        return f"null, but there is a slope: {kind}"
    if slope is not None:
        return compared(number, slope)
    sides = [side for side in (truth.left[name], truth.right[name]) if side is not None]
    if all(truth.defined[name]) and len(sides) == 2:
        return "wrong: a slope at a kink"
    if len(sides) == 1 and not all(truth.defined[name]):
        said = compared(number, sides[0])
        return said if one_sided or said != "right" else "wrong: one-sided and not said"
    return "unclear"


def compared(number: float, truth: Any) -> str:
    """A float64 beside the truth: the nearest one, a neighbour of it, or wrong."""
    wanted = nearest_float(truth)
    if wanted == number:
        return "right"
    if wanted is None:
        return "wrong: a number beyond the largest float64"
    return (
        "not the nearest"
        if abs(wanted - number) <= 2.3e-16 * abs(wanted) + 1e-323
        else f"wrong: {number!r} for {wanted!r}"
    )


def run(first: int, count: int, tell: Any = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong or unclear is told."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        question = draw(seed)
        for verdict in verdicts(question):
            kind = verdict.split(":")[0] if verdict.startswith("wrong") else verdict
            found[kind] += 1
            if is_bad(verdict):
                tell(f"{seed}: {verdict}: {' --at '.join(question.words())}")
    return found
