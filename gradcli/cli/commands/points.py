"""`--points` and `--grid`: from a command line to a table of answers, and what is said of the run on standard error."""

from __future__ import annotations

import os
import sys

from gradcli.cli.commands.points_run import (
    cores,
    make_run,
    make_writer,
    prepare,
    refuse_crew,
    refuse_options,
    say_order,
    tell,
    watched,
    write_all,
)
from gradcli.problems import ExitCode
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine


def answer_many(line: CommandLine) -> int:
    """Answer at all points. Returns 0 also where some have no answer: they are marked and counted."""
    from gradcli.cli.commands.points_output import chosen_format, destination

    start_no_blas()
    refuse_options(line)
    if line.points is not None and os.path.isdir(line.points):
        from gradcli.cli.commands.points_folders import answer_folder

        return answer_folder(line)
    refuse_crew(line)
    form = chosen_format(line)
    prepared = prepare(line)
    try:
        run = make_run(prepared, threads=cores())
        answers = watched(run, prepared.table)
        first = next(answers, None)  # what is wrong in the first rows is said before anything is written
        if form != "json":
            say_order(prepared)
        with destination(line.out, form) as stream:
            write_all(make_writer(form, stream, prepared, line), first, answers)
        run.engine.close()
    finally:
        prepared.table.close()
    if form != "json":
        tell(run.summary)
    return ExitCode.DONE


def start_no_blas() -> None:
    """Let NumPy start no threads for products of matrices when it is imported: that takes long, and here are none."""
    if "numpy" not in sys.modules:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
