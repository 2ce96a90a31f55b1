"""Verdicts of `check`: proved, tested, different with a witness, undecided; and the slips that are named."""

from __future__ import annotations

import pytest

from gradcli import GradcliError, check
from gradcli.derive.results import Verdict
from tests.derive.slip_cases import RIGHT, WRONG, Case


def verdict_on(case: Case) -> Verdict:
    return check(
        case.function,
        case.answer,
        kind=case.kind,  # type: ignore[arg-type]
        wrt=case.wrt,
        shapes=case.shapes,
        layout=case.layout,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: f"{case.function} | {case.answer}")
def test_a_right_answer_in_any_form_is_equal_and_explained_by_nothing(case: Case) -> None:
    """A right answer in another form is equal, by proof or by tests, without witness and slips."""
    found = verdict_on(case)
    assert found.verdict == "equal"
    assert found.evidence in ("proved", "tested")
    assert found.witness is None
    assert found.diagnosis == ()
    assert all(component.verdict == "equal" for component in found.components)


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case.function} | {case.answer}")
def test_a_wrong_answer_is_different_and_its_usual_slip_is_named(case: Case) -> None:
    """A wrong answer is different, shown by numbers or by its shape; one of the expected slips is named, or none."""
    found = verdict_on(case)
    assert found.verdict == "different"
    if found.witness is None:
        assert any(component.remark for component in found.components)
    elif found.witness.yours is not None:
        assert found.witness.yours != found.witness.ours
    codes = {slip.code for slip in found.diagnosis}
    assert codes & set(case.slips) if case.slips else not codes


def test_the_witness_is_short_and_its_numbers_are_those_of_both_formulas() -> None:
    """The witness has small whole coordinates, and yours and ours there to the last digit."""
    found = check("x^2*y", "2*x*y, 2*x^2")
    assert found.witness is not None
    at = found.witness.at
    assert all(value == int(value) and abs(value) < 10 for value in at.values())
    assert found.witness.entry == "y"
    assert (found.witness.yours, found.witness.ours) == (2 * at["x"] ** 2, at["x"] ** 2)


def test_the_worst_component_comes_first() -> None:
    """Components are ordered by their relative difference; right ones come last."""
    found = check("x1^2 + x2^2 + x3^2", "2*x1, 2.02*x2, -2*x3")
    assert [component.variable for component in found.components] == ["x3", "x2", "x1"]
    assert [component.verdict for component in found.components] == ["different", "different", "equal"]


def test_a_point_that_was_given_is_tried_first() -> None:
    """`at` adds a point, which then shows the difference."""
    found = check("x^2", "3*x", at={"x": 11})
    assert found.witness is not None
    assert found.witness.at == {"x": 11.0}


def test_a_difference_at_single_points_is_none() -> None:
    """Formulas that differ at kinks and removable points only are equal."""
    assert check("abs(x)", "where(x >= 0, 1, -1)").verdict == "equal"
    assert check("x^2", "2*x^2/x").verdict == "equal"
    assert check("max(x, 3)", "where(x > 3, 1, 0)").verdict == "equal"


def test_an_answer_without_a_value_on_an_interval_is_different_with_the_reason() -> None:
    """Where yours has no value on an open set and ours has one, the witness has no number of yours and says why."""
    found = check("x^2", "2*sqrt(x)^2")
    assert found.verdict == "different"
    assert found.witness is not None
    assert found.witness.yours is None
    assert found.witness.ours == 2 * found.witness.at["x"]
    assert "not real" in found.witness.reason


def test_a_function_without_values_leaves_the_answer_undecided() -> None:
    """Where no point with a value is found, a formula that is not ours by proof is undecided."""
    assert check("sqrt(-1 - x^2)", "sin(x)").verdict == "undecided"


def test_small_gradients_are_compared_by_their_own_size() -> None:
    """A sign error on a gradient of 1e-30 is found, and a large right gradient is right."""
    assert check("1e-30*x*y", "1e-30*y, -1e-30*x").verdict == "different"
    assert check("1e12*sin(x) + x", "1 + 1e12*cos(x)").verdict == "equal"


def test_constants_are_put_in_on_both_sides() -> None:
    """A constant by name on one side and its value on the other are the same."""
    assert check("a*x^2", "6*x", constants={"a": 3}).verdict == "equal"
    assert check("a*x^2", "2*a*x", constants={"a": 3}).verdict == "equal"
    assert check("a*x^2", "4*x", constants={"a": 3}).verdict == "different"


