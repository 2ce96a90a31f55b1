"""Command lines that mix commands, options, formats and files: each run in a forked child, its ending looked at."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from gradcli.cli.commands.rows import COMMANDS
from gradcli.cli.options import OPTIONS

SECONDS = 45
"""The longest run: more than any limit of gradcli's on one function."""

EXPRESSIONS = (
    "x^2+y^2", "sin(x)*y", "exp(-x)/y", "where(x > 0, x, 0)", "abs(x)", "log(x)", "x^y", "norm(v)^2", "v.T@A@v",
    "sum(exp(v))",
    "logsumexp(v)", "det(A)", "tr(inv(A))", "[x^2, x*y]", "[x, y, z]", "A@v", "u = x*y; u^2+x",
    "u = sin(x); w = u*y; w+u", "f(x)",
    "u = f(x,y); x = x(t); y = y(t)", "1/0", "x +", "", "sen(x)", "x(", "5", "pi", "x1*x2*x3", "max(x, y)",
    "softmax(v)[0]", "$x^2$",
    r"\frac{1}{2} x^2", "x'", "sqrt(x^2+y^2)", "gamma(x)", "besselj(0, x)", "x: 3; sum(x**2)",
    "S: 2,2 symmetric; tr(S@S)", "@missing",
    "@program.txt", "@latex.tex", "-", "9^9^9^9", "f(x, y) = a*x^2*y", "sum_{i=1}^n x_i^2", "x == y", "x and y",
    "\x00", "é", "x" * 300,
    "relu(x)", "floor(x)", "erf(x)*y", "norm(A, 2)", "mean(v)", "cumsum(v)", "prod(v)", "x**1000", "tan(x)",
    "lambertw(x)", "zeta(x)",
)  # fmt: skip

VALUES: dict[str, Sequence[str]] = {
    "at": ("1,2", "x=1,y=2", "0", "x=0,y=0", "v=[1,2],A=[[1,2],[3,4]]", '{"x": 1, "y": 2}', "x=1e400", "x=nan",
    "@point.json", "@missing",
           "x=pi/2,y=1", "1", "1,2,3", "x=", "", "a=1", "x=1/0", "S=[[1,2],[2,1]]", "v=[1,2,3]", "x=1e300,y=-1e300",
           "t=1"),
    "points": ("pts.csv", "pts.jsonl", "bad.csv", "missing.csv", "empty.csv", "pts.npy", ".", "-"),
    "keep": ("label", "x", "nothing"),
    "grid": ("x=-1:1:5,y=0:1:3", "x=0:1", "x=1:0:3", "q=0:1:2", "x=0:1:1000000000", "x=-2:2:9"),
    "against": ("numbers.json", "bad.json", "missing.json", "pts.csv"),
    "constants": ("a=2", "y=1", "a", "x=1", "n=3", "a=@point.json"),
    "along": ("1,0", "x=1", "1,2,3", "", "v=[1,0]"),
    "wrt": ("x", "y,x", "q", "v", "A", ""),
    "of": ("u", "y", "q"),
    "shapes": ("x=3", "A=2,2", "v=n", "A=m,n", "x", "v=0", "v=1000000000"),
    "vectors": ("x", "v", "1"),
    "matrices": ("A", "x"),
    "symmetric": ("A", "S", "x"),
    "steps.step": ("1e-3", "0", "-1", "nan", "inf"),
    "steps.rel_step": ("1e-3", "0", "x"),
    "steps.order": ("2", "4", "99", "0"),
    "steps.max_evals": ("1", "50", "0"),
    "box.command": ("false", "./missing", "echo 3", "cat", "printf '{\"y\": 1}'"),
    "box.function": ("math:sin", "math:nothing", "nothing:sin", "math"),
    "box.answer": ("y", "value"),
    "box.timeout": ("5", "0", "-1"),
    "box.bounds": ("x=0:1", "x=1:0", "x"),
    "box.cache": ("cache.jsonl", "missing/cache.jsonl", "bad.csv"),
    "box.workers": ("1", "0", "2"),
    "box.retries": ("0", "-1"),
    "box.repeat": ("1", "3"),
    "name": ("f", "g_1", "class", "1f", "a b", "int"),
    "plot.ranges": ("x=-2:2", "x=-2:2,y=0:1", "x=1:1", "q=0:1", "x=a:b"),
    "plot.levels": ("1,4", "x", ""),
    "plot.size": ("66x16", "1x1", "0x0", "big", "9999x9999"),
    "descent.steps": ("3", "0", "50"),
    "descent.rate": ("0.1", "0", "nan", "1e300", "-1"),
    "out": ("out.txt", "out.json", "missing/out.txt", ".", "out.npy", "out.csv", "out.svg", "out.html", "out.png"),
    "quiz.exercises": ("1", "2", "0"),
    "quiz.seed": ("1", "-1"),
}  # fmt: skip

