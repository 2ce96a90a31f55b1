"""Random functions of vectors and matrices with hand derivations: right ones in equal forms, and ones with a slip.

Independent of gradcli: its own expressions, its own reverse sweep, numbers by NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import numpy as np

from .scalar_answers import Question, Slipped

Shape = tuple[Any, ...]
Point = Mapping[str, Any]
SIZES = {"n": 3, "m": 4, "p": 2}


class Array:
    """An expression of numbers, vectors and matrices; `shape` is () for a number, else (rows, columns) in letters."""

    def __init__(self, op: str, *parts: Array, shape: Shape = (), data: Any = None) -> None:
        self.op, self.parts, self.shape, self.data = op, parts, shape, data

    def text(self) -> str:
        """In gradcli's language."""
        texts = [part.text() for part in self.parts]
        if self.op == "number":
            return f"({self.data})" if str(self.data).startswith("-") or "/" in str(self.data) else str(self.data)
        if self.op in ("variable", "constant"):
            return str(self.data)
        if self.op == "call":
            return f"{self.data}({texts[0]})"
        if self.op == "form":
            inside = [wrapped(part, text, 3) for part, text in zip(self.parts, texts, strict=True)]
            return FORMS[str(self.data)].text.format(*inside)
        if self.op == "power":
            return f"{wrapped(self.parts[0], texts[0], 4)}**{self.data}"
        if self.op == "T":
            return f"{wrapped(self.parts[0], texts[0], 5)}.T"
        level = LEVEL[self.op]
        return f"{wrapped(self.parts[0], texts[0], level)}{self.op}{wrapped(self.parts[1], texts[1], level + 1)}"

    def value(self, point: Point) -> Any:
        """The numbers at a point; ValueError where shapes do not fit."""
        if self.op == "number":
            return np.float64(Fraction(str(self.data)))
        if self.op == "variable":
            return point[str(self.data)]
        if self.op == "constant":
            sizes = [SIZES.get(letter, letter) for letter in self.shape]
            return np.eye(*sizes) if str(self.data).startswith("eye") else np.ones(sizes)
        values = [part.value(point) for part in self.parts]
        if self.op == "power":
            return values[0] ** self.data
        if self.op == "T":
            return values[0].T
        if self.op == "call":
            return CALLS[str(self.data)](values[0])
        if self.op == "form":
            return FORMS[str(self.data)].value(*values)
        if self.op == "@":
            if values[0].ndim < 2 or values[1].ndim < 2:
                raise ValueError(self.text())
            return values[0] @ values[1]
        if values[0].ndim and values[1].ndim and values[0].shape != values[1].shape:
            raise ValueError(self.text())
        return OPERATIONS[self.op](*values)

    def has(self, name: str) -> bool:
        """Does the variable stand in it?"""
        return self.data == name if self.op == "variable" else any(part.has(name) for part in self.parts)

    def nodes(self) -> Iterator[Array]:
        """Every part."""
        yield self
        for part in self.parts:
            yield from part.nodes()


LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "power": 4, "T": 5}
OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


def sigmoid(u: Any) -> Any:
    return 1 / (1 + np.exp(-u))


