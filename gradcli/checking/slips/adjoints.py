"""Adjoints and tangents of every node at one point, as balls: what a slipped rule changes in a derivative follows.

With ā(m) = ∂f/∂m and ṫ(n) = ∂n/∂v, a rule slipped at the edge from m to its argument n changes ∂f/∂v by
ā(m)·(wrong local derivative·wrong ṫ(n) - ∂m/∂n·ṫ(n)): exactly, since ∂f/∂v is linear in what passes that edge.
Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), chapter 3.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.derive.ad.reverse import Reverse, mark_active
from gradcli.program.graph import CONDITIONS, order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node

    Ball = Any
    Edge = tuple[Node, int]

BITS = 320
"""Precision of sweeps: coincidences of unequal numbers are out of the question."""


class NotHereError(Exception):
    """A value that is needed does not exist at this point."""


class LocalDerivative:
    """What does not depend on the point: nodes in order, which depend on what, and the partials of calls as nodes."""

    def __init__(self, graph: Graph, outputs: Sequence[Node], names: Sequence[str]) -> None:
        self.graph = graph
        self.outputs = list(outputs)
        self.names = list(names)
        self.nodes = order(self.outputs)
        self.reverse = Reverse(graph, self.names)
        mark_active(self.reverse.active, self.nodes)
        self.active = self.reverse.active
        self.partials: dict[Edge, Node] = {}
        for node in self.nodes:
            if node.op == "call":
                for i, argument in enumerate(node.args):
                    if argument in self.active:
                        self.partials[node, i] = self.reverse.partial(node, i)
        self.uses: dict[Node, int] = {}
        for node in self.nodes:
            for argument in node.args:
                self.uses[argument] = self.uses.get(argument, 0) + 1


class AdjointSweep:
    """One point. `value`, `adjoint` (for one output) and `tangent` (for one variable) of each node.

    extra    further nodes to evaluate. Raises NotHereError where a value that is needed does not exist.
    """

    def __init__(
        self, local: LocalDerivative, point: Mapping[str, Node], extra: Iterable[Node], seconds: float
    ) -> None:
        from gradcli.evaluate.certified.balls import Balls
        from gradcli.evaluate.certified.values import OutOfTimeError, as_ball, is_known

        self.local = local
        run = Balls(point, limits.clock() + seconds)
        roots = [*local.nodes, *local.partials.values()]
        others = list(extra)
        try:
            run.evaluate([node for node in roots if node.op not in CONDITIONS and needed(node)], BITS)
            run.evaluate(others, BITS)
        except OutOfTimeError:
            raise NotHereError from None
        if run.touched:
            raise NotHereError
        self.truths = {node: value for node, value in run.values.items() if type(value) is bool}
        self.value: dict[Node, Ball] = {
            node: as_ball(value) for node, value in run.values.items() if type(value) is not bool and is_known(value)
        }
        self.adjoints: dict[int, dict[Node, Ball]] = {}
        self.tangents: dict[str, dict[Node, Ball]] = {}

    def of(self, node: Node) -> Ball:
        """The value of a node."""
        found = self.value.get(node)
        if found is None:
            raise NotHereError
        return found

    def local_derivative(self, node: Node, place: int) -> Ball:
        """∂node/∂(argument at this place)."""
        op = node.op
        if op == "sum":
            return exact(node.data[0][place])
        if op == "product":
            base, exponent = node.args[place], node.data[place]
            return exact(exponent) * self.raised(base, exponent - 1) * self.others(node, place)
        if op == "call":
            return self.of(self.local.partials[node, place])
        if op == "power":
            base, exponent = node.args
            if place == 0:
                return self.of(exponent) * self.of(base) ** (self.of(exponent) - 1)
            return self.of(node) * self.of(base).log()
        if op == "where" and place > 0:
            return exact(int(self.truths.get(node.args[0], False) == (place == 1)))
        raise NotHereError

    def raised(self, base: Node, exponent: Any) -> Ball:
        """base**exponent."""
        if exponent == 0:
            return exact(1)
        return self.of(base) ** exact_power(exponent)

    def others(self, node: Node, place: int) -> Ball:
        """The factors of a product but one."""
        result = exact(1)
        for i, (base, exponent) in enumerate(node.factors()):
            if i != place:
                result = result * self.raised(base, exponent)
        return result

    def passes(self, node: Node, place: int) -> bool:
        """Does a derivative pass this edge?"""
        if node.op == "where":
            return place > 0 and self.truths.get(node.args[0], False) == (place == 1)
        return node.args[place] in self.local.active

    def adjoint(self, output: int) -> dict[Node, Ball]:
        """∂output/∂node for every node that matters."""
        found = self.adjoints.get(output)
        if found is None:
            found = self.adjoints[output] = {self.local.outputs[output]: exact(1)}
            for node in reversed(self.local.nodes):
                own = found.get(node)
                if own is None or node not in self.local.active:
                    continue
                for i, argument in enumerate(node.args):
                    if argument in self.local.active and self.passes(node, i):
                        step = own * self.local_derivative(node, i)
                        found[argument] = found[argument] + step if argument in found else step
        return found

    def tangent(self, name: str) -> dict[Node, Ball]:
        """∂node/∂name for every node that depends on it."""
        found = self.tangents.get(name)
        if found is None:
            found = self.tangents[name] = {}
            for node in self.local.nodes:
                if node.op == "variable" and node.data == name:
                    found[node] = exact(1)
                total = None
                for i, argument in enumerate(node.args):
                    if argument in found and self.passes(node, i):
                        step = self.local_derivative(node, i) * found[argument]
                        total = step if total is None else total + step
                if total is not None:
                    found[node] = total
        return found


def needed(node: Node) -> bool:
    """Is it a node with a number for its value?"""
    return node.op != "constant" or node.data != "inf"


def exact(value: Any) -> Ball:
    """An exact number as a ball."""
    from gradcli.flints import arb, fmpq

    return arb(value) if type(value) is int else arb(fmpq(value.numerator, value.denominator))


def exact_power(value: Any) -> Any:
    """An exact exponent in the form that flint takes best."""
    from gradcli.flints import fmpq, fmpz

    return fmpz(value) if type(value) is int else fmpq(value.numerator, value.denominator)
