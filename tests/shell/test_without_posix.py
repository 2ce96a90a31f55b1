"""What a system without POSIX's own modules and calls (Windows) can run, runs: tried with these taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gradcli.platforms import locks

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT = """
import asyncio, importlib.abc, multiprocessing, os, selectors, signal, sys, subprocess, tempfile, threading
for name in ("fcntl", "resource", "termios", "pwd", "grp", "pty", "tty", "readline"):
    sys.modules[name] = None
for name in (
    "fork", "killpg", "geteuid", "getuid", "setsid", "getpgid", "chown", "fchown", "fchmod", "waitid", "mkfifo",
    "pread", "pwrite", "sched_getaffinity", "posix_fallocate", "listxattr", "setxattr", "getxattr", "O_NONBLOCK",
    "O_CLOEXEC", "O_NOFOLLOW", "O_NOCTTY", "WNOHANG",
):
    if hasattr(os, name):
        delattr(os, name)
import _signal
for module in (signal, _signal):
    for name in ("SIGKILL", "SIGHUP", "SIGQUIT", "SIGALRM", "SIGPIPE", "setitimer", "ITIMER_REAL", "pthread_sigmask"):
        if hasattr(module, name):
            delattr(module, name)

def no_renaming_of_open_files():
    real = os.replace
    def replace(source, target):
        places = [f"/proc/self/fd/{n}" for n in os.listdir("/proc/self/fd")]
        held = [os.readlink(place) for place in places if os.path.exists(place)]
        assert os.path.realpath(source) not in held, "a file that is open cannot be renamed there"
        real(source, target)
    os.replace = replace

if os.path.isdir("/proc/self/fd"):
    no_renaming_of_open_files()
sys.argv = ["gradcli", *sys.argv[1:]]
from gradcli import signals
signals.install()
from gradcli.cli.entry import run
code = run(sys.argv[1:])
sys.stdout.flush()
os._exit(code)
"""


def without(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command line in a Python without these."""
    env = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    return subprocess.run([sys.executable, "-c", WITHOUT, *words], capture_output=True, text=True, cwd=folder, env=env)


JOBS = [
    ("grad", "x1**2+x2**2", "--at", "1,2"),
    ("grad", "x1**2+x2**2", "--at", "1,2", "--json"),
    ("jacobian", "[x1**2, x1*x2]", "--layout", "numerator", "--at", "1,2"),
    ("hessian", "exp(x)*y", "--at", "0,1", "-f", "plain"),
    ("chain", "y = u1*u2; u1 = x1+x2; u2 = sin(x1)", "--at", "1,2"),
    ("check", "sin(x)", "cos(x)"),
    ("grad", "sin(x)**2 + cos(x)**2 + x", "--simplify", "-f", "plain"),
    ("grad", "x**2", "--grid", "x=0:1:5", "-f", "csv"),
    ("export", "x**2", "--to", "c"),
    ("steps", "x**x"),
    ("plot", "x**2", "--at", "1"),
    ("quiz", "--seed", "1"),
    ("help", "grad"),
    ("grad", "x", "--method", "fd", "--at", "1", "-f", "plain"),
]


@pytest.mark.parametrize("words", JOBS, ids=" ".join)
def test_answers_are_the_same(words: tuple[str, ...], tmp_path: Path) -> None:
    """Each command answers as it does with all of POSIX."""
    env = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1"}
    usual = subprocess.run([sys.executable, "-m", "gradcli", *words], capture_output=True, text=True, env=env)
    found = without(tmp_path, *words)
    assert (found.stderr, found.returncode) == (usual.stderr, usual.returncode)
    assert found.stdout == usual.stdout != ""


def test_files_are_written_whole(tmp_path: Path) -> None:
    """--out makes a file and replaces one; nothing else is left; a lattice goes to a file, too."""
    for point in ("1", "2"):
        assert without(tmp_path, "grad", "x**2", "--at", point, "--out", "f.json").stderr == ""
        assert json.loads((tmp_path / "f.json").read_text())["gradient"] == {"x": 2.0 * float(point)}
    done = without(tmp_path, "grad", "x**2", "--grid", "x=0:1:3", "--out", "g.npy")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["f.json", "g.npy"]
    assert without(tmp_path, "grad", "x**2", "--out", "no/f.json").returncode == 4


@pytest.mark.parametrize("words", [("--exec", "echo {x}"), ("--python", "math:sin")])
def test_what_cannot_run_says_so_in_one_line(words: tuple[str, ...], tmp_path: Path) -> None:
    """Black boxes need process groups: one error, with what goes instead."""
    found = without(tmp_path, "grad", *words, "--at", "x=1")
    assert (found.returncode, found.stdout) == (4, "")
    assert found.stderr.splitlines()[0] == (
        "error: programs and callables in processes of their own need Linux or macOS"
    )


def test_callables_of_the_library_need_no_processes(tmp_path: Path) -> None:
    """gradcli.grad(function) runs in the process of its caller."""
    code = WITHOUT.partition("sys.argv = ")[0] + "import gradcli; print(gradcli.grad(lambda x: x*x, at=3).gradient)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stderr == ""
    assert done.stdout.startswith("{'x': ")


class Bytes:
    """msvcrt, as far as it locks: one byte of each file, by whoever came first."""

    LK_UNLCK, LK_LOCK, LK_NBLCK = 0, 1, 2

    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def locking(self, descriptor: int, how: int, count: int) -> None:
        """Lock or release the byte at the place of the descriptor."""
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == locks.FAR
        inode = os.fstat(descriptor).st_ino
        if how == self.LK_UNLCK:
            self.held.pop(inode)
        elif self.held.setdefault(inode, descriptor) != descriptor:
            raise PermissionError("locked")


def test_locks_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no fcntl a byte far behind the content is locked; the place in the file stays."""
    monkeypatch.setitem(sys.modules, "fcntl", None)
    (tmp_path / "file").write_text("content")
    one, two = (os.open(tmp_path / "file", os.O_RDWR) for _ in range(2))
    assert locks.lock(one) is None
    monkeypatch.setitem(sys.modules, "msvcrt", Bytes())
    os.lseek(one, 3, os.SEEK_SET)
    assert (locks.lock(one), locks.lock(two)) == (True, False)
    locks.unlock(one)
    assert locks.lock(two) is True
    assert os.lseek(one, 0, os.SEEK_CUR) == 3
    for descriptor in (one, two):
        os.close(descriptor)
