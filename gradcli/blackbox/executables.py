"""Commands as functions: `./sim {x1} {x2}` is split into words once, its slots are filled, and no shell sees it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from functools import lru_cache
from time import monotonic

from gradcli import limits
from gradcli.blackbox.processes import Conversation, Heard, finish, last_lines, signal_name, start
from gradcli.blackbox.replies import UnreadableError, read_printed
from gradcli.blackbox.targets import ExecTarget, FailedError, Failure
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Final

    from gradcli.blackbox.replies import Reply
    from gradcli.blackbox.targets import Argument, Job

SLOT: Final = re.compile(r"\{\{(?P<kept>[^\W\d]\w*)\}\}|\{(?P<name>[^\W\d]\w*)(?:\[(?P<index>\d+(?:,\s*\d+)?)\])?\}")
SEED: Final = "seed"
last = threading.local()
"""The words that this thread filled last."""


def split_command(text: str, answer: str | None, folder: str) -> ExecTarget:
    """The command in its words. Raises ValueError (its text says why) for an open quote or no word at all."""
    import shlex

    words = tuple(shlex.split(text))
    if not words:
        raise ValueError("the command is empty")
    return ExecTarget(
        words, any(match["name"] for word in words for match in SLOT.finditer(word)), answer, folder, text
    )


def slots_of(command: ExecTarget) -> list[str]:
    """The names in slots, in order of appearance, `seed` among them."""
    found = dict.fromkeys(spelled(m["name"]) for word in command.words for m in SLOT.finditer(word) if m["name"])
    return list(found)


def spelled(name: str) -> str:
    """A slot's name as a point spells it: `x_1` and `x₁` are `x1`."""
    from gradcli.text.tokens import canonical_name

    try:
        return canonical_name(name)
    except GradcliError:
        return name


def filled_words(command: ExecTarget, values: Mapping[str, Argument], seed: int | None) -> list[str]:
    """The words with every slot filled: numbers as the shortest text of that float64, arrays as JSON.

    `{{name}}` is the text `{name}`. Raises LookupError for a name without a value, and for an entry that is none.
    """
    known: dict[str, Argument | int] = dict(values)
    if seed is not None:
        known.setdefault(SEED, seed)
    parts = templates(command.words)
    if getattr(last, "parts", None) is not parts:
        last.parts, last.values, last.texts = parts, [None] * len(parts), [""] * len(parts)
    texts, before = list(last.texts), last.values
    now = [known[part.name] if type(part) is Hole and part.entry is None else None for part in parts]
    pairs = enumerate(zip(now, before, strict=True))  # most numbers are those of the point before
    for place in [i for i, (value, old) in pairs if value is None or value is not old]:
        part = parts[place]
        pieces = (part,) if isinstance(part, Hole) else part
        texts[place] = "".join([piece if isinstance(piece, str) else slot_text(known, piece) for piece in pieces])
    last.values, last.texts = now, texts
    return list(texts)


def slot_text(known: Mapping[str, Argument | int], hole: Hole) -> str:
    """What stands in a slot."""
    value = entry_of(known[hole.name], hole.entry)
    return json.dumps(value) if isinstance(value, list) else repr(value)


class Hole(NamedTuple):
    """A slot in a word: the name as a point spells it, and the indices of an entry."""

    name: str
    entry: str | None


@lru_cache(maxsize=4)
def templates(words: tuple[str, ...]) -> tuple[Hole | tuple[str | Hole, ...], ...]:
    """Each word as its texts and slots in turn, or as its only slot, read once for all evaluations."""
    found: list[Hole | tuple[str | Hole, ...]] = []
    for word in words:
        parts: list[str | Hole] = []
        done = 0
        for match in SLOT.finditer(word):
            parts.append(word[done : match.start()])
            kept = match["kept"]
            parts.append(f"{{{kept}}}" if kept else Hole(spelled(match["name"]), match["index"]))
            done = match.end()
        whole = [part for part in (*parts, word[done:]) if part]
        found.append(whole[0] if len(whole) == 1 and isinstance(whole[0], Hole) else tuple(whole))
    return tuple(found)


