"""Random scalar functions with hand derivations: right ones in equal forms, and ones with a slip of a known kind.

Everything here is independent of gradcli: its own expressions, its own rules of differentiation, its own numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import NamedTuple

Point = Mapping[str, float]


class Formula:
    """An expression as people write it. Two that look alike are two: a slip happens at one of them."""

    def __init__(self, op: str, *parts: Formula, data: object = None) -> None:
        self.op, self.parts, self.data = op, parts, data

    def text(self) -> str:
        """In gradcli's language."""
        if self.op == "number":
            value = Fraction(str(self.data))
            return f"({value})" if value < 0 or value.denominator != 1 else str(value)
        if self.op == "variable":
            return str(self.data)
        if self.op == "call":
            return f"{self.data}({self.parts[0].text()})"
        texts = [f"({p.text()})" if LEVEL[p.op] < LEVEL[self.op] else p.text() for p in self.parts]
        last = self.parts[-1]
        if self.op in "-*/^" and LEVEL[last.op] <= LEVEL[self.op]:
            texts[-1] = f"({last.text()})"
        if self.op == "^" and LEVEL[self.parts[0].op] <= LEVEL["^"]:
            texts[0] = f"({self.parts[0].text()})"
        return f"{self.op}".join(texts)

    def value(self, point: Point) -> float:
        """The number at a point; errors of arithmetic where there is none."""
        if self.op == "number":
            return float(Fraction(str(self.data)))
        if self.op == "variable":
            return point[str(self.data)]
        values = [part.value(point) for part in self.parts]
        if self.op == "call":
            return FUNCTIONS[str(self.data)].value(values[0])
        result = ARITHMETIC[self.op](*values)
        if isinstance(result, complex):
            raise ValueError(self.text())
        return float(result)

    def has(self, name: str) -> bool:
        """Does the variable stand in it?"""
        return self.data == name if self.op == "variable" else any(part.has(name) for part in self.parts)

    def nodes(self) -> Iterator[Formula]:
        """Every part."""
        yield self
        for part in self.parts:
            yield from part.nodes()


LEVEL = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3, "call": 5, "number": 5, "variable": 5}
ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}


def number(value: object) -> Formula:
    """A constant."""
    return Formula("number", data=value)


def call(name: str, argument: Formula) -> Formula:
    """A function of something."""
    return Formula("call", argument, data=name)


def is_number(part: Formula, value: int) -> bool:
    """Is it this constant?"""
    return part.op == "number" and Fraction(str(part.data)) == value


def plus(a: Formula, b: Formula) -> Formula:
    """a + b, a forgotten 0."""
    return b if is_number(a, 0) else a if is_number(b, 0) else Formula("+", a, b)


def minus(a: Formula, b: Formula) -> Formula:
    """a - b."""
    return a if is_number(b, 0) else times(number(-1), b) if is_number(a, 0) else Formula("-", a, b)


def times(a: Formula, b: Formula) -> Formula:
    """a*b, a forgotten 1."""
    if is_number(a, 0) or is_number(b, 0):
        return number(0)
    return b if is_number(a, 1) else a if is_number(b, 1) else Formula("*", a, b)


def over(a: Formula, b: Formula) -> Formula:
    """a/b."""
    return a if is_number(b, 1) or is_number(a, 0) else Formula("/", a, b)


def raised(a: Formula, exponent: object) -> Formula:
    """a**exponent."""
    return number(1) if Fraction(str(exponent)) == 0 else a if exponent == 1 else Formula("^", a, number(exponent))


class Function(NamedTuple):
    """A function: its derivative, what is taken for it, its value."""

    derivative: Callable[[Formula], Formula]
    mistaken: Callable[[Formula], Formula]
    value: Callable[[float], float]


