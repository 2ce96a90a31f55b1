"""Our derivatives as formulas of whole arrays, and proofs in the array graph that hold for every size."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Script, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.checking.records import Claim
    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.results import Reading
    from gradcli.program.graph import Graph, Node, Program
    from gradcli.text.tree import Tree


def reading_of(claim: Claim) -> Reading:
    """How the function of an array program was read."""
    return question_of(claim).reading()


def question_of(claim: Claim) -> ArrayQuestion:
    """The function as a question of arrays."""
    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.derive.request import Request

    return ArrayQuestion(claim.script, claim.options, Request(layout=claim.layout))


def our_nodes(claim: Claim, arrays: Program) -> list[Node]:
    """Our derivative of each part as an array node, in the layout that was asked for. Errors: `no-closed-form`."""
    from gradcli.derive.ad.gradients import array_gradient
    from gradcli.derive.ad.jacobian import array_hessian, array_jacobian
    from gradcli.program.forms.transpose import transpose

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


LONGEST = 2_000
"""Names and signs of a formula up to which it is written: there are no names here for what it repeats."""


def closed_forms(claim: Claim, arrays: Program) -> Sequence[Tree | None]:
    """The same as syntax, None where that is too long; empty where there is no closed form."""
    from gradcli.program.writing.arrays import tokens, write_array_trees

    try:
        nodes, graph = our_nodes(claim, arrays), arrays.graph
    except GradcliError:
        return []
    return [write_array_trees([node], graph)[0] if tokens(graph, node) <= LONGEST else None for node in nodes]


def proved_for_all_sizes(claim: Claim) -> bool:
    """Whether every answer is ours by the rules of the array graph, whatever the sizes."""
    try:
        together, yours = answers_beside(claim)
        ours = our_nodes(claim, together)
    except GradcliError:
        return False
    graph = together.graph
    return len(ours) == len(yours) and all(are_one(graph, a, b) for a, b in zip(ours, yours, strict=True))


def are_one(graph: Graph, a: Node, b: Node) -> bool:
    """Are two nodes the same array by the rules of the graph?"""
    from gradcli.derive.ad.gradients import expanded

    return a is b or (a.shape == b.shape and bool(a.shape) and expanded(graph, a) == expanded(graph, b))


def answers_beside(claim: Claim) -> tuple[Program, list[Node]]:
    """The function and the answers in one array program: its one output is the function.

    Errors: names, shapes; `no-closed-form` for answers by name that are not those of the variables in order.
    """
    from gradcli.program.building.array_program import build_array_program

    built = build_array_program(claim.script, claim.options)
    wrt = claim.options.wrt or tuple(v.name for v in built.variables)
    given = [answer.name for answer in claim.answers]
    if any(given) and given != list(wrt) and (claim.kind == "gradient" or len(given) > 1):
        raise GradcliError("no-closed-form", "answers by name")
    function = built.outputs[0]
    names = [f"answer {i}" for i in range(len(claim.answers))]
    statements = [s._replace(name=s.name or "the function") for s in claim.script.statements]
    statements += [
        Statement(name, answer.tree, answer.source, answer.tree.start, answer.tree.end)
        for name, answer in zip(names, claim.answers, strict=True)
    ]
    script = Script(tuple(statements), claim.script.declarations)
    found = build_array_program(script, claim.options._replace(scalar=False, of=None, wrt=wrt))
    steps = {step.name: (step.local, step.tree) for step in found.steps}
    node, tree = steps[function.label if function.label in steps else "the function"]
    output = function._replace(node=node, tree=tree)
    return found._replace(outputs=(output,)), [steps[name][0] for name in names]
