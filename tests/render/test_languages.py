"""Exported code, compiled and run: every function of the table, in every language that is on the machine."""

from __future__ import annotations

import re
import subprocess
from functools import cache

import pytest
from exported import LANGUAGES, require, run, source_of

from gradcli.library.answers import grad
from gradcli.problems import GradcliError
from gradcli.rules import RULES

POINTS = (
    {"a": 0.375, "b": 1.265625, "c": -0.4375, "d": 30.25},
    {"a": 0.640625, "b": 2.59375, "c": -1.703125, "d": -40.5},
)
ARGUMENTS = {
    1: (("a",), ("b",), ("c",), ("d",)),
    2: (("a", "b"), ("c", "b"), ("1", "a"), ("2", "b")),
    3: (("a", "c", "b"), ("d", "a", "b"), ("1", "a", "1")),
    4: (("a", "b", "c", "a"),),
    5: (("a", "b", "c", "a", "1"),),
}
every_language = pytest.mark.parametrize("to", LANGUAGES)


def exists(call: str) -> bool:
    """Have value and gradient certified values at both points, none of them enormous?"""
    names = set(re.findall(r"\b[a-d]\b", call))
    for point in POINTS:
        try:
            answer = grad(call, {name: point[name] for name in names})
        except GradcliError:
            return False
        numbers = [answer.value, *answer.gradient.values()]
        if any(number is None or abs(number) > 1e200 for number in numbers):
            return False
    return True


@cache
def calls() -> dict[str, list[str]]:
    """Calls of every row inside of its domain, at most two each."""
    found = {}
    for rule in RULES.values():
        texts = [f"{rule.name}({', '.join(words)})" for words in ARGUMENTS[len(rule.args)]]
        found[rule.name] = [text for text in texts if exists(text)][:2]
    return found


def supported(to: str) -> list[str]:
    """The calls whose value and gradient can be written in a language."""
    found = []
    for texts in calls().values():
        for text in texts:
            try:
                source_of(text, to, self_test=False)
            except GradcliError as error:
                if error.code != "no-function":
                    raise
            else:
                found.append(text)
    return found


@every_language
def test_every_function_agrees_with_its_certified_value(to, tmp_path):
    """Value and derivatives of all rows that a language can have are right to the last digits, at two points."""
    require(to)
    texts = supported(to)
    assert len(texts) > 90
    size = 60 if to == "sql" else len(texts)  # SQLite has at most 2000 columns
    for start in range(0, len(texts), size):
        together = ", ".join(["a + b + c + d", *texts[start : start + size]])
        assert run(source_of(f"[{together}]", to, "jacobian", POINTS), to, tmp_path) == (0, "")


@every_language
def test_the_self_test_can_fail(to, tmp_path):
    """A self-test finds a function that is wrong in the seventh digit."""
    require(to)
    source = source_of("sin(x)*1.2345678", to)
    assert run(source, to, tmp_path)[0] == 0
    header, mark, rest = source.partition("Made by")
    code, test_mark, test = rest.partition("ATANH" if to == "sql" else "he self-test")
    wrong = code.replace("1.2345678", "1.2345679")
    assert wrong != code
    assert run(header + mark + wrong + test_mark + test, to, tmp_path)[0] != 0


PROGRAMS = {
    "branches": "where(x > 0, log(x)*sqrt(y)*exp(x*y), x**3*sin(x + y)) + softplus(y)",
    "nested": "where(x > 1, sqrt(x - 1), where(x > 0, log(x), where(y > 1, exp(x), abs(x)**1.5*sqrt(abs(y)))))",
    "sharing": "(sin(x*y) + exp(x*y))**3/(1 + sin(x*y)**2) - exp(x*y)/3",
    "powers": "x**7*abs(y)**(3/2) + abs(x)**(-1/2) + 2**y + abs(y)**x + 1/(x*y**2)",
    "cancellation": "log(1 + x*1e-9) + exp(x*1e-9) - 1 + log(1 + exp(30*y))",
    "logistic": "1/(1 + exp(-20*x)) + exp(y)/(1 + exp(y))**2 + sinh(20*x)/cosh(20*x)",
    "choices": "max(x, y, 0.5)*min(x, y) + clip(x*y, -1, 1) + floor(x) + ceil(y) + sign(x)",
    "conditions": "where(x > 0 and not (y > 1 or x == y), x*y, where(x != y and y >= 0, sqrt(y), x - y))",
}


@every_language
@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("kind", ["gradient", "hessian"])
def test_programs_agree_with_certified_values(to, name, kind, tmp_path):
    """Branches, powers, sharing and forms that would cancel or overflow are right in every language."""
    require(to)
    if to in ("jax", "torch", "rust") and (kind == "hessian" or name in ("powers", "choices")):
        pytest.skip("one of the slow ones; the others run it")
    assert run(source_of(PROGRAMS[name], to, kind), to, tmp_path) == (0, "")


