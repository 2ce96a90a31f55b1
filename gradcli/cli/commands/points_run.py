"""The run over many points, and what is said of it."""

from __future__ import annotations

import math
import sys
from itertools import chain

from gradcli.cli.blackbox import given
from gradcli.cli.commands.points_files import numerals_for, open_table, read_lattice
from gradcli.platforms.terminals import is_terminal
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any, BinaryIO, Final

    from gradcli.cli.question import CommandLine
    from gradcli.points.program import ManyPoints
    from gradcli.points.run import Answers, Run, Summary
    from gradcli.points.table import Table
    from gradcli.points.writers import BlockWriter
    from gradcli.question import Question


ONE_AT_A_TIME: Final = "--points and --grid answer grad, jacobian and hessian of a text"


LOSS: Final = 1e-10
"""A relative error from which on it is said that float64 loses digits."""

CELL_BYTES: Final = 18
"""Characters of a number in csv."""


class Prepared(NamedTuple):
    """A command line, read: the function ready for points, and the table of points."""

    question: Question
    many: ManyPoints
    table: Table
    missing: str | None = None
    keep: tuple[str, ...] = ()
    compiled: str = "auto"
    decisions: int | None = None

    @property
    def types(self) -> list[Any]:
        """The types of the columns that are carried through, where the file has types of its own (parquet)."""
        types = getattr(self.table, "types", ())
        return [types[place] for place in self.table.keep] if types else []


def refuse_options(line: CommandLine) -> None:
    """Raise `usage` for options that many points do not go with."""
    from gradcli.derive.methods.choose import METHODS

    option = "--points" if line.points is not None else "--grid"
    if line.points is not None and line.grid:
        raise GradcliError("usage", "'--points' and '--grid' contradict each other", hint="give one of them")
    if line.points == "" or "" in line.grid:
        hint = "--points points.csv" if option == "--points" else "--grid x1=-1:1:21"
        raise GradcliError("usage", f"'{option}' needs a value", hint=hint)
    found = "--missing" if line.missing is not None else "--keep" if line.keep else None
    if line.grid and found:
        raise GradcliError("usage", f"'{found}' belongs to --points, and not to --grid", hint="leave it away")
    if line.command not in ("grad", "jacobian", "hessian"):
        raise GradcliError("usage", f"'{option}' does not go with {line.command}", hint=ONE_AT_A_TIME)
    if line.method is not None and METHODS[line.method].is_measured:
        message = f"'{option}' and --method {line.method} do not go together"
        raise GradcliError("usage", message, hint="--method symbolic and autodiff run over many points")
    others = line.box._replace(workers=None, scheduler=None)
    words = {
        "--at": line.at,
        "--along": line.along,
        "--symmetric": line.symmetric,
        "--precision": line.precision,
        "--sparse": line.sparse,
        **dict.fromkeys([*given(others), *given(line.steps)], True),
    }
    found = next((name for name, value in words.items() if value), None)
    if found is not None:
        raise GradcliError("usage", f"'{option}' and '{found}' do not go together", hint="leave one away")
    if line.points == "-" and ("-" in line.expressions or not line.expressions):
        hint = "give the function as an argument, the points on standard input"
        raise GradcliError("usage", "standard input cannot be both the function and the points", hint=hint)


def refuse_crew(line: CommandLine) -> None:
    """Raise `usage` for --workers and --scheduler where there is one file."""
    found = given(line.box)
    if found:
        hint = "one file runs on all cores of this machine; --points FOLDER --out FOLDER takes workers"
        raise GradcliError("usage", f"'{found[0]}' belongs to a folder of parquet files", hint=hint)


def prepare(line: CommandLine) -> Prepared:
    """Read the function and open the points."""
    from gradcli.points.kept import places_of, read_columns

    question = read_question(line)
    table = read_lattice(",".join(line.grid)) if line.grid else open_table(str(line.points), line.compiled or "auto")
    try:
        many = ready(question, table)
        keep = read_columns(line.keep)
        table.keep = places_of(table, keep, {*many.inputs, *many.columns, "problem"})
        return Prepared(question, many, table, line.missing, keep, line.compiled or "auto", line.decisions)
    except BaseException:
        table.close()
        raise


def read_question(line: CommandLine) -> Question:
    """The question of the command line, without its points."""
    from gradcli.cli.question import question_of

    plain = line._replace(method=None, box=line.box._replace(workers=None, scheduler=None))
    return question_of(plain)._replace(method=line.method)


def ready(question: Question, table: Table) -> ManyPoints:
    """The function of a question; the table's columns tell which of its names are arrays."""
    from gradcli.points.program import ManyPoints, entries_program, one_hot_names, table_shapes

    shapes = table_shapes(question, table)
    program = entries_program(question, shapes)
    layout: Any = question.layout
    many = ManyPoints(program, question.command, layout, one_hot_names(question))
    refuse_columns(table, many, question, shapes)
    return many


