"""Texts of rows as nodes: partials, definitions, exact values. The rules' own language, never the user's text."""

from __future__ import annotations

from gradcli.problems import GradcliError, Source
from gradcli.program import make
from gradcli.program.building.builder import Builder
from gradcli.program.building.entry_values import EntryValues
from gradcli.program.building.texts import parsed_text
from gradcli.program.forms import scalars as scalar_forms
from gradcli.program.graph import Node
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.program.graph import Graph
    from gradcli.program.scalarize.entries import Cells
    from gradcli.rules.rule import Rule


def rule_text(graph: Graph, text: str, names: Mapping[str, Node], literal: bool = False) -> Node:
    """The node of a rule's text, its names replaced. `literal`: no function is recognised in it."""
    tree = parsed_text(text)

    def lookup(name: str) -> Node | Cells | None:
        return names.get(name) or scalar_forms.meaning(graph, name)

    graph.literal, before = literal, graph.literal
    node = Builder(EntryValues(graph), Source("rule", text), lookup).build(tree)
    graph.literal = before
    assert isinstance(node, Node)
    return node


def argument_names(rule: Rule, args: Sequence[Node]) -> dict[str, Node]:
    """The names of a rule's texts, bound to nodes."""
    return dict(zip(rule.args, args, strict=True))


def expand_means(graph: Graph, rule: Rule, args: Sequence[Node]) -> Node:
    """The definition of a function, applied: softplus(u) becomes log(1 + exp(u))."""
    if rule.means is None:
        raise ValueError(f"{rule.name} has no definition in simpler functions")
    return rule_text(graph, rule.means, argument_names(rule, args), literal=True)


def no_partial(rule: Rule, position: int) -> GradcliError:
    """The error of an argument by which there is no derivative; a function that is one itself says of which."""
    is_derivative = rule.about.startswith("the derivative of")
    what = f"{rule.name}, {rule.about.partition(' (')[0]}," if is_derivative else rule.name
    return GradcliError(
        "no-derivative",
        f"{what} cannot be differentiated by its argument {rule.args[position]!r}",
        hint="use --wrt to differentiate by the other variables only, or --method fd",
    )


def partial_node(
    graph: Graph,
    rule: Rule,
    position: int,
    args: Sequence[Node],
    text: str | None = None,
    out: Node | None = None,
) -> Node:
    """The partial of a rule's function by its argument at `position`.

    text    another form of it;  out: what stands for the function's own value in it, the call where nothing is given
    """
    text = text or rule.partials[position]
    if text is None:
        raise no_partial(rule, position)
    names = argument_names(rule, args)
    names["out"] = make.call(graph, rule, args) if out is None else out
    return rule_text(graph, text, names)


MAKES = {"rule_text": rule_text}
