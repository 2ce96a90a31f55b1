"""The gradient calculator: `parse`, `grad`, `jacobian`, `hessian`, `chain`, `check`, `function`, `trace`, `steps`,
`graph`, `plot`, `descend`, `quiz`, `report`, and `RULES`, the functions.

Each is loaded when it is asked for: `import gradcli` takes no time.
"""

from __future__ import annotations

import sys

WORD = "".join(sys.argv[:1])
if WORD.endswith(("gradcli", "gradcli.exe")) or (WORD == "-m" and "gradcli" in sys.orig_argv):
    # The command line, not a program that uses the library: from here on a Ctrl-C prints no traceback.
    from gradcli.signals import install_early

    install_early()
    from gradcli.platforms.finder import install

    install()

__version__ = "0.1.0"
__all__ = [
    "RULES",
    "GradcliError",
    "__version__",
    "assert_gradient",
    "chain",
    "check",
    "descend",
    "export",
    "function",
    "grad",
    "grad_many",
    "graph",
    "hessian",
    "jacobian",
    "parse",
    "plot",
    "quiz",
    "report",
    "steps",
    "trace",
]

TYPE_CHECKING = False  # type checkers take it for True; importing typing would take longer than all the rest here
if TYPE_CHECKING:
    from typing import Any

    from gradcli.library.answers import chain, check, export, grad, hessian, jacobian, parse
    from gradcli.library.explain import descend, graph, plot, quiz, report, steps, trace
    from gradcli.library.function import function, grad_many
    from gradcli.library.testing import assert_gradient
    from gradcli.problems import GradcliError
    from gradcli.rules import RULES

EXPLAINING = ("descend", "graph", "plot", "quiz", "report", "steps", "trace")
DOORS = {
    "RULES": "gradcli.rules",
    "GradcliError": "gradcli.problems",
    "assert_gradient": "gradcli.library.testing",
    **dict.fromkeys(("function", "grad_many"), "gradcli.library.function"),
    **dict.fromkeys(EXPLAINING, "gradcli.library.explain"),
}


def __getattr__(name: str) -> Any:
    """Load what is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(DOORS.get(name, "gradcli.library.answers")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
