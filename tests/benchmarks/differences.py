"""Finite differences in doubles beside their peers, on the set and on generated functions, as one table.

    python -m tests.benchmarks.differences [--markdown] [--ours] [--generated 400] [--seed 1] [--moved] [--tolerance 0]
    python -m tests.benchmarks.differences --failures

covers: |value - truth| <= stated error, on the set (on generated functions; on noisy ones). silent: stated error below
a tenth of the true one and nothing said; `+` those that doubles cannot resolve. flags: of those without a derivative.
wrong: off by more than 0.1 %, unflagged, not covered. needless: regular partials flagged. Peers that are not installed
are left out and said so.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection

from tests.differences.functions import Problem, all_problems
from tests.differences.generated import generated, moved
from tests.differences.scores import (
    Answer,
    Figures,
    Method,
    Reply,
    Verdict,
    coverage,
    figures,
    gradcli_doubles,
    guarded,
    judge,
    judge_all,
)

SECONDS = 3.0
"""The time that one method has for one problem."""

HEADER = (
    "method",
    "easy: median, 90 %",
    "tough: median, 90 %",
    ">= 10 digits",
    "evals/variable: median, mean (max)",
    "covers (generated; noisy)",
    "est./true",
    "silent",
    "flags",
    "wrong",
    "no answer",
    "needless",
)


def methods(ours_only: bool, tolerance: float) -> Iterator[tuple[str, Callable[[], Method]]]:
    """All methods by name, made when their turn comes."""
    if not ours_only:
        from tests.benchmarks.difference_peers import PEERS

        yield from PEERS.items()
    name = "gradcli in doubles" + (f", stop at {tolerance:g}" if tolerance else "")
    yield name, lambda: lambda problem: gradcli_doubles(problem, tolerance)


def line(name: str, on_set: Figures, on_generated: Figures | None) -> tuple[str, ...]:
    """One row in words."""
    beside = [share(on_generated.covers)] if on_generated else []
    covers = (
        "none"
        if on_set.covers is None
        else f"{share(on_set.covers)} ({'; '.join([*beside, share(on_set.covers_noisy)])})"
    )
    median, mean, most = on_set.evaluations
    return (
        name,
        pair(on_set.easy),
        pair(on_set.tough),
        share(on_set.ten_digits),
        f"{median:.3g}, {mean:.3g} ({most:.3g})",
        covers,
        "" if on_set.stated is None else f"{on_set.stated:.2g}",
        "" if on_set.covers is None else f"{on_set.silent[0]}+{on_set.silent[1]}",
        f"{on_set.flags[0]} of {on_set.flags[1]}",
        str(on_set.wrong),
        str(on_set.without_answer),
        str(on_set.needless),
    )


def pair(errors: tuple[float, float]) -> str:
    """Median and nine of ten, in one digit; `-` where there is no answer."""
    return ", ".join("-" if error == float("inf") else f"{error:.0e}" if error else "0" for error in errors)


def share(part: float | None) -> str:
    """A share in per cent."""
    return "-" if part is None else f"{100 * part:.1f} %"


def write(rows: Sequence[Sequence[str]], markdown: bool) -> None:
    """The table, for eyes or for a document."""
    if markdown:
        for i, cells in enumerate(rows):
            print("| " + " | ".join(cells) + " |" + ("\n|" + " --- |" * len(cells) if i == 0 else ""), flush=True)
        return
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(rows[0]))]
    for cells in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def failures(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Every case that keeps a goal from being reached, with what is wrong about it."""
    for v in verdicts:
        faults = list(faults_of(v))
        if faults:
            numbers = (
                f"truth {v.truth:.17g}, value {v.answer.value:.17g}, error {v.off:.2g} ({v.relative:.1g} relative)"
            )
            stated = "none" if v.answer.error is None else f"{v.answer.error:.2g}"
            where = f"{v.problem.name} at {v.problem.point}, variable {v.index}"
            yield f"{', '.join(faults)}: {where} [{v.kind}]: {numbers}, stated {stated}, kind {v.answer.flag or '-'}"


