"""Questions about arrays, declared and given in every way: texts and numbers beside differences."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradcli.cli.entry import run as run_words
from tests.derive.formula_numbers import evaluate

PROGRAMS: Sequence[tuple[str, str]] = (
    ("norm(x)**2", "x:n"), ("norm(x)", "x:n"), ("sum(x)", "x:n"), ("x.T@A@x", "x:n A:n,n"),
    ("a.T@X@b", "a:m X:m,n b:n"), ("norm(A@x - b)**2", "A:m,n x:n b:m"),
    ("norm(X - u@v.T)**2", "X:m,n u:m v:n"),
    ("tr(inv(A@A.T + eye(m)))", "A:m,n"), ("logdet(A@A.T + eye(m))", "A:m,n"), ("det(A@A.T + eye(m))", "A:m,n"),
    ("det(A)", "A:n,n"), ("logsumexp(A@x)", "A:m,n x:n"), ("softmax(A@x)", "A:m,n x:n"), ("softmax(x)", "x:n"),
    ("A@x + b", "A:m,n x:n b:m"), ("kron(a, x)", "a:m x:n"), ("tr(kron(A, X))", "A:m,m X:n,n"),
    ("vec(A@X)", "A:m,n X:n,p"), ("A@X", "A:m,n X:n,p"), ("X.T", "X:m,n"), ("X.T@X", "X:m,n"),
    ("sum(tanh(W@x + b))", "W:m,n x:n b:m"), ("sum((V@tanh(W@x))**2)", "V:p,m W:m,n x:n"),
    ("mean((X@w - y)**2) + lam*norm(w)**2", "X:m,n w:n y:m lam:"), ("sum(log(1 + exp(-y*(X@w))))", "X:m,n w:n y:m"),
    ("sum((x[1:] - x[:-1])**2)", "x:N"), ("x[1:]*x[:-1]", "x:N"), ("x[1:] - 2*x[:-1]", "x:N"), ("x[0]*x[-1]", "x:N"),
    ("sum(X[1:,:]*X[:-1,:])", "X:N,n"), ("x.T@inv(A@A.T + eye(n))@x", "x:n A:n,m"),
    ("x/norm(x)", "x:n"),
    ("diag(x)@A", "x:m A:m,n"), ("diag(A)", "A:n,n"), ("tr(A)*x", "A:n,n x:m"), ("cumsum(x)", "x:n"),
    ("var(x)", "x:n"), ("prod(x)", "x:n"), ("sum(X, axis=0)", "X:m,n"), ("sum(X, axis=1)", "X:m,n"),
    ("softmax(X, axis=1)", "X:m,n"), ("softmax(Q@K.T, axis=1)@V", "Q:m,n K:p,n V:p,q"),
    ("sum(softmax(Q@K.T/sqrt(n), axis=1)@V)", "Q:m,n K:p,n V:p,q"), ("concat(x, y)", "x:m y:n"),
    ("sum(concat(x, y)**2)", "x:m y:n"), ("a*x", "a: x:n"), ("x*y", "x:n y:n"), ("x**2/y", "x:n y:n"),
    ("sum(where(x > 0, x, 2*x))", "x:n"), ("h = tanh(W@x); g = V@h; norm(g)**2 + norm(h)**2", "V:p,m W:m,n x:n"),
    ("u = A@x; v = u*u; w = A.T@v; w.T@x + sum(u)", "A:m,n x:n"),
    ("u = A@x; v = tanh(u); w = u + tanh(B@v); z = w + tanh(B@w); norm(z)**2", "A:m,n B:m,m x:n"),
    ("u = A@x; v = u + tanh(u); v*u", "A:m,n x:n"), ("u = x + sin(x); v = u + sin(u); w = v + sin(v); sum(w)", "x:n"),
    ("u = x + sin(x); v = u*sin(u); w = v + sin(v)", "x:n"),
    ("H = tanh(X@W); G = H@V; sum((G - Y)**2)/m", "X:m,n W:n,p V:p,q Y:m,q"),
    ("H = X + tanh(X@W); G = H + tanh(H@W); sum(G**2)", "X:m,n W:n,n"),
    ("x.T@x*y", "x:n y:n"), ("(x.T@y)**2", "x:n y:n"), ("x.T@y/(norm(x)*norm(y))", "x:n y:n"),
    ("exp(-norm(x - y)**2/2)", "x:n y:n"), ("log(sum(exp(x)))", "x:n"), ("-sum(c*log(c))", "c:n"),
    ("sum(A*B)", "A:m,n B:m,n"), ("A*B", "A:m,n B:m,n"), ("norm(x, 1)", "x:n"),
    ("norm(A, 1)", "A:m,n"), ("mean(X)*w", "X:m,n w:n"), ("A.T@A@x", "A:m,n x:n"),
    ("tr(A@A@A)", "A:n,n"), ("A@A", "A:n,n"), ("inv(A)", "A:n,n"), ("inv(A)@b", "A:n,n b:n"),
    ("norm(X@w)*w", "X:m,n w:n"), ("x - mean(x)", "x:n"), ("(x - mean(x))/std(x)", "x:N"),
    ("logsumexp(X, axis=1)", "X:m,n"),
    ("X@X.T@y", "X:m,n y:m"),
)  # fmt: skip
"""Texts with their names, each with its sizes; N is at least 2, and c is positive."""

CLOSE = 2e-6
"""Of the largest number: what differences of float64 reach."""


class Drawn(NamedTuple):
    """A program, the shapes of its names in letters, numbers for the letters, and values."""

    text: str
    shapes: Mapping[str, tuple[str, ...]]
    sizes: Mapping[str, int]
    values: Mapping[str, Any]


def drawn(draws: random.Random) -> Drawn:
    """A program at a point of dyadic numbers that are not 0."""
    text, names = draws.choice(PROGRAMS)
    parts = [part.partition(":") for part in names.split()]
    shapes = {name: tuple(letters.split(",")) if letters else () for name, _, letters in parts}
    sizes = {letter: draws.choice((1, 1, 2, 3, 4)) for letter in "mnpq"} | {"N": draws.choice((2, 3, 4))}
    values = {}
    for name, shape in shapes.items():
        size = [sizes[letter] for letter in shape]
        entries = [draws.randint(-12, 12) / 8 + draws.choice((0.0625, 0.09375)) for _ in range(int(np.prod(size)))]
        values[name] = np.reshape(np.abs(entries) if name == "c" else entries, size)
    return Drawn(text, shapes, sizes, values)


def listed(value: Any) -> str:
    return json.dumps(np.asarray(value).tolist())


def given(draws: random.Random, question: Drawn, order: Sequence[str], wrt: Sequence[str]) -> list[str]:
    """The options that give the values, by name, as JSON, in order, in part by --set, or twice."""
    values = question.values
    named = ",".join(f"{name}={listed(values[name])}" for name in values)
    way = draws.randrange(5)
    if way == 0:
        return ["--at", json.dumps({name: value.tolist() for name, value in values.items()})]
    if way == 1:
        return ["--at", ",".join(listed(values[name]) for name in order)]
    if way == 2 and wrt:
        rest = [name for name in order if name not in wrt]
        point = ["--at", ",".join(f"{name}={listed(values[name])}" for name in wrt)]
        return [*(word for name in rest for word in ("--set", f"{name}={listed(values[name])}")), *point]
    return ["--at", named] * draws.choice((1, 2))


def declared(draws: random.Random, question: Drawn) -> tuple[str, list[str]]:
    """The text and the options that declare its names: in it or beside it, in letters, in numbers, or not at all."""
    way = draws.randrange(6)
    letters = {name: ",".join(shape) for name, shape in question.shapes.items() if shape}
    sizes = {n: ",".join(str(question.sizes[s]) for s in question.shapes[n]) for n in letters}
    dims = letters if way % 2 else sizes
    if way < 2:
        return "; ".join([*[f"{name}: {size}" for name, size in dims.items()], question.text]), []
    if way < 4:
        return question.text, [word for name, size in dims.items() for word in ("--shape", f"{name}={size}")]
    kinds = {1: "--vector", 2: "--matrix"}
    words = [word for name in letters for word in (kinds[len(question.shapes[name])], name)]
    return question.text, words if way == 4 else []


class Ran(NamedTuple):
    """How a command line ended."""

    code: int
    out: str
    err: str


def ran(words: Sequence[str]) -> Ran:
    """A command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_words(list(words))
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return Ran(code, *texts)


