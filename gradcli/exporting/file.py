"""Source files of `gradcli export`: a comment that says what they are, the functions, and on request their test."""

from __future__ import annotations

import math
from itertools import product

from gradcli.codegen.emitter import Instruction
from gradcli.codegen.stable_forms import PERIODIC
from gradcli.codegen.straightline import needed, straight_line
from gradcli.derive.layouts import entry_names
from gradcli.exporting.body import fresh_names, write_body
from gradcli.exporting.names import folded_name, names_in, require_function_name
from gradcli.notebooks import displayed
from gradcli.problems import GradcliError
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING, Readable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from gradcli.codegen.straightline import StraightLine
    from gradcli.derive.outputs import Outputs
    from gradcli.exporting.languages.language import Form, Language
    from gradcli.program.graph import Graph, Node, Program, Variable

AT_KINKS = "At a kink, as of abs(x) at 0, a derivative here is that of one side or 0; gradcli grad has none there."
LOSES = "Where terms cancel, or a sine's argument is large, float64 loses digits here; gradcli grad --at does not."
"""What the head of a file says."""

WIDE = 100
"""Lists longer than this have one entry a line."""

SUFFIXES = {
    "value": "", "values": "", "gradient": "_grad", "both": "_value_and_grad",
    "jacobian": "_jacobian", "hessian": "_hessian",
}  # fmt: skip
"""What a function is called after the name that the user gives."""

FORMS = {
    "gradient": ("value", "gradient", "both"),
    "jacobian": ("values", "jacobian"),
    "hessian": ("value", "gradient", "both", "hessian"),
}
"""The functions of a file, by kind."""


class Exported(Readable):
    """A file: its text and the names of its functions."""

    language: str
    name: str
    source: str
    functions: tuple[str, ...]


displayed(Exported)


