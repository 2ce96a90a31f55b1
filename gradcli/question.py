"""What is asked: one record from the command line, or the library, to the answer."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.blackbox.session import BlackBox
    from gradcli.differences.plan import Plan
    from gradcli.problems import Source
    from gradcli.program.options import BuildOptions
    from gradcli.text.points import PointText
    from gradcli.text.tree import Declaration, Script, Tree


class Question(NamedTuple):
    """What is asked, with every text read.

    command      the name of the command: `grad`, `jacobian`, `hessian`, `chain`, `check`, `export`
    kind         what is claimed or written out, of `check` and `export`
    points       each with the text that it stands in, for messages
    settings     constants by name
    outside      the function where it is a program, not the script; plan, study: of finite differences in doubles
    """

    command: str
    script: Script
    points: tuple[tuple[PointText, Source], ...] = ()
    settings: Mapping[str, Tree] = {}
    along: tuple[PointText, Source] | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    declarations: tuple[Declaration, ...] = ()
    method: str | None = None
    precision: str | None = None
    layout: str | None = None
    simplify: bool = False
    outside: BlackBox | None = None
    plan: Plan | None = None
    study: bool = False
    kind: str = "gradient"

    @property
    def of_vectors(self) -> bool:
        """Whether the function may have several outputs."""
        return "jacobian" in (self.command, self.kind)

    @property
    def declared(self) -> tuple[Declaration, ...]:
        """All declarations, those in the text first."""
        return (*self.script.declarations, *self.declarations)


def options_of(question: Question) -> BuildOptions:
    """What the question says about the program."""
    from gradcli.program.options import BuildOptions

    return BuildOptions(
        wrt=question.wrt or None,
        settings=question.settings,
        bound=bound_shapes(question.points[0][0]) if question.points else {},
        of=question.of,
        declarations=question.declarations,
        scalar=not question.of_vectors,
        steps=question.command == "chain",
    )


def bound_shapes(point: PointText) -> dict[str, tuple[int, ...]]:
    """The names that a point gives values to, each with the shape of its value: () for a number."""
    from gradcli.text.tree import typed_shape

    return {entry.name: typed_shape(entry.tree) for entry in point.entries if entry.name is not None}


def with_whole_vector(question: Question) -> Question:
    """The question with `--at 1,2,3` as the value of its only variable, an array that no declaration gives a size."""
    from gradcli.program.names import CONSTANTS, uses
    from gradcli.text.points import PointEntry
    from gradcli.text.tree import Vector

    statements = question.script.statements
    used = {name for statement in statements for name in uses(statement.tree).values}
    free = used - {statement.name for statement in statements} - set(CONSTANTS) - set(question.settings)
    if len(free) != 1 or any(type(size) is int for declaration in question.declared for size in declaration.dims or ()):
        return question
    points = []
    for text, source in question.points:
        first, last = (text.entries[0], text.entries[-1]) if text.entries else (None, None)
        if first is None or last is None or first.name is not None:
            return question
        tree = first.tree
        if len(text.entries) > 1:
            tree = Vector(tuple(entry.tree for entry in text.entries), first.span.start, last.span.end)
        if isinstance(tree, Vector):
            entry = PointEntry(next(iter(free)), tree, first.span._replace(end=last.span.end))
            text = text._replace(entries=(entry,))
        points.append((text, source))
    return question._replace(points=tuple(points))
