"""Straight-line code: a program's value and derivatives as a list of instructions, each shared subexpression once.

`export` prints this list in a language, and the engine for many points runs the same list over blocks of NumPy arrays.
An operand is an int (the number of an input, or, counted on, of an instruction's result) or a float (a literal).

| operation | arguments | value |
| --- | --- | --- |
| negate | a | -a |
| add, subtract, multiply, divide, power | a, b | a + b, a - b, a*b, a/b, a**b |
| < <= > >= == != | a, b | a truth value |
| and, or, not | conditions | a truth value |
| select | condition, a, b | a where the condition holds, else b; the other one is not needed there |
| a row's name (`exp`) | as the row | the row's function |
"""

from __future__ import annotations

import math

from gradcli.codegen import stable_forms
from gradcli.codegen.emitter import LONGEST_CHAIN, MULTIPLIED_POWER, Instruction
from gradcli.codegen.folding import Operand, literal
from gradcli.codegen.quotients import FOLDED, WRITTEN_OUT, QuotientEmitter, folded, without_seeming
from gradcli.problems import GradcliError
from gradcli.program.forms import scalars
from gradcli.program.graph import reachable
from gradcli.program.rationals import ratio
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from typing import Any

    from gradcli.program.graph import Graph, Node
    from gradcli.rules.rule import Rule

    Rational = Any


FAR_TURNS = 4096.0
"""Beyond, whole turns are taken away before anything is multiplied by pi."""


SIGNED_ZERO = ("negate", "multiply", "divide")
"""Operations that make -0.0, of which atan2 has -pi where that of 0 is pi."""


class StraightLine(NamedTuple):
    """The code of several outputs.

    inputs         names of the scalar variables, `x` or `x[0]`; they are the numbers 0, 1, …
    instructions   in order of evaluation; instruction k has the number len(inputs) + k
    outputs        operands
    """

    inputs: tuple[str, ...]
    instructions: tuple[Instruction, ...]
    outputs: tuple[Operand, ...]

    def of(self, number: int) -> Instruction | None:
        """The instruction with this number, None for an input."""
        return self.instructions[number - len(self.inputs)] if number >= len(self.inputs) else None


def straight_line(
    graph: Graph,
    outputs: Sequence[Node],
    inputs: Sequence[str],
    native: Container[str],
    constants: Mapping[str, Node] | None = None,
    shows_rounding: bool = False,
) -> StraightLine:
    """The code of scalar nodes.

    native      names of the rows that the machine or the language has; the others are written out from their rows
    constants   values of names that are no inputs (nodes without variables), folded
    shows_rounding   no literal looks exact and is not: sigmoid(101), which is 1 less e**-101, is an instruction
    Raises `no-function` for a function that is neither native nor defined in simpler ones, naming it.
    """
    if constants:
        from gradcli.program.substitute import replace

        mapping = {graph.intern("variable", (), name): node for name, node in constants.items()}
        outputs = replace(graph, outputs, mapping)
    lowering = Lowering(graph, inputs, native)
    lowering.shows_rounding = shows_rounding
    values = lowering.run(outputs)
    return needed(tuple(inputs), lowering.instructions, [values[node] for node in outputs])


def needed(inputs: tuple[str, ...], instructions: Sequence[Instruction], outputs: Sequence[Operand]) -> StraightLine:
    """The instructions that the outputs need, numbered anew."""
    first = len(inputs)
    used = {operand for operand in outputs if type(operand) is int}
    for number in range(first + len(instructions) - 1, first - 1, -1):
        if number in used:
            used.update(a for a in instructions[number - first].arguments if type(a) is int)
    numbers: dict[Operand, int] = {number: number for number in range(first)}
    kept: list[Instruction] = []
    for number, (operation, arguments) in enumerate(instructions, first):
        if number in used:
            numbers[number] = first + len(kept)
            kept.append(Instruction(operation, tuple(numbers[a] if type(a) is int else a for a in arguments)))
    return StraightLine(inputs, tuple(kept), tuple(numbers[o] if type(o) is int else o for o in outputs))


