"""Derivations of vectors and matrices by differentials: df first, law by law, then the gradient is read off.

df = tr(Gᵀ dX) for a matrix, df = gᵀ dx for a vector: then G and g are the gradient, in the shape of the variable.
Source: Magnus & Neudecker, Matrix Differential Calculus, 3rd ed. (2007), chapters 8 and 9.
"""

from __future__ import annotations

from gradcli.derive.ad.forward import tangent
from gradcli.derive.ad.reverse import Reverse
from gradcli.derive.arrays.gradient import ArrayGradient
from gradcli.derive.arrays.question import ArrayQuestion
from gradcli.derive.layouts import listed
from gradcli.derive.request import Request
from gradcli.explain.arrays.entrywise import evidence_by_entries
from gradcli.explain.arrays.formulas import ArrayFormulas
from gradcli.explain.arrays.laws import ArrayDeriver, marked, moves_of, terms_of
from gradcli.explain.arrays.signs import EntrywiseSigns
from gradcli.explain.arrays.trace import stays_matrix
from gradcli.explain.lines import derivation_of, results_of, shown
from gradcli.explain.request import refuse_abstract
from gradcli.explain.results import Derivation, Explanation, Steps
from gradcli.explain.trees import size, tidied, turned_differences, unwound
from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.program.forms import parts as leaves
from gradcli.program.graph import order
from gradcli.program.make import total
from gradcli.program.writing.arrays import write_array_trees
from gradcli.records import TYPE_CHECKING
from gradcli.rules.laws import LAWS
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Binary, Call, Name, Transpose, Unary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.derive.results import Gradient
    from gradcli.explain.derivation import Row
    from gradcli.explain.request import ExplainRequest
    from gradcli.program.graph import Node
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Evidence

LARGE = 400
"""Nodes of a text beyond which it is not put together."""
LONG_MOVE = 60
"""Nodes of a term up to which it is shown how dX comes to its right."""


def array_explanations(request: ExplainRequest) -> list[Explanation]:
    """The derivation at each point (once without one)."""
    explainer = ArrayExplainer(request)
    if request.points:
        refuse_abstract(explainer.formulas.names)
    question = explainer.question
    found = ArrayGradient(question.script, question.options, question.request).answers()
    return [explainer.answer(gradient) for gradient in found]


