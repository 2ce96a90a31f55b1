"""The share of the formulas of *Dive into Deep Learning* that are read: `python -m tests.text.d2l` prints it.

`d2l.txt` holds formulas in the notations of the book, those that are functions, written down by hand, under chapters.
A formula is read if `grad` answers it, or `jacobian` where its values are vectors or matrices.
"""

from __future__ import annotations

from pathlib import Path

import gradcli
from gradcli.problems import GradcliError

FORMULAS = [
    line for line in (Path(__file__).parent / "d2l.txt").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"
]


def reading(formula: str) -> str | None:
    """The canonical form of a formula in LaTeX, None where it is refused."""
    try:
        return str(gradcli.grad(f"${formula}$").to_dict()["function"])
    except GradcliError as error:
        if error.code != "vector":
            return None
    return str(gradcli.jacobian(f"${formula}$").to_dict()["function"])


if __name__ == "__main__":
    refused = [formula for formula in FORMULAS if reading(formula) is None]
    print(*refused, sep="\n")
    count = len(FORMULAS) - len(refused)
    print(f"{count} of {len(FORMULAS)} formulas are read: {100 * count / len(FORMULAS):.0f} %")
