"""The command export, from words to a file."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def export(*words):
    """Exit code, output and errors of `gradcli export`."""
    done = subprocess.run([sys.executable, "-m", "gradcli", "export", *words], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_the_source_goes_to_standard_output():
    """C has the three functions of the contract."""
    code, out, _ = export("x1**2 + sin(x2)", "--to", "c")
    assert code == 0
    for signature in (
        "double f(double x1, double x2) {",
        "void f_grad(double x1, double x2, double grad[2]) {",
        "double f_value_and_grad(double x1, double x2, double grad[2]) {",
    ):
        assert signature in out


def test_json_has_source_and_functions():
    """--json gives one object with the file and the names in it."""
    code, out, _ = export("x*y", "--to", "python", "--name", "area", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["schema"] == "gradcli.export/1"
    assert found["functions"] == ["area", "area_grad", "area_value_and_grad"]
    assert "def area(x, y):" in found["source"]


def test_out_writes_the_file(tmp_path):
    """--out writes what standard output would get."""
    path = tmp_path / "f.sql"
    assert export("x*y", "--to", "sql", "--out", str(path))[:2] == (0, "")
    assert "FROM points;" in path.read_text()


def test_the_same_order_gives_the_same_text():
    """Output is deterministic."""
    assert export("sin(x*y)*exp(x)", "--to", "rust", "--self-test") == export(
        "sin(x*y)*exp(x)", "--to", "rust", "--self-test"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("x**2",), "needs --to LANGUAGE"),
        (("x**2", "--to", "cobol"), "'--to' cannot be 'cobol'"),
        (("x**2", "--to", "c", "--name", "double"), "is a word of C99"),
        (("x**2", "--to", "rust", "--name", "failures"), "or of the file itself"),
        (("x**2", "--to", "c", "--name", "strlen"), "is a word of C99"),
        (("digamma(x)", "--to", "javascript"), "--to jax, torch, octave has it"),
        (("besselj(0, x)", "--to", "javascript"), "no other language has it either"),
        (("norm(A@x - b)**2", "--to", "c"), "has a size that is a letter"),
        (("x*10**400", "--to", "c"), "beyond the largest float64"),
        (("x**2", "--to", "c", "--name", "f(); system"), "is no name for a function"),
        (("x**2", "--to", "c", "--at", "1"), "--at says where the self-test is made"),
        (("besselj(0, x)", "--to", "javascript"), "has no besselj"),
        (("x**2", "--to", "latex", "--self-test"), "LaTeX does not run"),
        (("log(-1 - x**2)", "--to", "c", "--self-test"), "no certified value"),
        (("f(x, y)", "--to", "c"), "abstract function"),
        (("3", "--to", "c"), "no variable"),
        (("x + X", "--to", "sql"), "same column"),
        (("x*y*exp(x_y)", "--to", "sql", "--kind", "hessian"), "two columns would be called d_x_y"),
        (("x*true", "--to", "sql"), "no column with the name true"),
        (("x**2", "--to", "c", "--name", "isfinite"), "is a word of C99"),
        (("x**2", "--to", "c", "--name", "sinf"), "is a word of C99"),
        (("x**2", "--to", "python", "--name", "SystemExit"), "or of the file itself"),
        (("x**2", "--to", "octave", "--name", "inline"), "is a word of Octave"),
    ],
)
def test_what_cannot_be_is_one_clear_error(words, message):
    """Wrong targets, names, points and functions end with exit code 2 and a sentence."""
    code, out, error = export(*words)
    assert (code, out) == (2, "")
    assert message in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("alias", "language"),
    [
        ("py", "python"),
        ("c++", "cpp"),
        ("js", "javascript"),
        ("rs", "rust"),
        ("jl", "julia"),
        ("f90", "fortran"),
        ("matlab", "octave"),
    ],
)
def test_languages_have_short_names(alias, language):
    """`--to js` is `--to javascript`."""
    assert export("x**2", "--to", alias) == export("x**2", "--to", language)
    assert export("x**2", "--to", alias)[0] == 0
