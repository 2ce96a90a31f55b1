"""Functions entry by entry: powers, the rows of the rule table, branches, comparisons."""

from __future__ import annotations

from gradcli.program import make, rationals
from gradcli.program.forms import scalars
from gradcli.program.forms.parts import (
    array_part,
    constant_entry,
    fill_value,
    is_negative,
    is_ones,
    number,
    one_plus_exp,
    repeated_ends,
)
from gradcli.records import TYPE_CHECKING
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node
    from gradcli.rules.rule import Rule


def power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent entry by entry; one of them may be a scalar."""
    shape = base.shape or exponent.shape
    value = constant_entry(exponent)
    if value is not None:
        return make.hadamard(graph, [(make.filled(graph, base, shape), value)], shape)
    if not base.shape and base.op == "constant" and base.data == "e":
        return call(graph, RULES["exp"], (exponent,))
    return graph.intern("power", (make.filled(graph, base, shape), make.filled(graph, exponent, shape)), None, shape)


def call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function entry by entry; all arrays have one shape, scalars go into every entry."""
    shape: Any = next((arg.shape for arg in args if arg.shape), ())
    name = rule.name
    values = [fill_value(graph, arg) if arg.shape else arg for arg in args]
    inner = [value for value in values if value is not None]
    if len(inner) == len(args):
        return make.fill(graph, make.call(graph, rule, inner), shape)
    args = tuple([make.filled(graph, arg, shape) for arg in args])
    if len(args) > 1:
        return graph.intern("call", args, rule, shape)
    (argument,) = args
    if name == "sqrt":
        return make.hadamard(graph, [(argument, rationals.ratio(1, 2))], shape)
    if (rule.odd or rule.even) and is_negative(argument):
        positive = call(graph, rule, (make.add(graph, [(argument, -1)]),))
        return make.add(graph, [(positive, -1)]) if rule.odd else positive
    if argument.op == "call" and argument.data.inverse == name:
        return argument.args[0]
    if name == "abs" and scalars.is_absolute(argument):
        return argument
    return (
        repeated_call(graph, rule, argument)
        or spelled_call(graph, name, argument)
        or graph.intern("call", args, rule, shape)
    )


def repeated_call(graph: Graph, rule: Rule, argument: Node) -> Node | None:
    """A function of a repeated column or row is the repeated function."""
    factor, scalar, core = array_part(argument)
    ends = repeated_ends(core)
    if not ends:
        return None
    front = number(graph, factor) if scalar is None else make.add(graph, [(scalar, factor)])
    if ends > 0:
        column = make.scale(graph, front, make.matmul(graph, core.args[:-1]))
        return make.matmul(graph, [make.call(graph, rule, (column,)), core.args[-1]])
    row = make.scale(graph, front, make.matmul(graph, core.args[1:]))
    return make.matmul(graph, [core.args[0], make.call(graph, rule, (row,))])


def spelled_call(graph: Graph, name: str, argument: Node) -> Node | None:
    """log(1 + exp(u)) is softplus(u), log(sigmoid(u)) is -softplus(-u), log(softmax(u)) is u - logsumexp(u)."""
    if name == "log1p" and argument.op == "call" and argument.data.name == "exp":
        return call(graph, RULES["softplus"], argument.args)
    if name == "logsigmoid":
        return make.add(graph, [(call(graph, RULES["softplus"], (make.add(graph, [(argument, -1)]),)), -1)])
    if name != "log":
        return None
    inner = one_plus_exp(argument)
    if inner is not None:
        return call(graph, RULES["softplus"], (inner,))
    if argument.op == "call" and argument.data.name == "sigmoid":
        return make.add(graph, [(call(graph, RULES["softplus"], (make.add(graph, [(argument.args[0], -1)]),)), -1)])
    inner = one_minus_sigmoid(argument)
    if inner is not None:
        return make.add(graph, [(call(graph, RULES["softplus"], (inner,)), -1)])
    return make.softmax_logarithm(graph, argument)


def one_minus_sigmoid(node: Node) -> Node | None:
    """u of 1 - sigmoid(u), else None."""
    if node.op == "sum" and len(node.args) == 2:
        for (one, c), (other, d) in (pairs := list(node.terms())), pairs[::-1]:
            if is_ones(one) and (c, d) == (1, -1) and other.op == "call" and other.data.name == "sigmoid":
                return other.args[0]
    return None


def where(graph: Graph, condition: Node, yes: Node, no: Node) -> Node:
    """`yes` where the condition holds, else `no`, entry by entry."""
    shape: Any = condition.shape or yes.shape or no.shape
    yes, no = make.filled(graph, yes, shape), make.filled(graph, no, shape)
    if condition.op == "truth":
        return yes if condition.data else no
    return yes if yes is no else graph.intern("where", (condition, yes, no), None, shape)


def compare(graph: Graph, op: str, left: Node, right: Node) -> Node:
    """A truth value in every entry."""
    shape: Any = left.shape or right.shape
    return graph.intern("compare", (make.filled(graph, left, shape), make.filled(graph, right, shape)), op, shape)


def logic(graph: Graph, op: str, args: Sequence[Node]) -> Node:
    """`and`, `or`, `not` of conditions; of a scalar and an array one the scalar stays a scalar."""
    shape: Any = next((arg.shape for arg in args if arg.shape), ())
    return graph.intern(op, tuple(args), None, shape)


MAKES = {"array_power": power, "array_call": call, "array_where": where, "array_compare": compare, "array_logic": logic}
