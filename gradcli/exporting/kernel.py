"""Straight-line code as a C file that answers at many points: what `gradcli.points.native` compiles and loads.

The statements are those of exported C, but both sides of a choice are computed, and the greater of two numbers is nan
where one is nan: rows are doubtful exactly where NumPy's machine finds them so. Loops are short and without branches,
so that compilers make vector instructions of them.
"""

from __future__ import annotations

from gradcli.exporting.body import fresh_names, write_body
from gradcli.exporting.languages.compiled import C
from gradcli.records import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import Final

    from gradcli.codegen.straightline import StraightLine
    from gradcli.points.native.engine import NativeEngine
    from gradcli.vocabulary import Compile


class CompileWish(NamedTuple):
    """When code is compiled: `always`, `never`, or (`auto`) where the rows, if their number is known, are many."""

    compile: Compile | str
    rows: int
    threads: int = 1


MOST_INSTRUCTIONS: Final = 1_000
"""Longer code takes compilers many seconds."""

BLOCK_NUMBERS: Final = 1 << 13
"""Inputs and outputs of one loop: 64 KiB, on the stack."""

ROWS: Final = "gradcli_rows"
"""The name of the C function."""

KERNEL: Final = C._replace(
    functions={
        **C.functions,
        "max": "gradcli_max({0}, {1})",
        "min": "gradcli_min({0}, {1})",
        "sign": "gradcli_sign({0})",
    },
    operators={**C.operators, "and": "{0} & {1}", "or": "{0} | {1}"},
    lazy=False,
    indent="        ",
)

HEAD: Final = """#include <math.h>
#include <stddef.h>
#include <string.h>

#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define MANY __attribute__((const, simd("notinbranch")))
#if __GLIBC_PREREQ(2, 22)
extern MANY double sin(double);
extern MANY double cos(double);
extern MANY double exp(double);
extern MANY double log(double);
extern MANY double pow(double, double);
#endif
#endif

static inline double gradcli_max(double a, double b) { return a >= b || a != a ? a : b; }
static inline double gradcli_min(double a, double b) { return a <= b || a != a ? a : b; }
static inline double gradcli_sign(double a) { return a > 0 ? 1.0 : a < 0 ? -1.0 : a; }

"""

LOOP: Final = """#define ROWS {rows}

static int block(double x[restrict {n}][ROWS], double y[restrict {m}][ROWS], double bad[restrict ROWS]) {{
    double count = 0;
    for (int i = 0; i < ROWS; i++) {{
{body}
    }}
    for (int i = 0; i < ROWS; i++) count += bad[i];
    return count != 0;
}}

int gradcli_rows(size_t rows, const char *const *columns, const ptrdiff_t *strides, double *table,
                 unsigned char *doubtful) {{
    int any = 0;
    for (size_t start = 0; start < rows; start += ROWS) {{
        double x[{n}][ROWS], y[{m}][ROWS], bad[ROWS];
        const size_t count = rows - start < ROWS ? rows - start : ROWS;
        for (int k = 0; k < {n}; k++) {{
            const char *from = columns[k] + (ptrdiff_t)start*strides[k];
            for (size_t i = 0; i < count; i++) x[k][i] = *(const double *)(from + (ptrdiff_t)i*strides[k]);
            for (size_t i = count; i < ROWS; i++) x[k][i] = x[k][0];
        }}
        const int found = block(x, y, bad);
        double *to = table + start*{shown};
        for (size_t i = 0; i < count; i++)
            for (int k = 0; k < {shown}; k++) to[i*{shown} + k] = y[k][i];
        if (found)
            for (size_t i = 0; i < count; i++) doubtful[start + i] = bad[i] != 0;
        any |= found;
    }}
    return any;
}}
"""


def kernel_source(code: StraightLine, shown: int, marked: bool) -> str | None:
    """The C file; None for code that C has no words for, or that is too long.

    shown    so many outputs are kept; all but the condition that marks rows, and the inputs, must be finite
    marked   the last output is that condition
    """
    known = {*KERNEL.functions, *KERNEL.operators}
    if len(code.instructions) > MOST_INSTRUCTIONS or any(str(name) not in known for name, _ in code.instructions):
        return None
    inputs = [f"x[{k}][i]" for k in range(len(code.inputs))]
    body = write_body(code, inputs, KERNEL, fresh_names(set()))
    indent = KERNEL.indent
    numbers = body.results[:-1] if marked else body.results
    lines = [*body.lines]
    lines += [f"const double o{k} = {text};" for k, text in enumerate(numbers)]
    lines += [f"y[{k}][i] = o{k};" for k in range(shown)]
    finite = [*inputs, *(f"o{k}" for k in range(len(numbers)))]
    fine = " & ".join(f"({text} - {text} == 0)" for text in finite)
    lines.append(f"bad[i] = ({fine}){f' & !({body.results[-1]})' if marked else ''} ? 0.0 : 1.0;")
    n, m = len(code.inputs), shown
    rows = max(16, min(128, BLOCK_NUMBERS // (n + m + 1)) // 16 * 16)
    text = LOOP.format(rows=rows, n=n, m=m, shown=shown, body="\n".join(indent + line for line in lines))
    return HEAD + text


# ------------------------------------------------------------------------ compiled and loaded

COMPILED_ROWS: Final = 200_000
"""From so many rows on compiled C answers where it is there already."""

COMPILING_ROWS: Final = 4_000_000
"""From so many rows on it is made: that takes as long as 20 million rows of a short function."""


def compiled_engine(code: StraightLine, shown: int, marked: bool, wish: CompileWish) -> NativeEngine | str | None:
    """The engine of compiled C where it is wanted, by itself for many rows; in words why it was wanted in vain."""
    always = wish.compile == "always"
    if wish.compile == "never" or not (always or wish.rows >= COMPILED_ROWS):
        return None
    from gradcli.points.native.compiler import library
    from gradcli.points.native.engine import NativeEngine

    source = kernel_source(code, shown, marked)
    found = None if source is None else library(source, made=always or wish.rows >= COMPILING_ROWS)
    if found is not None:
        return NativeEngine(code, shown, marked, found[ROWS], wish.threads)
    if not always:
        return None
    return "there is no C for this function" if source is None else "no C compiler works here"