class ArrayExplainer:
    """One program of arrays, derived by each of its variables."""

    def __init__(self, request: ExplainRequest) -> None:
        self.request = request
        asked = Request(request.points, layout="denominator")
        self.question = ArrayQuestion(request.script, request.options, asked)
        self.formulas = ArrayFormulas(self.question)
        self.arrays = self.formulas.arrays
        self.graph = self.formulas.graph
        names = self.formulas.names
        self.output = names.output
        self.values = {step.name: step.local for step in self.arrays.steps}
        self.statements = {s.name: s.tree for s in names.order if s.name is not None}
        self.root = names.order[-1].tree
        if names.outputs[0].name is not None:
            self.root = self.statements.pop(names.outputs[0].name)
        self.wrt = [variable.name for variable in self.arrays.variables]
        self.graph.singles.update(self.statements)
        self.singles: dict[str, Any] = {}
        for statement in names.order:
            if statement.name in self.statements and not self.values[statement.name].shape:
                self.singles[statement.name] = (1, 1) if stays_matrix(statement.tree, self.singles) else ()
        self.inlined = False
        self.stands: dict[str, Node] = {}
        self.signs = EntrywiseSigns(self.is_array)

    def lookup(self, name: str) -> Node | None:
        """Inputs, and statements as variables of their shapes; `dX` moves like X."""
        if name in self.stands:
            return self.stands[name]
        if name in self.statements and self.inlined:
            return self.values[name]
        if name in self.statements:
            return leaves.variable(self.graph, name, self.values[name].shape)
        found = self.formulas.builder.lookup(name)
        if found is None and name[:1] == "d" and name[1:] in self.values:
            return leaves.variable(self.graph, name, self.values[name[1:]].shape)
        if found is None and name[:1] == "d":
            inner = self.formulas.builder.lookup(name[1:])
            return None if inner is None else leaves.variable(self.graph, name, inner.shape)
        return found

    def node(self, tree: Tree) -> Node:
        """A tree as a node, in the names of the statements."""
        return self.formulas.builder.read(tree, self.formulas.names.order[0].source, self.lookup)

    def shape(self, tree: Tree) -> tuple[Any, ...]:
        return self.node(tree).shape

    def is_array(self, tree: Tree) -> bool:
        """Has it entries? A product of numbers that were matrices of one entry has none."""
        try:
            return bool(self.shape(unmarked(tree)))
        except GradcliError:
            return False

    def shown_shape(self, tree: Tree) -> tuple[Any, ...]:
        """The shape; of a statement as matrix calculus has it: a product of one entry is a 1x1 matrix."""
        return self.shape(tree) or (self.singles.get(tree.name, ()) if type(tree) is Name else ())

    def write(self, node: Node) -> Tree:
        return turned_differences(write_array_trees([node], self.graph)[0])

    def fallback(self, deriver: ArrayDeriver, tree: Tree) -> tuple[str, Tree]:
        """A part that no law is for: its differential by the engine."""
        node = self.node(tree)
        moving = {part for part in order([node]) if part.op == "variable" and part.data in deriver.moving}
        directions = {part: leaves.variable(self.graph, f"d{part.data}", part.shape) for part in moving}
        found = self.write(tangent(self.graph, node, directions))
        return "entrywise", found

    def differential(self, tree: Call, places: Sequence[int]) -> Tree:
        """A call's differential by the arguments at these places, each `#i` with `d#i`."""
        own = list(tree.arguments)
        directions: dict[Node, Node] = {}
        names: dict[str, str] = {}
        for i in places:
            shape = self.shape(own[i])
            name = f"#{i}{shape}"  # a variable of the graph keeps the shape that it had first
            names.update({name: f"#{i}", f"d{name}": f"d#{i}"})
            self.graph.singles.add(name)
            self.stands[name] = leaves.variable(self.graph, name, shape)
            directions[self.stands[name]] = leaves.variable(self.graph, f"d{name}", shape)
            own[i] = Name(name)
        try:
            call = Call(tree.function, tuple(own), tree.keywords)
            found = self.write(tangent(self.graph, self.node(call), directions))
        finally:
            self.stands = {}
        return replaced(found, lambda part: Name(names.get(part.name, part.name)) if type(part) is Name else None)

    def answer(self, found: Gradient) -> Explanation:
        """The derivations by all variables."""
        if found.symbolic is None:
            message = "this derivative has no formula in matrix operations"
            raise GradcliError("no-closed-form", message, hint="gradcli grad has its numbers")
        return Explanation(
            found.reading._replace(output=self.output),
            found.numbers,
            self.output,
            self.request.level,
            self.request.hint,
            tuple(self.steps(name, found) for name in self.wrt),
            found.value,
            True,
            found.definitions,
            self.request.digits,
        )

    def steps(self, name: str, found: Gradient) -> Steps:
        """The derivation by one variable."""
        deriver = ArrayDeriver(name, self.statements, self.formulas.names.functions, self)
        rows = deriver.derive(self.root)
        results = results_of(rows)
        made = [self.row(i, row, rows, results) for i, row in enumerate(rows)]
        whole = self.signs.of(tidied(results[0])) if size(results[0]) <= LARGE else None
        moves = self.moves(whole, name, len(made)) if whole is not None else []
        variable = next(v for v in self.arrays.variables if v.name == name)
        assert found.symbolic is not None
        return Steps(
            name,
            tuple(other for other in self.formulas.names.free if other not in (name, *self.arrays.dims)),
            (*shown(made, self.request.level), *moves),
            None,
            found.symbolic[name],
            self.evidence(whole, name),
            None if found.gradient is None else found.gradient[name],
            len(made) + len(moves),
            whole,
            variable.shape,
        )

    def row(self, i: int, row: Row, rows: Sequence[Row], results: Sequence[Tree]) -> Derivation:
        """One row as a record, with the shapes of its factors."""
        plan, after = row.plan, results[i]
        if row.repeats is None or size(after) > LARGE:  # too long to be written: once more as where it came first
            first = row if row.repeats is None else rows[row.repeats]
            parts = zip(first.plan.parts, first.targets, strict=True)
            after = first.plan.form([marked(part, rows[t]) for part, t in parts])
        after = self.signs.of(tidied(after))
        result = tidied(results[i]) if size(results[i]) <= LARGE else results[i]
        made = derivation_of(i, row, marked(row.before), after, result)
        law = LAWS[plan.rule].differential or of_differentials(made.law)
        if plan.rule in ("norm", "squared-norm") and self.shape(plan.parts[0])[1:] not in ((), (1,)):
            law = law.replace("u.T@du", "tr(u.T@du)")  # the inner product of two matrices
        return made._replace(law=law, shape=self.shown_shape(row.before), symbol=self.shapes_of(after))

    def shapes_of(self, tree: Tree) -> str | None:
        """`(1, m)(m, n)(n, 1)`: the shapes of the factors of a product; None where it is no product."""
        while type(tree) is Binary and tree.op == "*" and not self.shape(unmarked(tree.left)):
            tree = tree.right
        factors: list[Tree] = []
        while type(tree) is Binary and tree.op in "@*/" and tree.op != "**":
            if tree.op == "@":
                factors.append(tree.right)
            elif tree.op == "*" and self.shape(unmarked(tree.right)):
                if self.shape(unmarked(tree.left)):
                    return None
                tree = tree.right
                continue
            tree = tree.left
        factors.append(tree)
        shapes = [self.shape(unmarked(factor)) for factor in reversed(factors)]
        shapes = [shape for shape in shapes if shape]
        return "".join(f"({', '.join(map(str, shape))})" for shape in shapes) if len(shapes) > 1 else None

    def moves(self, whole: Tree, name: str, count: int) -> list[Derivation]:
        """The rows that bring dX to the right: tr(ABC) = tr(CAB) and tr(Aᵀ) = tr(A)."""
        variable = next(v for v in self.arrays.variables if v.name == name)
        if not variable.shape:
            return []
        direction = f"d{name}"
        found: list[Derivation] = []
        for term in terms_of(whole):
            codes = moves_of(term, direction)
            after = self.paired(term, name) if codes and size(term) <= LONG_MOVE else None
            if after is None or size(after) > LONG_MOVE:
                continue
            before = as_trace(term)
            middle = transposed_trace(before) if len(codes) == 2 else None
            pairs = [(before, middle), (middle, after)] if middle is not None else [(before, after)]
            for code, (first, second) in zip(codes, pairs, strict=False):
                law, number = LAWS[code], count + len(found) + 1
                also = tuple(codes[1:]) if middle is None else ()
                assert first is not None
                assert second is not None
                row = Derivation(number, None, code, None, False, law.text, law.source, first, second, second)
                found.append(row._replace(also=also))
        return found

    def paired(self, term: Tree, name: str) -> Tree | None:
        """tr(Gᵀ dX) for one term of df, G being its gradient by dX."""
        direction = self.lookup(f"d{name}")
        assert direction is not None
        try:
            node = self.node(term)
            gradient = Reverse(self.graph, [direction]).gradient(node)[0]
        except GradcliError:
            return None
        from gradcli.program.forms.transpose import transpose

        turned = self.write(transpose(self.graph, gradient))
        return Call("tr", (Binary("@", turned, Name(f"d{name}")),))

    def evidence(self, whole: Tree | None, name: str) -> Evidence | None:
        """Proved where the gradient of df by dX is the gradient of f, as one canonical node; else tested."""
        if whole is None:
            return None
        direction, variable = self.lookup(f"d{name}"), self.lookup(name)
        assert direction is not None
        assert variable is not None
        self.inlined = True
        try:
            change = self.node(whole)
            read = Reverse(self.graph, [direction]).gradient(change)[0]
            own = Reverse(self.graph, [variable]).gradient(self.arrays.outputs[0].node)[0]
        except GradcliError:
            return evidence_by_entries(self.question, whole, name)
        finally:
            self.inlined = False
        if self.same(read, own):
            return "proved"
        return "tested" if self.agree(read, own) else evidence_by_entries(self.question, whole, name)

    def same(self, a: Node, b: Node) -> bool:
        """Is it one node, or are both the same terms when products are multiplied out?"""
        from gradcli.derive.ad.gradients import expanded

        if a is b or (a.shape == (1, 1) and total(self.graph, a) is total(self.graph, b)):
            return True
        return bool(a.shape) and expanded(self.graph, a) == expanded(self.graph, b)

    def agree(self, a: Node, b: Node) -> bool:
        """Do both have the same numbers at random arrays?"""
        from gradcli.evaluate.float64.arrays import evaluate_arrays
        from gradcli.evaluate.random_arrays import random_arrays

        variables = {node.data: node.shape for node in order([a, b]) if node.op == "variable"}
        sizes = {**{letter: 2 + i for i, letter in enumerate(sorted(self.arrays.dims))}, **self.question.sizes()}
        agreed = 0
        for values in random_arrays(variables, sizes):
            pairs = list(zip(*(entries(listed(x)) for x in evaluate_arrays([a, b], values, sizes)), strict=True))
            if any(x is None or y is None for x, y in pairs):
                continue
            largest = max(abs(x or 0.0) + abs(y or 0.0) for x, y in pairs)
            if any(abs((x or 0.0) - (y or 0.0)) > 1e-9 * largest for x, y in pairs):
                return False
            agreed += 1
        return agreed > 0


