"""What is generated, written anew by `python -m tests.readme`: completions, man page, examples and lists of pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
"""Pages whose examples are run."""
COMPLETION_FILES = {"bash": "gradcli.bash", "zsh": "_gradcli", "fish": "gradcli.fish", "powershell": "gradcli.ps1"}
FENCE = "```console\n"
BIN = Path(sys.executable).parent


class Example(NamedTuple):
    """One command of a console block with the output shown under it. `start`, `end`: where that output stands."""

    command: str
    output: str
    start: int
    end: int


def examples(text: str) -> Iterator[Example]:
    """Every `$ command` of every console block."""
    position = 0
    while (begin := text.find(FENCE, position)) >= 0:
        begin += len(FENCE)
        position = text.index("```", begin)
        starts = [i for i in range(begin, position) if text.startswith("$ ", i) and text[i - 1] == "\n"]
        for start, end in zip(starts, [*starts[1:], position], strict=True):
            line_end = text.index("\n", start) + 1
            yield Example(text[start + 2 : line_end - 1], text[line_end:end], line_end, end)


def lacks_tool(command: str) -> bool:
    """Whether a command needs a tool that is not on this machine."""
    words = set(re.findall(r"[a-z]+", command))
    programs = [tool for tool in ("jq", "make", "xargs") if tool in words]
    return not all(map(shutil.which, programs)) or ("duckdb" in words and find_spec("duckdb") is None)


def run(command: str, folder: str) -> str:
    """What the command prints, standard error included, in a terminal of 80 columns without colour."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "COVERAGE_PROCESS_START")
    environment = {key: os.environ[key] for key in kept if key in os.environ}
    environment |= {"PATH": f"{BIN}:{environment.get('PATH', '')}", "NO_COLOR": "1", "COLUMNS": "80", "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode()


def fresh(text: str) -> str:
    """The text with every output as the program prints it now."""
    with TemporaryDirectory() as folder:
        found = [(example, run(example.command, folder)) for example in examples(text)]
    for example, output in reversed([pair for pair in found if not lacks_tool(pair[0].command)]):
        gap = "\n" if example.output.endswith("\n\n") else ""
        text = text[: example.start] + output + gap + text[example.end :]
    return text


def lists() -> dict[str, str]:
    """The generated parts of the pages by their markers: functions by group, limits, exit codes, the environment."""
    from gradcli import limits
    from gradcli.cli.commands.reference.topics import ENVIRONMENT, EXIT_CODES
    from gradcli.rules import RULES
    from gradcli.rules.arrays import ARRAY_NAMES
    from gradcli.text.binders import BINDERS

    groups: dict[str, list[str]] = {}
    for rule in RULES.values():
        names = [rule.name, *rule.aliases]
        groups.setdefault(rule.group or "other", []).append(
            f"`{names[0]}`" + (f" ({', '.join(names[1:])})" if names[1:] else "")
        )
    functions = [f"- {group}: {', '.join(rows)}" for group, rows in groups.items()]
    functions.append("- with a bound letter: " + ", ".join(f"`{row.call}`" for row in BINDERS.values()))
    functions.append("- vectors and matrices: " + ", ".join(f"`{name}`" for name in ARRAY_NAMES))
    about = [line.strip().strip('"') for line in Path(limits.__file__).read_text().splitlines()]
    rows = [
        f"| `{name}` | {value:,} | {about[i + 1]} |"
        for name, value in vars(limits).items()
        if name.isupper()
        for i, line in enumerate(about)
        if line.startswith(f"{name}:")
    ]
    codes = [f"| {int(code)} | {text} |" for code, text in EXIT_CODES.items()]
    environment = [f"| `{name.replace(', ', '`, `')}` | {text} |" for name, text in ENVIRONMENT.items()]
    return {
        "functions": "\n".join(functions),
        "exit codes": "\n".join(["| code | meaning |", "| --- | --- |", *codes]),
        "environment": "\n".join(["| variable | sets |", "| --- | --- |", *environment]),
        "limits": "\n".join(["| limit | value | what it bounds |", "| --- | --- | --- |", *rows]),
        **notations(),
    }


def notations() -> dict[str, str]:
    """The tables of docs/language.md, made from the rows by which texts are read."""
    from gradcli.text.foreign import characters, points, signs, spellings, statements, words
    from gradcli.text.latex.notations import NOTATIONS
    from gradcli.text.libraries.refused import REFUSED

    books = [(row.about, row.written, "; ".join([*row.shapes, row.plain])) for row in NOTATIONS]
    sources: dict[str, dict[str, list[str]]] = {}
    for row in spellings.SPELLINGS:
        call = f"np.{row.call}" if row.from_module and row.source == spellings.ARRAYS else row.call
        sources.setdefault(row.source, {}).setdefault(row.reading, []).append(call)
    calls = [
        f"{source}:\n\n{paired((codes(written), code(reading)) for reading, written in readings.items())}"
        for source, readings in sources.items()
    ]
    typed = [
        (what, " ".join(character if character.isprintable() else f"U+{ord(character):04X}" for character in all_of),
         meant if meant.isprintable() and meant.strip() else "nothing")
        for all_of, meant, what in characters.SIGNS
    ]  # fmt: skip
    refused: dict[str, list[str]] = {}
    for name, hint in REFUSED.items():
        refused.setdefault(hint, []).append(name)
    return {
        "books": table(("notation", "written", "read as"), books),
        "calls": "\n\n".join(calls),
        **{
            name: paired((code(written), code(reading)) for written, reading in examples.items())
            for name, examples in (
                ("definitions", statements.EXAMPLES), ("signs", signs.EXAMPLES), ("points", points.EXAMPLES),
            )
        },
        "characters": table(("what", "typed", "read as"), typed),
        "words": ", ".join(f"`{word}`" for word in sorted(words.APPLIED_WORDS)),
        "methods": ", ".join(f"`.{name}()`" for name in sorted(spellings.METHODS)),
        "refused": "\n".join(f"- {codes(names)}: {hint}" for hint, names in refused.items()),
    }  # fmt: skip


def paired(rows: Iterable[tuple[str, str]]) -> str:
    """Pairs of cells as a table of Markdown, two pairs in a row."""
    cells = [cell for row in rows for cell in row]
    width = min(4, len(cells))
    cells += [""] * (-len(cells) % width)
    lines = [cells[place : place + width] for place in range(0, len(cells), width)]
    heads = ["written", "read as"] * (width // 2)
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, ["---"] * width, *lines))


