"""A script with vectors and matrices becomes an array program: shapes first, then nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gradcli.problems import GradcliError, Span
from gradcli.program.graph import Graph, Output, Program, Step, Variable
from gradcli.rules import ARRAY_NAMES, RULES
from gradcli.text.tree import Binary, Call, Index, Name, Text, Transpose, Vector, postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Node
    from gradcli.program.names import Names
    from gradcli.program.options import BuildOptions
    from gradcli.program.types.infer import Types
    from gradcli.text.tree import Script, Statement, Tree

MARKS = re.compile(
    r"@|'|\.T\b|\^ *\{?T|[ᵀ‖⟨\[\\]|\|\||[\w)]\.[A-Za-z]|%\*%|"
    r"\b(?:matmul|inner|dist|average|cosine_similarity|mmult|mdeterm|minverse|"
    + "|".join(sorted(ARRAY_NAMES, key=len, reverse=True))
    + r")\b",
    re.IGNORECASE,
)
"""What a text with arrays must contain: a quick look before anything is read."""


def needs_arrays(script: Script, options: BuildOptions) -> bool:
    """Does the program use arrays that are more than vectors of scalars written out?"""
    if options.tells_arrays(script):
        return True
    sources = {id(s.source): s.source for s in script.statements}
    if not any(MARKS.search(source.text) or not source.text.isascii() for source in sources.values()):
        return False
    return uses_arrays(script) or (not has_meaning("T", script, options) and transposes_in(script))


def has_meaning(name: str, script: Script, options: BuildOptions) -> bool:
    """Is this name defined, differentiated by, or given a value?"""
    told = {*options.bound, *options.settings, *(options.wrt or ()), *(s.name for s in script.statements)}
    return name in told


def transposes_in(script: Script) -> bool:
    """Does LaTeX write a transpose as ^T?"""
    from gradcli.program.types.transposes import has_transposes

    return any(has_transposes(s.tree) for s in script.statements)


def uses_arrays(script: Script) -> bool:
    """Is something used as an array in which no vector is written out?"""
    literal = literal_names(script)
    for statement in script.statements:
        written: set[int] = set()
        for tree in postorder(statement.tree):
            if type(tree) is Vector or (type(tree) is Name and tree.name in literal):
                written.add(id(tree))
                continue
            parts = used_as_arrays(tree)
            if any(id(part) not in written for part in parts):
                return True
            if any(id(child) in written for child in all_children(tree)):
                written.add(id(tree))
    return False


def all_children(tree: Tree) -> Sequence[Tree]:
    from gradcli.text.tree import children

    return children(tree)


def used_as_arrays(tree: Tree) -> Sequence[Tree]:
    """The parts that this operation needs as arrays."""
    if isinstance(tree, Transpose):
        return (tree.operand,)
    if isinstance(tree, Index):
        return (tree.base,)
    if isinstance(tree, Binary) and tree.op == "@":
        return (tree.left, tree.right)
    if isinstance(tree, Call):
        row = ARRAY_NAMES.get(tree.function)
        if tree.function in RULES:  # of several arguments it acts entry by entry
            return tree.arguments if row is not None and len(tree.arguments) == 1 else ()
        if row is not None and row.kind in ("reduce", "map"):
            return [arg for arg in tree.arguments[:1] if not isinstance(arg, Text)]
        if row is not None:
            return tree.arguments or (tree,)
    return ()


def literal_names(script: Script) -> set[str]:
    """Statements in which a vector is written out, or that use one of these."""
    named: set[str] = set()
    while True:
        before = len(named)
        for statement in script.statements:
            if (
                statement.name is not None
                and statement.name not in named
                and any(type(t) is Vector or (type(t) is Name and t.name in named) for t in postorder(statement.tree))
            ):
                named.add(statement.name)
        if len(named) == before:
            return named


def build_array_program(script: Script, options: BuildOptions) -> Program:
    """The array program of a script.

    Errors: shapes that do not fit (both are named), unknown names, and (with `options.scalar`) an array as output.
    """
    return array_builder(script, options).program()


def array_builder(script: Script, options: BuildOptions) -> ArrayProgramBuilder:
    """What builds the array program of a script: its names and shapes are known."""
    from gradcli.program.names import read_names
    from gradcli.program.types.infer import infer
    from gradcli.program.types.transposes import with_transposes

    if script.spelling is not None:
        from gradcli.program.written.resolve import resolved

        script, options = resolved(script, options)
    bound = options.told([d.name for d in (*script.declarations, *options.declarations)])
    script = with_transposes(script, bound)
    names = read_names(script, bound, options.of)
    return ArrayProgramBuilder(script, options, names, infer(script, options, names))


def entrywise(script: Script, options: BuildOptions) -> tuple[Script, BuildOptions]:
    """Script and options for the builder of scalars, with the shapes that inference finds; the same without arrays."""
    from gradcli.program.array_marks import may_use_arrays

    if not may_use_arrays(script, options) or not needs_arrays(script, options):
        return script, options
    types = array_builder(script, options).types
    sizes = {name: value for name, value in types.sizes.items() if value is not None}
    return types.entrywise(script, options, sizes) if len(sizes) == len(types.sizes) else (script, options)


class ArrayProgramBuilder:
    """Builds the statements of one script in order of evaluation, in the shapes that were inferred."""

    def __init__(self, script: Script, options: BuildOptions, names: Names, types: Types) -> None:
        self.script, self.options, self.names, self.types = script, options, names, types

    def program(self) -> Program:
        """Build every statement, and put the variables in order."""
        from gradcli.program.to_tree_arrays import tokens

        types = self.types
        self.graph = Graph(types.symmetric, self.names.decimal, tokens)
        self.graph.guards = None
        self.inputs: dict[str, Node] = {}
        self.full: dict[str, Node] = {}
        self.entrywise: set[str] = set()
        values = {id(s): self.build(s) for s in types.order}
        variables, parameters = self.in_order()
        outputs = self.outputs([(s, values[id(s)]) for s in types.outputs])
        return Program(
            self.graph,
            variables,
            parameters,
            {},
            outputs,
            len(outputs) != 1,
            tuple(Step(s.name or "f", values[id(s)], s.tree) for s in types.order),
            types.explicit(self.script).statements,
            (),
            self.names.decimal,
            self.assumptions(),
            {name: tree for name, tree in self.options.settings.items() if name not in types.letters},
            types.sizes,
            types.symmetric,
            types=types,
        )

    def build(self, statement: Statement) -> Node:
        """One statement, with the names before it put in."""
        from gradcli.program.build_arrays import ArrayBuilder

        builder = ArrayBuilder(self.graph, statement.source, self.lookup, self.names.functions, self.types.solver)
        node = builder.build(statement.tree)
        self.entrywise |= builder.entrywise
        if statement.name is not None:
            self.full[statement.name] = node
        return node

    def lookup(self, name: str) -> Node | None:
        """What a name stands for: a statement before, a variable (made when it is first met), a size, a constant."""
        from gradcli.program.forms import parts as parts_forms
        from gradcli.program.forms import scalars
        from gradcli.program.names import CONSTANTS

        node = self.full.get(name) or self.inputs.get(name)
        if node is not None:
            return node
        if name in self.types.letters:
            return parts_forms.dimension(self.graph, self.types.solver.dims.find(name))
        if name in self.names.free:
            node = self.inputs[name] = parts_forms.variable(self.graph, name, self.types.shapes[name])
            return node
        return scalars.constant(self.graph, name) if name in CONSTANTS else None

    def outputs(self, values: Sequence[tuple[Statement, Node]]) -> tuple[Output, ...]:
        """The components of the function, with their labels."""
        result: list[Output] = []
        statements = [statement for statement, _ in values]
        for statement, node in values:
            if self.options.scalar and node.shape:
                from gradcli.program.dimensions import show

                raise GradcliError(
                    "vector",
                    f"this function has the shape {show(node.shape)}; a gradient needs one scalar function",
                    Span(statement.source, statement.tree.start, statement.tree.end),
                    self.scalar_hint(statement),
                )
            label = statement.name or ("f" if len(statements) == 1 else f"f{len(result) + 1}")
            result.append(Output(label, node, statement.tree))
        if self.options.scalar and len(result) > 1:
            raise self.several(statements)
        return tuple(result)

    def scalar_hint(self, statement: Statement) -> str:
        """What to do with a function that is no scalar: what was meant by its signs, and the other command."""
        from gradcli.program.types.conventions import as_matrix_product

        hint = "'gradcli jacobian' differentiates vectors and matrices"
        tree, text = statement.tree, statement.source.text
        if isinstance(tree, Transpose) and text[tree.end - 1 : tree.end] == "'":
            inside = text[tree.operand.start : tree.operand.end]
            return f"a quote is a transpose: for the derivative write {inside} alone; {hint}"
        typed = next((s.tree for s in self.names.order if (s.name, s.start) == (statement.name, statement.start)), tree)
        product = as_matrix_product(self.types.solver, typed, text) if isinstance(typed, Binary) else None
        return f"{product}; {hint}" if product else hint

    def several(self, statements: Sequence[Statement]) -> GradcliError:
        """The error for several candidate outputs where one function is needed."""
        names = [statement.name or "an unnamed expression" for statement in statements]
        second = statements[1]
        return GradcliError(
            "several-functions",
            f"one function is needed, and there are {len(names)}: {', '.join(names[:6])}",
            Span(second.source, second.start, second.end),
            "--of NAME picks one; 'gradcli jacobian' takes several",
        )

    def in_order(self) -> tuple[tuple[Variable, ...], tuple[Variable, ...]]:
        """Variables to differentiate by (those of --wrt in its order), and the others."""
        settings, wrt = self.options.settings, self.options.wrt or ()
        free = [name for name in self.names.free if name not in self.types.letters]
        for option, given in (("--set", settings), ("--wrt", wrt)):
            for name in given:
                if name not in free and not (option == "--set" and name in self.types.letters):
                    near = ", ".join(free[:8]) or "none"
                    raise GradcliError(
                        "unknown-name", f"{option}: the function has no variable {name!r}", hint=f"variables: {near}"
                    )
                if option == "--wrt" and name in settings:
                    message = f"{name!r} is both in --set and in --wrt"
                    raise GradcliError("option", message, hint="a constant is never differentiated")
        rest = [name for name in free if name not in settings and name not in wrt]
        if not (wrt or rest):
            raise GradcliError("constant", "there is no variable to differentiate by")
        make = [Variable(name, self.types.shapes[name]) for name in (wrt or rest)]
        return tuple(make), tuple(Variable(name, self.types.shapes[name]) for name in (rest if wrt else ()))

    def assumptions(self) -> tuple[str, ...]:
        """What was assumed about shapes, in words."""
        entrywise = [f"{name} acts entry by entry, on square matrices too" for name in sorted(self.entrywise)]
        return (*self.script.notes, *self.names.notes, *self.types.decisions, *entrywise)
