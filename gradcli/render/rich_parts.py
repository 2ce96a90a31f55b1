"""What of rich a page is made of, without what rich imports for other uses: a third of the time of a table."""

from __future__ import annotations

from gradcli.postponed import postponed

with postponed("ast", "datetime", "fractions", "inspect", "pickle", "rich._emoji_replace", "rich.markup"):
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.containers import Lines
    from rich.table import Table
    from rich.text import Text

__all__ = ["Console", "Lines", "Table", "Text", "box", "cell_len"]
