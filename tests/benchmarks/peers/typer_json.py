"""A bare Typer app that prints JSON: what any command for scripts costs."""

import json

import typer

app = typer.Typer(add_completion=False)


@app.command()
def main() -> None:
    print(json.dumps({"gradient": {"x1": 2.0, "x2": 4.0}}))


app()
