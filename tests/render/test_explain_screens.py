"""The screens that explain: as the textbooks print them, within the page, and in formats that real tools read."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from gradcli.explain.explanations import explanations
from gradcli.explain.traces import graphs, traces
from gradcli.problems import GradcliError
from gradcli.render.explain import graph, steps_formats, trace_formats
from gradcli.render.explain.graph_layout import Layout, is_apart
from gradcli.render.explain.graph_svg import Drawing, write_svg
from gradcli.render.explain.steps import print_steps
from gradcli.render.explain.trace import print_trace
from gradcli.render.formats import explanations as documents
from gradcli.render.page import make_console
from tests.explain.helpers import request

BAYDIN = "log(x1) + x1*x2 - sin(x2)"
CIRCUIT = ("1/(1+exp(-(w0*x0+w1*x1+w2)))", "w0=2,x0=-1,w1=-3,x1=-2,w2=-3")
GRIEWANK = ("(sin(x1/x2) + x1/x2 - exp(x2))*(x1/x2 - exp(x2))", "3/2,1/2")


def drawn(show: Any, record: Any, width: int = 80, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    show(record, make_console(stream, width))
    stream.flush()
    return raw.getvalue().decode(encoding)


def trace_of(text: str, at: Any = None, **more: Any) -> Any:
    return traces(request(text, at, **more))[0]


def test_the_trace_of_baydin():
    """Values from top to bottom, derivatives from bottom to top."""
    assert (
        drawn(print_trace, trace_of(BAYDIN, "2,5"))
        == """\
f(x1, x2) = log(x1) + x1·x2 - sin(x2)   at x1 = 2, x2 = 5

reverse mode: values from top to bottom, then derivatives from bottom to top
╭──────────────┬───────────┬────────────────────────────┬──────────╮
│ step         │ value     │ from the steps that use it │ ∂f/∂step │
├──────────────┼───────────┼────────────────────────────┼──────────┤
│ x1           │  2        │ 1·0.5 + 1·5                │  5.5     │
│ x2           │  5        │ 1·2 + (-1)·0.283662        │  1.71634 │
│ v1 = log(x1) │  0.693147 │ 1·1                        │  1       │
│ v2 = x1·x2   │ 10        │ 1·1                        │  1       │
│ v3 = v1 + v2 │ 10.6931   │ 1·1                        │  1       │
│ v4 = sin(x2) │ -0.958924 │ 1·(-1)                     │ -1       │
│ f = v3 - v4  │ 11.6521   │ 1 (seed)                   │  1       │
╰──────────────┴───────────┴────────────────────────────┴──────────╯
gradient: 5.5, 1.71634; 6 digits, every one right (--digits 17 for all)
"""
    )


def test_ascii():
    """On a stream that is not UTF-8 nothing else stands there."""
    text = drawn(print_trace, trace_of(BAYDIN, "2,5", mode="forward"), encoding="ascii")
    assert "| v2 = x1*x2   | 10        | dv2 = 5*dx1 + 2*dx2 | 5     | 2        |" in text
    assert "| step         | value     | tangent             | d/dx1 | d/dx2    |" in text


@pytest.mark.parametrize("text", ["where(x != 1.5, x, 3)", "x**2*sin(x)"])
def test_ascii_derivations(text: str):
    """Primes and spaces that do not break are written in other characters, not by their codes."""
    shown = drawn(print_steps, explanations(request(text, "3"))[0], encoding="ascii")
    assert "U+" not in shown
    assert "(' means d/dx)" in shown


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [66, 80])
def test_arrays_that_do_not_fit_are_folded_between_numbers(width: int, encoding: str):
    """Nothing is cut off: not the bracket, not a digit, not the square of a norm."""
    program = "h = tanh(W@x); g = V@h; norm(g)**2 + norm(h)**2"
    at = "V=[[3/32,15/32,13/16],[9/16,-5/16,25/16]],W=[[31/32],[11/16],[-5/16]],x=[23/16]"
    made = trace_of(program, at)
    wide, narrow = (drawn(print_trace, made, columns, encoding=encoding) for columns in (200, width))
    numbers = re.compile(r"-?\d+\.\d+")
    assert sorted(numbers.findall(narrow)) == sorted(numbers.findall(wide))
    assert narrow.count("]") == wide.count("]")
    assert narrow.count("²" if encoding == "utf-8" else "**2") == wide.count("²" if encoding == "utf-8" else "**2")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("mode", ["reverse", "forward", "both"])
def test_no_line_is_wider_than_the_page(width: int, mode: str):
    """Columns of inputs go into further tables; numbers are never broken."""
    text = drawn(print_trace, trace_of(*CIRCUIT, mode=mode), width)
    assert max(map(len, text.splitlines())) <= width
    assert len(re.findall(r"-0\.196612\b", text)) >= 2


@pytest.mark.parametrize("width", [60, 80, 120])
def test_derivations_fit(width: int):
    """Formulas fold at operators, rules on a narrow page between words, numbers never."""
    (found,) = explanations(request("sin(x*y)/(x**2+y**2) + exp(x)**2", "1,2"))
    text = drawn(print_steps, found, width)
    assert max(map(len, text.splitlines())) <= width
    assert ("power + chain rule" in text) == (width > 60)


def test_the_derivation_of_the_seed():
    """d2l's autograd exercise, rule by rule."""
    text = drawn(print_steps, explanations(request("log(x**2)*sin(x) + 1/x"))[0])
    assert "∂f/∂x in 6 steps (′ means d/dx)" in text
    assert "│ 1.1.1   │ chain rule, log   │ (log(x²))′ = 1/x²·(x²)′" in text
    assert "│         │ put together      │ f′ = 1/x²·2·x·sin(x) + log(x²)·cos(x) - 1/x²" in text
    assert "│         │ the same as grad  │ f′ = log(x²)·cos(x) - 1/x² + 2·sin(x)/x" in text


