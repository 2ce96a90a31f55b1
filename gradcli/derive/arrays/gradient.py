"""The gradient of a scalar by vectors and matrices: one short formula a variable, with symbolic sizes."""

from __future__ import annotations

from gradcli.derive.arrays.derivative import ArrayDerivative
from gradcli.derive.derivative import ClosedForm
from gradcli.derive.gradient import EntryGradient, gradient_record
from gradcli.derive.layouts import gradient_shape, listed_entries, not_finite, tie_problem
from gradcli.derive.results import Gradient
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.derive.arrays.question import FloatPoint
    from gradcli.derive.layouts import Entries
    from gradcli.derive.methods.jet import Jet
    from gradcli.evaluate.float64.ties import Ties
    from gradcli.problems import Problem
    from gradcli.vocabulary import Layout


class ArrayGradient(ArrayDerivative[Gradient]):
    """The gradient of whole arrays."""

    usual: Layout = "denominator"
    entrywise = EntryGradient
    record = gradient_record

    def differentiate(self) -> None:
        """The gradient as nodes (in denominator layout) and as syntax in the layouts that are asked for."""
        from gradcli.derive.ad.gradients import array_gradient
        from gradcli.program.forms.transpose import transpose
        from gradcli.program.writing.arrays import write_named_groups

        self.nodes = array_gradient(self.arrays, self.outputs[0], self.names)
        rows = [transpose(self.graph, node) if node.shape else node for node in self.nodes]
        groups = [rows if layout == "numerator" else self.nodes for layout in self.layouts()]
        is_shown = self.request.method == "symbolic"
        for layout, written in zip(self.layouts(), write_named_groups(groups, self.taken, self.graph), strict=True):
            self.formulas[layout] = ClosedForm(
                dict(zip(self.names, written.trees, strict=True)) if is_shown else None,
                written.definitions if is_shown else (),
                shape=gradient_shape(self.arrays.variables, layout),
            )

    def floats(self, point: FloatPoint) -> Jet:
        """Value and gradient share what they have in common."""
        from gradcli.derive.methods.jet import Jet

        assert self.nodes is not None
        nodes = [*self.outputs, *self.nodes]
        (value, *arrays), accuracy = self.evaluated(nodes, point)
        ties = self.ties(nodes, [value, *arrays], point)
        parts = list(map(listed_entries, arrays))
        values = listed_entries(value)
        problems = not_finite(None, values)
        problems += [] if ties is None else self.take_loose(parts, ties, point)
        why = self.degenerate(self.nodes, point) if any(None in part for part in parts) else None
        told = {problem.variable for problem in problems}
        for variable, part in zip(self.variables, parts, strict=True):
            if variable.name not in told:
                problems += not_finite(variable.name, part, variable.shape, why)
        row = [entry for part in parts for entry in part]
        return Jet(values, (row,), problems=tuple(problems), accuracy=accuracy)

    def take_loose(self, parts: list[Entries], ties: Ties, point: FloatPoint) -> list[Problem]:
        """The entries that have no value at a kink are taken out of the gradient; one problem a variable."""
        jump, *loose = ties.loose
        behind = self.behind_jump(ties, point) if jump else None
        problems = []
        for place, (variable, mask) in enumerate(zip(self.variables, loose, strict=True)):
            marks = mask if behind is None else mask | behind[place]
            everywhere = bool(jump) and behind is None and variable.name in ties.variables
            if everywhere or marks.any():
                flat = marks.ravel().tolist()
                parts[place] = [None if everywhere or mark else x for x, mark in zip(parts[place], flat, strict=True)]
                problems.append(tie_problem(variable.name, ties, parts[place], variable.shape))
        return problems
