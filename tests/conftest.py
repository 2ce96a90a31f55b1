"""What holds for all tests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Generator

settings.register_profile("busy", deadline=None)
settings.load_profile("busy")  # how long an example takes depends on what else the machine does


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


SLOW = (
    *UNTRACED,
    "cli/test_black_boxes.py",
    "cli/test_check_outside.py",
    "cli/test_export.py",
    "cli/test_many_points.py",
    "cli/test_typer.py",
    "cli/test_users_files.py",
    "derive/test_array_answers.py",
    "derive/test_structural_ties.py",
    "program/test_types.py",
    "render/test_exported_matrices.py",
    "render/test_languages.py",
    "render/test_report.py",
    "render/test_special_points.py",
    "shell/",
    "test_notebooks.py",
    "test_readme.py",
    "text/test_latex_readback.py",
)
"""What `-m "not slow"` leaves out: the rest takes two minutes."""


TRACED = 6
"""Cases of one test that are traced: the others go through the same lines."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave long loops out of the coverage, and all but the first cases of a test; mark what is slow."""
    cases: dict[str, int] = {}
    for item in items:
        if item.nodeid.partition("/")[2].startswith(SLOW):
            item.add_marker("slow")
        test = item.nodeid.partition("[")[0]
        cases[test] = cases.get(test, 0) + 1
        if cases[test] > TRACED or item.nodeid.partition("/")[2].startswith(UNTRACED):
            item.add_marker("untraced")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None]:
    """Take the tracer off for a test: pytest-cov's `no_cover` stops it, which takes longer than most."""
    tracer = sys.gettrace() if item.get_closest_marker("untraced") else None
    if tracer is not None:
        sys.settrace(None)
    yield
    if tracer is not None:
        sys.settrace(tracer)


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
