"""The options of black boxes and of finite differences, and the forecast and progress on standard error."""

from __future__ import annotations

import os
import sys

from gradcli.cli.words import quote
from gradcli.patterns import pattern, re
from gradcli.platforms.terminals import is_terminal
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from gradcli.blackbox.batch import Watch
    from gradcli.blackbox.session import BlackBox
    from gradcli.differences.plan import Plan

BOUND: Final = pattern(
    r"\s*(?P<name>[^\W\d]\w*(?:\[\d+(?:,\s*\d+)?\])?)\s*=\s*(?P<low>[^:,=]*):(?P<high>[^:,=]*)(?:,|$)"
)


class BoxWords(NamedTuple):
    """The options that name a black box and say how it is evaluated, as they were typed."""

    command: str | None = None
    function: str | None = None
    answer: str | None = None
    workers: int | None = None
    scheduler: str | None = None
    timeout: float | None = None
    retries: int | None = None
    repeat: int | None = None
    bounds: tuple[str, ...] = ()
    cache: str | None = None
    no_cache: bool = False

    @property
    def is_given(self) -> bool:
        """Whether the function is outside."""
        return self.command is not None or self.function is not None


class StepWords(NamedTuple):
    """The options of finite differences in doubles, as they were typed."""

    scheme: str | None = None
    step: float | None = None
    rel_step: float | None = None
    order: int | None = None
    max_evals: int | None = None
    study: bool = False


def given(words: BoxWords | StepWords) -> list[str]:
    """The options among these that were given, as they are typed."""
    spelling = {"command": "exec", "function": "python"}
    return [f"--{spelling.get(name, name).replace('_', '-')}" for name, value in words._asdict().items() if value]


def read_black_box(words: BoxWords, expressions: Sequence[str], watch: Watch) -> BlackBox:
    """The black box of a command line. Raises `usage` for options that contradict each other."""
    from gradcli.blackbox.session import BlackBox

    refuse_pairs(words, expressions)
    return BlackBox(
        words.command,
        words.function,
        words.answer,
        words.workers,
        words.scheduler,
        words.timeout,
        words.retries or 0,
        words.repeat or 1,
        read_bounds(words.bounds),
        None if words.no_cache else words.cache or "",
        watch,
    )


def refuse_pairs(words: BoxWords, expressions: Sequence[str]) -> None:
    """Raise `usage` for two functions, two crews, two caches, and numbers without meaning."""
    option = "--exec" if words.command is not None else "--python"
    if words.command is not None and words.function is not None:
        raise GradcliError("usage", "'--exec' and '--python' are two functions", hint="give one of them")
    if expressions:
        message = f"{quote(expressions[0])} and '{option}' are two functions"
        raise GradcliError("usage", message, hint="give one; a command of several words goes in quotes")
    if words.workers is not None and words.scheduler is not None:
        raise GradcliError("usage", "'--workers' is for this machine, '--scheduler' for others", hint="give one")
    if words.cache is not None and words.no_cache:
        raise GradcliError("usage", "'--cache' and '--no-cache' contradict each other", hint="give one of them")
    if words.cache == "":
        raise GradcliError("usage", "'--cache' needs the name of a file", hint="--cache evaluations.jsonl")
    if words.timeout is not None and not 0 < words.timeout < 1e9:
        raise GradcliError("usage", "'--timeout' needs a number of seconds above 0", hint="--timeout 60")


def refuse_one_file(words: BoxWords, out: str | None) -> None:
    """Raise `usage` where the answer would take the place of the cache."""
    if words.cache and out and os.path.realpath(words.cache) == os.path.realpath(out):
        raise GradcliError("usage", "'--cache' and '--out' name the same file", hint="give each a file of its own")


def refuse_without_box(words: BoxWords) -> None:
    """Raise `usage` for options of black boxes where the function is a text."""
    found = given(words)
    if found:
        hint = "add --exec COMMAND or --python MODULE:FUNCTION"
        raise GradcliError("usage", f"'{found[0]}' belongs to a black box, and the function is a text", hint=hint)


def read_bounds(texts: Sequence[str]) -> dict[str, tuple[float, float]]:
    """`x1=0:1,x2=:5` as low and high by name; a side that is left away is open. Raises `usage`."""
    found: dict[str, tuple[float, float]] = {}
    for text in texts:
        place = 0
        while place < len(text) or not text:
            match = BOUND.match(text, place)
            if match is None:
                raise GradcliError("usage", f"'--bounds' cannot be read: {quote(text)}", hint="--bounds x1=0:1,x2=0:")
            low, high = side(match["low"], float("-inf"), text), side(match["high"], float("inf"), text)
            if not low < high:
                raise GradcliError("usage", f"'--bounds': {match['name']} has no room between {low!r} and {high!r}")
            name = re.sub(r"\s", "", match["name"])
            if name in found:
                raise GradcliError("usage", f"'--bounds': {name} is given twice", hint="give every bound once")
            found[name] = (low, high)
            place = match.end()
    return found


def side(text: str, default: float, whole: str) -> float:
    """One bound as a number."""
    try:
        number = float(text) if text.strip() else default
    except ValueError:
        number = float("nan")
    if number != number:
        raise GradcliError("usage", f"'--bounds': {quote(text)} in {quote(whole)} is no number", hint="--bounds x1=0:1")
    return number


def read_plan(words: StepWords) -> Plan:
    """The plan of the differences. Raises `usage` for steps that are no steps."""
    from gradcli.differences.plan import Plan

    if words.step is not None and words.rel_step is not None:
        raise GradcliError("usage", "'--step' and '--rel-step' contradict each other", hint="give one of them")
    for name, value in (("--step", words.step), ("--rel-step", words.rel_step)):
        if value is not None and not 0 < value < float("inf"):
            raise GradcliError("usage", f"'{name}' needs a number above 0", hint=f"{name} 1e-6")
    if words.order is not None and words.scheme is None:
        hint = "add --scheme central, forward or backward"
        raise GradcliError("usage", "'--order' belongs to a fixed scheme; without one the order adapts", hint=hint)
    scheme: Any = words.scheme or "adaptive"
    return Plan(scheme, words.step, words.rel_step, words.order, words.max_evals)


def precision_for(words: StepWords, method: str | None, precision: str | None) -> str | None:
    """The precision of a text's differences: the options of steps ask for doubles. Raises `usage` where they cannot."""
    options = given(words)
    if not options:
        return precision
    if method != "fd":
        raise GradcliError("usage", f"'{options[0]}' belongs to --method fd", hint="add --method fd, or leave it away")
    if precision == "extended":
        message = f"'{options[0]}' belongs to --precision double"
        raise GradcliError("usage", message, hint="extended precision chooses its step itself: leave one away")
    return "double"


def make_watch(quiet: bool) -> Watch:
    """Who is told of the work: a bar at a terminal, a line elsewhere; with `quiet` (JSON) only a terminal is told."""
    if is_terminal(sys.stderr):
        from gradcli.cli.progress import Bar

        return Bar()
    from gradcli.blackbox.batch import Watch
    from gradcli.cli.forecast import make_lines

    return Watch() if quiet else make_lines()
