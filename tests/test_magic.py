"""Magics of IPython, in a shell and in a real notebook without a browser."""

from __future__ import annotations

from typing import Any

import pytest

import gradcli
from gradcli import magic

interactive = pytest.importorskip("IPython.core.interactiveshell")


@pytest.fixture
def shell() -> Any:
    """A shell with the magics loaded."""
    found = interactive.InteractiveShell.instance()
    found.run_line_magic("load_ext", "gradcli.magic")
    yield found
    interactive.InteractiveShell.clear_instance()


def test_a_cell_is_a_gradient(shell: Any) -> None:
    """`%%grad` answers as gradcli.grad, with the options of the command line."""
    answer = shell.run_cell_magic("grad", "--at x=3,y=2 --layout numerator", "f = x**2*y\n")
    assert answer == gradcli.grad("f = x**2*y", at={"x": 3, "y": 2}, layout="numerator")
    answer = shell.run_cell_magic("grad", "--wrt x --set a=2,b=1/3 --shape 'x: n'", "a*norm(x)**2 + b\n")
    assert answer.shape == ("n", 1)
    assert shell.run_cell_magic("grad", "--at 2,1 --set w=[1,3]", "w.T@[x, y]").gradient == {"x": 1.0, "y": 3.0}
    assert shell.run_cell("%%grad --at 2\nx**3\n").result.gradient == {"x": 12.0}


def test_a_line_is_a_command_line(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """`%gradcli` prints what the command prints; Python's values go in by braces."""
    shell.user_ns["place"] = "1,2"
    shell.run_cell('%gradcli grad "x1**2 + x2**2" --at {place} --format plain')
    out, err = capsys.readouterr()
    assert "df/dx2 = 2*x2 = 4" in out
    assert not err
    shell.run_line_magic("gradcli", '"x +* 2"')
    assert "cannot follow" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "cell"),
    [
        ("--nonsense", "x"),
        ("--at", "x"),
        ("--layout sideways", "x"),
        ("--set a", "a*x"),
        ("'", "x"),
        ("", "x +* 2"),
        ("", ""),
    ],
)
def test_mistakes_in_cells_are_errors(line: str, cell: str) -> None:
    """A notebook goes on: nothing exits."""
    with pytest.raises(gradcli.GradcliError):
        magic.grad(line, cell)


def test_in_a_notebook_without_a_browser() -> None:
    """A kernel of its own runs the cells, and their outputs are what the reader sees."""
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    cells = [
        "%load_ext gradcli.magic",
        "%%grad --at x=3,y=2\nx**2*y",
        '%gradcli grad "x1**2 + x2**2" --at 1,2 --format plain',
        "_1 if False else None\n__import__('gradcli').grad('x +* 2')",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3", allow_errors=True).execute()
    outputs = [cell.outputs for cell in book.cells]
    assert "12.0" in outputs[1][0]["data"]["text/plain"] or "12" in str(outputs[1][0]["data"])
    assert "df/dx1 = 2*x1 = 2" in outputs[2][0]["text"]
    assert outputs[3][0]["ename"] == "GradcliError"
