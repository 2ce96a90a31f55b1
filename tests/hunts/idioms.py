"""Awkward pieces that random trees rarely make, at the very numbers where they are awkward, judged as in `scalars`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import mpmath

from tests.hunts.expressions import OTHERS, Drawer, Tree, call, names_in, reach, require, stepped
from tests.hunts.scalars import Question, is_bad, verdicts
from tests.hunts.tally import tallied

floor = stepped(mpmath.floor)


def remainder(x: Any, y: Any) -> Any:
    """x - y·floor(x/y)."""
    require(y != 0)
    return x - y * floor(x / y)


def product_log(x: Any, y: Any) -> Any:
    """x·log(y): as it is read, without a value at (0, 0)."""
    require(y > 0)
    return x * mpmath.log(y)


def angle(y: Any, x: Any) -> Any:
    """That of the point (x, y)."""
    require(x != 0 or y != 0)
    return mpmath.atan2(y, x)


def length(*sides: Any) -> Any:
    """√ of the sum of squares."""
    return mpmath.sqrt(sum(side * side for side in sides))


def of_exponentials(*terms: Any) -> Any:
    """log Σ e**u."""
    top = max(terms)
    return top + mpmath.log(sum(mpmath.exp(reach(term - top, 1e7)) for term in terms))


def variance(*numbers: Any) -> Any:
    """Σ (x - mean)²/n."""
    mean = sum(numbers) / len(numbers)
    return sum((x - mean) ** 2 for x in numbers) / len(numbers)


def share(*terms: Any) -> Any:
    """The first part of softmax."""
    return mpmath.exp(reach(terms[0] - of_exponentials(*terms), 1e7))


OTHERS.update(
    {
        "max of three": ("max({}, {}, {})", max),
        "min of three": ("min({}, {}, {})", min),
        "greatest entry": ("max([{}, {}, {}])", max),
        "least entry": ("min([{}, {}, {}])", min),
        "length": ("norm([{}, {}])", length),
        "length of three": ("norm([{}, {}, {}])", length),
        "sum of sizes": ("norm([{}, {}], 1)", lambda x, y: abs(x) + abs(y)),
        "greatest size": ("norm([{}, {}], inf)", lambda x, y: max(abs(x), abs(y))),
        "product of entries": ("prod([{}, {}, {}])", lambda x, y, z: x * y * z),
        "determinant": ("det([[{}, {}], [{}, {}]])", lambda a, b, c, d: a * d - b * c),
        "sum of exponentials": ("logsumexp([{}, {}, {}])", of_exponentials),
        "share": ("softmax([{}, {}])[0]", share),
        "variance": ("var([{}, {}])", variance),
        "deviation": ("std([{}, {}])", lambda *x: mpmath.sqrt(variance(*x))),
        "held": ("clip({}, {}, {})", lambda x, low, high: min(max(x, low), high)),
        "remainder": ("mod({}, {})", remainder),
        "angle": ("atan2({}, {})", angle),
        "product log": ("xlogy({}, {})", product_log),
        "near tanh": ("tanh({})", lambda x: mpmath.tanh(reach(x, 300))),
        "near sigmoid": ("sigmoid({})", lambda x: 1 / (1 + mpmath.exp(-reach(x, 300)))),
        "near erf": ("erf({})", lambda x: mpmath.erf(reach(x, 20))),
        "bessel": ("besselj(0, {})", lambda x: mpmath.besselj(0, reach(x, 500))),
        "bessel of one": ("besselj(1, {})", lambda x: mpmath.besselj(1, reach(x, 500))),
    }
)


def n(text: str) -> Tree:
    return Tree(text)


CONSTANT = tuple(map(n, ("0", "0", "1", "1", "-1", "2", "0.5", "3", "10")))
SMALL_POINTS = (
    "0",
    "0",
    "0",
    "1",
    "1",
    "-1",
    "2",
    "-2",
    "0.5",
    "-0.5",
    "3",
    "10",
    "0.1",
    "pi",
    "pi/2",
    "1e-5",
    "-1e-20",
    "1e-160",
    "1e-300",
    "1e5",
    "1e20",
    "-1e100",
    "710",
    "-745",
    "4",
    "0.25",
    "1e154",
)
INVERSES = (
    ("asin", "sin"),
    ("acos", "cos"),
    ("atan", "tan"),
    ("acosh", "cosh"),
    ("asinh", "sinh"),
    ("atanh", "near tanh"),
    ("log", "exp"),
    ("sin", "asin"),
    ("cos", "acos"),
    ("tan", "atan"),
    ("cosh", "acosh"),
    ("tanh", "atanh"),
    ("exp", "log"),
    ("sin", "acos"),
    ("cos", "asin"),
    ("tan", "asin"),
    ("log1p", "expm1"),
    ("expm1", "log1p"),
    ("logit", "near sigmoid"),
    ("sigmoid", "logit"),
    ("acos", "sech"),
    ("atanh", "near erf"),
    ("asin", "near tanh"),
    ("log", "cosh"),
    ("log", "erfc"),
    ("log", "sigmoid"),
    ("log", "gelu"),
    ("sqrt", "relu"),
    ("acosh", "exp"),
    ("asin", "cos"),
    ("acos", "sin"),
    ("exp", "lgamma"),
    ("gamma", "exp"),
    ("log", "softplus"),
)
EXPONENTS = ("0", "0.5", "1.5", "2", "3", "-1", "-2", "1/3", "2/3", "4", "100", "1000", "0.001", "-0.5", "1000001")
FAR = (
    "erf",
    "erfc",
    "gamma",
    "lgamma",
    "digamma",
    "bessel",
    "bessel of one",
    "gelu",
    "mish",
    "silu",
    "tanh",
    "softplus",
)
JOINS = ("+", "-", "*", "/", "max", "**")
JUMPS = ("sign", "floor", "ceil", "relu", "abs")


def exponent(text: str) -> Tree:
    """A number, or a quotient of two."""
    above, _, below = text.partition("/")
    return call("/", n(above), n(below)) if below else n(above)


class Idioms(Drawer):
    """Draws idioms, and sums, products and compositions of them."""

    def leaf(self) -> Tree:
        """A name, or something simple of names."""
        random, x = self.random, Tree(self.random.choice("xxy"))
        simple = (
            x,
            x,
            x,
            x,
            call("-", x, random.choice(CONSTANT)),
            call("*", random.choice(CONSTANT[2:]), x),
            call("*", x, Tree(random.choice("xy"))),
            call("negate", x),
            call("-", x, Tree(random.choice("xy"))),
        )
        return random.choice(simple)

    def polynomial(self) -> Tree:
        """One with double roots, expanded or not."""
        random, u = self.random, self.leaf()
        square = call("**", call("-", u, random.choice(CONSTANT)), n("2"))
        expanded = call("+", call("-", call("**", u, n("2")), call("*", n("2"), u)), n("1"))
        other = call("-", u, random.choice(CONSTANT))
        return random.choice(
            (
                square,
                expanded,
                call("*", square, other),
                call("*", expanded, square),
                call("*", square, call("**", other, n("3"))),
            )
        )

    def idiom(self) -> Tree:
        """One awkward piece."""
        random = self.random
        u, v, w = self.leaf(), self.leaf(), random.choice((self.leaf(), random.choice(CONSTANT)))
        jump, other = random.choice(JUMPS), random.choice(JUMPS)
        outer, inner = random.choice(INVERSES)
        compare, again = random.choices(("<", "<=", ">", ">=", "==", "!="), k=2)
        first, second = (
            n(e) if "/" not in e else call("/", *map(n, e.split("/"))) for e in random.choices(EXPONENTS, k=2)
        )
        three = random.choice(
            (
                "max of three",
                "min of three",
                "greatest entry",
                "least entry",
                "product of entries",
                "sum of exponentials",
                "length of three",
                "held",
            )
        )
        two = random.choice(
            (
                "length",
                "sum of sizes",
                "greatest size",
                "share",
                "variance",
                "deviation",
                "remainder",
                "product log",
                "hypot",
                "angle",
            )
        )
        forms: tuple[Callable[[], Tree], ...] = (
            lambda: call("*", call(jump, u), call(other, v)),
            lambda: call("*", call(jump, u), call(jump, u)),
            lambda: call(f"where{compare}", u, w, call(f"where{again}", u, w, v, call(jump, u)), call("**", u, n("2"))),
            lambda: call(f"where{compare}", u, w, u, call("+", w, call(other, call("-", u, w)))),
            lambda: call(three, u, v, w),
            lambda: call(two, u, w),
            lambda: call("**", call("**", u, first), second),
            lambda: call("**", u, call("*", first, v)),
            lambda: call("**", call("**", u, v), w),
            lambda: call("**", call("+", n("1"), call("/", u, n("1e10"))), n("10000000000")),
            lambda: call(outer, call(inner, u)),
            lambda: call(outer, call(inner, call(outer, call(inner, u)))),
            lambda: call("-", u, call("floor", u)),
            lambda: call("*", call("floor", u), call("-", u, call("ceil", u))),
            lambda: call("*", call("sin", call("*", call("acos", n("-1")), u)), call("floor", u)),
            lambda: call("abs", self.polynomial()),
            lambda: call("sqrt", self.polynomial()),
            lambda: call("**", self.polynomial(), first),
            lambda: call("cbrt", self.polynomial()),
            lambda: call(random.choice(FAR), u),
            lambda: call("/", call(random.choice(FAR), u), call(random.choice(FAR), u)),
            lambda: call("determinant", u, v, w, random.choice((u, v))),
            lambda: call("*", u, call("log", call("abs", u))),
            lambda: call("*", call("abs", u), call("sin", call("/", n("1"), u))),
            lambda: call("/", call(jump, u), call(other, u)),
            lambda: call("/", call("sin", u), u),
            lambda: call("/", call("-", call("exp", u), n("1")), u),
            lambda: call("-", call(three, u, v, w), call("max", u, v)),
            lambda: call("exp", call("negate", call("/", n("1"), call("**", u, n("2"))))),
        )
        return random.choice(forms)()

    def expression(self) -> tuple[Tree, list[str], float]:
        """One or two idioms."""
        random = self.random
        while True:
            tree = self.idiom()
            if random.random() < 0.5:
                tree = call(
                    random.choice(("+", "-", "*", "/", "max", "**")), tree, random.choice((self.idiom(), self.leaf()))
                )
            if random.random() < 0.3:
                tree = call(random.choice(("sqrt", "abs", "exp", "log", "atan", "cbrt", "sin", "tanh", "negate")), tree)
            used = names_in(tree)
            if used:
                return tree, used, 0.9

    def coordinate(self, special: float) -> str:
        """Mostly where something happens."""
        return self.random.choice(SMALL_POINTS) if self.random.random() < special else super().coordinate(0.3)


def draw(seed: int) -> Question:
    """The question with this number."""
    drawer = Idioms(seed)
    tree, used, special = drawer.expression()
    same = drawer.coordinate(special)
    return Question(tree, {name: same if drawer.random.random() < 0.4 else drawer.coordinate(special) for name in used})


def run(first: int, count: int, tell: Any = print) -> Counter[str]:
    """Questions first, first + 1, …; what is wrong or unclear is told."""
    seeds = range(first, first + count)
    return tallied(seeds, draw, verdicts, is_bad, lambda question: " --at ".join(question.words()), tell)
