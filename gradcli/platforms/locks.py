"""Files that one process has for itself, with whatever the system locks by. A lock goes with its process."""

from __future__ import annotations

import os

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Final

FAR: Final = (1 << 31) - 1024
"""Where Windows locks a byte: behind the content, which others may go on reading; its places have 31 bits."""


def lock(descriptor: int, wait: bool = False) -> bool | None:
    """Lock an open file: False where another process holds it (and it is not waited for), None where nothing locks."""
    try:
        import fcntl
    except ImportError:
        return lock_byte(descriptor, wait)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def unlock(descriptor: int) -> None:
    """Let others have the file; where nothing locks, nothing happens."""
    try:
        import fcntl
    except ImportError:
        lock_byte(descriptor, wait=False, release=True)
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    except OSError:
        return


def lock_byte(descriptor: int, wait: bool, release: bool = False) -> bool | None:
    """The same with the locks of Windows, which hold for a range of bytes."""
    try:
        import msvcrt
    except ImportError:
        return None
    how = "LK_UNLCK" if release else "LK_LOCK" if wait else "LK_NBLCK"
    before = os.lseek(descriptor, 0, os.SEEK_CUR)
    try:
        os.lseek(descriptor, FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, getattr(msvcrt, how), 1)  # type: ignore[attr-defined]
    except OSError:
        return None if release else False
    finally:
        os.lseek(descriptor, before, os.SEEK_SET)
    return True
