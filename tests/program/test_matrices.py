"""Array programs: shapes found, canonical forms, and what is refused."""

from __future__ import annotations

import pytest
from array_programs import derivative, program_of, read_back, text_of

from gradcli.problems import GradcliError, Source
from gradcli.program.building.array_program import build_array_program
from gradcli.program.options import BuildOptions
from gradcli.program.types.notation import has_arrays
from gradcli.text.parser import parse_script
from gradcli.text.points import parse_shape


def options(**fields: object) -> BuildOptions:
    return BuildOptions()._replace(**fields)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("x1**2 + x2**2", False),
        ("[x1**2, x1*x2]", False),
        ("norm([x, y])", False),
        ("v = [x, y]; v.T@v", False),
        ("max(x, y)", False),
        ("f'(x)", False),
        ("norm(x)", True),
        ("A@x", True),
        ("x.T", True),
        ("x[0]", True),
        ("max(x)", True),
        ("A@[x, y]", True),
        ("x: n; x**2", True),
        ("sum(x**2)", True),
    ],
)
def test_programs_of_scalars_are_not_arrays(text: str, answer: bool) -> None:
    """Only what uses a name as an array, or declares one, is an array program."""
    assert has_arrays(parse_script([Source("expression", text)], False), options()) is answer


def test_values_make_arrays() -> None:
    """A value that is an array makes an array program."""
    script = parse_script([Source("expression", "x**2")], False)
    assert has_arrays(script, options(bound={"x": (3,)}))
    assert not has_arrays(script, options(bound={"x": ()}))


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("norm(A@x-b)**2", ("A is an m x n matrix (assumed)", "b is a vector of m entries (assumed)",
                            "x is a vector of n entries (assumed)")),
        ("tr(X.T@X)", ("X is an m x n matrix (assumed)",)),
        ("logdet(X)", ("X is an n x n matrix (assumed)",)),
        ("norm(X-U@V)**2", ("U is an m x n matrix (assumed)", "V is an n x p matrix (assumed)",
                            "X is an m x p matrix (assumed)")),
        ("sum(p*log(p/q))", ("p is a vector of n entries (assumed)", "q is a vector of n entries (assumed)")),
        ("n*norm(x)", ("x is a vector of m entries (assumed)",)),
    ],
)  # fmt: skip
def test_undeclared_names_used_as_arrays(text: str, assumed: tuple[str, ...]) -> None:
    """A name that is used as an array is a vector (lower case) or a matrix (upper case); its sizes avoid all names."""
    assert program_of(text).assumptions == assumed


def test_scalars_stay_scalars() -> None:
    """A name that only multiplies an array is a scalar."""
    program = program_of("norm(X@w-y)**2 + lam*norm(w)**2")
    assert {v.name: v.shape for v in program.variables}["lam"] == ()


def test_open_sizes_become_those_of_their_partners() -> None:
    """--matrix X beside declared sizes takes these."""
    script = parse_script([Source("expression", "A: m,n; X@A")], False)
    open_sizes = build_array_program(
        script, options(declarations=(parse_shape(Source("--shape", "X=k,m")),), scalar=False, wrt=("X",))
    )
    assert open_sizes.variables[0].shape == ("k", "m")


