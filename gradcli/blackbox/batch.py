"""Black boxes: a function whose value is a program's or a Python callable's answer, evaluated in batches.

What was evaluated once is never evaluated again: a batch asks the store first, then sends the rest to the crew, and
keeps each answer the moment it comes.
"""

from __future__ import annotations

import math
from contextlib import suppress
from functools import cached_property, partial
from operator import itemgetter

from gradcli.blackbox.cache import Kept, key_of
from gradcli.blackbox.replies import rounding
from gradcli.blackbox.targets import ExecTarget, Failure, Job
from gradcli.blackbox.workers import evaluate_all
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future
    from typing import Any, Final, NoReturn

    from gradcli.blackbox.cache import Key, Store
    from gradcli.blackbox.replies import Reply
    from gradcli.blackbox.targets import Argument, Outcome, Target
    from gradcli.blackbox.workers import Crew

    Point = tuple[float, ...]

TICK: Final = 0.25
"""Seconds between looks at the clock while evaluations run."""
PENDING: Final = 4
"""Messages on their way for each worker: enough that none waits."""
MESSAGE_SECONDS: Final = 0.01
"""Evaluations of a Python callable that are quicker go many in one message, of about so many seconds."""
LONGEST_MESSAGE: Final = 256
MESSAGE_NUMBERS: Final = 100_000
"""Numbers that the answer to one message may hold."""


class Slot(NamedTuple):
    """A name of the function with its shape: () for a number, (n,) for a vector, (m, n) for a matrix."""

    name: str
    shape: tuple[int, ...]

    def entries(self) -> list[str]:
        """Its numbers by name: `x`, or `x[0]`, `x[1]`, or `X[0,0]`, `X[0,1]`, row by row."""
        if not self.shape:
            return [self.name]
        if len(self.shape) == 1:
            return [f"{self.name}[{i}]" for i in range(self.shape[0])]
        return [f"{self.name}[{i},{j}]" for i in range(self.shape[0]) for j in range(self.shape[1])]

    def arrange(self, numbers: Sequence[float]) -> Argument:
        """Its value from the numbers of its entries."""
        if not self.shape:
            return numbers[0]
        if len(self.shape) == 1:
            return list(numbers)
        width = self.shape[1]
        return [list(numbers[i : i + width]) for i in range(0, len(numbers), width)]


class EvaluationPoint(Record):
    """What the function takes: all its names in order, the numbers that stay, and the entries that move."""

    slots: tuple[Slot, ...]
    fixed: Mapping[str, float]
    moving: tuple[str, ...]

    @cached_property
    def places(self) -> tuple[tuple[Slot, Callable[[Point], Any]], ...]:
        """What takes the entries of each name (of a scalar its number) from those that move and, behind, that stay."""
        where = {name: place for place, name in enumerate((*self.moving, *self.fixed))}
        where |= {name: place for place, name in enumerate(self.moving)}
        found = []
        for slot in self.slots:
            places = [where[name] for name in slot.entries()]
            taken: Callable[[Point], Any]
            if not slot.shape:
                taken = itemgetter(*places)
            elif places and places == list(range(places[0], places[0] + len(places))):
                taken = itemgetter(slice(places[0], places[0] + len(places)))
            else:
                taken = partial(entries_at, places)
            found.append((slot, taken))
        return tuple(found)

    @cached_property
    def plain(self) -> tuple[tuple[str, ...], Callable[[Point], Iterable[float]]] | None:
        """The names, and what takes their numbers at once, where all are numbers; None where some are arrays."""
        if len(self.slots) < 2 or any(slot.shape for slot in self.slots):
            return None
        where = {name: place for place, name in enumerate((*self.moving, *self.fixed))}
        where |= {name: place for place, name in enumerate(self.moving)}
        names = tuple(slot.name for slot in self.slots)
        return names, itemgetter(*[where[name] for name in names])

    def values(self, point: Point) -> dict[str, Argument]:
        """The value of every name at a point."""
        numbers = (*point, *self.fixed.values())
        if self.plain is not None:
            return dict(zip(self.plain[0], self.plain[1](numbers), strict=True))
        return {
            slot.name: slot.arrange(taken(numbers)) if slot.shape else taken(numbers) for slot, taken in self.places
        }

    def text(self, point: Point) -> str:
        """`x1 = 1, x2 = 2.5`, the first few."""
        pairs = [f"{name} = {value:.17g}" for name, value in zip(self.moving, point, strict=True)]
        return ", ".join(pairs[:4]) + (", ..." if len(pairs) > 4 else "")


