"""`gradcli check` as a command line: verdicts as exit codes, every format, numbers of files, and errors."""

from __future__ import annotations

import csv
import gc
import io
import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from gradcli.cli import entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Ended(NamedTuple):
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The command line turns the collector off; tests want it back."""
    yield
    gc.enable()


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `gradcli check` with these words."""

    def run(*words: str) -> Ended:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        code = entry.run(["check", *words])
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
        return Ended(int(code), *texts)

    return run


WRONG = ("sin(x1*x2)**2", "2*sin(x1*x2)*cos(x1*x2)*x2, 2*sin(x1*x2)")


def test_the_exit_code_is_the_verdict(check: Any) -> None:
    """0 for equal, 1 for different, 4 for undecided."""
    assert check("x^2", "2x").code == 0
    assert check("x^2", "3x").code == 1
    assert check("sqrt(-1-x^2)", "x").code == 4


def test_json_has_the_keys_of_the_contract(check: Any) -> None:
    """Verdict, evidence, components worst first, a witness with its numbers, and the slip with its message."""
    found = check(*WRONG, "--json").document
    assert found["schema"] == "gradcli.check/1"
    assert (found["verdict"], found["evidence"]) == ("different", "proved")
    assert [(c["variable"], c["verdict"]) for c in found["components"]] == [("x2", "different"), ("x1", "equal")]
    assert found["components"][0]["ours"] == "2*x1*sin(x1*x2)*cos(x1*x2)"
    assert set(found["witness"]["at"]) == {"x1", "x2"}
    assert found["witness"]["variable"] == "x2"
    (slip,) = found["diagnosis"]
    assert (slip["variable"], slip["slip"]) == ("x2", "missing-inner-derivative")
    assert slip["message"] == "your ∂f/∂x2 lacks the inner derivative x1*cos(x1*x2), that of sin(x1*x2)"


def test_a_right_answer_has_neither_witness_nor_slip(check: Any) -> None:
    """The witness is null and the diagnosis is empty."""
    found = check("x^2", "2x", "--json").document
    assert (found["verdict"], found["witness"], found["diagnosis"]) == ("equal", None, [])


@pytest.mark.parametrize("form", ["table", "plain", "markdown", "csv", "latex"])
def test_every_format_says_the_verdict_both_formulas_and_the_slip(check: Any, form: str) -> None:
    """What is wrong stands in every format; CSV has a row a component instead of sentences."""
    out = check(*WRONG, "--format", form).out
    assert "different" in out.lower()
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(out)))
        assert [(row["variable"], row["verdict"]) for row in rows] == [("x2", "different"), ("x1", "equal")]
    else:
        assert "lacks the inner derivative" in out


def test_the_table_shows_the_numbers_at_the_witness(check: Any) -> None:
    """Yours, ours and their difference at a named point."""
    out = check("x^2*y", "3*x*y, x^2").out
    assert "at x = 2, y = 3" in out
    assert "18" in out
    assert "12" in out
    assert "33.3%" in out


def test_a_slip_names_the_derivative_as_the_tables_do(check: Any) -> None:
    """∂f/∂π1 stood in the table, and ∂f/∂pi1 below it."""
    out = check("mu*pi1^2", "pi1^2, mu*pi1", "--at", "pi1=2,mu=3").out
    assert "your ∂f/∂π1 breaks the power rule: the exponent of π1 is missing" in out
    assert "∂pi1" not in out


def test_an_answer_may_be_several_texts_one_text_a_vector_or_named(check: Any) -> None:
    """The four ways to write an answer are the same."""
    for answers in (("2x", "2y"), ("2x, 2y",), ("[2x, 2y]",), ("y=2y, x=2x",), ("$2x, 2y$",)):
        assert check("x^2 + y^2", *answers).code == 0