@every_language
def test_arrays_of_known_sizes_are_written_entry_by_entry(to, tmp_path):
    """Vectors and matrices are arguments of the language's own kind."""
    require(to)
    if to == "sql":
        pytest.skip("columns have no entries")
    at = [{"A": [[1.5, 2], [0.25, 3]], "x": [0.5, -1.25], "b": [1, 0.5]}]
    assert run(source_of("norm(A@x - b)**2 + sum(exp(x))", to, at=at), to, tmp_path) == (0, "")


@every_language
def test_the_untaken_branch_harms_nobody(to, tmp_path):
    """A logarithm of a negative number and a division by zero in a branch that is not taken give no nan."""
    require(to)
    source = source_of("where(x > 0, log(x)*y/x, y**2) + where(y > 0, sqrt(y), 0)*x", to, at=[(0, -2), (-1, 0.5)])
    assert run(source, to, tmp_path) == (0, "")


@every_language
@pytest.mark.parametrize(
    "expression",
    [
        "lambda*def + class",
        "double*int + fn",
        "let*end + function",
        "select*from + order",
        "exp: scalar; exp*sin(exp) + value*grad",
        "map*Nothing + Some*HUGE_VAL + nullptr",
        "np*math_erf + math*t1*f_grad",
        "exp(T1*t2)*sin(T1*t2)*T3 + T1*t2 + cos(T3*T1)",
        "add*commit + escape*isnull + transaction*raise",
        "__debug__*isinstance + isfinite*signbit + inline",
    ],
)
def test_names_that_are_words_of_the_language(to, expression, tmp_path):
    """Keywords and functions of the language are renamed, and the code works."""
    require(to)
    assert run(source_of(expression, to), to, tmp_path) == (0, "")


@every_language
def test_names_with_other_letters(to, tmp_path):
    """Letters that a language lacks are written otherwise, and two such names stay two."""
    require(to)
    assert run(source_of("é*ë + е*x̂", to), to, tmp_path) == (0, "")


MATRICES = [
    ("norm(A@x - b)**2", ("x",), "hessian"),
    ("x.T@inv(A)@x + logdet(A) + logsumexp(x) + sum(softplus(x))", ("x", "A"), "gradient"),
    ("tr(A@B@A.T) + det(A)", ("A",), "gradient"),
    ("sum(softmax(x)*b) + norm(x, 1) + x[0]*x[1] + max(x)", ("x",), "gradient"),
    ("solve(A, b).T@x + mean(x) + var(x)", ("A", "x", "b"), "gradient"),
    ("sum(diag(x)@A@x) + sum(gelu(x)) + sum(kron(x, y)**2)", ("x", "y"), "gradient"),
    ("A@x + sin(x)", ("x",), "jacobian"),
]


@pytest.mark.parametrize("to", ["numpy", "jax", "torch"])
@pytest.mark.parametrize(("expression", "wrt", "kind"), MATRICES)
def test_matrix_formulas_agree_with_certified_entries(to, expression, wrt, kind, tmp_path):
    """Programs of vectors and matrices are matrix formulas in NumPy, JAX and PyTorch, for whatever sizes."""
    require(to)
    if to == "jax" and len(wrt) > 1:
        pytest.skip("JAX takes half a minute to compile these; NumPy and PyTorch run them")
    source = source_of(expression, to, kind, wrt=wrt)
    assert "@" in source or "sum" in source
    assert run(source, to, tmp_path) == (0, "")


def test_octave_runs_a_self_test_in_a_file_of_any_name(tmp_path):
    """Beside the file, whose first function would else be called without arguments."""
    require("octave")
    for name in ("f.m", "other.m"):
        (tmp_path / name).write_text(source_of("sqrt(x)*y", "octave", at=({"x": 4, "y": 3},)))
        done = subprocess.run(["octave-cli", "--norc", name], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stdout, "error" in done.stderr) == (0, "", False)


def test_octave_calls_the_file_by_its_name(tmp_path):
    """In a file of its name f is a function with as many results as are asked for; Jacobians stand beside values."""
    require("octave")
    (tmp_path / "f.m").write_text(source_of("sqrt(x)*y", "octave", "hessian", self_test=False))
    (tmp_path / "g.m").write_text(source_of("[x*y, x]", "octave", "jacobian", self_test=False, name="g"))
    asked = "[v, d, h] = f(4, 3); [w, j] = g(4, 3); printf('%g ', v, d, h, w, j, f(-1, 3))"
    done = subprocess.run(["octave-cli", "--norc", "--eval", asked], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "6 0.75 2 -0.09375 0.25 0.25 0 12 4 3 1 4 0 NaN "