def test_hints_tell_no_results():
    """The name and the law of the first rule alone."""
    (found,) = explanations(request("x**x", hint=1))
    text = drawn(print_steps, found)
    assert "general power rule" in text
    assert "the same as grad" not in text
    document = documents.steps_document(found)
    assert document["derivations"]["x"]["result"] is None


def test_long_traces_are_cut_in_the_middle():
    """The first 40 rows and the last 20, and how to get the rest."""
    text = drawn(print_trace, trace_of("sin(" * 100 + "x" + ")" * 100, "1"))
    assert "41 more steps" in text
    assert "v39 = sin(v38)" in text
    assert "v50" not in text


def test_plain_lines_tell_each_derivative():
    """All digits, from the output to the inputs."""
    lines = trace_formats.write_trace_plain(trace_of(BAYDIN, "2,5")).splitlines()
    assert "v1 = log(x1) = 0.6931471805599453" in lines
    assert "df/dv4 = df/df*(-1) = -1" in lines
    assert "df/dx2 = df/dv2*x1 + df/dv4*cos(x2) = 1.7163378145367738" in lines


def test_every_format_of_every_command():
    """No format fails, LaTeX closes its braces, CSV is rectangular, JSON is strict."""
    trace = trace_of(*CIRCUIT, mode="both")
    (found,) = explanations(request("x**2*exp(x*y)", "1,2"))
    json.dumps(documents.trace_document(trace), allow_nan=False)
    json.dumps(documents.steps_document(found), allow_nan=False)
    latex = trace_formats.write_trace_latex(trace) + steps_formats.write_steps_latex(found)
    assert latex.count("{") == latex.count("}")
    for text in (trace_formats.write_trace_csv(trace), steps_formats.write_steps_csv(found)):
        assert text.count("\n") > 3
    rows = [line for line in trace_formats.write_trace_markdown(trace).splitlines() if line.startswith("|")]
    assert len({row.count(" | ") for row in rows if "---" not in row}) == 1
    assert "**power rule**" in steps_formats.write_steps_markdown(found)


