"""Whole command lines, run inside this process."""

from __future__ import annotations

import gc
import io
import json
import sys
from typing import Any, NamedTuple
from unittest import mock

from gradcli.cli import entry


class Ended(NamedTuple):
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def run(*words: str) -> Ended:
    """The command line with these words."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    with (
        mock.patch.object(sys, "stdout", out),
        mock.patch.object(sys, "stderr", err),
    ):
        code = entry.run(words)
    gc.enable()  # the command line turns it off
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return Ended(int(code), *texts)
