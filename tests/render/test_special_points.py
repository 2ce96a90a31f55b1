"""Exported code at special points: certified numbers where there are some, nan or inf where there are none."""

from __future__ import annotations

import ctypes
import json
import math
import subprocess

import pytest
from exported import require, run_python, source_of

import gradcli

CASES = (
    ("where(x != 0, (exp(x) - 1)/x, 1)", ((0,), (1e-9,), (-1e-4,))),
    ("x**y", ((0, 2), (0, 1), (2, 3))),
    ("-log(softmax([x, y])[0])", ((1000, 0), (0, 1000), (710, 0))),
    ("exp(x)/(1 + exp(x))", ((800,), (-800,))),
    ("log1p(x)/x", ((1e-17,), (1e-300,), (1e-8,))),
    ("log(x) + y", ((-1, 2), (0, 1), (2, 1))),
    ("sqrt(x)*y", ((-1, 2), (4, 1))),
    ("acosh(x)", ((0.5,), (-2,), (2,))),
    ("atanh(x)", ((2,), (0.5,))),
    ("1/x", ((0,), (3,))),
    ("exp(x)", ((800,),)),
    ("hypot(x, y)", ((1e300, 1e300), (3, 4))),
    ("exp(x**2)/exp(y**2)", ((30, 30), (1, 2))),
    ("x*y*z", ((0, 0, 1), (0, 2, 3))),
    ("where(x > 0, log(x), 0)", ((-1,), (2,))),
    ("sinh(x)/cosh(x)", ((800,),)),
    ("norm([x, y])", ((1e200, 1e200), (1e-200, 1e-200), (3, 4), (0, 0))),
    ("sqrt(1 + x**2)", ((1e200,), (-1e200,), (3,))),
    ("x/sqrt(x**2 + y**2)", ((1e200, 1e200), (1e-200, 1e-200), (3, 4))),
    ("(2*x**2 + 3*y**2 + 5)**(3/2)", ((1e50, 1e50), (1, 2))),
    ("atan2(y, x)", ((1e200, 1e200), (1e-200, 1e-200), (1, 2))),
    ("hypot(x, 2*x)", ((1e300,), (1e-200,), (1,))),
    ("sqrt(x**4)", ((0,), (1e-100,), (-2,))),
    ("sqrt(x**6)", ((0,), (-2,))),
    ("sqrt(3*x**6*y**2)", ((0, 1), (-2, -1))),
    ("cbrt(x**6)", ((0,), (2,))),
    ("x**3/sqrt(x**4)", ((0,), (-2,))),
    ("(exp(x) - exp(y))/(exp(x) + exp(y))", ((800, 0), (0, 800), (800, 799), (-800, -800))),
    ("(2*exp(x) + 3*exp(-x))/(exp(x) + exp(-x))", ((800,), (-800,), (1,))),
    ("(x*exp(x) + y*exp(y))/(exp(x) + exp(y))", ((800, 1), (1, 800), (-800, -900))),
    ("exp(x + y)/(exp(2*x) + exp(2*y))", ((800, 800), (1, 2))),
    ("(exp(x) - 1)/(exp(x) + 1)", ((800,), (-800,), (1e-20,), (0,))),
    ("sinh(x)/exp(x)", ((800,), (-3,))),
    ("expm1(x)/x", ((-1600,), (0,), (3,))),
    ("where(x != y, (exp(x - y) - 1)/(x - y), 1)*z", ((1, 1, 2), (2, 3, 1))),
    ("where(x == y, 1, sin(y - x)/(y - x)) + x", ((1, 1), (2, 3))),
    ("where(x != y, (x**2 - y**2)/(x - y), 2*x)", ((1, 1), (2, 3), (1, 1 + 1e-15))),
    ("where(x == y, x, y)", ((1, 1), (2, 3))),
    ("where(x != y, (sin(x) - sin(y))/(x - y), cos(x))", ((1, 1), (0, 0), (2, 3))),
    ("z*where(x == y, exp(x), (exp(y) - exp(x))/(y - x))**2", ((1, 1, 2), (2, 3, 1))),
    ("where(2*x != y, 3*(log(2*x) - log(y))/(2*x - y), 3/y) + x", ((1, 2), (2, 3))),
    ("where(x*y > 0, where(z > 0, x, 0), 0)*y", ((1, 2, -1), (1, 2, 1), (-1, 2, 1))),
    ("where(x == 2*y, 2, (x**2 - 4*y**2)/(x**2 - 2*x*y))", ((2, 1), (2, 3))),
    ("sin(pi*x)*y", ((67760001.25, 1), (0.25, 1), (-1e9 - 0.25, 2))),
    ("cos(2*pi*x*y) + tan(pi*x)", ((1e8 + 0.125, 1), (1e20, 4), (0.1, 0.2))),
    ("(sin(x)*floor(x))**y", ((0.5, 2), (1.5, 2))),
    ("atan((-y)**(-4*y))", ((-1e100,), (-1,))),
    ("atan2(3, cosh(x))**2", ((800,), (-1e20,), (2,))),
    ("atan2(asinh(x)**x, -2)", ((800,), (8,))),
    ("abs(y - 3)*abs(y)/y", ((-1e-20,), (0,), (0.5,))),
    ("abs(x)/x", ((2,), (-1e-300,), (0,))),
    ("((-x)**-2)**0.001", ((1e-300,), (1e154,), (-2,))),
    ("((y*y)**0.5)**(-0.5)", ((-8e227,), (3,))),
    ("cbrt((10*y)**2)", ((1e154,), (-1e-170,), (3,))),
    ("log((x*x)**(1000001*(x - 1))*(10*y))", ((3, 4), (3, -4))),
    ("where(min(z, y) == z, silu(2)*z, y)", ((2, 1), (1, 2))),
)


