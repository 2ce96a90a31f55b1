"""Whole processes of gradcli beside named peers, in one run: medians, and the ratio pair by pair.

    python -m tests.benchmarks [--runs 7] [--markdown]
    python -m tests.benchmarks --differences [--markdown]       finite differences: see differences.py
    python -m tests.benchmarks --statements [--markdown]        programs of many statements: see statements.py

Peers that are not installed are left out and said so. No figure here gates anything: read the table.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

PEERS = Path(__file__).parent / "peers"


class Run(NamedTuple):
    """One finished process: wall seconds and peak memory in MiB."""

    seconds: float
    mebibytes: float


class Case(NamedTuple):
    """A comparison: our command, the peer's, and the ratio of wall times that was promised (None: for information)."""

    name: str
    ours: Sequence[str]
    theirs: Sequence[str]
    goal: float | None
    stdin: str = ""


def run(command: Sequence[str], stdin: str) -> Run:
    """Run a command to its end, its output thrown away."""
    with open(os.devnull, "wb") as nowhere, open(stdin or os.devnull, "rb") as text:
        start = time.perf_counter()
        pid = os.posix_spawn(
            command[0],
            list(command),
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, text.fileno(), 0), (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)],
        )
        _, status, usage = os.wait4(pid, 0)
        seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"failed: {' '.join(command)[:200]}")
    return Run(seconds, usage.ru_maxrss / 1024)


def rosenbrock(n: int) -> str:
    """The Rosenbrock sum of n variables, written out."""
    return "+".join(f"100*(x{i + 1}-x{i}**2)**2+(1-x{i})**2" for i in range(1, n))


def texts(folder: Path) -> dict[str, str]:
    """Long inputs as files: expression (for standard input) and point."""
    sizes = (100, 300, 1_000, 10_000)
    lengths = (500, 2_000)
    files = {f"rosenbrock{n}": rosenbrock(n) for n in sizes}
    files |= {f"at{n}": ",".join(["0.5"] * n) for n in (*sizes, *lengths)}
    files |= {f"product{n}": "*".join(f"x{i}" for i in range(1, n + 1)) for n in lengths}
    files |= {f"nested{n}": "sin(" * n + "x" + ")" * n for n in lengths}
    paths = {}
    for name, text in files.items():
        (folder / name).write_text(text)
        paths[name] = str(folder / name)
    return paths


def ridge_data(folder: Path) -> dict[str, str]:
    """A ridge problem of 10,000 x 500 as files."""
    import numpy as np

    rng = np.random.default_rng(0)
    paths = {}
    for name, shape in (("X", (10_000, 500)), ("y", (10_000,)), ("w", (500,))):
        path = folder / f"{name}.npy"
        np.save(path, rng.normal(size=shape))
        paths[name] = str(path)
    (folder / "w.json").write_text('{"w": ' + str(np.load(paths["w"]).tolist()) + "}")
    return {**paths, "point": str(folder / "w.json")}


