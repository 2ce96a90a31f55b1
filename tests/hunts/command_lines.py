"""Random command lines: every command and option with good and bad values, files, standard input, black boxes.

Drawn in several ways, from what mostly has an answer to what is thrown together; `draw` returns one a seed.
"""

from __future__ import annotations

import random
import shlex
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gradcli.cli.commands.rows import COMMANDS
from gradcli.cli.options import OPTIONS
from tests.hunts.command_files import GOOD, damaged_name

EXPRESSIONS = (
    "x^2+y^2", "sin(x)*y", "exp(-x)/y", "where(x > 0, x, 0)", "abs(x)", "log(x)", "x^y", "norm(v)^2", "v.T@A@v",
    "sum(exp(v))", "logsumexp(v)", "det(A)", "tr(inv(A))", "[x^2, x*y]", "[x, y, z]", "A@v", "u = x*y; u^2+x",
    "u = sin(x); w = u*y; w+u", "f(x)", "u = f(x,y); x = x(t); y = y(t)", "1/0", "x +", "", "sen(x)", "x(", "5", "pi",
    "x1*x2*x3", "max(x, y)", "softmax(v)[0]", "$x^2$", r"\frac{1}{2} x^2", "x'", "sqrt(x^2+y^2)", "gamma(x)",
    "besselj(0, x)", "x: 3; sum(x**2)", "S: 2,2 symmetric; tr(S@S)", "@missing", "@program.txt", "@latex.tex", "-",
    "9^9^9^9", "f(x, y) = a*x^2*y", "sum_{i=1}^n x_i^2", "x == y", "x and y", "\x00", "é", "x" * 300, "relu(x)",
    "floor(x)", "erf(x)*y", "norm(A, 2)", "mean(v)", "cumsum(v)", "prod(v)", "x**1000", "tan(x)", "lambertw(x)",
    "zeta(x)", "integral(sin(x*t), t, 0, x)", "y: x^2 + y^2 = 1 near 0.5; x*y", "{x<0: -x, x<1: x, 2}", "⌊x⌋+‖v‖",
    r"\begin{cases} x^2 & x > 0 \\ -x & \text{otherwise} \end{cases}", "lambda x, y: np.exp(x)*y", "@(x) x.^2",
    "f(x) = x^2; g(t) = f(2*t)", "[[1,2],[3,4]]@v", "x_{i}^2", "x!", "|x|", "∂/∂x (x^2*y)", "trace(A)", "x[0]*x[1]",
    "svdvals(A)[0]", "eigvalsh(A)", "expm(A)", "a: scalar; a*norm(v)", "x -> x^2", "-x**2", "--x", "x;", ";", "x = 1",
    "2 x", "x y", "1/2x", "𝑥²", "√x", "x²＋y", "xe^x", "inf*x", "nan", "x^0", "0*x", "0/x", "e^x", "i*x",
)  # fmt: skip

