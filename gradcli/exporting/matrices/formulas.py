"""Nodes of arrays as expressions of NumPy, JAX and PyTorch: one small function an operation."""

from __future__ import annotations

import re
from math import nan

from gradcli.evaluate.certified.exact import nearest
from gradcli.evaluate.float64.agenda import used_again
from gradcli.exporting.body import count_uses, fresh_names, write_body
from gradcli.exporting.matrices.dialects import DIALECTS
from gradcli.exporting.matrices.entrywise import Region, regions_in
from gradcli.exporting.matrices.functions import CALLS
from gradcli.patterns import pattern
from gradcli.problems import GradcliError
from gradcli.program.forms.transpose import transpose
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from gradcli.exporting.languages.language import Language
    from gradcli.program.graph import Graph, Node


LITERAL = pattern(r"\(?(-?[0-9.]+(?:e-?[0-9]+)?)\)?")
"""A number, in brackets or not."""


class FormulaWriter:
    """One function in the making: nodes to lines, a name for what is used again."""

    def __init__(self, graph: Graph, row: Language, names: Mapping[str, str], taken: set[str]) -> None:
        self.graph = graph
        self.row = row
        self.dialect = DIALECTS[row.name]
        self.names = names
        self.shared: set[Node] = set()
        self.fresh = fresh_names(taken)
        self.texts: dict[Node, str] = {}
        self.sizes: dict[str, str] = {}
        self.lines: list[str] = []
        self.regions: dict[Node, Region] = {}
        self.named: dict[str, str] = {}

    def write(self, roots: Sequence[Node], values: Sequence[Node]) -> list[str]:
        """The roots as expressions; `values`: those that are no derivatives."""
        self.regions = regions_in(self.graph, roots, set(order(values)), self.row.functions)
        nodes = order(roots, self.needs)
        self.shared = used_again(roots, nodes, self.needs)
        for region in self.regions.values():
            uses = count_uses(region.code)
            self.shared.update(leaf for k, leaf in enumerate(region.leaves) if uses[k] > 1)
        self.texts.update(constant_texts(self, nodes))
        for node in nodes:
            if node in self.texts:
                continue
            if node.op == "inv" and node not in roots and node not in self.shared:
                continue  # solved for where it is a factor
            text = self.node(node)
            if (node in self.shared or len(text) > 80) and not text.isidentifier() and node.op != "number":
                name = next(self.fresh)
                self.lines.append(f"{name} = {text}")
                text = name
            self.texts[node] = text
        return [self.texts[root] for root in roots]

    def needs(self, node: Node) -> tuple[Node, ...]:
        """What is written before a node."""
        return self.regions[node].leaves if node in self.regions else node.args

    def region(self, region: Region) -> str:
        """A region by its code; what is computed there already is not computed again."""
        body = write_body(region.code, [bracketed(self.text(leaf)) for leaf in region.leaves], self.row, self.fresh)
        again: dict[str, str] = {}

        def renamed(text: str) -> str:
            return re.sub(r"\bt[0-9]+\b", lambda found: again.get(found[0], found[0]), text)

        for line in body.lines:
            name, _, text = line.partition(" = ")
            text = renamed(text)
            if text in self.named:
                again[name] = self.named[text]
            else:
                self.named[text] = name
                self.lines.append(f"{name} = {text}")
        return renamed(body.results[0])

    def node(self, node: Node) -> str:
        """One operation."""
        if node in self.regions:
            return self.region(self.regions[node])
        writer = WRITERS.get(node.op)
        if writer is None:
            raise GradcliError("no-function", f"{node.op} is not there, and has no formula in simpler ones")
        return writer(self, node)

    def args(self, node: Node) -> list[str]:
        """The texts of a node's arguments, in brackets where they are more than a name or a call."""
        return [bracketed(self.text(arg)) for arg in node.args]

    def text(self, node: Node) -> str:
        """An argument's text; an inverse that was left for a product is written here."""
        if node not in self.texts:
            self.texts[node] = inverse_text(self, node)
        return self.texts[node]

    def number(self, value: Any) -> str:
        """An exact number."""
        found = nearest(value)
        if found is None:
            raise GradcliError("overflow", "a number of this function is beyond the largest float64, 1.8e308")
        return self.row.number(found)

    def size(self, size: Any) -> str:
        """A size: a number, or what the sizes of the arguments say."""
        if isinstance(size, int):
            return str(size)
        if size in self.sizes:
            return self.sizes[size]
        from gradcli.program.dimensions import polynomial

        parts = []
        for letters, factor in polynomial(size).items():
            unknown = next((letter for letter in letters if letter not in self.sizes), None)
            if unknown is not None:
                message = f"no array has the size {unknown}, so nothing says how large it is"
                raise GradcliError("shape", message, hint=f"declare an array with it, or write a number for {unknown}")
            product = [str(factor)] * (factor != 1 or not letters) + [self.sizes[letter] for letter in letters]
            parts.append("*".join(product))
        return " + ".join(parts)


