"""Programs of vectors and matrices in NumPy, JAX and PyTorch: the matrix formulas, whatever the sizes are.

Inside of the functions vectors are columns, (n, 1), as in gradcli; given and returned they are flat, (n,).
"""

from __future__ import annotations

import re

from gradcli.exporting.languages.language import Language
from gradcli.exporting.matrices.dialects import DIALECTS, ERRORS, SUPPORT
from gradcli.exporting.matrices.entrywise import OPERATIONS
from gradcli.exporting.matrices.formulas import FormulaWriter, bracketed
from gradcli.exporting.names import names_in
from gradcli.problems import GradcliError
from gradcli.program.graph import order
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.derive.arrays.question import ArrayQuestion
    from gradcli.exporting.matrices.dialects import Dialect
    from gradcli.program.graph import Node, Variable


def formulas(question: ArrayQuestion, kind: str) -> dict[str, list[Node]]:
    """What each function gives."""
    arrays, names = question.arrays, question.names
    if not names:
        raise GradcliError("constant", "there is no variable to differentiate by", hint="--wrt with a variable")
    f = arrays.outputs[0].node
    if kind == "gradient":
        from gradcli.derive.ad.gradients import array_gradient

        gradient = array_gradient(arrays, f, names)
        return {"value": [f], "gradient": gradient, "both": [f, *gradient]}
    if len(names) != 1 or len(arrays.outputs) != 1:
        raise GradcliError(
            "unsupported",
            f"the code of a {kind} with arrays is of one function by one variable",
            hint=f"--wrt {names[0]}, or sizes in numbers and another language",
        )
    if kind == "jacobian":
        from gradcli.derive.ad.jacobian import array_jacobian

        return {"value": [f], "jacobian": [array_jacobian(arrays, f, names[0], "numerator")]}
    from gradcli.derive.ad.gradients import array_gradient
    from gradcli.derive.ad.jacobian import array_hessian

    gradient = array_gradient(arrays, f, names)
    hessian = array_hessian(arrays, f, names[0])
    return {"value": [f], "gradient": gradient, "both": [f, *gradient], "hessian": [hessian]}


AS_THE_LIBRARY = (
    "Sums and products of arrays are the library's: inf or nan where a number on the way is beyond 1.8e308."
)
"""What the head of a file says."""

NAMES = {"value": "", "gradient": "_grad", "both": "_value_and_grad", "jacobian": "_jacobian", "hessian": "_hessian"}


