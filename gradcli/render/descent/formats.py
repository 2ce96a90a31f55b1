"""A descent for programs and papers: JSON, CSV, plain lines, Markdown, LaTeX."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.descent.screen import headline, shown_steps, verdict_lines
from gradcli.render.explain.figures import Figures
from gradcli.render.explain.lexicon import say
from gradcli.render.formats.csv import numbers_by_entry
from gradcli.render.formats.json import remarks_document
from gradcli.render.formats.markdown import markdown_table
from gradcli.render.formats.parts import heading, sheet
from gradcli.render.letters import escape
from gradcli.render.words import function_text, problem_text, spell, value_text

if TYPE_CHECKING:
    from typing import Any

    from gradcli.explain.descent.results import Descent, DescentStep


def descent_document(descent: Descent) -> dict[str, Any]:
    """`gradcli.descent/1`."""
    reading = descent.reading
    return {
        "schema": "gradcli.descent/1",
        "function": function_text(reading),
        "variables": list(reading.variables),
        "output": descent.output,
        "method": descent.method,
        "options": dict(descent.options),
        "path": [step_document(step) for step in descent.path],
        "stopped": descent.stopped,
        "kind": descent.kind,
        "eigenvalues": None if descent.eigenvalues is None else list(descent.eigenvalues),
        "bound": descent.bound,
        "curvature": descent.curvature,
        "accuracy": descent.numbers.accuracy,
        "evaluations": descent.numbers.evaluations,
        **remarks_document(reading, descent.numbers),
    }


def step_document(step: DescentStep) -> dict[str, Any]:
    """One step; `error` beside gradients that are estimates."""
    document: dict[str, Any] = {
        "step": step.step,
        "at": step.at,
        "value": step.value,
        "gradient": step.gradient,
        "norm": step.norm,
    }
    return document if step.errors is None else document | {"error": step.errors}


def columns(descent: Descent) -> list[str]:
    """The entries of a place by name."""
    return list(numbers_by_entry(descent.path[0].at or {}))


def cells(step: DescentStep, count: int) -> list[str]:
    """Step, place, value, length of the gradient."""
    place = [None] * count if step.at is None else [*numbers_by_entry(step.at).values()]
    numbers = [*place, step.value, step.norm]
    return [str(step.step), *("" if number is None else value_text(number) for number in numbers)]


def write_descent_csv(descent: Descent) -> str:
    """One line a step."""
    names = columns(descent)
    return sheet([["step", *names, "value", "norm"], *(cells(step, len(names)) for step in descent.path)])


def write_descent_plain(descent: Descent) -> str:
    """One line a step, then the verdict."""
    figures = Figures(17, {}, "-", False)
    lines = [f"# {line}" for line in heading(descent.reading)]
    lines.append(f"# {headline(descent, False)}")
    names = columns(descent)
    for step in descent.path:
        number, *place, value, norm = cells(step, len(names))
        there = ", ".join(f"{name} = {text or '-'}" for name, text in zip(names, place, strict=True))
        lines.append(f"{number}: {there}, {descent.output} = {value or '-'}, norm = {norm or '-'}")
    lines += [f"# {line}" for line in verdict_lines(descent, figures)]
    lines += [f"# {line}" for line in (*descent.reading.assumptions, *descent.numbers.notes)]
    lines += [f"# {problem_text(problem, 'text')}" for problem in descent.numbers.problems]
    return "\n".join(lines) + "\n"


def shown_cells(descent: Descent, figures: Figures) -> list[list[str]]:
    """The steps that are shown, in the digits that are shown."""
    rows = []
    for step in shown_steps(descent):
        places = [
            "; ".join(figures.lines(value)) for value in (step.at or dict.fromkeys(descent.reading.variables)).values()
        ]
        rows.append([str(step.step), *places, figures.number(step.value), figures.number(step.norm)])
    return rows


def write_descent_markdown(descent: Descent) -> str:
    """A table of the steps that are shown, then the verdict."""
    figures = Figures(descent.digits, {}, "—", True)
    lines = [f"`{line}`  " for line in heading(descent.reading)]
    head = [say("step"), *descent.reading.variables, descent.output, f"‖∇{descent.output}‖"]
    lines += ["", headline(descent, True), "", *markdown_table([head, *shown_cells(descent, figures)])]
    lines += ["", *verdict_lines(descent, figures)]
    lines += [problem_text(problem, "text") for problem in descent.numbers.problems]
    return "\n".join(lines) + "\n"


def write_descent_latex(descent: Descent) -> str:
    r"""A `tabular`, then the verdict."""
    figures = Figures(descent.digits, {}, "---", True)
    output = spell(descent.output, "latex")
    names = [f"${spell(name, 'latex')}$" for name in descent.reading.variables]
    head = [say("step"), *names, f"${output}$", rf"$\lVert\nabla {output}\rVert$"]
    lines = [rf"\begin{{tabular}}{{{'r' * len(head)}}}", rf"  {' & '.join(head)} \\ \hline"]
    lines += [rf"  {' & '.join(row)} \\" for row in shown_cells(descent, figures)]
    lines.append(r"\end{tabular}\par")
    plain = Figures(descent.digits, {}, "---", False)
    return "\n".join([*lines, *(escape(line) + r"\par" for line in verdict_lines(descent, plain))]) + "\n"
