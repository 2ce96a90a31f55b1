"""What programmers, keyboards and calculators write: every row of every table is read, and means what it says."""

from __future__ import annotations

import re

import numpy as np
import pytest
from text.outline import outline

import gradcli
from gradcli.problems import GradcliError, Source
from gradcli.rules import ARRAY_NAMES, NAMES
from gradcli.text import brackets
from gradcli.text.foreign import calls, characters, points, signs, spellings, statements, words
from gradcli.text.libraries import einsum, refused, shapes
from gradcli.text.parser import parse_expression, parse_script
from gradcli.text.points import parse_names, parse_point, parse_settings
from gradcli.text.tree import Script, Tree


def tree(text: str) -> str:
    """The outline of one expression; a product without a sign is one with a sign."""
    return plain(parse_expression(Source("expression", text)))


def plain(read: Tree) -> str:
    """The outline of a tree in which each product has a sign."""
    return outline(read).replace("·", " * ")


def script(text: str) -> Script:
    """A script."""
    return parse_script([Source("expression", text)])


def refusal(text: str) -> GradcliError:
    """The error of a text that is refused by the grammar or by the names of the program."""
    from gradcli.program.building.program import build_program
    from gradcli.program.options import BuildOptions

    with pytest.raises(GradcliError) as caught:
        build_program(script(text), BuildOptions())
    return caught.value


# -------------------------------------------------------------------- the table of spellings


@pytest.mark.parametrize("row", spellings.SPELLINGS, ids=lambda row: row.call)
def test_every_spelling_is_read_as_its_row_says(row: spellings.ForeignCall) -> None:
    """A call of another language and its reading in this one are the same tree."""
    typed = f"np.{row.call}" if row.from_module else row.call
    assert tree(typed) == tree(row.reading)


@pytest.mark.parametrize("row", [row for row in spellings.SPELLINGS if row.from_module], ids=lambda row: row.call)
def test_spellings_of_modules_are_not_read_alone(row: spellings.ForeignCall) -> None:
    """A name that means something else here is only read behind a module's name or a point."""
    name = row.call.partition("(")[0]
    assert name not in spellings.SPELLED


def test_names_that_lead_to_the_table_are_those_of_the_table() -> None:
    """The quick look before the table is loaded knows every small name of it, and no other."""
    special = {"Piecewise", "diff", *spellings.AS_IT_IS, *spellings.JOINED, *refused.REFUSED, *spellings.SIZES}
    names = {name for name in spellings.SPELLED | special if name[0] >= "a"} - brackets.LOGARITHMS
    by_keyword = {row.call.partition("(")[0] for row in spellings.SPELLINGS if "=" in row.call}
    assert names - by_keyword <= brackets.SPELLED <= names


