"""Derivations: the laws in the order of the text, every row right, and the end that of `grad`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

import gradcli
from gradcli.explain import derivation
from gradcli.explain.explanations import explanations
from gradcli.problems import GradcliError
from gradcli.render.explain.steps_formats import write_steps_latex
from gradcli.render.notation import write
from gradcli.rules import RULES
from gradcli.rules.laws import LAWS
from tests.explain.helpers import request
from tests.explain.test_trace import EXPRESSIONS


def derived(text: str, wrt: str = "x", at: Any = None, level: str = "full") -> Any:
    (found,) = explanations(request(text, at, (wrt,), level=level))
    return found.derivations[0]


def rules(text: str, wrt: str = "x", level: str = "full") -> list[str]:
    return [row.function if row.rule == "function" else row.rule for row in derived(text, wrt, None, level).rows]


CASES = [
    ("log(x**2)*sin(x) + 1/x", ["sum", "product", "log", "power", "sin", "reciprocal"]),
    ("sin(x*y)/(x**2+y**2)", ["quotient", "sin", "constant-multiple", "identity", "sum", "power"]),
    ("1/(1+exp(-x))", ["reciprocal", "sum", "exp", "constant-multiple", "identity"]),
    ("2**(3*x)", ["exponential", "constant-multiple", "identity"]),
    ("x**x", ["general-power", "identity", "identity"]),
    ("where(x > 0, x**2, -x)", ["piecewise", "power", "constant-multiple", "identity"]),
    ("y = u**2; u = 3*x + 1", ["power", "named-step", "sum", "constant-multiple", "identity"]),
    ("exp(y)", ["constant"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_which_laws_apply(text: str, expected: list[str]):
    """The rows of the full derivation, in order; the result is grad's own text."""
    shown = f"{text} + 0*x" if text == "exp(y)" else text
    found = rules(shown)
    assert (found[1:2] if text == "exp(y)" else found) == (expected if text != "exp(y)" else found[1:2])
    answer = gradcli.grad(shown, wrt="x")
    assert write(derived(shown).result) == write(answer.symbolic["x"])


def test_an_expression_that_comes_again_is_one_row():
    """As long as the graph, not as the text."""
    rows = derived("exp(exp(x)+exp(x)**2)+sin(exp(x)+exp(x)**2)").rows
    assert [row.repeats for row in rows if row.repeats is not None] == [4, 3]


def test_levels():
    """Normal leaves out constants and identities, brief goes two deep, with results."""
    assert rules("3*x + sin(x**2)", level="normal") == ["sum", "constant-multiple", "sin", "power"]
    brief = derived("3*x + sin(x**2)", level="brief").rows
    assert [write(row.after) for row in brief[1:]] == ["3", "cos(x**2)*2*x"]


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_function_has_its_row(name: str):
    """The row of the rule table gives the derivative that grad has, proved or tested."""
    rule = RULES[name]
    places = [i for i, partial in enumerate(rule.partials) if partial is not None]
    if not places:
        pytest.skip("it cannot be differentiated")
    place = places[0]
    arguments = ["1/3 + x/7" if i == place else str(i + 2) for i in range(len(rule.args))]
    found = derived(f"{name}({', '.join(arguments)})")
    assert (found.rows[0].rule, found.rows[0].function) == ("function", name)
    assert found.evidence in ("proved", "tested")


@settings(max_examples=60)
@given(EXPRESSIONS)
def test_random_derivations(text: str):
    """All put together is grad's derivative, at every level."""
    assert derived(f"{text} + x*y").evidence in ("proved", "tested")


def test_a_wrong_law_is_caught(monkeypatch: pytest.MonkeyPatch):
    """With a product rule that forgets a term the derivation is neither proved nor tested."""

    def wrong(self: Any, tree: Any) -> Any:
        right = tree.right
        return derivation.RulePlan("product", (tree.left, right), lambda d: derivation.Binary("*", d[0], right))

    monkeypatch.setattr(derivation.Deriver, "product", wrong)
    assert derived("x*sin(x)").evidence is None


