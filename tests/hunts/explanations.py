"""Traces, derivations, chains and graphs: every number and every row beside differences, screens beside their width."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import mpmath
from mpmath import mpf

from gradcli.cli.entry import run as run_words
from tests.hunts.expressions import Drawer, OutOfReachError, Tree, UndefinedError, names_in, text_of
from tests.hunts.formulas import DIGITS, Formulas
from tests.hunts.tally import tallied
from tests.schemas import validator

CLOSE = 1e-12
COORDINATES = ("0", "1", "-1", "2", "0.5", "-2", "3")
WIDTHS = ("80", "120")
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?")


class Question(NamedTuple):
    """A program of scalars and a point as texts."""

    text: str
    point: Mapping[str, str]

    def words(self) -> list[str]:
        return [self.text, "--at", ",".join(f"{name}={x}" for name, x in self.point.items())]


def draw(seed: int) -> Question:
    """The question with this number: often with statements, which are used more than once."""
    drawer = Drawer(seed)
    draws = drawer.random
    names = "xyz"[: draws.choice((1, 2, 2, 3))]
    statements = []
    for name in ("u", "h", "w")[: draws.choice((0, 0, 1, 2, 3))]:
        statements.append(f"{name} = {text_of(drawer.tree(names, 2))}")
        names += name
    tree = drawer.tree(names, draws.choice((2, 2, 3)))
    for name in names[names.find("u") :] if statements else "":
        tree = Tree(draws.choice(("+", "*", "-")), (tree, Tree(name)))
    text = "; ".join([*statements, text_of(tree)])
    used = [name for name in names_in(tree) if name in "xyz"]
    used += [name for name in "xyz" if name not in used and re.search(rf"\b{name}\b", text)]
    if not used:
        return draw(seed + 10**6)
    special = draws.choice((0.2, 0.8))
    point = {
        name: draws.choice(COORDINATES) if draws.random() < special else repr(draws.randint(-40, 40) / 16)
        for name in sorted(used)
    }
    return Question(text, point)


class Ran(NamedTuple):
    """How a command line ended."""

    code: int
    out: str
    err: str


def ran(words: Sequence[str], columns: str = "80", encoding: str = "utf-8") -> Ran:
    """A command line in this process."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding) for _ in range(2)]
    held = {name: os.environ.get(name) for name in ("COLUMNS", "NO_COLOR")}
    os.environ |= {"COLUMNS": columns, "NO_COLOR": "1"}
    try:
        with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
            code = run_words(list(words))
    finally:
        for name, value in held.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]
    return Ran(code, *texts)


def answer(words: Sequence[str]) -> dict[str, Any] | None:
    """The document of a command line that is valid by its schema; None where it is refused."""
    ending = ran([*words, "--json"])
    if ending.code not in (0, 3):
        error = json.loads(ending.err.splitlines()[-1])["error"]
        assert error["code"] != "internal", error["message"]
        return None
    document: dict[str, Any] = json.loads(ending.out)
    fault = next(validator(document["schema"]).iter_errors(document), None)
    assert fault is None, f"schema: {fault.json_path if fault else ''}"
    return document


def compared(what: str, number: float | None, truth: Callable[[], Any], strict: bool = True) -> Iterator[str]:
    """A number of an answer beside the truth; `strict`: where there is a truth it must be there."""
    try:
        wanted = truth()
    except UndefinedError:
        wanted = None
    except OutOfReachError:
        return
    if wanted is not None and abs(wanted) > 1e300:
        return
    if number is None:
        if wanted is not None and strict:
            yield f"null: {what}, but it is {float(wanted)!r}"
        else:
            yield "right"
    elif wanted is None:
        yield f"wrong: {what} = {number!r}, and there is none"
    elif abs(number - wanted) > CLOSE * abs(wanted) + mpf(10) ** -18:
        yield f"wrong: {what} = {number!r} for {float(wanted)!r}"
    else:
        yield "right"


