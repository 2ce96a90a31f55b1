"""Programs of many statements about arrays: what is shared has a name, and nothing grows with the square of them."""

from __future__ import annotations

import numpy as np
import pytest

import gradcli
from tests.derive.formula_numbers import evaluate


def residual(count: int) -> str:
    """A network whose layers add to what was there."""
    layers = "; ".join(f"u{k} = u{k - 1} + tanh(A@u{k - 1})/10" for k in range(1, count + 1))
    return f"u0 = x; {layers}; sum(u{count})"


@pytest.mark.parametrize("count", [4, 8, 40])
def test_residual_layers_have_a_gradient(count: int) -> None:
    """Text with names that stand for themselves, and the numbers of a sweep by hand."""
    x, matrix = np.array([0.5, 1.0]), np.array([[1.0, 2.0], [3.0, 4.0]])
    found = gradcli.grad(residual(count), at={"x": x, "A": matrix}, wrt="x")
    values = [x]
    for _ in range(count):
        values.append(values[-1] + np.tanh(matrix @ values[-1]) / 10)
    adjoint = np.ones(2)
    for u in reversed(values[:-1]):
        adjoint = adjoint + matrix.T @ (adjoint * (1 - np.tanh(matrix @ u) ** 2)) / 10
    assert found.gradient["x"] == pytest.approx(adjoint.tolist(), rel=1e-12)
    document = found.to_dict()
    assert bool(document["definitions"]) == (count > 4)
    text = "; ".join(
        [*(f"{name} = {tree}" for name, tree in document["definitions"].items()), document["symbolic"]["x"]]
    )
    if count <= 8:
        again = gradcli.jacobian(text, at={"x": x, "A": matrix}, wrt="x")
        assert again.value == pytest.approx(adjoint.tolist(), rel=1e-12)


def test_many_layers_have_a_jacobian() -> None:
    """A hundred layers inside of each other ended in "more memory than there is"; the text has the numbers."""
    values = {"x": np.array([[0.5], [1.0]]), "W": np.array([[1.0, 0.25], [-0.5, 1.0]])}
    text = "; ".join(["x: 2; W: 2,2; h0 = x", *(f"h{k + 1} = tanh(W@h{k})" for k in range(150)), "h150"])
    found = gradcli.jacobian(text, wrt="W").to_dict()
    numbers = gradcli.jacobian(text, at={"x": [0.5, 1], "W": values["W"]}, wrt="W", method="autodiff").jacobian
    names: dict[str, object] = {**values, "n": 2}
    for name, part in found["definitions"].items():
        names[name] = evaluate(part, names)
    assert evaluate(found["symbolic"], names) == pytest.approx(np.array(numbers), rel=1e-9)


def test_long_sums_with_names_stay_one_term() -> None:
    """A thousand additions to a norm, each after the one before."""
    layers = "; ".join(f"u{k} = u{k - 1} + sin(u{k - 1})/10" for k in range(1, 301))
    found = gradcli.grad(f"u0 = norm(x); {layers}; u300", at={"x": [0.5, 1.0]}, shapes=["x=2"])
    scalar = gradcli.grad(f"u0 = sqrt(x^2 + y^2); {layers}; u300", at=[0.5, 1.0])
    assert found.gradient["x"] == pytest.approx(list(scalar.gradient.values()), rel=1e-13)


@pytest.mark.parametrize(
    "text",
    [
        "norm(x[1:] - x[:-1])**2",
        "sum((x[1:] - x[:-1])**2) + sum(tanh(x[2:]*x[:-2]))",
        "x[3:].T@x[:-3] + sum(x[5:7])",
        "norm(2*x[1:-1] - x[2:] - x[:-2])**2",
    ],
)
def test_slices_of_long_vectors_need_no_matrix(text: str) -> None:
    """Their derivatives are stretches of the identity; the same numbers as entry by entry, and 100,000 entries."""
    x = np.random.default_rng(0).normal(size=12)
    small = gradcli.grad(text, at={"x": x}).array.ravel()
    forward = gradcli.grad(text, at={"x": x}, method="autodiff").array.ravel()
    assert forward == pytest.approx(small, rel=1e-12, abs=1e-14)
    long = np.tile(x, 8_400)[:100_000]
    found = np.asarray(gradcli.grad(text, at={"x": long}).array).ravel()
    assert found.shape == (100_000,)
    assert found[2:4] == pytest.approx(small[2:4], rel=1e-12) or "norm" in text or "x[3:]" in text
    step = np.zeros(100_000)
    step[50_000] = 1e-6
    function = gradcli.grad(text, at={"x": long + step}).value - gradcli.grad(text, at={"x": long - step}).value
    assert found[50_000] == pytest.approx(function / 2e-6, rel=1e-4, abs=1e-3)


