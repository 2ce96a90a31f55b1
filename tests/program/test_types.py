"""Types of expressions: what a program forces, what is decided by convention and said, and what is refused."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from random_arrays import SIZES, random_program

import gradcli
from gradcli.problems import GradcliError, Source
from gradcli.program.building.array_program import array_builder, build_array_program
from gradcli.program.dimensions import size_value
from gradcli.program.options import BuildOptions
from gradcli.text.parser import parse_script
from gradcli.text.points import parse_shape
from gradcli.text.tree import Number

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradcli.program.graph import Program
    from gradcli.program.types.infer import Types


def types_of(text: str, **fields: Any) -> Types:
    """The types of a text; every name is differentiated by, unless `wrt` says otherwise."""
    return array_builder(parse_script([Source("expression", text)], False), BuildOptions()._replace(**fields)).types


def kinds(text: str, **fields: Any) -> dict[str, int]:
    """How many dimensions each name has: 0 a number, 1 a vector, 2 a matrix."""
    shapes = types_of(text, **fields).shapes
    return {name: 0 if not shape else 1 if shape[1] == 1 else 2 for name, shape in shapes.items()}


def declared(*texts: str) -> dict[str, Any]:
    return {"declarations": tuple(parse_shape(Source("--shape", text)) for text in texts)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x.T@inv(A+t*B)@x", {"A": 2, "B": 2, "t": 0, "x": 1}),
        ("y.T@inv(s*K+t*eye(n))@y", {"K": 2, "s": 0, "t": 0, "y": 1}),
        ("x.T@(s*A+eye(n))@x", {"A": 2, "s": 0, "x": 1}),
        ("lam*x.T@B@x", {"B": 2, "lam": 0, "x": 1}),
        ("tanh(a*x.T@y+c)", {"a": 0, "c": 0, "x": 1, "y": 1}),
        ("logdet(X)+tr(X.T@A@X)", {"A": 2, "X": 2}),
        ("sum((x-mean(x))/sqrt(var(x)+eps)*g)", {"eps": 0, "g": 0, "x": 1}),
        ("norm(X@w-y)**2 + lam*norm(w)**2", {"X": 2, "lam": 0, "w": 1, "y": 1}),
        ("norm(lam*(A@x) - b)", {"A": 2, "b": 1, "lam": 0, "x": 1}),
        ("sum(sqrt(exp(A@x)+eps))", {"A": 2, "eps": 0, "x": 1}),
        ("sum(p*log(p/q))", {"p": 1, "q": 1}),
        ("w@x + b", {"b": 0, "w": 1, "x": 1}),
        ("x@A@x", {"A": 2, "x": 1}),
        ("m[0,1]", {"m": 2}),
        ("tr(c)", {"c": 2}),
    ],
)
def test_coefficients_are_numbers_and_what_only_arrays_can_be_is_one(text: str, expected: dict[str, int]) -> None:
    """A name that is open is a number unless it stands where only an array can."""
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$x^\top A x$", {"A": 2, "x": 1}),
        (r"$\frac{v^{T}Av}{v^{T}v}$", {"A": 2, "v": 1}),
        (r"$\vec{x}^TA\vec{x}$", {"A": 2, "x": 1}),
        (r"$\operatorname{tr}(A^{-1} B)$", {"A": 2, "B": 2}),
        (r"$w^\top x + b$", {"b": 0, "w": 1, "x": 1}),
        (r"$\|Ax-b\|^2$", {"A": 2, "b": 1, "x": 1}),
        (r"$\frac12 (x-\mu)^\top \Sigma^{-1}(x-\mu)$", {"Sigma": 2, "mu": 1, "x": 1}),
        (r"$\log(1+e^{-y w^\top x})$", {"w": 1, "x": 1, "y": 0}),
        (r"$\|X - u v^\top\|$", {"X": 2, "u": 1, "v": 1}),
        (r"$\lambda w^\top w$", {"lambda": 0, "w": 1}),
        (r"$C w^\top w$", {"C": 0, "w": 1}),
        (r"$a^T X^{-T}X^{-1}a$", {"X": 2, "a": 1}),
        (r"$\|\operatorname{diag}(x)A\|_F^2$", {"A": 2, "x": 1}),
        (r"$\|\lambda x\|$", {"lambda": 0, "x": 1}),
    ],
)
def test_latex_arrays_stand_beside_a_transposed_name(text: str, expected: dict[str, int]) -> None:
    """In LaTeX, what is multiplied beside a transposed name is an array, one in the middle a matrix."""
    assert kinds(text) == expected


def test_every_decision_is_said() -> None:
    """What nothing forced is said: arrays, numbers beside arrays, and vectors that were turned."""
    assert types_of("x@(A+t*B)@x").decisions == (
        "A is an n x n matrix (assumed)",
        "B is an n x n matrix (assumed)",
        "t is a number (assumed)",
        "x is a vector of n entries (assumed)",
        "x@(A+t*B) is read as x.T@(A+t*B), as NumPy multiplies vectors",
    )
    assert types_of("x: n; A: n,n; t: scalar; x.T@(t*A)@x").decisions == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sum(X@w + b)", ("number that is added", "vector", "b: scalar", "--vector b")),
        ("norm(A*x - b)", ("entry by entry", "A@x", "--vector x")),
        ("norm(A*x - b) + norm(x, 1)", ("entry by entry", "A@x", "--vector x")),
        ("log(|X|) + tr(X)", ("determinant", "absolute values", "det(X)", "abs(X)")),
    ],
)
def test_two_readings_with_two_answers_are_an_error_that_shows_both(text: str, words: tuple[str, ...]) -> None:
    """The error shows both readings, and the declaration that chooses."""
    with pytest.raises(GradcliError) as caught:
        types_of(text)
    assert caught.value.code == "ambiguous"
    assert all(word in f"{caught.value.message} {caught.value.hint}" for word in words)


def test_bars_are_a_determinant_where_the_answer_is_the_same() -> None:
    """|Sigma| is its determinant, which is said; where the answer is by Sigma it is an error that shows both."""
    types = types_of("log(|S|) + x.T@inv(S)@x", wrt=("x",))
    assert "|S| is read as the determinant det(S)" in types.decisions
    assert kinds("tr(X) + sum(|X|)") == {"X": 2}


def test_two_readings_with_one_answer_are_no_error() -> None:
    """By w, a number and a vector b give the same gradient."""
    assert kinds("norm(X@w + b)", wrt=("w",))["b"] == 1
    assert kinds("b: scalar; norm(X@w + b)")["b"] == 0
    assert kinds("norm(X@w + b)", bound={"b": ()})["b"] == 0


@pytest.mark.parametrize(
    ("function", "answer", "wrt", "shapes", "verdict"),
    [
        (r"$x^\top A x$", "$2 A x$", "x", (), "different"),
        (r"$x^\top A x$", r"$(A + A^\top) x$", "x", (), "equal"),
        ("x.T@inv(A+t*B)@x", "-x.T@inv(A+t*B)@B@inv(A+t*B)@x", "t", (), "equal"),
        ("logdet(eye(n)+X@X.T)", "2*X@inv(eye(p)+X.T@X)", "X", ("X=n,p",), "equal"),
        ("sum(x)/n", "ones(n)/n", "x", ("x=n",), "equal"),
        ("x@A@x", "A@x + x@A", "x", (), "equal"),
        ("norm(x@A)^2", "2*(x@A)@A.T", "x", (), "equal"),
        ("a.T@X@b", "a@b.T", "X", (), "equal"),
    ],
)
def test_answers_are_read_in_the_shapes_of_the_function(
    function: str, answer: str, wrt: str, shapes: tuple[str, ...], verdict: str
) -> None:
    """`check` reads an answer in the same shapes and sizes: a letter stays a size."""
    assert gradcli.check(function, answer, wrt=wrt, shapes=shapes).verdict == verdict


def test_two_vectors_multiply_as_numpy_has_it() -> None:
    """w@x is the inner product, x@A a row, which is a vector again beside a column."""
    assert gradcli.grad("w@x", {"w": [1, 2], "x": [3, 4]}).value == 11.0
    assert gradcli.grad("x@A@x", {"A": [[1, 2], [3, 4]], "x": [3, 4]}).gradient["x"] == [26.0, 47.0]
    assert gradcli.jacobian("x@A + b", at={"A": [[1, 2], [3, 4]], "b": [1, 1], "x": [3, 4]}, wrt="x").jacobian == (
        (1.0, 3.0),
        (2.0, 4.0),
    )


@pytest.mark.parametrize(
    ("text", "at", "gradient"),
    [
        ("x: n; norm(x)**2", {"x": [3]}, {"x": [6.0]}),
        ("A: 1,1; det(A)", {"A": [[3]]}, {"A": [1.0]}),
        ("A: 1,1; logdet(A)", {"A": [[4]]}, {"A": [0.25]}),
        ("x.T@A@x", {"x": [2], "A": [[3]]}, {"A": [4.0], "x": [12.0]}),
        ("x: n; A: n,n; x.T@A@x", {"x": [2], "A": [[3]]}, {"A": [4.0], "x": [12.0]}),
        ("x: n; x.T@ones(n)", {"x": [1, 2]}, {"x": [1.0, 1.0]}),
        ("x: n; sum(x)/n", {"x": [1, 2]}, {"x": [0.5, 0.5]}),
        ("eye(1)[0,0]*x", {"x": 2}, {"x": 1.0}),
        ("x.T@eye(n)@x", {"x": [1, 2]}, {"x": [2.0, 4.0]}),
        ("tr(x.T@A@x)", {"x": [1, 2], "A": [[1, 0], [0, 1]]}, {"A": [[1.0, 2.0], [2.0, 4.0]], "x": [2.0, 4.0]}),
        ("norm(A, inf)", {"A": [[1, 2, 3]]}, {"A": [[1.0, 1.0, 1.0]]}),
        ("norm(A, 1)", {"A": [[1, 2, 3]]}, {"A": [[0.0, 0.0, 1.0]]}),
        ("max(outer(z,x)[:,0])", {"x": [1], "z": [2]}, {"x": [2.0], "z": [1.0]}),
    ],
)
def test_one_entry_one_row_one_size(text: str, at: dict[str, Any], gradient: dict[str, Any]) -> None:
    """Arrays of one entry stay arrays, one row is a matrix, and a letter is its number wherever a value tells it."""
    assert gradcli.grad(text, at).gradient == gradient


def test_a_constant_is_a_size() -> None:
    """--set n=2 gives eye(n) its size."""
    assert gradcli.grad("x.T@eye(n)@x/n", {"x": [1, 2]}, constants={"n": 2}).gradient == {"x": [1.0, 2.0]}


def test_hessians_of_one_entry() -> None:
    """A matrix of one entry has a Hessian of one entry."""
    assert gradcli.hessian("x: 1; logdet(2*eye(1)+x@x.T)", {"x": [1]}).hessian == ((pytest.approx(2 / 9),),)
    assert gradcli.hessian("D: 1,1; det(D)", {"D": [[2]]}).hessian == ((0.0,),)


@pytest.mark.parametrize(
    ("text", "gradient"),
    [
        ("x: 4; sum(x[::2]**2)", [2.0, 0.0, 6.0, 0.0]),
        ("x: 4; x[::-1].T@[1,10,100,1000]", [1000.0, 100.0, 10.0, 1.0]),
        ("x: 4; sum(x[3:0:-2]**2)", [0.0, 4.0, 0.0, 8.0]),
        ("x: 4; sum(x[-1::-3])", [1.0, 0.0, 0.0, 1.0]),
    ],
)
def test_slices_with_steps_are_pythons(text: str, gradient: list[float]) -> None:
    """x[low:high:step] picks what Python picks."""
    assert gradcli.grad(text, {"x": [1, 2, 3, 4]}).gradient == {"x": gradient}


def test_a_step_needs_a_size_in_numbers() -> None:
    """Of n entries nobody can say which are the even ones."""
    with pytest.raises(GradcliError, match="needs a size in numbers"):
        gradcli.grad("x: n; sum(x[::2])")
    with pytest.raises(GradcliError, match="not 0"):
        gradcli.grad("x: 4; sum(x[::0])")


def test_kron_of_a_row_and_a_column() -> None:
    """A declared row stays a row, a declared column a column."""
    program = build_array_program(
        parse_script([Source("expression", "kron(A,B)")], False),
        BuildOptions(scalar=False)._replace(**declared("A=1,2", "B=2,1")),
    )
    assert program.outputs[0].node.shape == (2, 2)
    assert gradcli.jacobian("A: 1,2; B: 2,1; kron(A,B)", at={"A": [[1, 2]], "B": [[1], [2]]}).shape is not None


def program_at(text: str, names: dict[str, tuple[str, ...]], letters: bool) -> Program:
    """The program with its names declared in letters, or with values of their sizes."""
    sizes: dict[str, Any] = {letter: Number(value) for letter, value in SIZES.items() if f"({letter})" in text}
    told: dict[str, Any] = {
        "bound": {name: tuple(SIZES[s] for s in shape) for name, shape in names.items()},
        "settings": {**sizes, **{k: Number(v) for k, v in SIZES.items() if f"({k}, " in text or f", {k})" in text}},
    }
    if letters:
        told = declared(*(f"{name}={','.join(shape) or 'scalar'}" for name, shape in names.items()))
    script = parse_script([Source("expression", text)], False)
    return build_array_program(script, BuildOptions(scalar=False)._replace(**told))


def fits(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Is this NumPy's shape? A vector is a column, or a row if it is x@A; one entry may be a number."""
    if all(size == 1 for size in wanted) and all(size == 1 for size in found):
        return True
    return found == wanted if len(wanted) == 2 else sorted(found) == sorted((*wanted, 1)[: len(found)])


