"""What `gradcli functions NAME` knows."""

from __future__ import annotations

import pytest

from gradcli.cas.rows import ENTRIES
from gradcli.program.catalogue import listed_rule
from gradcli.render.formats.functions import rule_document
from gradcli.rules import ARRAY_NAMES, NAMES


@pytest.mark.parametrize("name", ["where", *ARRAY_NAMES])
def test_every_name_that_is_no_row_is_listed(name):
    """`where` and each function of arrays have a call, a sentence and a heading."""
    rule = listed_rule(name)
    assert rule is not None
    assert rule.name == NAMES.get(name, name)
    assert rule.args
    assert rule.about
    assert rule.group


def test_a_function_that_sympy_knows_is_listed_with_its_derivative():
    """Fall-back functions answer with the derivative that SymPy gives."""
    assert "expint" in ENTRIES
    found = rule_document(listed_rule("expint"))
    assert found["derivatives"] == [None, "-expint(-1 + n, x)"]


def test_what_nobody_knows_is_not_listed():
    """A name that is no function has no entry."""
    assert listed_rule("wherr") is None