def refuse_columns(table: Table, many: ManyPoints, question: Question, shapes: Collection[str]) -> None:
    """Raise for a name that has two values, and for an axis of a lattice that the function lacks, or that is missing.

    (A file may have more columns than the function has variables.)
    """
    for name in shapes:
        if name in question.settings:
            raise GradcliError("option", f"{name!r} is both in --set and in the points", hint="give it one value only")
    if table.path != "--grid":
        return
    axes = table.names or ()
    surplus = next((name for name in axes if name not in many.inputs), None)
    if surplus is not None:
        hint = f"variables: {', '.join(many.inputs[:8])}"
        raise GradcliError("points", f"--grid: the function has no variable {surplus[:40]!r}", hint=hint)
    missing = next((name for name in many.inputs if name not in axes), None)
    if missing is not None:
        hint = f"--grid {missing}=0:1:11, or {missing}=0 for one value"
        raise GradcliError("points", f"--grid gives no values for {missing}", hint=hint)


def make_run(prepared: Prepared, threads: int) -> Run:
    """The run of a function over a table."""
    from gradcli.codegen.numpy_machine import Native
    from gradcli.exporting.kernel import CompileWish, compiled_engine
    from gradcli.points.engine import Engine
    from gradcli.points.run import Run

    many = prepared.many
    code, marked = many.code(Native())
    shown = len(many.columns)
    wish = CompileWish(prepared.compiled, prepared.table.rows or 0, threads)
    found = compiled_engine(code, shown, marked, wish)
    if isinstance(found, str):
        say(f"{found}: NumPy answers")
        found = None
    engine = found or Engine(code, shown, marked, threads)
    allowed = prepared.missing, prepared.decisions
    return Run(prepared.table, many, engine, *allowed)


def say_order(prepared: Prepared) -> None:
    """Say which column was taken for which variable, where the columns do not."""
    if prepared.table.names is None and len(prepared.many.inputs) > 1:
        say(f"the columns have no names: taken in the order {', '.join(prepared.many.inputs[:12])}")


def cores() -> int:
    """Threads that are worth having."""
    from gradcli.blackbox.workers import cores as available

    return min(available(), 8)


def make_writer(form: str, stream: BinaryIO, prepared: Prepared, line: CommandLine) -> BlockWriter:
    """The writer of a format."""
    from gradcli.cli.commands import points_output
    from gradcli.points import writers

    many = prepared.many
    if form == "json":
        return points_output.DocumentWriter(stream, many, prepared.question.method or "symbolic", prepared.keep)
    if form == "table":
        return points_output.TableWriter(stream, many.inputs, many.columns, line.out, prepared.keep)
    if form in writers.SEEKING and prepared.keep:
        message = f"'--keep' does not go with {form}, which has the columns from value on"
        raise GradcliError("usage", message, hint="csv, jsonl and parquet have names for columns")
    if form != "csv" or prepared.keep:
        return writers.make_writer(form, stream, many.inputs, many.columns, prepared.keep, prepared.types)
    numerals = getattr(prepared.table, "numerals", None)
    if numerals is None:
        size = (prepared.table.rows or 0) * (len(many.inputs) + len(many.columns)) * CELL_BYTES
        numerals = numerals_for(prepared.compiled, size)
    return writers.make_writer(form, stream, many.inputs, many.columns, numerals=numerals)


def write_all(writer: BlockWriter, first: Answers | None, others: Iterator[Answers]) -> None:
    """Write the blocks; from the second one on each is written while the next is evaluated."""
    from gradcli.points.writers import Behind

    if first is not None:
        writer.write(first)
    second = next(others, None)
    if second is not None:
        writer = Behind(writer)
        for block in chain((second,), others):
            writer.write(block)
    writer.finish()


def watched(run: Run, table: Table) -> Iterator[Answers]:
    """The answers; a terminal on standard error shows rows, rate and the time left."""
    if not is_terminal(sys.stderr):
        yield from run.answers()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("rows", total=1.0)
        for answers in run.answers():
            yield answers
            elapsed = progress.tasks[0].elapsed or 1.0
            text = f"{run.summary.rows:,} rows, {run.summary.rows / max(elapsed, 1e-3):,.0f} a second"
            part = table.progress()
            progress.update(task, completed=part or 0.0, total=None if part is None else 1.0, description=text)


def error_text(error: float) -> str:
    """An error rounded up to a power of ten, not below the rounding of float64 itself."""
    return "1e-16" if error <= 1e-16 else f"1e{math.ceil(math.log10(error))}"


def say(text: str) -> None:
    """A note on standard error."""
    from gradcli.cli.output import write_error

    write_error(f"note: {text}\n")


def tell(summary: Summary) -> None:
    """The summary on standard error: rows, those with problems by kind, and how exact the numbers are."""
    from gradcli.cli.output import write_error
    from gradcli.render.chinese.spoken import translated

    arithmetic = "float64 in compiled C" if summary.compiled else "float64"
    text = "1 row" if summary.rows == 1 else f"{summary.rows} rows"
    if summary.skipped:
        text += f", {summary.skipped} left out, where a number is missing"
    if summary.troubled:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(summary.kinds.items()))
        text += f", {summary.troubled} with problems ({kinds})"
    if summary.settled:
        text += f"; in {summary.settled} of them float64 loses digits: these have certified numbers"
    if summary.compared and summary.worst > LOSS:
        text += f"; {arithmetic} loses digits of this function: a relative error of {summary.worst:.0e}"
        text += f", {summary.where} (--at gives certified numbers)"
    elif summary.compared:
        of = "1 row" if summary.compared == 1 else f"{summary.compared} rows"
        text += f"; {arithmetic}, relative error at most {error_text(summary.worst)} in {of}"
        text += " compared with certified numbers"
    write_error(translated(text) + "\n")
