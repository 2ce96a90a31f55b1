"""JSON: the schema, whole."""

from __future__ import annotations

from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian
from gradcli.records import TYPE_CHECKING
from gradcli.render.answer import listed_rows, matrix_texts, texts_by_name
from gradcli.render.diagnostics import sanitize
from gradcli.render.notation import write, write_all
from gradcli.render.words import function_text
from gradcli.text.tree import Tree

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.results import Numbers, Path, Reading, Term
    from gradcli.differences.plan import Study
    from gradcli.problems import Problem

    Result = Gradient | Jacobian | Hessian | Chain


def document(result: Result) -> dict[str, Any]:
    """The JSON object of an answer, its keys in their fixed order."""
    if isinstance(result, Gradient):
        return gradient_document(result)
    if isinstance(result, Jacobian):
        return jacobian_document(result)
    if isinstance(result, Hessian):
        return hessian_document(result)
    return chain_document(result)


def write_json(result: Result) -> str:
    """The document as one line of strict JSON.

    Raises ValueError where a number is not finite: that is a mistake in gradcli, and no JSON.
    """
    from gradcli.text.strict_json import json_text

    return json_text(document(result))


def gradient_document(result: Gradient) -> dict[str, Any]:
    """`gradcli.grad/1`."""
    return {
        "schema": "gradcli.grad/1",
        "function": function_text(result.reading),
        "variables": list(result.reading.variables),
        "symbolic": texts_by_name(result.symbolic, result.reading),
        "at": result.reading.listed_point,
        "value": result.value,
        "gradient": result.gradient,
        "error": result.error,
        **({} if result.other is None else {"numerator": other_gradient(result.other)}),
        **along_keys(result, result.along_tree),
        **method_keys(result),
    }


def jacobian_document(result: Jacobian) -> dict[str, Any]:
    """`gradcli.jacobian/1`; for both layouts also `denominator`, the transpose."""
    return {
        "schema": "gradcli.jacobian/1",
        "function": function_text(result.reading),
        "functions": write_all(result.function_trees),
        "variables": list(result.reading.variables),
        "symbolic": matrix_texts(result),
        "at": result.reading.listed_point,
        "value": result.value,
        "jacobian": result.jacobian,
        "rows": result.rows,
        "columns": result.columns,
        **block_keys(result),
        "error": result.error,
        **({} if result.other is None else {"denominator": other_jacobian(result.other)}),
        **along_keys(result, result.along_trees),
        **method_keys(result),
    }


def hessian_document(result: Hessian) -> dict[str, Any]:
    """`gradcli.hessian/1`."""
    return {
        "schema": "gradcli.hessian/1",
        "function": function_text(result.reading),
        "variables": list(result.reading.variables),
        "symbolic": matrix_texts(result),
        "at": result.reading.listed_point,
        "value": result.value,
        "hessian": result.hessian,
        "eigenvalues": result.eigenvalues,
        "definiteness": result.definiteness,
        "rows": result.rows,
        "columns": result.columns,
        **block_keys(result),
        "error": result.error,
        **along_keys(result, result.along_tree),
        **method_keys(result),
    }


def chain_document(result: Chain) -> dict[str, Any]:
    """`gradcli.chain/1`."""
    steps = result.intermediates
    expressions = write_all([step.expression for step in steps])
    return {
        "schema": "gradcli.chain/1",
        "function": function_text(result.reading),
        "output": result.output,
        "inputs": result.inputs,
        "intermediates": [
            {"name": step.name, "expression": text, "value": step.value, "shape": list(step.shape)}
            for step, text in zip(steps, expressions, strict=True)
        ],
        "terms": term_documents(result),
        "variables": list(result.reading.variables),
        "symbolic": texts_by_name(result.symbolic, result.reading),
        "at": result.reading.listed_point,
        "value": result.value,
        "gradient": result.gradient,
        "agree": result.agree,
        **({"backward": backward(result)} if result.trace is not None else {}),
        **path_keys(result),
        **({} if result.other is None else {"denominator": other_chain(result.other)}),
        **method_keys(result),
    }


def backward(result: Chain) -> dict[str, str]:
    """For arrays: each derivative by what the users of its name pass back, in the shape of the name."""
    from gradcli.render.explain.terms import contributions, inwards

    return {step.name: contributions(result, step, "text") for step in inwards(result)}


def term_document(term: Term, reading: Reading) -> dict[str, Any]:
    """One term of the chain rule."""
    outer, inner = write_all((term.outer, term.inner), "text", reading.decimal)
    return {
        "through": term.through,
        "outer": outer,
        "inner": inner,
        "outer_value": term.outer_value,
        "inner_value": term.inner_value,
        "product": term.product,
        **({} if term.outer_shape is None else {"outer_shape": term.outer_shape, "inner_shape": term.inner_shape}),
    }


