"""Nodes as the operations that travel to SymPy's process and back. No name of the user travels, only numbers for them.

An operation is `[op, places of the arguments, data]`; the list is in order, arguments before users:

| op | data |
| --- | --- |
| number | hexadecimal texts of numerator and denominator |
| constant | `pi` or `e` |
| variable, opaque | its number; an opaque may have arguments |
| add, mul, pow, and, or, not, where | |
| call | a name of SYMPY_NAMES or FALLBACK |
| compare | `<` … |
| truth | true or false |
"""

from __future__ import annotations

from gradcli import limits
from gradcli.cas.rows import FALLBACK_GROUP, rule_called
from gradcli.problems import GradcliError
from gradcli.program import make, rationals
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, Node
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction
    from typing import Any, Final

    from gradcli.cas.rows import Operation
    from gradcli.rules.rule import Rule


SYMPY_NAMES: Final = frozenset(
    (
        *("exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "acot", "asec", "acsc"),
        *("atan2", "sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh", "acoth", "asech"),
        *("acsch", "abs", "sign", "floor", "ceil", "max", "min", "erf", "erfc", "gamma", "digamma", "beta", "zeta"),
        *("besselj", "bessely", "besseli", "besselk", "airyai", "airybi", "airyaiprime", "airybiprime", "Chi", "Ci"),
        *("Ei", "elliptice", "elliptick", "erfcinv", "erfi", "erfinv", "factorial", "fresnelc", "fresnels"),
        *("lambertw", "li", "polygamma", "Shi", "Si", "chebyshevt", "chebyshevu", "hermite", "hermite_prob"),
        *("legendre", "laguerre", "assoc_laguerre", "gegenbauer", "jacobi", "polylog"),
    )
)
"""Rows that SymPy has a function for with the same real values."""

TRANSPARENT: Final = frozenset(("sum", "product", "power", "where", "compare", "and", "or", "not", "abstract", "call"))
"""Operations that are more to SymPy than an unknown quantity, where all their arguments are scalars."""


class NotTranslatableError(Exception):
    """The nodes are too many, or the answer cannot be read; `str()` is the reason, after `was given up`."""


class GraphEncoder:
    """Writes scalar nodes as operations.

    `opaque` lists what SymPy does not know: whole nodes, or (op, data) of an unknown function of its arguments.
    `certain` is False once one of these is a known function: then two different operations may still be equal.
    With `expand`, functions that SymPy lacks are written by their definitions.
    """

    def __init__(self, expand: bool = False) -> None:
        self.expand = expand
        self.operations: list[Operation] = []
        self.variables: dict[str, int] = {}
        self.opaque: dict[Any, int] = {}
        self.certain = True
        self.expanded = False
        self.places: dict[Node, int] = {}

    def emit(self, op: str, args: Sequence[int] = (), data: Any = None) -> int:
        if len(self.operations) >= limits.SYMPY_OPERATIONS:
            raise NotTranslatableError(f"at {limits.SYMPY_OPERATIONS} operations")
        self.operations.append([op, list(args), data])
        return len(self.operations) - 1

    def number(self, value: int | Fraction) -> int:
        return self.emit("number", (), [hex(value.numerator), hex(value.denominator)])

    def write(self, root: Node) -> int:
        """The place of a node's operation."""
        return self.write_with(root, self.places)

    def write_with(self, root: Node, places: dict[Node, int]) -> int:
        """The same, where the places of some nodes are known."""
        stack = [root]
        while stack:
            node = stack[-1]
            args = node.args if is_transparent(node) else ()
            waiting = [arg for arg in args if arg not in places]
            if node in places or not waiting:
                stack.pop()
                if node not in places:
                    places[node] = self.write_one(node, [places[arg] for arg in args])
            else:
                stack.extend(reversed(waiting))
        return places[root]

    def write_one(self, node: Node, args: list[int]) -> int:
        op, data = node.op, node.data
        if op == "number":
            return self.number(data)
        if op == "variable" and node.shape == ():
            return self.emit("variable", (), self.variables.setdefault(data, len(self.variables)))
        if op in ("truth", "constant") and data != "inf":
            return self.emit(op, (), data)
        if not is_transparent(node):
            return self.unknown(node, ())
        if op in ("where", "and", "or", "not", "compare"):
            return self.emit(op, args, data)
        return {
            "sum": self.write_sum,
            "product": self.write_product,
            "power": self.write_power,
            "call": self.write_call,
            "abstract": self.write_abstract,
        }[op](node, args)

    def unknown(self, what: Any, args: Sequence[int], certain: bool = False) -> int:
        self.certain = self.certain and certain
        return self.emit("opaque", args, self.opaque.setdefault(what, len(self.opaque)))

    def write_sum(self, node: Node, args: list[int]) -> int:
        coefficients, start = node.data
        terms = [
            place if coefficient == 1 else self.emit("mul", (self.number(coefficient), place))
            for place, coefficient in zip(args, coefficients, strict=True)
        ]
        if start:
            terms.append(self.number(start))
        return terms[0] if len(terms) == 1 else self.emit("add", terms)

    def write_product(self, node: Node, args: list[int]) -> int:
        factors = [
            place if exponent == 1 else self.emit("pow", (place, self.number(exponent)))
            for place, exponent in zip(args, node.data, strict=True)
        ]
        return factors[0] if len(factors) == 1 else self.emit("mul", factors)

    def write_power(self, node: Node, args: list[int]) -> int:
        return self.emit("pow", args)

    def write_abstract(self, node: Node, args: list[int]) -> int:
        return self.unknown((node.op, node.data), args, certain=True)

    def write_call(self, node: Node, args: list[int]) -> int:
        rule: Rule = node.data
        if rule.name in SYMPY_NAMES or rule.group == FALLBACK_GROUP:
            return self.emit("call", args, rule.name)
        if self.expand and rule.means is not None and not rule.variadic and len(args) == len(rule.args):
            self.expanded = True
            return self.write_definition(rule, args)
        return self.unknown((node.op, rule), args)

    def write_definition(self, rule: Rule, args: list[int]) -> int:
        """The row's definition with these arguments. Definitions nest as deep as the table of rows, no deeper."""
        assert rule.means is not None
        graph = Graph()
        parameters = {name: scalars.variable(graph, name) for name in rule.args}
        places = {parameters[name]: place for name, place in zip(rule.args, args, strict=True)}
        return self.write_with(make.rule_text(graph, rule.means, parameters, literal=True), places)


def is_transparent(node: Node) -> bool:
    """Whether SymPy is to see the node's arguments."""
    return node.op in TRANSPARENT and node.shape == () and all(arg.shape == () for arg in node.args)


class Reader:
    """Reads operations as nodes of a graph, with what their numbers stand for."""

    def __init__(self, graph: Graph, variables: Sequence[Node], opaque: Sequence[Any]) -> None:
        self.graph = graph
        self.variables = variables
        self.opaque = opaque

    def read(self, operations: Sequence[Operation]) -> Node:
        """The node of the last operation. NotTranslatableError: the operations make no sense."""
        nodes: list[Node] = []
        try:
            for op, args, data in operations:
                if any(not 0 <= arg < len(nodes) for arg in args):
                    raise NotTranslatableError("an argument is missing")
                nodes.append(self.read_one(op, [nodes[arg] for arg in args], data))
            return nodes[-1]
        except (KeyError, IndexError, ValueError, TypeError, AttributeError, ArithmeticError, GradcliError) as error:
            raise NotTranslatableError(f"{type(error).__name__} in an operation") from error

    def read_one(self, op: str, args: list[Node], data: Any) -> Node:
        graph = self.graph
        if op == "call":
            return self.read_call(data, args)
        if op == "opaque":
            return self.read_opaque(self.opaque[data], args)
        readers: dict[str, Callable[[], Node]] = {
            "number": lambda: scalars.number(graph, rationals.ratio(int(data[0], 16), int(data[1], 16))),
            "constant": lambda: scalars.constant(graph, {"pi": "pi", "e": "e"}[data]),
            "variable": lambda: self.variables[data],
            "add": lambda: scalars.add(graph, [(arg, 1) for arg in args]),
            "mul": lambda: scalars.multiply(graph, [(arg, 1) for arg in args]),
            "pow": lambda: scalars.power(graph, args[0], args[1]),
            "where": lambda: scalars.where(graph, args[0], args[1], args[2]),
            "compare": lambda: scalars.compare(graph, data, args[0], args[1]),
            "and": lambda: self.read_chain("and", args),
            "or": lambda: self.read_chain("or", args),
            "not": lambda: scalars.logic(graph, "not", args),
            "truth": lambda: scalars.truth(graph, bool(data)),
        }
        return readers[op]()

    def read_chain(self, op: str, args: list[Node]) -> Node:
        """Conditions joined two by two."""
        result = args[0]
        for arg in args[1:]:
            result = scalars.logic(self.graph, op, (result, arg))
        return result

    def read_call(self, name: str, args: list[Node]) -> Node:
        rule = rule_called(name, len(args))
        if rule is None:
            raise NotTranslatableError(f"no function {name}")
        if not rule.variadic:
            return scalars.call(self.graph, rule, args)
        result = args[0]
        for arg in args[1:]:
            result = scalars.call(self.graph, rule, (result, arg))
        return result

    def read_opaque(self, what: Any, args: list[Node]) -> Node:
        if isinstance(what, Node):
            return what
        op, data = what
        if op == "abstract":
            name, orders = data
            return scalars.abstract(self.graph, name, args, orders)
        return scalars.call(self.graph, data, args)
