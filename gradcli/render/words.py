"""What every output says about an answer: how it was read, its layout and shape, its accuracy, its problems."""

from __future__ import annotations

from math import prod

from gradcli.records import TYPE_CHECKING
from gradcli.render.diagnostics import sanitize
from gradcli.render.notation import write, write_all, write_number
from gradcli.text.tree import Data, typed_shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Final, TypeAlias

    from gradcli.derive.results import Chain, Gradient, Hessian, Jacobian, Numbers, Reading, Value
    from gradcli.problems import Problem
    from gradcli.render.notation import Style
    from gradcli.text.tree import Tree

    Result: TypeAlias = Gradient | Jacobian | Hessian | Chain

MOST_NAMES: Final = 8
"""Names in `f(x1, x2, …)` before the middle is left out."""


def function_text(reading: Reading) -> str:
    """The function as gradcli reads it back: one expression, or the statements joined by `; `; or a command."""
    if reading.outside is not None:
        return sanitize(reading.outside)
    texts = write_all([statement.tree for statement in reading.statements])
    if len(texts) == 1 and reading.statements[0].name is None:
        return texts[0]
    return "; ".join(statement_texts(reading, texts))


def statement_texts(reading: Reading, texts: Sequence[str]) -> list[str]:
    """`name = text` for each statement that has a name, else the text alone."""
    pairs = zip(reading.statements, texts, strict=True)
    return [f"{statement.name} = {text}" if statement.name else text for statement, text in pairs]


def signature(reading: Reading, name: str, style: Style = "pretty") -> str:
    """`f(x1, x2)`, the middle left out where there are many variables."""
    names = reading.variables
    if len(names) > MOST_NAMES:
        names = (*names[: MOST_NAMES - 2], "…", names[-1])
    return f"{spell(name, style)}({', '.join(spell(variable, style) for variable in names)})"


def spell(name: str, style: Style = "pretty") -> str:
    """A label in a style: `θ1`, `x[0]`; LaTeX `\\theta_{1}`."""
    from gradcli.render.letters import latex_name, pretty_name

    stem, bracket, rest = name.partition("[")
    if style == "latex":
        base = latex_name(stem)
        if bracket and "_" in base:  # LaTeX takes one subscript only
            base = f"{{{base}}}"
        return base + (f"_{{[{rest}}}" if bracket else "")
    return (pretty_name(stem) if style == "pretty" else stem) + bracket + rest


def value_text(value: Value, missing: str = "undefined") -> str:
    """A number, or nested lists of numbers as `[1, [2, 3]]`; nothing deeper than a matrix occurs."""
    if isinstance(value, list):
        return f"[{', '.join(value_text(entry, missing) for entry in value)}]"
    return write_number(value, missing)


def point_texts(reading: Reading, style: Style = "pretty") -> list[str]:
    """`x1 = pi/2` for each name of the point, as it was typed."""
    return value_texts(reading.at or {}, style)


def constant_texts(reading: Reading, style: Style = "pretty") -> list[str]:
    """`a = 3` for each constant."""
    return value_texts(reading.constants, style)


def value_texts(values: Mapping[str, Tree], style: Style) -> list[str]:
    """`x1 = pi/2`; arrays that nobody reads as a list are told by their shapes."""
    sizes = {name: prod(typed_shape(tree)) for name, tree in values.items()}
    short = [tree.listed() if type(tree) is Data else tree for n, tree in values.items() if sizes[n] <= MOST_LISTED]
    texts = iter(write_all(short, style, True))
    return [
        sized(spell(name, style), (*typed_shape(tree), 1)[:2], style)
        if sizes[name] > MOST_LISTED
        else f"{spell(name, style)} = {next(texts)}"
        for name, tree in values.items()
    ]


def sized(name: str, shape: Sequence[int], style: Style) -> str:
    """`X: (50, 3)`."""
    if style == "latex":
        return rf"{name} \in \mathbb{{R}}^{{{shape[0]} \times {shape[1]}}}"
    return f"{name}: {shape_text(shape)}"


MOST_LISTED: Final = 40
"""Entries of a value up to which they are all shown."""


