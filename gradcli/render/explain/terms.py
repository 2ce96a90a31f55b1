"""The terms of a derivative: which steps use a name, and what each passes back to it."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING
from gradcli.render.explain.primes import in_italics, kept_together
from gradcli.render.notation import write
from gradcli.render.words import spell
from gradcli.text.tree import Binary, Call, Name, Number, Unary, postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from gradcli.derive.results import Chain, Term
    from gradcli.explain.results import Trace, TraceStep, Use
    from gradcli.render.explain.figures import Figures
    from gradcli.render.notation import Style
    from gradcli.text.tree import Tree


class Contributions:
    """For each name the steps that use it, in order, with the use."""

    def __init__(self, trace: Trace, style: Style, figures: Figures) -> None:
        self.trace, self.style, self.figures = trace, style, figures
        self.users: dict[str, list[tuple[TraceStep, Use]]] = {}
        for step in trace.steps:
            for use in step.uses:
                if (use.partial is not None or use.contribution is not None) and not only_decides(step, use):
                    self.users.setdefault(use.name, []).append((step, use))

    def cells(self, step: TraceStep, numbers: bool, formulas: bool) -> list[str]:
        """The lines of a cell: the formula, the numbers, or both."""
        from gradcli.render.explain.lexicon import say

        if step.kind in ("data", "constant"):
            return [say(step.kind)] if not numbers else [""]
        if step.name == self.trace.output:
            return [say("seed", one="1")]
        lines = [self.formula(step)] if formulas or not numbers else []
        if numbers and not self.trace.arrays:
            lines.append(self.numbers(step))
        return lines or [""]

    def formula(self, step: TraceStep, whole: bool = False) -> str:
        """`∂f/∂v3·x2 + ∂f/∂v4·cos(x2)`; `whole`: with factors 1 and ∂f/∂f."""
        form = self.term if whole else self.short_term
        return joined([form(user, use) for user, use in self.users.get(step.name, ())]) or "0"

    def short_term(self, user: TraceStep, use: Use) -> str:
        """What one step passes back, ∂f/∂f and factors 1 left out."""
        if use.contribution is not None or use.partial is None:
            return self.term(user, use)
        text = write(use.partial, self.style, self.trace.reading.decimal)
        if user.name == self.trace.output:
            return text
        if text in ("1", "-1"):
            return text[:-1] + self.partial_name(user.name)
        return self.term(user, use)

    def term(self, user: TraceStep, use: Use) -> str:
        """What one step passes back, as a formula."""
        sign = "·" if self.style == "pretty" else "*"
        if use.contribution is not None:
            return write(use.contribution, self.style, self.trace.reading.decimal)
        outer = self.partial_name(user.name)
        if use.partial is None:
            return f"{outer}{sign}0"
        return f"{outer}{sign}{bracketed(use.partial, self.style, self.trace.reading.decimal)}"

    def partial_name(self, name: str) -> str:
        """`∂f/∂v3`, in plain text `df/dv3`."""
        mark = "∂" if self.style == "pretty" else "d"
        return f"{mark}{spell(self.trace.output, self.style)}/{mark}{spell(name, self.style)}"

    def numbers(self, step: TraceStep) -> str:
        """`1·0.5 + 1·5`."""
        sign = "·" if self.style == "pretty" else "*"
        parts = []
        for place, (user, use) in enumerate(self.users.get(step.name, ())):
            show = self.figures.factor if place else self.figures.number
            parts.append(f"{show(user.adjoint)}{sign}{self.figures.factor(use.value)}")  # type: ignore[arg-type]
        return " + ".join(parts) or self.figures.number(0.0)


class ChainSums:
    """The sums of a chain of scalars in one style; `partial` writes ∂above/∂below in it, `sign` stands in products."""

    def __init__(self, result: Chain, style: Style, partial: Callable[[str, str], str], sign: str) -> None:
        self.result, self.style, self.partial, self.sign = result, style, partial, sign

    def sides(self, name: str) -> list[str]:
        """The sum in symbols, and with the inner derivatives put in; one where both are the same."""
        terms = self.result.terms[name]
        in_symbols = joined([self.symbols(term, name) for term in terms]) or "0"
        put_in = joined([self.factors(term) for term in terms]) or "0"
        return [in_symbols] if put_in.replace("∂", "d") == in_symbols.replace("∂", "d") else [in_symbols, put_in]

    def symbols(self, term: Term, name: str) -> str:
        """`∂y/∂u1·∂u1/∂x1`; the formula where the output itself uses the name: ∂y/∂x1 is what all terms add up to."""
        if term.through == self.result.output:
            return self.factors(term)
        return f"{self.partial(self.result.output, term.through)}{self.sign}{self.partial(term.through, name)}"

    def factors(self, term: Term) -> str:
        """`∂y/∂u1·cos(x1)`, the outer derivative by its symbol."""
        if term.through == self.result.output:
            return write(term.inner, self.style, self.result.reading.decimal)
        inner = bracketed(term.inner, self.style, self.result.reading.decimal)
        return f"{self.partial(self.result.output, term.through)}{self.sign}{inner}"


def inwards(result: Chain) -> list[TraceStep]:
    """The steps of a chain of arrays from the output inwards, then the inputs."""
    steps = [step for step in reversed(result.trace.steps) if step.kind == "step"]
    return [*steps, *(step for step in result.trace.steps if step.kind == "input")]


def contributions(result: Chain, step: TraceStep, style: Style) -> str:
    """The sum of what the users of a name pass back."""
    parts = []
    for user in result.trace.steps:
        for use in user.uses:
            if use.name == step.name and use.contribution is not None:
                parts.append(write(use.contribution, style, result.reading.decimal))
    return joined(parts) or "0"


def only_decides(step: TraceStep, use: Use) -> bool:
    """Does an operand stand in the condition of a choice alone, and add nothing?"""
    tree = step.expression
    if type(tree) is not Call or tree.function != "where" or use.value:
        return False
    if use.partial is None or use.partial != Number(0) or (use.value is None and step.value is not None):
        return False
    return all(part != Name(use.name) for branch in tree.arguments[1:] for part in postorder(branch))


def joined(parts: Sequence[str]) -> str:
    """Terms with plus signs, or minus signs where a term begins with one."""
    text = ""
    for part in parts:
        text += part if not text else f" - {part[1:]}" if part[0] == "-" else f" + {part}"
    return text


def bracketed(tree: Tree, style: Style, decimal: bool) -> str:
    """A factor behind another: sums, negative ones, quotients on one line and LaTeX's numbers in brackets."""
    text = write(tree, style, decimal)
    latex = style == "latex"
    loose = type(tree) is Unary or (type(tree) is Binary and tree.op in ("+-" if latex else "+-/"))
    if not loose and text[0] not in ("-0123456789" if latex else "-"):
        return text
    return rf"\left({text}\right)" if latex else f"({text})"