def graph_of(text: str, at: Any = None, **more: Any) -> Any:
    return graphs(request(text, at, **more))[0]


def test_the_tree():
    """A step that comes again is drawn once."""
    text = graph.write_tree(graph_of("(a+b)*sin(a+b)", "1,2"))
    assert text.splitlines()[0].split() == ["value", "∂f/∂step"]
    assert "├─ v1 = a + b" in text
    assert "└─ v1 ↑" in text
    assert "`- v1 ^" in graph.write_tree(graph_of("(a+b)*sin(a+b)", "1,2"), unicode=False)


@pytest.mark.parametrize("columns", [60, 80])
def test_the_tree_fits_the_terminal(columns: int):
    """Fewer digits, then sizes for arrays, then fewer levels: no line is wider, and what is left out is counted."""
    at = "W1=[[1,2],[3,4]],W2=[[1,-1]],x=[0.5,-0.2],y=[1]"
    made = graph_of("L = norm(o-y)**2/2; o = W2@h; h = tanh(z); z = W1@x", at, wrt=("W1", "W2"))
    assert graph.widest(graph.write_tree(made)) > 80
    assert graph.widest(graph.write_tree(made, columns=columns)) <= columns
    deep = graph.write_tree(graph_of("sin(" * 30 + "x" + ")" * 30, "1"), columns=columns)
    assert graph.widest(deep) <= columns
    assert "more lines" in deep


def test_rows_of_a_matrix_do_not_shift_the_numbers():
    """`[1 -1]` is no number: the columns begin at one place."""
    made = graph_of("L = sum(W@x); W: 1, 2; x: 2", "W=[[1,-1]],x=[3,4]")
    text = graph.write_tree(made)
    assert "[1 -1]" in text
    assert {line.index("[") for line in text.splitlines() if "[1 -1]" in line or "[3, 4]" in line} == {
        text.index("value")
    }


def test_a_short_denominator_stays_on_its_line():
    """(1/x)′ is one piece; a long one begins a line."""
    from gradcli.render.page import fold_offsets

    assert fold_offsets("(u + 1/x)′ = (u)′ + (1/x)′", 24) == [11]
    assert fold_offsets("(u + 1/x)′ = (1/x)′", 12) == [11]
    assert fold_offsets("(a·b·c)/(x + y)", 9) == [8]
    assert fold_offsets("1/(1 + u)·d(1 + u)", 15) == [10]


def test_dot_and_mermaid():
    """Both numbers in every node, the local derivative on every edge."""
    dot = graph.write_dot(graph_of(BAYDIN, "2,5"))
    assert 'n1 [label="x2\\n5\\n∂f/∂x2 = 1.71634", style=rounded];' in dot
    assert 'n1 -> n5 [label="0.283662"];' in dot
    mermaid = graph.write_mermaid(graph_of(BAYDIN, "2,5"), "TB")
    assert mermaid.startswith("flowchart TB\n")
    assert '  n5["v4 = sin(x2)<br/>-0.958924<br/>∂f/∂v4 = -1"]' in mermaid
    assert '  n1 -->|"0.283662"| n5' in mermaid


def test_labels_are_escaped():
    """Quotes, backslashes, comparison signs and entities stay text."""
    assert graph.escape_dot('a"b\\c') == 'a\\"b\\\\c'
    assert graph.escape_mermaid('#1 "<b>"') == "#35;1 #quot;#lt;b#gt;#quot;"
    made = graph_of("where(x < y, x, 2*y)", "1,2")
    assert "x #lt; y" in graph.write_mermaid(made)
    assert "x &lt; y" in write_svg(made)