@pytest.mark.parametrize("module", sorted(spellings.MODULES - set(spellings.LETTER_MODULES)))
def test_every_module_is_left_out(module: str) -> None:
    """`np.exp(x)` is exp(x), and `np.pi` is pi, whatever stands before the point."""
    assert tree(f"{module}.exp(x)") == tree("exp(x)")
    assert tree(f"2*{module}.pi") == tree("2*pi")


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("torch.nn.functional.softplus(x)", "softplus(x)"),
        ("scipy.special.gammaln(x)", "gammaln(x)"),
        ("F.relu(x)", "relu(x)"),
        ("F.sum()", "sum(F)"),
        ("F.dot(x)", "F@x"),
        ("x.sum()", "sum(x)"),
        ("x.pow(2).exp()", "exp(x**2)"),
        ("(A.dot(x) - b).pow(2).sum()", "sum((A@x - b)**2)"),
        ("-x.sum()", "-sum(x)"),
        ("x.t() @ A @ x", "x.T @ A @ x"),
        ("np.sum(X, axis=0)", "sum(X, axis=0)"),
        ("np.sum(X, 1)", "sum(X, axis=1)"),
        ("X.mean(dim=1, keepdim=True)", "mean(X, axis=1)"),
        ("np.linalg.norm(x, ord=1)", "norm(x, 1)"),
        ("torch.norm(x, p=2)", "norm(x)"),
        ("X.norm(1)", "sum(abs(X))"),
        ("torch.linalg.vector_norm(x, 3)", "sum(abs(x)**3)**(1/3)"),
        ("np.linalg.norm(X, 2, 1)", "norm(X, 2, axis=1)"),
        ("np.max(X, 1)", "max(X, axis=1)"),
        ("Math.max(x, 1)", "max(x, 1)"),
        ("torch.max(X, 1)[0]", "max(X, axis=1)"),
        ("X.min(dim=1).values.sum()", "sum(min(X, axis=1))"),
        ("np.clip(x, None, 1)", "min(x, 1)"),
        ("x.clamp(0)", "max(x, 0)"),
        ("X.sum(axis=(0, 1))", "sum(X)"),
        ("np.concatenate((x, y))", "concat(x, y)"),
        ("np.ones((3, 2))", "ones(3, 2)"),
        ("X.transpose(-2, -1)", "X.T"),
        ("X.mT", "X.T"),
        ("X.flatten()", "vec(X.T)"),
        ("X.ravel(order='F')", "vec(X)"),
        ("np.stack([x, y], axis=1)", "[x, y].T"),
        ("x.var(unbiased=False)", "var(x)"),
        ("x.var(ddof=1)", "sum((x - mean(x))**2)/(sum(0*x + 1) - 1)"),
        ("np.linalg.slogdet(X)[1]", "log(abs(det(X)))"),
        ("np.array([x, y])", "[x, y]"),
        ("np.concatenate([x, y])", "concat(x, y)"),
        ("np.where(x > 0, x, 0.1*x)", "where(x > 0, x, 0.1*x)"),
        ("Piecewise((x**2, x > 0), (0, True))", "where(x > 0, x**2, 0)"),
        ("Piecewise((1, x > 1), (x, x > 0), (0, True))", "where(x > 1, 1, where(x > 0, x, 0))"),
        ("SIN(x) + Sqrt(y)", "sin(x) + sqrt(y)"),
        ("(x*y, x/y)", "[x*y, x/y]"),
        ("1.0d0*x", "1.0*x"),
        ("2.5D-3*x", "2.5e-3*x"),
    ],
)
def test_programs_lines_are_read(typed: str, reading: str) -> None:
    """Modules, methods, arguments by name, pairs and tuples have their one reading."""
    assert tree(typed) == tree(reading)


def test_a_name_that_the_text_defines_is_its_own() -> None:
    """`square: function` is an abstract function, not the table's."""
    assert "square" in outline(script("square: function; y = square(x)").statements[0].tree)


@pytest.mark.parametrize(
    "text", ["np.os.system(x)", "x.__class__", "np.load(x)", "x.foo()", "foo.bar(x)", "np.random", "x.shape"]
)
def test_nothing_is_looked_up(text: str) -> None:
    """What is in no table is refused, whatever the library has."""
    assert refusal(text).code in ("syntax", "unknown-function")


@pytest.mark.parametrize("name", sorted(refused.REFUSED))
def test_refused_names_say_what_to_write(name: str) -> None:
    """A name that is read in two ways, or is no function, has a hint of its own."""
    with pytest.raises(GradcliError) as caught:
        parse_expression(Source("expression", f"{name}(u)"))
    assert caught.value.hint
    assert "did you mean" not in caught.value.hint


@pytest.mark.parametrize("word", sorted(words.APPLIED_WORDS | words.CAPITALS - {"pow", "power", "square"}))
def test_words_of_functions_are_functions(word: str) -> None:
    """The words that are read without brackets or in capitals are functions of the language."""
    assert word in NAMES or word in ARRAY_NAMES


@pytest.mark.parametrize("name", sorted(spellings.METHODS))
def test_methods_are_functions(name: str) -> None:
    """What is read behind a point is a function of the language or a row of the table."""
    assert name in NAMES or name in ARRAY_NAMES or name in calls.readings() or name in shapes.READERS


@pytest.mark.parametrize(("typed", "reading"), signs.EXAMPLES.items())
def test_signs_of_other_languages(typed: str, reading: str) -> None:
    """Each sign has the reading that its row says."""
    assert tree(typed) == tree(reading)


# -------------------------------------------------------------------- keyboards


@pytest.mark.parametrize(("typed", "meant", "what"), characters.SIGNS)
def test_characters_have_one_meaning_each(typed: str, meant: str, what: str) -> None:
    """Each character of the table stands for one other: the text keeps its length."""
    assert what
    assert characters.meant(typed) == meant * len(typed)


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("ｘ＾２＋３ｘ", "x^2+3x"),
        ("𝑥² – 𝑦", "x^2 - y"),
        ("eˣ", "e^x"),
        ("xⁿ⁺¹", "x^(n+1)"),
        ("e⁻ˣ", "e^(-x)"),
        ("√（x²＋1）", "√(x²+1)"),
        ("max｛0，x｝", "max(0, x)"),
        ("sin\u2061(x)", "sin(x)"),
        ("x \u2062 y", "x*y"),
        ("\u200bx^2\u200b + y", "x^2 + y"),
        ("｜x｜", "|x|"),
        ("3•x∕y", "3*x/y"),
        ("xᵢ", "x_i"),
    ],
)
def test_keyboards_are_read(typed: str, reading: str) -> None:
    """Full-width forms, letters of other styles, dashes, halves and raised letters say what they show."""
    assert tree(typed) == tree(reading)


