"""SymPy's expressions as texts of gradcli's language, in this process: they go in where a text does."""

from __future__ import annotations

from gradcli.cas.sympy_trees import refuse
from gradcli.patterns import pattern
from gradcli.records import TYPE_CHECKING
from gradcli.text.tree import Index, Name

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

ENTRY: Final = pattern(r"([^\[\]]+)\[ *\d+ *(?:, *\d+ *)?\]")
"""An entry of a vector or a matrix, as SymPy and we print it."""


def text_of(expression: Any) -> str:
    """The text of SymPy's expression, or of a column of them, in gradcli's language.

    Raises GradcliError: `sympy` for what gradcli has no word for, and for symbols whose names it would read otherwise.
    """
    import sympy

    refuse_twins(expression)
    if isinstance(expression, sympy.MatrixBase):
        rows = [[text_of(entry) for entry in row] for row in expression.tolist()]
        listed = [row[0] if expression.cols == 1 else f"[{', '.join(row)}]" for row in rows]
        return f"[{', '.join(listed)}]"
    texts: dict[Any, str] = {}
    stack = [expression]
    while stack:
        here = stack[-1]
        form = in_known_words(here)
        parts = parts_of(here) if form is here else [form]
        waiting = [part for part in parts if part not in texts]
        if waiting:
            stack.extend(waiting)
        else:
            told = [texts[part] for part in parts]
            texts[stack.pop()] = written(here, told) if form is here else told[0]
    return texts[expression]


def refuse_twins(expression: Any) -> None:
    """Raise for two symbols of one name, which are one variable here: `Symbol("x")` beside `Symbol("x", real=True)`."""
    import sympy

    names: dict[str, Any] = {}
    for one in sorted(expression.atoms(sympy.Symbol), key=str):
        if names.setdefault(symbol(one), one) != one:
            hint = "give all of them the same assumptions, or other names"
            raise refuse(f"two symbols are called {symbol(one)}, which would be one variable", hint)


MOST_TERMS: Final = 10_000
"""Terms of a Sum or a Product that are written out."""


def in_known_words(expression: Any) -> Any:
    """The expression itself, or what it means in other words of SymPy's."""
    import sympy

    if isinstance(expression, sympy.MatrixExpr):
        hint = 'as a text: "norm(A@x - b)**2"'
        raise refuse("expressions of matrices come as texts of gradcli's, not as SymPy's", hint)
    if isinstance(expression, sympy.Sum | sympy.Product):
        return one_by_one(expression)
    if isinstance(expression, sympy.Derivative):
        found = expression.doit()
        return expression if isinstance(found, sympy.Derivative) else found
    if isinstance(expression, sympy.Heaviside):
        return (sympy.sign(expression.args[0]) + 1) / 2 if expression.args[1] == sympy.S.Half else expression
    forms: dict[Any, Callable[..., Any]] = {
        sympy.Mod: lambda a, b: a - b * sympy.floor(a / b),
        sympy.frac: lambda a: a - sympy.floor(a),
        sympy.sinc: lambda a: sympy.Piecewise((1, sympy.Eq(a, 0)), (sympy.sin(a) / a, True)),
        sympy.UnevaluatedExpr: lambda a: a,
        sympy.Poly: lambda *_: expression.as_expr(),
        sympy.Lambda: lambda *_: expression.expr,
    }
    form = forms.get(expression.func)
    return expression if form is None else form(*expression.args)


def one_by_one(expression: Any) -> Any:
    """A Sum or a Product written out. Raises GradcliError for bounds that are no whole numbers."""
    import sympy

    *inner, (index, low, high) = expression.limits
    if not (low.is_Integer and high.is_Integer and high - low < MOST_TERMS):
        kind = expression.func.__name__
        hint = 'as a text: "sum_{k=1}^n x_k^2"'
        raise refuse(f"a {kind} of SymPy needs whole numbers as bounds, at most {MOST_TERMS} apart", hint)
    body = expression.func(expression.function, *inner) if inner else expression.function
    terms = [body.subs(index, place) for place in range(int(low), int(high) + 1)]
    return (sympy.Add if isinstance(expression, sympy.Sum) else sympy.Mul)(*terms)


