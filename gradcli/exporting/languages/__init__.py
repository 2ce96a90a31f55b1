from gradcli.exporting.languages.language import Language
from gradcli.problems import GradcliError


def language(name: str) -> Language:
    """The row of a language. Raises `usage` for one that is not there."""
    from gradcli.exporting.languages.arrays import ARRAY_LANGUAGES
    from gradcli.exporting.languages.compiled import COMPILED
    from gradcli.exporting.languages.octave import OCTAVE
    from gradcli.exporting.languages.scripts import SCRIPTS

    row: Language
    for row in (*COMPILED, *SCRIPTS, OCTAVE, *ARRAY_LANGUAGES):
        if row.name == name:
            return row
    raise GradcliError("usage", f"no code is written in {name!r}", hint=f"one of {', '.join(TARGETS)}")


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