def test_abstract_functions_are_compared_by_formulas_in_their_place() -> None:
    """A wrong chain rule with an abstract function is different, a right one is equal."""
    assert check("y = f(g(x)); g: function; f: function", "f'(g(x))*g'(x)").verdict == "equal"
    assert check("y = f(g(x)); g: function; f: function", "f'(g(x))").verdict == "different"


def test_a_missing_and_a_surplus_component_are_said() -> None:
    """What is missing and what is too many is different, and the remark says so."""
    short = check("x^2 + y^2", "2*x")
    assert [c.remark for c in short.components if c.variable == "y"] == ["missing: no answer was given for y"]
    long = check("x^2", "2*x, 3")
    assert any("too many" in component.remark for component in long.components)


def test_a_formula_that_is_right_for_one_size_only_is_different() -> None:
    """Symbolic sizes are tried with several numbers: 1/3 is not 1/n."""
    assert check("mean(x)", "ones(n)/3", shapes=["x=n"]).verdict == "different"
    assert check("mean(x)", "ones(n)/n", shapes=["x=n"]).evidence == "proved"


@pytest.mark.parametrize(
    ("function", "answer", "verdict"),
    [
        ("X: m,n; A: m,m symmetric; det(X.T@A@X)", "2*det(X.T@A@X)*A@X@inv(X.T@A@X)", "equal"),
        ("X: m,n; A: m,m symmetric; det(X.T@A@X)", "det(X.T@A@X)*A@X@inv(X.T@A@X)", "different"),
        ("X: m,n; log(det(X.T@X))", "2*pinv(X).T", "equal"),
        ("X: m,n; logdet(X@X.T)", "2*pinv(X).T", "equal"),
        ("X: m,n; logdet(X@X.T)", "pinv(X).T", "different"),
    ],
)
def test_sizes_without_values_are_nothing_against_a_formula(function: str, answer: str, verdict: str) -> None:
    """No X.T@X of a matrix with more columns than rows has an inverse: other sizes tell."""
    found = check(function, answer, wrt="X")
    assert found.verdict == verdict
    assert any(note.startswith("there is no value for m = ") for note in found.notes)


@pytest.mark.parametrize(
    ("declared", "function", "answer", "verdict"),
    [
        ("z: k; y: one-hot k", "-y.T@log(softmax(z))", "softmax(z) - y", "equal"),
        ("z: k; y: k", "-y.T@log(softmax(z))", "softmax(z) - y", "different"),
        ("z: 3; y: one-hot 3", "-y.T@log(softmax(z))", "softmax(z) - y", "equal"),
        ("z: 3; y: one-hot 3", "-y.T@log(softmax(z))", "y - softmax(z)", "different"),
        ("z: n; S: n,n positive definite", "abs(det(S))*sum(z)", "det(S)*ones(n)", "equal"),
        ("z: n; S: n,n symmetric", "abs(det(S))*sum(z)", "det(S)*ones(n)", "different"),
        ("z: 2; S: 2,2 positive definite", "abs(det(S))*sum(z)", "det(S)*ones(2)", "equal"),
        ("z: n; S: n,n positive definite", "abs(tr(expm(S)@S))*sum(z)", "tr(expm(S)@S)*ones(n)", "equal"),
    ],
)
def test_what_is_declared_of_values_holds_at_every_point(
    declared: str, function: str, answer: str, verdict: str
) -> None:
    """Answers are compared where vectors are one-hot and matrices are positive definite."""
    assert check(f"{declared}; {function}", answer, wrt="z").verdict == verdict


def test_a_factor_that_depends_on_the_size_is_named_by_its_letter() -> None:
    """A sum in the place of a mean is n times what it should be."""
    (slip,) = check("mean(x)", "ones(n)", shapes=["x=n"]).diagnosis
    assert slip.code == "factor"
    assert " n times" in slip.message


def test_slips_of_two_components_are_named_apart() -> None:
    """Each wrong component has its own slip, and right ones have none."""
    found = check("sin(x^2) + x*y + y^3", "cos(x^2) + y, x + 3*y^3")
    assert {slip.variable: slip.code for slip in found.diagnosis} == {
        "x": "missing-inner-derivative",
        "y": "power-rule",
    }


