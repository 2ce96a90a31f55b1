"""Compressed text and JSON arrays: the same rows as from plain lines, and damage is named."""

from __future__ import annotations

import gc
import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradcli.cli import entry
from gradcli.points.streams import PIECE, ArrayLines
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Iterator

PLAIN = "x,y,value,d_x,d_y,problem\n1.0,2.0,2.0,2.0,1.0,\n3.0,4.0,12.0,4.0,3.0,\n"
TEXTS = {
    "p.csv": "x,y\n1,2\n3,4\n",
    "p.tsv": "x\ty\n1\t2\n3\t4\n",
    "p.jsonl": '{"x": 1, "y": 2}\n{"x": 3, "y": 4}\n',
    "p.json": '[\n  {"x": 1,\n   "y": 2},\n  {"x": 3, "y": 4}\n]\n',
    "q.json": '[{"x":1,"y":2},{"y":4,"id":"a\\n]","x":3}]',
    "r.json": "[[1, 2], [3, 4]]",
}


@pytest.fixture
def run(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Run in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def ended(*words: str, stdin: bytes = b"") -> tuple[int, bytes, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = entry.run(list(words))
        captured = capfdbinary.readouterr()
        return code, captured.out, captured.err.decode()

    yield ended
    gc.enable()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", TEXTS)
def test_the_rows_are_the_same(run: Any, name: str, packed: bool) -> None:
    """By the ending, by how the file begins, and from a pipe (all but tsv, which only a name tells)."""
    data = gzip.compress(TEXTS[name].encode()) if packed else TEXTS[name].encode()
    words = ("grad", "x*y", "-f", "csv", "--points")
    for path in (f"{name}.gz" if packed else name, "without-ending"):
        Path(path).write_bytes(data)
        assert run(*words, path)[:2] == (0, PLAIN.encode()), path
    assert run(*words, "-", stdin=data)[:2] == (0, PLAIN.encode())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "element 1 of the array cannot be read"),
        ("[]", "empty"),
        ('[{"x": 1, "y": 2}', "not closed behind element 1"),
        ('[{"x": 1, "y": 2}; {}]', "not closed behind element 1"),
        ('[{"x": 1, "y": 2}, ]', "element 2 of the array cannot be read"),
        ('[{"x": 1, "y": 2}] 3', "something stands behind the array of 1 elements"),
        ('[{"x": 1, "y": 2}, {"x": 1, "y": "2"}]', "element 2, key y"),
        ('[{"x": 1, "y": 2}, {"x": 1}]', "element 2 has no 'y'"),
        ("[" * 100_000, "element 1 of the array cannot be read"),
    ],
)
def test_what_is_wrong_in_an_array_is_named(run: Any, text: str, message: str) -> None:
    """By the number of the element."""
    Path("p.json").write_text(text)
    code, out, err = run("grad", "x*y", "--points", "p.json")
    assert (code, out) == (2, b"")
    assert message in err


def test_an_array_is_read_piece_by_piece() -> None:
    """Elements that lie across pieces are whole, and memory is that of a piece."""
    rows = [{"x": i, "name": "é" * 50} for i in range(20_000)]
    data = json.dumps(rows, ensure_ascii=False).encode()
    assert len(data) > 2 * PIECE

    class Slow(io.BytesIO):
        """Gives odd pieces."""

        def read(self, size: int | None = -1) -> bytes:
            return super().read(70_001)

    lines = ArrayLines("p", b"", Slow(data))  # type: ignore[arg-type]
    found = b""
    while part := lines.read(1000):
        assert len(part) < 2000
        found += part
    assert [json.loads(line) for line in found.splitlines()] == rows


def test_damage_within_compressed_text_is_named(run: Any) -> None:
    """Cut short, and a byte changed in the middle."""
    whole = gzip.compress(("x,y\n" + "1,2\n" * 500 + "3,4\n").encode())
    changed = whole[:20] + bytes([whole[20] ^ 0xFF]) + whole[21:]
    for data in (whole[:-10], changed):
        Path("p.csv.gz").write_bytes(data)
        code, out, err = run("grad", "x*y", "--points", "p.csv.gz")
        assert (code, out) == (2, b"")
        assert "p.csv.gz" in err


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_compressed_answers_have_the_same_content(run: Any, form: str) -> None:
    """`--out gradients.csv.gz`: the same bytes on every day."""
    words = ("grad", "x*y", "--grid", "x=0:1:5,y=2")
    assert run(*words, "--out", f"o.{form}")[0] == run(*words, "--out", f"o.{form}.gz")[0] == 0
    data = Path(f"o.{form}.gz").read_bytes()
    assert gzip.decompress(data) == Path(f"o.{form}").read_bytes()
    assert data[4:8] == bytes(4)
    assert run("grad", "x*y", "--points", f"o.{form}.gz", "-f", "csv")[0] == 0
    assert run(*words, "--out", "o.npy.gz")[0] == 2


def test_lines_that_are_lists_stay_lines(run: Any) -> None:
    """`[1, 2]` on a line of its own is a point."""
    Path("p.jsonl").write_text("[1, 2]\n[3, 4]\n")
    assert run("grad", "x*y", "-f", "csv", "--points", "p.jsonl")[1] == PLAIN.encode()


def test_the_reader_is_refused_what_is_no_utf8() -> None:
    """Named as such."""
    with pytest.raises(GradcliError, match="UTF-8"):
        ArrayLines("p", b'[{"x": "\xff"}]', io.BytesIO()).read()
