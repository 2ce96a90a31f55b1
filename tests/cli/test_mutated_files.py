"""Every reader of files bears every file: an answer, or one error of the one form."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mutated_files import KINDS, fault_in, fault_of, mutate

SCRIPT = Path(__file__).with_name("mutated_files.py")


@pytest.mark.parametrize("kind", KINDS)
def test_changed_files_are_read_or_refused(kind: str) -> None:
    """Some changed files of each kind, the same in each run: `python tests/cli/mutated_files.py` draws others."""
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    words = [
        sys.executable,
        str(SCRIPT),
        kind,
        "--seed",
        "20261129",
        "--cases",
        "25" if kind.startswith("set") else "60",
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b"])
def test_answers_are_one_line_whatever_ends_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """Python's splitlines, and JavaScript, end lines where JSON does not: what was typed comes back escaped."""
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text(f"x,y,id\n1,2,a{end}b\n", encoding="utf-8", newline="\n")
    assert fault_of(("grad", "x*y", "--json", "--points", "p.csv", "--keep", "id")) is None
    assert fault_of(("grad", f"x*{end}; y y @", "--json")) is None


def test_changes_depend_on_the_seed_alone() -> None:
    """A failure can be made again."""
    data = bytes(range(200))
    assert mutate(data, random.Random("a"), [data]) == mutate(data, random.Random("a"), [data])
    assert len({mutate(data, random.Random(i), [data]) for i in range(50)}) > 40


@pytest.mark.parametrize(
    ("code", "out", "err"),
    [
        (99, "", ""),
        (0, "1 2\n", ""),
        (2, "", "error: text\n"),
        (4, "", '{"error": {"code": "internal", "message": "x"}}'),
        (0, "", "Traceback (most recent call last)"),
        (2, "", '{"error": {}}'),
    ],
)
def test_the_judge_can_say_no(code: int, out: str, err: str) -> None:
    """What the test above would call a fault."""
    assert fault_in(code, out, err) is not None


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("return.csv", b'x,"y\r"\rz\n1,2\n'),
        ("return.tsv", b"x\ty\r1\t2\n"),
        ("long.csv", b"x,y\n" + b'"' + b"1" * 200_000 + b'",2\n'),
        ("header.csv", b"x,y\n"),
        ("blank.csv", b"\n\n\n"),
        ("blank.jsonl", b"\n"),
        ("deep.jsonl", b"[" * 100_000 + b"\n"),
    ],
)
def test_odd_texts_are_one_error_or_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes
) -> None:
    """Stray carriage returns, no data, cells and brackets without end."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(data)
    assert fault_of(("grad", "x*y", "--json", "--points", name)) is None


def test_a_damaged_stream_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte of a compressed archive in turn."""
    monkeypatch.chdir(tmp_path)
    np.savez_compressed("p.npz", x=np.linspace(0, 1, 40), y=np.arange(40.0))
    data = Path("p.npz").read_bytes()
    for place in range(30, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 0x55
        Path("p.npz").write_bytes(changed)
        assert fault_of(("grad", "x*y", "--json", "--points", "p.npz")) is None, place


def test_numbers_too_large_for_float64_give_no_warning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer floats than float64 may be infinite in it."""
    monkeypatch.chdir(tmp_path)
    np.save("p.npy", np.array([[np.longdouble("1e4000"), 1], [1, 2]]))
    np.savez("p.npz", x=np.array([np.longdouble("1e4000")]), y=np.array([1.0]))
    np.save("h.npy", np.array([[np.inf, 1]], dtype=np.float16))
    for words in (
        ("--points", "p.npy"),
        ("--points", "p.npz"),
        ("--points", "h.npy"),
        ("--at", "1,2", "--set", "c=@p.npy"),
    ):
        assert fault_of(("grad", "x*y", "--json", *words)) is None, words