MIXED = "; ".join(
    ["u0 = x + logsumexp(A@x)"]
    + [f"u{k} = u{k - 1} + sin(u{k - 1})*logsumexp(u{k - 1})/10 + norm(u{k - 1})/9" for k in range(1, 3)]
)
POINT = {"A": np.array([[0.125, 0.25], [0.5, -0.125]]), "x": np.array([0.25, 0.5])}


def numbers_of(text: str, definitions: dict[str, str], point: dict[str, np.ndarray]) -> np.ndarray:
    """A formula after its definitions."""
    names = {name: array.reshape(-1, 1) if array.ndim == 1 else array for name, array in point.items()}
    for name, tree in definitions.items():
        names[name] = evaluate(tree, names)
    return np.atleast_2d(evaluate(text, names))


@pytest.mark.parametrize("text", [f"u0 = A@x; {residual(6)[8:]}", f"{MIXED}; norm(u2)**2"])
def test_both_layouts_of_a_gradient_have_the_same_definitions(text: str) -> None:
    """The names under one layout's formulas once meant something else under the other's."""
    document = gradcli.grad(text, at=POINT, layout="both").to_dict()
    assert document["definitions"]
    for part in (document, document["numerator"]):
        for name, tree in part["symbolic"].items():
            wanted = np.array(part["gradient"][name]).reshape(part["shape"][name])
            found = numbers_of(tree, document["definitions"], POINT)
            assert found == pytest.approx(wanted, rel=1e-12), name


def test_both_layouts_of_a_jacobian_have_the_same_definitions() -> None:
    """Whole and block by block."""
    document = gradcli.jacobian(f"{MIXED}; u2", at=POINT, layout="both").to_dict()
    assert document["definitions"]
    whole = np.array(document["jacobian"])
    for part, wanted in ((document, whole), (document["denominator"], whole.T)):
        assert numbers_of(part["symbolic"], document["definitions"], POINT) == pytest.approx(wanted, rel=1e-12)
        blocks = [numbers_of(block["symbolic"], document["definitions"], POINT) for block in part["blocks"]]
        assert np.concatenate(blocks, axis=int(wanted.shape[1] > 2)) == pytest.approx(wanted, rel=1e-12)


def test_both_layouts_of_a_chain_have_the_same_definitions() -> None:
    """The gradient beside the chain, in numerator layout and within it in denominator layout."""
    document = gradcli.chain(f"u0 = A@x; {residual(6)[8:]}", at=POINT, layout="both", wrt="x").to_dict()
    assert document["definitions"]
    for part in (document, document["denominator"]):
        found = numbers_of(part["symbolic"]["x"], document["definitions"], POINT)
        assert found.ravel() == pytest.approx(part["gradient"]["x"], rel=1e-12)


def test_a_number_in_every_entry_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """t1 = A@x, one entry, was left out beside an array: 2*(b - 1)."""
    monkeypatch.setattr("gradcli.program.writing.trees.LONG", 0)
    monkeypatch.setattr("gradcli.program.writing.trees.GAIN", 0)
    point = {"c": np.array([0.5, 2.0]), "x": np.array([3.0, 1.0]), "b": np.array([-0.25, 1.0])}
    text = "u = b - logsumexp(2*c + sin(x))*exp(norm(x*c + b)); norm(u)**2 + sum(u**3)"
    document = gradcli.grad(text, at=point, wrt="b").to_dict()
    found = numbers_of(document["symbolic"]["b"], document["definitions"], point)
    assert found.ravel() == pytest.approx(document["gradient"]["b"], rel=1e-12)


