"""Functions that gradcli has no rows for: SymPy gives their derivatives, mpmath their values, both in a child process.

Their values are estimates, not enclosures: nobody has proved how far mpmath is from the truth. Nothing here imports
SymPy; names other than those of FALLBACK do not reach it.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction
    from typing import Any, Final, TypeAlias

    from gradcli.flints import arb
    from gradcli.rules.rule import Rule

    Number: TypeAlias = int | Fraction | arb
    Estimate: TypeAlias = tuple[int, int, int]
    Operation: TypeAlias = list[Any]

BALL: Final = "fallback"
"""What the rows made here have as `ball`: evaluate them with `fallback_ball`."""


class CachedRow(NamedTuple):
    """A function: what it is, the names of its arguments (one tuple per number of them), and a call that works.

    `factor`: for a whole last argument k the function is the product of this for each i from 0 to k - 1.
    """

    about: str
    arguments: tuple[tuple[str, ...], ...]
    example: str
    factor: str = ""


ENTRIES: Final[dict[str, CachedRow]] = {
    "assoc_legendre": CachedRow("the associated Legendre function", (("n", "m", "x"),), "assoc_legendre(3, 1, 1/2)"),
    "betainc": CachedRow(
        "the incomplete beta function, the integral of t**(a-1)*(1-t)**(b-1) from x to y",
        (("a", "b", "x", "y"),),
        "betainc(2, 3, 1/4, 1/2)",
    ),
    "betainc_regularized": CachedRow(
        "betainc divided by beta(a, b)", (("a", "b", "x", "y"),), "betainc_regularized(2, 3, 1/4, 1/2)"
    ),
    "binomial": CachedRow(
        "the binomial coefficient, continued by the gamma function",
        (("n", "k"),),
        "binomial(7/2, 2)",
        factor="(n - {i})/({i} + 1)",
    ),
    "catalan": CachedRow("the Catalan number, continued by the gamma function", (("n",),), "catalan(5/2)"),
    "ellipeinc": CachedRow(
        "the incomplete elliptic integral of the second kind up to the angle z, m is k**2",
        (("z", "m"),),
        "ellipeinc(1/2, 1/3)",
    ),
    "elliptic_f": CachedRow(
        "the incomplete elliptic integral of the first kind, m is k**2", (("z", "m"),), "elliptic_f(1/2, 1/3)"
    ),
    "elliptic_pi": CachedRow(
        "the elliptic integral of the third kind, complete in n, m or incomplete up to the angle z",
        (("n", "m"), ("n", "z", "m")),
        "elliptic_pi(1/4, 1/3)",
    ),
    "erf2": CachedRow("erf(y) - erf(x)", (("x", "y"),), "erf2(1/4, 1/2)"),
    "erf2inv": CachedRow("the y with erf2(x, y) = the second argument", (("x", "y"),), "erf2inv(1/4, 1/3)"),
    "expint": CachedRow("the generalised exponential integral E_n(x)", (("n", "x"),), "expint(2, 3/2)"),
    "harmonic": CachedRow(
        "the harmonic number, the sum of 1/k (or of k**-m) up to n, continued by the digamma function",
        (("n",), ("n", "m")),
        "harmonic(7/2)",
    ),
    "hurwitz": CachedRow("the Hurwitz zeta function, the sum of (k + a)**-s", (("s", "a"),), "hurwitz(2, 3/2)"),
    "jn": CachedRow("the spherical Bessel function of the first kind", (("n", "x"),), "jn(2, 3/2)"),
    "lerchphi": CachedRow(
        "Lerch's transcendent, the sum of z**k/(k + a)**s", (("z", "s", "a"),), "lerchphi(1/3, 2, 3/2)"
    ),
    "Li": CachedRow("the logarithmic integral from 2", (("x",),), "Li(3)"),
    "yn": CachedRow("the spherical Bessel function of the second kind", (("n", "x"),), "yn(2, 3/2)"),
}

FALLBACK: Final[dict[str, str]] = {name: entry.about for name, entry in ENTRIES.items()}
"""The names of the fall-back functions and one line about each. A row of the same name wins."""

LONGEST: Final = 32
"""Factors of the longest product that stands for a function of a whole number."""

PATIENCE: Final = 3
"""How often the values of one function may run out of time before nobody waits for it any more."""

_rules: dict[tuple[str, int], Rule] = {}
_failures: dict[str, int] = {}


def written_out(name: str, count: int | Fraction) -> str:
    """The product that a function of so whole a last argument is; "" where it is none."""
    factor = ENTRIES[name].factor
    if not factor or count.denominator != 1 or not 1 <= count <= LONGEST:
        return ""
    return "*".join(factor.format(i=i) for i in range(int(count)))


def fallback_rule(name: str, arity: int) -> Rule | None:
    """A row for a fall-back function of so many arguments; None if there is no such function.

    Its partials are SymPy's derivatives, found when the row is first needed and kept. A partial is None where SymPy has
    no derivative in functions that gradcli knows, or did not answer; `source` says which and why.
    """
    entry = ENTRIES.get(name)
    args = next((args for args in entry.arguments if len(args) == arity), None) if entry is not None else None
    if entry is None or args is None:
        return None
    from gradcli.cas.process import GaveUpError

    rule = _rules.get((name, arity))
    if rule is None:
        try:
            rule = _rules[name, arity] = make_rule(name, args, entry, derivatives(name, args))
        except GaveUpError as reason:  # not kept: the next attempt may have more luck
            rule = make_rule(name, args, entry, [(None, f"SymPy was given up {reason}")] * arity)
    return rule


def make_rule(name: str, args: tuple[str, ...], entry: CachedRow, answers: list[tuple[str | None, str]]) -> Rule:
    """The row, with what is known about its derivatives."""
    from gradcli.rules.rule import Rule

    missing = [f"by {arg}: {text}" for arg, (partial, text) in zip(args, answers, strict=True) if partial is None]
    return Rule(
        name=name,
        args=args,
        partials=tuple(partial for partial, _ in answers),
        about=entry.about,
        example=entry.example,
        source="; ".join(("SymPy's derivative", *missing)),
        ball=BALL,
        domain_text="where SymPy has a real value",
        group=FALLBACK_GROUP,
    )


def derivatives(name: str, args: tuple[str, ...]) -> list[tuple[str | None, str]]:
    """For each argument the derivative as text, or None and the reason. GaveUpError: SymPy did not answer."""
    from gradcli.cas.process import ask

    records = list(ask({"ask": "partials", "name": name, "arity": len(args)}))
    if len(records) != len(args):
        return [(None, "SymPy failed")] * len(args)
    return [derivative(record, args) for record in records]


def derivative(record: dict[str, Any], args: tuple[str, ...]) -> tuple[str | None, str]:
    """One derivative as text, or None and the reason."""
    if "operations" not in record:
        word = record.get("missing", "failure")
        if word in ("Derivative", "Subs"):
            return None, "SymPy knows no derivative"
        return None, f"SymPy's derivative is a {word}, which gradcli has no function for"
    operations = record["operations"]
    for op, places, data in operations:
        if op == "call" and data not in ENTRIES and rule_called(data, len(places)) is None:
            return None, f"SymPy's derivative needs {data}, which gradcli has no function for"
    return text_of(operations, args), ""


SUM, PRODUCT, POWER, ATOM = range(4)


def text_of(operations: Sequence[Operation], args: Sequence[str]) -> str:
    """Operations as text in gradcli's language, the variables named by `args`."""
    texts: list[tuple[str, int]] = []
    for op, places, data in operations:
        parts = [texts[place] for place in places]
        if op == "variable":
            texts.append((args[data], ATOM))
        elif op == "constant":
            texts.append((data, ATOM))
        elif op == "number":
            texts.append(number_text(int(data[0], 16), int(data[1], 16)))
        elif op == "call":
            texts.append((f"{data}({', '.join(text for text, _ in parts)})", ATOM))
        else:
            texts.append(WRITERS[op](parts))
    return texts[-1][0]


