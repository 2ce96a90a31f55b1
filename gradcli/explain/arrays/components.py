"""Derivations entry by entry: ‖x‖² = Σ x_i², so ∂f/∂x_i = 2·x_i, as a course proves it before it has differentials.

Source: Zhang, Lipton, Li & Smola, Dive into Deep Learning, section "Calculus", gradients of ‖x‖² and ‖X‖_F².
"""

from __future__ import annotations

from gradcli.derive.arrays.question import ArrayQuestion
from gradcli.derive.request import Request
from gradcli.explain.arrays.formulas import ArrayFormulas
from gradcli.explain.arrays.laws import is_norm
from gradcli.explain.operations import places
from gradcli.problems import GradcliError
from gradcli.program.options import BuildOptions
from gradcli.records import TYPE_CHECKING
from gradcli.rules import NAMES, RULES
from gradcli.text.rewrite import replaced
from gradcli.text.tree import Binary, Call, Name, Number, Statement, Transpose, Unary

if TYPE_CHECKING:
    from typing import Any

    from gradcli.explain.request import ExplainRequest
    from gradcli.text.tree import Tree


def one_term(request: ExplainRequest) -> tuple[ExplainRequest, str]:
    """The request for one term of the sum by one entry of each variable, and what is to be said of it.

    Errors: `components` where the function is no sum over entries.
    """
    formulas = ArrayFormulas(ArrayQuestion(request.script, request.options, Request()))
    term = term_of(formulas)
    shapes = {name: formulas.shapes[name] for name in formulas.names.free}
    index = "ij" if any(len(s) == 2 and s[1] != 1 for s in shapes.values()) else "i"
    inner = replaced(term, lambda part: entry_of(part, shapes, index))
    source = formulas.names.order[0].source
    wanted = [v.name for v in formulas.arrays.variables if v.shape]
    script = request.script._replace(statements=(Statement(None, inner, source, 0, 0),), declarations=())
    options = BuildOptions(wrt=tuple(f"{name}_{index}" for name in wanted))
    output = formulas.names.output
    told = f"this is one term: {output} is its sum over {', '.join(index)}, and every other term is constant"
    return request._replace(script=script, options=options, points=(), components=False), told


def term_of(formulas: ArrayFormulas) -> Tree:
    """What is summed over the entries."""
    order = formulas.names.order
    term = summand(order[0].tree) if len(order) == 1 else None
    shapes = {formulas.shapes[t.name] for t in places(term) if type(t) is Name} - {()} if term is not None else set()
    if term is None or len(shapes) != 1 or not all(map(is_entrywise, places(term))):
        message = "this function is no sum of terms with one entry each"
        raise GradcliError("components", message, hint="such as norm(x)**2, sum(exp(x)) or dot(a, x)")
    return term


def summand(tree: Tree) -> Tree | None:
    """u² of ‖u‖², u of sum(u), u·v of dot(u, v) and uᵀ v."""
    if type(tree) is Binary and tree.op == "**" and type(tree.right) is Number and tree.right.value == 2:
        base: Any = tree.left
        return Binary("**", base.arguments[0], Number(2)) if is_norm(base) else None
    if type(tree) is Binary and tree.op == "@" and type(tree.left) is Transpose:
        return Binary("*", tree.left.operand, tree.right)
    if type(tree) is Call and tree.function == "sum" and len(tree.arguments) == 1 and not tree.keywords:
        return tree.arguments[0]
    if type(tree) is Call and tree.function == "dot":
        return Binary("*", tree.arguments[0], tree.arguments[1])
    return None


def is_entrywise(tree: Tree) -> bool:
    """Does this operation work entry by entry?"""
    if type(tree) is Call:
        return NAMES.get(tree.function, "") in RULES and not tree.keywords
    return type(tree) in (Name, Number, Unary) or (type(tree) is Binary and tree.op != "@")


def entry_of(tree: Tree, shapes: dict[str, Any], index: str) -> Tree | None:
    """x as x_i where x is an array."""
    return Name(f"{tree.name}_{index}") if type(tree) is Name and shapes.get(tree.name) else None
