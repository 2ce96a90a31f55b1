"""A bare Typer app that prints a rich table: what any command with a table costs."""

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(add_completion=False)


@app.command()
def main() -> None:
    table = Table(title="gradient")
    for heading in ("partial", "symbol", "value"):
        table.add_column(heading)
    table.add_row("df/dx1", "2*x1", "2.0")
    table.add_row("df/dx2", "2*x2", "4.0")
    Console().print(table)


app()