def constant_texts(run: FormulaWriter, nodes: Sequence[Node]) -> dict[Node, str]:
    """Scalars without variables as literals, each correctly rounded; nan for what has no value."""
    from gradcli.codegen.quotients import FOLDED, folded

    constant: set[Node] = set()
    for node in nodes:
        if not node.shape and node.op in ("number", *FOLDED) and all(arg in constant for arg in node.args):
            constant.add(node)
    wanted = [node for node in nodes if node in constant and node.op in FOLDED]
    values = folded(wanted)
    return {node: run.row.number(values.get(node, nan)) for node in wanted}


def bracketed(text: str) -> str:
    """The text, in brackets unless it is a name, a number, a call or an entry."""
    depth = 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if not depth and character in " *@/-+<>=":
            return f"({text})"
    return text


def call_text(run: FormulaWriter, node: Node) -> str:
    """A row's function, entry by entry, by the library or by its definition."""
    name, args = node.data.name, [run.text(arg) for arg in node.args]
    template = run.row.functions.get(name)
    if template is None:
        return defined_text(run, node)
    whole = args[0]
    wrapped = [run.row.tensor.format(a) if name in run.row.tensor_calls and is_number(a) else a for a in args]
    if node.data.variadic:
        for other in wrapped[1:]:
            whole = template.format(whole, other)
        return whole
    return template.format(*wrapped)


def is_number(text: str) -> bool:
    """Is it a literal?"""
    return text.lstrip("-")[:1].isdigit()


def defined_text(run: FormulaWriter, node: Node) -> str:
    """A row that the library lacks, from its definition as straight-line code, entry by entry."""
    from gradcli.codegen.straightline import straight_line
    from gradcli.program.forms import scalars
    from gradcli.program.graph import Graph

    graph = Graph()
    names = [f"argument{i}" for i in range(len(node.args))]
    root = scalars.call(graph, node.data, [graph.intern("variable", (), name) for name in names])
    code = straight_line(graph, [root], names, run.row.functions)
    body = write_body(code, run.args(node), run.row, run.fresh)
    run.lines += body.lines
    return body.results[0]


def sum_text(run: FormulaWriter, node: Node) -> str:
    """constant + Σ coefficient·term."""
    coefficients, start = node.data
    parts = [(c, bracketed(run.text(arg))) for c, arg in zip(coefficients, node.args, strict=True)]
    texts = [("-" if c < 0 else "+", text if abs(c) == 1 else f"{run.number(abs(c))}*{text}") for c, text in parts]
    texts.sort(key=lambda part: part[0] == "-")
    if start:
        texts.append(("-" if start < 0 else "+", run.number(abs(start))))
    whole = " ".join(f"{sign} {text}" for sign, text in texts)
    return whole[2:] if whole[0] == "+" else f"-{whole[2:]}"


def power_text(run: FormulaWriter, base: str, exponent: Any) -> str:
    """base**exponent for a positive exponent."""
    if exponent == 1:
        return base
    literal = LITERAL.fullmatch(base)
    if literal:
        number = float(literal[1])
        return run.row.number(nan if number < 0 and exponent.denominator != 1 else number ** float(exponent))
    if 2 * exponent == 1:
        return f"{run.dialect.module}.sqrt({base})"
    return f"{base}**{run.number(exponent) if exponent.denominator != 1 else exponent}"


def product_text(run: FormulaWriter, node: Node) -> str:
    """Π base**exponent."""
    factors = list(zip(run.args(node), node.data, strict=True))
    above = [power_text(run, base, e) for base, e in factors if e > 0]
    below = [power_text(run, base, -e) for base, e in factors if e < 0]
    top = "*".join(above) or "1.0"
    if not below:
        return top
    return f"{top}/{below[0]}" if len(below) == 1 else f"{top}/({'*'.join(below)})"


