"""Functions entry by entry: powers, the rows of the rule table, branches, comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.program.forms import scalars
from gradcli.program.forms.arrays import add, array_part, fill, filled, is_negative, is_ones, number, scalar_part, scale
from gradcli.program.forms.hadamard import hadamard, one_plus_exp, repeated_ends
from gradcli.program.forms.scalars import lower
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.program.forms.scalars import Factors, Rational
    from gradcli.program.graph import Graph, Node
    from gradcli.rules.rule import Rule


def power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent entry by entry; both of one shape, or scalars."""
    if not base.shape and not exponent.shape:
        return scalar_power(graph, base, exponent)
    shape = base.shape or exponent.shape
    value = constant_entry(exponent)
    if value is not None:
        return hadamard(graph, [(filled(graph, base, shape), value)], shape)
    if not base.shape and base.op == "constant" and base.data == "e":
        return call(graph, RULES["exp"], (exponent,))
    return graph.intern("power", (filled(graph, base, shape), filled(graph, exponent, shape)), None, shape)


def constant_entry(node: Node) -> Rational | None:
    """The number in every entry, or None."""
    if node.op == "number":
        return node.data  # type: ignore[no-any-return]
    if node.op == "fill":
        return node.args[0].data  # type: ignore[no-any-return]
    if node.op == "sum" and len(node.args) == 1 and is_ones(node.args[0]):
        return node.data[0][0]  # type: ignore[no-any-return]
    return None


def fill_value(graph: Graph, node: Node) -> Node | None:
    """The scalar that stands in every entry, or None where the entries differ."""
    value = constant_entry(node)
    if value is not None:
        return number(graph, value)
    factor, scalar, core = array_part(node)
    if scalar is not None and is_ones(core):
        return scalars.add(graph, [(scalar, factor)])
    return None


def scalar_power(graph: Graph, base: Node, exponent: Node) -> Node:
    """base**exponent of scalars; roots of what cannot be negative are taken factor by factor."""
    if exponent.op == "number":
        return raise_scalar(graph, base, exponent.data)
    return scalars.power(graph, base, exponent)


def raise_scalar(graph: Graph, base: Node, exponent: Rational) -> Node:
    """base**exponent: sqrt(norm(x)**2) is norm(x)."""
    if type(exponent) is not int:
        factor, rest = scalar_part(graph, base)
        root = scalars.exact_power(factor, exponent) if factor > 0 else None
        if rest is not None and root is not None and rest.op == "product":
            known = [(b, e) for b, e in zip(rest.args, rest.data, strict=True) if is_nonnegative(b)]
            others = [(b, e) for b, e in zip(rest.args, rest.data, strict=True) if not is_nonnegative(b)]
            if known:
                outside: Factors = [(b, lower(e * exponent)) for b, e in known]
                if others:
                    outside.append((scalars.multiply(graph, others), exponent))
                return scalars.multiply(graph, outside, root)
    return scalars.multiply(graph, [(base, exponent)])


def is_nonnegative(node: Node) -> bool:
    """A scalar that is never negative, whatever its variables are."""
    if node.op == "product":
        return all(
            is_nonnegative(base) or (type(e) is int and e % 2 == 0)
            for base, e in zip(node.args, node.data, strict=True)
        )
    return node.op in ("norm", "dimension") or (node.op == "call" and node.data.name in ("exp", "sigmoid", "softplus"))


