"""Syntax becomes a program: names are resolved, shapes checked, and every expression is built in canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli import limits
from gradcli.problems import GradcliError, Source, Span
from gradcli.program.forms import scalars as scalar_forms
from gradcli.program.graph import Graph, Node, Output, Program, Step, Variable, keep_whole
from gradcli.program.names import CONSTANTS, is_own_function, natural, read_names
from gradcli.program.options import BuildOptions
from gradcli.rules import NAMES, RULES
from gradcli.text.tree import (
    Binary,
    Call,
    Data,
    Index,
    Name,
    Number,
    Slice,
    Text,
    Transpose,
    Unary,
    Vector,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import TypeAlias

    from gradcli.program.graph import Shape
    from gradcli.program.names import Names
    from gradcli.program.scalarize.entries import Cells
    from gradcli.text.tree import Declaration, Script, Statement, Tree

    Value: TypeAlias = Node | Cells | str

CONDITIONS = frozenset(("compare", "and", "or", "not", "truth"))
COMPARISONS = frozenset(scalar_forms.COMPARISONS)


class Terms(list["tuple[Node, int]"]):
    """A sum that is still being read: node and sign. Long sums are built in one step."""


class Factors(list["tuple[Node, int]"]):
    """A product that is still being read: node and exponent (1, or -1 after a slash)."""


class Builder:
    """Builds the nodes of one tree. `names` says what a name stands for; `functions` are the abstract ones."""

    def __init__(
        self,
        graph: Graph,
        source: Source,
        names: Callable[[str], Node | Cells | None],
        functions: Collection[str] = (),
    ) -> None:
        self.graph = graph
        self.source = source
        self.names = names
        self.functions = functions
        self.values: list[Value | Terms | Factors] = []

    def build(self, root: Tree) -> Node | Cells:
        """The value of a tree. Postorder on an explicit stack: texts nest ten thousand deep."""
        order: list[Tree] = []
        stack = [root]
        while stack:
            tree = stack.pop()
            order.append(tree)
            stack.extend(children(tree))
        steps = STEPS
        tree = root
        try:
            for tree in reversed(order):
                steps[type(tree)](self, tree)
            result = self.pop()
        except GradcliError as error:
            if error.span is None and tree.end > tree.start:
                error.span = place_of(self.source, tree)
            raise
        if isinstance(result, str):
            raise GradcliError("syntax", "a quoted word is no expression", place_of(self.source, root))
        if is_condition(result):
            raise condition_error(self.source, root)
        return result

    def pop(self) -> Value:
        """The last value, its sum or product built."""
        value = self.values.pop()
        if type(value) is Terms:
            return scalar_forms.add(self.graph, value)
        if type(value) is Factors:
            return scalar_forms.multiply(self.graph, value)
        return value  # type: ignore[return-value]

    def pop_number(self, tree: Tree) -> Node | Cells:
        """The last value, which must be a number or an array."""
        value = self.pop()
        if isinstance(value, str):
            raise GradcliError("syntax", "a quoted word stands where a number belongs", place_of(self.source, tree))
        if is_condition(value):
            raise condition_error(self.source, tree)
        return value

    def number(self, tree: Number) -> None:
        self.values.append(self.graph.intern("number", (), tree.value))

    def text(self, tree: Text) -> None:
        self.values.append(tree.value)

    def name(self, tree: Name) -> None:
        value = self.names(tree.name)
        if value is None:
            raise GradcliError("unknown-name", f"unknown name {tree.name!r}", place_of(self.source, tree))
        self.values.append(value)

    def data(self, tree: Data) -> None:
        from gradcli.program.scalarize.operators import data_cells

        self.values.append(data_cells(self.graph, tree.array))

    def unary(self, tree: Unary) -> None:
        if tree.op == "not":
            self.logic("not", [self.pop_condition(tree)])
            return
        operand = self.pop_number(tree.operand)
        negative: Callable[[Node], Node] = lambda node: scalar_forms.add(self.graph, [(node, -1)])  # noqa: E731
        self.values.append(operand.map(negative) if not isinstance(operand, Node) else negative(operand))

    def binary(self, tree: Binary) -> None:
        op = tree.op
        if op == "and" or op == "or":
            right = self.pop_condition(tree.right)
            self.logic(op, [self.pop_condition(tree.left), right])
            return
        second = self.pop_number(tree.right)
        pending = self.values[-1]
        if isinstance(second, Node):
            if op in "+-":
                if type(pending) is Terms:
                    pending.append((second, 1 if op == "+" else -1))
                    return
            elif (op == "*" or op == "/") and type(pending) is Factors:
                pending.append((second, 1 if op == "*" else -1))
                return
        first = self.pop_number(tree.left)
        if isinstance(first, Node) and isinstance(second, Node):
            self.scalars(tree, op, first, second)
        else:
            from gradcli.program.scalarize.operators import binary_arrays

            self.values.append(binary_arrays(self.graph, self.source, tree, first, second))

    def scalars(self, tree: Binary, op: str, first: Node, second: Node) -> None:
        """An operation on two scalars; sums and products stay open for more."""
        if op == "+" or op == "-":
            self.values.append(Terms([(first, 1), (second, 1 if op == "+" else -1)]))
        elif op == "*" or op == "/":
            self.values.append(Factors([(first, 1), (second, 1 if op == "*" else -1)]))
        elif op == "**":
            self.values.append(scalar_forms.power(self.graph, first, second))
        elif op in COMPARISONS:
            self.values.append(scalar_forms.compare(self.graph, op, first, second))
        else:
            raise GradcliError(
                "shape",
                "@ multiplies matrices and vectors; here both sides are scalars",
                Span(self.source, tree.at, tree.at + 1),
                "write * for a product of numbers, or declare the shapes: --shape X=2,2",
            )

    def logic(self, op: str, conditions: list[Node | Cells]) -> None:
        """`and`, `or`, `not` of conditions, of arrays entry by entry."""
        nodes = [condition for condition in conditions if isinstance(condition, Node)]
        if len(nodes) == len(conditions):
            self.values.append(scalar_forms.logic(self.graph, op, nodes))
            return
        from gradcli.program.scalarize.entries import elementwise

        self.values.append(elementwise(lambda *parts: scalar_forms.logic(self.graph, op, parts), conditions))

    def pop_condition(self, tree: Tree) -> Node | Cells:
        """The last value, which must be a condition, or an array of them."""
        value = self.pop()
        if is_condition(value):
            return value  # type: ignore[return-value]
        raise GradcliError(
            "condition",
            "a condition is needed here, such as x > 0",
            place_of(self.source, tree),
            "compare with < <= > >= == !=",
        )

    def call(self, tree: Call) -> None:
        count = len(tree.arguments)
        if tree.function == "where":
            self.where(tree)
            return
        keywords = {name: self.pop() for name, _ in reversed(tree.keywords)}
        values = [self.pop() for _ in range(count)][::-1]
        for value, argument in zip(values, tree.arguments, strict=True):
            if is_condition(value):
                raise condition_error(self.source, argument)
        self.values.append(self.applied(tree, values, keywords))

    def applied(self, tree: Call, values: list[Value], keywords: dict[str, Value]) -> Node | Cells:
        """A function of values: a row, an array function, an abstract one, or one that SymPy knows."""
        place = Span(self.source, tree.start, tree.name_end or tree.end)
        if tree.function in self.functions:
            from gradcli.program.scalarize.operators import apply_abstract

            return apply_abstract(self.graph, tree.function, values, place)
        if len(values) == 1 and not keywords and isinstance(values[0], Node):
            rule = RULES.get(NAMES.get(tree.function, ""))
            if rule is not None and not rule.variadic and len(rule.args) == 1:
                return scalar_forms.call(self.graph, rule, values)  # type: ignore[arg-type]
        from gradcli.program.scalarize.operators import apply_function

        return apply_function(self.graph, tree.function, values, keywords, place)

    def where(self, tree: Call) -> None:
        if len(tree.arguments) != 3 or tree.keywords:
            raise GradcliError(
                "arity",
                f"where takes 3 arguments, not {len(tree.arguments) + len(tree.keywords)}",
                Span(self.source, tree.start, tree.name_end or tree.end),
                "where(condition, value if true, value if false)",
            )
        no, yes = self.pop_number(tree.arguments[2]), self.pop_number(tree.arguments[1])
        condition = self.pop_condition(tree.arguments[0])
        if isinstance(condition, Node) and isinstance(yes, Node) and isinstance(no, Node):
            self.values.append(scalar_forms.where(self.graph, condition, yes, no))
            return
        from gradcli.program.scalarize.entries import elementwise

        self.values.append(elementwise(lambda c, a, b: scalar_forms.where(self.graph, c, a, b), [condition, yes, no]))

    def vector(self, tree: Vector) -> None:
        from gradcli.program.scalarize.operators import stack_items

        items = [self.pop_number(item) for item in reversed(tree.items)][::-1]
        self.values.append(stack_items(items, place_of(self.source, tree)))

    def slice(self, tree: Slice) -> None:
        """The bounds stay on the stack until the index is read."""

    def index(self, tree: Index) -> None:
        from gradcli.program.scalarize.picks import pick

        subscripts: list[tuple[Tree, list[Value]]] = []
        for subscript in reversed(tree.subscripts):
            parts = children(subscript) if type(subscript) is Slice else [subscript]
            subscripts.append((subscript, [self.pop() for _ in parts][::-1]))
        base = self.pop_number(tree.base)
        self.values.append(pick(base, subscripts[::-1], self.source, tree))

    def transpose(self, tree: Transpose) -> None:
        operand = self.pop_number(tree.operand)
        self.values.append(operand if isinstance(operand, Node) else operand.transposed())


STEPS: dict[type[Tree], Callable[..., None]] = {
    Number: Builder.number,
    Text: Builder.text,
    Data: Builder.data,
    Name: Builder.name,
    Unary: Builder.unary,
    Binary: Builder.binary,
    Call: Builder.call,
    Vector: Builder.vector,
    Slice: Builder.slice,
    Index: Builder.index,
    Transpose: Builder.transpose,
}


def is_condition(value: object) -> bool:
    """Is this a truth value, or an array of them?"""
    if not isinstance(value, tuple):
        return isinstance(value, Node) and value.op in CONDITIONS
    return value.rows[0][0].op in CONDITIONS  # type: ignore[attr-defined]


def place_of(source: Source, tree: Tree) -> Span:
    """Where a tree stands."""
    return Span(source, tree.start, tree.end)


def condition_error(source: Source, tree: Tree) -> GradcliError:
    """The error for a comparison outside where(...)."""
    return GradcliError(
        "condition",
        "a condition stands where a number belongs",
        place_of(source, tree),
        "conditions are used inside where(condition, a, b)",
    )


def build_program(script: Script, options: BuildOptions) -> Program:
    """The program of a script: its function in canonical form, with its variables in order.

    Errors: what is not known, not defined or defined twice, of the wrong arity or shape, and (with `scalar`) a vector.
    """
    if script.spelling is not None:
        from gradcli.program.written.resolve import resolved

        script, options = resolved(script, options)
    declared = {d.name: d for d in (*script.declarations, *options.declarations)}
    names = read_names(script, options.told(declared), options.of)
    return ProgramBuilder(script, options, names, declared).program()


def known_shapes(script: Script, options: BuildOptions, names: Names) -> dict[str, tuple[int, int]]:
    """(rows, columns) of every name that is an array."""
    from gradcli.program.types import sized

    return sized.known_shapes(script, options, names)


class ProgramBuilder:
    """The statements of one script, built in order of evaluation."""

    def __init__(
        self, script: Script, options: BuildOptions, names: Names, declared: Mapping[str, Declaration]
    ) -> None:
        self.graph = Graph()
        self.script = script
        self.options = options
        self.resolved = names
        self.shapes = known_shapes(script, options, names) if options.tells_arrays(script) else {}
        self.inputs: dict[str, Node | Cells] = {name: self.input_value(name) for name in names.free}
        self.full: dict[str, Node | Cells] = {}
        self.local: dict[str, Node | Cells] = {}

    def input_value(self, name: str) -> Node | Cells:
        """A variable: one node, or one node an entry (`x[0]`, `X[0,1]`)."""
        shape = self.shapes.get(name, ())
        if not shape:
            return scalar_forms.variable(self.graph, name)
        from gradcli.program.scalarize.operators import variable_cells

        return variable_cells(self.graph, name, shape)

    def lookup(self, scope: Mapping[str, Node | Cells], name: str) -> Node | Cells | None:
        """What a name in a statement stands for."""
        value = scope.get(name)
        if value is None:
            value = self.inputs.get(name)
        if value is None:
            return scalar_forms.meaning(self.graph, name)
        return value

    def build(self, statement: Statement, scope: Mapping[str, Node | Cells]) -> Node | Cells:
        functions = self.resolved.functions
        return Builder(self.graph, statement.source, lambda name: self.lookup(scope, name), functions).build(
            statement.tree
        )

    def program(self) -> Program:
        """Build every statement inlined; with `steps` also in the program's own names, for the chain rule."""
        values: list[tuple[Statement, Node | Cells]] = []
        for statement in self.resolved.order:
            value = self.build(statement, self.full)
            values.append((statement, value))
            if statement.name is not None:
                self.full[statement.name] = value
                if isinstance(value, Node):
                    keep_whole(self.graph, value)
        guards = tuple(self.graph.guards or ())
        outputs = self.outputs({id(s): v for s, v in values})
        steps = self.steps(values) if self.options.steps else ()
        self.graph.guards = None
        variables, parameters, constants = self.inputs_in_order()
        return Program(
            self.graph,
            variables,
            parameters,
            constants,
            outputs,
            self.is_vector(outputs),
            steps,
            self.script.statements,
            guards,
            self.resolved.decimal,
            self.assumptions(),
            shapes=self.output_shapes({id(s): v for s, v in values}),
        )

    def steps(self, values: Sequence[tuple[Statement, Node | Cells]]) -> tuple[Step, ...]:
        """The named intermediates and the output, each in the program's own names."""
        if len(values) == 1:
            statement, value = values[0]
            return (Step(statement.name or "f", value, statement.tree),) if isinstance(value, Node) else ()
        result = []
        for statement, _ in values:
            own = self.build(statement, self.local)
            if not isinstance(own, Node):
                return ()
            result.append(Step(statement.name or "f", own, statement.tree))
            if statement.name is not None:
                self.local[statement.name] = scalar_forms.variable(self.graph, statement.name)
        return tuple(result)

    def outputs(self, values: Mapping[int, Node | Cells]) -> tuple[Output, ...]:
        """The components of the function, with their labels."""
        result: list[Output] = []
        statements = self.resolved.outputs
        if self.options.scalar and len(statements) > 1:
            raise self.several_error(statements)
        for statement in statements:
            value = values[id(statement)]
            if isinstance(value, Node):
                label = statement.name or ("f" if len(statements) == 1 else f"f{len(result) + 1}")
                result.append(Output(label, value, statement.tree))
                continue
            if self.options.scalar:
                raise self.vector_error(statement)
            from gradcli.program.scalarize.operators import entry_trees

            number = len(result) + 1
            if is_list(statement.tree, value):
                first = 1 if statement.name else number
                labels = [f"{statement.name or 'f'}{first + i}" for i in range(value.shape[0])]
            else:
                labels = entry_labels(statement.name or ("f" if len(statements) == 1 else f"f{number}"), value.shape)
            trees = entry_trees(statement.tree, value)
            result += [Output(*each) for each in zip(labels, value.flat(), trees, strict=True)]
        return tuple(result)

    def output_shapes(self, values: Mapping[int, Node | Cells]) -> tuple[Shape, ...]:
        """The shape of each function."""
        found = [values[id(statement)] for statement in self.resolved.outputs]
        return tuple(() if isinstance(value, Node) else value.shape for value in found)

    def several_error(self, statements: Sequence[Statement]) -> GradcliError:
        """The error for several candidate outputs where one function is needed."""
        names = [statement.name or "an unnamed expression" for statement in statements]
        shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        second = statements[1]
        return GradcliError(
            "several-functions",
            f"one function is needed, and there are {len(names)}: {shown}",
            Span(second.source, second.start, second.end),
            "--of NAME picks one; 'gradcli jacobian' takes several",
        )

    def vector_error(self, statement: Statement) -> GradcliError:
        """The error for a vector where one function is needed."""
        return GradcliError(
            "vector",
            "this is a vector function; a gradient needs one scalar function",
            place_of(statement.source, statement.tree),
            "'gradcli jacobian' differentiates vectors",
        )

    def is_vector(self, outputs: Sequence[Output]) -> bool:
        return len(outputs) != 1 or type(self.resolved.outputs[0].tree) is Vector

    def inputs_in_order(self) -> tuple[tuple[Variable, ...], tuple[Variable, ...], dict[str, Node]]:
        """Variables to differentiate by, other variables, and constants; unknown names are errors."""
        free, settings, wrt = self.resolved.free, self.options.settings, self.options.wrt
        self.check_known("--set", settings, free)
        self.check_known("--wrt", wrt or (), free)
        for name in wrt or ():
            if name in settings:
                raise GradcliError(
                    "option", f"{name!r} is both in --set and in --wrt", hint="a constant is never differentiated"
                )
        rest = [name for name in free if name not in settings and name not in (wrt or ())]
        variables = [Variable(name, self.shapes.get(name, ())) for name in (wrt or rest)]
        parameters = [Variable(name, self.shapes.get(name, ())) for name in (rest if wrt else ())]
        if not variables:
            raise self.constant_error()
        constants: dict[str, Node] = {}
        for name, tree in settings.items():
            constants.update(constant_entries(self.graph, name, tree, self.inputs[name]))
        return tuple(variables), tuple(parameters), constants

    def constant_error(self) -> GradcliError:
        """The error for a function without variables."""
        statement = self.resolved.outputs[0]
        hint = "all its names have values by --set" if self.options.settings else "for example x**2 has the variable x"
        place = place_of(statement.source, statement.tree)
        return GradcliError("constant", "there is no variable to differentiate by", place, hint)

    def check_known(self, option: str, names: Collection[str], free: Mapping[str, object]) -> None:
        """Names given by an option must be variables of the program."""
        for name in names:
            if name not in free:
                near = ", ".join(list(free)[:8]) + (", …" if len(free) > 8 else "")
                shown = name if len(name) <= 40 else name[:39] + "…"
                raise GradcliError(
                    "unknown-name",
                    f"{option}: the function has no variable {shown!r}",
                    hint=f"variables: {near or 'none'}",
                )

    def assumptions(self) -> tuple[str, ...]:
        """What was assumed about names, in words."""
        names = sorted(
            self.resolved.functions - {s.name for s in self.resolved.order if is_own_function(s)}, key=natural
        )
        found = (f"{', '.join(names)}: abstract function" + ("s" if len(names) > 1 else ""),) if names else ()
        return (*self.script.notes, *found, *self.graph.notes)


