"""The completion script of PowerShell."""

from __future__ import annotations

from gradcli.cli.shells.pages import HEADER, all_flags, commands_of, spellings
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradcli.cli.shells.pages import CommandPage

POWERSHELL = r"""# {header}

Register-ArgumentCompleter -Native -CommandName gradcli -ScriptBlock {{
    param($wordToComplete, $commandAst, $cursorPosition)

    $commands = [ordered]@{{
{commands}
    }}
    $flags = @{{
{flags}
    }}
    $values = @{{
{values}
    }}
    $arguments = @{{
{arguments}
    }}

    function Offer($words, $prefix = '') {{
        $words | Where-Object {{ "$prefix$_".StartsWith($wordToComplete) }} | ForEach-Object {{
            [System.Management.Automation.CompletionResult]::new("$prefix$_", $_, 'ParameterValue', $_)
        }}
    }}

    function Choices($flag) {{
        if ($values.ContainsKey("$command $flag")) {{ $values["$command $flag"] }} else {{ $values[$flag] }}
    }}

    $elements = $commandAst.CommandElements | Where-Object {{ $_.Extent.EndOffset -lt $cursorPosition }}
    $words = @($elements | ForEach-Object {{ $_.ToString() }})
    if ($words.Count -le 1) {{
        Offer (@($commands.Keys) + '--help' + '--version')
        return
    }}
    $command = $words[1]
    $before = $words[-1]
    if ($wordToComplete -match '^(--[a-z]+)=') {{
        Offer (Choices $Matches[1]) "$($Matches[1])="
    }} elseif ($words.Count -gt 2 -and (Choices $before)) {{
        Offer (Choices $before)
    }} elseif ($wordToComplete.StartsWith('-')) {{
        Offer $flags[$command]
    }} elseif ($arguments.ContainsKey($command)) {{
        Offer $arguments[$command]
    }}
}}
"""


def powershell_script(pages: list[CommandPage]) -> str:
    """The script for PowerShell 5 or newer; files complete as PowerShell does it itself."""
    quoted = {page.name: [word for flag in page.flags for word in spellings(flag)] for page in pages}
    return POWERSHELL.format(
        header=HEADER.format("powershell"),
        commands="\n".join(f"        {powershell_quote(page.name)} = {powershell_quote(page.about)}" for page in pages),
        flags="\n".join(
            f"        {powershell_quote(name)} = {powershell_list(words)}" for name, words in quoted.items()
        ),
        values="\n".join(
            f"        {powershell_quote(prefix + word)} = {powershell_list(flag.choices)}"
            for flag in all_flags(pages)
            if flag.choices
            for prefix in [f"{name} " for name in commands_of(flag, pages)] or [""]
            for word in spellings(flag)
        ),
        arguments="\n".join(
            f"        {powershell_quote(page.name)} = {powershell_list(page.words)}" for page in pages if page.words
        ),
    )


def powershell_quote(text: str) -> str:
    """A word in PowerShell's single quotes."""
    return "'" + text.replace("'", "''") + "'"


def powershell_list(words: Iterable[str]) -> str:
    """A list of words."""
    return f"@({', '.join(map(powershell_quote, words))})"
