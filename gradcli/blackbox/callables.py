"""Python callables as functions: each thread of evaluations speaks with a process of its own, line by line.

So a callable may crash, hang or use every global that it likes, and evaluations run side by side.
"""

from __future__ import annotations

import contextlib
import json
import math
import subprocess
import sys
import threading
from itertools import compress
from operator import is_not
from pathlib import Path

from gradcli import limits
from gradcli.blackbox.processes import GRACE, Conversation, finish, last_lines, start
from gradcli.blackbox.replies import FULL_DIGITS, Printed, UnreadableError, pick, reply_of
from gradcli.blackbox.targets import Callee, FailedError, Failure
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final

    from gradcli.blackbox.replies import Reply
    from gradcli.blackbox.targets import Job

PROGRAM: Final = Path(__file__).with_name("callable_worker.py")
IMPORT_SECONDS: Final = 120.0
"""Time for a module to be imported, where evaluations have a time-out at all."""
threads = threading.local()


class Parameter(NamedTuple):
    """A parameter of a callable, as Python describes it."""

    name: str
    kind: str
    required: bool


class Description(NamedTuple):
    """What is known of a callable: its parameters (None where Python knows none), and the files it came from."""

    parameters: tuple[Parameter, ...] | None
    files: tuple[str, ...]


def describe(callee: Callee, seconds: float | None = None) -> Description:
    """Import the callable in its process, and look at it. Raises FailedError."""
    found = ask(callee, {"do": "describe"}, seconds)
    rows = found["parameters"]
    parameters = None if rows is None else tuple(Parameter(*row) for row in rows)
    return Description(parameters, tuple(found["files"]))


def call(callee: Callee, job: Job) -> Reply:
    """One evaluation. Raises FailedError, or UnreadableError where the result is no number or array."""
    found = ask(callee, {"do": "call", **request_of(callee, job)}, job.seconds)
    refuse_failure(found)
    return reply_to(callee, found)


def call_all(callee: Callee, jobs: Sequence[Job]) -> list[Reply | FailedError | UnreadableError]:
    """Evaluations of one callable in one message, each with its reply or what stands for it.

    The message has the first point whole, and of the others what differs. Raises FailedError where no answer comes.
    """
    first = request_of(callee, jobs[0])
    values = first.pop("values")
    moves = [moves_between(values, request_of(callee, job)["values"]) for job in jobs]
    seeds = [job.seed if callee.takes_seed else None for job in jobs]
    request = {"do": "call many", **first, "values": values, "moves": moves, "seeds": seeds}
    replies: list[Reply | FailedError | UnreadableError] = []
    for found in ask(callee, request, jobs[0].seconds)["results"]:
        try:
            refuse_failure(found)
            replies.append(reply_to(callee, found))
        except (FailedError, UnreadableError) as error:
            replies.append(error)
    return replies


def request_of(callee: Callee, job: Job) -> dict[str, Any]:
    """The values of a job by the callable's own parameters."""
    names = callee.keywords or tuple(job.values)
    return {
        "values": dict(zip(names, job.values.values(), strict=True)),
        "by_name": callee.keywords is not None,
        "seed": job.seed if callee.takes_seed else None,
    }


