"""Inputs that lead to every hint of the readers, and the pieces of a hint that can be pasted."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from gradcli.text.foreign import habits, signs
from gradcli.text.latex import words
from gradcli.text.libraries import refused

HERE = Path(__file__).parent
ROOM = HERE.parent.parent / "gradcli"
READERS = [
    *(path for path in sorted(ROOM.glob("text/**/*.py")) if path.name != "answers.py"),
    *sorted(ROOM.glob("program/written/*.py")),
    *sorted(ROOM.glob("program/types/*.py")),
    ROOM / "program/names.py",
]
SIGNALS = ("write ", "§ or ", "for the matrix", "declare ", "gradcli check", "gradcli hessian")

FURTHER = (
    "integral(tx, t, 0, 1)",
    "integral(t, 2, 0, 1)",
    "int(x)",
    "∫ x^2 dx",
    r"$\int_0^x \sin t$",
    r"$\int_0^x dt \sin t$",
    r"$\int_0^x {t dt$",
    "y: x^2 + y^2 = 1; x*y",
    "y: x = y = 1 near 1; x*y",
    "y: x^2 + y^2 = 1 near 0.5 x; x*y",
    *(f"{name}(x)" for name in refused.REFUSED),
    "frac(x, y)",
    *(f"x {sign} y" for sign in signs.HINTS if sign not in "$`→!"),
    "x + → y",
    "x & y",
    "x + !y",
    "x $ y",
    "x % y",
    "x ~ y",
    *(f"x {word} y" for word in habits.NO_OPERATORS),
    *(f"{word} x" for word in habits.FIRST_WORDS),
    *(rf"$x \{command} y$" for command in words.REFUSED if command != "mathbb{E}"),
    "x_(1)",
    "sum(x_i, i, a, n)",
    "x[1:2:3:4]",
    "(x: y)",
    "max(x; y)",
    "3₂",
    "y.shape",
    "np.os",
    "x.sum + 1",
    "x |y",
    "|y x|",
    "xᵗ",
    "x⁽²",
    "x⁺",
    "if x: y",
    "for i in x: y",
    "def f(x",
    "def f(x=1): return x",
    "def f: return 1",
    "$J_0 + \\operatorname{J}_0 x$",
    r"$\frac{d^2}{dx dy} x$",
    r"$\frac{\partial}{} x$",
    r"$\sum_{i=1}^{n^2} x_i$",
    r"$W^{[l-1]} x$",
    r"$x^(i)$",
    r"$\left x$",
    r"$\sin^x y$",
    r"$\log_{a+b} x$",
    r"\begin{foo} x \end{foo}",
    r"$x & y$",
    "x: list; x",
    "x + 1, x > 0",
    "x: y: z",
    r"$\sum_{i=1}^n b i + x_i$",
    r"$\sum_{i=1}^n f(\mathbf{x}_i, i)$",
    r"$\sum_{i=1}^n \|x_i\|_1 + \mathbf{1}$",
    r"$\mathbf{1} + x$",
    r"$\sum_{i=2}^n x_i i$",
    "norm(A*x + B*y)",
    "x: 3; x: 4; norm(x)",
    "X: n,n; sum(X**T)",
    "x[k]",
    "e(x+1)",
    "x ∈ S; x",
    "x∇y",
    "x + ∂y",
    "x*(y ∈ S)",
    "Derivative()",
    "loss |y",
    "xᵃᵇ",
    "x⁽²",
    "np.sum",
    "X**T + sum(X)",
    r"$\frac{d}{d\frac{x}{y}} x$",
    r"$\frac{d}{d} x$",
    "xⅷ",
    r"$\sum_i x$",
    r"$\sum_{i=1}^{9999999} x^i$",
    "x: n; x[::2] + 1",
    r"$ab\mathbf{x}^\top$",
    "norm(a b)",
    r"$\|ab\|$",
    "X: n,n; sum(X^T)",
    "x, y = 1, 2, 3; x*y",
    "sum(np.dot(w, x) for x in X)",
    "len(x + y)",
    "exp(2.5j*x)",
    "Σxᵢ²",
    "Πxᵢ",
    "[x y]",
    "y: one-hot m,n; sum(y)",
    "scipy.stats.norm*x",
    "求x^2+的导数",
    "x'Ax",
    "(x + y)^* + 1",
    "=SUM(A1:ZZ9999)",
    "{x^2 otherwise}",
    "D(f)(x)",
    "round(x, 2)",
    "均方误差",
    "$x^2$ + $y^2$",
    "A†b",
    "■x",
    "jax.grad(lambda x: x^2)(x)",
    "solve(x^2 - 1, x)",
    "x %in% y",
    "[0.1]*n",
    r"\min_x^2 y",
    "torch.sort(x)",
    "x.repeat(2)",
    "x.subs(x, 4)",
)
"""One input for each row of the tables of what is refused, and for each hint that no other table leads to."""
POINTS = (("--at", "x=1, 2.5"), ("--at", '{"\\\\q": 1}'), ("--at", "x=1, y"))


def typed() -> Iterator[tuple[str, str]]:
    """Option and text: the formulas of the tables `typed/` that are refused, and the texts of tests/errors."""
    for table in sorted((HERE / "typed").glob("*.txt")):
        for row in table.read_text(encoding="utf-8").splitlines():
            text, _, said = row.partition(" ⇒ ")
            if said.startswith("! "):
                yield "expression", text.replace("⏎", "\n")
    for page in sorted((HERE.parent / "errors").glob("text-*.txt")):
        for row in page.read_text(encoding="utf-8").splitlines():
            if row.startswith("> "):
                option, _, text = row.removeprefix("> ").partition(" ")
                yield option, json.loads(text)
    for text in FURTHER:
        yield "expression", text
    yield from POINTS


def literals() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Where each hint stands in the readers' code, and the pattern of what it says; § is what is put in."""
    for path in READERS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                said = "".join(v.value if isinstance(v, ast.Constant) else "§" for v in node.values)  # type: ignore[misc]
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
                said = re.sub(r"\{\d?\}", "§", node.value)
            else:
                continue
            if said.startswith(SIGNALS):
                yield f"{path.name}:{node.lineno} {said}", re.compile(".*".join(map(re.escape, said.split("§"))), re.S)


