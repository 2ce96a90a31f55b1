"""The child process in which SymPy works, and the only file that imports it. The parent is `cas.process`.

No text meets SymPy here: a question is a list of operations `[op, places of the arguments, data]` in order, and every
name is looked up in the tables below. Variables are numbers on the way (`v0`, `v1`), exact integers are hexadecimal
texts (no quadratic conversions). A question is a line of JSON; its answers are lines, the last one `{"done": true}`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from typing import TYPE_CHECKING, Any

import mpmath
import sympy
from mpmath.libmp import from_man_exp
from sympy.core.function import AppliedUndef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Operation = tuple[str, list[int], Any]
    Numeric = Any  # an mpf, a truth value, or None where there is no real value

mp = mpmath.mp

VERIFY_BITS = 200
VERIFY_POINTS = 16
ENOUGH_POINTS = 6
LARGEST_EXPONENT = 100_000
"""Numbers beyond 2**100000 and below 2**-100000 count as not real, before they fill the memory."""


FACTORED_OPERATIONS = 60
"""Longer results are not factored: it takes too long for what it gains."""


class NotExpressibleError(Exception):
    """SymPy's answer contains something that gradcli's language has no word for."""


def unknown(*_: Any) -> None:
    """No numeric value is known: the point is passed over."""
    raise ValueError


def spherical(bessel: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The spherical Bessel function of a cylindrical one (DLMF 10.47.3, 10.47.4)."""
    return lambda n, x: mp.sqrt(mp.pi / (2 * x)) * bessel(n + mp.mpf(1) / 2, x)


def partial_harmonic(n: Any, order: Any = 1) -> Any:
    """The sum of k**-order for k up to n, continued in n: ζ(order) - ζ(order, n + 1); digamma for order 1."""
    return mp.harmonic(n) if order == 1 else mp.zeta(order) - mp.zeta(order, n + 1)


def probabilists_hermite(n: Any, x: Any) -> Any:
    """He_n(x) = 2**(-n/2)·H_n(x/sqrt(2)) (DLMF 18.7.12)."""
    return mp.power(2, -n / 2) * mp.hermite(n, x / mp.sqrt(2))


def catalan_number(n: Any) -> Any:
    """4**n·Γ(n + 1/2)/(sqrt(π)·Γ(n + 2)) (DLMF 26.5.1 with the duplication formula)."""
    return mp.power(4, n) * mp.gammaprod([n + mp.mpf(1) / 2], [mp.mpf(1) / 2, n + 2])


