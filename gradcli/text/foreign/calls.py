"""Calls as programmers write them, read by the table of spellings: `np.square(x)`, `x.pow(2)`, `torch.norm(x, p=2)`.

A spelling's reading is a small text of this language; its names are replaced by the arguments. Codes of errors:
`unknown-function`, `ambiguous`, `arity`, `syntax`.
"""

from __future__ import annotations

from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING
from gradcli.text import tokens as kind
from gradcli.text.binders import SPELLED as FOREIGN
from gradcli.text.foreign.spellings import (
    AS_IT_IS,
    ATTRIBUTES,
    CONSTANTS,
    DENSITIES,
    DISTRIBUTIONS,
    DIVIDED_BY_N,
    INNER_MODULES,
    JOINED,
    KEYWORDS,
    LETTER_MODULES,
    METHODS,
    MODULES,
    SIZES,
    filled,
    readings,
    template,
)
from gradcli.text.foreign.words import APPLIED_WORDS, CAPITALS, INVERSES
from gradcli.text.libraries.axes import LIKE_NUMPY, TORCH, without_all_axes, without_axis
from gradcli.text.libraries.lists import counted, settings_last
from gradcli.text.libraries.refused import REFUSED, attribute_error, refused
from gradcli.text.libraries.shapes import SAME_SHAPE, of_library, shape_entry, size_call, size_of
from gradcli.text.stack import CONDITIONAL, Frame, Stack
from gradcli.text.systems.lists import WHOLE, read_whole
from gradcli.text.tokens import quoted
from gradcli.text.tree import (
    Binary,
    Call,
    Name,
    Number,
    Text,
    Transpose,
    Tree,
    Unary,
    Vector,
    postorder,
)

if TYPE_CHECKING:
    from gradcli.text.stack import Step

ELEMENTWISE = ("^", "**", "*", "/", "+", "-", "−")
SECOND_ARGUMENTS = ("norm",)


def after_point(stack: Stack, here: int) -> Step:
    """What stands behind a point after an operand: MATLAB's `.^`, Julia's `f.(x)`, a module's name, a method."""
    following = stack.kinds[here + 1]
    beside = stack.starts[here + 1] == stack.ends[here]
    if beside and (following == kind.TRANSPOSE or (stack.texts[here + 1] in ELEMENTWISE)):
        return False, here + 1
    named = stack.kinds[here - 1] == kind.NAME and type(stack.operands[-1]) is Name
    if beside and following == kind.OPEN and named:
        return _opened(stack, here - 1, here + 1, "module")
    if following == kind.NAME:
        if named and stack.texts[here - 1] in DISTRIBUTIONS and stack.texts[here + 1] in DENSITIES:  # norm.pdf(x)
            return _opened(stack, here + 1, here + 2, "module")
        module = named and stack.texts[here - 1] in MODULES and not _letter_method(stack, here)
        return _module(stack, here) if module else _method(stack, here)
    if following == kind.END:
        return False, here + 1  # the stop at the end of a sentence
    raise attribute_error(stack, here)


def _letter_method(stack: Stack, here: int) -> bool:
    """`F.sum()`: a method of the matrix F, not a function of the module."""
    functions, name = LETTER_MODULES.get(stack.texts[here - 1]), stack.texts[here + 1]
    if functions is None or (name not in METHODS and name not in DIVIDED_BY_N and name not in ATTRIBUTES):
        return False
    inside = stack.kinds[here + 3 : here + 5]
    return name not in functions or inside[0] == kind.CLOSE or inside[1:] == [kind.EQUALS]


def _module(stack: Stack, here: int) -> Step:
    """`np.name`, `torch.nn.functional.name`: a function or a constant."""
    module = stack.texts[here - 1]
    origin = module if module in LIKE_NUMPY or (module == TORCH and stack.texts[here + 1] != "linalg") else "module"
    while stack.texts[here + 1] in INNER_MODULES and stack.texts[here + 2] == ".":
        here += 2
    name = stack.texts[here + 1]
    if name in DISTRIBUTIONS and stack.texts[here + 2] == "." and stack.kinds[here + 4] == kind.OPEN:  # norm.pdf(x)
        here, name = here + 2, stack.texts[here + 3]
    if stack.kinds[here + 2] == kind.OPEN:
        if name[0].isupper():
            settings_last(stack, here + 2)
        if (len(name) == 1 or name[1:].isdigit()) and name not in readings():  # alone it is an abstract function
            hint = "'gradcli functions' lists what is known"
            raise stack.error(here + 1, f"unknown function {quoted(name)}", hint, "unknown-function")
        return _opened(stack, here + 1, here + 2, origin)
    if name not in CONSTANTS:
        hint = DISTRIBUTIONS.get(name, "the constants are pi, e, tau and inf; 'gradcli functions' lists the functions")
        if name not in DISTRIBUTIONS and (name in METHODS or name in readings()):
            hint = f"write {name}(x) for the function; the constants are pi, e, tau and inf"
        raise stack.error(here + 1, f"{quoted(name)} is neither a function with brackets nor a constant", hint)
    start = stack.operands.pop().start
    stack.operands.append(Name(CONSTANTS[name], start, stack.ends[here + 1]))
    return False, here + 2


