"""The list of functions as JSON, CSV, Markdown and plain text (its table is in tables.py)."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from gradcli.rules.rule import Rule

COLUMNS = ("function", "derivative", "domain", "about")


def rule_document(rule: Rule) -> dict[str, Any]:
    """One function."""
    return {
        "name": rule.name,
        "aliases": list(rule.aliases),
        "arguments": list(rule.args),
        "variadic": rule.variadic,
        "group": rule.group,
        "about": rule.about,
        "meaning": rule.means,
        "derivatives": list(rule.partials),
        "domain": rule.domain_text or None,
        "example": rule.example,
        "source": rule.source,
    }


def listing_row(rule: Rule) -> tuple[str, ...]:
    """One function: its call, its derivatives in the order of its arguments, where it is real, one sentence."""
    call = f"{rule.name}({', '.join(rule.args)}{', ...' if rule.variadic else ''})"
    return call, "; ".join(partial or "none" for partial in rule.partials), rule.domain_text, rule.about


def write_listing(rules: Iterable[Rule], form: str) -> str:
    """The list in one of the formats json, csv, markdown, plain (columns between tabs)."""
    if form == "json":
        from gradcli.text.strict_json import json_text

        return json_text({"schema": "gradcli.functions/1", "functions": [rule_document(rule) for rule in rules]})
    rows = [COLUMNS, *map(listing_row, rules)]
    if form == "markdown":
        from gradcli.render.formats.markdown import markdown_table

        return "\n".join(markdown_table(rows))
    if form == "plain":
        return "\n".join("\t".join(row) for row in rows[1:])
    from gradcli.render.formats.parts import sheet

    return sheet(rows).removesuffix("\n")
