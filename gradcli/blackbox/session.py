"""A question about a black box, from what was typed to its answers: its names, its arguments, its workers."""

from __future__ import annotations

import os

from gradcli.blackbox.batch import Care, EvaluationPoint, Outside, Slot, Watch, failed
from gradcli.blackbox.derivatives import black_box_gradient, black_box_hessian, black_box_jacobian
from gradcli.blackbox.executables import filled_words, slots_of, spelled
from gradcli.blackbox.parameters import POSITIONAL, SEED, matched
from gradcli.blackbox.targets import Callee, DifferenceRequest, ExecTarget, FailedError
from gradcli.derive.layouts import numbers_in
from gradcli.differences.plan import Plan
from gradcli.problems import ExitCode, GradcliError
from gradcli.program.graph import Variable
from gradcli.program.names import natural
from gradcli.program.point import whole
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import Vector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from gradcli.blackbox.cache import Store
    from gradcli.blackbox.callables import Description
    from gradcli.blackbox.targets import Target
    from gradcli.blackbox.workers import Crew
    from gradcli.derive.results import Gradient, Hessian, Jacobian
    from gradcli.problems import Source
    from gradcli.text.points import PointEntry, PointText
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout

    Answered = Gradient | Jacobian | Hessian


class BlackBox(NamedTuple):
    """A function outside, and how it is to be evaluated.

    command, function    one of both: the text of `--exec`, or `module:name`
    bounds               low and high by name or entry (`x1`, `x`, `x[0]`)
    cache                a file; "" for one in the user's cache folder, None for none
    """

    command: str | None = None
    function: str | None = None
    answer: str | None = None
    workers: int | None = None
    scheduler: str | None = None
    seconds: float | None = None
    retries: int = 0
    repeat: int = 1
    bounds: Mapping[str, tuple[float, float]] = {}
    cache: str | None = ""
    watch: Watch = Watch()

    @property
    def option(self) -> str:
        """The option that names the function."""
        return "--exec" if self.command is not None else "--python"


class SessionRequest(NamedTuple):
    """What was typed beside the function: points, constants, the names to differentiate by, a direction."""

    points: tuple[tuple[PointText, Source], ...]
    settings: Mapping[str, Tree] = {}
    wrt: tuple[str, ...] = ()
    along: tuple[PointText, Source] | None = None
    layout: Layout | None = None
    plan: Plan = Plan()
    study: bool = False


ANSWERS: dict[str, Callable[[Outside, DifferenceRequest], Answered]] = {
    "grad": black_box_gradient,
    "jacobian": black_box_jacobian,
    "hessian": black_box_hessian,
}


def answer_outside(command: str, black_box: BlackBox, given: SessionRequest) -> list[Answered]:
    """One result for each point. Finished evaluations are in the cache whatever happens.

    Raises `usage`, `point` (exit 2) for what was typed; `program`, `target`, `scheduler`, `cache` (exit 4).
    """
    if command not in ANSWERS:
        hint = f"a black box has {', '.join(ANSWERS)}"
        raise GradcliError("usage", f"{command} cannot look into what {black_box.option} names", hint=hint)
    if not given.points:
        hint = "add a point, as in --at x1=1,x2=2"
        raise GradcliError("usage", f"{black_box.option} needs a point (--at): its answers are numbers", hint=hint)
    with Session(black_box, given) as session:
        return [ANSWERS[command](*session.prepared(text, source)) for text, source in given.points]


