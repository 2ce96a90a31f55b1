"""Which slip turns ours into yours: ours is derived again with each usual slip, and compared with yours in numbers.

A slip is named only where it alone, or it and one other, gives yours at every point that is looked at.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.checking.slips.adjoints import AdjointSweep, LocalDerivative, NotHereError
from gradcli.checking.slips.catalogue import Alternatives, Location, Mark, Slips, slips_at
from gradcli.checking.slips.identify import Finder, constant_ratio, is_nothing, name_factor, same_vectors
from gradcli.checking.slips.repairs import terms_of
from gradcli.checking.slips.written import written_outputs
from gradcli.checking.trial_points import plainness
from gradcli.program.forms import scalars
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from gradcli.checking.comparison import Comparison
    from gradcli.checking.records import TrialPair
    from gradcli.program.graph import Node
    from gradcli.text.tree import Script

    Ball = Any

POINTS = 3
"""Points by which formulas are recognised."""

MOST_NODES = 200_000
"""Operations of a function up to which its slips are looked for."""

MOST_WORK = 4_000_000
"""Operations times entries up to which they are."""


MOST_CALLS = 2000
"""Calls of functions up to which each is tried with the wrong derivatives that people write for it."""


class Unit(NamedTuple):
    """Entries that are explained together: one number, or the entries of an array.

    label     of the component;  places: among the entries of the comparison
    """

    label: str
    places: tuple[int, ...]


class Evidence:
    """The numbers of one comparison at the points that are looked at.

    sweeps      one a point;  `ours`, `yours`: by entry, a number a point
    written     the functions as they were typed, by number;  `script`: their text, None where it says nothing
    """

    def __init__(self, comparison: Comparison, arrays: bool, script: Script | None = None) -> None:
        self.comparison = comparison
        self.arrays = arrays
        self.written = {} if script is None else written_outputs(script, comparison)
        self.pairs = comparison.pairs
        self.deadline = limits.clock() + limits.CHECK_SECONDS
        self.outputs = list(dict.fromkeys(pair.function for pair in self.pairs))
        names = [entry.wrt for entry in comparison.entries]
        names += [n for n in comparison.case.variables if n not in comparison.case.program.constants]
        self.local = LocalDerivative(
            comparison.graph, [*self.outputs, *self.written.values()], list(dict.fromkeys(names))
        )
        self.wrong = [i for i in range(len(self.pairs)) if arrays or comparison.state(i) == "different"]
        if len(self.local.nodes) > MOST_NODES or len(self.local.nodes) * len(self.wrong) > MOST_WORK:
            raise NotHereError
        calls = [node for node in self.local.nodes if node.op == "call" and node in self.local.active]
        by = [] if arrays else list(dict.fromkeys(entry.wrt for entry in comparison.entries))
        self.alternatives = Alternatives(comparison.graph, calls if len(calls) <= MOST_CALLS else (), by)
        self.terms = [] if arrays else self.usual_terms()
        self.integrals = self.slopes_of_yours()
        self.sweeps = list(self.choose())
        if len(self.sweeps) < POINTS:
            raise NotHereError
        self.ours = [[sweep.of(pair.ours) for sweep in self.sweeps] for pair in self.pairs]
        self.yours = [[sweep.of(pair.yours) for sweep in self.sweeps] for pair in self.pairs]
        self.signatures: dict[Node, Any] = {}

    def choose(self) -> Iterator[AdjointSweep]:
        """Sweeps at points where everything has a value: the least simple points first."""
        extra = [node for pair in self.pairs for node in (pair.ours, pair.yours)]
        extra += [*self.alternatives.nodes(), *self.terms, *self.integrals.values()]
        usable = [
            s for s in self.comparison.seen if all(f.state in ("equal", "different", "unknown") for f in s.findings)
        ]
        count = 0
        blurred: list[AdjointSweep] = []
        for seen in sorted(usable, key=lambda s: plainness(s.point)):
            left = self.deadline - limits.clock()
            if left <= 0:
                break
            try:
                sweep = AdjointSweep(self.local, seen.point, extra, left)
                for pair in self.pairs:
                    sweep.of(pair.ours), sweep.of(pair.yours)
            except NotHereError:
                continue
            told = [i for i in self.wrong if seen.findings[i].state != "equal"]
            if told and not any(is_sharp(sweep, self.pairs[i]) for i in told):
                blurred.append(sweep)
                continue
            yield sweep
            count += 1
            if count == POINTS:
                return
        yield from blurred[: POINTS - count]

    def usual_terms(self) -> list[Node]:
        """The terms of the function and of its derivatives: what an answer may have too many of."""
        graph = self.comparison.graph
        found: dict[Node, None] = {}
        for output in self.outputs:
            for node in (output, *self.local.reverse.gradient(output)):
                found.update(dict.fromkeys(expanded_terms(graph, node)))
                found.setdefault(node)
        return [node for node in found if node.op != "number" or node.data]

    def slopes_of_yours(self) -> dict[int, Node]:
        """∂yours/∂v for each entry: it is the function itself where yours was integrated."""
        from gradcli.derive.ad.reverse import Reverse

        if self.arrays and len(self.pairs) > 1:
            return {}
        found = {}
        for i in self.wrong:
            slope = Reverse(self.comparison.graph, [self.comparison.entries[i].wrt]).gradient(self.pairs[i].yours)
            found[i] = slope[0]
        return found

    # ------------------------------------------------------------------------ vectors of a unit

    def vector(self, unit: Unit, of: Sequence[Sequence[Ball]]) -> list[Ball]:
        """Numbers of a unit: entry by entry, point by point."""
        return [value for place in unit.places for value in of[place]]

    def sizes(self, unit: Unit) -> list[Ball]:
        """The size of the numbers beside which differences are small: that of the largest at the point."""
        columns = [[abs(of[p][k]) for p in unit.places for of in (self.ours, self.yours)] for k in range(POINTS)]
        largest = [max(column, key=lambda ball: float(ball.mid())) for column in columns]
        return [largest[k] for _ in unit.places for k in range(POINTS)]

    def node_vector(self, node: Node) -> list[Ball] | None:
        """A node at all points."""
        values = [sweep.value.get(node) for sweep in self.sweeps]
        return None if any(value is None for value in values) else values

    def signature(self, node: Node) -> Any:
        """What a node is called in marks: for arrays the same for all entries that are made alike."""
        if not self.arrays:
            return node.serial
        if node not in self.signatures:
            for part in order([node]):
                if part not in self.signatures:
                    self.signatures[part] = self.own_signature(part)
        return self.signatures[node]

    def own_signature(self, node: Node) -> Any:
        """The signature of a node whose arguments have theirs."""
        parts = [self.signatures[arg] for arg in node.args]
        if node.op == "variable":
            return node.data.partition("[")[0]
        if node.op == "sum":
            key: Any = (
                frozenset((part, c > 0) for part, c in zip(parts, node.data[0], strict=True)),
                bool(node.data[1]),
            )
        elif node.op == "product":
            key = frozenset(zip(parts, node.data, strict=True))
        else:
            key = (getattr(node.data, "name", str(node.data)), tuple(parts))
        return hash((node.op, key))

    def slips(self, unit: Unit) -> EvidenceTable:
        """Every slip with what it adds, entry by entry, point by point."""
        from gradcli.flints import arb

        table = EvidenceTable({}, {}, {})
        count = len(unit.places) * len(self.sweeps)
        for i, place in enumerate(unit.places):
            for k, sweep in enumerate(self.sweeps):
                if limits.clock() > self.deadline:
                    raise NotHereError
                for row in self.rows(place, sweep):
                    for target, source in ((table.changes, row.found), (table.passed, row.passed)):
                        for mark, change in source.items():
                            if mark not in target:
                                target[mark] = [arb(0)] * count
                            target[mark][i * len(self.sweeps) + k] = change
                    for mark, where in row.places.items():
                        table.places.setdefault(mark, where)
        return table

    def rows(self, place: int, sweep: AdjointSweep) -> Iterator[Slips]:
        """The slips of an entry at one point, in the function as it was typed and as it stands in the graph."""
        entry, pair = self.comparison.entries[place], self.pairs[place]
        written = self.written.get(entry.output)
        if written is not None:
            output = self.local.outputs.index(written)
            row = slips_at(sweep, output, entry.wrt, self.signature, self.alternatives, is_typed=True)
            if row is not None:
                yield row
        row = slips_at(sweep, self.outputs.index(pair.function), entry.wrt, self.signature, self.alternatives)
        if row is None:
            raise NotHereError
        yield row


def is_sharp(sweep: AdjointSweep, pair: TrialPair) -> bool:
    """Does the point tell both sides apart? Where tanh(u) is 1 to a hundred digits it does not."""
    return not (sweep.of(pair.yours) - sweep.of(pair.ours)).contains(0)


class EvidenceTable(NamedTuple):
    """Slips of a unit: what each adds to the derivative, what passes each edge, and where each is."""

    changes: dict[Mark, list[Ball]]
    passed: dict[Mark, list[Ball]]
    places: dict[Mark, Location]


def expanded_terms(graph: Any, node: Node) -> list[Node]:
    """The terms of a sum, with their coefficients; products of sums multiplied out once."""
    if node.op == "product":
        place = next((i for i, (b, e) in enumerate(node.factors()) if b.op == "sum" and e == 1), None)
        if place is not None:
            rest = [factor for i, factor in enumerate(node.factors()) if i != place]
            return [scalars.multiply(graph, [(term, 1), *rest]) for term in terms_of(graph, node.args[place])[:40]]
    return terms_of(graph, node)


__all__ = [
    "Evidence",
    "EvidenceTable",
    "Finder",
    "Unit",
    "constant_ratio",
    "expanded_terms",
    "is_nothing",
    "name_factor",
    "same_vectors",
]