@pytest.mark.parametrize("fraction", characters.FRACTIONS)
def test_every_fraction_is_its_number(fraction: str) -> None:
    """`¾` is the exact number three quarters."""
    number = parse_expression(Source("", fraction))
    assert number.value == characters.FRACTIONS[fraction]  # type: ignore[attr-defined]


@pytest.mark.parametrize("raised", [sign for sign in characters.RAISED if sign.isalpha()])
def test_every_raised_letter_is_an_exponent(raised: str) -> None:
    """`xᵃ` is x^a; a raised t is a transpose as well, and refused."""
    if characters.RAISED[raised] == "t":
        assert "x.T or x^t" in (refusal(f"x{raised}").hint or "")
    else:
        assert tree(f"x{raised}") == tree(f"x^{characters.RAISED[raised]}")


@pytest.mark.parametrize(
    ("typed", "reading", "note"),
    [
        ("πr²", "pi*r^2", "πr is read as pi*r"),
        ("2πr", "2*pi*r", "πr is read as pi*r"),
        ("αx + βy", "alpha*x + beta*y", "αx is read as alpha*x"),
        ("e^(−λt)", "e^(-lambda*t)", "λt is read as lambda*t"),
        ("x₁x₂", "x1*x2", "x₁x₂ is read as x1*x2"),
        ("sinθ", "sin(theta)", "sinθ is read as sin(theta)"),
        ("cos ωt", "cos(omega*t)", "ωt is read as omega*t"),
    ],
)
def test_greek_letters_beside_others_are_factors(typed: str, reading: str, note: str) -> None:
    """A Greek letter is a name of its own, and the answer says so."""
    assert tree(typed) == tree(reading)
    assert note in script(typed).notes


@pytest.mark.parametrize("name", ["Δx", "dθ", "θ_hat", "x_θ", "W₁", "变", "θ1", "ée"])
def test_other_words_are_one_name(name: str) -> None:
    """`Δx` and a name with a low line are one name each."""
    assert characters.apart(name) == [name]


@pytest.mark.parametrize(("text", "start"), [("ｘ＋３）", 3), ("（x１＋＋* x", 5), ("“a” + )", 0), ("x – ½ $", 6)])
def test_error_places_are_those_of_the_text_typed(text: str, start: int) -> None:
    """Whatever stands for another character keeps its place."""
    span = refusal(text).span
    assert span is not None
    assert (span.source.text, span.start) == (text, start)


@pytest.mark.parametrize("text", ["x的平方加y的平方", "3x1^2加5e", "求x^2+的导数"])
def test_prose_is_named_as_prose(text: str) -> None:
    """Words of a script without blanks among letters are text, and their signs are named."""
    error = refusal(text)
    assert "text, not a formula" in error.message
    assert "operators" in (error.hint or "")


