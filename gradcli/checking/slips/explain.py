"""The slips in words: for each component the likeliest explanation, as a teacher would say it."""

from __future__ import annotations

from itertools import permutations
from math import prod

from gradcli.checking.abstract import with_abstract
from gradcli.checking.records import derivative_label, undifferentiated
from gradcli.checking.slips.adjoints import BITS, NotHereError
from gradcli.checking.slips.catalogue import Mark
from gradcli.checking.slips.evidence import (
    Evidence,
    EvidenceTable,
    Finder,
    Unit,
    constant_ratio,
    expanded_terms,
    is_nothing,
    name_factor,
    same_vectors,
)
from gradcli.checking.slips.grids import places_of
from gradcli.derive.results import Slip
from gradcli.program.forms import scalars
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Index, Name, postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from gradcli.checking.comparison import Comparison
    from gradcli.checking.records import Claim
    from gradcli.program.graph import Node, Program
    from gradcli.text.tree import Tree

LIKELY = (
    "missing-inner-derivative", "extra-inner-derivative", "product-rule", "quotient-rule", "power-rule", "sign",
    "missing-term", "not-differentiated", "swapped-function", "integrated", "wrong-variable", "extra-term",
)  # fmt: skip
"""Codes, the likeliest explanation first."""
RULES = ("missing-inner-derivative", "power-rule", "extra-inner-derivative")
"""Codes that explain a constant factor."""


class SlipExplainer:
    """Explains the differences of one claim."""

    def __init__(self, claim: Claim, arrays: Program | None, found: Sequence[Comparison]) -> None:
        self.claim, self.arrays = claim, arrays
        self.found = [comparison for comparison in found if comparison.seen] or found  # logdet(X@X.T): not all sizes
        self.comparison = self.found[0]

    def slips(self) -> Iterator[Slip]:
        """The slips of all components."""
        from gradcli.checking.slips.arrangement import misplaced

        explained: set[str] = set()
        for slip, labels in misplaced(self.claim, self.arrays, self.found):
            yield slip
            explained |= labels
        units = [unit for unit in self.units() if unit.label not in explained]
        if not units:
            return
        script = self.claim.script if self.arrays is None and self.claim.kind != "hessian" else None
        every = [Evidence(comparison, self.arrays is not None, script) for comparison in self.found]
        for unit in units:
            yield from self.explained(unit, every)

    def units(self) -> list[Unit]:
        """The components that are different at points."""
        comparison = self.comparison
        if self.arrays is None:
            wrong = [i for i in range(len(comparison.pairs)) if any(c.state(i) == "different" for c in self.found)]
            return [Unit(comparison.entries[i].label, (i,)) for i in wrong]
        units = []
        for index, part in enumerate(comparison.case.parts):
            unit = Unit(part.label, ())
            here = unit._replace(places=self.places_in(comparison, unit))
            trouble = any(c.case.parts[index].trouble for c in self.found)
            if here.places and not trouble and any(self.is_different(c, unit) for c in self.found):
                units.append(here)
        return units

    def is_different(self, comparison: Comparison, unit: Unit) -> bool:
        """Is an entry of this component different, in this case's sizes?"""
        return any(comparison.state(i) == "different" for i in self.places_in(comparison, unit))

    def explained(self, unit: Unit, every: Sequence[Evidence]) -> list[Slip]:
        """The explanation of one component, which must be the same in all cases."""
        answers = []
        for evidence in every:
            places = self.places_in(evidence.comparison, unit)
            try:
                answers.append(SlipExplanation(evidence, Unit(unit.label, places), self).slips())
            except NotHereError:
                answers.append([])
        if len(answers) > 1 and [s.code for s in answers[0]] != [s.code for s in answers[1]]:
            return []
        if len(answers) > 1 and [s.message for s in answers[0]] != [s.message for s in answers[1]]:
            return self.by_sizes(unit, every)
        plain = [slip for slip in answers[0] if not any(mentions_entries(part) for part in slip.parts)]
        return plain or answers[0] if self.arrays is not None else answers[0]

    def places_in(self, comparison: Comparison, unit: Unit) -> tuple[int, ...]:
        """The places of a unit in another case, whose arrays have other sizes."""
        return unit.places if self.arrays is None else places_of(comparison, unit.label)

    def by_sizes(self, unit: Unit, every: Sequence[Evidence]) -> list[Slip]:
        """A factor that depends on the sizes: n for a sum in the place of a mean."""
        ratios = []
        for evidence in every:
            here = Unit(unit.label, self.places_in(evidence.comparison, unit))
            ratios.append(constant_ratio(evidence.vector(here, evidence.yours), evidence.vector(here, evidence.ours)))
        sizes = [evidence.comparison.case.sizes for evidence in every]
        powers = [(letter, {letter: 1}) for letter in sizes[0]] + [(f"1/{letter}", {letter: -1}) for letter in sizes[0]]
        powers += [(f"{above}/{below}", {above: 1, below: -1}) for above, below in permutations(sizes[0], 2)]
        for text, exponents in powers:
            for number in (1, -1, 2):
                wanted = [number * prod(float(size[x]) ** e for x, e in exponents.items()) for size in sizes]
                if all(r is not None and abs(float(r.mid()) - w) < 1e-12 for r, w in zip(ratios, wanted, strict=True)):
                    shown = text if number == 1 else f"{number}*{text}" if number != -1 else f"-{text}"
                    return [self.slip(unit, "factor", f"{self.name(unit)} is {shown} times what it should be")]
        return []

    # ------------------------------------------------------------------------ words

    def name(self, unit: Unit) -> str:
        """`your ∂f/∂x2`."""
        return f"your {derivative_label(self.claim.kind, self.comparison.case, unit.label)}"

    def slip(self, unit: Unit, code: str, message: str, *parts: Tree) -> Slip:
        """A slip of a unit."""
        return Slip(unit.label, code, message, parts)


