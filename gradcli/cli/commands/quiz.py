"""quiz: a worksheet, or exercises asked at a terminal and judged by `check`."""

from __future__ import annotations

import sys

from gradcli.cli.commands.endings import WORKSHEETS, format_for
from gradcli.cli.commands.explain import in_format, written
from gradcli.platforms.terminals import is_terminal
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from rich.console import Console

    from gradcli.cli.question import CommandLine
    from gradcli.explain.quiz.results import Exercise, Quiz


def answer_quiz(line: CommandLine) -> int:
    """Ask at a terminal, else write the worksheet."""
    from gradcli.cli.inputs import at_terminal
    from gradcli.explain.quiz.draw import quiz

    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out worksheet.md")
    form = format_for(line.format_given, line.out, WORKSHEETS, "")
    seed = line.quiz.seed if line.quiz.seed is not None else any_seed()
    drawn = quiz(seed, line.quiz.topic, line.quiz.exercises)
    if not form and line.out is None and at_terminal() and is_terminal(sys.stdout):
        return Dialogue(drawn).run()
    form = form or "markdown"
    return written(in_format([drawn], form), line.out, form, [])


def any_seed() -> int:
    """A seed that is short enough to be typed again."""
    from random import SystemRandom

    return SystemRandom().randrange(1, 100_000)


class Dialogue:
    """Exercises one after the other: an answer, `h` for a hint, `s` for the steps, `n` for the next, `q` to end."""

    def __init__(self, quiz: Quiz) -> None:
        from gradcli.render.page import Page, make_console

        self.quiz = quiz
        self.console: Console = make_console(sys.stdout)
        self.page: Any = Page(self.console)
        self.right = 0
        self.first = 0

    def run(self) -> int:
        """Ask all, and say how many were right. Exit code 0: an exercise that is not solved is no failure."""
        from gradcli.render.explain.lexicon import say
        from gradcli.render.explain.quiz import command_text

        self.page.line(say("keys"), "dim")
        asked = 0
        for exercise in self.quiz.exercises:
            asked += 1
            if not self.ask(exercise):
                break
        self.page.line()
        self.page.line(say("score", right=self.right, count=asked, first=self.first), "bold")
        self.page.line(say("worksheet again", command=command_text(self.quiz)), "dim")
        return ExitCode.DONE

    def ask(self, exercise: Exercise) -> bool:
        """One exercise until it is solved or left; False to end the whole."""
        from gradcli.render.explain.lexicon import say
        from gradcli.render.explain.quiz import hint_line, question_lines

        head, *lines = question_lines(exercise, len(self.quiz.exercises), self.page.style)
        self.page.line()
        self.page.line(head, "bold")
        for line in lines:
            self.page.line(line)
        hints = tries = 0
        is_told = False
        while True:
            typed = self.read()
            if typed is None or (word := typed.lower()) in ("q", "quit", "exit"):
                return False
            if word in ("n", "s"):
                if word == "s" or not is_told:
                    self.show_steps(exercise)
                if word == "n":
                    return True
                is_told = True
            elif word == "h":
                self.page.line(hint_line(exercise, hints, self.page.style))
                hints += 1
            elif word in ("", "?", "？", "help"):
                self.page.line(say("keys"), "dim")
            else:
                verdict = self.judge(exercise, typed)
                tries += verdict is not None
                if verdict == "equal":
                    self.right += 1
                    self.first += tries == 1
                    return True

    def judge(self, exercise: Exercise, typed: str) -> str | None:
        """Say what `check` says of an answer: its verdict. None for one that cannot be read, which is no try."""
        from gradcli.explain.quiz.judge import judge_text
        from gradcli.render.diagnostics import render_error
        from gradcli.render.explain.quiz import verdict_lines

        try:
            verdict = judge_text(exercise, typed)
        except GradcliError as error:
            self.page.line(render_error(error, self.console.encoding).rstrip("\n"))
            return None
        for place, line in enumerate(verdict_lines(exercise, verdict, typed, self.page.style)):
            self.page.line(line, "" if place or verdict.verdict != "equal" else "green")
        return verdict.verdict

    def show_steps(self, exercise: Exercise) -> None:
        """The derivation, as `steps` shows it."""
        from gradcli.render.explain.steps import print_steps

        print_steps(exercise.explanation, self.console)

    def read(self) -> str | None:
        """A line of the user's; None at the end of the input."""
        from gradcli.cli.shells.ask import ask_line

        try:
            return ask_line("> ").strip()
        except EOFError:
            self.page.line()
            return None
        except UnicodeDecodeError:
            return ""
