"""SymPy behind its door: bounded, unable to see the user's text, and checked against mpmath."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import flint
import mpmath
import pytest

from gradcli import limits
from gradcli.cas import process, rows
from gradcli.problems import GradcliError
from gradcli.program import codec, rationals, simplify
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph, Node, order
from gradcli.program.rows import rule_text
from gradcli.rules import RULES

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("x", "y", "z", "a", "b", "n")
mp = mpmath.mp


def nodes_of(*texts: str) -> tuple[Graph, list[Node]]:
    """A graph, and the nodes of some texts in the variables NAMES."""
    graph = Graph()
    names = {name: scalars.variable(graph, name) for name in NAMES}
    return graph, [rule_text(graph, text, names) for text in texts]


def fingerprint(node: Node) -> str:
    """A text that is equal for equal nodes of different graphs."""
    texts: dict[Node, str] = {}
    for part in order([node]):
        data = part.data.name if part.op == "call" else part.data
        args = [texts[arg] for arg in part.args]
        if part.op in ("sum", "product"):
            args, weights = zip(*sorted(zip(args, data[0] if part.op == "sum" else data, strict=True)), strict=True)
            data = (weights, data[1]) if part.op == "sum" else weights
        texts[part] = f"{part.op}:{data}({','.join(args)})"
    return texts[node]


def simplified(text: str) -> Node:
    graph, (node,) = nodes_of(text)
    (result,), note = simplify.simplify([node], graph)
    assert note is None
    return result


EXTRA = {
    "expm1": mp.expm1, "log2": lambda x: mp.log(x, 2), "log1p": mp.log1p, "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "softplus": lambda x: mp.log1p(mp.exp(x)), "hypot": mp.hypot, "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "lgamma": lambda x: mp.log(abs(mp.gamma(x))), "relu": lambda x: max(x, mp.mpf(0)), "exp": mp.exp, "log": mp.log,
    "sin": mp.sin, "cos": mp.cos, "tan": mp.tan, "sinh": mp.sinh, "cosh": mp.cosh, "atan": mp.atan, "abs": mp.fabs,
    "sign": mp.sign, "max": max, "min": min, "gamma": mp.gamma, "digamma": mp.digamma, "erf": mp.erf, "beta": mp.beta,
    "elliptick": mp.ellipk, "elliptice": mp.ellipe, "besselj": mp.besselj, "acos": mp.acos, "atan2": mp.atan2,
    "tanh": mp.tanh, "floor": mp.floor,
}  # fmt: skip
"""mpmath's functions for the rows that appear here: written down again, apart from those of the child."""


def value(node: Node, at: dict[str, mpmath.mpf]) -> mpmath.mpf | None:
    """The node's real value, None where there is none."""
    values: dict[Node, object] = {}
    for part in order([node]):
        args = [values[arg] for arg in part.args]
        if part.op == "where":
            values[part] = None if args[0] is None else args[1] if args[0] else args[2]
        else:
            values[part] = None if None in args else one_value(part, args, at)
    return values[node]


def one_value(node: Node, args: list, at: dict[str, mpmath.mpf]):
    """The value of one operation."""
    data = node.data
    try:
        result = {
            "number": lambda: mp.mpf(data.numerator) / data.denominator,
            "constant": lambda: {"pi": +mp.pi, "e": +mp.e}[data],
            "variable": lambda: at[data],
            "sum": lambda: sum(
                (mp.mpf(c.numerator) / c.denominator * t for c, t in zip(data[0], args, strict=True)),
                mp.mpf(data[1].numerator) / data[1].denominator,
            ),
            "product": lambda: mp.fprod(
                mp.power(t, mp.mpf(e.numerator) / e.denominator) for e, t in zip(data, args, strict=True)
            ),
            "power": lambda: mp.power(*args),
            "call": lambda: call_value(data.name, args),
            "compare": lambda: scalars.COMPARISONS[data](*args),
        }[node.op]()
    except (ValueError, ZeroDivisionError):
        return None
    return None if isinstance(result, mpmath.mpc) or not mp.isfinite(result) else result


