"""Derivations of programs of scalars, of arrays, and of one term of a sum: each by its own engine."""

from __future__ import annotations

from gradcli.explain.request import refuse_abstract, uses_arrays
from gradcli.explain.results import Explanation
from gradcli.explain.steps import Explainer
from gradcli.program.point import bind_point
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.explain.request import ExplainRequest


def explanations(request: ExplainRequest) -> list[Explanation]:
    """The derivation at each point (once without one).

    Errors: several functions, a vector, black boxes: as `grad` has them.
    """
    if request.components:
        from gradcli.explain.arrays.components import one_term

        term, told = one_term(request)
        (found,) = explanations(term)
        return [found._replace(reading=found.reading._replace(assumptions=(told,)))]
    if uses_arrays(request):
        from gradcli.explain.arrays.differentials import array_explanations

        return array_explanations(request)
    explainer = Explainer(request)
    if request.points:
        refuse_abstract(explainer.names)
    points = [bind_point(explainer.program, *point) for point in request.points]
    return [explainer.answer(point) for point in points] or [explainer.answer(None)]