ONE = number(1)
FUNCTIONS: Mapping[str, Function] = {
    "sin": Function(lambda u: call("cos", u), lambda u: times(number(-1), call("cos", u)), math.sin),
    "cos": Function(lambda u: times(number(-1), call("sin", u)), lambda u: call("sin", u), math.cos),
    "tan": Function(lambda u: over(ONE, raised(call("cos", u), 2)), lambda u: call("sec", u), math.tan),
    "exp": Function(lambda u: call("exp", u), lambda u: call("exp", u), math.exp),
    "log": Function(lambda u: over(ONE, u), lambda u: over(ONE, raised(u, 2)), math.log),
    "sqrt": Function(
        lambda u: over(ONE, times(number(2), call("sqrt", u))), lambda u: over(ONE, call("sqrt", u)), math.sqrt
    ),
    "atan": Function(
        lambda u: over(ONE, plus(ONE, raised(u, 2))), lambda u: over(ONE, minus(ONE, raised(u, 2))), math.atan
    ),
    "sinh": Function(lambda u: call("cosh", u), lambda u: times(number(-1), call("cosh", u)), math.sinh),
    "cosh": Function(lambda u: call("sinh", u), lambda u: times(number(-1), call("sinh", u)), math.cosh),
    "tanh": Function(
        lambda u: minus(ONE, raised(call("tanh", u), 2)), lambda u: plus(ONE, raised(call("tanh", u), 2)), math.tanh
    ),
    "sigmoid": Function(
        lambda u: times(call("sigmoid", u), minus(ONE, call("sigmoid", u))),
        lambda u: times(call("sigmoid", u), plus(ONE, call("sigmoid", u))),
        lambda u: 1 / (1 + math.exp(-u)),
    ),
    "sec": Function(
        lambda u: times(call("sec", u), call("tan", u)), lambda u: raised(call("tan", u), 2), lambda u: 1 / math.cos(u)
    ),
}


# ------------------------------------------------------------------------ the functions


def draw(random: Random, names: tuple[str, ...], depth: int) -> Formula:
    """A random function that is defined at positive points, as exercises are."""
    if depth <= 0:
        return Formula("variable", data=random.choice(names))
    kind = random.random()
    if kind < 0.22:
        return Formula(random.choice("+-"), draw(random, names, depth - 1), draw(random, names, depth - 1))
    if kind < 0.45:
        if random.random() < 0.4:
            return times(number(random.randint(2, 9)), draw(random, names, depth - 1))
        return Formula("*", draw(random, names, depth - 1), draw(random, names, depth - 1))
    if kind < 0.6:
        return over(draw(random, names, depth - 1), positive(random, names, depth - 1))
    if kind < 0.75:
        exponent = random.choice((2, 2, 3, 4, 5, -1, -2, "3/2", "1/2"))
        base = positive(random, names, depth - 1) if not isinstance(exponent, int) or exponent < 0 else None
        return Formula("^", base or draw(random, names, depth - 1), number(exponent))
    if kind < 0.8:
        return plus(draw(random, names, depth - 1), number(random.randint(1, 9)))
    if kind < 0.83:
        return Formula("^", number(random.choice((2, 3, 10))), draw(random, names, depth - 1))
    name = random.choice(tuple(FUNCTIONS))
    inner = positive if name in ("log", "sqrt") else draw
    return call(name, inner(random, names, depth - 1 if random.random() < 0.8 else depth - 2))


def positive(random: Random, names: tuple[str, ...], depth: int) -> Formula:
    """One that is positive at positive points."""
    if depth <= 0:
        return Formula("variable", data=random.choice(names))
    kind = random.random()
    if kind < 0.4:
        return plus(number(random.randint(1, 4)), raised(draw(random, names, depth - 1), 2))
    if kind < 0.6:
        return call("exp", draw(random, names, depth - 1))
    if kind < 0.8:
        return plus(positive(random, names, depth - 1), positive(random, names, depth - 1))
    return times(positive(random, names, depth - 1), positive(random, names, depth - 1))


# ------------------------------------------------------------------------ derivations, right and with a slip


class Slipped(NamedTuple):
    """A slip: its code in the JSON of `check`, what it is, and the part of the function where it happens."""

    code: str
    form: str
    node: Formula | None = None


def derive(f: Formula, v: str, slip: Slipped | None = None) -> Formula:
    """∂f/∂v by the rules, one of them broken at one place where there is a slip."""
    if not f.has(v):
        keeps = slip is not None and slip.node is f and slip.form == "constant kept"
        return f if keeps else number(0)
    if f.op == "variable":
        return ONE
    moving = [derive(part, v, slip) for part in f.parts]
    options = dict(broken(f, v, moving))
    if slip is not None and slip.node is f and (slip.code, slip.form) in options:
        return options[slip.code, slip.form]
    return rule(f, moving)