def call_value(name: str, args: list):
    """The value of a row or of a fall-back function."""
    if name in EXTRA:
        return EXTRA[name](*args)
    found = rows.fallback_value(name, [flint_number(arg) for arg in args], mp.prec)
    assert found is not None, name
    return mp.ldexp(mp.mpf(found[0]), found[1])


def flint_number(number: mpmath.mpf) -> flint.arb:
    sign, mantissa, exponent, _ = number._mpf_
    return flint.arb((-int(mantissa) if sign else int(mantissa), exponent))


# --- simplify --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shortest"),
    [
        ("sin(x)**2 + cos(x)**2", "1"),
        ("(x**2 - 1)/(x - 1)", "x + 1"),
        ("sqrt(x**2)", "abs(x)"),
        ("gamma(x + 1)/gamma(x)", "x"),
        ("x**3 + 3*x**2*y + 3*x*y**2 + y**3", "(x + y)**3"),
        ("exp(x) + x*exp(x)", "(x + 1)*exp(x)"),
        ("hypot(x, y)**2 - x**2", "y**2"),
        ("softplus(x) - softplus(-x) - x", "0"),
        ("cbrt(x)**3 + expm1(x) + 1", "x + exp(x)"),
        ("where(x > y, 2*sin(x)*cos(x), y)", "where(x > y, sin(2*x), y)"),
    ],
)
def test_simplify_finds_the_short_form(text: str, shortest: str) -> None:
    """What people expect to become simple does, functions that SymPy lacks included."""
    _, (expected,) = nodes_of(shortest)
    assert fingerprint(simplified(text)) == fingerprint(expected)


@pytest.mark.parametrize("text", ["1/(1 + exp(-x))", "expint(2, x)", "sqrt(x)*sqrt(y)", "sigmoid(x)", "cbrt(x)"])
def test_simplify_never_returns_something_longer(text: str) -> None:
    """What is short stays as it is, though SymPy would write it out."""
    if text.startswith("expint"):
        graph = Graph()
        rule = rows.fallback_rule("expint", 2)
        assert rule is not None
        node = scalars.call(graph, rule, (scalars.number(graph, 2), scalars.variable(graph, "x")))
    else:
        graph, (node,) = nodes_of(text)
    assert simplify.simplify([node], graph) == ([node], None)


def random_text(chance: random.Random, depth: int) -> str:
    """A random expression."""
    if depth == 0:
        return chance.choice(["x", "y", "2", "x", "y", "1/3", "-1", "pi"])
    kind = chance.randrange(8)
    below = [random_text(chance, depth - 1) for _ in range(2)]
    if kind < 3:
        return f"({below[0]} {'+-*'[kind]} {below[1]})"
    if kind == 3:
        return f"({below[0]})**{chance.choice(['2', '3', '(-1)', '(1/2)', '(-1/2)', '(2/3)'])}"
    if kind == 4:
        return f"where({below[0]} > {below[1]}, {below[1]}, {below[0]})"
    names = ["exp", "log", "sin", "cos", "tanh", "abs", "sign", "atan", "sigmoid", "softplus", "cbrt", "relu", "sinh"]
    return f"{chance.choice(names)}({below[0]})"


