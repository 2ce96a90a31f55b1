"""Answers for programs and papers: JSON as SPEC section 3 says, and the other forms."""

from __future__ import annotations

import csv
import json

import pytest
from answers import SAMPLES, abstract_chain, arrays, chain, differences, hessian, jacobian, kink, long_gradient, squares

import gradcli
from gradcli.problems import Source
from gradcli.render.formats.csv import write_csv
from gradcli.render.formats.json import document, write_json
from gradcli.render.formats.latex import write_latex
from gradcli.render.formats.markdown import write_markdown
from gradcli.render.formats.plain import write_plain
from gradcli.text.parser import parse_expression


def test_the_gradient_of_the_contract():
    """SPEC's example: the keys, their order and their values."""
    assert write_json(squares()) == (
        '{"schema": "gradcli.grad/1", "function": "x1**2 + x2**2", "variables": ["x1", "x2"], '
        '"symbolic": {"x1": "2*x1", "x2": "2*x2"}, "at": {"x1": 1.0, "x2": 2.0}, "value": 5.0, '
        '"gradient": {"x1": 2.0, "x2": 4.0}, "error": null, "evaluations": null, "method": "symbolic", '
        '"layout": "denominator", "shape": [2, 1], "accuracy": "certified", "definitions": {}, "assumptions": [], '
        '"problems": []}'
    )


def refuse(constant: str) -> None:
    raise AssertionError(constant)


@pytest.mark.parametrize("name", SAMPLES)
def test_json_is_one_strict_line(name):
    """Every answer is one line of JSON without NaN."""
    text = write_json(SAMPLES[name]())
    assert "\n" not in text
    assert json.loads(text, parse_constant=refuse)["schema"].startswith("gradcli.")


def test_numbers_that_are_not_finite_never_become_json():
    """A NaN that slips through is a mistake in gradcli, not an answer."""
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(squares()._replace(value=float("nan")))


def test_missing_numbers_are_null_with_a_problem():
    """The problem says which variable, why, and both one-sided derivatives."""
    found = document(kink())
    assert found["gradient"] == {"theta": 3.0, "x1": None}
    assert found["problems"] == [
        {
            "variable": "x1", "kind": "not-differentiable", "message": "not differentiable at x1 = 0",
            "left": -1.0, "right": 1.0,
        }
    ]  # fmt: skip


def test_numeric_methods_have_errors_and_no_symbols():
    """Finite differences: symbolic null, error and evaluations given, the direction beside the gradient."""
    found = document(differences())
    assert (found["symbolic"], found["evaluations"], found["accuracy"]) == (None, 11, "estimated")
    assert found["error"] == {"x": 1.2e-20, "y": 3e-17}
    assert (found["along"], found["directional"]) == ({"x": 0.6, "y": 0.8}, -651.0284219075)


def test_shared_parts_are_definitions():
    """Definitions are texts by name, in order."""
    assert document(long_gradient())["definitions"] == {"t1": "exp(x1 + x2)"}


def test_jacobian_keys():
    """Rows, columns, functions and values of a Jacobian; with both layouts also the transpose."""
    found = document(jacobian("both"))
    assert found["functions"] == ["x1**2", "x1*x2"]
    assert found["symbolic"] == [["2*x1", "0"], ["x2", "x1"]]
    assert [list(row) for row in found["jacobian"]] == [[2.0, 0.0], [2.0, 1.0]]
    assert (list(found["rows"]), list(found["columns"])) == (["f1", "f2"], ["x1", "x2"])
    assert found["denominator"]["symbolic"] == [["2*x1", "x2"], ["0", "x1"]]
    assert found["denominator"]["jacobian"] == [[2.0, 2.0], [0.0, 1.0]]
    assert "denominator" not in document(jacobian())


def test_hessian_keys():
    """A Hessian has eigenvalues, ascending, and what they say."""
    found = document(hessian())
    assert found["schema"] == "gradcli.hessian/1"
    assert found["eigenvalues"] == (0.3993607674876293, 1001.6006392325123)
    assert found["definiteness"] == "positive definite"


def test_chain_keys():
    """Terms by input and by intermediate, in the program's own names, with their numbers."""
    found = document(chain())
    assert found["terms"]["x1"][1] == {
        "through": "u2", "outer": "u1", "inner": "cos(x1)", "outer_value": 3.0, "inner_value": 0.5403023058681398,
        "product": 1.6209069176044193,
    }  # fmt: skip
    assert found["intermediates"][0] == {"name": "u1", "expression": "x1 + x2", "value": 3.0, "shape": []}
    assert found["function"] == "y = u1*u2; u1 = x1 + x2; u2 = sin(x1)"
    assert found["gradient"] == {"x1": 2.4623779024123156, "x2": 0.8414709848078965}
    assert document(abstract_chain())["terms"]["a"][0]["outer"] == "∂f/∂x"


