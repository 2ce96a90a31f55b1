"""Exported C beside C written by hand: value and gradient, both by `gcc -O2`, in loops inside one process.

    python -m tests.benchmarks.exported [--runs 15] [--markdown]

Each run goes over the same points with one function and then with the other; the ratio is the median of the pairs.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gradcli.exporting.export import export
from gradcli.exporting.request import Export, Wish
from gradcli.library.answers import parse
from gradcli.program.options import BuildOptions

GOAL = 1.2


class Case(NamedTuple):
    """A function of n variables as gradcli reads it, and value and gradient in C as a careful person writes them."""

    name: str
    expression: str
    n: int
    by_hand: str


ROSENBROCK = "+".join(f"100*(x{i + 1}-x{i}**2)**2+(1-x{i})**2" for i in range(1, 10))

CASES = (
    Case(
        "Rosenbrock's function of 10 variables",
        ROSENBROCK,
        10,
        """
    const double x[10] = {x1, x2, x3, x4, x5, x6, x7, x8, x9, x10};
    double value = 0;
    for (int i = 0; i < 10; i++) grad[i] = 0;
    for (int i = 0; i < 9; i++) {
        const double a = x[i + 1] - x[i]*x[i], b = 1 - x[i];
        value += 100*a*a + b*b;
        grad[i] -= 400*a*x[i] + 2*b;
        grad[i + 1] += 200*a;
    }
    return value;""",
    ),
    Case(
        "a loss of logistic regression with 4 examples",
        "log(1+exp(-x1-2*x2)) + log(1+exp(x1-x2/2)) + log(1+exp(x1+3*x2-x3)) + log(1+exp(x2-x3))"
        " + 0.1*(x1**2+x2**2+x3**2)",
        3,
        """
    const double m[4] = {-x1 - 2*x2, x1 - 0.5*x2, x1 + 3*x2 - x3, x2 - x3};
    double value = 0.1*(x1*x1 + x2*x2 + x3*x3), s[4];
    for (int i = 0; i < 4; i++) {
        const double e = exp(-fabs(m[i]));
        value += (m[i] > 0 ? m[i] : 0) + log1p(e);
        s[i] = (m[i] > 0 ? 1 : e)/(1 + e);
    }
    grad[0] = -s[0] + s[1] + s[2] + 0.2*x1;
    grad[1] = -2*s[0] - 0.5*s[1] + 3*s[2] + s[3] + 0.2*x2;
    grad[2] = -s[2] - s[3] + 0.2*x3;
    return value;""",
    ),
    Case(
        "a quotient of sines and squares",
        "(x1**2*sin(x2) + x2*cos(x1*x3))/(1 + x1**2 + x2**2 + x3**2) + x1*x2*x3*exp(-x1**2)",
        3,
        """
    const double s = sin(x2), c = cos(x2), sp = sin(x1*x3), cp = cos(x1*x3), e = exp(-x1*x1);
    const double r = 1/(1 + x1*x1 + x2*x2 + x3*x3), q = (x1*x1*s + x2*cp)*r;
    grad[0] = (2*x1*s - x2*x3*sp - 2*x1*q)*r + x2*x3*e*(1 - 2*x1*x1);
    grad[1] = (x1*x1*c + cp - 2*x2*q)*r + x1*x3*e;
    grad[2] = (-x1*x2*sp - 2*x3*q)*r + x1*x2*e;
    return q + x1*x2*x3*e;""",
    ),
)

DRIVER = """
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define POINTS 1000

double f_value_and_grad(%(params)s, double grad[%(n)d]);
double f(%(params)s);
double hand(%(params)s, double grad[%(n)d]);

static double table[POINTS][%(n)d];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9*t.tv_nsec;
}

static double seconds(int which, int rounds) {
    double grad[%(n)d], total = 0;
    const double start = now();
    for (int round = 0; round < rounds; round++)
        for (int k = 0; k < POINTS; k++) {
            const double *p = table[k];
            total += which == 0 ? f_value_and_grad(%(args)s, grad) : which == 1 ? hand(%(args)s, grad) : f(%(args)s);
        }
    const double taken = now() - start;
    return total == 0.123 ? 0 : taken;
}

static double gap(double a, double b) { return fabs(a - b)/(1 + fabs(b)); }

int main(int count, char **words) {
    const int runs = atoi(words[count - 1]);
    for (int k = 0; k < POINTS; k++)
        for (int i = 0; i < %(n)d; i++) table[k][i] = rand()/(RAND_MAX + 1.0)*4 - 2;
    for (int k = 0; k < POINTS; k++) {
        double ours[%(n)d], theirs[%(n)d];
        const double *p = table[k];
        if (gap(f_value_and_grad(%(args)s, ours), hand(%(args)s, theirs)) > 1e-12) return 1;
        for (int i = 0; i < %(n)d; i++)
            if (gap(ours[i], theirs[i]) > 1e-12) return 1;
    }
    int rounds = 1;
    while (seconds(0, rounds) < 0.02) rounds *= 2;
    for (int run = 0; run < runs; run++)
        printf("%%.9f %%.9f %%.9f\\n", seconds(0, rounds)/rounds, seconds(1, rounds)/rounds, seconds(2, rounds)/rounds);
    return 0;
}
"""


class Figures(NamedTuple):
    """Medians: nanoseconds a call of ours and of the hand-written one, their ratio, and ours to the value alone."""

    ours: float
    by_hand: float
    ratio: float
    to_value: float


def measure(case: Case, runs: int) -> Figures:
    """Compile and run one case. Raises where the two functions do not agree at all points."""
    from statistics import median

    names = [f"x{i}" for i in range(1, case.n + 1)]
    params, args = ", ".join(f"double {name}" for name in names), ", ".join(f"p[{i}]" for i in range(case.n))
    source = export(Export(parse(case.expression), BuildOptions(), Wish("c"))).source
    hand = f"#include <math.h>\ndouble hand({params}, double grad[{case.n}]) {{{case.by_hand}\n}}\n"
    texts = {"f.c": source, "hand.c": hand, "main.c": DRIVER % {"params": params, "args": args, "n": case.n}}
    with TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text)
        command = ["gcc", "-O2", "-std=gnu99", *texts, "-o", "program", "-lm"]
        subprocess.run(command, cwd=folder, check=True)
        done = subprocess.run([f"{folder}/program", str(runs)], capture_output=True, text=True, check=True)
    rows = [[float(word) for word in line.split()] for line in done.stdout.splitlines()]
    return Figures(
        median(row[0] for row in rows) * 1e6,
        median(row[1] for row in rows) * 1e6,
        median(row[0] / row[1] for row in rows),
        median(row[0] / row[2] for row in rows),
    )


def compare_exported(runs: int, markdown: bool) -> None:
    """Print the table."""
    if not shutil.which("gcc"):
        print("left out: there is no gcc")
        return
    header = ("exported C, value and gradient", "ns a call", "by hand", "ratio", "goal", "to the value alone")
    rows = [header] + [("---",) * len(header)] * markdown
    for case in CASES:
        found = measure(case, runs)
        numbers = (f"{found.ours:.0f}", f"{found.by_hand:.0f}", f"{found.ratio:.2f}", f"{GOAL:.2f}")
        rows.append((case.name, *numbers, f"{found.to_value:.2f}"))
    for row in rows:
        cells = [word.ljust(48 if i == 0 else 9) for i, word in enumerate(row)]
        print(f"| {' | '.join(row)} |" if markdown else "  ".join(cells))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    compare_exported(options.runs, options.markdown)


if __name__ == "__main__":
    main()