FUNCTIONS: dict[str, tuple[Any, Callable[..., Any]]] = {
    # gradcli's rows that mean the same in SymPy wherever they are real
    "exp": (sympy.exp, mp.exp),
    "log": (sympy.log, mp.log),
    "sin": (sympy.sin, mp.sin),
    "cos": (sympy.cos, mp.cos),
    "tan": (sympy.tan, mp.tan),
    "cot": (sympy.cot, mp.cot),
    "sec": (sympy.sec, mp.sec),
    "csc": (sympy.csc, mp.csc),
    "asin": (sympy.asin, mp.asin),
    "acos": (sympy.acos, mp.acos),
    "atan": (sympy.atan, mp.atan),
    "acot": (sympy.acot, mp.acot),
    "asec": (sympy.asec, mp.asec),
    "acsc": (sympy.acsc, mp.acsc),
    "atan2": (sympy.atan2, mp.atan2),
    "sinh": (sympy.sinh, mp.sinh),
    "cosh": (sympy.cosh, mp.cosh),
    "tanh": (sympy.tanh, mp.tanh),
    "coth": (sympy.coth, mp.coth),
    "sech": (sympy.sech, mp.sech),
    "csch": (sympy.csch, mp.csch),
    "asinh": (sympy.asinh, mp.asinh),
    "acosh": (sympy.acosh, mp.acosh),
    "atanh": (sympy.atanh, mp.atanh),
    "acoth": (sympy.acoth, mp.acoth),
    "asech": (sympy.asech, mp.asech),
    "acsch": (sympy.acsch, mp.acsch),
    "abs": (sympy.Abs, mp.fabs),
    "sign": (sympy.sign, mp.sign),
    "floor": (sympy.floor, mp.floor),
    "ceil": (sympy.ceiling, mp.ceil),
    "max": (sympy.Max, max),
    "min": (sympy.Min, min),
    "erf": (sympy.erf, mp.erf),
    "erfc": (sympy.erfc, mp.erfc),
    "gamma": (sympy.gamma, mp.gamma),
    "digamma": (sympy.digamma, mp.digamma),
    "beta": (sympy.beta, mp.beta),
    "zeta": (sympy.zeta, mp.zeta),
    "besselj": (sympy.besselj, mp.besselj),
    "bessely": (sympy.bessely, mp.bessely),
    "besseli": (sympy.besseli, mp.besseli),
    "besselk": (sympy.besselk, mp.besselk),
    "airyai": (sympy.airyai, mp.airyai),
    "airybi": (sympy.airybi, mp.airybi),
    "airyaiprime": (sympy.airyaiprime, lambda x: mp.airyai(x, derivative=1)),
    "airybiprime": (sympy.airybiprime, lambda x: mp.airybi(x, derivative=1)),
    "Chi": (sympy.Chi, mp.chi),
    "Ci": (sympy.Ci, mp.ci),
    "Ei": (sympy.Ei, mp.ei),
    "elliptice": (sympy.elliptic_e, mp.ellipe),
    "elliptick": (sympy.elliptic_k, mp.ellipk),
    "erfcinv": (sympy.erfcinv, lambda x: mp.erfinv(1 - x)),
    "erfi": (sympy.erfi, mp.erfi),
    "erfinv": (sympy.erfinv, mp.erfinv),
    "factorial": (sympy.factorial, mp.factorial),
    "fresnelc": (sympy.fresnelc, mp.fresnelc),
    "fresnels": (sympy.fresnels, mp.fresnels),
    "lambertw": (sympy.LambertW, mp.lambertw),
    "li": (sympy.li, mp.li),
    "polygamma": (sympy.polygamma, lambda n, x: mp.psi(int(n), x) if n == int(n) else unknown()),
    "Shi": (sympy.Shi, mp.shi),
    "Si": (sympy.Si, mp.si),
    "assoc_laguerre": (sympy.assoc_laguerre, mp.laguerre),
    "chebyshevt": (sympy.chebyshevt, mp.chebyt),
    "chebyshevu": (sympy.chebyshevu, mp.chebyu),
    "gegenbauer": (sympy.gegenbauer, mp.gegenbauer),
    "hermite": (sympy.hermite, mp.hermite),
    "hermite_prob": (sympy.hermite_prob, probabilists_hermite),
    "jacobi": (sympy.jacobi, mp.jacobi),
    "laguerre": (sympy.laguerre, lambda n, x: mp.laguerre(n, 0, x)),
    "legendre": (sympy.legendre, mp.legendre),
    "polylog": (sympy.polylog, mp.polylog),
    # the fall-back functions of cas.rows
    "assoc_legendre": (sympy.assoc_legendre, mp.legenp),
    "betainc": (sympy.betainc, mp.betainc),
    "betainc_regularized": (
        sympy.betainc_regularized,
        lambda a, b, x1, x2: mp.betainc(a, b, x1, x2, regularized=True),
    ),
    "binomial": (sympy.binomial, mp.binomial),
    "catalan": (sympy.catalan, catalan_number),
    "ellipeinc": (sympy.elliptic_e, mp.ellipe),
    "elliptic_f": (sympy.elliptic_f, mp.ellipf),
    "elliptic_pi": (sympy.elliptic_pi, mp.ellippi),
    "erf2": (sympy.erf2, lambda x, y: mp.erf(y) - mp.erf(x)),
    "erf2inv": (sympy.erf2inv, lambda x, y: mp.erfinv(mp.erf(x) + y)),
    "expint": (sympy.expint, mp.expint),
    "harmonic": (sympy.harmonic, partial_harmonic),
    "hurwitz": (sympy.zeta, mp.zeta),
    "jn": (sympy.jn, spherical(mp.besselj)),
    "lerchphi": (sympy.lerchphi, mp.lerchphi),
    "Li": (sympy.Li, lambda x: mp.li(x, offset=True)),
    "yn": (sympy.yn, spherical(mp.bessely)),
}
"""gradcli's name -> SymPy's constructor and mpmath's function. `loggamma` and `cbrt` are complex in SymPy where
gradcli's rows are real, so they are no rows here and travel as opaque functions."""