CALLS: Mapping[str, Callable[[Any], Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "tanh": np.tanh,
    "log": np.log,
    "sigmoid": sigmoid,
    "softplus": lambda u: np.log1p(np.exp(u)),
    "sum": np.sum,
    "norm": lambda u: np.sqrt(np.sum(u * u)),
    "tr": np.trace,
    "inv": np.linalg.inv,
    "logdet": lambda u: np.log(np.linalg.det(u)),
    "det": np.linalg.det,
    "logsumexp": lambda u: np.log(np.sum(np.exp(u))),
    "softmax": lambda u: np.exp(u) / np.sum(np.exp(u)),
    "diag": lambda u: np.diag(u[:, 0]),
}


def wrapped(part: Array, text: str, level: int) -> str:
    """In brackets where it binds less than its place asks for."""
    return f"({text})" if LEVEL.get(part.op, 9) < level else text


def num(value: Any) -> Array:
    """A number."""
    return Array("number", data=value)


def name(text: str, *shape: Any) -> Array:
    """A variable."""
    return Array("variable", shape=shape, data=text)


def fn(function: str, part: Array, shape: Shape | None = None) -> Array:
    """A function; entry by entry unless a shape is given."""
    return Array("call", part, shape=part.shape if shape is None else shape, data=function)


def tr(part: Array) -> Array:
    """The transpose."""
    return part.parts[0] if part.op == "T" else Array("T", part, shape=part.shape[::-1])


def mat(a: Array, b: Array) -> Array:
    """a@b."""
    return Array("@", a, b, shape=(a.shape[0], b.shape[1]))


def mul(a: Array, b: Array) -> Array:
    """a*b, entry by entry or with a number; a forgotten 1."""
    if a.op == "number" and a.data == 1:
        return b
    if b.op == "number" and b.data == 1:
        return a
    if a.shape and b.shape and "constant" in (a.op, b.op) and "eye" not in f"{a.data}{b.data}":
        return a if b.op == "constant" else b
    return Array("*", a, b, shape=a.shape or b.shape)


def binary(op: str, a: Array, b: Array) -> Array:
    """a + b, a - b, a/b."""
    return Array(op, a, b, shape=a.shape or b.shape)


def power(part: Array, exponent: int) -> Array:
    """Entry by entry."""
    return part if exponent == 1 else Array("power", part, shape=part.shape, data=exponent)


def ones(shape: Shape) -> Array:
    """An array of ones."""
    rows, columns = shape
    return Array("constant", shape=shape, data=f"ones({rows})" if columns == 1 else f"ones({rows},{columns})")


ENTRYWISE: Mapping[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "sin": (lambda u: fn("cos", u), lambda u: mul(num(-1), fn("cos", u))),
    "cos": (lambda u: mul(num(-1), fn("sin", u)), lambda u: fn("sin", u)),
    "exp": (lambda u: fn("exp", u), lambda u: fn("exp", u)),
    "tanh": (
        lambda u: binary("-", num(1), power(fn("tanh", u), 2)),
        lambda u: binary("+", num(1), power(fn("tanh", u), 2)),
    ),
    "sigmoid": (
        lambda u: mul(fn("sigmoid", u), binary("-", num(1), fn("sigmoid", u))),
        lambda u: mul(fn("sigmoid", u), binary("+", num(1), fn("sigmoid", u))),
    ),
    "softplus": (lambda u: fn("sigmoid", u), lambda u: mul(fn("sigmoid", u), binary("-", num(1), fn("sigmoid", u)))),
}
"""Functions entry by entry: their derivatives, and what is taken for them."""


class Form(NamedTuple):
    """A number made of several arrays: its text, its value, its derivative by the part that moves."""

    text: str
    value: Callable[..., Any]
    part: int
    slope: Callable[..., Array]


FORMS: Mapping[str, Form] = {
    "dot": Form("{0}.T@{1}", lambda a, u: (a.T @ u)[0, 0], 1, lambda a, u: a),
    "quad": Form(
        "{0}.T@{1}@{0}",
        lambda u, s: (u.T @ s @ u)[0, 0],
        0,
        lambda u, s: mat(binary("+", s, tr(s)), u),
    ),
    "bilinear": Form("{0}.T@{1}@{2}", lambda a, u, d: (a.T @ u @ d)[0, 0], 1, lambda a, u, d: mat(a, tr(d))),
    "trace": Form("tr({0}@{1})", lambda u, d: np.trace(u @ d), 0, lambda u, d: tr(d)),
    "inverse": Form(
        "tr(inv({0})@{1})",
        lambda u, c: np.trace(np.linalg.inv(u) @ c),
        0,
        lambda u, c: mul(num(-1), tr(mat(mat(fn("inv", u), c), fn("inv", u)))),
    ),
}


def form(kind: str, *parts: Array) -> Array:
    """One of these."""
    return Array("form", *parts, data=kind)


# ------------------------------------------------------------------------ the functions


def draw(random: Random) -> tuple[Array, Array]:
    """A function and the array that it is differentiated by."""
    rows = random.choice("nm")
    if random.random() < 0.3:
        x = name("X", "n", random.choice("np"))
        return outer(random, of_matrix(random, x, rows)), x
    x = name("x", "n", 1)
    f = of_vector(random, inner(random, x, rows))
    if random.random() < 0.25:
        penalty = mul(name("lam"), power(fn("norm", x, ()), 2))
        f = binary(random.choice("++-"), f, penalty)
    return outer(random, f), x


def outer(random: Random, f: Array) -> Array:
    """The function, a multiple of it, or a function of it."""
    kind = random.random()
    if kind < 0.15:
        return mul(num(random.choice(("1/2", 3))), f)
    if kind < 0.3:
        return fn(random.choice(("sin", "tanh")), f, ())
    return f


def inner(random: Random, x: Array, rows: str) -> Array:
    """A vector made of x."""
    kind = random.random()
    if kind < 0.15:
        return x
    if kind < 0.3:
        return binary("-", x, name("c", "n", 1))
    u = mat(name("A", rows, "n"), x) if random.random() < 0.8 else mat(tr(name("A", "n", rows)), x)
    if random.random() < 0.5:
        u = binary(random.choice("+-"), u, name("b", rows, 1))
    if random.random() < 0.2:
        return mat(name("W", "p", rows), fn(random.choice(tuple(ENTRYWISE)), u))
    return u


def of_vector(random: Random, u: Array) -> Array:
    """A number made of a vector."""
    function = random.choice(tuple(ENTRYWISE))
    weights = name("a", *u.shape)
    makers: Sequence[Callable[[], Array]] = (
        lambda: power(fn("norm", u, ()), 2),
        lambda: power(fn("norm", u, ()), 2),
        lambda: fn("norm", u, ()),
        lambda: fn("sum", fn(function, u), ()),
        lambda: fn("sum", power(u, random.choice((2, 3, 4))), ()),
        lambda: form("dot", weights, u if random.random() < 0.4 else fn(function, u)),
        lambda: fn("sum", mul(weights, fn(function, u)), ()),
        lambda: fn("logsumexp", u, ()),
        lambda: form("quad", u, name("S", u.shape[0], u.shape[0])),
    )
    return random.choice(makers)()


def of_matrix(random: Random, x: Array, rows: str) -> Array:
    """A number made of a matrix."""
    kind = random.random()
    if x.shape[0] == x.shape[1] and kind < 0.25:
        wholes = (fn("logdet", x, ()), fn("det", x, ()), form("inverse", x, name("C", "n", "n")))
        return random.choice(wholes)
    u = x
    if kind < 0.5:
        u = mat(name("A", rows, "n"), u)
    if kind > 0.4:
        u = mat(u, name("B", u.shape[1], "p"))
    if random.random() < 0.4:
        u = binary("-", u, name("C", *u.shape))
    makers: Sequence[Callable[[], Array]] = (
        lambda: power(fn("norm", u, ()), 2),
        lambda: fn("sum", fn(random.choice(tuple(ENTRYWISE)), u), ()),
        lambda: form("trace", u, name("D", *u.shape[::-1])),
        lambda: form("bilinear", name("a", u.shape[0], 1), u, name("d", u.shape[1], 1)),
        lambda: fn("sum", power(u, random.choice((2, 3))), ()),
    )
    return random.choice(makers)()


# ------------------------------------------------------------------------ derivations, right and with a slip

Broken = Iterator[tuple[tuple[str, str], Array]]


def slope(f: Array, place: int, g: Array) -> Array:
    """What the rules send to a part, of the gradient g by f."""
    u = f.parts[place]
    if f.op in "+-":
        return g if f.op == "+" or place == 0 else mul(num(-1), g)
    if f.op == "*":
        return mul(f.parts[1 - place], g)
    if f.op == "@":
        return mat(g, tr(f.parts[1])) if place == 0 else mat(tr(f.parts[0]), g)
    if f.op == "form":
        return mul(g, FORMS[str(f.data)].slope(*f.parts))
    if f.op == "power":
        return mul(mul(num(f.data), g), power(u, f.data - 1))
    if f.data in ENTRYWISE:
        return mul(g, ENTRYWISE[str(f.data)][0](u))
    return mul(g, WHOLES[str(f.data)](f, u))


WHOLES: Mapping[str, Callable[[Array, Array], Array]] = {
    "sum": lambda f, u: ones(u.shape),
    "norm": lambda f, u: binary("/", u, f),
    "logsumexp": lambda f, u: fn("softmax", u),
    "logdet": lambda f, u: tr(fn("inv", u)),
    "det": lambda f, u: mul(f, tr(fn("inv", u))),
}


def gradient(f: Array, x: Array, slip: Slipped | None = None) -> Array:
    """∇f by x, which stands in f once or in two terms; one rule is broken where there is a slip."""
    return pulled(f, x, num(1), slip)


def pulled(f: Array, x: Array, g: Array, slip: Slipped | None) -> Array:
    """The sum of what comes back to x through f."""
    if f is x or f.data == x.data:
        return g
    found = None
    for place, part in enumerate(f.parts):
        if part.has(x.data):
            options = dict(broken(f, place, g)) if slip is not None and slip.node is f else {}
            if slip is not None and slip.form == f"term {place}" and slip.node is f:
                continue
            back = options.get((slip.code, slip.form)) if slip is not None else None
            back = pulled(part, x, slope(f, place, g) if back is None else back, slip)
            found = back if found is None else binary("+", found, back)
    assert found is not None
    return found


def broken(f: Array, place: int, g: Array) -> Broken:
    """The rules as people break them, by code and form."""
    u, right = f.parts[place], slope(f, place, g)
    if f.op in "+-" or (f.op == "call" and f.data == "sum"):
        if f.op == "-" and place == 1:
            yield ("sign", "of a term"), g
        return
    yield ("sign", "at a part"), mul(num(-1), right)
    if f.op == "@":
        if place == 1:
            yield ("transposed", "matrix on the left"), mat(f.parts[0], g)
            yield ("permuted", "factors"), mat(g, tr(f.parts[0]))
        else:
            yield ("transposed", "matrix on the right"), mat(g, f.parts[1])
            yield ("permuted", "factors"), mat(tr(f.parts[1]), g)
        yield ("missing-inner-derivative", "of a linear map"), g
    elif f.op == "*" and f.parts[1 - place].op == "number":
        yield ("factor", "forgotten"), g
    elif f.op == "form":
        yield from broken_form(f, g)
    elif f.op == "power":
        yield ("power-rule", "factor forgotten"), mul(g, power(u, f.data - 1))
        yield ("power-rule", "exponent kept"), mul(mul(num(f.data), g), power(u, f.data))
    elif f.data in ENTRYWISE:
        if u.op != "variable":
            yield ("missing-inner-derivative", "own derivative"), g
        yield ("swapped-function", "another derivative"), mul(g, ENTRYWISE[str(f.data)][1](u))
        yield ("not-differentiated", "a function"), mul(g, f)
    elif f.data == "norm":
        yield ("swapped-function", "norm"), mul(g, u)
    elif f.data in ("logdet", "det"):
        yield ("transposed", "inverse"), mul(g, WHOLES[str(f.data)](f, tr(u)))


def broken_form(f: Array, g: Array) -> Broken:
    """Bilinear forms and traces."""
    if f.data == "quad":
        u, s = f.parts
        yield ("missing-term", "half of a form"), mul(g, mat(s, u))
        yield ("missing-term", "taken for symmetric"), mul(g, mul(num(2), mat(s, u)))
    elif f.data == "bilinear":
        a, _, d = f.parts
        yield ("transposed", "form"), mul(g, mat(d, tr(a)))
    elif f.data == "trace":
        yield ("transposed", "trace"), mul(g, f.parts[1])
    elif f.data == "inverse":
        u, c = f.parts
        yield ("transposed", "inverse"), mul(g, mul(num(-1), mat(mat(fn("inv", u), c), fn("inv", u))))
        yield ("permuted", "inverse"), mul(g, mul(num(-1), tr(mat(c, mat(fn("inv", u), fn("inv", u))))))


SYNONYMS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("permuted", "factors"): ("transposed", "layout"),
    ("transposed", "matrix on the right"): ("layout",),
    ("transposed", "form"): ("layout", "permuted"),
    ("transposed", "trace"): ("layout",),
    ("missing-term", "taken for symmetric"): ("not-differentiated", "transposed", "factor"),
    ("swapped-function", "norm"): ("power-rule", "missing-inner-derivative"),
    ("missing-inner-derivative", "own derivative"): ("not-differentiated",),
    ("power-rule", "exponent kept"): ("swapped-function",),
}
"""What a slip may be called besides; a factor or a sign of the whole is always one."""


