"""Files of numbers for --set."""

from __future__ import annotations

import io
import json
import pickle
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gradcli import limits
from gradcli.cli.inputs import read_settings
from gradcli.problems import GradcliError
from gradcli.render.notation import write

if TYPE_CHECKING:
    from pathlib import Path

    from gradcli.text.tree import Tree


def read(path: Path) -> Tree:
    return read_settings([f"X=@{path}"])["X"]


def saved(array: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "value"),
    [
        ("x.txt", "1/3\n", "1/3"),
        ("x.txt", "1, 2, 3\n", "[1, 2, 3]"),
        ("x.json", "[[1, 2], [3, 4.5]]", "[[1, 2], [3, 4.5]]"),
        ("x.csv", "1\n2\n", "[1, 2]"),
        ("x.csv", "a,b\n1,-2\n3,4e2\n\n", "[[1, -2], [3, 400.0]]"),
        ("x.csv", '"1","2"\r\n3,4\r\n', "[[1, 2], [3, 4]]"),
        ("x.tsv", "1\t2\n", "[[1, 2]]"),
        ("x.npy", saved(np.array([0.1, -2.0])), "[0.1, -2]"),
        ("x.npy", saved(np.array([[1, 2], [3, 4]])), "[[1, 2], [3, 4]]"),
        ("x.npy", saved(np.float64(3.0)), "3"),
    ],
)
def test_numbers_are_read_from_each_kind_of_file(tmp_path: Path, name: str, content: str | bytes, value: str) -> None:
    """Text, JSON, CSV, TSV and .npy give numbers, vectors and matrices, exact as they stand."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert write(read(path)) == value


class Trap:
    def __reduce__(self) -> Any:
        return (sys.exit, (99,))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.npy", saved(np.array([Trap()], dtype=object), allow_pickle=True), "Python objects, which are never loaded"),
        ("x.npy", saved(np.zeros(100))[:-50], "cut short"),
        ("x.npy", pickle.dumps(Trap()), "pickles are never loaded"),
        ("x.npy", b"1,2\n3,4\n", "does not begin like one"),
        ("x.npy", b"", "no .npy file of numbers"),
        ("x.npy", saved(np.array([1 + 2j])), "no number, vector or matrix"),
        ("x.npy", saved(np.zeros((2, 2, 2))), "no number, vector or matrix"),
        ("x.npy", saved(np.array([1.0, np.nan])), "not finite"),
        ("x.csv", "", "holds no numbers"),
        ("x.csv", "a,b\n", "holds no numbers"),
        ("x.csv", "1,2\n3\n", "a row of 1 numbers among rows of 2"),
        ("x.csv", "1,2\n3,=cmd\n", "this cell is no number"),
        ("x.csv", "1,2\n3,nan\n", "this cell is no number"),
        ("x.csv", "1,1e99999\n", "this cell is no number"),
        ("x.txt", "x=1", "names none"),
        ("x.txt", "", "empty"),
    ],
)
def test_files_that_are_no_numbers_are_refused(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    """Nothing in a file is run, and what is wrong with it is said."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(GradcliError) as caught:
        read(path)
    assert message in caught.value.message
    assert caught.value.exit_code == 2


def test_too_many_numbers_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of entries holds for files."""
    monkeypatch.setattr(limits, "DATA_NUMBERS", 3)
    for name, content in (("x.csv", b"1,2\n3,4\n"), ("x.npy", saved(np.zeros(4)))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(GradcliError, match="holds 4 numbers; the limit is 3"):
            read(tmp_path / name)


def test_errors_show_a_short_excerpt_of_data_only(tmp_path: Path) -> None:
    """A file that was named by mistake stays private."""
    from gradcli.render.diagnostics import render_error, write_error_json

    (tmp_path / "passwd").write_text("root:x:0:0:root-of-all:/root:/bin/bash\ndaemon:x:1:1:\n")
    with pytest.raises(GradcliError) as caught:
        read(tmp_path / "passwd")
    for text in (render_error(caught.value), json.loads(write_error_json(caught.value))["error"]["message"]):
        assert "root-of-all" not in text
        assert "daemon" not in text
