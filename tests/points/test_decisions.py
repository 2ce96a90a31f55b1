"""`--max-decisions`: how many rows have certified numbers; symmetric matrices at many points."""

from __future__ import annotations

from pathlib import Path

import pytest
from lines import run

import gradcli
from gradcli import limits
from gradcli.problems import GradcliError

KINKS = "x\n" + "\n".join(str(k) for k in range(5))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table."""
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text(KINKS)
    return tmp_path


@pytest.mark.parametrize(("allowed", "undecided"), [(0, 5), (2, 3), (5, 0), (100, 0)])
def test_so_many_rows_are_decided(folder: Path, allowed: int, undecided: int) -> None:
    """floor jumps at each of them; what is not decided says what would."""
    found = run("grad", "floor(x)", "--points", "p.csv", "--max-decisions", str(allowed))
    assert found.out.count("floor jumps") == 5 - undecided
    assert found.out.count("(--max-decisions allows others)") == undecided


def test_more_than_the_limits_may_be_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the option the limits hold."""
    monkeypatch.setattr(limits, "POINT_DECISIONS", 1)
    monkeypatch.setattr(limits, "POINT_DIGITS_SECONDS", 0.0)
    assert run("grad", "floor(x)", "--points", "p.csv").out.count("undecided") == 4
    assert "undecided" not in run("grad", "floor(x)", "--points", "p.csv", "--max-decisions", "9").out
    assert "loses digits" in run("grad", "sin(1e9*x/7)", "--points", "p.csv").out
    assert "loses digits" not in run("grad", "sin(1e9*x/7)", "--points", "p.csv", "--max-decisions", "9").out


def test_it_belongs_to_points(folder: Path) -> None:
    """With --at it says nothing."""
    assert "'--max-decisions' belongs to --points" in run("grad", "x", "--at", "1", "--max-decisions", "3").err
    assert run("grad", "x", "--points", "p.csv", "--max-decisions", "-1").code == 2


SYMMETRIC = "S: 2,2 symmetric; "
ENTRIES = ("S[0,0]", "S[0,1]", "S[1,0]", "S[1,1]")


@pytest.mark.parametrize("text", ["sum(S*S*S)*S[0,1]", "logdet(S)", "tr(S@S) + det(S)"])
@pytest.mark.parametrize("kind", ["gradient", "hessian"])
def test_symmetric_matrices_at_many_points(text: str, kind: str) -> None:
    """As at single points; a row that is not symmetric has no answer and says why."""
    rows = [(2.0, 0.5, 0.5, 1.0), (3.0, 1.0, 1.0, 2.0), (3.0, 1.0, 1.5, 2.0)]
    table = {name: [row[place] for row in rows] for place, name in enumerate(ENTRIES)}
    found = gradcli.grad_many(SYMMETRIC + text, table, kind=kind)
    for place, row in enumerate(rows[:2]):
        at = {"S": [list(row[:2]), list(row[2:])]}
        if kind == "gradient":
            right = [x for line in gradcli.grad(SYMMETRIC + text, at=at).gradient["S"] for x in line]
            ours = [found["d_" + name][place] for name in ENTRIES]
        else:
            hessian = gradcli.hessian(SYMMETRIC + text, at=at)
            numbers = dict(zip(hessian.rows, hessian.hessian, strict=True))
            right = [numbers[a][list(hessian.columns).index(b)] for i, a in enumerate(ENTRIES) for b in ENTRIES[i:]]
            ours = [found[f"d_{a}_{b}"][place] for i, a in enumerate(ENTRIES) for b in ENTRIES[i:]]
        assert ours == pytest.approx(right, rel=1e-12)
    assert "S is declared symmetric, and S[0,1] and S[1,0] differ" in found["problem"][2]


def test_functions_of_symmetric_matrices_are_refused() -> None:
    """They have no gradient that follows the declaration."""
    with pytest.raises(GradcliError, match="no compiled function"):
        gradcli.function(SYMMETRIC + "logdet(S)")