def entries_at(places: Sequence[int], numbers: Point) -> list[float]:
    """Some numbers."""
    return [numbers[place] for place in places]


class Care(NamedTuple):
    """How evaluations are made: seconds and retries for each, how often a point is evaluated, with seeds or without.

    most    evaluations of one run, those from the cache not counted
    """

    seconds: float | None = None
    retries: int = 0
    repeat: int = 1
    seeded: bool = False
    most: int | None = None


class Watch:
    """Somebody who is told what goes on; here nobody. `wants_errors`: also how well the derivatives are known."""

    wants_errors = False

    def forecast(self, count: int, width: int, seconds: float | None) -> None:
        """About so many evaluations are to come, so many at once, of so many seconds each (None: not known)."""

    def begun(self, count: int) -> None:
        """So many evaluations are sent off."""

    def finished(self, outcome: Outcome) -> None:
        """One has come back."""

    def better(self, errors: Mapping[str, float | None]) -> None:
        """The relative error of the derivative by each variable so far, None where nothing is known."""

    def closed(self) -> None:
        """No more will come."""

    def interrupted(self, count: int, path: str | None) -> None:
        """The run was interrupted; so many finished evaluations are in this file."""


class Outside:
    """A black box, ready to be evaluated in batches.

    made, cached, failed    evaluations of this run: executed, taken from the cache file, without an answer
    seconds                 what one evaluation takes
    is_exhausted            more evaluations were asked for than are allowed
    """

    def __init__(
        self, target: Target, place: EvaluationPoint, care: Care, store: Store, crew: Crew, watch: Watch
    ) -> None:
        self.target = target
        self.place = place
        self.care = care
        self.store = store
        self.crew = crew
        self.watch = watch
        self.made = 0
        self.seconds: float | None = None
        self.used: set[Key] = set()
        self.failures: dict[Key, Failure] = {}
        self.first_failure: tuple[Failure, Point] | None = None
        self.shape: tuple[int, ...] | None = None
        self.is_exhausted = False

    @property
    def cached(self) -> int:
        """Evaluations that the cache file saved."""
        return len(self.used)

    @property
    def failed(self) -> int:
        """Evaluations without an answer."""
        return len(self.failures)

    def batch(self, points: Sequence[Point]) -> list[tuple[float, ...] | None]:
        """The function's numbers at each point: the mean of all runs, or with seeds those of each run in turn.

        NaN stands for "no value there", None for an evaluation that failed.
        """
        return [self.combined(keys) for keys in self.fetch(points, self.runs())]

    def runs(self) -> range:
        """The runs of each point: seeds 1 to N, or 0 to N - 1 where there are none."""
        first = 1 if self.care.seeded else 0
        return range(first, first + self.care.repeat)

    def combined(self, keys: Sequence[Key]) -> tuple[float, ...] | None:
        """One point's numbers from its runs."""
        replies = self.replies_of(keys)
        if replies is None:
            return None
        if self.care.seeded:
            return tuple(value for reply in replies for value in reply.values)
        count = len(replies)
        return tuple(
            math.fsum(values) / count if all(map(math.isfinite, values)) else math.nan
            for values in zip(*(reply.values for reply in replies), strict=True)
        )

    def replies(self, point: Point) -> list[Reply] | None:
        """Every run's reply at a point that was evaluated; None where one failed."""
        return self.replies_of(self.keys(point))

    def replies_of(self, keys: Sequence[Key]) -> list[Reply] | None:
        """The replies of runs; None where one failed."""
        found = [self.store.get(key) for key in keys]
        return None if None in found else [kept.reply for kept in found if kept is not None]

    def fetch(self, points: Iterable[Point], runs: Iterable[int]) -> list[list[Key]]:
        """See to it that every run of every point is in the store, or has failed. Returns the keys of each point."""
        runs = list(runs)
        missing: dict[Key, Point] = {}
        all_keys = []
        for point in points:
            keys = [key_of(point, run) for run in runs]
            all_keys.append(keys)
            for key in keys:
                if self.store.get(key) is None:
                    if key not in self.failures:
                        missing[key] = point
                elif key in self.store.from_file:
                    self.used.add(key)
                    self.check_shape(self.store.known[key].reply, point)
        missing = self.affordable(missing)
        if missing:
            self.watch.begun(len(missing))
            self.send(missing)
        return all_keys

    def affordable(self, missing: dict[Key, Point]) -> dict[Key, Point]:
        """As many of these as are allowed."""
        most = self.care.most
        if most is None or len(missing) <= most - self.made:
            return missing
        self.is_exhausted = True
        return dict(list(missing.items())[: max(0, most - self.made)])

    def send(self, missing: Mapping[Key, Point]) -> None:
        """Evaluate, and keep each answer as it comes."""
        from collections import deque
        from queue import Empty, SimpleQueue

        over: SimpleQueue[Future[list[Outcome]]] = SimpleQueue()
        waiting = deque(missing)
        sent: dict[Future[list[Outcome]], list[Key]] = {}
        try:
            while waiting or sent:
                while waiting and len(sent) < PENDING * self.crew.width:
                    keys = [waiting.popleft() for _ in range(min(len(waiting), self.together(len(waiting))))]
                    future = self.crew.executor.submit(evaluate_all, [self.job(missing[key], key.run) for key in keys])
                    sent[future] = keys
                    future.add_done_callback(over.put)
                with suppress(Empty):
                    done = [over.get(timeout=TICK)]
                    with suppress(Empty):
                        while True:
                            done.append(over.get_nowait())
                    found = [pair for future in done for pair in answers(future, sent.pop(future))]
                    # a failure may end the run: what is finished is kept first
                    for key, outcome in sorted(found, key=lambda pair: pair[1].reply is None):
                        self.receive(outcome, key, missing[key])
                if not self.crew.is_there():
                    raise lost_scheduler()
        except RuntimeError as error:  # an executor that takes no more work
            raise lost_scheduler() from error

    def together(self, count: int) -> int:
        """How many of so many evaluations go in one message: one, until it is known that they are quick."""
        if not self.seconds or isinstance(self.target, ExecTarget) or self.seconds > MESSAGE_SECONDS:
            return 1
        share = -(-count // self.crew.width)
        numbers = math.prod(self.shape or (1,))
        return max(1, min(LONGEST_MESSAGE, share, int(MESSAGE_SECONDS / self.seconds), MESSAGE_NUMBERS // numbers))

    def job(self, point: Point, run: int) -> Job:
        """One evaluation as plain data."""
        seed = max(run, -1 - run) if self.care.seeded else None
        return Job(self.target, self.place.values(point), seed, self.care.seconds, self.care.retries)

    def receive(self, outcome: Outcome, key: Key, point: Point) -> None:
        """Keep an answer, or note a failure; one that is final ends the run."""
        self.made += 1
        if outcome.reply is not None:
            # the least: the first evaluation of a worker also starts it
            self.seconds = outcome.seconds if self.seconds is None else min(self.seconds, outcome.seconds)
            self.store.put(key, point, self.place.moving, Kept(outcome.reply, outcome.seconds))
            self.check_shape(outcome.reply, point)
        else:
            assert outcome.failure is not None
            self.failures[key] = outcome.failure
            self.first_failure = self.first_failure or (outcome.failure, point)
            if outcome.failure.final:
                self.give_up(outcome.failure, None)
        self.watch.finished(outcome)

    def check_shape(self, reply: Reply, point: Point) -> None:
        """Every answer has the shape of the first."""
        if self.shape is None:
            self.shape = reply.shape
        elif self.shape != reply.shape:
            message = f"it answered {shape_words(reply.shape)} where it had answered {shape_words(self.shape)}"
            self.give_up(Failure("output", message), point)

    def give_up(self, failure: Failure, point: Point | None) -> NoReturn:
        """Raise what went wrong, with what standard error said last. Finished evaluations are kept."""
        where = f" at {self.place.text(point)}" if point is not None else ""
        raise failed(self.target, failure, where)

    def centre(self, point: Point) -> tuple[Reply, ...]:
        """Every run at the point itself, where the function must have an answer. Raises `program` or `target`."""
        self.fetch([point], self.runs())
        replies = self.replies(point)
        if replies is None:
            if not any(key in self.failures for key in self.keys(point)):
                message = f"{self.care.most} evaluations are fewer than the {self.care.repeat} runs of the point itself"
                raise GradcliError("usage", message, hint="a larger --max-evals")
            failure = next(self.failures[key] for key in self.keys(point) if key in self.failures)
            self.give_up(failure, point)
        for value in (value for reply in replies for value in reply.values):
            if not math.isfinite(value):
                what = "nan" if math.isnan(value) else "infinite"
                self.give_up(Failure("output", f"the answer is {what}"), point)
        return tuple(replies)

    def keys(self, point: Point) -> list[Key]:
        """The keys of all runs at a point."""
        return [key_of(point, run) for run in self.runs()]

    def rounded_to(self, points: Sequence[Point]) -> tuple[float, ...] | None:
        """The standard deviation of each number's rounding, as printed at these points; None where nothing is rounded.

        The first point is the one that matters.
        """
        found = [replies for point in points if (replies := self.replies(point)) is not None]
        if not found:
            return None
        replies = [reply for replies in found for reply in replies]
        columns = [rounding(replies, column) for column in range(len(replies[0].values))]
        known = [column for column in columns if column is not None]
        return tuple(column or 0.0 for column in columns) if known else None

    def differs_when_repeated(self, point: Point) -> bool:
        """Whether a second evaluation of the point gives another answer than the first (with the same seed)."""
        self.fetch([point], [self.again(point).run])
        one, other = (self.store.get(key) for key in (self.keys(point)[0], self.again(point)))
        return one is not None and other is not None and not same(one.reply.values, other.reply.values)

    def again(self, point: Point) -> Key:
        """The key of the second evaluation of the first run, which tells whether the function is random."""
        return key_of(point, -1 - self.runs()[0])


def answers(future: Future[list[Outcome]], keys: Sequence[Key]) -> list[tuple[Key, Outcome]]:
    """What the evaluations of a message gave."""
    from gradcli.blackbox.targets import Outcome

    try:
        return list(zip(keys, future.result(), strict=True))
    except Exception as error:  # lost with its worker: whatever class the cluster has for it
        words = " ".join(str(error).split())[:200]
        lost = Outcome(None, Failure("lost", f"an evaluation was lost with its worker ({words})"), 0.0)
        return [(key, lost) for key in keys]


def same(one: Sequence[float], other: Sequence[float]) -> bool:
    """Equal numbers, NaN being equal to itself."""
    return [value.hex() for value in one] == [value.hex() for value in other]


def shape_words(shape: tuple[int, ...]) -> str:
    """`one number`, `3 numbers`, `a 2 by 3 matrix`."""
    if not shape:
        return "one number"
    return f"a {shape[0]} by {shape[1]} matrix" if len(shape) == 2 else f"{shape[0]} numbers"


def failed(target: Target, failure: Failure, where: str = "") -> GradcliError:
    """The error line of a failure."""
    code = "program" if isinstance(target, ExecTarget) else "target"
    hint = failure.details or None
    return GradcliError(code, failure.message + where, hint=hint, exit_code=ExitCode.FAILED)


def lost_scheduler() -> GradcliError:
    """The error for a cluster that is gone in the middle of the work."""
    hint = "finished evaluations are kept: the same command goes on where this one ended"
    return GradcliError("scheduler", "the scheduler was lost", hint=hint, exit_code=ExitCode.FAILED)
