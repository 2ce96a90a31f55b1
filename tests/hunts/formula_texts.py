"""The text of a derivative, read and evaluated by the program itself, beside the numbers of the same question.

Formulas come from the graph of whole arrays, numbers from one entry at a time: what both say is said twice. The
programs are full of constant arrays, axes, spectra, norms and choices, where forms of matrices have gone wrong.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

import gradcli
from gradcli.problems import GradcliError
from tests.hunts import programs
from tests.hunts.arrays import Drawn
from tests.hunts.programs import LETTERS

FACTOR, RESULT = "unit", "whole"
"""A name with the value 1, and the name of a formula times it, whose value is asked for."""

CLOSE = 1e-8
"""Of the largest number: formulas are evaluated in float64 where they are long."""


class Maker(programs.Maker):
    """Writes programs with constant arrays."""

    entrywise = (
        *programs.ENTRYWISE[:14], "where({0} <= 0.2, {1}, {0}**2)", "min({0}, {1})", "exp({0}/3)", "{0} + {1}*{2}",
        "max({0}, {1})", "relu({0})", "softplus({0})",
    )  # fmt: skip
    scalars = (
        *programs.SCALARS, ("sum({0}*({1}@{2}.T))", "mn m1 n1"), ("sum({0}@ones(n))", "mn"),
        ("ones(m).T@{0}@{1}", "mn n1"),
        ("sum(outer({0}, ones(n))*{1})", "m1 mn"), ("tr(({0} + eye(n))@{1})", "nn nn"), ("norm({0}, inf)", "mn"),
        ('norm({0}, "fro")', "mn"), ('norm({0}, "nuc")', "mn"), ("norm({0}, 2)", "mn"), ("norm({0}, inf)", "n1"),
        ("logdet(eye(n) + {0}.T@{0})", "mn"), ("tr(inv({0}@{0}.T + eye(n)))", "nm"), ("std({0})", "n1"),
        ("sum(kron(eye(n), {0})**2)", "nm"), ("sum(kron({0}, ones(m))**2)", "n1 m1"), ("max({0}@ones(n))", "mn"),
        ("sum(concat(ones(n), {0})**3)", "n1"), ("sum(eigvalsh({0} + {0}.T)**3)", "nn"), ("prod({0})", "n1"),
        ("eigvalsh({0}@{0}.T + eye(n))[-1]", "nm"), ("sum(svdvals({0})**3)", "mn"), ("min({0}, axis=0)@ones(n)", "mn"),
        ("sum(vec({0})[1:])", "mn"), ("tr(expm({0}/3))", "nn"), ("sum(prod({0}, axis=0))", "mn"),
        ("var({0} + ones(n))", "n1"),
        ("sum(pinv({0}))", "mn"), ("norm(solve({0} + 9*eye(n), {1}))", "nn n1"),
        ("sum(cholesky({0}@{0}.T + eye(n)))", "nm"),
        ("sum(std({0}, axis=0))", "mn"), ("max(norm({0}, axis=1))", "mn"), ("sum(logsumexp({0}, axis=0))", "mn"),
    )  # fmt: skip
    columns = (
        *programs.COLUMNS, ("{0}@ones(k)", "nk"), ("{0} + ones(n)", "n1"),
        ("diag({0} + eye(n))", "nn"), ("diag({0}@{1}.T)", "nm nm"), ("diag(outer({0}, {1}))", "n1 n1"),
        ("({0} + 9*eye(n))@ones(n)", "nn"), ("max({0}, axis=1)*{1}", "nm n1"), ("svdvals({0})", "nn"),
        ("prod({0}, axis=1)", "nm"), ("std({0}, axis=1)", "nm"), ("where({0} > ones(n)/4, {0}**2, {1})", "n1 n1"),
        ("({0} - ones(n)@{0}.T@ones(n)/2)", "n1"), ("eigvalsh({0} + {0}.T + eye(n))", "nn"),
        ("norm({0}, axis=1)", "nm"), ("norm({0}, 1, axis=1)", "nm"),
    )  # fmt: skip
    rows = (*programs.ROWS, ("ones(k).T@{0}", "kn"), ("mean({0}, axis=0)", "mn"), ("max({0}, axis=0)", "mn"))
    matrices = (
        *programs.MATRICES, ("{0} + ones(m, n)", "mn"), ("outer({0}, ones(n))", "m1"), ("ones(m)@{0}", "1n"),
        ("{0} - ones(m)@mean({0}, axis=0)", "mn"), ("outer({0}, {1})", "m1 n1"), ("{0}@diag(ones(n))", "mn"),
        ("{0}@(eye(n) - ones(n, n)/3)", "mn"), ("max({0}, zeros(m, n))", "mn"),
        ("where({0} > {1}, {0}, ones(m, n))", "mn mn"),
        ("{0}/norm({0}, axis=1)", "mn"), ("cumsum({0}, axis=1)", "mn"), ("{0}*kron({1}, {2}.T)", "mn m1 n1"),
    )  # fmt: skip


def value_of(formula: str, question: Drawn, declared: str, definitions: Mapping[str, str]) -> Any:
    """The value of a formula as the program itself reads it, its letters for sizes being numbers."""
    whole = "; ".join([*(f"{name} = {part}" for name, part in definitions.items()), f"{RESULT} = {FACTOR}*({formula})"])
    used = [part for part in declared.split("; ") if re.search(rf"\b{part.partition(':')[0]}\b", whole)]
    at = {name: x.tolist() for name, x in question.values.items() if re.search(rf"\b{name}\b", whole)}
    letters = rf"\b[{''.join(LETTERS)}]\b"
    text = re.sub(letters, lambda found: str(question.sizes[found[0]]), "; ".join([*used, whole]))
    asked = {"at": {**at, FACTOR: 1}, "wrt": [FACTOR], "of": RESULT}
    return gradcli.jacobian(f"{FACTOR}: scalar; {text}", **asked).to_dict()["value"]


def parts_of(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    """Texts of formulas with their numbers."""
    if "gradient" in answer:
        return [(text, answer["gradient"][name]) for name, text in answer["symbolic"].items()]
    matrix = answer["jacobian" if "jacobian" in answer else "hessian"]
    if isinstance(answer["symbolic"], str):
        return [(answer["symbolic"], matrix)]
    rows = zip(answer["symbolic"], matrix, strict=True)
    return [pair for texts, numbers in rows for pair in zip(texts, numbers, strict=True)]


def verdicts(question: Drawn, declared: str, command: str, layout: str, wrt: Sequence[str]) -> list[str]:
    """What is found of one question in one layout."""
    at = {name: np.asarray(value).tolist() for name, value in question.values.items()}
    ask = getattr(gradcli, command)
    found = []
    try:
        answer = ask(f"{declared}; {question.text}", at=at, wrt=wrt, layout=layout).to_dict()
        without = ask(f"{declared}; {question.text}", wrt=wrt, layout=layout).to_dict()
    except GradcliError as error:
        return [f"{'wrong' if error.code == 'internal' else 'refused'}: {error.code}: {error.message}"]
    if answer["problems"]:
        return ["with problems"]
    for text, numbers in parts_of({**answer, "symbolic": without["symbolic"]}):
        try:
            here = np.array(value_of(text, question, declared, without["definitions"]), dtype=float)
        except GradcliError as error:
            found.append(f"wrong: {layout}: {text} is not read back: {error.code}: {error.message}")
            continue
        found.append(compared(here, np.array(numbers, dtype=float), f"{layout}: {text}"))
    return found


def compared(here: Any, right: Any, words: str) -> str:
    """What a formula gives beside the numbers; at a point where it divides by 0 it may have none."""
    wrong = f"wrong: {words} is {here.tolist()} for {right.tolist()}"
    if here.size != right.size:
        return wrong
    here, scale = here.reshape(right.shape), max(1.0, float(np.abs(right).max(initial=0)))
    known = np.isfinite(here)
    if not np.all(np.abs(here[known] - right[known]) <= CLOSE * scale):
        return wrong
    return "right" if known.all() else "right, with holes"


def drawn(seed: int) -> tuple[Drawn, str, str, list[str], list[str]]:
    """A program and its declarations, the command, layouts and variables."""
    question, declared, shape = programs.drawn(seed, Maker)
    draws = random.Random(f"formula {seed}")
    names = sorted(question.values)
    wrt = names if draws.random() < 0.3 else draws.sample(names, 1)
    command = draws.choice(("jacobian",) if shape else ("grad", "grad", "hessian", "jacobian"))
    layouts = ["numerator", "denominator"] if command != "hessian" else ["numerator"]
    return question, declared, command, layouts, wrt


def run(first: int, count: int, tell: Callable[[str], object] = print) -> Counter[str]:
    """Programs first, first + 1, …; what is wrong or refused is told."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        question, declared, command, layouts, wrt = drawn(seed)
        for layout in layouts:
            for verdict in verdicts(question, declared, command, layout, wrt):
                found[verdict.partition(":")[0]] += 1
                if verdict.startswith(("wrong", "refused")):
                    tell(f"{seed}: {command} {','.join(wrt)}: {verdict}: {declared}; {question.text}")
    return found