def test_simplified_results_agree_with_the_input_at_random_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the input is real, the simplified form has the same value; evaluated apart from the child."""
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 30.0)
    chance = random.Random(7)
    forms = [
        "{0}*{1} + {0}*{2}", "sqrt(({0})**2)*({1})", "exp(log(abs({0})) + {1})", "(({0})**2 - ({1})**2)/({0} - ({1}))",
        "sin({0})**2 + cos({0})**2 + {1}", "({0})**2 + 2*({0})*({1}) + ({1})**2", "{0} + {1}",
    ]  # fmt: skip
    parts = [[random_text(chance, chance.randrange(1, 3)) for _ in range(3)] for _ in range(14)]
    texts = [forms[turn % 7].format(*part) for turn, part in enumerate(parts)]
    graph = Graph()
    names = {name: scalars.variable(graph, name) for name in NAMES}
    nodes = []
    for text in texts:
        try:
            nodes.append(rule_text(graph, text, names))
        except GradcliError:  # 1/0 and the like
            continue
    results, _ = simplify.simplify(nodes, graph)
    changed = compared = 0
    with mp.workprec(160):
        for node, result in zip(nodes, results, strict=True):
            changed += node is not result
            for _ in range(8):
                at = {name: mp.mpf(chance.uniform(-2.5, 2.5)) for name in NAMES}
                expected = value(node, at)
                if expected is not None:
                    found = value(result, at)
                    assert found is not None, (node, at)
                    assert abs(found - expected) <= 1e-25 * (1 + abs(expected)), (node, at)
                    compared += 1
    assert changed > 5
    assert compared > 50


def test_unknown_functions_travel_and_come_back() -> None:
    """f(x) and its derivatives mean nothing to SymPy, but are simplified around."""
    graph = Graph()
    x, y = scalars.variable(graph, "x"), scalars.variable(graph, "y")
    f = scalars.abstract(graph, "__import__('os').system('echo pwned')", (x, y), (1, 0))
    root = scalars.divide(graph, scalars.multiply(graph, [(f, 2), (x, 1)]), scalars.add(graph, [(f, 1), (f, 1)]))
    wanted = scalars.multiply(graph, [(f, 1), (x, 1)], rationals.ratio(1, 2))
    assert simplify.simplify([root], graph) == ([wanted], None)


def test_arrays_are_left_alone() -> None:
    """A node with a shape is returned as it came; a scalar made of one is opaque."""
    graph = Graph()
    vector = graph.intern("variable", (), "v", (3, 1))
    entry = graph.intern("entry", (vector,), (0, 0))
    sine_squared = scalars.multiply(graph, [(sine(graph, entry), 2)])
    one = scalars.add(graph, [(sine_squared, 1), (cosine_squared(graph, entry), 1)])
    assert simplify.simplify([vector, one], graph) == ([vector, scalars.number(graph, 1)], None)


def sine(graph: Graph, node: Node) -> Node:
    return scalars.call(graph, RULES["sin"], (node,))


def cosine_squared(graph: Graph, node: Node) -> Node:
    return scalars.multiply(graph, [(scalars.call(graph, RULES["cos"], (node,)), 2)])


# --- bounds ----------------------------------------------------------------------------------------------------------

ENDLESS = "x*sin(sin(exp(exp(exp(3))) + 3))"


def test_a_hanging_simplification_is_killed_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not end is given up in time; entries that were finished before are used, and a new child answers."""
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 4.0)
    graph, (easy, hanging) = nodes_of("sin(x)**2 + cos(x)**2", ENDLESS)
    start = time.monotonic()
    results, note = simplify.simplify([hanging, easy], graph)
    assert time.monotonic() - start < 60
    assert results == [hanging, scalars.number(graph, 1)]
    assert note == "simplification was given up after 4 s: 1 of 2 entries are shown as they were"
    assert process._child is None
    assert simplify.simplify([easy], graph) == ([scalars.number(graph, 1)], None)


def test_a_simplification_that_never_ends_alone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The note when nothing was finished."""
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 1.5)
    graph, (hanging,) = nodes_of(ENDLESS)
    results, note = simplify.simplify([hanging], graph)
    assert (results, note) == ([hanging], "simplification was given up after 1.5 s: the plain result is shown")


def test_a_memory_bomb_is_stopped_and_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Expanding a large power fills the memory that the child may have, and no more."""
    monkeypatch.setattr(limits, "SYMPY_MEBIBYTES", 120)
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 40.0)
    process.stop()
    graph, (bomb,) = nodes_of("(1 + x + y + z + a + b + n)**300 - (2 + x + y + z + a + b + n)**300")
    results, note = simplify.simplify([bomb], graph)
    process.stop()
    assert (results, note) == ([bomb], "simplification was given up at 120 MiB: the plain result is shown")


