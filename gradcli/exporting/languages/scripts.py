"""Python, Julia and JavaScript."""

from __future__ import annotations

from gradcli.exporting.languages.language import (
    C_LIKE,
    INFIX,
    Language,
    Parameters,
    SelfTest,
    called,
    indexed,
    names_of,
    returning,
)

MATH = "exp expm1 exp2 log log2 log10 log1p sqrt cbrt hypot abs=fabs sin cos tan asin acos atan atan2 sinh cosh tanh"
MATH += " asinh acosh atanh erf erfc gamma lgamma"

RAISING = "exp expm1 exp2 log log2 log10 log1p sqrt sin cos tan asin acos sinh cosh acosh atanh gamma lgamma"
"""Functions of the math module that raise an error where others give nan or inf."""

PYTHON_KEYWORDS = frozenset(
    """
        False None True and as assert async await break class continue def del elif else except finally
        for from global if import in is lambda nonlocal not or pass raise return try while with yield
        match case type math max min float print abs int sys quiet divide check self_test __debug__
    """.split()  # noqa: SIM905
)

PYTHON_LIBRARY = frozenset(("SystemExit", "all", "isinstance", "len", "list", "tuple", "zip"))
"""What files and their tests call: a variable may have such a name, a function or a constant of the file not."""

PYTHON_TEST = SelfTest(
    opening='''

def check(label, got, want, tolerance):
    """0 where a number agrees with its certified value, else 1 and a line that says so."""
    if abs(float(got) - want) <= tolerance:
        return 0
    print(f"{label}: {float(got)!r} instead of {want!r}")
    return 1


def self_test():
    """The number of results that differ from certified values."""
    failures = 0
''',
    closing="""    return failures


if __name__ == "__main__":
    raise SystemExit(1 if self_test() else 0)
""",
    check="failures += check({label}, {got}, {want}, {tolerance})",
    indent="    ",
    call=called("{} = {f}({args})"),
    read=indexed("[{i}]", "[{i}][{j}]"),
    inline_vector="[{entries}]",
    inline_matrix="[{rows}]",
)

PYTHON = Language(
    name="python",
    title="Python, with the math module alone",
    comment="# ",
    functions={
        **names_of(MATH, "math.{}"),
        **{name: f"quiet({text.replace('(', ', ', 1)}" for name, text in names_of(RAISING, "math.{}").items()},
        **names_of("max min"),
        "floor": "float(quiet(math.floor, {0}))",
        "ceil": "float(quiet(math.ceil, {0}))",
    },
    operators={
        **INFIX,
        "divide": "divide({0}, {1})",
        "power": "quiet(math.pow, {0}, {1})",
        "and": "{0} and {1}",
        "or": "{0} or {1}",
        "not": "not {0}",
        "select": "{1} if {0} else {2}",
    },
    forms=returning("def {f}({params}):", "    return {}", "({})"),
    parameters=Parameters("{name}", "{name}", "{name}", "{name}[{i}]", "{name}[{i}][{j}]"),
    keywords=PYTHON_KEYWORDS,
    library=PYTHON_LIBRARY,
    let="{name} = {value}",
    let_condition="{name} = {value}",
    assign="{name} = {value}",
    if_open="if {0}:",
    otherwise="else:",
    opposite="not {0}",
    list_brackets=("(", ")"),
    lonely=",",
    infinity="math.inf",
    nan="math.nan",
    preamble="import math\n",
    support={
        "quiet(": '''
def quiet(function, *numbers):
    """function(*numbers) as float64 has it: inf at poles and beyond 1.8e308, nan outside of the domain."""
    try:
        return function(*numbers)
    except OverflowError:
        odd = function is math.sinh or (function is math.pow and numbers[1] % 2.0 == 1.0)
        return math.copysign(math.inf, numbers[0]) if odd else math.inf
    except ValueError:
        if numbers[0] == 0.0 and function in (math.log, math.log2, math.log10):
            return -math.inf
        if abs(numbers[0]) == 1.0 and function in (math.log1p, math.atanh):
            return math.copysign(math.inf, numbers[0])
        return math.inf if function is math.pow and numbers[0] == 0.0 else math.nan
''',
        "divide(": '''
def divide(above, below):
    """above/below as float64 has it: inf or nan where below is zero."""
    if below:
        return above/below
    return math.copysign(math.inf, above)*math.copysign(1.0, below) if above else math.nan
''',
    },
    unicode_names=True,
    self_test=PYTHON_TEST,
    notes=("Outside of its domain a function is nan.",),
)

