"""Files without a name in the folder for temporary files: nothing of them is left, however the run ends."""

from __future__ import annotations

import contextlib
import io

from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


class Spool(io.RawIOBase):
    """Bytes that have to wait, on disk. Raises `output` (exit 4) where the folder is full or takes no files."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        with failures_named():
            self.file: Any = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by close()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self.file.fileno())

    def write(self, data: Any) -> int:
        """Write all of it."""
        left = memoryview(data).cast("B")
        with failures_named():
            while left:
                left = left[self.file.write(left) :]
        return len(data)

    def readinto(self, buffer: Any) -> int:
        """Read some bytes; 0 at the end."""
        with failures_named():
            return int(self.file.readinto(buffer))

    def seek(self, offset: int, whence: int = 0) -> int:
        return int(self.file.seek(offset, whence))

    def tell(self) -> int:
        return int(self.file.tell())

    def close(self) -> None:
        """Let go of it."""
        if not self.closed:
            self.file.close()
        super().close()


@contextlib.contextmanager
def failures_named() -> Iterator[None]:
    """Turn the system's refusals into one clear error."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot write a temporary file{place()}: {reason}"
        hint = "TMPDIR names the folder for temporary files"
        raise GradcliError("output", message, hint=hint, exit_code=ExitCode.FAILED) from error


def place() -> str:
    """The folder, as part of a sentence; nothing where there is none."""
    import tempfile

    try:
        return f" in '{tempfile.gettempdir()}'"
    except OSError:
        return ""
