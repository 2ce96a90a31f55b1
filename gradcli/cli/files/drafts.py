"""Files and folders in the making: beside their targets, under names that nobody can guess, and gone with their run.

A draft is locked while its run lives. A run that was killed leaves its draft, but the lock goes with the process: the
next run that writes into the folder removes what nobody holds. The old file is whole until the new one is complete.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from itertools import islice

from gradcli import signals
from gradcli.platforms.locks import lock
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

BEGIN, END, DIGITS = ".gradcli-", ".draft", 32
MOST_ENTRIES: Final = 100_000
"""Entries of a folder among which drafts of killed runs are looked for."""
SYNCHRONISED: Final = 1 << 24
"""Bytes up to which a draft is waited for until it is on the disk, so that a power cut spares old or new."""
PIECE: Final = 1 << 20
CANNOT_REPLACE: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextlib.contextmanager
def replacement(target: str, status: os.stat_result | None) -> Iterator[int]:
    """A descriptor for the new content of a regular file, which it gets whole at the end, or not at all.

    `target`: links have been resolved; `status`: None where it is not there yet. Owner, group, permissions and access
    lists stay; another hard link keeps the old content. Where they cannot be given to another file, or the folder takes
    none, the complete content is copied into the old file. Raises OSError.
    """
    if status is not None and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "permission denied")
    if not hasattr(os, "fchown"):
        with closed_first(target) as descriptor:
            yield descriptor
        return
    with in_the_making(target, status) as (path, descriptor):
        yield descriptor
        if path is not None and (status is None or resembles(descriptor, target, status)):
            if os.fstat(descriptor).st_size <= SYNCHRONISED:
                os.fsync(descriptor)
            put_in_place(path, target)
        else:
            overwrite(target, descriptor)


@contextlib.contextmanager
def closed_first(target: str) -> Iterator[int]:
    """The same on Windows: a file that is open cannot be renamed, and none has an owner or permissions to keep."""
    path = new_name(os.path.dirname(target))
    with removed_at_end(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        try:
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        put_in_place(path, target)


@contextlib.contextmanager
def in_the_making(target: str, status: os.stat_result | None) -> Iterator[tuple[str | None, int]]:
    """A draft beside the target; without a path where the folder takes no files, but the target itself can be written.

    What is private stays so: until it is known who may read the target, only its owner may read the draft.
    """
    folder = os.path.dirname(target)
    with contextlib.ExitStack() as stack:
        try:
            path, descriptor = stack.enter_context(draft_file(folder, 0o666 if status is None else 0o600))
        except OSError as error:
            if status is None or error.errno not in CANNOT_REPLACE:
                raise
            from gradcli.points.spools import Spool

            yield None, stack.enter_context(Spool()).fileno()
            return
        yield path, descriptor


@contextlib.contextmanager
def draft_file(folder: str, mode: int) -> Iterator[tuple[str, int]]:
    """A new file in a folder, locked, as its path and its descriptor. At the end it is gone, unless it was renamed."""
    sweep(folder)
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    while True:
        path = new_name(folder)
        with removed_at_end(path):
            descriptor = os.open(path, flags, mode)
            try:
                if lock(descriptor) is not False and is_at(path, descriptor):
                    yield path, descriptor
                    return
            finally:
                os.close(descriptor)


@contextlib.contextmanager
def draft_folder(target: str) -> Iterator[str]:
    """A new folder beside the target, which gets the target's name at the end (one that is there must be empty)."""
    folder = os.path.dirname(target)
    sweep(folder)
    path = new_name(folder)
    with removed_at_end(path):
        os.mkdir(path)
        with held(path):
            yield path
        if os.path.isdir(target):
            status = os.stat(target)
            with contextlib.suppress(OSError, AttributeError):  # Windows has no owners
                os.chown(path, status.st_uid, status.st_gid)
            os.chmod(path, stat.S_IMODE(status.st_mode))
        put_in_place(path, target)


