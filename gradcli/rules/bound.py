"""Rules that a text makes by binding a letter: an integral over it, or the root of an equation in it.

Such a rule is called like any row, so that no engine has to know more than how to ask it for a value and a partial.
"""

from __future__ import annotations

from typing import Any, Final

from gradcli.rules.rule import Rule
from gradcli.text.tree import BOUND

LETTER: Final = BOUND
"""What the bound letter is called in the body of a rule."""


def parameter(number: int) -> str:
    """What the body of a rule calls its parameter of this number, from 0 on."""
    return f"{LETTER}{number + 1}"


class BoundRule(Rule):
    """∫ f(t, p) dt from a to b as a function of a, b and p, or the y with F(y, p) = 0 as a function of p.

    name     `integral` or `root`
    args     the finite bounds of an integral (the start of a root), then the parameters
    body     a node over the variables `∫` (the bound letter) and `∫1`, `∫2`, ... (the parameters)
    letter   what the letter is called in texts
    ends     of an integral: for each bound -1 or 1 where it is -inf or inf, else 0
    kept     what engines keep: derivatives of the body, the body made ready, what could not be computed

    Two rules are equal if they have the same body, whatever the letter is called.
    """

    body: Any
    letter: str
    ends: tuple[int, ...]
    kept: dict[str, Any]

    @classmethod
    def made(
        cls, name: str, body: Any, letter: str, own: tuple[str, ...], count: int, ends: tuple[int, ...] = ()
    ) -> Any:
        """A rule with `own` arguments before its `count` parameters."""
        args = (*own, *(f"p{i + 1}" for i in range(count)))
        rule = cls(name, args, (None,) * len(args), "a function that binds a letter", "", "")
        rule.body, rule.letter, rule.ends, rule.kept = body, letter, ends, {}
        return rule

    @property
    def own(self) -> int:
        """How many arguments stand before the parameters."""
        return sum(not end for end in self.ends) if self.ends else 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BoundRule) and other.body is self.body and other.ends == self.ends

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.name, self.ends, self.body))
