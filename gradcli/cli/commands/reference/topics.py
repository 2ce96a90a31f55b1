"""What `gradcli help TOPIC` tells, and the manual beside the commands."""

from __future__ import annotations

from gradcli.cli.commands.rows import COMMANDS
from gradcli.problems import ExitCode
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Final


class Topic(NamedTuple):
    """A page: `text` in paragraphs, `rows` a table of two columns under it."""

    name: str
    title: str
    text: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]


EXIT_CODES: Final = {
    ExitCode.DONE: "done",
    ExitCode.DIFFERENT: "check: the derivative is different",
    ExitCode.USAGE: "the command line, the expression or the input was wrong; one error on standard error",
    ExitCode.NO_ANSWER: "an answer does not exist at a point, or is lost in its error; printed with its problems",
    ExitCode.FAILED: "a numeric method, an external program or the output failed; check could not decide",
    ExitCode.INTERRUPTED: "interrupted (Ctrl-C)",
    ExitCode.BROKEN_PIPE: "the reader of the output went away",
}
"""How the process ends, and what that means."""

ENVIRONMENT: Final = {
    "GRADCLI_FORMAT": "the format of answers that would be a table: table, json, latex, markdown, plain or csv",
    "GRADCLI_LAYOUT": "the layout of derivatives: numerator, denominator or both",
    "GRADCLI_COMPILE": "whether many points are answered by compiled C: auto, always or never",
    "GRADCLI_LANG": "the language of explanations: en or zh",
    "GRADCLI_HISTORY": "a file that keeps what is typed at gradcli's own questions; without it nothing is kept",
    "GRADCLI_DEBUG": "1 shows the traceback of a mistake in gradcli itself",
    "NO_COLOR": "anything: no colours, wherever the answer goes",
    "FORCE_COLOR, CLICOLOR_FORCE": "anything (but CLICOLOR_FORCE=0): colours also where no terminal reads",
    "CLICOLOR": "0: no colours",
    "COLUMNS": "the width of tables and of help",
}
"""Variables of the environment, and what they set. An option wins over each of them."""

TOPICS: Final = {
    topic.name: topic
    for topic in (
        Topic(
            "language",
            "How functions are written",
            (
                "As in Python, on paper or in LaTeX. Numbers are exact; pi, e and tau are constants unless they are"
                " given a value; every other name is a variable. What people read in two ways is an error with both.",
            ),
            (
                ("x**2 x^2 x²", "powers; 2x, 3(x+1) and (x+1)(x-1) are products"),
                ("y = u*v; u = x+1; v = x", "named intermediates; ';' or a new line between statements, # a comment"),
                ("[x1**2, x1*x2]", "a vector function"),
                ("where(x > 0, x, 0)", "a choice"),
                ("A@x A.T x[0] X[:,0]", "matrix products, transposes, entries"),
                ("x: 3; X: m,n", "shapes; --shape, --vector, --matrix and --symmetric say the same"),
                ("$\\frac{x^2}{2}$", "LaTeX, between dollars or with --latex"),
            ),
        ),
        Topic(
            "points",
            "How points are given",
            ("--at takes one whole point; repeated, one answer follows the other.",),
            (
                ("--at 1,2", "in the order of the variables (x1, x2, x10; --wrt gives another)"),
                ("--at x1=1,x2=pi/2", "by name"),
                ("--at 'x=[1,2],X=[[1,2],[3,4]]'", "arrays"),
                ("--at '{\"x1\": 1}' --at @point.json", "JSON, typed or from a file"),
                ("--points table.csv", "many points: csv, tsv, jsonl, npy, npz, parquet"),
                ("--grid x=-1:1:21", "a lattice"),
                ("--set a=2 --set X=@X.npy", "constants and data, never differentiated"),
            ),
        ),
        Topic(
            "layouts",
            "Numerator and denominator layout",
            (
                "For y with m entries by x with n entries. grad is in denominator layout (a column shaped like x),"
                " jacobian in numerator layout (a row for each function) unless --layout says otherwise.",
            ),
            (
                ("scalar by n-vector", "numerator (1, n), denominator (n, 1)"),
                ("m-vector by scalar", "numerator (m, 1), denominator (1, m)"),
                ("m-vector by n-vector", "numerator (m, n), denominator (n, m)"),
                ("scalar by (p, q) matrix", "numerator (q, p), denominator (p, q)"),
            ),
        ),
        Topic("exit-codes", "Exit codes", (), tuple((str(int(code)), text) for code, text in EXIT_CODES.items())),
        Topic("environment", "Variables of the environment", (), tuple(ENVIRONMENT.items())),
    )
}
"""Topics by name."""

MANUAL: Final = "man"
"""The word for the whole manual, as a page for man(1)."""

PAGES: Final = (*COMMANDS, *TOPICS, MANUAL)
"""What `gradcli help` has a page of."""
