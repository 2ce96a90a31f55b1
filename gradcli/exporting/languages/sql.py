"""SQL: one SELECT over the table `points`, whose columns are the variables; any engine runs it where the data are.

What is used again is a column of a sub-query. What only one branch of a choice needs is asked for only there.
"""

from __future__ import annotations

import re
from collections import Counter

from gradcli.codegen.folding import CONDITIONS
from gradcli.codegen.straightline import straight_line
from gradcli.exporting.body import (
    ATOM,
    BOTH_TIGHTER,
    LEVELS,
    Branch,
    WrittenBody,
    count_uses,
    in_groups,
    place_in_branches,
    unsure_values,
)
from gradcli.exporting.file import Exported, undefined_outside, undefined_together
from gradcli.exporting.languages.language import INFIX, names_of
from gradcli.exporting.names import is_function_name
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.codegen.folding import Operand
    from gradcli.codegen.samples import CertifiedSample
    from gradcli.codegen.straightline import StraightLine
    from gradcli.derive.outputs import Outputs
    from gradcli.exporting.request import Ordered
    from gradcli.program.graph import Program

FUNCTIONS = {
    name: text.upper() if "(" not in name else text
    for name, text in names_of(
        "exp log=ln sqrt abs floor ceil sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh"
    ).items()
}

OPERATORS = {
    **INFIX,
    "==": "{0} = {1}",
    "!=": "{0} <> {1}",
    "and": "{0} AND {1}",
    "or": "{0} OR {1}",
    "not": "NOT {0}",
}

PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")

KEYWORDS = frozenset(
    """
        abort action add after all alter always analyse analyze and answers anti any array as asc asof
        asymmetric at attach authorization autoincrement before begin between binary both by cascade case
        cast check collate collation column commit concurrently conflict constraint create cross current
        current_date current_time current_timestamp current_user database default deferrable deferred delete
        desc describe detach distinct do drop each else end escape except exclude exclusive exists explain
        fail fetch filter first following for foreign freeze from full generated glob grant group groups
        having if ignore ilike immediate in index indexed initially inner insert instead intersect into is
        isnull join key lambda last lateral leading left like limit match materialized natural no not
        nothing notnull null nulls of offset on only or order others outer over overlaps partition pivot
        pivot_longer pivot_wider placing plan points positional pragma preceding primary qualify query raise
        range recursive references regexp reindex release rename replace restrict returning right rollback
        row rows savepoint select semi session_user set show similar some summarize symmetric table
        tablesample temp temporary then ties to trailing transaction trigger unbounded union unique unpack
        unpivot update user using vacuum values variadic verbose view virtual when where window with without
    """.split()  # noqa: SIM905
)
"""Words of SQLite, PostgreSQL and DuckDB, and of the query itself."""

NO_COLUMNS = ("true", "false")
"""What SQLite takes for a text where a sub-query has such a column, quotes or not."""

LONGEST_FORMULA = 600
"""Characters after which a formula becomes a column: SQLite's parser has a shallow stack."""

LONGEST = 2_000_000
"""Characters of one query."""


def column(name: str) -> str:
    """A column's name, in quotes where it needs them."""
    return name if PLAIN_NAME.fullmatch(name) and name not in KEYWORDS else f'"{name}"'


def number(value: float) -> str:
    """A literal that is a double in every engine."""
    if value != value:
        return "CAST(NULL AS DOUBLE PRECISION)"
    if value in (float("inf"), float("-inf")):
        return f"CAST('{'-' if value < 0 else ''}Infinity' AS DOUBLE PRECISION)"
    text = repr(value)
    return text if "e" in text else f"{text.removesuffix('.0')}e0"


class Level(NamedTuple):
    """Columns that one sub-query adds, each with its expression."""

    columns: list[tuple[str, str]]


