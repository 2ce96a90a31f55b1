from __future__ import annotations

from gradcli.exporting.languages.language import Language
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def language(name: str) -> Language:
    """The row of a language. Raises `usage` for one that is not there."""
    for row in rows():
        if row.name == name:
            return row
    raise GradcliError("usage", f"no code is written in {name!r}", hint=f"one of {', '.join(TARGETS)}")


def rows() -> Iterator[Language]:
    """The rows of all languages; a family is loaded when it is come to."""
    from gradcli.exporting.languages.compiled import COMPILED

    yield from COMPILED
    from gradcli.exporting.languages.scripts import SCRIPTS

    yield from SCRIPTS
    from gradcli.exporting.languages.octave import OCTAVE

    yield OCTAVE
    from gradcli.exporting.languages.arrays import ARRAY_LANGUAGES

    yield from ARRAY_LANGUAGES


ALIASES = {
    "py": "python", "c++": "cpp", "cxx": "cpp", "js": "javascript", "node": "javascript", "rs": "rust", "jl": "julia",
    "f90": "fortran", "f95": "fortran", "pytorch": "torch", "np": "numpy", "tex": "latex", "sqlite": "sql",
    "matlab": "octave", "m": "octave",
}  # fmt: skip
"""Other names of languages."""

TARGETS = (
    "numpy",
    "python",
    "c",
    "cpp",
    "julia",
    "fortran",
    "javascript",
    "rust",
    "jax",
    "torch",
    "octave",
    "latex",
    "sql",
)