NAMES: dict[Any, str] = {
    constructor: name for name, (constructor, _) in FUNCTIONS.items() if name not in ("zeta", "elliptice")
}
"""SymPy's constructor -> name, where they are one to one or the name is that for two arguments."""

RELATIONS: dict[str, tuple[Any, Callable[[Any, Any], bool]]] = {
    "<": (sympy.StrictLessThan, lambda a, b: bool(a < b)),
    "<=": (sympy.LessThan, lambda a, b: bool(a <= b)),
    ">": (sympy.StrictGreaterThan, lambda a, b: bool(a > b)),
    ">=": (sympy.GreaterThan, lambda a, b: bool(a >= b)),
    "==": (sympy.Equality, lambda a, b: bool(a == b)),
    "!=": (sympy.Unequality, lambda a, b: bool(a != b)),
}

RELATION_NAMES: dict[Any, str] = {constructor: name for name, (constructor, _) in RELATIONS.items()}


# --- operations to SymPy ---------------------------------------------------------------------------------------------


def integer(text: str) -> int:
    """An integer from its hexadecimal text."""
    return int(text, 16)


def opaque(args: Sequence[Any], index: int) -> Any:
    """Something SymPy knows nothing about, real wherever it is defined: an unknown function, or a symbol."""
    name = f"h{int(index)}"
    return sympy.Function(name, real=True)(*args) if args else sympy.Symbol(name, real=True)


MAKERS: dict[str, Callable[[list[Any], Any], Any]] = {
    "number": lambda args, data: sympy.Rational(integer(data[0]), integer(data[1])),
    "constant": lambda args, data: {"pi": sympy.pi, "e": sympy.E}[data],
    "variable": lambda args, data: sympy.Symbol(f"v{int(data)}", real=True),
    "add": lambda args, data: sympy.Add(*args),
    "mul": lambda args, data: sympy.Mul(*args),
    "pow": lambda args, data: sympy.Pow(*args),
    "call": lambda args, data: FUNCTIONS[data][0](*args),
    "opaque": lambda args, data: opaque(args, data),
    "where": lambda args, data: sympy.Piecewise((args[1], args[0]), (args[2], True)),
    "compare": lambda args, data: RELATIONS[data][0](*args),
    "and": lambda args, data: sympy.And(*args),
    "or": lambda args, data: sympy.Or(*args),
    "not": lambda args, data: sympy.Not(*args),
    "truth": lambda args, data: sympy.true if data else sympy.false,
}


def needed(operations: Sequence[Operation], root: int) -> list[int]:
    """The places of the operations that `root` needs, in order."""
    wanted = {root}
    for place in range(root, -1, -1):
        if place in wanted:
            wanted.update(operations[place][1])
    return sorted(wanted)


def build(operations: Sequence[Operation], root: int) -> Any:
    """The SymPy expression of one operation."""
    values: dict[int, Any] = {}
    for place in needed(operations, root):
        op, args, data = operations[place]
        values[place] = MAKERS[op]([values[arg] for arg in args], data)
    return values[root]


# --- SymPy to operations ---------------------------------------------------------------------------------------------


