"""What expressions are built into: arrays as their entries (`entry_values`), or nodes with shapes (`node_values`)."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.problems import Span
    from gradcli.program.graph import Graph, Node
    from gradcli.program.types.subscripts import Picked, Sizes
    from gradcli.rules.array_rule import ArrayRule
    from gradcli.rules.rule import Rule
    from gradcli.text.tree import Binary

    Shape = Any


class Shaped(Protocol):
    """A value: a node where its shape is (), whatever the kind."""

    @property
    def shape(self) -> Any:
        """() for a scalar, else (rows, columns)."""


Kind = TypeVar("Kind", bound=Shaped)


class Values(Protocol[Kind]):
    """One kind of values. `shape` is what an operation gives, the operands fit it; scalars are nodes in every kind."""

    graph: Graph
    inferred: bool
    """Are the shapes of what is built known to fit?"""

    @property
    def sizes(self) -> Sizes:
        """What subscripts and eye(n) may name."""

    def is_condition(self, value: Kind) -> bool:
        """Is this a truth value, or an array of them?"""

    def add(self, terms: Sequence[tuple[Kind, int]], shape: Shape) -> Kind:
        """Σ sign·term."""

    def multiply(self, factors: Sequence[tuple[Kind, int]], shape: Shape) -> Kind:
        """Π factor**exponent, entry by entry."""

    def power(self, tree: Binary, base: Kind, exponent: Kind, shape: Shape) -> Kind:
        """base**exponent, entry by entry; in LaTeX the power of a square matrix."""

    def matmul(self, tree: Binary, left: Kind, right: Kind) -> Kind:
        """left @ right."""

    def compare(self, op: str, left: Kind, right: Kind, shape: Shape) -> Kind:
        """A condition."""

    def logic(self, op: str, conditions: Sequence[Kind]) -> Kind:
        """`and`, `or`, `not` of conditions."""

    def where(self, condition: Kind, yes: Kind, no: Kind, shape: Shape) -> Kind:
        """`yes` where the condition holds, else `no`."""

    def guards_in_branch(self, guards: list[Node], condition: Kind | None, taken: bool) -> dict[Node, None]:
        """What must have a value for the dropped nodes of a branch to have one where it is taken.

        condition   of each entry; None where the branch's entries are made of several entries of its arrays
        """

    def transpose(self, value: Kind) -> Kind:
        """Rows become columns."""

    def stack(self, items: Sequence[Kind], place: Span) -> Kind:
        """A vector literal: scalars make a column, vectors the rows of a matrix."""

    def indexed(self, value: Kind, place: Span) -> Kind:
        """A scalar that is indexed, as an array of one entry where it may be."""

    def pick(self, base: Kind, down: int | Picked, across: int | Picked) -> Kind:
        """Entries and slices."""

    def one_entry(self, value: Kind) -> Kind:
        """The array of one scalar."""

    def only(self, array: Kind) -> Kind:
        """The entry of an array of one."""

    def filled(self, name: str, sizes: Sequence[Any]) -> Kind:
        """eye, ones, zeros, commutation."""

    def call(self, rule: Rule, args: Sequence[Kind], shape: Shape) -> Kind:
        """A row's function, entry by entry."""

    def bind(self, name: str, args: Sequence[Kind]) -> Kind:
        """A function that binds a letter (`integral`), of the values of its arguments."""

    def abstract(self, name: str, args: Sequence[Kind]) -> Kind:
        """An unknown function of scalars, or of one array entry by entry."""

    def note(self, name: str, args: Sequence[Kind]) -> None:
        """Remember that a function of a square matrix acts entry by entry."""

    def along(self, row: ArrayRule, array: Kind, axis: int | None, place: Span) -> Kind:
        """A reduction or a map, of all entries or along an axis."""

    def norm(self, array: Kind, order: str, axis: int | None, place: Span) -> Kind:
        """A norm of order 1, 2, inf, fro, nuc, or none given."""

    def concat(self, arrays: Sequence[Kind], axis: int) -> Kind:
        """Arrays under one another (axis 0) or side by side."""

    def operation(self, row: ArrayRule, arrays: Sequence[Kind], place: Span) -> Kind:
        """A function of arrays by its constructor or its definition."""