def test_names_of_the_program_may_stand_in_the_answer() -> None:
    """Intermediates of the function are known in the answer; other names are an error with the known ones."""
    assert check("L = (y-t)^2; y = w*x", "2*(y-t)*x", wrt="w").verdict == "equal"
    with pytest.raises(GradcliError, match="unknown name 'q'") as caught:
        check("x^2", "2*q")
    assert "x" in (caught.value.hint or "")


def test_answers_by_name_need_names_that_are_differentiated_by() -> None:
    """A name that is no variable, one given twice, and a mixture are errors."""
    for answers in (("z=2*x",), ("x=2*x, x=3",), ("x=2*x, 3",)):
        with pytest.raises(GradcliError) as caught:
            check("x^2", *answers)
        assert caught.value.code == "answer"


def test_a_symmetric_matrix_has_the_symmetric_gradient() -> None:
    """By a symmetric S the gradient of a'Sb is (ab' + ba')/2."""
    shapes = ["S=n,n symmetric", "a=n", "b=n"]
    assert check("a.T@S@b", "(a@b.T + b@a.T)/2", wrt="S", shapes=shapes).verdict == "equal"
    assert check("a.T@S@b", "a@b.T", wrt="S", shapes=shapes).verdict == "different"


def test_one_answer_of_a_wrong_shape_beside_a_right_one() -> None:
    """With several matrices of symbolic sizes the answer that fits no size is told, and the other one is equal."""
    function = "norm(U@V.T - M, 'fro')**2"
    found = check(function, "2*(U@V.T - M)@V", "2*(U@V.T - M)@U", wrt="U,V")
    assert {component.variable: component.verdict for component in found.components} == {"U": "equal", "V": "different"}
    halved = check(function, "2*(U@V.T - M)@V", "(U@V.T - M).T@U", wrt="U,V")
    assert [(slip.variable, slip.code) for slip in halved.diagnosis] == [("V", "factor")]


def test_one_answer_is_for_the_variable_whose_shape_it_has() -> None:
    """The gradient by x was compared with that by A, which comes first."""
    found = check("x.T@A@x", "(A + A.T)@x")
    assert {c.variable: (c.verdict, bool(c.remark)) for c in found.components} == {
        "A": ("different", True),
        "x": ("equal", False),
    }
    assert [c.verdict for c in check("x*y*z", "y*z").components].count("equal") == 1


def test_a_part_of_a_factor_that_is_missing_is_said_to_be_one() -> None:
    """Where (A.T + A)@x is right, A@x lacks no term of its own: it lacks A.T in that factor."""
    found = check("x: n; A: n,n; x.T@A@x", "A@x", wrt="x").diagnosis
    assert [(slip.code, slip.message) for slip in found] == [
        ("missing-term", "your gradient by x lacks A.T in the factor A.T + A")
    ]
    found = check("x: n; A: n,n; b: n; x.T@A@x + b.T@x", "(A + A.T)@x", wrt="x").diagnosis
    assert [slip.message for slip in found] == ["your gradient by x lacks the term b"]
    found = check("x: n; A: n,n; A@x + x", "A", wrt="x", kind="jacobian").diagnosis
    assert [slip.message for slip in found] == ["your Jacobian lacks the term eye(n)"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("x: n; norm(x)**3", "3*norm(x)**2*x"), "swapped-function", "which is x/norm(x)"),
        (("a: n; x: n; a.T@x", "x"), "wrong-variable", "the gradient by a, not by x"),
        (("x: n; sum(sigmoid(x))", "sigmoid(x)"), "not-differentiated", "sigmoid(x) itself"),
        (("z: n; y: n; -y.T@log(softmax(z))", "softmax(z) - y"), "factor", "right if sum(y) = 1"),
        (("tanh(z + sin(y))", "(1 - tanh(z + sin(y))**2)*cos(y), 1"), "missing-term", "-tanh(z + sin(y))**2"),
    ],
)
def test_what_arrays_and_terms_were_taken_for_is_said(words: tuple[str, str], code: str, said: str) -> None:
    """The summand itself, the gradient by another array, a norm too many, labels that need not sum to 1."""
    wrt = "x" if "x:" in words[0] else "z" if "z:" in words[0] else ""
    found = check(words[0], words[1], wrt=wrt)
    assert found.verdict == "different"
    assert [slip.code for slip in found.diagnosis] == [code]
    assert said in found.diagnosis[0].message