def test_pictures_have_limits():
    """Mermaid draws 500 edges, a picture has 400 nodes: one error each, with the way out."""
    made = graph_of("sin(" * 600 + "x" + ")" * 600, "1")
    for write in (graph.write_mermaid, write_svg):
        with pytest.raises(GradcliError) as caught:
            write(made)
        assert caught.value.code == "limit"
        assert "--format dot" in str(caught.value.hint)
    assert graph.write_dot(made).count("->") == 600


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize(("text", "at"), [(BAYDIN, "2,5"), CIRCUIT, GRIEWANK, ("(a+b)*(b+c)*(a+b+c)*a", "1,2,3")])
def test_svg_is_tidy(text: str, at: str, direction: str):
    """Well-formed, no two boxes overlap, no label lies on a box, and every edge goes forward."""
    made = graph_of(text, at)
    root = ET.fromstring(write_svg(made, direction))
    assert [child.tag.partition("}")[2] for child in root][:3] == ["title", "desc", "style"]
    picture = Drawing(made, direction).picture
    boxes = list(picture.boxes.values())
    for i, box in enumerate(boxes):
        assert all(is_apart(box.along, box.across, box.length, box.breadth, other) for other in boxes[:i])
    for route in picture.routes:
        along = [point[0] for point in route.points]
        assert along == sorted(along)
        assert route.label is not None
        assert all(is_apart(*route.label, 20, 12, box) for box in boxes)


def test_inputs_stand_next_to_their_users():
    """A late input is no long edge."""
    layout = Layout(
        dict.fromkeys("abczd", (10, 10)), [("a", "b", None), ("b", "c", None), ("c", "d", None), ("z", "d", None)]
    )
    assert layout.layer == {"a": 0, "b": 1, "c": 2, "d": 3, "z": 2}


def test_an_operand_used_twice_is_one_edge():
    """x*x: the sum of both partials."""
    (edge,) = documents.graph_document(graph_of("x*x", "3"))["edges"]
    assert edge == {"from": "x", "to": "f", "partial": "2*x", "value": 6.0}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_relations_and_laws_stay_on_one_line(encoding: str) -> None:
    """`x = 0` and `(u + v)′ = u′ + v′` are not torn, and lines end without a space; a reason is told once."""
    text = drawn(print_trace, trace_of("atan2(y, x)", "0,0"), 80, encoding)
    assert "here y = 0,\nx = 0; it jumps" in text
    assert not re.search(r" \n", text)
    text = drawn(print_steps, explanations(request("(x + sin(x*exp(x)))/x"))[0], 80, encoding)
    assert not re.search(r" \n", text.partition("rules: ")[2])
    assert all(line.count("=") >= line.count(";") for line in text.partition("rules: ")[2].splitlines())
    text = drawn(print_trace, trace_of("log(x)*y + z", "-1,2,3"), 80, encoding)
    assert text.count("is real only for") == 1


def test_a_screen_of_ascii_has_primes() -> None:
    """As the heading says; d/dx(u) is for plain text, where a prime is a transpose."""
    text = drawn(print_steps, explanations(request("x**3 - 1/x"))[0], 80, "ascii")
    assert "| 1    | sum rule         | (x**3 - 1/x)' = (x**3)' - (1/x)' |" in text


def test_rules_give_way_to_formulas() -> None:
    """Where names of rules leave less than a third of the page, they fold, and no name in a formula is torn."""
    program = "u = x*3*(1.5*2); h = atan2(u**3, log1p(u)); (atan2(where(x == 1, 1.5, h)/softsign(h), u) + u)*h"
    text = drawn(print_steps, explanations(request(program, "1.75"))[0])
    assert max(map(len, text.splitlines())) == 80
    assert set(re.findall(r"[a-z0-9]{5,}(?=\()", text)) == {"atan2", "where", "softsign", "log1p"}


