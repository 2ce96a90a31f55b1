"""Derivations: the rows of laws for every variable, put together, beside the gradient that `grad` has."""

from __future__ import annotations

from functools import cached_property

from gradcli import limits
from gradcli.derive.gradient import EntryGradient
from gradcli.derive.request import Request
from gradcli.derive.results import Gradient
from gradcli.explain.derivation import Deriver, Row
from gradcli.explain.lines import derivation_of, results_of, shown
from gradcli.explain.operations import operations
from gradcli.explain.results import Derivation, Explanation, Steps
from gradcli.explain.trees import Tidier, size
from gradcli.problems import GradcliError
from gradcli.program import rationals
from gradcli.program.building.program import entry_builder
from gradcli.program.forms import scalars as algebra
from gradcli.program.point import Point
from gradcli.program.writing.trees import write_trees
from gradcli.records import TYPE_CHECKING
from gradcli.rules import NAMES, RULES
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Call, Name, Number, postorder

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from gradcli.derive.results import Value
    from gradcli.explain.request import ExplainRequest
    from gradcli.program.graph import Graph, Node
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Evidence

SHORT, LONG = 20, 200
"""Operations up to which a derivation is written out, and from which on it has the names of the trace's steps."""
WORDY = 8_000
"""Nodes in the texts of all rows from which on it is written so too."""
LARGE = 1_000
"""Nodes of a text beyond which it is not put together."""


