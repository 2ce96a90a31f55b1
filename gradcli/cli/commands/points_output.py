"""Where the answers at many points go: files whole or not at all, standard output, JSON documents, a table."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from gradcli.cli import output
from gradcli.cli.commands.endings import NOT_WRITTEN, PROMISING, contradiction, ending_of
from gradcli.cli.files import destinations
from gradcli.derive.layouts import antisymmetric
from gradcli.problems import ExitCode, FailuresNamed, GradcliError
from gradcli.text.strict_json import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.cli.question import CommandLine
    from gradcli.points.program import ManyPoints
    from gradcli.points.run import Answers
    from gradcli.problems import Problem

FORMATS: Final = ("csv", "jsonl", "json", "npy", "npz", "parquet", "table")
BINARY: Final = ("npy", "npz", "parquet")
SHOWN: Final = 5
"""Rows at the beginning and at the end of a table."""


def chosen_format(line: CommandLine) -> str:
    """The format that is named, else that of --out's ending, else a table at a terminal and csv elsewhere."""
    from gradcli.points.writers import ENDINGS

    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out gradients.csv")
    is_file = line.out not in (None, "-")
    ending = ending_of(line.out)
    if is_packed(line.out):
        ending = ending_of(str(line.out)[: -len(ending)])
    by_ending = ENDINGS.get(ending)
    terminal = not is_file and output.sheet_for(None).isatty()
    if line.format_given is None:
        if ending in NOT_WRITTEN or (by_ending is None and ending in PROMISING):
            hint = f"one of {', '.join(ENDINGS)}; with --format csv it is csv, whatever its name"
            raise GradcliError("usage", f"{ending} files are not written ('{line.out}')", hint=hint)
        form = (by_ending or "csv") if is_file else "table" if terminal else "csv"
        return "jsonl" if form == "json" else form
    form = line.format_given
    if form not in FORMATS:
        hint = f"one of {', '.join(FORMATS)}"
        raise GradcliError("usage", f"--format {form} does not go with --points and --grid", hint=hint)
    related = {form, by_ending} <= {"json", "jsonl"}
    if by_ending is not None and by_ending != form and not related:
        raise contradiction(form, line.out)
    if form in BINARY and terminal:
        raise GradcliError("usage", f"{form} is not for terminals", hint=f"--out gradients.{form}")
    return form


def is_packed(out: str | None) -> bool:
    """Whether the name of the output promises compressed text: `gradients.csv.gz`."""
    return ending_of(out) == ".gz" and ending_of(str(out)[:-3]) in (".csv", ".jsonl", ".ndjson", ".json")


