"""Commands: their words, their slots, their ways to fail."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING

import pytest

from gradcli.blackbox import processes
from gradcli.blackbox.executables import filled_words, named_files, slots_of, split_command
from gradcli.blackbox.targets import ExecTarget, Job, Outcome
from gradcli.blackbox.workers import evaluate

if TYPE_CHECKING:
    from pathlib import Path

    from gradcli.blackbox.targets import Argument


@pytest.fixture(autouse=True)
def no_run_is_over() -> None:
    """Another test of this process may have ended a run, after which nothing starts before the next one."""
    processes.over.clear()


def run(command: str, values: dict[str, Argument], seconds: float | None = 20.0, retries: int = 0) -> Outcome:
    """One evaluation of a command."""
    return evaluate(Job(split_command(command, None, os.getcwd()), values, None, seconds, retries))


def test_slots_are_filled_with_the_shortest_exact_text() -> None:
    """Numbers as repr writes them, arrays as JSON, entries by index, seeds as integers; `{{x}}` is a text."""
    command = split_command("sim {x} --v={v} '{v[1]}, {M[1,0]}' {seed} {{x}} {1} {}", None, "/")
    words = filled_words(command, {"x": 0.1 + 0.2, "v": [1.0, 2.5], "M": [[1.0, 2.0], [3.0, 4.0]]}, 7)
    assert words == ["sim", "0.30000000000000004", "--v=[1.0, 2.5]", "2.5, 3.0", "7", "{x}", "{1}", "{}"]
    assert slots_of(command) == ["x", "v", "M", "seed"]


def test_slots_keep_the_texts_of_numbers_that_stay_alone() -> None:
    """Also after a point that could not be filled: a text belongs to its number."""
    command = split_command("sim {a} {b[1]} {c}", None, "/")
    one: dict[str, Argument] = {"a": 1.0, "b": [2.0, 3.0], "c": 4.0}
    assert filled_words(command, one, None) == ["sim", "1.0", "3.0", "4.0"]
    with pytest.raises(IndexError):
        filled_words(command, {**one, "a": 5.0, "b": [2.0]}, None)
    assert filled_words(command, one, None) == ["sim", "1.0", "3.0", "4.0"]
    assert filled_words(command, {**one, "b": [2.0, 6.0], "c": 7.0}, None) == ["sim", "1.0", "6.0", "7.0"]


def test_no_shell_sees_a_command(tmp_path: Path) -> None:
    """What a shell would obey is one argument."""
    marker = tmp_path / "marker"
    outcome = run(f"echo {{x}} '; touch {marker}' '$(touch {marker})' '`touch {marker}`'", {"x": 1.0})
    assert outcome.failure is not None
    assert not marker.exists()


def test_a_command_without_slots_reads_json() -> None:
    """The point is one JSON object on standard input, with all its digits."""
    code = "import json, sys; p = json.load(sys.stdin); print(repr(p['x'] + p['v'][1]))"
    outcome = run(f'{sys.executable} -c "{code}"', {"x": 0.1, "v": [1.0, 0.2]})
    assert outcome.reply is not None
    assert outcome.reply.values == (0.1 + 0.2,)


def test_a_large_point_goes_through_the_pipe() -> None:
    """More than a pipe holds is written while the program runs, also one that does not read it."""
    values: dict[str, Argument] = {"x": [0.5] * 100_000}
    code = "import json, sys; print(sum(json.load(sys.stdin)['x']))"
    reply = run(f'{sys.executable} -c "{code}"', values).reply
    assert reply is not None
    assert reply.values == (50_000.0,)
    ignoring = run("echo 3", values).reply
    assert ignoring is not None
    assert ignoring.values == (3.0,)


@pytest.mark.parametrize(
    ("command", "kind", "words"),
    [
        ("./no-such-program {x}", "start", "there is no program './no-such-program'"),
        ("no-such-program {x}", "start", "there is no program"),
        ("/ {x}", "start", "no program that may be run"),
        ("sh -c 'echo about to fail >&2; exit 3' {x}", "exit", "exit status 3"),
        ("sh -c 'kill -SEGV $$' {x}", "signal", "SIGSEGV (segmentation fault)"),
        ("sh -c 'kill -KILL $$' {x}", "signal", "SIGKILL"),
        ("true {x}", "output", "printed nothing"),
        ("echo hello {x}", "output", "not a number"),
    ],
)
def test_every_failure_is_named(command: str, kind: str, words: str) -> None:
    """A missing program, an exit status, a signal, and an answer that is none: one line each."""
    failure = run(command, {"x": 1.0}).failure
    assert failure is not None
    assert failure.kind == kind
    assert words in failure.message


def test_standard_error_is_told() -> None:
    """The last lines of standard error go with the failure."""
    failure = run("sh -c 'echo one >&2; echo two >&2; echo; exit 1' {x}", {"x": 1.0}).failure
    assert failure is not None
    assert failure.details == "one\ntwo"


def test_a_time_out_ends_the_whole_group(tmp_path: Path) -> None:
    """Helpers of the program end too, although they ignore what a terminal sends."""
    alive = tmp_path / "alive"
    begin = time.monotonic()
    failure = run(f"sh -c 'trap \"\" TERM INT HUP; (sleep 2; touch {alive}) & sleep 30' {{x}}", {"x": 1.0}, 0.5).failure
    assert failure is not None
    assert failure.kind == "timeout"
    assert time.monotonic() - begin < 10
    time.sleep(2.2)
    assert not alive.exists()


def test_a_helper_that_keeps_the_output_open_does_not_hang_the_run() -> None:
    """The program has ended and answered; a daemon that it left is not waited for."""
    begin = time.monotonic()
    reply = run("sh -c 'sleep 60 & echo 4' {x}", {"x": 1.0}, None).reply
    assert reply is not None
    assert reply.values == (4.0,)
    assert time.monotonic() - begin < 20


def test_endless_output_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that never stops printing is ended at the limit, on either stream."""
    monkeypatch.setattr("gradcli.limits.ANSWER_BYTES", 1_000_000)
    for command in ("yes {x}", "sh -c 'yes >&2' {x}"):
        failure = run(command, {"x": 1.0}).failure
        assert failure is not None
        assert "printed more than 1,000,000 bytes" in failure.message


