"""`gradcli help`, the manual, and the examples that they tell to copy."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from gradcli.cli.commands.reference.topics import ENVIRONMENT, EXIT_CODES, PAGES, TOPICS
from gradcli.cli.commands.rows import COMMANDS, options_of
from gradcli.cli.options import OPTIONS
from gradcli.cli.shells.man import manual
from gradcli.problems import ExitCode

MANUAL = Path(__file__).parent.parent.parent / "docs/gradcli.1"


def gradcli(*words: str) -> subprocess.CompletedProcess[str]:
    """A command line of its own."""
    return subprocess.run([sys.executable, "-m", "gradcli", *words], capture_output=True, text=True)


@pytest.mark.parametrize("name", list(COMMANDS))
def test_help_of_a_command_is_its_page(name: str) -> None:
    """`gradcli help grad` is `gradcli grad --help`."""
    assert gradcli("help", name).stdout == gradcli(name, "--help").stdout != ""


def test_help_alone_is_the_overview_and_names_the_topics() -> None:
    """`gradcli help`, `gradcli --help` and `gradcli` are one page."""
    page = gradcli("help").stdout
    assert page == gradcli("--help").stdout == gradcli().stdout
    assert all(f"help {name}" in page for name in TOPICS)


@pytest.mark.parametrize("name", list(TOPICS))
def test_topics_are_told(name: str) -> None:
    """A topic has its rows, in at most 80 columns."""
    done = gradcli("help", name)
    assert done.returncode == 0
    assert all(label in done.stdout for label, _ in TOPICS[name].rows)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_of_a_function_is_its_row() -> None:
    """`gradcli help softplus` is `gradcli functions softplus`."""
    assert gradcli("help", "softplus").stdout == gradcli("functions", "softplus").stdout != ""


@pytest.mark.parametrize(("word", "hint"), [("grda", "grad"), ("layuots", "layouts"), ("xyzzy", "one of grad")])
def test_help_of_nothing_is_one_error(word: str, hint: str) -> None:
    """A word that is no page has the nearest one as its hint."""
    done = gradcli("help", word)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr


def test_version_has_a_short_option() -> None:
    """`-V` is `--version`."""
    assert gradcli("-V").stdout == gradcli("--version").stdout


def test_every_exit_code_and_variable_is_told() -> None:
    """The topic has each exit code, and each variable that rows of options read."""
    assert set(EXIT_CODES) == {code for name, code in vars(ExitCode).items() if name.isupper()}
    assert {option.default_of for option in OPTIONS.values() if option.default_of} <= set(ENVIRONMENT)


def test_the_manual_is_fresh() -> None:
    """docs/gradcli.1 is what the rows say."""
    assert MANUAL.read_text() == manual(), "stale: python -m tests.readme"


def test_the_manual_has_every_command_option_and_topic() -> None:
    """What help tells stands in the manual."""
    text = manual().replace("\\-", "-")
    for command in COMMANDS.values():
        assert f"gradcli {command.name}" in text
        assert all(option.flags[0] in text and option.about in plain(text) for option in options_of(command).values())
    assert all(word in text for word in ("EXIT STATUS", "ENVIRONMENT", "EXAMPLES"))


def plain(text: str) -> str:
    """Roff as it is shown, for the signs that options have."""
    for seen, sign in (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ti", "~"), ("\\(ha", "^")):
        text = text.replace(seen, sign)
    return text


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("groff", ["groff", "-man", "-ww", "-Tutf8", "-z"]),
        ("man", ["man", "--warnings", "-l"]),
        ("mandoc", ["mandoc", "-T", "lint", "-W", "warning"]),
    ],
)
def test_readers_of_manuals_take_it_without_a_word(tool: str, words: list[str]) -> None:
    """groff, man and mandoc show the page and warn of nothing."""
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run([*words, str(MANUAL)], capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if "missing date" not in line]
    assert not told
    assert tool == "mandoc" or done.returncode == 0


EXAMPLES = [words for command in COMMANDS.values() for words, _ in command.examples]
EXAMPLES += [f"gradcli grad x {label}" for label, _ in TOPICS["points"].rows]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_examples_are_the_same_words_in_every_shell(shell: str, tmp_path: Path) -> None:
    """No shell takes a star, a bracket or a sign of an example for its own: gradcli gets the same words."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    stub = tmp_path / "gradcli"
    stub.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\nprintf '\\n\\0'\n")
    stub.chmod(0o755)
    plain = {"bash": ["bash", "--norc"], "zsh": ["zsh", "-f"], "fish": ["fish", "--no-config"]}[shell]
    lines = [words.split(" > ")[0] for words in EXAMPLES]
    script = "\n".join([f"cd {tmp_path}", *(f"{tmp_path}/{line}" for line in lines)])
    done = subprocess.run([*plain, "-c", script], capture_output=True, text=True)
    assert done.stderr == ""
    found = [part.split("\0")[:-1] for part in done.stdout.split("\n\0")[:-1]]
    assert found == [shlex.split(line)[1:] for line in lines]


def test_pages_complete() -> None:
    """The words that help takes are offered by the completions."""
    from gradcli.cli.shells.pages import page_of

    assert set(page_of(COMMANDS["help"]).words) == set(PAGES)