class OperationWriter:
    """Writes SymPy expressions as operations, each subexpression once."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self.places: dict[Any, int] = {}

    def emit(self, op: str, args: Sequence[int] = (), data: Any = None) -> int:
        self.operations.append((op, list(args), data))
        return len(self.operations) - 1

    def number(self, numerator: int, denominator: int = 1) -> int:
        return self.emit("number", (), [hex(numerator), hex(denominator)])

    def write(self, root: Any) -> int:
        """The place of the expression's operation. NotExpressibleError: gradcli has no word for a part of it."""
        stack = [root]
        while stack:
            expression = stack[-1]
            if expression in self.places:
                stack.pop()
                continue
            parts = parts_of(expression)
            waiting = [part for part in parts if part not in self.places]
            if waiting:
                stack.extend(reversed(waiting))
            else:
                stack.pop()
                self.places[expression] = self.write_one(expression, [self.places[part] for part in parts])
        return self.places[root]

    def write_one(self, expression: Any, args: list[int]) -> int:
        if not args:
            return self.write_leaf(expression)
        kind = expression.func
        if kind in OPERATIONS:
            return self.emit(OPERATIONS[kind], args)
        if kind in RELATION_NAMES:
            return self.emit("compare", args, RELATION_NAMES[kind])
        if isinstance(expression, sympy.Piecewise):
            return self.write_branches(expression, args)
        if isinstance(expression, AppliedUndef):
            return self.emit("opaque", args, own_index(kind.__name__))
        return self.write_call(expression, args)

    def write_leaf(self, expression: Any) -> int:
        if isinstance(expression, sympy.Symbol):
            index = own_index(expression.name)
            return self.emit("variable" if expression.name[0] == "v" else "opaque", (), index)
        if isinstance(expression, sympy.Rational):
            return self.number(int(expression.p), int(expression.q))
        if expression is sympy.true or expression is sympy.false:
            return self.emit("truth", (), expression is sympy.true)
        for constant, name in ((sympy.pi, "pi"), (sympy.E, "e")):
            if expression is constant:
                return self.emit("constant", (), name)
        raise NotExpressibleError(type(expression).__name__)

    def write_branches(self, expression: Any, args: list[int]) -> int:
        """Piecewise is nested `where`; its last condition must be certain, since a `where` always has a value."""
        if expression.args[-1].cond is not sympy.true:
            raise NotExpressibleError("Piecewise")
        result = args[-2]
        for place in range(len(args) - 4, -1, -2):
            result = self.emit("where", (args[place + 1], args[place], result))
        return result

    def write_call(self, expression: Any, args: list[int]) -> int:
        kind = expression.func
        if kind is sympy.polygamma and expression.args[0] == 0:
            return self.emit("call", args[1:], "digamma")
        if len(args) == 1 and kind in (sympy.zeta, sympy.elliptic_e):
            return self.emit("call", args, "zeta" if kind is sympy.zeta else "elliptice")
        return self.emit("call", args, NAMES[kind])


OPERATIONS: dict[Any, str] = {
    sympy.Add: "add",
    sympy.Mul: "mul",
    sympy.Pow: "pow",
    sympy.And: "and",
    sympy.Or: "or",
    sympy.Not: "not",
}


def own_index(name: str) -> int:
    """The number in a name that `build` has given. SymPy's own dummies end here."""
    if not (name[1:].isascii() and name[1:].isdigit()):
        raise NotExpressibleError("a bound variable")
    return int(name[1:])


def parts_of(expression: Any) -> list[Any]:
    """The subexpressions that the operation of this one refers to."""
    if isinstance(expression, sympy.Piecewise):
        return [part for pair in expression.args for part in (pair.expr, pair.cond)]
    if expression.is_Atom:
        return []
    kind = expression.func
    if not (kind in OPERATIONS or kind in RELATION_NAMES or kind in NAMES or isinstance(expression, AppliedUndef)):
        raise NotExpressibleError(kind.__name__)
    return list(expression.args)


# --- numbers ---------------------------------------------------------------------------------------------------------