class Session:
    """The crew at work for one question; `with` sees to it that nothing is left running."""

    def __init__(self, black_box: BlackBox, given: SessionRequest) -> None:
        from gradcli.blackbox.workers import call_together

        self.black_box, self.given = black_box, given
        self.target: Target = target_of(black_box)
        self.store: Store | None = None
        self.description: Description | None = None
        self.crew: Crew = call_together(black_box.workers, black_box.scheduler)

    def __enter__(self) -> Session:
        from gradcli.blackbox.processes import end_on_signals

        end_on_signals()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        watch = self.black_box.watch
        watch.closed()
        self.crew.dismiss(at_once=kind is not None)
        if self.store is not None:
            self.store.close()
            if kind is KeyboardInterrupt:
                watch.interrupted(len(self.store.known), self.store.path)

    def prepared(self, text: PointText, source: Source) -> tuple[Outside, DifferenceRequest]:
        """The box and what is asked of it at one point."""
        given, black_box = self.given, self.black_box
        self.describe()
        values = self.named_values(text, source)
        target, seeded = self.target_for(values, source)
        place, variables = place_of(values, given)
        files = self.files()
        store = self.store = self.open_store(place, target, files)
        care = Care(black_box.seconds, black_box.retries, black_box.repeat, seeded, given.plan.max_evaluations)
        asked = self.asked(values, place, variables)
        if isinstance(target, ExecTarget):
            require_entries(target, place, asked.point, source)
        return Outside(target, place, care, store, self.crew, black_box.watch), asked

    def describe(self) -> None:
        """What Python knows of a callable: asked once, in the process that will run it."""
        if self.description is not None or not isinstance(self.target, Callee):
            return
        from gradcli.blackbox import callables

        try:
            if self.crew.client is None:
                self.description = self.crew.executor.submit(callables.describe, self.target).result()
            else:
                self.description = callables.describe(self.target)
                callables.close()
        except FailedError as error:
            raise failed(self.target, error.failure) from None

    def named_values(self, text: PointText, source: Source) -> dict[str, Tree]:
        """The point and the constants by name, in variable order."""
        entries = self.gathered(text.entries)
        settings = self.given.settings
        if all(entry.name is None for entry in entries):
            names = self.names_in_order(len(entries), source)
        else:
            names = [str(entry.name) for entry in entries]
        for entry, name in zip(entries, names, strict=True):
            if name in settings:
                raise GradcliError("option", f"'{name}' is both in --set and in --at", entry.span, "give it one value")
        found = {**dict(zip(names, (entry.tree for entry in entries), strict=True)), **settings}
        return {name: found[name] for name in sorted(found, key=natural)}

    def names_in_order(self, count: int, source: Source) -> list[str]:
        """The names of a point without any: those of the slots or parameters, else x1, x2, …"""
        known = self.known_names()
        if known is None:
            return ["x"] if count == 1 else [f"x{i + 1}" for i in range(count)]
        least = self.fewest(known)
        if not least <= count <= len(known):
            values = "1 value" if count == 1 else f"{count} values"
            names = "1 name" if least == 1 else f"{least} names"
            order = f"the order is {', '.join(known[:8])}" if known else None
            raise GradcliError("point", f"the point has {values} for {names}", whole(source), order)
        return known[:count]

    def gathered(self, entries: tuple[PointEntry, ...]) -> tuple[PointEntry, ...]:
        """Several numbers without names are one vector where a callable has just one parameter."""
        known = self.known_names() if isinstance(self.target, Callee) else None
        trees = tuple(entry.tree for entry in entries)
        if known is None or len(known) != 1 or len(entries) == 1 or any(entry.name is not None for entry in entries):
            return entries
        if any(isinstance(tree, Vector) for tree in trees):
            return entries
        return (entries[0]._replace(tree=Vector(trees)),)

    def fewest(self, known: Sequence[str]) -> int:
        """How many of the names need a value: parameters may have one of their own."""
        if self.description is None or self.description.parameters is None:
            return len(known)
        return sum(p.required for p in self.description.parameters if spelled(p.name) in known)

    def known_names(self) -> list[str] | None:
        """The names that the function itself says, without constants and seed; None where it says none."""
        settings = self.given.settings
        if isinstance(self.target, ExecTarget):
            slots = [name for name in slots_of(self.target) if name not in settings and name != SEED]
            return sorted(slots, key=natural) if self.target.has_slots else None
        assert self.description is not None
        if self.description.parameters is None:
            return None
        names = [spelled(p.name) for p in self.description.parameters if p.kind in POSITIONAL and p.name != SEED]
        return [name for name in names if name not in settings] or None

    def target_for(self, values: Mapping[str, Tree], source: Source) -> tuple[Target, bool]:
        """The target with its arguments matched to the names, and whether it takes seeds."""
        if isinstance(self.target, ExecTarget):
            return self.target, command_takes_seed(self.target, values, source)
        assert self.description is not None
        callee = matched(self.target, self.description, list(values), source)
        return callee, callee.takes_seed

    def files(self) -> list[str]:
        """The files whose contents belong to the function."""
        if isinstance(self.target, ExecTarget):
            from gradcli.blackbox.executables import named_files

            return named_files(self.target)
        return list(self.description.files) if self.description is not None else []

    def open_store(self, place: EvaluationPoint, target: Target, files: Sequence[str]) -> Store:
        """The cache of this function. A folder of the user's that cannot be written is said, and does without."""
        from gradcli.blackbox.cache import ForeignFileError, Store, default_path, digest

        path = self.black_box.cache
        constant = [f"{name}={value.hex()}" for name, value in place.fixed.items()]
        shapes = [f"{slot.name}{slot.shape}" for slot in place.slots]
        called = [*map(str, target), *shapes, *constant, *place.moving]
        function = digest(called, files if path is not None else ())
        try:
            return Store(default_path(function) if path == "" else path, function)
        except (OSError, ForeignFileError) as error:
            if path:
                raise unusable_cache(path, error) from None
            store = Store(None, function)
            store.remarks.append(f"no cache: the user's cache folder cannot be used ({reason_of(error)})")
            return store

    def asked(
        self, values: Mapping[str, Tree], place: EvaluationPoint, variables: tuple[Variable, ...]
    ) -> DifferenceRequest:
        """What is asked at this point, with everything that the answer says about it."""
        given = self.given
        numbers = {slot.name: as_argument(slot.name, values[slot.name]) for slot in place.slots}
        entries = {
            name: number
            for slot in place.slots
            for name, number in zip(slot.entries(), numbers_in(numbers[slot.name]), strict=True)
        }
        point = tuple(entries[name] for name in place.moving)
        bounds = bounds_of(self.black_box.bounds, place, point)
        shown = {name: tree for name, tree in values.items() if name not in given.settings}
        along, along_values = direction_of(given, variables, place)
        text = self.target.text
        return DifferenceRequest(
            text,
            place.moving,
            variables,
            {slot.name: slot.shape for slot in place.slots if slot.name not in given.settings},
            shown,
            {name: numbers[name] for name in shown},
            point,
            given.plan._replace(bounds=bounds),
            {name: values[name] for name in given.settings},
            given.layout,
            along,
            along_values,
            given.study,
        )


