"""What is asked of a program, the same for every question."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gradcli.differences.plan import Plan
    from gradcli.program.point import Point
    from gradcli.vocabulary import Layout, Method


class Request(NamedTuple):
    """points: one result each (none: symbolic answers only). layout None: the question's own. along: a direction.

    symbolic: the formulas are wanted as syntax, not only as a way to the numbers.
    symmetric: names of symmetric matrices, whose gradients are averaged with their transposes.
    plan, study: of finite differences in doubles; whether steps and errors are to be told.
    """

    points: tuple[Point, ...] = ()
    method: Method = "symbolic"
    precision: str | None = None
    layout: Layout | None = None
    along: Point | None = None
    simplify: bool = False
    symbolic: bool = True
    symmetric: frozenset[str] = frozenset()
    plan: Plan | None = None
    study: bool = False

    @property
    def doubles(self) -> Plan | None:
        """The plan of finite differences in doubles, None for everything else."""
        if self.method != "fd" or self.precision != "double":
            return None
        from gradcli.differences.plan import Plan

        return self.plan or Plan()
