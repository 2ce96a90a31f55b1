"""The laws of differentials of vectors and matrices, tried in order on the text."""

from __future__ import annotations

from gradcli.explain.derivation import Deriver, RulePlan, constant_of, lowered, times
from gradcli.explain.trees import is_value
from gradcli.records import TYPE_CHECKING, Protocol
from gradcli.rules import NAMES, RULES
from gradcli.rules.arrays import ARRAY_NAMES
from gradcli.rules.laws import law_of_function
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Binary, Call, Index, Name, Number, Text, Transpose, Unary, Vector, children

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from typing import Any

    from gradcli.explain.derivation import Row
    from gradcli.text.tree import Tree

ZERO = Number(0)


class ArrayEngine(Protocol):
    """What the laws ask of the engine behind them."""

    def shape(self, tree: Tree) -> tuple[Any, ...]:
        """The shape of a part."""

    def differential(self, tree: Call, places: Sequence[int]) -> Tree:
        """A call's differential by these arguments: `#i` stands for an argument, `d#i` for its differential."""

    def fallback(self, deriver: ArrayDeriver, tree: Tree) -> tuple[str, Tree]:
        """A part that no law is for: how it was derived, and its differential."""


class ArrayDeriver(Deriver):
    """The derivation of a program of arrays by one variable: d of every part."""

    def __init__(
        self,
        variable: str,
        statements: Mapping[str, Tree],
        functions: Collection[str],
        engine: ArrayEngine,
    ) -> None:
        self.engine = engine
        self.seed = Name(f"d{variable}")
        self.shapes: dict[int, tuple[Any, ...]] = {}
        super().__init__(variable, statements, functions, self.by_engine, lambda tree: ())

    def by_engine(self, tree: Tree) -> tuple[str, Tree]:
        return self.engine.fallback(self, tree)

    def shape(self, tree: Tree) -> tuple[Any, ...]:
        """The shape of a part."""
        key = self.read(tree)[0]
        if key not in self.shapes:
            self.shapes[key] = self.engine.shape(tree)
        return self.shapes[key]

    def binary(self, tree: Binary) -> RulePlan:
        return self.matrix_product(tree) if tree.op == "@" else super().binary(tree)

    def other(self, tree: Tree) -> RulePlan:
        """What only arrays have."""
        if type(tree) is Transpose:
            return RulePlan("transpose", (tree.operand,), lambda d: Transpose(d[0]))
        if type(tree) is Index:
            subscripts = tree.subscripts
            return RulePlan("linear", (tree.base,), lambda d: Index(d[0], subscripts))
        return self.vector(tree) if type(tree) is Vector else self.without_law(tree)

    def vector(self, tree: Vector) -> RulePlan:
        """Entry by entry."""
        parts = tuple(item for item in tree.items if self.depends(item))

        def form(d: Sequence[Tree]) -> Tree:
            given = iter(d)
            return Vector(tuple(next(given) if self.depends(item) else ZERO for item in tree.items))

        return RulePlan("linear", parts, form)

    def matrix_product(self, tree: Binary) -> RulePlan:
        """d(U V) = dU V + U dV."""
        left, right = tree.left, tree.right
        if not self.depends(right):
            return RulePlan("matrix-product", (left,), lambda d: Binary("@", d[0], right))
        if not self.depends(left):
            return RulePlan("matrix-product", (right,), lambda d: Binary("@", left, d[0]))
        return RulePlan(
            "matrix-product", (left, right), lambda d: Binary("+", Binary("@", d[0], right), Binary("@", left, d[1]))
        )

    def inner(self, part: Tree) -> tuple[Tree, ...]:
        """The variable's differential is dx, not 1: no part is left out."""
        return (part,)

    def power(self, tree: Binary) -> RulePlan:
        """‖u‖² by its own law; arrays entry by entry; numbers as in calculus."""
        base, exponent = tree.left, tree.right
        if is_norm(base) and is_value(exponent, 2):
            inner = base.arguments[0]  # type: ignore[attr-defined]
            return RulePlan("squared-norm", (inner,), lambda d: Binary("*", Number(2), self.inner_product(inner, d[0])))
        if self.shape(tree) and not self.depends(exponent) and constant_of(exponent) is not None:
            outer = lowered(base, exponent)
            return RulePlan("elementwise", (base,), lambda d: times(outer, d[0]), "power")
        if self.shape(tree):
            return self.without_law(tree)
        if not self.depends(exponent):
            outer = lowered(base, exponent)
            return RulePlan("power", (base,), lambda d: times(outer, d[0]), chained=True)
        if not self.depends(base):
            log = Binary("*", tree, Call("log", (base,)))
            return RulePlan("exponential", (exponent,), lambda d: times(log, d[0]), chained=True)
        return self.without_law(tree)

    def inner_product(self, left: Tree, right: Tree) -> Tree:
        """uᵀ v of columns, vᵀ u turned for rows, tr(Uᵀ V) of matrices; a product of numbers."""
        shape = self.shape(left)
        if not shape:
            return Binary("*", left, right)
        if shape[1] == 1:
            return Binary("@", Transpose(left), right)
        return Call("tr", (Binary("@", Transpose(left), right),))

    def call(self, tree: Call) -> RulePlan:
        """Functions of matrices, functions entry by entry, functions of numbers."""
        if tree.function == "where" and len(tree.arguments) == 3:
            return self.piecewise(tree)
        law = CALLS.get(tree.function)
        if law is not None and not tree.keywords:
            found = law(self, tree)
            if found is not None:
                return found
        rule = RULES.get(NAMES.get(tree.function, ""))
        if tree.function in ARRAY_NAMES and (rule is None or len(tree.arguments) == 1):
            return self.own_law(tree)
        shapes = [self.shape(argument) for argument in tree.arguments if self.depends(argument)]
        fits = rule is not None and not tree.keywords and not (rule.variadic and len(tree.arguments) == 1)
        if rule is None or not fits or tree.function in self.functions:
            return self.without_law(tree)
        if rule.variadic and len(tree.arguments) > 2:
            return self.without_law(tree)
        return self.by_table(tree, rule, "elementwise" if any(shapes) else "function")

    def own_law(self, tree: Call) -> RulePlan:
        """A function of arrays by the law that bears its name; what that is of these arguments, the engine knows."""
        places = [i for i, argument in enumerate(tree.arguments) if self.depends(argument)]
        found = self.engine.differential(tree, places)
        own = {f"#{i}": tree.arguments[i] for i in places}

        def form(d: Sequence[Tree]) -> Tree:
            given = {**own, **{f"d#{i}": part for i, part in zip(places, d, strict=True)}}
            return replaced(found, lambda part: given.get(part.name) if type(part) is Name else None)

        order = tree.arguments[1] if tree.function == "norm" and len(tree.arguments) == 2 else None
        is_matrix = bool(self.shape(tree.arguments[0])) and 1 not in self.shape(tree.arguments[0])
        code = law_of_function(tree.function, "" if order is None else order_text(order), is_matrix)
        return RulePlan(code, tuple(tree.arguments[i] for i in places), form, tree.function)

    # ------------------------------------------------------------------------------- functions of matrices

    def norm(self, tree: Call) -> RulePlan | None:
        """d‖u‖ = uᵀ du / ‖u‖."""
        if len(tree.arguments) != 1:
            return None
        inner = tree.arguments[0]
        return RulePlan("norm", (inner,), lambda d: Binary("/", self.inner_product(inner, d[0]), tree))

    def trace(self, tree: Call) -> RulePlan:
        return RulePlan("trace", tree.arguments, lambda d: Call("tr", (d[0],)))

    def inverse(self, tree: Call) -> RulePlan:
        """dU⁻¹ = -U⁻¹ dU U⁻¹."""
        return RulePlan("inverse", tree.arguments, lambda d: Unary("-", Binary("@", Binary("@", tree, d[0]), tree)))

    def determinant(self, tree: Call) -> RulePlan:
        inverse = Call("inv", tree.arguments)
        return RulePlan(
            "determinant", tree.arguments, lambda d: Binary("*", tree, Call("tr", (Binary("@", inverse, d[0]),)))
        )

    def log_determinant(self, tree: Call) -> RulePlan:
        inverse = Call("inv", tree.arguments)
        return RulePlan("log-determinant", tree.arguments, lambda d: Call("tr", (Binary("@", inverse, d[0]),)))

    def entries(self, tree: Call) -> RulePlan | None:
        """d sum(U) = sum(dU), and so the mean."""
        name = tree.function
        if not self.shape(tree.arguments[0]):
            return None
        return RulePlan("sum-of-entries", tree.arguments, lambda d: Call(name, (d[0],)))

    def softmax(self, tree: Call) -> RulePlan | None:
        """ds = (diag(s) - s sᵀ) du."""
        if not is_column(self.shape(tree.arguments[0])):
            return None
        middle = Binary("-", Call("diag", (tree,)), Binary("@", tree, Transpose(tree)))
        return RulePlan("softmax", tree.arguments, lambda d: Binary("@", middle, d[0]))

    def logsumexp(self, tree: Call) -> RulePlan | None:
        """d lse(u) = softmax(u)ᵀ du."""
        if not is_column(self.shape(tree.arguments[0])):
            return None
        weights = Transpose(Call("softmax", tree.arguments))
        return RulePlan("logsumexp", tree.arguments, lambda d: Binary("@", weights, d[0]))

    def diag(self, tree: Call) -> RulePlan:
        return RulePlan("diag", tree.arguments, lambda d: Call("diag", (d[0],)))

    def linear(self, tree: Call) -> RulePlan:
        name = tree.function
        return RulePlan("linear", tree.arguments, lambda d: Call(name, (d[0],)))

    def transposed(self, tree: Call) -> RulePlan:
        return RulePlan("transpose", tree.arguments, lambda d: Transpose(d[0]))

    def dot(self, tree: Call) -> RulePlan:
        """d(uᵀ v) = vᵀ du + uᵀ dv."""
        left, right = tree.arguments
        if not self.depends(right):
            return RulePlan("matrix-product", (left,), lambda d: Binary("@", Transpose(right), d[0]))
        if not self.depends(left):
            return RulePlan("matrix-product", (right,), lambda d: Binary("@", Transpose(left), d[0]))
        return RulePlan(
            "matrix-product",
            (left, right),
            lambda d: Binary("+", Binary("@", Transpose(right), d[0]), Binary("@", Transpose(left), d[1])),
        )

    def bilinear(self, tree: Call) -> RulePlan:
        """d B(u, v) = B(du, v) + B(u, dv)."""
        name, (left, right) = tree.function, tree.arguments
        if not self.depends(right):
            return RulePlan("bilinear", (left,), lambda d: Call(name, (d[0], right)))
        if not self.depends(left):
            return RulePlan("bilinear", (right,), lambda d: Call(name, (left, d[0])))
        return RulePlan(
            "bilinear", (left, right), lambda d: Binary("+", Call(name, (d[0], right)), Call(name, (left, d[1])))
        )

    def outer(self, tree: Call) -> RulePlan:
        return self.matrix_product(Binary("@", tree.arguments[0], Transpose(tree.arguments[1])))

    def solve(self, tree: Call) -> RulePlan:
        return self.matrix_product(Binary("@", Call("inv", tree.arguments[:1]), tree.arguments[1]))


