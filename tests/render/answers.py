"""Sample answers for the tests of rendering: records as `derive` makes them, written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.derive.results import Chain, Gradient, Hessian, Intermediate, Jacobian, Numbers, Reading, Term
from gradcli.problems import Problem, Source
from gradcli.text.parser import parse_expression
from gradcli.text.tree import Call, Name, Statement, Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def tree(text: str) -> Tree:
    """The syntax of an expression."""
    return parse_expression(Source("expression", text))


def trees(texts: Mapping[str, str]) -> dict[str, Tree]:
    return {name: tree(text) for name, text in texts.items()}


def rows(texts: Sequence[Sequence[str]]) -> tuple[tuple[Tree, ...], ...]:
    return tuple(tuple(tree(text) for text in row) for row in texts)


def reading(program: str, at: str = "", output: str = "f", variables: str = "", **more: Any) -> Reading:
    """A reading of statements joined by `; `, at a point `x1=1,x2=pi/2`."""
    statements = []
    for part in program.split("; "):
        left, equals, right = part.partition(" = ")
        source = Source("expression", part)
        statements.append(Statement(left if equals else None, tree(right if equals else part), source, 0, 0))
    point = dict(pair.split("=") for pair in at.split(",")) if at else None
    names = tuple(variables.split()) or tuple(point or ())
    values = {name: float(value) for name, value in point.items()} if point else None
    return Reading(
        tuple(statements),
        output,
        names,
        more.get("shapes", dict.fromkeys(names, ())),
        trees(more.get("constants", {})),
        trees(point) if point else None,
        more.get("at_values", values),
        more.get("decimal", False),
        more.get("assumptions", ()),
    )


CERTIFIED = Numbers("symbolic", "certified", None, ())
SYMBOLIC = Numbers("symbolic", None, None, ())


def squares() -> Gradient:
    """The first example: x1**2 + x2**2 at (1, 2)."""
    return Gradient(
        reading("x1**2 + x2**2", "x1=1,x2=2"), CERTIFIED, "denominator", (2, 1), trees({"x1": "2*x1", "x2": "2*x2"}),
        (), 5.0, {"x1": 2.0, "x2": 4.0}, None, None, None, None,
    )  # fmt: skip


def symbolic_squares() -> Gradient:
    """The same without a point, in numerator layout."""
    return squares()._replace(
        reading=reading("x1**2 + x2**2", variables="x1 x2"), numbers=SYMBOLIC, layout="numerator", shape=(1, 2),
        value=None, gradient=None,
    )  # fmt: skip


def kink() -> Gradient:
    """abs(x1) + theta*x2 at a kink, with a constant."""
    problem = Problem("x1", "not-differentiable", "not differentiable at x1 = 0", -1.0, 1.0)
    return Gradient(
        reading("abs(x1) + a*theta**2", "theta=0.5,x1=0", constants={"a": "3"}),
        CERTIFIED._replace(problems=(problem,)), "denominator", (2, 1),
        trees({"theta": "2*a*theta", "x1": "sign(x1)"}), (), 0.75, {"theta": 3.0, "x1": None}, None, None, None, None,
    )  # fmt: skip


def differences() -> Gradient:
    """Finite differences: numbers with errors, no symbols; a direction."""
    return Gradient(
        reading("exp(x)*y", "x=1,y=-400.5"), Numbers("fd", "estimated", 11, ()), "denominator", (2, 1), None, (),
        -1088.6717472838, {"x": -1088.6717472838, "y": 2.718281828459045}, {"x": 1.2e-20, "y": 3e-17},
        {"x": 0.6, "y": 0.8}, None, -651.0284219075,
    )  # fmt: skip


def long_gradient() -> Gradient:
    """Symbols far wider than a terminal, with a definition."""
    long = " + ".join(f"x{i}*sin(t1*x{i + 1})**2/(1 + x{i + 2}**2)" for i in range(1, 9))
    names = {f"x{i}": long for i in range(1, 4)}
    return Gradient(
        reading(f"exp({long})", "x1=0.1,x2=0.25,x3=1e-10", decimal=True), CERTIFIED, "denominator", (3, 1),
        trees(names), (("t1", tree("exp(x1 + x2)")),), 1.5e-10,
        {"x1": 0.30000000000000004, "x2": -123456.78901234567, "x3": 1.5e-10}, None, None, None, None,
    )  # fmt: skip


def many(count: int = 100) -> Gradient:
    """A gradient by many variables."""
    names = [f"x{i}" for i in range(1, count + 1)]
    return Gradient(
        reading(" + ".join(f"{name}**2" for name in names), ",".join(f"{name}=2" for name in names)), CERTIFIED,
        "denominator", (count, 1), trees({name: f"2*{name}" for name in names}), (), 4.0 * count,
        dict.fromkeys(names, 4.0), None, None, None, None,
    )  # fmt: skip


def arrays() -> Gradient:
    """The gradient by a vector."""
    return Gradient(
        reading(
            "norm(x)**2 + x[0]", "", variables="x", shapes={"x": (3,)}, at_values={"x": [1.0, 2.0, 3.0]},
            assumptions=("x is taken as a vector of 3 entries",),
        )._replace(at={"x": tree("[1, 2, 3]")}),
        CERTIFIED, "denominator", (3, 1), trees({"x": "2*x"}), (), 15.0, {"x": [2.0, 4.0, 6.0]},
        None, None, None, None,
    )  # fmt: skip


def jacobian(layout: str = "numerator") -> Jacobian:
    """[x1**2, x1*x2] at (1, 2)."""
    turned = layout == "denominator"
    texts, numbers = [["2*x1", "0"], ["x2", "x1"]], ((2.0, 0.0), (2.0, 1.0))
    if turned:
        texts, numbers = [["2*x1", "x2"], ["0", "x1"]], ((2.0, 2.0), (0.0, 1.0))
    labels = ("x1", "x2") if turned else ("f1", "f2")
    return Jacobian(
        reading("[x1**2, x1*x2]", "x1=1,x2=2"), CERTIFIED, layout, (2, 2), ("f1", "f2"),  # type: ignore[arg-type]
        (tree("x1**2"), tree("x1*x2")), labels, ("f1", "f2") if turned else ("x1", "x2"), rows(texts), (),
        (1.0, 2.0), numbers, None, None, None, None, other=jacobian("denominator") if layout == "both" else None,
    )  # fmt: skip


def wide_jacobian(layout: str = "numerator") -> Jacobian:
    """Entries that a page of 80 columns has no room for side by side."""
    texts = [[f"exp(-x{j}**2)*sin(x{i})*(x{i} + x{j})/(1 + x{j}**2)" for j in range(1, 5)] for i in range(1, 4)]
    labels = ("y1", "y2", "y3")
    columns = ("x1", "x2", "x3", "x4")
    numbers = tuple(tuple(0.1 * i + 1 / (j + 3) for j in range(4)) for i in range(3))
    program = "y1 = x1*x2; y2 = x2*x3; y3 = x3*x4"
    return Jacobian(
        reading(program, "x1=1,x2=2,x3=3,x4=4"), CERTIFIED, layout, (3, 4), labels,  # type: ignore[arg-type]
        (tree("x1*x2"), tree("x2*x3"), tree("x3*x4")), labels, columns, rows(texts), (), (2.0, 6.0, 12.0), numbers,
        None, None, None, None,
    )  # fmt: skip


def hessian() -> Hessian:
    """Rosenbrock's function at its minimum, with a direction."""
    return Hessian(
        reading("(1 - x)**2 + 100*(y - x**2)**2", "x=1,y=1"), CERTIFIED, "numerator", (2, 2), ("x", "y"), ("x", "y"),
        rows([["1200*x**2 - 400*y + 2", "-400*x"], ["-400*x", "200"]]), (), 0.0, ((802.0, -400.0), (-400.0, 200.0)),
        None, (0.3993607674876293, 1001.6006392325123), "positive definite", {"x": 1.0, "y": 1.0},
        tree("1200*x**2 - 400*y - 800*x + 202"), 202.0,
    )  # fmt: skip


