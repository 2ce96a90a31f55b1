"""Command lines that mix commands, options, formats and files: run by the dozen in forked children."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import random
import re
import select
import shutil
import signal
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic, process_time
from typing import Any, NamedTuple

from gradcli.cli.commands.rows import COMMANDS
from tests.hunts.command_files import GOOD, write_files
from tests.hunts.command_lines import Asked, draw

SECONDS = 45
"""The longest run, in seconds of work: more than any limit of gradcli's on one function."""
PATIENCE = 8 * SECONDS
"""Seconds of waiting, also for what does not work at all."""
TOGETHER = 50
"""Command lines that one child runs, one after the other; what is wrong there is asked again in a child of its own."""
OURS = ("stdin", "stdout", "stderr", "cache", "__pycache__", ".cache", ".local")

OTHERS = frozenset(("--help", "-h", "--version", "-V"))
ERROR_KEYS = {"code", "message", "start", "end", "source", "hint"}


class Ending(NamedTuple):
    """How a run ended: its exit code (None when it was stopped), what it wrote, and the names of new files."""

    code: int | None
    out: str
    err: str
    seconds: float
    made: Sequence[str] = ()


def endings(seeds: Sequence[int], folder: Path) -> Iterator[tuple[int, Ending]]:
    """The endings of command lines that one child runs, as far as it comes: the last one may have stopped it."""
    results, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(results)
        in_child(seeds, folder, writing)
    os.close(writing)
    done = 0
    with os.fdopen(results, "rb", buffering=0) as stream:
        held, begin, worked = b"", monotonic(), 0.0
        while done < len(seeds):
            ready, _, _ = select.select([stream], [], [], 2)
            chunk = stream.read(1 << 20) if ready else None
            if chunk:
                held += chunk
                *lines, held = held.split(b"\n")
                for line in lines:
                    yield seeds[done], Ending(*json.loads(line))
                    done, begin, worked = done + 1, monotonic(), seconds_of(child)
            elif chunk == b"" or monotonic() - begin > PATIENCE or seconds_of(child) - worked > SECONDS:
                break
    stop(child)
    if done < len(seeds):
        texts = [(folder / name).read_bytes().decode("utf-8", "replace") for name in ("stdout", "stderr")]
        yield seeds[done], Ending(None, *texts, monotonic() - begin)


