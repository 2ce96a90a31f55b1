"""Every answer of the library shows itself in notebooks."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

import gradcli
from gradcli.render.report.fragments import SHOWN
from tests.render.test_report import checked

AT = (1, 2)
ANSWERS: dict[str, Any] = {
    "Gradient": lambda: gradcli.grad("x*y", AT),
    "Jacobian": lambda: gradcli.jacobian("[x*y, x]", at=AT),
    "Hessian": lambda: gradcli.hessian("x**2*y", AT),
    "Chain": lambda: gradcli.chain("sin(x*y)**2", AT),
    "Verdict": lambda: gradcli.check("x**2", "x"),
    "Trace": lambda: gradcli.trace("x*y", AT),
    "Explanation": lambda: gradcli.steps("x*sin(y)", AT),
    "ComputationGraph": lambda: gradcli.graph("x*y", AT),
    "Plot": lambda: gradcli.plot("x**2", 1),
    "Report": lambda: gradcli.report("x**2", 1),
    "Descent": lambda: gradcli.descend("x**2 + y**2", AT, steps=3),
    "Quiz": lambda: gradcli.quiz(7),
    "Exported": lambda: gradcli.export("x**2", to="c"),
}


def test_every_answer_has_its_forms() -> None:
    """The table has what the library returns, and nothing else."""
    assert set(ANSWERS) == set(SHOWN)


@pytest.mark.parametrize("kind", ANSWERS)
def test_forms_of_an_answer(kind: str) -> None:
    """HTML is one well-formed element without ids and scripts, JSON can be written, only what is wanted is made."""
    answer = ANSWERS[kind]()
    assert type(answer).__name__ == kind
    bundle = answer._repr_mimebundle_()
    checker = checked(bundle["text/html"])
    assert checker.met[0] == ("div", {"class": "gradcli"})
    assert not any("id" in attributes for _, attributes in checker.met)
    assert [a.get("type") for a in checker.tags("script")] in ([], ["application/json"])
    assert json.loads(json.dumps(bundle["application/json"], allow_nan=False))["schema"].startswith("gradcli.")
    assert bundle.get("text/latex") == answer._repr_latex_()
    assert bundle["text/html"] == answer._repr_html_()
    assert set(answer._repr_mimebundle_(include={"text/html"})) == {"text/html"}
    assert "text/html" not in answer._repr_mimebundle_(exclude={"text/html"})


def test_a_descent_says_how_it_went() -> None:
    """Method, reason to stop and which rates converge stand in the notebook, as on the screen."""
    html = ANSWERS["Descent"]()._repr_html_()
    for said in (
        "gradient descent: x ← x - 0.1·∇f(x), 3 steps",
        "stopped after 3 steps",
        "rates below 1 converge here",
    ):
        assert said in html


@pytest.mark.parametrize("kind", ANSWERS)
def test_ipython_shows_it(kind: str) -> None:
    """IPython's own formatter takes all forms; its plain text is the terminal's screen."""
    formatters = pytest.importorskip("IPython.core.formatters")
    data, _ = formatters.DisplayFormatter().format(ANSWERS[kind]())
    assert {"text/plain", "text/html", "application/json"} <= set(data)
    assert not data["text/plain"].startswith(kind)
    if kind == "Gradient":
        assert data["text/plain"].startswith("f(x, y) = x·y")


def test_a_notebook_runs() -> None:
    """A kernel of Jupyter answers with HTML, and the record stays a record."""
    client = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    nbformat = pytest.importorskip("nbformat")
    book = nbformat.v4.new_notebook()
    book.cells = [nbformat.v4.new_code_cell('import gradcli\ngradcli.trace("x*y", (2, 3))')]
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client.NotebookClient(book, timeout=60).execute()
    (output,) = book.cells[0].outputs
    assert "<table>" in output.data["text/html"]
    assert "reverse mode" in output.data["text/plain"]


def test_records_load_nothing_to_be_shown() -> None:
    """A gradient without a notebook loads no writer of HTML."""
    code = (
        "import sys, gradcli; gradcli.grad('x**2', 1); print([m for m in sys.modules if 'report' in m or 'rich' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