def entry_of(value: Argument | int, index: str | None) -> Argument | int:
    """The value, or an entry of it: `{x[0]}`, `{X[0,1]}`."""
    if not index:
        return value
    here = value
    for part in index.split(","):
        if not isinstance(here, list):
            raise IndexError(index)
        here = here[int(part)]
    return here


def run_command(command: ExecTarget, job: Job) -> Reply:
    """One run: the point in the arguments, or as a JSON object on standard input where there is no slot.

    Raises FailedError, or UnreadableError for an answer that is no number.
    """
    words = filled_words(command, job.values, job.seed)
    data = b"" if command.has_slots else (json.dumps(job.values) + "\n").encode()
    folder = command.folder if os.path.isdir(command.folder) else None  # another machine may not have it
    begin = monotonic()
    try:
        process = start(words, folder)
    except (OSError, ValueError) as error:
        raise FailedError(start_failure(words[0], error)) from None
    try:
        heard = Conversation(process, data, job.seconds).hear()
        left = None if job.seconds is None else max(0.0, begin + job.seconds - monotonic())
        if heard.ending == "closed" and not ends_within(process, left):
            heard = heard._replace(ending="timeout")
    finally:
        status = finish(process)
    return reply_to(command, heard, status, job.seconds)


def ends_within(process: subprocess.Popen[bytes], seconds: float | None) -> bool:
    """Wait for the end of a program that has closed its streams."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def reply_to(command: ExecTarget, heard: Heard, status: int, seconds: float | None) -> Reply:
    """What a finished run answered."""
    failure = failure_of(heard, status, seconds)
    if failure is not None:
        raise FailedError(failure)
    try:
        return read_printed(heard.output.decode("utf-8", "replace"), command.answer)
    except UnreadableError as error:
        details = error.hint or last_lines(heard.errors)
        raise FailedError(Failure("output", f"the command {error}", details)) from None


def failure_of(heard: Heard, status: int, seconds: float | None) -> Failure | None:
    """How a run failed, if it did."""
    details = last_lines(heard.errors)
    if heard.ending == "timeout":
        return Failure("timeout", f"the command did not end within {seconds:g} s and was ended", details)
    if heard.ending == "flood":
        return Failure("output", f"the command printed more than {limits.ANSWER_BYTES:,} bytes", details)
    if status < 0:
        return Failure("signal", f"the command died by {signal_name(-status)}", details)
    if status > 0:
        return Failure("exit", f"the command failed with exit status {status}", details)
    return None


def start_failure(program: str, error: Exception) -> Failure:
    """Why a program did not start; another point will not help."""
    from gradcli.blackbox.replies import shown

    name = shown(program)
    if isinstance(error, FileNotFoundError):
        hint = "" if "/" in program else f"a program in this folder is called ./{name}"
        return Failure("start", f"there is no program '{name}'", hint, final=True)
    if isinstance(error, PermissionError):
        return Failure("start", f"'{name}' is no program that may be run", f"chmod +x {name}", final=True)
    if isinstance(error, OSError) and error.errno == 8:
        hint = "a script begins with a line such as #!/bin/sh"
        return Failure("start", f"'{name}' is no program for this machine", hint, final=True)
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    final = not isinstance(error, BlockingIOError | MemoryError)
    return Failure("start", f"'{name}' cannot be started: {reason}", final=final)


def named_files(command: ExecTarget) -> list[str]:
    """The program and the files that its words name: their contents belong to the function."""
    program = shutil.which(command.words[0], path=None)
    words: Iterable[str] = (*([program] if program else []), *command.words, *after_equals(command.words))
    paths = dict.fromkeys(os.path.join(command.folder, word) for word in words)
    return [path for path in paths if is_file(path, os.path.isfile)]


def after_equals(words: Iterable[str]) -> list[str]:
    """`data.csv` of `--input=data.csv`."""
    return [word.partition("=")[2] for word in words if "=" in word]


def is_file(path: str, test: Callable[[str], bool]) -> bool:
    """Whether a word names a file; words may be anything."""
    try:
        return test(path)
    except (OSError, ValueError):
        return False
