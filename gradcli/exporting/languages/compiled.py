"""C, C++, Fortran and Rust."""

from __future__ import annotations

from gradcli.exporting.languages.language import (
    C_LIKE,
    INFIX,
    Form,
    Language,
    Parameters,
    SelfTest,
    called,
    indexed,
    names_of,
)

C_NAMES = "exp expm1 exp2 log log2 log10 log1p sqrt cbrt hypot abs=fabs floor ceil sin cos tan asin acos atan atan2"
C_NAMES += " sinh cosh tanh asinh acosh atanh erf erfc gamma=tgamma lgamma max=fmax min=fmin"

C_WORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline int long
    register restrict return short signed sizeof static struct switch typedef union unsigned void volatile
    while main bool true false nullptr thread_local static_assert alignas alignof constexpr typeof asm value
    grad jacobian hessian INFINITY NAN linux unix i386 printf fabs pow tgamma lgamma fmax fmin exp expm1 exp2
    log log2 log10 log1p sqrt cbrt hypot floor ceil sin cos tan asin acos atan atan2 sinh cosh tanh asinh
    acosh atanh erf erfc
    NULL EOF BUFSIZ FILENAME_MAX FOPEN_MAX L_tmpnam SEEK_CUR SEEK_END SEEK_SET TMP_MAX P_tmpdir HUGE_VAL HUGE_VALF
    HUGE_VALL FP_NAN FP_INFINITE FP_ZERO FP_SUBNORMAL FP_NORMAL FP_ILOGB0 FP_ILOGBNAN MATH_ERRNO MATH_ERREXCEPT
    math_errhandling M_E M_LOG2E M_LOG10E M_LN2 M_LN10 M_PI M_PI_2 M_PI_4 M_1_PI M_2_PI M_2_SQRTPI M_SQRT2
    M_SQRT1_2 SNAN DOMAIN SING OVERFLOW UNDERFLOW PLOSS TLOSS MAXFLOAT X_TLOSS
""".split()  # noqa: SIM905

C_LIBRARY = frozenset(
    """
        check failures gamma j0 j1 jn y0 y1 yn signgam remainder drem significand scalb nan round trunc
        rint fma fdim fmod frexp ldexp modf logb ilogb nearbyint lrint lround abs labs div exit abort atoi
        system time copysign nextafter finite isnan isinf isnormal signbit exp10 pow10 sincos index remove
        strlen strcpy strncpy strcat strncat strcmp strncmp strchr strrchr strstr strdup memcpy memmove memset
        memcmp memchr bcmp bcopy bzero putchar sprintf snprintf fprintf vprintf scanf fputs fputc calloc realloc
        alloca execl execv fork ffs isalnum isalpha isdigit islower isupper isspace toascii tolower toupper imaxabs
        llabs cabs creal cimag conj carg rename signal raise stdin stdout stderr puts gets free malloc rand
        float_t double_t fpclassify isfinite isgreater isgreaterequal isless islessequal islessgreater isunordered
        issignaling iscanonical iseqsig scalbn scalbln nexttoward nextup nextdown remquo llrint llround
    """.split()  # noqa: SIM905
).union(f"{call.partition('(')[0]}{ending}" for call in names_of(C_NAMES).values() for ending in "fl")
"""Names of C's library that a variable may have, and a function not."""

CPP_WORDS = """
    and and_eq bitand bitor catch char8_t char16_t char32_t class compl concept consteval constinit const_cast
    co_await co_return co_yield decltype delete dynamic_cast explicit export final friend import module
    mutable namespace new noexcept not not_eq operator or or_eq override private protected public
    reinterpret_cast requires static_cast template this throw try typeid typename using virtual wchar_t xor
    xor_eq std
""".split()  # noqa: SIM905

C_TEST = SelfTest(
    opening="""
static int failures = 0;

static void check(const char *label, double got, double want, double tolerance) {
    if (fabs(got - want) <= tolerance) return;
    printf("%s: %.17g instead of %.17g\\n", label, got, want);
    failures += 1;
}

int main(void) {
""",
    closing="""    return failures != 0;
}
""",
    check="check({label}, {got}, {want}, {tolerance});",
    indent="    ",
    point_opening="{",
    point_closing="}",
    vector="const double {name}[{n}] = {{{entries}}};",
    matrix="const double {name}[{k}] = {{{flat}}};",
    call={
        "value": "const double value = {f}({args});",
        "values": "double value[{m}]; {f}({args}, value);",
        "gradient": "double grad[{n}]; {f}({args}, grad);",
        "both": "double grad[{n}]; const double value = {f}({args}, grad);",
        "jacobian": "double jacobian[{m}][{n}]; {f}({args}, jacobian);",
        "hessian": "double hessian[{n}][{n}]; {f}({args}, hessian);",
    },
    read=indexed("[{i}]", "[{i}][{j}]"),
)