class Explainer:
    """One program of scalars, derived by each of its variables."""

    def __init__(self, request: ExplainRequest) -> None:
        self.request = request
        script, options = request.script, request.options
        self.builder = entry_builder(script, options)
        self.names = self.builder.resolved
        self.program = self.builder.program()
        self.graph = self.program.graph
        self.output = self.names.output
        self.scope: dict[str, Any] = dict(self.builder.full)
        self.guards: dict[str, dict[Node, None]] = self.builder.guards
        self.statements = {s.name: s.tree for s in self.names.order if s.name is not None}
        self.root = self.names.order[-1].tree
        self.inline: dict[str, Tree] = {}
        self.bindings: dict[str, Node] = {}
        self.abstract: dict[int, tuple[Tree, Node]] = {}
        if self.names.outputs[0].name is not None:
            self.root = self.statements.pop(self.names.outputs[0].name)
        self.wrt = [variable.name for variable in self.program.variables]
        self.partials: Mapping[str, Node] = {}
        self.shown: Mapping[str, Node] = {}
        self.derived: dict[str, tuple[list[Row], list[Tree]]] = {}
        self.bounds: dict[str, tuple[dict[str, Node], list[str]]] = {}
        self.tidier = Tidier()
        self.sizes: dict[int, int] = {}
        self.dropped: tuple[Node, ...] = ()
        self.shorten()

    def shorten(self) -> None:
        """A long program, or one whose rows would repeat long texts, in the names of its trace."""
        typed = sum(size(statement.tree) for statement in self.names.order)
        if typed <= SHORT:
            return
        if typed * len(self.wrt) > limits.DERIVED:
            message = f"derivations by {len(self.wrt)} variables have more than {limits.DERIVED} rows"
            raise GradcliError("limit", message, hint="--wrt derives by fewer variables")
        steps = operations(self.names.order, self.names.free, self.output)
        if len(steps) <= LONG and (len(steps) <= SHORT or not self.is_wordy()):
            return
        self.derived.clear()
        self.inline = {step.name: step.tree for step in steps[:-1]}
        self.statements = dict(self.inline)
        self.root = steps[-1].tree
        self.scope = {step.name: algebra.variable(self.graph, step.name) for step in steps[:-1]}
        self.guards = {}
        for step in steps[:-1]:
            self.bindings[step.name] = self.node(step.tree)
            self.guards[step.name] = dict.fromkeys(self.dropped)

    def is_wordy(self) -> bool:
        """Are the texts of the rows together much longer than the program?"""
        known: dict[int, int] = {}
        written = 0
        for name in self.wrt:
            rows, results = self.rows(name)
            written += sum(size(row.before, known) for row in rows if row.repeats is None)
            written += sum(min(size(result, known), LARGE) for result in results)
        return written > WORDY * max(1, len(self.wrt))

    def rows(self, variable: str) -> tuple[list[Row], list[Tree]]:
        """The rows by one variable with their results, made once."""
        if variable not in self.derived:
            rows = self.derive(variable)
            self.derived[variable] = rows, results_of(rows)
        return self.derived[variable]

    def node(self, tree: Tree, scope: Mapping[str, Node] | None = None) -> Node:
        """A tree as a node of the program's graph, names of statements put in; `dropped`: what it needs besides."""
        self.graph.guards = {}
        names: Mapping[str, Any] = self.scope if scope is None else scope
        if self.abstract:
            names = {**names, **{f"∂#{key}": node for key, (_, node) in self.abstract.items()}}
            tree = replaced(tree, lambda part: Name(f"∂#{id(part)}") if id(part) in self.abstract else None)

        def lookup(name: str) -> Any:
            if self.graph.guards is not None:
                self.graph.guards.update(self.guards.get(name, {}))
            found = names.get(name)
            return self.builder.look_in(self.scope, name) if found is None else found

        try:
            built = self.builder.read(tree, self.names.order[0].source, lookup)
        finally:
            self.dropped = tuple(self.graph.guards)
            self.graph.guards = None
        if type(built).__name__ != "Node":
            raise GradcliError("shape", "an array has no derivation entry by entry")
        return built  # type: ignore[return-value]

    def fallback(self, variable: str) -> Any:
        """A part that no law is for: differentiated as a whole."""

        def differentiate(tree: Tree) -> tuple[str, Tree]:
            from gradcli.derive.ad.reverse import Reverse

            scope = {name: algebra.variable(self.graph, name) for name in self.statements}
            moving = [name for name in (variable, *self.statements) if name in names_in(tree)]
            inner = self.node(tree, scope)
            partials = Reverse(self.graph, moving).gradient(inner)
            trees = write_trees(partials, self.program.decimal).trees
            result: Tree = Number(0)
            for name, partial in zip(moving, trees, strict=True):
                if name != variable:
                    raise GradcliError("no-derivation", "name the arguments of this function by the variables alone")
                result = partial
            known = type(tree) is not Call or NAMES.get(tree.function, "") in RULES
            return ("entrywise" if known or is_array_part(tree) else "by-sympy"), result

        return differentiate

    def abstract_partials(self, tree: Call) -> list[Tree]:
        """∂f/∂u of an abstract function by each argument."""
        args = [self.node(argument) for argument in tree.arguments]
        found = []
        for place in range(len(args)):
            orders = tuple(int(i == place) for i in range(len(args)))
            found.append(algebra.abstract(self.graph, tree.function, args, orders))
        trees = write_trees(found, self.program.decimal).trees
        self.abstract.update({id(t): (t, node) for t, node in zip(trees, found, strict=True)})
        return trees

    def derive(self, variable: str) -> list[Row]:
        """The rows by one variable."""
        deriver = Deriver(
            variable,
            self.statements,
            self.names.functions,
            self.fallback(variable),
            self.abstract_partials,
            self.inline,
        )
        return deriver.derive(self.root)

    def answer(self, point: Point | None) -> Explanation:
        """The derivations by all variables, at a point or without one."""
        question = EntryGradient(self.program, Request(layout=self.request.layout))
        found = question.answer(point)
        self.partials = dict(zip(question.names, question.partials[0], strict=True))
        self.shown = dict(zip(question.names, question.shown[0], strict=True))
        derivations = tuple(self.steps(name, found, point) for name in self.wrt)
        definitions = tuple((name, tree) for name, tree in self.inline.items())
        return Explanation(
            found.reading._replace(output=self.output),
            found.numbers,
            self.output,
            self.request.level,
            self.request.hint,
            derivations,
            found.value,
            definitions=(*definitions, *found.definitions),
            digits=self.request.digits,
        )

    def steps(self, name: str, found: Gradient, point: Point | None) -> Steps:
        """The derivation by one variable."""
        rows, results = self.rows(name)
        whole = found.value is not None and not self.chooses
        numbers = self.numbers(rows, name, point, whole) if point is not None else {}
        made = [self.derivation(i, row, rows, results, numbers) for i, row in enumerate(rows)]
        assembled = self.tidier.tidied(results[0]) if size(results[0]) <= LARGE else None
        assert found.symbolic is not None
        constants = tuple(other for other in self.names.free if other != name)
        number = None if found.gradient is None else found.gradient[name]
        return Steps(
            name,
            constants,
            tuple(shown(made, self.request.level)),
            assembled,
            found.symbolic[name],
            self.evidence(assembled, rows, name, numbers.get(0), number),
            number,
            total=len(shown(made, self.request.level)),
            limited=self.shown[name] is not self.partials[name],
        )

    def derivation(
        self, i: int, row: Row, rows: Sequence[Row], results: Sequence[Tree], numbers: Mapping[int, float | None]
    ) -> Derivation:
        """One row as a record."""
        simple = self.request.level != "full"
        after = results[i]
        if (
            row.repeats is None or size(after, self.sizes) > LARGE
        ):  # too long to be written: once more as where it came first
            first = row if row.repeats is None else rows[row.repeats]
            parts = zip(first.plan.parts, first.targets, strict=True)
            after = first.plan.form([marker(part, rows[t], simple) for part, t in parts])
        made = derivation_of(i, row, row.before, self.tidier.tidied(after) if simple else after, results[i])
        return made._replace(number=numbers.get(i))

    def bound(self, rows: Sequence[Row], variable: str) -> tuple[dict[str, Node], list[str]]:
        """Every row's derivative bound to a name of its own, in terms of those of its parts; made once."""
        if variable not in self.bounds:
            self.bounds[variable] = self.bind(rows)
        return self.bounds[variable]

    def bind(self, rows: Sequence[Row]) -> tuple[dict[str, Node], list[str]]:
        """Every row's name and node."""
        names = [f"D#{i}" for i in range(len(rows))]
        bound: dict[str, Node] = {}
        scope = {**self.scope, **{name: algebra.variable(self.graph, name) for name in names}}
        for i, row in enumerate(rows):
            if row.repeats is not None:
                bound[names[i]] = scope[names[row.repeats]]
            else:
                tree = row.plan.form([Name(names[t]) for t in row.targets])
                bound[names[i]] = self.node(tree, scope)
        return bound, names

    @cached_property
    def chooses(self) -> bool:
        """May a part have no value or no derivative where the whole and the rows' formulas have: a choice, a jump?"""
        trees = [tree for statement in self.names.order for tree in postorder(statement.tree)]
        return any(type(tree) is Call and NAMES.get(tree.function, tree.function) in SWITCHES for tree in trees)

    def numbers(self, rows: Sequence[Row], name: str, point: Point, whole: bool) -> dict[int, float | None]:
        """The number of every row at a point; none where what is differentiated has no value (`whole`: all has)."""
        from gradcli.evaluate.certified.balls import Balls
        from gradcli.evaluate.certified.certify import certify_by_balls

        bound, names = self.bound(rows, name)
        run = Balls({**point.values, **self.bindings, **bound})
        found = certify_by_balls(run, [algebra.variable(self.graph, each) for each in names])
        numbers = {i: result.value if result.status == "ok" else None for i, result in enumerate(found)}
        doubtful = [i for i, result in enumerate(found) if result.status == "undefined"]
        lacking = []
        for i, row in enumerate(() if whole else rows):
            values = certify_by_balls(run, [self.node(row.before), *self.dropped])
            if any(value.status == "undefined" for value in values):
                lacking.append(i)
        if run.touched:
            doubtful += touched_rows(
                rows, [(bound[each], self.operation(rows[i])) for i, each in enumerate(names)], run.touched
            )
        numbers.update({i: self.decided(rows[i].before, name, point) for i in dict.fromkeys(doubtful)})
        return {**numbers, **dict.fromkeys(lacking)}

    def operation(self, row: Row) -> Node:
        """What a row differentiates; in a long program its last operation, in the names of its operands."""
        name = row.before.name if type(row.before) is Name else ""
        return self.bindings[name] if name in self.bindings else self.node(row.before)

    def decided(self, tree: Tree, name: str, point: Point) -> float | None:
        """The derivative of a row as `grad` decides it: at a kink, or where its form has no value (0^x·log(0)).

        None in the names of a trace.
        """
        from gradcli.derive.methods.choose import jet_at
        from gradcli.derive.methods.jet import JetRequest

        if self.bindings:
            return None
        node = self.node(tree)
        return jet_at("symbolic", JetRequest(self.graph, node, [name], point)).first[0][0]

    def evidence(
        self, assembled: Tree | None, rows: Sequence[Row], name: str, ours: float | None, theirs: Value
    ) -> Evidence | None:
        """Proved where both are one canonical node, or their difference is the zero polynomial; else tested.

        `ours`, `theirs`: the certified numbers of the rows and of `grad` at the point.
        """
        own = self.partials[name]
        if assembled is not None and not self.inline:
            node = self.node(assembled)
            if node is own:
                return "proved"
            if is_zero_by_branches(self.graph, algebra.add(self.graph, [(node, 1), (own, -1)])):
                return "proved"
        here = ours is not None and theirs is not None
        if here and ours != theirs:
            return None
        if here and ours and self.inline:
            return "tested"
        return "tested" if not self.names.functions and self.agrees(rows, own, name, int(here)) else None

    def agrees(self, rows: Sequence[Row], own: Node, name: str, agreed: int) -> bool:
        """Do the rows give the same numbers as `grad` at points where both have one? `agreed` points are known."""
        from gradcli.evaluate.certified.balls import Balls
        from gradcli.evaluate.certified.certify import certify_by_balls

        bound, names = self.bound(rows, name)
        variables = [*self.names.free]
        for k, start in enumerate(TRIALS):
            values = {
                v: algebra.number(self.graph, rationals.ratio(start + 7 * i, 11 + k)) for i, v in enumerate(variables)
            }
            run = Balls({**values, **self.bindings, **bound})
            first, second = certify_by_balls(run, [algebra.variable(self.graph, names[0]), own])
            if first.value is None or second.value is None:
                continue
            if abs(first.value - second.value) > 1e-12 * max(abs(first.value), abs(second.value)):
                return False
            agreed += 1
            if agreed == ENOUGH and self.inline:
                break
        return agreed > 0