VALUES: dict[str, Sequence[str]] = {
    "at": (
        *("1,2", "x=1,y=2", "0", "x=0,y=0", "v=[1,2],A=[[1,2],[3,4]]", '{"x": 1, "y": 2}', "x=1e400", "x=nan"),
        *("@point.json", "@missing", "x=pi/2,y=1", "1", "1,2,3", "x=", "", "a=1", "x=1/0", "S=[[1,2],[2,1]]", "t=1"),
        *("v=[1,2,3]", "x=1e300,y=-1e300", "@damaged-point.json", "v=[],A=[[]]", "x=1,x=2", "x=[1,2]", "x=1;y=2"),
    ),
    "points": (*(n for n in GOOD if n.startswith("pts")), "bad.csv", "missing.csv", "empty.csv", ".", "-", "v.npy"),
    "keep": ("id", "x", "nothing", "id,x", ""),
    "decisions": ("0", "3", "-1", "x", "1e3"),
    "grid": ("x=-1:1:5,y=0:1:3", "x=0:1", "x=1:0:3", "q=0:1:2", "x=0:1:3000", "x=-2:2:9", "x=0:1:0", "v=0:1:2"),
    "against": ("numbers.json", "damaged-numbers.json", "bad.json", "missing.json", "pts.csv", "-"),
    "constants": ("a=2", "y=1", "a", "x=1", "n=3", "a=@point.json", "v=@v.npy", "v=@damaged-v.npy", "A=[[1,2],[3,4]]"),
    "along": ("1,0", "x=1", "1,2,3", "", "v=[1,0]", "0,0", "x=nan", "1e400,1"),
    "wrt": ("x", "y,x", "q", "v", "A", "", "x,x", "v,A"),
    "of": ("u", "y", "q", ""),
    "shapes": ("x=3", "A=2,2", "v=n", "A=m,n", "x", "v=0", "v=1000000000", "v=-1", "A=2,2,2"),
    "vectors": ("x", "v", "1"),
    "matrices": ("A", "x"),
    "symmetric": ("A", "S", "x"),
    "steps.step": ("1e-3", "0", "-1", "nan", "inf", "1e-320"),
    "steps.rel_step": ("1e-3", "0", "x"),
    "steps.order": ("2", "4", "99", "0"),
    "steps.max_evals": ("1", "50", "0"),
    "box.command": ("false", "./missing", "echo 3", "cat", "printf '{\"y\": 1}'", "echo {x}", "echo nan", "'"),
    "box.function": (
        *("math:sin", "math:nothing", "nothing:sin", "math", "model.py:f", "model.py:v", "model.py:bad"),
        *("model.py:text", "model.py:nothing", "model.py:steps", "damaged-model.py:f", "missing.py:f", "math:exp"),
    ),
    "box.answer": ("y", "value", ""),
    "box.timeout": ("5", "0", "-1", "nan"),
    "box.bounds": ("x=0:1", "x=1:0", "x", "x=-inf:inf", "q=0:1"),
    "box.cache": ("cache.jsonl", "missing/cache.jsonl", "bad.csv", "."),
    "box.workers": ("1", "0", "2"),
    "box.retries": ("0", "-1"),
    "box.repeat": ("1", "3"),
    "name": ("f", "g_1", "class", "1f", "a b", "int", ""),
    "explain.hint": ("1", "0", "3"),
    "explain.depth": ("0", "2", "-1"),
    "explain.digits": ("1", "6", "17", "18", "0"),
    "plot.ranges": ("x=-2:2", "x=-2:2,y=0:1", "x=1:1", "q=0:1", "x=a:b", "x=-1e308:1e308", "x=0:inf"),
    "plot.levels": ("1,4", "x", "", "nan", "1,1"),
    "plot.size": ("66x16", "1x1", "0x0", "big", "9999x9999", "20x5"),
    "descent.rate": ("0.1", "0", "nan", "1e300", "-1"),
    "descent.momentum": ("0.9", "1", "-1", "nan"),
    "descent.beta1": ("0.9", "1", "2"),
    "descent.beta2": ("0.999", "1", "0"),
    "descent.epsilon": ("1e-8", "0", "-1"),
    "descent.steps": ("3", "0", "50"),
    "descent.until": ("1e-8", "0", "-1", "nan"),
    "quiz.exercises": ("1", "2", "0", "201"),
    "quiz.seed": ("1", "-1", "99999999999999999999"),
    "out": (
        *("out.txt", "out.json", "missing/out.txt", ".", "out.npy", "out.csv", "out.svg", "out.html", "out.png"),
        *("out.jsonl", "out.npz", "out.parquet", "out.tex", "out.md", "out.pdf", "out.dot", "out.py", "out.c", "-", ""),
        *("out.tsv", "out", "/dev/null", "pts.csv", "out.mmd", "out.rs"),
    ),
}  # fmt: skip

QUESTIONS = (
    ("x^2+y^2", "1,2"), ("sin(x)*y/(1+x^2)", "x=0.5,y=2"), ("abs(x*y)", "0,0"), ("where(x != 0, sin(x)/x, 1)", "0"),
    ("x^y", "0,2"), ("u = x*y; w = sin(u); w+u*x", "1,2"), ("norm(v)^2", "v=[1,2]"), ("log(x)", "-1"),
    ("v.T@A@v", "v=[1,2],A=[[1,2],[3,4]]"), ("logsumexp(v)", "v=[1000,0]"), ("max(v)", "v=[1,1]"), ("1/x", "0"),
    ("[x^2, x*y]", "1,2"), ("A@v", "v=[1,2],A=[[1,2],[3,4]]"), ("exp(x)", "800"), ("sqrt(x)", "0"),
    ("x + y + z", "1e300,-1e300,1"), ("det(A)", "A=[[1,2],[2,4]]"), ("softmax(v)", "v=[1,2,3]"), ("floor(x)*y", "1,1"),
    ("u = A@v; norm(u)", "v=[1,2],A=[[1,2],[3,4]]"), ("f(x)*x", "x=1"), ("x: 1; norm(x)", "x=[0]"), ("5*x", "1e308"),
    ("gamma(x)", "-1"), ("x*log(x)", "0"), ("y: x^2 + y^2 = 1 near 0.5; x*y", "0.3"), ("integral(t^2, t, 0, x)", "2"),
    ("tr(A@B)", "A=[[1,2],[3,4]],B=[[0,1],[1,0]]"), ("A@B", "A=[[1,2],[3,4]],B=[[0,1],[1,0]]"), ("cbrt(x*y)", "0,1"),
    ("atan2(y, x)", "0,0"), ("(1-x)^2+100*(y-x^2)^2", "-1,1"), ("7", "x=1"), ("x^3", "0"), ("u = x; u", "2"),
)  # fmt: skip
"""Expressions with a point of theirs."""

