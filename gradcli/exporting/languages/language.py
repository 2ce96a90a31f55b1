"""The languages of `gradcli export`, each a row of data, and the one way from straight-line code to a function in one.

A row has names for the functions that its language has, operators, and templates for statements and for the functions
that are exported (`Form`). What a language lacks is written out from the rules before it comes here.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.text.tree import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Mapping


class Form(NamedTuple):
    """A function of the file: the lines before its body and after it.

    Templates know `{f}` its name, `{params}`, `{args}`, `{value}`, `{values}` (the components), `{entries}` (the
    gradient's), `{rows}` (the matrix's), `{n}` variables, `{m}` components; `{store_values}`, `{store_entries}`,
    `{store_rows}` alone on a line stand for one statement an entry.
    """

    opening: str
    closing: str


class Parameters(NamedTuple):
    """How inputs are declared and read: `{n}`, `{rows}`, `{columns}`; `{i}`, `{j}` from `first` on; `{k}` is flat."""

    scalar: str
    vector: str
    matrix: str
    vector_entry: str
    matrix_entry: str
    first: int = 0
    separator: str = ", "


class SelfTest(NamedTuple):
    """The main program.

    opening, closing   lines around the checks
    before             a line before the functions, without which the file would be one of them
    point              lines before the checks of one point, with `{declarations}`
    vector, matrix     a literal of an array argument: `{name}`, `{n}`, `{entries}`, `{rows}`, `{columns}`
    call               by form: the statement that calls the function, with `{f}`, `{args}`, `{n}`, `{m}`
    read               by form: how its results are read: of the value, and of entry `{i}` or `{i}`, `{j}`
    check              one check: `{label}`, `{got}`, `{want}`, `{tolerance}`
    """

    opening: str
    closing: str
    check: str
    call: Mapping[str, str]
    read: Mapping[str, tuple[str, ...]]
    vector: str = ""
    matrix: str = ""
    inline_vector: str = ""
    inline_matrix: str = ""
    row: str = "[{}]"
    point_opening: str = ""
    point_closing: str = ""
    indent: str = ""
    before: str = ""


class Language(NamedTuple):
    """A target.

    functions      rows that it has: name -> template
    operators      operations -> template
    let            a named value; `let_condition` a named truth value; `assign` to one that was declared
    if_open, otherwise, if_close, opposite   a block for one side of a condition
    declares_all   names are declared before the first statement
    lazy           what only one branch needs is computed there alone
    forms          by what they give: value, values, gradient, both, jacobian, hessian; `value of hessian` for one kind
    decorate       a line before each function
    preamble       what the file begins with; `support`: lines that are added when a text is used, `support_last`: at
                   the end, where the first function must stand first
    folds_case     x and X are one name
    keywords       words that no name may be, `library` those that only the functions' names may not be
    widest_line    longer lines are continued with `&`; 0: lines have any length
    lonely         what follows the only entry of a list (Python's comma)
    attempt        a value that may be asked for outside of its branch: nan instead of an error
    tensor_calls   operations whose literals must be wrapped by the template `tensor`
    """

    name: str
    title: str
    comment: str
    functions: Mapping[str, str]
    operators: Mapping[str, str]
    forms: Mapping[str, Form]
    parameters: Parameters
    keywords: frozenset[str]
    let: str
    assign: str
    self_test: SelfTest
    let_condition: str = ""
    declare: str = ""
    declare_condition: str = ""
    declares_all: bool = False
    if_open: str = ""
    otherwise: str = ""
    if_close: str = ""
    opposite: str = ""
    lazy: bool = True
    indent: str = "    "
    list_brackets: tuple[str, str] = ("[", "]")
    lonely: str = ""
    row_entry: str = "{}"
    entry_separator: str = ", "
    row_separator: str = ", "
    store_value: str = ""
    store_entry: str = ""
    store_row: str = ""
    infinity: str = ""
    nan: str = ""
    float_suffix: str = ""
    preamble: str = ""
    decorate: str = ""
    closing: str = ""
    support: Mapping[str, str] = {}
    support_last: bool = False
    library: frozenset[str] = frozenset()
    folds_case: bool = False
    unicode_names: bool = False
    attempt: str = ""
    tensor: str = "{}"
    tensor_calls: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    longest_name: int = 200
    widest_line: int = 0

    def number(self, value: float) -> str:
        """The shortest literal of a float64."""
        if value != value:
            return self.nan
        if value in (float("inf"), float("-inf")):
            return self.infinity if value > 0 else f"-{self.infinity}"
        text = repr(value)
        mantissa, _, exponent = text.partition("e")
        if exponent:
            mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
            text = f"{mantissa}e{int(exponent)}"
        return text + self.float_suffix


def called(template: str, both: str = "value, grad") -> dict[str, str]:
    """How a self-test calls each form: `{}` in the template stands for the names of what comes back."""
    names = {"value": "value", "values": "value", "gradient": "grad", "both": both}
    names |= {"jacobian": "jacobian", "hessian": "hessian"}
    return {form: template.replace("{}", name) for form, name in names.items()}


def indexed(entry: str, matrix_entry: str) -> dict[str, tuple[str, ...]]:
    """How a self-test reads what comes back: by `[{i}]` the entry of a list, by `[{i}][{j}]` that of a matrix."""
    return {
        "value": ("value", ""),
        "values": ("value" + entry, ""),
        "gradient": ("grad" + entry, ""),
        "both": ("value", "grad" + entry),
        "jacobian": ("jacobian" + matrix_entry,),
        "hessian": ("hessian" + matrix_entry,),
    }


def returning(
    opening: str, closing: str, listed: str = "[{}]", pair: str = "{}, {}", value: str = "{}"
) -> dict[str, Form]:
    """The forms of a language whose functions return all that they give.

    `{}` stands in `closing` for what is returned, in `listed` for the items of a list, in `value` for a number alone,
    in `pair` for the value and the list of its derivatives.
    """

    def form(result: str) -> Form:
        return Form(opening, closing.replace("{}", result))

    number, gradient, rows = (template.replace("{}", items) for template, items in
                              ((value, "{value}"), (listed, "{entries}"), (listed, "{rows}")))  # fmt: skip
    return {
        "value": form(number),
        "values": form(listed.replace("{}", "{values}")),
        "gradient": form(gradient),
        "both": form(pair.replace("{}", number, 1).replace("{}", gradient, 1)),
        "jacobian": form(rows),
        "hessian": form(rows),
    }


def names_of(text: str, template: str = "{}") -> dict[str, str]:
    """Rows by name: `exp` as itself, `abs=fabs` as another name, each put into the template and called."""
    found: dict[str, str] = {}
    for word in text.split():
        name, _, other = word.partition("=")
        arguments = "({0}, {1})" if name in TWO_ARGUMENTS else "({0})"
        found[name] = template.replace("{}", other or name) + arguments
    return found


TWO_ARGUMENTS = frozenset(
    ("hypot", "atan2", "max", "min", "logaddexp", "polygamma", "beta", "lbeta", "besselj", "bessely")
)

INFIX = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0}*{1}",
    "divide": "{0}/{1}",
    "negate": "-{0}",
    **{op: f"{{0}} {op} {{1}}" for op in COMPARISONS},
}
"""What nearly all languages write alike."""

C_LIKE = {**INFIX, "and": "{0} && {1}", "or": "{0} || {1}", "not": "!{0}", "select": "{0} ? {1} : {2}"}
"""The operators of C and its descendants."""