CALLS: dict[str, Callable[[ArrayDeriver, Call], RulePlan | None]] = {
    "norm": ArrayDeriver.norm,
    "tr": ArrayDeriver.trace,
    "trace": ArrayDeriver.trace,
    "inv": ArrayDeriver.inverse,
    "det": ArrayDeriver.determinant,
    "logdet": ArrayDeriver.log_determinant,
    "sum": ArrayDeriver.entries,
    "mean": ArrayDeriver.entries,
    "softmax": ArrayDeriver.softmax,
    "logsumexp": ArrayDeriver.logsumexp,
    "diag": ArrayDeriver.diag,
    "vec": ArrayDeriver.linear,
    "cumsum": ArrayDeriver.linear,
    "tril": ArrayDeriver.linear,
    "triu": ArrayDeriver.linear,
    "transpose": ArrayDeriver.transposed,
    "dot": ArrayDeriver.dot,
    "outer": ArrayDeriver.outer,
    "cross": ArrayDeriver.bilinear,
    "kron": ArrayDeriver.bilinear,
    "solve": ArrayDeriver.solve,
}


def is_norm(tree: Tree) -> bool:
    return type(tree) is Call and tree.function == "norm" and len(tree.arguments) == 1 and not tree.keywords


def order_text(tree: Tree) -> str:
    """`2`, `inf`, `nuc`: the order of a norm."""
    if type(tree) is Text or type(tree) is Number:
        return str(tree.value)
    return tree.name if type(tree) is Name else ""


