"""Who evaluates: threads of this process, or the workers of a Dask cluster, behind Python's own Executor interface."""

from __future__ import annotations

import contextlib
import os
from time import monotonic, sleep

from gradcli.blackbox.replies import Reply, UnreadableError
from gradcli.blackbox.targets import LONGEST_PAUSE, PAUSE, ExecTarget, FailedError, Failure, Job, Outcome
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from typing import Any, Final

SCHEDULER_SECONDS: Final = 10
"""Time for a scheduler to answer, and then for its first worker."""
MOST_WORKERS: Final = 1024


class Crew(NamedTuple):
    """An executor, how many evaluations it runs at once, and what speaks with its cluster (None: this machine)."""

    executor: Executor
    width: int
    client: Any = None

    def is_there(self) -> bool:
        """Whether evaluations that were sent can still come back."""
        return self.client is None or self.client.status in ("running", "connecting")

    def dismiss(self, at_once: bool) -> None:
        """No more work. `at_once`: what runs is ended, what waits is dropped."""
        if self.client is None:
            from gradcli.blackbox import processes

            if at_once:
                self.executor.shutdown(wait=False, cancel_futures=True)
            processes.end_all()
            self.executor.shutdown(wait=not at_once)
        else:
            with contextlib.suppress(Exception):
                self.client.close(timeout=2)


def call_together(workers: int | None, scheduler: str | None) -> Crew:
    """The crew of `--workers` or `--scheduler`. Raises `scheduler` (exit 4) where there is none."""
    return local_crew(workers) if scheduler is None else cluster_crew(scheduler)


def cores() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def local_crew(workers: int | None) -> Crew:
    """Threads, each of which waits for a process of its own."""
    from concurrent.futures import ThreadPoolExecutor

    from gradcli.blackbox import processes

    processes.over.clear()
    width = min(workers or cores(), MOST_WORKERS)
    return Crew(ThreadPoolExecutor(width, "evaluation"), width)


def cluster_crew(address: str) -> Crew:
    """The workers of a Dask scheduler."""
    try:
        import distributed
    except ImportError:
        hint = "pip install distributed"
        raise GradcliError("scheduler", "--scheduler needs Dask, which is not installed", hint=hint) from None
    quiet_libraries()
    make: Any = distributed.Client
    try:
        client = make(address, timeout=SCHEDULER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError, TimeoutError) as error:
        raise no_scheduler(address, error) from None
    try:
        client.wait_for_workers(1, timeout=SCHEDULER_SECONDS)
    except (TimeoutError, OSError):
        client.close(timeout=2)
        message = f"the scheduler {address} has no workers"
        hint = f"dask worker {address} starts one"
        raise GradcliError("scheduler", message, hint=hint, exit_code=ExitCode.FAILED) from None
    width = max(1, sum(client.nthreads().values()))
    return Crew(client.get_executor(), min(width, MOST_WORKERS), client)


def no_scheduler(address: str, error: Exception) -> GradcliError:
    """The error for an address at which no scheduler answers; one that is no address is the command line's fault."""
    if isinstance(error, ValueError | TypeError):
        hint = "an address is tcp://HOST:PORT"
        return GradcliError("usage", f"'{address[:60]}' is no address of a scheduler", hint=hint)
    message = f"no scheduler answers at {address[:60]}"
    return GradcliError("scheduler", message, hint="dask scheduler starts one", exit_code=ExitCode.FAILED)


def quiet_libraries() -> None:
    """Dask logs lost connections with tracebacks; here they are one error line, or nothing where work goes on."""
    import logging

    for name in ("distributed", "tornado", *logging.root.manager.loggerDict):
        if name.startswith(("distributed", "tornado")):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def evaluate_all(jobs: Sequence[Job]) -> list[Outcome]:
    """Evaluate jobs of one target: those of a quick Python callable in one message, each by itself where that fails.

    The message as a whole has the time of one evaluation, so one that hangs is found, and then found again alone.
    """
    if len(jobs) > 1 and not isinstance(jobs[0].target, ExecTarget):
        from gradcli.blackbox.callables import call_all

        begin = monotonic()
        try:
            found = call_all(jobs[0].target, jobs)
        except (FailedError, UnreadableError):
            return [evaluate(job) for job in jobs]
        seconds = (monotonic() - begin) / len(jobs)
        return [
            evaluate(job) if isinstance(reply, FailedError) and job.retries else outcome_of(reply, seconds)
            for job, reply in zip(jobs, found, strict=True)
        ]
    return [evaluate(job) for job in jobs]


def outcome_of(found: Reply | FailedError | UnreadableError, seconds: float) -> Outcome:
    """One evaluation's reply, or why there is none."""
    if isinstance(found, Reply):
        return Outcome(found, None, seconds)
    if isinstance(found, FailedError):
        return Outcome(None, found.failure, seconds)
    return Outcome(None, Failure("output", f"the function {found}", found.hint), seconds)


def evaluate(job: Job) -> Outcome:
    """Evaluate once, and again after a pause where that fails and retries are left. Never raises for what it runs."""
    pause = PAUSE
    for left in range(job.retries, -1, -1):
        begin = monotonic()
        found: Reply | FailedError | UnreadableError
        try:
            found = answer(job)
        except (FailedError, UnreadableError) as error:
            found = error
        outcome = outcome_of(found, monotonic() - begin)
        if outcome.failure is None or outcome.failure.final or not left:
            return outcome
        sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    raise AssertionError("a job has at least one try")


def answer(job: Job) -> Reply:
    """One try."""
    if isinstance(job.target, ExecTarget):
        from gradcli.blackbox.executables import run_command

        return run_command(job.target, job)
    from gradcli.blackbox.callables import call

    return call(job.target, job)
