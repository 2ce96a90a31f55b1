"""What people are told of a long run, and by whom: a bar at a terminal, lines elsewhere."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.chinese.spoken import translated

if TYPE_CHECKING:
    from typing import Any, Final

    from gradcli.blackbox.batch import Watch

LONG: Final = 2.0
"""Seconds of work from which its length is foretold."""


REPORT_SECONDS: Final = 30.0
"""Seconds between plain lines of progress, where standard error is no terminal."""


def forecast_text(count: int, width: int, seconds: float | None) -> str:
    """`about 28 evaluations, 2 at once, 0.5 s each: about 7 s`, as far as it is worth saying."""
    text = f"about {count} evaluations to come, {width} at once" if width > 1 else f"about {count} evaluations to come"
    each = seconds or 0.0
    total = each * count / width
    return translated(text) + translated(f", {each:.2g} s each: about {duration(total)}") * (total >= LONG)


def duration(seconds: float) -> str:
    """`7 s`, `3 min`, `2.5 h`."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def interruption_text(count: int, path: str | None) -> str:
    """What a run that was interrupted leaves."""
    if path is None:
        return translated("interrupted: without a cache nothing is kept") + "\n"
    text = f"interrupted: {count} finished evaluations are kept in {path}; the same command goes on from there"
    return translated(text) + "\n"


def make_lines() -> Watch:
    """Plain lines: the forecast, and in long work one from time to time."""
    from time import monotonic

    from gradcli.blackbox.batch import Watch
    from gradcli.cli.output import write_error

    class Lines(Watch):
        """Writes to standard error."""

        def __init__(self) -> None:
            self.done = self.failed = 0
            self.told = monotonic()
            self.foretold: tuple[int, int] | None = None

        def forecast(self, count: int, width: int, seconds: float | None) -> None:
            if seconds is not None and self.foretold != (count, width):  # a descent foretells the same at each step
                self.foretold = count, width
                write_error(forecast_text(count, width, seconds) + "\n")

        def finished(self, outcome: Any) -> None:
            self.done += 1
            self.failed += outcome.failure is not None
            if monotonic() - self.told > REPORT_SECONDS:
                self.told = monotonic()
                write_error(translated(f"{self.done} evaluations done, {self.failed} failed") + "\n")

        def interrupted(self, count: int, path: str | None) -> None:
            write_error(interruption_text(count, path))

    return Lines()
