"""Each limit of docs/limits.md answers by its name, at once, beyond its edge; at the edge there is an answer."""

from __future__ import annotations

import time

import pytest
from lines import run

from gradcli import limits
from gradcli.text.tokens import interpret

BEYOND = {
    "digits": ("x*" + "1" * (limits.NUMBER_DIGITS + 1), "a number may have 10000 digits"),
    "digits computed": ("x*9^9^9", "a number of more than 10000 digits"),
    "brackets": ("(" * 20_001 + "x" + ")" * 20_001, "may nest 20000 deep"),
    "calls": ("sin(" * 20_001 + "x" + ")" * 20_001, "may nest 20000 deep"),
    "signs": ("-" * 20_001 + "x", "may nest 20000 deep"),
    "name": ("a" * 201, "a name may have 200 characters, and this one has 201"),
    "names": ("+".join(f"x{k}" for k in range(200_001)), "a program may have 200000 different names"),
    "tokens": ("x" + "+x" * 2_000_000, "a text may have 4000000 names, numbers and signs"),
    "sum": ("sum(x*i, i, 1, 200001)", "a sum that is written out may have 200000 parts"),
    "endless sum": ("sum(sin(x*i), i, 1, 1000000000)", "a sum that is written out may have 200000 parts"),
    "integrals": ("$" + "+".join([r"\int_0^x t\,dt"] * 201) + "$", "a text may have 200 integrals"),
}


@pytest.mark.parametrize("case", BEYOND)
def test_beyond_the_edge_it_is_named_at_once(case: str) -> None:
    """At once, and by the code `limit`; ten seconds are a guard, no measurement."""
    text, message = BEYOND[case]
    begin = time.process_time()
    found = run("grad", text, "--json")
    assert time.process_time() - begin < 10
    assert found.code == 2
    assert '"code": "limit"' in found.err
    assert message in found.err


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        (("hessian", "exp(" + "+".join(f"x{k}" for k in range(601)) + ")"), None),
        (("hessian", "+".join(f"x{k}*x{k + 1}" for k in range(600))), "coordinates"),
        (("jacobian", "A@x", "--shape", "A=600,500", "--shape", "x=500", "--wrt", "x"), "jacobian"),
    ],
)
def test_large_matrices_of_entries(words: tuple[str, ...], schema: str | None) -> None:
    """A Hessian of 601 variables has too many entries: what is not 0 is listed; a closed form has none to list."""
    begin = time.process_time()
    found = run(*words, "--json")
    assert time.process_time() - begin < 10  # a guard, no measurement: other programs run beside the tests
    if schema is None:
        assert found.code == 2
        assert '"code": "limit"' in found.err
        assert "a Hessian of 361201 entries" in found.err
    else:
        assert f'"schema": "gradcli.{schema}/1"' in found.out


@pytest.mark.parametrize(
    "text",
    [
        "x*" + "1" * 9_999,
        "(" * 19_999 + "x" + ")" * 19_999,
        "a" * 200,
        "sum(x*i, i, 1, 2000)",
        "$" + "+".join([r"\int_0^x t\,dt"] * 20) + "$",
    ],
    ids=["digits", "brackets", "name", "sum", "integrals"],
)
def test_within_the_edge_there_is_an_answer(text: str) -> None:
    """Long answers, and no error."""
    assert run("grad", text, "--json").code == 0


def test_as_many_names_as_are_promised() -> None:
    """The sign for infinity, which nobody typed, was counted too."""
    assert len(interpret([f"x{k}" for k in range(limits.NAMES)]).names) >= limits.NAMES
