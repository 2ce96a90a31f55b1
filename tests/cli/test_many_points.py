"""`--points` and `--grid`: whole command lines, from a table of points to a table of answers."""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli.cli import entry

if TYPE_CHECKING:
    from collections.abc import Iterator

GRADCLI = [sys.executable, "-m", "gradcli"]


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """The command line turns the collector off; tests want it back."""
    yield
    gc.enable()


@pytest.fixture
def run(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def ended(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = entry.run(list(words))
        captured = capfdbinary.readouterr()
        return code, captured.out.decode(), captured.err.decode()

    return ended


def table(out: str) -> list[list[str]]:
    import csv

    return list(csv.reader(io.StringIO(out)))


def test_a_pipe_is_read_once(run: Any, tmp_path: Path) -> None:
    """A named pipe, and what a shell makes of `<(...)`: csv or JSON lines, whatever its name ends in."""
    import threading

    for name, text in (("pipe", b"x,y\n1,2\n"), ("pipe.npy", b'{"x": 1, "y": 2}\n')):
        path = tmp_path / name
        os.mkfifo(path)
        writer = threading.Thread(target=path.write_bytes, args=(text,))
        writer.start()
        code, out, _ = run("grad", "x*y", "--points", str(path))
        writer.join()
        assert (code, out) == (0, "x,y,value,d_x,d_y,problem\n1.0,2.0,2.0,2.0,1.0,\n")


def test_csv_in_and_out(run: Any) -> None:
    """Variables, value, derivatives, problem; columns by name; the summary on standard error."""
    Path("p.csv").write_text("x2,id,x1\n2,a,1\n4,b,3\n")
    code, out, err = run("grad", "x1**2*x2", "--points", "p.csv")
    assert code == 0
    assert out == "x1,x2,value,d_x1,d_x2,problem\n1.0,2.0,2.0,4.0,1.0,\n3.0,4.0,36.0,24.0,9.0,\n"
    assert err.startswith("2 rows; float64, relative error at most ")


def test_standard_input_as_csv_or_json_lines(run: Any) -> None:
    """`--points -` reads either."""
    expected = "x,value,d_x,problem\n3.0,9.0,6.0,\n"
    for text in ("x\n3\n", '{"x": 3}\n'):
        assert run("grad", "x**2", "--points", "-", stdin=text)[:2] == (0, expected)


def test_every_kind_of_file_gives_the_same(run: Any) -> None:
    """Two points in six formats have the same answers in five."""
    Path("p.csv").write_text("x,y\n1,2\n3,4\n")
    for form in ("npy", "npz", "jsonl", "parquet", "csv"):
        if form == "parquet":
            pytest.importorskip("pyarrow")
        assert run("grad", "x*y", "--points", "p.csv", "--out", f"o.{form}")[:2] == (0, "")
    assert np.load("o.npy").tolist() == [[2.0, 2.0, 1.0], [12.0, 4.0, 3.0]]
    assert np.load("o.npz")["out"].tolist() == np.load("o.npy").tolist()
    first = Path("o.csv").read_text()
    np.save("q.npy", np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.savez("q.npz", x=np.array([1.0, 3.0]), y=np.array([2.0, 4.0]))
    for name in ("o.csv", "o.jsonl", "o.parquet", "q.npy", "q.npz"):
        if Path(name).exists():
            assert run("grad", "x*y", "--points", name)[:2] == (0, first), name
    assert not [name for name in os.listdir() if name.startswith(".")]


def test_columns_without_names_are_said_to_be_in_order(run: Any) -> None:
    """A note tells the order."""
    np.save("p.npy", np.array([[1.0, 2.0]]))
    code, out, err = run("grad", "y - x", "--points", "p.npy")
    assert (code, out.splitlines()[1]) == (0, "1.0,2.0,1.0,-1.0,1.0,")
    assert "taken in the order x, y" in err


def test_points_that_matter_are_marked_and_counted(run: Any) -> None:
    """A kink, a border, an infinite slope, and a value that is not real have no numbers, and the row says why."""
    code, out, err = run("grad", "sqrt(x)*abs(y)", "--grid", "x=-1:1:3,y=0:1:2")
    assert code == 0
    rows = table(out)
    by_point = {(row[0], row[1]): row[2:] for row in rows[1:]}
    assert by_point["-1.0", "1.0"][:3] == ["", "", ""]
    assert "value: undefined: sqrt(-1) is not real" in by_point["-1.0", "1.0"][3]
    assert by_point["1.0", "0.0"][:3] == ["0.0", "0.0", ""]
    assert "y: not-differentiable: abs has a kink at y = 0" in by_point["1.0", "0.0"][3]
    assert by_point["0.0", "1.0"][:3] == ["0.0", "", "0.0"]
    assert "x: infinite" in by_point["0.0", "1.0"][3]
    assert by_point["1.0", "1.0"] == ["1.0", "0.5", "1.0", ""]
    assert err.startswith("6 rows, ")
    assert "undefined" in err


@pytest.mark.parametrize(
    ("function", "point", "value"),
    [
        ("abs(x)", "0", ""),
        ("abs(x - 1/2)", "0.5", ""),
        ("abs(x - 0.3)", "0.3", ""),
        ("max(x, 2*x - 1)", "1", ""),
        ("floor(x)", "2", ""),
        ("where(x > 1, x**2, x)", "1", ""),
        ("where(x > 1, x**2, 2*x - 1)", "1", "2.0"),
        ("x*abs(x)", "0", "0.0"),
        ("x**1.5", "0", "0.0"),
        ("1/(x - 0.3)", "0.3", ""),
        ("exp(800*x)/exp(799*x)", "1", repr(float(np.exp(1)))),
        ("norm([x, 0])**2", "0", "0.0"),
    ],
)
def test_no_kink_is_answered_silently(run: Any, function: str, point: str, value: str) -> None:
    """What float64 cannot tell is decided as at a single point."""
    code, out, _ = run("grad", function, "--grid", f"x={point}")
    assert code == 0
    cells = table(out)[1]
    assert cells[2] == value
    assert bool(cells[3]) == (value == "")


def test_sums_that_cancel_at_a_kink_are_seen(run: Any) -> None:
    """0.3 - 3*0.1 is zero, though not in float64."""
    Path("p.csv").write_text("x,y\n0.3,0.1\n")
    cells = table(run("grad", "abs(x - 3*y)", "--points", "p.csv")[1])[1]
    assert cells[3:5] == ["", ""]


def test_the_loss_of_digits_is_said(run: Any) -> None:
    """A quotient that cancels: the summary tells how many rows have certified numbers for that."""
    _, _, err = run("grad", "(1 - cos(x + y - 1))/(x + y - 1)**2", "--grid", "x=1e-7:1:5,y=1")
    assert "in 1 of them float64 loses digits: these have certified numbers" in err


def test_jacobian_and_hessian_columns(run: Any) -> None:
    """`d_0_x`, and the upper triangle `d_x_y`."""
    out = run("jacobian", "[x*y, x + y]", "--grid", "x=2,y=3")[1]
    assert out == "x,y,value_0,value_1,d_0_x,d_0_y,d_1_x,d_1_y,problem\n2.0,3.0,6.0,5.0,3.0,2.0,1.0,1.0,\n"
    out = run("hessian", "x**2*y", "--grid", "x=2", "--grid", "y=3")[1]
    assert out == "x,y,value,d_x_x,d_x_y,d_y_y,problem\n2.0,3.0,12.0,6.0,4.0,0.0,\n"


def test_arrays_are_columns_of_entries(run: Any) -> None:
    """x[0], x[1] are a vector; constants come from --set."""
    Path("p.csv").write_text("x[0],x[1]\n1,1\n")
    code, out, _ = run("grad", "dot(A@x, x)", "--points", "p.csv", "--set", "A=[[1,2],[0,3]]")
    assert (code, out) == (0, "x[0],x[1],value,d_x[0],d_x[1],problem\n1.0,1.0,6.0,4.0,8.0,\n")


def test_json_gives_the_document_of_each_point(run: Any) -> None:
    """--json at many points is what several --at give, but for the accuracy; hessian and jacobian too."""
    for command, text in (("grad", "x**2*y"), ("jacobian", "[x*y, y**2]"), ("hessian", "x**2*y + y**2")):
        many = run(command, text, "--grid", "x=1:2:2,y=3", "--json")
        each = run(command, text, "--at", "1,3", "--at", "2,3", "--json")
        assert many[0] == each[0] == 0
        assert many[2] == ""
        for ours, theirs in zip(many[1].splitlines(), each[1].splitlines(), strict=True):
            mine, single = json.loads(ours), json.loads(theirs)
            assert list(mine) == list(single)
            assert (mine.pop("accuracy"), single.pop("accuracy")) == ("float64", "certified")
            if command == "hessian":
                assert mine.pop("eigenvalues") == pytest.approx(single.pop("eigenvalues"), rel=1e-14)
            assert mine == single


def test_a_table_shows_the_first_and_the_last_rows(run: Any) -> None:
    """Five and five, with dots between them."""
    out = run("grad", "x**2", "--grid", "x=1:1000:1000", "-f", "table")[1]
    assert "…" in out
    for shown in ("25", "1000000", "992016"):
        assert shown in out
    assert "36 " not in out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("x*y", "--points", "bad.csv"), 2),
        (("x*y", "--points", "none.csv"), 2),
        (("x*y", "--points", "empty.csv"), 2),
        (("x*z", "--points", "good.csv"), 2),
        (("x*y", "--points", "good.csv", "--at", "1,2"), 2),
        (("x*y", "--points", "good.csv", "--grid", "x=1,y=1"), 2),
        (("x*y", "--points", "good.csv", "-m", "fd"), 2),
        (("x*y", "--points", "good.csv", "-f", "latex"), 2),
        (("x*y", "--points", "good.csv", "-f", "csv", "--out", "o.npy"), 2),
        (("x*y", "--points", "good.csv", "--out", "o.xlsx"), 2),
        (("x*y", "--points", "good.csv", "--out", "o.csv.zip"), 2),
        (("x*y", "--points", "good.csv", "--set", "x=1"), 2),
        (("x*y", "--points", "good.csv", "--workers", "2"), 2),
        (("x*y", "--grid", "x=0:1:2"), 2),
        (("x*y", "--grid", "x=0:1:2,y=1,z=2"), 2),
        (("x*y", "--grid", "x=0:1:0,y=1"), 2),
        (("x*y", "--grid", "x=0:1,y=1"), 2),
        (("x*y", "--grid", "x=0:inf:3,y=1"), 2),
        (("x*y", "--at", "1,2", "-f", "parquet"), 2),
        (("x*y", "--points", "good.csv", "--out", "folder"), 4),
        (("x*y", "--points", "good.csv", "--out", "none/o.csv"), 4),
    ],
)
def test_what_is_wrong_is_one_error_and_leaves_nothing(run: Any, words: tuple[str, ...], code: int) -> None:
    """One clear error, nothing on standard output, nothing half-written."""
    Path("good.csv").write_text("x,y\n1,2\n")
    Path("bad.csv").write_text("x,y\n1,2\n3,four\n")
    Path("empty.csv").write_text("")
    Path("folder").mkdir()
    before = sorted(os.listdir())
    ended, out, err = run("grad", *words)
    assert (ended, out) == (code, "")
    assert err.startswith("error: ")
    assert sorted(os.listdir()) == before


