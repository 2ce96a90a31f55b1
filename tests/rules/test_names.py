"""Names of rows: aliases, likely meanings of unknown names, and what loading the table costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gradcli.rules import ARRAY_NAMES, NAMES, RULES, nearest
from gradcli.rules.rule import grouped, index, scalar

SPEC = """
    exp expm1 log ln log2 log10 log1p sqrt cbrt abs sign floor ceil min max clip sin cos tan cot sec csc asin acos atan
    acot asec acsc arcsin arccos arctan arccot arcsec arccsc atan2 arctan2 sinh cosh tanh coth asinh acosh atanh acoth
    hypot sigmoid expit logit softplus relu leaky_relu elu selu gelu silu swish mish softsign erf erfc gamma lgamma
    loggamma digamma beta lbeta besselj bessely besseli besselk airyai airybi zeta
"""
ARRAYS = """
    dot cross outer kron norm sum prod mean var std max min logsumexp softmax log_softmax cumsum tr trace det logdet inv
    solve pinv adj diag vec commutation transpose eye zeros ones concat
"""


def test_every_function_of_the_contract_is_known():
    """Each name that the language promises is a row, an alias, or a function of arrays."""
    assert set(SPEC.split()) <= set(NAMES)
    assert set(ARRAYS.split()) <= set(ARRAY_NAMES)


def test_names_lead_to_rows():
    """Every row is called by its name, and every alias leads to a row."""
    assert all(NAMES[name] == name for name in RULES)
    assert set(NAMES.values()) == set(RULES)
    assert NAMES["ln"] == "log"


def test_a_name_cannot_be_given_twice():
    """Two rows of one name, or an alias that is a name already, are a mistake in the table."""
    (row,) = grouped("", scalar("f", partials="1", about="", example="", source=""))
    with pytest.raises(ValueError, match="two rows are called 'f'"):
        index([row, row])
    with pytest.raises(ValueError, match="two rows are called 'f'"):
        index([row, row._replace(name="g", aliases=("f",))])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("SQRT", "sqrt"), ("sen", "sin"), ("Tanh", "tanh"), ("tahn", "tanh"), ("lgama", "lgamma"), ("arcsn", "arcsin"),
     ("rleu", "relu"), ("sqroot", None), ("besselJ", "besselj"), ("sofplus", "softplus"), ("determinant", "det"),
     ("logsumex", "logsumexp"), ("heavyside", None), ("zzz", None), ("", None)],
)  # fmt: skip
def test_an_unknown_name_finds_the_nearest(wrong, right):
    """The likeliest known name comes first; a name that is like none finds none."""
    assert nearest(wrong)[:1] == ([] if right is None else [right])


def test_loading_the_table_loads_nothing_heavy():
    """The table imports no other library than the standard one, and of that neither fractions nor dataclasses."""
    code = "import sys, gradcli.rules; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"flint", "numpy", "sympy", "rich", "typer", "fractions", "decimal", "dataclasses", "difflib"}
    assert not set(run.stdout.split()) & heavy