def column(value: Any) -> Any:
    """A number, or an array with two axes."""
    array = np.asarray(value, dtype=float)
    return float(array) if not array.shape else array.reshape(-1, 1) if array.ndim == 1 else array


def value_of(text: str, values: Mapping[str, Any]) -> Any:
    """The value of a program, statement by statement, with two axes."""
    names = {name: column(value) for name, value in values.items()}
    found: Any = None
    with np.errstate(all="ignore"):
        for part in text.split("; "):
            name, body = part.split(" = ", 1) if re.match(r"\w+ = ", part) else ("", part)
            found = evaluate(body, names)
            names[name] = found
    return np.atleast_2d(found)


def truth(question: Drawn, values: Mapping[str, Any]) -> Any:
    sizes = {letter: size for letter, size in question.sizes.items() if letter not in values}
    return value_of(question.text, {**sizes, **values})


def slopes(question: Drawn, name: str) -> Any:
    """vec(Y) by vec(X), by differences."""
    columns = []
    value = question.values[name]
    for place in sorted(np.ndindex(value.shape), key=lambda place: place[::-1]):
        sides = []
        for h in (1e-5, -1e-5, 2e-5, -2e-5):
            moved = np.array(value, dtype=float)
            moved[place] += h
            sides.append(truth(question, {**question.values, name: moved}).reshape(-1, order="F"))
        columns.append((8 * (sides[0] - sides[1]) - (sides[2] - sides[3])) / 12e-5)
    return np.array(columns).T


