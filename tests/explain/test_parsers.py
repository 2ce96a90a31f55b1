"""Real programs read what `graph` writes: Graphviz its DOT, Mermaid its flow charts.

GRADCLI_EVERY_TOOL=1 makes a missing tool a failure, as it must be where all are installed. MERMAID names the folder
in which `npm install mermaid jsdom` was run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import gradcli

EVERY = os.environ.get("GRADCLI_EVERY_TOOL") == "1"
GRAPHS = [
    ("log(x1) + x1*x2 - sin(x2)", {"at": (2, 5)}),
    ("where(x < y, x, 2*y) + end*subgraph", {"at": {"x": 1, "y": 2, "end": 3, "subgraph": 4}}),
    ("L = norm(o-y)**2/2; o = W2@h; h = tanh(z); z = W1@x", {"wrt": ("W1", "W2")}),
    ("norm(X, \"nuc\") + x[0]**2", {"at": {"X": [[1, 2], [3, 5]], "x": [1, 2]}}),
    ("abs(x)*y", {"at": (0, 2)}),
    ("u = f(x, y); x = x(t); y = y(t)", {"wrt": "t"}),
    ("sin(" * 200 + "x" + ")" * 200, {"at": 1}),
]  # fmt: skip


def needed(tool: str | None, name: str) -> None:
    """Skip without a tool; fail where every tool must be there."""
    if not tool:
        assert not EVERY, f"{name} is missing"
        pytest.skip(f"{name} is not installed")


def written(form: str) -> list[str]:
    """All graphs in a format."""
    return [gradcli.graph(text, **options).text(form) for text, options in GRAPHS]  # type: ignore[arg-type]


def test_graphviz_reads_dot() -> None:
    """Without a warning, and it lays each graph out."""
    dot = shutil.which("dot")
    needed(dot, "Graphviz")
    for text in written("dot"):
        done = subprocess.run([str(dot), "-Tplain"], input=text, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("\nnode ") == len(re.findall(r"^\s+n\d+ \[", text, re.MULTILINE))


def test_mermaid_reads_flow_charts() -> None:
    """Its own parser, under Node and without a browser; it refuses what is none."""
    node, folder = shutil.which("node"), os.environ.get("MERMAID", "")
    needed(node and folder, "Mermaid")
    texts = [*written("mermaid"), "flowchart LR\n a[ -- b"]
    script = Path(__file__).parent / "mermaid.mjs"
    done = subprocess.run(
        [str(node), str(script)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "MODULES": folder},
        check=True,
    )
    *errors, refused = json.loads(done.stdout)
    assert errors == [None] * len(GRAPHS)
    assert "Parse error" in refused
