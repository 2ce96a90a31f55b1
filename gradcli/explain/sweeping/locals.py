"""Each step on its own: its value as nodes of the operands' names, entry by entry where it is an array."""

from __future__ import annotations

from gradcli.derive.layouts import entry_names
from gradcli.explain.operations import Operation
from gradcli.problems import GradcliError, Source
from gradcli.program.building.builder import Builder
from gradcli.program.building.entry_values import EntryValues
from gradcli.program.forms import scalars as algebra
from gradcli.program.graph import Graph, Node, Variable, order, reachable
from gradcli.program.substitute import replace
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Call, Name, children, postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gradcli.evaluate.certified.balls import Balls
    from gradcli.evaluate.certified.values import Undefined
    from gradcli.program.graph import Shape, Step
    from gradcli.program.scalarize.entries import Cells
    from gradcli.text.tree import Tree

NOT_JOINTLY = (
    "the chain rule does not hold here:"
    " a statement has partial derivatives, but is not differentiable in its names together"
)
"""Why certified sums and certified derivatives may differ: cbrt(x**2*u) at 0, where u = x."""


class Local(NamedTuple):
    """A step as nodes: entry names and their nodes, and what must have a value for it to have one."""

    operation: Operation
    shape: Shape
    entries: tuple[str, ...]
    nodes: tuple[Node, ...]
    guards: tuple[Node, ...]


class Partial(NamedTuple):
    """∂step/∂operand, entries both: the formula, and the name that it is bound to.

    node    the step's own value stands in it by its name
    taken   False: the operand stands in a branch that is not taken, and adds nothing here, with or without a value
    """

    operand: str
    node: Node
    name: str
    taken: bool


class Locals:
    """All steps of a program. `graph` holds their nodes; nothing of one step is put into another."""

    def __init__(
        self,
        steps: Sequence[Operation],
        shapes: Mapping[str, Shape],
        functions: Collection[str],
        source: Source,
        sizes: Mapping[str, int] | None = None,
        matrices: Collection[str] = (),
    ) -> None:
        """`matrices`: steps of one entry that are 1x1 matrices, where the engine has a number."""
        self.graph = Graph()
        self.graph.singles.update(step.name for step in steps)
        self.shapes = dict(shapes)
        self.sizes = sizes or {}
        self.values: dict[str, Node | Cells] = {}
        self.functions = functions
        self.matrices = matrices
        self.source = source
        self.steps: dict[str, Local] = {}
        for step in steps:
            self.steps[step.name] = self.build(step)

    @classmethod
    def of_nodes(cls, graph: Graph, steps: Sequence[Step], shapes: Mapping[str, Shape]) -> Locals:
        """Steps that are nodes already, in the names of the steps before, which may have cancelled (u - u)."""
        made = cls((), shapes, (), Source("expression", ""))
        made.graph = graph
        for step in steps:
            names = [part.data for part in order([step.local]) if part.op == "variable"]
            names += [part.name for part in postorder(step.tree) if type(part) is Name and part.name in made.steps]
            operation = Operation(step.name, step.tree, tuple(dict.fromkeys(names)), True, step.tree)
            made.shapes[step.name] = ()
            made.steps[step.name] = Local(operation, (), (step.name,), (step.local,), step.guards)
        return made

    def build(self, step: Operation) -> Local:
        """One step in the names of its operands."""
        assert self.graph.guards is not None
        self.graph.guards.clear()
        value = self.value(step)
        guards = tuple(self.graph.guards)
        shape: Shape = () if isinstance(value, Node) else value.shape
        if not shape and step.name in self.matrices:
            shape = (1, 1)
        self.shapes[step.name] = shape
        nodes = (value,) if isinstance(value, Node) else tuple(value.flat())
        return Local(step, shape, tuple(entry_names(Variable(step.name, shape))), nodes, guards)

    def value(self, step: Operation) -> Node | Cells:
        """The nodes of a step; where a 1x1 matrix does not fit, it is the number that the engine takes it for."""
        try:
            return Builder(self.entry_values(), self.source, self.lookup, self.functions).build(step.tree)
        except GradcliError:
            if not self.matrices:
                raise
        return Builder(self.entry_values(), self.source, self.as_numbers, self.functions).build(step.tree)

    def entry_values(self) -> EntryValues:
        """The kind of values, with what the letters of sizes are: ones(n)."""
        values = EntryValues(self.graph)
        if self.sizes:
            values.sizes.numbers = {**values.sizes.numbers, **self.sizes}
        return values

    def as_numbers(self, name: str) -> Node | Cells | None:
        """A 1x1 matrix as its entry."""
        found = self.lookup(name)
        return found.rows[0][0] if not isinstance(found, Node | None) and found.shape == (1, 1) else found

    def lookup(self, name: str) -> Node | Cells | None:
        """What a name in a step stands for."""
        found = self.values.get(name)
        if found is None and name in self.shapes:
            found = self.values[name] = self.variable(name, self.shapes[name])
        if found is None and name in self.sizes:
            return algebra.number(self.graph, self.sizes[name])
        return algebra.meaning(self.graph, name) if found is None else found

    def variable(self, name: str, shape: Shape) -> Node | Cells:
        if not shape:
            return algebra.variable(self.graph, name)
        from gradcli.program.scalarize.operators import variable_cells

        return variable_cells(self.graph, name, (int(shape[0]), int(shape[1])))

    def entries(self, name: str) -> list[str]:
        """The entry names of an input or a step."""
        return entry_names(Variable(name, self.shapes[name]))


def used_entries(node: Node, run: Callable[[], Balls]) -> set[str]:
    """The names that a node uses, only through branches that are taken; the run is made where there are some."""
    found: set[str] = set()
    seen: set[Node] = set()
    stack = [node]
    while stack:
        here = stack.pop()
        if here in seen:
            continue
        seen.add(here)
        if here.op == "variable":
            found.add(here.data)
        stack.extend(here.args if here.op != "where" else taken(here, run()))
    return found


def always_used(root: Tree) -> list[str]:
    """The names that stand outside of the branches of choices."""
    found: dict[str, None] = {}
    stack = [root]
    while stack:
        tree = stack.pop()
        if type(tree) is Name:
            found[tree.name] = None
        is_choice = type(tree) is Call and tree.function == "where"
        stack.extend(tree.arguments[:1] if is_choice else reversed(children(tree)))  # type: ignore[attr-defined]
    return list(found)


def taken(node: Node, run: Balls) -> tuple[Node, ...]:
    """The condition and the branch that holds; both branches where that is not known or at a tie."""
    condition, yes, no = node.args
    holds = run.values.get(condition)
    if type(holds) is not bool or any(part in run.touched for part in reachable([condition])):
        return node.args
    return (condition, yes if holds else no)


def in_its_name(graph: Graph, node: Node, name: str, partials: Sequence[Node]) -> Sequence[Node]:
    """Partials in which the step's own value is written by its name: 1 - h**2 for tanh."""
    if node.op != "call":
        return partials
    return replace(graph, partials, {node: algebra.variable(graph, name)})


def no_value(reason: str = "there is no derivative here") -> Undefined:
    """What stands for a number that does not exist."""
    from gradcli.evaluate.certified.values import Undefined

    return Undefined(reason)