def test_sizes_in_use_and_their_values() -> None:
    """A declared letter takes the number that a value has."""
    script = parse_script([Source("expression", "x: n; sum(x)/n")], False)
    program = build_array_program(script, options(bound={"x": (3,)}))
    assert program.dims == {"n": 3}
    assert program.variables[0].shape == (3, 1)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("A: m,n; x: m; A@x", "shape", ["(m, n)", "(m, 1)"]),
        ("x: n; y: m; x + y", "shape", ["(n, 1)", "(m, 1)"]),
        ("x: n; y: m; x@y", "shape", ["(n, 1)", "(m, 1)"]),
        ("A: m,n; det(A)", "shape", ["(m, n)", "square"]),
        ("A: m,n; A**-1", "shape", ["elementwise"]),
        ("A: n,n; T + A^T", "shape", ["transpose"]),
        ("x: n; y: m; x*y.T", "shape", ["(n, 1)", "(1, m)"]),
        ("x: 3; x[3]", "index", ["index 3"]),
        ("X: m,n; softmax(X)", "arity", ["axis"]),
        ("X: m,n; norm(X, 3)", "arity", ["order"]),
        ("X: m,n; sum(X, axis=2)", "arity", ["0 or 1"]),
        ("x: n; x: m; sum(x)", "shape", ["(n, 1)", "(m, 1)"]),
        ("x: n; cross(x, [1,2])", "shape", ["3"]),
    ],
)
def test_what_is_refused(text: str, code: str, words: list[str]) -> None:
    """Errors name the fact, and both shapes where two do not fit."""
    with pytest.raises(GradcliError) as caught:
        program_of(text)
    assert caught.value.code == code
    assert all(word in caught.value.message for word in words)
    assert caught.value.span is not None


def test_a_mismatch_stands_under_the_operator() -> None:
    """The place of a mismatch is the operator."""
    text = "A: m,n; x: m; 1 + sum(A@x)"
    with pytest.raises(GradcliError) as caught:
        program_of(text)
    assert caught.value.span is not None
    assert text[caught.value.span.start : caught.value.span.end] == "@"


def gradient_text(text: str) -> str:
    """The gradient by the last variable."""
    program = program_of(text)
    return text_of(program, derivative(program, "grad", program.variables[-1].name))


@pytest.mark.parametrize("text", ["x: n; sum(adj(x@x.T))", "x: n; A: n,n; sum(adj(A)) + sum(adj(outer(x, x)))"])
def test_what_has_no_closed_form(text: str) -> None:
    """A derivative that no matrix expression writes is refused, never partly done."""
    with pytest.raises(GradcliError) as caught:
        gradient_text(text)
    assert caught.value.code == "no-closed-form"


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("X + X", "2*X"),
        ("(A@X).T", "X.T@A.T"),
        ("A.T.T", "A"),
        ("S.T", "S"),
        ("inv(S).T", "inv(S)"),
        ("inv(X.T)", "inv(X).T"),
        ("inv(inv(X))", "X"),
        ("A@inv(X)@X", "A"),
        ("inv(X@B)", "inv(B)@inv(X)"),
        ("inv(A.T@A)@A.T@A", "eye(n)"),
        ("A@eye(n)", "A"),
        ("diag(x)@y", "x*y"),
        ("diag(x)@diag(y)", "diag(x*y)"),
        ("diag(x) + diag(y)", "diag(x + y)"),
        ("diag(x@y.T)", "x*y"),
        ("eye(n)*X", "diag(diag(X))"),
        ("inv(diag(x))", "diag(1/x)"),
        ("x*ones(n)", "x"),
        ("x@(x.T@y)@y.T", "x.T@y*x@y.T"),
        ("tr(x@y.T)", "x.T@y"),
        ("tr(A@X@C)", "tr(C@A@X)"),
        ("tr(kron(X, B))", "tr(X)*tr(B)"),
        ("sum(x@y.T)", "sum(x)*sum(y)"),
        ("sum(x - mean(x))", "0"),
        ("x.T@x", "norm(x)**2"),
        ("tr(A.T@A)", "norm(A)**2"),
        ("sqrt(x.T@x)", "norm(x)"),
        ("sum(x**2)", "norm(x)**2"),
        ("log(det(X))", "logdet(X)"),
        ("log(sum(exp(x)))", "logsumexp(x)"),
        ("exp(x)/sum(exp(x))", "softmax(x)"),
        ("log(1 + exp(x))", "softplus(x)"),
        ("log(sigmoid(x))", "-softplus(-x)"),
        ("log(1 - sigmoid(x))", "-softplus(x)"),
        ("1 - sigmoid(-x)", "sigmoid(x)"),
        ("1/(1 + exp(-x))", "sigmoid(x)"),
        ("sinh(x)/cosh(x)", "tanh(x)"),
        ("log_softmax(x)", "x - logsumexp(x)"),
        ("log(softmax(x)[0])", "log_softmax(x)[0]"),
        ("log(softmax(A, axis=1)[:,1])", "log_softmax(A, axis=1)[:,1]"),
        ("sum(eye(n)[:,2])", "1"),
        ("std(x)", "sqrt(var(x))"),
        ("norm(x, 1)", "sum(abs(x))"),
        ("dot(x, y)", "x.T@y"),
        ("outer(x, y)", "x@y.T"),
        ("solve(X, x)", "inv(X)@x"),
        ("det(diag(x))", "prod(x)"),
        ("det(inv(X))", "1/det(X)"),
        ("det(2*X)", "2**n*det(X)"),
        ("tr(eye(n))", "n"),
        ("sum(ones(m,n))", "m*n"),
        ("X@B + X.T@B", "(X + X.T)@B"),
        ("-(x - y)", "y - x"),
        ("vec(x)", "x"),
        ("vec(x@y.T)", "kron(y, x)"),
        ("kron(A, B)@kron(X, X)", "kron(A@X, B@X)"),
        ("commutation(1, n)", "eye(n)"),
        ("max(x, x)", "x"),
        ("x[:]", "x"),
        ("A.T[0,1]", "A[1,0]"),
        ("transpose(A)", "A.T"),
        ("relu(x)*where(x > 0, 1, 0)", "relu(x)"),
    ],
)
def test_canonical_forms(text: str, same: str) -> None:
    """Two ways to say the same are one node."""
    declared = "x: n; y: n; A: m,n; X: n,n; B: n,n; C: n,m; S: n,n symmetric; "
    program = program_of(declared + "sum(x) + sum(y) + tr(C@A@X@B@S)")
    assert read_back(program, text) is read_back(program, same)


