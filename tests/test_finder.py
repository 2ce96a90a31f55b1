"""Modules of this package are found by its own finder: as the import system finds them, whatever became of bytecode."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gradcli

SCRIPT = """
import sys
sys.argv = [{name!r}]
sys.path.insert(0, {folder!r})
import gradcli.limits as limits, gradcli.text as text
specs = [limits.__spec__, text.__spec__]
print([type(spec.loader).__name__ for spec in specs])
print(limits.CELLS, limits.__file__, limits.__cached__, text.__path__, text.__package__, specs[1].cached)
print(specs[0].loader.get_source("gradcli.limits")[:3])
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of some modules, without bytecode."""
    house = Path(gradcli.__file__).parent
    for name in (
        "__init__.py",
        "platforms/__init__.py",
        "platforms/finder.py",
        "signals.py",
        "limits.py",
        "records.py",
        "text/__init__.py",
    ):
        target = tmp_path / "gradcli" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(house / name, target)
    return tmp_path


def told(package: Path, name: str = "gradcli", words: tuple[str, ...] = (), **variables: str) -> list[str]:
    """What a process says of its modules that is called so."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")} | variables
    script = SCRIPT.format(name=name, folder=str(package))
    command = [sys.executable, *words, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("words", [(), ("-O",), ("-OO",)])
def test_modules_are_what_the_import_system_makes_of_them(package: Path, words: tuple[str, ...]) -> None:
    """File, bytecode, package and source, also without bytecode (the first time) and with (the second)."""
    loaders, *usual = told(package, "program", words)
    assert loaders == "['SourceFileLoader', 'SourceFileLoader']"
    for _ in range(2):
        assert told(package, words=words) == ["['ModuleLoader', 'ModuleLoader']", *usual]
    shutil.rmtree(package / "gradcli" / "__pycache__")
    for _ in range(2):
        assert told(package, words=words) == ["['ModuleLoader', 'ModuleLoader']", *usual]


def test_bytecode_that_is_no_longer_its_source_is_not_used(package: Path) -> None:
    """Neither where the source has another length, nor where it has another time; nor what is no bytecode."""
    assert told(package)[1].startswith("250000 ")
    source = package / "gradcli" / "limits.py"
    text = source.read_text()
    source.write_text(text + "CELLS = 7\n")
    assert told(package)[1].startswith("7 ")
    source.write_text(text + "CELLS = 8\n")
    os.utime(source, (1, 1))
    assert told(package)[1].startswith("8 ")
    for bytecode in (package / "gradcli" / "__pycache__").glob("limits*"):
        for content in (b"", b"\0" * 40):
            bytecode.write_bytes(content)
            assert told(package)[1].startswith("8 ")


def test_bytecode_in_another_place_is_left_to_the_import_system(package: Path) -> None:
    """PYTHONPYCACHEPREFIX."""
    lines = told(package, PYTHONPYCACHEPREFIX=str(package / "elsewhere"))
    assert lines[0] == "['SourceFileLoader', 'SourceFileLoader']"