# -------------------------------------------------------------------- calculators


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("sin x", "sin(x)"),
        ("x ln x - x", "x*ln(x) - x"),
        ("5 sin x", "5*sin(x)"),
        ("sin 2x", "sin(2*x)"),
        ("ln sin x", "ln(sin(x))"),
        ("sin x cos y", "sin(x)*cos(y)"),
        ("e^x sin x", "e^x*sin(x)"),
        ("e^(2x) cos 3x", "e^(2*x)*cos(3*x)"),
        ("sin^2 x", "sin(x)^2"),
        ("sin^2(x)", "sin(x)^2"),
        ("sin²(x)/2", "sin(x)^2/2"),
        ("cos²x", "cos(x)^2"),
        ("tan x / x", "tan(x)/x"),
        ("sqrt x", "sqrt(x)"),
        ("x y", "x*y"),
        ("x^2 y", "x^2*y"),
        ("a x^2 + b x", "a*x^2 + b*x"),
        ("pi(x + 1)", "pi*(x + 1)"),
        ("x^T A x", "x.T*A*x"),
    ],
)
def test_calculator_habits_are_read(typed: str, reading: str) -> None:
    """Functions without brackets and products with a blank have the reading that everyone shares."""
    assert tree(typed) == tree(reading)


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("ln x y", ["ln(x)*y", "ln(x*y)"]),
        ("sin x/2", ["sin(x)/2", "sin(x/2)"]),
        ("sin^-1(x)", ["asin(x)", "1/sin(x)"]),
        ("sin⁻¹(x)", ["asin(x)", "1/sin(x)"]),
        ("sec^-1 x", ["asec(x)", "1/sec(x)"]),
        ("x^1/2", ["x^(1/2)", "(x^1)/2"]),
        ("(x+1)^-1/2", ["(x+1)^(-1/2)", "((x+1)^-1)/2"]),
        ("1/2x", ["(1/2)*x", "1/(2*x)"]),
        ("x^2y", ["x^2*y", "x^(2*y)"]),
        ("x^2sin2x", ["x^2*sin(2*x)", "x^(2*sin(2*x))"]),
        ("sinx", ["sin(x)"]),
        ("2sinx", ["sin(x)"]),
        ("xlnx", ["x*ln(x)"]),
        ("sin2x", ["sin(2*x)"]),
        ("log2x", ["log2(x)", "log(2*x)"]),
        ("sqrtx", ["sqrt(x)"]),
        ("2½", ["2+1/2", "2*1/2"]),
        ("x%2", ["x - 2*floor(x/2)"]),
        ("xe^x", ["x*e"]),
        ("e(x+1)", ["e*(x+1)", "e^(x+1)"]),
        ("0,5x", ["0.5"]),
        ("max(1,5; x)", ["1.5"]),
    ],
)
def test_two_readings_are_shown_and_can_be_pasted(typed: str, readings: list[str]) -> None:
    """What is read in two ways is refused, and each reading of the hint is read when it is pasted."""
    error = refusal(typed)
    places = [(error.hint or "").find(text) for text in readings]
    assert -1 not in places
    assert places == sorted(places)
    for text in readings:
        parse_expression(Source("expression", text))


@pytest.mark.parametrize("name", ["logits", "cost", "single", "tank", "exponent", "since", "mind", "logp", "texp"])
def test_words_that_hold_a_function_stay_names(name: str) -> None:
    """A word is a name of its own unless a function and a variable stand in it side by side."""
    assert words.unglued(name) == []


# -------------------------------------------------------------------- definitions


def defined(text: str) -> str:
    """The name, the variables and the expression of the last statement."""
    statement = script(text).statements[-1]
    parameters = None if statement.parameters is None else f"({', '.join(statement.parameters)})"
    return " ".join(part for part in (statement.name, parameters, plain(statement.tree)) if part)


@pytest.mark.parametrize(("typed", "reading"), statements.EXAMPLES.items())
def test_definitions_of_other_languages(typed: str, reading: str) -> None:
    """A function's name, its variables and its expression are those that its row says."""
    head = re.match(r"(?:(\w+) )?(\([^)]*\) )?(?=\S+$)", reading)
    front, body = ("", reading) if head is None else (head[0], reading[head.end() :])
    assert defined(typed) == front + tree(body)


def test_the_body_of_a_def_is_statements() -> None:
    """Assignments before `return` are intermediates, a docstring is nothing."""
    text = 'def f(x: float, y) -> float:\n    """Doc."""\n    u = x*y\n    return u + x'
    read = script(text.replace('"""', '"')).statements
    assert [statement.name for statement in read] == ["u", "f"]
    assert read[1].parameters == ("x", "y")


@pytest.mark.parametrize("text", ["for i in x: y", "if x > 0: y", "while x: y", "y = x\nprint(y)"])
def test_statements_that_are_no_formula_are_named(text: str) -> None:
    """Loops and conditions are refused by their word and line."""
    error = refusal(text)
    assert "line" in error.message
    assert "formula" in (error.hint or "")


@pytest.mark.parametrize("text", ["lambda*x", "lambda x", "x*lambda + if_", "return_rate*x"])
def test_words_of_programs_may_be_names(text: str) -> None:
    """`lambda` is the Greek letter unless variables and a colon follow."""
    assert script(text).statements


@pytest.mark.parametrize("text", ["derivative of x^2 + 3x", "Find the gradient of x^2 + 3x", "diff(x^2 + 3x, x)"])
def test_questions_in_words_are_the_function(text: str) -> None:
    """What stands behind the words is the function."""
    statement = script(text).statements[0]
    assert plain(statement.tree) == tree("x^2 + 3x")
    assert statement.request is not None


