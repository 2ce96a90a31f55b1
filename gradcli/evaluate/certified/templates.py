"""Definitions of rows over variables of their own, read once."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.program.graph import Graph, Node
    from gradcli.rules.rule import Rule

TEMPLATES: dict[tuple[str, int], tuple[tuple[str, ...], Node, tuple[Node, ...]]] = {}


def template(rule: Rule, count: int) -> tuple[tuple[str, ...], Node, tuple[Node, ...]]:
    """A row's definition over variables of its own: their names, the node, and what must have a value too."""
    key = (rule.name, count)
    if key not in TEMPLATES:
        from gradcli.program.rows import expand_means

        graph, names, args = private_arguments(count)
        definition = expand_means(graph, rule, args)
        TEMPLATES[key] = (names, definition, tuple(graph.guards or ()))
    return TEMPLATES[key]


def private_arguments(count: int) -> tuple[Graph, tuple[str, ...], tuple[Node, ...]]:
    """A graph of its own with `count` variables."""
    from gradcli.program.graph import Graph

    graph = Graph()
    names = tuple(f"argument{index}" for index in range(count))
    return graph, names, tuple(graph.intern("variable", (), name) for name in names)
