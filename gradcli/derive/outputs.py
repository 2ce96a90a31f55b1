"""The nodes that generated code computes: value and derivatives, in forms that keep their digits in float64."""

from __future__ import annotations

from gradcli.codegen.common_sums import over_common_sums
from gradcli.codegen.filled_holes import with_holes_filled
from gradcli.codegen.hidden_borders import domain_conditions
from gradcli.codegen.removable import without_cancellation
from gradcli.codegen.rewriting.exponentials import with_scaled_tails
from gradcli.codegen.rewriting.forms import with_differences_apart, with_inverses_undone, with_stable_forms
from gradcli.codegen.rewriting.logarithms import with_arcs
from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import all_entry_names, count_limit, entry_names, stacked, symmetrised
from gradcli.program.graph import may_cancel, order
from gradcli.program.rows import partial_node
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules.bound import BoundRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Node, Program, Variable
    from gradcli.vocabulary import DerivativeKind


class StableReverse(Reverse):
    """The reverse sweep with each row's stable partials: 1 - tanh(x)**2 is sech(x)**2, which does not cancel."""

    def partial(self, node: Node, position: int) -> Node:
        """The partial of a call by one of its arguments, built once."""
        key = (node, position)
        if isinstance(node.data, BoundRule):
            return super().partial(node, position)
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
    domains   for each value the conditions under which it is one, as far as its number may not tell
    """

    kind: DerivativeKind
    values: tuple[Node, ...]
    first: tuple[tuple[Node, ...], ...]
    second: tuple[tuple[Node, ...], ...]
    names: tuple[str, ...]
    inputs: tuple[str, ...]
    domains: tuple[tuple[Node, ...], ...] = ()

    @property
    def conditions(self) -> list[Node]:
        """Those of all values, in order."""
        return [condition for domain in self.domains for condition in domain]


def generated_outputs(program: Program, kind: DerivativeKind = "gradient") -> Outputs:
    """Value and derivatives of a program as nodes of its graph. `gradient` and `hessian` need one scalar component.

    By symmetric matrices they are those of symmetric changes, as `gradcli grad`, `jacobian` and `hessian` have it.
    """
    names = all_entry_names(program.variables)
    count_limit(len(names) * (len(names) if kind == "hessian" else len(program.outputs)), f"a {kind}")
    sweep = StableReverse(program.graph, names)

    def row(node: Node) -> tuple[Node, ...]:
        return tuple(symmetrised(program.graph, names, sweep.gradient(node), program.symmetric))

    values = tuple(with_holes_filled(program.graph, [output.node for output in program.outputs]))
    scaled = with_scaled_tails(program.graph, values)
    plain = with_differences_apart(program.graph, with_arcs(program.graph, with_inverses_undone(program.graph, scaled)))
    first = [row(value) for value in plain]
    second = upper_mirrored([row(entry) for entry in first[0]]) if kind == "hessian" else []
    inputs = (*names, *all_entry_names(program.parameters))
    rows = [
        with_stable_forms(program.graph, over_common_sums(program.graph, entries), True)
        for entries in (*first, *second)
    ]
    forms = with_stable_forms(program.graph, scaled, False)
    stable, rows = without_cancellation(program.graph, forms, rows, names)
    if any(node.op == "call" for node in order(plain)):
        from gradcli.codegen.rewriting.exponential_tails import with_tails
        from gradcli.codegen.rewriting.saturation import with_vanishing

        stable, *rows = (
            with_vanishing(program.graph, with_tails(program.graph, typed, nodes))
            for typed, nodes in zip((plain, *first, *second), (stable, *rows), strict=True)
        )
    if not program.symmetric and may_cancel(order(values)):
        from gradcli.derive.kinks.equality_slopes import with_slopes_tested

        rows = with_slopes_tested(program, values, rows, names, second=kind == "hessian")
    made = tuple(map(tuple, rows))
    domains = tuple(
        tuple(domain_conditions(program.graph, value, output.guards))
        for value, output in zip(values, program.outputs, strict=True)
    )
    return Outputs(kind, tuple(stable), made[: len(first)], made[len(first) :], tuple(names), inputs, domains)


def in_vec_order(outputs: Outputs, variables: Sequence[Variable], below: tuple[int, ...] = ()) -> Outputs:
    """The same with matrices stacked column by column: rows and columns of Jacobians and Hessians as vec has them.

    below   the shape of the function where that is a matrix; its values are stacked in the same way
    A gradient keeps its entries, row by row as its variable's are.
    """
    across, place = [], 0
    for variable in variables:
        shape = tuple(int(size) for size in variable.shape)
        across += [place + k for k in stacked(shape)]
        place += len(entry_names(variable))
    down = stacked(below) if len(below) == 2 else range(len(outputs.values))
    if outputs.kind == "jacobian":
        rows = [tuple(outputs.first[i][j] for j in across) for i in down]
        values, domains = tuple(outputs.values[i] for i in down), tuple(outputs.domains[i] for i in down)
        return outputs._replace(values=values, first=tuple(rows), domains=domains)
    second = [tuple(outputs.second[i][j] for j in across) for i in (across if outputs.second else ())]
    return outputs._replace(second=tuple(second))


def upper_mirrored(rows: list[tuple[Node, ...]]) -> list[tuple[Node, ...]]:
    """A symmetric matrix from its upper half: what is equal is computed once."""
    return [tuple(rows[min(i, j)][max(i, j)] for j in range(len(rows))) for i in range(len(rows))]