def trace_verdicts(question: Question, gradient: Mapping[str, Any]) -> Iterator[str]:
    """Values, partials, adjoints and tangents of every step, and the gradient as `grad` has it."""
    found = answer(["trace", *question.words(), "--mode", "both"])
    if found is None:
        yield "refused"
        return
    steps = {step["name"]: step for step in found["steps"]}
    texts = {name: step["expression"] for name, step in steps.items() if step["expression"]}
    formulas = Formulas({name: mpf(x) for name, x in question.point.items()}, texts)
    output = found["output"]
    alone = Formulas(formulas.point, {})  # every step before has a number
    for name in texts:
        yield from compared(f"value of {name}", steps[name]["value"], partial(formulas.named, name))
        for use in steps[name]["uses"]:
            if use["value"] is not None and (use["value"] or use["name"] in alone.point):
                truth = partial(alone.slope, texts[name], use["name"])
                yield from compared(f"∂{name}/∂{use['name']}", use["value"], lambda t=truth: t().number)
        try:
            alone.point[name] = formulas.named(name)
        except OutOfReachError:
            return
        except UndefinedError:
            pass
        for use in steps[name]["uses"]:
            if use["value"] is not None and use["partial"]:
                with contextlib.suppress(UndefinedError, OutOfReachError):  # 0·log(0) in the derivative of x^y
                    there = alone.value(use["partial"])
                    what = f"∂{name}/∂{use['name']} as {use['partial']}"
                    yield from compared(what, use["value"], lambda there=there: there)
    for name, step in steps.items():
        if step["kind"] not in ("data", "constant") and step["adjoint"] is not None:
            after = Formulas(formulas.point, {k: v for k, v in texts.items() if k != name})
            if name not in after.point and (step["adjoint"] == 0 or name == output):
                continue  # of a branch that is not taken, or the seed
            if name not in after.point:
                try:
                    after.point[name] = formulas.named(name)
                except (UndefinedError, OutOfReachError):
                    yield f"wrong: adjoint of {name}, which has no value"
                    continue
            if name != output:
                truth = partial(after.slope, output, name)
                yield from compared(f"adjoint of {name}", step["adjoint"], lambda t=truth: t().number)
    if found["gradient"] != gradient["gradient"]:
        yield f"wrong: gradient {found['gradient']}, grad has {gradient['gradient']}"
    pushed = steps[output]["tangents"] or {}
    for name, number in gradient["gradient"].items():
        if number is not None and pushed.get(name) is not None:
            yield "right" if pushed[name] == number else f"wrong: tangent by {name} is {pushed[name]}, not {number}"
    if any(number is None for number in gradient["gradient"].values()) and not found["problems"]:
        yield "wrong: a gradient without a number and no problem"


def steps_verdicts(question: Question, gradient: Mapping[str, Any]) -> Iterator[str]:
    """Each row: what is differentiated, what the law makes of it, and the result, are one number."""
    found = answer(["steps", *question.words(), "--level", random.Random(question.text).choice(("normal", "full"))])
    if found is None:
        yield "refused"
        return
    statements = dict(part.split(" = ", 1) for part in question.text.split("; ")[:-1])
    statements |= found["definitions"]
    point = {name: mpf(x) for name, x in question.point.items()}
    for name, steps in found["derivations"].items():
        formulas = Formulas(point, statements, name)
        if steps["number"] != gradient["gradient"][name]:
            yield f"wrong: steps by {name} end in {steps['number']}, grad in {gradient['gradient'][name]}"
        if steps["evidence"] is None and steps["number"] is not None:
            yield f"wrong: no evidence by {name}"
        for row in steps["steps"]:
            if row["before"] is None:
                continue
            slope = partial(formulas.slope, row["before"], name)
            if row["number"] is not None:
                yield from compared(f"row {row['id']} by {name}", row["number"], lambda s=slope: s().number)
            for key in ("after", "result"):
                if row[key] is not None and row["number"] is not None:
                    try:
                        value = formulas.value(row[key])
                    except (UndefinedError, OutOfReachError):
                        continue
                    yield from compared(f"{key} of row {row['id']} by {name}", row["number"], lambda v=value: v)