def term(through: str, outer: str, inner: str, *values: float) -> Term:
    numbers = values or (None, None, None)
    return Term(through, tree(outer), tree(inner), *numbers)


def chain() -> Chain:
    """The README's example of a chain, at (1, 2)."""
    a, s, c = 3.0, 0.8414709848078965, 0.5403023058681398
    return Chain(
        reading("y = u1*u2; u1 = x1 + x2; u2 = sin(x1)", "x1=1,x2=2", "y"), CERTIFIED, "denominator", "y",
        tree("u1*u2"), ("x1", "x2"),
        (Intermediate("u1", tree("x1 + x2"), a, ()), Intermediate("u2", tree("sin(x1)"), s, ())),
        {"y": ("u1", "u2"), "u1": ("x1", "x2"), "u2": ("x1",)},
        {
            "x1": (term("u1", "u2", "1", s, 1.0, s), term("u2", "u1", "cos(x1)", a, c, 1.6209069176044193)),
            "x2": (term("u1", "u2", "1", s, 1.0, s),),
            "u1": (term("y", "1", "u2", 1.0, s, s),),
            "u2": (term("y", "1", "u1", 1.0, a, a),),
        },
        trees({"x1": "u2 + u1*cos(x1)", "x2": "u2", "u1": "u2", "u2": "u1"}),
        {"x1": 2.4623779024123156, "x2": s, "u1": s, "u2": a},
        trees({"x1": "sin(x1) + (x1 + x2)*cos(x1)", "x2": "sin(x1)"}), (), 2.5244129544236893,
        {"x1": 2.4623779024123156, "x2": s}, True, False,
    )  # fmt: skip


def abstract_chain() -> Chain:
    """u = f(x, y) with x and y abstract functions of a: only symbols."""
    by = {name: Call(name, (Name("x"), Name("y"))) for name in ("∂f/∂x", "∂f/∂y")}
    own = {name: Call(name, (Name("a"),)) for name in ("∂x/∂a", "∂y/∂a")}
    terms = tuple(
        Term(through, by[f"∂f/∂{through}"], own[f"∂{through}/∂a"], None, None, None) for through in ("x", "y")
    )
    total = tree("p*q + r*s")
    for binary, through in ((total.left, "x"), (total.right, "y")):  # type: ignore[attr-defined]
        binary.left, binary.right = by[f"∂f/∂{through}"], own[f"∂{through}/∂a"]
    return Chain(
        reading("u = f(x, y); x = x(a); y = y(a)", "", "u", "a"), SYMBOLIC, "denominator", "u", tree("f(x, y)"),
        ("a",),
        (Intermediate("x", tree("x(a)"), None, ()), Intermediate("y", tree("y(a)"), None, ())),
        {"u": ("x", "y"), "x": ("a",), "y": ("a",)}, {"a": terms}, {"a": total}, None, {"a": total}, (), None, None,
        None, False,
    )  # fmt: skip


SAMPLES = {
    "gradient": squares, "symbolic": symbolic_squares, "kink": kink, "differences": differences,
    "long": long_gradient, "arrays": arrays, "jacobian": jacobian, "jacobian-wide": wide_jacobian,
    "jacobian-both": lambda: jacobian("both"), "jacobian-denominator": lambda: jacobian("denominator"),
    "hessian": hessian, "chain": chain, "chain-abstract": abstract_chain,
}  # fmt: skip
"""Every sample by its name, which is the name of its golden files too."""