LAYERS = {
    "sums": "u{k} = u{j} + tanh(sum(u{j})*a{k})",
    "products": "u{k} = (1 + a{k})*u{j} - softmax(u{j})*norm(u{j})",
    "matrices": "u{k} = tanh(A@u{j})/2 + u{j}*a{k}",
    "symmetric": "u{k} = u{j} + S@sin(u{j}*a{k})/9",
    "scalars": "s{k} = logsumexp(u{j})*a{k}; u{k} = u{j}/(1 + s{k}**2) + x",
    "skips": "u{k} = cumsum(u{j})/3 + u{i}*a{k} + diag(u{j})@x",
    "parts": "u{k} = concat(u{j}[1:], u{j}[:1])*cos(a{k}*x) + outer(u{j}, x)@u{j}/9",
    "transposes": "r{k} = u{j}.T@A; u{k} = u{j} + r{k}.T*a{k}/5",
    "choices": "u{k} = where(u{j} > a{k}, u{j}*1.25, x - u{j}/2)",
}


@pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize(
    ("end", "wrt"), [("u6", "x"), ("u6@u6.T", "A,S,x,a1"), ("y1 = sum(u3); y1*u6", "a3,a6,x,A,S")], ids="xyz"
)
def test_long_programs_have_jacobians_of_products(
    layer: str, end: str, wrt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Statement by statement (of few, for speed): formulas with the numbers of a forward sweep."""
    for place in ("derive.ad.cuts", "program.building.program"):
        monkeypatch.setattr(f"gradcli.{place}.MANY", 2)
    layers = "; ".join(layer.format(k=k, j=k - 1, i=max(k - 2, 0)) for k in range(1, 7))
    used = [name for name in wrt.split(",") if name in ("x", *[f"a{k}" for k in range(7)]) or f"{name}@" in layers]
    point: dict[str, np.ndarray] = {
        "A": np.array([[0.125, 0.25, 0.5], [0.5, -0.125, 0.25], [-0.25, 0.375, 0.125]]),
        "S": np.array([[0.5, 0.25, 0.125], [0.25, -0.5, 0.375], [0.125, 0.375, 0.25]]),
        "x": np.array([0.25, -0.5, 0.75]),
    }
    given = {
        name: value for name, value in point.items() if name == "x" or f"{name}@" in layers or f"@{name}" in layers
    }
    given |= {f"a{k}": 0.25 + k / 64 for k in range(1, 7)}
    text = f"{'S: 3,3 symmetric; ' if 'S' in given else ''}x: 3; u0 = x; {layers}; {end}"
    document = gradcli.jacobian(text, at=given, wrt=",".join(used)).to_dict()
    wanted = gradcli.jacobian(text, at=given, wrt=",".join(used), method="autodiff").jacobian
    names = {name: np.array(value) for name, value in given.items()}
    scalars = {name: value for name, value in given.items() if not isinstance(value, np.ndarray)}
    names = {"n": 3, **scalars, **{n: v.reshape(-1, 1) if v.ndim == 1 else v for n, v in names.items() if v.ndim}}
    for name, tree in document["definitions"].items():
        names[name] = evaluate(tree, names)
    found = np.atleast_2d(evaluate(document["symbolic"], names))
    assert found == pytest.approx(np.array(wanted), rel=1e-9, abs=1e-12)


def test_jacobians_of_long_programs_are_linear_in_them() -> None:
    """By all 61 variables of 60 layers with sums over arrays: no answer in 100 s, and 346,000 letters by one."""
    lengths = []
    for count in (30, 120):
        layers = "; ".join(f"u{k} = u{k - 1} + tanh(sum(u{k - 1})*a{k})" for k in range(1, count + 1))
        document = gradcli.jacobian(f"x: n; u0 = x; {layers}").to_dict()
        lengths.append(sum(map(len, document["definitions"].values())) + len(document["symbolic"]))
    assert lengths[1] < 4.5 * lengths[0]


def test_answers_about_many_layers_are_checked_in_time() -> None:
    """Our formula, which has names for what it repeats in `grad`, filled five megabytes, or the memory."""
    layers = "; ".join(f"u{k} = u{k - 1} + tanh(sum(u{k - 1})*a{k})" for k in range(1, 13))
    text = f"x: n; u0 = x; {layers}; norm(u12)**2"
    document = gradcli.check(text, "2*x", wrt="x").to_dict()
    assert document["verdict"] == "different"
    assert document["components"][0]["ours"] is None
    short = gradcli.check("x: n; u = x + tanh(sum(x)*a); norm(u)**2", "2*x", wrt="x").to_dict()
    assert short["verdict"] == "different"
    assert short["components"][0]["ours"] is not None