class File:
    """One file in the making."""

    def __init__(self, program: Program, outputs: Outputs, language: Language, name: str) -> None:
        require_function_name(name, language)
        self.graph: Graph = program.graph
        self.constants = program.constants
        self.outputs = outputs
        self.language = language
        self.name = name
        self.variables: tuple[Variable, ...] = (*program.variables, *program.parameters)
        self.forms = forms_of(outputs)
        self.functions = [name + SUFFIXES[form] for form in self.forms]
        self.names = names_in(language, [v.name for v in self.variables], self.functions)
        self.shapes = {v.name: tuple(int(size) for size in v.shape) for v in self.variables}
        self.fields = self.signature()

    def signature(self) -> dict[str, Any]:
        """What templates know about the arguments."""
        row = self.language.parameters
        declared = [self.declaration(v.name) for v in self.variables]
        plain = [self.names[v.name] for v in self.variables]
        read = dict(zip(self.outputs.inputs, self.input_texts(), strict=True))
        like = ", ".join(read[entry_names(v)[0]] for v in self.variables)
        fields = {"n": len(self.outputs.names), "m": len(self.outputs.values), "names": ", ".join(plain), "like": like}
        if self.language.declares_all:
            lines = [f"{self.language.indent}{text}" for text in declared]
            return {**fields, "params": row.separator.join(plain), "declarations": "\n".join(lines)}
        return {**fields, "params": row.separator.join(declared)}

    def declaration(self, name: str) -> str:
        """A parameter of a function."""
        row, shape = self.language.parameters, self.shapes[name]
        if not shape:
            return row.scalar.format(name=self.names[name])
        rows, columns = shape
        template = row.vector if columns == 1 else row.matrix
        return template.format(name=self.names[name], n=rows, rows=rows, columns=columns, k=rows * columns)

    def input_texts(self) -> list[str]:
        """How each scalar input is read."""
        row, found = self.language.parameters, []
        for variable in self.variables:
            shape, name = self.shapes[variable.name], self.names[variable.name]
            if not shape:
                found.append(name)
                continue
            rows, columns = shape
            template = row.vector_entry if columns == 1 else row.matrix_entry
            for i in range(rows):
                for j in range(columns):
                    fields = {"i": i + row.first, "j": j + row.first, "k": i * columns + j}
                    found.append(template.format(name=name, **fields))
        return found

    # ------------------------------------------------------------------------------------ functions

    def function(self, form: str) -> str:
        """One function of the file."""
        nodes = self.nodes_of(form)
        values = [] if form in ("value", "values") else list(self.outputs.values)
        native, inputs = self.language.functions, self.outputs.inputs
        code = straight_line(self.graph, [*values, *nodes, *self.outputs.conditions], inputs, native, self.constants)
        code = undefined_outside(code, self.outputs.domains, 2 if form == "both" else 1)
        code = undefined_together(code, self.outputs, len(values), int(form == "both"))
        spelled = (*self.names.values(), *self.functions, *self.language.keywords)
        taken = {folded_name(word, self.language) for word in spelled}
        body = write_body(code, self.input_texts(), self.language, fresh_names(taken))
        forms = self.language.forms
        template: Form = forms.get(f"{form} of {self.outputs.kind}", forms[form])
        fields = {**self.fields, "f": self.name + SUFFIXES[form], **self.results(form, body.results)}
        lines = [self.language.decorate + template.opening.format(**fields)]
        lines += [self.language.indent + line for line in body.lines]
        lines.append(template.closing.format(**fields))
        return "\n".join(lines) + "\n"

    def nodes_of(self, form: str) -> list[Node]:
        """What a function computes, value first, then derivatives row by row."""
        outputs = self.outputs
        if form in ("value", "values"):
            return list(outputs.values)
        if form == "gradient":
            return list(outputs.first[0])
        if form == "both":
            return [*outputs.values, *outputs.first[0]]
        return [node for row in (outputs.first if form == "jacobian" else outputs.second) for node in row]

    def results(self, form: str, texts: Sequence[str]) -> dict[str, str]:
        """The results in every way that a template may want them."""
        row, n = self.language, len(self.outputs.names)
        found: dict[str, str] = {"value": texts[0] if texts else ""}
        if form == "values":
            found["values"] = listed(texts, row.entry_separator) + row.lonely * (len(texts) == 1)
            found["store_values"] = self.stores(row.store_value, texts)
        elif form in ("gradient", "both"):
            entries = texts[1:] if form == "both" else texts
            found["entries"] = listed(entries, ", ") + row.lonely * (len(entries) == 1)
            found["store_entries"] = self.stores(row.store_entry, entries)
        elif form in ("jacobian", "hessian"):
            rows = [texts[i : i + n] for i in range(0, len(texts), n)]
            left, right = row.list_brackets
            inside = [row.entry_separator.join(row.row_entry.format(text) for text in line) for line in rows]
            inside = [text + row.lonely * (n == 1) for text in inside]
            found["rows"] = listed([f"{left}{text}{right}" for text in inside], row.row_separator)
            found["rows"] += row.lonely * (len(rows) == 1)
            found["store_rows"] = "\n".join(
                self.stores(row.store_row, line, i=i + row.parameters.first, matrix=form) for i, line in enumerate(rows)
            )
        return found

    def stores(self, template: str, texts: Sequence[str], **fields: Any) -> str:
        """One statement an entry."""
        first, indent = self.language.parameters.first, self.language.indent
        key = "j" if fields else "i"
        lines = [template.format(value=t, **{key: k + first}, **fields) for k, t in enumerate(texts)]
        return "\n".join(indent + line for line in lines)

    # ----------------------------------------------------------------------------------- whole file

    def text(self, header: Sequence[str], test: str = "") -> str:
        """The file: header, preamble, what its functions need, functions, test."""
        row = self.language
        functions = "\n\n".join(self.function(form) for form in self.forms)
        renamed = [f"{name} is called {new} here." for name, new in self.names.items() if new != name]
        said = (*header, *row.notes, *warnings_of(self.outputs.values), *renamed)
        comments = "".join(f"{row.comment}{line}".rstrip() + "\n" for line in said)
        module = {"module": f"{self.name}_module", "functions": ", ".join(self.functions)}
        needed = functions + test
        imports, helpers = support_of(row, needed)
        preamble = row.preamble.replace("{module}", module["module"]) + (row.self_test.before if test else "")
        closing = row.closing.format(**module) if row.closing else ""
        gap = "\n\n" if row.indent and row.comment == "# " else "\n"
        before, after = ("", helpers) if row.support_last else (helpers, "")
        return continued(f"{comments}{preamble}{imports}{before}{gap}{functions}{closing}{after}{test}", row)


def continued(text: str, language: Language) -> str:
    """Lines that are too long for the language, broken at spaces; comments are cut."""
    width = language.widest_line
    if not width or max(map(len, text.split("\n"))) <= width:
        return text
    found: list[str] = []
    for line in text.split("\n"):
        if line.startswith(language.comment) and len(line) > width:
            found += [line[:width], *(language.comment + line[i : i + width] for i in range(width, len(line), width))]
            continue
        while len(line) > width:
            place = line.rindex(" ", 0, width)
            found.append(line[:place] + " &")
            line = f"        {line[place + 1 :]}"
        found.append(line)
    return "\n".join(found)


def support_of(row: Language, code: str) -> tuple[str, str]:
    """The imports and the helpers of a language that this code uses."""
    support = [text for word, text in row.support.items() if word in code]
    imports = "".join(text for text in support if not text.startswith("\n"))
    return imports, "".join(text + "\n" for text in support if text.startswith("\n"))