class Outlet(io.RawIOBase):
    """A descriptor written to, whose failures are one clear error."""

    def __init__(self, descriptor: int, what: str) -> None:
        super().__init__()
        self.descriptor, self.what = descriptor, what

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Write all of it."""
        with FailuresNamed(self.what):
            output.write_descriptor(self.descriptor, data)
        return len(data)

    def seekable(self) -> bool:
        """Whether what is written can be corrected: not where all that is written goes to the end (`>>`)."""
        try:
            import fcntl
        except ImportError:  # Windows does not tell
            return False
        appends = fcntl.fcntl(self.descriptor, fcntl.F_GETFL) & os.O_APPEND
        return stat.S_ISREG(os.fstat(self.descriptor).st_mode) and not appends

    def seek(self, offset: int, whence: int = 0) -> int:
        return os.lseek(self.descriptor, offset, whence)

    def tell(self) -> int:
        return os.lseek(self.descriptor, 0, 1)


@contextlib.contextmanager
def destination(out: str | None, form: str) -> Iterator[BinaryIO]:
    """Where answers are written. A regular file appears whole, at the end, or not at all."""
    with contextlib.ExitStack() as stack:
        if out in (None, "-"):
            outlet = standard_output()
        else:
            what = f"'{out}'"
            outlet = cast("BinaryIO", Outlet(stack.enter_context(destinations.destination(str(out))), what))
        if is_packed(out):
            from gradcli.points.streams import packed

            with packed(outlet) as stream:
                yield stream
            return
        if form not in BINARY or (out not in (None, "-") and outlet.seekable()):
            yield outlet
            return
        from gradcli.points.spools import Spool

        with Spool() as spool:  # these formats go back to their beginning
            yield cast("BinaryIO", spool)
            spool.seek(0)
            while piece := spool.read(1 << 20):
                outlet.write(piece)


def standard_output() -> BinaryIO:
    """Standard output, with nothing waiting in front of it: its descriptor, where it has one."""
    if sys.stdout is None:
        raise GradcliError("output", "standard output is closed", exit_code=ExitCode.FAILED)
    with FailuresNamed("standard output"):
        sys.stdout.flush()
    try:
        return cast("BinaryIO", Outlet(sys.stdout.fileno(), "standard output"))
    except (OSError, ValueError, AttributeError):  # a program has put another stream there, as tests do
        return sys.stdout.buffer


class DocumentWriter:
    """The JSON document of the command, one a line, as for several points of --at; what never changes is made once."""

    def __init__(self, stream: BinaryIO, many: ManyPoints, method: str, keep: Sequence[str] = ()) -> None:
        from gradcli.derive.layouts import all_entry_names
        from gradcli.render.formats.json import document

        self.stream, self.many, self.keep = stream, many, keep
        record = many.record()
        self.record = record._replace(numbers=record.numbers._replace(method=cast(Any, method), accuracy="float64"))
        self.keys = {key: json_text(value) for key, value in document(self.record).items()}
        self.all = (*many.program.variables, *many.program.parameters)
        self.places = {name: i for i, name in enumerate(all_entry_names(self.all))}

    def write(self, answers: Answers) -> None:
        """Write a block."""
        points = list(zip(*(column.tolist() for column in answers.rows.columns), strict=True))
        lines = []
        for row, numbers in enumerate(answers.table.tolist()):
            clean = [None if number != number else number for number in numbers]
            changed = self.changed(points[row], clean, answers.problems.get(row, ()))
            parts = ", ".join(f'"{key}": {changed.get(key, text)}' for key, text in self.keys.items())
            lines.append("{" + parts + self.carried(answers, row) + "}\n")
        self.stream.write("".join(lines).encode())

    def carried(self, answers: Answers, row: int) -> str:
        """The key `kept` with what is carried through, where something is."""
        if not self.keep:
            return ""
        from gradcli.points.kept import as_json

        values = zip(self.keep, answers.rows.kept, strict=True)
        return ', "kept": {' + ", ".join(f"{json_text(name)}: {as_json(column[row])}" for name, column in values) + "}"

    def changed(self, point: Sequence[float], numbers: list[Any], problems: Sequence[Problem]) -> dict[str, str]:
        """The keys of this point."""
        from gradcli.derive.layouts import arrange
        from gradcli.render.formats.json import problem_document

        at = {name: None if x != x else float(x) for name, x in zip(self.many.inputs, point, strict=True)}
        count = len(self.many.values)
        found = {
            "at": {v.name: arrange(v, at, False) for v in self.all},
            "value": numbers[:count] if self.many.command == "jacobian" else numbers[0],
            "problems": [problem_document(problem) for problem in problems],
            **self.derivatives(numbers[count:]),
        }
        return {key: json_text(value) for key, value in found.items()}

    def derivatives(self, numbers: list[Any]) -> dict[str, Any]:
        """The derivatives in the form of the document."""
        many = self.many
        n = len(many.names)
        if many.command == "grad":
            from gradcli.derive.layouts import by_variable

            layout: Any = "numerator" if many.layout == "numerator" else "denominator"
            return {"gradient": by_variable(many.program.variables, numbers, layout)}
        if many.command == "jacobian":
            rows = [numbers[i : i + n] for i in range(0, len(numbers), n)]
            return {"jacobian": list(map(list, zip(*rows, strict=True))) if many.layout == "denominator" else rows}
        return hessian_keys(numbers, n, antisymmetric(many.program.variables, many.program.symmetric))

    def finish(self) -> None:
        """Nothing stands at the end."""


def hessian_keys(upper: Sequence[Any], n: int, zeros: int) -> dict[str, Any]:
    """The whole matrix from its upper half, with eigenvalues in float64 besides so many zeros."""
    from gradcli.evaluate.certified.spectrum import definiteness, spectrum_of_floats

    rows: list[list[Any]] = [[None] * n for _ in range(n)]
    places = [(i, j) for i in range(n) for j in range(i, n)]
    for (i, j), number in zip(places, upper, strict=True):
        rows[i][j] = rows[j][i] = number
    if None in upper:
        return {"hessian": rows, "eigenvalues": None, "definiteness": None}
    values = spectrum_of_floats(rows).without(zeros).eigenvalues
    return {"hessian": rows, "eigenvalues": list(values), "definiteness": definiteness(values)}


class TableWriter:
    """The first and the last rows, for people."""

    def __init__(
        self,
        stream: BinaryIO,
        inputs: Sequence[str],
        columns: Sequence[str],
        out: str | None,
        keep: Sequence[str] = (),
    ) -> None:
        self.stream, self.out = stream, out
        self.names = [*keep, *inputs, *columns, "problem"]
        self.first: list[list[str]] = []
        self.last: list[list[str]] = []
        self.rows = 0

    def write(self, answers: Answers) -> None:
        """Keep what is shown of a block."""
        count = len(answers.table)
        for row in range(min(count, max(0, SHOWN - self.rows))):
            self.first.append(self.cells(answers, row))
        for row in range(max(SHOWN - self.rows, count - SHOWN, 0), count):
            self.last.append(self.cells(answers, row))
        self.last = self.last[-SHOWN:]
        self.rows += count

    def cells(self, answers: Answers, row: int) -> list[str]:
        """The texts of a row."""
        from gradcli.points.kept import as_text
        from gradcli.points.writers import problem_line
        from gradcli.render.notation import write_number

        numbers = [float(c[row]) for c in answers.rows.columns] + answers.table[row].tolist()
        texts = [write_number(None if number != number else number, "—") for number in numbers]
        kept = [as_text(column[row]) for column in answers.rows.kept]
        return [*kept, *texts, problem_line(answers.problems.get(row, ()))]

    def finish(self) -> None:
        """Print the table."""
        from gradcli.render.page import make_console
        from gradcli.render.table import print_rows

        sheet = output.sheet_for(self.out)
        print_rows(self.names, self.first, self.last, self.rows, make_console(sheet))
        self.stream.write(output.encode(sheet.getvalue(), sheet.encoding))
