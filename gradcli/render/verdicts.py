"""Verdicts of `check`, as tables for people and as JSON, CSV, Markdown, plain lines and LaTeX."""

from __future__ import annotations

from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.render.diagnostics import sanitize
from gradcli.render.notation import write, write_number
from gradcli.render.words import constant_texts, function_text, reading_lines, spell, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Final

    from rich.console import Console

    from gradcli.derive.results import Component, Slip, Verdict, Witness
    from gradcli.render.notation import Style
    from gradcli.text.tree import Tree


def document(result: Verdict) -> dict[str, Any]:
    """`gradcli.check/1`, its keys in their fixed order."""
    decimal = result.reading.decimal
    return {
        "schema": "gradcli.check/1",
        "function": function_text(result.reading),
        "variables": list(result.reading.variables),
        "kind": result.kind,
        "verdict": result.verdict,
        "evidence": result.evidence,
        "components": [component_document(component, decimal) for component in result.components],
        "witness": None if result.witness is None else witness_document(result.witness),
        "diagnosis": [{"variable": s.variable, "slip": s.code, "message": slip_words(s)} for s in result.diagnosis],
        "layout": result.layout,
        "definitions": {name: write(tree, "text", decimal) for name, tree in result.definitions},
        "assumptions": list(result.reading.assumptions),
        "notes": list(result.notes),
    }


def component_document(component: Component, decimal: bool) -> dict[str, Any]:
    """One component; numbers at the witness only where they tell yours and ours apart."""
    yours, ours = component.numbers or (None, None)
    wrong = component.verdict == "different" and component.distance is not None
    absolute = abs(component.distance or 0.0) if wrong else None
    size = max(abs(yours or 0.0), abs(ours or 0.0))
    return {
        "variable": component.variable or None,
        "verdict": component.verdict,
        "yours": formula(component.yours, "text", decimal) or None,
        "ours": formula(component.ours, "text", decimal) or None,
        "difference": formula(component.difference, "text", decimal) or component.remark or None,
        "remark": component.remark or None,
        "absolute": finite(absolute),
        "relative": finite(absolute / size) if absolute is not None and size else None,
    }


def finite(value: float | None) -> float | None:
    """The number, if JSON has it."""
    return value if value is not None and abs(value) < float("inf") else None


def witness_document(witness: Witness) -> dict[str, Any]:
    """The point, and the entry that shows the difference there."""
    found: dict[str, Any] = {
        "at": witness.at,
        "variable": witness.entry,
        "yours": witness.yours,
        "ours": witness.ours,
    }
    return {**found, "reason": witness.reason} if witness.reason else found


def formula(value: Tree | str | None, style: Style = "pretty", decimal: bool = False) -> str:
    """Syntax, or a text as it is; empty where there is none."""
    if value is None or isinstance(value, str):
        return value or ""
    return write(value, style, decimal)


def write_json(result: Verdict) -> str:
    """The document as one line of strict JSON."""
    from gradcli.text.strict_json import json_text

    return json_text(document(result))


# ------------------------------------------------------------------------------------ words


def verdict_words(result: Verdict) -> str:
    """The verdict with its evidence, in one line."""
    what = {"gradient": "gradient", "jacobian": "Jacobian", "hessian": "Hessian"}[result.kind]
    if result.verdict == "equal":
        how = "proved" if result.evidence == "proved" else "tested: it agrees at every point that was tried"
        return f"equal: your {what} is right ({how})"
    if result.verdict == "undecided":
        return f"undecided: your {what} could not be compared at enough points"
    wrong = [component for component in result.components if component.verdict == "different"]
    count = len(result.components)
    return f"different: {len(wrong)} of {count} component{'s' if count != 1 else ''} of your {what}" + (
        " is wrong" if len(wrong) == 1 else " are wrong"
    )


_BELOW: Final = pattern(r"(?<=∂)[^\W\d_]\w*")


def slip_words(slip: Slip, style: Style = "text") -> str:
    """What a slip is, its formulas written out."""
    message = slip.message
    for i, tree in enumerate(slip.parts):
        message = message.replace(f"{{{i}}}", write(tree, style))
    if style == "pretty":  # as in the tables beside it
        message = _BELOW.sub(lambda match: spell(match[0], style), message)
    return message