def forms_of(outputs: Outputs) -> tuple[str, ...]:
    """The functions of a file."""
    return FORMS[outputs.kind]


def listed(texts: Sequence[str], separator: str) -> str:
    """Entries on one line, or one a line where they are long."""
    joined = separator.join(texts)
    if len(joined) <= WIDE:
        return joined
    return "\n        " + f"{separator.rstrip()}\n        ".join(texts) + "\n    "


def require_scalar_code(variables: Mapping[str, Any]) -> None:
    """Raise `shape` for sizes that are letters."""
    for name, shape in variables.items():
        if any(type(size) is not int for size in shape):
            raise GradcliError(
                "shape",
                f"{name} has a size that is a letter, and this language needs numbers",
                hint=f"--shape {name}=3, or --to numpy, jax or torch",
            )


def undefined_outside(code: StraightLine, domains: Sequence[Sequence[Node]], times: int) -> StraightLine:
    """The code without the conditions that stand at its end; the values are nan where theirs do not hold.

    times: how often the values stand at the front.
    """
    count = sum(map(len, domains))
    if not count:
        return code
    instructions = list(code.instructions)
    outputs, left = list(code.outputs[:-count]), list(code.outputs[-count:])
    number = len(code.inputs) + len(instructions)
    for row, domain in enumerate(domains):
        own, left = left[: len(domain)], left[len(domain) :]
        for condition, place in product(own, range(row, times * len(domains), len(domains))):
            if condition is False:
                outputs[place] = math.nan
            elif condition is not True and outputs[place] == outputs[place]:
                instructions.append(Instruction("select", (condition, outputs[place], math.nan)))
                outputs[place], number = number, number + 1
    return needed(code.inputs, instructions, outputs)


def undefined_together(code: StraightLine, outputs: Outputs, count: int, kept: int) -> StraightLine:
    """The code without its first `count` outputs, the values; derivatives are nan where their value is no number.

    kept: how many of the outputs behind them are values again.
    """
    instructions = list(code.instructions)
    number = len(code.inputs) + len(instructions)
    results = list(code.outputs[count:])
    width = (len(results) - kept) // count if count else 0
    for row, (node, value) in enumerate(zip(outputs.values, code.outputs[:count], strict=False)):
        if value != value:
            results[kept + row * width : kept + (row + 1) * width] = [math.nan] * width
        if type(value) is not int or not (has_border(node) or outputs.domains[row]):
            continue
        instructions.append(Instruction("subtract", (value, value)))  # 0 for numbers, else nan
        instructions.append(Instruction("==", (number, 0.0)))
        nothing, condition, number = number, number + 1, number + 2
        for place in range(kept + row * width, kept + (row + 1) * width):
            instructions.append(Instruction("select", (condition, results[place], nothing)))
            results[place], number = number, number + 1
    return needed(code.inputs, instructions, results)


def has_border(node: Node) -> bool:
    """Is there a function below the node whose domain ends, though its derivative may be a number beyond?"""
    return any(
        part.op == "power"
        or (part.op == "call" and bool(part.data.domain or part.data.poles))
        or (part.op == "product" and any(e < 0 and e.denominator != 1 for e in part.data))
        or (part.op == "product" and min(part.data) < 0 and has_size(part))
        for part in order([node])
    )


def has_size(product: Node) -> bool:
    """Is there abs(u) or sign(u) beside u? Then the derivative may have a number where the product has a hole."""
    calls = [base for base in product.args if base.op == "call" and base.data.name in ("abs", "sign")]
    return any(base.args[0] in product.args for base in calls)


def warnings_of(values: Sequence[Node]) -> list[str]:
    """What code in float64 does not promise of these functions."""
    kinks = [AT_KINKS] if any(map(has_kink, values)) else []
    return [*kinks, *([LOSES] if any(map(loses_digits, values)) else [])]


def loses_digits(node: Node) -> bool:
    """Is there a sum of rounded terms below the node that may cancel, or a sine of what is rounded?"""
    return any(
        any(arg.op != "variable" for arg in part.args)
        and (may_cancel(part) or (part.op == "call" and part.data.name in PERIODIC))
        for part in order([node])
    )


def may_cancel(node: Node) -> bool:
    """Is it a sum whose terms may have both signs?"""
    if node.op != "sum" or len(node.args) + bool(node.data[1]) < 2:
        return False
    signs = [c > 0 for c in (*node.data[0], node.data[1]) if c]
    if len(set(signs)) > 1:
        return True
    from gradcli.points.marks import is_positive

    return not all(map(is_positive, node.args))


def has_kink(node: Node) -> bool:
    """Is there a choice below the node, a greatest entry, or a function with a kink?"""
    return any(
        part.op in ("where", "extreme") or (part.op == "call" and (part.data.kinks or part.data.name in ("max", "min")))
        for part in order([node])
    )