def number_text(numerator: int, denominator: int) -> tuple[str, int]:
    """A rational number and how tightly its text binds."""
    text = str(numerator) if denominator == 1 else f"{numerator}/{denominator}"
    return text, SUM if numerator < 0 else ATOM if denominator == 1 else PRODUCT


def bracket(part: tuple[str, int], tightness: int) -> str:
    """The text, in brackets if it binds less tightly than its place needs."""
    text, level = part
    return text if level >= tightness else f"({text})"


def sum_text(parts: list[tuple[str, int]]) -> tuple[str, int]:
    text = " + ".join(part for part, _ in parts)
    return text.replace("+ -", "- "), SUM


def product_text(parts: list[tuple[str, int]]) -> tuple[str, int]:
    """Factors joined; a factor -1 in front is a sign."""
    if parts[0][0] == "-1" and len(parts) > 1:
        return "-" + product_text(parts[1:])[0], SUM
    return "*".join(bracket(part, POWER) for part in parts), PRODUCT


def power_text(parts: list[tuple[str, int]]) -> tuple[str, int]:
    base, exponent = parts
    return f"{bracket(base, ATOM)}**{bracket(exponent, ATOM)}", POWER


WRITERS: Final = {"add": sum_text, "mul": product_text, "pow": power_text}


