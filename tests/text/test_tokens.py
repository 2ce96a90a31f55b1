"""Names and numbers."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.problems import GradcliError
from gradcli.text.tokens import canonical_name, exact_number, simple_pieces, token_pattern


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("x_1", "x1"),
        ("x₁", "x1"),
        ("x_10", "x10"),
        ("x₁₀", "x10"),
        ("sigma_2", "sigma2"),
        ("σ₂", "sigma2"),
        ("rho_c0", "rho_c0"),
        ("E_n", "E_n"),
        ("θ", "theta"),
        ("ϕ", "phi"),
        ("µ", "mu"),
        ("Δ", "Delta"),
        ("x1_2", "x1_2"),
        ("x_1_2", "x_1_2"),
        ("_x", "_x"),
        ("e\u0301", "é"),
        ("é", "é"),
        ("变", "变"),
        ("class", "class"),
    ],
)
def test_names_have_one_form(typed: str, name: str) -> None:
    """An index and a Greek letter have one form inside; names that differ to a reader stay different."""
    assert canonical_name(typed) == name


@pytest.mark.parametrize(
    "text", ["ｘ", "𝐱", "ﬁ", "x²", "½", "٣", "x y", "", "1x", "x-", "\u202ex", "x\u200b", "\udcff", "a" * 201, "x\0"]
)
def test_lookalikes_are_no_names(text: str) -> None:
    """Full-width, mathematical and other lookalike letters are errors, never folded to ASCII."""
    with pytest.raises(GradcliError):
        canonical_name(text)


@given(st.text(alphabet="xyθλé变_₁₂0123ͤ\u0301", max_size=8))
def test_the_form_of_a_name_is_final(text: str) -> None:
    """A canonical name is its own canonical name: what is printed reads back as the same name."""
    try:
        name = canonical_name(text)
    except GradcliError:
        return
    assert canonical_name(name) == name


@given(st.integers(0, 10**30), st.integers(0, 30), st.integers(-40, 40))
def test_numbers_are_exact(digits: int, places: int, exponent: int) -> None:
    """A decimal is the fraction that it says, whatever its exponent."""
    text = str(digits).rjust(places + 1, "0")
    text = f"{text[: len(text) - places]}.{text[len(text) - places :]}e{exponent}"
    assert exact_number(text) == (Fraction(digits) * Fraction(10) ** (exponent - places), True)


def test_whole_numbers_stay_integers() -> None:
    """No fraction is made where none is needed, and Python's limit of 4300 digits does not apply."""
    assert exact_number("12") == (12, False)
    assert type(exact_number("2.50e1")[0]) is int
    assert exact_number("7" * 9999)[0] == 7 * (10**9999 - 1) // 9


@pytest.mark.parametrize(
    "text", ["1e10000", "1e-10000", "1e999999999999999999999", "1" * 10_001, "0x1F", "1_000", "1.2.3", "1e+"]
)
def test_numbers_are_bounded_and_plain(text: str) -> None:
    """An absurd exponent is refused before any power is taken; other notations are errors."""
    with pytest.raises(GradcliError):
        exact_number(text)


PIECES = r"""
    x x1 _a sin 2 12 0.5 .5 1. 1e5 1e-3 2x 0x1F 1d0 1_0 + - * ** / ( ) [ ] , ; = == < <= := ' " # @ .T . .. | ^ & $ \
    e x.y
""".split()  # noqa: SIM905


@given(st.lists(st.sampled_from([*PIECES, " ", "\n", "\t", "\r", "\0"]), max_size=9), st.integers(0, 2))
def test_simple_texts_are_cut_as_all_texts_are(parts: list[str], begin: int) -> None:
    """The short expression for simple texts cuts what it takes as the long one does, and takes what is simple."""
    text = "".join(parts)
    cut = simple_pieces(text, begin, len(text))
    assert cut is None or cut == token_pattern(True).findall(text, begin, len(text))
    assert cut is not None or set(text) & set("0123456789.'\"#<>!:="), text
