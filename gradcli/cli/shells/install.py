"""`gradcli completions --install`: the script where a shell of this user looks, and the line that loads it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from gradcli.cli.output import write_file
from gradcli.cli.shells.scripts import completion_script
from gradcli.problems import FailuresNamed, GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

MARK: Final = "# completions of gradcli"
"""The line above ours in a start-up file, by which it is known again."""


class CompletionFiles(NamedTuple):
    """Where a script goes, and what loads it: a line of a start-up file, None where the shell finds it by itself."""

    script: Path
    startup: Path | None = None
    line: str = ""


def detected_shell() -> str:
    """The shell that gradcli is typed in, else the user's own. Raises `usage` where neither is known."""
    import shellingham

    try:
        name = str(shellingham.detect_shell()[0])
    except (shellingham.ShellDetectionFailure, OSError):
        name = ""
    for found in (name, Path(os.environ.get("SHELL", "")).name):
        found = "powershell" if found == "pwsh" else found
        if found in PLACES:
            return found
    raise GradcliError("usage", "the shell is not known", hint=f"gradcli completions --install {'|'.join(PLACES)}")


def install(shell: str) -> list[str]:
    """Write the script and, where it takes one, the line; what was done, one sentence each. Again it does nothing.

    Errors: a file or a folder that cannot be written.
    """
    place = PLACES[shell]()
    said = [put(place.script, completion_script(shell))]
    if place.startup is not None:
        said.append(add_line(place.startup, place.line))
    return [*said, f"new sessions of {shell} complete gradcli"]


def put(path: Path, text: str) -> str:
    """Write a file unless it is so already."""
    data = text.encode()
    with FailuresNamed(f"'{path}'"):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and path.read_bytes() == data:
            return f"{path} is up to date"
    write_file(str(path), data)
    return f"wrote {path}"


def add_line(path: Path, line: str) -> str:
    """Add our line to the end of a start-up file; one of ours that is there already is replaced."""
    with FailuresNamed(f"'{path}'"):
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else ""
    lines = before.splitlines(keepends=True)
    if f"{MARK}\n{line}\n" in before:
        return f"{path} loads it already"
    for i in reversed([i for i, text in enumerate(lines) if text.rstrip("\r\n") == MARK]):
        del lines[i : i + 2]
    kept = "".join(lines)
    gap = "\n" if kept and not kept.endswith("\n") else ""
    after = f"{kept}{gap}{MARK}\n{line}\n"
    write_file(str(path), after.encode("utf-8", "surrogateescape"))
    return f"added a line to {path}"


def data_home() -> Path:
    """The user's folder for data of programs."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")


def bash_place() -> CompletionFiles:
    """bash-completion's folder; the line is for shells that do without bash-completion."""
    folder = os.environ.get("BASH_COMPLETION_USER_DIR") or data_home() / "bash-completion"
    script = Path(folder) / "completions/gradcli"
    return CompletionFiles(script, Path.home() / ".bashrc", f"[ ! -r {quoted(script)} ] || . {quoted(script)}")


def zsh_place() -> CompletionFiles:
    """A folder for functions; the line starts zsh's completion where nothing before it has."""
    script = data_home() / "zsh/site-functions/_gradcli"
    startup = Path(os.environ.get("ZDOTDIR") or Path.home()) / ".zshrc"
    start = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }"
    return CompletionFiles(script, startup, f"{start}; [[ ! -r {quoted(script)} ]] || source {quoted(script)}")


def fish_place() -> CompletionFiles:
    """fish's own folder, which it looks into by itself."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return CompletionFiles(home / "fish/completions/gradcli.fish")


def powershell_place() -> CompletionFiles:
    """Beside the profile, which PowerShell itself knows; else where it usually is."""
    profile = asked_profile()
    if profile is None:
        usual = "Documents/PowerShell" if sys.platform == "win32" else ".config/powershell"
        profile = Path.home() / usual / "Microsoft.PowerShell_profile.ps1"
    script = profile.with_name("gradcli.completions.ps1")
    name = str(script).replace("'", "''")
    return CompletionFiles(script, profile, f"if (Test-Path '{name}') {{ . '{name}' }}")


def asked_profile() -> Path | None:
    """The profile as PowerShell names it; None where there is no PowerShell."""
    program = shutil.which("pwsh") or shutil.which("powershell")
    if program is None:
        return None
    words = [program, "-NoProfile", "-NonInteractive", "-Command", "$PROFILE.CurrentUserCurrentHost"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Path(done.stdout.strip()) if done.returncode == 0 and done.stdout.strip() else None


def quoted(path: Path) -> str:
    """A path as a word of bash and zsh."""
    from shlex import quote

    return quote(str(path))


PLACES: Final[dict[str, Callable[[], CompletionFiles]]] = {
    "bash": bash_place,
    "zsh": zsh_place,
    "fish": fish_place,
    "powershell": powershell_place,
}
"""Shell -> where its completions go."""
