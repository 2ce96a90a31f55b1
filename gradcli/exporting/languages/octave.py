"""Octave and MATLAB."""

from __future__ import annotations

from gradcli.exporting.languages.language import C_LIKE, Form, Language, Parameters, SelfTest, called, indexed, names_of

NAMES = "exp expm1 log1p hypot abs sign floor ceil sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh"
NAMES += " sec csc cot sech csch coth max min erf erfc gamma digamma=psi log log2 log10 sqrt"

BOUNDED = "log log2 log10 log1p sqrt asin acos acosh atanh"
"""Functions that are complex outside of their domains."""

KEYWORDS = frozenset(
    """
        break case catch continue do else elseif end end_try_catch end_unwind_protect endfor endfunction endif
        endparfor endswitch endwhile for function global if otherwise parfor persistent return switch try until
        unwind_protect while classdef properties methods events enumeration spmd import nargin nargout ans Inf
        NaN pi zeros inline isreal choose realonly realpower nthroot check self_test failures fprintf exit value grad
        jacobian hessian
    """.split()  # noqa: SIM905
).union(word.partition("=")[2] or word for word in NAMES.split())

BOTH = "\n    if nargout > 1\n        grad = {f}_grad({params});\n    end"

OCTAVE = Language(
    name="octave",
    title="Octave and MATLAB",
    comment="% ",
    functions={
        **names_of(NAMES),
        **{name: f"realonly({text})" for name, text in names_of(BOUNDED).items()},
        "exp2": "2^({0})",
        "cbrt": "nthroot({0}, 3)",
    },
    operators={
        **C_LIKE,
        "!=": "{0} ~= {1}",
        "not": "~{0}",
        "select": "choose({0}, {1}, {2})",
        "power": "realpower({0}, {1})",
    },
    forms={
        "value": Form("function [value, grad] = {f}({params})", "    value = {value};" + BOTH + "\nend"),
        "value of hessian": Form(
            "function [value, grad, hessian] = {f}({params})",
            "    value = {value};"
            + BOTH
            + "\n    if nargout > 2\n        hessian = {f}_hessian({params});\n    end\nend",
        ),
        "values": Form(
            "function [value, jacobian] = {f}({params})",
            "    value = zeros({m}, 1);\n{store_values}\n"
            "    if nargout > 1\n        jacobian = {f}_jacobian({params});\n    end\nend",
        ),
        "gradient": Form("function grad = {f}({params})", "    grad = zeros({n}, 1);\n{store_entries}\nend"),
        "both": Form(
            "function [value, grad] = {f}({params})",
            "    grad = zeros({n}, 1);\n    value = {value};\n{store_entries}\nend",
        ),
        "jacobian": Form("function jacobian = {f}({params})", "    jacobian = zeros({m}, {n});\n{store_rows}\nend"),
        "hessian": Form("function hessian = {f}({params})", "    hessian = zeros({n}, {n});\n{store_rows}\nend"),
    },
    parameters=Parameters("{name}", "{name}", "{name}", "{name}({i})", "{name}({i}, {j})", first=1),
    keywords=KEYWORDS,
    let="{name} = {value};",
    let_condition="{name} = {value};",
    assign="{name} = {value};",
    lazy=False,
    row_separator="; ",
    store_value="value({i}) = {value};",
    store_entry="grad({i}) = {value};",
    store_row="{matrix}({i}, {j}) = {value};",
    infinity="Inf",
    nan="NaN",
    support_last=True,
    support={
        "choose(": """
function value = choose(condition, one, other)
    if condition
        value = one;
    else
        value = other;
    end
end
""",
        "realpower(": """
function value = realpower(base, exponent)
    % The power, nan where it is complex.
    value = base^exponent;
    if ~isreal(value)
        value = NaN;
    end
end
""",
        "realonly(": """
function value = realonly(value)
    % The value, nan where it is complex.
    if ~isreal(value)
        value = NaN;
    end
end
""",
    },
    self_test=SelfTest(
        opening="""
function wrong = check(label, got, want, tolerance)
    wrong = ~(abs(got - want) <= tolerance);
    if wrong
        fprintf("%s: %.17g instead of %.17g\\n", label, got, want);
    end
end

function failures = self_test()
    failures = 0;
""",
        closing="end\n\nexit(self_test() > 0);\n",
        before="1;\n",
        check="failures = failures + check({label}, {got}, {want}, {tolerance});",
        indent="    ",
        call=called("{} = {f}({args});", "[value, grad]"),
        read=indexed("({i})", "({i}, {j})"),
        inline_vector="[{entries}]",
        inline_matrix="[{rows}]",
        row="{}",
    ),
    notes=(
        "Keep it in a file of the function's name, f.m for f: [value, grad] = f(...) is what fminunc wants.",
        "Outside of its domain the value is nan.",
    ),
    longest_name=60,
)