def parts_of(expression: Any) -> list[Any]:
    """The subexpressions; of a Piecewise its values and conditions in turn, of an Integral what is integrated."""
    import sympy

    if isinstance(expression, sympy.Piecewise):
        return [part for pair in expression.args for part in (pair.expr, pair.cond)]
    if isinstance(expression, sympy.Integral):
        if any(len(limit) != 3 for limit in expression.limits):
            raise refuse("an Integral of SymPy needs two bounds", "Integral(sin(x*t), (t, 0, 1))")
        return [expression.function, *(part for limit in expression.limits for part in limit)]
    return [] if isinstance(expression, sympy.Indexed) else list(expression.args)


def written(expression: Any, parts: list[str]) -> str:
    """One node as text in brackets, its parts written."""
    import sympy
    from sympy.core.function import AppliedUndef

    from gradcli.cas.worker import NAMES, RELATION_NAMES

    kind = expression.func
    signs = {sympy.Add: " + ", sympy.Mul: "*", sympy.Pow: "**", sympy.And: " and ", sympy.Or: " or "}
    signs |= {relation: f" {sign} " for relation, sign in RELATION_NAMES.items()}
    if not parts:
        return leaf(expression)
    if isinstance(expression, sympy.Integral):
        return integral(parts)
    if "inf" in parts or "(-inf)" in parts:
        raise refuse(f"infinity is no number in SymPy's {kind.__name__}", "functions are real and finite")
    if kind in signs:
        return f"({signs[kind].join(parts)})"
    if kind is sympy.Not:
        return f"(not {parts[0]})"
    if isinstance(expression, sympy.Piecewise):
        return branches(expression, parts)
    if isinstance(expression, sympy.Tuple):
        return f"[{', '.join(parts)}]"
    if isinstance(expression, AppliedUndef):
        return f"{kind.__name__}({', '.join(parts)})"
    if kind in (sympy.zeta, sympy.elliptic_e) and len(parts) == 1:
        return f"{'zeta' if kind is sympy.zeta else 'elliptice'}({parts[0]})"
    if kind in NAMES:
        return f"{NAMES[kind]}({', '.join(parts)})"
    raise refuse(f"gradcli has no word for SymPy's {kind.__name__}", "gradcli functions lists what it knows")


def integral(parts: list[str]) -> str:
    """Integrals in one another, the first bounds innermost."""
    result = parts[0]
    for place in range(1, len(parts), 3):
        result = f"integral({result}, {', '.join(parts[place : place + 3])})"
    return result


def branches(expression: Any, parts: list[str]) -> str:
    """Piecewise as nested where; its last condition must be certain."""
    import sympy

    if expression.args[-1].cond is not sympy.true:
        raise refuse("a Piecewise without a last case", "Piecewise(..., (0, True))")
    result = parts[-2]
    for place in range(len(parts) - 4, -1, -2):
        result = f"where({parts[place + 1]}, {parts[place]}, {result})"
    return result


def leaf(expression: Any) -> str:
    """A number, a constant or a symbol."""
    import sympy

    if isinstance(expression, sympy.Symbol | sympy.Indexed):
        return symbol(expression)
    if isinstance(expression, sympy.Float):
        return f"({float(expression)!r})"
    if isinstance(expression, sympy.Rational):
        return f"({expression.p}/{expression.q})" if expression.q != 1 else f"({expression.p})"
    constants = {
        sympy.pi: "pi", sympy.E: "e", sympy.oo: "inf", -sympy.oo: "(-inf)",
        sympy.true: "(0 < 1)", sympy.false: "(1 < 0)",
        sympy.GoldenRatio: "((1 + sqrt(5))/2)", sympy.EulerGamma: "(-digamma(1))",
    }  # fmt: skip
    if expression in constants:
        return constants[expression]
    raise refuse(f"gradcli has no word for SymPy's {expression}", "functions are real and finite")


def symbol(expression: Any) -> str:
    """The name of a symbol or of an entry (`x[0]`), if gradcli reads it as the same."""
    from gradcli.problems import Source
    from gradcli.text.parser import parse_expression

    name = str(expression)
    name = name[1:] if name[:1] == "\\" and name[1:].isalpha() else name
    entry = ENTRY.fullmatch(name)
    base = entry[1] if entry else name
    fine = base.isidentifier() or (base.isascii() and base.replace("_", "a").isidentifier())
    tree = parse_expression(Source("symbol", name)) if fine else None
    named = tree.base if isinstance(tree, Index) else tree
    if expression.is_real is False or not isinstance(named, Name) or named.name in ("pi", "e", "inf"):
        hint = "letters and digits, and not pi or e"
        raise refuse(f"the symbol {name!r} is no variable of gradcli's", hint)
    return str(tree).replace(" ", "")