QUESTIONS = (
    ("x^2+y^2", "1,2"), ("sin(x)*y/(1+x^2)", "x=0.5,y=2"), ("abs(x*y)", "0,0"), ("where(x != 0, sin(x)/x, 1)", "0"),
    ("x^y", "0,2"),
    ("u = x*y; w = sin(u); w+u*x", "1,2"), ("norm(v)^2", "v=[1,2]"), ("v.T@A@v", "v=[1,2],A=[[1,2],[3,4]]"),
    ("log(x)", "-1"),
    ("logsumexp(v)", "v=[1000,0]"), ("max(v)", "v=[1,1]"), ("[x^2, x*y]", "1,2"), ("A@v",
    "v=[1,2],A=[[1,2],[3,4]]"), ("1/x", "0"),
    ("exp(x)", "800"), ("sqrt(x)", "0"), ("x + y + z", "1e300,-1e300,1"), ("det(A)", "A=[[1,2],[2,4]]"),
    ("softmax(v)", "v=[1,2,3]"),
    ("u = A@v; norm(u)", "v=[1,2],A=[[1,2],[3,4]]"), ("f(x)*x", "x=1"), ("x: 1; norm(x)", "x=[0]"), ("floor(x)*y",
    "1,1"), ("5*x", "1e308"),
)  # fmt: skip
"""Expressions with a point of theirs: half of the command lines ask one of them."""

LEFT_OUT = ("box.scheduler", "report.open")
"""A cluster and a browser: nothing that a test should start."""

FILES = {
    "program.txt": "u = x*y\nu^2 + sin(x)\n", "latex.tex": r"$\frac{x^2}{y}$", "point.json": '{"x": 1.5, "y": 2}',
    "pts.csv": "x,y,label\n1,2,a\n0,0,b\n-1,,c\n",
    "pts.jsonl": '{"x": 1, "y": 2}\n{"x": 3}\n', "bad.csv": 'x,y\n1,"2\n\x00,3,4\n',
    "empty.csv": "", "pts.npy": "not numpy",
    "numbers.json": '{"at": {"x": 1, "y": 2}, "gradient": {"x": 2, "y": 4}}', "bad.json": '{"at": ',
}  # fmt: skip

ERROR_KEYS = {"code", "message", "start", "end", "source", "hint"}


class Ending(NamedTuple):
    """How a run ended: its exit code (None when it was stopped), and what it wrote."""

    code: int | None
    out: str
    err: str
    seconds: float


def draw(seed: int) -> list[str]:
    """The command line with this number."""
    draws = random.Random(seed)
    command = draws.choice([name for name in COMMANDS if name != "serve"])
    row = COMMANDS[command]
    if draws.random() < 0.6:
        return sensible(draws)
    words = [command] if command != "grad" or draws.random() < 0.8 else []
    words += [draws.choice(EXPRESSIONS) for _ in range(draws.choice((0, 1, 1, 1, 1, 1, 2, 3)))]
    keys = [key for key in row.options if key not in LEFT_OUT] if draws.random() < 0.93 else list(OPTIONS)
    for key in draws.sample(keys, min(len(keys), draws.choice((0, 1, 1, 2, 2, 3, 4)))):
        words += option_words(draws, key)
    for key, chance in (("at", 0.5), ("json", 0.3)):
        if key in row.options and draws.random() < chance:
            words += option_words(draws, key)
    return words if words else ["grad"]


def sensible(draws: random.Random) -> list[str]:
    """A command line that mostly has an answer."""
    asking = [name for name, row in COMMANDS.items() if "at" in row.options]
    command = draws.choice(asking)
    row = COMMANDS[command]
    expression, point = draws.choice(QUESTIONS)
    words = [command, expression]
    if command == "check":
        words += draws.choice((["2*x", "2*y"], ["2*v"], ["[2*x, 2*y]"], ["1"], ["0", "0"]))
    if command == "export":
        words += ["--to", draws.choice(OPTIONS["to"].words)]
    elif draws.random() < 0.8:
        words += ["--at", point]
    plain = (
        "method",
        "layout",
        "precision",
        "simplify",
        "form",
        "json",
        "kind",
        "self_test",
        "lang",
        "wrt",
        "along",
        "out",
        "steps.study",
    )
    keys = [key for key in row.options if key in plain or key.startswith(("explain.", "plot.", "descent."))]
    for key in draws.sample(keys, min(len(keys), draws.choice((0, 1, 1, 2, 3)))):
        words += option_words(draws, key)
    return words


def option_words(draws: random.Random, key: str) -> list[str]:
    """An option with a value, mostly one that it takes."""
    option = OPTIONS[key]
    if key in LEFT_OUT:
        return []
    flag = draws.choice(option.flags)
    if not option.takes_value:
        return [flag]
    pool = list(option.words) or list(VALUES.get(key, ("1", "x", "")))
    value = draws.choice(pool) if draws.random() < 0.95 else draws.choice(("", "nonsense", "-1", "1e999", "é"))
    return [f"{flag}={value}"] if flag.startswith("--") and draws.random() < 0.3 else [flag, value]


