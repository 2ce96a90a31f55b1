"""Modules that libraries import and do not use are loaded when something in them is used, by a command line alone."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from gradcli import signals
signals.owned = {owned}
from gradcli.postponed import postponed
with postponed("inspect", "pickle", "fractions", "keyword", "datetime"):
    import inspect
    import keyword
    from datetime import datetime
    from fractions import Fraction
    from pickle import dumps
    loaded = "_datetime" in sys.modules
    print("inspect" in sys.modules, "_pickle" in sys.modules, "decimal" in sys.modules, loaded)
print("inspect" in sys.modules)
assert inspect.CO_GENERATOR == 32 and ("inspect" in sys.modules) is not {owned}
assert inspect.isclass(int) and inspect.CO_NESTED == 16 and "inspect" in sys.modules
assert dumps(1, protocol=0) == b"I1\\n." and Fraction(2, 4).denominator == 2 and keyword.iskeyword("if")
now = datetime.now
assert now().year > 2000 and datetime(2000, 1, 2).day == 2
import inspect as again, pickle, fractions
assert pickle.loads(dumps([1])) == [1] and isinstance(Fraction(1), fractions.Fraction)
assert again.isclass is inspect.isclass and type(again) is type(sys)
try:
    inspect.nothing
except AttributeError as error:
    print(error)
"""


def outcome(owned: bool) -> list[str]:
    """What the code prints, in a process of its own."""
    words = [sys.executable, "-S", "-c", CODE.format(owned=owned)]
    folder = __file__.rpartition("/tests/")[0]
    return subprocess.run(words, capture_output=True, text=True, check=True, cwd=folder).stdout.splitlines()


def test_a_command_line_loads_a_module_when_it_is_used() -> None:
    """Constants of Cython's, functions, and everything else are those of the module itself."""
    first, then, error = outcome(owned=True)
    assert (first, then) == ("True False False False", "False")
    assert error == "module 'inspect' has no attribute 'nothing'"


def test_a_program_that_uses_the_library_is_left_as_it_is() -> None:
    """Its threads would see the stand-ins."""
    first, then, error = outcome(owned=False)
    assert (first, then) == ("True True True True", "True")
    assert error == "module 'inspect' has no attribute 'nothing'"
