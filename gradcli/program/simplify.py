"""What gradcli asks SymPy: simplify this, is this equal. SymPy works in a child process and is never imported here.

Fall-back functions are asked for through the same door: see `cas.rows`.
"""

from __future__ import annotations

from gradcli import limits
from gradcli.cas.rows import BALL, FALLBACK, fallback_ball, fallback_rule, fallback_value
from gradcli.program.graph import Graph, Node, order
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from typing import Any

    from gradcli.cas.rows import Operation
    from gradcli.program.codec import GraphEncoder

__all__ = ["BALL", "FALLBACK", "equal", "fallback_ball", "fallback_rule", "fallback_value", "simplify"]


class SympyTask(NamedTuple):
    """What travels about some nodes: `roots` are pairs (place in `entries`, place of the operation)."""

    entries: list[Node]
    roots: list[tuple[int, int]]
    writer: GraphEncoder


def simplify(nodes: Sequence[Node], graph: Graph) -> tuple[list[Node], str | None]:
    """The nodes, each in the shortest form that SymPy finds within the time for all of them, and a note or None.

    A node stays as it is where SymPy finds nothing shorter that gradcli can write, where its shape is not that of a
    scalar, or where the new form does not agree with it at random points (evaluated without SymPy). The note says
    what was given up. Repeatable unless time or memory ran out.
    """
    from gradcli.cas.process import GaveUpError, ask

    best: dict[Node, Node] = {node: node for node in nodes}
    work = sorted((node for node in best if worth_asking(node)), key=size)
    if not work:
        return list(nodes), None
    missed = set(work)
    question, reason = write_question(work)
    try:
        for record in ask(message("simplify", question)) if question.roots else ():
            node = question.entries[record["entry"]]
            if "candidates" in record:
                best[node] = shortest(best[node], record["candidates"], graph, question.writer)
                missed.discard(node)
            else:
                reason = reason_of(record)
    except GaveUpError as error:
        reason = str(error)
    except (KeyError, IndexError, TypeError):
        reason = "because SymPy's process sent nonsense"
    return [best[node] for node in nodes], note(reason, sum(node in missed for node in nodes), len(nodes))


def worth_asking(node: Node) -> bool:
    """Whether SymPy could do something about the node: a scalar, and more than a name."""
    from gradcli.program.codec import is_transparent

    return bool(node.args) and is_transparent(node)


def write_question(nodes: list[Node]) -> tuple[SympyTask, str | None]:
    """The nodes as operations, smallest first, and why the larger ones were left out.

    A node with functions that SymPy lacks is asked about twice: with these opaque, and written by their definitions.
    """
    from gradcli.program.codec import GraphEncoder, NotTranslatableError

    writer, entries, roots, reason = GraphEncoder(), list(nodes), [], None
    try:
        for expand in (False, True):
            writer.expand, writer.expanded, writer.places = expand, False, {}
            if expand and writer.certain:
                break
            for entry, node in enumerate(nodes):
                writer.expanded = False
                root = writer.write(node)
                if writer.expanded or not expand:
                    roots.append((entry, root))
    except NotTranslatableError as error:
        reason = str(error)
    return SympyTask(entries, roots, writer), reason


def message(ask: str, question: SympyTask) -> dict[str, Any]:
    """The question as it travels."""
    return {
        "ask": ask,
        "operations": question.writer.operations,
        "roots": question.roots,
        "dimension": len(question.writer.variables),
    }


def shortest(node: Node, candidates: Sequence[Sequence[Operation]], graph: Graph, writer: GraphEncoder) -> Node:
    """The shortest of the node and the candidates, as a node of the graph. Candidates are tried in a graph apart."""
    from gradcli.program.codec import NotTranslatableError

    for operations in candidates:
        try:
            if size(read(operations, Graph(), writer)) < size(node):
                node = read(operations, graph, writer)
        except NotTranslatableError:
            continue
    return node


def read(operations: Sequence[Operation], graph: Graph, writer: GraphEncoder) -> Node:
    """The node that the operations mean, in the names of what was written."""
    from gradcli.program.codec import Reader
    from gradcli.program.forms import scalars

    variables = [scalars.variable(graph, name) for name in writer.variables]
    return Reader(graph, variables, list(writer.opaque)).read(operations)


def size(root: Node) -> int:
    """About how many signs the node takes as a text, shared parts counted wherever they stand."""
    sizes: dict[Node, int] = {}
    for node in order([root]):
        signs = 1 + len(node.args) + sum(sizes[arg] for arg in node.args)
        if node.op == "number":
            signs = max(1, digits(node.data))
        elif node.op == "sum":
            coefficients, start = node.data
            signs += sum(digits(coefficient) for coefficient in coefficients) + digits(start) - 1
        elif node.op == "product":
            signs += sum(digits(exponent) for exponent in node.data) - 1
        sizes[node] = signs
    return sizes[root]


def digits(value: int | Fraction) -> int:
    """About how many signs a coefficient or exponent takes: none for 0 and 1, one for -1."""
    if value == 0 or value == 1:
        return 0
    if value == -1:
        return 1
    return 1 + (value.numerator.bit_length() + value.denominator.bit_length()) // 4


def reason_of(record: dict[str, Any]) -> str:
    """Why an entry has no answer, in words that follow `was given up`."""
    error = record.get("error")
    if error == "MemoryError":
        return f"at {limits.SYMPY_MEBIBYTES} MiB"
    return "because it nests too deeply" if error == "RecursionError" else "because SymPy failed"


def note(reason: str | None, missed: int, entries: int) -> str | None:
    """What to tell the user about entries that SymPy did not finish."""
    if reason is None or not missed:
        return None
    rest = "the plain result is shown" if missed == entries else f"{missed} of {entries} entries are shown as they were"
    return f"simplification was given up {reason}: {rest}"


def equal(a: Node, b: Node, graph: Graph, seconds: float | None = None) -> bool | None:
    """True: SymPy has proved a - b to be 0. False: at some point both have values that differ. None: undecided.

    Only real values count, and functions that SymPy lacks are written by their definitions. `seconds`: the time for it.
    """
    from gradcli.cas.process import GaveUpError, ask
    from gradcli.program.codec import GraphEncoder, NotTranslatableError

    if a is b:
        return True
    if a.shape != () or b.shape != ():
        return None
    writer = GraphEncoder(expand=True)
    try:
        question = SympyTask([a, b], [(0, writer.write(a)), (1, writer.write(b))], writer)
        records = list(ask({**message("equal", question), "certain": writer.certain}, seconds))
    except (NotTranslatableError, GaveUpError):
        return None
    answer = records[0].get("equal") if records else None
    return answer if isinstance(answer, bool) else None
