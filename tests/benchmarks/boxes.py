"""Black boxes: Python callables beside SciPy's differences, programs beside `subprocess.run`.

    python -m tests.benchmarks.boxes [--runs 5]

What an evaluation takes beyond the function is the difference of two processes over that of their evaluations.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from tests.benchmarks.processor import GRADCLI, Pair, compare, run

MODEL = """
def cheap(x):
    return float(x[0] + x[1])

def rosenbrock(x):
    a, b = x[:-1], x[1:]
    return float((100*(b - a*a)**2 + (1 - a)**2).sum())
"""

SCIPY = """
import sys
import numpy as np
from scipy.optimize._numdiff import approx_derivative
from model import rosenbrock
n = int(sys.argv[1])
approx_derivative(rosenbrock, 0.5 + np.arange(n)/n, method="3-point")
"""

PROGRAM = """
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
int main(int count, char **words) {
    double total = 0;
    for (int i = 1; i < count; i++) { const double x = atof(words[i]); total += x*x*(i % 3 + 1) + sin(x); }
    printf("%.17g\\n", total);
    return 0;
}
"""

LOOP = """
import subprocess, sys
n, count = int(sys.argv[1]), int(sys.argv[2])
words = ["./sim", *(repr(0.5 + i/n) for i in range(n))]
for _ in range(count):
    float(subprocess.run(words, capture_output=True, check=True).stdout)
"""


def point(n: int) -> str:
    """A vector of n numbers."""
    return "x=[" + ",".join(repr(0.5 + i / n) for i in range(n)) + "]"


def cost(words: list[str], folder: str, runs: int) -> tuple[float, int]:
    """CPU seconds of a run (a median), and its evaluations."""
    told = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True).stdout
    seconds = median(run([words], folder=folder).seconds for _ in range(runs))
    return seconds, int(json.loads(told)["evaluations"])


def one_run(words: list[str], folder: str, runs: int) -> None:
    """Print what a run of a program takes beside one of `subprocess.run`, start-up left out of both."""
    few, many = (cost([*words, "--order", order], folder, runs) for order in ("2", "12"))
    ours = (many[0] - few[0]) / (many[1] - few[1])
    loops = [[sys.executable, "loop.py", "100", count] for count in ("1", "401")]
    one, all_of_them = (median(run([loop], folder=folder).seconds for _ in range(runs)) for loop in loops)
    theirs = (all_of_them - one) / 400
    print(f"a run of a program: {1e3 * ours:.3f} ms, subprocess.run {1e3 * theirs:.3f} ms, ratio {ours / theirs:.2f}")


def one_evaluation(name: str, n: int, folder: str, runs: int) -> None:
    """Print what an evaluation of a cheap callable takes: differences of 4th order beside those of 2nd order."""
    words = [GRADCLI, "grad", "--python", "model:cheap", "--at", f"@at{n}", "--no-cache", "--json", "--workers", "1"]
    few = cost([*words, "--scheme", "central", "--order", "2"], folder, runs)
    many = cost([*words, "--scheme", "central", "--order", "12"], folder, runs)
    each = (many[0] - few[0]) / (many[1] - few[1])
    print(f"{name}: {1e3 * each:.3f} ms (goal 0.1)")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with TemporaryDirectory() as place:
        folder = Path(place)
        for name, text in {"model.py": MODEL, "scipy_run.py": SCIPY, "loop.py": LOOP, "sim.c": PROGRAM}.items():
            (folder / name).write_text(text)
        for n in (10, 100, 1000):
            (folder / f"at{n}").write_text(point(n))
        python = [GRADCLI, "grad", "--python", "model:rosenbrock", "--at", "@at1000", "--no-cache", "--json"]
        pairs = [
            Pair(
                "a callable of 1,000 variables, central / SciPy's 3-point",
                [[*python, "--scheme", "central"]],
                [[sys.executable, "scipy_run.py", "1000"]],
                2.0,
            ),
            Pair("the same, adaptive", [python], [[sys.executable, "scipy_run.py", "1000"]]),
        ]
        if shutil.which("gcc"):
            subprocess.run(["gcc", "-O2", "sim.c", "-o", "sim", "-lm"], cwd=place, check=True)
            (folder / "at").write_text(",".join(f"x{i + 1}={0.5 + i / 100!r}" for i in range(100)))
            slots = " ".join(f"{{x{i + 1}}}" for i in range(100))
            words = [GRADCLI, "grad", "--exec", f"./sim {slots}", "--at", "@at", "--no-cache", "--json"]
            words += ["--scheme", "central"]
            count = cost(words, place, 1)[1]
            loop = [sys.executable, "loop.py", "100", str(count)]
            pairs.append(Pair(f"a C program, {count} runs / subprocess.run", [words], [loop], 1.3))
        print("\n".join(compare(pairs, options.runs, place)))
        if shutil.which("gcc"):
            one_run(words, place, options.runs)
        for n in (10, 100, 1000):
            one_evaluation(f"an evaluation of a cheap callable of {n:,} variables", n, place, options.runs)


if __name__ == "__main__":
    main()