def chain_verdicts(question: Question, gradient: Mapping[str, Any]) -> Iterator[str]:
    """Products of factors, sums of terms, the gradient as `grad` has it."""
    found = answer(["chain", *question.words()])
    if found is None:
        yield "refused"
        return
    if found["gradient"] != gradient["gradient"]:
        yield f"wrong: chain {found['gradient']}, grad has {gradient['gradient']}"
    yield "wrong: does not agree" if found["agree"] is False else "right"
    for name, terms in found["terms"].items():
        for term in terms:
            factors = (term["outer_value"], term["inner_value"])
            if None not in factors and term["product"] is not None:
                yield from compared(f"term of {name}", term["product"], lambda f=factors: mpf(f[0]) * f[1])
        direct = found["gradient"].get(name)
        if terms and direct is not None and all(term["product"] is not None for term in terms):
            products = [mpf(term["product"]) for term in terms]
            if abs(direct - sum(products)) > CLOSE * max(map(abs, products)):
                yield f"wrong: terms of {name} add up to {float(sum(products))!r}, not {direct!r}"


def graph_verdicts(question: Question, gradient: Mapping[str, Any]) -> Iterator[str]:
    """Nodes and edges are those of the trace."""
    found, trace = (answer([command, *question.words()]) for command in ("graph", "trace"))
    if found is None or trace is None:
        yield "refused"
        return
    uses = [(use["name"], s["name"], use["partial"], use["value"]) for s in trace["steps"] for use in s["uses"]]
    edges = [(edge["from"], edge["to"], edge["partial"], edge["value"]) for edge in found["edges"]]
    yield "right" if found["nodes"] == trace["steps"] else "wrong: nodes"
    yield "right" if set(edges) <= set(uses) else f"wrong: edges {set(edges) - set(uses)}"


def screen_verdicts(question: Question, gradient: Mapping[str, Any]) -> Iterator[str]:
    """The screens of all commands."""
    yield from screens(question.words())


def screens(asked: Sequence[str]) -> Iterator[str]:
    """No line is wider than the page, no number is broken, nothing but ASCII where there is nothing else."""
    for command in ("trace", "steps", "chain", "graph"):
        words = [command, *asked]
        for encoding in ("utf-8", "ascii"):
            wide = ran(words, "2000", encoding)
            if wide.code not in (0, 3):
                break
            known = set(NUMBER.findall(wide.out))
            for columns in WIDTHS:
                out = ran(words, columns, encoding).out
                widest = max(map(len, out.splitlines()), default=0)
                if widest > int(columns) and command != "graph":
                    yield f"wrong: {command} has a line of {widest} in {columns}"
                if "\x1b" in out or "<U+" in out:
                    yield f"wrong: {command} has colours, or characters that are not to be had"
                broken = set(NUMBER.findall(out)) - known if command != "graph" else ()  # a tree has fewer digits
                yield f"wrong: {command} in {columns} {encoding} has {sorted(broken)[:5]}" if broken else "right"


CHECKS = (trace_verdicts, steps_verdicts, chain_verdicts, graph_verdicts, screen_verdicts)


def verdicts(question: Question) -> Iterator[str]:
    """What is found of all answers."""
    gradient = answer(["grad", *question.words()])
    if gradient is None:
        yield "refused"
        return
    with mpmath.workdps(DIGITS):
        yield from of_checks(CHECKS, question, gradient)


def of_checks(checks: Iterable[Callable[..., Iterator[str]]], question: object, gradient: object) -> Iterator[str]:
    """The verdicts of each check, with its name; an assertion that fails is one."""
    for check in checks:
        name = check.__name__.partition("_")[0]
        try:
            for verdict in check(question, gradient):
                yield f"{name} {verdict}"
        except AssertionError as error:
            yield f"{name} wrong: {error}"


def is_told(verdict: str) -> bool:
    """Is it to be looked at?"""
    return "wrong" in verdict or "null" in verdict


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong is told."""
    return tallied(range(first, first + count), draw, verdicts, is_told, lambda q: repr(q.words()), tell)
