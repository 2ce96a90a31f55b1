r"""What is left of web pages and of Markdown in a pasted formula: `x<sup>2</sup>`, `x &lt; 1`, `x\_1\*y`.

Each text keeps its length, so that the places of errors are those of what was typed.
"""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from typing import Final

_TAG: Final = pattern(r"</?(?:i|b|em|strong|span|p|br|code|var|div|font|pre)(?:\s[^<>]*)?/?>")
_RAISED: Final = pattern(r"<(?P<tag>su[pb])>(?P<inside>[^<>]*)</(?P=tag)>")
_ENTITY: Final = pattern(r"&(?:[A-Za-z]{2,8}[0-9]?|#[0-9]{1,5}|#x[0-9a-fA-F]{1,4})(?:;|\Z)")
_ESCAPED: Final = pattern(
    r"(?:\\\*){1,2}|(\\[A-Za-z]+|(?<![A-Za-z0-9\\])(?:[A-Za-z]+|[A-Za-z][0-9]*))\\_(\{[^{}]*\}|\w+)|(?<=\})\\_(?=[{\w])"
)
_NESTED: Final = 4
"""How deep exponents may stand in one another."""
_COMMAND: Final = pattern(r"\\[A-Za-z]")
_WORDS: Final = ("\\text", "\\mathrm", "\\operatorname", "\\mathit")
_ENTITIES: Final = {
    "minus": "-", "middot": "*", "sdot": "*", "times": "*", "divide": "/", "sup1": "¹", "sup2": "²", "sup3": "³",
    "lt": "<", "gt": ">", "le": "≤", "ge": "≥", "nbsp": " ", "amp": "&", "radic": "√", "thinsp": " ", "ensp": " ",
}  # fmt: skip


def without_markup(text: str) -> str:
    """The text with the signs that are meant, as long as before."""
    if "&" in text:
        text = _ENTITY.sub(_sign, text)
    if "<" in text:
        for _ in range(_NESTED):  # from the innermost one on
            text = _RAISED.sub(_script, text)
        text = _TAG.sub(lambda found: " " * len(found[0]), text)
    if "\\_" in text or "\\*" in text:
        words = any(word in text for word in _WORDS)  # \text{learning\_rate} has its own underscore
        text = _ESCAPED.sub(lambda found: found[0] if words and "_" in found[0] else _unescaped(found), text)
    return text


def _sign(found: re.Match[str]) -> str:
    from html import unescape

    sign = _ENTITIES.get(found[0][1:].rstrip(";")) or unescape(found[0])
    return sign.ljust(len(found[0])) if len(sign) == 1 else found[0]


def _script(found: re.Match[str]) -> str:
    inside = found["inside"].strip()
    if found["tag"] == "sub":
        script = f"_{inside}" if inside.isalnum() else f"_{{{inside}}}"
    else:
        script = f"^{inside}" if inside.isalnum() else f"^({inside})"
    return script.ljust(len(found[0]))


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[0].replace("\\", "").ljust(len(found[0]))
    letters = len(found[1]) > 1 and found[1].isalpha()
    if letters and ("$" in found.string or _COMMAND.search(found.string)):
        return found[0]  # side by side, in LaTeX
    return f"{found[1]}_{found[2]}".ljust(len(found[0]))
