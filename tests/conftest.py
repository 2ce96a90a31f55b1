"""What holds for all tests."""

from __future__ import annotations

import pytest

UNTRACED = (
    "checking/",
    "cli/test_mutated_files.py",
    "cli/test_reader.py",
    "derive/test_array_differences.py",
    "derive/test_doubles_hostile.py",
    "derive/test_matrix_properties.py",
    "differences/",
    "derive/test_integrals.py",
    "evaluate/test_arrays.py::test_large_traces_and_repetitions_take_no_matrix",
    "evaluate/test_bessel_orders.py",
    "hunts/",
    "program/test_every_operation.py",
    "program/test_linear_time.py",
    "program/test_sympy_bridge.py",
    "rules/test_every_rule.py",
    "test_house.py",
    "text/test_bounds.py",
    "text/test_properties.py",
    "text/test_typed.py",
)
"""Loops of arithmetic, which a tracer makes four times slower; other tests go through the same lines."""


TRACED = 6
"""Cases of one test that are traced: the others go through the same lines."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave long loops out of the coverage, and all but the first cases of a test."""
    cases: dict[str, int] = {}
    for item in items:
        test = item.nodeid.partition("[")[0]
        cases[test] = cases.get(test, 0) + 1
        if cases[test] > TRACED or item.nodeid.partition("/")[2].startswith(UNTRACED):
            item.add_marker("no_cover")


def heed_signals() -> None:
    """Signals as a shell in the foreground leaves them: in the background, and under nohup, some are ignored, and so
    would the programs that the tests start and end.
    """
    import signal

    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


heed_signals()


def validate_answers() -> None:
    """Each JSON answer of each test is validated, where jsonschema is installed (it is in the extra `test`)."""
    from importlib.util import find_spec

    if find_spec("jsonschema"):
        import schemas

        schemas.watch()


validate_answers()