class Query:
    """Straight-line code as nested sub-queries."""

    def __init__(self, code: StraightLine) -> None:
        self.code = code
        self.first = len(code.inputs)
        self.written = {i: WrittenBody(column(name), ATOM) for i, name in enumerate(code.inputs)}
        self.depth = dict.fromkeys(range(self.first), 0)
        self.uses = count_uses(code)
        self.branches = place_in_branches(code)
        self.unsure = unsure_values(code, self.branches)
        self.levels: list[Level] = []
        self.size = 0
        self.prefix = own_prefix(code.inputs)
        for number in in_groups(code, self.branches):
            self.instruction(number)

    def instruction(self, number: int) -> None:
        """One value: written where it is used, or a column of the sub-query after those that it needs."""
        operation, arguments = self.code.instructions[number - self.first]
        written = self.operation(operation, arguments)
        depth = max((self.depth[a] for a in arguments if type(a) is int), default=0)
        may_be_column = operation not in CONDITIONS and number not in self.unsure
        if may_be_column and (self.uses[number] > 1 or len(written.text) > LONGEST_FORMULA):
            branch = self.branches.get(number)
            text, depth = self.within(branch, written.text, depth)
            name = f"{self.prefix}{number - self.first + 1}"
            while len(self.levels) <= depth:
                self.levels.append(Level([]))
            self.levels[depth].columns.append((name, text))
            written, depth = WrittenBody(name, ATOM), depth + 1
        self.size += len(written.text)
        if self.size > LONGEST:
            raise GradcliError("limit", f"this takes a query of more than {LONGEST} characters")
        self.written[number], self.depth[number] = written, depth

    def within(self, branch: Branch | None, text: str, depth: int) -> tuple[str, int]:
        """The value where its branch is taken, else NULL."""
        while branch is not None:
            condition = self.expression(branch.condition, 0 if branch.side else ATOM)
            if type(branch.condition) is int:
                depth = max(depth, self.depth[branch.condition])
            text = f"CASE WHEN {condition if branch.side else f'NOT {condition}'} THEN {text} END"
            branch = branch.parent
        return text, depth

    def operation(self, operation: str, arguments: Sequence[Operand]) -> WrittenBody:
        """An operation as an expression."""
        if operation == "select":
            texts = [self.expression(a, 0) for a in arguments]
            return WrittenBody("CASE WHEN {} THEN {} ELSE {} END".format(*texts), ATOM)
        if operation in ("power", "atan2"):
            return WrittenBody(f"{operation.upper()}({', '.join(self.expression(a, 0) for a in arguments)})", ATOM)
        if operation not in OPERATORS:
            return WrittenBody(FUNCTIONS[operation].replace("{0}", self.expression(arguments[0], 0)), ATOM)
        level = LEVELS[operation]
        left = ATOM if operation == "not" else level + (operation in BOTH_TIGHTER)
        texts = [self.expression(a, level + 1 if place else left) for place, a in enumerate(arguments)]
        if operation == "divide" and type(arguments[0]) is int and arguments[0] < self.first:
            texts[0] = f"1e0*{texts[0]}"  # columns of integers would be divided as integers
        return WrittenBody(OPERATORS[operation].format(*texts), level)

    def expression(self, operand: Operand, level: int) -> str:
        """An operand in a place that asks for this level."""
        if type(operand) is float:
            text = number(operand)
            return f"({text})" if text.startswith("-") and level >= LEVELS["add"] else text
        written = self.written[int(operand)]
        return f"({written.text})" if written.level < level else written.text

    def text(self, names: Sequence[str], carried: Sequence[str] = ()) -> str:
        """The query. `names`: of its columns; `carried`: columns of `points` that are handed on."""
        source = "points"
        for depth, level in enumerate(self.levels, 1):
            columns = "".join(f",\n    {text} AS {name}" for name, text in level.columns)
            inner = source if depth == 1 else f"({source}) AS {self.prefix}step_{depth - 1}"
            table = "points" if depth == 1 else f"{self.prefix}step_{depth - 1}"
            source = f"SELECT {table}.*{columns}\n  FROM {inner}"
        if self.levels:
            source = f"({source}) AS {self.prefix}step_{len(self.levels)}"
        results = [self.expression(output, 0) for output in self.code.outputs]
        shown = [f"{text} AS {column(name)}" for text, name in zip(results, names, strict=True)]
        separator = ",\n  "
        return f"SELECT\n  {separator.join([*carried, *shown])}\nFROM {source}"


