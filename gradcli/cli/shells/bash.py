"""The completion script of bash."""

from __future__ import annotations

from gradcli.cli.shells.pages import AT_FILES, FILES, HEADER, SETTING, all_flags, commands_of, spellings
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.cli.shells.pages import CommandPage, Flag

BASH = r"""# {header}
# The words of the line are put together again: bash takes them apart at = and @ (COMP_WORDBREAKS).

_gradcli_words() {{
    local index piece
    words=() glue=
    for ((index = 1; index <= COMP_CWORD; index++)); do
        piece=${{COMP_WORDS[index]}}
        if ((${{#words[@]}})) && [[ $glue || $piece == =* ]]; then
            words[${{#words[@]}} - 1]+=$piece
        else
            words+=("$piece")
        fi
        [[ $piece == *[=@] ]] && glue=1 || glue=
    done
    current=${{words[${{#words[@]}} - 1]}}
    piece=${{COMP_WORDS[COMP_CWORD]}}
    [[ $piece == [=@] || $piece == =@ ]] && piece=
    typed=${{current%"$piece"}}
    typed=${{typed%@}} # readline replaces an @ together with what follows it
}}

_gradcli_offer() {{
    # full words that begin as the current one does; readline gets what comes after its last break
    local word
    for word in "$@"; do
        [[ $word == "$current"* ]] && COMPREPLY+=("${{word#"$typed"}}")
    done
}}

_gradcli_files() {{
    # files after the prefix $1, which the current word begins with
    local prefix=$1 file
    while IFS= read -r file; do
        [[ -d $file ]] && file+=/ && compopt -o nospace 2>/dev/null
        [[ $prefix != "$typed" ]] && printf -v file %q "$file"
        COMPREPLY+=("${{prefix#"$typed"}}$file")
    done < <(compgen -f -- "${{current#"$prefix"}}")
    [[ $prefix == "$typed" ]] && compopt -o filenames 2>/dev/null
}}

_gradcli_value() {{
    # values of the option $1 behind the prefix $2
    local choice
    case "$command $1" in
{values}
    esac
}}

_gradcli_choices() {{
    local prefix=$1 choice
    shift
    for choice in "$@"; do
        _gradcli_offer "$prefix$choice"
    done
}}

_gradcli() {{
    local words glue current typed command flags before ended word
    COMPREPLY=()
    _gradcli_words
    command=${{words[0]}}
    if ((${{#words[@]}} == 1)); then
        _gradcli_offer {commands} --help --version
        return
    fi
    before=${{words[${{#words[@]}} - 2]}}
    for word in "${{words[@]:1:${{#words[@]}} - 2}}"; do
        [[ $word == -- ]] && ended=1
    done
    case $command in
{flags}
        *) return ;;
    esac
    if [[ ! $ended ]]; then
        case $before in
            {with_value})
                _gradcli_value "$before" ""
                return
                ;;
        esac
        if [[ $current == --*=* ]]; then
            _gradcli_value "${{current%%=*}}" "${{current%%=*}}="
            return
        fi
        if [[ $current == -* ]]; then
            _gradcli_offer $flags
            return
        fi
    fi
    case $command in
{arguments}
    esac
}}

complete -F _gradcli gradcli
"""


def bash_script(pages: list[CommandPage]) -> str:
    """The script for bash 3.2 or newer."""
    flags = all_flags(pages)
    values = [f"        {bash_pattern(flag, pages)}) {bash_value(flag)} ;;" for flag in flags if bash_value(flag)]
    by_command = [
        f'        {page.name}) flags="{" ".join(word for flag in page.flags for word in reversed(spellings(flag)))}" ;;'
        for page in pages
    ]
    arguments = [f"        {page.name}) _gradcli_offer {' '.join(page.words)} ;;" for page in pages if page.words]
    expressions = "|".join(page.name for page in pages if page.expressions)
    arguments.append(f"        {expressions}) [[ $current == @* ]] && _gradcli_files @ ;;")
    return BASH.format(
        header=HEADER.format("bash"),
        values="\n".join(values),
        commands=" ".join(page.name for page in pages),
        flags="\n".join(by_command),
        with_value="|".join(dict.fromkeys(word for flag in flags if flag.metavar for word in spellings(flag))),
        arguments="\n".join(arguments),
    )


def bash_pattern(flag: Flag, pages: Sequence[CommandPage]) -> str:
    """What `COMMAND OPTION` must be for an option's values."""
    commands = [f'"{name} {{}}"' for name in commands_of(flag, pages)] or ['*" {}"']
    return "|".join(command.format(word) for command in commands for word in spellings(flag))


def bash_value(flag: Flag) -> str:
    """The command that offers an option's values; "" for free text."""
    if flag.choices:
        return f'_gradcli_choices "$2" {" ".join(flag.choices)}'
    return {
        FILES: '_gradcli_files "$2"',
        AT_FILES: '[[ $current == "$2@"* ]] && _gradcli_files "$2@"',
        SETTING: '[[ $current == "$2"*=@* ]] && _gradcli_files "${current%%=@*}=@"',
    }.get(flag.kind, "")
