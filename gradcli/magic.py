"""gradcli in IPython and notebooks: `%load_ext gradcli.magic`, then `%gradcli` for command lines, `%%grad` for cells.

%gradcli check "sin(x*y)" "y*cos(x*y), x*cos(x*y)"

%%grad --at x=1,y=2
loss = norm(A@x - b)**2
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from gradcli.library import grad as gradient_of
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from gradcli.derive.results import Gradient


class CellWords(argparse.ArgumentParser):
    """The words behind `%%grad`, whose mistakes are errors of gradcli's: a notebook must not exit."""

    def error(self, message: str) -> NoReturn:
        raise GradcliError("usage", message, hint=self.format_usage().strip())


def words_of_cell() -> CellWords:
    """What `%%grad` takes: the options of `gradcli grad` that are the library's words."""
    parser = CellWords(prog="%%grad", add_help=False, allow_abbrev=False)
    for name in ("at", "wrt", "along", "of"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--method", choices=("symbolic", "autodiff", "fd", "complex"))
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
    words: dict[str, Any] = {
        name: value for name, value in vars(words_of_cell().parse_args(split(line))).items() if value
    }
    pairs = [pair.partition("=") for text in words.pop("constants", []) for pair in text.split(",")]
    if any(not sign for _, sign, _ in pairs):
        raise GradcliError("usage", "--set needs a name and a value", hint="--set a=2")
    words["constants"] = {name.strip(): value for name, _, value in pairs}
    return gradient_of(cell.strip(), words.pop("at", None), **words)


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext gradcli.magic` calls."""
    ipython.register_magic_function(gradcli, "line", "gradcli")
    ipython.register_magic_function(grad, "cell", "grad")