@pytest.mark.parametrize("letters", [True, False])
def test_random_programs_have_the_shapes_that_numpy_finds(letters: bool) -> None:
    """Shapes inferred for letters and for numbers are NumPy's; at most one in fifty is refused, for a shape."""
    refused = tried = 0
    for seed in range(250):
        try:
            program = random_program(seed)
        except ValueError:  # NumPy refuses it too
            continue
        if not program.names:
            continue
        tried += 1
        try:
            built = program_at(program.text, program.names, letters)
        except GradcliError as error:
            if error.code != "shape":
                raise
            refused += 1
            continue
        found = tuple(size_value(size, SIZES.__getitem__) for size in built.outputs[0].node.shape)
        assert fits(found, program.shape), (program.text, program.names)
    assert tried > 200
    assert refused <= tried / 50


def calls(text: str) -> int:
    """How many functions are called while a text is typed."""
    count = 0

    def profile(frame: Any, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    script = parse_script([Source("expression", text)], False)
    sys.setprofile(profile)
    try:
        array_builder(script, BuildOptions())
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "sum(" + "+".join(f"a{i}*(A@x)" for i in range(n)) + ")",
        lambda n: "sum(" + "+".join(f"x{i}" for i in range(n)) + ")",
        lambda n: "sum(A" + ".T" * n + ")",
        lambda n: "$\\|" + " ".join(["A"] * n) + "\\|$",
        lambda n: "; ".join(f"u{i + 1} = sin(u{i})" for i in range(n)) + f"; norm(u0) + sum(u{n})",
    ],
)
def test_inference_is_linear(make: Callable[[int], str]) -> None:
    """Four times the text takes four times the steps."""
    assert calls(make(400)) < 6 * calls(make(100))