def test_numbers_of_rows():
    """At a point each row has its number, the first that of the gradient."""
    found = derived("sin(x*y)/(x**2+y**2)", at="1,2")
    assert found.rows[0].number == found.number == gradcli.grad("sin(x*y)/(x**2+y**2)", at="1,2").gradient["x"]


def test_abstract_functions():
    """u = f(x, y), x = x(t), y = y(t): ∂f/∂x·x' + ∂f/∂y·y'."""
    found = derived("u = f(x,y); x = x(t); y = y(t)", "t")
    assert found.evidence == "proved"
    assert [row.rule for row in found.rows] == ["chain", "named-step", "chain", "named-step", "chain"]


def test_functions_without_a_row():
    """A vector that is written out is differentiated as a whole, in one row that says so."""
    assert rules("norm([x, y])*x")[1] == "entrywise"


def test_long_derivations_use_the_names_of_the_trace():
    """3,000 nested sines: linear, tested, and not put together."""
    found = derived("sin(" * 3_000 + "x" + ")" * 3_000, at="1")
    assert (len(found.rows), found.evidence, found.assembled) == (3_000, "tested", None)


def test_rows_that_repeat_long_texts_use_them_too():
    """A hundred nested sines; thirty are written out."""
    assert write(derived("sin(" * 100 + "x" + ")" * 100, at="1").rows[0].before) == "sin(v99)"
    assert write(derived("sin(" * 30 + "x" + ")" * 30, at="1").rows[0].before) == "sin(" * 30 + "x" + ")" * 30


def test_arrays_of_one_entry_are_proved():
    """y of one entry: (sum(y) - o)*ones(1) is y - o."""
    at = "W=[[1,-1]],h=[0.5,-0.2],y=[1]"
    (explanation,) = explanations(request("L = norm(o - y)**2/2; o = W@h", at, ("y", "W")))
    assert [steps.evidence for steps in explanation.derivations] == ["proved", "proved"]
    assert [row.shape for row in explanation.derivations[1].rows if row.rule in ("sum", "named-step")] == [(1, 1)] * 2


def test_a_law_has_brackets_where_it_needs_them():
    """sigmoid(x)·(1 - sigmoid(x)) is a product, 1 - tanh(x)² is none."""
    from gradcli.explain.lines import law_of

    assert law_of("function", "sigmoid")[0] == "sigmoid(u)' = sigmoid(u)*(1 - sigmoid(u))*u'"
    assert law_of("function", "tanh")[0] == "tanh(u)' = (1 - tanh(u)**2)*u'"


def test_laws_have_names_sources_and_latex():
    """Each row of the table is whole."""
    for law in LAWS.values():
        assert law.name
        assert law.chinese
        assert law.text
        assert law.latex.count("{") == law.latex.count("}")
        assert law.source


