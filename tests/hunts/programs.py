"""Random programs of several statements: rows and columns, symmetric matrices, reductions that keep their axis.

What `arrays` judges in fixed texts is judged here in drawn ones: every formula in its layout and every number beside
differences. A text is explicit (`x.T@A`, no `x@A`), so that Python's parser reads it as gradcli does.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tests.hunts.arrays import Drawn, ran, truth, verdicts

LETTERS = ("m", "n", "p")
Shape = tuple[str, ...]

ENTRYWISE = (
    "sin({0})", "tanh({0})", "sigmoid({0})", "atan({0})", "log(1 + {0}**2)", "sqrt(1 + {0}**2)", "{0}**3", "-{0}",
    "abs({0})", "max({0}, 0.3)", "where({0} > {1}, {2}, {0}*{1})", "{0}/(1 + {1}**2)", "{0} + {1}", "{0} - {1}",
    "{0}*{1}", "2*{0} - {1}", "max({0}, {1})",
)  # fmt: skip
"""Texts whose arguments have the shape of the whole."""

SCALARS = (
    ("sum({0})", "mn"), ("mean({0})", "mn"), ("norm({0})**2", "mn"), ("logsumexp({0})", "n1"), ("var({0})", "n1"),
    ("{0}.T@{1}@{2}", "n1 nm m1"), ("{0}.T@{1}", "n1 n1"), ("tr({0}@{1})", "nm mn"), ("tr({0})", "nn"),
    ("logdet({0}@{0}.T + eye(n))", "nm"), ("sum(({0}[1:] - {0}[:-1])**2)", "n1"), ("{0}[-1]", "n1"),
    ("{0}[0,-1]", "nm"), ("sum(vec({0})*vec({1}))", "nm nm"), ("norm(concat({0}, {1}))**2", "n1 m1"),
    ("sum(sin(kron({0}, {1})))", "n1 m1"), ("sum({0}[1:,:]*{0}[:-1,:])", "nm"), ("sum(norm({0}, axis=1))", "nm"),
    ("max({0})", "n1"), ("norm({0}, 1)", "n1"), ("det({0})", "nn"),
)  # fmt: skip
"""Texts of numbers with the shapes of their arguments: m and n stand for any letters, 1 for one row or column."""

COLUMNS = (
    ("{0}@{1}", "nm m1"), ("sum({0}, axis=1)", "nm"), ("mean({0}, axis=1)", "nm"), ("logsumexp({0}, axis=1)", "nm"),
    ("{0}.T", "1n"), ("diag({0})", "nn"), ("softmax({0})", "n1"), ("cumsum({0})", "n1"), ("{0}[:,0]", "nm"),
    ("{0}/norm({0})", "n1"), ("{0} - mean({0})", "n1"), ("{0}*({1}@{2})", "n1 nm m1"), ("{0}@{1}.T", "nm 1m"),
    ("max({0}, axis=1)", "nm"), ("inv(9*eye(n) + {0})@{1}", "nn n1"),
)  # fmt: skip
"""The same for columns of n entries."""

ROWS = (
    ("{0}.T", "n1"), ("sum({0}, axis=0)", "mn"), ("{0}[0]", "mn"), ("{0}@{1}", "1m mn"), ("{0}.T@{1}", "m1 mn"),
    ("softmax({0}, axis=1)", "1n"), ("norm({0}, axis=0)", "mn"),
)  # fmt: skip

MATRICES = (
    ("{0}@{1}", "mk kn"), ("{0}@{1}.T", "m1 n1"), ("{0}@{1}", "m1 1n"), ("{0}.T", "nm"), ("diag({0})@{1}", "m1 mn"),
    ("softmax({0}, axis=1)", "mn"), ("cumsum({0}, axis=0)", "mn"), ("{0} - mean({0}, axis=0)", "mn"),
    ("{0}/sum({0}**2, axis=1)", "mn"), ("{0} + {1}", "mn m1"), ("{0}*{1}", "mn 1n"), ("{0}*({1}@{2})", "mn mk kn"),
    ("log_softmax({0}, axis=1)", "mn"), ("{0} - {1}", "mn m1"),
)  # fmt: skip
"""The same for m x n."""


class Maker:
    """Writes expressions of a wanted shape, () or (rows, columns), and names some of them as statements."""

    entrywise: Sequence[str] = ENTRYWISE
    scalars: Sequence[tuple[str, str]] = SCALARS
    columns: Sequence[tuple[str, str]] = COLUMNS
    rows: Sequence[tuple[str, str]] = ROWS
    matrices: Sequence[tuple[str, str]] = MATRICES

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names: dict[str, Shape] = {}
        self.symmetric: set[str] = set()
        self.statements: dict[str, tuple[Shape, str]] = {}

    def name(self, shape: Shape) -> str:
        """A variable or a statement of this shape."""
        have = [name for name, other in self.names.items() if other == shape]
        have += [name for name, (other, _) in self.statements.items() if other == shape]
        letters = "abc" if not shape else "xyzw" if shape[1] == "1" else "rsqh" if shape[0] == "1" else "ABCDXYSK"
        free = [letter for letter in letters if letter not in self.names]
        if have and (not free or self.random.random() < 0.6):
            return self.random.choice(have)
        name = self.random.choice(free) if free else f"{letters[0]}{len(self.names)}"
        if name in "SK" and len(set(shape)) == 1:
            self.symmetric.add(name)
        self.names[name] = shape
        return name

    def make(self, shape: Shape, depth: int) -> str:
        """An expression in brackets, or a name."""
        if depth <= 0:
            return self.name(shape)
        text = self.written(shape, depth - 1)
        if len(self.statements) < 3 and self.random.random() < 0.15:
            name = f"t{len(self.statements) + 1}"
            self.statements[name] = (shape, text)
            return name
        return f"({text})"

    def written(self, shape: Shape, depth: int) -> str:
        """One operation."""
        if self.random.random() < 0.3:
            text = self.random.choice(self.entrywise)
            return text.format(*[self.make(shape, depth) for _ in set(re.findall(r"{\d}", text))])
        kinds = self.columns if shape[1:] == ("1",) else self.rows if shape[:1] == ("1",) else self.matrices
        text, wanted = self.random.choice(kinds if shape else self.scalars)
        letters = {letter: self.random.choice(LETTERS) for letter in "mnk"}
        if shape and shape[1] == "1":
            letters["n"] = shape[0]
        elif shape and shape[0] == "1":
            letters["n"] = shape[1]
        elif shape:
            letters |= {"m": shape[0], "n": shape[1]}
        shapes = [tuple("1" if letter == "1" else letters[letter] for letter in pair) for pair in wanted.split()]
        text = re.sub(r"\b(eye|ones|zeros)\(([mnk](?:, ?[mnk])*)\)", lambda found: sized(found, letters), text)
        return text.format(*[self.make(one, depth) for one in shapes])


def letters_of(program: str) -> set[str]:
    """The sizes of its constant arrays that are letters."""
    inside = re.findall(r"\b(?:eye|ones|zeros)\(([^()]*)\)", program)
    return set(re.findall("[a-z]", " ".join(inside)))


def sized(found: re.Match[str], letters: Mapping[str, str]) -> str:
    """A constant array with its sizes, 1 where there is one row or column."""
    return f"{found[1]}({re.sub('[mnk]', lambda letter: letters[letter[0]], found[2])})"


def drawn(seed: int, kind: type[Maker] = Maker) -> tuple[Drawn, str, Shape]:
    """A program at a point of numbers with few digits, its declarations, and its shape."""
    while True:
        maker = kind(seed)
        draws = maker.random
        shape: Shape = draws.choice(((), (), ("n", "1"), ("1", "n"), ("m", "n")))
        text = maker.written(shape, draws.choice((2, 3)))
        parts: list[str] = []
        for name, (_, body) in reversed(maker.statements.items()):
            if re.search(rf"\b{name}\b", " ".join([text, *parts])):
                parts.insert(0, f"{name} = {body}")
        program = "; ".join([*parts, text])
        names = {name: shape for name, shape in maker.names.items() if re.search(rf"\b{name}\b", program)}
        known = {letter for shape in names.values() for letter in shape}
        if names and len(program) < 240 and letters_of(program) <= known:
            break
        seed += 1_000_000
    sizes = {letter: draws.choice((2, 3, 4)) for letter in LETTERS}
    values = {}
    for name, letters in names.items():
        value = np.array([draws.randint(-1500, 1500) / 1024 for _ in range(1000)])
        array = np.resize(value, [1 if letter == "1" else sizes[letter] for letter in letters])
        values[name] = (array + array.T) / 2 if name in maker.symmetric else array
    told = [
        f"{name}: {','.join(letters) or 'scalar'}" + " symmetric" * (name in maker.symmetric)
        for name, letters in names.items()
    ]
    plain = {name: letters for name, letters in names.items() if name not in maker.symmetric}
    return Drawn(program, plain, {**sizes, "1": 1}, values), "; ".join(told), shape


def judged(question: Drawn, declared: str, layout: str, kind: Sequence[str]) -> list[str]:
    """What is found of the answer to one command line."""
    shape = truth(question, question.values).shape
    point = json.dumps({name: np.asarray(value).tolist() for name, value in question.values.items()})
    wrt = ",".join(question.shapes)
    command = "grad" if shape == (1, 1) else "jacobian"
    text = f"{declared}; {question.text}"
    ending = ran([command, text, "--at", point, "--wrt", wrt, "--layout", layout, "--json", *kind])
    if ending.code not in (0, 3):
        error = json.loads(ending.err.splitlines()[-1])["error"]
        return [f"{'wrong' if error['code'] == 'internal' else 'refused'}: {error['code']}: {error['message']}"]
    answer = json.loads(ending.out.splitlines()[0])
    return ["with problems"] if answer["problems"] else verdicts(question, answer)


def run(first: int, count: int, tell: Callable[[str], object] = print) -> Counter[str]:
    """Programs first, first + 1, …; what is wrong or refused is told."""
    found: Counter[str] = Counter()
    for seed in range(first, first + count):
        question, declared, _ = drawn(seed)
        if not question.shapes:
            continue
        draws = random.Random(seed)
        kind = draws.choice(([], [], ["--method", "autodiff"], ["--method", "fd"]))
        with np.errstate(all="ignore"):
            if not np.isfinite(truth(question, question.values)).all():
                found["no value"] += 1
                continue
            told = judged(question, declared, draws.choice(("both", "numerator", "denominator")), kind)
        for verdict in told:
            found[verdict.split(":")[0]] += 1
            if verdict.startswith(("wrong", "refused")):
                tell(f"{seed}: {verdict}: {declared}; {question.text} {kind} {question.sizes}")
    return found