REORDERED = {"jax": ("atan2(y, x)", "x/sqrt(x**2 + y**2)")}
"""XLA makes one division by h*h of two by h."""


def python_answers(source, points):
    """By a Python of its own, entry by entry."""
    shown = "".join(f"show(f_value_and_grad({', '.join(map(repr, map(float, p)))}))\n" for p in points)
    show = "def show(result):\n    print([float(result[0]), *map(float, result[1])])\n"
    code, said = run_python(f"{source}\n{show}{shown}")
    assert code == 0, said
    return [[float(word) for word in line.strip("[]").split(", ")] for line in said.splitlines()]


def c_answers(source, points, folder):
    """By a shared library."""
    (folder / "f.c").write_text(source)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", folder / "f.so", folder / "f.c", "-lm"], check=True)
    function = ctypes.CDLL(str(folder / "f.so")).f_value_and_grad
    function.restype = ctypes.c_double
    found = []
    for point in points:
        grad = (ctypes.c_double * len(point))()
        found.append([function(*map(ctypes.c_double, point), grad), *grad])
    return found


def javascript_answers(source, points, folder):
    """By Node."""
    shown = "JSON.stringify([value, ...grad].map(String))"
    texts = [", ".join(map(repr, map(float, point))) for point in points]
    calls = "".join(f"{{ const [value, grad] = f_value_and_grad({text}); console.log({shown}); }}\n" for text in texts)
    (folder / "f.js").write_text(source + calls)
    done = subprocess.run(["node", folder / "f.js"], capture_output=True, text=True, check=True)
    words = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    return [[words.get(t) or float(t) for t in json.loads(line)] for line in done.stdout.splitlines()]


def sql_answers(source, points, names):
    """By SQLite."""
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE points ({', '.join(f'{name} DOUBLE' for name in names)})")
    places = ", ".join("?" * len(names))
    connection.executemany(f"INSERT INTO points VALUES ({places})", [tuple(map(float, p)) for p in points])
    try:
        rows = connection.execute(source).fetchall()
    except sqlite3.OperationalError as error:
        pytest.skip(f"this SQLite: {error}")
    return [[math.nan if cell is None else cell for cell in row[-1 - len(names) :]] for row in rows]


@pytest.mark.parametrize("to", ["python", "numpy", "jax", "torch", "c", "javascript", "sql"])
def test_special_points(to, tmp_path):
    """All cases, in one file each."""
    require(to)
    for number, (text, points) in enumerate(CASES):
        if text in REORDERED.get(to, ()):
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        source = source_of(text, to, self_test=False)
        if to == "c":
            found = c_answers(source, points, folder)
        elif to == "sql":
            found = sql_answers(source, points, [name for name in "xyz" if name in gradcli.grad(text).symbolic])
        elif to == "javascript":
            found = javascript_answers(source, points, folder)
        else:
            found = python_answers(source, points)
        for point, numbers in zip(points, found, strict=True):
            wanted = gradcli.grad(text, at=list(point))
            expected = [wanted.value, *wanted.gradient.values()]
            for want, got in zip(expected, numbers, strict=True):
                if want is None:
                    assert not math.isfinite(got), (text, point, numbers)
                else:
                    assert math.isclose(got, want, rel_tol=1e-10, abs_tol=1e-300), (text, point, numbers)


def test_the_head_tells_what_happens_at_kinks():
    """Only where there are some."""
    assert "At a kink" in source_of("abs(x)", "c", self_test=False)
    assert "At a kink" not in source_of("sin(x)", "c", self_test=False)


def test_functions_of_pythons_math_raise_nothing_in_numpy():
    """lgamma at a pole and gamma beyond 171 among numbers that have a value; arrays of no number stay so."""
    source = source_of("where(y > 0, floor(gamma(x)) + floor(lgamma(x)), 0)", "numpy", self_test=False)
    shown = "print(f(np.array([-1.0, 3.0, 200.0]), 1.0).tolist(), f(np.zeros(0), 1.0).shape)\n"
    assert run_python(source + shown) == (0, "[nan, 2.0, inf] (0,)\n")


def test_the_logarithm_of_a_weight_in_numpy():
    """Far from the greatest entry the weight is 0 in float64; its logarithm is not."""
    source = source_of("x: n; -log(softmax(x)[0])", "numpy", self_test=False)
    shown = "value, grad = f_value_and_grad(np.array([0.0, 1000.0]))\nprint(float(value), grad.tolist())\n"
    assert run_python(source + shown) == (0, "1000.0 [-1.0, 1.0]\n")


def test_the_head_tells_where_digits_are_lost():
    """Where rounded terms may cancel, or a sine is asked of a rounded argument."""
    lost = "float64 loses digits"
    for text in ("x*y - z", "sin(x*y)", "exp(x) - y"):
        assert lost in source_of(text, "c", self_test=False)
        assert lost in source_of(text, "sql", self_test=False)
    for text in ("x**2 + exp(y)", "x - y", "sin(x)", "x*y"):
        assert lost not in source_of(text, "c", self_test=False)