@pytest.mark.parametrize(
    ("boot", "reason"),
    [
        ("import os; os._exit(3)", "because SymPy's process ended"),
        ("print('[' * 100000)", "because SymPy's process sent nonsense"),
        ("print('nonsense')", "because SymPy's process sent nonsense"),
        ("print('[1, 2]')", "because SymPy's process sent nonsense"),
        ('print(\'{"entry": 7, "candidates": []}\')', "because SymPy's process sent nonsense"),
        ('print(\'{"entry": 0, "candidates": 4}\')', "because SymPy's process sent nonsense"),
        ("import time; time.sleep(60)", "after 2 s"),
        ("import sys; [sys.stdout.write('x' * 1000) for _ in iter(int, 1)]", "because SymPy's process ended"),
    ],
)
def test_whatever_the_child_does_is_a_note(monkeypatch: pytest.MonkeyPatch, boot: str, reason: str) -> None:
    """Death, silence, nonsense and floods give the plain result and a reason, in time."""
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 2.0)
    monkeypatch.setattr(limits, "OUTPUT_CHARACTERS", 1_000_000)
    monkeypatch.setattr(process, "BOOT", boot)
    process.stop()
    graph, (node,) = nodes_of("sin(x)**2 + cos(x)**2")
    start = time.monotonic()
    results, note = simplify.simplify([node], graph)
    process.stop()
    assert time.monotonic() - start < 60
    assert (results, note) == ([node], f"simplification was given up {reason}: the plain result is shown")


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")
def test_the_whole_process_group_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What the child has started ends with it."""
    told = tmp_path / "pid"
    monkeypatch.setattr(
        process,
        "BOOT",
        f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"open({str(told)!r}, 'w').write(str(p.pid)); time.sleep(60)",
    )
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 2.0)
    process.stop()
    graph, (node,) = nodes_of("sin(x)**2 + cos(x)**2")
    assert simplify.simplify([node], graph)[1] is not None
    grandchild = int(told.read_text())
    deadline = time.monotonic() + 60
    while is_running(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(grandchild)


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_question_that_is_dropped_leaves_no_stale_answer() -> None:
    """Who stops listening (Ctrl-C) ends the child, so that the next question gets its own answer."""
    answers = process.ask({"ask": "partials", "name": "expint", "arity": 2})
    assert "missing" in next(answers)
    answers.close()
    assert process._child is None
    assert list(process.ask({"ask": "values", "name": "Li", "points": [], "bits": 53})) == [{"values": []}]


def test_too_many_operations_are_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large function is given up at once, without starting SymPy."""
    monkeypatch.setattr(limits, "SYMPY_OPERATIONS", 500)
    monkeypatch.setattr(process, "running", lambda: pytest.fail("SymPy was asked"))
    graph = Graph()
    node = scalars.variable(graph, "x")
    for _ in range(600):
        node = sine(graph, node)
    assert simplify.simplify([node], graph) == (
        [node], "simplification was given up at 500 operations: the plain result is shown",
    )  # fmt: skip