def _method(stack: Stack, here: int) -> Step:
    """`x.sum()`: a function whose first argument stands before the point."""
    array = stack.operands[-1]
    if stack.texts[here + 1] == "shape" and type(array) is Name and (found := shape_entry(stack, here + 1)) is not None:
        stack.operands[-1] = size_of(stack, array, found[0], array.start, stack.ends[found[1] - 1])
        return False, found[1]
    if stack.texts[here + 1] == "shape" and type(array) is Name and stack.frames[-1].name in _SHAPED:
        stack.operands[-1] = Text(SAME_SHAPE, array.start, array.end)
        return False, here + 2
    if stack.texts[here + 1] in ("mT", "H", "mH"):
        stack.operands[-1] = Transpose(array, array.start, stack.ends[here + 1])
        return False, here + 2
    if stack.texts[here + 1] == "size" and type(array) is Name and stack.kinds[here + 2] != kind.OPEN:
        stack.operands[-1] = size_of(stack, array, None, array.start, stack.ends[here + 1])
        return False, here + 2
    if stack.texts[here + 1] == "astype" and stack.kinds[here + 2] == kind.OPEN:
        step = _opened(stack, here + 1, here + 2, "method")
        stack.frames[-1].items.append(array)
        return step
    known = stack.texts[here + 1] in METHODS or stack.texts[here + 1] in SIZES or stack.texts[here + 1] in DIVIDED_BY_N
    if not known or stack.kinds[here + 2] != kind.OPEN:
        raise attribute_error(stack, here)
    operand = stack.operands[-1]
    step = _opened(stack, here + 1, here + 2, "method")
    stack.frames[-1].items.append(operand)
    return step


_SHAPED = ("reshape", "view", "zeros", "ones", "rand", "randn", "normal", "layer_norm")
"""Functions that take the shape of another array."""


def _opened(stack: Stack, name: int, bracket: int, origin: str) -> Step:
    """A call whose name has been taken for an operand before."""
    stack.operands.pop()
    function = stack.names[stack.texts[name]]
    conditions = function in CONDITIONAL
    step = stack.open(Frame("call", function, conditions=conditions), bracket - 1)
    stack.frames[-1].origin = origin
    return step[0], bracket + 1


# -------------------------------------------------------------------- when a call is closed


def translated(stack: Stack, call: Call, origin: str, here: int) -> Tree:
    """What a finished call says in this language. `origin`: the module's name before it, a `method`, or "".

    `here` is the token that closes it.

    Raises `ambiguous` and `unknown-function` with what to write instead.
    """
    if origin == "method" and call.arguments:
        call.start = min(call.start, call.arguments[0].start)
    if not origin and call.function not in JOINED:
        return _translated(stack, call, origin, here)
    tree = of_library(stack, call, origin, here)
    return without_axis(_translated(stack, without_all_axes(call), origin, here) if tree is None else tree, call)


def _translated(stack: Stack, call: Call, origin: str, here: int) -> Tree:
    """The same, but for what a library has in its own way."""
    if not origin and call.function in stack.own_functions():
        return call
    _refuse_two_ways(stack, call, origin, here)
    for read in (_mapped, _once, size_call, _of_one_hot, _whole, counted):
        if (tree := read(stack, call, origin, here)) is not None:
            return tree
    if call.function in REFUSED and not _is_read_here(stack, call, origin, here):
        raise refused(stack, call)
    return _by_table(stack, call, origin, here)


