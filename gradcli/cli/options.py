"""The options of the commands, each one row, keyed by the field of the question that it fills.

typer's parameters, the sorting of words, the pages of help and the completions are all made from these rows.
"""

from __future__ import annotations

from gradcli.records import TYPE_CHECKING, NamedTuple, module_at

if TYPE_CHECKING:
    from typing import Any, Final

POINT, NAMES, METHOD, OUTPUT = "Point and constants", "Names and shapes", "Derivatives", "Output"
STEPS, BOX, CODE = "Finite differences in doubles", "Black boxes", "Code"


class Option(NamedTuple):
    """One option of a command.

    flags     its spellings, the long one first
    value     what stands for its value in help; "" for a switch
    choices   the words that it takes: themselves, or `module:TABLE`, whose keys they are
    kind      what a value becomes: text, int or float; at least `least`, at most `most`
    many      it may be repeated
    aliases   other words that are taken for one of these, as `module:TABLE`
    default_of   the variable of the environment that says what is meant without it
    """

    flags: tuple[str, ...]
    value: str
    about: str
    panel: str = ""
    choices: tuple[str, ...] | str = ()
    kind: type[str] | type[int] | type[float] = str
    many: bool = False
    least: int | None = None
    most: int | None = None
    aliases: str = ""
    default_of: str = ""

    @property
    def takes_value(self) -> bool:
        """Whether a word follows it."""
        return bool(self.value)

    @property
    def is_file(self) -> bool:
        """Whether its value is the name of a file, which may have any bytes."""
        return self.value == "FILE"

    @property
    def words(self) -> tuple[str, ...]:
        """The words that it takes; () for free text."""
        return self.choices if isinstance(self.choices, tuple) else tuple(table_at(self.choices))

    @property
    def also(self) -> dict[str, str]:
        """Other words, and the one that each means."""
        found: dict[str, str] = table_at(self.aliases) if self.aliases else {}
        return found


def table_at(place: str) -> Any:
    """The table of a `module:TABLE`."""
    module, _, table = place.partition(":")
    return getattr(module_at(module), table)


FORMATS: Final = ("table", "json", "latex", "markdown", "plain", "csv")
"""Words of `--format` of derivatives: a table, and those of `render.documents.FORMATS`, loaded for answers alone."""
PAPER_FORMATS: Final = ("table", "json", "latex", "markdown", "plain", "csv")
"""Those of answers that have writers of their own: `render.documents.PAPERS`, JSON and a table."""
TABLE_FORMATS: Final = ("jsonl", "npy", "npz", "parquet")
"""Formats of answers at many points alone."""
PLOT_FORMATS: Final = ("text", "svg", "png", "pdf", "json", "csv", "plain", "markdown", "latex")
DESCENT_FORMATS: Final = ("table", "json", "csv", "plain", "markdown", "latex", "svg", "png", "pdf")
QUIZ_FORMATS: Final = ("markdown", "latex", "plain", "json")
REPORT_FORMATS: Final = ("table", "html", "json", "markdown", "latex", "plain")
GRAPH_FORMATS: Final = ("tree", "dot", "mermaid", "svg", "json")