@pytest.mark.parametrize(
    "words",
    [
        (r"$\sum_i x_i^2$", "$2x_i$"),
        (r"$\sum_{i=1}^n x_i^2$", r"$\frac{\partial f}{\partial x_i} = 2x_i$"),
        (r"$\log\sum_i e^{x_i}$", r"$\frac{e^{x_i}}{\sum_j e^{x_j}}$"),
        (r"$\sigma(z)=\frac{1}{1+e^{-z}}$", r"$\sigma'(z) = \sigma(z)(1-\sigma(z))$"),
        ("f(x) = 1/(1+exp(-x))", "f(x)*(1-f(x))"),
        ("$x^2y$", r"$\left(2xy, x^2\right)^T$"),
        ("$x^2y$", r"$\frac{\partial f}{\partial x}=2xy$, $\frac{\partial f}{\partial y}=x^2$"),
        ("x^2*y", "[2*x*y; x^2]"),
        ("x^2*y", "{2 x y, x^2}"),
        ("max(x,0)", "{1 if x>0; 0 otherwise}"),
    ],
)
def test_answers_are_read_as_books_and_systems_write_them(check: Any, words: tuple[str, ...]) -> None:
    """Entries by an index, the function by its own name, lists in braces and columns with semicolons."""
    assert check(*words).code == 0


def test_jacobians_and_hessians_are_checked_by_kind(check: Any) -> None:
    """Entries are called by function and variable; the other layout is named."""
    found = check("[x^2, x*y]", "[[2x, y],[0, x]]", "--kind", "jacobian", "--json").document
    assert [slip["slip"] for slip in found["diagnosis"]] == ["layout"]
    assert {c["variable"] for c in found["components"]} == {"f1/x", "f1/y", "f2/x", "f2/y"}
    assert check("x^2*y", "[[2y, 2x],[2x, 0]]", "--kind", "hessian").code == 0


def test_arrays_of_symbolic_size_are_one_component_each(check: Any) -> None:
    """A matrix expression is shown as one, and its witness has arrays."""
    words = ("norm(A@x-b)**2", "2*A@(A@x-b)", "--wrt", "x", "--shape", "A=n,n", "--shape", "x=n", "--shape", "b=n")
    found = check(*words, "--json").document
    assert [(c["variable"], c["ours"]) for c in found["components"]] == [("x", "2*A.T@(A@x - b)")]
    assert found["witness"]["variable"].startswith("x[")
    assert len(found["witness"]["at"]["A"]) == 3
    assert found["diagnosis"][0]["slip"] == "transposed"


AGAINST = [
    ('{"at": {"x": 1.5}, "gradient": {"x": 3}}', 0),
    ('{"at": {"x": 1.5}, "gradient": {"x": 3.0}}', 0),
    ('{"at": [1.5], "gradient": [3.0]}', 0),
    ('{"at": {"x": "pi"}, "gradient": {"x": 6.28}}', 0),
    ('{"at": {"x": "pi"}, "gradient": {"x": 6.29}}', 1),
    ('{"at": {"x": "pi"}, "gradient": {"x": 6.283185307179586}}', 0),
    ('{"at": {"x": "pi"}, "gradient": {"x": 6.283185307179588}}', 0),
    ('{"at": {"x": "pi"}, "gradient": {"x": 6.283185307180}}', 0),
    ('{"at": {"x": "pi"}, "gradient": {"x": 6.283185307181}}', 1),
    ('{"at": {"x": 1e-9}, "gradient": {"x": -2e-9}}', 1),
    ('{"at": {"x": 0.1}, "gradient": {"x": 0.0}}', 1),
    ('{"at": {"x": 0}, "gradient": {"x": 0.0}}', 0),
    ('{"at": {"x": 1}, "gradient": {"x": null}}', 1),
    ('{"at": {"x": 1}, "gradient": {"x": 2}}\n{"at": {"x": 2}, "gradient": {"x": 4}}\n', 0),
    ('[{"at": {"x": 1}, "gradient": {"x": 2}}, {"at": {"x": 2}, "gradient": {"x": 5}}]', 1),
]


@pytest.mark.parametrize(("text", "code"), AGAINST)
def test_numbers_agree_to_the_digits_that_they_are_given_with(check: Any, tmp_path: Path, text: str, code: int) -> None:
    """x^2 against numbers: rounded ones agree, others differ, a bare 0 claims no digits."""
    path = tmp_path / "grads.json"
    path.write_text(text)
    assert check("x^2", "--against", str(path), "--json").code == code


