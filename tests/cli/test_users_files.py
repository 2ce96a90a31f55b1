"""No file of the user's is harmed: what an option writes to is as it was, or it is whole, and the code says which."""

from __future__ import annotations

import gc
import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradcli.blackbox import cache as store
from gradcli.blackbox.replies import Reply
from gradcli.cli import entry
from gradcli.cli.files import drafts
from gradcli.cli.output import write_answer
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOMENTS = Path(__file__).with_name("moments.py")
SIM = '#!/bin/sh\nawk "BEGIN { printf \\"%.17g\\", 3*$1 }"\n'


def cache_bytes(folder: Path, function: str = "another") -> bytes:
    """The cache file of another function."""
    path = folder / "made"
    made = store.Store(str(path), function)
    for i in range(3):
        made.put(store.key_of((0.5 * i,), 0), (0.5 * i,), ("x",), store.Kept(Reply((1.5 * i,), (), (3,), (2,)), 0.25))
    made.close()
    data = path.read_bytes()
    path.unlink()
    return data


CONTENTS: dict[str, Callable[[Path], bytes]] = {
    "text": lambda _: b"one line without an end",
    "csv": lambda _: b"a,b\n1,2\n3,4",
    "binary": lambda _: bytes(range(256)) * 3,
    "zeros": lambda _: bytes(100),
    "blank": lambda _: b"\n",
    "json": lambda _: b'{"function": "f", "point": {}}\n',
    "later": lambda _: b'{"schema": "gradcli.cache/2", "about": "?"}\n{"function": "f"}\n',
    "cache": cache_bytes,
    "old cache": lambda folder: cache_bytes(folder).partition(b"\n")[2],
    "torn cache": lambda folder: cache_bytes(folder)[:-5],
    "empty": lambda _: b"",
}
"""Regular files that may be there already."""

FOREIGN = ("text", "csv", "binary", "zeros", "blank", "json", "later")
"""Those that are no cache of this version."""

OUT = {
    "grad": ("grad", "x**2", "--at", "3", "--json", "--out"),
    "points": ("grad", "x**2", "--grid", "x=0:1:5", "-f", "csv", "--out"),
    "npy": ("grad", "x**2", "--grid", "x=0:1:5", "-f", "npy", "--out"),
    "check": ("check", "x**2", "2*x", "--out"),
    "export": ("export", "x**2", "--to", "c", "--out"),
    "functions": ("functions", "exp", "--out"),
}
CACHE = ("grad", "--exec", "./sim {x}", "--at", "x=1", "--max-evals", "9", "--json", "--cache")


