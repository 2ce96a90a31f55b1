"""LaTeX: the function and its derivatives as displayed formulas, ready to be pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradcli.exporting.file import Exported
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from gradcli.exporting.request import Export


def write_latex_code(asked: Export, header: Any) -> Exported:
    """The formulas as `gradcli grad --format latex` has them, under a comment that says how they were made.

    Raises `usage` for a self-test: formulas do not run.
    """
    from gradcli.exporting.names import is_function_name
    from gradcli.render.formats.latex import write_latex

    wish = asked.wish
    if wish.self_test:
        raise GradcliError("usage", "LaTeX does not run, so it has no self-test", hint="leave --self-test away")
    if not is_function_name(wish.name):
        raise GradcliError("usage", f"{wish.name[:40]!r} is no name", hint="a letter, then letters, digits and _")
    program, result = answered(asked)
    result = result._replace(reading=result.reading._replace(label=wish.name)) if wish.name != "f" else result
    comments = "".join(f"% {line}\n" for line in header(program, wish))
    return Exported("latex", wish.name, f"{comments}{write_latex(result)}\n", (wish.name,))


def answered(asked: Export) -> tuple[Any, Any]:
    """The program and its symbolic derivative."""
    from gradcli.derive.door import derivative_of
    from gradcli.derive.request import Request

    command = {"gradient": "grad"}.get(asked.wish.kind, asked.wish.kind)
    found: Any = derivative_of(command, asked.script, asked.options, Request())
    return getattr(found, "arrays", None) or found.program, found.answer(None)
