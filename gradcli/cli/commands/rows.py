"""What each command asks: its words, its options, and where its answer is made."""

from __future__ import annotations

from gradcli.cli.options import (
    BOX_OPTIONS,
    DESCENT_FORMATS,
    FORMATS,
    GRAPH_FORMATS,
    HELP,
    OPTIONS,
    OUTPUT_OPTIONS,
    PAPER_FORMATS,
    PLOT_FORMATS,
    QUIZ_FORMATS,
    REPORT_FORMATS,
    STEP_OPTIONS,
    TABLE_FORMATS,
    WHAT,
    Option,
)
from gradcli.records import NamedTuple

DERIVATIVE = (
    *("at", "points", "keep", "missing", "compiled", "decisions", "grid", "constants", "along", *WHAT[1:]),
    *("method", "precision", "layout", "simplify", *STEP_OPTIONS, *BOX_OPTIONS, "lang", *OUTPUT_OPTIONS),
)
MATRIX = (*DERIVATIVE[: DERIVATIVE.index("simplify")], "sparse", *DERIVATIVE[DERIVATIVE.index("simplify") :])
CHAIN = (
    *DERIVATIVE[: DERIVATIVE.index("simplify") + 1],
    "explain.direct",
    *DERIVATIVE[DERIVATIVE.index("simplify") + 1 :],
)
BOXES = ("box.command", "box.function")
TRACE = (
    *("at", "constants", "along", *WHAT[1:], "explain.mode", "explain.formulas", "explain.named", "explain.inner"),
    *(*BOXES, "explain.digits", "lang", *OUTPUT_OPTIONS),
)
STEPS = (
    *(
        "at",
        *WHAT,
        "explain.level",
        "explain.hint",
        "explain.components",
        *BOXES,
        "explain.digits",
        "lang",
        *OUTPUT_OPTIONS,
    ),
)
GRAPH = (
    *("at", *WHAT, "explain.named", "explain.inner", "explain.direction", "explain.depth", *BOXES),
    *("explain.digits", "lang", *OUTPUT_OPTIONS),
)
PLOT = (
    *("at", "plot.ranges", "constants", "along", *WHAT[1:], *BOXES),
    *("plot.levels", "plot.size", "plot.ascii", "explain.digits", "lang", *OUTPUT_OPTIONS),
)
DESCEND = (
    *("at", *WHAT, "descent.method", "descent.rate", "descent.momentum", "descent.beta1", "descent.beta2"),
    *("descent.epsilon", "descent.steps", "descent.until", *BOX_OPTIONS),
    *(
        "descent.drawn",
        "plot.ranges",
        "plot.levels",
        "plot.size",
        "plot.ascii",
        "explain.digits",
        "lang",
        *OUTPUT_OPTIONS,
    ),
)
QUIZ = ("quiz.topic", "quiz.seed", "quiz.exercises", "lang", *OUTPUT_OPTIONS)
REPORT = (
    *("at", "constants", "along", *WHAT[1:], "plot.ranges", "plot.levels"),
    *("method", "precision", "layout", "simplify", *STEP_OPTIONS, *BOX_OPTIONS),
    *("explain.level", "explain.digits", "report.no_steps", "report.no_plot", "report.open", "lang", *OUTPUT_OPTIONS),
)
CHECK = ("kind", "against", "at", *WHAT, "layout", *BOX_OPTIONS, "lang", *OUTPUT_OPTIONS)
DERIVATIVE_FORMATS = FORMATS + TABLE_FORMATS
SHELLS = ("bash", "zsh", "fish", "powershell")
EXPORT = ("to", "name", "kind", "self_test", "at", *WHAT, "json", "out")


class Command(NamedTuple):
    """A command.

    about            one sentence; `details` says more
    examples         what to type, and what that shows
    most_arguments   None for any number; `surplus` is the hint for more than that
    options          the fields of the question that it fills, in the order of help
    answer           `module:function` below `cli.commands`, which is given the command line and returns the exit code
    formats          how its answer may be written; none where it has no --format
    choices          what its argument can be; `offers` the words that complete it, as `module:TABLE`
    """

    name: str
    usage: str
    about: str
    details: str
    examples: tuple[tuple[str, str], ...]
    most_arguments: int | None
    surplus: str = ""
    options: tuple[str, ...] = DERIVATIVE
    answer: str = "differentiate:answer_question"
    formats: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    offers: str = ""


