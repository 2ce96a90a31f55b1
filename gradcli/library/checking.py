"""`gradcli.check`: what is asked of an answer, by which engine it is judged."""

from __future__ import annotations

import json

from gradcli.library.asking import parse
from gradcli.library.values import (
    expression_text,
    names_of,
    plain,
    read_point,
    settings_of,
    shape_declarations,
)
from gradcli.problems import GradcliError, Source
from gradcli.question import Question, options_of
from gradcli.reading import known_names, plain_claim
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.blackbox.session import BlackBox
    from gradcli.checking.records import Claim
    from gradcli.derive.results import Verdict
    from gradcli.library.values import Expression, PointLike
    from gradcli.vocabulary import DerivativeKind, Layout


class CheckRequest(NamedTuple):
    """The function and the answers, as they were given.

    against   numbers of other code;  box: a program in place of the function
    """

    texts: tuple[Expression, ...]
    answers: tuple[Expression, ...]
    kind: DerivativeKind
    layout: Layout | None
    points: tuple[PointLike, ...]
    against: Mapping[str, Any] | Sequence[Mapping[str, Any]] | str | None
    box: BlackBox | None


def verdict_on(asked: CheckRequest, words: Mapping[str, Any]) -> Verdict:
    """The verdict, its slips in words. `words`: wrt, constants, shapes, of and latex."""
    from gradcli.render.verdicts import slip_words

    refuse_contradictions(asked, words)
    found = (verdict_on_text if asked.box is None else verdict_on_box)(asked, words)
    slips = [slip._replace(message=slip_words(slip), parts=()) for slip in found.diagnosis]
    return found._replace(diagnosis=tuple(slips))


def refuse_contradictions(asked: CheckRequest, words: Mapping[str, Any]) -> None:
    """Raise `usage` for two answers, two kinds of points, and words about a text where there is none."""
    answers = asked.texts + asked.answers if asked.box is not None else asked.answers
    if asked.against is not None and answers:
        raise GradcliError("usage", "an answer and against contradict each other", hint="check one after the other")
    if asked.against is not None and asked.points:
        raise GradcliError("usage", "points and against contradict each other", hint="the numbers have their points")
    if asked.box is None and (not asked.texts or (asked.against is None and not answers)):
        hint = 'check("x1**2 + x2**2", "2*x1, 2*x2")'
        raise GradcliError("usage", "check needs a function and an answer to check", hint=hint)
    if asked.box is not None and (words["shapes"] or words["of"]):
        raise GradcliError("usage", "shapes and of do not go with a program", hint="leave them away")


def verdict_on_text(asked: CheckRequest, words: Mapping[str, Any]) -> Verdict:
    """The verdict on an answer for an expression."""
    from gradcli.checking.numbers.formulas import check_numbers
    from gradcli.checking.numbers.printed import parse_numbers
    from gradcli.checking.verdict import check

    claim = claim_of(asked, words)
    if asked.against is None:
        return check(claim)
    source = numbers_source(asked.against)
    return check_numbers(claim, source, parse_numbers(source, asked.kind))


def claim_of(asked: CheckRequest, words: Mapping[str, Any]) -> Claim:
    """The question about an expression."""
    from gradcli.checking.records import Claim
    from gradcli.text.answers import parse_answers

    question = Question(
        command="check",
        kind=asked.kind,
        script=parse(*asked.texts, latex=words["latex"]),
        points=tuple(read_point("at", point) for point in asked.points),
        settings=settings_of(words["constants"]),
        wrt=names_of(words["wrt"]),
        of=words["of"],
        declarations=shape_declarations(words["shapes"]),
    )
    texts = answer_sources(asked.answers)
    answers = parse_answers(texts, words["latex"], known_names(question.script)) if texts else ()
    options = options_of(question)
    return plain_claim(Claim(question.script, answers, options, asked.kind, asked.layout, question.points))


def verdict_on_box(asked: CheckRequest, words: Mapping[str, Any]) -> Verdict:
    """The verdict on an answer for a program."""
    from gradcli.checking.numbers.box_points import BoxClaim
    from gradcli.checking.numbers.boxes import check_outside
    from gradcli.checking.numbers.files import with_numbers
    from gradcli.text.answers import parse_answers

    assert asked.box is not None
    points = tuple(read_point("at", point) for point in asked.points)
    claim = BoxClaim(
        (), asked.box, points, settings_of(words["constants"]), names_of(words["wrt"]), asked.kind, asked.layout
    )
    if asked.against is not None:
        return check_outside(with_numbers(claim, numbers_source(asked.against)))
    answers = parse_answers(answer_sources(asked.texts + asked.answers), words["latex"])
    return check_outside(claim._replace(answers=answers))


def answer_sources(answers: Sequence[Expression]) -> list[Source]:
    """The texts of answers, so called in messages."""
    return [Source("answer", expression_text(text)) for text in answers]


def numbers_source(against: Mapping[str, Any] | Sequence[Mapping[str, Any]] | str) -> Source:
    """Numbers of other code as the JSON that `--against` reads; arrays of NumPy are lists."""
    text = against if isinstance(against, str) else json.dumps(against, default=plain)
    return Source("against", text, is_data=True)
