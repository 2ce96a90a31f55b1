"""Trees as text: what is written reads back, brackets are few, and the work is that of the graph."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradcli
from gradcli.problems import GradcliError, Source
from gradcli.render.notation import write, write_all, write_number
from gradcli.render.printer import exact_text
from gradcli.text.parser import parse_expression, parse_script
from gradcli.text.tree import Binary, Call, Index, Name, Number, Slice, Text, Transpose, Tree, Unary, Vector, same


def tree(text: str) -> Tree:
    return parse_expression(Source("expression", text))


FORMS = [
    ("x1**2 + 2*x1*x2", "x1² + 2·x1·x2", "x_{1}^{2} + 2 x_{1} x_{2}"),
    ("sqrt(x)", "√x", r"\sqrt{x}"),
    ("sqrt(x + 1)", "√(x + 1)", r"\sqrt{x + 1}"),
    ("sqrt(x)**2", "(√x)²", r"\sqrt{x}^{2}"),
    ("1/x", "1/x", r"\frac{1}{x}"),
    ("-2*x*sin(x)", "-2·x·sin(x)", r"-2 x \sin\left(x\right)"),
    ("-(2*x)", "-2·x", "-2 x"),
    ("x + (-2)*y", "x + (-2)·y", r"x + \left(-2\right) y"),
    ("x**(-1)", "x⁻¹", "x^{-1}"),
    ("(-x)**2", "(-x)²", r"\left(-x\right)^{2}"),
    ("-x**2", "-x²", "-x^{2}"),
    ("x**y**2", "x^(y²)", "x^{y^{2}}"),
    ("x**(1/2)", "x^(1/2)", r"x^{\frac{1}{2}}"),
    ("x**n", "xⁿ", "x^{n}"),
    ("a - (b + c)", "a - (b + c)", r"a - \left(b + c\right)"),
    ("a + (b + c)", "a + b + c", "a + b + c"),
    ("a - (b + c) + x", "a - (b + c) + x", r"a - \left(b + c\right) + x"),
    ("a + (b - c) - (x + y) - 1", "a + b - c - (x + y) - 1", r"a + b - c - \left(x + y\right) - 1"),
    ("a/(b*c)", "a/(b·c)", r"\frac{a}{b c}"),
    ("2*3", "2·3", r"2 \cdot 3"),
    ("x.T@A@x", "xᵀ A x", r"x^{\top} A x"),
    ("theta1*alpha_max", "θ1·α_max", r"\theta_{1} \alpha_{\mathrm{max}}"),
    ("sin(x)**2", "sin(x)²", r"\sin^{2}\left(x\right)"),
    ("abs(x)", "|x|", r"\left|x\right|"),
    ("abs(abs(x) + y)", "abs(|x| + y)", r"\left|\left|x\right| + y\right|"),
    ("pi*gamma(x)", "π·Γ(x)", r"\pi \Gamma\left(x\right)"),
    ("-x/y", "-x/y", r"-\frac{x}{y}"),
    ("x*(y/z)", "x·(y/z)", r"x \frac{y}{z}"),
    ("rate*phi(x)", "rate·φ(x)", r"\mathrm{rate} \phi\left(x\right)"),
    ("[[a, b], [c, d]]", "[[a, b], [c, d]]", r"\begin{pmatrix}a & b \\ c & d\end{pmatrix}"),
    ("max(x, y)**2", "max(x, y)²", r"\max\left(x, y\right)^{2}"),
    ("x1[0]*y[0,1]", "x1[0]·y[0,1]", "{x_{1}}_{[0]} y_{[0,1]}"),
    ("2.0*x", "2·x", "2 x"),
    ("where(x > 0, x, -x)", "where(x > 0, x, -x)", None),
    ("1.5e-10*x", "1.5e-10·x", r"1.5 \cdot 10^{-10} x"),
]


NAMES = st.sampled_from(["x1", "x2", "x10", "theta", "a_max", "gamma", "e"]).map(Name)
WHOLE = st.integers(0, 10**30).map(Number)
DECIMALS = st.tuples(st.integers(1, 10**17), st.integers(1, 30)).map(
    lambda pair: Number(Fraction(pair[0], 10 ** pair[1]), True)
)


def grown(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    signs = st.sampled_from(["+", "-", "*", "/", "@", "**"])
    compared = st.builds(Binary, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), parts, parts)
    conditions = compared | st.builds(Binary, st.sampled_from(["and", "or"]), compared, compared)
    return st.one_of(
        st.builds(Binary, signs, parts, parts),
        st.builds(lambda operand: Unary("-", operand), parts),
        st.builds(Transpose, parts),
        st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(["sin", "sqrt", "abs", "exp"]), parts),
        st.builds(lambda a, b: Call("atan2", (a, b)), parts, parts),
        st.builds(lambda a: Call("norm", (a, Text("fro"))), parts),
        st.builds(lambda a, b: Call("sum", (a,), (("axis", b),)), parts, st.integers(0, 1).map(Number)),
        st.builds(lambda c, a, b: Call("where", (c, a, b)), conditions, parts, parts),
        st.builds(lambda a, i: Index(a, (i, Slice(None, Number(2)))), parts, st.integers(0, 3).map(Number)),
        st.builds(lambda a, b: Vector((a, b)), parts, parts),
    )


TREES = st.recursive(NAMES | WHOLE | DECIMALS, grown, max_leaves=12)


@given(TREES)
def test_text_reads_back_to_the_same_tree(drawn):
    """Print then parse is the identity on trees."""
    text = write(drawn)
    assert same(tree(text), drawn), text


@given(TREES)
def test_brackets_are_needed(drawn):
    """Text that was read and is written again is the shortest form already: writing is idempotent."""
    text = write(drawn)
    assert write(tree(text)) == text


WITHOUT_LATEX_INPUT = ("where", "[", "gamma", "e-10")
"""Forms that the reader of LaTeX does not know, takes for a product, or groups otherwise."""


@pytest.mark.parametrize(
    "text", [text for text, _, _ in FORMS if not any(part in text for part in WITHOUT_LATEX_INPUT)]
)
def test_latex_reads_back(text):
    """LaTeX that was written is read to a tree that is written the same again."""
    latex = write(tree(text), "latex")
    again = parse_script([Source("expression", f"${latex}$")]).statements[0].tree
    assert write(again, "latex") == latex


@given(st.lists(TREES, max_size=5))
def test_writing_together_is_writing_apart(drawn):
    """What several trees share changes nothing in their texts, in any style."""
    for style in ("text", "pretty", "latex"):
        assert write_all(drawn, style) == [write(one, style) for one in drawn]


@pytest.mark.parametrize(("text", "pretty", "latex"), FORMS)
def test_forms(text, pretty, latex):
    """Each expression in the three styles, with the fewest brackets."""
    assert (write(tree(text)), write(tree(text), "pretty")) == (text, pretty)
    assert latex is None or write(tree(text), "latex") == latex


ARITHMETIC = st.recursive(
    st.sampled_from(["a", "b", "c"]).map(Name),
    lambda inner: st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
    max_leaves=9,
)


@given(ARITHMETIC)
def test_what_people_see_has_the_value(drawn):
    """Brackets that are left out change nothing: what is shown, calculated in fractions, is what was meant."""
    given = {"a": Fraction(7), "b": Fraction(11, 3), "c": Fraction(-13, 5)}

    def value(text):
        try:
            return eval(text, {}, given)
        except ZeroDivisionError:
            return None

    assert value(write(drawn, "pretty").replace("·", "*")) == value(write(drawn))


def test_partials_of_abstract_functions_stand_without_arguments():
    """∂f/∂x is a name that the program gives; LaTeX sets it as a fraction."""
    partial = Call("∂²f/∂x1∂y", (Name("x1"), Name("y")))
    product = Binary("*", Call("∂f/∂x", (Name("x"),)), Name("a"))
    assert write(partial) == write(partial, "pretty") == "∂²f/∂x1∂y"
    assert write(partial, "latex") == r"\frac{\partial^{2} f}{\partial x_{1} \partial y}"
    assert write(product, "latex") == r"\frac{\partial f}{\partial x} a"


@pytest.mark.parametrize(
    ("value", "plain", "decimal"),
    [
        (Fraction(1, 2), "1/2", "0.5"), (Fraction(1, 3), "1/3", "1/3"), (Fraction(-3, 8), "-3/8", "-0.375"),
        (Fraction(1, 10**10), f"1/{10**10}", "1e-10"), (Fraction(1, 10**4), "1/10000", "0.0001"), (7, "7", "7"),
        (Fraction(1, 2**60), f"1/{2**60}", f"1/{2**60}"), (10**30, "1" + "0" * 30, "1e30"),
        (Fraction(314159, 10**5), "314159/100000", "3.14159"), (100_000, "100000", "100000"),
    ],
)  # fmt: skip
def test_exact_numbers(value, plain, decimal):
    """Fractions stay fractions; decimals are written where they end, with an exponent where that is much shorter."""
    assert (exact_text(value, False), exact_text(value, True)) == (plain, decimal)


def test_long_whole_numbers_are_written():
    """Ten thousand digits are more than str(int) allows."""
    assert exact_text(10**9999 + 7, False) == "1" + "0" * 9998 + "7"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_to_the_same_float(value):
    """The shortest text of a float is that float again."""
    assert float(write_number(value)) == value
    assert not write_number(value).endswith(".0")


def test_numbers_of_tables():
    """Whole numbers have no point, a missing number is named."""
    written = [write_number(value) for value in (2.0, -400.5, 1.5e-10, 1e22, -0.0, None)]
    assert written == ["2", "-400.5", "1.5e-10", "1e22", "0", "undefined"]
    assert write_number(None, "—") == "—"


def test_depth_is_no_obstacle():
    """Twenty thousand nested calls, minus signs and powers are written without recursion."""
    deep: Tree = Name("x")
    for _ in range(20_000):
        deep = Call("sin", (Unary("-", deep),))
    assert write(deep) == "sin(-" * 20_000 + "x" + ")" * 20_000


def test_shared_subtrees_cost_once_and_end_in_a_limit():
    """Doubling forty times is a small graph and an endless text: an error that names the limit."""
    shared: Tree = Name("x")
    for _ in range(40):
        shared = Binary("+", shared, shared)
    with pytest.raises(GradcliError, match="20000000 characters") as caught:
        write(shared, "pretty")
    assert caught.value.code == "limit"


@pytest.mark.parametrize(
    ("text", "pretty"),
    [
        ("norm(x, 2)**2", "‖x‖₂²"),
        ("norm(A@x - b, 1)", "‖A x - b‖₁"),
        ('norm(X, "fro")', 'norm(X, "fro")'),
        ("norm(exp(x), 2)", "norm(exp(x), 2)"),
        ("f'(g(x))*f''(x)", "f′(g(x))·f′′(x)"),
    ],
)
def test_norms_and_derivatives_as_people_write_them(text: str, pretty: str) -> None:
    assert write(parse_expression(Source("expression", text)), "pretty") == pretty


def test_a_product_entry_by_entry_has_brackets_beside_a_matrix_product():
    """`A·B x` reads as A·(B x), `A/B x` as A/(B x); numbers in front need no brackets."""
    given = gradcli.grad("norm((A*B)@x)**2 + norm((A/B)@x)**2 + norm(2*A@x)**2", wrt="x", shapes="x: n")
    assert write(given.reading.statements[0].tree, "pretty") == "‖(A·B) x‖² + ‖(A/B) x‖² + ‖2·A x‖²"