def cases(gradcli: str, python: str, paths: dict[str, str]) -> list[Case]:
    """All comparisons."""
    small = [gradcli, "grad", "x1**2+x2**2", "--at", "1,2"]

    def peer(name: str, *arguments: str) -> list[str]:
        return [python, str(PEERS / f"{name}.py"), *arguments]

    def large(name: str, n: int) -> list[str]:
        return [gradcli, "grad", "-", "--at", f"@{paths[f'at{n}']}", "--json"]

    found = [
        Case("gradient as a table / a bare Typer app with a rich table", small, peer("typer_table"), 1.4),
        Case("gradient as JSON / a bare Typer app with JSON", [*small, "--json"], peer("typer_json"), 1.5),
        Case("gradient as a table / a SymPy one-liner", small, peer("sympy_line"), 1 / 3),
        Case("gradient as a table / an autograd one-liner", small, peer("autograd_line"), None),
        Case("gradient as a table / a numdifftools one-liner", small, peer("numdifftools_line"), None),
        Case("gradient as a table / a JAX one-liner", small, peer("jax_line"), None),
    ]
    matrix = [gradcli, "grad", "norm(A@x-b)**2", "--wrt", "x", "--json"]
    found.append(Case("a symbolic matrix gradient / the same of scalars", matrix, [*small, "--json"], 1.5))
    data = ["--set", f"X=@{paths['X']}", "--set", f"y=@{paths['y']}", "--set", "lam=0.1", "--at", f"@{paths['point']}"]
    ridge = [gradcli, "grad", "norm(X@w-y)**2 + lam*norm(w)**2", "--wrt", "w", *data, "--json"]
    arrays = [paths[name] for name in ("X", "y", "w")]
    found.append(Case("ridge, X of 10,000 x 500 / hand-written NumPy", ridge, peer("numpy_ridge", *arrays), None))
    for name in ("autograd", "jax"):
        found.append(Case(f"ridge, X of 10,000 x 500 / {name}", ridge, peer(f"{name}_ridge", *arrays), None))
    ours = {n: large("rosenbrock", n) for n in (100, 300, 1_000, 10_000)}
    for name, n in (("SymPy", 100), ("JAX", 100), ("symengine", 300), ("autograd", 1_000)):
        theirs = peer(f"{name.lower()}_rosenbrock", str(n))
        found.append(Case(f"Rosenbrock, {n:,} variables / {name}", ours[n], theirs, None, paths[f"rosenbrock{n}"]))
    found.append(
        Case(
            "Rosenbrock, 10,000 variables / CasADi",
            ours[10_000],
            peer("casadi_rosenbrock", "10000"),
            1.5,
            paths["rosenbrock10000"],
        )
    )
    return found


def growth(gradcli: str, paths: dict[str, str]) -> list[tuple[str, list[str], str, list[str], str, float | None]]:
    """Our own growth: the large case beside the small one."""

    def command(n: int, point: str) -> list[str]:
        return [gradcli, "grad", "-", "--at", point, "--json"]

    return [
        (
            "Rosenbrock: 10,000 / 1,000 variables",
            command(10_000, f"@{paths['at10000']}"),
            paths["rosenbrock10000"],
            command(1_000, f"@{paths['at1000']}"),
            paths["rosenbrock1000"],
            12.0,
        ),
        (
            "x1*x2*…: 2,000 / 500 factors",
            command(2_000, f"@{paths['at2000']}"),
            paths["product2000"],
            command(500, f"@{paths['at500']}"),
            paths["product500"],
            4.0,
        ),
        (
            "sin(sin(…)): 2,000 / 500 deep",
            command(2_000, "0.5"),
            paths["nested2000"],
            command(500, "0.5"),
            paths["nested500"],
            4.0,
        ),
    ]


class Row(NamedTuple):
    """One line of the table."""

    name: str
    ours: float
    theirs: float
    ratio: float
    goal: float | None
    mebibytes: float


def compare(
    name: str,
    ours: Sequence[str],
    our_input: str,
    theirs: Sequence[str],
    their_input: str,
    goal: float | None,
    runs: int,
) -> Row:
    """Both commands in turn, after one warm-up each."""
    run(ours, our_input), run(theirs, their_input)
    pairs = [(run(ours, our_input), run(theirs, their_input)) for _ in range(runs)]
    return Row(
        name,
        statistics.median(a.seconds for a, _ in pairs),
        statistics.median(b.seconds for _, b in pairs),
        statistics.median(a.seconds / b.seconds for a, b in pairs),
        goal,
        max(a.mebibytes for a, _ in pairs),
    )


def available(python: str, case: Case) -> bool:
    """Can the peer run at all?"""
    try:
        run(case.theirs, "")
    except SystemExit:
        print(f"left out (the peer does not run): {case.name}", file=sys.stderr)
        return False
    return True