@pytest.fixture
def run(capfdbinary: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Run in an empty folder: (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)
    Path("sim").write_text(SIM)
    Path("sim").chmod(0o755)

    def ended(*words: str) -> tuple[int, bytes, bytes]:
        code = entry.run(list(words))
        captured = capfdbinary.readouterr()
        return code, captured.out, captured.err

    yield ended
    gc.enable()


def mark(path: Path) -> tuple[Any, ...]:
    """What must not change: bytes, inode, mode, owner and times."""
    status = path.lstat()
    content = path.read_bytes() if stat.S_ISREG(status.st_mode) else None
    return content, status.st_ino, status.st_mode, status.st_uid, status.st_gid, status.st_mtime_ns, status.st_size


@pytest.mark.parametrize("kind", CONTENTS)
def test_a_cache_is_a_cache_or_is_left_alone(run: Any, tmp_path: Path, kind: str) -> None:
    """Bytes, inode, mode and time of what is no cache are as before: exit 2. A cache keeps every line that it had."""
    target = tmp_path / "target"
    data = CONTENTS[kind](tmp_path)
    target.write_bytes(data)
    target.chmod(0o640)
    os.utime(target, (1e9, 1e9))
    before = mark(target)
    code, out, err = run(*CACHE, "target")
    assert sorted(os.listdir()) == ["sim", "target"]
    if kind in FOREIGN:
        assert (code, out, mark(target)) == (2, b"", before)
        error = json.loads(err)["error"]
        assert error["code"] == "cache"
        assert "'target'" in error["message"]
        assert "--cache" in error["hint"]
    else:
        assert (code, mark(target)[1:5]) == (0, before[1:5])
        assert target.read_bytes().startswith(data[: data.rfind(b"\n") + 1])
        assert json.loads(run(*CACHE, "target")[1])["evaluations"] == 0


@pytest.mark.parametrize("option", OUT)
@pytest.mark.parametrize("kind", ["text", "binary", "empty"])
def test_an_answer_replaces_a_file_and_keeps_what_it_was(run: Any, tmp_path: Path, option: str, kind: str) -> None:
    """--out: the whole new content, permissions and owner as before, nothing else left."""
    target = tmp_path / "target"
    target.write_bytes(CONTENTS[kind](tmp_path))
    target.chmod(0o604)
    if os.geteuid() == 0:
        os.chown(target, 65534, 65534)
    before = mark(target)
    assert run(*OUT[option], "target")[0] == 0
    run(*OUT[option], "other")
    assert target.read_bytes() == Path("other").read_bytes() != before[0]
    assert mark(target)[2:5] == before[2:5]
    assert sorted(os.listdir()) == ["other", "sim", "target"]


SPECIAL = ("link", "dangling", "link to folder", "fifo", "device", "folder")


def make_special(kind: str, target: Path) -> None:
    """Something that is no regular file."""
    folder = target.parent
    if kind == "link":
        (folder / "real").write_bytes(b"")
        target.symlink_to("real")
    elif kind == "dangling":
        target.symlink_to("real")
    elif kind == "link to folder":
        (folder / "real").mkdir()
        target.symlink_to("real")
    elif kind == "fifo":
        os.mkfifo(target)
    elif kind == "device":
        target.symlink_to("/dev/null") if os.geteuid() else make_null(target)
    else:
        target.mkdir()
        (target / "inner").write_text("inner")


def make_null(target: Path) -> None:
    """A null device of our own, which root could replace by a file."""
    try:
        os.mknod(target, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        target.read_bytes()
    except OSError:
        target.unlink(missing_ok=True)
        target.symlink_to("/dev/null")


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("option", [*OUT, "cache"])
def test_what_is_no_regular_file_stays_what_it_is(run: Any, tmp_path: Path, option: str, kind: str) -> None:
    """Links are written through, FIFOs and devices are written to, folders are refused; a cache is a regular file."""
    target = tmp_path / "target"
    make_special(kind, target)
    before = mark(target)[1:5]
    link = os.readlink(target) if target.is_symlink() else None
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(target.read_bytes()), daemon=True)
    if kind == "fifo" and option != "cache":
        reader.start()
    code, out, err = run(*(CACHE if option == "cache" else OUT[option]), "target")
    assert mark(target)[1:5] == before
    assert (os.readlink(target) if target.is_symlink() else None) == link
    if kind in ("link", "dangling"):
        assert code == 0
        assert (tmp_path / "real").stat().st_size > 0
    elif option == "cache":
        assert (code, out) == (2, b"")
        assert b"'target' is" in err
    elif kind in ("folder", "link to folder"):
        assert (code, out) == (4, b"")
        assert os.listdir(target) == (["inner"] if kind == "folder" else [])
    else:
        assert code == 0
    if reader.ident:
        reader.join(10)
        assert got != [b""]
    left = {"sim", "target", *(["real"] if "link" in kind or kind == "dangling" else [])}
    assert set(os.listdir()) == left


def test_an_open_file_of_the_shell_is_written_where_it_stands(tmp_path: Path) -> None:
    """`--out /dev/fd/3 3>>log` adds to the log; the file stays the same one."""
    log = tmp_path / "log"
    log.write_text("before\n")
    inode = log.stat().st_ino
    with log.open("ab") as file:
        words = [sys.executable, "-m", "gradcli", *OUT["grad"], f"/dev/fd/{file.fileno()}"]
        subprocess.run(words, pass_fds=[file.fileno()], check=True, timeout=60)
    assert log.read_text().startswith('before\n{"schema"')
    assert log.stat().st_ino == inode


def test_the_cache_and_the_answer_are_two_files(run: Any) -> None:
    """The answer would take the place of the evaluations."""
    assert run(*CACHE, "c", "--out", "./c")[0] == 2
    assert os.listdir() == ["sim"]


def as_ordinary_user(action: Callable[[], object]) -> int:
    """The exit code of an action of an ordinary user: 0, that of a GradcliError, or 99."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            action()
            code = 0
        except GradcliError as error:
            code = int(error.exit_code)
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder into which everybody may write."""
    import shutil

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "shared"
        Path(name).chmod(0o755)
        folder.mkdir()
        folder.chmod(0o777)
        yield folder
        folder.chmod(0o777)
        shutil.rmtree(folder)
        folder.mkdir()


def test_what_may_not_be_written_is_not_replaced(shared: Path) -> None:
    """A read-only file of an ordinary user, though the folder would take another: exit 4."""
    target = shared / "target"
    target.write_text("old")
    target.chmod(0o444)
    before = mark(target)
    assert as_ordinary_user(lambda: write_answer("new", str(target))) == 4
    assert mark(target) == before
    assert os.listdir(shared) == ["target"]


def test_a_file_that_cannot_be_replaced_keeps_its_owner(shared: Path) -> None:
    """Somebody else's file that everybody may write: written in place, with owner, inode and mode as before."""
    target = shared / "target"
    target.write_text("a longer old content")
    target.chmod(0o666)
    before = mark(target)[1:5]
    assert as_ordinary_user(lambda: write_answer("new", str(target))) == 0
    assert target.read_text() == "new"
    if os.geteuid() == 0:
        assert mark(target)[1:5] == before
    assert os.listdir(shared) == ["target"]


def test_a_folder_that_takes_no_files_still_has_files_that_can_be_written(shared: Path) -> None:
    """The file is written in place, as cp would."""
    target = shared / "target"
    target.write_text("old")
    target.chmod(0o666)
    shared.chmod(0o555)
    before = mark(target)[1:5]
    assert as_ordinary_user(lambda: write_answer("new and longer", str(target))) == 0
    assert (target.read_text(), mark(target)[1:5]) == ("new and longer", before)
    assert as_ordinary_user(lambda: write_answer("new", str(shared / "other"))) == 4


def test_a_full_disk_leaves_what_cannot_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room is made before a byte is touched."""
    target = tmp_path / "target"
    target.write_text("old")
    monkeypatch.setattr(drafts, "resembles", lambda *_: False)

    def full(*_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(GradcliError) as caught:
        write_answer("new and longer", str(target))
    assert (caught.value.exit_code, target.read_text()) == (4, "old")
    monkeypatch.undo()
    monkeypatch.setattr(drafts, "resembles", lambda *_: False)
    write_answer("x" * 3_000_000, str(target))
    assert target.read_text() == "x" * 3_000_000
    assert os.listdir(tmp_path) == ["target"]


def test_drafts_of_runs_that_are_gone_are_removed_and_no_others(tmp_path: Path) -> None:
    """What is locked belongs to a run that lives; what only looks alike belongs to the user."""
    alike = [".gradcli-1234", f".gradcli-{'g' * 32}.draft", f".gradcli-{'a' * 31}.draft", "draft", f"{'a' * 32}.draft"]
    for name in alike:
        (tmp_path / name).write_text("mine")
    (tmp_path / f".gradcli-{'a' * 32}.draft").write_text("left by a run that was killed")
    (tmp_path / f".gradcli-{'b' * 32}.draft").mkdir()
    (tmp_path / f".gradcli-{'b' * 32}.draft" / "part0.parquet").write_text("x")
    with drafts.draft_file(str(tmp_path), 0o666) as (living, _):
        write_answer("new", str(tmp_path / "target"))
        assert os.path.exists(living)
    assert sorted(os.listdir(tmp_path)) == sorted([*alike, "target"])


def test_extended_attributes_stay(tmp_path: Path) -> None:
    """They hold access lists, and what other programs have noted."""
    target = tmp_path / "target"
    target.write_text("old")
    try:
        os.setxattr(target, "user.note", b"mine")
    except (OSError, AttributeError):
        pytest.skip("no extended attributes here")
    write_answer("new", str(target))
    assert (target.read_text(), os.getxattr(target, "user.note")) == ("new", b"mine")


def test_names_of_drafts_are_not_guessed(tmp_path: Path) -> None:
    """A hundred and twenty-eight random bits, and what stands under a name already is never opened."""
    names = {drafts.new_name(str(tmp_path)) for _ in range(100)}
    assert len(names) == 100
    assert all(drafts.is_draft(os.path.basename(name)) for name in names)


def moments(folder: Path, words: tuple[str, ...], files: dict[str, bytes], signals: list[str], most: int) -> list[Any]:
    """The outcomes of a run that is ended at its moments."""
    inner = folder / "inner"
    inner.mkdir()
    order = {
        "words": words,
        "files": {name: data.decode("latin-1") for name, data in files.items()},
        "signals": signals,
        "most": most,
    }
    done = subprocess.run(
        [sys.executable, str(MOMENTS), json.dumps(order)], cwd=inner, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


EVERY_SIGNAL = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGKILL"]


@pytest.mark.parametrize("option", ["grad", "npy"])
def test_at_every_moment_the_old_bytes_or_the_new(tmp_path: Path, option: str) -> None:
    """Ended by any signal: a code of 0 means that the new file is there, any other the old; no draft stays.

    Only SIGKILL leaves a draft, which the next run removes, and cannot tell whether it came after the renaming.
    """
    first, *others = moments(tmp_path, (*OUT[option], "target"), {"target": b"old"}, EVERY_SIGNAL, 8)
    assert first["status"] == 0
    new = first["files"]["target"]
    assert new != "old"
    statuses = set()
    for found in others:
        content = found["files"]["target"]
        statuses.add(found["status"])
        if found["signal"] == "SIGKILL":
            assert content in ("old", new)
            assert (found["again"], found["after"]) == (0, {"target": new})
            continue
        assert content == (new if found["status"] == 0 else "old"), found
        assert list(found["files"]) == ["target"], found
    assert statuses >= {130, -15, -1, -3, -9, 0}


def test_at_every_moment_a_cache_loses_nothing(tmp_path: Path) -> None:
    """Lines of other functions are there after any signal, and the next run goes on from what was finished."""
    old = cache_bytes(tmp_path)
    files = {"cache": old + b'{"function": "torn', "sim": SIM.encode()}
    for found in moments(tmp_path, (*CACHE, "cache"), files, ["SIGINT", "SIGQUIT", "SIGKILL"], 14):
        assert found["files"]["cache"].startswith(old.decode())
        assert set(found["files"]) == {"cache", "sim"}
        if found["signal"] == "SIGKILL":
            assert found["again"] == 0
            assert found["after"]["cache"].startswith(old.decode())
            *lines, end = found["after"]["cache"].split("\n")
            assert end == ""
            assert all(json.loads(line) for line in lines)


def test_at_no_moment_a_foreign_file_is_touched(tmp_path: Path) -> None:
    """--cache on the user's notes."""
    files = {"notes": b"one line without an end", "sim": SIM.encode()}
    for found in moments(tmp_path, (*CACHE, "notes"), files, ["SIGTERM", "SIGKILL"], 4):
        assert found["files"]["notes"] == "one line without an end"
        assert found["status"] != 0


@pytest.mark.parametrize("name", ["SIGQUIT", "SIGKILL"])
def test_a_folder_of_answers_appears_whole(tmp_path: Path, name: str) -> None:
    """Ended in the middle nothing is there; what SIGKILL leaves the next run removes."""
    pyarrow = pytest.importorskip("pyarrow")
    import signal

    from pyarrow import parquet

    (tmp_path / "in").mkdir()
    for i in range(40):
        parquet.write_table(pyarrow.table({"x": [0.5] * 20_000}), tmp_path / "in" / f"part{i}.parquet")
    words = [sys.executable, "-m", "gradcli", "grad", "sin(x)", "--points", "in", "--out", "out", "--workers", "1"]
    job = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not list(tmp_path.glob(".gradcli-*.draft/part*")):
        assert time.monotonic() < end
        assert job.poll() is None
        time.sleep(0.01)
    job.send_signal(getattr(signal, name))
    job.communicate(timeout=30)
    assert job.returncode == -getattr(signal, name)
    assert not (tmp_path / "out").exists()
    if name == "SIGQUIT":
        assert os.listdir(tmp_path) == ["in"]
    else:
        assert subprocess.run(words, cwd=tmp_path, stderr=subprocess.PIPE, timeout=60).returncode == 0
        assert sorted(os.listdir(tmp_path)) == ["in", "out"]
        assert len(os.listdir(tmp_path / "out")) == 40


@pytest.mark.parametrize("kind", ["empty folder", "link to empty folder", "dangling", *CONTENTS, "fifo", "folder"])
def test_a_folder_of_answers_replaces_nothing(run: Any, tmp_path: Path, kind: str) -> None:
    """Only an empty folder may be there, which keeps its permissions; a link to one stays a link."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    (tmp_path / "in").mkdir()
    parquet.write_table(pyarrow.table({"x": [1.0, 2.0]}), tmp_path / "in" / "part.parquet")
    target, real = tmp_path / "target", tmp_path / "real"
    if kind in CONTENTS:
        target.write_bytes(CONTENTS[kind](tmp_path))
    elif kind in SPECIAL:
        make_special(kind, target)
    else:
        (real if "link" in kind else target).mkdir(mode=0o750)
        if "link" in kind:
            target.symlink_to("real")
    before = mark(target) if kind not in ("empty folder", "link to empty folder", "dangling") else None
    code, _, err = run("grad", "x**2", "--points", "in", "--out", "target", "--workers", "1")
    if before is None:
        assert code == 0, err
        assert os.listdir(target) == ["part.parquet"]
        assert target.is_symlink() == (kind != "empty folder")
        assert kind == "dangling" or stat.S_IMODE(target.stat().st_mode) == 0o750
    else:
        assert (code, mark(target)) == (4, before)
    assert not [name for name in os.listdir() if name.startswith(".")]
