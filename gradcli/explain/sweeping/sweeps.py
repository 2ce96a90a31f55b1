"""The numbers of a trace: values forwards, adjoints backwards, tangents forwards, each certified.

Every step is bound to its name, and so is every partial, adjoint and tangent: one evaluation by balls gives them all,
in time proportional to the number of steps; exact rationals do where a small program has rational values only. Where a
step is at a switch, or its partial has no value, the step alone is diagnosed as `grad` diagnoses a function.
Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), sections 3.1 and 3.2.
"""

from __future__ import annotations

from functools import cached_property

from gradcli import limits
from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import arrange, entry_names
from gradcli.derive.methods.choose import jet_at
from gradcli.derive.methods.jet import JetRequest
from gradcli.evaluate.certified.certify import Certified, certify_by_balls, rounded
from gradcli.evaluate.certified.exact import LARGE, RATIONAL_OPERATIONS, Rationals
from gradcli.explain.sweeping.locals import NOT_JOINTLY, Partial, always_used, in_its_name, no_value, used_entries
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars as algebra
from gradcli.program.graph import Node, Variable, reachable
from gradcli.program.point import Point
from gradcli.program.rows import partial_node
from gradcli.records import TYPE_CHECKING
from gradcli.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from gradcli.derive.results import Value
    from gradcli.evaluate.certified.balls import Balls
    from gradcli.evaluate.certified.values import Undefined
    from gradcli.explain.sweeping.constants import Constants
    from gradcli.explain.sweeping.locals import Local, Locals
    from gradcli.problems import Problem
    from gradcli.program.graph import Factors


