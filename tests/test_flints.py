"""The types of python-flint, loaded one by one, are those of the package."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from gradcli import signals
signals.owned = {owned}
from gradcli.flints import arb, ctx, fmpq, Ordering
few = len([name for name in sys.modules if name.startswith("flint.types.")])
assert ("flint" in sys.modules) is not {owned}
import flint
assert (flint.arb, flint.ctx, flint.fmpq, flint.Ordering) == (arb, ctx, fmpq, Ordering)
assert flint.acb_mat([[1]]).nrows() == 1
print(few)
"""


def loaded(owned: bool) -> int:
    """How many modules of types are loaded for three of them."""
    done = subprocess.run([sys.executable, "-c", CODE.format(owned=owned)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_a_command_line_loads_the_types_in_use() -> None:
    """A third of the types at most, the same ones, and the package can still be imported whole afterwards."""
    assert loaded(owned=True) <= loaded(owned=False) // 3


def test_what_flint_does_not_have_is_said_so() -> None:
    """A name that python-flint lacks is an AttributeError, as of any module."""
    code = "from gradcli import flints\ntry:\n    flints.no_type\nexcept AttributeError as error:\n    print(error)"
    for owned in ("True", "False"):
        whole = f"from gradcli import signals\nsignals.owned = {owned}\n{code}"
        done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=True)
        assert "no_type" in done.stdout
