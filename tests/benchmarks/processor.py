"""CPU seconds and peak memory of whole processes, ours and a peer's in turn: wall time says little on a shared machine.

The peak is at least that of the process that measures, so it imports nothing large.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

GRADCLI = str(Path(sys.executable).parent / "gradcli")


class Cost(NamedTuple):
    """What a run of some commands took, children included."""

    seconds: float
    mebibytes: float


class Pair(NamedTuple):
    """Two lists of commands that do the same; `ours_made` and `theirs_made` are files that each run makes anew."""

    name: str
    ours: Sequence[Sequence[str]]
    theirs: Sequence[Sequence[str]]
    goal: float | None = None
    ours_made: Sequence[str] = ()
    theirs_made: Sequence[str] = ()


def run(
    commands: Sequence[Sequence[str]], made: Sequence[str] = (), folder: str | None = None, may_fail: bool = False
) -> Cost:
    """Run commands one after the other. Raises SystemExit where one fails."""
    for name in made:
        Path(folder or ".", name).unlink(missing_ok=True)
    seconds = most = 0.0
    for words in commands:
        with subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and not may_fail:
            raise SystemExit(f"failed: {' '.join(words)}")
        seconds += usage.ru_utime + usage.ru_stime
        most = max(most, usage.ru_maxrss / 1024)
    return Cost(seconds, most)


def compare(pairs: Sequence[Pair], runs: int, folder: str | None = None) -> list[str]:
    """Rows of a table: medians, and the median of the ratios pair by pair; one warm-up each."""
    rows = ["| what | gradcli, CPU s | peer, CPU s | ratio | goal | MiB |", "| --- | --- | --- | --- | --- | --- |"]
    for pair in pairs:

        def once(pair: Pair = pair) -> tuple[Cost, Cost]:
            return run(pair.ours, pair.ours_made, folder), run(pair.theirs, pair.theirs_made, folder)

        once()
        both = [once() for _ in range(runs)]
        ours, theirs = (statistics.median(costs[i].seconds for costs in both) for i in (0, 1))
        ratio = statistics.median(a.seconds / b.seconds for a, b in both)
        goal = "" if pair.goal is None else f"{pair.goal:.2f}"
        peak = max(a.mebibytes for a, _ in both)
        rows.append(f"| {pair.name} | {ours:.3f} | {theirs:.3f} | {ratio:.2f} | {goal} | {peak:.0f} |")
    return rows


def instructions(words: Sequence[str], stdin: str = "") -> float | None:
    """Millions of instructions in user space, the least of three runs, by perf; None where that cannot count them."""
    if not shutil.which("perf"):
        return None
    found = []
    for _ in range(3):
        command = ["perf", "stat", "-x", ",", "-e", "instructions:u", *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        counts = [line.split(",")[0] for line in done.stderr.splitlines() if "instructions" in line]
        if not counts or not counts[0].isdigit():
            return None
        found.append(int(counts[0]) / 1e6)
    return min(found)
