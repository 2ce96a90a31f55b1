"""`gradcli export`: from a command line to a source file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gradcli.problems import ExitCode, GradcliError

if TYPE_CHECKING:
    from gradcli.exporting.file import Exported
    from gradcli.exporting.request import Export


class Ordered(NamedTuple):
    """What the command line says: the words of its options, unread."""

    expressions: tuple[str, ...] = ()
    to: str | None = None
    name: str = "f"
    kind: str = "gradient"
    self_test: bool = False
    at: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    wrt: tuple[str, ...] = ()
    of: str | None = None
    shapes: tuple[str, ...] = ()
    vectors: tuple[str, ...] = ()
    matrices: tuple[str, ...] = ()
    symmetric: tuple[str, ...] = ()
    latex: bool = False
    json: bool = False
    out: str | None = None


def answer_export(ordered: Ordered) -> int:
    """Read, generate, write: source code to standard output or to a file, whole or not at all."""
    from gradcli.cli.output import write_answer
    from gradcli.exporting.export import export
    from gradcli.exporting.languages import TARGETS

    if ordered.to is None:
        raise GradcliError("usage", "export needs --to LANGUAGE", hint=f"one of {', '.join(TARGETS)}")
    if ordered.out == "":
        raise GradcliError("usage", "'--out' needs the name of a file", hint="--out gradient.c")
    if ordered.at and not ordered.self_test:
        raise GradcliError(
            "usage", "--at says where the self-test is made, and there is none", hint="add --self-test, or leave --at"
        )
    exported = export(export_of(ordered))
    write_answer(json_text(exported) if ordered.json else exported.source, ordered.out, utf8=True)
    return ExitCode.DONE


def export_of(ordered: Ordered) -> Export:
    """The order with every text read; standard input last: it may have to be waited for."""
    from gradcli.cli import inputs
    from gradcli.exporting.request import Export, Wish
    from gradcli.library import bound_shapes
    from gradcli.program.build import BuildOptions
    from gradcli.text.parser import parse_script

    points = tuple(inputs.read_point("--at", text) for text in ordered.at)
    options = BuildOptions(
        wrt=inputs.read_names("--wrt", ordered.wrt) or None,
        settings=inputs.read_settings(ordered.constants),
        bound=bound_shapes(points[0][0]) if points else {},
        of=ordered.of,
        declarations=inputs.read_declarations(ordered.shapes, ordered.vectors, ordered.matrices, ordered.symmetric),
        scalar=ordered.kind != "jacobian",
    )
    script = parse_script(inputs.read_expressions(ordered.expressions), ordered.latex)
    wish = Wish(str(ordered.to), ordered.name, cast(Any, ordered.kind), ordered.self_test)
    return Export(script, options, wish, points)


def json_text(exported: Exported) -> str:
    """The file and the names of its functions as one JSON object."""
    import json

    found = {"schema": "gradcli.export/1", **exported._asdict()}
    return json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n"