@pytest.mark.parametrize(
    "text",
    ["A@x + b", "2*A.T@(A@x - b)", "(X.T@A.T).T", "x.T@y*x/norm(x)**2", "1 - x", "A + x.T", "A*b", "x[1:]", "A[0]",
     "A[:,0]", "A[-1,0]", "concat(x, y)", "concat(A, A, axis=1)", "ones(n).T", "zeros(m, n)", "eye(m*n)",
     "where(x > 0, 1, y)", "where(x > 0 and not y < 1, x, 0)", "max(0, x)", "x**y", "2**x", "cumsum(A, axis=0)",
     "softmax(A, axis=1).T", "max(A, axis=0)", "prod(x)/x", "vec(A).T", "norm(A, \"nuc\")", "A/sum(A, axis=1)",
     "x/3", "0.5*x", "(x.T@y)**2*x", "kron(A, X.T)", "inv(X + eye(n))@x", "diag(diag(X))", "[x, y]", "-x", "1/x",
     "std(x)*x", "var(A[:,0])", "mean(x)*y - mean(A)"],
)  # fmt: skip
def test_what_is_written_reads_back(text: str) -> None:
    """The text of a node gives the node again."""
    program = program_of("x: n; y: n; b: m; A: m,n; X: n,n; sum(x) + sum(y) + sum(b) + tr(A.T@A@X)")
    node = read_back(program, text)
    assert read_back(program, text_of(program, node)) is node


def test_deep_texts_need_no_recursion() -> None:
    """Five thousand nested functions of a vector are built and differentiated."""
    program = program_of("x: n; sum(" + "sin(" * 5000 + "x" + ")" * 5000 + ")")
    assert derivative(program, "grad", "x").shape == ("n", 1)


def test_numbers_in_front_of_chains_stay_exact() -> None:
    """0.5 and 0.5 make 1, and decimals are written as decimals."""
    program = program_of("x: n; A: n,n; 0.5*x.T@A@x", "x")
    assert text_of(program, derivative(program, "grad", "x")) == "0.5*(A.T + A)@x"
    symmetric = program_of("x: n; S: n,n symmetric; 0.5*x.T@S@x", "x")
    assert text_of(symmetric, derivative(symmetric, "grad", "x")) == "S@x"
