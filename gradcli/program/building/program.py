"""A script becomes a program: statements in order of evaluation, variables, outputs, and what was assumed.

`build_program` gives one scalar component an entry; `array_program` gives arrays as wholes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from gradcli.patterns import pattern
from gradcli.problems import GradcliError, Span
from gradcli.program.building.builder import Builder, V, place_of
from gradcli.program.building.constants import constant_entries
from gradcli.program.building.entry_values import EntryValues
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, Node, Output, Program, Step, Variable, keep_whole
from gradcli.program.names import is_own_function, natural, read_names
from gradcli.records import TYPE_CHECKING, Generic
from gradcli.text.tree import Number, Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gradcli.problems import Source
    from gradcli.program.building.values import Values
    from gradcli.program.graph import Shape
    from gradcli.program.names import Names
    from gradcli.program.options import BuildOptions
    from gradcli.program.scalarize.entries import Cells
    from gradcli.text.tree import Script, Statement, Tree


GROUP = "write round brackets for a group: [x] is a vector of one entry; 'gradcli jacobian' differentiates vectors"
_STARRED = pattern(r"(?:'|\.T|ᵀ)[ \t]*\*(?!\*)")
"""A product entry by entry behind a transposed name, where most mean that of matrices."""


MANY = 16
"""Statements from which on every named sum of arrays stays one term: terms of arrays are compared pair by pair."""


class ProgramBuilder(ABC, Generic[V]):
    """The statements of one script, for one kind of values. `full` keeps what each name stands for, all put in."""

    def __init__(self, script: Script, options: BuildOptions, names: Names, values: Values[V]) -> None:
        self.script, self.options, self.resolved = script, options, names
        self.values, self.graph = values, values.graph
        self.inputs: dict[str, V] = {}
        self.full: dict[str, V] = {}

    @abstractmethod
    def program(self) -> Program:
        """The program."""

    @abstractmethod
    def lookup(self, name: str) -> V | None:
        """What a name in a statement stands for."""

    @abstractmethod
    def shape_of(self, name: str) -> Shape:
        """The shape of a variable."""

    @property
    def free(self) -> Sequence[str]:
        """The variables, in natural order."""
        return list(self.resolved.free)

    def read(self, tree: Tree, source: Source, names: Callable[[str], V | None] | None = None) -> V:
        """The value of a tree, in the names of the program."""
        functions = self.resolved.functions
        return Builder(self.values, source, names or self.lookup, functions).build(tree)

    def read_statement(self, statement: Statement) -> V:
        """The value of a statement."""
        return self.read(statement.tree, statement.source)

    def statements(self, statements: Sequence[Statement]) -> dict[int, V]:
        """Every statement, those before it put in; by its id. A long sum that has a name stays one term."""
        found: dict[int, V] = {}
        many = len(statements) >= MANY
        for statement in statements:
            value = found[id(statement)] = self.read_statement(statement)
            if statement.name is not None:
                self.full[statement.name] = value
                if isinstance(value, Node):
                    keep_whole(self.graph, value, 2 if many and value.shape and value.op == "sum" else None)
        return found

    def refuse_several(self, statements: Sequence[Statement]) -> None:
        """Raise for several candidate outputs where one function is needed."""
        if not self.options.scalar or len(statements) < 2:
            return
        names = [statement.name or "an unnamed expression" for statement in statements]
        shown = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
        second = statements[1]
        hint = "--of NAME picks one; 'gradcli jacobian' takes several"
        if second.source.text[second.start : second.start + 1] in ("+", "-") and second.name is None:
            hint = "put a formula of several lines in brackets; " + hint
        raise GradcliError(
            "several-functions",
            f"one function is needed, and there are {len(names)}: {shown}",
            Span(second.source, second.start, second.end),
            hint,
        )

    def refuse_array(self, statement: Statement, shape: Shape) -> None:
        """Raise for an array where one function is needed."""
        if not self.options.scalar or not shape:
            return
        from gradcli.program.dimensions import show

        what = "vector" if shape[1] == 1 else "matrix"
        raise GradcliError(
            "vector",
            f"this is a {what} function, of shape {show(shape)}; a gradient needs one scalar function",
            place_of(statement.source, statement.tree),
            GROUP if shape == (1, 1) and "[" in statement.source.text else self.scalar_hint(statement),
        )

    def scalar_hint(self, statement: Statement) -> str:
        """What to do with a function that is no scalar."""
        hint = "'gradcli jacobian' differentiates vectors and matrices"
        if _STARRED.search(statement.source.text[statement.tree.start : statement.tree.end]):
            hint = "write @ for the matrix product, as in x'@y, for * goes entry by entry; " + hint
        return hint

    def in_order(self) -> tuple[tuple[Variable, ...], tuple[Variable, ...]]:
        """Variables to differentiate by (those of --wrt in its order), and the others; unknown names are errors."""
        free, settings, wrt = self.free, self.options.settings, self.options.wrt or ()
        self.check_known("--set", settings)
        self.check_known("--wrt", wrt)
        for name in wrt:
            if name in settings:
                message = f"{name!r} is both in --set and in --wrt"
                raise GradcliError("option", message, hint="a constant is never differentiated")
        given = {*settings, *wrt}
        rest = [name for name in free if name not in given]
        if not (wrt or rest):
            raise self.constant_error()
        variables = tuple(Variable(name, self.shape_of(name)) for name in (wrt or rest))
        return variables, tuple(Variable(name, self.shape_of(name)) for name in (rest if wrt else ()))

    def constant_error(self) -> GradcliError:
        """The error for a function without variables."""
        statement = self.resolved.outputs[0]
        hint = "all its names have values by --set" if self.options.settings else "for example x**2 has the variable x"
        if given := [s for s in self.resolved.order if s is not statement and _is_value(s)]:
            values = [f"{s.name}={_shown_value(s)}" for s in given]
            hint = f"leave out {', '.join(values)} and give the point with --at '{','.join(values)}'"
        if "=>" in statement.source.text:
            hint = "write where(x >= 0, a, b) for a comparison"
        place = place_of(statement.source, statement.tree)
        return GradcliError("constant", "there is no variable to differentiate by", place, hint)

    def check_known(self, option: str, names: Collection[str]) -> None:
        """Names given by an option must be variables of the program."""
        free = dict.fromkeys(self.free)
        for name in names:
            if name not in free:
                from gradcli.program.written.glued import variables_hint

                shown = name if len(name) <= 40 else name[:39] + "…"
                message = f"{option}: the function has no variable {shown!r}"
                raise GradcliError("unknown-name", message, hint=variables_hint(name, list(free)))

    def assumptions(self) -> tuple[str, ...]:
        """What was assumed about abstract functions, in words."""
        own = {statement.name for statement in self.resolved.order if is_own_function(statement)}
        names = sorted(self.resolved.functions - own, key=natural)
        return (f"{', '.join(names)}: abstract function" + ("s" if len(names) > 1 else ""),) if names else ()


def _is_value(statement: Statement) -> bool:
    """Does it give a name a number, or numbers?"""
    tree = statement.tree
    parts = tree.items if isinstance(tree, Vector) else (tree,)
    return statement.name is not None and all(type(part) is Number for part in parts)


def _shown_value(statement: Statement) -> str:
    """The number, or the numbers in square brackets, as typed."""
    tree, text = statement.tree, statement.source.text
    if not isinstance(tree, Vector):
        return text[tree.start : tree.end]
    return f"[{','.join(text[part.start : part.end] for part in tree.items)}]"


class EntryProgramBuilder(ProgramBuilder["Node | Cells"]):
    """A program whose arrays are entries: every variable one scalar, or one an entry (`x[0]`, `X[0,1]`)."""

    def __init__(self, script: Script, options: BuildOptions, names: Names) -> None:
        super().__init__(script, options, names, EntryValues(Graph(), inferred=options.inferred))
        self.shapes: Mapping[str, tuple[int, int]] = {}
        self.apart: dict[int, list[tuple[Node, ...]]] = {}
        self.guards: dict[str, dict[Node, None]] = {}
        if options.tells_arrays(script):
            from gradcli.program.types.sized import known_shapes

            self.shapes = known_shapes(script, options, names)
        self.inputs = {name: self.input_value(name) for name in names.free}

    def shape_of(self, name: str) -> Shape:
        return self.shapes.get(name, ())

    def input_value(self, name: str) -> Node | Cells:
        """A variable: one node, or one node an entry."""
        shape = self.shapes.get(name)
        if shape is None:
            return scalars.variable(self.graph, name)
        from gradcli.program.scalarize.operators import variable_cells

        return variable_cells(self.graph, name, shape)

    def lookup(self, name: str) -> Node | Cells | None:
        """What a name stands for; what it was built without is asked for where it is used."""
        if self.guards.get(name) and self.graph.guards is not None:
            self.graph.guards.update(self.guards[name])
        return self.look_in(self.full, name)

    def read_statement(self, statement: Statement) -> Node | Cells:
        """The value; the guards of each component of the function are kept apart: the others do not need them."""
        tree, graph = statement.tree, self.graph
        is_list = type(tree) is Vector and any(statement is output for output in self.resolved.outputs)
        values, dropped = [], []
        for item in tree.items if is_list else (tree,):  # type: ignore[attr-defined]
            graph.guards = {}
            values.append(self.read(item, statement.source))
            dropped.append(tuple(graph.guards))
        self.apart[id(statement)] = dropped
        if statement.name is not None:
            self.guards[statement.name] = dict.fromkeys(guard for own in dropped for guard in own)
        return self.values.stack(values, place_of(statement.source, tree)) if is_list else values[0]

    def guards_of(self, statement: Statement, count: int) -> list[tuple[Node, ...]]:
        """The guards of each component of a statement."""
        apart = self.apart[id(statement)]
        each = count // len(apart)
        return [own for own in apart for _ in range(each)] if each * len(apart) == count else [sum(apart, ())] * count

    def look_in(self, scope: Mapping[str, Node | Cells], name: str) -> Node | Cells | None:
        """What a name stands for: something in the scope, a variable, a constant."""
        value = scope.get(name)
        if value is None:
            value = self.inputs.get(name)
        return scalars.meaning(self.graph, name) if value is None else value

    def program(self) -> Program:
        """Build every statement inlined; with `steps` also in the program's own names, for the chain rule."""
        names = self.resolved
        values = self.statements(names.order)
        outputs = self.outputs(values)
        guards = tuple(dict.fromkeys(guard for output in outputs for guard in output.guards))
        steps = self.steps(values) if self.options.steps else ()
        self.graph.guards = None
        variables, parameters = self.in_order()
        constants: dict[str, Node] = {}
        for name, tree in self.options.settings.items():
            constants.update(constant_entries(self.graph, name, tree, self.inputs[name]))
        return Program(
            self.graph,
            variables,
            parameters,
            constants,
            outputs,
            len(outputs) != 1 or type(names.outputs[0].tree) is Vector,
            steps,
            self.script.statements,
            guards,
            names.decimal,
            (*self.script.notes, *self.resolved.notes, *self.assumptions(), *self.graph.notes),
            symmetric=self.options.symmetric(self.script, self.free),
            shapes=tuple(values[id(statement)].shape for statement in names.outputs),
        )

    def steps(self, values: Mapping[int, Node | Cells]) -> tuple[Step, ...]:
        """The named intermediates and the output, each in the program's own names."""
        statements = self.resolved.order
        if len(statements) == 1:
            statement, value = statements[0], values[id(statements[0])]
            if not isinstance(value, Node):
                return ()
            return (Step(statement.name or self.resolved.output, value, statement.tree, *self.guards_of(statement, 1)),)
        local: dict[str, Node | Cells] = {}
        self.graph.singles.update(statement.name for statement in statements if statement.name is not None)
        result = []
        for statement in statements:
            self.graph.guards = {}
            own = self.read(statement.tree, statement.source, lambda name: self.look_in(local, name))
            if not isinstance(own, Node):
                return ()
            result.append(Step(statement.name or self.resolved.output, own, statement.tree, tuple(self.graph.guards)))
            if statement.name is not None:
                local[statement.name] = scalars.variable(self.graph, statement.name)
        return tuple(result)

    def outputs(self, values: Mapping[int, Node | Cells]) -> tuple[Output, ...]:
        """The components of the function, with their labels."""
        result: list[Output] = []
        statements = self.resolved.outputs
        self.refuse_several(statements)
        for statement in statements:
            value = values[id(statement)]
            if isinstance(value, Node):
                label = self.resolved.output if len(statements) == 1 else statement.name or f"f{len(result) + 1}"
                result.append(Output(label, value, statement.tree, *self.guards_of(statement, 1)))
                continue
            self.refuse_array(statement, value.shape)
            from gradcli.program.scalarize.operators import entry_trees

            number = len(result) + 1
            if is_list(statement.tree, value):
                first = 1 if statement.name else number
                name = self.resolved.output if len(statements) == 1 else statement.name or "f"
                labels = [f"{name}{first + i}" for i in range(value.shape[0])]
            else:
                name = self.resolved.output if len(statements) == 1 else statement.name or f"f{number}"
                labels = entry_labels(name, value.shape)
            trees = entry_trees(statement.tree, value)
            guards = self.guards_of(statement, len(labels))
            result += [Output(*each) for each in zip(labels, value.flat(), trees, guards, strict=True)]
        return tuple(result)


def build_program(script: Script, options: BuildOptions) -> Program:
    """The program of a script: its function in canonical form, with its variables in order.

    Errors: what is not known, not defined or defined twice, of the wrong arity or shape, and (with `scalar`) a vector.
    """
    return entry_builder(script, options).program()


def entry_builder(script: Script, options: BuildOptions) -> EntryProgramBuilder:
    """What builds the program of a script: its names are known."""
    if script.spelling is not None:
        from gradcli.program.written.resolve import resolved

        script, options = resolved(script, options)
    return EntryProgramBuilder(script, options, read_names(script, options.told(script), options.of))


def is_list(tree: Tree, value: Cells) -> bool:
    """Is a vector written out, component by component?"""
    return type(tree) is Vector and value.shape[1] == 1


def entry_labels(name: str, shape: tuple[int, int]) -> list[str]:
    """`f[0]`, `f[1]`, … or `f[0,0]`, `f[0,1]`, …, row by row."""
    rows, columns = shape
    if columns == 1:
        return [f"{name}[{i}]" for i in range(rows)]
    return [f"{name}[{i},{j}]" for i in range(rows) for j in range(columns)]
