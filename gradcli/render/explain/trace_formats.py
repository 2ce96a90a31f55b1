"""A trace for programs and papers: plain lines, CSV, Markdown, LaTeX."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.explain.figures import Figures
from gradcli.render.explain.terms import Contributions, joined, tangent_rule
from gradcli.render.formats.parts import heading, number, partial, sheet
from gradcli.render.notation import write, write_all
from gradcli.render.words import problem_text, spell, value_text

if TYPE_CHECKING:
    from gradcli.explain.results import Trace, TraceStep


def write_trace_plain(trace: Trace) -> str:
    """One line a step with all digits, then one line a derivative, from the output to the inputs."""
    figures = Figures(17, {}, "undefined", False)
    terms = Contributions(trace, "text", figures)
    numeric = trace.gradient is not None
    lines = [f"# {line}" for line in heading(trace.reading)]
    texts = iter(
        write_all([s.expression for s in trace.steps if s.expression is not None], "text", trace.reading.decimal)
    )
    for step in trace.steps:
        sides = [step.name] + ([next(texts)] if step.expression is not None else [])
        lines.append(" = ".join(sides + ([value_text(step.value)] if numeric else [])))
    if trace.mode != "forward":
        lines += [adjoint_line(trace, step, terms, numeric) for step in reversed(trace.steps) if differentiated(step)]
    if trace.mode != "reverse" and (not numeric or trace.arrays):
        lines += [tangent_rule(step, "text", figures, False) for step in trace.steps if step.expression is not None]
    if trace.mode != "reverse" and numeric:
        for seed in trace.seeds:
            column = "" if trace.along is not None else f"/d{seed}"
            for step in trace.steps:
                lines.append(f"d{step.name}{column} = {value_text((step.tangents or {}).get(seed))}")
    lines += [f"# {step.name}: {step.problem}" for step in trace.steps if step.problem is not None]
    lines += [f"# {problem_text(problem, 'text')}" for problem in trace.numbers.problems]
    lines += [f"# {line}" for line in (*trace.reading.assumptions, *trace.numbers.notes)]
    return "\n".join(lines) + "\n"


def differentiated(step: TraceStep) -> bool:
    """Is there a derivative by this step?"""
    return step.kind not in ("data", "constant")


def adjoint_line(trace: Trace, step: TraceStep, terms: Contributions, numeric: bool) -> str:
    """`df/dx2 = df/dv2*x1 + df/dv4*cos(x2) = 1.7163378145367738`."""
    sides = [terms.partial_name(step.name)]
    if step.name == trace.output:
        sides.append("1")
    else:
        sides.append(terms.formula(step, whole=True).replace("∂", "d"))
        sides += [value_text(step.adjoint)] if numeric else []
    return " = ".join(sides)


def write_trace_csv(trace: Trace) -> str:
    """One row a step: name, kind, expression, value, adjoint, tangents."""
    rows = [["step", "kind", "expression", "value", "adjoint", *heads(trace)]]
    for step in trace.steps:
        expression = "" if step.expression is None else write(step.expression)
        numbers = [step.value, step.adjoint, *((step.tangents or {}).get(seed) for seed in trace.seeds)]
        rows.append([step.name, step.kind, expression, *("" if n is None else value_text(n) for n in numbers)])
    return sheet(rows)


def write_trace_markdown(trace: Trace) -> str:
    """A table with one row a step."""
    figures = Figures(trace.digits, trace.texts, "—", True)
    terms = Contributions(trace, "text", figures)
    numeric = trace.gradient is not None
    output = trace.output
    columns = ["value", *heads(trace)] if numeric else ["tangent"] if trace.mode != "reverse" else []
    backwards = trace.mode != "forward"
    headers = ["step", *columns, *([f"d{output}/dstep"] if backwards else [])]
    lines = [f"`{line}`  " for line in heading(trace.reading)]
    lines += ["", f"| {' | '.join(headers)} |", f"|{' --- |' * len(headers)}"]
    for step in trace.steps:
        expression = "" if step.expression is None else f" = {write(step.expression)}"
        cells = [f"`{step.name}{expression}`".replace("|", r"\|")]
        cells += ["<br>".join(figures.lines(step.value))] if numeric else []
        cells += ["<br>".join(figures.lines((step.tangents or {}).get(seed))) for seed in trace.seeds]
        if not numeric and trace.mode != "reverse":
            rule = tangent_rule(step, "text", figures, False)
            cells.append(f"`{rule}`" if rule else "")
        if numeric and backwards:
            cells.append("<br>".join(figures.lines(step.adjoint)) if differentiated(step) else step.kind)
        elif backwards:
            cells.append(f"`{terms.formula(step)}`" if step.name != output else "1")
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *(f"- {step.name}: {step.problem}" for step in trace.steps if step.problem is not None)]
    return "\n".join(lines).rstrip() + "\n"


def heads(trace: Trace) -> list[str]:
    """`d/dx1` for each column of tangents; `dstep` along a direction."""
    return ["dstep"] if trace.along is not None else [f"d/d{seed}" for seed in trace.seeds]


def write_trace_latex(trace: Trace) -> str:
    r"""An array of equations: `v_{1} &= \log(x_{1}) &&= 0.693147 & \frac{\partial f}{\partial v_{1}} &= 1`."""
    figures = Figures(trace.digits, trace.texts, r"\text{undefined}", False)
    numeric = trace.gradient is not None
    rows = []
    for step in trace.steps:
        name = spell(step.name, "latex")
        expression = "" if step.expression is None else f" = {write(step.expression, 'latex', trace.reading.decimal)}"
        row = f"{name} &{expression}"
        cells = [number(step.value, figures.number)] if numeric else []
        cells += latex_tangents(trace, step, figures, numeric) if trace.mode != "reverse" else []
        if trace.mode != "forward":
            found = number(step.adjoint, figures.number) if numeric else latex_terms(trace, step)
            cells.append(f"{partial(trace.output, step.name)} = {found}" if differentiated(step) else "")
        rows.append(" & ".join([row, *cells]))
    columns = "l" * (1 + max(row.count(" & ") for row in rows))
    body = " \\\\\n".join(rows)
    return f"\\[\n\\begin{{array}}{{{columns}}}\n{body}\n\\end{{array}}\n\\]\n"


def latex_tangents(trace: Trace, step: TraceStep, figures: Figures, numeric: bool) -> list[str]:
    """The tangents of a step, a cell each: numbers by the columns' inputs, or the rule."""
    if not numeric:
        return [tangent_rule(step, "latex", figures, False)]
    name = spell(step.name, "latex")
    cells = []
    for seed in trace.seeds:
        left = f"d{name}" if trace.along is not None else partial(step.name, seed)
        cells.append(f"{left} = {number((step.tangents or {}).get(seed), figures.number)}")
    return cells


def latex_terms(trace: Trace, step: TraceStep) -> str:
    """The terms of an adjoint as a formula."""
    if step.name == trace.output:
        return "1"
    parts: list[str] = []
    for user in trace.steps:
        for use in user.uses:
            if use.name != step.name:
                continue
            if use.contribution is not None:
                parts.append(write(use.contribution, "latex", trace.reading.decimal))
            elif use.partial is not None:
                inner = write(use.partial, "latex", trace.reading.decimal)
                parts.append(rf"{partial(trace.output, user.name)} \cdot \left({inner}\right)")
    return joined(parts) or "0"
