"""The gradient of a scalar function, symbolically and at points."""

from __future__ import annotations

from gradcli.derive.entrywise import FirstDerivative
from gradcli.derive.layouts import by_variable, gradient_shape, literal
from gradcli.derive.results import Gradient
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from gradcli.derive.derivative import DerivativeQuestion
    from gradcli.derive.methods.jet import Jet
    from gradcli.derive.results import Reading
    from gradcli.text.tree import Tree
    from gradcli.vocabulary import Layout


def gradient_record(
    about: DerivativeQuestion[Gradient, Any], reading: Reading, jet: Jet | None, layout: Layout
) -> Gradient:
    """The gradient in one layout.

    Shapes:   each entry has its variable's shape; n scalars make an (n, 1) column, (1, n) in numerator layout.
    Units:    angles in radians; an entry is (unit of the value) per (unit of the variable).
    Problems: a kink at the point is "not-differentiable" with both one-sided derivatives.
    Source:   Griewank & Walther, Evaluating Derivatives, 2nd ed., section 3.2; Magnus & Neudecker, Matrix Differential
              Calculus, 3rd ed. (2007), chapters 8 and 9.
    """
    formula, variables = about.formula(layout), about.variables
    errors = None if jet is None else jet.errors
    return Gradient(
        reading,
        about.numbers(jet),
        layout,
        formula.shape or gradient_shape(variables, layout),
        formula.symbolic,
        formula.definitions,
        None if jet is None else jet.value[0],
        None if jet is None else by_variable(variables, jet.first[0], layout),
        None if errors is None else by_variable(variables, errors[0], layout),
        about.direction,
        formula.along[0] if formula.along else None,
        None if jet is None or jet.along is None else jet.along[0],
    )


class EntryGradient(FirstDerivative[Gradient]):
    """The gradient entry by entry."""

    usual: Layout = "denominator"
    record = gradient_record

    def laid_out(self, rows: Sequence[Sequence[Tree]], layout: Layout) -> dict[str, Tree]:
        """Formulas by variable, in its shape or transposed."""
        parts = by_variable(self.variables, rows[0], layout)
        return {name: literal(found, layout == "numerator") for name, found in parts.items()}