def is_column(shape: tuple[Any, ...]) -> bool:
    return len(shape) == 2 and shape[1] == 1


def marked(part: Tree, row: Row | None = None) -> Tree:
    """The differential of a part: dx of a name, D(...) of an expression, 0 of what is constant."""
    if row is not None and row.plan.rule == "constant":
        return ZERO
    if type(part) is Name:
        return Name(f"d{part.name}")
    return Call("D", (part,))


def terms_of(tree: Tree) -> list[Tree]:
    """The terms of a differential: sums taken apart, also inside traces, under signs and numbers in front."""
    found: list[Tree] = []
    stack: list[tuple[Tree, Callable[[Tree], Tree]]] = [(tree, lambda t: t)]
    while stack:
        here, around = stack.pop()
        if type(here) is Binary and here.op in "+-":
            minus = here.op == "-"
            stack.append((here.right, composed(around, lambda t: Unary("-", t)) if minus else around))
            stack.append((here.left, around))
        elif type(here) is Unary:
            stack.append((here.operand, composed(around, lambda t: Unary("-", t))))
        elif type(here) is Call and here.function in ("tr", "trace") and not_simple(here.arguments[0]):
            stack.append((here.arguments[0], composed(around, lambda t: Call("tr", (t,)))))
        else:
            found.append(around(here))
    return found


