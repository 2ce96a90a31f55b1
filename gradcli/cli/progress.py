"""A progress bar on standard error while a black box is evaluated; it goes away when the work is done.

Under it stands how well each derivative is known so far: a line a variable where they are few, else the worst.
"""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

from gradcli.blackbox.batch import Watch
from gradcli.cli.forecast import forecast_text, interruption_text
from gradcli.cli.output import write_error
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import RenderableType

    from gradcli.blackbox.targets import Outcome

FEW = 5
"""Variables up to which each has a line of its own."""


class WithLines(Progress):
    """A bar with lines of text under it."""

    lines: tuple[str, ...] = ()

    def get_renderables(self) -> Iterable[RenderableType]:
        yield from super().get_renderables()
        for line in self.lines:
            yield Text(line, style="dim", no_wrap=True, overflow="ellipsis")


class Bar(Watch):
    """Shows done and expected evaluations, how many are sent off, how many failed, and the errors so far."""

    wants_errors = True

    def __init__(self) -> None:
        self.progress = WithLines(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self.task = self.progress.add_task("evaluations", total=None)
        self.running = self.failed = 0
        self.is_shown = False
        self.foretold: tuple[int, int] | None = None

    def forecast(self, count: int, width: int, seconds: float | None) -> None:
        if seconds is None:
            return
        if self.foretold != (count, width):  # a descent foretells the same at each step
            self.foretold = count, width
            self.progress.console.print(forecast_text(count, width, seconds), style="dim", markup=False)
        self.progress.update(self.task, total=count + self.progress.tasks[0].completed)

    def begun(self, count: int) -> None:
        if not self.is_shown:
            self.progress.start()
            self.is_shown = True
        self.running += count
        self.show()

    def finished(self, outcome: Outcome) -> None:
        self.running -= 1
        self.failed += outcome.failure is not None
        self.progress.advance(self.task)
        self.show()

    def show(self) -> None:
        """What runs and what failed; where more is needed than was foretold the bar grows."""
        task = self.progress.tasks[0]
        if task.total is not None and task.completed + self.running > task.total:
            self.progress.update(self.task, total=task.completed + self.running)
        some = f", {self.failed} failed" if self.failed else ""
        self.progress.update(self.task, description=f"evaluations ({self.running} sent off{some})")

    def better(self, errors: Mapping[str, float | None]) -> None:
        self.progress.lines = error_lines(errors)

    def closed(self) -> None:
        if self.is_shown:
            self.progress.stop()

    def interrupted(self, count: int, path: str | None) -> None:
        write_error(interruption_text(count, path))


def error_lines(errors: Mapping[str, float | None]) -> tuple[str, ...]:
    """`x1  error 1e-12` for each of a few variables; of more, those without a number and the worst.

    Example:
        >>> error_lines({"x1": 2e-12, "x2": None})
        ('  ∂/∂x1  error 2e-12', '  ∂/∂x2  not known yet')
    """
    if len(errors) <= FEW:
        width = max(map(len, errors), default=0)
        return tuple(f"  ∂/∂{name:<{width}}  {error_text(error)}" for name, error in errors.items())
    known = {name: error for name, error in errors.items() if error is not None}
    counts = f"  {len(known)} of {len(errors)} derivatives known so far"
    if not known:
        return (counts,)
    worst = max(known, key=lambda name: known[name])
    return (f"{counts}, the worst ∂/∂{worst} with {error_text(known[worst])}",)


def error_text(error: float | None) -> str:
    """A relative error."""
    return "not known yet" if error is None else f"error {error:.0e}"