def target_of(black_box: BlackBox) -> Target:
    """The command in its words, or the callable by module and name. Raises `usage`, and `target` on Windows."""
    if not hasattr(os, "killpg"):
        message = "programs and callables in processes of their own need Linux or macOS"
        hint = "in Python gradcli.grad(function, at=...) differentiates a callable here, too"
        raise GradcliError("target", message, hint=hint, exit_code=ExitCode.FAILED)
    folder = os.getcwd()
    if black_box.command is not None:
        from gradcli.blackbox.executables import split_command

        try:
            return split_command(black_box.command, black_box.answer, folder)
        except ValueError as error:
            reason = str(error).lower()
            hint = "--exec './sim {x1} {x2}': words and quotes as in a shell"
            raise GradcliError("usage", f"--exec cannot be read: {reason}", hint=hint) from None
    text = black_box.function or ""
    module, _, name = text.rpartition(":")
    is_file = module.endswith(".py")
    parts = [*([] if is_file else module.split(".")), *name.split(".")]
    if not all(part.isidentifier() for part in parts):
        hint = "--python package.module:function, or --python path/to/file.py:function"
        raise GradcliError("usage", f"--python '{text[:60]}' is not module:function", hint=hint)
    if is_file:
        module = os.path.realpath(module)
        folder = os.path.dirname(module)
    return Callee(module, name, black_box.answer, folder, text)


def command_takes_seed(command: ExecTarget, values: Mapping[str, Tree], source: Source) -> bool:
    """Whether seeds go into a slot. Raises `point` where slots and names do not agree."""
    if not command.has_slots:
        return False
    slots = slots_of(command)
    empty = [name for name in slots if name not in values and name != SEED]
    if empty:
        hint = f"add {empty[0]}=... to --at; the text {{{empty[0]}}} itself is written {{{{{empty[0]}}}}}"
        raise GradcliError("point", f"the slot {{{empty[0]}}} of the command has no value", whole(source), hint)
    lost = [name for name in values if name not in slots]
    if lost:
        hint = "every name needs a slot; a command without slots gets the point as JSON on its standard input"
        raise GradcliError("point", f"the command has no slot {{{lost[0]}}}", whole(source), hint)
    return SEED in slots and SEED not in values


def require_entries(command: ExecTarget, place: EvaluationPoint, point: tuple[float, ...], source: Source) -> None:
    """Raise `point` for a slot that names an entry which the value does not have, as `{x[2]}` of a number."""
    try:
        filled_words(command, place.values(point), 1)
    except LookupError:
        hint = "entries count from 0: {x[0]}; {x} is a whole array, as JSON"
        raise GradcliError(
            "point", "a slot of the command names an entry that is not there", whole(source), hint
        ) from None


def place_of(values: Mapping[str, Tree], given: SessionRequest) -> tuple[EvaluationPoint, tuple[Variable, ...]]:
    """Names with their shapes; the entries that move, in the order of --wrt or of the variables."""
    slots = tuple(Slot(name, shape_of(as_argument(name, tree))) for name, tree in values.items())
    known = {slot.name: slot for slot in slots if slot.name not in given.settings}
    for name in given.wrt:
        if name not in known:
            hint = f"variables: {', '.join(known)}"
            raise GradcliError("names", f"--wrt: the point has no '{name[:40]}'", hint=hint)
    moving = [known[name] for name in given.wrt or known]
    names = tuple(entry for slot in moving for entry in slot.entries())
    moved = set(names)
    fixed = {
        entry: number
        for slot in slots
        for entry, number in zip(slot.entries(), numbers_in(as_argument(slot.name, values[slot.name])), strict=True)
        if entry not in moved
    }
    return EvaluationPoint(slots, fixed, names), tuple(
        Variable(slot.name, rows_and_columns(slot.shape)) for slot in moving
    )