class MatrixFile:
    """One file in the making."""

    def __init__(self, question: ArrayQuestion, row: Language, name: str, forms: dict[str, list[Node]]) -> None:
        self.question = question
        self.row = row
        self.forms = forms
        self.functions = {form: name + NAMES[form] for form in forms}
        arrays = question.arrays
        self.inputs: tuple[Variable, ...] = (*arrays.variables, *arrays.parameters)
        every = [*(v.name for v in self.inputs), *arrays.settings]
        reserved = [*self.functions.values(), "tensor", *(word[:-1] for word in SUPPORT), *row.library]
        self.names = names_in(row, every, reserved)

    def text(self, header: Sequence[str], test: str) -> str:
        """Header, imports, constants, functions, test."""
        from gradcli.exporting.file import support_of, warnings_of

        comment = self.row.comment
        said = [
            *header,
            *self.row.notes,
            AS_THE_LIBRARY,
            *warnings_of([output.node for output in self.question.arrays.outputs]),
            *(f"{a} is called {b} here." for a, b in self.names.items() if a != b),
        ]
        comments = "".join(f"{comment}{line}".rstrip() + "\n" for line in said)
        functions = "\n\n".join(self.function(form) for form in self.forms)
        constants = self.constants()
        imports, helpers = support_of(self.row, functions)
        helpers = "".join(
            f"\n\n{text.strip()}\n" for text in (helpers, *support_texts(self.row.name, functions)) if text
        )
        constants = f"\n{constants}" if constants else ""
        return f"{comments}{self.row.preamble}{imports}{helpers}{constants}\n\n{functions}{test}"

    def constants(self) -> str:
        """The values of --set."""
        from gradcli.evaluate.float64.data import float_values

        lines = []
        for name, value in float_values(self.question.arrays.settings).items():
            text = repr(value if isinstance(value, float) else value.tolist())
            lines.append(f"{self.names[name]} = {self.converted(text, isinstance(value, float))}\n")
        return "".join(lines)

    def converted(self, text: str, is_number: bool) -> str:
        """A literal as the library's array."""
        if is_number:
            return text
        if self.row.name == "torch":
            return f"torch.as_tensor({text}, dtype=torch.float64)"
        return f"{DIALECTS[self.row.name].module}.array({text})"

    def function(self, form: str) -> str:
        """One function."""
        roots, dialect = self.forms[form], DIALECTS[self.row.name]
        graph = self.question.arrays.graph
        run = FormulaWriter(graph, self.row, self.names, {*self.names.values(), *self.functions.values()})
        plain = ", ".join(self.names[v.name] for v in self.inputs)
        for variable in self.inputs:
            name = self.names[variable.name]
            run.lines.append(f"{name} = {argument(self.row, dialect, name, variable)}")
        for variable in self.inputs:
            name = self.names[variable.name]
            for axis, size in enumerate(variable.shape):
                if isinstance(size, str) and size not in run.sizes:
                    run.sizes[size] = f"{name}.shape[{axis}]"
        sizes = self.question.sizes()
        values = roots if form == "value" else roots[:1] if form == "both" else ()
        run.sizes.update({letter: str(value) for letter, value in sizes.items() if letter not in run.sizes})
        guards = self.question.arrays.outputs[0].guards if values else ()
        texts = run.write([*roots, *guards], [*values, *guards])
        if guards:
            texts[0] = self.where_defined(texts[0], list(zip(guards, texts[len(roots) :], strict=True)))
        results = [returned(dialect, node, text) for node, text in zip(roots, texts, strict=False)]
        lines = [f"{self.row.decorate}def {self.functions[form]}({plain}):"]
        dtype = f"{self.names[self.inputs[0].name]}.dtype"
        lines += [f"    {line}".replace("DTYPE", dtype) for line in run.lines]
        results = [result.replace("DTYPE", dtype) for result in results]
        if form == "both":
            rest = results[1] if len(results) == 2 else f"({', '.join(results[1:])})"
            return "\n".join([*lines, f"    return {results[0]}, {rest}"]) + "\n"
        return "\n".join([*lines, f"    return {', '.join(results)}"]) + "\n"

    def where_defined(self, text: str, guards: Sequence[tuple[Node, str]]) -> str:
        """The value, nan where what cancelled has none: entry by entry where the function is, else as a whole."""
        node, module = self.question.arrays.outputs[0].node, DIALECTS[self.row.name].module
        is_entrywise = all(part.op in OPERATIONS or not part.args for part in order([node]))
        found = []
        for guard, written in guards:
            part = f"torch.as_tensor({written})" if module == "torch" and not guard.shape else written
            finite = f"{module}.isfinite({part})"
            whole = finite if is_entrywise and guard.shape == node.shape else f"{module}.all({finite})"
            found.append(f"{module}.where({whole}, 1.0, {module}.nan)")
        return "*".join([bracketed(text), *found])


def support_texts(name: str, functions: str) -> list[str]:
    """The functions that the code calls and the library lacks; one may call another."""
    module = DIALECTS[name].module
    found: list[str] = []
    for word, text in SUPPORT.items():
        called = any(re.search(rf"(?<![\w.]){re.escape(word)}", other) for other in (functions, *found))
        if called:
            filled = text.replace("{np}", module).replace("{nan}", f"{module}.nan").replace("{error}", ERRORS[name])
            filled = filled.replace("{inf}", f"{module}.inf")
            found.append(filled)
    return found


def argument(row: Language, dialect: Dialect, name: str, variable: Variable) -> str:
    """An argument as the code wants it: vectors as columns."""
    if variable.shape[1:] == (1,):
        return dialect.column.format(name)
    if row.name == "torch":
        return f"tensor({name})"
    return f"{dialect.module}.asarray({name}, dtype=float)"


def returned(dialect: Dialect, node: Node, text: str) -> str:
    """A result as the user wants it: vectors flat."""
    if not node.shape:
        return text
    return dialect.flat.format(bracketed(text)) if node.shape[1:] == (1,) else text