def rule(f: Formula, slopes: list[Formula]) -> Formula:
    """The rule of the operation."""
    if f.op in "+-":
        return (plus if f.op == "+" else minus)(*slopes)
    if f.op == "*":
        (u, v), (du, dv) = f.parts, slopes
        return plus(times(du, v), times(u, dv))
    if f.op == "/":
        (u, v), (du, dv) = f.parts, slopes
        if is_number(dv, 0):
            return over(du, v)
        if is_number(du, 0):
            return over(times(times(number(-1), u), dv), raised(v, 2))
        return over(minus(times(du, v), times(u, dv)), raised(v, 2))
    if f.op == "^" and f.parts[1].op == "number":
        n = Fraction(str(f.parts[1].data))
        return times(times(number(n), raised(f.parts[0], n - 1)), slopes[0])
    if f.op == "^":
        return times(times(f, call("log", f.parts[0])), slopes[1])
    return times(FUNCTIONS[str(f.data)].derivative(f.parts[0]), slopes[0])


Broken = Iterator[tuple[tuple[str, str], Formula]]


def broken(f: Formula, v: str, slopes: list[Formula]) -> Broken:
    """The rule of the operation as people break it, by code and form."""
    yield ("sign", "at a part"), times(number(-1), rule(f, slopes))
    if f.op in "+-":
        yield from broken_sum(f, v, slopes)
    elif f.op in "*/":
        yield from broken_product(f, slopes)
    elif f.op == "^" and f.parts[1].op == "number":
        yield from broken_power(f, slopes[0])
    elif f.op == "^":
        base, exponent = f.parts
        lowered = Formula("^", base, minus(exponent, ONE))
        yield ("power-rule", "of an exponential"), times(times(exponent, lowered), slopes[1])
        yield ("power-rule", "logarithm forgotten"), times(f, slopes[1])
        yield ("missing-inner-derivative", "of an exponential"), times(f, call("log", base))
    elif f.op == "call":
        yield from broken_call(f, slopes[0])


def broken_sum(f: Formula, v: str, slopes: list[Formula]) -> Broken:
    """A term forgotten, with the wrong sign, or left as it is."""
    join = plus if f.op == "+" else minus
    (u, w), (du, dw) = f.parts, slopes
    if u.has(v) and w.has(v):
        yield ("missing-term", "first"), join(number(0), dw)
        yield ("missing-term", "second"), du
        yield ("sign", "of a term"), (minus if f.op == "+" else plus)(du, dw)
        yield ("not-differentiated", "a term"), join(du, w)
        yield ("not-differentiated", "the first term"), join(u, dw)


def broken_product(f: Formula, slopes: list[Formula]) -> Broken:
    """The product and the quotient rule."""
    (u, v), (du, dv) = f.parts, slopes
    still = is_number(du, 0), is_number(dv, 0)
    if f.op == "*":
        if not any(still):
            yield ("product-rule", "product of derivatives"), times(du, dv)
            yield ("product-rule", "first term only"), times(du, v)
            yield ("product-rule", "second term only"), times(u, dv)
            yield ("product-rule", "subtracted"), minus(times(du, v), times(u, dv))
            yield ("product-rule", "factors forgotten"), plus(du, dv)
        elif f.parts[still.index(True)].op == "number":
            yield ("factor", "forgotten"), slopes[still.index(False)]
        return
    if not any(still):
        yield ("quotient-rule", "added"), over(plus(times(du, v), times(u, dv)), raised(v, 2))
        yield ("quotient-rule", "turned round"), over(minus(times(u, dv), times(du, v)), raised(v, 2))
        yield ("quotient-rule", "not squared"), over(minus(times(du, v), times(u, dv)), v)
        yield ("quotient-rule", "no denominator"), minus(times(du, v), times(u, dv))
        yield ("quotient-rule", "quotient of derivatives"), over(du, dv)
        yield ("quotient-rule", "second term forgotten"), over(times(du, v), raised(v, 2))
    elif still[0]:
        yield ("quotient-rule", "reciprocal of the derivative"), over(u, dv)
        yield ("missing-inner-derivative", "of a reciprocal"), over(times(number(-1), u), raised(v, 2))
        yield ("quotient-rule", "not squared"), over(times(times(number(-1), u), dv), v)


