"""A derivation for programs and papers: plain lines, CSV, Markdown, LaTeX."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.explain.lexicon import say
from gradcli.render.explain.outline import numbers, rule_name
from gradcli.render.explain.primes import in_italics, prime, write_primes
from gradcli.render.formats.explanations import Texts
from gradcli.render.formats.parts import heading, partial, sheet
from gradcli.render.letters import escape
from gradcli.render.notation import write
from gradcli.render.words import problem_text, spell, value_text
from gradcli.rules.laws import LAWS

if TYPE_CHECKING:
    from typing import Any

    from gradcli.derive.results import Value
    from gradcli.explain.results import Derivation, Explanation, Steps


def formula(row: Derivation, explanation: Explanation, steps: Steps, style: Any) -> tuple[str, str]:
    """Both sides of a row."""
    decimal = explanation.reading.decimal
    if explanation.arrays:
        names = names_that_move(explanation, steps)
        sides = [write_primes(tree, style, decimal, None) for tree in (row.before, row.after)]
        left, right = (in_italics(side, names) if style == "latex" else side for side in sides)
        return left, right
    left = prime(write(row.before, style, decimal), style, steps.variable)
    return left, write_primes(row.after, style, decimal, steps.variable)


def names_that_move(explanation: Explanation, steps: Steps) -> tuple[str, ...]:
    """The names whose differentials stand in the rows of arrays."""
    return (steps.variable, *steps.constants, *(s.name for s in explanation.reading.statements if s.name))


def hinted(explanation: Explanation, steps: Steps) -> tuple[Derivation, ...]:
    """The rows that are told."""
    return steps.rows if explanation.hint is None else steps.rows[: explanation.hint]


def name_of(explanation: Explanation, steps: Steps, style: Any) -> str:
    """`df/dx`."""
    if style == "latex":
        return partial(explanation.output, steps.variable)
    return f"d{spell(explanation.output, style)}/d{spell(steps.variable, style)}"


def write_steps_plain(explanation: Explanation) -> str:
    """One line a row: number, rule, formula, the number at a point."""
    decimal = explanation.reading.decimal
    lines = [f"# {line}" for line in heading(explanation.reading)]
    lines += [f"# {name} = {write(tree)}" for name, tree in explanation.definitions]
    for steps in explanation.derivations:
        labels = numbers(steps.rows)
        lines.append(f"# {name_of(explanation, steps, 'text')}")
        for row in hinted(explanation, steps):
            head = f"{labels[row.id]} {rule_name(row, labels)}"
            if explanation.hint is not None:
                lines.append(f"{head}: {row.law}")
                continue
            left, right = formula(row, explanation, steps, "text")
            lines.append(f"{head}: {left} = {with_number(right, row.number)}")
        if explanation.hint is None:
            name = name_of(explanation, steps, "text")
            if steps.differential is not None:
                lines.append(f"d{explanation.output} = {write(steps.differential, 'text', decimal)}")
            result = write(steps.result, "text", decimal)
            if steps.assembled is not None and not explanation.arrays:
                assembled = write(steps.assembled, "text", decimal)
                lines += [f"{name} = {assembled}"] if assembled != result else []
            lines.append(f"{name} = {with_number(result, steps.number)}")
    lines += [f"# {line}" for line in explanation.reading.assumptions]
    lines += [f"# {problem_text(problem, 'text')}" for problem in explanation.numbers.problems]
    return "\n".join(lines) + "\n"


def with_number(text: str, number: Value) -> str:
    """`2*x = 4`; a number that stands there already is not said again."""
    value = "" if number is None else value_text(number)
    return f"{text} = {value}" if value and value != text else text


def write_steps_csv(explanation: Explanation) -> str:
    """One line a row."""
    rows = [["variable", "step", "rule", "function", "before", "after", "result", "number"]]
    for steps in explanation.derivations:
        labels = numbers(steps.rows)
        rows_told = hinted(explanation, steps)
        written = Texts(False, explanation.hint is not None, len(rows_told))
        for row in rows_told:
            texts = [written.of(tree) or "" for tree in (row.before, row.after, row.result)]
            number = "" if row.number is None else value_text(row.number)
            rows.append([steps.variable, labels[row.id], row.rule, row.function or "", *texts, number])
    return sheet(rows)


def write_steps_markdown(explanation: Explanation) -> str:
    """A nested list, the rules in bold."""
    lines = [f"`{line}`  " for line in heading(explanation.reading)]
    for steps in explanation.derivations:
        labels = numbers(steps.rows)
        lines += ["", f"**{name_of(explanation, steps, 'text')}**", ""]
        depth: dict[int, int] = {}
        for row in hinted(explanation, steps):
            depth[row.id] = 0 if row.parent not in depth else min(depth[row.parent] + 1, 12)
            left, right = formula(row, explanation, steps, "text")
            said = f"`{row.law}`" if explanation.hint is not None else f"`{left} = {right}`"
            lines.append(f"{'  ' * depth[row.id]}- {labels[row.id]} **{rule_name(row, labels)}**: {said}")
        if explanation.hint is None:
            name = name_of(explanation, steps, "text")
            if steps.differential is not None:
                lines.append(f"- {say('put together')}: `d{explanation.output} = {write(steps.differential)}`")
            same, result = "same", write(steps.result)
            if steps.differential is None and steps.assembled is not None:
                same = "put together" if write(steps.assembled) == result else "same"
                lines += [f"- {say('put together')}: `{name} = {write(steps.assembled)}`"] if same == "same" else []
            number = f" = {value_text(steps.number)}" if steps.number is not None else ""
            lines.append(f"- {say(same)}: `{name} = {result}`{number}")
    return "\n".join(lines) + "\n"


def write_steps_latex(explanation: Explanation) -> str:
    r"""One `align*` a variable, the rules as text."""
    blocks = []
    decimal = explanation.reading.decimal
    for steps in explanation.derivations:
        labels = numbers(steps.rows)
        lines = []
        for row in hinted(explanation, steps):
            told = rf"&& \text{{{escape(labels[row.id] + ' ' + rule_name(row, labels))}}}"
            if explanation.hint is not None:
                law = LAWS[row.rule].latex
                lines.append(f"  & {law} {told}")
                continue
            left, right = formula(row, explanation, steps, "latex")
            lines.append(f"  {left} &= {right} {told}")
        if explanation.hint is None:
            name = name_of(explanation, steps, "latex")
            lines.append(f"  {name} &= {write(steps.result, 'latex', decimal)}")
        blocks.append("\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n")
    return "\n".join(blocks)
