"""What the language says: each text beside its fully bracketed reading."""

from __future__ import annotations

import pytest
from text.outline import read

from gradcli.problems import GradcliError, Source
from gradcli.text.parser import parse_expression, parse_script
from gradcli.text.tree import Binary, Call, same

READINGS = [
    ("x1**2 + x2**2", "((x1 ** 2) + (x2 ** 2))"),
    ("-x^2", "(- (x ** 2))"),
    ("2^-x^2*y", "((2 ** (- (x ** 2))) * y)"),
    ("x^y^z", "(x ** (y ** z))"),
    ("2x^2", "(2·(x ** 2))"),
    ("3(x+1)", "(3·(x + 1))"),
    ("(x+1)^2(x-1)", "(((x + 1) ** 2)·(x - 1))"),
    ("(x+1)x", "((x + 1)·x)"),
    ("2pi", "(2·pi)"),
    ("5e^x", "(5·(e ** x))"),
    ("2 sin (x)", "(2·sin(x))"),
    ("x²y", "((x ** 2)·y)"),
    ("x²(x+1)", "((x ** 2)·(x + 1))"),
    ("√x²", "sqrt((x ** 2))"),
    ("2√x", "(2·sqrt(x))"),
    ("√(x+1)y", "(sqrt((x + 1))·y)"),
    ("x⁻¹", "(x ** (- 1))"),
    ("x²^3", "(x ** (2 ** 3))"),
    ("x⁻²**2*y", "((x ** (- (2 ** 2))) * y)"),
    ("x¹⁰", "(x ** 10)"),
    ("xᵀ", "x.T"),
    ("x⁺²", "(x ** 2)"),
    ("‖X‖_F²", "(norm(X, 'fro') ** 2)"),
    ("‖x‖₂", "norm(x, 2)"),
    ("‖x‖_∞", "norm(x, inf)"),
    ("x' @ y", "(x.T @ y)"),
    ("-2x", "((- 2)·x)"),
    ("2[1,2]@x", "((2·[1, 2]) @ x)"),
    ("x.T.T@y", "(x.T.T @ y)"),
    ("2.T", "2.T"),
    ("a-b-c", "((a - b) - c)"),
    ("a/b/c", "((a / b) / c)"),
    ("a@b*c", "((a @ b) * c)"),
    ("-x@y", "((- x) @ y)"),
    ("2‖x‖²", "(2·(norm(x) ** 2))"),
    ("x - -y", "(x - (- y))"),
    ("+x", "x"),
    ("x + +y", "(x + y)"),
    ("∛x", "cbrt(x)"),
    ("x₁² · π − 2×θ", "(((x1 ** 2) * pi) - (2 * theta))"),
    ("θ_1 + λ₁₀ + x_10 + rho_c0 + E_n", "((((theta1 + lambda10) + x10) + rho_c0) + E_n)"),
    ("if*2 + class^2 + None*in", "(((if * 2) + (class ** 2)) + (None * in))"),
    ("E + I + N + beta", "(((E + I) + N) + beta)"),
    ('norm(x, "fro")', "norm(x, 'fro')"),
    ("norm(x, 'fro')", "norm(x, 'fro')"),
    ("sum(X, axis=0)", "sum(X, axis=0)"),
    ("f()", "f()"),
    ("f'(x) + f''(x)", "(f'(x) + f''(x))"),
    ("[[1,2],[3,4]][0,1]", "[[1, 2], [3, 4]][0,1]"),
    ("x[0] + x[-1] + x[1:] + x[:2] + x[:]", "((((x[0] + x[(- 1)]) + x[1:]) + x[:2]) + x[:])"),
    ("X[0,1] + X[:,0]", "(X[0,1] + X[:,0])"),
    ("where(x > 0 and not (y < 3) or z != 1, x, 0)", "where((((x > 0) and (not (y < 3))) or (z != 1)), x, 0)"),
    ("where(x ≤ 3 ∧ ¬(x == 2), x, 0)", "where(((x <= 3) and (not (x == 2))), x, 0)"),
    ("where(not x > 5, x, 1)", "where((not (x > 5)), x, 1)"),
    ("0.1 + 1e-3 + .5 + 3. + 2.5e2", "((((1/10d + 1/1000d) + 1/2d) + 3d) + 250d)"),
    ("1e5x", "(100000d·x)"),
    ("2e", "(2·e)"),
    ("00012", "12"),
    ("x = 3; x", "x = 3; x"),
    ("y = u*v; u = x # c", "y = (u * v); u = x"),
]