def broken_power(f: Formula, du: Formula) -> Broken:
    """The power rule."""
    u, n = f.parts[0], Fraction(str(f.parts[1].data))
    right = raised(u, n - 1)
    yield ("power-rule", "exponent kept"), times(times(number(n), f), du)
    yield ("power-rule", "factor forgotten"), times(right, du)
    yield ("power-rule", "new exponent as factor"), times(times(number(n - 1), right), du)
    yield ("power-rule", "lowered twice"), times(times(number(n), raised(u, n - 2)), du)
    yield ("not-differentiated", "a power"), times(f, du)
    if u.op != "variable":
        yield ("missing-inner-derivative", "of a power"), times(number(n), right)
        yield ("extra-inner-derivative", "of a power"), times(times(number(n), right), times(du, du))
    if n != -1:
        yield ("integrated", "a power"), over(raised(u, n + 1), number(n + 1))


def broken_call(f: Formula, du: Formula) -> Broken:
    """The chain rule, and the function's own derivative."""
    u, row = f.parts[0], FUNCTIONS[str(f.data)]
    if u.op != "variable":
        yield ("missing-inner-derivative", "of a function"), row.derivative(u)
        yield ("extra-inner-derivative", "of a function"), times(row.derivative(u), times(du, du))
    yield ("swapped-function", "another derivative"), times(row.mistaken(u), du)
    yield ("not-differentiated", "a function"), times(f, du)


