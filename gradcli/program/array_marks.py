"""A first look at a script, before anything for arrays is imported: could it use vectors or matrices at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcli.rules.arrays import ARRAY_NAMES

if TYPE_CHECKING:
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Script

MARKS = (
    "@", "'", ".T", "^T", "^{T", "ᵀ", "‖", "||", "[", "\\", "⟨", "【", "［", "matmul", "inner", ".t(",
    ".mm(", ".mv(", "_loss", "entropy", "dist(", "cosine", "average", "%*%", "mmult", *ARRAY_NAMES,
)  # fmt: skip
"""What a text with arrays must contain."""


def may_use_arrays(script: Script, options: BuildOptions) -> bool:
    """False only where there is certainly no array. Linear in the text, and nothing is read."""
    if options.tells_arrays(script):
        return True
    texts = {id(s.source): s.source.text for s in script.statements}.values()
    both = {*texts, *map(str.lower, texts)}
    return any(mark in text for text in both for mark in MARKS)
