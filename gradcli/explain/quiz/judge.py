"""Answers to exercises are judged by `check`."""

from __future__ import annotations

from gradcli.checking.records import Claim
from gradcli.checking.verdict import check
from gradcli.problems import Source
from gradcli.program.options import BuildOptions
from gradcli.records import TYPE_CHECKING
from gradcli.text.answers import Answer, parse_answers
from gradcli.text.parser import parse_script
from gradcli.text.points import parse_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.results import Verdict
    from gradcli.explain.quiz.results import Exercise
    from gradcli.text.tree import Script


def judge_text(exercise: Exercise, answer: str) -> Verdict:
    """What `check` says of an answer. Raises GradcliError where it cannot be read."""
    return judge(exercise, parse_answers([Source("answer", answer)]))


def judge_own(exercise: Exercise) -> Verdict:
    """What `check` says of the exercise's own answer."""
    return judge(exercise, [Answer(None, exercise.answer, Source("answer", ""))])


def judge(exercise: Exercise, answers: Sequence[Answer]) -> Verdict:
    """The verdict on expressions that were read."""
    script, options = program_texts(exercise.text, exercise.variable, exercise.shapes)
    return check(Claim(script, tuple(answers), options))


def program_texts(text: str, variable: str, shapes: Sequence[str]) -> tuple[Script, BuildOptions]:
    """An exercise's function, and what it is differentiated by, as both `steps` and `check` read them."""
    declarations = tuple(parse_shape(Source("shape", shape)) for shape in shapes)
    options = BuildOptions(wrt=(variable,), declarations=declarations)
    return parse_script([Source("expression", text)]), options
