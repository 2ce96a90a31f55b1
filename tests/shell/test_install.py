"""`gradcli completions --install`, tried in new sessions of real shells."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gradcli.cli.shells.install import MARK, PLACES, add_line, detected_shell, install
from gradcli.cli.shells.scripts import completion_script
from gradcli.problems import GradcliError

BIN = Path(sys.executable).parent


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own, where nothing is set up."""
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR", "BASH_COMPLETION_USER_DIR", "SHELL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{BIN}:{os.environ['PATH']}")
    return tmp_path


def contents(home: Path) -> dict[str, str]:
    """What stands in the home."""
    return {str(path.relative_to(home)): path.read_text() for path in home.rglob("*") if path.is_file()}


@pytest.mark.parametrize("shell", list(PLACES))
def test_installing_twice_changes_nothing_more(home: Path, shell: str) -> None:
    """The script stands once, the line of the start-up file once, and what was there before stays."""
    profile = PLACES[shell]().startup
    if profile is not None:
        profile.parent.mkdir(parents=True, exist_ok=True)
        profile.write_text("echo mine")
    said = install(shell)
    before = contents(home)
    assert completion_script(shell) in before.values()
    assert said[0].startswith("wrote ")
    if profile is not None:
        text = profile.read_text()
        assert text.startswith("echo mine\n")
        assert text.count(MARK) == 1
        assert said[1] == f"added a line to {profile}"
    again = install(shell)
    assert contents(home) == before
    assert again[0].endswith("is up to date")
    assert profile is None or again[1].endswith("loads it already")


def test_a_line_of_an_older_release_is_replaced(tmp_path: Path) -> None:
    """Our line is known by the comment above it; other lines stay where they are."""
    file = tmp_path / ".bashrc"
    file.write_text(f"one\n{MARK}\n. /old/place\ntwo")
    add_line(file, ". /new/place")
    assert file.read_text() == f"one\ntwo\n{MARK}\n. /new/place\n"


def test_a_start_up_file_that_is_a_link_stays_one(tmp_path: Path) -> None:
    """Files of settings are often links into a folder under version control."""
    (tmp_path / "dotfiles").write_text("one\n")
    link = tmp_path / ".zshrc"
    link.symlink_to(tmp_path / "dotfiles")
    add_line(link, "two")
    assert link.is_symlink()
    assert (tmp_path / "dotfiles").read_text() == f"one\n{MARK}\ntwo\n"


def test_folders_of_the_user_are_respected(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """XDG_DATA_HOME, XDG_CONFIG_HOME and ZDOTDIR move the files; a folder may have blanks and quotes."""
    odd = home / "my 'own' folder"
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "ZDOTDIR"):
        monkeypatch.setenv(name, str(odd))
    for shell in ("bash", "zsh", "fish"):
        install(shell)
    found = set(contents(odd))
    assert found == {
        "bash-completion/completions/gradcli",
        "fish/completions/gradcli.fish",
        "zsh/site-functions/_gradcli",
        ".zshrc",
    }
    for shell, startup in (("bash", home / ".bashrc"), ("zsh", odd / ".zshrc")):
        if shutil.which(shell):
            words = [shell, "-c", f". '{startup}'".replace("'own'", r"'\''own'\''")]
            done = subprocess.run(words, capture_output=True, text=True)
            assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_is_found_out(home: Path, shell: str) -> None:
    """Typed in a shell, `--install` installs for this one."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    plain = {"bash": ["bash", "--norc", "--noprofile"], "zsh": ["zsh", "-f"], "fish": ["fish", "--no-config"]}[shell]
    line = f"{sys.executable} -m gradcli completions --install; true"
    done = subprocess.run([*plain, "-c", line], capture_output=True, text=True, check=True)
    assert f"new sessions of {shell} complete gradcli" in done.stdout, done.stderr


def test_a_shell_that_is_not_known_must_be_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a shell above and without $SHELL there is one error with the choices."""
    import shellingham

    def unknown() -> tuple[str, str]:
        raise shellingham.ShellDetectionFailure

    monkeypatch.setattr(shellingham, "detect_shell", unknown)
    with pytest.raises(GradcliError, match="the shell is not known"):
        detected_shell()
    monkeypatch.setenv("SHELL", "/usr/bin/zsh")
    assert detected_shell() == "zsh"
    monkeypatch.setattr(shellingham, "detect_shell", lambda: ("pwsh", "/usr/bin/pwsh"))
    assert detected_shell() == "powershell"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_new_sessions_complete(home: Path, shell: str) -> None:
    """A session as the user begins one, with start-up files, completes a command on TAB."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    install(shell)
    read = {
        "bash": "dump() { printf '%s' \"$READLINE_LINE\" > DUMP; }; bind -x '\"\\C-x\\C-d\": dump'\n",
        "zsh": 'dump() { print -rn -- "$BUFFER" > DUMP }; zle -N dump; bindkey -e; bindkey "^X^D" dump\n',
    }[shell]
    dump = home / "dump"
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", ZSH_DISABLE_COMPFIX="true")
        os.chdir(home)
        os.execvp(shell, [shell, "-i"])
    try:
        os.write(terminal, read.replace("DUMP", str(dump)).encode())
        end = time.monotonic() + 30
        while time.monotonic() < end:
            os.write(terminal, b"\x15gradcli jac\t\x18\x04")
            time.sleep(0.5)
            if dump.exists() and dump.read_text() == "gradcli jacobian ":
                break
        assert dump.read_text() == "gradcli jacobian "
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


@pytest.mark.skipif(not shutil.which("fish"), reason="fish is not installed")
def test_new_sessions_of_fish_complete(home: Path) -> None:
    """fish finds the file by itself."""
    install("fish")
    done = subprocess.run(["fish", "-c", "complete -C 'gradcli jac'"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("jacobian\t")
