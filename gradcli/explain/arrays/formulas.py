"""What each step of arrays passes back to its operands, as formulas: ∂L/∂W = ∂L/∂z xᵀ."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.explain.trees import mapped
from gradcli.problems import GradcliError
from gradcli.program.building.array_program import array_builder
from gradcli.program.forms import parts as leaves
from gradcli.program.writing.arrays import write_array_trees
from gradcli.records import TYPE_CHECKING
from gradcli.text.rewrite import replaced
from gradcli.text.tree import (
    Binary,
    Call,
    Name,
    Number,
    Text,
    Tree,
    same,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.explain.operations import Operation
    from gradcli.program.graph import Node
    from gradcli.text.tree import Statement


class ArrayFormulas:
    """The steps of one program as array nodes, each in the names of its operands, and their pullbacks."""

    def __init__(self, question: ArrayQuestion) -> None:
        self.builder = array_builder(question.script, question.options)
        self.names, types = self.builder.resolved, self.builder.types
        self.arrays = self.builder.program()
        types.solver.letters.update(self.arrays.dims)  # formulas that are read again have them: eye(n)/n
        self.builder.types = types._replace(letters=types.letters | set(self.arrays.dims))
        self.graph = self.arrays.graph
        self.names = self.names._replace(order=tuple(map(self.in_one_spelling, types.order)))
        self.nodes: dict[str, Node] = {}
        self.shapes: dict[str, Any] = {}
        self.pullbacks: dict[str, dict[str, Node]] = {}
        self.contributions: dict[str, dict[str, Tree]] = {}
        self.adjoints: dict[str, Node] = {}
        for variable in (*self.arrays.variables, *self.arrays.parameters):
            self.shapes[variable.name] = variable.shape
        for name in self.names.free:
            if name not in self.shapes:
                self.shapes[name] = types.shapes.get(name, ())

    def in_one_spelling(self, statement: Statement) -> Statement:
        """‖u‖_F, and ‖u‖_2 of a vector, as norm(u)."""
        return statement._replace(tree=mapped(statement.tree, self.spelled))

    def spelled(self, tree: Tree) -> Tree:
        """One operation in the language's own spelling."""
        if type(tree) is Call and tree.function == "norm" and len(tree.arguments) == 2:
            inner, order = tree.arguments
            shape = self.shape_of(inner)
            euclidean = type(order) is Number and order.value == 2 and len(shape) == 2 and shape[1] == 1
            if euclidean or (type(order) is Text and order.value == "fro"):
                return Call("norm", (inner,))
        return tree

    def shape_of(self, tree: Tree) -> Any:
        """The shape of a part, () where it is a number or no value of its own."""
        try:
            return self.builder.read(tree, self.names.order[0].source).shape
        except GradcliError:
            return ()

    def build(self, steps: Sequence[Operation], active: set[str], output: str) -> None:
        """The nodes of all steps, and from the output inwards what each passes back."""
        source = self.names.order[0].source
        self.graph.singles.update(step.name for step in steps)
        for step in steps:
            self.nodes[step.name] = self.builder.read(step.tree, source, self.lookup)
            self.shapes[step.name] = self.nodes[step.name].shape
        self.output = output
        parts: dict[str, list[Node]] = {output: [leaves.number(self.graph, 1)]}
        for step in reversed(steps):
            if step.name in parts and step.name in active:
                self.adjoints[step.name] = self.known(step.name, parts[step.name])
                self.pass_back(step, [name for name in step.operands if name in active], parts)

    def lookup(self, name: str) -> Node | None:
        """What a name in a step stands for."""
        if name in self.nodes:
            return leaves.variable(self.graph, name, self.nodes[name].shape)
        return self.builder.lookup(name)

    def adjoint_variable(self, name: str) -> Node:
        """∂output/∂name as a variable of the formulas."""
        return leaves.variable(self.graph, f"∂{self.output}/∂{name}", self.shapes[name])

    def known(self, name: str, parts: Sequence[Node]) -> Node:
        """The adjoint as a number where it is one, else as a variable."""
        if all(part.op == "number" for part in parts):
            return leaves.number(self.graph, sum(part.data for part in parts))
        return self.adjoint_variable(name)

    def pass_back(self, step: Operation, names: Sequence[str], parts: dict[str, list[Node]]) -> None:
        """The pullbacks of one step, as nodes and as syntax; one without a closed form has only its adjoint's name."""
        found = self.pullback(step, names)
        self.pullbacks[step.name] = found
        self.contributions[step.name] = {}
        for name, node in found.items():
            try:
                tree = write_array_trees([node], self.graph)[0]
            except GradcliError:  # the nuclear norm's gradient is no text
                continue
            self.contributions[step.name][name] = self.in_names(tree, step)
        for name in names:
            parts.setdefault(name, []).append(found[name] if name in found else self.adjoint_variable(name))

    def pullback(self, step: Operation, names: Sequence[str]) -> dict[str, Node]:
        """What a step passes back to each name; tried one by one where not all have a closed form."""
        wrt = [leaves.variable(self.graph, name, self.shapes[name]) for name in names]
        try:
            found = Reverse(self.graph, wrt).gradient(self.nodes[step.name], self.adjoints[step.name])
        except GradcliError as error:
            if error.code not in ("no-closed-form", "no-derivative"):
                raise
            if len(names) <= 1:
                return {}
            return {name: node for one in names for name, node in self.pullback(step, [one]).items()}
        return dict(zip(names, found, strict=True))

    def is_single(self, tree: Tree) -> bool:
        """Is it an array of one entry: y of shape (1, 1), ∂L/∂y, dy?"""
        if type(tree) is not Name:
            return bool(self.shape_of(tree) == (1, 1))
        _, slash, adjoint = tree.name.rpartition("/∂")
        name = adjoint if slash else tree.name if tree.name in self.shapes else tree.name.removeprefix("d")
        return bool(self.shapes.get(name) == (1, 1))

    def in_names(self, tree: Tree, step: Operation) -> Tree:
        """The step's own expression by its name, ∂L/∂z as a symbol, and arrays of one entry as that entry."""

        def symbol(part: Tree) -> Tree | None:
            if type(part) is Name and part.name.startswith("∂"):
                return Call(part.name, ())
            if type(part) is Call and part.function == "sum" and self.is_single(part.arguments[0]):
                return replaced(part.arguments[0], symbol)
            if type(part) is Binary and part.op == "*" and is_one_entry(part.right):
                return replaced(part.left, symbol)
            if type(part) is Call and type(part) is type(step.tree) and same(part, step.tree):
                return Name(step.name)
            return None

        return replaced(tree, symbol)

    def evaluate(
        self, steps: Sequence[Operation], point: Mapping[str, Any], sizes: Mapping[str, int], output: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Values and adjoints in float64."""
        from gradcli.evaluate.float64.arrays import evaluate_arrays

        values: dict[str, Any] = dict(point)
        for step in steps:
            values[step.name] = evaluate_arrays([self.nodes[step.name]], values, sizes)[0]
        adjoints: dict[str, Any] = {output: 1.0}
        for step in reversed(steps):
            if step.name not in adjoints:
                continue
            bound = {**values, f"∂{output}/∂{step.name}": adjoints[step.name]}
            for name, node in self.pullbacks.get(step.name, {}).items():
                found = evaluate_arrays([node], bound, sizes)[0]
                adjoints[name] = found if name not in adjoints else adjoints[name] + found
        return values, adjoints


def is_one_entry(tree: Tree) -> bool:
    """Is it ones(1), which only gives a number a shape?"""
    if type(tree) is not Call or tree.function != "ones":
        return False
    return all(type(size) is Number and size.value == 1 for size in tree.arguments)
