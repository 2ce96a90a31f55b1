"""gradcli in IPython: `%load_ext gradcli.magic`, then `%gradcli` for command lines and `%%grad` for cells.

%gradcli check "sin(x*y)" "y*cos(x*y), x*cos(x*y)"

%%grad --at x=1,y=2
loss = norm(A@x - b)**2
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys

from gradcli.library.answers import grad as gradient_of
from gradcli.problems import GradcliError, Source
from gradcli.records import TYPE_CHECKING
from gradcli.text.points import parse_point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    from gradcli.derive.results import Gradient


class CellWords(argparse.ArgumentParser):
    """The words behind `%%grad`, whose mistakes are errors of gradcli's: a notebook must not exit."""

    def error(self, message: str) -> NoReturn:
        raise GradcliError("usage", message, hint=self.format_usage().strip())


def words_of_cell() -> CellWords:
    """What `%%grad` takes: the options of `gradcli grad` that are the library's words."""
    from gradcli.derive.methods.choose import METHODS

    parser = CellWords(prog="%%grad", add_help=False, allow_abbrev=False)
    for name in ("at", "wrt", "along", "of"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--method", choices=tuple(METHODS))
    parser.add_argument("--layout", choices=("numerator", "denominator", "both"))
    parser.add_argument("--shape", action="append", default=[], dest="shapes")
    parser.add_argument("--set", action="append", default=[], dest="constants")
    parser.add_argument("--simplify", action="store_true")
    parser.add_argument("--latex", action="store_true")
    return parser


def split(line: str) -> list[str]:
    """A line as words, quoted as in a shell."""
    try:
        return shlex.split(line)
    except ValueError as error:
        raise GradcliError("usage", f"the line cannot be read: {error}") from None


def gradcli(line: str) -> None:
    """Run a command line and show what it prints, in a process of its own."""
    command = [sys.executable, "-m", "gradcli", *split(line)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)


def grad(line: str, cell: str) -> Gradient:
    """The gradient of the cell, as `gradcli.grad` answers; the last value of the cell."""
    given = vars(words_of_cell().parse_args(split(line)))
    words: dict[str, Any] = {name: value for name, value in given.items() if value}
    words["constants"] = constants_of(words.pop("constants", []))
    return gradient_of(cell.strip(), words.pop("at", None), **words)


def constants_of(texts: Sequence[str]) -> dict[str, str]:
    """The values of `--set a=2,w=[1,2]`, by name."""
    entries = [entry for text in texts for entry in parse_point(Source("--set", text)).entries]
    if any(entry.name is None for entry in entries):
        raise GradcliError("usage", "--set needs a name and a value", hint="--set a=2")
    return {str(entry.name): str(entry.tree) for entry in entries}


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext gradcli.magic` calls."""
    ipython.register_magic_function(gradcli, "line", "gradcli")
    ipython.register_magic_function(grad, "cell", "grad")