def is_close(one: Any, other: Any) -> bool:
    scale = max(1.0, float(np.abs(other).max(initial=0)))
    return bool(one.shape == other.shape and np.all(np.abs(one - other) <= CLOSE * scale))


def verdicts(question: Drawn, answer: Mapping[str, Any]) -> list[str]:
    """What is found of each formula and each number of an answer."""
    names = {**{k: v for k, v in question.sizes.items() if k not in question.values}, **question.values}
    for name, text in answer["definitions"].items():
        names[name] = value_of(text, names)
    of_gradient = "gradient" in answer
    usual, other = ("denominator", "numerator") if of_gradient else ("numerator", "denominator")
    parts = [(answer, usual if answer["layout"] == "both" else answer["layout"])]
    parts += [(answer[other], other)] if answer["layout"] == "both" else []
    found = []
    for part, layout in parts:
        for where, text, numbers in formulas(part, answer["variables"], layout):
            flat = np.concatenate([slopes(question, name) for name in where], axis=1)
            if of_gradient:
                flat = flat.reshape([*[question.sizes[s] for s in question.shapes[where[0]]], 1, 1][:2], order="F").T
            wanted = flat if layout == "numerator" else flat.T
            if numbers is not None and not is_close(np.reshape(np.array(numbers, dtype=float), wanted.shape), wanted):
                found.append(f"wrong number {layout}: {numbers} for {wanted.tolist()}")
            if text is not None:
                here = value_of(text, names)
                right = is_close(here, wanted)
                found.append("right" if right else f"wrong text {layout}: {text} is {here.tolist()}")
    return found


def formulas(part: Mapping[str, Any], names: Sequence[str], layout: str) -> list[tuple[Sequence[str], Any, Any]]:
    """The formulas of an answer: by which variables, the text, and the numbers where they stand beside it."""
    if "gradient" in part:
        return [((name,), (part["symbolic"] or {}).get(name), number) for name, number in part["gradient"].items()]
    side = "column" if layout == "numerator" else "row"
    blocks = [((block[side],), block["symbolic"], None) for block in part.get("blocks") or ()]
    return [(names, part["symbolic"], part["jacobian"]), *blocks] if isinstance(part["symbolic"], str) else []


def words_of(draws: random.Random, question: Drawn) -> list[str]:
    """A command line that asks for the derivatives."""
    shape = truth(question, question.values).shape
    text, options = declared(draws, question)
    order, wrt = sorted(question.values), []
    if draws.random() < 0.5:
        wrt = draws.sample(order, draws.randrange(1, len(order) + 1))
        order = [*wrt, *[name for name in order if name not in wrt]]
        options += ["--wrt", ",".join(wrt)]
    options += given(draws, question, order, wrt)
    options += ["--layout", draws.choice(("both", "numerator", "denominator"))]
    options += draws.choice(([], [], [], ["--method", "autodiff"], ["--method", "fd"], ["--method", "complex"]))
    return ["grad" if shape == (1, 1) else "jacobian", text, *options, "--json"]


def run(first: int, count: int, tell: Callable[[str], Any] = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong is told. Refusals are counted by their codes."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        draws = random.Random(seed)
        question = drawn(draws)
        words = words_of(draws, question)
        ending = ran(words)
        if ending.code in (0, 3):
            answer = json.loads(ending.out.splitlines()[0])
            told = ["with problems"] if answer["problems"] else verdicts(question, answer)
        else:
            error = json.loads(ending.err.splitlines()[-1])["error"]
            told = [f"refused {error['code']}"] if error["code"] != "internal" else [f"wrong: {error['message']}"]
        for verdict in told:
            found[verdict.split(":")[0]] += 1
            if verdict.startswith("wrong"):
                tell(f"{seed}: {verdict}: {words!r}")
    return found
