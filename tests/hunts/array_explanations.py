"""Traces, derivations and chains of arrays: every step, row and factor beside differences of float64."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tests.hunts.arrays import Drawn, column, drawn, is_close, listed, truth, value_of
from tests.hunts.explanations import answer, of_checks, screens
from tests.hunts.tally import tallied

STEPS = ((1e-5, 8), (-1e-5, -8), (2e-5, -1), (-2e-5, 1))


def draw(seed: int) -> Drawn:
    """The question with this number: a scalar function of arrays."""
    draws = random.Random(seed)
    while True:
        question = drawn(draws)
        if truth(question, question.values).shape == (1, 1):
            return question


def words_of(question: Drawn) -> list[str]:
    """The text and its point; letters stand for the sizes that the point has."""
    shapes = [w for name, shape in question.shapes.items() if shape for w in ("--shape", f"{name}={','.join(shape)}")]
    return [question.text, *shapes, "--at", ",".join(f"{k}={listed(v)}" for k, v in question.values.items())]


def names_of(question: Drawn) -> dict[str, Any]:
    return {**{k: v for k, v in question.sizes.items() if k not in question.values}, **question.values}


def difference(function: Callable[[float], Any]) -> Any:
    """The derivative of a function of one number at 0."""
    return sum(weight * np.asarray(function(h), dtype=float) for h, weight in STEPS) / 12e-5


def replayed(steps: Sequence[Mapping[str, Any]], names: Mapping[str, Any]) -> dict[str, Any]:
    """The values of all steps whose names have none yet."""
    known = dict(names)
    for step in steps:
        if step["name"] not in known:
            known[step["name"]] = value_of(step["expression"], known)
    return known


def as_array(value: Any) -> Any:
    return np.atleast_2d(column(value))


def trace_verdicts(question: Drawn, gradient: Mapping[str, Any]) -> Iterator[str]:
    """Values and adjoints of every step."""
    found = answer(["trace", *words_of(question)])
    if found is None:
        yield "refused"
        return
    if any(step["value"] is None for step in found["steps"]) or found["problems"]:
        yield "with problems"
        return
    names, output = names_of(question), found["output"]
    known = replayed(found["steps"], names)
    for step in found["steps"]:
        name = step["name"]
        here = np.atleast_2d(known[name] if step["kind"] not in ("input", "data") else column(known[name]))
        if not is_close(as_array(step["value"]).reshape(here.shape), here):
            yield f"wrong: {name} = {step['value']}"
        if step["adjoint"] is None:
            continue
        adjoint = as_array(step["adjoint"]).reshape(here.shape)
        for place in np.ndindex(here.shape):
            unit = np.zeros(here.shape)
            unit[place] = 1

            def moved(h: float, step: Any = step, here: Any = here, unit: Any = unit) -> Any:
                there = here + h * unit
                held = {**names, step["name"]: there if step["shape"] else float(there[0, 0])}
                return np.atleast_2d(replayed(found["steps"], held)[output])[0, 0]

            wanted = difference(moved)
            close = abs(adjoint[place] - wanted) <= 2e-6 * max(1, abs(wanted))
            yield "right" if close else f"wrong: adjoint of {name} at {place} is {adjoint[place]}, not {wanted}"
    if found["gradient"] != gradient["gradient"]:
        yield f"wrong: gradient {found['gradient']}, grad has {gradient['gradient']}"


def steps_verdicts(question: Drawn, gradient: Mapping[str, Any]) -> Iterator[str]:
    """Results of rows, the differential and the gradient that is read off, along a direction."""
    found = answer(["steps", *words_of(question)])
    if found is None:
        yield "refused"
        return
    draws = random.Random(question.text)
    names = replayed(statements_of(question.text), names_of(question))
    for name, steps in found["derivations"].items():
        direction = np.reshape(
            [draws.randint(-8, 8) / 4 for _ in range(question.values[name].size)], column_shape(question.values[name])
        )

        def moved(h: float, text: str = "", name: str = name, direction: Any = direction) -> Any:
            there = {**names_of(question), name: column(question.values[name]) + h * direction}
            return np.atleast_2d(value_of(text, replayed(statements_of(question.text), there)))

        def along(text: str, name: str = name, direction: Any = direction) -> Any:
            scalar = float(direction[0, 0]) if direction.size == 1 and not question.shapes[name] else direction
            return np.atleast_2d(value_of(text, {**names, f"d{name}": scalar}))

        for row in steps["steps"]:
            inner = re.fullmatch(r"D\((.*)\)", row["before"] or "", re.DOTALL)
            if inner is None or row["result"] is None:
                continue
            try:
                wanted, here = difference(lambda h, text=inner[1]: moved(h, text)), along(row["result"])
            except (KeyError, AssertionError, SyntaxError, ValueError) as error:
                yield f"not read {type(error).__name__}"
                continue
            yield (
                "right"
                if is_close(here, wanted)
                else f"wrong: row {row['id']} by {name}: D({inner[1]}) = {row['result']}"
            )
        if steps["result"] is not None and steps["result"] != (gradient["symbolic"] or {}).get(name):
            yield f"wrong: {steps['result']} by {name}, grad has {gradient['symbolic']}"
        if steps["number"] is not None and steps["number"] != gradient["gradient"][name]:
            yield f"wrong: number by {name}"
        if steps["evidence"] is None:
            yield "no evidence"


def statements_of(text: str) -> list[dict[str, str]]:
    """The statements of a program but the last."""
    return [dict(zip(("name", "expression"), part.split(" = ", 1), strict=True)) for part in text.split("; ")[:-1]]


def column_shape(value: Any) -> tuple[int, ...]:
    return np.atleast_2d(column(value)).shape


def chain_verdicts(question: Drawn, gradient: Mapping[str, Any]) -> Iterator[str]:
    """Products of factors in their order, the gradient as `grad` has it in each layout."""
    for layout in ("numerator", "denominator"):
        found = answer(["chain", *words_of(question), "--layout", layout])
        direct = answer(["grad", *words_of(question), "--layout", layout])
        if found is None or direct is None:
            yield "refused"
            continue
        if found["gradient"] != direct["gradient"]:
            yield f"wrong: {layout} {found['gradient']}, grad has {direct['gradient']}"
        yield "wrong: does not agree" if found["agree"] is False else "right"
        for name, terms in found["terms"].items():
            for term in terms:
                if None in (term["outer_value"], term["inner_value"], term["product"]) or "outer_shape" not in term:
                    continue
                try:
                    outer = np.reshape(term["outer_value"], [int(n) for n in term["outer_shape"]])
                    inner = np.reshape(term["inner_value"], [int(n) for n in term["inner_shape"]])
                except ValueError:
                    continue
                wanted = outer @ inner if layout == "numerator" else inner @ outer
                close = is_close(np.reshape(term["product"], wanted.shape), wanted)
                yield "right" if close else f"wrong: {layout} term of {name} through {term['through']}"


def verdicts(question: Drawn) -> Iterator[str]:
    """What is found of all answers."""
    gradient = answer(["grad", *words_of(question)])
    if gradient is None:
        yield "refused"
        return
    yield from of_checks((trace_verdicts, steps_verdicts, chain_verdicts), question, gradient)
    for verdict in screens(words_of(question)):
        yield f"screen {verdict}"


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong is told."""
    return tallied(
        range(first, first + count),
        draw,
        verdicts,
        lambda verdict: "wrong" in verdict,
        lambda q: repr(words_of(q)),
        tell,
    )
