"""A hint is text that works when it is pasted: every formula, command, option and declaration of every hint is run."""

from __future__ import annotations

import io
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from functools import cache

import pytest
from text.hints import UNREACHED, fragments, literals, typed
from text.test_errors import READERS

import gradcli
from gradcli.cli.entry import run
from gradcli.problems import GradcliError, Source

ANSWERED = ("vector", "constant", "several-functions")
"""Codes of errors about what is asked of a formula that is read."""


@cache
def hints() -> dict[str, tuple[str, GradcliError]]:
    """Every hint that the inputs lead to, with the first of these (empty for options) and its error."""
    found: dict[str, tuple[str, GradcliError]] = {}
    for option, text in typed():
        formula, _, point = text.partition(" ;; ")
        try:
            if option == "expression":
                gradcli.grad(formula, at=point or None)
            else:
                READERS[option](Source(option, text))
        except GradcliError as error:
            plain = formula if option == "expression" and not point else ""
            found.setdefault(error.hint or "", (plain, error))
    return found


def is_read(text: str, **asked: object) -> bool:
    """Whether a formula is read, in dollar signs where it is LaTeX."""
    for formula in (text, f"${text}$"):
        try:
            gradcli.grad(formula, **asked)  # type: ignore[arg-type]
        except GradcliError as error:
            if error.code in ANSWERED:
                return True
        else:
            return True
    return False


def test_the_inputs_lead_to_the_hints_of_the_readers() -> None:
    """Each hint in the readers' code is among those produced, but for one guard in each of a few files."""
    unmet = [place for place, pattern in literals() if not any(pattern.search(hint) for hint in hints())]
    assert [place for place in unmet if not place.startswith(UNREACHED)] == []
    assert len(unmet) <= len(UNREACHED)
    assert len(hints()) > 300


def test_every_formula_of_a_hint_is_read() -> None:
    """What a hint shows as a formula is read when it is pasted."""
    shown = [(part, hint) for hint, (text, _) in hints().items() if text for part in fragments(hint)]
    assert len(shown) > 200
    assert [(part, hint) for part, hint in shown if not is_read(part)] == []


def test_every_command_of_a_hint_runs() -> None:
    """`gradcli check ...` and `gradcli hessian ...` answer as they stand; FUNCTION and ANSWER stand for formulas."""
    found = [
        match[0]
        for hint in hints()
        for match in re.finditer(r"gradcli (?:check|hessian|grad|jacobian)(?: '[^']*'| [^\s';]+)+", hint)
    ]
    commands = [command for command in found if "FUNCTION" not in command and " asks " not in command]
    assert len(commands) >= 3
    for command in commands:
        out = io.TextIOWrapper(io.BytesIO())
        with redirect_stdout(out), redirect_stderr(io.TextIOWrapper(io.BytesIO())):
            assert run(shlex.split(command)[1:]) in (0, 1), command


def test_every_declaration_and_value_of_a_hint_helps() -> None:
    """`'phi: function'` before the text, and a value for the name that a hint tells of, end that error."""
    count = 0
    for hint, (text, error) in hints().items():
        told = re.findall(r"'([^\W\d]\w*: (?:function|scalar))'", hint)
        names = re.findall(r"give ([^\W\d]\w*) a value with", hint) if text else []
        for declaration in told if text else ():
            count += 1
            assert ends(error, f"{declaration}; {text}"), (declaration, text)
        for name in names:
            count += 1
            assert ends(error, text, at=f"{name}=0.5"), (name, text)
    assert count > 40


def ends(error: GradcliError, text: str, at: str | None = None) -> bool:
    """Whether a text no longer ends in this error."""
    try:
        gradcli.grad(text, at=at)
    except GradcliError as other:
        return other.message != error.message
    return True


@pytest.mark.parametrize(
    ("hint", "formulas"),
    [
        ("write x*y for the product, or give xy a value with --at or --set", ["x*y"]),
        ("write where(x > 0, a, b)", ["where(x > 0, a, b)"]),
        ("write (1/2)*x or 1/(2*x)", ["(1/2)*x", "1/(2*x)"]),
        ("write round brackets for grouping", []),
        (r"write x^\top A for the transpose, x^{t} \cdot A for the power", [r"x^\top A", r"x^{t} \cdot A"]),
    ],
)
def test_formulas_are_found_in_hints(hint: str, formulas: list[str]) -> None:
    """The pieces of a hint that are formulas, and no others."""
    assert fragments(hint) == formulas