def matmul_text(run: FormulaWriter, node: Node) -> str:
    """A chain of products, from the right so that vectors stay vectors; inverses are solved for."""
    whole = ""
    for factor in reversed(node.args):
        if factor.op == "inv" and factor not in run.texts and whole:
            whole = run.dialect.solve.format(run.texts[factor.args[0]], whole)
        else:
            text = bracketed(run.text(factor))
            whole = text if not whole else f"{text} @ {bracketed(whole)}"
    return whole if node.shape else f"({whole})[0, 0]"


def inverse_text(run: FormulaWriter, node: Node) -> str:
    """The inverse itself."""
    return run.dialect.inv.format(run.texts[node.args[0]])


def reduction(name: str) -> Callable[[FormulaWriter, Node], str]:
    """A sum or product of entries."""

    def text(run: FormulaWriter, node: Node) -> str:
        inside = run.text(node.args[0])
        if not node.shape:
            return f"{run.dialect.module}.{name}({inside})"
        return run.dialect.reduce.format(name, inside, axis=node.data, keep=True)

    return text


def extreme_text(run: FormulaWriter, node: Node) -> str:
    """The greatest or least entries."""
    name, axis = node.data
    if axis is None:
        return f"{run.dialect.module}.{name}({run.text(node.args[0])})"
    return run.dialect.extreme.format(name, run.text(node.args[0]), axis=axis, keep=True)


def lse_text(run: FormulaWriter, node: Node) -> str:
    """log(sum(exp(x)))."""
    axis = (0, 1) if node.data is None and run.row.name == "torch" else node.data
    text = run.dialect.lse.format(run.text(node.args[0]), axis=axis)
    return text if node.shape else f"{text}[0, 0]"


def softmax_text(run: FormulaWriter, node: Node) -> str:
    """exp(x)/sum(exp(x))."""
    if node.data is None:
        return run.dialect.softmax_whole.format(run.text(node.args[0]))
    return run.dialect.softmax.format(run.text(node.args[0]), axis=node.data)


def scale_text(run: FormulaWriter, node: Node) -> str:
    """A number times an array; two products stay finite where one of their factors does not.

    prod(x)·(1/x) is at each entry the product of the others; det(X)·inv(X).T is the matrix of cofactors.
    """
    scalar, array = node.args
    if scalar.op == "prod" and not scalar.shape and array.op == "product":
        factors = dict(array.factors())
        if factors.pop(scalar.args[0], None) == -1:
            others = run.dialect.others.format(run.text(scalar.args[0]))
            rest = [power_text(run, bracketed(run.text(base)), e) for base, e in factors.items() if e > 0]
            if len(rest) == len(factors):
                return "*".join([others, *rest])
    if scalar.op == "det" and is_transposed_inverse(array, scalar.args[0]):
        return run.dialect.cofactors.format(run.text(scalar.args[0]))
    return "*".join(run.args(node))


def is_transposed_inverse(node: Node, matrix: Node) -> bool:
    """Is it inv(matrix).T, or inv(matrix.T)?"""
    if node.op == "transpose" and node.args[0].op == "inv":
        return node.args[0].args[0] is matrix
    if node.op == "inv" and node.args[0].op == "transpose":
        return node.args[0].args[0] is matrix
    return False


def pick_text(run: FormulaWriter, node: Node) -> str:
    """An entry, or a stretch of rows and columns."""
    (array,) = run.args(node)
    if not node.shape:
        return f"{array}[{', '.join(run.size(part) for part in node.data)}]"
    return f"{array}[{', '.join(stretch_text(run, part) for part in node.data)}]"


def stretch_text(run: FormulaWriter, part: Any) -> str:
    """A position or (start, stop) as a slice."""
    if isinstance(part, tuple):
        return ":".join("" if end is None else run.size(end) for end in part)
    place = run.size(part)
    return f"{place}:{place} + 1" if place != "-1" else "-1:"


def norm_text(run: FormulaWriter, node: Node) -> str:
    """The Frobenius norm."""
    return f"length({run.text(node.args[0])})"


def function_text(run: FormulaWriter, node: Node) -> str:
    """A function of whole matrices."""
    return CALLS[node.op].replace("{np}", run.dialect.module).format(*[run.text(arg) for arg in node.args])