def not_simple(tree: Tree) -> bool:
    """Is it a sum, perhaps under a sign?"""
    return (type(tree) is Binary and tree.op in "+-") or type(tree) is Unary


def composed(outer: Callable[[Tree], Tree], inner: Callable[[Tree], Tree]) -> Callable[[Tree], Tree]:
    return lambda t: outer(inner(t))


def moves_of(term: Tree, direction: str) -> list[str]:
    """What brings the direction to the right of a term: the trace of a transpose, and the cycle of a trace."""
    turned = behind = False
    stack = [(term, False, False, False)]
    while stack:  # left, right: what stands beside a part in the whole term
        tree, transposed, left, right = stack.pop()
        if type(tree) is Name and tree.name == direction:
            turned |= transposed
            behind |= left if transposed else right
        elif type(tree) is Transpose:
            stack.append((tree.operand, not transposed, left, right))
        elif type(tree) is Binary and tree.op == "@":
            first, second = (tree.right, tree.left) if transposed else (tree.left, tree.right)
            stack += [(first, transposed, left, True), (second, transposed, True, right)]
        elif type(tree) is Call and tree.function in ("tr", "trace", "sum"):
            stack.extend((part, transposed, False, False) for part in tree.arguments)
        else:
            stack.extend((part, transposed, left, right) for part in children(tree))
    return [code for code, needed in (("trace-transpose", turned), ("trace-cyclic", behind)) if needed]