def point_lines(reading: Reading, style: Style = "text") -> list[str]:
    """`at x1 = 1, x2 = 2` and `with a = 3`, as far as there are a point and constants."""
    point, constants = point_texts(reading, style), constant_texts(reading, style)
    lines = [f"at {', '.join(point)}"] if point else []
    return [*lines, f"with {', '.join(constants)}"] if constants else lines


def shape_text(shape: Sequence[int | str]) -> str:
    """`(2, 1)`; a scalar's is `()`."""
    return f"({', '.join(map(str, shape))})"


def variable_shape_texts(reading: Reading) -> list[str]:
    """`x: column of n entries`, `X: m by n matrix` for the variables that are arrays."""
    texts = []
    for name, shape in reading.shapes.items():
        if shape and name in reading.variables:
            texts.append(f"{spell(name)}: {shape_words(shape)}")
    return texts


def shape_words(shape: Sequence[int | str]) -> str:
    """What a vector or a matrix is called by its shape."""
    column = len(shape) == 1 or shape[1] == 1
    return f"column of {shape[0]} entries" if column else f"{shape[0]} by {shape[1]} matrix"


def layout_words(result: Result) -> str:
    """Layout and shape: `denominator layout: a column, shape (2, 1)`."""
    kind = type(result).__name__
    if kind == "Jacobian":
        return jacobian_layout_words(result.layout, result.shape, result.single)  # type: ignore[union-attr, arg-type]
    if kind == "Hessian":
        return f"symmetric, so both layouts agree: shape {shape_text(result.shape)}"  # type: ignore[union-attr, arg-type]
    if kind == "Chain":
        return chain_layout_words(result)  # type: ignore[arg-type]
    return gradient_layout_words(result.layout, result.shape)  # type: ignore[union-attr]


def gradient_layout_words(layout: str, shape: Sequence[int | str] | Mapping[str, Sequence[int | str]]) -> str:
    """For a gradient: a column shaped like the variables, or a row."""
    from collections.abc import Mapping

    if isinstance(shape, Mapping):
        shapes = ", ".join(f"{name} {shape_text(size)}" for name, size in shape.items())
        return f"{layout} layout: {'shaped like the variables' if layout == 'denominator' else 'transposed'}, {shapes}"
    forms = {(True, False): "a row", (False, True): "a column", (False, False): "a matrix"}
    form = forms.get((shape[0] == 1, shape[-1] == 1), "a column" if layout == "denominator" else "a row")
    return f"{layout} layout: {form}, shape {shape_text(shape)}"


def jacobian_layout_words(layout: str, shape: Sequence[int | str], single: tuple[str, str] | None = None) -> str:
    """For a Jacobian: what its rows and columns are."""
    start = f"{layout} layout, shape {shape_text(shape)}"
    if single is not None:
        matrix = "variable" if single[0] == "function" else "function"
        upright = (layout == "denominator") == (matrix == "variable")
        return f"{start}: shaped like the {matrix}{'' if upright else ', transposed'}"
    down, across = ("functions", "variables") if layout == "numerator" else ("variables", "functions")
    return f"{start}: {down} down, {across} across"


def chain_layout_words(result: Chain) -> str:
    """For a chain: the layout of the direct gradient by all inputs."""
    if result.trace is not None:
        return "denominator layout: each derivative has the shape of what it is by"
    return gradient_layout_words(result.layout, chain_shape(result))


def chain_shape(result: Chain) -> tuple[int | str, ...] | dict[str, tuple[int | str, ...]]:
    """The shape of the direct gradient by all inputs, one by variable where some are arrays."""
    flip = result.layout == "numerator"
    shapes = {name: result.reading.shapes.get(name, ()) for name in result.inputs}
    if not any(shapes.values()):
        return (1, len(shapes)) if flip else (len(shapes), 1)
    full = {name: (*shape, 1, 1)[:2] if len(shape) < 2 else shape for name, shape in shapes.items()}
    return {name: tuple(reversed(shape)) if flip else shape for name, shape in full.items()}


def accuracy_words(numbers: Numbers, errors: Sequence[float]) -> str:
    """How the numbers were made and what they are worth; `errors` are the stated ones."""
    from gradcli.derive.methods.choose import METHODS

    method = METHODS[numbers.method].about
    if numbers.accuracy is None:
        return method
    if numbers.accuracy == "certified":
        return f"{method}, certified: every digit shown is right"
    if numbers.accuracy == "float64":
        return f"{method} in float64: rounding errors as usual"
    made = f": {evaluation_words(numbers)}" if numbers.evaluations is not None else ""
    largest = f"{',' if made else ':'} largest error ±{bound_text(max(errors))}" if errors else ""
    return f"{method}{made}{largest}"