def of_differentials(law: str) -> str:
    """`d(exp(u)) = exp(u)*du` for `exp(u)' = exp(u)*u'`."""
    derived = pattern(r"(\w+(?:\([^()]*\))?)'(?!\()")
    return derived.sub(lambda found: f"d({found[1]})" if "(" in found[1] else f"d{found[1]}", law)


def entries(value: Any) -> list[float | None]:
    """All numbers of nested lists."""
    return [number for part in value for number in entries(part)] if isinstance(value, list) else [value]


def unmarked(tree: Tree) -> Tree:
    """D(u) as u: both have one shape."""
    return replaced(tree, lambda part: part.arguments[0] if type(part) is Call and part.function == "D" else None)


def as_trace(term: Tree) -> Tree:
    """A product that is a number as the trace that it is; a sum of entries stays one."""
    inner = term.operand if type(term) is Unary else term
    if type(inner) is Call or (type(inner) is Binary and inner.op != "@"):
        return term
    return Call("tr", (term,))


def transposed_trace(tree: Tree) -> Tree | None:
    """tr(Cᵀ Bᵀ Aᵀ) for tr(A B C); None where it is no trace of a product."""
    if type(tree) is not Call or tree.function != "tr":
        return None
    inner = tree.arguments[0]
    minus = type(inner) is Unary
    spine, first = unwound(inner.operand if type(inner) is Unary else inner, "@")
    factors = [turned(part) for part in (first, *(link.right for link in reversed(spine)))][::-1]
    if len(factors) < 2:
        return None
    product = factors[0]
    for factor in factors[1:]:
        product = Binary("@", product, factor)
    return Call("tr", (Unary("-", product) if minus else product,))


def turned(tree: Tree) -> Tree:
    """The transpose of a factor."""
    return tree.operand if type(tree) is Transpose else Transpose(tree)