class Sweeps:
    """One program at one point.

    locals_   the steps;  active: entry names of the inputs to differentiate by;  output: the last step's name
    values    the point, entry by entry
    active    what has an adjoint: these inputs and every step, also one of data alone
    late      numbers were asked for longer than limits.EVALUATION_SECONDS: what is open then stays so
    at_switch    a step is at a kink or a jump: then only the whole function tells whether an input has a derivative
    """

    def __init__(self, locals_: Locals, active: Iterable[str], output: str, values: Mapping[str, Node]) -> None:
        self.locals = locals_
        self.graph = locals_.graph
        self.graph.guards = None
        self.output = output
        self.point: dict[str, Node] = dict(values)
        self.given = dict(values)
        self.steps: list[Local] = list(locals_.steps.values())
        self.local_of: dict[str, tuple[Local, int]] = {}
        self.active = set(active)
        for step in self.steps:
            for place, entry in enumerate(step.entries):
                self.local_of[entry] = (step, place)
                self.point[entry] = step.nodes[place]
        self.wanted = set(self.active)
        self.active.update(self.local_of)
        self.rationals = Rationals(self.point) if self.is_rational() else None
        self.certified: dict[str, Certified] = {}
        self.problems: dict[str, Problem] = {}
        self.partials: dict[str, list[Partial]] = {}
        self.corners: list[str] = []
        self.notes: list[str] = []
        self.at_switch = self.late = False

    def variable(self, name: str) -> Node:
        return algebra.variable(self.graph, name)

    @cached_property
    def run(self) -> Balls:
        """The evaluation by balls, for what is not rational."""
        from gradcli.evaluate.certified.balls import Balls

        return Balls(self.point)

    @cached_property
    def constants(self) -> Constants:
        """Names as nodes without variables, for steps that are decided as functions of their own."""
        from gradcli.explain.sweeping.constants import Constants

        return Constants(self.graph, self.given, self.local_of, self.used_entries, self.known)

    def known(self, name: str) -> Any:
        """The ball or the rational that a name has by now; None before."""
        return self.run.values.get(self.variable(name))

    def why(self) -> str:
        """Why steps have no number, in words."""
        late = f"not all steps were decided within {limits.EVALUATION_SECONDS:g} s"
        return late if self.late else "a step on the way has no derivative here"

    def is_rational(self) -> bool:
        """Is this a small program of rational functions, whose numbers need no balls where rationals suffice?"""
        needed = reachable([node for step in self.steps for node in step.nodes])
        plain = all(node.op in RATIONAL_OPERATIONS for node in needed)
        return plain and len(needed) < LARGE and not any(step.guards for step in self.steps)

    def certify(self, names: Sequence[str]) -> None:
        """Numbers for these names."""
        if self.rationals is not None:
            exact = [self.rationals.value(name) for name in names]
            if None not in exact:
                self.certified.update(zip(names, map(rounded, exact), strict=True))
                return
            self.rationals = None
        nodes = [self.variable(name) for name in names]
        if not self.late:
            self.run.deadline = limits.clock() + limits.EVALUATION_SECONDS
        self.certified.update(zip(names, certify_by_balls(self.run, nodes), strict=True))
        self.late = self.late or limits.clock() > self.run.deadline

    def certify_plainly(self, names: Sequence[str]) -> None:
        """Numbers for these names: those of constants are known, and those that stand for another name are its."""
        behind = {name: self.behind(name) for name in names}
        for name in dict.fromkeys(behind.values()):
            bound = self.node_of(name)
            if bound is not None and bound.op == "number":
                self.certified[name] = rounded(bound.data)
        self.certify([name for name in dict.fromkeys(behind.values()) if name not in self.certified])
        self.certified.update((name, self.certified[other]) for name, other in behind.items())

    def behind(self, name: str) -> str:
        """The name whose number this one has: of ∂v/∂x = y that is y."""
        bound = self.node_of(name)
        while bound is not None and bound.op == "variable":
            name = bound.data
            bound = self.node_of(name)
        return name

    def node_of(self, name: str) -> Node | None:
        """What a name is bound to; None where it has no value."""
        bound: Any = self.point[name]
        return bound if isinstance(bound, Node) else None

    def enclosure(self, name: str) -> Any:
        """The exact value of a name that was certified, or the ball around it."""
        name = self.behind(name)
        bound = self.node_of(name)
        if bound is not None and bound.op == "number":
            return bound.data
        if self.rationals is not None:
            return self.rationals.value(name)
        return self.known(name)

    def number(self, name: str) -> float | None:
        """The number of an entry, an adjoint, a partial or a tangent; None where there is none."""
        found = self.certified.get(name)
        return found.value if found is not None and found.status == "ok" else None

    def numbers(self, name: str, seeds: Iterable[str]) -> tuple[Value, Value, dict[str, Value] | None]:
        """Value, adjoint and tangents (by seed) of an input or a step; an array's are in rows."""
        shape = self.locals.shapes[name]
        if not shape:
            adjoint = self.number(f"∂{name}") if name in self.active else None
            pushed = {seed: self.number(f"d{name}/d{seed}") for seed in seeds} or None
            return self.number(name), adjoint, pushed  # type: ignore[return-value]
        variable = Variable(name, shape)
        entries = entry_names(variable)

        def found(form: str) -> Any:
            return arrange(variable, {entry: self.number(form.format(entry)) for entry in entries}, False)

        tangents = {seed: found(f"d{{}}/d{seed}") for seed in seeds} or None
        return found("{}"), found("∂{}") if entries[0] in self.active else None, tangents

    def sweep(self, every: bool = False) -> None:
        """Values, partials and adjoints; `every`: also the partials of arrays, which tangents need."""
        self.forward()
        self.differentiate(every)
        self.backward()

    def forward(self) -> None:
        """The values, and what is live: the branch that a `where` does not take is not looked at."""
        names = [*self.given, *(entry for step in self.steps for entry in step.entries)]
        self.certify(names)
        if self.undefine_guarded():
            del self.run
            self.certify(names)
        self.is_lacking = any(state.status == "undefined" for state in self.certified.values())
        self.live = self.find_live()

    def undefine_guarded(self) -> bool:
        """Steps that were simplified (`x/x`) have no value where a part that was dropped has none."""
        guarded = [step for step in self.steps if step.guards]
        changed = False
        for step in guarded:
            for found in certify_by_balls(self.run, step.guards):
                if found.status == "undefined":
                    changed = True
                    self.point.update(dict.fromkeys(step.entries, no_value(found.reason)))  # type: ignore[arg-type]
        return self.undefine_dropped() or changed

    def undefine_dropped(self) -> bool:
        """A step from which an operand without value has cancelled (v1 - v1) has no value either."""
        missing = {name: state.reason for name, state in self.certified.items() if state.status == "undefined"}
        changed = False
        for step in self.steps if missing else ():
            used = {here.data for here in reachable(step.nodes) if here.op == "variable"}
            lost = [name for name in always_used(step.operation.tree) if name in missing]
            if not lost:
                continue
            missing.update(dict.fromkeys(step.entries, missing[lost[0]]))
            if not used & set(lost):
                changed = True
                state = no_value(missing[lost[0]])
                self.point.update(dict.fromkeys(step.entries, state))  # type: ignore[arg-type]
        return changed

    def find_live(self) -> dict[str, set[str]]:
        """For each step that the output needs, the entries that it uses at this point."""
        live: dict[str, set[str]] = {self.output: set()}
        for step in reversed(self.steps):
            if step.operation.name in live:
                used = {entry for node in step.nodes for entry in self.used_entries(node)}
                live[step.operation.name] = used
                for entry in used:
                    if entry in self.local_of:
                        live.setdefault(self.local_of[entry][0].operation.name, set())
        return live

    def used_entries(self, node: Node) -> set[str]:
        """The names that a node uses at the point."""
        return used_entries(node, lambda: self.run)

    def differentiate(self, every: bool = False) -> None:
        """The local partials of every step; of arrays only where one is in doubt, unless `every` is wanted.

        Problems: a step of a branch that is not taken may have no partial; that troubles nobody.
        """
        for step in self.steps:
            for place, entry in enumerate(step.entries):
                if every or len(step.entries) == 1 or self.is_touched(step.nodes[place]):
                    self.partials[entry] = self.local_partials(step, place)
        self.certify_plainly([partial.name for found in self.partials.values() for partial in found])
        for entry, found in self.partials.items():
            self.settle(entry, found)

    def is_touched(self, node: Node) -> bool:
        touched = self.run.touched if self.rationals is None else {}
        return bool(touched) and any(part in touched for part in reachable([node]))

    def local_partials(self, step: Local, place: int) -> list[Partial]:
        """∂entry/∂operand for each active operand that this entry uses."""
        node, entry = step.nodes[place], step.entries[place]
        single = len(step.nodes) == 1
        known = self.live.get(step.operation.name) if single else None
        used = self.used_entries(node) if known is None else known
        names = [name for name in self.operand_entries(step) if name in self.active and (single or name in used)]
        result = []
        try:
            found = self.local_gradient(node, names, entry)
        except GradcliError:  # by the order of a Bessel function, which must not depend on a variable
            names = [name for name in names if self.varies(name)]
            found = in_its_name(self.graph, node, entry, Reverse(self.graph, names).gradient(node))
        for name, partial in zip(names, found, strict=True):
            bound = f"∂{entry}/∂{name}"
            self.point[bound] = partial
            result.append(Partial(name, partial, bound, name in used))
        return result

    def local_gradient(self, node: Node, names: Sequence[str], entry: str) -> Sequence[Node]:
        """The partials of one operation, its value by its name: of a call or a sum of names by row, else by a sweep."""
        operands = [part.data if part.op == "variable" else None for part in node.args]
        plain = not node.shape and None not in operands and len(set(operands)) == len(operands)
        if plain and node.op == "call" and type(node.data) is Rule and set(names) <= set(operands):
            out = self.variable(entry)
            return [partial_node(self.graph, node.data, operands.index(name), node.args, out=out) for name in names]
        if plain and node.op == "sum":
            factors = dict(zip(operands, node.data[0], strict=True))
            return [algebra.number(self.graph, factors.get(name, 0)) for name in names]
        return in_its_name(self.graph, node, entry, Reverse(self.graph, names).gradient(node))

    def varies(self, entry: str) -> bool:
        """Does an entry depend on a variable to differentiate by?"""
        waiting, seen = [entry], {entry}
        while waiting:
            here = waiting.pop()
            if here in self.wanted:
                return True
            if here in self.local_of:
                more = set(self.operand_entries(self.local_of[here][0])) - seen
                seen |= more
                waiting.extend(more)
        return False

    def operand_entries(self, step: Local) -> list[str]:
        return [entry for name in step.operation.operands for entry in self.locals.entries(name)]

    def settle(self, entry: str, partials: list[Partial]) -> None:
        """Partials at a switch, or without a value, are decided by the slopes of the step on both sides."""
        step, place = self.local_of[entry]
        node = step.nodes[place]
        if self.lacks_value(entry, node):
            for partial in partials:
                self.bind(partial.name, no_value())
            return
        touched = self.is_touched(node)
        live = step.operation.name in self.live
        self.at_switch |= touched and live
        unsure = [p for p in partials if touched or self.certified[p.name].status not in ("ok", "overflow")]
        doubtful = [partial for partial in unsure if partial.taken]
        if not doubtful:
            return
        if not live or self.late:
            for partial in doubtful:
                self.bind(partial.name, no_value())
            return
        self.corners.append(entry)
        names = [partial.operand for partial in doubtful]
        at = Point(self.constants.of([node]), {})
        formulas = dict(zip(names, Reverse(self.graph, names).gradient(node), strict=True))
        found = jet_at("symbolic", JetRequest(self.graph, node, names, at, (), formulas))
        for partial, number in zip(doubtful, found.first[0], strict=True):
            if number is None:
                self.bind(partial.name, no_value())
            elif number != self.number(partial.name):
                self.bind(partial.name, self.constants.exactly(number))
        for problem in found.problems:
            self.problems.setdefault(step.operation.name, problem)

    def lacks_value(self, entry: str, node: Node) -> bool:
        """Has a step, or what it uses, no value? Then it has no partials, whatever their formulas say."""
        if not self.is_lacking:
            return False
        return any(self.certified[name].status == "undefined" for name in (entry, *self.used_entries(node)))

    def bind(self, name: str, value: Node | Undefined) -> None:
        """Another value for a name, that of nothing else having been used yet."""
        self.point[name] = value  # type: ignore[assignment]
        self.run.values.pop(self.variable(name), None)
        self.certify([name])

    def backward(self) -> None:
        """The adjoints, from the output to the inputs; where the output has no value there are none."""
        output = self.locals.steps[self.output].entries[0]
        parts: dict[str, list[Node]] = {output: [algebra.number(self.graph, 1)]}
        self.terms: dict[tuple[str, str], Node] = {}
        for step in reversed(self.steps):
            for entry in step.entries:
                self.point[f"∂{entry}"] = self.total(parts.get(entry, ()))
            self.pass_back(step, parts)
        for entry in self.given:
            self.point[f"∂{entry}"] = self.total(parts.get(entry, ()))
        entries = [*self.given, *self.local_of]
        if self.certified[output].status == "undefined":
            self.point.update({f"∂{entry}": no_value() for entry in entries if entry != output})  # type: ignore[misc]
            self.terms = dict.fromkeys(self.terms, no_value())  # type: ignore[arg-type]
        adjoints = [f"∂{entry}" for entry in entries if entry in self.active]
        self.certify_plainly(adjoints)
        if self.corners and self.decide_jointly(output):
            del self.run
            self.certify(list(self.certified))

    def decide_jointly(self, output: str) -> bool:
        """Adjoints of steps that meet again at a switch are those of the rest as a function of the step alone."""
        from gradcli.explain.sweeping.joint import MOST, TOO_MANY, meeting, rest_of

        met = meeting(self.corners, self.partials, list(self.local_of))
        few, changed = len(met) * len(self.local_of) <= MOST, []
        for entry in met:
            before, number = self.number(f"∂{entry}"), None
            if few:
                f, guards = rest_of(self.graph, self.steps, self.live, entry, output)
                at = Point(self.constants.of([f, *guards]), {})
                number = jet_at("symbolic", JetRequest(self.graph, f, [entry], at, guards)).first[0][0]
            # all of them: others were found through steps that have no adjoint of their own
            found: Any = no_value() if number is None else self.constants.exactly(number)
            self.point[f"∂{entry}"] = found
            if number != before:
                changed.append(entry)
        self.notes += [f"{', '.join(changed)}: {NOT_JOINTLY if few else TOO_MANY}"] if changed else []
        return bool(met)

    def certify_terms(self) -> None:
        """The numbers of `terms`: what each step of one entry passes back to each operand."""
        for place, term in self.terms.items():
            self.point[term_name(*place)] = term
        self.certify([term_name(*place) for place in self.terms])

    def total(self, parts: Sequence[Node]) -> Node:
        """The sum of what the users of a name pass back; another adjoint by the name that this one stands for."""
        node = algebra.add(self.graph, [(part, 1) for part in parts])
        other = self.node_of(node.data) if node.op == "variable" else None
        return node if other is None or other.op not in ("variable", "number") else other

    def pass_back(self, step: Local, parts: dict[str, list[Node]]) -> None:
        """What a step adds to the adjoints of its operands; one in a branch that is not taken adds nothing."""
        graph = self.graph
        live = step.operation.name in self.live
        whole: list[tuple[Node, int]] = []
        for place, entry in enumerate(step.entries):
            adjoint = self.variable(f"∂{entry}")
            if entry not in self.partials:
                if live:
                    whole.append((algebra.multiply(graph, [(adjoint, 1), (step.nodes[place], 1)]), 1))
                continue
            for partial in self.partials[entry]:
                node = partial.node if partial.node.op == "number" else self.variable(partial.name)
                if self.point[partial.name] is not partial.node:
                    node = self.variable(partial.name)
                adds = live and partial.taken
                term = algebra.multiply(graph, [(adjoint, 1), (node, 1)]) if adds else algebra.number(graph, 0)
                if adds:
                    parts.setdefault(partial.operand, []).append(term)
                if len(step.entries) == 1:
                    self.terms[step.operation.name, partial.operand] = term
        if whole:
            names = [name for name in self.operand_entries(step) if name in self.active]
            weighted = algebra.add(graph, whole)
            for name, node in zip(names, Reverse(graph, names).gradient(weighted), strict=True):
                if not algebra.is_zero(node):
                    parts.setdefault(name, []).append(node)

    def tangents(self, column: str, seed: Mapping[str, Node]) -> None:
        """The tangents of every step along a seed: entry -> its tangent as a constant node."""
        zero = algebra.number(self.graph, 0)
        for entry in self.given:
            self.point[f"d{entry}/d{column}"] = seed.get(entry, zero)
        for step in self.steps:
            for entry in step.entries:
                terms: list[Factors] = []
                for partial in self.partials.get(entry, ()):
                    if not partial.taken:
                        continue
                    node = self.variable(partial.name)
                    terms.append([(node, 1), (self.variable(f"d{partial.operand}/d{column}"), 1)])
                products = [(algebra.multiply(self.graph, term), 1) for term in terms]
                self.point[f"d{entry}/d{column}"] = algebra.add(self.graph, products)
        self.certify([f"d{entry}/d{column}" for entry in (*self.given, *self.local_of)])


def term_name(step: str, operand: str) -> str:
    """What the number is bound to that a step passes back to an operand."""
    return f"∂{step}·∂{step}/∂{operand}"