@pytest.mark.parametrize(
    ("text", "value"),
    [("norm(u@A, 1)", 13.0), ("norm(2*(u@A) + 1, 1)", 26.0), ("norm(u.T@A, 1)", 7.0), ("norm(A, 1)", 6.0)],
)
def test_the_norm_of_what_numpy_has_as_a_vector(text: str, value: float) -> None:
    """u@A is a vector to NumPy, u.T@A a matrix of one row."""
    at = {"u": [1, 2], "A": [[1, 2], [3, -4]]} if "u" in text else {"A": [[1, 2], [3, -4]]}
    assert gradcli.grad(text, at=at).value == value


@pytest.mark.parametrize(
    ("text", "answer", "wrt"),
    [
        ("sum(phi(W@x+b)); phi: function; W: m,n; x: n; b: m", "W.T@phi'(W@x+b)", "x"),
        ("sum(phi(W@x+b)); phi: function; W: 2,3; x: 3; b: 2", "phi'(W@x+b)", "b"),
        ("sum(phi(x)); phi: function; x: 2", "[phi'(x[0]), phi'(x[1])]", "x"),
    ],
)
def test_abstract_functions_act_entry_by_entry(text: str, answer: str, wrt: str) -> None:
    """The derivative of an unknown function of an array is read back, whatever the sizes."""
    assert gradcli.check(text, answer, wrt=wrt).verdict == "equal"
    assert gradcli.check(text, answer.replace("phi'", "phi"), wrt=wrt).verdict != "equal"


