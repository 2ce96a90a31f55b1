"""What is asked: one record from the command line, or the library, to the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradcli.blackbox.session import BlackBox
    from gradcli.differences.plan import Plan
    from gradcli.problems import Source
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