def derivative_name(result: Verdict, variable: str, style: Style = "pretty") -> str:
    """`∂f/∂x1`; of matrices `∂f1/∂x2`, of Hessians `∂²f/∂x1∂x2`."""
    if not variable:
        return "surplus"
    d = "∂" if style == "pretty" else "d"
    output = spell(result.reading.output, style)
    above, slash, below = variable.partition("/")
    if not slash:
        return f"{d}{output}/{d}{spell(above, style)}"
    if result.kind == "hessian":
        two = "²" if style == "pretty" else "2"
        return f"{d}{two}{output}/{d}{spell(above, style)}{d}{spell(below, style)}"
    return f"{d}{spell(above, style)}/{d}{spell(below, style)}"


def witness_words(result: Verdict, style: Style = "pretty") -> str:
    """The point of the witness."""
    witness = result.witness
    if witness is None:
        return ""
    return ", ".join(f"{spell(name, style)} = {value_text(value)}" for name, value in witness.at.items())


def layout_line(result: Verdict) -> str:
    """What form was expected, where that matters."""
    words = {"gradient": "shaped like the variable", "jacobian": "functions down, variables across"}
    if result.layout == "denominator" and result.kind == "jacobian":
        return "expected in denominator layout: variables down, functions across"
    if result.layout == "numerator" and result.kind == "gradient":
        return "expected in numerator layout: a row, or the transpose of the variable's shape"
    return f"expected in {result.layout} layout: {words.get(result.kind, 'symmetric, so that both layouts agree')}"


def remark_lines(result: Verdict, style: Style = "pretty") -> Iterator[str]:
    """Definitions, the layout where it matters, assumptions, notes."""
    for name, tree in result.definitions:
        yield f"with {name} = {write(tree, style, result.reading.decimal)}"
    arrays = any(result.reading.shapes.values())
    if result.kind == "jacobian" or (arrays and result.kind == "gradient"):
        yield layout_line(result)
    yield from map(sanitize, result.reading.assumptions)
    yield from result.notes


def entry_rows(result: Verdict, style: Style) -> Iterator[list[str]]:
    """Label, mark, yours, ours, and at the witness both numbers, the difference and its part of the larger one."""
    for component in result.components:
        yours, ours = component.numbers or (None, None)
        numbers = [write_number(value, "") if value is not None else "" for value in (yours, ours)]
        distance = component.distance
        if component.verdict == "different" and distance is not None:
            size = max(abs(yours or 0.0), abs(ours or 0.0))
            numbers += [write_number(float(f"{distance:.6g}")), share_text(abs(distance) / size) if size else ""]
        else:
            numbers += ["", ""]
        yield [
            derivative_name(result, component.variable, style),
            component.verdict,
            formula(component.yours, style, result.reading.decimal) or "—",
            formula(component.ours, style, result.reading.decimal) or "—",
            *numbers,
            component.remark,
        ]


def share_text(share: float) -> str:
    """A part of one as people read it."""
    return f"{share:.1%}" if share >= 1e-3 else f"{share:.2g}"


# ------------------------------------------------------------------------------------ tables


def print_verdict(result: Verdict, console: Console) -> None:
    """The verdict, the components worst first with both formulas, the witness, and what the slip was."""
    from gradcli.render.page import FAINT, HEADING, PROBLEM, SYMBOL, VALUE, Page, Sentence, shortened

    page = Page(console)
    for line in reading_lines(result.reading, page.style):
        page.put(page.text(shortened(line), kind=Sentence))
    constants = constant_texts(result.reading, page.style)
    if constants:
        page.line(f"with {', '.join(constants)}")
    page.line()
    page.line(verdict_words(result), HEADING if result.verdict == "equal" else PROBLEM)
    rows = list(entry_rows(result, page.style))
    cells = [[(row[0], ""), (row[2], SYMBOL), (row[3], SYMBOL), (row[1], "")] for row in rows]
    page.show_rows(["", "yours", "ours", ""], cells)
    at = witness_words(result, page.style)
    if at:
        page.line(f"at {at}", HEADING)
        shown = [row for row in rows if row[4] or row[5]]
        numbers = [[(row[0], ""), *[(text, VALUE) for text in row[4:8]]] for row in shown]
        page.show_rows(["", "yours", "ours", "difference", "relative"], numbers)
    for row in rows:
        if row[8]:
            page.line(f"! {row[0]}: {row[8]}", PROBLEM)
    for slip in result.diagnosis:
        page.line(f"→ {slip_words(slip, page.style)}", PROBLEM)
    for line in remark_lines(result, page.style):
        page.line(line, FAINT)