# ------------------------------------------------------------------------ equal forms


def rewritten(f: Array, random: Random, share: float = 0.3) -> Array:
    """The same function in another form."""
    parts = [rewritten(part, random, share) for part in f.parts]
    f = Array(f.op, *parts, shape=f.shape, data=f.data)
    if random.random() > share:
        return f
    if f.op in "+*":
        return Array(f.op, parts[1], parts[0], shape=f.shape)
    if f.op == "-":
        return binary("+", mul(num(-1), parts[1]), parts[0])
    if f.op == "@" and parts[1].op in ("+", "-") and parts[1].parts[0].shape and parts[1].parts[1].shape:
        return binary(parts[1].op, mat(parts[0], parts[1].parts[0]), mat(parts[0], parts[1].parts[1]))
    if f.op == "@":
        return tr(mat(tr(parts[1]), tr(parts[0])))
    if f.op == "T" and parts[0].op == "@":
        return mat(tr(parts[0].parts[1]), tr(parts[0].parts[0]))
    if f.op == "T" and parts[0].op == "call" and parts[0].data == "inv":
        return fn("inv", tr(parts[0].parts[0]))
    if f.op == "power" and f.data == 2:
        return Array("*", parts[0], parts[0], shape=f.shape)
    if f.op == "/":
        return Array("*", Array("power", parts[1], data=-1), parts[0], shape=f.shape)
    return f