OPTIONS: Final = {
    "at": Option(("--at",), "POINT", "1,2 or x1=1,x2=pi/2 or JSON or @FILE; repeatable.", POINT, many=True),
    "points": Option(
        ("--points",),
        "FILE",
        "Many points: csv, tsv, jsonl, npy, npz, parquet; - or a folder of parquet files.",
        POINT,
    ),
    "keep": Option(("--keep",), "COLUMNS", "Columns of --points that are carried through.", POINT, many=True),
    "missing": Option(
        ("--missing",), "WHAT", "Rows of --points that lack a number: skip, or problem.", POINT, ("skip", "problem")
    ),
    "compiled": Option(
        ("--compile",),
        "WHEN",
        "Many points in compiled C: always, never; auto: where there are many.",
        POINT,
        ("auto", "always", "never"),
        default_of="GRADCLI_COMPILE",
    ),
    "decisions": Option(
        ("--max-decisions",),
        "N",
        "Rows of --points that are decided with certified numbers at most, however long that takes.",
        POINT,
        kind=int,
        least=0,
    ),
    "grid": Option(("--grid",), "AXES", "A lattice of points: x1=-1:1:21,x2=0:1:11; repeatable.", POINT, many=True),
    "against": Option(("--against",), "FILE", "Numbers of other code, as JSON.", POINT),
    "constants": Option(
        ("--set",), "NAME=VALUE", "A constant, never differentiated; VALUE or @FILE.", POINT, many=True
    ),
    "along": Option(("--along",), "DIRECTION", "Also the derivative along a direction, as 1,0.", POINT),
    "wrt": Option(("--wrt", "-w"), "NAMES", "Variables to differentiate by, in this order.", NAMES, many=True),
    "of": Option(("--of",), "NAME", "The statement that is the function, of several.", NAMES),
    "shapes": Option(("--shape",), "NAME=DIMS", "Declare a shape: x=3 or X=m,n.", NAMES, many=True),
    "vectors": Option(("--vector",), "NAMES", "Declare vectors of symbolic size.", NAMES, many=True),
    "matrices": Option(("--matrix",), "NAMES", "Declare matrices of symbolic size.", NAMES, many=True),
    "symmetric": Option(("--symmetric",), "NAMES", "Declare symmetric matrices.", NAMES, many=True),
    "latex": Option(("--latex",), "", "Read every EXPR as LaTeX, without $...$.", NAMES),
    "kind": Option(("--kind",), "KIND", "gradient, jacobian or hessian.", METHOD, ("gradient", "jacobian", "hessian")),
    "to": Option(
        ("--to",),
        "LANGUAGE",
        "What the code is written in.",
        CODE,
        "exporting.languages:TARGETS",
        aliases="exporting.languages:ALIASES",
    ),
    "name": Option(("--name",), "NAME", "The function's name (default f).", CODE),
    "self_test": Option(("--self-test",), "", "Add a main program that compares with certified values.", CODE),
    "method": Option(
        ("--method", "-m"), "METHOD", "How derivatives are made.", METHOD, "derive.methods.choose:METHODS"
    ),
    "precision": Option(
        ("--precision",), "PRECISION", "The arithmetic of --method fd.", METHOD, ("extended", "double")
    ),
    "layout": Option(
        ("--layout",),
        "LAYOUT",
        "Rows by the function (numerator) or by the variable.",
        METHOD,
        ("numerator", "denominator", "both"),
        default_of="GRADCLI_LAYOUT",
    ),
    "sparse": Option(("--sparse",), "", "Only the entries that are not 0 by their form; npz for SciPy.", METHOD),
    "simplify": Option(("--simplify",), "", "Simplify with SymPy.", METHOD),
    "steps.scheme": Option(
        ("--scheme",),
        "SCHEME",
        "Fixed differences instead of adaptive ones.",
        STEPS,
        ("forward", "backward", "central"),
    ),
    "steps.step": Option(("--step",), "H", "The step, or the first one.", STEPS, kind=float),
    "steps.rel_step": Option(("--rel-step",), "H", "The step as a part of each variable.", STEPS, kind=float),
    "steps.order": Option(("--order",), "N", "Order of a fixed scheme.", STEPS, kind=int, least=1, most=12),
    "steps.max_evals": Option(("--max-evals",), "N", "No more evaluations than these.", STEPS, kind=int, least=1),
    "steps.study": Option(("--study",), "", "Also step against quotient and error.", STEPS),
    "box.command": Option(
        ("--exec",), "COMMAND", "The function is a program: './sim {x1} {x2}', or JSON on its standard input.", BOX
    ),
    "box.function": Option(
        ("--python",), "MODULE:FUNCTION", "The function is a Python callable; also FILE.py:FUNCTION.", BOX
    ),
    "box.answer": Option(("--answer",), "KEY", "The key in a JSON answer, or the label of a line.", BOX),
    "box.workers": Option(("--workers",), "N", "Evaluations at once; without it the cores.", BOX, kind=int, least=1),
    "box.scheduler": Option(("--scheduler",), "ADDRESS", "A Dask cluster: tcp://HOST:PORT.", BOX),
    "box.timeout": Option(("--timeout",), "SECONDS", "The longest evaluation.", BOX, kind=float),
    "box.retries": Option(("--retries",), "N", "Tries after one that failed.", BOX, kind=int, least=0),
    "box.repeat": Option(("--repeat",), "N", "Runs of each point, of which the mean counts.", BOX, kind=int, least=1),
    "box.bounds": Option(("--bounds",), "NAME=LOW:HIGH", "Steps stay inside.", BOX, many=True),
    "box.cache": Option(("--cache",), "FILE", "Finished evaluations, instead of the usual place.", BOX),
    "box.no_cache": Option(("--no-cache",), "", "Keep no evaluations, and use none.", BOX),
    "explain.mode": Option(("--mode",), "MODE", "Which way derivatives go.", METHOD, ("reverse", "forward", "both")),
    "explain.formulas": Option(("--formulas",), "", "Formulas above the numbers.", METHOD),
    "explain.named": Option(("--named",), "", "Only the statements are steps.", METHOD),
    "explain.inner": Option(("--inner",), "", "Every operation is a step, also inside statements.", METHOD),
    "explain.level": Option(
        ("--level",), "LEVEL", "How many rows (default normal).", METHOD, ("brief", "normal", "full")
    ),
    "explain.hint": Option(("--hint",), "N", "The first N rules, no results.", METHOD, kind=int, least=1),
    "explain.direct": Option(("--direct",), "", "Also the gradient in full, beside the chain rule.", METHOD),
    "explain.components": Option(("--components",), "", "Entry by entry, with a sum over i.", METHOD),
    "explain.direction": Option(("--direction",), "DIRECTION", "Left to right, or downwards.", OUTPUT, ("LR", "TB")),
    "explain.depth": Option(("--depth",), "N", "Levels of the tree.", OUTPUT, kind=int, least=0),
    "explain.digits": Option(("--digits",), "N", "Significant digits (default 6).", OUTPUT, kind=int, least=1, most=17),
    "plot.ranges": Option(("--range",), "NAME=LOW:HIGH", "What is shown: x=-2:2,y=0:1.", POINT, many=True),
    "plot.levels": Option(("--levels",), "NUMBERS", "Values of the contours: 1,4,9.", OUTPUT),
    "plot.size": Option(("--size",), "WxH", "Columns and rows of the picture: 66x16.", OUTPUT),
    "plot.ascii": Option(("--ascii",), "", "No signs beyond ASCII.", OUTPUT),
    "descent.method": Option(
        ("--method", "-m"),
        "METHOD",
        "How each step is made (default gd).",
        METHOD,
        ("gd", "momentum", "adam", "newton"),
    ),
    "descent.rate": Option(("--rate",), "RATE", "The learning rate (0.1; 1 for newton).", METHOD, kind=float),
    "descent.momentum": Option(("--momentum",), "B", "The weight of the velocity (0.9).", METHOD, kind=float),
    "descent.beta1": Option(("--beta1",), "B", "Adam: the weight of the mean (0.9).", METHOD, kind=float),
    "descent.beta2": Option(("--beta2",), "B", "Adam: the weight of the squares (0.999).", METHOD, kind=float),
    "descent.epsilon": Option(("--epsilon",), "E", "Adam: beside the root (1e-8).", METHOD, kind=float),
    "descent.steps": Option(("--steps",), "N", "So many steps; 100 at most without it.", METHOD, kind=int, least=1),
    "descent.until": Option(("--until",), "LENGTH", "Stop where the gradient is so short (1e-8).", METHOD, kind=float),
    "descent.drawn": Option(("--plot",), "", "Draw the path.", OUTPUT),
    "quiz.topic": Option(
        ("--topic",), "TOPIC", "What is asked; all in turn without it.", METHOD, "explain.quiz.results:TOPICS"
    ),
    "quiz.seed": Option(("--seed",), "N", "The same exercises for the same number.", METHOD, kind=int, least=0),
    "quiz.exercises": Option(("--count",), "N", "How many (default 5).", METHOD, kind=int, least=1, most=200),
    "report.no_steps": Option(("--no-steps",), "", "Without the derivation.", OUTPUT),
    "report.no_plot": Option(("--no-plot",), "", "Without the picture.", OUTPUT),
    "report.open": Option(("--open",), "", "Show the page in the browser.", OUTPUT),
    "lang": Option(("--lang",), "LANGUAGE", "en or zh; else GRADCLI_LANG.", OUTPUT, ("en", "zh")),
    "form": Option(
        ("--format", "-f"), "FORMAT", "How the answer is written.", OUTPUT, FORMATS, default_of="GRADCLI_FORMAT"
    ),
    "json": Option(("--json",), "", "Short for --format json.", OUTPUT),
    "out": Option(("--out",), "FILE", "Write to a file, whole or not at all.", OUTPUT),
    "install": Option(("--install",), "", "Write it where the shell looks, for this user.", OUTPUT),
}
"""Field of the question -> option; `box.`, `steps.`, `explain.`, … are fields of its parts."""

HELP: Final = Option(("--help", "-h"), "", "Show this page.")

WHAT: Final = ("constants", "wrt", "of", "shapes", "vectors", "matrices", "symmetric", "latex")
"""What names mean: in every command that reads a function."""
STEP_OPTIONS: Final = tuple(key for key in OPTIONS if key.startswith("steps."))
BOX_OPTIONS: Final = tuple(key for key in OPTIONS if key.startswith("box."))
OUTPUT_OPTIONS: Final = ("form", "json", "out")


def parameter_name(key: str) -> str:
    """The name of an option's parameter in a call: `box.workers` is `box_workers`."""
    return key.replace(".", "_")


def grouped(values: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Values by parameter name, as fields of the question ("") and of its parts `box`, `steps`, …"""
    names = ("", "box", "steps", "explain", "plot", "descent", "quiz", "report")
    parts: dict[str, dict[str, Any]] = {part: {} for part in names}
    for key in OPTIONS:
        if (name := parameter_name(key)) in values:
            part, _, field = key.rpartition(".")
            parts[part][field] = values[name]
    return parts
