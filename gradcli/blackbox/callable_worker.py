"""The process in which a Python callable runs. Started by its path, alone: it needs nothing of gradcli.

It reads one JSON object a line on standard input and writes one a line. What the callable itself prints goes to
standard error, and what it does to standard input, to signals or to the interpreter stays here.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_FILES = 2000


def serve(module: str, name: str, folder: str) -> None:
    """Answer requests until standard input ends."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    sys.path.insert(0, folder)
    target, problem = find(module, name)
    for line in requests:
        request = json.loads(line)
        if problem is not None:
            answer = problem
        elif request["do"] == "describe":
            answer = describe(target, module, folder)
        elif request["do"] == "call many":
            answer = {"results": call_many(target, request)}
        else:
            answer = call(target, request)
        answers.write((json.dumps(answer) + "\n").encode())
        answers.flush()


def find(module: str, name: str) -> tuple[Any, dict[str, Any] | None]:
    """The callable and None, or None and why there is none."""
    if module.endswith(".py") and not os.path.isfile(module):
        return None, {"failure": "import", "message": f"there is no file '{module}'", "details": ""}
    try:
        here = module_at(module) if module.endswith(".py") else importlib.import_module(module)
    except BaseException as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name and module.startswith(error.name)
        what = "there is no module" if missing else "cannot import"
        reason = "" if missing else ": " + in_words(error)
        return None, {"failure": "import", "message": what + f" '{module}'" + reason, "details": trace(error)}
    for part in name.split("."):
        if not hasattr(here, part):
            names = [key for key, value in vars(here).items() if callable(value) and not key.startswith("_")]
            return None, {
                "failure": "import",
                "message": f"module '{module}' has no '{name}'",
                "details": "it has " + ", ".join(names[:8]) if names else "",
            }
        here = getattr(here, part)
    if not callable(here):
        message = f"'{module}:{name}' is no function but of type {type(here).__name__}"
        return None, {"failure": "import", "message": message, "details": ""}
    return here, None


def module_at(path: str) -> Any:
    """The module of a file, under the file's name, or one beside it where that is another module's."""
    import importlib.util

    name = os.path.basename(path)[:-3]
    while name in sys.modules:
        name += "_"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    here = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(here)
    return here


def describe(target: Any, module: str, folder: str) -> dict[str, Any]:
    """The parameters of the callable (None where Python does not know), and the files that it came from."""
    try:
        kinds = [
            (p.name, str(p.kind.name), p.default is p.empty) for p in inspect.signature(target).parameters.values()
        ]
    except (TypeError, ValueError):
        kinds = None
    files = {os.path.realpath(module if module.endswith(".py") else file_of(sys.modules.get(module)))}
    inside = os.path.realpath(folder) + os.sep
    for other in list(sys.modules.values()):
        path = os.path.realpath(file_of(other))
        if path.startswith(inside) and "site-packages" not in path:
            files.add(path)
    return {"parameters": kinds, "files": sorted(path for path in files if os.path.isfile(path))[:MOST_FILES]}


def file_of(module: Any) -> str:
    """The file that a module came from, "" for none."""
    return getattr(module, "__file__", None) or ""


def call(target: Any, request: dict[str, Any]) -> dict[str, Any]:
    """One evaluation."""
    values = {name: as_array(value) for name, value in request["values"].items()}
    return call_at(target, values, request["by_name"], request["seed"])


def call_at(target: Any, values: dict[str, Any], by_name: bool, seed: int | None) -> dict[str, Any]:
    """One evaluation at values as the callable takes them."""
    extra = {} if seed is None else {"seed": seed}
    try:
        return {"result": plain(target(**values, **extra) if by_name else target(*values.values(), **extra))}
    except BaseException as error:
        return {"failure": "exception", "message": "raised " + in_words(error), "details": trace(error)}


def call_many(target: Any, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Evaluations at the first point and at those that differ from it by their moves. Each has arrays of its own."""
    found = []
    first = {name: as_array(value) for name, value in request["values"].items()}
    for moves, seed in zip(request["moves"], request["seeds"]):  # noqa: B905  # the same length, by those who send
        values = {name: copied(value) for name, value in first.items()}
        for name, place, number in moves:
            if not place:
                values[name] = number
                continue
            part = values[name]
            for index in place[:-1]:
                part = part[index]
            part[place[-1]] = number
        found.append(call_at(target, values, request["by_name"], seed))
    return found


def copied(value: Any) -> Any:
    """An array, a list or rows that may be changed; numbers as they are."""
    if isinstance(value, list):
        return [copied(part) for part in value]
    return value if isinstance(value, (int, float)) else value.copy()


def as_array(value: Any) -> Any:
    """Lists as NumPy arrays where NumPy is there."""
    if not isinstance(value, list):
        return value
    try:
        import numpy
    except ImportError:
        return value
    return numpy.array(value, dtype=float)


def plain(value: Any) -> Any:
    """What JSON can say: numbers, lists, objects of these; other things by their type's name."""
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or isinstance(value, (bool, str)):
        return {"odd": "nothing (None)" if value is None else f"a value of type {type(value).__name__}"}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, dict):
        return {"object": {str(key): plain(entry) for key, entry in value.items()}}
    if isinstance(value, int):
        return {"number": as_float(value).hex()}
    if isinstance(value, float):
        return {"number": float(value).hex()}
    if isinstance(value, complex):
        return {"odd": "a complex number"}
    try:
        return {"number": float(value).hex()}
    except (TypeError, ValueError):
        return {"odd": f"a value of type {type(value).__name__}"}


def as_float(value: int) -> float:
    """An integer as float64, infinite past the largest."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def in_words(error: BaseException) -> str:
    """`ValueError: negative`, on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def trace(error: BaseException) -> str:
    """Where it happened, without the lines of this file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.filename != __file__ and "importlib" not in f.filename]
    return "\n".join(f"{os.path.basename(f.filename)}, line {f.lineno}: {f.line}" for f in own[-2:])


if __name__ == "__main__":
    serve(*sys.argv[1:4])
