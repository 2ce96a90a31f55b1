"""The picture of the README: exported from the real program. `python -m tests.picture` writes it anew."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from rich.text import Text

import gradcli
from gradcli.render.table import print_result

PICTURE = Path(__file__).parent / "render" / "picture.svg"


def picture() -> str:
    """Two answers as a terminal of 80 columns shows them, as SVG."""
    console = Console(record=True, width=80, force_terminal=True, color_system="truecolor", file=io.StringIO())
    console.print(Text('$ gradcli grad "x1**2+x2**2" --at 1,2', style="bold green"))
    print_result(gradcli.grad("x1**2+x2**2", at="1,2"), console)
    console.print(Text('\n$ gradcli grad "abs(x)*exp(y)" --at 0,1', style="bold green"))
    print_result(gradcli.grad("abs(x)*exp(y)", at="0,1"), console)
    return console.export_svg(title="gradcli", unique_id="gradcli")


if __name__ == "__main__":
    PICTURE.write_text(picture())
