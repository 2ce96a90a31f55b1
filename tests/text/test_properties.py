"""Random trees read back; cut and mutated texts end in a tree or in one error."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcli.problems import GradcliError, Source
from gradcli.text.parser import parse_expression, parse_script
from gradcli.text.points import parse_point
from gradcli.text.tree import Binary, Call, Index, Name, Number, Slice, Transpose, Tree, Unary, Vector, same

PROGRAMS = [
    "y = u1*u2; u1 = x1 + x2; u2 = sin(x1)  # c",
    "where(0 < x and not y >= 1, 2x^2(x+1), |x| - ||x - y||_1)",
    "x: 3 ; X: m,n ; S: n,n symmetric\nphi: function; norm(X @ x, 'fro')^2 + X[0,:1]'",
    "√x₁² · π − ‖X‖_F² × θᵀ + 1.5e-3",
    r"$\frac{1}{2}\|x\|_2^2 + \log(1+e^{-t}) - \sin^2 2x \cdot \left|x\right|$",
    r"$\begin{pmatrix} a & b \\ c & \sqrt[3]{x} \end{pmatrix} X^{-\top} \mathbf{x}_{10} + \operatorname{tr}(A)$",
    "[x1**2, x1*x2, [1, -2][0]]",
    "f'(a, axis=1) + where((x != 1), 1, 0)",
    '{"x": [1, 2], "s": 3.5e-1}',
    "x=[1,2],X=[[1,2],[3,4]]",
]
BITS = [
    *"()[]{},;:=+-*/^@'\"#$\\|‖√²₁ᵀ·π∞≤<&~!?_.%\n\t\0",
    "**",
    "||",
    "x",
    "1",
    "1e",
    "0x1F",
    "1_0",
    "𝐱",
    "e\u0301",
    "\udcff",
    "\u202e",
    " and ",
    " not ",
    "where(",
    r"\frac",
    r"\left",
    r"\begin{pmatrix}",
    r"\text{",
    ".T",
    "symmetric",
]

names = st.sampled_from(["x", "y1", "theta", "A", "if", "rho_c0"])
numbers = st.builds(lambda n: Number(n), st.integers(0, 99)) | st.builds(
    lambda n: Number(Fraction(n, 8) if n % 8 else n // 8, True), st.integers(1, 99)
)


def larger(trees: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Trees made of smaller trees."""
    few = st.lists(trees, min_size=1, max_size=3).map(tuple)
    ends = st.none() | trees
    return st.one_of(
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/", "@", "**"]), trees, trees),
        st.builds(Unary, st.just("-"), trees),
        st.builds(Transpose, trees),
        st.builds(Vector, few),
        st.builds(
            Call, st.sampled_from(["sin", "f", "g'"]), few, st.just(()) | trees.map(lambda tree: (("axis", tree),))
        ),
        st.builds(
            Index, trees, st.lists(st.builds(Slice, ends, ends) | names.map(Name), min_size=1, max_size=2).map(tuple)
        ),
    )


def written(tree: Tree) -> str:
    """A tree as text, with brackets around every operand that is not a name or a plain number."""
    if isinstance(tree, Name):
        return tree.name
    if isinstance(tree, Number):
        return str(tree.value) if not tree.decimal else f"{float(tree.value)!r}"
    if isinstance(tree, Unary):
        return f"-({written(tree.operand)})"
    if isinstance(tree, Binary):
        return f"({written(tree.left)}) {tree.op} ({written(tree.right)})"
    if isinstance(tree, Transpose):
        return f"({written(tree.operand)}).T"
    if isinstance(tree, Call):
        named = [f"{word}={written(value)}" for word, value in tree.keywords]
        return f"{tree.function}({', '.join([*map(written, tree.arguments), *named])})"
    if isinstance(tree, Index):
        return f"({written(tree.base)})[{', '.join(map(written, tree.subscripts))}]"
    if isinstance(tree, Slice):
        return ":".join(written(end) if end else "" for end in (tree.lower, tree.upper))
    assert isinstance(tree, Vector)
    return f"[{', '.join(map(written, tree.items))}]"


@given(st.recursive(names.map(Name) | numbers, larger, max_leaves=12))
@settings(max_examples=300)
def test_trees_read_back(tree: Tree) -> None:
    """Every tree, written out, is read as the same tree."""
    assert same(parse_expression(Source("expression", written(tree))), tree)


def error_of(text: str, latex: bool) -> GradcliError | None:
    """The error of a text as a program, None if it is one. Anything else escapes and fails the test."""
    try:
        parse_script([Source("expression", text)], latex)
    except GradcliError as error:
        return error
    return None


def point_error(text: str) -> GradcliError | None:
    """The error of a text as a point."""
    try:
        parse_point(Source("--at", text))
    except GradcliError as error:
        return error
    return None


def try_everything(text: str) -> None:
    """Read a text in every way; every error has a hint, and its place lies in the text."""
    for error in (error_of(text, False), error_of(text, True), point_error(text)):
        if error is not None:
            assert error.hint
            assert error.span is None or 0 <= error.span.start <= error.span.end <= len(text)


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_beginning_of_a_program_ends_well(program: str) -> None:
    """A text cut anywhere is a program or one error (jq's torture)."""
    for end in range(len(program) + 1):
        try_everything(program[:end])


@given(
    st.sampled_from(PROGRAMS),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 3), st.sampled_from(BITS)), max_size=4),
)
@settings(max_examples=400)
def test_mutated_programs_end_well(program: str, changes: list[tuple[int, int, str]]) -> None:
    """Pieces put in and taken out anywhere end in a program or one error."""
    for place, removed, bit in changes:
        program = program[:place] + bit + program[place + removed :]
    try_everything(program)


@given(st.text(max_size=30))
@settings(max_examples=300)
def test_any_text_ends_well(text: str) -> None:
    """Any characters whatever end in a program or one error."""
    try_everything(text)
