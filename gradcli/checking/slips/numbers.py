"""Slips that numbers at a few points show: places that changed, simple factors, another variable, a missing link."""

from __future__ import annotations

from gradcli.checking.records import undifferentiated
from gradcli.checking.slips.factors import factor_slip
from gradcli.checking.slips.repairs import arguments_of
from gradcli.derive.results import Slip
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any

    from gradcli.checking.numbers.records import ComparedNumber
    from gradcli.checking.records import Case
    from gradcli.program.graph import Node
    from gradcli.vocabulary import DerivativeKind

    Rows = Mapping[str, Sequence[ComparedNumber]]
    Namer = Callable[[str], str]
    Values = Callable[[str], Sequence[float | None]]
    Place = tuple[Case, Mapping[str, Any]]

MOST_COMPONENTS = 200
"""Components up to which each is compared with every other."""

MOST_NODES = 300
"""Operations of a function up to which its inner derivatives are tried."""

BESIDE_A_FACTOR = ("missing-inner-derivative", "extra-inner-derivative", "power-rule", "not-differentiated")
"""Slips that are named beside a factor, which they may be the cause of."""


class NumberSlips:
    """Explains the numbers of an answer.

    rows   those of each component, point by point
    name   what a component is called, as a derivative
    value  the values of the function of a component, at the same points
    cause  the slip of a component that only formulas tell
    """

    def __init__(
        self, kind: DerivativeKind, rows: Rows, name: Namer, value: Values, cause: Callable[[str], Slip | None]
    ) -> None:
        self.kind, self.rows, self.name, self.value, self.cause = kind, rows, name, value, cause
        self.wrong = [label for label, entries in rows.items() if any(map(is_wrong, entries))]

    def slips(self, explained: Collection[str] = ()) -> list[Slip]:
        """The likeliest explanation of each wrong component, but for those that are explained; none where none is."""
        wrong = [label for label in self.wrong if label not in explained]
        belongs = permuted({label: self.rows[label] for label in wrong})
        found = []
        for label in wrong:
            if label in belongs:
                what = f"is {self.name(belongs[label])}: the components are in another order"
                found.append(self.slip(label, "permuted", what))
            else:
                found += self.of_component(label)
        return found

    def slip(self, label: str, code: str, what: str) -> Slip:
        """A slip of a component."""
        return Slip(label, code, f"your {self.name(label)} {what}")

    def of_component(self, label: str) -> list[Slip]:
        """The slips of one component: the whole number first, then a part of its formula."""
        here = self.rows[label]
        if all(entry.yours == 0 for entry in here):
            return [self.slip(label, "missing-term", "is 0, and the function depends on this variable")]
        factor = factor_slip(label, f"your {self.name(label)}", lambda k: all(e.is_multiple(k, e) for e in here))
        if factor is not None and factor.code == "sign":
            return [factor]
        other = None if factor is not None else self.other_variable(label)
        if other is not None:
            return [other]
        whole, cause = self.function_itself(label), self.cause(label)
        causes = [slip for slip in (cause, whole) if slip is not None]
        if whole is not None and cause is not None and cause.code != "missing-inner-derivative":
            causes = [whole]
        # a rule that was broken says more than the number that came of it
        return causes if factor is None else [factor, *(slip for slip in causes if slip.code in BESIDE_A_FACTOR)]

    def other_variable(self, label: str) -> Slip | None:
        """The derivative by another variable."""
        above, _, below = label.rpartition("/")
        for other in self.rows if len(self.rows) <= MOST_COMPONENTS else ():
            output, _, variable = other.rpartition("/")
            if other != label and output == above and are_those_of(self.rows[label], self.rows[other]):
                what = f"is {self.name(other)}: it was differentiated by {variable}, not by {below}"
                return self.slip(label, "wrong-variable", what)
        return None

    def function_itself(self, label: str) -> Slip | None:
        """The value of the function in the place of its derivative."""
        here, values = self.rows[label], self.value(label)
        fits = len(values) == len(here) and all(
            v is not None and e.is_number(v) for e, v in zip(here, values, strict=True)
        )
        return self.slip(label, "not-differentiated", f"is {undifferentiated(self.kind)}") if fits else None


def is_wrong(entry: ComparedNumber) -> bool:
    """Is there a number that differs?"""
    return entry.verdict == "different" and entry.yours is not None


def permuted(rows: Rows) -> dict[str, str]:
    """Components that stand in each other's places at every point: the label of the one, where each belongs."""
    if not 1 < len(rows) <= MOST_COMPONENTS:
        return {}
    belongs: dict[str, str] = {}
    for label in rows:
        others = (x for x in rows if x != label and x not in belongs.values())
        other = next((x for x in others if are_those_of(rows[label], rows[x])), None)
        if other is not None:
            belongs[label] = other
    while any(other not in belongs for other in belongs.values()):
        belongs = {label: other for label, other in belongs.items() if other in belongs}
    return belongs


def are_those_of(yours: Sequence[ComparedNumber], others: Sequence[ComparedNumber]) -> bool:
    """Are your numbers for one component the right ones of another, at every point?"""
    return len(yours) == len(others) and all(e.is_multiple(1, o) for e, o in zip(yours, others, strict=True))


# ------------------------------------------------------------------------ what the text of the function tells


def missing_link(label: str, name: str, places: Sequence[Place], entries: Sequence[ComparedNumber]) -> Slip | None:
    """The inner derivative by which all numbers are too small, in the order in which functions are nested."""
    from gradcli.evaluate.certified.certify import certify
    from gradcli.program.writing.trees import write_trees

    left: set[int] | None = None
    links: list[tuple[Node, Node]] = []
    for (case, values), entry in zip(places, entries, strict=True):
        links = links_of(case, label)
        numbers = certify([slope for slope, _ in links], values)
        found = {k for k, n in enumerate(numbers) if n.value is not None and abs(n.value) not in (0.0, 1.0)}
        here = {k for k in found if entry.is_multiple(1 / (numbers[k].value or 1.0), entry)}
        left = here if left is None else left & here
    if not left:
        return None
    decimal = places[0][0].program.decimal
    parts = tuple(write_trees([node], decimal).trees[0] for node in links[min(left)])
    message = f"your {name} lacks the inner derivative {{0}}, that of {{1}}"
    return Slip(label, "missing-inner-derivative", message, parts)


def links_of(case: Case, label: str) -> list[tuple[Node, Node]]:
    """The arguments of functions and powers that depend on the variable, each behind its derivative."""
    from gradcli.derive.ad.reverse import Reverse

    output, name = claimed(case, label)
    nodes = order([case.outputs[output]])
    if len(nodes) > MOST_NODES:
        return []
    inner = dict.fromkeys(argument for node in nodes for argument in arguments_of(node))
    return [(Reverse(case.graph, [name]).gradient(argument)[0], argument) for argument in inner]


def claimed(case: Case, label: str) -> tuple[int, str]:
    """The output and the variable of a component."""
    entries = (entry for part in case.parts for entry in part.entries)
    return next((entry.output, entry.wrt) for entry in entries if entry.label == label)
