"""A worksheet: Markdown, LaTeX, plain lines, JSON; and what is said between two answers at a terminal."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.explain.lexicon import say
from gradcli.render.explain.outline import law_text, numbers, rule_name
from gradcli.render.explain.steps_formats import (
    name_of,
    write_steps_latex,
    write_steps_markdown,
    write_steps_plain,
)
from gradcli.render.formats.explanations import derivation_document
from gradcli.render.notation import write
from gradcli.render.verdicts import slip_words
from gradcli.render.words import function_text, spell, value_text

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.results import Verdict
    from gradcli.explain.quiz.results import Exercise, Quiz
    from gradcli.render.notation import Style


def command_text(quiz: Quiz) -> str:
    """The command that asks the same."""
    topic = f" --topic {quiz.topic}" if quiz.topic else ""
    return f"gradcli quiz{topic} --seed {quiz.seed} --count {len(quiz.exercises)}"


def function_of(exercise: Exercise, style: Style) -> str:
    """`f(x, y) = x·sin(y)`; in plain text `f(x, y) = x*sin(y)`."""
    reading = exercise.explanation.reading
    names = ", ".join(reading.variables if not exercise.shapes else (exercise.variable,))
    if exercise.topic == "partial":
        names = "x, y"
    return f"f({names}) = {write(reading.statements[0].tree, style)}"


def asked(exercise: Exercise, style: Style) -> str:
    """What is to be found: `∂f/∂x`, `df/dx` in plain text."""
    name = name_of(exercise.explanation, exercise.explanation.derivations[0], "latex" if style == "latex" else "text")
    return name if style != "pretty" else name.replace("d", "∂", 1).replace("/d", "/∂", 1)


def instruction(exercise: Exercise, style: Style, mark: str = "") -> str:
    """`find df/dx`, for arrays with the layout that is meant."""
    symbol = f"{mark}{asked(exercise, style)}{mark}"
    if not exercise.shapes:
        return say("find derivative", symbol=symbol)
    return say("find gradient", symbol=symbol, variable=exercise.variable)


def shapes_text(exercise: Exercise) -> str:
    """`A: m,n; x: n`."""
    return "; ".join(shape.replace("=", ": ") for shape in exercise.shapes)


def write_quiz_markdown(quiz: Quiz) -> str:
    """Exercises, then answers with their steps."""
    lines = [f"# {say('worksheet')}", "", say("worksheet again", command=f"`{command_text(quiz)}`"), ""]
    for exercise in quiz.exercises:
        lines.append(f"{exercise.number}. ({say(f'topic {exercise.topic}')}) ${function_of(exercise, 'latex')}$:")
        shapes = f" (`{shapes_text(exercise)}`)" if exercise.shapes else ""
        lines.append(f"   {instruction(exercise, 'latex', '$')}{shapes}")
    lines += ["", f"## {say('answers')}", ""]
    for exercise in quiz.exercises:
        lines.append(f"{exercise.number}. ${asked(exercise, 'latex')} = {write(exercise.answer, 'latex')}$")
        steps = write_steps_markdown(exercise.explanation).splitlines()
        lines += ["", *(f"   {line}".rstrip() for line in steps if line.lstrip().startswith("-")), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def write_quiz_latex(quiz: Quiz) -> str:
    r"""Two lists: `\item` by `\item`, then the answers with `align*`."""
    lines = [f"% {command_text(quiz)}", rf"\section*{{{say('worksheet')}}}", r"\begin{enumerate}"]
    for exercise in quiz.exercises:
        lines.append(rf"  \item ${function_of(exercise, 'latex')}$: {instruction(exercise, 'latex', '$')}")
    lines += [r"\end{enumerate}", rf"\section*{{{say('answers')}}}", r"\begin{enumerate}"]
    for exercise in quiz.exercises:
        lines.append(rf"  \item ${asked(exercise, 'latex')} = {write(exercise.answer, 'latex')}$")
        lines += [f"  {line}" for line in write_steps_latex(exercise.explanation).splitlines()]
    return "\n".join([*lines, r"\end{enumerate}"]) + "\n"


def write_quiz_plain(quiz: Quiz) -> str:
    """One line an exercise, then one line an answer, steps under it as remarks."""
    lines = [f"# {say('worksheet again', command=command_text(quiz))}"]
    for exercise in quiz.exercises:
        shapes = f"; {shapes_text(exercise)}" if exercise.shapes else ""
        text = f"{exercise.number}. {function_of(exercise, 'text')}{shapes}; {instruction(exercise, 'text')}"
        lines.append(text)
    lines.append(f"# {say('answers')}")
    for exercise in quiz.exercises:
        lines.append(f"{exercise.number}. {asked(exercise, 'text')} = {write(exercise.answer)}")
        steps = write_steps_plain(exercise.explanation).splitlines()
        lines += [f"#    {line}" for line in steps if not line.startswith("#")]
    return "\n".join(lines) + "\n"


def quiz_document(quiz: Quiz) -> dict[str, Any]:
    """`gradcli.quiz/1`."""
    return {
        "schema": "gradcli.quiz/1",
        "seed": quiz.seed,
        "topic": quiz.topic,
        "count": len(quiz.exercises),
        "exercises": [exercise_document(exercise) for exercise in quiz.exercises],
    }


def exercise_document(exercise: Exercise) -> dict[str, Any]:
    """One exercise with its answer and steps."""
    explanation = exercise.explanation
    return {
        "number": exercise.number,
        "topic": exercise.topic,
        "function": function_text(explanation.reading),
        "variable": exercise.variable,
        "shapes": list(exercise.shapes),
        "answer": write(exercise.answer),
        "steps": derivation_document(explanation, explanation.derivations[0])["steps"],
    }


def question_lines(exercise: Exercise, count: int, style: Style) -> list[str]:
    """What is asked at a terminal: which exercise, the function, what to find."""
    head = say("exercise", number=exercise.number, count=count, topic=say(f"topic {exercise.topic}"))
    function = function_of(exercise, style)
    return [
        head,
        f"{function}   {shapes_text(exercise)}" if exercise.shapes else function,
        instruction(exercise, style),
    ]


def verdict_lines(exercise: Exercise, verdict: Verdict, typed: str, style: Style) -> list[str]:
    """What is said of an answer: right, or where it is not, and the likeliest slip."""
    if verdict.verdict == "equal":
        own = write(exercise.answer, style)
        return [say("right answer") if typed == write(exercise.answer) else say("right answer too", answer=own)]
    if verdict.verdict != "different":
        return [say("unclear answer")]
    slips = [f"→ {slip_words(slip, style)}" for slip in verdict.diagnosis[:1]]
    witness = verdict.witness
    if slips or witness is None or witness.yours is None or witness.ours is None or exercise.shapes:
        return [say("wrong answer"), *slips]
    point = ", ".join(f"{spell(name, style)} = {value_text(value)}" for name, value in witness.at.items())
    return [say("wrong at", point=point, yours=f"{witness.yours:.6g}", ours=f"{witness.ours:.6g}")]


def hint_line(exercise: Exercise, shown: int, style: Style) -> str:
    """The next rule of the derivation, without its result."""
    rows = exercise.explanation.derivations[0].rows
    if shown >= len(rows):
        return say("no more hints")
    row = rows[shown]
    return say("next rule", rule=rule_name(row, numbers(rows)), law=law_text(row.law, style == "pretty"))