def test_numbers_of_arrays_and_matrices_are_compared_entry_by_entry(check: Any, tmp_path: Path) -> None:
    """The worst entry is the witness; too few entries are said; Jacobians and Hessians have their own keys."""
    path = tmp_path / "grads.json"
    path.write_text('{"at": {"x": [1, 2, -3]}, "gradient": {"x": [2, 4, -3]}}')
    found = check("norm(x)^2", "--against", str(path), "--json").document
    assert (found["witness"]["variable"], found["witness"]["yours"], found["witness"]["ours"]) == ("x[2]", -3.0, -6.0)
    path.write_text('{"at": {"x": [1, 2, -3]}, "gradient": {"x": [2, 4]}}')
    short = check("norm(x)^2", "--against", str(path), "--json")
    assert short.code == 1
    assert "2 entries were given, 3 are expected" in short.out
    path.write_text('{"at": {"x": 1, "y": 2}, "jacobian": [[2, 0], [2, 1]]}')
    assert check("[x^2, x*y]", "--kind", "jacobian", "--against", str(path)).code == 0
    path.write_text('{"at": {"x": 1, "y": 2}, "hessian": [[4, 2], [2, 1]]}')
    assert check("x^2*y", "--kind", "hessian", "--against", str(path)).code == 1


def test_signs_factors_and_swapped_numbers_are_named(check: Any, tmp_path: Path) -> None:
    """What a few numbers can tell."""
    path = tmp_path / "grads.json"
    for number, slip in (("-9.00", "sign"), ("18.0", "factor"), ("4.500", "factor"), ("0", "missing-term")):
        path.write_text(f'{{"at": {{"x": 1.5, "y": 3}}, "gradient": {{"x": {number}, "y": 2.25}}}}')
        found = check("x^2*y", "--against", str(path), "--json").document
        assert [(s["variable"], s["slip"]) for s in found["diagnosis"]] == [("x", slip)]
    path.write_text('{"at": {"x": 2, "y": 3}, "gradient": {"x": 4.0, "y": 12.0}}')
    found = check("x^2*y", "--against", str(path), "--json").document
    assert [slip["slip"] for slip in found["diagnosis"]] == ["permuted", "permuted"]


def test_numbers_by_another_variable_are_named(check: Any, tmp_path: Path) -> None:
    """Two points whose second number is the first one: it was differentiated by x, as programs are told."""
    path = tmp_path / "grads.json"
    rows = [
        {"at": {"x": 1.5, "y": 2}, "gradient": {"x": 6.0001, "y": 6.0001}},
        {"at": {"x": 1.25, "y": 2.5}, "gradient": {"x": 6.2501, "y": 6.2501}},
    ]
    path.write_text(json.dumps(rows), encoding="utf-8")
    found = check("x^2*y + 0.0001*x + sin(y)", "--against", str(path), "--json").document
    assert [(slip["slip"], slip["message"]) for slip in found["diagnosis"]] == [
        ("wrong-variable", "your ∂f/∂y is ∂f/∂x: it was differentiated by x, not by y")
    ]


def test_numbers_for_a_symmetric_matrix_are_those_of_symmetric_changes(check: Any, tmp_path: Path) -> None:
    """As `grad` has them, and said so."""
    path = tmp_path / "grads.json"
    path.write_text('{"at": {"S": [[1, 2], [2, 5]]}, "gradient": {"S": [[0, 0.5], [0.5, 0]]}}')
    ended = check("S: 2,2 symmetric; S[0,1]", "--against", str(path), "--json")
    assert ended.code == 0
    assert "S is symmetric: shown is (G + G.T)/2" in ended.document["assumptions"][0]


def test_a_kink_at_a_point_is_undecided_and_said(check: Any, tmp_path: Path) -> None:
    """There is nothing to compare with where the derivative does not exist."""
    path = tmp_path / "grads.json"
    path.write_text('{"at": {"x": 0}, "gradient": {"x": 1.0}}')
    ended = check("abs(x)", "--against", str(path), "--json")
    assert ended.code == 4
    assert ended.document["components"][0]["remark"]
    for numbers in ('{"x": null}', "[null]"):  # as gradcli grad --json has it
        path.write_text(f'{{"at": {{"x": 0}}, "gradient": {numbers}}}')
        assert check("abs(x)", "--against", str(path), "--json").code == 0


