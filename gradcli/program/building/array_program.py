"""A script with vectors and matrices becomes a program of whole arrays: shapes first, then nodes."""

from __future__ import annotations

from gradcli.program.building.node_values import NodeValues
from gradcli.program.building.program import ProgramBuilder
from gradcli.program.forms import parts, scalars
from gradcli.program.graph import Graph, Node, Output, Program, Step
from gradcli.program.names import read_names
from gradcli.program.types.infer import infer
from gradcli.program.types.transposes import with_transposes
from gradcli.program.writing.arrays import tokens
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Binary, Transpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Shape
    from gradcli.program.names import Names
    from gradcli.program.options import BuildOptions
    from gradcli.program.types.infer import Types
    from gradcli.text.tree import Script, Statement


class ArrayProgramBuilder(ProgramBuilder[Node]):
    """A program whose arrays are nodes, in the shapes that were inferred."""

    def __init__(self, script: Script, options: BuildOptions, names: Names, types: Types) -> None:
        graph = Graph(types.symmetric, names.decimal, tokens)
        super().__init__(script, options, names, NodeValues(graph, types.solver))
        self.types = types

    def shape_of(self, name: str) -> Shape:
        return self.types.shapes[name]  # type: ignore[no-any-return]

    @property
    def free(self) -> Sequence[str]:
        return [name for name in self.resolved.free if name not in self.types.letters]

    def lookup(self, name: str) -> Node | None:
        """A statement before, a variable (made when it is first met), a size, a constant."""
        node = self.full.get(name) or self.inputs.get(name)
        if node is not None:
            return node
        if name in self.types.letters:
            return parts.dimension(self.graph, self.types.solver.dims.find(name))
        if name in self.resolved.free:
            node = self.inputs[name] = parts.variable(self.graph, name, self.types.shapes[name])
            return node
        return scalars.meaning(self.graph, name)

    def program(self) -> Program:
        """Build every statement, and put the variables in order."""
        types, letters = self.types, self.types.letters
        values = self.statements(types.order)
        guards, self.graph.guards = tuple(self.graph.guards or ()), None
        settings = {name: tree for name, tree in self.options.settings.items() if name not in letters}
        self.options = self.options._replace(settings=settings)
        variables, parameters = self.in_order()
        outputs = self.outputs(values)
        if len(outputs) == 1:  # of several nobody knows which one needs them
            outputs = (outputs[0]._replace(guards=guards),)
        return Program(
            self.graph,
            variables,
            parameters,
            {},
            outputs,
            len(outputs) != 1,
            tuple(Step(s.name or self.resolved.output, values[id(s)], s.tree) for s in types.order),
            types.explicit(self.script).statements,
            (),
            self.resolved.decimal,
            (*self.notes_of_names(), *self.assumptions(), *types.decisions, *self.entrywise()),
            settings,
            types.sizes,
            types.symmetric,
            types=types,
        )

    def notes_of_names(self) -> list[str]:
        """What was decided before shapes were known, and is not another now."""
        if not any("declares a matrix" in note for note in (*self.script.notes, *self.resolved.notes)):
            return [*self.script.notes, *self.resolved.notes]
        from gradcli.program.written.beside import DECLARES

        arrays = [name for name, shape in self.types.shapes.items() if shape]
        ends = tuple(map(DECLARES.format, arrays))
        beside = [f" and {name} are numbers;" for name in arrays]
        notes = (*self.script.notes, *self.resolved.notes)
        return [s for s in notes if not (s.endswith(ends) or any(part in s for part in beside))]

    def outputs(self, values: Mapping[int, Node]) -> tuple[Output, ...]:
        """The functions, each with its label."""
        statements = self.types.outputs
        result: list[Output] = []
        for statement in statements:
            self.refuse_array(statement, values[id(statement)].shape)
            label = self.resolved.output if len(statements) == 1 else statement.name or f"f{len(result) + 1}"
            result.append(Output(label, values[id(statement)], statement.tree))
        self.refuse_several(statements)
        return tuple(result)

    def scalar_hint(self, statement: Statement) -> str:
        """What was meant by the signs of a function that is no scalar, and the other command."""
        from gradcli.program.types.conventions import as_matrix_product

        hint = super().scalar_hint(statement)
        tree, text = statement.tree, statement.source.text
        if isinstance(tree, Transpose) and text[tree.end - 1 : tree.end] == "'":
            inside = text[tree.operand.start : tree.operand.end]
            return f"a quote is a transpose: for the derivative write {inside} alone; {hint}"
        order = self.resolved.order
        typed = next((s.tree for s in order if (s.name, s.start) == (statement.name, statement.start)), tree)
        product = as_matrix_product(self.types.solver, typed, text) if isinstance(typed, Binary) else None
        return f"{product}; {hint}" if product else hint

    def entrywise(self) -> list[str]:
        """What acts entry by entry, in words."""
        names = sorted(self.values.entrywise) if isinstance(self.values, NodeValues) else ()
        return [f"{name} acts entry by entry, on square matrices too" for name in names]


def build_array_program(script: Script, options: BuildOptions) -> Program:
    """The array program of a script.

    Errors: shapes that do not fit (both are named), unknown names, and (with `options.scalar`) an array as output.
    """
    return array_builder(script, options).program()


def array_builder(script: Script, options: BuildOptions) -> ArrayProgramBuilder:
    """What builds the array program of a script: its names and shapes are known."""
    if script.spelling is not None:
        from gradcli.program.written.resolve import resolved

        script, options = resolved(script, options)
    told = options.told(script)
    script = with_transposes(script, told)
    names = read_names(script, told, options.of)
    return ArrayProgramBuilder(script, options, names, infer(script, options, names))