@contextlib.contextmanager
def held(path: str) -> Iterator[None]:
    """A folder that is locked, where folders can be."""
    if not hasattr(os, "fchown"):  # Windows opens no folders
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def new_name(folder: str) -> str:
    """A name that nobody can guess, and so nobody can have put something there."""
    return os.path.join(folder, f"{BEGIN}{os.urandom(DIGITS // 2).hex()}{END}")


@contextlib.contextmanager
def removed_at_end(path: str) -> Iterator[None]:
    """Whatever ends this run, but for SIGKILL, nothing is left at a path that is its own."""

    def gone() -> None:
        remove(path)

    signals.remove_at_end(gone)
    try:
        yield
    finally:
        gone()
        signals.forget(gone)


def remove(path: str) -> None:
    """Remove a draft. A folder is moved away first: threads that still write into it must not find it."""
    with contextlib.suppress(OSError):
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            return
        aside = new_name(os.path.dirname(path))
        os.rename(path, aside)
        shutil.rmtree(aside, ignore_errors=True)


def put_in_place(path: str, target: str) -> None:
    """Give a complete draft the target's name. From then on the run is done, and says so."""
    before = signals.current()
    signals.settle()
    try:
        os.replace(path, target)
    except BaseException:
        signals.unsettle(before)
        raise


def resembles(descriptor: int, target: str, status: os.stat_result) -> bool:
    """Give a draft owner, group, permissions and access lists of the file that it replaces; False where it cannot be.

    The permissions come last: a new owner clears some of them.
    """
    try:
        now = os.fstat(descriptor)
        if (now.st_uid, now.st_gid) != (status.st_uid, status.st_gid):
            os.fchown(descriptor, status.st_uid, status.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
        for name in os.listxattr(target) if hasattr(os, "listxattr") else ():
            if not name.startswith("security."):  # those come from the system's rules
                os.setxattr(descriptor, name, os.getxattr(target, name))
    except OSError as error:
        return error.errno == errno.ENOTSUP
    return True


def overwrite(target: str, descriptor: int) -> None:
    """Copy complete content into a file that must stay what it is. Room for it is made before a byte is touched."""
    size = os.fstat(descriptor).st_size
    goal = os.open(target, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    before = signals.current()
    try:
        room(goal, os.fstat(goal).st_size, size)
        signals.settle()
        place = 0
        while place < size:
            place += os.pwrite(goal, os.pread(descriptor, PIECE, place), place)
        os.ftruncate(goal, size)
    except BaseException:
        signals.unsettle(before)
        raise
    finally:
        os.close(goal)


def room(descriptor: int, have: int, need: int) -> None:
    """Lengthen a file, where the disk has room for it; else it is as it was. Raises OSError."""
    if need <= have or not hasattr(os, "posix_fallocate"):
        return
    try:
        os.posix_fallocate(descriptor, have, need - have)
    except BaseException:
        os.ftruncate(descriptor, have)
        raise


def sweep(folder: str) -> None:
    """Remove the drafts in a folder whose runs were killed."""
    with contextlib.suppress(OSError), os.scandir(folder or ".") as entries:
        for entry in islice(entries, MOST_ENTRIES):
            if is_draft(entry.name) and is_abandoned(entry.path):
                remove(entry.path)


def is_draft(name: str) -> bool:
    """Whether a name is one of `new_name`."""
    digits = name[len(BEGIN) : -len(END)]
    is_ours = name.startswith(BEGIN) and name.endswith(END) and len(digits) == DIGITS
    return is_ours and not set(digits) - set("0123456789abcdef")


def is_abandoned(path: str) -> bool:
    """Whether a draft is this user's, and its process is gone. Where locks do not work nothing is."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        status = os.fstat(descriptor)
        is_file = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        own = not hasattr(os, "geteuid") or status.st_uid == os.geteuid()
        return is_file and own and lock(descriptor) is True
    finally:
        os.close(descriptor)


def is_at(path: str, descriptor: int) -> bool:
    """Whether a file is still where it was made: between making and locking it looks as if nobody held it."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except OSError:
        return False
