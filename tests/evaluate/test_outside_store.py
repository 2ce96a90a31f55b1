"""The cache file: nothing finished is lost, nothing damaged is believed."""

from __future__ import annotations

import json
import math
import multiprocessing
from pathlib import Path

import pytest

from gradcli.blackbox.cache import Kept, Store, digest, key_of
from gradcli.blackbox.replies import Reply

NAMES = ("x", "y")


def kept(*values: float) -> Kept:
    return Kept(Reply(values, (len(values),), tuple(3 for _ in values), tuple(2 for _ in values)), 0.5)


def filled(path: Path, function: str = "f", count: int = 5) -> Store:
    store = Store(str(path), function)
    for i in range(count):
        store.put(key_of((0.1 * i, 2.0), 0), (0.1 * i, 2.0), NAMES, kept(1.5 * i, -i))
    store.close()
    return store


def test_what_is_put_is_found_again_to_the_last_bit(tmp_path: Path) -> None:
    """Points and values survive the file exactly, infinities and NaN too."""
    path = tmp_path / "cache.jsonl"
    point = (0.1 + 0.2, -0.0)
    store = Store(str(path), "f")
    store.put(key_of(point, 3), point, NAMES, kept(1 / 3, math.inf, math.nan))
    store.close()
    found = Store(str(path), "f").get(key_of(point, 3))
    assert found is not None
    assert [value.hex() for value in found.reply.values] == [(1 / 3).hex(), "inf", "nan"]
    assert found.reply.shape == (3,)
    assert Store(str(path), "f").get(key_of((0.3, -0.0), 3)) is None
    assert Store(str(path), "f").get(key_of(point, 4)) is None


def test_long_points(tmp_path: Path) -> None:
    """A point of many numbers is known by a short key, stands whole in the file, and is told from its neighbours."""
    path = tmp_path / "cache.jsonl"
    names = tuple(f"x[{i}]" for i in range(500))
    base = tuple(i / 7 for i in range(500))
    points = [base, (*base[:3], -0.0, *base[4:]), (*base[:-1], math.nextafter(base[-1], 9)), (1.0, *base[1:])]
    store = Store(str(path), "f")
    for i, point in enumerate(points):
        store.put(key_of(point, 0), point, names, kept(float(i)))
    store.close()
    assert max(len(key.point) for key in store.known) < 100
    again = Store(str(path), "f")
    assert [again.get(key_of(point, 0)).reply.values for point in points] == [(0.0,), (1.0,), (2.0,), (3.0,)]  # type: ignore[union-attr]
    assert again.get(key_of((-0.0, *base[1:]), 0)) is None
    lines = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    assert [tuple(line["point"]) for line in lines] == [names] * 4
    assert [[float.fromhex(text).hex() for text in line["point"].values()] for line in lines] == [
        [number.hex() for number in point] for point in points
    ]


def test_every_line_is_strict_json(tmp_path: Path) -> None:
    """One object a line, without NaN or Infinity, the point by names as hexadecimal floats."""
    path = tmp_path / "cache.jsonl"
    store = Store(str(path), "f")
    store.put(key_of((1.0, 0.1), 0), (1.0, 0.1), NAMES, kept(math.nan))
    store.close()
    head, record = (json.loads(line, parse_constant=pytest.fail) for line in path.read_text().splitlines())
    assert head["schema"] == "gradcli.cache/1"
    assert record["point"] == {"x": (1.0).hex(), "y": (0.1).hex()}


def test_functions_share_a_file(tmp_path: Path) -> None:
    """Each function finds its own lines only."""
    path = tmp_path / "cache.jsonl"
    filled(path, "f")
    filled(path, "g", 2)
    assert len(Store(str(path), "f").known) == 5
    assert len(Store(str(path), "g").known) == 2


@pytest.mark.parametrize("cut", [1, 2, 10, 60])
def test_a_last_line_without_end_is_what_a_kill_leaves(tmp_path: Path, cut: int) -> None:
    """It is dropped without a word, and the file stays usable."""
    path = tmp_path / "cache.jsonl"
    filled(path)
    path.write_bytes(path.read_bytes()[:-cut])
    store = Store(str(path), "f")
    assert (len(store.known), store.remarks) == (4, [])
    store.put(key_of((9.0, 9.0), 0), (9.0, 9.0), NAMES, kept(1.0))
    store.close()
    assert len(Store(str(path), "f").known) == 5


@pytest.mark.parametrize("damage", [b"garbage\n", b"\x00\xff\n", b'{"a": 1}\n', b"[1]\n", b"3\n", b"\n"])
def test_garbage_is_set_aside_and_said(tmp_path: Path, damage: bytes) -> None:
    """The damaged file keeps its content under another name; whole lines go on in the new one."""
    path = tmp_path / "cache.jsonl"
    filled(path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + damage + b"".join(lines[1:]))
    before = path.read_bytes()
    store = Store(str(path), "f")
    assert len(store.known) == 5
    assert "damaged (line 2)" in store.remarks[0]
    assert "cache.jsonl.damaged-1" in store.remarks[0]
    assert (tmp_path / "cache.jsonl.damaged-1").read_bytes() == before
    assert Store(str(path), "f").remarks == []


def test_a_changed_digit_is_damage(tmp_path: Path) -> None:
    """A number that was changed in the file is not believed."""
    path = tmp_path / "cache.jsonl"
    filled(path)
    path.write_text(path.read_text().replace('"values": [6.0', '"values": [7.0'))
    store = Store(str(path), "f")
    assert len(store.known) == 4
    assert store.remarks


def write_many(path: str, first: int) -> None:
    """Another process that writes to the same file."""
    store = Store(path, "f")
    for i in range(first, first + 200):
        store.put(key_of((float(i), 0.0), 0), (float(i), 0.0), NAMES, kept(float(i)))
    store.close()


def test_two_runs_at_once_share_a_file(tmp_path: Path) -> None:
    """Lines of two processes never mix."""
    path = str(tmp_path / "cache.jsonl")
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=write_many, args=(path, first)) for first in (0, 1000)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    store = Store(path, "f")
    assert (len(store.known), store.remarks) == (400, [])


def test_a_full_disk_costs_the_cache_not_the_run(tmp_path: Path) -> None:
    """What cannot be written is said once, and the evaluation is still there."""
    store = Store(str(tmp_path / "cache.jsonl"), "f")
    assert store.descriptor is not None
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    import os

    os.dup2(os.open(full, os.O_WRONLY), store.descriptor)
    store.put(key_of((1.0, 2.0), 0), (1.0, 2.0), NAMES, kept(1.0))
    store.put(key_of((1.0, 3.0), 0), (1.0, 3.0), NAMES, kept(1.0))
    assert len(store.known) == 2
    assert len(store.remarks) == 1
    assert "no space left" in store.remarks[0]


def test_the_function_s_name_changes_with_its_files(tmp_path: Path) -> None:
    """Another command, or another content of a file of it, is another function."""
    file = tmp_path / "model.txt"
    file.write_text("1")
    first = digest(["./sim", "{x}"], [str(file)])
    assert first == digest(["./sim", "{x}"], [str(file)])
    assert first != digest(["./sim {x}"], [str(file)])
    file.write_text("2")
    assert first != digest(["./sim", "{x}"], [str(file)])