ALSO: Mapping[tuple[str, str], str] = {
    ("power-rule", "logarithm forgotten"): "not-differentiated",
    ("quotient-rule", "not squared"): "power-rule",
}
"""What a form of a slip may be called besides."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "missing-inner-derivative": (),
    "extra-inner-derivative": (),
    "missing-term": ("product-rule", "quotient-rule"),
    "extra-term": (),
    "product-rule": ("missing-term",),
    "quotient-rule": ("product-rule", "missing-term", "sign"),
    "power-rule": (),
    "sign": ("product-rule", "quotient-rule"),
    "factor": (),
    "not-differentiated": ("power-rule",),
    "integrated": (),
    "swapped-function": (),
    "wrong-variable": (),
    "permuted": (),
    "layout": (),
}
"""What else may be said of a slip of each code; a constant factor of the whole is always one (`true_names`)."""


# ------------------------------------------------------------------------ equal forms


def rewritten(f: Formula, random: Random, share: float = 0.35) -> Formula:
    """The same function in another form."""
    parts = [rewritten(part, random, share) for part in f.parts]
    f = Formula(f.op, *parts, data=f.data)
    if random.random() > share:
        return f
    if f.op in "+*":
        a, b = f.parts
        if f.op == "*" and b.op in ("+", "-") and random.random() < 0.5:
            return Formula(b.op, times(a, b.parts[0]), times(a, b.parts[1]))
        return Formula(f.op, b, a)
    if f.op == "-":
        a, b = f.parts
        return random.choice((plus(a, times(number(-1), b)), times(number(-1), minus(b, a))))
    if f.op == "/":
        a, b = f.parts
        if a.op in ("+", "-") and random.random() < 0.5:
            return Formula(a.op, over(a.parts[0], b), over(a.parts[1], b))
        return times(a, raised(b, -1)) if random.random() < 0.5 else over(a, b)
    if f.op == "^" and is_number(f.parts[1], 2):
        return Formula("*", f.parts[0], f.parts[0])
    if f.op == "call":
        u = f.parts[0]
        forms = {
            "tan": lambda: over(call("sin", u), call("cos", u)),
            "sec": lambda: over(ONE, call("cos", u)),
            "sqrt": lambda: raised(u, Fraction(1, 2)),
            "exp": lambda: over(ONE, call("exp", times(number(-1), u))),
            "sigmoid": lambda: over(ONE, plus(ONE, call("exp", times(number(-1), u)))),
        }
        return forms[str(f.data)]() if f.data in forms else f
    return f


# ------------------------------------------------------------------------ questions


class Question(NamedTuple):
    """A function, the answer to be checked, what is known of it: `slip` None where it is right."""

    function: str
    answer: str
    slip: Slipped | None
    names: frozenset[str]
    variable: str
    shapes: tuple[str, ...] = ()


def far(first: Formula, second: Formula, points: list[Point]) -> bool | None:
    """Are they different functions? None where the points do not tell."""
    gaps = []
    for point in points:
        try:
            a, b = first.value(point), second.value(point)
        except (ArithmeticError, ValueError):
            continue
        if math.isfinite(a) and math.isfinite(b):
            gaps.append(abs(a - b) / max(abs(a), abs(b), 1e-4))
    if len(gaps) < 3:
        return None
    return True if max(gaps) > 1e-4 else False if max(gaps) < 1e-9 else None


def true_names(slip: Slipped, right: Formula, wrong: Formula, points: list[Point]) -> frozenset[str]:
    """The names that are right for a slip: its code, its synonyms, and a constant factor of the whole."""
    found = {slip.code, *SYNONYMS[slip.code], ALSO.get((slip.code, slip.form), slip.code)}
    ratios = []
    for point in points:
        try:
            ratios.append(wrong.value(point) / right.value(point))
        except (ArithmeticError, ValueError):
            continue
    if ratios and max(ratios) - min(ratios) <= 1e-9 * max(map(abs, ratios), default=0.0):
        found.add("factor")
        if abs(ratios[0] + 1) < 1e-9:
            found.add("sign")
        if ratios[0] == 0:
            found.add("missing-term")
    return frozenset(found)


def some_points(random: Random, names: tuple[str, ...]) -> list[Point]:
    """Positive points."""
    return [{name: random.uniform(0.2, 1.7) for name in names} for _ in range(6)]


def question(random: Random, spoiled: bool) -> Question | None:
    """One question; None where the draw came to nothing (a slip that changes nothing, a constant)."""
    names = random.choice((("x",), ("x", "y")))
    f = draw(random, names, random.randint(1, 3))
    if len(f.text()) > 90 or not all(f.has(name) for name in names):
        return None
    points = some_points(random, names)
    right = {name: derive(f, name) for name in names}
    answers = dict(right)
    slip, truth = None, frozenset[str]()
    v = random.choice(names)
    if spoiled:
        slip, answers = spoil(random, f, v, right)
        if slip is None or far(answers[v], right[v], points) is not True:
            return None
        truth = true_names(slip, right[v], answers[v], points)
    try:
        if any(far(answers[name], answers[name], points) is None for name in names):
            return None
    except OverflowError:
        return None
    texts = [rewritten(answers[name], random).text() for name in names]
    if max(map(len, texts)) > 400:
        return None
    return Question(f.text(), ", ".join(texts), slip, truth, v)


def spoil(random: Random, f: Formula, v: str, right: dict[str, Formula]) -> tuple[Slipped | None, dict[str, Formula]]:
    """The answers with a slip in the derivative by v."""
    answers = dict(right)
    whole = random.random()
    others = [name for name in right if name != v]
    if whole < 0.03:
        factor = random.choice((2, 3, "1/2", 10))
        answers[v] = times(number(factor), right[v])
        return Slipped("factor", "of the whole"), answers
    if whole < 0.06:
        answers[v] = times(number(-1), right[v])
        return Slipped("sign", "of the whole"), answers
    if whole < 0.08:
        answers[v] = f
        return Slipped("not-differentiated", "the whole"), answers
    if others and whole < 0.12:
        answers[v] = right[others[0]]
        return Slipped("wrong-variable", "the whole"), answers
    if others and whole < 0.15:
        answers[v], answers[others[0]] = right[others[0]], right[v]
        return Slipped("permuted", "two variables"), answers
    places: list[Slipped] = []
    for node in f.nodes():
        if node.has(v) and node.parts:
            slopes = [derive(part, v) for part in node.parts]
            places += [Slipped(code, form, node) for (code, form), _ in broken(node, v, slopes)]
    constants = [part for node in f.nodes() if node.op in "+-" for part in node.parts if part.op == "number"]
    places += [Slipped("extra-term", "constant kept", part) for part in constants]
    if not places:
        return None, answers
    kind = random.choice(sorted({(place.code, place.form) for place in places}))
    slip = random.choice([place for place in places if (place.code, place.form) == kind])
    answers[v] = derive(f, v, slip)
    return slip, answers
