"""CPU time of trace, steps and graph as a multiple of `grad` on the same input; and that it grows with the steps.

    python -m tests.benchmarks.explanations [--runs 3] [--markdown] [--most 10000] [--only WORD]

Whole processes as a user starts them, the least CPU time (user and system) of some runs. `json` is `--json`, `table`
what a terminal shows; the goal is 1.2. No figure here gates anything: read the table.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys

LOSS = "L = (p - y)**2/2; p = sigmoid(z2); z2 = w2*h + b2; h = tanh(z1); z1 = w1*x + b1"
NETWORK = "L = norm(o - y)**2/2; o = W2@h; h = tanh(z); z = W1@x"
TEXTBOOK = {
    "Baydin et al.": ("log(x1) + x1*x2 - sin(x2)", "2,5"),
    "Griewank & Walther": ("(sin(x1/x2) + x1/x2 - exp(x2))*(x1/x2 - exp(x2))", "3/2,1/2"),
    "a scalar network": (LOSS, "b1=0.1,b2=0.2,w1=0.5,w2=-0.3,x=1.5,y=1"),
    "a network": (NETWORK, "W1=[[1,2],[3,4]],W2=[[1,-1]],x=[0.5,-0.2],y=[1]"),
}
SIZES = (1, 30, 100, 1_000, 10_000)
COMMANDS = ("trace", "steps", "graph")


def nested(count: int) -> str:
    """sin(sin(… x))."""
    return "sin(" * count + "x" + ")" * count


def statements(count: int) -> str:
    """u1 = sin(x)/2; u2 = sin(u1)/2; …"""
    lines = [f"u{k} = sin({'x' if k == 1 else f'u{k - 1}'} + x)" for k in range(1, count + 1)]
    return "; ".join(lines)


def cases(most: int) -> dict[str, tuple[str, str]]:
    """Texts and points by name."""
    found = dict(TEXTBOOK)
    for name, made in (("nested", nested), ("statements", statements)):
        found |= {f"{size:,} {name}": (made(size), "1") for size in SIZES if size <= most}
    return found


def seconds(words: list[str], text: str, runs: int) -> float:
    """The least CPU time of a process."""
    found = []
    environment = {**os.environ, "COLUMNS": "80"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # files that changed are compiled once, as for a user
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "gradcli", *words], input=text, capture_output=True, text=True, env=environment
        )
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
    parser.add_argument("--most", type=int, default=SIZES[-1])
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    bar, edge = (" | ", "| ") if asked.markdown else ("  ", "")
    print(f"{edge}{bar.join(['input', 'format', 'grad', *COMMANDS])}{bar.rstrip()}")
    if asked.markdown:
        print("| --- " * (3 + len(COMMANDS)) + "|")
    for name, (text, at) in cases(asked.most).items():
        if asked.only not in name:
            continue
        for form in ("json", "table"):
            words = ["-", "--at", at, *(["--json"] if form == "json" else [])]
            grad = seconds(["grad", *words], text, asked.runs)
            cells = [name, form, f"{grad:.3f} s"]
            cells += [f"{seconds([command, *words], text, asked.runs) / grad:.2f}" for command in COMMANDS]
            print(f"{edge}{bar.join(cells)}{bar.rstrip()}", flush=True)


if __name__ == "__main__":
    main()