def write_sql(program: Program, outputs: Outputs, ordered: Ordered) -> Exported:
    """The query; for the self-test one that returns the points at which it is wrong: none."""
    from gradcli.exporting.file import warnings_of
    from gradcli.exporting.samples import all_nodes, lacking, samples_of

    wish = ordered.wish
    if not is_function_name(wish.name):
        raise GradcliError("usage", f"{wish.name[:40]!r} is no name", hint="a letter, then letters, digits and _")
    names, kept = column_names(outputs)
    for columns in (outputs.inputs, names):
        refuse_same_columns(columns)
    try:
        nodes = [*all_nodes(outputs), *outputs.conditions]
        code = straight_line(program.graph, nodes, outputs.inputs, NativeFunctions(), program.constants)
        m = len(outputs.values)
        code = undefined_outside(code, outputs.domains, 1)
        code = undefined_together(code._replace(outputs=(*code.outputs[:m], *code.outputs)), outputs, m, m)
        query = Query(code)
        query.code = code._replace(outputs=tuple(code.outputs[i] for i in kept))
        comments = "".join(f"-- {line}\n" for line in (*ordered.header, *warnings_of(outputs.values)))
        if not wish.self_test:
            return Exported("sql", wish.name, f"{comments}{query.text(names)};\n", ())
        samples = samples_of(program, outputs, NativeFunctions(), ordered.points)
    except GradcliError as error:
        raise lacking(error, "sql", "SQL") from error
    return Exported("sql", wish.name, comments + self_test(query, names, kept, samples), ())


class NativeFunctions:
    """What every engine has."""

    def __contains__(self, name: object) -> bool:
        return name in FUNCTIONS


def own_prefix(names: Sequence[str]) -> str:
    """What names of the query's own begin with, and no column of `points` does."""
    prefix = "gradcli_"
    while any(name.lower().startswith(prefix) for name in names):
        prefix += "_"
    return prefix


def refuse_same_columns(names: Sequence[str]) -> None:
    """Raise `names` for columns that SQL would take for one, x and X, or for something else."""
    found: dict[str, str] = {}
    for name in names:
        if name.lower() in NO_COLUMNS:
            raise GradcliError("names", f"SQL has no column with the name {name}", hint="another name for it")
        other = found.setdefault(name.lower(), name)
        if other != name:
            raise GradcliError("names", f"{other} and {name} are the same column in SQL", hint="rename one of them")
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice:
        raise GradcliError("names", f"two columns would be called {twice}", hint="another name for a variable")


def column_names(outputs: Outputs) -> tuple[list[str], list[int]]:
    """The names of the columns, and which outputs they are: of a Hessian the upper triangle."""
    n, m = len(outputs.names), len(outputs.values)
    if outputs.kind == "jacobian":
        names = [f"value_{i}" for i in range(m)] + [f"d_{i}_{name}" for i in range(m) for name in outputs.names]
        return names, list(range(m + m * n))
    names = ["value", *(f"d_{name}" for name in outputs.names)]
    kept = list(range(1 + n))
    if outputs.kind == "hessian":
        pairs = [(i, j) for i in range(n) for j in range(i, n)]
        names += [f"d_{outputs.names[i]}_{outputs.names[j]}" for i, j in pairs]
        kept += [1 + n + i * n + j for i, j in pairs]
    return names, kept


def self_test(query: Query, names: Sequence[str], kept: Sequence[int], samples: Sequence[CertifiedSample]) -> str:
    """A query over points of its own that returns those where a column differs from its certified value."""
    from gradcli.codegen.samples import HOW_TOLERANT

    wants = [f"{query.prefix}want_{i}" for i in range(len(names))]
    tolerances = [f"{query.prefix}tolerance_{i}" for i in range(len(names))]
    columns = [*(column(name) for name in query.code.inputs), *wants, *tolerances]
    rows = []
    for sample in samples:
        numbers = [*sample.point, *(sample.values[k] for k in kept), *(sample.tolerances[k] for k in kept)]
        rows.append(f"  ({', '.join(map(literal_text, numbers))})")
    checks = [
        f"ABS({column(name)} - {want}) <= {tolerance}"
        for name, want, tolerance in zip(names, wants, tolerances, strict=True)
    ]
    said = "".join(f"-- {line}\n" for line in ("The self-test: the rows that are wrong, so none.", *HOW_TOLERANT))
    listed, inside = ",\n".join(rows), query.text(names, [*wants, *tolerances])
    return (
        f"{said}WITH points ({', '.join(columns)}) AS (VALUES\n{listed}\n)\nSELECT * FROM (\n{inside}\n) AS answers\n"
        f"WHERE CASE WHEN {' AND '.join(checks)} THEN 0 ELSE 1 END = 1;\n"
    )


def literal_text(value: float) -> str:
    """A number in a row of VALUES."""
    return number(value)
