"""Files of many points: npy beside `cp` of the files, csv and parquet beside polars.

python -m tests.benchmarks.files [--runs 7] [--rows 10000000]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.processor import GRADCLI, Pair, compare

TWO = "x1**2*x2 + sin(x2)*exp(x1)"
FOUR = "log(x1)*sin(x2) + exp(x3)*sqrt(x4) + x1*x4"


def write_points(folder: Path, rows: int) -> None:
    """The files of points."""
    import numpy as np
    import polars

    rng = np.random.default_rng(0)
    np.save(folder / "p.npy", rng.uniform(0.1, 3, size=(rows, 2)))
    frame = polars.DataFrame({f"x{i + 1}": rng.uniform(0.1, 3, rows // 10) for i in range(4)})
    frame.write_csv(folder / "p.csv")
    frame.write_parquet(folder / "p.parquet")
    for name in ("pyarrow", "polars", "pandas"):
        (folder / "hidden").mkdir(exist_ok=True)
        (folder / "hidden" / f"{name}.py").write_text("raise ImportError\n")


def pairs(rows: int) -> list[Pair]:
    """The cases."""
    copies = [["cp", "p.npy", "c.npy"], ["cp", "q.npy", "d.npy"]]
    made = (["q.npy"], ["c.npy", "d.npy"])
    found = []
    for name, text in (("products", "x1**2*x2 + x1"), ("sin and exp", TWO), ("a kink", "x1**2*x2 + abs(x1 - x2)")):
        command = [GRADCLI, "grad", text, "--points", "p.npy", "--out", "q.npy"]
        found.append(Pair(f"{rows:,} rows of npy, {name} / cp of the files", [command], copies, 3.0, *made))
    peer = str(Path(__file__).parent / "peers" / "polars_points.py")
    for kind in ("csv", "parquet"):
        command = [GRADCLI, "grad", FOUR, "--points", f"p.{kind}", "--out", f"q.{kind}"]
        theirs = [sys.executable, peer, f"p.{kind}", f"r.{kind}"]
        found.append(
            Pair(f"{rows // 10:,} rows of {kind} / polars", [command], [theirs], 1.0, [f"q.{kind}"], [f"r.{kind}"])
        )
    command = [GRADCLI, "grad", FOUR, "--points", "p.csv", "--out", "q.csv"]
    theirs = [sys.executable, peer, "p.csv", "r.csv"]
    for name, goal, words in (
        ("without pyarrow", 2.0, []),
        ("with neither pyarrow nor a C compiler", None, ["GRADCLI_COMPILE=never"]),
    ):
        ours = ["env", "PYTHONPATH=hidden", *words, *command]
        found.append(Pair(f"{rows // 10:,} rows of csv, {name} / polars", [ours], [theirs], goal, ["q.csv"], ["r.csv"]))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        write_points(options.write, options.rows)
        return
    with TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "tests.benchmarks.files", "--write", folder, "--rows", str(options.rows)]
        subprocess.run(words, check=True)
        print("\n".join(compare(pairs(options.rows), options.runs, folder)))


if __name__ == "__main__":
    main()
