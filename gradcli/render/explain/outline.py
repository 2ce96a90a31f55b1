"""How the rows of a derivation are numbered, called and counted: the same for every format."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import translated
from gradcli.render.explain.lexicon import law_name, plural, say
from gradcli.rules.laws import LAWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.explain.results import Derivation, Explanation, Steps

_NORM = pattern(r"\bnorm\((\w)\)")
DEEPEST = 8
"""Depth up to which the whole number of a row is written."""


def numbers(rows: Sequence[Derivation]) -> dict[int, str]:
    """`1.1.2` for each row by its id; `…1.1 (37 deep)` below depth 8."""
    places: dict[int, tuple[int, ...]] = {}
    depths: dict[int, int] = {}
    children: dict[int | None, int] = {}
    for row in rows:
        parent = row.parent if row.parent in places else None
        children[parent] = children.get(parent, 0) + 1
        before = () if parent is None else places[parent]
        depths[row.id] = 1 if parent is None else depths[parent] + 1
        places[row.id] = (*before[-DEEPEST:], children[parent])
    return {key: number_text(place, depths[key]) for key, place in places.items()}


def number_text(place: Sequence[int], depth: int) -> str:
    """The number of a row."""
    if depth <= DEEPEST:
        return ".".join(map(str, place))
    return say("nested", number="…" + ".".join(map(str, place[-2:])), depth=depth)


def rule_name(row: Derivation, labels: Mapping[int, str]) -> str:
    """`sum rule, constant`, `chain rule, log`, `as in step 1.1.1`."""
    if row.repeats is not None:
        return say("as in", number=labels.get(row.repeats, str(row.repeats)))
    if row.rule in ("function", "chain"):
        return say("chained" if row.chained else "derivative of", function=row.function)
    if row.rule == "power" and row.chained:
        return say("power chained")
    names = [LAWS[row.rule], *(LAWS[code] for code in row.also)]
    return ", ".join(map(law_name, names))


def heading(explanation: Explanation, steps: Steps, output: str, variable: str, prime: bool = True) -> str:
    """`∂f/∂x in 6 steps (′ means d/dx; y is constant)`."""
    names = steps.constants
    constant = ""
    if names:
        listed = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        constant = "; " + say("constants", names=listed, is_are="is" if len(names) == 1 else "are")
    count = len(steps.rows)
    return say("derivation", output=output, variable=variable, count=count, s=plural(count), constant=constant)


def laws_used(rows: Sequence[Derivation]) -> list[str]:
    """`sum (u + v)' = u' + v'` for each law in order of first use."""
    found: dict[str, str] = {}
    for row in rows:
        if row.repeats is None:
            key = row.function if row.rule == "function" else row.rule
            found.setdefault(str(key), row.law)
    return list(found.values())


def law_text(text: str, unicode: bool) -> str:
    """A law as people write it, where the stream has the characters."""
    text = translated(text)
    if not unicode:
        return text
    for plain, pretty in (
        (">=", "≥"),
        ("<=", "≤"),
        ("**2", "²"),
        ("**n", "ⁿ"),
        ("**", "^"),
        ("*", "·"),
        ("'", "′"),
        (".T@", "ᵀ "),
        (".T", "ᵀ"),
        ("@", " "),
    ):
        text = text.replace(plain, pretty)
    return _NORM.sub(r"‖\1‖", text)