def test_deep_nesting_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine thousand nested sines neither crash this process nor hang it."""
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 3.0)
    graph = Graph()
    node = scalars.variable(graph, "x")
    for _ in range(9_000):
        node = sine(graph, node)
    results, note = simplify.simplify([node], graph)
    assert results == [node]
    assert note is not None
    assert note.startswith("simplification was given up")


# --- safety ----------------------------------------------------------------------------------------------------------

EVIL = "__import__('os').system('touch pwned')"


def test_no_name_travels() -> None:
    """Variables, abstract functions and entries of arrays are numbers in the question."""
    graph = Graph()
    x = scalars.variable(graph, EVIL)
    f = scalars.abstract(graph, EVIL + "f", (x,))
    entry = graph.intern("entry", (graph.intern("variable", (), EVIL + "v", (2, 1)),), (0, EVIL))
    writer = codec.GraphEncoder()
    writer.write(scalars.add(graph, [(x, 1), (f, 2), (entry, 3)]))
    assert "import" not in json.dumps(writer.operations)


@pytest.mark.parametrize(
    "question",
    [
        {"ask": "partials", "name": EVIL, "arity": 1},
        {"ask": "partials", "name": "__class__", "arity": 1},
        {"ask": "partials", "name": "sympify", "arity": 1},
        {"ask": "values", "name": "eval", "points": [[["0x1", "0x1", 0]]], "bits": 53},
        {"ask": "values", "name": "sin", "points": [[[EVIL, "0x1", 0]]], "bits": 53},
        {"ask": "__class__"},
        {"ask": "main"},
        {"ask": "simplify", "operations": [["variable", [], EVIL]], "roots": [[0, 0]], "dimension": 1},
        {"ask": "simplify", "operations": [["call", [], EVIL]], "roots": [[0, 0]], "dimension": 1},
        {"ask": "simplify", "operations": [["number", [], [EVIL, "0x1"]]], "roots": [[0, 0]], "dimension": 1},
        {"ask": "simplify", "operations": [["opaque", [], EVIL]], "roots": [[0, 0]], "dimension": 1},
        {"ask": "simplify", "operations": [["constant", [], EVIL]], "roots": [[0, 0]], "dimension": 1},
        {"ask": "simplify", "operations": [[EVIL, [], None]], "roots": [[0, 0]], "dimension": 1},
    ],
)
def test_even_a_hostile_question_runs_nothing(question: dict[str, object]) -> None:
    """Were a text to get through, the child's tables would refuse it: an error, and the child lives on."""
    before = set(os.listdir())
    records = list(process.ask(question))
    assert all("error" in record for record in records)
    assert records
    assert set(os.listdir()) == before
    assert [*map(list, process.ask({"ask": "partials", "name": "Li", "arity": 1}))] == [["operations"]]


def test_only_names_of_the_list_are_fall_back_functions() -> None:
    """No other name reaches SymPy, not even one that SymPy has."""
    for name in ("sympify", "N", "lambdify", "Symbol", EVIL, "__init__", "sin"):
        assert rows.fallback_rule(name, 1) is None
        with pytest.raises(KeyError):
            rows.fallback_value(name, [1], 53)


def test_the_environment_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that break `import sympy` or change Python do not reach the child."""
    process.stop()
    for name in ("SYMPY_DEBUG", "SYMPY_CACHE_SIZE", "SYMPY_USE_CACHE", "PYTHONSTARTUP", "PYTHONPATH", "MPMATH_STRICT"):
        monkeypatch.setenv(name, "x")
    assert fingerprint(simplified("sin(x)**2 + cos(x)**2")) == "number:1()"
    process.stop()


def test_sources_call_nothing_that_evaluates_text() -> None:
    """eval, exec, sympify, parse_expr, lambdify, getattr: none of them is in these files; one file imports SymPy."""
    rooms = ROOT / "gradcli"
    for file in (*(rooms / "cas").glob("*.py"), rooms / "program" / "simplify.py", rooms / "program" / "codec.py"):
        text = file.read_text()
        for word in ("eval(", "exec(", "sympify", "parse_expr(", "lambdify", "getattr", "pickle", "shell=True"):
            assert word not in text, (file.name, word)
    importing = [file.name for file in (ROOT / "gradcli").rglob("*.py") if "\nimport sympy" in file.read_text()]
    assert importing == ["worker.py"]


def run_python(code: str, folder: Path) -> str:
    """What a new Python prints that finds gradcli through PYTHONPATH alone, from another folder."""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=folder, capture_output=True,
        text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


def test_the_parent_side_does_not_import_sympy(tmp_path: Path) -> None:
    """Neither the import of the door nor a simplification brings SymPy into this process; the door is light."""
    code = """
