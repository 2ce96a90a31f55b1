"""Programs of many statements, by every command: CPU seconds, peak memory, and the growth from size to size.

    python -m tests.benchmarks --statements [--markdown]

Ten times the statements should take at most twelve times the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

SIZES = (100, 1_000, 10_000)
COMMANDS = ("grad", "jacobian", "hessian", "chain", "trace", "graph", "check", "export")
KINDS: dict[str, Callable[[str, int], str]] = {
    "residual": lambda before, _: f"{before} + sin({before})/10",
    "recurrence": lambda before, k: f"sin({before}) + x/{k}",
}
"""The right side of statement k, from the name before it."""


class Cost(NamedTuple):
    """What one process took: CPU seconds of its own, and MiB at its peak."""

    seconds: float
    mebibytes: float


def program(kind: str, size: int) -> str:
    """So many statements, each of the one before."""
    lines = [f"u{k} = {KINDS[kind]('x' if k == 1 else f'u{k - 1}', k)}" for k in range(1, size + 1)]
    return "; ".join([*lines, f"y = u{size}**2"])


def words(command: str, path: Path, at: bool) -> list[str]:
    """The command line."""
    if command == "check":
        return ["check", f"@{path}", "2*x", "--wrt", "x"]
    found = [command, f"@{path}", "--wrt", "x"]
    if command == "export":
        return [*found, "--to", "c"]
    return [*found, "--format", "json", *(["--at", "x=0.3"] if at else [])]


def cost(arguments: Sequence[str]) -> Cost:
    """Run gradcli once. Exit codes of answers (different, undecided) are fine."""
    code = "import resource, sys; from gradcli.cli.entry import run\n"
    code += "try: run(sys.argv[1:])\nexcept SystemExit as end: code = end.code\n"
    code += "usage = resource.getrusage(resource.RUSAGE_SELF)\n"
    code += "sys.stderr.write(f'\\n{usage.ru_utime + usage.ru_stime} {usage.ru_maxrss / 1024}')"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False
    )
    seconds, mebibytes = done.stderr.decode().rsplit("\n", 1)[-1].split()
    return Cost(float(seconds), float(mebibytes))


def main(markdown: bool) -> None:
    """Print one row a command and kind."""
    head = ["program", "command", *(f"{size:,} statements, s" for size in SIZES), "growth", "MiB"]
    print("| " + " | ".join(head) + " |" if markdown else "  ".join(head))
    if markdown:
        print("|" + " --- |" * len(head))
    os.environ["NO_COLOR"] = "1"
    with TemporaryDirectory() as folder:
        for kind in KINDS:
            for command in COMMANDS:
                for at in (False, True) if command not in ("check", "export") else (False,):
                    costs = []
                    for size in SIZES:
                        path = Path(folder) / f"{kind}{size}.txt"
                        path.write_text(program(kind, size))
                        costs.append(cost(words(command, path, at)))
                    growth = costs[-1].seconds / costs[-2].seconds
                    name = command + (" at a point" if at else "")
                    cells = [kind, name, *(f"{c.seconds:.2f}" for c in costs), f"{growth:.1f}"]
                    cells.append(f"{costs[-1].mebibytes:.0f}")
                    print("| " + " | ".join(cells) + " |" if markdown else "  ".join(cells), flush=True)
