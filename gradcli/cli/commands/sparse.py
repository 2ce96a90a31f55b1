"""`--sparse`: Jacobians and Hessians as lists of the entries that are not zero."""

from __future__ import annotations

import io

from gradcli.cli.blackbox import given
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from gradcli.cli.question import CommandLine
    from gradcli.derive.sparse import Coordinates

FORMATS: Final = ("table", "plain", "json", "csv", "npz")


def answer_sparse(line: CommandLine) -> int:
    """Read, differentiate, write. Returns 3 if a number does not exist."""
    from gradcli.cli.output import write_answer, write_bytes
    from gradcli.cli.question import question_of
    from gradcli.render.documents import text_of
    from gradcli.solve import refuse_together, solve_sparse

    numeric = [f"--method {line.method}"] if line.method not in (None, "symbolic") else []
    refuse_together(dict.fromkeys([*numeric, *given(line.box), *given(line.steps)], True))
    form = chosen_format(line)
    results = solve_sparse(question_of(line))
    if form == "npz":
        write_bytes(npz_bytes(results), line.out, form)
    else:
        texts = [text_of(result, "plain" if form == "table" else form) for result in results]
        write_answer("\n".join(texts) + "\n", line.out, utf8=form == "json")
    return ExitCode.NO_ANSWER if any(result.numbers.problems for result in results) else ExitCode.DONE


def chosen_format(line: CommandLine) -> str:
    """The format that is named, else that of --out's ending."""
    is_archive = line.out not in (None, "-") and str(line.out).lower().endswith(".npz")
    form = line.format_given or ("npz" if is_archive else line.format)
    if form not in FORMATS:
        raise GradcliError("usage", f"--format {form} does not go with --sparse", hint=f"one of {', '.join(FORMATS)}")
    return form


def npz_bytes(results: Sequence[Coordinates]) -> bytes:
    """A file for `scipy.sparse.load_npz`. Raises `usage` where it would hold less than the truth."""
    import numpy as np

    if len(results) > 1:
        raise GradcliError("usage", "npz holds one matrix, and there are several points", hint="--out FILE.json")
    (result,) = results
    if result.entries is None or result.value is None:
        raise GradcliError("usage", "npz holds numbers, and there is no point", hint="--at POINT")
    if None in (*result.entries, *result.value):
        raise GradcliError("usage", "a number does not exist, and npz cannot say so", hint="--out FILE.json")
    places = np.array(result.places, dtype=np.int64).reshape(-1, 2)
    stream = io.BytesIO()
    np.savez(
        stream,
        row=places[:, 0],
        col=places[:, 1],
        data=np.array(result.entries, dtype=np.float64),
        shape=np.array(result.shape),
        format=np.array(b"coo"),
        _is_array=np.array(True),
    )
    return stream.getvalue()
