"""Where the modules of this package are: a command line imports a hundred, and asking the import system where each one
may be, and in which forms, takes longer than most of them do.

What is found is what the import system would find, and is checked as it checks it: bytecode that fits its source. For
anything else it is asked itself.
"""

from __future__ import annotations

# `importlib.machinery` and `importlib.util` have the same names; importing them takes as long as five modules
import _frozen_importlib_external as system
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader
from io import FileIO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType

code_of = vars(system).get("_compile_bytecode")
"""The code that bytecode without its header is; no part of what Python promises to have."""
HEADER = MAGIC_NUMBER + bytes(4)
"""How bytecode begins that has the time and the size of its source next."""
OPTIMIZED = f".opt-{sys.flags.optimize}" if sys.flags.optimize else ""
SUFFIX = f".{sys.implementation.cache_tag}{OPTIMIZED}.pyc"


class ModuleLoader(SourceFileLoader):
    """Loads one module whose source and bytecode are known."""

    def __init__(self, name: str, source: str, bytecode: str, status: os.stat_result) -> None:
        super().__init__(name, source)
        self.bytecode, self.status = bytecode, status

    def get_code(self, name: str) -> CodeType | None:
        """The code of the module: its bytecode where that fits, else what the import system makes of the source."""
        try:
            with FileIO(self.bytecode) as file:
                data = file.read()
        except OSError:
            data = b""
        time, size = int(self.status.st_mtime) & 0xFFFFFFFF, self.status.st_size & 0xFFFFFFFF
        if data[:16] != HEADER + time.to_bytes(4, "little") + size.to_bytes(4, "little"):
            return super().get_code(name)
        assert code_of is not None
        code: CodeType = code_of(memoryview(data)[16:], name, self.bytecode, self.path)
        return code


class PackageFinder:
    """Finds the modules and packages below `gradcli`, and those of rich, of which a table needs forty."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Where a module is; None where that is for the import system to say."""
        if path is None or not name.startswith(("gradcli.", "rich.")):
            return None
        folder, last = path[0], name[name.rindex(".") + 1 :]
        source = f"{folder}/{last}.py"
        inner: list[str] | None = None
        try:
            status = os.stat(source)
        except OSError:
            folder = f"{folder}/{last}"
            inner, last, source = [folder], "__init__", f"{folder}/__init__.py"
            try:
                status = os.stat(source)
            except OSError:
                return None
        bytecode = f"{folder}/__pycache__/{last}{SUFFIX}"
        spec = ModuleSpec(name, ModuleLoader(name, source, bytecode, status), origin=source)
        spec.submodule_search_locations = inner
        spec.has_location = True
        spec.cached = bytecode
        return spec


def install() -> None:
    """Find modules so from now on, unless their bytecode is somewhere else."""
    if sys.pycache_prefix is None and code_of is not None:
        sys.meta_path.insert(0, PackageFinder)
