"""What holds for all tests."""

from __future__ import annotations

import pytest

UNTRACED = (
    "derive/test_array_differences.py",
    "derive/test_doubles_hostile.py",
    "derive/test_matrix_properties.py",
    "differences/",
    "evaluate/test_bessel_orders.py",
    "rules/test_every_rule.py",
    "test_house.py",
    "text/test_bounds.py",
    "text/test_properties.py",
)
"""Loops of arithmetic, which a tracer makes four times slower; other tests go through the same lines."""


TOGETHER = {
    "differences/": "differences",
    "[jax": "frameworks",
    "[torch": "frameworks",
    "-jax]": "frameworks",
    "-torch]": "frameworks",
}
"""Tests that share what is made once in a process: verdicts on a set of functions, imports of some seconds."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave long loops out of the coverage; keep together what shares."""
    for item in items:
        if item.nodeid.partition("/")[2].startswith(UNTRACED):
            item.add_marker("no_cover")
        for part, group in TOGETHER.items():
            if part in item.nodeid:
                item.add_marker(pytest.mark.xdist_group(group))
