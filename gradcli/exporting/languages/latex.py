"""LaTeX: the function and its derivatives as displayed formulas, ready to be pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gradcli.exporting.file import Exported
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from gradcli.exporting.request import Export


def write_latex_code(asked: Export, header: Any) -> Exported:
    """The formulas as `gradcli grad --format latex` has them, under a comment that says how they were made.

    Raises `usage` for a self-test: formulas do not run.
    """
    from gradcli.exporting.names import FUNCTION_NAME
    from gradcli.render.formats.latex import write_latex

    wish = asked.wish
    if wish.self_test:
        raise GradcliError("usage", "LaTeX does not run, so it has no self-test", hint="leave --self-test away")
    if not FUNCTION_NAME.fullmatch(wish.name):
        raise GradcliError("usage", f"{wish.name[:40]!r} is no name", hint="a letter, then letters, digits and _")
    program, result = answered(asked)
    result = result._replace(reading=result.reading._replace(label=wish.name)) if wish.name != "f" else result
    comments = "".join(f"% {line}\n" for line in header(program, wish))
    return Exported("latex", wish.name, f"{comments}{write_latex(result)}\n", (wish.name,))


def answered(asked: Export) -> tuple[Any, Any]:
    """The program and its symbolic derivative."""
    from gradcli.program.types.notation import has_arrays

    kind = asked.wish.kind
    if has_arrays(asked.script, asked.options):
        return of_arrays(asked)
    from gradcli.derive.gradient import gradients
    from gradcli.derive.hessian import hessians
    from gradcli.derive.jacobian import jacobians
    from gradcli.derive.request import Request
    from gradcli.program.building.program import build_program

    program = build_program(asked.script, asked.options)
    answer = {"gradient": gradients, "jacobian": jacobians, "hessian": hessians}[kind]
    return program, cast(Any, answer)(program, Request(()))[0]


def of_arrays(asked: Export) -> tuple[Any, Any]:
    """The same for vectors and matrices."""
    from gradcli.derive.arrays.gradient import array_gradients
    from gradcli.derive.arrays.hessian import array_hessians
    from gradcli.derive.arrays.jacobian import array_jacobians
    from gradcli.derive.arrays.question import Asked
    from gradcli.program.building.array_program import build_array_program

    answer = {"gradient": array_gradients, "jacobian": array_jacobians, "hessian": array_hessians}[asked.wish.kind]
    question = Asked(asked.script, asked.options, (), None, "symbolic", None)
    return build_array_program(asked.script, asked.options), cast(Any, answer)(question)[0]
