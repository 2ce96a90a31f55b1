"""Answers about arrays of symbolic size, in the array graph: our closed forms, and proofs that hold for every size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.claims import Claim
    from gradcli.program.build_arrays import ArrayProgram
    from gradcli.program.graph import Node
    from gradcli.text.tree import Tree


def our_nodes(claim: Claim, arrays: ArrayProgram) -> list[Node]:
    """Our derivative of each part as an array node, in the layout that was asked for. Errors: `no-closed-form`."""
    from gradcli.derive.matrix_jacobian import array_hessian, array_jacobian
    from gradcli.derive.matrix_reverse import array_gradient
    from gradcli.program.transposes import transpose

    names = [variable.name for variable in arrays.variables]
    output = arrays.outputs[0].node
    if claim.kind == "gradient":
        found = array_gradient(arrays, output, names)
        flip = claim.layout == "numerator"
        return [transpose(arrays.graph, node) if flip and node.shape else node for node in found]
    if len(names) != 1 or len(arrays.outputs) != 1:
        raise GradcliError("no-closed-form", "several functions or variables")
    if claim.kind == "hessian":
        return [array_hessian(arrays, output, names[0])]
    layout = "denominator" if claim.layout == "denominator" else "numerator"
    return [array_jacobian(arrays, output, names[0], layout)]


def closed_forms(claim: Claim, arrays: ArrayProgram) -> Sequence[Tree | None]:
    """The same as syntax; empty where there is no closed form."""
    from gradcli.program.unbuild_arrays import write_array_trees

    try:
        nodes = our_nodes(claim, arrays)
        taken = {v.name for v in (*arrays.variables, *arrays.parameters)} | set(arrays.dims) | set(arrays.constants)
        return [write_array_trees([node], arrays.decimal, taken, arrays.graph).trees[0] for node in nodes]
    except GradcliError:
        return []


def proved_for_all_sizes(claim: Claim, arrays: ArrayProgram) -> bool:
    """Whether every answer is ours by the rules of the array graph, whatever the sizes."""
    from gradcli.derive.matrix_reverse import expanded

    if claim.options.settings or any(answer.name for answer in claim.answers):
        return False
    try:
        ours = our_nodes(claim, arrays)
        yours = [built(claim, arrays, answer.tree, answer.source) for answer in claim.answers]
        return len(ours) == len(yours) and all(
            a is b or (a.shape == b.shape and bool(a.shape) and expanded(arrays.graph, a) == expanded(arrays.graph, b))
            for a, b in zip(ours, yours, strict=True)
        )
    except GradcliError:
        return False


def built(claim: Claim, arrays: ArrayProgram, tree: Tree, source: Any) -> Node:
    """An answer as an array node."""
    from gradcli.program import algebra, matrices
    from gradcli.program.array_builder import ArrayBuilder
    from gradcli.program.names import CONSTANTS

    shapes = {v.name: v.shape for v in (*arrays.variables, *arrays.parameters)}
    steps = {name: node for name, node, _ in arrays.steps}

    def lookup(name: str) -> Node | None:
        if name in steps:
            return steps[name]
        if name in shapes:
            return matrices.variable(arrays.graph, name, shapes[name])
        if name in arrays.dims:
            return matrices.dimension(arrays.graph, name)
        return algebra.constant(arrays.graph, name) if name in CONSTANTS else None

    return ArrayBuilder(arrays.graph, source, lookup).build(tree)