ARRAYS = [
    ("norm(A@x - b)**2", "x", ["squared-norm", "sum", "matrix-product"]),
    ("x.T@A@x", "x", ["matrix-product", "matrix-product", "transpose", "trace-transpose"]),
    ("tr(X.T@A@X)", "X", ["trace", "matrix-product", "matrix-product", "transpose", "trace-transpose"]),
    ("dot(a, inv(X)@b)", "X", ["matrix-product", "matrix-product", "inverse", "trace-cyclic"]),
    ("det(X)", "X", ["determinant"]),
    ("logdet(X)", "X", ["log-determinant"]),
    ("logsumexp(o) - dot(y,o)", "o", ["sum", "logsumexp", "matrix-product"]),
    ("dot(y, log(softmax(x)))", "x", ["matrix-product", "elementwise", "softmax"]),
    ("sum(log(1+exp(-y*(X@w))))", "w",
     ["sum-of-entries", "elementwise", "sum", "elementwise", "constant-multiple", "matrix-product"]),
    ("tr(diag(x)@A)", "x", ["trace", "matrix-product", "diag", "trace-cyclic"]),
    ("sum(p*log(p/q))", "q", ["sum-of-entries", "constant-multiple", "elementwise", "reciprocal"]),
    ("norm(X)", "X", ["norm"]),
    ("x: n; sum(where(x > 0, x, x**2))", "x", ["sum-of-entries", "piecewise", "elementwise"]),
    ("x: n; a: scalar; sum(where(x > a, a*x, 3))", "a", ["sum-of-entries", "piecewise", "constant-multiple"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "expected"), ARRAYS)
def test_differentials(text: str, wrt: str, expected: list[str]):
    """The laws in order, then dX brought to the right; what is read off is grad's gradient, proved or tested."""
    found = derived(text, wrt, level="normal")
    assert [row.rule for row in found.rows] == expected
    assert found.evidence in ("proved", "tested")


def test_one_function_of_arrays_of_two_shapes():
    """The differential of each has the sizes of its own argument."""
    text = gradcli.steps("W: m,n; A: m,k; sum(max(W, axis=1))*sum(max(A, axis=1))", wrt="A,W").text()
    assert "where(A == max(A, axis=1)@ones(k).T, dA, 0)@ones(k)" in text
    assert "where(W == max(W, axis=1)@ones(n).T, dW, 0)@ones(n)" in text


def test_a_wrong_law_of_matrices_is_caught(monkeypatch: pytest.MonkeyPatch):
    """d inv(X) without its sign is found out."""
    from gradcli.explain.arrays import laws as array_laws

    def wrong(self: Any, tree: Any) -> Any:
        return array_laws.RulePlan("inverse", tree.arguments, lambda d: array_laws.Binary("@", tree, d[0]))

    monkeypatch.setitem(array_laws.CALLS, "inv", wrong)
    assert derived("dot(a, inv(X)@b)", "X").evidence is None


def test_a_vector_is_refused():
    """As grad refuses it."""
    with pytest.raises(GradcliError, match="one scalar function"):
        explanations(request("[x, y]"))


def test_the_proof_by_components():
    """Zhang et al., Dive into Deep Learning: ∂‖x‖²/∂x_i = 2·x_i, and so for ‖X‖²; a determinant has no such proof."""
    for text, wrt, expected in (("norm(x)**2", "x", "2*x_i"), ("norm(X)**2", "X", "2*X_ij"), ("dot(a, x)", "x", "a_i")):
        declared = request(text, None, (wrt,), components=True)
        (found,) = explanations(declared)
        assert write(found.derivations[0].result) == expected
    with pytest.raises(GradcliError, match="no sum of terms"):
        explanations(request("det(X)", None, ("X",), components=True))


def test_rows_at_a_kink_have_no_number() -> None:
    """(|x|)′ does not exist at 0; x·|x| has a derivative there all the same; what is beside the kink has its number."""
    (found,) = explanations(request("x*abs(x)", "0"))
    (steps,) = found.derivations
    assert [(row.rule, row.number) for row in steps.rows] == [("product", 0.0), ("function", None)]
    (found,) = explanations(request("relu(x) + x**2", "0"))
    assert [row.number for row in found.derivations[0].rows] == [None, None, 0.0]
    (found,) = explanations(request("abs(x)*y", "-1,2"))
    assert [row.number for row in found.derivations[0].rows] == [-2.0, -1.0]


def test_what_has_no_value_has_no_derivative() -> None:
    """1/(1 - x²) is a number at 2, atanh has none there; nor has a branch that is not taken, or what cancels."""
    (found,) = explanations(request("atanh(x)*y + x", "2,2", ("x",)))
    assert [row.number for row in found.derivations[0].rows] == [None, None, None]
    (found,) = explanations(request("where(x > 0, log(x), x**2)", "-1"))
    assert [row.number for row in found.derivations[0].rows] == [-2.0, None, -2.0]
    (found,) = explanations(request("(sqrt(z) + z)*sin(0/3)", "-1"))
    assert found.derivations[0].rows[0].number is None


def test_softmax_of_one_row_behind_a_product_of_one_entry() -> None:
    """A placeholder had the shape of an earlier one, and du·softmax(u)ᵀ was written as du·sum(softmax(u))."""
    text = "Q: 1,1; K: 2,1; V: 2,1; sum(softmax(Q@K.T, axis=1)@V)"
    (steps,) = explanations(request(text, None, ("K",)))[0].derivations
    assert steps.evidence == "proved"
    (row,) = [row for row in steps.rows if row.rule == "softmax"]
    assert write(row.after) == "(D(Q@K.T) - D(Q@K.T)@softmax(Q@K.T).T)*softmax(Q@K.T)"


@pytest.mark.parametrize("text", ["u = y/y; u*x", "u = (y-y)/log1p(y); v = u/y; v*u + x"])
def test_what_a_statement_has_dropped_is_asked_for_in_every_row(text: str) -> None:
    """Rows that name a statement without a value have no number."""
    (found,) = explanations(request(text, at={"x": 1, "y": 0}))
    assert [row.number for row in found.derivations[0].rows] == [None] * len(found.derivations[0].rows)


def test_a_kink_that_comes_again_has_no_number_there_either() -> None:
    """(x + u)′ = (u)′, as in a step above that has none."""
    (found,) = explanations(request("u = max(y, 2)*abs(y); h = (x + u)/7; -u - h", {"x": 1, "y": 2}, ("y",)))
    assert {write(row.before): row.number for row in found.derivations[0].rows}["x + u"] is None


@pytest.mark.parametrize(
    ("text", "at", "wrt"),
    [
        ("x.T@inv(A@A.T + eye(n))@x", {"x": [-1.5], "A": [[-1.25, 0.75]]}, "A"),
        ("x.T@inv(A@A.T + eye(n))@x", {"x": [-1.5], "A": [[-1.25, 0.75]]}, "x"),
        ("x.T@y/(norm(x)*norm(y))", {"x": [0.25], "y": [-0.5]}, "x"),
        ("h = tanh(W@x); g = V@h; norm(g)**2 + norm(h)**2", {"V": [[1], [2]], "W": [[1, -1]], "x": [0.5, 2]}, "W"),
    ],
)
def test_sizes_of_one_have_evidence(text: str, at: Any, wrt: str, monkeypatch: pytest.MonkeyPatch):
    """A matrix of one entry is a number to the engine of arrays; entry by entry it is proved, and a slip found."""
    asked = {"shapes": ("A=n,m", "x=n")} if "eye" in text else {}
    assert gradcli.steps(text, at=at, wrt=wrt, **asked).derivations[0].evidence in ("proved", "tested")
    if "inv" in text and wrt == "A":
        from gradcli.explain.arrays import laws as array_laws

        def wrong(self: Any, tree: Any) -> Any:
            return array_laws.RulePlan("inverse", tree.arguments, lambda d: array_laws.Binary("@", tree, d[0]))

        monkeypatch.setitem(array_laws.CALLS, "inv", wrong)
        assert gradcli.steps(text, at=at, wrt=wrt, **asked).derivations[0].evidence is None


@pytest.mark.parametrize("text", ["0^x", "0^where(x > 1, x, 2)", "3*0^(x*x)"])
def test_a_row_whose_form_has_no_value(text: str):
    """0^x·log(0) has none; the row has the number of the derivative that it is, as `grad` decides it."""
    assert next(row.number for row in derived(text, at="2").rows if "0^" in write(row.before, "pretty")) == 0


def test_choices_are_proved_branch_by_branch():
    """grad puts factors into the branches."""
    assert derived("0^where(x > 1, x, 2)").evidence == "proved"
    assert derived("x*where(x > 0, x, 2) - x*where(x < 1, sin(x), y)").evidence == "proved"


def test_what_is_left_stands_as_its_own_row_says():
    """(u + 0·x)′ is (0·x)′, which the next row differentiates."""
    first, second, _ = derived("u + 0*x").rows
    assert write(first.after) == "D(0*x)"
    assert write(second.before) == "0*x"


def test_laws_are_in_the_names_of_expressions():
    """u and v, since x is the variable; a function of one argument has one term."""
    assert derived("max(x, x**2)").rows[0].law == "max(u, v)' = where(u >= v, 1, 0)*u' + where(u >= v, 0, 1)*v'"
    assert derived("f(g(x))").rows[0].law == "f(u)' = f'(u)*u'"
    assert derived("f(x, y)").rows[0].law == "f(u, v)' = ∂f/∂u*u' + ∂f/∂v*v'"


def test_the_inner_product_of_matrices_is_a_trace():
    """d‖X‖² = 2·tr(Xᵀ dX): the law says what its row does."""
    assert gradcli.steps("norm(X)**2", shapes="X=m,n").derivations[0].rows[0].law == "d(norm(u)**2) = 2*tr(u.T@du)"
    assert gradcli.steps("norm(x)**2", shapes="x=n").derivations[0].rows[0].law == "d(norm(u)**2) = 2*u.T@du"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sum(tanh(W@x)**2*y)", r"d\left(\tanh\left(W x\right)^{\odot 2}\right) \odot y"),
        ("sum(tanh(W@x)**2*y)", r"\left(1 - \tanh\left(W x\right)^{\odot 2}\right) \odot d\left(W x\right)"),
        ("sum(x**2/(1 + x**2))", r"{\left(1 + x^{\odot 2}\right)^{\odot 2}}"),
        ("h = tanh(z); z = W@x; sum(h)", r"\odot dz"),
        ("norm(x)*dot(a, x)", r"\left\lVert x \right\rVert d\left(\operatorname{dot}"),
    ],
)
def test_latex_has_a_sign_for_products_of_arrays(text: str, part: str):
    """Two arrays side by side are a matrix product: entry by entry they have their own sign, numbers none."""
    (found,) = explanations(request(text, wrt=("W",) if "W" in text else ("x",)))
    assert part in write_steps_latex(found)