BARS = [
    ("||x| - 1|", "abs((abs(x) - 1))"),
    ("|x|*|y|", "(abs(x) * abs(y))"),
    ("||x - y||^2", "(norm((x - y)) ** 2)"),
    ("|x||y|", "(abs(x)·abs(y))"),
    ("||x| - |y||", "abs((abs(x) - abs(y)))"),
    ("2|x|", "(2·abs(x))"),
    ("2||x||", "(2·norm(x))"),
    ("||x - |y|||", "norm((x - abs(y)))"),
    ("||x||_1^2", "(norm(x, 1) ** 2)"),
    ("|||x|||", "norm(abs(x))"),
    ("| |x| - 1 |", "abs((abs(x) - 1))"),
]


@pytest.mark.parametrize(("text", "reading"), READINGS)
def test_texts_are_read_as_mathematicians_read_them(text: str, reading: str) -> None:
    """Precedence, implicit products, Unicode spellings, calls, indices, conditions and numbers."""
    assert read(text) == reading


@pytest.mark.parametrize(("text", "reading"), BARS)
def test_bars_close_what_bars_have_opened(text: str, reading: str) -> None:
    """Absolute values and norms nest and stand side by side without ambiguity."""
    assert read(text) == reading


def test_a_line_end_inside_brackets_ends_no_statement() -> None:
    """Statements are separated by `;` and line ends outside of brackets; comments and a byte order mark are skipped."""
    assert read("\ufeffy = sin(u\r\n  + 1) # c; d\r\n\r\nu = [a,\n b]; ;\n") == "y = sin((u + 1)); u = [a, b]"


def test_declarations_are_no_statements() -> None:
    """Shapes and abstract functions are declared in the program."""
    script = parse_script([Source("expression", "x: 3 ; X: m,n ; S: n,n symmetric\nphi: function; phi(x)")])
    assert [declaration[:3] for declaration in script.declarations] == [
        ("x", (3,), False),
        ("X", ("m", "n"), False),
        ("S", ("n", "n"), True),
        ("phi", None, False),
    ]
    assert len(script.statements) == 1


def test_several_texts_are_one_program() -> None:
    """Each EXPR argument adds its statements, in order, and keeps its own source."""
    sources = [Source("expression", "x + 1"), Source("b.txt", "u = 2", True)]
    script = parse_script(sources)
    assert [(statement.name, statement.source) for statement in script.statements] == [
        (None, sources[0]),
        ("u", sources[1]),
    ]


def test_trees_know_their_places() -> None:
    """A caret can be put under any part: operators, function names, bracketed groups."""
    tree = parse_expression(Source("expression", " (a + b) * sin(x)"))
    assert isinstance(tree, Binary)
    assert (tree.start, tree.at, tree.end) == (1, 9, 17)
    assert (tree.left.start, tree.left.end) == (1, 8)
    assert isinstance(tree.right, Call)
    assert (tree.right.start, tree.right.name_end, tree.right.end) == (11, 14, 17)


def test_places_count_code_points_of_the_text_as_it_was_given() -> None:
    """A byte order mark, a letter beyond the basic plane or an accent does not shift the caret."""
    for text, start in (("\ufeffx +* y", 4), ("θ̂ +* y", 4), ("x # 🙂\n + * y", 9)):
        with pytest.raises(GradcliError) as caught:
            parse_script([Source("expression", text)])
        assert caught.value.span is not None
        assert caught.value.span.start == start


def test_same_ignores_places_and_nothing_else() -> None:
    """Two spellings of one expression are the same tree; a decimal and a fraction are not."""

    def equal(a: str, b: str) -> bool:
        return same(parse_expression(Source("a", a)), parse_expression(Source("b", b)))

    assert equal("2x + sin( y )", "2 * x+sin(y)")
    for other in (
        "2x + sin(y, y)",
        "2x - sin(y)",
        "3x + sin(y)",
        "2z + sin(y)",
        "2x + cos(y)",
        "2.0x + sin(y)",
        "2x + sin(y, k=y)",
    ):
        assert not equal("2x + sin(y)", other)
    assert not equal("x[1:]", "x[:1]")
    assert not equal("norm(x, 'a')", "norm(x, 'b')")


def test_one_expression_must_be_the_whole_text() -> None:
    """`parse_expression` takes neither statements nor a second expression."""
    for text in ("x; y", "y = x", "x, y", "", "  # nothing", "x: 3"):
        with pytest.raises(GradcliError):
            parse_expression(Source("expression", text))


@pytest.mark.parametrize("text", ["sum(A*[[1,2],[3,4]])", "exp(x*[1,2])", "Sin[x*[1,2]]"])
def test_a_bracket_after_an_operator_is_a_vector(text: str) -> None:
    """The square bracket that follows an operator inside of a call is no bracket of the call."""
    assert parse_script([Source("expression", text)]).statements
