"""Rules that a text makes by binding a letter: an integral over it, or the root of an equation in it.

Such a rule is called like any row, so that no engine has to know more than how to ask it for a value and a partial.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.rules.rule import Rule
from gradcli.text.tree import BOUND

if TYPE_CHECKING:
    from typing import Any, Final

LETTER: Final = BOUND
"""What the bound letter is called in the body of a rule."""


def parameter(number: int) -> str:
    """What the body of a rule calls its parameter of this number, from 0 on."""
    return f"{LETTER}{number + 1}"


class BoundName(str):
    """What an instruction of straight-line code calls such a rule: a text of its own, that knows the rule."""

    rule: BoundRule


class BoundRule(Rule):
    """∫ f(t, p) dt from a to b as a function of a, b and p, or the y with F(y, p) = 0 as a function of p.

    name     `integral` or `root`
    args     the finite bounds of an integral (the start of a root), then the parameters
    body     a node over the variables `∫` (the bound letter) and `∫1`, `∫2`, ... (the parameters)
    letter   what the letter is called in texts
    ends     of an integral: for each bound -1 or 1 where it is -inf or inf, else 0
    graph    that of the body
    kept     what engines keep: derivatives of the body, the body made ready, what could not be computed

    Two rules are equal if they have the same body, whatever the letter is called.
    """

    body: Any
    graph: Any
    letter: str
    ends: tuple[int, ...]
    kept: dict[str, Any]

    @classmethod
    def made(
        cls, name: str, graph: Any, body: Any, letter: str, own: tuple[str, ...], count: int, ends: tuple[int, ...] = ()
    ) -> BoundRule:
        """A rule with `own` arguments before its `count` parameters."""
        args = (*own, *(f"p{i + 1}" for i in range(count)))
        rule = cls(name, args, (None,) * len(args), "a function that binds a letter", "", "")
        rule.graph, rule.body, rule.letter, rule.ends, rule.kept = graph, body, letter, ends, {}
        return rule

    @property
    def own(self) -> int:
        """How many arguments stand before the parameters."""
        return sum(not end for end in self.ends) if self.ends else 1

    @property
    def operation(self) -> BoundName:
        """The name of this rule alone."""
        name = BoundName(f"{self.name} {id(self.body)} {self.ends}")
        name.rule = self
        return name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BoundRule) and other.body is self.body and other.ends == self.ends

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.name, self.ends, self.body))