C = Language(
    name="c",
    title="C99",
    comment="// ",
    functions=names_of(C_NAMES),
    operators={**C_LIKE, "power": "pow({0}, {1})"},
    forms={
        "value": Form("double {f}({params}) {{", "    return {value};\n}}"),
        "values": Form("void {f}({params}, double value[{m}]) {{", "{store_values}\n}}"),
        "gradient": Form("void {f}({params}, double grad[{n}]) {{", "{store_entries}\n}}"),
        "both": Form("double {f}({params}, double grad[{n}]) {{", "{store_entries}\n    return {value};\n}}"),
        "jacobian": Form("void {f}({params}, double jacobian[{m}][{n}]) {{", "{store_rows}\n}}"),
        "hessian": Form("void {f}({params}, double hessian[{n}][{n}]) {{", "{store_rows}\n}}"),
    },
    parameters=Parameters(
        "double {name}", "const double {name}[{n}]", "const double {name}[{k}]", "{name}[{i}]", "{name}[{k}]"
    ),
    keywords=frozenset(C_WORDS),
    library=C_LIBRARY,
    let="const double {name} = {value};",
    let_condition="const int {name} = {value};",
    assign="{name} = {value};",
    declare="double {name} = 0.0;",
    declare_condition="int {name} = 0;",
    if_open="if ({0}) {{",
    otherwise="} else {",
    if_close="}",
    opposite="!{0}",
    store_value="value[{i}] = {value};",
    store_entry="grad[{i}] = {value};",
    store_row="{matrix}[{i}][{j}] = {value};",
    infinity="INFINITY",
    nan="NAN",
    preamble="#include <math.h>\n",
    support={"printf": "#include <stdio.h>\n"},
    self_test=C_TEST,
    notes=("Link with -lm. Matrices among the arguments are given row by row.",),
)

CPP = Language(
    name="cpp",
    title="C++11",
    comment="// ",
    functions=names_of(C_NAMES.replace("abs=fabs", "abs").replace("=f", "=std::f"), "std::{}")
    | {"max": "std::fmax({0}, {1})", "min": "std::fmin({0}, {1})"},
    operators={**C_LIKE, "power": "std::pow({0}, {1})"},
    forms={
        "value": Form("inline double {f}({params}) {{", "    return {value};\n}}"),
        "values": Form("inline std::array<double, {m}> {f}({params}) {{", "    return {{{{{values}}}}};\n}}"),
        "gradient": Form("inline std::array<double, {n}> {f}({params}) {{", "    return {{{{{entries}}}}};\n}}"),
        "both": Form(
            "inline std::pair<double, std::array<double, {n}>> {f}({params}) {{",
            "    const std::array<double, {n}> grad = {{{{{entries}}}}};\n    return {{{value}, grad}};\n}}",
        ),
        "jacobian": Form(
            "inline std::array<std::array<double, {n}>, {m}> {f}({params}) {{",
            "    std::array<std::array<double, {n}>, {m}> jacobian;\n{store_rows}\n    return jacobian;\n}}",
        ),
        "hessian": Form(
            "inline std::array<std::array<double, {n}>, {n}> {f}({params}) {{",
            "    std::array<std::array<double, {n}>, {n}> hessian;\n{store_rows}\n    return hessian;\n}}",
        ),
    },
    parameters=C.parameters,
    keywords=frozenset((*C_WORDS, *CPP_WORDS)),
    library=C_LIBRARY,
    let=C.let,
    let_condition="const bool {name} = {value};",
    assign=C.assign,
    declare=C.declare,
    declare_condition="bool {name} = false;",
    if_open=C.if_open,
    otherwise=C.otherwise,
    if_close=C.if_close,
    opposite=C.opposite,
    store_row=C.store_row,
    infinity="INFINITY",
    nan="NAN",
    preamble="#include <array>\n#include <cmath>\n#include <utility>\n",
    support={"printf": "#include <cstdio>\n"},
    self_test=C_TEST._replace(
        opening=C_TEST.opening.replace("fabs", "std::fabs").replace("printf", "std::printf").replace("(void)", "()"),
        call=called("const auto {} = {f}({args});", "both") | {"value": "const double value = {f}({args});"},
        read={**C_TEST.read, "both": ("both.first", "both.second[{i}]")},
    ),
    notes=("Matrices among the arguments are given row by row.",),
)

FORTRAN_NAMES = (
    "exp log log10 sqrt hypot abs sin cos tan asin acos atan atan2 sinh cosh tanh asinh acosh atanh erf erfc"
)
FORTRAN_NAMES += " gamma lgamma=log_gamma max min"

