"""The records of a claim: what is claimed, of what, entry by entry, and their reader."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.layouts import EntryAxis, all_entry_names, axis_of, count_limit, entry_names, frame_of
from gradcli.problems import GradcliError, Span
from gradcli.program.building.builder import Builder
from gradcli.program.building.entry_values import EntryValues
from gradcli.program.forms import scalars
from gradcli.program.graph import Node, is_equality, order
from gradcli.program.names import CONSTANTS
from gradcli.program.scalarize.entries import Cells, elementwise
from gradcli.program.writing.writer import argument_label
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.partials import partial_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from gradcli.problems import Source
    from gradcli.program.building.program import EntryProgramBuilder
    from gradcli.program.graph import Graph, Program
    from gradcli.program.options import BuildOptions
    from gradcli.program.types.infer import Types
    from gradcli.text.answers import Answer
    from gradcli.text.points import PointText
    from gradcli.text.tree import Call, Declaration, Script, Tree
    from gradcli.vocabulary import DerivativeKind, Judgement, Layout

    Value = Node | Cells

WORST_FIRST: Sequence[Judgement] = ("different", "undecided", "equal")


def overall(verdicts: Iterable[Judgement]) -> Judgement:
    """The verdict on a whole whose parts have these."""
    return min(verdicts, key=WORST_FIRST.index, default="equal")


class TrialPair(NamedTuple):
    """Two nodes to compare, where `function` has a value.

    guards, domain   nodes that must have a value too for yours, and for the function, to have one
    """

    function: Node
    ours: Node
    yours: Node
    guards: tuple[Node, ...] = ()
    domain: tuple[Node, ...] = ()


class Claim(NamedTuple):
    """What is to be checked. kind: `gradient`, `jacobian` or `hessian`; `points` are tried first."""

    script: Script
    answers: tuple[Answer, ...]
    options: BuildOptions
    kind: DerivativeKind = "gradient"
    layout: Layout | None = None
    points: tuple[tuple[PointText, Source], ...] = ()

    @property
    def answer_layout(self) -> Layout:
        """The layout in which the answer is expected."""
        usual: Layout = "denominator" if self.kind == "gradient" else "numerator"
        return usual if self.layout in (None, "both") else self.layout


class ClaimedEntry(NamedTuple):
    """One number of the answer: ours is the derivative of output number `output` by the scalar variable `wrt`.

    yours is None where no answer was given for it.
    """

    label: str
    ours: Node
    output: int
    wrt: str
    yours: Node | None = None


def promises_of(declarations: Iterable[Declaration], symmetric: Iterable[str]) -> dict[str, str]:
    """Of each array that is declared so: `symmetric`, `positive definite` or `one-hot`."""
    promised = {declaration.name: declaration.promise for declaration in declarations if declaration.promise}
    return {**dict.fromkeys(symmetric, "symmetric"), **promised}


class Part(NamedTuple):
    """What is claimed as a whole: the gradient by one variable, or a matrix.

    shape    of the right answer; () for a number
    entries  row by row
    tree     what was typed for it, None where nothing was
    trouble  why it cannot be compared entry by entry, in words
    value    what was typed, as a value: of another shape where that is the trouble
    """

    label: str
    shape: tuple[int, ...]
    entries: tuple[ClaimedEntry, ...]
    tree: Tree | None = None
    trouble: str = ""
    value: Value | None = None


class Case(NamedTuple):
    """The question with every size a number.

    outputs    the functions that were differentiated: of a Hessian the entries of the gradient
    variables  every scalar that a point must give a value to
    guards     nodes without which the function has no value;  claimed_guards: the same for yours
    surplus    answers that belong to nothing
    arrays     the same question with its symbolic sizes, None for a program of scalars
    """

    program: Program
    outputs: tuple[Node, ...]
    variables: tuple[str, ...]
    parts: tuple[Part, ...]
    claimed_guards: tuple[Node, ...]
    surplus: tuple[Answer, ...]
    sizes: Mapping[str, int]
    reader: ClaimReader

    @property
    def graph(self) -> Graph:
        """The graph in which everything stands."""
        return self.program.graph


def derivative_label(kind: DerivativeKind, case: Case, label: str) -> str:
    """`∂f/∂x2`, `∂f1/∂x2`, `∂²f/∂x1∂x2`."""
    outputs = case.program.outputs
    output = outputs[0].label if len(outputs) == 1 else "f"
    above, slash, below = label.partition("/")
    if not slash:
        return f"∂{output}/∂{above}"
    return f"∂²{output}/∂{above}∂{below}" if kind == "hessian" else f"∂{above}/∂{below}"


def undifferentiated(kind: DerivativeKind) -> str:
    """What an answer is that holds what was to be differentiated, in words."""
    if kind == "hessian":
        return "the first derivative, which is not differentiated again"
    return "the function itself, not its derivative"


class Targets:
    """Our derivatives, entry by entry, in the shape and order in which an answer is expected."""

    def __init__(
        self,
        claim: Claim,
        program: Program,
        sizes: Mapping[str, int],
        arrays: Program | None,
    ) -> None:
        self.claim, self.program, self.sizes = claim, program, sizes
        self.arrays = arrays
        self.names = all_entry_names(program.variables)
        self.sweep = Reverse(program.graph, self.names)
        self.outputs = [output.node for output in program.outputs]
        self.labels = [output.label for output in program.outputs]
        count_limit(len(self.outputs) * len(self.names), "an answer")
        if claim.kind == "hessian":
            count_limit(len(self.names) ** 2, "a Hessian")
            self.outputs, self.labels = self.gradient(self.outputs[0]), self.names

    def gradient(self, node: Node) -> list[Node]:
        """The partial derivatives of one output; of symmetric matrices the symmetric part."""
        found = self.sweep.gradient(node)
        if self.program.symmetric:
            from gradcli.derive.layouts import symmetrised

            return symmetrised(self.program.graph, self.names, found, self.program.symmetric)
        if not any(map(is_equality, order([node]))):
            return found
        from gradcli.derive.kinks.equality_formulas import right_at_equalities

        return right_at_equalities(self.program, [node], [found], self.names)[0][0]

    def parts(self) -> list[Part]:
        """One part a variable for a gradient, else one for the whole matrix."""
        if self.claim.kind == "gradient":
            return self.gradient_parts()
        rows = [
            [
                ClaimedEntry(f"{label}/{name}", node, i, name)
                for name, node in zip(self.names, self.gradient(output), strict=True)
            ]
            for i, (label, output) in enumerate(zip(self.labels, self.outputs, strict=True))
        ]
        return [self.matrix_part(rows)]

    def gradient_parts(self) -> list[Part]:
        """∂f/∂v for each variable v, shaped like it (transposed in numerator layout)."""
        found = dict(zip(self.names, self.gradient(self.outputs[0]), strict=True))
        parts = []
        for variable in self.program.variables:
            entries = [ClaimedEntry(name, found[name], 0, name) for name in entry_names(variable)]
            shape = tuple(int(size) for size in variable.shape)
            if self.claim.layout == "numerator" and shape:
                rows = [entries[i : i + shape[1]] for i in range(0, len(entries), shape[1])]
                entries = [entry for column in zip(*rows, strict=True) for entry in column]
                shape = shape[::-1]
            parts.append(Part(variable.name, shape, tuple(entries)))
        return parts

    def matrix_part(self, rows: list[list[ClaimedEntry]]) -> Part:
        """All entries in the rows and columns of the layout."""
        layout: Layout = "denominator" if self.claim.layout == "denominator" else "numerator"
        across = axis_of(self.program.variables)
        down = across if self.claim.kind == "hessian" else EntryAxis(self.program.shapes, tuple(self.labels))
        found = frame_of(down, across, layout).fill(rows)
        name = self.program.variables[0].name if len(self.program.variables) == 1 else "x"
        output = self.arrays.outputs[0].label if self.arrays is not None and len(self.arrays.outputs) == 1 else "f"
        label = f"{output if self.claim.kind == 'jacobian' else name}/{name}"
        return Part(label, (len(found), len(found[0])), tuple(entry for row in found for entry in row))


class ClaimBuilder(Builder["Value"]):
    """Reads the derivatives of abstract functions, f'(x), f_12(x, y) and ∂f/∂x, besides what a function may hold.

    written  the nodes among which the f of ∂f/∂x stands
    program  of which other derivatives of a function or a statement are taken; see `link_of`
    """

    written: Sequence[Node] = ()
    program: EntryProgramBuilder | None = None

    def applied(self, tree: Call, values: Any) -> Any:
        name = tree.function
        if "/" in name:
            return self.partial(tree)
        orders = abstract_orders(name, len(values), self.functions)
        if orders is not None and not any(isinstance(value, str) for value in values):
            base = name.rstrip("'_0123456789")
            return elementwise(lambda *args: scalars.abstract(self.graph, base, args, orders), values, ())
        return super().applied(tree, values)

    def partial(self, tree: Call) -> Node:
        """∂²f/∂x∂y of the one f(x, y, ...) that is written in the function, ∂u/∂x of a statement. Errors: `answer`."""
        from gradcli.checking.links import NOTHING, link_of

        name, counts = partial_parts(tree.function)
        applied = {n.args for n in order(self.written) if n.op == "abstract" and n.data[0] == name}
        fitting = [args for args in applied if set(counts) <= {argument_label(arg) for arg in args}]
        if len(fitting) == 1:
            orders = tuple(counts.get(str(argument_label(arg)), 0) for arg in fitting[0])
            return scalars.abstract(self.graph, name, fitting[0], orders)
        found: Node | str = "has several readings" if fitting else NOTHING
        if self.program is not None and not fitting:
            found = link_of(self.program, name, counts, bool(applied), tree.function.startswith("d"))
        if isinstance(found, Node):
            return found
        hint = f"{name}_1(...) is the derivative of {name} by its first argument, for an abstract function {name}"
        raise GradcliError("answer", f"{tree.function} {found}", Span(self.source, tree.start, tree.end), hint)


def abstract_orders(name: str, count: int, functions: Collection[str]) -> tuple[int, ...] | None:
    """How often an abstract function is differentiated by each argument: f' is (1,), f_112 of two (2, 1)."""
    base = name.rstrip("'")
    if base != name:
        return (len(name) - len(base),) if base in functions and count == 1 else None
    base = name.rstrip("0123456789")
    places = [int(digit) - 1 for digit in name[len(base) :]]
    if name in functions or base.rstrip("_") not in functions or not all(0 <= i < count for i in places):
        return None
    return tuple(map(places.count, range(count)))


