r"""Words of sentences in \text: between statements, before conditions, and such as are no part of a formula."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

SEPARATING: Final = frozenset(
    (
        "where",
        "with",
        "and",
        "so",
        "then",
        "hence",
        "thus",
        "therefore",
        "其中",
        "且",
        "和",
        "以及",
        "及",
        "这里",
        "ここで",
        "let",
        "given",
    )
)
"""Words between two statements."""
RESTRICTING: Final = frozenset(
    (
        "for",
        "if",
        "when",
        "for all",
        "for any",
        "for every",
        "on",
        "in",
        "as",
        "s.t.",
        "s.t",
        "subject to",
        "对于",
        "对",
        "当",
        "如果",
        "若",
        "provided",
        "provided that",
        "such that",
        "whenever",
    )
)
"""Words before the condition under which a formula holds."""
SPOKEN: Final = frozenset((
    "or", "of", "is", "are", "at", "by", "from", "not", "but", "gives", "equals", "be", "has", "minimize", "maximize",
    "minimise", "maximise", "optimize", "find", "compute", "solve", "differentiate", "note", "recall", "prove", "show",
))  # fmt: skip
"""Words of sentences, which name nothing."""
OTHERWISE: Final = frozenset(("otherwise", "else", "other", "elsewhere", "其他", "否则", "其它", "それ以外", "others"))