# ------------------------------------------------------------------------ questions


def value_of(f: Array, points: Sequence[Point]) -> Any | None:
    """The numbers at all points in one array; None where the shapes do not fit, or there is no number."""
    try:
        values = [np.asarray(f.value(point), dtype=float) for point in points]
    except ValueError:
        return None
    found = np.stack(values) if len({value.shape for value in values}) == 1 else None
    return found if found is not None and np.all(np.isfinite(found)) else None


def some_points(random: Random, f: Array) -> list[Point]:
    """Values of all variables, of both signs; those of square matrices near the unit matrix."""
    generator = np.random.default_rng(random.randrange(2**32))
    points = []
    for _ in range(3):
        point: dict[str, Any] = {}
        for node in f.nodes():
            if node.op == "variable" and node.data not in point:
                sizes = [SIZES.get(letter, letter) for letter in node.shape]
                square = len(sizes) == 2 and sizes[0] == sizes[1] > 1
                point[node.data] = generator.uniform(-1, 1, sizes) * 0.4 + (np.eye(sizes[0]) if square else 0.3)
        points.append(point)
    return points


def array_question(random: Random, spoiled: bool) -> Question | None:
    """One question; None where the draw came to nothing."""
    f, x = draw(random)
    right = gradient(f, x)
    points = some_points(random, f)
    numbers = value_of(right, points)
    if numbers is None:
        return None
    answer, slip, truth = right, None, frozenset[str]()
    if spoiled:
        slip, answer = spoil(random, f, x, right)
        wrong = value_of(answer, points)
        if slip is None or (wrong is not None and wrong.shape == numbers.shape and np.allclose(wrong, numbers)):
            return None
        truth = frozenset({slip.code, *SYNONYMS.get((slip.code, slip.form), ()), *factor_names(wrong, numbers)})
    shapes = {n.data: n.shape for n in f.nodes() if n.op == "variable" and n.shape}
    declared = tuple(f"{key}={','.join(str(s) for s in s_ if s != 1)}" for key, s_ in shapes.items())
    text = (answer if spoiled and wrong is None else rewritten(answer, random)).text()
    return Question(f.text(), text, slip, truth, x.data, declared)


