"""`gradcli functions`: what the language knows."""

from __future__ import annotations

from gradcli.cli.commands.endings import refuse_npy
from gradcli.cli.words import quote
from gradcli.problems import ExitCode, GradcliError
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.question import CommandLine
    from gradcli.rules import Rule


def print_functions(line: CommandLine) -> int:
    """Write the list of functions, or some of them."""
    from gradcli.cli.output import sheet_for, write_answer

    form, out = line.format, line.out
    refuse_npy(form, "the list of functions")
    rules = chosen_rules(line.expressions)
    if form in ("latex", "html"):
        message = f"the list of functions has no {'LaTeX' if form == 'latex' else 'HTML'} form"
        raise GradcliError("usage", message, hint="--format markdown, csv, plain or json")
    if form == "table":
        from gradcli.render import page, table

        sheet = sheet_for(out)
        table.print_functions(rules, page.make_console(sheet))
        text = sheet.getvalue()
    else:
        from gradcli.render.formats.functions import write_listing

        text = write_listing(rules, form) + "\n"
    write_answer(text, out, utf8=form == "json")
    return ExitCode.DONE


def chosen_rules(names: tuple[str, ...]) -> list[Rule]:
    """The rows of these functions, by name or alias; all rows without a name."""
    from gradcli.program.catalogue import all_names, listed_rule
    from gradcli.rules import RULES, nearest

    found = {name: listed_rule(name) for name in names}
    for name, rule in found.items():
        if rule is None:
            near = nearest(name[:60])
            hint = f"did you mean {' or '.join(near)}?" if near else "gradcli functions lists them"
            raise GradcliError("unknown-function", f"unknown function {quote(name)}", hint=hint)
    if not names:
        found = {name: RULES[name] if name in RULES else listed_rule(name) for name in all_names()}
    return [rule for rule in found.values() if rule is not None]