def real(value: Any) -> Any:
    """The value as a finite real number of reasonable size, else None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, mpmath.mpc):
        if value.imag != 0:
            return None
        value = value.real
    value = mp.mpf(value)
    if not mp.isfinite(value) or (value and abs(mp.mag(value)) > LARGEST_EXPONENT):
        return None
    return value


def stand_in(args: Sequence[Any], index: int) -> Any:
    """A fixed smooth positive function for what is unknown: equal expressions in it must agree on it too."""
    return mp.cos(sum((position + mp.mpf("1.3")) * arg for position, arg in enumerate(args)) + index + 1) + 2


NUMERIC: dict[str, Callable[[list[Any], Any], Any]] = {
    "number": lambda args, data: mp.mpf(integer(data[0])) / integer(data[1]),
    "constant": lambda args, data: {"pi": +mp.pi, "e": +mp.e}[data],
    "add": lambda args, data: mp.fsum(args),
    "mul": lambda args, data: mp.fprod(args),
    "pow": lambda args, data: mp.power(*args),
    "call": lambda args, data: FUNCTIONS[data][1](*args),
    "opaque": stand_in,
    "compare": lambda args, data: RELATIONS[data][1](*args),
    "and": lambda args, data: all(args),
    "or": lambda args, data: any(args),
    "not": lambda args, data: not args[0],
    "truth": lambda args, data: bool(data),
}


def numeric(op: str, args: list[Numeric], data: Any, point: Sequence[Any]) -> Numeric:
    """The value of one operation, None where it is not real or not defined."""
    if op == "variable":
        return point[data]
    if op == "where":
        return None if args[0] is None else args[1] if args[0] else args[2]
    if any(arg is None for arg in args):
        return None
    try:
        return real(NUMERIC[op](args, data))
    except (ArithmeticError, ValueError, NotImplementedError, TypeError, mp.NoConvergence):
        return None


def evaluate(operations: Sequence[Operation], root: int, point: Sequence[Any]) -> Numeric:
    """The value of one operation at a point."""
    values: dict[int, Numeric] = {}
    for place in needed(operations, root):
        op, args, data = operations[place]
        values[place] = numeric(op, [values[arg] for arg in args], data, point)
    return values[root]


def points(dimension: int) -> Iterator[list[Any]]:
    """The same points every time: of both signs, positive ones, small ones and large ones in turn."""
    chance = random.Random(20)
    boxes = ((-3.0, 3.0), (0.1, 2.5), (-0.9, 0.9), (1.1, 5.0))
    for turn in range(VERIFY_POINTS if dimension else 1):
        low, high = boxes[turn % len(boxes)]
        yield [mp.mpf(chance.uniform(low, high)) for _ in range(dimension)]


def same(a: Any, b: Any) -> bool:
    """Equal up to the rounding errors of VERIFY_BITS, with room for cancellation."""
    return bool(abs(a - b) <= mp.ldexp(abs(a) + abs(b), -70) + mp.ldexp(1, -110))


def agrees(old: tuple[Sequence[Operation], int], new: tuple[Sequence[Operation], int], dimension: int) -> bool | None:
    """Whether `new` has the value of `old` wherever `old` has one; None where no point was found to try.

    This does not trust SymPy: both are evaluated from their operations with mpmath.
    """
    tried = 0
    with mp.workprec(VERIFY_BITS):
        for point in points(dimension):
            expected = evaluate(*old, point)
            if expected is None:
                continue
            found = evaluate(*new, point)
            if found is None or not same(expected, found):
                return False
            tried += 1
            if tried == ENOUGH_POINTS:
                break
    return True if tried else None


# --- the questions ---------------------------------------------------------------------------------------------------


def simplify(question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One answer per entry, in the order of `roots`: its candidates as operations, or why there are none.

    A candidate is sent only if it agrees with the entry at points where the entry is real.
    """
    operations = question["operations"]
    for entry, root in question["roots"]:
        try:
            yield {"entry": entry, "candidates": candidates(operations, root, question["dimension"])}
        except MemoryError:
            sympy.core.cache.clear_cache()
            yield {"entry": entry, "error": "MemoryError"}
        except Exception as error:
            yield {"entry": entry, "error": type(error).__name__}


def candidates(operations: Sequence[Operation], root: int, dimension: int) -> list[list[Operation]]:
    """What SymPy made of the entry: simplified, factored, merely built; what gradcli can say and proves equal."""
    built = build(operations, root)
    simple = sympy.simplify(built)
    factored = sympy.factor(simple) if sympy.count_ops(simple) <= FACTORED_OPERATIONS else simple
    found: list[list[Operation]] = []
    for expression in dict.fromkeys((factored, simple, built)):
        writer = OperationWriter()
        try:
            place = writer.write(expression)
        except NotExpressibleError:
            continue
        if agrees((operations, root), (writer.operations, place), dimension):
            found.append(writer.operations)
    return found


