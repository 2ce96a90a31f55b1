"""What `gradcli functions NAME` says about a name: a row, `where`, a function of arrays, or one that SymPy knows."""

from __future__ import annotations

from gradcli.rules import ARRAY_NAMES, NAMES, RULES
from gradcli.rules.rule import Rule
from gradcli.text.binders import BINDERS

WHERE = Rule(
    "where",
    ("cond", "a", "b"),
    (None, "where(cond, 1, 0)", "where(cond, 0, 1)"),
    about="a where the condition holds, else b; the branch that is not taken is never evaluated",
    example="where(x > 0, x, -x)",
    source="the derivative of the branch that is taken",
    group="conditions",
)


def listed_rule(name: str) -> Rule | None:
    """The row of a name or alias; what is no row of the table is told as one. None for what nobody knows."""
    if name in NAMES:
        return RULES[NAMES[name]]
    if name == "where":
        return WHERE
    if name in BINDERS:
        return bound_entry(name)
    return array_entry(name) if name in ARRAY_NAMES else fallback_entry(name)


def all_names() -> tuple[str, ...]:
    """All functions of the language: scalar ones, `where`, those that bind a letter, those of arrays."""
    return (*RULES, "where", *BINDERS, *(name for name in ARRAY_NAMES if name not in RULES))


def bound_entry(name: str) -> Rule:
    """A function that binds a letter as a row of scalars is listed."""
    row = BINDERS[name]
    args = tuple(row.call.partition("(")[2].rstrip(")").split(", "))
    group = "functions with a bound letter"
    return Rule(name, args, row.partials, about=row.about, example=row.example, source=row.source, group=group)


def array_entry(name: str) -> Rule:
    """A function of arrays as a row of scalars is listed: its derivatives are matrix rules, not texts."""
    row = ARRAY_NAMES[name]
    return Rule(
        row.name,
        row.args,
        (),
        about=row.about,
        example=row.example,
        source=row.source,
        means=row.means,
        variadic=row.variadic,
        group="vectors and matrices",
    )


def fallback_entry(name: str) -> Rule | None:
    """A function that SymPy knows, in its shortest form, with SymPy's derivatives."""
    from gradcli.cas.rows import ENTRIES, fallback_rule

    if name not in ENTRIES:
        return None
    rule = fallback_rule(name, min(map(len, ENTRIES[name].arguments)))
    return rule if rule is None or rule.group else rule._replace(group="functions that SymPy evaluates")
