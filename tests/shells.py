"""Real shells in a pseudo-terminal: type a line, press TAB, read the line back."""

from __future__ import annotations

import os
import pty
import select
import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPLETIONS = Path(__file__).parent.parent / "completions"
KILL_LINE, DUMP, TAB = "\x15", "\x18\x04", "\t"
START = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
}
SETUP = {
    "bash": [
        "dump() {{ printf '%s' \"$READLINE_LINE\" > {dump}; }}",
        "bind -x '\"\\C-x\\C-d\": dump'; bind 'set bell-style none'",
        ". {completions}/gradcli.bash",
    ],
    "zsh": [
        "unsetopt beep; setopt no_list_ambiguous",
        "fpath=({completions} $fpath); autoload -Uz compinit; compinit -u -D",
        'dump() {{ print -rn -- "$BUFFER" > {dump} }}; zle -N dump',
        "bindkey -e; bindkey '^X^D' dump",
    ],
}


class Shell:
    """An interactive shell with gradcli's completions, in a folder of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.dump = folder / ".dump"
        argv = START[name]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(PS1="$ ", TERM="dumb", HOME=str(folder), PROMPT="$ ")
            os.execvp(argv[0], argv)
        self.type("; ".join(SETUP[name]).format(dump=self.dump, completions=COMPLETIONS) + "\n")
        self.line("echo")  # the shell is ready when it answers

    def type(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def line(self, text: str, seconds: float = 20.0) -> str:
        """What the line is after typing `text`."""
        self.dump.unlink(missing_ok=True)
        self.type(KILL_LINE + text)
        end = time.monotonic() + seconds
        pressed = 0.0
        while time.monotonic() < end:
            if time.monotonic() > pressed:
                self.type(DUMP)
                pressed = time.monotonic() + 2.0
            self.drain()
            if self.dump.exists():
                time.sleep(0.02)
                return self.dump.read_text()
        raise TimeoutError(f"no answer to {text!r}")

    def drain(self) -> str:
        """What the shell has written meanwhile."""
        seen = b""
        while select.select([self.terminal], [], [], 0.02)[0]:
            seen += os.read(self.terminal, 65536)
        return seen.decode(errors="replace")

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


def present(names: Sequence[str]) -> list[str]:
    """Those of the shells that this machine has."""
    return [name for name in names if shutil.which(name)]
