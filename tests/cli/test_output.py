"""Answers are written whole or not at all."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from gradcli.cli import options
from gradcli.cli.output import Sheet, write_answer, write_error
from gradcli.problems import GradcliError
from gradcli.render import documents

if TYPE_CHECKING:
    from pathlib import Path


def test_the_words_of_format_are_the_formats() -> None:
    """Each format of `render/documents` is a word of `--format`, and has its file."""
    assert ("table", *documents.FORMATS) == options.FORMATS
    assert {"table", "json", *documents.PAPERS} == set(options.PAPER_FORMATS)
    assert all(callable(documents.writer(form)) for form in documents.FORMATS if form != "json")


def test_a_file_is_made_or_replaced_whole(tmp_path: Path) -> None:
    """The file holds the answer in UTF-8 and nothing else is left in its folder."""
    target = tmp_path / "answer.json"
    write_answer("θ\n", str(target))
    write_answer("π\n", str(target))
    assert target.read_bytes() == "π\n".encode()
    assert os.listdir(tmp_path) == ["answer.json"]


def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    """What was readable by few stays so."""
    target = tmp_path / "answer"
    target.write_text("old")
    target.chmod(0o640)
    write_answer("new", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Writing through a symbolic link, also a dangling one, writes the file that it leads to."""
    link = tmp_path / "link"
    link.symlink_to("real")
    write_answer("new", str(link))
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_fifo_is_written_not_replaced(tmp_path: Path) -> None:
    """A FIFO's reader gets the answer."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    write_answer("through", str(fifo))
    reader.join(10)
    assert got == [b"through"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)


@pytest.mark.parametrize(
    ("name", "reason"), [("missing/x", "no such file"), (".", "directory"), ("a" * 300, "name too long")]
)
def test_what_cannot_be_written_is_one_error_with_exit_4(tmp_path: Path, name: str, reason: str) -> None:
    """A missing folder, a folder and an impossible name are failures of the output."""
    with pytest.raises(GradcliError) as caught:
        write_answer("x", str(tmp_path / name))
    assert (caught.value.code, caught.value.exit_code) == ("output", 4)
    assert reason in caught.value.message
    assert os.listdir(tmp_path) == []


def test_an_empty_name_is_a_mistake_of_the_command_line() -> None:
    """`--out ''` is exit 2."""
    with pytest.raises(GradcliError) as caught:
        write_answer("x", "")
    assert caught.value.exit_code == 2


def test_a_full_device_is_a_failure() -> None:
    """No space left is exit 4, not success."""
    with pytest.raises(GradcliError) as caught:
        write_answer("x", "/dev/full")
    assert (caught.value.exit_code, caught.value.message) == (4, "cannot write '/dev/full': no space left on device")


def test_a_failing_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the old file is whole and the draft is gone."""
    target = tmp_path / "answer"
    target.write_text("old")

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(GradcliError):
        write_answer("new", str(target))
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["answer"]


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C between draft and rename leaves no file behind."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_answer("new", str(tmp_path / "answer"))
    assert os.listdir(tmp_path) == []


def test_standard_output_takes_any_text(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON is UTF-8 whatever the locale; other text becomes what the terminal can show."""
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(open(1, "wb", closefd=False), encoding="ascii"))  # noqa: SIM115
    write_answer("θ\n", utf8=True)
    write_answer("θ\n")
    assert capfdbinary.readouterr().out == "θ\n?\n".encode()


def test_a_stream_without_descriptor_is_written_by_its_buffer(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """A program that has put something else in the place of sys.stdout gets the answer there."""
    write_answer("x\n")
    assert capsysbinary.readouterr().out == b"x\n"


def test_closed_standard_output_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """`>&-` is exit 4."""
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(GradcliError) as caught:
        write_answer("x")
    assert caught.value.exit_code == 4


def test_closed_standard_error_is_borne(monkeypatch: pytest.MonkeyPatch) -> None:
    """`2>&-`: nobody to tell, so the exit code tells."""
    monkeypatch.setattr(sys, "stderr", None)
    write_error("error: x\n")


def test_a_sheet_looks_like_its_stream() -> None:
    """Tables are laid out for the stream that they will go to."""
    assert not Sheet(None).isatty()
    assert Sheet(None).encoding == "utf-8"
    assert Sheet(io.TextIOWrapper(io.BytesIO(), encoding="ascii")).encoding == "ascii"
    closed = io.TextIOWrapper(io.BytesIO())
    closed.close()
    assert not Sheet(closed).isatty()


def test_a_slow_reader_of_a_non_blocking_pipe_gets_everything() -> None:
    """A pipe that another process has made non-blocking is written as it empties."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    child = subprocess.Popen(
        [sys.executable, "-c", "from gradcli.cli.output import write_answer; write_answer('x' * 1_000_000)"],
        stdout=writing,
    )
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert len(pipe.read()) == 1_000_000
    assert child.wait(20) == 0