def is_zero_by_branches(graph: Graph, node: Node) -> bool:
    """Is a node zero whichever branches its choices take?"""
    from itertools import product

    from gradcli.program.graph import order
    from gradcli.program.quotients import is_zero
    from gradcli.program.substitute import rewritten

    conditions = list(dict.fromkeys(part.args[0] for part in order([node]) if part.op == "where"))
    if len(conditions) > MOST_CHOICES:
        return False
    for branches in product((1, 2), repeat=len(conditions)):
        chosen = dict(zip(conditions, branches, strict=True))

        def taken(_: Graph, part: Node, chosen: Mapping[Node, int] = chosen) -> Node | None:
            return part.args[chosen[part.args[0]]] if part.op == "where" and part.args[0] in chosen else None

        if not is_zero(rewritten(graph, [node], taken)[0]):
            return False
    return True


SWITCHES = ("where", "sign", "floor", "ceil", "atan2")
"""Functions whose derivative has a value where they jump."""
MOST_CHOICES = 3
"""Conditions up to which a difference is looked at branch by branch."""
TRIALS = (5, 3, 8, -4, 17, 2)
"""Numerators of the points at which two forms are compared."""
ENOUGH = 2
"""Points at which a long derivation is compared."""


def names_in(tree: Tree) -> set[str]:
    """The names that stand in a tree."""
    from gradcli.explain.operations import places

    return {part.name for part in places(tree) if type(part) is Name}


