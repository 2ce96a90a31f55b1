"""CPU time of trace, steps and graph as a multiple of `grad` on the same input; and that it grows with the steps.

    python -m tests.benchmarks.explanations [--runs 3] [--markdown]

`goal` is 1.2 for what people write and 3 for thousands of operations. No figure here gates anything: read the table.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys

LOSS = "L = (p - y)**2/2; p = sigmoid(z2); z2 = w2*h + b2; h = tanh(z1); z1 = w1*x + b1"
CASES = {
    "Baydin et al.": ("log(x1) + x1*x2 - sin(x2)", "2,5"),
    "Griewank & Walther": ("(sin(x1/x2) + x1/x2 - exp(x2))*(x1/x2 - exp(x2))", "3/2,1/2"),
    "two-layer network": (LOSS, "b1=0.1,b2=0.2,w1=0.5,w2=-0.3,x=1.5,y=1"),
    "1,000 sines": ("sin(" * 1_000 + "x" + ")" * 1_000, "1"),
    "10,000 sines": ("sin(" * 10_000 + "x" + ")" * 10_000, "1"),
}
COMMANDS = ("trace", "steps", "graph")


def seconds(words: list[str], text: str, runs: int) -> float:
    """The least CPU time of a process."""
    found = []
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-m", "gradcli", *words], input=text, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--markdown", action="store_true")
    asked = parser.parse_args()
    bar, edge = (" | ", "| ") if asked.markdown else ("  ", "")
    print(f"{edge}{bar.join(['input', 'format', 'grad', *COMMANDS])}{bar.rstrip()}")
    if asked.markdown:
        print("| --- " * (3 + len(COMMANDS)) + "|")
    for name, (text, at) in CASES.items():
        for form in ("json", "plain"):
            grad = seconds(["grad", "-", "--at", at, "-f", form], text, asked.runs)
            cells = [name, form, f"{grad:.2f} s"]
            for command in COMMANDS:
                shown = "dot" if command == "graph" and form == "plain" else form
                cells.append(f"{seconds([command, '-', '--at', at, '-f', shown], text, asked.runs) / grad:.2f}")
            print(f"{edge}{bar.join(cells)}{bar.rstrip()}", flush=True)


if __name__ == "__main__":
    main()