_END = re.compile(
    r",? (?:for|to|around|in|with|as|gives|asks|where|beside|entry|alone|counted|before|between|there|is|of|over|the|"
    r"that|without|by|from|on|takes|declares)\b.*|:$"
)
_CODE = re.compile(r"[()^*/@\[\]=\\_0-9]|^\w$")
_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]|.*\b(?:condition|value|name)\b")


def fragments(hint: str) -> list[str]:
    """The formulas that a hint shows; what has words or dots in the place of a formula is none."""
    found = []
    for piece in pieces(hint):
        text = _END.sub("", piece.removeprefix("write ")).strip()
        if not any(sign.isalnum() for sign in text) or text.startswith("\\begin{") or ": n" in text or "\\in " in text:
            continue
        if _CODE.search(text) and "..." not in text and "--" not in text and "'" not in text and not _WORDS.match(text):
            found.append(text)
    return found


def pieces(hint: str) -> Iterator[str]:
    """The parts of a hint between commas, semicolons and the word `or` that stand in no bracket."""
    depth, begin = 0, 0
    for place, sign in enumerate(hint):
        depth += (sign in "([{") - (sign in ")]}")
        separator = next((text for text in (", or ", ", and ", " or ", ", ", "; ") if hint.startswith(text, place)), "")
        if separator and depth <= 0:
            yield hint[begin:place].removeprefix("or ").removeprefix("and ")
            begin = place + len(separator)
    yield hint[begin:].removeprefix("or ").removeprefix("and ")


UNREACHED = (
    "raised.py:", "derivatives.py:", "points.py:", "tokens.py:", "equations.py:",
)  # fmt: skip
"""Files with one guard each that no text is known to reach."""