def call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function entry by entry; all arrays have one shape, scalars go into every entry."""
    shape: Any = next((arg.shape for arg in args if arg.shape), ())
    if not shape:
        return scalar_call(graph, rule, args)
    name = rule.name
    values = [fill_value(graph, arg) if arg.shape else arg for arg in args]
    inner = [value for value in values if value is not None]
    if len(inner) == len(args):
        return fill(graph, scalar_call(graph, rule, inner), shape)
    args = tuple([filled(graph, arg, shape) for arg in args])
    if len(args) > 1:
        return graph.intern("call", args, rule, shape)
    (argument,) = args
    if name == "sqrt":
        return hadamard(graph, [(argument, scalars.ratio(1, 2))], shape)
    if (rule.odd or rule.even) and is_negative(argument):
        positive = call(graph, rule, (add(graph, [(argument, -1)]),))
        return add(graph, [(positive, -1)]) if rule.odd else positive
    if argument.op == "call" and argument.data.inverse == name:
        return argument.args[0]
    if name == "abs" and ((argument.op == "call" and argument.data.name == "abs") or scalars.is_square(argument)):
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
    from gradcli.program.forms.matmul import matmul

    front = number(graph, factor) if scalar is None else scalars.add(graph, [(scalar, factor)])
    if ends > 0:
        return matmul(graph, [call(graph, rule, (scale(graph, front, matmul(graph, core.args[:-1])),)), core.args[-1]])
    return matmul(graph, [core.args[0], call(graph, rule, (scale(graph, front, matmul(graph, core.args[1:])),))])


def spelled_call(graph: Graph, name: str, argument: Node) -> Node | None:
    """log(1 + exp(u)) is softplus(u), log(sigmoid(u)) is -softplus(-u), log(softmax(u)) is u - logsumexp(u)."""
    if name == "log1p" and argument.op == "call" and argument.data.name == "exp":
        return call(graph, RULES["softplus"], argument.args)
    if name == "logsigmoid":
        return add(graph, [(call(graph, RULES["softplus"], (add(graph, [(argument, -1)]),)), -1)])
    if name != "log":
        return None
    inner = one_plus_exp(argument)
    if inner is not None:
        return call(graph, RULES["softplus"], (inner,))
    if argument.op == "call" and argument.data.name == "sigmoid":
        return add(graph, [(call(graph, RULES["softplus"], (add(graph, [(argument.args[0], -1)]),)), -1)])
    inner = one_minus_sigmoid(argument)
    if inner is not None:
        return add(graph, [(call(graph, RULES["softplus"], (inner,)), -1)])
    if argument.op == "softmax":
        from gradcli.program.forms.reductions import log_softmax

        return log_softmax(graph, argument.args[0], argument.data)
    return None


def one_minus_sigmoid(node: Node) -> Node | None:
    """u of 1 - sigmoid(u), else None."""
    if node.op == "sum" and len(node.args) == 2:
        for (one, c), (other, d) in (pairs := list(zip(node.args, node.data[0], strict=True))), pairs[::-1]:
            if is_ones(one) and (c, d) == (1, -1) and other.op == "call" and other.data.name == "sigmoid":
                return other.args[0]
    return None


def scalar_call(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """A row's function of scalars: log(det(A)) is logdet(A), log(sum(exp(u))) is logsumexp(u)."""
    name = rule.name
    if name == "sqrt":
        return raise_scalar(graph, args[0], scalars.ratio(1, 2))
    if name == "abs" and is_nonnegative(args[0]):
        return args[0]
    if name == "log":
        (argument,) = args
        if argument.op == "det":
            return graph.intern("logdet", argument.args)
        if argument.op == "total" and argument.args[0].op == "call" and argument.args[0].data.name == "exp":
            from gradcli.program.forms.reductions import logsumexp

            return logsumexp(graph, argument.args[0].args[0], None)
        found = scalar_softplus(graph, argument)
        if found is not None:
            return found
    return scalars.call(graph, rule, args)


def scalar_softplus(graph: Graph, argument: Node) -> Node | None:
    """log(1 + exp(u)) is softplus(u), log(sigmoid(u)) is -softplus(-u)."""
    if argument.op == "call" and argument.data.name == "sigmoid":
        negative = scalars.add(graph, [(argument.args[0], -1)])
        return scalars.add(graph, [(scalars.call(graph, RULES["softplus"], (negative,)), -1)])
    if argument.op == "sum" and len(argument.args) == 1 and argument.data[1] == 1:
        (inner,) = argument.args
        if inner.op == "call" and inner.data.name == "exp" and argument.data[0] == (1,):
            return scalars.call(graph, RULES["softplus"], inner.args)
        if inner.op == "call" and inner.data.name == "sigmoid" and argument.data[0] == (-1,):
            return scalars.add(graph, [(scalars.call(graph, RULES["softplus"], inner.args), -1)])
    return None


def where(graph: Graph, condition: Node, yes: Node, no: Node) -> Node:
    """`yes` where the condition holds, else `no`, entry by entry."""
    shape: Any = condition.shape or yes.shape or no.shape
    if not shape:
        return scalars.where(graph, condition, yes, no)
    yes, no = filled(graph, yes, shape), filled(graph, no, shape)
    if condition.op == "truth":
        return yes if condition.data else no
    return yes if yes is no else graph.intern("where", (condition, yes, no), None, shape)


def compare(graph: Graph, op: str, left: Node, right: Node) -> Node:
    """A truth value in every entry."""
    shape: Any = left.shape or right.shape
    if not shape:
        return scalars.compare(graph, op, left, right)
    return graph.intern("compare", (filled(graph, left, shape), filled(graph, right, shape)), op, shape)


def logic(graph: Graph, op: str, args: Sequence[Node]) -> Node:
    """`and`, `or`, `not` of conditions; of a scalar and an array one the scalar stays a scalar."""
    shape: Any = next((arg.shape for arg in args if arg.shape), ())
    if not shape:
        return scalars.logic(graph, op, args)
    return graph.intern(op, tuple(args), None, shape)
