"""A progress bar on standard error while a black box is evaluated; it goes away when the work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gradcli.cli.output import write_error
from gradcli.cli.outside import forecast_text, interruption_text
from gradcli.evaluate.outside import Watch

if TYPE_CHECKING:
    from gradcli.evaluate.targets import Outcome


class Bar(Watch):
    """Shows done and expected evaluations, how many are sent off, and how many failed."""

    def __init__(self) -> None:
        self.progress = Progress(
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

    def forecast(self, count: int, width: int, seconds: float | None) -> None:
        if seconds is None:
            return
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

    def closed(self) -> None:
        if self.is_shown:
            self.progress.stop()

    def interrupted(self, count: int, path: str | None) -> None:
        write_error(interruption_text(count, path))