def tangent_rule(step: TraceStep, style: Style, figures: Figures, numbers: bool) -> str:
    """`dv2 = 5·dx1 + 2·dx2`, or with formulas in the place of numbers."""
    if step.kind in ("input", "data", "constant"):
        return ""
    if step.tangent is not None:
        text = kept_together(write(step.tangent, style))
        text = in_italics(text, [use.name for use in step.uses]) if style == "latex" else text
        return f"d{spell(step.name, style)} = {text}"
    sign = {"pretty": "·", "text": "*", "latex": r" \, "}[style]
    text = ""
    for use in step.uses:
        if use.partial is None and use.value is None:
            continue
        factor = figures.number(use.value) if numbers else shown_partial(use, style)
        end = f"d{spell(use.name, style)}"
        term = f"{factor[:-1]}{end}" if not numbers and factor in ("1", "-1") else f"{factor}{sign}{end}"
        text += term if not text else f" - {term[1:]}" if term[0] == "-" and factor != figures.missing else f" + {term}"
    return f"d{spell(step.name, style)} = {text or '0'}"


def shown_partial(use: Use, style: Style) -> str:
    if use.partial is None:
        return "0"
    text = write(use.partial, style)
    return text if text == "-1" else bracketed(use.partial, style, False)


def is_shown_as_array(gradient: Any) -> bool:
    """Is a derivative by an array among them?"""
    return any(isinstance(value, list) for value in (gradient or {}).values())
