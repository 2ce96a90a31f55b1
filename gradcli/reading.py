"""Texts as they were written -> plain statements: the one step between reading and every command."""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradcli.checking.records import Claim
    from gradcli.exporting.request import Export
    from gradcli.problems import Source
    from gradcli.program.options import BuildOptions
    from gradcli.question import Question
    from gradcli.text.points import PointText
    from gradcli.text.tree import Script


def plain_script(
    script: Script, options: BuildOptions, points: Sequence[tuple[PointText, Source]] = ()
) -> tuple[Script, BuildOptions]:
    """A script as plain statements, and the options that follow from it; the sides of chains are compared.

    Raises GradcliError for what can be read in two ways, both shown.
    """
    if script.spelling is None:
        return script, options
    from gradcli.program.written.resolve import resolved

    script, options = resolved(script, options)
    if any(statement.sides for statement in script.statements):
        from gradcli.checking.sides import refuse_unequal_sides

        notes = refuse_unequal_sides(script, options, points)
        plain = tuple(statement._replace(sides=()) for statement in script.statements)
        script = script._replace(statements=plain, notes=(*script.notes, *notes))
    return script, options


def plain_question(question: Question, bound: Mapping[str, tuple[int, ...]] | None = None) -> Question:
    """The question with headers, sums with an index and requests resolved. `bound`: shapes of the values in a table."""
    if question.script.spelling is None:
        return question
    from gradcli.question import options_of

    options = options_of(question)
    options = options if bound is None else options._replace(bound=bound)
    script, options = plain_script(question.script, options, question.points)
    return question._replace(script=script, wrt=options.wrt or (), settings=options.settings)


def known_names(script: Script) -> set[str]:
    """The names that a script uses or defines, those of the functions that it calls among them."""
    from gradcli.text.binders import used_names
    from gradcli.text.tree import Call, postorder

    found: set[str] = set()
    for statement in script.statements:
        found |= used_names(statement.tree) | {
            part.function for part in postorder(statement.tree) if type(part) is Call
        }
        found |= {statement.name} if statement.name else set()
    return found


def plain_claim(claim: Claim) -> Claim:
    """A claim with its function as plain statements, and its answers read as the function is."""
    is_plain = claim.script.spelling is None and all(answer.plain for answer in claim.answers)
    if is_plain and not any("_" in answer.source.text for answer in claim.answers):
        return claim
    from gradcli.checking.indexed import with_entries
    from gradcli.program.written.resolve import resolved_trees

    script, options = plain_script(claim.script, claim.options, claim.points)
    claim, notes = with_entries(claim, script, known_names(script))
    known = claim.script._replace(declarations=script.declarations)
    texts = [(answer.tree, answer.source) for answer in claim.answers]
    trees = [tree for tree, _ in texts] if is_plain else resolved_trees(known, claim.options, texts)
    answers = tuple(answer._replace(tree=tree) for answer, tree in zip(claim.answers, trees, strict=True))
    script = script._replace(notes=(*script.notes, *notes))
    return claim._replace(script=script, options=options, answers=answers)


def plain_export(asked: Export) -> Export:
    """What is to be exported, as plain statements."""
    script, options = plain_script(asked.script, asked.options, asked.points)
    return asked._replace(script=script, options=options)
