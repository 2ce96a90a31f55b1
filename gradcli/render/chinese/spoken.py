"""The language that answers are shown in, and the door to translations: nothing of them is loaded for English."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from contextvars import ContextVar, Token
    from typing import Any, Final

LANGUAGES: Final = ("en", "zh")
"""English, and Chinese with the terms of the Chinese edition of *Dive into Deep Learning*."""


class Spoken:
    """A variable of the context: each thread and task has its own. It is made when another than the first is spoken."""

    def __init__(self) -> None:
        self.variables: dict[str, ContextVar[str]] = {}

    def get(self) -> str:
        """The language that is spoken here."""
        return self.variables["spoken"].get() if self.variables else LANGUAGES[0]

    def set(self, language: str) -> Token[str]:
        """Speak this language here; what is returned takes it back."""
        from contextvars import ContextVar

        return self.variables.setdefault("spoken", ContextVar("spoken", default=LANGUAGES[0])).set(language)

    def reset(self, token: Token[str]) -> None:
        """Speak what was spoken before."""
        self.variables["spoken"].reset(token)


spoken: Final = Spoken()
"""The language of the answer that is being written."""


def speak(language: str | None) -> None:
    """Speak this language from now on; without one that of GRADCLI_LANG. LANG alone changes nothing: scripts read too.

    Errors: a language that is not there.
    """
    import os

    wanted = language or os.environ.get("GRADCLI_LANG") or LANGUAGES[0]
    if wanted not in LANGUAGES:
        raise GradcliError("usage", f"no such language: {wanted[:20]}", hint=" or ".join(LANGUAGES))
    if wanted != spoken.get():
        spoken.set(wanted)


def is_speakable(stream: Any) -> bool:
    """Has a stream the characters of the language that is not English?"""
    try:
        "\u4e2d".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def translated(text: str) -> str:
    """A line that is about to be shown, in the language that is spoken; formulas and unknown sentences as they are."""
    if spoken.get() == LANGUAGES[0]:
        return text
    from gradcli.render.chinese.translation import in_chinese

    return in_chinese(text)
