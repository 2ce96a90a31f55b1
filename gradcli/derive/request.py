"""What is asked of a function, the same for every derivative."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gradcli.differences.plan import Plan
    from gradcli.problems import Source
    from gradcli.program.graph import Program
    from gradcli.program.point import Point
    from gradcli.text.points import PointText
    from gradcli.vocabulary import Layout, Method

    Typed = tuple[PointText, Source]
    """A point or a direction as it was typed; it is bound when the shapes are known."""


class Request(NamedTuple):
    """points: one result each (none: symbolic answers only). layout None: the question's own. along: a direction.

    symbolic: the formulas are wanted as syntax, not only as a way to the numbers.
    plan, study: of finite differences in doubles; whether steps and errors are to be told.
    """

    points: tuple[Typed, ...] = ()
    method: Method = "symbolic"
    precision: str | None = None
    layout: Layout | None = None
    along: Typed | None = None
    simplify: bool = False
    symbolic: bool = True
    plan: Plan | None = None
    study: bool = False

    def bound(self, program: Program) -> list[Point]:
        """The points for a program of scalars. Raises `point`, also for a symmetric matrix that is not symmetric."""
        from gradcli.program.point import bind_point

        points = [bind_point(program, *point) for point in self.points]
        if program.symmetric:
            from gradcli.derive.arrays.promises import require_symmetric

            for point in points:
                require_symmetric(program.symmetric, point.values)
        return points

    @property
    def doubles(self) -> Plan | None:
        """The plan of finite differences in doubles, None for everything else."""
        if self.method != "fd" or self.precision != "double":
            return None
        from gradcli.differences.plan import Plan

        return self.plan or Plan()
