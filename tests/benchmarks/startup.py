"""Start-up: what small jobs take, beside bare Python, qalc and bare Typer apps.

    python -m tests.benchmarks.startup [--runs 15]

Instructions in user space where perf can count them (they do not depend on what else runs), and CPU milliseconds. The
package must be compiled to bytecode (`python -m compileall gradcli`), as pip does when it installs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.processor import GRADCLI, instructions, run

if TYPE_CHECKING:
    from collections.abc import Sequence

SQUARES = "x1**2+x2**2"
SINE = "sin(x1)*exp(x2)"
JOBS = {
    "table": ["grad", SQUARES, "--at", "1,2"],
    "JSON": ["grad", SQUARES, "--at", "1,2", "--json"],
    "plain": ["grad", SQUARES, "--at", "1,2", "--format", "plain"],
    "JSON with sin and exp": ["grad", SINE, "--at", "1,2", "--json"],
    "symbols only, JSON": ["grad", SQUARES, "--json"],
    "error": ["grad", "sen(x1)+x2"],
    "check": ["check", "x**2", "2*x"],
    "export": ["export", SQUARES, "--to", "c"],
    "chain": ["chain", "y = u**2; u = 3*x", "--at", "1"],
    "help": ["--help"],
}
MAY_FAIL = ("error",)
"""Jobs that do not end with 0."""


def peers() -> dict[str, list[str]]:
    """Commands to compare with, those that are here."""
    python, folder = sys.executable, Path(__file__).parent / "peers"
    found = {
        "bare Python (python -c pass)": [python, "-c", "pass"],
        "a bare Typer app with a rich table": [python, str(folder / "typer_table.py")],
        "a bare Typer app with JSON": [python, str(folder / "typer_json.py")],
    }
    if shutil.which("qalc"):
        found["qalc"] = ["qalc", "-t", "diff(x^2+y^2, x)"]
    return found


def measured(commands: dict[str, Sequence[str]], runs: int) -> dict[str, float]:
    """CPU milliseconds of each command, medians, all in turn."""
    found: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, words in commands.items():
            found[name].append(1e3 * run([words], may_fail=name in MAY_FAIL).seconds)
    return {name: statistics.median(times[1:]) for name, times in found.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    commands = {**{name: [GRADCLI, *words] for name, words in JOBS.items()}, **peers()}
    times = measured(commands, options.runs)
    counts = {name: instructions(words) for name, words in commands.items()}
    others = [name for name in commands if name not in JOBS]
    print("| job | CPU ms | M instructions | " + " | ".join(f"/ {name}" for name in others) + " |")
    print("| --- | --- | --- |" + " --- |" * len(others))
    for name in commands:
        count = "" if counts[name] is None else f"{counts[name]:.0f}"
        ratios = [f"{times[name] / times[other]:.2f}" for other in others]
        print(f"| {name} | {times[name]:.0f} | {count} | {' | '.join(ratios)} |")


if __name__ == "__main__":
    main()