import sys
from gradcli.program.simplify import FALLBACK, simplify
print(sorted({"sympy", "mpmath", "flint", "subprocess", "fractions", "threading"} & set(sys.modules)))
from gradcli.program.forms import scalars
from gradcli.program.graph import Graph
graph = Graph()
x = scalars.variable(graph, "x")
y = scalars.variable(graph, "y")
root = scalars.add(graph, [(scalars.multiply(graph, [(x, 1), (y, 1)]), 1), (scalars.multiply(graph, [(x, 2)]), 1)])
print(simplify([root], graph)[1], "sympy" in sys.modules, "mpmath" in sys.modules)
"""
    assert run_python(code, tmp_path).splitlines() == ["[]", "None False False"]


def test_a_module_in_the_current_folder_is_not_imported(tmp_path: Path) -> None:
    """A file sympy.py beside the user's data is not what the child imports."""
    for name in ("sympy", "mpmath"):
        (tmp_path / f"{name}.py").write_text("open('pwned', 'w')\nraise SystemExit(7)\n")
    code = """
import sys
sys.path.remove("")
from gradcli.cas.rows import fallback_rule
sys.path.insert(0, "")
print(fallback_rule("Li", 1).partials)
"""
    assert run_python(code, tmp_path) == "('log(x)**(-1)',)\n"
    assert not (tmp_path / "pwned").exists()


def test_no_child_outlives_its_parent(tmp_path: Path) -> None:
    """When the parent ends, even at once, its SymPy ends too."""
    code = """
import os
from gradcli.cas import process
from gradcli.cas.rows import fallback_rule
fallback_rule("Li", 1)
print(process._child.process.pid, flush=True)
os._exit(0)
"""
    pid = int(run_python(code, tmp_path))
    deadline = time.monotonic() + 60
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(pid)


# --- equal -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("sin(2*x)", "2*sin(x)*cos(x)", True),
        ("sigmoid(x)", "exp(x)/(1 + exp(x))", True),
        ("cbrt(x)**3", "x", True),
        ("(x + y)**5", "x*(x + y)**4 + y*(x + y)**4", True),
        ("sin(2*x)", "2*sin(x)", False),
        ("sqrt(x**2)", "x", False),
        ("x + 1/10**12", "x", False),
        ("softplus(x)", "relu(x)", False),
        ("x", "x", True),
        ("log(-1 - x**2)", "log(-2 - x**2)", None),  # real nowhere
        ("erfinv(x)", "erfinv(x) + 1", False),
    ],
)
def test_equal_proves_refutes_or_says_that_it_does_not_know(a: str, b: str, expected: bool | None) -> None:
    """True by SymPy's proof, False by a point, None where neither is found."""
    graph, (left, right) = nodes_of(a, b)
    assert simplify.equal(left, right, graph) is expected


def test_equal_gives_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparison that does not end is undecided."""
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 2.0)
    graph, (left, right) = nodes_of(ENDLESS, "x")
    assert simplify.equal(left, right, graph) is None


# --- fall-back functions ---------------------------------------------------------------------------------------------

CALLS = [(name, args) for name, entry in rows.ENTRIES.items() for args in entry.arguments]
WHERE = {
    "n": "2.5", "k": "1.25", "m": "0.3", "a": "1.5", "b": "2.25", "s": "2.5", "x": "0.35", "y": "0.6", "z": "0.4",
}  # fmt: skip


def point_of(name: str, args: tuple[str, ...]) -> list[mpmath.mpf]:
    """A point inside the function's domain."""
    special = {"Li": {"x": "3.5"}, "assoc_legendre": {"n": "3", "m": "1"}, "elliptic_pi": {"n": "0.2"}}
    return [mp.mpf({**WHERE, **special.get(name, {})}[arg]) for arg in args]