def test_jacobian_of_an_abstract_function() -> None:
    """diag(phi'(W@x + b))@W."""
    found = gradcli.jacobian("phi(W@x+b); phi: function; W: m,n; x: n; b: m", wrt="x")
    assert found.to_dict()["symbolic"] == "diag(phi'(W@x + b))@W"


def test_positive_definite_is_symmetric() -> None:
    """A declaration of a positive definite matrix declares a symmetric one."""
    found = gradcli.grad("logdet(S); S: n,n positive definite").to_dict()
    assert found["symbolic"] == {"S": "inv(S)"}
    assert any("S is symmetric" in text for text in found["assumptions"])


@pytest.mark.parametrize(
    ("text", "same", "told"),
    [
        ("A: 1,2; det(A@A.T + eye(m))", "A: 1,2; A@A.T + 1", "m is 1, since A@A.T has one entry"),
        ("A: 1,2; logdet(eye(k) - 2*A@A.T)", "A: 1,2; log(1 - 2*A@A.T)", "k is 1, since 2*A@A.T has one entry"),
        ("A: 1,2; B: m,m; sum(A@A.T + eye(m))", "", None),
        ("x: n; sum(x.T@x + ones(k))", "", None),
        ("A: 1,2; S: 4,4; sum((A@A.T + eye(m))@S)", "", None),
    ],
)
def test_the_size_of_what_is_added_to_a_product_of_one_entry(text: str, same: str, told: str | None) -> None:
    """An identity whose size nothing tells, beside a product of one entry, has one entry; ones(k) may be longer."""
    found = gradcli.grad(text)
    assert [note for note in found.reading.assumptions if " is 1, " in note] == ([] if told is None else [told])
    if told is not None:
        at = {"A": [[0.25, 0.5]]}
        assert gradcli.grad(text, at=at).gradient == gradcli.grad(same, at=at).gradient