def codes(texts: Iterable[str]) -> str:
    """Texts as code, one after the other."""
    return ", ".join(map(code, texts))


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Rows as a table of Markdown; all but the first of the three cells are code."""
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    for row in rows:
        cells = [code(cell) if place >= len(row) - 2 else escaped(cell) for place, cell in enumerate(row)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def code(text: str) -> str:
    """A text as code in a cell; line ends as a sign."""
    shown = escaped(text.replace("\n", "⏎"))
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`"


def escaped(text: str) -> str:
    """A text in a cell, in which a bar is none between cells."""
    return text.replace("|", "\\|")


def with_lists(text: str) -> str:
    """The text with its generated parts written anew between their markers."""
    for name, content in lists().items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        if begin not in text:
            continue
        text = f"{text[: text.index(begin) + len(begin)]}{content}\n{text[text.index(end) :]}"
    return text


def generated() -> dict[Path, str]:
    """The files that are made of the rows alone: completions and the man page."""
    from gradcli.cli.shells.man import manual
    from gradcli.cli.shells.scripts import completion_script

    files = {ROOT / "completions" / name: completion_script(shell) for shell, name in COMPLETION_FILES.items()}
    return {**files, ROOT / "docs/gradcli.1": manual()}


if __name__ == "__main__":
    for path, content in generated().items():
        path.write_text(content)
    for page in PAGES:
        page.write_text(fresh(with_lists(page.read_text())))
