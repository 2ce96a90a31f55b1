"""Automatic differentiation in float64: adjoints in one reverse sweep, tangents in one forward sweep.

Source: Griewank & Walther, Evaluating Derivatives, 2nd ed. (2008), chapter 3.
What float64 cannot answer (overflow on the way, 0/0, a switch at its tie) is answered from the slopes on both sides.
"""

from __future__ import annotations

from math import isfinite

from gradcli.derive.methods.certified import Function, Sweep, jet_of, value_problems
from gradcli.derive.methods.jet import Jet
from gradcli.derive.methods.lost_digits import NoisyFloats, cancellation
from gradcli.evaluate.certified.certify import Certified
from gradcli.evaluate.float64.scalars import Floats, local_partials
from gradcli.program.graph import CONDITIONS, reachable
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from gradcli.evaluate.certified.balls import Balls
    from gradcli.program.graph import Node


def reverse(
    f: Node, wrt: Sequence[str], point: Mapping[str, Node], certain: Balls | None = None
) -> tuple[float, dict[str, float]]:
    """f and ∂f/∂name for each name, in one sweep; nan where float64 has no answer."""
    return swept(Floats([f], point, certain), f, wrt)


def swept(
    run: Floats, f: Node, wrt: Sequence[str], rounded: Callable[[float], float] = float
) -> tuple[float, dict[str, float]]:
    """The same from the values of all nodes. `rounded`: what becomes of each partial derivative."""
    active = depending_on(run.order, wrt)
    adjoints: dict[Node, float] = {f: 1.0}
    for node in reversed(run.order):
        adjoint = adjoints.get(node)
        if adjoint is None or node not in active or node.op == "variable":
            continue
        for arg, partial in local_partials(run, node, active):
            adjoints[arg] = adjoints.get(arg, 0.0) + adjoint * rounded(partial)
    found = {node.data: adjoints.get(node, 0.0) for node in active if node.op == "variable"}
    return run.values[f], {name: found.get(name, 0.0) for name in wrt}


def forward(
    outputs: Sequence[Node], direction: Mapping[str, float], point: Mapping[str, Node]
) -> tuple[list[float], list[float]]:
    """The outputs and their derivatives along the direction, in one sweep; nan where float64 has no answer."""
    run = Floats(outputs, point)
    moving = depending_on(run.order, [name for name, amount in direction.items() if amount])
    tangents: dict[Node, float] = {}
    for node in run.order:
        if node not in moving:
            continue
        if node.op == "variable":
            tangents[node] = direction[node.data]
        else:
            tangents[node] = sum(partial * tangents[arg] for arg, partial in local_partials(run, node, moving))
    return [run.values[output] for output in outputs], [tangents.get(output, 0.0) for output in outputs]


def depending_on(order: Sequence[Node], names: Sequence[str]) -> set[Node]:
    """The nodes that pass a derivative on; a condition does not."""
    wanted = set(names)
    active: set[Node] = set()
    for node in order:
        args = node.args[1:] if node.op == "where" else () if node.op in CONDITIONS else node.args
        if (node.op == "variable" and node.data in wanted) or any(arg in active for arg in args):
            active.add(node)
    return active


def reverse_jet(f: Node, names: Sequence[str], point: Mapping[str, Node], guards: Sequence[Node] = ()) -> Jet:
    """f and its gradient in float64, with a diagnosis of each entry that float64 or the function itself lacks."""
    doubt = has_switches(f) or has_ends([f, *guards])
    certain, function = certified_function(f, point, guards) if doubt else (None, None)
    value, gradient = reverse(f, names, point, certain)
    if function is None and isfinite(value) and all(isfinite(Floats([guard], point).values[guard]) for guard in guards):
        function = Function(Certified(value, "ok"))
    if function is None:
        _, function = certified_function(f, point, guards)
    jet = gathered(f, gradient, point, guards, function)
    if not isfinite(value):
        return jet

    def noisy(random: Random) -> tuple[float, dict[str, float]]:
        run = NoisyFloats([f], point, certain, random)
        return swept(run, f, names, run.moved_a_little)

    said = cancellation(noisy, (value, gradient), certain is not None)
    return jet._replace(assumptions=(*jet.assumptions, *said))


def certified_function(f: Node, point: Mapping[str, Node], guards: Sequence[Node]) -> tuple[Balls, Function]:
    """What balls know of the function: whether it has a value, and which switches are at their ties."""
    from gradcli.derive.methods.certified import known_function
    from gradcli.evaluate.certified.balls import Balls

    run = Balls(point)
    return run, known_function(run, f, guards)


def has_switches(f: Node) -> bool:
    """True where a kink or a jump is possible."""
    return any(
        node.op in ("where", "compare")
        or (node.op == "call" and (node.data.kinks or node.data.jumps or node.data.name in ("atan2", "hypot")))
        for node in reachable([f])
    )


def has_ends(nodes: Sequence[Node]) -> bool:
    """True where a part has a value at an end of its domain: roots at 0, asin at 1, powers with variable exponents."""
    from gradcli.evaluate.certified.exact import ends_of
    from gradcli.evaluate.certified.powers import is_root

    def ends(node: Node) -> bool:
        if node.op == "product":
            return any(map(is_root, node.data))
        return node.op == "call" and any(closed for one in node.data.domain for _, closed in ends_of(one))

    return any(node.op == "power" or ends(node) for node in reachable(nodes))


def gathered(
    f: Node, gradient: Mapping[str, float], point: Mapping[str, Node], guards: Sequence[Node], function: Function
) -> Jet:
    """The gradient as a record: entries that are in doubt get their slopes looked at."""
    numbers: dict[str, float | None] = {}
    doubtful = []
    for name, number in gradient.items():
        good = function.is_plain(name) and isfinite(number)
        numbers[name] = number if good else None
        if not good:
            doubtful.append(name)
    if not doubtful:
        return Jet((function.value.value,), (tuple(numbers.values()),), (), tuple(value_problems(function)))
    results = {name: Certified(gradient[name] if isfinite(gradient[name]) else None, "undecided") for name in doubtful}
    slopes = jet_of(Sweep(f, point, guards, function), results)
    numbers.update(slopes.by_name(doubtful))
    return slopes._replace(first=(tuple(numbers.values()),))