@pytest.mark.parametrize("name", ["gradient", "kink", "long", "arrays", "jacobian", "hessian", "chain"])
def test_symbolic_texts_read_back(name):
    """Every text under `symbolic` is an expression of the language."""
    waiting = [document(SAMPLES[name]())["symbolic"]]
    count = 0
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            parse_expression(Source("expression", here))
            count += 1
        else:
            waiting.extend(here.values() if isinstance(here, dict) else here)
    assert count


@pytest.mark.parametrize("name", SAMPLES)
def test_csv_has_a_header_and_full_rows(name):
    """Every row has as many cells as the header."""
    header, *rows = csv.reader(write_csv(SAMPLES[name]()).splitlines())
    assert rows
    assert all(len(row) == len(header) for row in rows)


def test_csv_of_a_gradient():
    """Labels, symbol, number; what does not exist is an empty cell and a reason."""
    rows = list(csv.DictReader(write_csv(kink()).splitlines()))
    assert rows[0] == {
        "function": "f", "variable": "theta", "symbolic": "2*a*theta", "value": "3", "error": "", "problem": "",
        "layout": "denominator",
    }  # fmt: skip
    assert rows[1]["value"] == ""
    assert rows[1]["problem"].endswith("slope from the left -1, from the right 1")


def test_csv_of_a_hessian_names_both_variables():
    """Its labels are row and column, since both are variables."""
    assert write_csv(hessian()).splitlines()[:2] == [
        "row,column,symbolic,value,error,problem,layout", "x,x,1200*x**2 - 400*y + 2,802,,,numerator",
    ]  # fmt: skip


def test_plain_lines():
    """Symbol and number behind `=`, all else behind `#`."""
    assert write_plain(squares()).splitlines() == [
        "# at x1 = 1, x2 = 2", "f = x1**2 + x2**2 = 5", "df/dx1 = 2*x1 = 2", "df/dx2 = 2*x2 = 4",
        "# denominator layout: a column, shape (2, 1)", "# symbolic derivative, certified: every digit shown is right",
    ]  # fmt: skip
    assert "df1/dx2 = x2 = 2" not in write_plain(jacobian())
    assert "df2/dx1 = x2 = 2" in write_plain(jacobian())
    assert "df2/dx1 = x2 = 2" in write_plain(jacobian("denominator"))
    assert "d2f/dxdy = -400*x = -400" in write_plain(hessian())
    rule = "dy/dx1 = dy/du1*du1/dx1 + dy/du2*du2/dx1 = dy/du1*1 + dy/du2*cos(x1) = 2.4623779024123156"
    assert rule in write_plain(chain())


def test_markdown_tables_are_rectangular():
    """Every row of the table has the header's number of cells, and the layout is said."""
    for name, make in SAMPLES.items():
        text = write_markdown(make())
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert len({row.count(" | ") for row in rows if "---" not in row}) == 1, name
        assert "shape (" in text


def test_latex_fragments_are_balanced():
    """Braces, brackets and environments close; layout and shape are said in words; nothing is left in Unicode."""
    for name, make in SAMPLES.items():
        text = write_latex(make())
        assert text.count("{") == text.count("}"), name
        assert text.count(r"\left") == text.count(r"\right"), name
        assert text.count(r"\begin") == text.count(r"\end"), name
        assert text.count(r"\[") == text.count(r"\]"), name
        assert "ayout" in text
        assert text.isascii(), [char for char in text if ord(char) > 127]


def test_latex_of_a_gradient():
    """The gradient stands as a column of symbols and a column of numbers."""
    assert (
        r"\nabla f = \begin{pmatrix} 2 x_{1} \\ 2 x_{2} \end{pmatrix} = \begin{pmatrix} 2 \\ 4 \end{pmatrix}"
        in write_latex(squares())
    )


def test_latex_of_numbers_in_chains_and_traces():
    """4e-9 would be 4·e - 9 in LaTeX; more than ten columns are an array, which no document has to be told of."""
    chain = gradcli.chain("u = x*y; u^2", at={"x": "1e-9", "y": 2})
    assert r"8 \cdot 10^{-9}" in write_latex(chain)
    trace = gradcli.trace("sum(x*X)", at={"x": 1e-9, "X": [list(range(1, 12))]}).to_latex()
    assert r"1 \cdot 10^{-9}" in trace
    assert r"\left(\begin{array}{ccccccccccc}" in trace
    assert "pmatrix" not in trace


def test_arrays_keep_their_form():
    """A vector's number is a flat list in JSON, its symbol one expression."""
    found = document(arrays())
    assert (found["symbolic"], found["gradient"]) == ({"x": "2*x"}, {"x": [2.0, 4.0, 6.0]})
