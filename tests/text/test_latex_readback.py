"""What gradcli prints in LaTeX it reads back to the same function: every rule, the identities, random programs."""

from __future__ import annotations

import random

import numpy as np
import pytest
from array_programs import derivative, evaluated, program_of, random_values
from identities import TABLE
from random_arrays import random_program

import gradcli
from gradcli.derive.ad.reverse import Reverse
from gradcli.problems import GradcliError, Source
from gradcli.program.building.array_program import build_array_program
from gradcli.program.building.program import build_program
from gradcli.program.options import BuildOptions
from gradcli.program.writing.arrays import write_array_trees
from gradcli.program.writing.trees import write_trees
from gradcli.render.notation import write
from gradcli.rules import RULES
from gradcli.text.parser import parse_script
from gradcli.text.tree import Name, postorder

MEANINGS = {
    "expm1": "(exp({0}) - 1)",
    "exp2": "(2**({0}))",
    "log1p": "log(1 + {0})",
    "hypot": "sqrt(({0})**2 + ({1})**2)",
    "logsigmoid": "log(sigmoid({0}))",
    "lgamma": "log(abs(gamma({0})))",
    "trigamma": "polygamma(1, {0})",
    "lbeta": "log(abs(beta({0}, {1})))",
}
"""Rows whose LaTeX is that of their definition."""

FRAMES = (
    "{f}", "2*{f}", "{f}*y", "y*{f}", "{f}**2", "-{f}", "{f}/y", "y/{f}", "{f}**y", "y**{f}", "y - {f}",
    "z*{f}*y", "{f}**(-2)", "where(x > 0, {f}, y)*z", "(x - 1)*{f}", "exp({f})", "abs({f} - 1)",
)  # fmt: skip
INSIDE = ("{a} + 1", "-{a}", "2*{a}", "{a}**2", "1/{a}", "sin({a})", "2**{a}", "{a}/3")


def scalar_program(text: str):
    """The program of a text of scalars."""
    return build_program(parse_script([Source("expression", text)]), BuildOptions())


def canonical(program) -> str:
    """The text of a program's last output in canonical form."""
    return write(write_trees([program.outputs[-1].node]).trees[0])


def are_equal(one: str, other: str) -> bool:
    """Do two texts, whose terms stand in another order, have the same value at a point?"""
    at = {"x": 0.7, "y": 1.3, "theta1": 0.4, "rate": 2.1, "x1": 0.9}
    values = []
    for text in (one, other):
        names = {part.name for part in postorder(parse_script([Source("expression", text)]).statements[0].tree)
                 if isinstance(part, Name)}  # fmt: skip
        values.append(gradcli.grad(text, at={name: at[name] for name in names & set(at)}).value)
    return values[0] == values[1]


def called(name: str, arguments: list[str]) -> str:
    """A row's call, or what stands for it in LaTeX."""
    return MEANINGS[name].format(*arguments) if name in MEANINGS else f"{name}({', '.join(arguments)})"


@pytest.mark.parametrize("name", RULES)
def test_every_rule_reads_back(name: str) -> None:
    """Alone, as a factor, under powers and fractions, with other arguments than names."""
    rule = RULES[name]
    plain = ["2" if a == rule.integer.rstrip("?") else "n_e" if a == "e" else a for a in rule.args]
    place = plain.index("x") if "x" in plain else len(plain) - 1
    for inside in ("{a}", *INSIDE):
        arguments = [*plain]
        arguments[place] = inside.format(a=plain[place])
        for frame in FRAMES if inside == "{a}" else FRAMES[:5]:
            try:
                program = scalar_program(frame.format(f=f"{name}({', '.join(arguments)})"))
            except GradcliError:  # clip(x, 2*low, high) and the like
                continue
            printed = write(program.outputs[0].tree, "latex")
            meant = canonical(scalar_program(frame.format(f=called(name, arguments))))
            assert canonical(scalar_program(f"${printed}$")) == meant, printed


def random_text(draw: random.Random, depth: int) -> str:
    """An expression of scalars."""
    if depth == 0:
        return draw.choice(("x", "y", "theta_1", "rate", "2", "3", "1/2", "x1"))
    one, two = random_text(draw, depth - 1), random_text(draw, draw.randrange(depth))
    names = ("sin", "exp", "sqrt", "log", "gamma", "besselj(0,", "abs", "erf", "factorial", "zeta", "digamma", "W(")
    function = draw.choice(names)
    if function == "W(":
        return f"lambertw({one})"
    call = f"{function} {one})" if function[-1] == "," else f"{function}({one})"
    return draw.choice(
        (call, f"({one} + {two})", f"({one})*({two})", f"({one} - {two})", f"({one})/({two})", f"({one})**2",
         f"({one})**({two})", f"-({one})", f"where({one} < {two}, {two}, {one})", f"2**({one})", f"max({one}, {two})")
    )  # fmt: skip


def test_random_programs_read_back() -> None:
    """Texts of scalars as they are echoed, and the gradients that are printed for them."""
    draw = random.Random(20261129)
    done = 0
    for _ in range(250):
        try:
            program = scalar_program(random_text(draw, 3))
            nodes = Reverse(program.graph, ["x", "y"]).gradient(program.outputs[0].node)
        except GradcliError:
            continue
        for tree in (program.outputs[0].tree, *write_trees(nodes).trees):
            text = write(tree)
            try:
                meant = canonical(scalar_program(text))
            except GradcliError:  # constants, and values that do not exist
                continue
            again = canonical(scalar_program(f"${write(tree, 'latex')}$"))
            assert again == meant or are_equal(again, meant), text
            done += 1
    assert done > 300


