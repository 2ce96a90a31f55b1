"""Answers as SymPy's expressions and matrices."""

from __future__ import annotations

from gradcli.cas.sympy_trees import SympyMaker, matrix_of
from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from typing import Any

    from gradcli.records import Readable


def sympy_of(answer: Readable) -> Any:
    """The derivatives: by variable, or a Matrix in the rows and columns of the answer; the parts that the answer names
    are written out."""
    if not isinstance(answer, Gradient | Jacobian | Hessian | Chain):
        raise GradcliError("sympy", f"a {type(answer).__name__} is nothing that SymPy has")
    if answer.symbolic is None:
        raise GradcliError("sympy", "the method is numeric: it has no symbolic derivatives", hint="method='symbolic'")
    maker = SympyMaker(answer.reading.shapes)
    for name, tree in answer.definitions:
        maker.names[name] = maker.make(tree)
    if isinstance(answer, Gradient | Chain):
        return {name: maker.make(tree) for name, tree in answer.symbolic.items()}
    if isinstance(answer.symbolic, Tree):
        return maker.make(answer.symbolic)
    return matrix_of([[maker.make(tree) for tree in row] for row in answer.symbolic])
