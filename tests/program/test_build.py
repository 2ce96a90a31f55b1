"""Names, statements, shapes and errors of programs."""

from __future__ import annotations

import pytest

from gradcli.problems import GradcliError, Source
from gradcli.program.building.program import build_program
from gradcli.program.graph import Program
from gradcli.program.names import natural
from gradcli.program.options import BuildOptions
from gradcli.text.parser import parse_expression, parse_script


def program_of(text: str, **options: object) -> Program:
    """The program of one text."""
    return build_program(parse_script([Source("expression", text)]), BuildOptions(**options))  # type: ignore[arg-type]


def variables(text: str, **options: object) -> list[str]:
    """The names of a program's variables, in order."""
    return [variable.name for variable in program_of(text, **options).variables]


def test_variables_sort_naturally() -> None:
    """Letters go by code point, upper case first, and numbers by value."""
    assert variables("x10 + x2 + a + B + x1 + theta") == ["B", "a", "theta", "x1", "x2", "x10"]
    assert sorted(["x10", "x2", "X", "x"], key=natural) == ["X", "x", "x2", "x10"]


def test_wrt_comes_first_in_its_order() -> None:
    """--wrt names the variables to differentiate by; the others are parameters, in natural order."""
    program = program_of("a*b*c*d", wrt=("d", "b"))
    assert [v.name for v in program.variables] == ["d", "b"]
    assert [v.name for v in program.parameters] == ["a", "c"]


def test_function_names_that_are_not_called_are_variables() -> None:
    """gamma, beta, lambda, E, I and N are ordinary names."""
    assert variables("gamma*beta + lambda + E*I*N") == ["E", "I", "N", "beta", "gamma", "lambda"]


def test_constants_can_be_shadowed() -> None:
    """e is Euler's number unless the program, --set or --at gives it another meaning."""
    assert variables("e*x") == ["x"]
    assert variables("y = e*x; e = x + 1") == ["x"]
    assert variables("e*x", bound={"e": ()}) == ["e", "x"]
    assert variables("e*x", settings={"e": parse_expression(Source("--set", "3"))}) == ["x"]


def test_statements_come_in_any_order() -> None:
    """Intermediates may be used before they are defined; the output is what nobody uses."""
    program = program_of("y = u1*u2; u1 = x1 + x2; u2 = sin(x1)", steps=True)
    assert [step.name for step in program.steps] == ["u1", "u2", "y"]
    assert program.outputs[0].label == "y"


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("y = u; u = y", "cycle", "y → u → y"),
        ("u = x; u = 2", "duplicate", "'u' is defined twice"),
        ("sen(x)", "unknown-function", "unknown function 'sen'"),
        ("x(x+1)", "ambiguous", "x(...) reads in two ways"),
        ("x + y + xy", "ambiguous", "x*y"),
        ("sin(x, y)", "arity", "sin takes 1 argument, not 2"),
        ("atan2(x)", "arity", "atan2 takes 2 arguments, not 1"),
        ("max()", "arity", "max"),
        ("where(x, 1, 2)", "condition", "a condition is needed"),
        ("[x, y]", "vector", "vector function"),
        ("x; y", "several-functions", "one function is needed"),
        ("2 + 3", "constant", "no variable"),
        ("x[0]", "shape", "only vectors"),
        ("x @ y", "shape", "@ multiplies"),
        ("sum(x)", "shape", "sum needs a vector"),
        ('norm([x, y], "fro\'")', "arity", "order of a norm"),
    ],
)
def test_errors_say_the_fact(text: str, code: str, words: str) -> None:
    """Each mistake is one error with its code, its place and a hint."""
    with pytest.raises(GradcliError) as caught:
        program_of(text)
    assert caught.value.code == code
    assert words in caught.value.message + (caught.value.hint or "")
    assert caught.value.span is not None


def test_near_misses_are_suggested() -> None:
    """One letter wrong, missing, too many, or two in the wrong order; a word's meaning comes from a table."""
    for text, hint in (
        ("sinn(x)", "sin"),
        ("tahn(x)", "tanh"),
        ("softmx([x,y])", "softmax"),
        ("determinant(x)", "det"),
    ):
        with pytest.raises(GradcliError) as caught:
            program_of(text)
        assert f"did you mean '{hint}'" in (caught.value.hint or "")
    with pytest.raises(GradcliError) as caught:
        program_of("sen(x)")
    assert caught.value.hint == "write sin(x)"


@pytest.mark.parametrize("name", ["loss", "myfun", "relation", "zzz", "diff", "grad"])
def test_names_that_are_like_no_function_get_no_suggestion(name: str) -> None:
    """A suggestion stands for a slip of the keyboard, not for the least unlike name."""
    with pytest.raises(GradcliError) as caught:
        program_of(f"{name}(x)")
    assert "did you mean" not in (caught.value.hint or "")


def test_single_letters_that_are_called_are_abstract_functions() -> None:
    """f(x, y) is an unknown function, and so is x in x = x(a, b), and what a declaration says."""
    assert variables("f(x, y)*2") == ["x", "y"]
    assert variables("u = f(x,y,z); x = x(a,b); y = y(a,b); z = z(a,b)") == ["a", "b"]
    assert variables("phi: function; phi(t)") == ["t"]


def test_arrays_of_known_size() -> None:
    """A declared vector has one entry a row, and a literal matrix is multiplied entry by entry."""
    program = program_of("x: 3; x.T @ x")
    assert program.variables[0].shape == (3, 1)
    with pytest.raises(GradcliError, match=r"inner sizes 2 and 1"):
        program_of("[[x, y], [y, x]] @ [[x, y]]")
    with pytest.raises(GradcliError, match="3 and 4"):
        program_of("x: 3; x: 4; sum(x)")


def test_indices_count_from_zero_as_in_python() -> None:
    """x[-1] is the last entry, slices are half open, and an index outside is an error that names the range."""
    assert program_of("x: 3; x[0] + x[-1] + sum(x[1:])").variables[0].name == "x"
    with pytest.raises(GradcliError, match="outside 0 to 2"):
        program_of("x: 3; x[3]")