# -------------------------------------------------------------------- points


@pytest.mark.parametrize(("typed", "strict"), points.EXAMPLES.items())
def test_points_as_people_type_them(typed: str, strict: str) -> None:
    """Names and values are those of the strict form; a list alone says the same as its numbers."""

    def entries(text: str) -> list[tuple[str | None, str]]:
        read = parse_point(Source("--at", text)).entries
        return [(entry.name, outline(entry.tree)) for entry in read]

    found, wanted = entries(typed), entries(strict)
    if found != wanted:
        assert len(found) == 1
        assert found[0] == (None, outline(parse_expression(Source("", f"[{strict}]"))))


@pytest.mark.parametrize("text", ["x,y", "x y", "(x, y)", "[x,y]", "{x, y}", "x; y", "'x', 'y'", "x，y", "x and y"])
def test_names_as_people_type_them(text: str) -> None:
    """Brackets, blanks and other separators around names say nothing."""
    assert parse_names(Source("--wrt", text)) == ("x", "y")


@pytest.mark.parametrize("text", ["a=2,b=3", "a=2; b=3", "a=2 b=3", "a：2，b：3"])
def test_several_settings_in_one_text(text: str) -> None:
    """`--set a=2,b=3` gives two constants."""
    assert [(name, outline(value)) for name, value in parse_settings(Source("--set", text))] == [("a", "2"), ("b", "3")]


@pytest.mark.parametrize(
    ("text", "hint"),
    [("x=0,5", "0.5"), ("x=30°", "pi/180"), ("x[0]=1", "x=[1,2]"), ("x=1_000", "without _"), ("x=y", "numbers")],
)
def test_wrong_points_say_what_to_write(text: str, hint: str) -> None:
    """The hint shows the value as it is read."""
    with pytest.raises(GradcliError) as caught:
        parse_point(Source("--at", text))
    assert hint in (caught.value.hint or "")


# -------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    "text",
    [
        "+".join(["sin x"] * 6_000),
        "x" + ".exp()" * 6_000,
        "sin " * 9_000 + "x",
        "+".join(["λx"] * 6_000),
        "np.exp(" * 3_000 + "x" + ")" * 3_000,
        " ".join(["x"] * 6_000),
    ],
    ids=["sin x", "methods", "nested words", "Greek", "modules", "blanks"],
)
def test_long_texts_are_read_in_linear_time(text: str) -> None:
    """No recursion, and no time that grows faster than the text."""
    import time

    begin = time.process_time()
    assert script(text).statements
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("text", ["np.f(x)", "torch.g1(x)", "scipy.special.y2(x)"])
def test_modules_have_no_abstract_functions(text: str) -> None:
    """A letter behind a module's name is none of its functions; alone it is an abstract one."""
    assert refusal(text).code == "unknown-function"


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("np.i0(x) + scipy.special.k1(x)", "besseli(0, x) + besselk(1, x)"),
        ("torch.frac(x)", "x - sign(x)*floor(abs(x))"),
        ("scipy.special.gammainc(2, x)", "lowergamma(2, x)/gamma(2)"),
        ("np.heaviside(x, 1/2)", "where(x != 0, (1 + sign(x))/2, 1/2)"),
    ],
)
def test_names_that_are_refused_alone_are_read_behind_a_module(text: str, reading: str) -> None:
    """`gammainc` alone has two orders of arguments, that of SciPy one."""
    assert tree(text) == tree(reading)


@pytest.mark.parametrize("subscripts", einsum.SUMS)
def test_products_that_hints_write_for_sums_are_those_of_numpy(subscripts: str) -> None:
    """Each product of the table, in matrices and vectors with sizes, beside numpy.einsum."""
    sizes = {"a": 2, "b": 3, "c": 4, "d": 2}
    letters = subscripts.partition("->")[0].split(",")
    values = [np.arange(1, 1 + np.prod([sizes[k] for k in each])).reshape([sizes[k] for k in each]) for each in letters]
    declared = "; ".join(
        f"{name}: {','.join(str(sizes[k]) for k in each)}" for name, each in zip("xyz", letters, strict=False)
    )
    at = {name: value.tolist() for name, value in zip("xyz", values, strict=False)}
    found = gradcli.jacobian(f"{declared}; {einsum.SUMS[subscripts]}", at=at).to_dict()["value"]
    assert np.array(found, dtype=float).ravel() == pytest.approx(np.einsum(subscripts, *values).ravel())