LEFT_OUT = ("box.scheduler", "report.open", "install")
"""A cluster, a browser and the user's shell: nothing that a test should touch."""
SILENT = [name for name in COMMANDS if name != "mcp"]
ASKING = [name for name in SILENT if "at" in COMMANDS[name].options]
SLOW = ("plot", "report")
"""Their answers take ten times as long as others, so they are drawn less often."""
BOXED = [name for name in SILENT if "box.function" in COMMANDS[name].options]
TABLES = [name for name in SILENT if "points" in COMMANDS[name].options]
BOXES = (
    (["--python", "math:sin"], "0.5"), (["--python", "model.py:f"], "x=1,y=2"), (["--python", "model.py:v"], "x=[1,2]"),
    (["--python", "model.py:steps"], "1"), (["--python", "model.py:bad"], "1"), (["--exec", "echo 3"], "x=1"),
    (["--exec", "echo {x}"], "x=1"), (["--exec", "false"], "x=1"), (["--python", "model.py:text"], "1"),
    (["--python", "math:log"], "0"), (["--python", "model.py:nothing"], "1"),
)  # fmt: skip
ENVIRONMENT = {
    "GRADCLI_FORMAT": ("json", "plain", "nonsense", "csv", "latex"),
    "GRADCLI_LAYOUT": ("numerator", "both", "x"),
    "GRADCLI_LANG": ("zh", "xx"),
    "GRADCLI_COMPILE": ("never", "sometimes"),
    "NO_COLOR": ("1",),
    "FORCE_COLOR": ("1",),
    "COLUMNS": ("40", "0", "x", "-1", "1000"),
}
HELD = "".join(map(chr, (*range(32, 127), 0xE9, 0xB2, 0x3B1, 0x2211, 0xFF08, 0x200B, 0x1D465, 10, 9)))
"""Characters that changed texts get."""


class Asked(NamedTuple):
    """A command line with what surrounds it: words, standard input, variables of the environment."""

    words: list[str]
    given: bytes = b""
    environment: Mapping[str, str] = {}


def draw(seed: int) -> Asked:
    """The command line with this number."""
    draws = random.Random(seed)
    way = draws.choices((sensible, mixed, of_tables, of_boxes, changed_example), (45, 22, 15, 8, 10))[0]
    words = way(draws)
    if draws.random() < 0.08:
        words = with_damaged_files(words, draws)
    return Asked(words, standard_input(draws), environment(draws))


def standard_input(draws: random.Random) -> bytes:
    """Mostly nothing; else an expression or a table."""
    return draws.choice((b"", b"", b"", b"x^2*y\n", GOOD["pts.csv"], GOOD["pts.jsonl"], GOOD["pts.npy"], b"\xff\xfe\n"))


def environment(draws: random.Random) -> dict[str, str]:
    """Mostly none."""
    names = draws.sample(list(ENVIRONMENT), draws.choice((0, 0, 0, 0, 0, 1, 2)))
    return {name: draws.choice(ENVIRONMENT[name]) for name in names}


def with_damaged_files(words: list[str], draws: random.Random) -> list[str]:
    """Names of good files become those of damaged ones."""
    for name in sorted(GOOD, key=len, reverse=True):
        words = [word.replace(name, damaged_name(name)) if "damaged" not in word else word for word in words]
    return [*words, "--json"] if draws.random() < 0.5 else words


def mixed(draws: random.Random) -> list[str]:
    """Any command with any of its options, or with those of others."""
    command = draws.choice(SILENT)
    row = COMMANDS[command]
    words = [command] if command != "grad" or draws.random() < 0.8 else []
    words += [draws.choice(EXPRESSIONS) for _ in range(draws.choice((0, 1, 1, 1, 1, 1, 2, 3)))]
    if command in ("functions", "schema", "help", "completions") and draws.random() < 0.7:
        words = [
            command,
            draws.choice(("sin", "norm", "grad", "error", "language", "man", "bash", "fish", "x", "points")),
        ]
    own = [key for key in row.options if key not in LEFT_OUT]
    keys = own if draws.random() < 0.93 else [key for key in OPTIONS if key not in LEFT_OUT]
    for key in draws.sample(keys, min(len(keys), draws.choice((0, 1, 1, 2, 2, 3, 4)))):
        words += option_words(draws, key, command)
    for key, chance in (("at", 0.5), ("json", 0.3)):
        if key in row.options and draws.random() < chance:
            words += option_words(draws, key, command)
    return words if words else ["grad"]


