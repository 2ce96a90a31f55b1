"""Where texts come from."""

from __future__ import annotations

import io
import os
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from gradcli import limits
from gradcli.cli import inputs
from gradcli.problems import GradcliError, Source

if TYPE_CHECKING:
    from pathlib import Path


def pipe_in(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_an_argument_is_its_own_text() -> None:
    """The text of an EXPR is taken as it is."""
    assert inputs.read_expressions(["-x", "y"]) == [Source("expression", "-x"), Source("expression", "y")]


def test_a_file_is_read_after_an_at_sign(tmp_path: Path) -> None:
    """@FILE: a byte order mark is skipped, line ends stay as they are, and the source knows the file's name."""
    path = tmp_path / "e.txt"
    path.write_bytes(b"\xef\xbb\xbfy = u**2\r\nu = x\r\n")
    assert inputs.read_expressions([f"@{path}"]) == [Source(str(path), "y = u**2\r\nu = x\r\n", is_file=True)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_redirected_text_of_powershell_is_read(tmp_path: Path, encoding: str) -> None:
    """UTF-16 that begins with its mark is text; without its end it is not."""
    path = tmp_path / "e.txt"
    data = ("" if encoding == "utf-16" else "\ufeff") + "θ**2 + x\r\n"
    path.write_bytes(data.encode(encoding))
    assert inputs.read_expressions([f"@{path}"])[0].text == "θ**2 + x\r\n"
    path.write_bytes(data.encode(encoding)[:-1])
    with pytest.raises(GradcliError, match="is a binary file"):
        inputs.read_expressions([f"@{path}"])


def test_a_fifo_is_a_file(tmp_path: Path) -> None:
    """`@<(...)` in a shell is a FIFO."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=lambda: fifo.write_text("x1**2"))
    writer.start()
    assert inputs.read_expressions([f"@{fifo}"])[0].text == "x1**2"
    writer.join(10)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no file"),
        ("folder", "is a folder, not a file"),
        (b"\x00\x01\xff", "is a binary file"),
        (b"x1 +\nx2 \xff", "is not UTF-8 (line 2)"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | str | None, message: str) -> None:
    """Missing, a folder, binary, not UTF-8: each is said, with the place in the argument."""
    path = tmp_path / "e.txt"
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(GradcliError) as caught:
        inputs.read_expressions([f"@{path}"])
    assert message in caught.value.message
    assert caught.value.code == "file"
    assert caught.value.span is not None
    assert caught.value.span.source.text == f"@{path}"


def test_a_missing_file_name_is_an_error() -> None:
    """A lone `@` names no file."""
    with pytest.raises(GradcliError, match="name of a file is missing"):
        inputs.read_expressions(["@"])


def test_a_text_past_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of more characters than the limit names the limit, whether in bytes or in characters."""
    monkeypatch.setattr(limits, "TEXT_CHARACTERS", 10)
    path = tmp_path / "e.txt"
    for content in ("x" * 11, "x" * 1000):
        path.write_text(content)
        with pytest.raises(GradcliError, match="more than 10 characters") as caught:
            inputs.read_expressions([f"@{path}"])
        assert caught.value.code == "limit"


def test_standard_input_is_read_by_a_dash_or_when_piped(monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` and a missing EXPR read what is piped in."""
    for arguments in (["-"], []):
        pipe_in(monkeypatch, b"x1**2\n")
        assert inputs.read_expressions(arguments) == [Source("expression", "x1**2\n")]


@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_empty_standard_input_is_no_expression(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Nothing piped in is an error with an example."""
    pipe_in(monkeypatch, data)
    with pytest.raises(GradcliError, match="no expression was given"):
        inputs.read_expressions([])


def test_closed_standard_input_is_no_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    """`<&-` without an EXPR is an error."""
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(GradcliError, match="no expression was given"):
        inputs.read_expressions([])


def test_standard_input_can_be_read_once() -> None:
    """Two dashes contradict each other."""
    with pytest.raises(GradcliError, match="only once"):
        inputs.read_expressions(["-", "-"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_the_expression_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The question goes to standard error, so that the answer can be piped on."""
    monkeypatch.setattr(sys, "stdin", Terminal("x1**2\n"))
    assert inputs.read_expressions([]) == [Source("expression", "x1**2")]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "x1**2 + x2**2" in captured.err


@pytest.mark.parametrize("typed", ["", "\n", "   \n"])
def test_an_empty_answer_is_an_error(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    """Enter, or Ctrl-D, gives no expression."""
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    with pytest.raises(GradcliError, match="no expression was given"):
        inputs.read_expressions([])
