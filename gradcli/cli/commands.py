"""The commands: each a row that says what it asks, and the one way from a command line to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gradcli.problems import ExitCode, GradcliError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradcli.library import Result


class Command(NamedTuple):
    """A command: `about` in one sentence, `examples` as (words, what they show), `most_arguments` None for any number."""

    name: str
    usage: str
    about: str
    details: str
    examples: tuple[tuple[str, str], ...]
    most_arguments: int | None
    surplus: str = ""


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "grad",
            "EXPR",
            "Gradient of a scalar function.",
            "A column shaped like the variable (denominator layout), unless --layout numerator.",
            (
                ('gradcli grad "x1**2 + x2**2" --at 1,2', "symbol and value"),
                ('gradcli grad "sin(x)*exp(y)" --at x=pi/2,y=0', "a point by names"),
                ('gradcli grad "a*x**2" --set a=3 --at 2 --json', "a constant; JSON for programs"),
                ("gradcli grad -x**2 --at -1", "minus signs need no quotes"),
                ("gradcli grad @function.txt --at @point.json", "from files"),
            ),
            1,
            "several functions: gradcli jacobian; several statements: one text with ';' between them",
        ),
        Command(
            "jacobian",
            "EXPR...",
            "Jacobian of a vector function.",
            "Rows by the function (numerator layout), unless --layout denominator, or both side by side.",
            (
                ('gradcli jacobian "[x1**2, x1*x2]" --at 1,2', "a vector function"),
                ('gradcli jacobian "x1**2" "x1*x2" --layout both', "the same, in both layouts"),
                ('gradcli jacobian "[r*cos(t), r*sin(t)]" --wrt r,t', "the order of the columns"),
            ),
            None,
        ),
        Command(
            "hessian",
            "EXPR",
            "Hessian of a scalar function; at a point also eigenvalues and definiteness.",
            "Symmetric, so both layouts agree.",
            (
                ('gradcli hessian "(1-x)**2 + 100*(y-x**2)**2" --at 1,1', "is this a minimum?"),
                ('gradcli hessian "x*y" --along 1,1', "curvature along a direction"),
            ),
            1,
            "the Hessian is of one function",
        ),
        Command(
            "chain",
            "EXPR",
            "Chain rule, term by term, over the named or found intermediates.",
            "Each term is the outer derivative times the inner one; their sum stands beside the direct gradient.",
            (
                ('gradcli chain "y = u1*u2; u1 = x1+x2; u2 = sin(x1)" --at 1,2', "named intermediates"),
                ('gradcli chain "u = f(x,y); x = x(t); y = y(t)"', "abstract functions"),
                ('gradcli chain "sin(x1*x2)**2"', "finds its own intermediates"),
            ),
            1,
            "statements go into one text, with ';' between them",
        ),
        Command(
            "functions",
            "[NAME]...",
            "What the language knows, with each derivative rule.",
            "",
            (("gradcli functions", "all of them"), ("gradcli functions softplus atan2", "two of them")),
            None,
        ),
        Command(
            "completions",
            "SHELL",
            "Print the completion script of a shell: bash, zsh, fish or powershell.",
            "",
            (
                ("gradcli completions bash > ~/.local/share/bash-completion/completions/gradcli", "bash"),
                ("gradcli completions zsh > ~/.zfunc/_gradcli", "zsh: a folder of $fpath"),
                ("gradcli completions fish > ~/.config/fish/completions/gradcli.fish", "fish"),
                ("gradcli completions powershell >> $PROFILE", "PowerShell"),
            ),
            1,
            "one shell at a time",
        ),
    )
}


class Answer(NamedTuple):
    """What a command line asks for: the words of its options, unread, in the spelling of SPEC section 2."""

    command: str
    expressions: tuple[str, ...] = ()
    at: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    along: str | None = None
    wrt: tuple[str, ...] = ()
    of: str | None = None
    shapes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    latex: bool = False
    method: str | None = None
    precision: str | None = None
    layout: str | None = None
    simplify: bool = False
    format: str = "table"
    out: str | None = None


def answer_question(answer: Answer) -> int:
    """Read, differentiate, write. Returns the exit code: 3 if a number that was asked for does not exist."""
    from gradcli.cli.output import write_answer
    from gradcli.library import solve

    results = solve(question_of(answer))
    text = render_results(results, answer.format, answer.out)
    write_answer(text, answer.out, utf8=answer.format == "json")
    return ExitCode.NO_ANSWER if any(result.numbers.problems for result in results) else ExitCode.DONE


def print_completions(shell: str) -> int:
    """Write the completion script of a shell."""
    from gradcli.cli.app import make_group
    from gradcli.cli.completions import completion_script
    from gradcli.cli.output import write_answer

    write_answer(completion_script(make_group(), shell), utf8=True)
    return ExitCode.DONE


def print_functions(names: tuple[str, ...], form: str, out: str | None) -> int:
    raise NotImplementedError