def test_a_broken_rule_is_named_before_the_factor_that_it_makes() -> None:
    """cos(3*x) for sin(3*x): the inner derivative is forgotten; a third is what comes of it."""
    for function, answer, code in (
        ("sin(3*x)", "cos(3*x)", "missing-inner-derivative"),
        ("x**2", "x", "power-rule"),
        ("(2*x + 1)**3", "3*(2*x + 1)**2", "missing-inner-derivative"),
    ):
        assert [slip.code for slip in check(function, answer).diagnosis] == [code, "factor"]


def test_rows_and_columns_of_a_hessian_in_another_order() -> None:
    """The variables were taken in another order: no factors are wrong."""
    found = check("x**2 + 3*y**2", "[[6, 0], [0, 2]]", kind="hessian")
    assert [slip.code for slip in found.diagnosis] == ["permuted"]


def test_a_factor_near_one_is_not_called_one() -> None:
    """Digits until it is seen that it is no 1."""
    (slip,) = check("x**3", "3.0000000000003*x**2").diagnosis
    assert "1.0000000000001 times" in slip.message


WHOLE: list[tuple[str, tuple[str, ...], str, str | None, str | None]] = [
    ("A: 3,3; tr(expm(A))", ("expm(A).T",), "equal", "proved", None),
    ("tr(expm(A))", ("expm(A.T)",), "equal", "proved", None),
    ("tr(expm(A)@expm(A))", ("2*expm(2*A).T",), "equal", "tested", None),
    ("tr(expm(A)@B)", ("A=expm_frechet(A, B).T", "B=expm(A).T"), "equal", "proved", None),
    ("tr(expm(A))", ("expm(A)",), "different", "proved", "transposed"),
    ("tr(expm(A))", ("-expm(A).T",), "different", "proved", "sign"),
    ("tr(expm(A))", ("2*expm(A).T",), "different", "proved", "factor"),
    ("tr(expm(A))", ("expm(A).T/3",), "different", "proved", "factor"),
    ("A: 2,2; B: 2,2; tr(expm(A)@B)", ("expm(A).T@B.T", "expm(A).T"), "different", "proved", None),
    ("tr(expm(A)@B)", ("expm_frechet(A, B).T",), "different", "proved", None),
    ("tr(expm(A))", ("expm(A).T", "A"), "different", "proved", None),
    ("A: 3,3; x: 3; sum(expm(A)@x)", ("ones(3).T@expm(A)", "expm(A).T@ones(3)"), "different", "proved", None),
    ("A: 3,3; tr(expm(A))", ("expm(A)@ones(4)",), "different", "proved", None),
    ("sum(abs(expm(A) - 1))", ("expm(A)",), "different", "tested", None),
]


@pytest.mark.parametrize(("function", "answers", "verdict", "evidence", "slip"), WHOLE)
def test_functions_of_whole_matrices(
    function: str, answers: tuple[str, ...], verdict: str, evidence: str | None, slip: str | None
) -> None:
    """expm has no entries: answers are compared as whole arrays, by the rules of the graph, else by numbers."""
    found = check(function, *answers)
    assert (found.verdict, found.evidence) == (verdict, evidence)
    assert [one.code for one in found.diagnosis] == ([] if slip is None else [slip])
    assert found.text()
    if verdict == "equal":
        assert found.witness is None
    elif found.witness is not None:
        assert found.witness.yours != found.witness.ours
    else:
        assert any(component.remark for component in found.components)


def test_a_point_is_tried_for_whole_matrices() -> None:
    """Yours and ours are those of the point that was given."""
    found = check("A: 2,2; tr(expm(A))", "expm(A)", at="A=[[0,1],[0,0]]")
    assert found.witness is not None
    assert found.witness.at == {"A": [[0.0, 1.0], [0.0, 0.0]]}
    assert (found.witness.entry, found.witness.yours, found.witness.ours) == ("A[0,1]", 1.0, 0.0)


@pytest.mark.parametrize("answer", ["expm(C)", "B=expm(A)", "expm(A"])
def test_wrong_texts_about_whole_matrices_are_errors(answer: str) -> None:
    """Names that are unknown, or not differentiated by, and texts that cannot be read."""
    with pytest.raises(GradcliError):
        check("A: 3,3; tr(expm(A))", answer)
