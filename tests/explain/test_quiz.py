"""Exercises: the same for a seed, answers that are right, judged by `check`, asked at a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import sys

import pytest

from gradcli import check, grad, quiz
from gradcli.cli.options import OPTIONS
from gradcli.explain.quiz.judge import judge_text
from gradcli.explain.quiz.results import TOPICS
from gradcli.problems import GradcliError
from gradcli.render.explain import quiz as written
from gradcli.render.notation import write


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_answers_are_what_grad_says(topic: str, seed: int) -> None:
    """Each answer is grad's own, check calls it equal, and no exercise comes twice."""
    drawn = quiz(seed, topic, 6)
    assert len({exercise.text for exercise in drawn.exercises}) == 6
    for exercise in drawn.exercises:
        own = write(exercise.answer)
        declared = "".join(f"{shape.replace('=', ': ')}; " for shape in exercise.shapes)
        answer = grad(declared + exercise.text, wrt=exercise.variable)
        assert write(answer.symbolic[exercise.variable]) == own
        assert check(exercise.text, own, wrt=exercise.variable, shapes=exercise.shapes).verdict == "equal"


def test_a_seed_is_a_worksheet() -> None:
    """The same seed gives the same text in every format, another seed another one."""
    for write_quiz in (written.write_quiz_markdown, written.write_quiz_latex, written.write_quiz_plain):
        assert write_quiz(quiz(7)) == write_quiz(quiz(7)) != write_quiz(quiz(8))
    assert written.quiz_document(quiz(7)) == written.quiz_document(quiz(7))
    assert json.loads(json.dumps(written.quiz_document(quiz(7))))["exercises"][0]["topic"] == "chain"
    assert [exercise.topic for exercise in quiz(7, count=7).exercises] == [*TOPICS, *TOPICS[:2]]


def test_slips_are_named() -> None:
    """An answer without its inner derivative is wrong, and said to be so first of all."""
    slopes = {"sin(": "cos(", "sinh(": "cosh(", "cosh(": "sinh(", "exp(": "exp(", "softplus(": "sigmoid("}
    drawn = [e for seed in (1, 2, 3) for e in quiz(seed, "chain", 30).exercises if e.text.endswith(")")]
    exercise, outer = next((e, o) for e in drawn for o in slopes if e.text.startswith(o) and "*x" in e.text)
    found = judge_text(exercise, slopes[outer] + exercise.text.removeprefix(outer))
    assert found.verdict == "different"
    assert found.diagnosis[0].code == "missing-inner-derivative"


def test_bad_requests() -> None:
    """A topic that is not there, none or too many exercises."""
    with pytest.raises(GradcliError, match="no such topic"):
        quiz(1, "algebra")
    for count in (0, 1000):
        with pytest.raises(GradcliError, match="1 to 200"):
            quiz(1, count=count)
    assert OPTIONS["quiz.exercises"].most == 200


def talk(answers: list[str], *words: str) -> str:
    """What a terminal shows when these answers are typed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(COLUMNS="80", TERM="dumb", NO_COLOR="1")
        os.execv(sys.executable, [sys.executable, "-m", "gradcli", "quiz", *words])
    shown = ""
    waiting = list(answers)
    while select.select([terminal], [], [], 20)[0]:
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data.decode()
        if shown.endswith("> ") and waiting:
            os.write(terminal, (waiting.pop(0) + "\n").encode())
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return shown.replace("\r\n", "\n")


def test_a_dialogue() -> None:
    """A wrong answer, a hint, a text that cannot be read, the right answer, the steps of the next one, the end."""
    (first, second) = quiz(3, count=2).exercises
    shown = talk(
        [f"-({write(first.answer)})", "h", "sen(", write(first.answer), "s", "q"], "--seed", "3", "--count", "2"
    )
    assert "has the wrong sign" in shown
    assert "hint: power + chain rule" in shown
    assert "error: " in shown
    assert "✓ right" in shown
    assert "2 of 2, product rule" in shown
    assert second.topic == "product"
    assert "put together" in shown
    assert "1 of 2 right, 0 at the first try" in shown


def test_a_student_who_asks_for_help() -> None:
    """What may be typed is said again; laws are as on screens; steps that were shown do not come twice."""
    shown = talk(["?", "", "h", "s", "n", "q"], "--topic", "chain", "--seed", "1", "--count", "2")
    assert shown.count("h: a hint") == 3
    assert "(uⁿ)′ = n·u^(n - 1)·u′" in shown.partition("put together")[0]
    assert shown.count("put together") == 1
    assert "2 of 2, chain rule" in shown


def test_a_dialogue_in_chinese() -> None:
    """The words of the dialogue are the ones of the book."""
    shown = talk(["h", "q"], "--seed", "3", "--count", "1", "--lang", "zh")
    assert "第 1 题 (共 1 题), 链式法则" in shown
    assert "提示: 幂律 + 链式法则" in shown
