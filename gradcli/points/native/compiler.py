"""C files compiled once: shared libraries in the user's cache folder, named by their text, compiler and its words.

Nothing half-written is ever loaded: a library is made under a name of its own in a folder that only the user may enter,
ends with a checksum of itself, and then gets its name at one stroke. Two runs that make the same one make it twice.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import shutil
import stat
import time

from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

COMPILERS: Final = ("cc", "gcc", "clang")

WORDS: Final = (
    *("-O3", "-std=gnu99", "-fPIC", "-shared", "-w", "-pipe"),
    # what NumPy does, operation by operation: no fused products, nothing assumed of nan, infinities and signs
    *("-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math"),
    # a sine and a cosine of one number stay two calls, which have vector forms
    *("-fno-builtin-sin", "-fno-builtin-cos"),
)

VECTORS: Final = (
    (("AVX512F", "AVX512CD", "AVX512BW", "AVX512DQ", "AVX512VL"), ("-mprefer-vector-width=512",)),
    (("AVX2", "FMA3"), ()),
)
"""Features of processors, the widest first, and what else compilers are told where all are there."""

SECONDS: Final = 60.0
"""The longest compilation."""

MOST_KEPT: Final = 256
"""Libraries in the cache; the oldest ones go."""

MAKING: Final = ".making-"
"""How the names of folders begin in which libraries are made."""

DIGEST: Final = 32
"""Bytes of a checksum."""


def library(source: str, made: bool = True) -> ctypes.CDLL | None:
    """The library of a C file: from the cache, else (`made`) compiled now. None where no compiler is, or it fails."""
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None or os.name != "posix":
        return None
    words = [os.path.realpath(compiler), *WORDS, *vector_words()]
    folder = cache_folder()
    if folder is None:
        return in_passing(words, source) if made else None
    path = os.path.join(folder, f"{key_of(words, source)}.so")
    found = loaded(path)
    if found is None and made and compiled(words, source, folder, path):
        found = loaded(path)
        thin_out(folder)
    return found


def vector_words() -> list[str]:
    """What tells a compiler which instructions this processor has: a library runs where it was made for."""
    from importlib import import_module

    has: Any = {}
    with contextlib.suppress(ImportError):
        has = getattr(import_module("numpy._core._multiarray_umath"), "__cpu_features__", {})
    names = {"FMA3": "fma"}
    for features, more in VECTORS:
        if all(has.get(feature) for feature in features):
            wanted = features if "AVX2" in features else (*features, "AVX2", "FMA3")
            return [*(f"-m{names.get(feature, feature.lower())}" for feature in wanted), *more]
    return []


def key_of(words: Sequence[str], source: str) -> str:
    """The name of a library: another one for another text, other words, another compiler."""
    status = os.stat(words[0])
    text = "\0".join((*words, str(status.st_size), str(status.st_mtime_ns), source))
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def cache_folder() -> str | None:
    """The folder of libraries, which this user alone may enter; None where there can be none."""
    from platformdirs import user_cache_path

    path = str(user_cache_path("gradcli", appauthor=False) / "compiled")
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)
        return path if is_private(os.lstat(path)) else None
    except OSError:
        return None


def is_private(status: os.stat_result) -> bool:
    """Is it a folder or a file of this user, which nobody else may change?"""
    kind = stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)
    return kind and status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def compiled(words: Sequence[str], source: str, folder: str, path: str) -> bool:
    """Compile in a folder of its own, then give the library its name. False where the compiler or the disk fails."""
    import subprocess
    import tempfile

    try:
        with tempfile.TemporaryDirectory(prefix=MAKING, dir=folder) as place:
            text, made = os.path.join(place, "kernel.c"), os.path.join(place, "kernel.so")
            with open(text, "x", encoding="utf-8") as stream:
                stream.write(source)
            command = [*words, text, "-o", made, "-lm"]
            environment = {**os.environ, "TMPDIR": place, "LC_ALL": "C"}
            subprocess.run(
                command,
                check=True,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                cwd=place,
                env=environment,
            )
            with open(made, "r+b") as library:
                library.write(hashlib.sha256(library.read()).digest())
                library.flush()
                os.fsync(library.fileno())
            os.replace(made, path)
        return True
    except (OSError, subprocess.SubprocessError):
        return False


def loaded(path: str) -> ctypes.CDLL | None:
    """A library that is there, is whole, and is this user's."""
    try:
        status = os.lstat(path)
        length = status.st_size - DIGEST
        if not is_private(status) or length <= 0:
            return None
        with open(path, "rb") as stream:
            data = stream.read()
        if hashlib.sha256(data[:length]).digest() != data[length:]:
            return None
        os.utime(path)
        return ctypes.CDLL(path)
    except OSError:
        return None


def in_passing(words: Sequence[str], source: str) -> ctypes.CDLL | None:
    """A library that is not kept."""
    import tempfile

    try:
        with tempfile.TemporaryDirectory(prefix="gradcli-") as place:
            path = os.path.join(place, "once.so")
            return loaded(path) if compiled(words, source, place, path) else None
    except OSError:
        return None


def thin_out(folder: str) -> None:
    """Remove the libraries that were not used for the longest time, and what killed runs left."""
    with contextlib.suppress(OSError):
        entries = sorted((entry.stat().st_mtime, entry.path) for entry in os.scandir(folder))
        left = [path for when, path in entries if MAKING in path and when < time.time() - 60 * SECONDS]
        for path in left:
            shutil.rmtree(path, ignore_errors=True)
        for path in [path for _, path in entries if path.endswith(".so")][:-MOST_KEPT]:
            os.unlink(path)
