"""`gradcli check`: from a command line to a verdict, written in the format that was asked for."""

from __future__ import annotations

from gradcli.cli.blackbox import make_watch, read_black_box, refuse_one_file, refuse_without_box
from gradcli.cli.commands.endings import refuse_npy
from gradcli.cli.question import text_question
from gradcli.problems import ExitCode, GradcliError, Source
from gradcli.records import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from gradcli.checking.numbers.box_points import BoxClaim
    from gradcli.checking.records import Claim
    from gradcli.cli.question import CommandLine
    from gradcli.derive.results import Verdict
    from gradcli.text.answers import Answer
    from gradcli.text.points import PointText


EXIT = {"equal": ExitCode.DONE, "different": ExitCode.DIFFERENT, "undecided": ExitCode.FAILED}


def answer_check(line: CommandLine) -> int:
    """Read, compare, write. Returns 0 for equal, 1 for different, 4 for undecided."""
    from gradcli.cli.output import write_answer

    if line.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out verdict.json")
    refuse_npy(line.format, "a verdict")
    verdict = verdict_of(line)
    write_answer(written(verdict, line.format, line.out), line.out, utf8=line.format in ("json", "html"))
    return EXIT[verdict.verdict]


def verdict_of(line: CommandLine) -> Verdict:
    """The verdict on the answer that was typed, or on the numbers of a file."""
    if line.box.is_given:
        return verdict_on_box(line)
    refuse_without_box(line.box)
    if line.against is not None:
        from gradcli.checking.numbers.formulas import check_numbers
        from gradcli.checking.numbers.printed import parse_numbers

        refuse_beside_file(line, len(line.expressions) > 1)
        from gradcli.cli.inputs import read_text

        claim = claim_of(line, ())
        source = read_text("--against", f"@{line.against.removeprefix('@')}")
        return check_numbers(claim, source, parse_numbers(source, line.kind))
    from gradcli.checking.verdict import check

    if len(line.expressions) < 2:
        raise GradcliError(
            "usage",
            "check needs a function and an answer to check" if line.expressions else "check needs EXPR GRADIENT...",
            hint='gradcli check "x1**2 + x2**2" "2*x1, 2*x2"',
        )
    return check(claim_of(line, line.expressions[1:]))


def verdict_on_box(line: CommandLine) -> Verdict:
    """The verdict on an answer for a function that is a program."""
    from gradcli.checking.numbers.boxes import check_outside
    from gradcli.cli import inputs
    from gradcli.text.answers import parse_answers

    refuse_one_file(line.box, line.out)
    texts = {"--of": line.of, "--shape": line.shapes, "--vector": line.vectors, "--matrix": line.matrices}
    found = next((name for name, value in {**texts, "--symmetric": line.symmetric}.items() if value), None)
    if found is not None:
        raise GradcliError("usage", f"'{found}' does not go with --exec and --python", hint="leave it away")
    if line.against is not None:
        return check_outside(claim_of_file(line, line.against))
    if not line.expressions:
        raise GradcliError("usage", "check needs an answer to compare with the program", hint='"2*x1, 2*x2"')
    sources = [as_answer(inputs.read_expression(text)) for text in line.expressions]
    points = tuple(inputs.read_point("--at", text) for text in line.at)
    return check_outside(claim_on_box(line, parse_answers(sources, line.latex), points))


def claim_on_box(
    line: CommandLine, answers: tuple[Answer, ...], points: tuple[tuple[PointText, Source], ...]
) -> BoxClaim:
    """The question about a program."""
    from gradcli.checking.numbers.box_points import BoxClaim
    from gradcli.cli import inputs

    return BoxClaim(
        answers,
        read_black_box(line.box, (), make_watch(line.format == "json")),
        points,
        inputs.read_settings(line.constants),
        inputs.read_names("--wrt", line.wrt) or (),
        cast("Any", line.kind),
        cast("Any", line.layout),
    )


def claim_of_file(line: CommandLine, path: str) -> BoxClaim:
    """The question whether a program's derivatives are the numbers of a file, at the points of the file."""
    from gradcli.checking.numbers.files import with_numbers
    from gradcli.cli.inputs import read_text

    refuse_beside_file(line, bool(line.expressions))
    source = read_text("--against", f"@{path.removeprefix('@')}")
    return with_numbers(claim_on_box(line, (), ()), source)


def refuse_beside_file(line: CommandLine, has_answer: bool) -> None:
    """Raise `usage` for an answer and for points beside those of a file."""
    if has_answer:
        message = "an answer and --against contradict each other"
        raise GradcliError("usage", message, hint="check one after the other")
    if line.at:
        raise GradcliError("usage", "--at and --against contradict each other", hint="the file has its own points")


def claim_of(line: CommandLine, answers: tuple[str, ...]) -> Claim:
    """The question with every text read; standard input last: it may have to be waited for."""
    from gradcli.checking.records import Claim
    from gradcli.cli import inputs
    from gradcli.question import options_of
    from gradcli.reading import known_names, plain_claim
    from gradcli.text.answers import parse_answers

    if list(line.expressions).count("-") > 1:
        raise GradcliError("usage", "standard input can be read only once", hint="give '-' once")
    question = text_question(line, line.expressions[:1])
    texts = [as_answer(inputs.read_expression(text)) for text in answers]
    claimed = parse_answers(texts, line.latex, known_names(question.script)) if texts else ()
    options, layout = options_of(question), cast("Any", line.layout)
    return plain_claim(Claim(question.script, claimed, options, cast("Any", line.kind), layout, question.points))


def as_answer(source: Source) -> Source:
    """The text of an answer, so called in messages."""
    return source if source.is_file else source._replace(name="answer")


def written(verdict: Verdict, form: str, out: str | None) -> str:
    """The text of a verdict."""
    from gradcli.render import verdicts

    if form == "table":
        from gradcli.cli.output import sheet_for
        from gradcli.render.page import make_console

        sheet = sheet_for(out)
        verdicts.print_verdict(verdict, make_console(sheet))
        return sheet.getvalue()
    if form == "html":
        from gradcli.render.report.page import write_pages

        return write_pages([verdict])
    writers: dict[str, Callable[[Verdict], str]] = {
        "json": verdicts.write_json,
        "csv": verdicts.write_csv,
        "markdown": verdicts.write_markdown,
        "plain": verdicts.write_plain,
        "latex": verdicts.write_latex,
    }
    return writers[form](verdict) + "\n"
