from __future__ import annotations

from gradcli.exporting.languages.language import Language
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

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


class TargetNames(NamedTuple):
    """A name of `--to`: its short names, and the endings of `--out FILE` that mean it."""

    aliases: str = ""
    endings: str = ""


WRITTEN = {
    "numpy": TargetNames("np"),
    "python": TargetNames("py", ".py"),
    "c": TargetNames("", ".c .h"),
    "cpp": TargetNames("c++ cxx", ".cpp .cc .cxx .hpp"),
    "julia": TargetNames("jl", ".jl"),
    "fortran": TargetNames("f90 f95", ".f90 .f95 .f03 .f08"),
    "javascript": TargetNames("js node", ".js .mjs"),
    "rust": TargetNames("rs", ".rs"),
    "jax": TargetNames(),
    "torch": TargetNames("pytorch"),
    "octave": TargetNames("matlab m", ".m"),
    "latex": TargetNames("tex", ".tex"),
    "sql": TargetNames("sqlite", ".sql"),
}
TARGETS = tuple(WRITTEN)
ALIASES = {alias: name for name, row in WRITTEN.items() for alias in row.aliases.split()}
"""Other names of languages."""
ENDINGS = {ending: name for name, row in WRITTEN.items() for ending in row.endings.split()}
"""What `export` writes without `--to`."""