def array_program(*texts: str):
    """The program of declarations and an expression."""
    return build_array_program(
        parse_script([Source("expression", text) for text in texts if text]), BuildOptions(scalar=False)
    )


def assert_array_reads_back(declared: str, program, node, tree) -> None:
    """The LaTeX of a tree has the numbers of the node that it was made from."""
    printed = write(tree, "latex")
    if not any(isinstance(part, Name) and part.name not in program.dims for part in postorder(tree)):
        return  # eye(n) has no variable
    again = array_program(declared, f"${printed}$")
    values = random_values(program, 5)
    with np.errstate(all="ignore"):
        wanted = evaluated(program, node, values)
        found = evaluated(again, again.outputs[0].node, values)
    assert np.allclose(found, wanted, rtol=1e-9, equal_nan=True), printed


ROWS = [tuple(part.strip() for part in line.split(" | ")) for line in TABLE.strip().splitlines()]


@pytest.mark.parametrize(("command", "function", "declared", "name"), [row[1:5] for row in ROWS])
def test_identities_read_back(command: str, function: str, declared: str, name: str) -> None:
    """Functions of arrays and their derivatives: entrywise signs, transposes, slices, axes, norms."""
    program = program_of(f"{declared}; {function}", name)
    assert_array_reads_back(declared, program, program.outputs[0].node, program.outputs[0].tree)
    node = derivative(program, command, name)
    tree = write_array_trees([node], program.graph)[0]
    assert_array_reads_back(declared, program, node, tree)


def test_random_array_programs_read_back() -> None:
    """So do random programs."""
    done = 0
    for seed in range(200):
        try:
            made = random_program(seed)
            declared = "; ".join(f"{name}: {', '.join(shape)}" for name, shape in made.names.items())
            program = array_program(declared, made.text)
        except (GradcliError, ValueError):
            continue
        assert_array_reads_back(declared, program, program.outputs[0].node, program.outputs[0].tree)
        done += 1
    assert done > 80


@pytest.mark.parametrize(
    ("written", "plain", "declared"),
    [
        (r"\operatorname{norm}\left(S, \text{fro}\right)", 'norm(S, "fro")', "S: n,n"),
        (r"\operatorname{sum}\left(S, axis=0\right) x", "sum(S, axis=0)@x", "S: m,n; x: n"),
        (r"\operatorname{sum}\left(S, \text{axis}=1\right)", "sum(S, axis=1)", "S: m,n"),
        (r"S_{[0,1:]}", "S[0,1:]", "S: 3,3"),
        (r"{x_{1}}_{[0]} + x_{1}^{\top} x_{1}", "x1[0] + x1.T@x1", "x1: n"),
        (r"A \odot B + A^{\odot 2} \circ B^{\circ (-1)}", "A*B + A**2/B", "A: n,n; B: n,n"),
        (r"\log|X| + \operatorname{tr}(X^{-1})", "log(det(X)) + tr(inv(X))", "X: n,n"),
        (r"\left(x - 1\right) 2^{x} + y 3^2", "(x - 1)*2**x + 9*y", ""),
        (r"\psi'\left(x\right) + \psi^{(2)}(x) + \zeta'(x)",
         "polygamma(1, x) + polygamma(2, x) + zetaderivative(1, x)", ""),
        (r"{}_0F_1\left(a, x\right) + {}_{2}F_{1}(a, b, c, x)", "hyp0f1(a, x) + hyp2f1(a, b, c, x)", ""),
        (r"_2F_1(a, b; c; x) + 2\,{}_1F_1\left(a; b; x\right) - {}_0F_1(;b;x)",
         "hyp2f1(a, b, c, x) + 2*hyp1f1(a, b, x) - hyp0f1(b, x)", ""),
        (r"\operatorname{leaky\_relu}\left(x\right) + \operatorname{Bi}'(x)", "leaky_relu(x) + airybiprime(x)", ""),
        (r"\operatorname{J}_{\nu + 1}(x) + \operatorname{K}_0 \left(x\right)",
         "besselj(nu + 1, x) + besselk(0, x)", ""),
    ],
)  # fmt: skip
def test_forms_are_read(written: str, plain: str, declared: str) -> None:
    """Forms that are printed, and what people write beside them."""
    if not declared:
        assert canonical(scalar_program(f"${written}$")) == canonical(scalar_program(plain))
        return
    ours, theirs = array_program(declared, plain), array_program(declared, f"${written}$")
    assert write(write_array_trees([theirs.outputs[0].node], theirs.graph)[0]) == write(
        write_array_trees([ours.outputs[0].node], ours.graph)[0]
    )


@pytest.mark.parametrize(
    "text", [r"K_{0}\left(1 + x^{2}\right)", "J_0(x)", r"W\left(1 + x\right)", r"\Gamma^{2}\left(x\right)", "S(x)"]
)
def test_letters_before_a_bracket_are_no_silent_products(text: str) -> None:
    """Where a letter with a bracket is a function of books, both readings are shown."""
    with pytest.raises(GradcliError) as caught:
        scalar_program(f"${text}$")
    assert "two ways" in caught.value.message


def test_a_letter_that_is_a_quantity_is_a_factor() -> None:
    """C stands elsewhere, so it is no Fresnel integral."""
    assert canonical(scalar_program(r"$C\left(1 + x\right) + C^2$")) == canonical(scalar_program("C*(1 + x) + C**2"))
