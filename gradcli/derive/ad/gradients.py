"""Gradients of programs, each shaped like its variable; symmetric variables, and expansion for comparing."""

from __future__ import annotations

from gradcli.derive.ad.reverse import Reverse
from gradcli.program import make, rationals
from gradcli.program.forms import parts as parts_forms
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.program.graph import Graph, Node, Program, Rational


def array_gradient(program: Program, output: Node, names: Sequence[str]) -> list[Node]:
    """∂output/∂name for each name, each shaped like its variable (denominator layout).

    Symmetric variables: (G + G.T)/2 of the free gradient G.
    Errors: `no-closed-form` where no matrix expression exists.
    """
    shapes = {v.name: v.shape for v in (*program.variables, *program.parameters)}
    wrt = [parts_forms.variable(program.graph, name, shapes.get(name, ())) for name in names]
    found = Reverse(program.graph, wrt).gradient(output)
    return [symmetrised(program.graph, g) if n in program.symmetric else g for n, g in zip(names, found, strict=True)]


def symmetrised(graph: Graph, gradient: Node) -> Node:
    """(G + G.T)/2, and G itself where it is symmetric."""
    other = make.transpose(graph, gradient)
    if other is gradient or expanded(graph, gradient) == expanded(graph, other):
        return gradient
    half = rationals.ratio(1, 2)
    return make.add(graph, [(gradient, half), (other, half)])


MOST_TERMS = 64
"""Expanding stops at so many terms."""


def expanded(graph: Graph, node: Node) -> dict[Node, Rational]:
    """The terms of a matrix with its products multiplied out, for comparing: core -> coefficient."""
    terms: dict[Node, Rational] = {}
    work: list[tuple[Node, Rational]] = [(node, 1)]
    while work:
        here, factor = work.pop()
        if here.op == "sum":
            work += [(term, factor * c) for term, c in zip(here.args, here.data[0], strict=True)]
            continue
        number_part, scalar, core = parts_forms.signed_part(graph, here)
        place = next((i for i, f in enumerate(core.args) if f.op == "sum"), None) if core.op == "matmul" else None
        if core.op == "sum" or (place is not None and len(terms) + len(work) < MOST_TERMS):
            middle = core if place is None else core.args[place]
            for term, c in zip(middle.args, middle.data[0], strict=True):
                part = (
                    term if place is None else make.matmul(graph, [*core.args[:place], term, *core.args[place + 1 :]])
                )
                part = part if scalar is None else make.scale(graph, scalar, part)
                work.append((part, factor * number_part * c))
            continue
        core = core if scalar is None else graph.intern("scale", (scalar, core), None, core.shape)
        terms[core] = terms.get(core, 0) + factor * number_part
    return {core: factor for core, factor in terms.items() if factor}
