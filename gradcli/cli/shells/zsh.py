"""The completion script of zsh."""

from __future__ import annotations

from gradcli.cli.shells.pages import AT_FILES, FILES, HEADER, SETTING
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from gradcli.cli.shells.pages import CommandPage, Flag

ZSH = r"""#compdef gradcli
# {header}

_gradcli_point() {{
    if compset -P '@'; then
        _files
    else
        _message -e points 'point: 1,2 or x1=1,x2=2 or @FILE'
    fi
}}

_gradcli_setting() {{
    if compset -P '*=@'; then
        _files
    else
        _message -e settings 'constant: NAME=VALUE or NAME=@FILE'
    fi
}}

_gradcli_expression() {{
    if compset -P '@'; then
        _files
    elif [[ $PREFIX != -* ]]; then
        # a message beside options would keep the only one from being inserted
        _message -e expressions 'expression: text, @FILE or -'
    fi
}}

_gradcli() {{
    local curcontext=$curcontext state line
    local -a commands
    typeset -A opt_args
    _arguments -C \
        '(- *)'{{-h,--help}}'[Show the help page.]' \
        '(- *)--version[Print the version.]' \
        '1:command:->command' \
        '*::argument:->argument'
    case $state in
        command)
            commands=(
{commands}
            )
            _describe -t commands command commands
            ;;
        argument)
            curcontext=${{curcontext%:*:*}}:gradcli-$words[1]:
            case $words[1] in
{arguments}
            esac
            ;;
    esac
}}

if [[ $funcstack[1] == _gradcli ]]; then
    _gradcli "$@"
else
    compdef _gradcli gradcli
fi
"""


def zsh_script(pages: list[CommandPage]) -> str:
    """The script for zsh: as an autoloaded function of $fpath, or sourced after compinit."""
    commands = [f"                {zsh_quote(f'{page.name}:{page.about}')}" for page in pages]
    cases = []
    for page in pages:
        lines = [zsh_flag(flag) for flag in page.flags]
        lines.append(f"'*:name:({' '.join(page.words)})'" if page.words else "'*:expression:_gradcli_expression'")
        specs = " \\\n".join(f"                        {line}" for line in lines)
        cases.append(
            f"                {page.name})\n                    _arguments -s -S \\\n{specs}\n                    ;;"
        )
    return ZSH.format(header=HEADER.format("zsh"), commands="\n".join(commands), arguments="\n".join(cases))


def zsh_flag(flag: Flag) -> str:
    """One specification of `_arguments`."""
    about = flag.about.replace("[", r"\[").replace("]", r"\]").replace(":", r"\:")
    long, short = (f"{flag.long}=", f"{flag.short}+") if flag.metavar else (flag.long, flag.short)
    value = f":{flag.metavar.lower().replace('=', ' = ')}:{zsh_value(flag)}" if flag.metavar else ""
    if flag.short is None:
        star = "*" if flag.repeatable else ""
        return zsh_quote(f"{star}{long}[{about}]{value}")
    group = "*" if flag.repeatable else f"({flag.short} {flag.long})"
    return f"{zsh_quote(group)}{{{short},{long}}}{zsh_quote(f'[{about}]{value}')}"


def zsh_value(flag: Flag) -> str:
    """The action that completes an option's value."""
    if flag.choices:
        return f"({' '.join(flag.choices)})"
    return {FILES: "_files", AT_FILES: "_gradcli_point", SETTING: "_gradcli_setting"}.get(flag.kind, " ")


def zsh_quote(text: str) -> str:
    """A word in single quotes; bash, zsh and fish agree on these but for the quote itself."""
    return "'" + text.replace("'", "'\\''") + "'"
