"""One row is the whole truth about a function. Rows are data; every algorithm that reads them lives elsewhere.

All mathematics in a row is text in gradcli's own language, in the names of `args`; `out` is the function's value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Interval(NamedTuple):
    """Arguments from `low` to `high` (texts; `-inf`, `inf`); closed ends belong to the domain."""

    low: str
    high: str
    low_closed: bool = False
    high_closed: bool = False


class Kink(NamedTuple):
    """At argument `at` the slope jumps from `left` to `right` (texts). `jump`: the value itself jumps there."""

    at: str
    left: str
    right: str
    jump: bool = False


class Rule(NamedTuple):
    """A function of scalars.

    name, args   `softplus`, ("x",). `variadic`: args is ("x", "y") and more may follow (max, min).
    means        the definition, in functions that are rows themselves or None where a kernel is the definition
    partials     one text per argument; `None` for an argument that cannot be differentiated by (the order of a Bessel function)
    ball         name of the enclosure: a method of python-flint's `arb` and `acb`, or an entry of evaluate/kernels.py;
                 None: `means` is evaluated
    kernel       dotted name of a float64 function in the standard library (`math.exp`); None: through `means` or `ball`
    domain       where it is real, for functions of one argument; () for everything
    domain_text  the domain in words for a message (`x > 0`)
    kinks        where slopes or values jump
    exact        arguments that are folded exactly, as texts: (("0", "1"),) for exp
    optional     defaults of trailing arguments, as texts
    inverse      name of the function g with g(f(x)) = x wherever f is real and defined (exp for log)
    even, odd    parity, for canonical forms
    latex        LaTeX of the name (`\\sin`) or, with braces, a template over the arguments (`\\left|{x}\\right|`)
    about        one sentence for `gradcli functions`;  example: a call that the tests run;  source: where the derivative is from
    """

    name: str
    args: tuple[str, ...]
    partials: tuple[str | None, ...]
    about: str
    example: str
    source: str
    means: str | None = None
    ball: str | None = None
    kernel: str | None = None
    domain: tuple[Interval, ...] = ()
    domain_text: str = ""
    kinks: tuple[Kink, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()
    optional: tuple[str, ...] = ()
    variadic: bool = False
    inverse: str | None = None
    even: bool = False
    odd: bool = False
    latex: str = ""
    aliases: tuple[str, ...] = ()
    group: str = ""


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