def is_list(tree: Tree, value: Cells) -> bool:
    """Is a vector written out, component by component?"""
    return type(tree) is Vector and value.shape[1] == 1


def entry_labels(name: str, shape: tuple[int, int]) -> list[str]:
    """`f[0]`, `f[1]`, … or `f[0,0]`, `f[0,1]`, …, row by row."""
    rows, columns = shape
    if columns == 1:
        return [f"{name}[{i}]" for i in range(rows)]
    return [f"{name}[{i},{j}]" for i in range(rows) for j in range(columns)]


def constant_entries(graph: Graph, name: str, tree: Tree, value: Node | Cells) -> dict[str, Node]:
    """A constant expression (of --set or --at) as nodes without variables, one for each entry of the variable."""
    given = build_constant(graph, tree, name)
    if isinstance(value, Node):
        if not isinstance(given, Node):
            raise GradcliError("shape", f"{name} is a scalar here, and its value is an array of shape {given.shape}")
        return {name: given}
    if isinstance(given, Node) or given.shape != value.shape:
        found = "a number" if isinstance(given, Node) else f"an array of shape {given.shape}"
        raise GradcliError("shape", f"{name} has shape {value.shape}, and its value is {found}")
    return {entry.data: node for entry, node in zip(value.flat(), given.flat(), strict=True)}


def build_constant(graph: Graph, tree: Tree, name: str) -> Node | Cells:
    """A constant expression such as `pi/2` or `[1, 2]`, as exact nodes."""
    source = Source("value", "")

    def lookup(other: str) -> Node | None:
        return scalar_forms.constant(graph, other) if other in CONSTANTS else None

    try:
        return Builder(graph, source, lookup).build(tree)
    except GradcliError as error:
        raise GradcliError("point", f"the value of {name}: {error.message}", None, error.hint) from None


def count_limit(count: int, what: str) -> None:
    """Refuse arrays of answers beyond the limit."""
    if count > limits.CELLS:
        raise GradcliError(
            "limit", f"{what} of {count} entries; the limit is {limits.CELLS}", hint="use --wrt for fewer variables"
        )
