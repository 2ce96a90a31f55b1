"""The house keeps its order: rooms, doors, start-up, sizes."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import gradcli

HOUSE = Path(gradcli.__file__).parent
ROOMS = (
    "records",
    "patterns",
    "problems",
    "limits",
    "signals",
    "postponed",
    "flints",
    "version",
    "vocabulary",
    "platforms",
    "notebooks",
    "text",
    "rules",
    "cas",
    "program",
    "evaluate",
    "codegen",
    "differences",
    "derive",
    "blackbox",
    "question",
    "checking",
    "points",
    "explain",
    "solve",
    "reporting",
    "render",
    "exporting",
    "library",
    "cli",
)
FILES = sorted(path for path in HOUSE.rglob("*.py"))
DOORS = {
    "sympy": ("cas/",),
    "typer": ("cli/typer_commands.py",),
    "rich": ("render/", "cli/"),
    "mcp": ("cli/serving/",),
    "flint": ("flints.py",),
    "latex2mathml": ("render/report/mathml.py",),
    "numpy": ("evaluate/", "codegen/", "differences/", "blackbox/", "points/", "cli/"),
}
NEVER = ("pickle", "marshal", "shelve")


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text())


@cache
def imports(path: Path, with_types: bool = False) -> set[str]:
    """Modules that a file imports when it runs (imports for type checkers alone do not count)."""
    tree = parsed(path)
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only and not with_types:
            continue
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def room(name: str) -> int | None:
    """The place of a module of ours in the list of rooms."""
    parts = name.split(".")
    return ROOMS.index(parts[1]) if parts[0] == "gradcli" and len(parts) > 1 and parts[1] in ROOMS else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_point_one_way(path: Path) -> None:
    """A room imports only from the rooms before it."""
    own = room("gradcli." + str(path.relative_to(HOUSE)).removesuffix(".py").replace("/", "."))
    if own is None:
        return
    # the enclosures of functions that only SymPy knows are asked for through its door in the program room
    later = {name for name in imports(path) if (found := room(name)) is not None and found > own}
    assert not later


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_libraries_come_in_by_their_doors(path: Path) -> None:
    """SymPy, typer, rich and NumPy are imported in few files; pickles and eval nowhere."""
    where = str(path.relative_to(HOUSE))
    found = {name.split(".")[0] for name in imports(path)}
    for library, doors in DOORS.items():
        assert library not in found or where.startswith(doors), f"{where} imports {library}"
    assert not found & set(NEVER)
    calls = {n.func.id for n in ast.walk(parsed(path)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not calls & {"eval", "exec", "compile", "sympify", "parse_expr"}


def module_of(path: Path) -> str:
    """The name of a file's module."""
    name = "gradcli." + str(path.relative_to(HOUSE)).removesuffix(".py").replace("/", ".")
    return name.removesuffix(".__init__")


@cache
def arrows(with_types: bool) -> dict[str, set[str]]:
    """The modules of ours that each module of ours imports."""
    modules = {module_of(path): path for path in FILES}
    found: dict[str, set[str]] = {}
    for name, path in modules.items():
        # `from gradcli.program import graph` imports graph, not what its package has beside it
        parts = {part for part in imports(path, with_types) if part in modules and part not in (name, "gradcli")}
        found[name] = {part for part in parts if not any(other.startswith(f"{part}.") for other in parts)}
    return found


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """Groups of modules that import one another (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in graph[name]:
            if other not in index:
                visit(other)
            if other in stack:
                low[name] = min(low[name], low[other])
        if low[name] == index[name]:
            place = stack.index(name)
            group = set(stack[place:])
            del stack[place:]
            if len(group) > 1:
                found.append(group)

    for name in graph:
        if name not in index:
            visit(name)
    return found


@pytest.mark.parametrize("with_types", [False, True])
def test_no_import_circles(with_types: bool) -> None:
    """No circle of imports, those in functions and those for type checkers counted."""
    assert not circles(arrows(with_types))


def test_the_test_for_circles_can_fail() -> None:
    """A circle of three is found, and a chain is none."""
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]
    assert not circles({"a": {"b"}, "b": {"c"}, "c": set()})


LONG = {
    "cas/worker.py": 600,
}
"""Files of more than 450 lines: they may only get shorter."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_files_stay_readable(path: Path) -> None:
    """A file has at most 450 lines."""
    assert len(path.read_text().splitlines()) <= LONG.get(str(path.relative_to(HOUSE)), 450)