def exact_value(name: str, point: list[mpmath.mpf]) -> mpmath.mpf:
    found = rows.fallback_value(name, [flint_number(number) for number in point], mp.prec)
    assert found is not None
    return mp.ldexp(mp.mpf(found[0]), found[1])


@pytest.mark.parametrize(("name", "args"), CALLS)
def test_partials_agree_with_differences_of_the_values(name: str, args: tuple[str, ...]) -> None:
    """Each partial, parsed by gradcli and evaluated, is the derivative of mpmath's values to twelve digits."""
    rule = rows.fallback_rule(name, len(args))
    assert rule is not None
    assert any(rule.partials)
    graph = Graph()
    names = {arg: scalars.variable(graph, arg) for arg in args}
    with mp.workprec(110):
        point = point_of(name, args)
        step = mp.ldexp(1, -30)
        for place, partial in enumerate(rule.partials):
            if partial is None:
                assert f"by {args[place]}: " in rule.source
                continue
            found = value(rule_text(graph, partial, names), dict(zip(args, point, strict=True)))
            up, down, up2, down2 = (
                exact_value(name, [p + turn * step if i == place else p for i, p in enumerate(point)])
                for turn in (1, -1, 2, -2)
            )
            expected = (8 * (up - down) - (up2 - down2)) / (12 * step)  # error of fourth order
            assert found is not None, partial
            assert abs(found - expected) <= 1e-12 * max(1, abs(expected)), partial


@pytest.mark.parametrize("name", sorted(rows.ENTRIES))
def test_values_are_those_that_sympy_means(name: str) -> None:
    """mpmath's function and SymPy's are the same one, with the same order of arguments; the example runs."""
    from gradcli.cas.worker import FUNCTIONS, sympy

    entry = rows.ENTRIES[name]
    text = entry.example.removeprefix(f"{name}(").removesuffix(")")
    args = [rationals.ratio(*map(int, (part + "/1").split("/")[:2])) for part in text.split(", ")]
    assert len(args) in map(len, entry.arguments)
    found = rows.fallback_value(name, args, 80)
    assert found is not None
    number = mp.ldexp(mp.mpf(found[0]), found[1])
    if name == "erf2inv":  # SymPy has no number for it
        assert abs(math.erf(number) - math.erf(args[0]) - args[1]) < 1e-15
        return
    expected = FUNCTIONS[name][0](*[sympy.Rational(arg.numerator, arg.denominator) for arg in args])
    expected = sympy.N(expected.rewrite(sympy.erf) if name == "erf2" else expected, 25)
    assert abs(number - mp.mpf(str(expected))) < 1e-14
    assert found[2] < -70


def test_a_fall_back_rule_is_a_row() -> None:
    """Its texts are gradcli's, its arguments have names, and it is made once."""
    rule = rows.fallback_rule("expint", 2)
    assert rule is not None
    assert rule.args == ("n", "x")
    assert rule.partials[0] is None
    assert rule.ball == rows.BALL
    assert rows.fallback_rule("expint", 2) is rule
    assert rows.fallback_rule("expint", 3) is None


def test_balls_hold_the_value_and_shrink_with_the_precision() -> None:
    """fallback_ball at 53 and at 300 bits holds the value; a wide argument gives a wide ball that holds both ends."""
    rule = rows.fallback_rule("assoc_legendre", 3)
    assert rule is not None
    true = flint.fmpq(-7, 16)  # P3(1/2)
    for bits in (53, 300):
        with flint.ctx.workprec(bits):
            ball = rows.fallback_ball(rule, [flint.arb(3), flint.arb(0), flint.arb(1) / 2])
            assert ball.contains(true)
            assert ball.rad() < flint.arb(2) ** -bits
    wide = rows.fallback_ball(rule, [flint.arb(3), flint.arb(0), flint.arb("0.5", "0.01")])
    for x in (flint.fmpq(49, 100), flint.fmpq(51, 100)):
        assert wide.contains((5 * x**3 - 3 * x) / 2)
    assert wide.rad() < 0.05