def equal(question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Whether two operations are equal: False after a point where they differ, True after a proof, else None."""
    operations, dimension = question["operations"], question["dimension"]
    (_, a), (_, b) = question["roots"]
    agreed = agrees((operations, a), (operations, b), dimension)
    if agreed is False:
        yield {"equal": False if question["certain"] and differ(operations, a, b, dimension) else None}
        return
    difference = build(operations, a) - build(operations, b)
    proved = any(step(difference) == 0 for step in (sympy.expand, sympy.simplify))
    yield {"equal": True if proved and agreed else None}


def differ(operations: Sequence[Operation], a: int, b: int, dimension: int) -> bool:
    """Whether there is a point at which both have values and these differ."""
    with mp.workprec(VERIFY_BITS):
        for point in points(dimension):
            left, right = evaluate(operations, a, point), evaluate(operations, b, point)
            if left is not None and right is not None and not same(left, right):
                return True
    return False


def partials(question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The derivatives of a fall-back function by each argument, as operations, or the word that gradcli lacks."""
    symbols = [sympy.Symbol(f"v{place}", real=True) for place in range(question["arity"])]
    function = FUNCTIONS[question["name"]][0](*symbols)
    for symbol in symbols:
        writer = OperationWriter()
        try:
            writer.write(function.diff(symbol))
            yield {"operations": writer.operations}
        except NotExpressibleError as error:
            yield {"missing": str(error)}


def values(question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The function at each point, as [mantissa, exponent, exponent of the error], None where it is not real."""
    function = FUNCTIONS[question["name"]][1]
    yield {"values": [value(function, point, question["bits"]) for point in question["points"]]}


def value(function: Callable[..., Any], point: Sequence[Sequence[Any]], bits: int) -> list[Any] | None:
    """One value, computed with 32 and with 96 bits more than asked for; their difference is the error."""
    rough, fine = (evaluate_once(function, point, bits + guard) for guard in (32, 96))
    if rough is None or fine is None:
        return None
    with mp.workprec(bits + 96):
        gap = abs(rough - fine)
        rounding = mp.mag(fine) - bits - 16 if fine else -10 * LARGEST_EXPONENT
    error = max(int(mp.mag(gap)) + 1, int(rounding)) if gap else int(rounding)
    mantissa, exponent = int(fine.man) * (-1 if fine < 0 else 1), int(fine.exp)
    return [hex(mantissa), exponent, error]


def evaluate_once(function: Callable[..., Any], point: Sequence[Sequence[Any]], bits: int) -> Any:
    """The function at [numerator, denominator, exponent of 2] each; None where it is not real."""
    with mp.workprec(bits):
        arguments = [exact(*argument) for argument in point]
        try:
            return real(function(*arguments))
        except (ArithmeticError, ValueError, NotImplementedError, TypeError, mp.NoConvergence):
            return None


def exact(numerator: str, denominator: str, exponent: int) -> Any:
    """numerator/denominator·2**exponent, exactly where it is a binary number."""
    top = mp.make_mpf(from_man_exp(integer(numerator), exponent))
    return top if denominator == "0x1" else top / integer(denominator)


QUESTIONS: dict[str, Callable[[dict[str, Any]], Iterator[dict[str, Any]]]] = {
    "simplify": simplify,
    "equal": equal,
    "partials": partials,
    "values": values,
}


# --- the process -----------------------------------------------------------------------------------------------------


def limit_memory(mebibytes: int) -> None:
    """Let allocations fail beyond this much address space, where the system can do that."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = mebibytes << 20
        if hard == resource.RLIM_INFINITY or hard > wanted:
            resource.setrlimit(resource.RLIMIT_AS, (wanted, wanted))
    except (ImportError, OSError, ValueError):
        return


def die_after(seconds: float) -> None:
    """Let the kernel end this process if its parent has not: a signal without a handler interrupts any computation."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def answer(line: bytes) -> Iterator[dict[str, Any]]:
    """All answers to one question; what goes wrong is an answer too."""
    try:
        question = json.loads(line)
        die_after(question["seconds"] + 5.0)
        yield from QUESTIONS[question["ask"]](question)
    except Exception as error:
        yield {"error": type(error).__name__}
    yield {"done": True}


def main() -> None:
    """Answer questions from standard input until it ends. Whatever the libraries print goes nowhere."""
    limit_memory(int(sys.argv[1]))
    sys.setrecursionlimit(6000)
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    for line in sys.stdin.buffer:
        for record in answer(line):
            answers.write(json.dumps(record).encode() + b"\n")
            answers.flush()
        die_after(0.0)