def run_forked(words: Sequence[str], folder: Path) -> Ending:
    """Run a command line in a child of this process, in a folder with FILES."""
    begin = monotonic()
    paths = [folder / "stdout", folder / "stderr"]
    child = os.fork()
    if not child:
        in_child(words, folder, paths)
    code: int | None = None
    while monotonic() - begin < SECONDS:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            break
        signal.sigtimedwait([signal.SIGCHLD], 0.05)
    else:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    texts = [path.read_bytes().decode("utf-8", "surrogateescape") for path in paths]
    return Ending(code, *texts, monotonic() - begin)


def in_child(words: Sequence[str], folder: Path, paths: Sequence[Path]) -> None:
    """Never returns."""
    code = 70
    try:
        os.setpgid(0, 0)
        os.chdir(folder)
        os.environ |= {"XDG_CACHE_HOME": str(folder / "cache"), "NO_COLOR": "1", "HOME": str(folder)}
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, path in enumerate(paths, 1):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        from gradcli.cli.entry import run

        code = run(list(words))
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        import traceback

        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


def complaints(words: Sequence[str], ending: Ending) -> list[str]:
    """What is wrong with an ending; [] for a good one."""
    if ending.code is None:
        return [f"hangs for {SECONDS} s"]
    found = []
    if ending.code not in range(5):
        found.append(f"exit code {ending.code}")
    for sign in ("Traceback (most recent call last)", "internal error", "Warning:", "gradcli has a bug"):
        if sign in ending.err or sign in ending.out:
            found.append(sign)
    as_json = wants_json(words)
    if ending.code == 2:
        found += error_complaints(ending, as_json)
    elif "--out" not in " ".join(words) and ending.out.strip():
        found += output_complaints(words, ending.out, as_json)
    return found


def wants_json(words: Sequence[str]) -> bool:
    """Is an error to be JSON?"""
    from gradcli.cli.words import wants_json as wanted

    return wanted(list(words))


def error_complaints(ending: Ending, as_json: bool) -> list[str]:
    """The one form of errors."""
    lines = ending.err.strip().splitlines()
    if not lines:
        return ["an error without a word"]
    if not as_json:
        return [] if any(line.startswith(("error: ", "错误: ")) for line in lines) else ["no line `error: ...`"]
    try:
        error = strict(lines[-1])["error"]
        return [] if set(error) >= ERROR_KEYS else [f"an error without {ERROR_KEYS - set(error)}"]
    except (ValueError, KeyError, TypeError):
        return ["an error that is not JSON"]


def output_complaints(words: Sequence[str], out: str, as_json: bool) -> list[str]:
    """Does the output parse?"""
    form = format_of(words)
    if words[0] in ("completions", "schema", "export", "functions", "--help") or {"--help", "-h"} & set(words):
        return []
    try:
        if as_json or form == "json":
            for line in out.strip().splitlines():
                strict(line)
        elif form == "csv":
            widths = {len(row) for row in csv.reader(io.StringIO(out), strict=True) if row}
            return [] if len(widths) <= 1 else [f"csv of {sorted(widths)} columns"]
        elif form == "latex":
            return unbalanced(out)
    except (ValueError, csv.Error) as error:
        return [f"{form or 'json'} does not parse: {error}"]
    return []


def format_of(words: Sequence[str]) -> str:
    """The value of the last --format."""
    text = " ".join(words)
    found = re.findall(r"(?:--format|-f)[ =](\w+)", text)
    return found[-1] if found else ""


def strict(text: str) -> Any:
    """JSON without NaN and Infinity."""
    return json.loads(text, parse_constant=refuse)


def refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def unbalanced(text: str) -> list[str]:
    """Braces, environments and \\left...\\right that do not match."""
    bare = re.sub(r"\\[{}\\]", "", text)
    pairs = [
        (bare.count("{"), bare.count("}")),
        (len(re.findall(r"\\left(?![a-z])", text)), len(re.findall(r"\\right(?![a-z])", text))),
        (text.count(r"\begin{"), text.count(r"\end{")),
    ]
    return [] if all(a == b for a, b in pairs) else [f"LaTeX is not balanced: {pairs}"]


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Command lines first, first + 1, …; complaints are told."""
    import gradcli.cli.typer_commands  # children need not import it again
    import gradcli.library.answers

    gradcli.grad("sin(x)", at="x=1").to_dict()
    found: Counter[str] = Counter()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(first, first + count):
            for file, text in FILES.items():
                (folder / file).write_text(text)
            words = draw(seed)
            ending = run_forked(words, folder)
            found[f"exit {ending.code}"] += 1
            for complaint in complaints(words, ending):
                found[complaint] += 1
                tell(f"{seed}: {complaint}: {words!r} {ending.err[-300:]!r}")
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    return found