class SlipExplanation:
    """The explanation of one unit, by the numbers of one case."""

    def __init__(self, evidence: Evidence, unit: Unit, teacher: SlipExplainer) -> None:
        self.evidence, self.unit, self.teacher = evidence, unit, teacher
        self.ours = evidence.vector(unit, evidence.ours)
        self.yours = evidence.vector(unit, evidence.yours)
        self.sizes = evidence.sizes(unit)
        self.target = [a - b for a, b in zip(self.yours, self.ours, strict=True)]
        self.name = teacher.name(unit)

    def say(self, code: str, message: str, *parts: Tree) -> Slip:
        """A slip with a message that begins with the derivative's name."""
        return self.teacher.slip(self.unit, code, f"{self.name} {message}", *parts)

    def slips(self) -> list[Slip]:
        """The likeliest explanation: the whole answer first, then one slip, then two."""
        if is_nothing(self.target, self.sizes):
            return []
        whole = self.whole()
        if whole is not None and whole.code not in ("wrong-variable", "not-differentiated"):
            return [whole]
        table = self.evidence.slips(self.unit)
        factor = self.factor()
        ones = self.one(table)
        if whole is not None:
            if not ones or ones[0].code != "missing-inner-derivative":
                return [whole]
            # exp(u) for the derivative of exp(u): its own derivative was known, that of u was not
            return [*ones, whole] if whole.code == "not-differentiated" else ones
        if factor is not None:
            # a rule that was broken says more than the number that came of it
            return [*[slip for slip in ones if slip.code in RULES], factor]
        return ones or self.scaled(table) or self.two(table)

    # ------------------------------------------------------------------------ the whole answer

    def whole(self) -> Slip | None:
        """Zero, the opposite, another derivative, the function itself, or its integral."""
        if is_nothing(self.yours, self.sizes):
            return self.say(
                "missing-term", "is 0, and the function depends on this variable: {0} is missing", self.text_of_ours()
            )
        if same_vectors(self.yours, [-value for value in self.ours], self.sizes):
            return self.say("sign", "has the wrong sign")
        if len(self.unit.places) > 1:
            return None
        place = self.unit.places[0]
        other = None if self.is_constant() else self.other_entry(place)
        if other is not None:
            return other
        pair = self.evidence.pairs[place]
        value = self.evidence.node_vector(pair.function)
        if value is not None and same_vectors(self.yours, value, self.sizes):
            return self.say("not-differentiated", f"is {undifferentiated(self.teacher.claim.kind)}")
        slope = self.evidence.integrals.get(place)
        slopes = None if slope is None else self.evidence.node_vector(slope)
        if value is not None and slopes is not None and not is_nothing(slopes) and same_vectors(slopes, value):
            return self.say("integrated", "is an integral of the function: it was integrated, not differentiated")
        return None

    def is_constant(self) -> bool:
        """Is yours the same number everywhere?"""
        return same_vectors(self.yours, [self.yours[0]] * len(self.yours))

    def other_entry(self, place: int) -> Slip | None:
        """Yours is the derivative by another variable."""
        evidence, entries = self.evidence, self.evidence.comparison.entries
        for i, entry in enumerate(entries):
            if (
                i != place
                and evidence.pairs[i].function is evidence.pairs[place].function
                and same_vectors(self.yours, evidence.ours[i], self.sizes)
            ):
                name = derivative_label(self.teacher.claim.kind, evidence.comparison.case, entry.label)
                return self.say(
                    "wrong-variable", f"is {name}: it was differentiated by {entry.wrt}, not by {entries[place].wrt}"
                )
        known = {entry.wrt for entry in entries}
        for name in evidence.local.names:
            if name in known:
                continue
            values = [
                sweep.adjoint(evidence.outputs.index(evidence.pairs[place].function)).get(variable_of(evidence, name))
                for sweep in evidence.sweeps
            ]
            if all(value is not None for value in values) and same_vectors(self.yours, values, self.sizes):
                return self.say("wrong-variable", f"is the derivative by {name}, not by {entries[place].wrt}")
        return None

    def factor(self) -> Slip | None:
        """A constant times ours."""
        ratio = constant_ratio(self.yours, self.ours)
        if ratio is None:
            return None
        found = name_factor(ratio)
        fixed = all(same_vectors(v, [v[0]] * len(v)) for v in (self.evidence.ours[p] for p in self.unit.places))
        if found is None:
            return (
                None
                if fixed
                else self.say(
                    "factor", f"is {ratio_text(float(ratio.mid()))} times what it should be: a factor too many"
                )
            )
        if fixed and not found.constant and min(abs(found.numerator), found.denominator) > 1 and found.size > 4:
            return None
        return self.say("factor", f"is {found.text()} times what it should be: the factor is wrong")

    # ------------------------------------------------------------------------ one slip, or two

    def one(self, table: EvidenceTable) -> list[Slip]:
        """The likeliest single slip."""
        marks = Finder(self.target, table.changes, self.sizes).one()
        if marks:
            mark = min(marks, key=rank)
            return [self.of_mark(mark, table)]
        extra = Finder(self.target, self.extra_terms(), self.sizes).one()
        return [self.of_term(min(extra, key=lambda key: not self.is_lacking(key)))] if extra else []

    def is_lacking(self, key: tuple[Node, int]) -> bool:
        """Is this term, taken away, one of the right answer's?"""
        node, sign = key
        entry = self.evidence.comparison.entries[self.unit.places[0]]
        return sign < 0 and node in expanded_terms(self.evidence.comparison.graph, entry.ours)

    def extra_terms(self) -> dict[Any, list[Any]]:
        """The terms of the function and its derivatives, with either sign."""
        found: dict[Any, list[Any]] = {}
        if len(self.unit.places) > 1:
            return found
        for node in self.evidence.terms:
            values = self.evidence.node_vector(node)
            if values is not None:
                found[node, 1] = values
                found[node, -1] = [-value for value in values]
        return found

    def scaled(self, table: EvidenceTable) -> list[Slip]:
        """One term with a factor too many."""
        for mark, passed in table.passed.items():
            ratio = constant_ratio(self.target, passed)
            found = None if ratio is None else name_factor(ratio + 1)
            if found is not None and found.size <= 12:
                part = table.places[mark].argument
                text = f"{{0}} counts {found.text()} times" if part is not None else "a term has a wrong factor"
                return [self.say("factor", f"has a wrong factor: the part of {text}", self.tree(part))]
        return []

    def two(self, table: EvidenceTable) -> list[Slip]:
        """Two slips together; the wrong sign of everything may be one of them."""
        turned = [-a - b for a, b in zip(self.yours, self.ours, strict=True)]
        marks = Finder(turned, table.changes, self.sizes).one()
        if marks:
            return [self.say("sign", "has the wrong sign"), self.of_mark(min(marks, key=rank), table)]
        pairs = Finder(self.target, {**table.changes, **self.extra_terms()}, self.sizes).two()
        if not pairs:
            return []
        pair = min(pairs, key=lambda keys: sum(rank(key)[1] if isinstance(key, Mark) else len(LIKELY) for key in keys))
        return [self.of_mark(key, table) if isinstance(key, Mark) else self.of_term(key) for key in pair]

    # ------------------------------------------------------------------------ words

    def text_of_ours(self) -> Tree:
        """Ours, written out."""
        return self.tree(self.evidence.comparison.entries[self.unit.places[0]].ours)

    def tree(self, node: Node | None) -> Tree:
        """A node as syntax."""
        from gradcli.text.tree import Name

        if node is None:
            return Name("this")
        comparison = self.evidence.comparison
        typed = with_abstract(comparison.graph, node, comparison.formulas)
        return write_trees([typed], comparison.case.program.decimal).trees[0]

    def of_term(self, key: tuple[Node, int]) -> Slip:
        """A term too many."""
        node, sign = key
        if self.is_lacking(key):
            return self.say("missing-term", "lacks the term {0}", self.tree(node))
        term = scalars.add(self.evidence.comparison.graph, [(node, sign)])
        return self.say("extra-term", "has a term too many: {0}", self.tree(term))

    def of_mark(self, mark: Mark, table: EvidenceTable) -> Slip:
        """A slip at a place, in words."""
        from gradcli.checking.slips.sentences import words

        place = table.places[mark]
        message, parts = words(self.evidence, self.unit, mark, place)
        return self.say(mark.code, message, *[self.tree(node) for node in parts])