def test_no_real_value_is_nan() -> None:
    """Outside the domain there is no value; nobody is told a complex one."""
    rule = rows.fallback_rule("Li", 1)
    assert rule is not None
    assert rows.fallback_value("Li", [-3], 53) is None
    assert rows.fallback_ball(rule, [flint.arb(-3)]).is_nan()
    assert rows.fallback_ball(rule, [flint.arb("nan")]).is_nan()
    assert rows.fallback_ball(rule, [flint.arb(1)]).is_nan()


def test_many_questions_are_one_process() -> None:
    """A gradient at a point costs one import of SymPy."""
    process.stop()
    assert rows.fallback_value("expint", [2, rationals.ratio(1, 3)], 53) is not None
    first = process._child
    start = time.monotonic()
    for n in range(20):
        assert rows.fallback_value("jn", [n, 2], 53) is not None
    assert process._child is first
    assert time.monotonic() - start < 60


def test_a_function_that_is_always_too_slow_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """After three time-outs the answer is None at once."""
    monkeypatch.setattr(rows, "_failures", {})
    monkeypatch.setattr(process, "BOOT", "import time; time.sleep(60)")
    monkeypatch.setattr(limits, "SYMPY_SECONDS", 0.1)
    process.stop()
    for _ in range(rows.PATIENCE):
        assert rows.fallback_value("jn", [3, 2], 53) is None
    monkeypatch.setattr(process, "ask", lambda *_: pytest.fail("asked again"))
    assert rows.fallback_value("jn", [3, 2], 53) is None


def test_both_sides_have_the_same_tables() -> None:
    """The names that the parent sends are those that the child knows, and rows or fall-back functions."""
    from gradcli.cas.worker import FUNCTIONS

    assert set(FUNCTIONS) == codec.SYMPY_NAMES | set(rows.ENTRIES)
    assert set(RULES) >= codec.SYMPY_NAMES


def test_the_child_agrees_with_the_rows() -> None:
    """What travels by name means the same on both sides: mpmath's value in the child is that of the row's own ball."""
    from gradcli.cas.worker import FUNCTIONS

    arguments = {1: ["1.3"], 2: ["2", "1.3"], 3: ["2", "3", "0.4"], 4: ["2", "3", "1", "0.4"]}
    for name in sorted(codec.SYMPY_NAMES):
        row = RULES[name]
        if name == "zeta":  # its partial is a row that SymPy has no word for
            continue
        args = [mp.mpf(text) for text in arguments[len(row.args)]]
        if name in ("acos", "asin", "atanh", "asech", "erfinv", "erfcinv", "elliptick", "elliptice", "polylog"):
            args[-1] = mp.mpf("0.35")
        # the last one: SymPy has no word for derivatives of Bessel functions by their order, the first one
        place = max(i for i, text in enumerate(row.partials) if text is not None)
        partial = row.partials[place]
        with mp.workprec(120):
            function = FUNCTIONS[name][1]
            before, after = args[:place], args[place + 1 :]
            found = mp.diff(partial_function(function, before, after), args[place])
            expected = row_partial(partial, row.args, args, function(*args))
        assert abs(found - expected) < 1e-12 * max(1, abs(expected)), name


def partial_function(function, before: list, after: list):
    """A function of one argument, the others held."""
    return lambda number: function(*before, number, *after)


def row_partial(partial: str, names: tuple[str, ...], args: list, out: mpmath.mpf) -> mpmath.mpf:
    """A row's partial by the child's own evaluation of its operations."""
    from gradcli.cas.worker import evaluate

    graph = Graph()
    variables = {name: scalars.variable(graph, name) for name in (*names, "out")}
    node = rule_text(graph, partial, variables)
    writer = codec.GraphEncoder(expand=True)
    root = writer.write(node)
    at = dict(zip((*names, "out"), (*args, out), strict=True))
    assert writer.certain, partial
    return evaluate(writer.operations, root, [at[name] for name in writer.variables])
