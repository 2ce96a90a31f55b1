"""One row is the whole truth about a function. Rows are data; every algorithm that reads them lives elsewhere.

All mathematics in a row is text in gradcli's own language, in the names of `args`; `out` is the function's value.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class Interval(NamedTuple):
    """Arguments from `low` to `high` (texts: a fraction, `-1/e`, `-inf`, `inf`); closed ends belong to the domain."""

    low: str
    high: str
    low_closed: bool = False
    high_closed: bool = False


POSITIVE = (Interval("0", "inf"),)
NOT_ZERO = (Interval("-inf", "0"), Interval("0", "inf"))
"""Domains that many functions have."""


class Kink(NamedTuple):
    """Where the first argument is `at`, the slope by it jumps from `left` to `right`. `jump`: the value jumps too.

    The three texts may name the other arguments: for max(x, y) `at` is `y`. A slope that does not jump, because an
    argument has a certain value (elu with alpha = 1), is no kink: compare `left` with `right`.
    """

    at: str
    left: str
    right: str
    jump: bool = False


class Rule(NamedTuple):
    """A function of scalars.

    name, args   `softplus`, ("x",). `variadic`: args is ("x", "y") and more may follow (max, min).
    means        the definition, in functions that are rows themselves or None where a kernel is the definition
    computed     the same value in functions that every language has, keeping its digits in float64 and not overflowing
                 on the way, for float64 and for languages that lack the function; None where `means` does
    partials     one text per argument; None for an argument that cannot be differentiated by (the order of a
                 Bessel function). The form that textbooks have, if it is true wherever the derivative exists
    stable       the same partials in a form that keeps its digits in float64, and has a value at places where that of
                 `partials` is 0/0 (Si at 0); () or None where `partials` does
    ball         name of the enclosure: an entry of `evaluate/certified/enclosures` (and of `complex/continuations`),
                 else a method of python-flint's `arb` and `acb`; None: `means` is evaluated
    kernel       dotted name of a float64 function in the standard library (`math.exp`); None: an entry of
                 `evaluate/float64/functions`, or through `computed`, `ball` or `means`
    domain       where it is real, by the last argument that has no default (the one after the order of a Bessel
                 function); () for everything
    poles        more places without a value, by the same argument: the zeros of this entire function (`cos` for tan),
                 a method of `arb`
    integer      the argument that must be a nonnegative integer (the order of polygamma), or, with a `?`, that must
                 be an integer where the argument of `domain` is negative (the order of besselj)
    domain_text  the domain in words for a message (`x > 0`)
    kinks        where slopes or values jump
    jumps        `integers`: the value jumps by one at every integer, with slope 0 beside it (floor, ceil)
    exact        arguments that are folded exactly, as texts: (("0", "1"),) for exp
    optional     defaults of trailing arguments, as texts
    reflected    the value for a negative integer as first argument, by a positive one: `(-1)**n*besselj(-n, x)`
    inverse      name of the function g with g(f(x)) = x wherever f is real and defined (exp for log)
    even, odd    parity, for canonical forms
    latex        LaTeX of the name (`\\sin`), or a template in which each `{x}` of an argument x stands for that
                 argument's LaTeX and all other braces for themselves (`\\left|{x}\\right|`, `\\sqrt{{x}}`)
    about        one sentence for `gradcli functions`;  example: a call that the tests run;  source: where the
                 derivative is from;  group: the heading it is listed under
    """

    name: str
    args: tuple[str, ...]
    partials: tuple[str | None, ...]
    about: str
    example: str
    source: str
    means: str | None = None
    computed: str | None = None
    ball: str | None = None
    kernel: str | None = None
    domain: tuple[Interval, ...] = ()
    domain_text: str = ""
    kinks: tuple[Kink, ...] = ()
    jumps: str = ""
    poles: str = ""
    integer: str = ""
    stable: tuple[str | None, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    optional: tuple[str, ...] = ()
    variadic: bool = False
    reflected: str | None = None
    inverse: str | None = None
    even: bool = False
    odd: bool = False
    latex: str = ""
    aliases: tuple[str, ...] = ()
    group: str = ""

    @property
    def operation(self) -> str:
        """What an instruction of straight-line code calls the function."""
        return self.name

    @property
    def bounded(self) -> int:
        """The place of the argument that `domain` and `poles` are about."""
        return len(self.args) - len(self.optional) - 1


BLANK = dict.fromkeys(Rule._fields) | Rule._field_defaults
"""The fields of a row before it is written."""


def scalar(
    name: str,
    args: str = "x",
    *,
    partials: str | tuple[str | None, ...],
    about: str,
    example: str,
    source: str,
    stable: str | tuple[str | None, ...] = (),
    aliases: str = "",
    **fields: Any,
) -> dict[str, Any]:
    """A row as the tables write it, by field: `args` and `aliases` are words; one partial needs no brackets."""
    return BLANK | {
        "name": name,
        "args": tuple(args.split()),
        "partials": (partials,) if isinstance(partials, str) else partials,
        "about": about,
        "example": example,
        "source": source,
        "stable": (stable,) if isinstance(stable, str) else stable,
        "aliases": tuple(aliases.split()),
        **fields,
    }


def grouped(group: str, *rows: dict[str, Any]) -> tuple[Rule, ...]:
    """The rows, with the heading under which `gradcli functions` lists them."""
    return tuple([Rule._make((row | {"group": group}).values()) for row in rows])


def index(rows: Iterable[Rule]) -> tuple[dict[str, Rule], dict[str, str]]:
    """Rows by name, and names by alias. A name given twice is a mistake in the table."""
    rules: dict[str, Rule] = {}
    names: dict[str, str] = {}
    for row in rows:
        for name in (row.name, *row.aliases):
            if name in names:
                raise ValueError(f"two rows are called {name!r}")
            names[name] = row.name
        rules[row.name] = row
    return rules, names
