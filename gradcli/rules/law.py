"""What a row of a table of laws says. Rows are data; what reads them lives elsewhere."""

from __future__ import annotations

from gradcli.records import NamedTuple


class Law(NamedTuple):
    """A law: its code for scripts, its name in English and Chinese, what it says, where it is from.

    differential   what it says of differentials, where that is written in another way
    """

    code: str
    name: str
    chinese: str
    text: str
    latex: str
    source: str
    differential: str = ""