def sensible(draws: random.Random) -> list[str]:
    """A command line that mostly has an answer."""
    command = draws.choices(ASKING, [0.3 if name in SLOW else 1 for name in ASKING])[0]
    expression, point = draws.choice(QUESTIONS)
    words = [command, expression]
    if command == "check":
        words += draws.choice((["2*x", "2*y"], ["2*v"], ["[2*x, 2*y]"], ["1"], ["0", "0"], ["df/dx = 2x"], ["2*x,2*y"]))
    if command == "export":
        words += ["--to", draws.choice(OPTIONS["to"].words)]
    elif draws.random() < 0.8:
        words += ["--at", point]
    plain = ("method", "layout", "precision", "form", "json", "kind", "self_test", "lang", "wrt", "along", "out")
    keys = [key for key in COMMANDS[command].options if key in (*plain, "simplify", "steps.study", "sparse")]
    keys += [key for key in COMMANDS[command].options if key.startswith(("explain.", "plot.", "descent.", "report.no"))]
    for key in draws.sample(keys, min(len(keys), draws.choice((0, 1, 1, 2, 3)))):
        words += option_words(draws, key, command)
    return words


def of_tables(draws: random.Random) -> list[str]:
    """Many points, from files, a lattice or standard input, to any format."""
    command = draws.choice(TABLES)
    words = [command, draws.choice(("x*y", "sin(x)/y", "abs(x)+y", "[x*y, x-y]", "x^y", "v.T@v", "log(x)", "x", "x*z"))]
    words += option_words(draws, draws.choice(("points", "points", "points", "grid")), command)
    options = ("keep", "missing", "compiled", "decisions", "constants", "wrt", "along", "form", "out", "lang", "layout")
    for key in draws.sample(options, draws.choice((0, 1, 2, 3))):
        words += option_words(draws, key, command)
    return words


def of_boxes(draws: random.Random) -> list[str]:
    """A function that is a cheap program or callable."""
    command = draws.choice(BOXED)
    box, point = draws.choice(BOXES)
    words = [command, *box, "--at", point]
    if "box.no_cache" in COMMANDS[command].options and draws.random() < 0.7:
        words += ["--no-cache"]
    if "box.workers" in COMMANDS[command].options:
        words += ["--workers", "1"]
    keys = [key for key in COMMANDS[command].options if key not in (*LEFT_OUT, "box.workers", "at")]
    for key in draws.sample(keys, draws.choice((0, 1, 1, 2))):
        words += option_words(draws, key, command)
    return words


def changed_example(draws: random.Random) -> list[str]:
    """An example of the help, with words lost, doubled, moved or taken from others, or with changed characters."""
    examples = [line for row in COMMANDS.values() if row.name != "mcp" for line, _ in row.examples if "|" not in line]
    words, other = (shlex.split(draws.choice(examples))[1:] for _ in range(2))
    words = [word for word in words if word not in ("--install", ">")]
    for _ in range(draws.choice((0, 1, 1, 2, 3))):
        place, how = draws.randrange(len(words) + 1), draws.randrange(6)
        if how == 0 and words:
            del words[place - 1]
        elif how == 1:
            words[place:place] = [word for word in other[-2:] if word not in ("--install", ">")]
        elif how == 2:
            words[place:place] = option_words(draws, draws.choice([key for key in OPTIONS if key not in LEFT_OUT]), "")
        elif words:
            words[place - 1] = changed_text(words[place - 1], draws)
    return words if words and words[0] != "mcp" else ["grad"]


def changed_text(text: str, draws: random.Random) -> str:
    """A character more, less or another, or a piece twice."""
    place = draws.randrange(len(text) + 1)
    sign = draws.choice(HELD)
    piece = draws.choice((sign, "", text[place : place + 4] * 2, draws.choice(EXPRESSIONS)))
    return text[:place] + piece + text[place + draws.choice((0, 1)) :]


def option_words(draws: random.Random, key: str, command: str) -> list[str]:
    """An option with a value, mostly one that it takes."""
    option = OPTIONS[key]
    flag = draws.choice(option.flags)
    if not option.takes_value:
        return [flag]
    formats = COMMANDS[command].formats if key == "form" and command in COMMANDS and draws.random() < 0.9 else ()
    pool = list(formats or option.words) or list(VALUES.get(key, ("1", "x", "")))
    value = draws.choice(pool) if draws.random() < 0.95 else draws.choice(("", "nonsense", "-1", "1e999", "é"))
    return [f"{flag}={value}"] if flag.startswith("--") and draws.random() < 0.3 else [flag, value]