# --- values ----------------------------------------------------------------------------------------------------------


def fallback_value(name: str, args: Sequence[Number], bits: int) -> Estimate | None:
    """The function's value (mantissa, exponent, error exponent): |value - mantissa·2**exponent| ≲ 2**error exponent.

    Arguments are exact: ints, Fractions, or arbs of which the midpoint is taken. None where the value is not real or
    was not found in time. The error is estimated: the difference of two computations at different precisions.
    """
    return fallback_values(name, [args], bits)[0]


def fallback_values(name: str, points: Sequence[Sequence[Number]], bits: int) -> list[Estimate | None]:
    """`fallback_value` at several points, with one question; a function that was too slow three times is not asked."""
    from gradcli.cas.process import GaveUpError, ask

    if name not in ENTRIES:
        raise KeyError(name)
    if _failures.get(name, 0) >= PATIENCE:
        return [None] * len(points)
    question = {
        "ask": "values",
        "name": name,
        "points": [[exact_number(number) for number in point] for point in points],
        "bits": bits,
    }
    try:
        records = list(ask(question))
    except GaveUpError:
        _failures[name] = _failures.get(name, 0) + 1
        return [None] * len(points)
    if len(records) != 1 or "values" not in records[0]:
        return [None] * len(points)
    return [None if value is None else (int(value[0], 16), value[1], value[2]) for value in records[0]["values"]]


def exact_number(number: Number) -> tuple[str, str, int]:
    """A number as numerator, denominator (hexadecimal) and exponent of 2."""
    if hasattr(number, "mid"):
        mantissa, exponent = number.mid().man_exp()
        return hex(int(mantissa)), "0x1", int(exponent)
    return hex(number.numerator), hex(number.denominator), 0


def fallback_ball(rule: Rule, args: Sequence[arb]) -> arb:
    """The function on balls, at flint's working precision: an estimate of an enclosure, not a proof.

    The midpoint's value has the radius of its estimated error. For each argument with a radius the function is
    evaluated at both ends as well, and twice the larger change is added: right for functions that are monotonic or
    nearly linear over the ball, which small balls are. NaN where a value is not real or was not found in time.
    """
    from gradcli.flints import arb, ctx

    points = [[arg.mid() for arg in args]]
    for place, arg in enumerate(args):
        if not arg.is_finite():
            return arb("nan")
        if arg.rad() != 0:
            for end in (arg.lower(), arg.upper()):
                points.append([*points[0][:place], end.mid(), *points[0][place + 1 :]])
    estimates = fallback_values(rule.name, points, ctx.prec)
    balls = [ball_of(estimate) for estimate in estimates if estimate is not None]
    if len(balls) < len(points):
        return arb("nan")
    radius = arb(0)
    for low, high in zip(balls[1::2], balls[2::2], strict=True):
        radius += 2 * max(abs(low - balls[0]).upper(), abs(high - balls[0]).upper())
    return balls[0] + arb(0, radius)


def ball_of(estimate: Estimate) -> arb:
    """The ball of a value and its error."""
    from gradcli.flints import arb

    mantissa, exponent, error = estimate
    return arb((mantissa, exponent), arb((1, error)))


FALLBACK_GROUP: Final = "more (through SymPy)"
"""The group of the rows that `cas.rows` makes."""


def rule_called(name: str, arity: int) -> Rule | None:
    """The row of a name that SymPy's process has used: a row of the table, else a fall-back function."""
    from gradcli.rules import RULES

    rule: Rule | None = RULES.get(name)
    if rule is None:
        return fallback_rule(name, arity)
    least = len(rule.args) - len(rule.optional)
    fits = arity >= 1 if rule.variadic else least <= arity <= len(rule.args)
    return rule if fits else None