def evaluation_words(numbers: Numbers) -> str:
    """`13 evaluations`, of a black box also how many came from the cache and how many failed."""
    count = f"{numbers.evaluations} evaluation{'' if numbers.evaluations == 1 else 's'}"
    more = [f"{numbers.cached} from the cache"] if numbers.cached else []
    more += [f"{numbers.failed} failed"] if numbers.failed else []
    return f"{count} ({', '.join(more)})" if more else count


def bound_text(error: float | None) -> str:
    """An error bound, rounded up to two digits."""
    if error is None:
        return ""
    if error == 0:
        return "0"
    rounded = float(f"{error:.1e}")
    return write_number(rounded if rounded >= error else float(f"{error * 1.1:.1e}"))


def problem_text(problem: Problem, style: Style = "pretty") -> str:
    """`x1: not differentiable at x1 = 0: slope from the left -1, from the right 1`."""
    place = problem.place if problem.variable else ""
    text = sanitize(problem.message)
    sides = [
        f"from the {side} {write_number(slope)}"
        for side, slope in (("left", problem.left), ("right", problem.right))
        if slope is not None
    ]
    if sides and "left" not in text and "right" not in text:
        text += f": slope {', '.join(sides)}"
    if not place or text.startswith((f"{place}:", "∂")):
        return text
    component, colon, rest = text.partition(": ")
    if colon and is_label(component):
        return f"∂{spell(component, style)}/∂{spell(place, style)}: {rest}"
    return f"{spell(place, style)}: {text}"


def told_once(problems: Sequence[Problem]) -> list[Problem]:
    """Without those of variables that only say again why the function has no value."""
    reasons = tuple(f": {problem.message}" for problem in problems if problem.variable is None)
    return [p for p in problems if p.variable is None or not p.message.endswith(reasons)]


def is_label(text: str) -> bool:
    """Is this a component's label: `f1`, `f[0]` or `f[0,1]`?"""
    name, _, index = text.partition("[")
    return name.isidentifier() and (not index or index.rstrip("]").replace(",", "").isdecimal())


def stated_errors(error: object) -> Iterator[float]:
    """All numbers in an error record, however it is nested."""
    waiting = [error]
    while waiting:
        here = waiting.pop()
        if isinstance(here, float | int):
            yield here
        elif isinstance(here, list | tuple):
            waiting.extend(here)
        elif hasattr(here, "values"):
            waiting.extend(here.values())


def definition_texts(result: Result, style: Style = "pretty") -> list[str]:
    """`t1 = exp(x1)` for each shared part, in order."""
    texts = write_all([tree for _, tree in result.definitions], style, result.reading.decimal)
    return [f"{spell(name, style)} = {text}" for (name, _), text in zip(result.definitions, texts, strict=True)]


def reading_lines(reading: Reading, style: Style = "pretty") -> list[str]:
    """How the input was read: `f(x1, x2) = x1² + x2²`, or one line for each statement; long texts are cut."""
    if reading.outside is not None:
        return [f"{signature(reading, reading.output, style)} = {sanitize(reading.outside)}"]
    texts = [write(statement.tree, style) for statement in reading.statements]
    unnamed = sum(statement.name is None for statement in reading.statements)
    lines, count = [], 0
    for statement, text in zip(reading.statements, texts, strict=True):
        count += statement.name is None
        name = statement.name or (reading.output if unnamed == 1 else f"f{count}")
        used = statement.name is None or statement.name == reading.output
        left = signature(reading, name, style) if used else spell(name, style)
        lines.append(f"{left} = {text}")
    return lines


def eigenvalue_words(result: Hessian) -> str:
    """`eigenvalues 1, 2: positive definite`."""
    return f"eigenvalues {', '.join(map(write_number, result.eigenvalues or ()))}: {definiteness_words(result)}"


def definiteness_words(result: Hessian) -> str:
    """What the eigenvalues say; where they are no larger than their errors, nothing."""
    return result.definiteness or "undecided"
