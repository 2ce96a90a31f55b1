"""The nodes that generated code computes: value and derivatives, in forms that keep their digits in float64."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.derive.entries import all_entry_names
from gradcli.derive.symbolic import Reverse
from gradcli.program.build import count_limit, partial_node

if TYPE_CHECKING:
    from typing import Literal

    from gradcli.program.graph import Node, Program

    Kind = Literal["gradient", "jacobian", "hessian"]


class StableReverse(Reverse):
    """The reverse sweep with each row's stable partials: 1 - tanh(x)**2 is sech(x)**2, which does not cancel."""

    def partial(self, node: Node, position: int) -> Node:
        """The partial of a call by one of its arguments, built once."""
        key = (node, position)
        if key not in self.partials:
            stable = node.data.stable
            text = stable[position] if position < len(stable) else None
            self.partials[key] = partial_node(self.graph, node.data, position, node.args, text)
        return self.partials[key]


class Outputs(NamedTuple):
    """What is computed, as scalar nodes.

    values    one node a component of the function
    first     one row a component: its partial by each of `names`
    second    for a Hessian: its rows; else ()
    names     the scalar variables that are differentiated by, `x` or `x[0]`
    inputs    `names`, then the parameters: everything that needs a value
    """

    kind: Kind
    values: tuple[Node, ...]
    first: tuple[tuple[Node, ...], ...]
    second: tuple[tuple[Node, ...], ...]
    names: tuple[str, ...]
    inputs: tuple[str, ...]


def generated_outputs(program: Program, kind: Kind = "gradient") -> Outputs:
    """Value and derivatives of a program as nodes of its graph. `gradient` and `hessian` need one scalar component."""
    names = all_entry_names(program.variables)
    count_limit(len(names) * (len(names) if kind == "hessian" else len(program.outputs)), f"a {kind}")
    sweep = StableReverse(program.graph, names)
    first = [tuple(sweep.gradient(output.node)) for output in program.outputs]
    second: list[tuple[Node, ...]] = []
    if kind == "hessian":
        second = upper_mirrored([tuple(sweep.gradient(entry)) for entry in first[0]])
    inputs = (*names, *all_entry_names(program.parameters))
    values = tuple(output.node for output in program.outputs)
    return Outputs(kind, values, tuple(first), tuple(second), tuple(names), inputs)


def upper_mirrored(rows: list[tuple[Node, ...]]) -> list[tuple[Node, ...]]:
    """A symmetric matrix from its upper half: what is equal is computed once."""
    return [tuple(rows[min(i, j)][max(i, j)] for j in range(len(rows))) for i in range(len(rows))]