def write(rows: Sequence[Row], markdown: bool) -> None:
    """The table."""
    header = ("what", "gradcli, s", "peer, s", "ratio", "goal", "MiB")
    lines = [
        (
            r.name,
            f"{r.ours:.3f}",
            f"{r.theirs:.3f}",
            f"{r.ratio:.2f}",
            "" if r.goal is None else f"{r.goal:.2f}",
            f"{r.mebibytes:.0f}",
        )
        for r in rows
    ]
    if markdown:
        print("| " + " | ".join(header) + " |\n|" + " --- |" * len(header))
        for line in lines:
            print("| " + " | ".join(line) + " |")
        return
    widths = [max(len(line[i]) for line in (header, *lines)) for i in range(len(header))]
    for line in (header, *lines):
        print(
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--statements", action="store_true", help="programs of many statements, by every command")
    parser.add_argument("--differences", action="store_true", help="the table of finite differences alone")
    options = parser.parse_args()
    if options.statements:
        from tests.benchmarks.statements import main as programs_of_many_statements

        programs_of_many_statements(options.markdown)
        return
    if options.differences:
        from tests.benchmarks.differences import compare_all

        compare_all(options.markdown)
        return
    from tests.benchmarks import exported, points

    gradcli = str(Path(sys.executable).parent / "gradcli")
    with TemporaryDirectory() as folder:
        paths = {**texts(Path(folder)), **ridge_data(Path(folder))}
        rows = [
            compare(c.name, c.ours, c.stdin, c.theirs, "", c.goal, options.runs)
            for c in cases(gradcli, sys.executable, paths)
            if available(sys.executable, c)
        ]
        rows += [compare(*comparison, options.runs) for comparison in growth(gradcli, paths)]
        name, ours, theirs, goal = points.process_cases(gradcli, sys.executable, Path(folder))
        if available(sys.executable, Case(name, ours, theirs, goal)):
            rows.append(compare(name, ours, "", theirs, "", goal, max(options.runs, 9)))
    write(rows, options.markdown)
    value, gradient, hand = ridge_ratios(options.runs)
    print(f"ridge in float64, inside one process: value and gradient / value alone {value:.2f} (goal 4)")
    print(f"value and gradient / the same by hand with NumPy {gradient:.2f} (goal 1.2)")
    print(f"the same by hand: {hand:.4f} s")
    points.report(options.runs)
    exported.compare_exported(max(options.runs, 5), options.markdown)


def ridge_ratios(runs: int) -> tuple[float, float, float]:
    """Value and gradient of a ridge loss: against the value alone, and against NumPy by hand (medians of pairs)."""
    import numpy as np

    from gradcli.derive.ad.gradients import array_gradient
    from gradcli.evaluate.float64.arrays import evaluate_arrays
    from gradcli.problems import Source
    from gradcli.program.building.array_program import build_array_program
    from gradcli.program.options import BuildOptions
    from gradcli.text.parser import parse_script

    rng = np.random.default_rng(0)
    data = {
        "X": rng.normal(size=(10_000, 500)),
        "y": rng.normal(size=(10_000, 1)),
        "w": rng.normal(size=(500, 1)),
        "lam": 0.1,
    }
    text = "X: m,n; w: n; y: m; norm(X@w-y)**2 + lam*norm(w)**2"
    program = build_array_program(parse_script([Source("benchmark", text)]), BuildOptions(wrt=("w",)))
    f = program.outputs[0].node
    both = [f, *array_gradient(program, f, ["w"])]

    def by_hand() -> None:
        residual = data["X"] @ data["w"] - data["y"]
        float((residual.T @ residual + data["lam"] * (data["w"].T @ data["w"]))[0, 0])
        2 * (data["X"].T @ residual) + 2 * data["lam"] * data["w"]

    def seconds(work: Callable[[], object]) -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    rounds = []
    for _ in range(max(runs, 5)):
        rounds.append(
            [
                seconds(lambda: evaluate_arrays(both, data)),
                seconds(lambda: evaluate_arrays([f], data)),
                seconds(by_hand),
            ]
        )
    against_value = statistics.median(a / b for a, b, _ in rounds)
    return against_value, statistics.median(a / c for a, _, c in rounds), statistics.median(c for _, _, c in rounds)


if __name__ == "__main__":
    main()