COMMANDS = {
    command.name: command
    for command in (
        Command(
            "grad",
            "EXPR",
            "Gradient of a scalar function.",
            "A column shaped like the variable (denominator layout), unless --layout numerator.",
            (
                ('gradcli grad "x1**2 + x2**2" --at 1,2', "symbol and value"),
                ('gradcli grad "sin(x)*exp(y)" --at x=pi/2,y=0', "a point by names"),
                ('gradcli grad "a*x**2" --set a=3 --at 2 --json', "a constant; JSON for programs"),
                ('gradcli grad "-x**2" --at -1', "minus signs may come first"),
                ("gradcli grad @function.txt --at @point.json", "from files"),
            ),
            1,
            "several functions: gradcli jacobian; several statements: one text with ';' between them",
            formats=DERIVATIVE_FORMATS,
        ),
        Command(
            "jacobian",
            "EXPR...",
            "Jacobian of a vector function.",
            "Rows by the function (numerator layout), unless --layout denominator, or both side by side.",
            (
                ('gradcli jacobian "[x1**2, x1*x2]" --at 1,2', "a vector function"),
                ('gradcli jacobian "x1**2" "x1*x2" --layout both', "the same, in both layouts"),
                ('gradcli jacobian "[r*cos(t), r*sin(t)]" --wrt r,t', "the order of the columns"),
            ),
            None,
            options=MATRIX,
            formats=DERIVATIVE_FORMATS,
        ),
        Command(
            "hessian",
            "EXPR",
            "Hessian of a scalar function; at a point also eigenvalues and definiteness.",
            "Symmetric, so both layouts agree.",
            (
                ('gradcli hessian "(1-x)**2 + 100*(y-x**2)**2" --at 1,1', "is this a minimum?"),
                ('gradcli hessian "x*y" --along 1,1', "curvature along a direction"),
            ),
            1,
            "the Hessian is of one function",
            options=MATRIX,
            formats=DERIVATIVE_FORMATS,
        ),
        Command(
            "chain",
            "EXPR",
            "Chain rule, term by term, over the named or found intermediates.",
            "From the output inwards; each term is the outer derivative times the inner one. --layout shows Jacobians.",
            (
                ('gradcli chain "y = u1*u2; u1 = x1+x2; u2 = sin(x1)" --at 1,2', "named intermediates"),
                ('gradcli chain "u = f(x,y); x = x(t); y = y(t)"', "abstract functions"),
                ('gradcli chain "sin(x1*x2)**2"', "finds its own intermediates"),
            ),
            1,
            "statements go into one text, with ';' between them",
            options=CHAIN,
            formats=DERIVATIVE_FORMATS,
        ),
        Command(
            "trace",
            "EXPR",
            "The evaluation step by step: values forwards, derivatives backwards.",
            "One operation a row, as in textbooks on automatic differentiation; without a point formulas and shapes."
            " --mode forward has the tangents, both has both.",
            (
                ('gradcli trace "log(x1) + x1*x2 - sin(x2)" --at 2,5', "backpropagation, number by number"),
                ('gradcli trace "log(x1) + x1*x2 - sin(x2)" --at 2,5 --mode both', "forward and reverse mode"),
                ('gradcli trace "L = norm(o-y)**2; o = W@x" --wrt W', "the equations of backpropagation"),
            ),
            1,
            "statements go into one text, with ';' between them",
            options=TRACE,
            answer="explain:answer_explained",
            formats=PAPER_FORMATS,
        ),
        Command(
            "steps",
            "EXPR",
            "The derivation rule by rule, ending on the gradient.",
            "One rule a row, numbered as an outline; vectors and matrices by differentials, with shapes.",
            (
                ('gradcli steps "log(x**2)*sin(x) + 1/x"', "each rule by its name"),
                ('gradcli steps "norm(A@x - b)**2" --wrt x', "matrix calculus by differentials"),
                ('gradcli steps "x**x" --hint 1', "a hint: which rule comes first"),
            ),
            1,
            "statements go into one text, with ';' between them",
            options=STEPS,
            answer="explain:answer_explained",
            formats=PAPER_FORMATS,
        ),
        Command(
            "graph",
            "EXPR",
            "The computation graph as a tree, DOT, Mermaid or SVG, with values and derivatives.",
            "Both numbers stand in every node, the local derivative on every edge; *.dot, *.mmd and *.svg as --out"
            " choose the format.",
            (
                ('gradcli graph "log(x1) + x1*x2 - sin(x2)" --at 2,5', "a tree in the terminal"),
                ('gradcli graph "e = c*d; c = a+b; d = b+1" --at a=2,b=1 --out e.svg', "a picture"),
                ('gradcli graph "sigmoid(w*x+b)" --format mermaid', "for Markdown"),
            ),
            1,
            "statements go into one text, with ';' between them",
            options=GRAPH,
            answer="explain:answer_explained",
            formats=GRAPH_FORMATS,
        ),
        Command(
            "plot",
            "EXPR",
            "The curve with its tangent, or contours with gradients, in the terminal or as SVG, PNG and PDF.",
            "Poles, jumps and holes are never joined; what is not drawn is said. *.svg, *.png, *.pdf and *.tex as --out"
            " choose the format.",
            (
                ('gradcli plot "x**3 - 1/x" --at 1 --range x=0.25:2', "a curve and its tangent"),
                ('gradcli plot "x1**2 + 2*x2**2" --at 1,1 --levels 1,4,9', "contours and gradients"),
                ('gradcli plot "sin(x)*exp(y)" --at 0,1 --along 1,1', "along a line"),
                ('gradcli plot "tanh(x)" --at 0 --out tanh.svg', "a picture in a file"),
            ),
            1,
            "statements go into one text, with ';' between them",
            options=PLOT,
            answer="pictures.plot:answer_plot",
            formats=PLOT_FORMATS,
        ),
        Command(
            "descend",
            "EXPR",
            "Gradient descent, momentum, Adam or Newton's method from a point, and what lies at its end.",
            "Steps in float64 by the straight-line code, the first and the last gradient certified; the Hessian tells"
            " whether the end is a minimum, a maximum or a saddle. Exit code 4 where it diverges.",
            (
                (
                    'gradcli descend "x1**2 + 2*x2**2" --at=-5,-2 --rate 0.1 --steps 20 --plot',
                    "the path on the contours",
                ),
                ('gradcli descend "x*cos(0.15*pi*x)" --at 10 --method newton', "climbs to a maximum, and says so"),
                (
                    'gradcli descend "norm(X@w)**2" --wrt w --at "w=[1,2]" --set "X=[[1,2],[3,4]]" --rate 0.02',
                    "with data",
                ),
            ),
            1,
            "statements go into one text, with ';' between them",
            options=DESCEND,
            answer="pictures.descend:answer_descend",
            formats=DESCENT_FORMATS,
        ),
        Command(
            "report",
            "EXPR",
            "Gradient, derivation, trace, graph and picture in one: a web page in one file, or one after the other.",
            "*.html as --out is a page that needs no network and no script, folds, prints, and is light or dark as its"
            " reader likes; *.md and *.tex are for documents.",
            (
                ('gradcli report "log(x1) + x1*x2 - sin(x2)" --at 2,5 --out report.html', "a page to hand in"),
                ('gradcli report "x**3 - 1/x" --at 1 --range x=0.25:2 --out report.html', "with its picture"),
                ('gradcli report "norm(A@x - b)**2" --wrt x', "in the terminal"),
            ),
            1,
            "statements go into one text, with ';' between them",
            options=REPORT,
            answer="pictures.report:answer_report",
            formats=REPORT_FORMATS,
        ),
        Command(
            "quiz",
            "",
            "Exercises: functions to differentiate, with answers and steps, or asked for and checked.",
            "At a terminal each answer is read and judged as by check; else a worksheet, the same for the same seed.",
            (
                ("gradcli quiz --topic chain", "asks five exercises of the chain rule"),
                ("gradcli quiz --seed 7 --count 10 --format markdown", "a worksheet with answers"),
                ("gradcli quiz --seed 7 --format latex --out worksheet.tex", "the same for LaTeX"),
            ),
            0,
            "an exercise is drawn, not given: gradcli check judges an answer of yours",
            options=QUIZ,
            answer="quiz:answer_quiz",
            formats=QUIZ_FORMATS,
        ),
        Command(
            "check",
            "EXPR GRADIENT...",
            "Is this hand-derived gradient right? Where not: a counterexample, and the slip.",
            "Several texts, one text with commas, or x1=..., x2=...; --kind jacobian or hessian for matrices."
            " With --exec or --python, which need --at, every text is an answer.",
            (
                ('gradcli check "sin(x1*x2)" "cos(x1*x2)*x2, cos(x1*x2)*x1"', "equal, and by what evidence"),
                ('gradcli check "sin(x**2)" "cos(x**2)"', "different: a witness, and the slip"),
                ('gradcli check "norm(A@x-b)**2" "2*A.T@(A@x-b)" --wrt x', "vectors and matrices"),
                ('gradcli check "x1**2 + x2**2" --against grads.json', "numbers of other code"),
                ("gradcli check --exec './sim {x}' \"2*x\" --at x=3", "the function is a program"),
            ),
            None,
            options=CHECK,
            answer="check:answer_check",
            formats=PAPER_FORMATS,
        ),
        Command(
            "export",
            "EXPR",
            "Value and gradient as source code: C, Fortran, Rust, NumPy, SQL and more.",
            "Shared subexpressions are computed once; --self-test adds a main program that checks the code.",
            (
                ('gradcli export "x1**2 + sin(x2)" --to c', "f, f_grad and f_value_and_grad"),
                ('gradcli export "norm(A@x-b)**2" --wrt x --to numpy', "matrix formulas"),
                ('gradcli export "[x1**2, x1*x2]" --kind jacobian --to rust --self-test', "checks itself"),
                ('gradcli export "log(1+exp(-x*y))" --to sql', "one SELECT"),
            ),
            None,
            options=EXPORT,
            answer="export:answer_export",
        ),
        Command(
            "functions",
            "[NAME]...",
            "What the language knows, with each derivative rule.",
            "",
            (("gradcli functions", "all of them"), ("gradcli functions softplus atan2", "two of them")),
            None,
            options=(*OUTPUT_OPTIONS, "lang"),
            answer="reference.functions:print_functions",
            formats=tuple(form for form in PAPER_FORMATS if form != "latex"),
            offers="rules:RULES",
        ),
        Command(
            "schema",
            "[NAME]",
            "The JSON Schema of an answer; without NAME the names.",
            "Every answer of --json is valid by the schema of its key schema; new keys come with a new number.",
            (
                ("gradcli schema", "the names"),
                ("gradcli schema grad", "of gradcli grad --json"),
                ("gradcli schema error --out error.schema.json", "of errors on standard error"),
            ),
            1,
            "one schema at a time",
            options=("out",),
            answer="reference.schema:print_schema",
            offers="render.schemas.published:NAMES",
        ),
        Command(
            "mcp",
            "",
            "Serve grad, jacobian, hessian, chain, check, steps and export to language models.",
            "A server of the Model Context Protocol on standard input and output (package mcp). It reads and writes no"
            " files and starts no programs for its callers.",
            (("gradcli mcp", "what a client is told to start"),),
            0,
            "it takes no arguments",
            options=(),
            answer="reference.serve:serve_tools",
        ),
        Command(
            "help",
            "[COMMAND or TOPIC]",
            "The page of a command, of a topic, or this one.",
            "Topics: language, points, layouts, exit-codes, environment; man is all of it as a page for man(1).",
            (
                ("gradcli help grad", "as gradcli grad --help"),
                ("gradcli help exit-codes", "a topic"),
                ("gradcli help man", "the manual, for man -l"),
            ),
            1,
            "one page at a time",
            options=("lang",),
            answer="reference.pages:print_page",
            offers="cli.commands.reference.topics:PAGES",
        ),
        Command(
            "completions",
            "[SHELL]",
            "The completion script of a shell: bash, zsh, fish or powershell.",
            "--install writes it where that shell looks, for this user; without SHELL for the one that it is typed in.",
            (
                ("gradcli completions --install", "for this shell"),
                ("gradcli completions --install fish", "for another"),
                ("gradcli completions zsh > ~/.zfunc/_gradcli", "printed: to a folder of $fpath"),
            ),
            1,
            "one shell at a time",
            options=("install",),
            answer="reference.completions:print_completions",
            choices=SHELLS,
        ),
    )
}


def options_of(row: Command) -> dict[str, Option]:
    """The options of a command by the field that each fills, in the order of help."""
    found = {key: OPTIONS[key] for key in row.options}
    return found | ({"form": OPTIONS["form"]._replace(choices=row.formats)} if "form" in found else {})


def all_options(row: Command) -> list[Option]:
    """The same in a list, `--help` first."""
    return [HELP, *options_of(row).values()]