def test_folders_stay_readable() -> None:
    """A folder has at most 15 files, its `__init__` not counted."""
    for folder in {path.parent for path in FILES}:
        count = sum(path.parent == folder and path.name != "__init__.py" for path in FILES)
        assert count <= 15, folder


def test_no_class_name_stands_twice() -> None:
    """One name, one idea."""
    homes: dict[str, list[str]] = {}
    for path in FILES:
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(path.name)
    assert not {name: where for name, where in homes.items() if len(where) > 1}


def named_rooms(path: Path) -> set[tuple[str, ...]]:
    """The rooms and files that the texts of a file name: `derive.door`, `derive/door.py`."""
    found = re.findall(r"`([a-z_]+)((?:[./][a-z_0-9]+)+)`", path.read_text())
    folders = {folder.name for folder in HOUSE.iterdir() if folder.is_dir()}
    named = (room + rest.removesuffix(".py") for room, rest in found if room in folders)
    return {tuple(re.split("[./]", name)) for name in named if not name.endswith((".csv", ".csv.gz"))}


def is_there(names: tuple[str, ...]) -> bool:
    """Is it a room, a file, or a name in a file?"""
    place = HOUSE
    for i, name in enumerate(names):
        if place.joinpath(name + ".py").exists():
            return all(re.search(rf"\b{rest}\b", place.joinpath(name + ".py").read_text()) for rest in names[i + 1 :])
        place = place / name
    return place.is_dir()


@pytest.mark.parametrize("path", [*FILES, *sorted((HOUSE.parent / "docs").glob("*.md"))], ids=lambda path: path.name)
def test_texts_name_rooms_that_are_there(path: Path) -> None:
    """What a docstring, a comment or a page says of a file holds after the file has moved."""
    assert not [names for names in named_rooms(path) if not is_there(names)]


def test_the_test_for_rooms_can_fail() -> None:
    """Rooms, files and names in files are found, others are not."""
    assert all(map(is_there, [("derive", "ad"), ("derive", "door"), ("derive", "door", "derivative_of")]))
    assert not any(map(is_there, [("derive", "rounds"), ("derive", "door", "no_such_name")]))


def loaded(*words: str) -> set[str]:
    """Modules in memory after a run of the command line."""
    code = (
        "import sys\n"
        "from gradcli import __main__\n"  # whose main() ends the process at once
        "from gradcli.cli.entry import run\n"
        "run(sys.argv[1:])\n"
        "sys.stderr.write('\\n'.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [("--help",), ("grad", "--help"), ("--version",), ("completions", "bash")])
def test_help_and_completions_load_nothing_heavy(words: tuple[str, ...]) -> None:
    """Asking for help imports neither NumPy nor SymPy nor flint."""
    assert not loaded(*words) & {"numpy", "sympy", "flint", "mpmath"}


def test_a_small_gradient_as_json_is_instant() -> None:
    """x1**2 + x2**2 at (1, 2) needs neither rich nor flint nor fractions."""
    found = loaded("grad", "x1**2+x2**2", "--at", "1,2", "--json")
    assert "gradcli.derive.gradient" in found
    assert not found & {"numpy", "sympy", "flint", "rich", "rich.console", "fractions", "decimal", "typer", "typing"}


def test_the_test_for_heavy_imports_can_fail() -> None:
    """A gradient of sin does load flint, and the test above would see it."""
    assert "flint" in loaded("grad", "sin(x)", "--at", "1", "--json")


@cache
def functions(path: Path) -> list[tuple[str, int]]:
    """Functions of a file with their lengths, docstrings not counted."""
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (node.body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 1
            found.append((f"{path.name}:{node.name}", length))
    return found


def test_functions_stay_short() -> None:
    """The median function has at most 10 lines, nine of ten at most 25, none more than 60."""
    lengths = sorted(length for path in FILES for _, length in functions(path))
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[len(lengths) * 9 // 10] <= 25
    longest = max((entry for path in FILES for entry in functions(path)), key=lambda entry: entry[1])
    assert longest[1] <= 60, longest


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_hints_install_libraries(path: Path) -> None:
    """`pip install pyarrow`, not an extra of gradcli: whoever has the name on an index may be somebody else."""
    assert not re.search(r"pip install [\"']*gradcli", path.read_text())