def faults_of(v: Verdict) -> Iterator[str]:
    """The goals that one partial misses."""
    regular = v.kind in ("easy", "tough", "generated")
    tests = {
        "RAISED": v.answer.flag.startswith("raised"),
        "SILENT": v.silent,
        "WRONG": v.wrong and v.kind != "noisy",
        "not covered": v.answered and v.kind != "none" and not v.covered,
        "not flagged": v.kind == "none" and not v.flagged,
        "flagged with another word": v.kind == "none" and v.flagged and v.answer.flag not in v.problem.problems,
        "no answer": v.kind != "none" and not v.answered,
        "needlessly flagged": regular and v.flagged and v.answered,
        "fewer than 10 digits": regular and v.answered and v.relative > 1e-10,
        "12 digits missed": v.kind == "easy" and 1e-12 < v.relative <= 1e-10,
        "many evaluations": regular and v.index == 0 and v.share > 60,
    }
    return (name for name, holds in tests.items() if holds)


def tell_failures(problems: Sequence[Problem], tolerance: float) -> None:
    """gradcli's bad cases, and the figures that they add up to."""
    verdicts = judge_all(lambda problem: gradcli_doubles(problem, tolerance), problems)
    for text in sorted(failures(verdicts)):
        print(text)
    for kind in dict.fromkeys(v.kind for v in verdicts):
        these = [v for v in verdicts if v.kind == kind]
        evaluations = statistics.fmean(v.share for v in these)
        digits = sum(v.relative <= 1e-10 for v in these) / len(these)
        covers = share(coverage(these))
        print(
            f"{kind}: {len(these)} partials, 10 digits {share(digits)}, covers {covers}, evaluations {evaluations:.1f}"
        )


def compare_all(
    markdown: bool = False, ours_only: bool = False, others: Sequence[Problem] | None = None, tolerance: float = 0.0
) -> None:
    """The table: every method on the set, and on other functions (400 generated ones)."""
    others = list(generated(400)) if others is None else others
    rows = [HEADER]
    for name, make in methods(ours_only, tolerance):
        try:
            method = make()
        except ImportError as error:
            print(f"left out: {name} ({error})", file=sys.stderr)
            continue
        problems = [*all_problems(), *others]
        replies = replies_of(method, problems)
        verdicts = [judge(problem, reply) for problem, reply in zip(problems, replies, strict=True)]
        on_set = list(chain.from_iterable(verdicts[: len(all_problems())]))
        on_others = list(chain.from_iterable(verdicts[len(all_problems()) :]))
        rows.append(line(name, figures(on_set), figures(on_others) if others else None))
        print(f"done: {name}", file=sys.stderr)
    write(rows, markdown)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--ours", action="store_true", help="leave the peers out")
    parser.add_argument("--failures", action="store_true", help="list gradcli's bad cases")
    parser.add_argument("--generated", type=int, default=400, metavar="N", help="how many generated functions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--moved", action="store_true", help="also the set's functions at points moved by up to 5 %%")
    parser.add_argument("--tolerance", type=float, default=0.0, help="gradcli stops at this relative error")
    options = parser.parse_args()
    others = [*generated(options.generated, options.seed), *(moved(options.seed) if options.moved else ())]
    if options.failures:
        tell_failures([*all_problems(), *others], options.tolerance)
        return
    compare_all(options.markdown, options.ours, others, options.tolerance)


def replies_of(method: Method, problems: Sequence[Problem]) -> list[Reply]:
    """A method's replies, made by a child process: one that does not come back (NaN in LAPACK) is replaced."""
    replies: list[Reply] = []
    while len(replies) < len(problems):
        ours, theirs = Pipe()
        child = get_context("fork").Process(target=answer_from, args=(theirs, method, problems[len(replies) :]))
        child.start()
        theirs.close()
        with suppress(EOFError):
            while len(replies) < len(problems) and ours.poll(2 * SECONDS):
                replies.append(ours.recv())
        if len(replies) < len(problems):
            replies.append(no_reply(problems[len(replies)]))
        child.kill()
        child.join()
    return replies


def answer_from(pipe: Connection, method: Method, problems: Sequence[Problem]) -> None:
    """The child's work: the replies in order, and nothing printed (LAPACK complains on standard output)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for problem in problems:
        pipe.send(guarded(method, problem, SECONDS))


def no_reply(problem: Problem) -> Reply:
    """What is noted where nothing came back."""
    return Reply((Answer(math.nan, None, "raised nothing, never came back"),) * len(problem.point), 0)


if __name__ == "__main__":
    main()