def rows_and_columns(shape: tuple[int, ...]) -> tuple[()] | tuple[int | str, int | str]:
    """The shape as the program room has it: a vector is a column."""
    if not shape:
        return ()
    return (shape[0], 1) if len(shape) == 1 else (shape[0], shape[1])


def as_argument(name: str, tree: Tree) -> Any:
    """A value in float64: a number, a list, or a list of rows."""
    from gradcli.evaluate.float64.literals import number, numbers
    from gradcli.text.tree import Data, Vector

    if type(tree) is Data:
        return tree.array.tolist()
    return numbers(name, tree) if type(tree) is Vector else number(name, tree)


def shape_of(value: Any) -> tuple[int, ...]:
    """() for a number, (n,) for a list, (m, n) for rows."""
    if not isinstance(value, list):
        return ()
    return (len(value), len(value[0])) if isinstance(value[0], list) else (len(value),)


def bounds_of(
    bounds: Mapping[str, tuple[float, float]], place: EvaluationPoint, point: Sequence[float]
) -> tuple[tuple[float, float], ...] | None:
    """Low and high for every entry that moves. Raises `usage` for unknown names and for a point outside."""
    if not bounds:
        return None
    known = dict(bounds_by_entry(bounds, place))
    found = tuple(known.get(name, (float("-inf"), float("inf"))) for name in place.moving)
    for name, x, (low, high) in zip(place.moving, point, found, strict=True):
        if not low <= x <= high:
            raise GradcliError("point", f"the point is outside the bounds: {name} = {x!r} is not in {low!r}:{high!r}")
    return found


def bounds_by_entry(
    bounds: Mapping[str, tuple[float, float]], place: EvaluationPoint
) -> Iterator[tuple[str, tuple[float, float]]]:
    """The bounds of every entry: those of an array are those of each of its entries."""
    arrays = {slot.name: slot.entries() for slot in place.slots}
    entries = {entry for names in arrays.values() for entry in names}
    for name in bounds:
        if name not in arrays and name not in entries:
            hint = f"variables: {', '.join(arrays)}"
            raise GradcliError("usage", f"--bounds: the point has no '{name[:40]}'", hint=hint)
    for name, pair in sorted(bounds.items(), key=lambda item: item[0] in entries):
        for entry in arrays.get(name, [name]):
            yield entry, pair


def direction_of(
    given: SessionRequest, variables: Sequence[Variable], place: EvaluationPoint
) -> tuple[tuple[float, ...] | None, dict[str, Any] | None]:
    """The direction, one number for each entry that moves and by variable; names that are not given stay still."""
    if given.along is None:
        return None, None
    text, source = given.along
    names = [entry.name or "" for entry in text.entries]
    order = [variable.name for variable in variables]
    if not any(names):
        names = order
    if len(names) != len(text.entries) or not set(names) <= set(order):
        raise GradcliError("point", "--along does not fit the variables", whole(source), f"they are {', '.join(order)}")
    typed = {name: as_argument(name, entry.tree) for name, entry in zip(names, text.entries, strict=True)}
    shapes = {slot.name: slot for slot in place.slots}
    for name, value in typed.items():
        if shape_of(value) != shapes[name].shape:
            raise GradcliError("point", f"--along: {name} has another shape in the point", whole(source))
    zeros = {name: shapes[name].arrange([0.0] * len(shapes[name].entries())) for name in order}
    values = {name: typed.get(name, zeros[name]) for name in order}
    return tuple(number for name in order for number in numbers_in(values[name])), values


def unusable_cache(path: str, error: Exception) -> GradcliError:
    """The error for `--cache FILE` that cannot be read or made, or is something else, which is left as it is."""
    from gradcli.blackbox.cache import ForeignFileError

    if isinstance(error, ForeignFileError):
        hint = "nothing was written to it: name another file, as in --cache evaluations.jsonl"
        return GradcliError("cache", f"'{path}' {error}", hint=hint)
    message = f"the cache file '{path}' cannot be used: {reason_of(error)}"
    return GradcliError("cache", message, hint="--cache FILE, or --no-cache", exit_code=ExitCode.FAILED)


def reason_of(error: Exception) -> str:
    """Why the system refuses."""
    return str(getattr(error, "strerror", None) or error).lower()