def ratio_text(ratio: float) -> str:
    """A factor in six digits, in as many as it takes where it is nearly 1."""
    return next(text for digits in range(6, 18) if float(text := f"{ratio:.{digits}g}") != 1 or digits == 17)


def variable_of(evidence: Evidence, name: str) -> Any:
    """The node of a variable."""
    return evidence.comparison.graph.intern("variable", (), name)


def rank(mark: Mark) -> tuple[bool, int, bool]:
    """How far down a code stands among the likely ones; a link, which has only a name, f'(g') and f'(x) come last."""
    likely = LIKELY.index(mark.code) if mark.code in LIKELY else len(LIKELY)
    return (mark.form.startswith(("link", "inside", "bare")), likely, not mark.is_typed)


def mentions_entries(formula: Tree) -> bool:
    """Does a formula speak of single entries, as x[0]? An explanation in whole arrays is easier to follow."""
    return any(type(part) is Index or (isinstance(part, Name) and "[" in part.name) for part in postorder(formula))


def diagnose(claim: Claim, arrays: Program | None, found: Sequence[Comparison]) -> tuple[Slip, ...]:
    """What explains each component that is different. Empty where nothing does, or where it would take too long."""
    from gradcli.flints import ctx

    before, ctx.prec = ctx.prec, BITS
    try:
        return tuple(SlipExplainer(claim, arrays, found).slips())
    except NotHereError:
        return ()
    finally:
        ctx.prec = before
