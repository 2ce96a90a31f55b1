"""Completions, in real shells."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from shells import COMPLETIONS, START, Shell

from gradcli.cli.commands.rows import COMMANDS, all_options
from gradcli.cli.shells.scripts import completion_script
from tests.readme import COMPLETION_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = [
    ("gradcli ja", "gradcli jacobian "),
    ("gradcli hes", "gradcli hessian "),
    ("gradcli jac", "gradcli jacobian "),
    ("gradcli --vers", "gradcli --version "),
    ("gradcli completions z", "gradcli completions zsh "),
    ("gradcli functions softp", "gradcli functions softplus "),
    ("gradcli grad --method=f", "gradcli grad --method=fd "),
    ("gradcli grad --method f", "gradcli grad --method fd "),
    ("gradcli grad -m f", "gradcli grad -m fd "),
    ("gradcli grad x -f ma", "gradcli grad x -f markdown "),
    ("gradcli jacobian --layout n", "gradcli jacobian --layout numerator "),
    ("gradcli grad x --js", "gradcli grad x --json "),
    ("gradcli grad -x**2 --js", "gradcli grad -x**2 --json "),
    ("gradcli grad @po", "gradcli grad @points.json "),
    ("gradcli grad x --at @po", "gradcli grad x --at @points.json "),
    ("gradcli grad x --at=@po", "gradcli grad x --at=@points.json "),
    ("gradcli grad x --set a=@po", "gradcli grad x --set a=@points.json "),
    ("gradcli grad x --set=a=@po", "gradcli grad x --set=a=@points.json "),
    ("gradcli grad x --out po", "gradcli grad x --out points.json "),
    ("gradcli grad x --out=po", "gradcli grad x --out=points.json "),
    ("gradcli grad @fo", "gradcli grad @folder/"),
    ("gradcli grad @folder/i", "gradcli grad @folder/in.txt "),
    ("gradcli grad @my", "gradcli grad @my\\ file.txt "),
    ("gradcli grad -- --js", "gradcli grad -- --js"),
    ("gradcli grad --nonsense=f", "gradcli grad --nonsense=f"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shells")
    (path / "folder").mkdir()
    for name in ("points.json", "my file.txt", "folder/in.txt"):
        (path / name).write_text("")
    return path


@pytest.fixture(scope="module", params=list(START))
def shell(request: pytest.FixtureRequest, folder: Path) -> Iterator[Shell]:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    running = Shell(request.param, folder)
    yield running
    running.close()


@pytest.mark.parametrize(("typed", "expected"), LINES, ids=[typed for typed, _ in LINES])
def test_tab_completes_in_bash_and_zsh(shell: Shell, typed: str, expected: str) -> None:
    """TAB completes commands, options, values in both spellings, and files after @ and --out."""
    assert shell.line(f"{typed}\t") == expected


def test_zsh_completes_on_the_first_tab_of_a_session(folder: Path) -> None:
    """The autoloaded function completes when it is called for the first time."""
    if not shutil.which("zsh"):
        pytest.skip("zsh is not installed")
    running = Shell("zsh", folder)
    try:
        assert running.line("gradcli jac\t") == "gradcli jacobian "
    finally:
        running.close()


def test_zsh_completes_after_sourcing(folder: Path) -> None:
    """`source <(gradcli completions zsh)` works as well as a folder of $fpath."""
    if not shutil.which("zsh"):
        pytest.skip("zsh is not installed")
    running = Shell("zsh", folder)
    try:
        running.type(f"compdef -d gradcli; unfunction _gradcli; source {COMPLETIONS}/_gradcli\n")
        # on a busy machine zsh may still be reading the script when the first line arrives
        assert "gradcli jacobian " in [running.line("gradcli jac\t") for _ in range(3)]
    finally:
        running.close()


def fish_offers(line: str, folder: Path) -> list[str]:
    script = f"source {COMPLETIONS}/gradcli.fish; complete -C '{line}'"
    done = subprocess.run(["fish", "--no-config", "-c", script], cwd=folder, capture_output=True, text=True, check=True)
    return [offer.split("\t")[0] for offer in done.stdout.splitlines()]


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
@pytest.mark.parametrize(("typed", "expected"), LINES, ids=[typed for typed, _ in LINES])
def test_fish_offers_the_same(folder: Path, typed: str, expected: str) -> None:
    """fish offers what bash and zsh insert."""
    word = (
        expected.removesuffix(" ")
        .replace("\\ ", "\N{NO-BREAK SPACE}")
        .split(" ")[-1]
        .replace("\N{NO-BREAK SPACE}", " ")
    )
    offers = fish_offers(typed, folder)
    assert offers == ([word] if expected != typed else [])


def bash_offers(words: list[str]) -> list[str]:
    """What the function replies to words as a program other than readline would hand them over."""
    quoted = " ".join(f"'{word}'" for word in words)
    lines = [f". {COMPLETIONS}/gradcli.bash", f"COMP_WORDS=({quoted})", f"COMP_CWORD={len(words) - 1}", "_gradcli"]
    script = "\n".join([*lines, "printf '%s\\n' \"${COMPREPLY[@]}\""])
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_option_of_help_completes(command: str, folder: Path) -> None:
    """bash and fish offer each option that the command has."""
    flags = {flag for option in all_options(COMMANDS[command]) for flag in option.flags}
    assert set(bash_offers(["gradcli", command, "-"])) == flags
    if shutil.which("fish"):
        assert {flag for flag in flags if flag.startswith("--")} <= set(fish_offers(f"gradcli {command} --", folder))


@pytest.mark.parametrize(
    ("words", "offers"),
    [
        (["gradcli", "grad", "--method=f"], ["--method=fd"]),
        (["gradcli", "grad", "--method", "=", "f"], ["fd"]),
        (["gradcli", "grad", "--method", "="], ["symbolic", "autodiff", "fd", "complex"]),
        (["gradcli", "grad", "-f", "js"], ["json", "jsonl"]),
        (["gradcli", "check", "-f", ""], ["table", "json", "latex", "markdown", "plain", "csv"]),
        (["gradcli", "nonsense", "-"], []),
    ],
)
def test_bash_replies_to_words_taken_apart_or_not(words: list[str], offers: list[str]) -> None:
    """COMP_WORDBREAKS with or without `=` gives the same completion."""
    assert bash_offers(words) == offers


def test_completing_starts_no_program_and_is_quick() -> None:
    """With an empty PATH completion still works: it runs nothing. Ten times take less than three seconds."""
    setup = f". {COMPLETIONS}/gradcli.bash; PATH=; COMP_WORDS=(gradcli grad --meth); COMP_CWORD=2"
    script = setup + '; for i in 1 2 3 4 5 6 7 8 9 10; do _gradcli; done; echo "${COMPREPLY[@]}"'
    start = time.monotonic()
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("--method\n", "")
    assert time.monotonic() - start < 60


@pytest.mark.parametrize("name", list(COMPLETION_FILES))
def test_the_committed_files_are_fresh(name: str) -> None:
    """completions/ holds what `gradcli completions` prints."""
    fresh = (COMPLETIONS / COMPLETION_FILES[name]).read_text() == completion_script(name)
    assert fresh, "stale: python -m tests.readme"


@pytest.mark.parametrize(("name", "check"), [("bash", "bash"), ("zsh", "zsh"), ("fish", "fish")])
def test_the_scripts_are_valid(name: str, check: str) -> None:
    """Each shell parses its script."""
    if not shutil.which(check):
        pytest.skip(f"{check} is not installed")
    done = subprocess.run([check, "-n", str(COMPLETIONS / COMPLETION_FILES[name])], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