def test_retries_try_again(tmp_path: Path) -> None:
    """A command that fails the first time is run again; without retries it is not."""
    script = tmp_path / "flaky.sh"
    script.write_text(f"#!/bin/sh\nif mkdir {tmp_path}/seen 2>/dev/null; then exit 1; fi\necho $1\n")
    script.chmod(0o755)
    assert run(f"{script} {{x}}", {"x": 2.0}).failure is not None
    os.rmdir(tmp_path / "seen")
    reply = run(f"{script} {{x}}", {"x": 2.0}, retries=1).reply
    assert reply is not None
    assert reply.values == (2.0,)


def test_a_missing_program_is_not_tried_again() -> None:
    """No pause, no second try: the failure is final."""
    failure = run("./no-such-program {x}", {"x": 1.0}, retries=5).failure
    assert failure is not None
    assert failure.final


def test_files_in_the_command_belong_to_it(tmp_path: Path) -> None:
    """The program and every word that names a file, also behind an equals sign."""
    for name in ("sim", "a.dat", "b.dat"):
        (tmp_path / name).write_text(name)
    command = split_command("./sim a.dat --mesh=b.dat {x} nothing", None, str(tmp_path))
    assert {os.path.basename(path) for path in named_files(command)} == {"sim", "a.dat", "b.dat"}


@pytest.mark.parametrize("text", ["", "   ", "sim 'x", 'sim "'])
def test_a_command_that_cannot_be_split_is_refused(text: str) -> None:
    """No words, or an open quote."""
    with pytest.raises(ValueError, match=r"empty|quotation"):
        split_command(text, None, "/")


def test_a_job_is_plain_data() -> None:
    """Another machine gets it as it is: it survives JSON's kinds of values."""
    command = ExecTarget(("echo", "{x}"), True, None, "/", "echo {x}")
    assert json.loads(json.dumps(command)) == [["echo", "{x}"], True, None, "/", "echo {x}"]