class Gate(NamedTuple):
    """A value that is zero unless a condition holds: the condition, and the value where it holds."""

    condition: Operand
    inner: Operand


class Lowering(QuotientEmitter):
    """Nodes to instructions; equal instructions are one.

    A factor that is zero outside of a condition makes the whole product conditional: 0 times what the other branch
    is (a logarithm of a negative number) must be 0.
    """

    def __init__(self, graph: Graph, inputs: Sequence[str], native: Container[str]) -> None:
        super().__init__(graph, inputs, native)
        self.gates: dict[Node, Gate] = {}
        self.shows_rounding = False

    def run(self, roots: Sequence[Node]) -> dict[Node, Operand]:
        """Lower the nodes that the roots need; the values of all nodes by node."""
        nodes = reachable(roots)
        self.fold_constants(nodes, roots)
        for node in nodes:
            if node not in self.values:
                self.values[node] = LOWER[node.op](self, node)
        return self.values

    def fold_constants(self, nodes: Sequence[Node], roots: Sequence[Node]) -> None:
        """Nodes without variables become literals, each correctly rounded; what has no value is left to the machine."""
        constant = self.constant
        wanted: dict[Node, None] = {}
        for node in nodes:
            if node.op not in ("variable", "abstract") and all(arg in constant for arg in node.args):
                constant.add(node)
            else:
                wanted.update((arg, None) for arg in node.args if arg in constant and arg.op in FOLDED)
        wanted.update((root, None) for root in roots if root in constant and root.op in FOLDED)
        values = folded(list(wanted))
        if self.shows_rounding:
            values = without_seeming(self.graph, values)
        self.values.update(values)

    # ------------------------------------------------------------------------------------- sums

    def sum(self, node: Node) -> Operand:
        """constant + Σ coefficient·term."""
        gate = self.gate_of_sum(node)
        if gate is not None:
            self.gates[node] = gate
            return self.emit("select", gate.condition, gate.inner, 0.0)
        terms = [(c, self.values[arg]) for c, arg in zip(node.data[0], node.args, strict=True)]
        start = node.data[1]
        found = None if self.in_definition else stable_forms.exponential_difference(node)
        if found is not None:
            c, u, v = found
            apart = self.emit("subtract", self.values[u], self.values[v])
            close = self.emit("<", self.named("abs", apart), 1.0)
            near = self.emit("multiply", terms[1][1], self.named("expm1", apart))
            return self.emit("select", close, self.total([(c, near)], 0), self.total(terms, 0))
        place = None if self.in_definition else stable_forms.exponential_less_one(node)
        if place is not None:
            from gradcli.rules import RULES

            exponent = self.values[node.args[place].args[0]]
            terms[place], start = (terms[place][0], self.call(RULES["expm1"], [exponent])), 0
        fraction = stable_forms.fractional_part(node) if len(terms) > 2 or start else None
        if fraction is not None:
            apart = self.total([(1, terms[fraction.place][1]), (-1, terms[fraction.whole][1])], 0)
            rest = [term for k, term in enumerate(terms) if k not in (fraction.place, fraction.whole)]
            return self.total([(fraction.coefficient, apart), *rest], start)
        return self.total(terms, start)

    def gate_of_sum(self, node: Node) -> Gate | None:
        """The condition outside of which every term is zero."""
        coefficients, start = node.data
        gates = [self.gates.get(arg) for arg in node.args]
        if start or not all(gates):
            return None
        known = [gate for gate in gates if gate is not None]
        conditions = list(dict.fromkeys(gate.condition for gate in known))
        if len(conditions) > LONGEST_CHAIN:
            return None
        alone = len(conditions) == 1
        values = [gate.inner if alone else self.values[arg] for gate, arg in zip(known, node.args, strict=True)]
        inner = self.total(list(zip(coefficients, values, strict=True)), 0)
        return Gate(self.joined("or", list(conditions)), inner)

    # --------------------------------------------------------------------------------- products

    def product(self, node: Node) -> Operand:
        """Π base**exponent, conditional where a factor is zero outside of a condition."""
        gates = [self.gates[b] for b, e in zip(node.args, node.data, strict=True) if e > 0 and b in self.gates]
        if not gates:
            return self.quotient(node, self.values)
        inner = self.quotient(node, {arg: self.inner(arg) for arg in node.args})
        condition = self.joined("and", list(dict.fromkeys(gate.condition for gate in gates)))
        self.gates[node] = Gate(condition, inner)
        return self.emit("select", condition, inner, 0.0)

    def inner(self, node: Node) -> Operand:
        """The value where the node's condition holds."""
        gate = self.gates.get(node)
        return self.values[node] if gate is None else gate.inner

    def power(self, node: Node) -> Operand:
        """base**exponent where the exponent is no number in the program; it may be one in a definition."""
        base, exponent = (self.values[arg] for arg in node.args)
        if type(exponent) is float and exponent.is_integer() and 0 < abs(exponent) <= MULTIPLIED_POWER:
            raised = self.raised(base, int(abs(exponent)))
            return raised if exponent > 0 else self.emit("divide", 1.0, raised)
        return self.emit("power", base, exponent)

    # ------------------------------------------------------------------------ functions, choices

    def row(self, node: Node) -> Operand:
        """A row's function of the arguments."""
        rule: Rule = node.data
        if not self.in_definition and rule.name == "log":
            if stable_forms.exponentials(node.args[0]):
                return self.logsumexp(rule, node.args[0])
            weights = stable_forms.logarithm_of_weights(node.args[0])
            if weights is not None:
                alone = stable_forms.single_weight(weights)
                return self.log_weight(rule, *alone) if alone else self.log_weights(rule, weights)
            found = stable_forms.logarithm_of_one_plus(node.args[0])
            if found is not None:
                from gradcli.rules import RULES

                terms = [(c, self.values[arg]) for c, arg in found.terms]
                return self.call(RULES[found.name], [self.total(terms, 0)])
        if rule.name in stable_forms.PERIODIC and not self.in_definition:
            return self.call(rule, [self.in_one_turn(node.args[0])])
        return self.call(rule, [self.values[arg] for arg in node.args])

    def in_one_turn(self, argument: Node) -> Operand:
        """2*pi*u, far out as 2*pi*(u - floor(u + 1/2)): there the rounding of pi is seen."""
        plain = self.values[argument]
        turns = stable_forms.turns(self.graph, argument)
        if turns is None or type(plain) is float:
            return plain
        u = self.run([turns])[turns]
        part = self.emit("subtract", u, self.named("floor", self.total([(1, u)], ratio(1, 2))))
        far = self.emit(">", self.named("abs", plain), FAR_TURNS)
        return self.emit("select", far, self.emit("multiply", math.tau, part), plain)

    def logsumexp(self, rule: Rule, node: Node) -> Operand:
        """log(Σ c·exp(u)), m + log(Σ c·exp(u - m)) with m the greatest u."""
        top, whole = self.shifted(node)
        return self.emit("add", top, self.call(rule, [whole]))

    def exponent(self, rule: Rule, base: Node) -> Operand:
        """The logarithm of an exponential, or of a sum of them."""
        return self.values[base.args[0]] if stable_forms.is_call(base, "exp") else self.logsumexp(rule, base)

    def log_weights(self, rule: Rule, weights: Sequence[tuple[Node, Rational]]) -> Operand:
        """log of a product of powers of exponentials and of sums of them."""
        return self.total([(power, self.exponent(rule, base)) for base, power in weights], 0)

    def log_weight(self, rule: Rule, place: int, whole: Node) -> Operand:
        """log(e**u/(e**u + rest)) = -softplus(log(rest) - u): no digit is lost where the weight is near 1."""
        from gradcli.rules import RULES

        coefficients, start = whole.data
        others = [(arg, c) for k, (arg, c) in enumerate(zip(whole.args, coefficients, strict=True)) if k != place]
        rest = scalars.add(self.graph, others, start)
        if rest.op == "number":
            logarithm: Operand = 0.0 if rest.data == 1 else self.call(rule, [literal(rest.data)])
        else:
            logarithm = self.exponent(rule, rest)
        below = self.emit("subtract", logarithm, self.values[whole.args[place].args[0]])
        return self.emit("negate", self.call(RULES["softplus"], [below]))

    def call(self, rule: Rule, operands: Sequence[Operand]) -> Operand:
        """The row's function: native, or by its definition."""
        if rule.name not in self.native:
            written = WRITTEN_OUT.get(rule.name)
            return written(self, operands) if written else self.defined(rule, operands)
        if rule.variadic:
            whole = operands[0]
            for operand in operands[1:]:
                whole = self.emit(rule.name, whole, operand)
            return whole
        if rule.name == "atan2" and (made := self.made(operands[0])) and made.operation in SIGNED_ZERO:
            operands = [self.emit("add", operands[0], 0.0), *operands[1:]]
        return self.emit(rule.operation, *operands)

    def defined(self, rule: Rule, operands: Sequence[Operand]) -> Operand:
        """The row's definition, applied. Rows nest only as deep as their authors wrote."""
        text = rule.computed or rule.means
        if text is None:
            raise GradcliError(
                "no-function", f"{rule.name} is not there, and has no definition in simpler functions", hint=None
            )
        if rule.variadic:
            whole = operands[0]
            for operand in operands[1:]:
                whole = self.applied(rule, text, [whole, operand])
            return whole
        return self.applied(rule, text, operands)

    def applied(self, rule: Rule, text: str, operands: Sequence[Operand]) -> Operand:
        """A row's text, its arguments' names bound to operands."""
        from gradcli.program.graph import Graph
        from gradcli.program.rows import argument_names, rule_text

        graph = Graph()
        names = [graph.intern("variable", (), name) for name in rule.args]
        root = rule_text(graph, text, argument_names(rule, names), literal=True)
        outer = self.values, self.gates, self.graph, self.constant
        self.values, self.gates, self.graph, self.constant = dict(zip(names, operands, strict=True)), {}, graph, set()
        self.in_definition += 1
        try:
            return self.run([root])[root]
        finally:
            self.values, self.gates, self.graph, self.constant = outer
            self.in_definition -= 1

    def where(self, node: Node) -> Operand:
        """A choice; one that is zero on one side is a gate."""
        condition, yes, no = (self.values[arg] for arg in node.args)
        if no == 0.0 and type(no) is float:
            self.gates[node] = self.gate(condition, node.args[1])
        elif yes == 0.0 and type(yes) is float:
            self.gates[node] = self.gate(self.emit("not", condition), node.args[2])
        return self.emit("select", condition, yes, no)

    def gate(self, condition: Operand, branch: Node) -> Gate:
        """A branch that counts where a condition holds and, where the branch is a gate, its own condition too."""
        own = self.gates.get(branch)
        if own is None:
            return Gate(condition, self.values[branch])
        return Gate(self.emit("and", condition, own.condition), own.inner)

    def logic(self, node: Node) -> Operand:
        """and, or, not."""
        values = [self.values[arg] for arg in node.args]
        return self.emit("not", values[0]) if node.op == "not" else self.joined(node.op, values)

    def variable(self, node: Node) -> Operand:
        """An input."""
        return self.inputs[node.data]

    def abstract(self, node: Node) -> Operand:
        """Unknown functions have no code."""
        name = node.data[0]
        raise GradcliError(
            "abstract", f"{name} is an abstract function: it has no code", hint=f"define {name}, as in {name} = ..."
        )


LOWER: dict[str, Callable[[Lowering, Node], Operand]] = {
    "number": lambda run, node: literal(node.data),
    "constant": lambda run, node: {"pi": math.pi, "e": math.e, "inf": math.inf}[node.data],
    "variable": Lowering.variable,
    "sum": Lowering.sum,
    "product": Lowering.product,
    "power": Lowering.power,
    "call": Lowering.row,
    "where": Lowering.where,
    "truth": lambda run, node: bool(node.data),
    "compare": lambda run, node: run.emit(node.data, *(run.values[arg] for arg in node.args)),
    "and": Lowering.logic,
    "or": Lowering.logic,
    "not": Lowering.logic,
    "abstract": Lowering.abstract,
}
