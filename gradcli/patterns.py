"""Regular expressions that are compiled when they are first used: most runs use few of the many that there are."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    import re as re
    from typing import Any
else:

    class LateModule:
        """The module `re`, imported when something in it is used: it takes as long as a fifth of a small gradient."""

        def __getattr__(self, name):
            import re

            return getattr(re, name)

    re = LateModule()


class Pattern:
    """A regular expression that becomes `re.Pattern` at its first use. Flags stand in the text: `(?s)`, `(?x)`."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __getattr__(self, name: str) -> Any:
        """What `re.Pattern` has; it is found here at once from then on."""
        found = getattr(re.compile(self.text), name)
        setattr(self, name, found)
        return found


def pattern(text: str) -> re.Pattern[str]:
    """A regular expression, compiled (and found wrong) when it is first used."""
    made: Any = Pattern(text)
    return made  # type: ignore[no-any-return]
