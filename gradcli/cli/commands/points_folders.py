"""A folder of parquet files: each file is one piece of work, done by threads of this machine or on a Dask cluster.

A piece is written under a name of its own and renamed when it is whole, so a piece that is done twice (its worker was
killed) is there once. The folder of answers gets its name when all pieces are there.
"""

from __future__ import annotations

import os
import sys
import uuid

from gradcli.problems import ExitCode, FailuresNamed, GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from typing import Any

    from gradcli.blackbox.workers import Crew
    from gradcli.cli.question import CommandLine
    from gradcli.points.run import Summary


class FolderPiece(NamedTuple):
    """What a worker reports of one file: its counts, or its error as (code, message, hint, exit code)."""

    summary: Summary | None
    error: tuple[str, str, str | None, int] | None = None


def answer_folder(line: CommandLine) -> int:
    """Answer every file of a folder into a folder. Returns 0."""
    from gradcli.blackbox.workers import call_together
    from gradcli.cli.commands.points_run import prepare, say, tell
    from gradcli.cli.files.destinations import entered
    from gradcli.cli.files.drafts import draft_folder

    source, target = os.path.realpath(str(line.points)), target_folder(line)
    files = sorted(name for name in os.listdir(source) if name.endswith(".parquet") and name[0] not in "._")
    if not files:
        raise GradcliError("points", f"'{line.points}' holds no .parquet file")
    prepare(line._replace(points=os.path.join(source, files[0]))).table.close()  # what is wrong everywhere is said now
    crew = call_together(line.box.workers, line.box.scheduler)
    try:
        with entered(draft_folder(target), f"'{line.out}'") as draft:
            whole = answer_pieces(line, source, draft, files, crew)
    except BaseException:
        crew.dismiss(at_once=True)
        raise
    crew.dismiss(at_once=False)
    tell(whole)
    say(f"{len(files)} files in '{line.out}'")
    return ExitCode.DONE


def answer_pieces(line: CommandLine, source: str, draft: str, files: Sequence[str], crew: Crew) -> Summary:
    """Have every file answered into a folder; the counts of all."""
    from gradcli.points.run import Summary

    plain = line._replace(out=None, box=line.box._replace(workers=None, scheduler=None))
    tasks = [
        crew.executor.submit(work_on, plain._replace(points=os.path.join(source, name)), os.path.join(draft, name))
        for name in files
    ]
    whole = Summary()
    for piece in watched(tasks, crew):
        if piece.error is not None:
            code, message, hint, exit_code = piece.error
            raise GradcliError(code, message, hint=hint, exit_code=exit_code)
        assert piece.summary is not None
        whole.join(piece.summary)
    remove_torn(draft)
    return whole


def target_folder(line: CommandLine) -> str:
    """The folder of the answers: not there yet, or empty. Raises `usage`."""
    if not line.out or line.out == "-":
        raise GradcliError("usage", "a folder of points needs a folder for the answers", hint="--out FOLDER")
    if line.format_given not in (None, "parquet"):
        message = f"--format {line.format_given} does not go with a folder: its files become parquet files"
        raise GradcliError("usage", message, hint="leave --format away")
    if line.box.workers is not None and line.box.scheduler is not None:
        raise GradcliError("usage", "'--workers' is for this machine, '--scheduler' for others", hint="give one")
    path = os.path.realpath(line.out)
    if os.path.lexists(path) and not (os.path.isdir(path) and not os.listdir(path)):
        message = f"'{line.out}' is there already, and is no empty folder"
        raise GradcliError("output", message, hint="name a new folder", exit_code=ExitCode.FAILED)
    return path


def remove_torn(draft: str) -> None:
    """Remove what workers that were killed have left half-written."""
    for name in os.listdir(draft):
        if name.startswith("."):
            os.unlink(os.path.join(draft, name))


def work_on(line: CommandLine, out: str) -> FolderPiece:
    """One file, from its command line: what a worker does. Errors travel as words."""
    try:
        return FolderPiece(write_piece(line, out))
    except GradcliError as error:
        return FolderPiece(None, (error.code, error.message, error.hint, int(error.exit_code)))


def write_piece(line: CommandLine, out: str) -> Summary:
    """Answer one file; the answers appear whole."""
    from gradcli.cli.commands.points_run import make_run, prepare
    from gradcli.points.writers import ParquetWriter

    prepared = prepare(line)
    draft = os.path.join(os.path.dirname(out), f".{uuid.uuid4().hex}")
    try:
        run = make_run(prepared, threads=1)
        with FailuresNamed(f"'{out}'"), open(draft, "wb") as stream:
            writer = ParquetWriter(stream, prepared.many.inputs, prepared.many.columns, prepared.keep, prepared.types)
            for answers in run.answers():
                writer.write(answers)
            writer.finish()
            run.engine.close()
        os.replace(draft, out)
        return run.summary
    except BaseException:
        if os.path.exists(draft):
            os.unlink(draft)
        raise
    finally:
        prepared.table.close()


def watched(tasks: list[Future[FolderPiece]], crew: Crew) -> Any:
    """The pieces as they are finished; a bar at a terminal. Raises `scheduler` where the cluster goes away."""
    from concurrent.futures import FIRST_COMPLETED, wait

    waiting = set(tasks)
    with bar(len(tasks)) as advance:
        while waiting:
            done, waiting = wait(waiting, timeout=2.0, return_when=FIRST_COMPLETED)
            for task in done:
                advance()
                yield piece_of(task)
            if not done and not crew.is_there():
                message = "the scheduler is gone"
                raise GradcliError("scheduler", message, exit_code=ExitCode.FAILED)


def piece_of(task: Future[FolderPiece]) -> FolderPiece:
    """What a task reports; a worker that was lost too often is one error."""
    try:
        return task.result()
    except Exception as error:
        reason = " ".join(str(error).split())[:200]
        message = f"a worker failed: {type(error).__name__}: {reason}"
        raise GradcliError("scheduler", message, exit_code=ExitCode.FAILED) from None


def bar(count: int) -> Any:
    """A progress bar of files on a terminal; a context whose value is called for each file."""
    import contextlib

    from gradcli.platforms.terminals import is_terminal

    @contextlib.contextmanager
    def context() -> Any:
        if not is_terminal(sys.stderr):
            yield lambda: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("files", total=count)
            yield lambda: progress.advance(task)

    return context()
