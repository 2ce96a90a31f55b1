"""The rows of a derivation as lines: their results, the names of their laws, and how many a level shows."""

from __future__ import annotations

from functools import cache

from gradcli.explain.derivation import Row
from gradcli.explain.results import Derivation
from gradcli.explain.trees import tidied
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES
from gradcli.rules.laws import LAWS
from gradcli.text.tree import Call

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.text.tree import Tree


def results_of(rows: Sequence[Row]) -> list[Tree]:
    """Every row's whole derivative, those of its parts put in."""
    results: list[Tree | None] = [None] * len(rows)
    for start in range(len(rows)):
        stack = [start]
        while stack:
            i = stack[-1]
            row = rows[i]
            needed = row.targets if row.repeats is None else [row.repeats]
            waiting = [t for t in needed if results[t] is None]
            if results[i] is not None:
                stack.pop()
            elif waiting:
                stack.extend(waiting)
            else:
                stack.pop()
                parts = [results[t] for t in needed]
                results[i] = row.plan.form(parts) if row.repeats is None else parts[0]  # type: ignore[arg-type]
    return results  # type: ignore[return-value]


def derivation_of(i: int, row: Row, before: Tree, after: Tree, result: Tree) -> Derivation:
    """The row at place i as a record."""
    plan = row.plan
    of_one = plan.rule == "chain" and type(row.before) is Call and len(row.before.arguments) == 1
    law, source = law_of("function" if of_one else plan.rule, None if of_one else plan.function)
    return Derivation(
        i + 1,
        None if row.parent is None else row.parent + 1,
        plan.rule,
        plan.function,
        plan.chained,
        law,
        source,
        before,
        after,
        result,
        also=plan.also,
        repeats=None if row.repeats is None else row.repeats + 1,
    )


@cache
def law_of(code: str, function: str | None) -> tuple[str, str]:
    """What a law says, and where it is from; of a function, from its row."""
    rule = RULES.get(function or "")
    if code != "function" or rule is None:
        return LAWS[code].text, LAWS[code].source
    return function_law(rule), rule.source


def function_law(rule: Any) -> str:
    """`log(u)' = 1/u*u'`: u and v for x and y, since the arguments of a law are expressions."""
    import re

    given = dict(zip(rule.args, "uvw", strict=False)) if {*rule.args} <= {"x", "y", "z"} else {}
    call = f"{rule.name}({', '.join(given.get(name, name) for name in rule.args)})"
    terms = []
    for argument, partial in zip(rule.args, rule.partials, strict=False):
        if partial is not None and partial != "0":
            name = given.get(argument, argument)
            text = re.sub(r"\b[a-z]+\b", lambda word: {"out": call, **given}.get(word[0], word[0]), partial)
            terms.append(f"({text})*{name}'" if is_sum(text) else f"{text}*{name}'")
    return f"{call}' = {' + '.join(terms) or '0'}".replace("+ -", "- ")


def is_sum(text: str) -> bool:
    """Does a plus or a minus stand outside of all brackets?"""
    depth = 0
    for place, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if depth == 0 and text[place : place + 3] in (" + ", " - "):
            return True
    return False


def shown(rows: Sequence[Derivation], level: str) -> list[Derivation]:
    """The rows of a level: full all, normal without constants and identities, brief the first two depths."""
    if level == "full" or len(rows) == 1:
        return list(rows)
    kept = [row for row in rows if row.rule not in ("identity", "constant")] or list(rows[:1])
    if level == "normal":
        return kept
    depth: dict[int, int] = {}
    for row in rows:
        depth[row.id] = 1 if row.parent is None else depth[row.parent] + 1
    short = [row for row in kept if depth[row.id] <= 2]
    return [row._replace(after=tidied(row.result) if depth[row.id] == 2 else row.after) for row in short]