ERRORS = [
    (("x^2",), "usage"),
    ((), "usage"),
    (("x^2", ""), "empty"),
    (("x^2", "2*"), "syntax"),
    (("x^2", "sen(x)"), "unknown-function"),
    (("x^2", "2*q"), "unknown-name"),
    (("x^2", "z=2*x"), "answer"),
    (("[x, y]", "1, 1"), "vector"),
    (("x^2", "--against", "/nowhere/grads.json"), "file"),
    (("x^2", "2*x", "--against", "grads.json"), "usage"),
    (("x^2", "2*x", "--kind", "gradients"), "usage"),
    (("x^2", "2*x", "--layout", "sideways"), "usage"),
]


@pytest.mark.parametrize(("words", "code"), ERRORS)
def test_a_wrong_command_line_is_one_error(check: Any, words: tuple[str, ...], code: str) -> None:
    """Exit 2, nothing on standard output, one JSON object on standard error."""
    ended = check(*words, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert json.loads(ended.err)["error"]["code"] == code


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "[]", "{}", "3", "[" * 100000, '{"at": {"x": 1}}', '{"at": {"x": 1}, "gradient": {"x": NaN}}',
        '{"at": {"x": 1}, "gradient": {"x": 1e999}}', '{"at": {"x": 1}, "gradient": {"x": "a"}}',
        '{"at": {"x": null}, "gradient": {"x": 1}}', '{"at": {"x": 1}, "gradient": {"z": 1}}',
        '{"at": 1, "gradient": [1, 2]}',
    ],
)  # fmt: skip
def test_a_file_that_holds_no_gradients_is_one_error(check: Any, tmp_path: Path, text: str) -> None:
    """Exit 2 and one sentence, whatever the file holds."""
    path = tmp_path / "grads.json"
    path.write_text(text)
    ended = check("x^2", "--against", str(path), "--json")
    assert (ended.code, ended.out) == (2, "")
    assert json.loads(ended.err)["error"]["message"]


@pytest.mark.parametrize(
    ("words", "yours"),
    [
        (("x^2*y", "2xy, x²"), ["2*x*y", "x**2"]),
        (("x*y^3", "y^3, 3xy^2"), ["y**3", "3*x*y**2"]),
        (("exp(x*y)", "ye^(xy), xe^(xy)"), ["y*e**(x*y)", "x*e**(x*y)"]),
        (("x*y*z; xy: scalar", "yz, xz, xy"), ["y*z", "x*z", "x*y"]),
        (("x^3", "y' = 3x^2"), ["3*x**2"]),
        (("x^3", "$f'(x) = 3x^2$"), ["3*x**2"]),
        (("x^3", "= 3x^2"), ["3*x**2"]),
    ],
)
def test_names_of_the_function_that_run_together_are_their_product(
    check: Any, words: tuple[str, ...], yours: list[str]
) -> None:
    """No name of the function is xy, so it is x*y; the answer shows how it was read, whatever stands before it."""
    ended = check(*words, "--json")
    found = json.loads(ended.out)
    assert (ended.code, [entry["yours"] for entry in found["components"]]) == (0, yours)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("x*y", "1/xy, x"), "write x*y for the product; the function's names are x, y"),
        (("norm(A@x)^2", "2*A.T@Ax", "--wrt", "x"), "write A*x entry by entry or A@x for the product"),
        (("x^x", "x^x (log(x) + 1)"), "write x*(...) for the product"),
        (("x*y", "q, x"), "the function's names are x, y"),
    ],
)
def test_what_runs_together_is_told_apart(check: Any, words: tuple[str, ...], hint: str) -> None:
    """The names of the function are known: the product of them is shown."""
    ended = check(*words, "--json")
    assert ended.code == 2
    assert json.loads(ended.err)["error"]["hint"].startswith(hint)