def test_what_only_decides_is_no_term() -> None:
    """x stands in a condition: 1·0 is not written."""
    text = drawn(print_trace, trace_of("where(x > 1, x**2, 2*x - 1)", "1"))
    assert "│ 0·2 + 1·2                  │" in text


def test_a_chain_of_arrays_drops_shapes_before_it_tears_names() -> None:
    """∂f/∂X of four columns beside a formula: no digit and no name is lost at 80 columns."""
    import gradcli
    from gradcli.render.explain.chain import print_chain
    from gradcli.render.page import Page

    at = {"a": [0.59375, -0.8125], "X": [[-0.5625, 0.56255, -0.78125, 0.46875], [0.21875, -0.0625, -0.28125, 1.5]]}
    found = gradcli.chain("a.T@X@b", at={**at, "b": [0.59375, -1.03125, 0.5625, 1.0625]})
    wide, narrow = (drawn(lambda r, c: print_chain(r, Page(c)), found, width) for width in (200, 80))
    assert "(2, 4)" in wide
    assert "(2, 4)" not in narrow
    numbers = re.compile(r"-?\d+\.\d+|∂f/∂\w+ᵀ?")
    assert sorted(numbers.findall(wide)) == sorted(numbers.findall(narrow))


def test_formats_say_nothing_twice() -> None:
    """One line where `put together` is what `grad` has, one number where the formula is it; names stay small."""
    from gradcli.render.formats.parts import sentence

    (found,) = explanations(request("(1 - x)**5", "2"))
    assert steps_formats.write_steps_plain(found).splitlines()[-2:] == [
        "1.1 sum rule, constant: d/dx(1 - x) = -1",
        "df/dx = -5*(1 - x)**4 = -5",
    ]
    assert steps_formats.write_steps_markdown(found).count("(1 - x)**4`") == 1
    assert sentence("u1: abs has a kink") == "u1: abs has a kink."
    assert sentence("numerator layout: a row") == "numerator layout: a row."


def test_terms_fold_before_their_column_is_dropped() -> None:
    """The sums of reverse mode stand under one another where they are too wide; what meets in x is still told."""
    from gradcli.render.explain.trace import fold_terms

    text = drawn(print_trace, trace_of("log(x**2)*sin(x) + 1/x", "2"))
    lines = [line.split("│")[3].strip() for line in text.splitlines() if line.startswith("│")]
    assert lines[1:3] == ["0.227324·4 + 1.38629·(-0.416147)", "+ 1·(-0.25)"]
    assert fold_terms("1·2 + 3·4\n5 + 6 + 7", 5) == "1·2\n+ 3·4\n5 + 6\n+ 7"


def test_a_row_without_a_number_is_explained() -> None:
    """relu(x)·x at 0: its first factor has no derivative there, the product has."""
    said = "x: a step on the way has no derivative here"
    for text, at, is_said in (("relu(x)*x", "0", True), ("relu(x)*x", "1", False), ("relu(x)", "0", False)):
        assert (said in drawn(print_steps, explanations(request(text, at))[0], 120)) == is_said


def test_products_fold_between_brackets_before_they_fold_inside() -> None:
    """`2·(y - X w - b)ᵀ`, then `d(y - X w - b)`; `X dw` and `X w` stay whole."""
    text = drawn(print_steps, explanations(request("norm(y - X@w - b)**2/n", wrt=("w",)))[0]).replace("\u00a0", " ")
    cells = [line.split("│")[3].strip() for line in text.splitlines() if line.startswith("│")]
    assert ["= 2·(y - X w - b)ᵀ", "d(y - X w - b)"] in [cells[i : i + 2] for i in range(len(cells))]
    assert ["df = -2·(y - X w - b)ᵀ", "X dw/n"] in [cells[i : i + 2] for i in range(len(cells))]
    text = drawn(print_steps, explanations(request("norm(A@x - b)*3", wrt=("x",)))[0]).replace("\u00a0", " ")
    assert all(line.count("‖") % 2 == 0 for line in text.splitlines())
