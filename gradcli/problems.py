"""What can go wrong, as records: places in texts, errors, exit codes, and derivatives that do not exist."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.vocabulary import ProblemKind


class ExitCode:
    """How the process ends: plain numbers, as an enumeration takes as long to make as twenty classes."""

    DONE = 0
    DIFFERENT = 1  # `check` found a difference
    USAGE = 2  # the command line, the expression or the input was wrong
    NO_ANSWER = 3  # an answer does not exist at a point, or is lost in its error; it is printed with its problems
    FAILED = 4  # a numeric method, an external program or the output failed
    INTERRUPTED = 130
    BROKEN_PIPE = 141


class Source(NamedTuple):
    """A text as it was given. `name` is `expression`, an option's name (`--at`) or a file's name.

    `is_data`: numbers or constants, of which an error shows a short excerpt only (`--set a=@/etc/passwd`).
    """

    name: str
    text: str
    is_file: bool = False
    is_data: bool = False


class Span(NamedTuple):
    """A place in a source: code points from `start` up to, not including, `end`."""

    source: Source
    start: int
    end: int


class GradcliError(Exception):
    """One fact, one place, one hint: what `gradcli` prints on standard error before it ends with `exit_code`.

    `code` is a stable word for scripts (`syntax`, `unknown-function`, `arity`, `point`, `limit`, ...).
    """

    def __init__(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        hint: str | None = None,
        exit_code: int = ExitCode.USAGE,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.hint = hint
        self.exit_code = exit_code


class FailuresNamed:
    """Turn the system's refusals into one error line; a broken pipe stays what it is."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError | ValueError) and not isinstance(error, BrokenPipeError):
            reason = getattr(error, "strerror", None) or str(error)
            message = f"cannot write {self.what}: {reason.lower()}"
            raise GradcliError("output", message, exit_code=ExitCode.FAILED) from error


class WholeMatrixError(GradcliError):
    """A Jacobian or Hessian has too many entries to be answered whole; the list of what is not 0 may be short."""


class Problem(NamedTuple):
    """Why a number does not exist at a point, or cannot be trusted.

    `variable` is None when it is the function's value itself. `left` and `right` are the one-sided derivatives
    (units of the value per unit of the variable), None where they do not exist. `index` is the place in an array.
    """

    variable: str | None
    kind: ProblemKind
    message: str
    left: float | None = None
    right: float | None = None
    index: tuple[int, ...] | None = None  # type: ignore[assignment]  # hides a method of tuple that nobody needs

    @property
    def place(self) -> str:
        """`x`, or `X[0,1]` for an entry; nothing for the value itself."""
        return (self.variable or "") + ("" if self.index is None else f"[{','.join(map(str, self.index))}]")


def reason_at(problems: Sequence[Problem], label: str) -> str:
    """Why the entry with this label (`x`, `X[0,1]`, `f2/x`) has no number; empty where no problem tells.

    What is said of the entry itself goes before what is said of its array, and this before what holds for all.
    """
    row, _, name = label.rpartition("/")
    base = name.partition("[")[0]

    def distance(problem: Problem) -> tuple[bool, int]:
        near = (problem.place == name, problem.place == base, problem.variable is None, True)
        return not problem.message.startswith(f"{row}: "), near.index(True)

    own = [problem for problem in problems if problem.variable in (None, base, name)]
    nearest = min(map(distance, own), default=None)
    return "; ".join(dict.fromkeys(problem.message for problem in own if distance(problem) == nearest))
