"""A row's texts as functions of numbers: of floats, of balls, of complex balls, or of anything else that calculates.

A text becomes a tree of closures, so that the branch of `where` that is not taken is never evaluated. The texts are
those of the table, never a user's, so the closures nest as deep as the rows' authors wrote.
"""

from __future__ import annotations

from operator import add, mul, neg, sub, truediv

from gradcli.problems import Source
from gradcli.program.forms.scalars import COMPARISONS
from gradcli.records import TYPE_CHECKING, NamedTuple, cache
from gradcli.text.tree import Binary, Call, Name, Number, Unary, postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from gradcli.rules.rule import Rule
    from gradcli.text.tree import Tree

    Formula = Callable[[Mapping[str, Any]], Any]


class Field(NamedTuple):
    """Numbers of one kind.

    number     from an exact rational
    constant   from `pi`, `e`, `tau`, `inf`
    below      is the first less than the second? None where that is not decided
    join       what is known of a `where` whose condition is not decided, from both branches
    kernel     the function of a row, None where the row's `means` is to be followed
    """

    number: Callable[[Any], Any]
    constant: Callable[[str], Any]
    below: Callable[[Any, Any], bool | None]
    join: Callable[[Any, Any], Any]
    kernel: Callable[[Rule], Callable[..., Any] | None]


def formula(text: str, field: Field) -> Formula:
    """The text as a function of its names' values."""
    from gradcli.text.parser import parse_expression

    closures: dict[int, Formula] = {}
    tree = parse_expression(Source("a row of the table", text))
    for node in postorder(tree):
        closures[id(node)] = _closure(node, closures, field)
    return closures[id(tree)]


def _closure(node: Tree, done: Mapping[int, Formula], field: Field) -> Formula:
    """One node, its subtrees being done."""
    if isinstance(node, Number):
        exact = node.value
        return lambda values: field.number(exact)
    if isinstance(node, Name):
        name = node.name
        return lambda values: values[name] if name in values else field.constant(name)
    if isinstance(node, Unary):
        operand = done[id(node.operand)]
        return lambda values: neg(operand(values))
    if isinstance(node, Binary):
        return _binary(node.op, done[id(node.left)], done[id(node.right)], field)
    if isinstance(node, Call):
        return _call(node.function, [done[id(argument)] for argument in node.arguments], field)
    raise TypeError(f"a row's text has a {type(node).__name__}")


OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {"+": add, "-": sub, "*": mul, "/": truediv, "**": pow}


def _binary(op: str, left: Formula, right: Formula, field: Field) -> Formula:
    """An arithmetic operation, or a condition in three truth values."""
    operation = OPERATIONS.get(op)
    if operation is not None:
        return lambda values: operation(left(values), right(values))
    if op == "and":
        return lambda values: _both(left(values), right(values))
    return lambda values: _compare(op, left(values), right(values), field)


def _both(first: bool | None, second: bool | None) -> bool | None:
    """`and`: False if one is, None if that is not decided."""
    if first is False or second is False:
        return False
    return None if first is None or second is None else True


def _compare(op: str, left: Any, right: Any, field: Field) -> bool | None:
    """A comparison; what is neither certainly less nor certainly greater is equal or not decided."""
    below, above = field.below(left, right), field.below(right, left)
    if not (below or above) and (below is None or above is None):
        return None
    sign = -1 if below else 1 if above else 0
    return COMPARISONS[op](sign, 0)


def _call(name: str, arguments: list[Formula], field: Field) -> Formula:
    """A call of a row, or `where`."""
    if name == "where":
        condition, yes, no = arguments

        def choose(values: Mapping[str, Any]) -> Any:
            holds = condition(values)
            if holds is None:
                return field.join(yes(values), no(values))
            return yes(values) if holds else no(values)

        return choose
    from gradcli.rules import NAMES, RULES

    function = row_function(RULES[NAMES[name]], field)
    return lambda values: function(*[argument(values) for argument in arguments])


@cache
def row_function(rule: Rule, field: Field) -> Callable[..., Any]:
    """The row's function over a field: its kernel, or its definition with the defaults of missing arguments."""
    kernel = field.kernel(rule)
    if kernel is not None:
        return kernel
    if rule.means is None:
        raise ValueError(f"{rule.name} has neither a kernel nor a definition")
    return text_function(rule, rule.means, field)


def text_function(rule: Rule, text: str, field: Field) -> Callable[..., Any]:
    """A text of a row, `means` or `computed`, over a field, with the defaults of missing arguments."""
    body = formula(text, field)
    defaults = [formula(text, field) for text in rule.optional]

    def function(*values: Any) -> Any:
        missing = len(rule.args) - len(values)
        filled = [default({}) for default in defaults[len(defaults) - missing :]] if missing else []
        return body(dict(zip(rule.args, (*values, *filled), strict=True)))

    return function