def path_document(path: Path, reading: Reading) -> dict[str, Any]:
    """One full product of Jacobians, in the order of the layout."""
    factors = write_all(path.factors, "text", reading.decimal)
    return {"through": path.names, "factors": factors, "shapes": path.shapes, "shape": path.shape}


def along_keys(result: Gradient | Jacobian | Hessian, trees: Tree | tuple[Tree, ...] | None) -> dict[str, Any]:
    """The direction, and the derivative along it as number and text, where one was asked for."""
    if result.along is None:
        return {}
    decimal = result.reading.decimal
    text = write(trees, "text", decimal) if isinstance(trees, Tree) else write_all(trees or (), "text", decimal) or None
    return {"along": result.along, "directional": result.directional, "directional_symbolic": text}


def method_keys(result: Result) -> dict[str, Any]:
    """The keys that all documents share, from `evaluations` on."""
    numbers = result.numbers
    definitions = write_all([tree for _, tree in result.definitions], "text", result.reading.decimal)
    return {
        "evaluations": numbers.evaluations,
        **({} if numbers.cached is None else {"cached": numbers.cached, "failed": numbers.failed}),
        "method": numbers.method,
        "layout": result.layout,
        "shape": shape_of(result),
        "accuracy": numbers.accuracy,
        "definitions": dict(zip((name for name, _ in result.definitions), definitions, strict=True)),
        "assumptions": list(map(sanitize, result.assumptions)),
        "problems": [problem_document(problem) for problem in numbers.problems],
        **({"notes": list(map(sanitize, numbers.notes))} if numbers.notes else {}),
        **({"study": [study_document(study) for study in numbers.studies]} if numbers.studies else {}),
    }


def study_document(study: Study) -> dict[str, Any]:
    """Step, quotient and error for every step that was tried."""
    return {
        "function": study.function,
        "variable": study.variable,
        "step": study.step,
        "rows": [{"step": step, "slope": slope, "error": error} for step, slope, error in study.rows],
    }


def remarks_document(reading: Reading, numbers: Numbers) -> dict[str, Any]:
    """What stands at the end of pictures and paths: constants, assumptions, notes, problems."""
    return {
        "constants": dict(zip(reading.constants, write_all(reading.constants.values()), strict=True)),
        "assumptions": [*reading.assumptions, *numbers.assumptions],
        "notes": list(numbers.notes),
        "problems": [problem_document(problem) for problem in numbers.problems],
    }


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem; `index` only for an entry of an array."""
    index = problem[5]
    return {
        "variable": problem.variable,
        "kind": problem.kind,
        "message": sanitize(problem.message),
        "left": problem.left,
        "right": problem.right,
        **({"index": list(index)} if index is not None else {}),
    }


def other_gradient(result: Gradient) -> dict[str, Any]:
    """What another layout changes in a gradient."""
    return {
        "symbolic": texts_by_name(result.symbolic, result.reading),
        "gradient": result.gradient,
        "error": result.error,
        "shape": shape_of(result),
    }


def other_jacobian(result: Jacobian) -> dict[str, Any]:
    """What another layout changes in a Jacobian."""
    return {
        "symbolic": matrix_texts(result),
        "jacobian": listed_rows(result.jacobian),
        "rows": result.rows,
        "columns": result.columns,
        **block_keys(result),
        "error": listed_rows(result.error),
        "shape": list(result.shape),
    }


def block_keys(result: Jacobian | Hessian) -> dict[str, Any]:
    """The blocks of an answer by several arrays, where there are such."""
    if not result.blocks:
        return {}
    texts = write_all([block.symbolic for block in result.blocks], "text", result.reading.decimal)
    pairs = zip(result.blocks, texts, strict=True)
    return {
        "blocks": [{"row": b.row, "column": b.column, "symbolic": text, "shape": list(b.shape)} for b, text in pairs]
    }


def other_chain(result: Chain) -> dict[str, Any]:
    """What another layout changes in a chain."""
    return {
        "terms": term_documents(result),
        "symbolic": texts_by_name(result.symbolic, result.reading),
        "gradient": result.gradient,
        "agree": result.agree,
        **path_keys(result),
        "shape": shape_of(result),
    }


def term_documents(result: Chain) -> dict[str, list[dict[str, Any]]]:
    """The terms of every name."""
    return {name: [term_document(term, result.reading) for term in terms] for name, terms in result.terms.items()}


def path_keys(result: Chain) -> dict[str, Any]:
    """The full products of Jacobians, where there are such."""
    return {"paths": [path_document(path, result.reading) for path in result.paths]} if result.paths else {}


def shape_of(result: Result) -> list[int | str] | dict[str, list[int | str]]:
    """The shape of an answer, of a chain that of its gradient: one, or one by variable where some are arrays."""
    from gradcli.render.words import chain_shape

    shape = chain_shape(result) if isinstance(result, Chain) else result.shape
    if isinstance(shape, tuple | list):
        return list(shape)
    return {name: list(size) for name, size in shape.items()}
