"""The chain rule for programs and papers: plain lines, Markdown rows, LaTeX; definitions first, then inwards."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.answer import in_layout, part, shapes_text
from gradcli.render.explain.lexicon import say
from gradcli.render.explain.terms import ChainSums, contributions, inwards
from gradcli.render.formats.parts import number, partial
from gradcli.render.notation import write, write_all
from gradcli.render.words import shape_text, spell, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradcli.derive.results import Chain, Term
    from gradcli.explain.results import TraceStep
    from gradcli.render.notation import Style


def found_lines(result: Chain, style: Style = "text") -> list[str]:
    """`u1 = x1*x2`, with its value, for each intermediate that was found."""
    if not result.found:
        return []
    steps = [*result.intermediates]
    texts = write_all([step.expression for step in steps], style, result.reading.decimal)
    lines = [f"{spell(step.name, style)} = {text}" for step, text in zip(steps, texts, strict=True)]
    if result.reading.at is not None and style == "text":
        lines = [f"{line} = {value_text(step.value)}" for line, step in zip(lines, steps, strict=True)]
    output = write(result.output_tree, style, result.reading.decimal)
    return [*lines, f"{spell(result.output, style)} = {output}"]


def plain_chain(result: Chain) -> list[str]:
    """Definitions, then one line a derivative from the output inwards."""
    return [*breakdown(result), *direct_lines(result)]


def direct_lines(result: Chain) -> list[str]:
    """The direct gradient, where it is wanted."""
    if not result.direct:
        return []
    texts = write_all(result.symbolic.values(), "text", result.reading.decimal)
    return [f"d{result.output}/d{name} = {text}" for name, text in zip(result.symbolic, texts, strict=True)]


def breakdown(result: Chain) -> list[str]:
    """The terms, from the output inwards."""
    lines = found_lines(result)
    if result.trace is not None:
        return lines + [array_line(result, step) for step in inwards(result)]
    if any(term.outer_shape is not None for terms in result.terms.values() for term in terms):
        return lines + layout_lines(result)
    sums = plain_sums(result)
    return lines + [scalar_line(sums, name) for name in result.terms]


def plain_sums(result: Chain) -> ChainSums:
    return ChainSums(result, "text", lambda above, below: f"d{above}/d{below}", "*")


def scalar_line(sums: ChainSums, name: str) -> str:
    """`dy/dx1 = dy/du1 * du1/dx1 + … = dy/du1*1 + … = 2.46`."""
    result = sums.result
    sides = [sums.partial(result.output, name), *sums.sides(name)]
    if result.total_values is not None:
        sides.append(value_text(part(result.total_values, name)))
    return " = ".join(dict.fromkeys(sides))


def layout_lines(result: Chain) -> list[str]:
    """Arrays in a layout that was asked for: one line a term, then one with the sum."""
    lines = []
    for name, terms in result.terms.items():
        for term in terms:
            outer, inner = write_all((term.outer, term.inner), "text", result.reading.decimal)
            shown = f" = {value_text(term.product)}" if result.reading.at else ""
            path = f"d{result.output}/d{term.through} * d{term.through}/d{name}"
            products = " @ ".join(in_layout(result, f"({outer})", f"({inner})"))
            lines.append(f"{path} = {products}{shapes_text(result, term)}{shown}")
        total = write(result.totals[name], "text", result.reading.decimal)
        shown = f" = {value_text(part(result.total_values, name))}" if result.reading.at else ""
        lines.append(f"d{result.output}/d{name} = {total}{shown}")
    return lines


def array_line(result: Chain, step: TraceStep) -> str:
    """`dL/dW1 = dL/dz@x.T   (2, 2) = [[…]]`."""
    formula = contributions(result, step, "text").replace("∂", "d")
    shown = f" = {value_text(step.adjoint)}" if result.total_values is not None else ""
    return f"d{result.output}/d{step.name} = {formula}   {shape_text(step.shape)}{shown}"


def markdown_rows(result: Chain) -> Iterator[Sequence[str]]:
    """Header and rows: one a derivative, from the output inwards."""
    numeric = result.total_values is not None
    if result.trace is not None:
        yield (say("derivative column"), say("formula"), say("shape"), *([say("value")] if numeric else []))
        for step in inwards(result):
            formula = contributions(result, step, "text")
            values = (value_text(step.adjoint),) if numeric else ()
            yield (label_of(result, step.name), f"`{formula}`", shape_text(step.shape), *values)
        return
    yield (say("derivative column"), say("terms"), *([say("numbers"), say("value")] if numeric else []))
    sums = plain_sums(result)
    for name, terms in result.terms.items():
        told = f"`{' = '.join(sums.sides(name))}`"
        total = f"**{value_text(part(result.total_values, name))}**" if numeric else ""
        yield (label_of(result, name), told, *([numbers_put_in(result, terms), total] if numeric else []))


def numbers_put_in(result: Chain, terms: Sequence[Term]) -> str:
    """`0.5 · 2 + 3 · (-1)`; nothing where the value says it."""
    if len(terms) == 1 and terms[0].through == result.output:
        return ""
    values = [
        [value_text(value) for value in (term.outer_value, term.inner_value)][term.through == result.output :]
        for term in terms
    ]
    factors = [[f"({text})" if text[0] == "-" else text for text in pair] for pair in values]
    return " + ".join(" · ".join(pair) for pair in factors)


def label_of(result: Chain, name: str) -> str:
    return f"∂{spell(result.output)}/∂{spell(name)}"


def latex_chain(result: Chain) -> Iterator[str]:
    """The definitions of found intermediates, then each derivative: symbols, factors, value."""
    yield from found_lines(result, "latex")
    if result.trace is not None:
        for step in inwards(result):
            yield f"{partial(result.output, step.name)} = {contributions(result, step, 'latex')}"
        return
    sums = ChainSums(result, "latex", partial, " ")
    for name in result.terms:
        sides = [partial(result.output, name), *sums.sides(name)]
        if result.total_values is not None:
            sides.append(number(result.total_values[name]))
        yield " = ".join(dict.fromkeys(sides))