def fill_text(run: FormulaWriter, node: Node) -> str:
    """An array of equal numbers."""
    return run.dialect.full.format(*map(run.size, node.shape), run.text(node.args[0]))


def expand_text(run: FormulaWriter, node: Node) -> str:
    """A scalar in the shape of an array."""
    rows, columns = map(run.size, node.shape)
    return f"{run.dialect.module}.broadcast_to({run.text(node.args[0])}, ({rows}, {columns}))"


def commutation_text(run: FormulaWriter, node: Node) -> str:
    """K with K@vec(A) = vec(A.T), for A of m rows and n columns."""
    rows, columns = map(run.size, node.data)
    eye = run.dialect.eye.format(f"({rows})*({columns})")
    return f"{eye}.reshape({columns}, {rows}, -1).swapaxes(0, 1).reshape(({rows})*({columns}), -1)"


def choice_text(run: FormulaWriter, node: Node) -> str:
    """where(condition, a, b)."""
    condition, *branches = [run.text(arg) for arg in node.args]
    branches = [run.row.tensor.format(text) if is_number(text) else text for text in branches]
    return run.row.operators["select"].format(condition, *branches)


def compare_text(run: FormulaWriter, node: Node) -> str:
    """A comparison; with a greatest entry the array that it was taken from is compared, not its transpose made anew.

    Two ways to one number may end in different last digits, and then nothing would be the greatest.
    """
    texts = run.args(node)
    for place, side in enumerate(node.args):
        made_from = next((n.args[0] for n in order([node.args[1 - place]]) if n.op == "extreme"), None)
        if side.shape and made_from is not None and made_from is not side and transpose(run.graph, side) is made_from:
            texts[place] = f"{bracketed(run.text(made_from))}.T"
    return f" {node.data} ".join(texts)


def joined_text(operation: str) -> Callable[[FormulaWriter, Node], str]:
    """and, or."""

    def text(run: FormulaWriter, node: Node) -> str:
        whole, *others = [run.text(arg) for arg in node.args]
        for other in others:
            whole = run.row.operators[operation].format(whole, other)
        return whole

    return text


WRITERS: dict[str, Callable[[FormulaWriter, Node], str]] = {
    "number": lambda run, node: run.number(node.data),
    "constant": lambda run, node: run.row.number({"pi": 3.141592653589793, "e": 2.718281828459045}[node.data]),
    "dimension": lambda run, node: f"float({run.size(node.data)})",
    "variable": lambda run, node: run.names[node.data],
    "sum": sum_text,
    "product": product_text,
    "power": lambda run, node: "**".join(run.args(node)),
    "call": call_text,
    "where": choice_text,
    "compare": compare_text,
    "and": joined_text("and"),
    "or": joined_text("or"),
    "not": lambda run, node: run.row.operators["not"].format(run.text(node.args[0])),
    "fill": fill_text,
    "expand": expand_text,
    "eye": lambda run, node: run.dialect.eye.format(run.size(node.data)),
    "scale": scale_text,
    "matmul": matmul_text,
    "transpose": lambda run, node: f"{run.args(node)[0]}.T",
    "inv": inverse_text,
    "det": lambda run, node: f"{run.dialect.module}.linalg.det({run.text(node.args[0])})",
    "logdet": lambda run, node: run.dialect.slogdet.format(run.text(node.args[0])),
    "trace": lambda run, node: f"{run.dialect.module}.trace({run.text(node.args[0])})",
    "total": reduction("sum"),
    "prod": reduction("prod"),
    "diag": lambda run, node: run.dialect.diag.format(run.args(node)[0]),
    "diagonal": lambda run, node: run.dialect.diagonal.format(run.text(node.args[0])),
    "vec": lambda run, node: run.dialect.vec.format(run.args(node)[0]),
    "kron": lambda run, node: run.dialect.kron.format(*run.args(node)),
    "norm": norm_text,
    "lse": lse_text,
    "softmax": softmax_text,
    "extreme": extreme_text,
    "cumsum": lambda run, node: run.dialect.cumsum.format(
        run.text(node.args[0]), axis=node.data if node.data is not None else int(node.args[0].shape[:1] == (1,))
    ),
    "pick": pick_text,
    "concat": lambda run, node: run.dialect.concat.format(
        ", ".join(run.text(arg) for arg in node.args), axis=node.data
    ),
    "commutation": commutation_text,
    **dict.fromkeys(CALLS, function_text),
}
"""What each operation of arrays is in these libraries."""