def factor_names(wrong: Any, right: Any) -> tuple[str, ...]:
    """A constant factor of the whole, if there is one."""
    if wrong is None or wrong.shape != right.shape:
        return ()
    at = np.unravel_index(np.argmax(np.abs(right)), right.shape)
    ratio = wrong[at] / right[at]
    if not np.allclose(wrong, ratio * right):
        return ()
    return ("sign", "factor") if abs(ratio + 1) < 1e-9 else ("factor",)


def spoil(random: Random, f: Array, x: Array, right: Array) -> tuple[Slipped | None, Array]:
    """The gradient with a slip."""
    whole = random.random()
    if whole < 0.05:
        return Slipped("factor", "of the whole"), mul(num(random.choice((2, 3, "1/2"))), right)
    if whole < 0.1:
        return Slipped("sign", "of the whole"), mul(num(-1), right)
    if whole < 0.15:
        return Slipped("layout" if x.shape[1] == 1 else "transposed", "the whole"), tr(right)
    same = [n for n in f.nodes() if n.op == "variable" and n.shape == x.shape and n.data != x.data]
    if whole < 0.2 and same:
        return Slipped("wrong-variable", "the whole"), gradient(f, same[0])
    if whole < 0.25 and f.op == "call" and f.data == "sum" and f.parts[0].shape == x.shape:
        return Slipped("not-differentiated", "a sum"), f.parts[0]
    places: list[Slipped] = []
    for node in f.nodes():
        for place, part in enumerate(node.parts):
            if part.has(x.data):
                g = num(1) if not node.shape else name("g", *node.shape)
                places += [Slipped(code, form, node) for (code, form), _ in broken(node, place, g)]
        if node.op in "+-" and all(part.has(x.data) for part in node.parts):
            places += [Slipped("missing-term", f"term {place}", node) for place in (0, 1)]
    if not places:
        return None, right
    kind = random.choice(sorted({(place.code, place.form) for place in places}))
    slip = random.choice([place for place in places if (place.code, place.form) == kind])
    return slip, gradient(f, x, slip)