def _mapped(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """Julia's `sum(abs2, x)`: the function in front is taken of each entry."""
    if call.function not in ("sum", "mean") or len(call.arguments) != 2 or call.keywords:
        return None
    function, array = call.arguments
    if not isinstance(function, Name) or function.name not in _APPLIED or function.name in stack.own_functions():
        return None
    inner = Call(function.name, (array,), (), call.name_end, function.start, call.end)
    return Call(call.function, (_reading(inner, False) or inner,), (), call.name_end, call.start, call.end)


def _once(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """MATLAB's `sum(sum(X))`: the inner one is of all entries here."""
    if call.function not in ("sum", "max", "min") or call.keywords or len(call.arguments) != 1:
        return None
    within = call.arguments[0]
    if not isinstance(within, Call) or within.function != call.function or within.keywords:
        return None
    return within if len(within.arguments) == 1 else None


def _whole(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """Calls whose arguments are lists of systems of computer algebra; `diff` behind a library's name is no request."""
    differences = origin == "method" or (origin in LIKE_NUMPY and call.function == "diff")
    return read_whole(stack, call, here) if call.function in WHOLE and not differences else None


def _is_read_here(stack: Stack, call: Call, origin: str, here: int) -> bool:
    """Whether a name that is refused elsewhere is read in this call: `slogdet(X)[1]`, `np.sinc(x)`."""
    rows = readings().get(call.function, ())
    read = any(len(row[0]) == len(call.arguments) and (origin or not row[3]) for row in rows)
    return read or (call.function == "slogdet" and stack.texts[here + 1] == "[")


def _by_table(stack: Stack, call: Call, origin: str, here: int) -> Tree:
    """The reading of the table of spellings; a call of this language as it is, by its name in small letters."""
    name = call.function
    if name == "betainc" and len(call.arguments) == 3 and origin:
        call.function = "btdtr"  # the same by SciPy's other name
    if name == "Log" and len(call.arguments) == 2 and stack.texts[here] == "]":  # Wolfram's base comes first
        call = Call(name, call.arguments[::-1], (), call.name_end, call.start, call.end)
    call, logarithm = _without_log(call)
    call, reduced = _without_reduction(_with_keywords(call))
    if (special := _special(stack, call)) is not None:
        return special
    reading = _reading(call, bool(origin))
    if reading is not None and logarithm:
        return Call("log", (reading,), (), call.name_end, call.start, call.end)
    if reading is not None:
        return _reduced(reading, reduced) if reduced else reading
    _check_arity(stack, call)
    lower = name.lower()
    if not origin and name[0] == "A" and INVERSES.get(name[1:]) == lower:
        hint = f"write {lower}(...) for the inverse function, A*{name[1:]}(...) for the product"
        raise _at_name(stack, call, f"{name} reads in two ways: {lower}, or A times {name[1:]}", hint, "ambiguous")
    if lower != name and lower in CAPITALS and (lower not in ("sum", "prod") or name.isupper()):
        call.function = lower
        return _reading(call, False) or call
    return call


def _check_arity(stack: Stack, call: Call) -> None:
    """Raise for a function that is only known by its rows, with another number of arguments than these have."""
    rows = [row for row in readings().get(call.function, ()) if not row[3]]
    if not rows or call.function not in FOREIGN or call.keywords:
        return
    counts = sorted({len(parameters) for parameters, *_ in rows})
    takes = " or ".join(map(str, counts)) + (" argument" if counts == [1] else " arguments")
    example = f"{call.function}({', '.join(rows[0][0])})"
    raise _at_name(stack, call, f"{call.function} takes {takes}, not {len(call.arguments)}", example, "arity")


def _refuse_two_ways(stack: Stack, call: Call, origin: str, here: int) -> None:
    """Raise for calls that mean one thing in one library and another in the next."""
    name, count = call.function, len(call.arguments)
    x = stack.typed(call.arguments[0]) if call.arguments else "x"
    if name in ("sum", "mean") and count == 2 and isinstance(call.arguments[1], Number) and not origin:
        message = f"{name}(..., {call.arguments[1].value}) reads in two ways: as MATLAB counts dimensions, or NumPy"
        hint = f"write {name}({x}, axis=0) for one of each column, {name}({x}, axis=1) for one of each row"
        raise _at_name(stack, call, message, hint, "ambiguous")
    if name in ("log", "ln") and count == 2 and not origin and isinstance(call.arguments[0], Number):
        base, y = map(stack.typed, call.arguments)
        if not isinstance(call.arguments[1], Number):
            message = f"{name}({base}, {y}) reads in two ways: to the base {y}, as in Python, or {base}, as in Julia"
            hint = f"write log({y})/log({base}) for the base {base}, log({base})/log({y}) for the base {y}"
            raise _at_name(stack, call, message, hint, "ambiguous")
    if name == "betainc" and count == 3 and not origin:
        a, b, x = map(stack.typed, call.arguments)
        whole = f"integral(t^({a} - 1)*(1 - t)^({b} - 1), t, 0, {x})"
        hint = f"write {whole}/beta({a}, {b}), or {whole} without the division"
        raise _at_name(stack, call, "betainc is divided by beta(a, b) in SciPy and not in SymPy", hint, "ambiguous")
    if name in DIVIDED_BY_N and origin and origin not in LIKE_NUMPY:
        hint = f"write {name}({x}) to divide by n, as NumPy does, torch.{name}({x}) for n - 1"
        raise _at_name(stack, call, f"{name} divides by n in NumPy and by n - 1 in PyTorch", hint, "ambiguous")
    if name == "O" and count == 1 and not origin:
        hint = f"leave it out; write O*({x}) for the product, or declare the function: 'O: function'"
        raise _at_name(stack, call, f"O({x}) is an order of growth, no function", hint, "ambiguous")
    if name == "D" and count == 1 and stack.kinds[here + 1] == kind.OPEN and type(call.arguments[0]) is Name:
        hint = f"write the formula of {x} alone: its derivative is what gradcli gives"
        raise _at_name(stack, call, f"D({x})(...) is a derivative", hint, "request")
    if name == "solve" and count == 2 and origin not in LIKE_NUMPY and _solved_for(*call.arguments):
        hint = f"write inv({x})@{stack.typed(call.arguments[1])} for a product; roots have no formula here"
        raise _at_name(stack, call, "solve(...) reads in two ways: a root, or a linear system", hint, "ambiguous")
    if name.lower() in ("atan", "arctan") and count == 2:
        y, x = map(stack.typed, call.arguments[::-1] if stack.texts[here] == "]" else call.arguments)
        raise _at_name(stack, call, f"{name} has one argument here", f"write atan2({y}, {x}) for the angle", "arity")


def _solved_for(formula: Tree, name: Tree) -> bool:
    """Whether SymPy's `solve(x**2 - 1, x)` has these arguments."""
    parts = list(postorder(formula))
    arrays = any(type(part) is Call and part.function not in APPLIED_WORDS for part in parts)
    names = {part.name for part in parts if type(part) is Name}
    return type(name) is Name and type(formula) is not Name and name.name in names and not arrays


_APPLIED = APPLIED_WORDS - {"det", "tr", "logdet"} | {"abs2"}


def _of_one_hot(stack: Stack, call: Call, origin: str, here: int) -> Tree | None:
    """PyTorch's cross entropy of logits and a label that the text declares one-hot: -sum(y*log_softmax(z))."""
    if (
        call.function != "cross_entropy"
        or len(call.arguments) != 2
        or call.keywords
        or type(call.arguments[1]) is not Name
    ):
        return None
    label, texts = call.arguments[1], stack.texts
    words = ["one", "-", "hot"]
    declared = any(
        stack.names.get(text) == label.name
        and texts[here + 1] == ":"
        and words in (texts[here + 2 : here + 5], texts[here + 3 : here + 6])  # behind the size, too
        for here, text in enumerate(texts[: len(texts) - 4])
    )
    if not declared:
        return None
    softmax = Call("log_softmax", (call.arguments[0],), (), call.name_end, call.start, call.end)
    product = Binary("*", label, softmax, call.start, call.start, call.end)
    return Unary("-", Call("sum", (product,), (), call.name_end, call.start, call.end), call.start, call.end)


def _reduced(tree: Tree, how: str) -> Tree:
    """A mean as PyTorch's `reduction` has it: a sum for `sum`, the entries alone for `none`."""
    if isinstance(tree, Unary):
        return Unary(tree.op, _reduced(tree.operand, how), tree.start, tree.end)
    if not isinstance(tree, Call) or tree.function != "mean" or how not in ("sum", "none"):
        return tree
    if how == "none":
        return tree.arguments[0]
    return Call("sum", tree.arguments, (), tree.name_end, tree.start, tree.end)


def square_call(stack: Stack, here: int) -> Step | None:
    """The bracket of `Sin[x]`, `D[f, x]`; None where a name in capitals is indexed."""
    if stack.texts[here - 1] == "D":
        kinds = [what for what in stack.kinds[:-1] if what not in (kind.SEMICOLON, kind.NEWLINE)]
        asked = here == 1 and kinds[-1] == kind.CLOSE_SQUARE and kind.COMMA in kinds
        return _opened(stack, here - 1, here, "module") if asked and "D" not in stack.own_functions() else None
    word = stack.texts[here - 1]
    known = word == "If" or word in REFUSED or word in WHOLE or (len(word) > 2 and word in readings())
    if known and word not in stack.own_functions():
        return _opened(stack, here - 1, here, "module")
    if word in stack.own_functions() or type(stack.operands[-1]) is not Name:
        return None
    if word.lower() not in CAPITALS:
        inside = stack.kinds[here + 1] in (kind.NUMBER, kind.COLON) or stack.texts[here + 1] == "-"
        if len(word) > 3 and not inside and not stack.latex and any(letter.islower() for letter in word):
            message, hint = f"unknown function {quoted(word)}", "'gradcli functions' lists what is known"
            raise stack.error(here - 1, message, hint, "unknown-function")
        return None
    return _opened(stack, here - 1, here, "module")


def _at_name(stack: Stack, call: Call, message: str, hint: str, code: str) -> GradcliError:
    return GradcliError(code, message, Span(stack.source, call.start, call.name_end or call.end), hint)


def _with_keywords(call: Call) -> Call:
    """The call with the names of arguments that this language has."""
    keywords = []
    arguments = list(call.arguments)
    for word, value in call.keywords:
        here = KEYWORDS.get(word, word)
        if here == "order":
            if call.function in SECOND_ARGUMENTS and len(arguments) == 1:
                arguments.append(value)
            else:
                keywords.append((word, value))
        elif here and not (type(value) is Name and value.name == "None"):
            keywords.append((here, value))
    return Call(call.function, tuple(arguments), tuple(keywords), call.name_end, call.start, call.end)


def _without_reduction(call: Call) -> tuple[Call, str]:
    """PyTorch's `reduction="sum"` left out, and which it is."""
    word, value = call.keywords[-1] if call.keywords else ("", None)
    if word != "reduction" or not isinstance(value, Text):
        return call, ""
    return Call(call.function, call.arguments, call.keywords[:-1], call.name_end, call.start, call.end), value.value


def _without_log(call: Call) -> tuple[Call, bool]:
    """R's `log = TRUE` of a density left out, and whether it stands there."""
    told = [value for word, value in call.keywords if word == "log"]
    if not told or not isinstance(told[0], Name) or told[0].name not in ("TRUE", "FALSE", "T", "F"):
        return call, False
    rest = tuple(pair for pair in call.keywords if pair[0] != "log")
    return Call(call.function, call.arguments, rest, call.name_end, call.start, call.end), told[0].name[0] == "T"


def _special(stack: Stack, call: Call) -> Tree | None:
    """Calls whose arguments are lists or pairs."""
    name, first = call.function, call.arguments[0] if call.arguments else None
    if name in AS_IT_IS and len(call.arguments) == 1 and isinstance(first, Vector | Number):
        return first
    if name == "astype" and len(call.arguments) == 2:  # what is 1 or 0 stays so in each type
        told = stack.typed(call.arguments[1]).strip("'\"").rpartition(".")[2]
        counted = type(first) is Call and first.function == "where" and stack.source.text[first.start] == "("
        return first if counted or told.startswith(("float", "double")) else None
    return None


def _reading(call: Call, foreign: bool) -> Tree | None:
    """The reading of the first spelling whose arguments are those of the call."""
    given = tuple(word for word, _ in call.keywords)
    values: dict[str, Tree]
    for parameters, keywords, reading, from_module in readings().get(call.function, ()):
        if from_module and not foreign:
            continue
        if parameters[-1:] == ("axis",) and given == ("axis",) and len(parameters) == len(call.arguments) + 1:
            values = dict(zip(parameters, (*call.arguments, call.keywords[0][1]), strict=True))
            return filled(template(reading), values, call)
        if len(parameters) == len(call.arguments) and set(keywords) == set(given):
            values = dict(zip(parameters, call.arguments, strict=True))
            values.update((keywords[word], value) for word, value in call.keywords)
            return filled(template(reading), values, call)
    return None