# ------------------------------------------------------------------------------------ documents

HEADER = ("variable", "verdict", "yours", "ours", "yours_value", "ours_value", "difference", "relative", "remark")


def write_csv(result: Verdict) -> str:
    """One row a component."""
    from gradcli.render.formats.parts import sheet

    rows = [[c.variable, *row[1:]] for c, row in zip(result.components, entry_rows(result, "text"), strict=True)]
    return sheet([HEADER, *([sanitize("" if text == "—" else text) for text in row] for row in rows)]).rstrip("\n")


def write_plain(result: Verdict) -> str:
    """The verdict, then a line a component and a line a slip."""
    lines = [verdict_words(result)]
    for row in entry_rows(result, "text"):
        lines.append(f"{row[0]}: {row[1]}; yours {row[2]}; ours {row[3]}" + (f"; {row[8]}" if row[8] else ""))
    if result.witness is not None:
        witness = result.witness
        name = derivative_name(result, witness.entry, "text")
        numbers = f"yours {write_number(witness.yours)}, ours {write_number(witness.ours)}"
        lines.append(f"at {witness_words(result, 'text')}: {name}: {numbers}")
    lines += [f"slip: {slip_words(slip)}" for slip in result.diagnosis]
    return "\n".join([*map(sanitize, lines), *(f"# {line}" for line in remark_lines(result, "text"))])


def write_markdown(result: Verdict) -> str:
    """How it was read, the verdict, a table of the components, the slips as a list."""
    from gradcli.render.formats.markdown import cell, code, markdown_table

    rows: list[Sequence[str]] = [("derivative", "verdict", "yours", "ours", "at the witness", "difference")]
    for row in entry_rows(result, "text"):
        rows.append((row[0], row[1], code(row[2]), code(row[3]), " / ".join(filter(None, row[4:6])), row[6] or row[8]))
    lines = [f"`{cell(line)}`  " for line in reading_lines(result.reading, "text")]
    lines += ["", f"**{verdict_words(result)}**", "", *markdown_table(rows), ""]
    lines += [f"- witness: {witness_words(result, 'text')}"] if result.witness is not None else []
    lines += [f"- {cell(slip_words(slip))}" for slip in result.diagnosis]
    return "\n".join([*lines, *(f"- {cell(line)}" for line in remark_lines(result, "text"))]).rstrip()


def write_latex(result: Verdict) -> str:
    """The function, yours and ours as formulas, and the rest in sentences."""
    from gradcli.render.formats.parts import display, sentence
    from gradcli.render.letters import latex_partial

    lines = [display(line) for line in reading_lines(result.reading, "latex")]
    for component in result.components:
        name = latex_partial(derivative_name(result, component.variable)) if component.variable else r"\text{surplus}"
        sign = (
            "=" if component.verdict == "equal" else r"\neq" if component.verdict == "different" else r"\overset{?}{=}"
        )
        yours = formula(component.yours, "latex", result.reading.decimal) or r"\text{missing}"
        ours = formula(component.ours, "latex", result.reading.decimal) or r"\text{nothing}"
        lines.append(display(f"{name}:\\quad {yours} {sign} {ours}"))
    words = [verdict_words(result)]
    words += [f"witness: {witness_words(result, 'text')}"] if result.witness is not None else []
    words += [slip_words(slip) for slip in result.diagnosis]
    return "\n".join([*lines, *(f"{sentence(text)}\\par" for text in [*words, *remark_lines(result, "text")])])