def hint_for(error: GradcliError, known: Sequence[str]) -> str:
    """What an unknown name in an answer may be: a product of known ones (`xy`), else one of these."""
    from gradcli.program.names import product_of, split_into

    names = f"the function's names are {', '.join(known[:8])}" + (", …" if len(known) > 8 else "")
    if error.code == "unknown-name" and typed_at(error) == "I":
        return "write eye(n) for the identity matrix of n rows"
    parts = split_into(typed_at(error), {*known, "e", "pi"})
    return f"write {product_of(parts)} for the product; {names}" if parts else names


def product_hint(error: GradcliError, known: Sequence[str]) -> str | None:
    """`x (y + 1)`, where x is no function: the product that it may be."""
    name = typed_at(error)
    return f"write {name}*(...) for the product" if name in known else None


def typed_at(error: GradcliError) -> str:
    """The text that an error is about."""
    span = error.span
    return "" if span is None else span.source.text[span.start : span.end]


class ClaimReader:
    """Builds answers in the names of a program: its variables, its intermediates and its sizes, in its shapes."""

    def __init__(
        self,
        builder: EntryProgramBuilder,
        functions: frozenset[str],
        sizes: Mapping[str, int],
        types: Types | None = None,
    ) -> None:
        self.builder, self.types = builder, types
        self.functions = functions
        self.sizes = sizes
        self.written: Sequence[Node] = ()
        self.guards: dict[Node, None] = {}

    def lookup(self, name: str) -> Value | None:
        """What a name in an answer stands for."""
        builder = self.builder
        value = builder.full.get(name)
        if value is None:
            value = builder.inputs.get(name)
        if value is None and name in self.sizes and name not in CONSTANTS:
            return scalars.number(builder.graph, self.sizes[name])
        return scalars.meaning(builder.graph, name) if value is None else value

    def scalars(self) -> frozenset[str]:
        """The names of numbers: of the function's, and those that everyone knows."""
        named = (*self.builder.inputs.items(), *self.builder.full.items())
        return frozenset(("e", "pi", *(name for name, value in named if not value.shape)))

    def read(self, tree: Tree, source: Source) -> Value:
        """The value of an answer. Nodes whose domain was simplified away are kept in `guards`."""
        graph = self.builder.graph
        graph.guards = {}
        if self.types is not None:
            tree = self.types.answer(tree, source, self.sizes)
        try:
            values = EntryValues(graph, inferred=self.types is not None)
            builder = ClaimBuilder(values, source, self.lookup, self.functions)
            builder.written = self.written
            builder.program = None if self.types is not None else self.builder
            value = builder.build(tree)
            self.guards.update(graph.guards)
        except GradcliError as error:
            known = [*self.builder.inputs, *self.builder.full]
            if error.code == "unknown-name":
                error.hint = hint_for(error, known)
            elif error.code == "unknown-function":
                error.hint = product_hint(error, known) or error.hint or "gradcli functions lists what is known"
            raise
        finally:
            graph.guards = None
        return value