FORTRAN = Language(
    name="fortran",
    title="Fortran 2008",
    comment="! ",
    functions={
        **names_of(FORTRAN_NAMES),
        "floor": "gradcli_floor({0})",
        "ceil": "(-gradcli_floor(-({0})))",
    },
    operators={
        **INFIX,
        "!=": "{0} /= {1}",
        "power": "{0}**{1}",
        "and": "{0} .and. {1}",
        "or": "{0} .or. {1}",
        "not": ".not. {0}",
        "select": "merge({1}, {2}, {0})",
    },
    forms={
        "value": Form(
            "pure function {f}({params}) result(value)\n{declarations}\n    real(dp) :: value",
            "    value = {value}\nend function",
        ),
        "values": Form(
            "pure subroutine {f}({params}, value)\n{declarations}\n    real(dp), intent(out) :: value({m})",
            "{store_values}\nend subroutine",
        ),
        "gradient": Form(
            "pure subroutine {f}({params}, grad)\n{declarations}\n    real(dp), intent(out) :: grad({n})",
            "{store_entries}\nend subroutine",
        ),
        "both": Form(
            "pure subroutine {f}({params}, value, grad)\n{declarations}\n    real(dp), intent(out) :: value, grad({n})",
            "    value = {value}\n{store_entries}\nend subroutine",
        ),
        "jacobian": Form(
            "pure subroutine {f}({params}, jacobian)\n{declarations}\n    real(dp), intent(out) :: jacobian({m}, {n})",
            "{store_rows}\nend subroutine",
        ),
        "hessian": Form(
            "pure subroutine {f}({params}, hessian)\n{declarations}\n    real(dp), intent(out) :: hessian({n}, {n})",
            "{store_rows}\nend subroutine",
        ),
    },
    parameters=Parameters(
        "real(dp), intent(in) :: {name}",
        "real(dp), intent(in) :: {name}({n})",
        "real(dp), intent(in) :: {name}({rows}, {columns})",
        "{name}({i})",
        "{name}({i}, {j})",
        first=1,
    ),
    keywords=frozenset(
        """
            value grad jacobian hessian dp result check failures self_test gradcli_floor ieee_value
            ieee_positive_inf ieee_quiet_nan if then else
            end function subroutine program module contains use real integer logical do call return
            stop merge exp log log10 sqrt hypot abs sin cos tan asin acos atan atan2 sinh cosh tanh
            asinh acosh atanh erf erfc gamma log_gamma max min aint where select case data print write
            read open close implicit none pure intent in out
        """.split()  # noqa: SIM905
    ),
    let="{name} = {value}",
    let_condition="{name} = {value}",
    assign="{name} = {value}",
    declare="real(dp) :: {name}",
    declare_condition="logical :: {name}",
    declares_all=True,
    lazy=False,
    widest_line=120,
    if_open="if ({0}) then",
    otherwise="else",
    if_close="end if",
    opposite=".not. {0}",
    store_value="value({i}) = {value}",
    store_entry="grad({i}) = {value}",
    store_row="{matrix}({i}, {j}) = {value}",
    infinity="ieee_value(1.0_dp, ieee_positive_inf)",
    nan="ieee_value(1.0_dp, ieee_quiet_nan)",
    float_suffix="_dp",
    preamble="""module {module}
    use, intrinsic :: ieee_arithmetic, only: ieee_value, ieee_positive_inf, ieee_quiet_nan
    implicit none
    integer, parameter :: dp = kind(1.0d0)
contains
""",
    support={
        "gradcli_floor": """
pure function gradcli_floor(x) result(value)
    real(dp), intent(in) :: x
    real(dp) :: value
    value = aint(x)
    if (value > x) value = value - 1.0_dp
end function
"""
    },
    closing="\nend module\n",
    folds_case=True,
    longest_name=50,
    self_test=SelfTest(
        opening="""
program self_test
    use {module}
    implicit none
    integer :: failures = 0
    real(dp) :: value
{arrays}
""",
        closing="""    if (failures > 0) stop 1
contains
    subroutine check(label, got, want, tolerance)
        character(*), intent(in) :: label
        real(dp), intent(in) :: got, want, tolerance
        if (abs(got - want) <= tolerance) return
        print *, label, got, "instead of", want
        failures = failures + 1
    end subroutine
end program
""",
        check="call check({label}, {got}, {want}, {tolerance})",
        indent="    ",
        call={
            "value": "value = {f}({args})",
            "values": "call {f}({args}, values)",
            "gradient": "call {f}({args}, grad)",
            "both": "call {f}({args}, value, grad)",
            "jacobian": "call {f}({args}, jacobian)",
            "hessian": "call {f}({args}, hessian)",
        },
        read=indexed("({i})", "({i}, {j})") | {"values": ("values({i})", "")},
        inline_vector="[{entries}]",
        inline_matrix="reshape([{flat}], [{rows}, {columns}], order=[2, 1])",
    ),
)

