"""`gradcli check`: from a command line to a verdict, written in the format that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gradcli.cli.blackbox import BoxWords, make_watch, read_black_box, refuse_without_box
from gradcli.problems import ExitCode, GradcliError, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.checking.blackbox_records import BoxClaim
    from gradcli.checking.records import Claim
    from gradcli.derive.results import Verdict
    from gradcli.text.answers import Answer
    from gradcli.text.points import PointText


class Checked(NamedTuple):
    """What the command line says: the words of its options, unread."""

    expressions: tuple[str, ...] = ()
    kind: str = "gradient"
    against: str | None = None
    at: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    of: str | None = None
    shapes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    latex: bool = False
    layout: str | None = None
    format: str = "table"
    out: str | None = None
    box: BoxWords = BoxWords()


EXIT = {"equal": ExitCode.DONE, "different": ExitCode.DIFFERENT, "undecided": ExitCode.FAILED}


def answer_check(asked: Checked) -> int:
    """Read, compare, write. Returns 0 for equal, 1 for different, 4 for undecided."""
    from gradcli.cli.output import write_answer

    if asked.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out verdict.json")
    verdict = verdict_of(asked)
    write_answer(written(verdict, asked.format, asked.out), asked.out, utf8=asked.format == "json")
    return EXIT[verdict.verdict]


def verdict_of(asked: Checked) -> Verdict:
    """The verdict on the answer that was typed, or on the numbers of a file."""
    if asked.box.is_given:
        return verdict_on_box(asked)
    refuse_without_box(asked.box)
    if asked.against is not None:
        from gradcli.checking.against_numbers import check_numbers
        from gradcli.checking.printed_numbers import parse_numbers

        refuse_beside_file(asked, len(asked.expressions) > 1)
        from gradcli.cli.inputs import read_text

        claim = claim_of(asked, ())
        source = read_text("--against", f"@{asked.against.removeprefix('@')}")
        return check_numbers(claim, source, parse_numbers(source, asked.kind))
    from gradcli.checking.verdict import check

    if len(asked.expressions) < 2:
        raise GradcliError(
            "usage",
            "check needs a function and an answer to check" if asked.expressions else "check needs EXPR GRADIENT...",
            hint='gradcli check "x1**2 + x2**2" "2*x1, 2*x2"',
        )
    return check(claim_of(asked, asked.expressions[1:]))


def verdict_on_box(asked: Checked) -> Verdict:
    """The verdict on an answer for a function that is a program."""
    from gradcli.checking.against_blackbox import check_outside
    from gradcli.cli import inputs
    from gradcli.text.answers import parse_answers

    texts = {"--of": asked.of, "--shape": asked.shapes, "--vector": asked.vectors, "--matrix": asked.matrices}
    found = next((name for name, value in {**texts, "--symmetric": asked.symmetric}.items() if value), None)
    if found is not None:
        raise GradcliError("usage", f"'{found}' does not go with --exec and --python", hint="leave it away")
    if asked.against is not None:
        return check_outside(claim_of_file(asked, asked.against))
    if not asked.expressions:
        raise GradcliError("usage", "check needs an answer to compare with the program", hint='"2*x1, 2*x2"')
    sources = [as_answer(inputs.read_expression(text)) for text in asked.expressions]
    points = tuple(inputs.read_point("--at", text) for text in asked.at)
    return check_outside(claim_on_box(asked, parse_answers(sources, asked.latex), points))


def claim_on_box(asked: Checked, answers: tuple[Answer, ...], points: tuple[tuple[PointText, Source], ...]) -> BoxClaim:
    """The question about a program."""
    from gradcli.checking.blackbox_records import BoxClaim
    from gradcli.cli import inputs

    return BoxClaim(
        answers,
        read_black_box(asked.box, (), make_watch(asked.format == "json")),
        points,
        inputs.read_settings(asked.constants),
        inputs.read_names("--wrt", asked.wrt) or (),
        asked.kind,
        cast(Any, asked.layout),
    )


def claim_of_file(asked: Checked, path: str) -> BoxClaim:
    """The question whether a program's derivatives are the numbers of a file, at the points of the file."""
    from gradcli.checking.printed_numbers import parse_numbers, point_text
    from gradcli.cli.inputs import read_text
    from gradcli.text.points import parse_point

    refuse_beside_file(asked, bool(asked.expressions))
    source = read_text("--against", f"@{path.removeprefix('@')}")
    given = parse_numbers(source, asked.kind)
    texts = [Source(source.name, point_text(one.at, source), is_data=True) for one in given]
    claim = claim_on_box(asked, (), tuple((parse_point(text), text) for text in texts))
    return claim._replace(file=(source, tuple(given)))


def refuse_beside_file(asked: Checked, has_answer: bool) -> None:
    """Raise `usage` for an answer and for points beside those of a file."""
    if has_answer:
        message = "an answer and --against contradict each other"
        raise GradcliError("usage", message, hint="check one after the other")
    if asked.at:
        raise GradcliError("usage", "--at and --against contradict each other", hint="the file has its own points")


def claim_of(asked: Checked, answers: tuple[str, ...]) -> Claim:
    """The question with every text read; standard input last: it may have to be waited for."""
    from gradcli.checking.records import Claim
    from gradcli.cli import inputs
    from gradcli.library import bound_shapes
    from gradcli.program.build import BuildOptions
    from gradcli.text.answers import parse_answers
    from gradcli.text.parser import parse_script

    if list(asked.expressions).count("-") > 1:
        raise GradcliError("usage", "standard input can be read only once", hint="give '-' once")
    points = tuple(inputs.read_point("--at", text) for text in asked.at)
    options = BuildOptions(
        wrt=inputs.read_names("--wrt", asked.wrt) or None,
        settings=inputs.read_settings(asked.constants),
        bound=bound_shapes(points[0][0]) if points else {},
        of=asked.of,
        declarations=inputs.read_declarations(asked.shapes, asked.vectors, asked.matrices, asked.symmetric),
        scalar=asked.kind != "jacobian",
    )
    function = inputs.read_expressions(asked.expressions[:1])
    texts = [as_answer(inputs.read_expression(text)) for text in answers]
    script = parse_script(function, asked.latex)
    return Claim(
        script, parse_answers(texts, asked.latex) if texts else (), options, asked.kind, cast(Any, asked.layout), points
    )


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
    writers: dict[str, Callable[[Verdict], str]] = {
        "json": verdicts.write_json,
        "csv": verdicts.write_csv,
        "markdown": verdicts.write_markdown,
        "plain": verdicts.write_plain,
        "latex": verdicts.write_latex,
    }
    return writers[form](verdict) + "\n"
