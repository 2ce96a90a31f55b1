"""A script with vectors and matrices becomes an array program: shapes first, then nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from gradcli.problems import GradcliError, Span
from gradcli.program.graph import Graph, Output, Program, Step, Variable
from gradcli.rules.arrays import ARRAY_NAMES
from gradcli.text.tree import Binary, Call, Index, Name, Number, Text, Transpose, Vector, postorder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.build import BuildOptions
    from gradcli.program.dimensions import Dimensions, Dims
    from gradcli.program.graph import Node
    from gradcli.program.names import Names
    from gradcli.program.shapes_arrays import ShapeReader
    from gradcli.text.tree import Declaration, Script, Statement, Tree

MARKS = re.compile(
    r"@|'|\.T\b|\^ *T\b|[ᵀ‖⟨\[\\]|\|\||[\w)]\.[A-Za-z]|%\*%|\b(?:matmul|inner|"
    + "|".join(sorted([*ARRAY_NAMES, "max", "min"], key=len, reverse=True))
    + r")\b"
)
"""What a text with arrays must contain: a quick look before anything is read."""


def needs_arrays(script: Script, options: BuildOptions) -> bool:
    """Does the program use arrays that are more than vectors of scalars written out?"""
    from gradcli.program.shapes import tree_dims

    if any(d.dims for d in (*script.declarations, *options.declarations)):
        return True
    if any(options.bound.values()) or any(tree_dims(tree) for tree in options.settings.values()):
        return True
    sources = {id(s.source): s.source for s in script.statements}
    if not any(MARKS.search(source.text) or not source.text.isascii() for source in sources.values()):
        return False
    return uses_arrays(script)


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
        name = tree.function
        if name in ("max", "min"):
            return tree.arguments if len(tree.arguments) == 1 else ()
        if name in ("norm", *REDUCED):
            return [arg for arg in tree.arguments[:1] if not isinstance(arg, Text)]
        if name in ARRAY_NAMES:
            return tree.arguments or (tree,)
    return ()


REDUCED = ("sum", "prod", "mean", "var", "std", "logsumexp", "softmax", "log_softmax", "cumsum")


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
    from gradcli.program.names import read_names

    if script.spelling is not None:
        from gradcli.program.written.resolve import resolved

        script, options = resolved(script, options)
    declared = [*script.declarations, *options.declarations]
    bound = {*options.settings, *options.bound, *(options.wrt or ()), *(d.name for d in declared)}
    return ArrayProgramBuilder(script, options, read_names(script, bound, options.of), declared).program()


class ArrayProgramBuilder:
    """Reads the shapes of one script, then builds its statements in order of evaluation."""

    def __init__(self, script: Script, options: BuildOptions, names: Names, declared: Sequence[Declaration]) -> None:
        from gradcli.program.dimensions import Dimensions, letters_of
        from gradcli.program.shapes import is_open
        from gradcli.program.shapes_arrays import ShapeReader

        self.script, self.options, self.names = script, options, names
        self.dims: Dimensions = Dimensions()
        self.symmetric = frozenset(d.name for d in declared if d.symmetric)
        shapes = self.declared_shapes(declared)
        letters = {
            letter for d in declared for size in d.dims or () if not is_open(d) for letter in letters_of(size)
        } - set(shapes)
        self.value_shapes(shapes, {d.name: d for d in declared})
        self.reader: ShapeReader = ShapeReader(self.dims, shapes, letters, self.number_values(letters))
        self.reader.read(names.order)

    def declared_shapes(self, declared: Sequence[Declaration]) -> dict[str, Any]:
        """The shape of every declared name; two declarations of one name must agree."""
        from gradcli.program.shapes import is_open

        shapes: dict[str, Any] = {}
        for d in sorted(declared, key=is_open):  # --symmetric S beside --shape S=2,2: the sizes that are told count
            if not d.dims:
                self.declare_scalar(d, shapes)
                continue
            sizes = d.dims if not is_open(d) or d.name not in shapes else shapes[d.name]
            if is_open(d) and d.name not in shapes:
                roles = ("vector",) if len(sizes) == 1 else ("rows", "columns")
                sizes = tuple(
                    self.dims.open(str(s), "columns" if d.symmetric else r) for s, r in zip(sizes, roles, strict=True)
                )
            shape: Dims = (sizes[0], sizes[1] if len(sizes) > 1 else 1)
            known = shapes.setdefault(d.name, shape)
            fits = bool(known) and self.dims.equal(known[0], shape[0]) and self.dims.equal(known[1], shape[1])
            if not fits:
                raise two_shapes(d.name, known, shape, d)
            if d.symmetric and not self.dims.equal(*shape):
                raise not_square(d, shape)
        return shapes

    def declare_scalar(self, declaration: Declaration, shapes: dict[str, Any]) -> None:
        """`a: scalar`; a declaration of a function says nothing about shapes."""
        if declaration.dims is not None and shapes.setdefault(declaration.name, ()):
            raise two_shapes(declaration.name, shapes[declaration.name], (), declaration)

    def value_shapes(self, shapes: dict[str, Any], declared: Mapping[str, Declaration]) -> None:
        """Shapes of values at --at and --set; where a name is declared, its letters take the numbers."""
        from gradcli.program.shapes import tree_dims

        given: dict[str, tuple[int, ...]] = {n: tree_dims(t) for n, t in self.options.settings.items()}
        given.update(self.options.bound)
        for name, sizes in given.items():
            if not sizes:
                continue
            shape: Dims = (sizes[0], sizes[1] if len(sizes) > 1 else 1)
            known = shapes.setdefault(name, shape)
            if not known or not all(self.dims.give_value(a, b) for a, b in zip(known, sizes_of(shape), strict=True)):
                raise two_shapes(name, known, shape, declared.get(name))
        for name, sizes in given.items():
            if not sizes and name in self.names.free and name not in shapes:
                shapes[name] = ()

    def number_values(self, letters: set[str]) -> dict[str, int]:
        """Names with a whole number as their value, which may stand where a size is needed."""
        found: dict[str, int] = {}
        for name, tree in self.options.settings.items():
            if isinstance(tree, Number) and isinstance(tree.value, int) and tree.value > 0:
                if name in letters:
                    self.dims.values[name] = tree.value
                else:
                    found[name] = tree.value
        return found

    def program(self) -> Program:
        """Name the open sizes, build every statement, and put the variables in order."""
        from gradcli.program.to_tree_arrays import tokens

        self.dims.name_open({*self.names.free, *self.reader.letters, *self.reader.statements, *self.names.functions})
        self.graph = Graph(self.symmetric, self.names.decimal, tokens)
        self.graph.guards = None
        self.inputs: dict[str, Node] = {}
        self.full: dict[str, Node] = {}
        self.entrywise: set[str] = set()
        values = {id(s): self.build(s) for s in self.names.order}
        variables, parameters = self.in_order()
        outputs = self.outputs(values)
        return Program(
            self.graph,
            variables,
            parameters,
            {},
            outputs,
            len(outputs) != 1,
            tuple(Step(s.name or "f", values[id(s)], s.tree) for s in self.names.order),
            self.script.statements,
            (),
            self.names.decimal,
            self.assumptions(),
            dict(self.options.settings),
            self.dims_in_use(),
            self.symmetric & set(self.names.free),
        )

    def build(self, statement: Statement) -> Node:
        """One statement, with the names before it put in."""
        from gradcli.program.build_arrays import ArrayBuilder

        builder = ArrayBuilder(self.graph, statement.source, self.lookup, self.names.functions, self.reader)
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
        if name in self.reader.letters:
            return parts_forms.dimension(self.graph, self.dims.find(name))
        if name in self.names.free:
            node = self.inputs[name] = parts_forms.variable(self.graph, name, self.shape(name))
            return node
        return scalars.constant(self.graph, name) if name in CONSTANTS else None

    def shape(self, name: str) -> Any:
        """The shape of a variable."""
        shape = self.reader.fixed.get(name)
        if shape is None:
            shape = self.reader.found.get(name, ())
        return tuple(self.dims.number(size) for size in self.dims.shape(shape)) if shape else ()

    def outputs(self, values: Mapping[int, Node]) -> tuple[Output, ...]:
        """The components of the function, with their labels."""
        result: list[Output] = []
        statements = self.names.outputs
        for statement in statements:
            node = values[id(statement)]
            if self.options.scalar and node.shape:
                from gradcli.program.dimensions import show

                raise GradcliError(
                    "vector",
                    f"this function has the shape {show(node.shape)}; a gradient needs one scalar function",
                    Span(statement.source, statement.tree.start, statement.tree.end),
                    "'gradcli jacobian' differentiates vectors and matrices",
                )
            label = statement.name or ("f" if len(statements) == 1 else f"f{len(result) + 1}")
            result.append(Output(label, node, statement.tree))
        if self.options.scalar and len(result) > 1:
            raise self.several(statements)
        return tuple(result)

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
        free = [name for name in self.names.free if name not in self.reader.letters]
        for option, given in (("--set", settings), ("--wrt", wrt)):
            for name in given:
                if name not in free and not (option == "--set" and name in self.reader.letters):
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
        make = [Variable(name, self.shape(name)) for name in (wrt or rest)]
        return tuple(make), tuple(Variable(name, self.shape(name)) for name in (rest if wrt else ()))

    def dims_in_use(self) -> dict[str, int | None]:
        """Letters of sizes, each with its value where one is known."""
        from gradcli.program.dimensions import letters_of

        letters: dict[str, int | None] = {}
        for name in self.names.free:
            for size in self.shape(name) or ():
                for letter in letters_of(size):
                    letters.setdefault(letter, self.dims.values.get(letter))
        for letter in sorted(self.reader.letters):
            for found in letters_of(self.dims.find(letter)):
                letters.setdefault(found, self.dims.values.get(found))
        return letters

    def assumptions(self) -> tuple[str, ...]:
        """What was assumed about shapes, in words."""
        texts = list(self.script.notes)
        for name in self.names.free:
            if name in self.reader.found:
                rows, columns = self.shape(name)
                what = f"a vector of {rows} entries" if columns == 1 else f"{article(rows)} {rows} x {columns} matrix"
                texts.append(f"{name} is {what} (assumed)")
        for name in sorted(self.entrywise):
            texts.append(f"{name} acts entry by entry, on square matrices too")
        return tuple(texts)


def sizes_of(shape: Dims) -> tuple[int, int]:
    """The sizes of a value."""
    return int(shape[0]), int(shape[1])


def article(size: Any) -> str:
    """`an n x n matrix`, `a k x k matrix`."""
    return "an" if str(size)[:1] in tuple("8aefhilmnorsx") else "a"


def not_square(declaration: Declaration, shape: Dims) -> GradcliError:
    """The error for a symmetric matrix that is not square."""
    from gradcli.program.dimensions import show

    place = Span(declaration.source, declaration.start, declaration.end)
    message = f"{declaration.name} is symmetric, and {show(shape)} is not square"
    return GradcliError("shape", message, place, "a symmetric matrix has as many rows as columns")


def two_shapes(name: str, first: Any, second: Any, declaration: Declaration | None) -> GradcliError:
    """The error for one name with two shapes."""
    from gradcli.program.dimensions import show

    place = None if declaration is None else Span(declaration.source, declaration.start, declaration.end)
    message = f"{name} has two shapes: {show(first)} and {show(second)}"
    return GradcliError("shape", message, place, "declare it once, as its value is")