JUMPS = [
    ("floor(x)*x", ["floor(x)*x", "floor(x)"]),
    ("y = u + x; u = ceil(x)", ["u + x", "u", "ceil(x)"]),
    ("sign(x - 2)*(x - 2)**2", ["sign(x - 2)"]),
    ("where(x >= 2, 1, 0) + x", ["where(x >= 2, 1, 0) + x", "where(x >= 2, 1, 0)"]),
    ("where(x > 1, x, floor(x) + x)", ["floor(x) + x", "floor(x)"]),
    ("atan2(x - 2, x - 4) + x", ["atan2(x - 2, x - 4) + x", "atan2(x - 2, x - 4)"]),
    ("floor(x) - floor(x) + x", ["floor(x)", "floor(x)"]),
    ("floor(x - 1/2)*x", []),
]


@pytest.mark.parametrize(("text", "expected"), JUMPS)
def test_rows_at_a_jump_have_no_number(text: str, expected: list[str]) -> None:
    """The derivative 0 of a sign is 0 where the sign jumps, too: what is differentiated tells."""
    assert [write(row.before) for row in derived(text, at="2").rows if row.number is None] == expected


def test_a_jump_in_a_long_program() -> None:
    """In the names of the trace, the rows below the jump have their numbers."""
    text = "; ".join(f"u{i} = sin(u{i - 1}) + x" for i in range(1, 120)) + "; u0 = floor(x); u119"
    rows = derived(text, at="2").rows
    assert {write(row.before) for row in rows if row.number is not None} == {"x"}
    assert all(row.number is not None for row in derived(text, at="5/2").rows)