def test_an_error_far_down_leaves_the_old_file(run: Any) -> None:
    """The answers so far are thrown away; what was there stays."""
    Path("p.csv").write_text("x\n" + "1\n" * 100_000 + "one\n")
    Path("o.csv").write_text("old")
    code, _, err = run("grad", "x**2", "--points", "p.csv", "--out", "o.csv")
    assert code == 2
    assert "line 100002" in err
    assert Path("o.csv").read_text() == "old"
    assert sorted(os.listdir()) == ["o.csv", "p.csv"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is full")
def test_a_full_disk_is_an_error(run: Any) -> None:
    """Exit 4, for text and for arrays."""
    for form in ("csv", "npy", "jsonl"):
        code, _, err = run("grad", "x**2", "--grid", "x=0:1:9", "--out", "/dev/full", "-f", form)
        assert code == 4
        assert "no space left on device" in err


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A lattice of two million points to npy takes no more memory than one of a few thousand, but for 60 MiB."""
    code = (
        "import resource, sys; from gradcli.cli.entry import run; code = run(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024); sys.exit(code)"
    )

    def mebibytes(size: int) -> int:
        words = ["grad", "x*y", "--grid", f"x=0:1:1000,y=0:1:{size}", "--out", str(tmp_path / "o.npy")]
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
        return int(done.stdout)

    few = mebibytes(5)
    assert mebibytes(2000) < few + 60
    assert np.load(tmp_path / "o.npy", mmap_mode="r").shape == (2_000_000, 3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_run_that_is_ended_leaves_nothing(tmp_path: Path, number: int) -> None:
    """At once, though there are a thousand million points, and without a half-written file."""
    words = ["grad", "x**2", "--grid", "x=0:1:1000000000", "--out", "o.npy"]
    process = subprocess.Popen([*GRADCLI, *words], cwd=tmp_path, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not any(path.stat().st_size > 10**6 for path in tmp_path.iterdir()):
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(number)
    errors = process.communicate(timeout=30)[1]
    assert errors == b""
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert not os.listdir(tmp_path)


def test_a_second_ctrl_c_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    """Whoever presses twice does not want to wait, and has no draft in the folder all the same."""
    words = ["grad", "x**2", "--grid", "x=0:1:1000000000", "--out", "o.npy"]
    process = subprocess.Popen([*GRADCLI, *words], cwd=tmp_path, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not any(path.stat().st_size > 10**6 for path in tmp_path.iterdir()):
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30)[1] == b""
    assert process.returncode == 130
    assert not os.listdir(tmp_path)


def make_folder(path: Path, files: int, rows: int) -> None:
    """A folder of parquet files whose x counts all rows."""
    import pyarrow
    from pyarrow import parquet

    path.mkdir()
    for i in range(files):
        parquet.write_table(pyarrow.table({"x": np.arange(i * rows, (i + 1) * rows)}), path / f"part{i}.parquet")


def all_x(path: Path) -> list[float]:
    """x of all answers."""
    from pyarrow import parquet

    return sorted(x for file in path.glob("*") for x in parquet.read_table(file).column("x").to_pylist())


def test_a_folder_becomes_a_folder(run: Any, tmp_path: Path) -> None:
    """Every row once; a folder that is there already is not touched; one bad file leaves nothing."""
    pytest.importorskip("pyarrow")
    make_folder(tmp_path / "in", 3, 100)
    code, _, err = run("grad", "x**2", "--points", "in", "--out", "out", "--workers", "2")
    assert code == 0
    assert err.startswith("300 rows")
    assert all_x(tmp_path / "out") == list(range(300))
    assert run("grad", "x**2", "--points", "in", "--out", "out")[0] == 4
    (tmp_path / "in" / "part2.parquet").write_bytes(b"PAR1")
    code, _, err = run("grad", "x**2", "--points", "in", "--out", "other")
    assert code == 2
    assert "t2.parquet" in err
    assert sorted(os.listdir()) == ["in", "out"]


@pytest.mark.slow
def test_every_row_once_though_a_worker_is_killed(tmp_path: Path) -> None:
    """On a Dask cluster of two processes, one of which is killed in the middle."""
    pytest.importorskip("pyarrow")
    distributed = pytest.importorskip("distributed")
    make_folder(tmp_path / "in", 8, 20_000)
    words = ["grad", "sin(x)*exp(-x/1e6)", "--points", "in", "--out", "out", "--scheduler"]
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1", silence_logs=50
    ) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        job = subprocess.Popen([*GRADCLI, *words, cluster.scheduler_address], cwd=tmp_path, stderr=subprocess.PIPE)
        while job.poll() is None and not list(tmp_path.glob(".gradcli-*.draft/part*")):
            time.sleep(0.02)
        was_running = job.poll() is None
        os.kill(victim, signal.SIGKILL)
        err = job.communicate(timeout=120)[1].decode()
    assert was_running
    assert job.returncode == 0, err
    assert all_x(tmp_path / "out") == list(range(160_000))
    assert err.startswith("160000 rows")


def test_no_threads_for_matrices_are_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before NumPy is there it is told to start no threads of its own; what the user said stays."""
    from gradcli.cli.commands.points import start_no_blas

    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    start_no_blas()
    assert "OPENBLAS_NUM_THREADS" not in os.environ  # NumPy is there
    monkeypatch.delitem(sys.modules, "numpy")
    start_no_blas()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    start_no_blas()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "3"
