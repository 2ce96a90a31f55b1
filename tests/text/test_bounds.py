"""Hostile and endless texts end in an error or a tree, soon."""

from __future__ import annotations

import pytest

from gradcli import limits
from gradcli.problems import GradcliError, Source
from gradcli.text.parser import parse_script

MANY = 40_000
ENDLESS = {
    "brackets": "(" * MANY,
    "closed brackets": "(" * MANY + "x" + ")" * MANY,
    "calls": "sin(" * MANY,
    "squares": "[" * MANY,
    "indices": "x[" * MANY,
    "bars": "|" * MANY + "x" + "|" * MANY,
    "signs": "-" * MANY + "x",
    "roots": "√" * MANY + "x",
    "not": "where(" + "not " * MANY + "x<1,1,2)",
    "newlines": "\n" * MANY * 10,
    "semicolons": ";" * MANY,
    "quotes": "'" * MANY,
    "strings": '"a"' * MANY,
    "name": "a" * MANY,
    "digits": "1" * MANY,
    "superscripts": "x" + "²" * MANY,
    "marks": "x" + "\u0302" * MANY,
    "dollars": "$" * MANY,
    "open LaTeX": "\\(" * MANY,
    "fractions": "$" + r"\frac{1}{1+" * MANY + "x" + "}" * MANY + "$",
    "braces": "$" + "{" * MANY + "$",
    "exponents": "$" + "x^{" * MANY + "x" + "}" * MANY + "$",
    "left": "$" + r"\left(" * MANY + "$",
    "keywords": "f(" + ",".join(f"a{i}=1" for i in range(20_000)) + ",1)",
    "equals": "x=" * MANY,
    "NUL": "\0" * MANY,
    "surrogates": "\udcff" * MANY,
    "function powers": "$" + r"\sin^{" + "1" * MANY + "} x$",
    "text": r"$\text{" * MANY,
    "slices": "x[" + ":" * MANY,
    "primes": "f'(" * MANY,
}
DEEP = {
    "terms": "x + " * MANY + "x",
    "powers": "2^" * MANY + "x",
    "transposes": "x" + "'" * MANY,
    "factors": "(x)" * MANY,
    "nested": "(1+" * 19_000 + "x" + ")" * 19_000,
    "LaTeX": "$" + r"\frac{1}{1+" * 9_900 + "x" + "}" * 9_900 + "$",
    "conditions": "where(" + "x<1 and " * 20_000 + "x<1,1,2)",
    "bare exponents": "$" + r"x^\frac{1}{2}+" * 9_000 + "x$",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_endless_texts_are_errors(text: str) -> None:
    """Depth, length and nonsense end in one error with a hint."""
    with pytest.raises(GradcliError) as caught:
        parse_script([Source("expression", text)])
    assert caught.value.hint


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_long_and_deep_texts_are_read(text: str) -> None:
    """What is merely long or deep is read, without recursion."""
    assert len(parse_script([Source("expression", text)]).statements) == 1


def test_many_parts_in_dollars_are_read() -> None:
    """Formulas in dollar signs one behind the other: what holds for the whole text is found out once."""
    text = "; ".join(f"$a_{{{i}}} = x^2 + \\sin x$" for i in range(2_000))
    assert len(parse_script([Source("expression", text)]).statements) == 2_000


def test_a_limit_names_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error that a limit causes says the limit."""
    for limit, bound, text in (
        ("TEXT_CHARACTERS", 9, "x" * 10),
        ("TOKENS", 9, "x+" * 5),
        ("DEPTH", 9, "(" * 10),
        ("NAMES", 2, "a+b+c"),
        ("STATEMENTS", 2, "a;b;c"),
        ("NAME_CHARACTERS", 5, "abcdefg"),
        ("NUMBER_DIGITS", 5, "123456"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, limit, bound)
            with pytest.raises(GradcliError, match=str(bound)) as caught:
                parse_script([Source("expression", text)])
            assert caught.value.code == "limit"