@pytest.mark.parametrize(
    ("text", "same", "shapes"),
    [
        ("tanh(A@B)@(c.T@D)", "tanh(sum(A*B.T))*(c.T@D)", {"A": (1, 2), "B": (2, 1), "c": (2,), "D": (2, 3)}),
        ("c@(A@B + 1)", "c*(sum(A*B.T) + 1)", {"A": (1, 2), "B": (2, 1), "c": (3, 1)}),
        ("norm(A, axis=1)@(B.T@C)", "norm(A)*(B.T@C)", {"A": (1, 2), "B": (2, 1), "C": (2, 3)}),
        ("sin(A@B).T@c", "sin(sum(A)*sum(B))*sum(c)", {"A": (1, 1), "B": (1, 1), "c": (1,)}),
        ("(A@B)@(c.T@B)@sin(A@B)", "sum(A*B.T)*sum(c*B)*sin(sum(A*B.T))", {"A": (1, 2), "B": (2, 1), "c": (2,)}),
        ("(A@B)[-1]*c", "sum(A*B.T)*c", {"A": (1, 2), "B": (2, 1), "c": (3,)}),
        ("sum((A@B)[:1]*c)", "sum(A*B.T)*sum(c)", {"A": (1, 2), "B": (2, 1), "c": (3,)}),
    ],
)
def test_what_is_made_of_one_entry_multiplies(text: str, same: str, shapes: dict[str, tuple[int, ...]]) -> None:
    """As a matrix of one entry does where the sizes fit, and that is said; it has an entry 0, too."""
    at = {name: np.arange(1, np.prod(shape) + 1).reshape(shape) / 8 for name, shape in shapes.items()}
    found, wanted = gradcli.jacobian(text, at=at), gradcli.jacobian(same, at=at)
    assert np.allclose(found.array, wanted.array, rtol=1e-15)
    assert ("@" in text.replace("(A@B)[", "")) == any(
        "@ beside it is a multiple" in t for t in found.reading.assumptions
    )


@pytest.mark.parametrize(
    "text", ["B: 3,2; a: scalar; a@B", "A: 1,2; x: 2; B: 3,2; (A@x + 1)@B", "A: 1,2; x: 2; (A@x)[1]"]
)
def test_a_number_multiplies_where_its_one_entry_fits_alone(text: str) -> None:
    """A scalar is no array, and (1, 1) does not fit (3, 2)."""
    with pytest.raises(GradcliError) as caught:
        gradcli.jacobian(text)
    assert caught.value.code in ("shape", "index")


@pytest.mark.parametrize("text", ["std(x)", "var(x)", "std(x)**2 + sum((x - mean(x))**3)", "x: 1; std(x)"])
def test_one_entry_does_not_vary(text: str) -> None:
    """The formula of one entry is 0, and no quotient of zeros; for n entries it is as ever."""
    found = gradcli.grad(text, at="x=[3]")
    assert str((found.symbolic or {})["x"]) == "zeros(1)"
    assert found.gradient == {"x": [0.0]}
    assert "std(x)" in str((gradcli.grad("std(x)").symbolic or {})["x"])