RUST_NAMES = "exp expm1=exp_m1 exp2 log=ln log2 log10 log1p=ln_1p sqrt cbrt hypot abs floor ceil sin cos tan asin acos"
RUST_NAMES += " atan atan2 sinh cosh tanh asinh acosh atanh max min"

RUST = Language(
    name="rust",
    title="Rust 2021",
    comment="// ",
    functions={
        **names_of(RUST_NAMES, "f64::{}"),
        **{name: f"c_math::{other}({{0}})" for name, other in (("erf", "erf"), ("erfc", "erfc"))},
        "gamma": "c_math::tgamma({0})",
        "lgamma": "c_math::lgamma({0})",
    },
    operators={**C_LIKE, "power": "f64::powf({0}, {1})", "select": "if {0} {{ {1} }} else {{ {2} }}"},
    forms={
        "value": Form("pub fn {f}({params}) -> f64 {{", "    {value}\n}}"),
        "values": Form("pub fn {f}({params}) -> [f64; {m}] {{", "    [{values}]\n}}"),
        "gradient": Form("pub fn {f}({params}) -> [f64; {n}] {{", "    [{entries}]\n}}"),
        "both": Form("pub fn {f}({params}) -> (f64, [f64; {n}]) {{", "    ({value}, [{entries}])\n}}"),
        "jacobian": Form("pub fn {f}({params}) -> [[f64; {n}]; {m}] {{", "    [{rows}]\n}}"),
        "hessian": Form("pub fn {f}({params}) -> [[f64; {n}]; {n}] {{", "    [{rows}]\n}}"),
    },
    parameters=Parameters(
        "{name}: f64",
        "{name}: &[f64; {n}]",
        "{name}: &[[f64; {columns}]; {rows}]",
        "{name}[{i}]",
        "{name}[{i}][{j}]",
    ),
    keywords=frozenset(
        """
            as async await break const continue crate dyn else enum extern false fn for if impl in let
            loop match mod move mut pub ref return self Self static struct super trait true type union
            unsafe use where while abstract become box do final macro override priv try typeof unsized
            virtual yield gen None Some Ok Err f64 main check failures c_math std core println
        """.split()  # noqa: SIM905
    ),
    let="let {name} = {value};",
    let_condition="let {name} = {value};",
    assign="{name} = {value};",
    declare="let mut {name} = 0.0_f64;",
    declare_condition="let mut {name} = false;",
    if_open="if {0} {{",
    otherwise="} else {",
    if_close="}",
    opposite="!{0}",
    infinity="f64::INFINITY",
    nan="f64::NAN",
    float_suffix="_f64",
    preamble="#![allow(dead_code, non_snake_case, unused_parens, unused_assignments, uncommon_codepoints)]\n"
    "#![allow(clippy::all)]\n",
    support={
        "c_math": """
/// What Rust's f64 lacks, from the C library's mathematics.
mod c_math {
    mod library {
        extern "C" {
            pub fn erf(x: f64) -> f64;
            pub fn erfc(x: f64) -> f64;
            pub fn tgamma(x: f64) -> f64;
            pub fn lgamma(x: f64) -> f64;
        }
    }
    pub fn erf(x: f64) -> f64 {
        unsafe { library::erf(x) }
    }
    pub fn erfc(x: f64) -> f64 {
        unsafe { library::erfc(x) }
    }
    pub fn tgamma(x: f64) -> f64 {
        unsafe { library::tgamma(x) }
    }
    pub fn lgamma(x: f64) -> f64 {
        unsafe { library::lgamma(x) }
    }
}
"""
    },
    self_test=SelfTest(
        opening="""
fn check(label: &str, got: f64, want: f64, tolerance: f64) -> i32 {
    if (got - want).abs() <= tolerance {
        return 0;
    }
    println!("{}: {:?} instead of {:?}", label, got, want);
    1
}

fn main() {
    let mut failures = 0;
""",
        closing="""    std::process::exit(if failures > 0 { 1 } else { 0 });
}
""",
        check="failures += check({label}, {got}, {want}, {tolerance});",
        indent="    ",
        call=called("let {} = {f}({args});", "(value, grad)"),
        read=C_TEST.read,
        inline_vector="&[{entries}]",
        inline_matrix="&[{rows}]",
    ),
)

COMPILED = (C, CPP, FORTRAN, RUST)