JULIA_KEYWORDS = frozenset(
    """
        abstract baremodule begin break catch const continue do else elseif end export false finally for
        function global if import in isa let local macro missing module mutable nothing outer primitive
        public quote return struct true try type using var where while pi im Inf NaN exit println check
        string attempt self_test
    """.split()  # noqa: SIM905
)

JULIA_NAMES = "exp expm1 exp2 log log2 log10 log1p sqrt cbrt hypot abs sign floor ceil sin cos tan asin acos atan"
JULIA_NAMES += " atan2=atan sinh cosh tanh asinh acosh atanh sec csc cot sech csch coth max min"

JULIA = Language(
    name="julia",
    title="Julia",
    comment="# ",
    functions=names_of(JULIA_NAMES),
    operators={
        **C_LIKE,
        "power": "{0}^{1}",
    },
    forms=returning("function {f}({params})", "    return {}\nend"),
    parameters=Parameters("{name}", "{name}", "{name}", "{name}[{i}]", "{name}[{i}, {j}]", first=1),
    keywords=JULIA_KEYWORDS,
    let="{name} = {value}",
    let_condition="{name} = {value}",
    assign="{name} = {value}",
    if_open="if {0}",
    otherwise="else",
    if_close="end",
    opposite="!{0}",
    list_brackets=("", ""),
    row_entry="({})",
    entry_separator=" ",
    row_separator="; ",
    infinity="Inf",
    nan="NaN",
    attempt="attempt(() -> {0})",
    support={
        "attempt(": """
# The value, nan where it has none: it is asked for before it is known that it is needed.
function attempt(value)
    try
        return value()
    catch
        return NaN
    end
end
"""
    },
    self_test=SelfTest(
        opening="""
function check(label, got, want, tolerance)
    abs(got - want) <= tolerance && return 0
    println(label, ": ", got, " instead of ", want)
    return 1
end

function self_test()
    failures = 0
""",
        closing="""    return failures
end

exit(self_test() == 0 ? 0 : 1)
""",
        check="failures += check({label}, {got}, {want}, {tolerance})",
        indent="    ",
        call=PYTHON_TEST.call,
        read=indexed("[{i}]", "[{i}, {j}]"),
        inline_vector="[{entries}]",
        inline_matrix="[{rows}]",
        row="{}",
    ),
)

JAVASCRIPT_KEYWORDS = frozenset(
    """
        abstract arguments await boolean break byte case catch char class const continue debugger default
        delete do double else enum eval export extends false final finally float for function goto if
        implements import in instanceof int interface let long native new null package private protected
        public return short static super switch synchronized this throw throws transient true try typeof
        var void volatile while with yield Math Infinity NaN undefined process console module exports
        require globalThis check failures
    """.split()  # noqa: SIM905
)

JAVASCRIPT_NAMES = "exp expm1 log log2 log10 log1p sqrt cbrt hypot abs sign floor ceil sin cos tan asin acos atan atan2"
JAVASCRIPT_NAMES += " sinh cosh tanh asinh acosh atanh max min"

JAVASCRIPT = Language(
    name="javascript",
    title="JavaScript (ES2015)",
    comment="// ",
    functions=names_of(JAVASCRIPT_NAMES, "Math.{}"),
    operators={**C_LIKE, "==": "{0} === {1}", "!=": "{0} !== {1}", "power": "Math.pow({0}, {1})"},
    forms=returning("function {f}({params}) {{", "    return {};\n}}", pair="[{}, {}]"),
    parameters=Parameters("{name}", "{name}", "{name}", "{name}[{i}]", "{name}[{i}][{j}]"),
    keywords=JAVASCRIPT_KEYWORDS,
    let="const {name} = {value};",
    let_condition="const {name} = {value};",
    assign="{name} = {value};",
    declare="let {name};",
    declare_condition="let {name};",
    if_open="if ({0}) {{",
    otherwise="} else {",
    if_close="}",
    opposite="!{0}",
    infinity="Infinity",
    nan="NaN",
    preamble='"use strict";\n',
    closing="\nif (typeof module !== 'undefined') module.exports = {{ {functions} }};\n",
    self_test=SelfTest(
        opening="""
let failures = 0;

function check(label, got, want, tolerance) {
    if (Math.abs(got - want) <= tolerance) return;
    console.log(`${label}: ${got} instead of ${want}`);
    failures += 1;
}
""",
        closing="""
if (failures) process.exit(1);
""",
        check="check({label}, {got}, {want}, {tolerance});",
        point_opening="{",
        point_closing="}",
        indent="    ",
        call=called("const {} = {f}({args});", "[value, grad]"),
        read=PYTHON_TEST.read,
        inline_vector="[{entries}]",
        inline_matrix="[{rows}]",
    ),
)

SCRIPTS = (PYTHON, JULIA, JAVASCRIPT)
