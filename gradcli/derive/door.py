"""The derivative that a command asks for: of whole arrays where the function has some, else entry by entry."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.arrays.derivative import ArrayDerivative
    from gradcli.derive.derivative import DerivativeQuestion
    from gradcli.derive.entrywise import EntryDerivative
    from gradcli.derive.request import Request
    from gradcli.program.graph import Program
    from gradcli.program.options import BuildOptions
    from gradcli.text.tree import Script


def derivative_of(
    command: str, script: Script, options: BuildOptions, request: Request
) -> DerivativeQuestion[Any, Any]:
    """The gradient (`grad`), Jacobian (`jacobian`) or Hessian (`hessian`) of a script."""
    from gradcli.program.types.notation import has_arrays

    if has_arrays(script, options):
        return array_derivative(command, script, options, request)
    from gradcli.program.building.program import build_program

    return entry_derivative(command, build_program(script, options), request)


def entry_derivative(command: str, program: Program, request: Request) -> EntryDerivative[Any]:
    """The derivative of a program of scalars."""
    if command == "grad":
        from gradcli.derive.gradient import EntryGradient

        return EntryGradient(program, request)
    if command == "jacobian":
        from gradcli.derive.jacobian import EntryJacobian

        return EntryJacobian(program, request)
    from gradcli.derive.hessian import EntryHessian

    return EntryHessian(program, request)


def array_derivative(command: str, script: Script, options: BuildOptions, request: Request) -> ArrayDerivative[Any]:
    """The derivative of a program of whole arrays."""
    if command == "grad":
        from gradcli.derive.arrays.gradient import ArrayGradient

        return ArrayGradient(script, options, request)
    if command == "jacobian":
        from gradcli.derive.arrays.jacobian import ArrayJacobian

        return ArrayJacobian(script, options, request)
    from gradcli.derive.arrays.hessian import ArrayHessian

    return ArrayHessian(script, options, request)