def moves_between(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[tuple[str, list[int], float]]:
    """The entries in which two points differ: name, indices and the second one's number."""
    found: list[tuple[str, list[int], float]] = []
    for name, value in other.items():
        before = one[name]
        if not isinstance(value, list):
            found += [(name, [], value)] if differs(before, value) else []
        elif value and isinstance(value[0], list):
            for i, (line, new) in enumerate(zip(before, value, strict=True)):
                found += [(name, [i, j], new[j]) for j in places_moved(line, new)]
        else:
            found += [(name, [i], value[i]) for i in places_moved(before, value)]
    return found


def places_moved(one: Sequence[float], other: Sequence[float]) -> list[int]:
    """The places in which two rows differ. Most numbers of a point are the very objects of the point before."""
    return [i for i in compress(range(len(other)), map(is_not, one, other)) if differs(one[i], other[i])]


def differs(one: float, other: float) -> bool:
    """Whether two numbers differ, zeros by their sign as well."""
    return one != other or (one == 0 and math.copysign(1, one) != math.copysign(1, other))


def reply_to(callee: Callee, found: Mapping[str, Any]) -> Reply:
    """The numbers of a result."""
    value = pick(numbers_of(found["result"]), callee.answer)
    return reply_of(value)._replace(digits=None, places=None)


def numbers_of(result: Any) -> Any:
    """The result with its numbers as numbers."""
    if isinstance(result, list):
        return [numbers_of(entry) for entry in result]
    if "number" in result:
        return Printed(float.fromhex(result["number"]), FULL_DIGITS, 0)
    if "object" in result:
        return {key: numbers_of(entry) for key, entry in result["object"].items()}
    raise UnreadableError(f"returned {result['odd']} where a number should be")


def ask(callee: Callee, request: Mapping[str, Any], seconds: float | None) -> dict[str, Any]:
    """One request to this thread's process of the callable; started anew where the last one has ended."""
    return exchange(process_of(callee, seconds), request, seconds)


def exchange(process: subprocess.Popen[bytes], request: Mapping[str, Any], seconds: float | None) -> dict[str, Any]:
    """One request and its answer. Raises FailedError, and the process has ended, where none comes."""
    data = (json.dumps(request) + "\n").encode()
    try:
        heard = Conversation(process, data, seconds, until_line=True).hear()
    except BaseException:
        close()
        raise
    if heard.ending != "line":
        status = close(patient=heard.ending == "closed")
        raise FailedError(ended(heard.ending, status, heard.errors, seconds))
    found: dict[str, Any] = json.loads(heard.output)
    if found.get("failure") == "import":
        details = found["details"] or last_lines(heard.errors)
        raise FailedError(Failure("start", found["message"], details, final=True))
    return found


def refuse_failure(found: Mapping[str, Any]) -> None:
    """Raise FailedError where the callable has raised."""
    if "failure" in found:
        raise FailedError(Failure("exception", f"the function {found['message']}", found["details"]))


def ended(ending: str, status: int | None, errors: bytes, seconds: float | None) -> Failure:
    """Why the process gave no line."""
    from gradcli.blackbox.processes import signal_name

    details = last_lines(errors)
    if ending == "timeout":
        return Failure("timeout", f"the function did not return within {seconds:g} s and was ended", details)
    if ending == "flood":
        return Failure("output", f"the function printed more than {limits.ANSWER_BYTES:,} bytes", details)
    if status is not None and status < 0:
        return Failure("signal", f"the function's process died by {signal_name(-status)}", details)
    return Failure("exit", f"the function ended its process with exit status {status}", details)


def process_of(callee: Callee, seconds: float | None) -> subprocess.Popen[bytes]:
    """This thread's process of the callable. To import it takes time, which is not that of an evaluation."""
    known = getattr(threads, "known", None)
    if known is not None and known[0] == callee[:4] and known[1].poll() is None:
        return known[1]  # type: ignore[no-any-return]
    close()
    words = [sys.executable, "-P", str(PROGRAM), callee.module, callee.name, callee.folder]
    try:
        process = start(words)
    except OSError as error:
        raise FailedError(Failure("start", f"Python cannot be started: {error.strerror}")) from None
    threads.known = (callee[:4], process)
    exchange(process, {"do": "describe"}, None if seconds is None else max(seconds, IMPORT_SECONDS))
    return process


def close(patient: bool = False) -> int | None:
    """End this thread's process, if it has one; its exit status. `patient`: it is ending by itself."""
    known = getattr(threads, "known", None)
    threads.known = None
    if known is None:
        return None
    process: subprocess.Popen[bytes] = known[1]
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(GRACE if patient else 0)
    return finish(process)
