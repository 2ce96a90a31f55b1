"""A question in, its results out: the engine that the sizes allow, and the contradictions that no question may have."""

from __future__ import annotations

from gradcli.problems import GradcliError
from gradcli.question import Question, options_of, with_whole_vector
from gradcli.reading import plain_question
from gradcli.records import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.blackbox.session import BlackBox
    from gradcli.derive.request import Request
    from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
    from gradcli.derive.sparse import Coordinates
    from gradcli.program.graph import Program
    from gradcli.program.point import Point
    from gradcli.vocabulary import Layout, Method

    Result = Gradient | Jacobian | Hessian | Chain


def solve(question: Question) -> Sequence[Result]:
    """One result per point (one without a point). Raises GradcliError for a question that makes no sense."""
    if question.outside is not None:
        return solve_outside(question, question.outside)
    refuse_contradictions(question.method, question.precision, bool(question.points), question.simplify)
    question = plain_question(question)
    refuse_broken_promises(question)
    results = _solve_plain(question)
    if question.points:
        refuse_broken_points(question, results)
    return results


def _solve_plain(question: Question) -> Sequence[Result]:
    """The results of a question in plain notation, by the engine that its sizes allow."""
    from gradcli.program.types.notation import has_arrays

    if not has_arrays(question.script, options_of(question)):
        return solve_entries(question)
    try:
        return solve_arrays(with_whole_vector(question))
    except GradcliError as refused:
        if refused.code not in NO_CLOSED_FORM or not question.points:
            raise
        try:
            return solve_entries(question)
        except GradcliError:
            raise refused from None


def solve_outside(question: Question, outside: BlackBox) -> Sequence[Result]:
    """The results of a black box."""
    from gradcli.blackbox.session import SessionRequest, answer_outside
    from gradcli.differences.plan import Plan

    layout = cast("Layout | None", question.layout)
    plan = question.plan or Plan()
    given = SessionRequest(
        question.points, question.settings, question.wrt, question.along, layout, plan, question.study
    )
    return answer_outside(question.command, outside, given)


NO_CLOSED_FORM = ("no-closed-form", "shape")
"""What the array graph may refuse although the entries, one by one, have an answer at a point."""


def solve_entries(question: Question) -> Sequence[Result]:
    """The results entry by entry: every entry of an array is a variable of its own."""
    program, request = build(question), request_of(question)
    if question.command == "chain":
        from gradcli.explain.chain import chains

        return chains(program, request)
    from gradcli.derive.door import entry_derivative

    return entry_derivative(question.command, program, request).answers()


def solve_arrays(question: Question) -> Sequence[Result]:
    """The results of a question about vectors and matrices."""
    script, options, request = question.script, options_of(question), request_of(question)
    if question.command == "chain":
        from gradcli.explain.arrays.chain import array_chains

        return array_chains(script, options, request)
    from gradcli.derive.door import array_derivative

    return array_derivative(question.command, script, options, request).answers()


def refuse_broken_promises(question: Question) -> None:
    """Raise `point` for a value that is not as its name was declared: positive definite, one-hot."""
    promised = [d for d in question.declared if d.promise]
    if not promised:
        return
    from gradcli.derive.arrays.promises import require_promised

    told = [{entry.name: entry.tree for entry in point.entries if entry.name} for point, _ in question.points]
    for values in [*told, question.settings]:
        for declaration in promised:
            require_promised(declaration, values)


def refuse_broken_points(question: Question, results: Sequence[Result]) -> None:
    """The same for values that were given by their order: the results know whose they are."""
    promised = [d for d in question.declared if d.promise]
    if not promised:
        return
    from gradcli.derive.arrays.promises import require_promised

    for result in results:
        for declaration in promised:
            require_promised(declaration, result.reading.at or {})


def refuse_contradictions(method: str | None, precision: str | None, has_points: bool, simplify: bool) -> None:
    """Raise `usage` for a numeric method without a point, and for options that belong to another method."""
    method = method or "symbolic"
    if method != "symbolic" and not has_points:
        hint = "add a point, as in --at 1,2, or leave --method away for the symbolic answer"
        raise GradcliError("usage", f"--method {method} needs a point (--at): its answers are numbers", hint=hint)
    if precision is not None and method != "fd":
        raise GradcliError("usage", "--precision belongs to --method fd", hint="add --method fd, or leave it away")
    if simplify and method != "symbolic":
        raise GradcliError("usage", f"--simplify has nothing to simplify with --method {method}", hint="leave one away")


def solve_sparse(question: Question) -> list[Coordinates]:
    """The Jacobian or Hessian as the list of its entries that are not 0 by their form: one answer a point.

    Raises `usage` for what goes with whole matrices alone.
    """
    from gradcli.derive.sparse import sparse_hessian, sparse_jacobian
    from gradcli.program.point import bind_point
    from gradcli.program.types.notation import has_arrays

    refuse_beside_sparse(question)
    question = plain_question(question)
    if has_arrays(question.script, options_of(question)):
        question = with_whole_vector(question)
    program = build(question)
    points: list[Point | None] = [bind_point(program, *point) for point in question.points] or [None]
    if question.command == "hessian":
        return [sparse_hessian(program, point) for point in points]
    layout: Layout = "denominator" if question.layout == "denominator" else "numerator"
    return [sparse_jacobian(program, point, layout) for point in points]


def refuse_beside_sparse(question: Question) -> None:
    """Raise `usage` for what goes with whole matrices alone."""
    words = {
        "--along": question.along,
        "--simplify": question.simplify,
        "--symmetric": any(d.symmetric for d in question.declared),
        "--precision": question.precision,
        "--layout both": question.layout == "both",
        f"--method {question.method}": question.method not in (None, "symbolic"),
    }
    refuse_together(words)


def refuse_together(others: Mapping[str, Any]) -> None:
    """Raise `usage` for the first of these options that is given beside `--sparse`."""
    found = next((name for name, value in others.items() if value), None)
    if found is not None:
        raise GradcliError("usage", f"'--sparse' and '{found}' do not go together", hint="leave one away")


def build(question: Question) -> Program:
    """The program of a question. The values at the first point tell which names are arrays."""
    from gradcli.program.building.program import build_program
    from gradcli.program.building.script import build_entries

    script, options = question.script, options_of(question)
    return build_entries(script, options) if question.points else build_program(script, options)


def request_of(question: Question) -> Request:
    """What is asked of the program of a question."""
    from gradcli.derive.request import Request

    return Request(
        points=question.points,
        method=cast("Method", question.method or "symbolic"),
        precision=question.precision,
        layout=cast("Layout | None", question.layout),
        along=question.along,
        simplify=question.simplify,
        plan=question.plan,
        study=question.study,
    )
