"""What a black box is, and one evaluation of it: a command, or a Python callable in a process of its own.

A `Job` is plain data, so that a thread here and a worker on another machine run it by the same function, `evaluate`.
"""

from __future__ import annotations

from gradcli.blackbox.replies import Reply
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final, Literal

    from gradcli.derive.results import Value
    from gradcli.differences.plan import Plan
    from gradcli.program.graph import Variable
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

    Argument = float | list[Any]
    """A number, a list of numbers, or a list of rows."""
    FailureKind = Literal["start", "exit", "signal", "timeout", "output", "exception", "lost"]
    Point = tuple[float, ...]

PAUSE: Final = 0.5
"""Seconds before the first retry; each further one waits twice as long."""
LONGEST_PAUSE: Final = 30.0


class ExecTarget(NamedTuple):
    """A program with its arguments, in which `{x1}`, `{x[0]}` and `{seed}` are slots.

    answer      dotted path into the JSON that the program prints
    folder      where it runs
    """

    words: tuple[str, ...]
    has_slots: bool
    answer: str | None
    folder: str
    text: str


class Callee(NamedTuple):
    """A Python callable by `module:name`; `module` is the path of its file where that was given.

    keywords    the parameter for each value of a job in turn; None: values are given in order, without names
    """

    module: str
    name: str
    answer: str | None
    folder: str
    text: str
    keywords: tuple[str, ...] | None = None
    takes_seed: bool = False


Target = ExecTarget | Callee


class Job(NamedTuple):
    """One evaluation: the target, the value of every name, and the seed (None without a `{seed}` slot)."""

    target: Target
    values: Mapping[str, Argument]
    seed: int | None
    seconds: float | None
    retries: int


class Failure(NamedTuple):
    """Why an evaluation gave no answer. `details`: the last lines of standard error, or a traceback's.

    `final`: no other point or try can help (there is no such program, no such function).
    """

    kind: FailureKind
    message: str
    details: str = ""
    final: bool = False


class Outcome(NamedTuple):
    """What one evaluation gave: a reply or a failure, and the seconds that it took (of the last try)."""

    reply: Reply | None
    failure: Failure | None
    seconds: float


class FailedError(Exception):
    """One try of an evaluation failed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


class DifferenceRequest(NamedTuple):
    """What is asked at one point.

    names       the entries that move, in order (`x1`, `x[0]`);  variables: the names that they belong to
    shapes      of every name, and `trees` and `values` of its value, for saying where the answer is
    along       a direction, one number for each entry
    """

    text: str
    names: tuple[str, ...]
    variables: tuple[Variable, ...]
    shapes: Mapping[str, tuple[int | str, ...]]
    trees: Mapping[str, Tree]
    values: Mapping[str, Value]
    point: Point
    plan: Plan
    constants: Mapping[str, Tree] = {}
    layout: Layout | None = None
    along: tuple[float, ...] | None = None
    along_values: Mapping[str, Value] | None = None
    study: bool = False
    remarks: tuple[str, ...] = ()