def is_array_part(tree: Tree) -> bool:
    """Is this an operation on arrays that are written out?"""
    from gradcli.rules.arrays import ARRAY_NAMES

    return type(tree) is not Call or tree.function in ARRAY_NAMES


def marker(part: Tree, row: Row, simple: bool) -> Tree:
    """What is left to do: D(part); 1 and 0 at once for the variable and for constants, unless all rows are shown."""
    if simple and row.plan.rule == "identity":
        return Number(1)
    if simple and row.plan.rule == "constant":
        return Number(0)
    return Call("D", (part,))


def touched_rows(rows: Sequence[Row], nodes: Sequence[Sequence[Node]], touched: Collection[Node]) -> list[int]:
    """The rows that use a function at its kink or jump, directly or through rows below them.

    nodes    of each row its derivative and what it differentiates: the derivative 0 of a sign has no jump in it
    """
    from gradcli.program.graph import order

    users: dict[int, list[int]] = {}
    for i, row in enumerate(rows):
        for below in row.targets if row.repeats is None else [row.repeats]:
            users.setdefault(below, []).append(i)
    waiting = [i for i, node in enumerate(nodes) if any(part in touched for part in order(node))]
    found = set(waiting)
    while waiting:
        more = [user for user in users.get(waiting.pop(), ()) if user not in found]
        found.update(more)
        waiting.extend(more)
    return sorted(found)
