"""The completion script of fish."""

from __future__ import annotations

from gradcli.cli.shells.pages import FILES, HEADER, all_flags
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.shells.pages import CommandPage, Flag

FISH = r"""# {header}

function __gradcli_files --description 'files after @, or after NAME=@'
    set -l value (string replace -r '^--[a-z]+=' '' -- (commandline -ct))
    set -l parts (string match -r '^(@|[^=]*=@)(.*)$' -- $value)
    or return
    for file in (__fish_complete_path $parts[3])
        printf '%s\n' $parts[2]$file
    end
end

complete -c gradcli -f
complete -c gradcli -n __fish_use_subcommand -s h -l help -d 'Show the help page.'
complete -c gradcli -n __fish_use_subcommand -l version -d 'Print the version.'
{lines}
"""


def fish_script(pages: list[CommandPage]) -> str:
    """The script for fish 3 or newer."""
    lines = [
        f"complete -c gradcli -n __fish_use_subcommand -a {page.name} -d {fish_quote(page.about)}" for page in pages
    ]
    for flag in all_flags(pages):
        names = " ".join(page.name for page in pages if flag in page.flags)
        lines.append(f"complete -c gradcli -n '__fish_seen_subcommand_from {names}' {fish_flag(flag)}")
    for page in pages:
        words = fish_quote(" ".join(page.words)) if page.words else "'(__gradcli_files)'"
        lines.append(f"complete -c gradcli -n '__fish_seen_subcommand_from {page.name}' -a {words}")
    return FISH.format(header=HEADER.format("fish"), lines="\n".join(lines))


def fish_flag(flag: Flag) -> str:
    """The arguments of `complete` for one option."""
    short = f"-s {flag.short[1:]} " if flag.short else ""
    if flag.choices:
        value = f"-x -a {fish_quote(' '.join(flag.choices))} "
    elif flag.kind == FILES:
        value = "-r -F "
    elif flag.kind:
        value = "-x -a '(__gradcli_files)' "
    else:
        value = "-x " if flag.metavar else ""
    return f"{short}-l {flag.long[2:]} {value}-d {fish_quote(flag.about)}"


def fish_quote(text: str) -> str:
    """A word in fish's single quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