def seconds_of(child: int) -> float:
    """Seconds that a process and its ended children have worked; 0.0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def stop(child: int) -> None:
    """End a child with all that it has started."""
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def in_child(seeds: Sequence[int], folder: Path, results: int) -> None:
    """Run the command lines, and write their endings as lines. Never returns."""
    try:
        os.setpgid(0, 0)
        gc.freeze()
        for number, seed in enumerate(seeds, 1):
            ending = run_here(draw(seed), seed, folder)
            if number % 10 == 0:  # the command line switches the collection of cycles off
                gc.collect()
                gc.freeze()
            data = json.dumps(ending).encode() + b"\n"
            while data:
                data = data[os.write(results, data) :]
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(0)


def run_here(asked: Asked, seed: int, folder: Path) -> Ending:
    """One command line in this process, in a folder with the files that it may read."""
    from gradcli.cli.entry import run
    from gradcli.render.chinese.spoken import spoken

    os.chdir(folder)
    tidy(folder)
    write_files(folder, random.Random(seed), " ".join(asked.words))
    before = set(os.listdir(folder))
    home = {"XDG_CACHE_HOME": str(folder / "cache"), "NO_COLOR": "1", "HOME": str(folder)}
    kept = dict(os.environ)
    os.environ |= {**home, **asked.environment}
    (folder / "stdin").write_bytes(asked.given)
    reading, writing = os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (name, how) in enumerate((("stdin", reading), ("stdout", writing), ("stderr", writing))):
        opened = os.open(folder / name, how)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, "rww"[number], closefd=False) for number in range(3))
    spoken.set("en")
    warnings.simplefilter("always")
    for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", kind)
    begin, code = process_time(), 70
    try:
        code = run(asked.words)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    seconds = process_time() - begin
    os.environ.clear()
    os.environ.update(kept)
    texts = [(folder / name).read_bytes().decode("utf-8", "surrogateescape") for name in ("stdout", "stderr")]
    return Ending(int(code), *texts, seconds, sorted(set(os.listdir(folder)) - before - set(OURS)))


def tidy(folder: Path) -> None:
    """Remove what the run before has made."""
    for name in os.listdir(folder):
        if name not in GOOD and name not in OURS:
            path = folder / name
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def complaints(asked: Asked, ending: Ending) -> list[str]:
    """What is wrong with an ending; [] for a good one."""
    words = asked.words
    if ending.code is None:
        return [f"hangs for {SECONDS} s, or ends the process"]
    found = []
    if ending.code not in range(5):
        found.append(f"exit code {ending.code}")
    if ending.seconds > SECONDS / 2:
        found.append("takes long")
    for sign in ("Traceback (most recent call last)", "internal error", "Warning:", "gradcli has a bug", "内部错误"):
        if sign in ending.err or sign in ending.out:
            found.append(sign)
    found += [f"leaves a file {name}" for name in ending.made if name not in " ".join(words)]
    as_json = wants_json(asked)
    written = any(word.startswith("--out") for word in words)
    if ending.code == 2:
        found += error_complaints(ending, as_json)
        if ending.made:
            found.append(f"an error with a file {ending.made}")
        if ending.out.strip() and not wrote_rows(words):
            found.append("an error with an answer")
    elif ending.code in (0, 3) and re.search("^(error|错误): ", ending.err, re.M):
        found.append(f"an error with exit code {ending.code}")
    elif not written:
        if ending.out.strip():
            found += output_complaints(asked, ending)
        elif ending.code != 4:
            found.append("no answer")
    return found


def wrote_rows(words: Sequence[str]) -> bool:
    """Were rows written before an error could be met? Tables are streamed."""
    return any(word.startswith(("--points", "--grid")) for word in words)


def wants_json(asked: Asked) -> bool:
    """Is an error to be JSON?"""
    from gradcli.cli.words import wants_json as wanted

    typed = any(word.startswith(("--format", "-f")) for word in asked.words)
    return wanted(asked.words) or (asked.environment.get("GRADCLI_FORMAT") == "json" and not typed)


def error_complaints(ending: Ending, as_json: bool) -> list[str]:
    """The one form of errors."""
    lines = ending.err.strip().split("\n")
    if not lines[0]:
        return ["an error without a word"]
    if not as_json:
        return (
            [] if any(line.startswith(("error: ", "错误: ", "错误：")) for line in lines) else ["no line `error: ...`"]
        )
    try:
        error = strict(lines[-1])["error"]
        return [] if set(error) >= ERROR_KEYS else [f"an error without {ERROR_KEYS - set(error)}"]
    except (ValueError, KeyError, TypeError):
        return ["an error that is not JSON"]


def output_complaints(asked: Asked, ending: Ending) -> list[str]:
    """Does the output parse, is it valid by its schema, and does the exit code say what it says?"""
    words, out, form = asked.words, ending.out, format_of(asked)
    if words[0] in ("completions", "schema", "export", "functions", "help") or not OTHERS.isdisjoint(words):
        return []
    try:
        if form == "json":
            documents = [strict(line) for line in out.strip().split("\n")]
            code = None if wrote_rows(words) else ending.code
            return [fault for document in documents[:3] for fault in document_complaints(document, code)]
        if form == "csv":
            widths = {len(row) for row in csv.reader(io.StringIO(out), strict=True) if row}
            return [] if len(widths) <= 1 else [f"csv of {sorted(widths)} columns"]
        if form == "latex":
            return unbalanced(out)
    except (ValueError, csv.Error) as error:
        return [f"{form} does not parse: {error}"]
    return []


def document_complaints(document: Any, code: int | None) -> list[str]:
    """Is a document valid by its schema; are its problems what the exit code says?"""
    from tests.schemas import validator

    if not isinstance(document, dict) or not str(document.get("schema", "")).startswith("gradcli."):
        return []
    fault = next(validator(document["schema"]).iter_errors(document), None)
    if fault is not None:
        return [f"not valid by {document['schema']}: {fault.json_path}: {fault.message[:100]}"]
    derivative = document["schema"].split(".")[1].split("/")[0] in ("grad", "jacobian", "hessian")
    if derivative and document.get("problems") and code == 0:
        return ["problems with exit code 0"]
    return []


def format_of(asked: Asked) -> str:
    """The format that is asked for; the environment's is that of answers that would be a table."""
    text = " ".join(asked.words)
    if wants_json(Asked(asked.words)):
        return "json"
    found = re.findall(r"(?:--format|-f)[ =](\w+)", text)
    row = COMMANDS.get(asked.words[0], COMMANDS["grad"])
    form = asked.environment.get("GRADCLI_FORMAT", "")
    return found[-1] if found else form if {"table", form} <= set(row.formats) else ""


def strict(text: str) -> Any:
    """JSON without NaN and Infinity."""
    return json.loads(text, parse_constant=refuse)


def refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def unbalanced(text: str) -> list[str]:
    """Braces, environments and \\left...\\right that do not match."""
    bare = re.sub(r"\\[{}\\]", "", text)
    pairs = [
        (bare.count("{"), bare.count("}")),
        (len(re.findall(r"\\left(?![a-z])", text)), len(re.findall(r"\\right(?![a-z])", text))),
        (text.count(r"\begin{"), text.count(r"\end{")),
    ]
    return [] if all(a == b for a, b in pairs) else [f"LaTeX is not balanced: {pairs}"]


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Command lines first, first + 1, …; complaints are told, once they are confirmed in a process of their own."""
    import gradcli.cli.typer_commands  # children need not import it again
    import gradcli.library.answers
    from tests.schemas import validator

    gradcli.grad("sin(x)", at="x=1").to_dict()
    for word in ("grad", "jacobian", "hessian", "chain", "check", "trace", "steps", "graph", "plot", "descent"):
        validator(f"gradcli.{word}/1")
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        last = first + count
        while first < last:
            for seed, ending in list(endings(range(first, min(last, first + TOGETHER)), folder)):
                asked, first = draw(seed), seed + 1
                said = complaints(asked, ending)
                if said:
                    [(_, ending)] = endings([seed], folder)
                    again = complaints(asked, ending)
                    said = again or [f"only after others: {complaint}" for complaint in said]
                found[f"exit {ending.code}"] += 1
                for complaint in said:
                    found[complaint] += 1
                    tell(f"{seed}: {complaint}: {asked!r} {ending.err[-300:]!r}")
    return found
