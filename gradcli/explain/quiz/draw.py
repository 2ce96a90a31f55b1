"""Exercises drawn by a seed: at most two rules deep, short derivatives, defined wherever their variable is a number."""

from __future__ import annotations

from random import Random

from gradcli.explain.explanations import explanations
from gradcli.explain.quiz.judge import judge_own, program_texts
from gradcli.explain.quiz.results import TOPICS, Exercise, Quiz
from gradcli.explain.request import ExplainRequest
from gradcli.explain.trees import size
from gradcli.problems import GradcliError
from gradcli.records import TYPE_CHECKING, NamedTuple
from gradcli.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from gradcli.rules.rule import Rule

ROOTS: Final = "roots and absolute values"
GROUPS: Final = (
    "exponentials and logarithms",
    "trigonometric functions",
    "inverse trigonometric functions",
    "hyperbolic functions",
    "activation functions",
)
"""Groups of functions that a course of calculus and one of deep learning have."""
SHORT: Final = 16
"""Characters of a derivative that is quickly written."""
ANSWER: Final = 30
"""Names, numbers and signs of an answer."""
TRIES: Final = 200
MOST: Final = 200


class Draft(NamedTuple):
    """A function before it is an exercise."""

    text: str
    variable: str = "x"
    shapes: tuple[str, ...] = ()


def quiz(seed: int, topic: str | None = None, count: int = 5) -> Quiz:
    """So many exercises of a topic, of all in turn without one. Errors: no such topic, too many exercises."""
    if topic is not None and topic not in TOPICS:
        raise GradcliError("usage", f"no such topic: {topic}", hint=", ".join(TOPICS))
    if not 1 <= count <= MOST:
        raise GradcliError("usage", f"a worksheet has 1 to {MOST} exercises", hint="--count 5")
    random = Random(seed)
    topics = [topic or TOPICS[place % len(TOPICS)] for place in range(count)]
    seen: set[str] = set()
    exercises = []
    for number, each in enumerate(topics, 1):
        found = next_exercise(random, number, each, seen)
        if found is None:
            break
        exercises.append(found)
    return Quiz(seed, topic, tuple(exercises))


def next_exercise(random: Random, number: int, topic: str, seen: set[str]) -> Exercise | None:
    """An exercise that was not yet there, whose answer is short and is one that `check` can tell to be right."""
    for _ in range(TRIES):
        draft = DRAWN[topic](random)
        if draft.text in seen:
            continue
        seen.add(draft.text)
        exercise = exercise_of(draft, number, topic)
        if size(exercise.answer) <= ANSWER and judge_own(exercise).verdict == "equal":
            return exercise
    return None


def exercise_of(draft: Draft, number: int, topic: str) -> Exercise:
    """The exercise with its derivation."""
    (explanation,) = explanations(ExplainRequest(*program_texts(*draft)))
    return Exercise(number, topic, draft.text, draft.variable, draft.shapes, explanation)


def is_easy(rule: Rule) -> bool:
    """A smooth function of one argument with a short derivative; a root has none at the end of its domain."""
    plain = len(rule.args) == 1 and not (rule.kinks or rule.jumps or rule.poles or rule.integer)
    partial = rule.partials[0]
    short = partial is not None and len(partial.replace("out", rule.name)) <= SHORT and "abs" not in partial
    return plain and short and (rule.group in GROUPS or (rule.group == ROOTS and bool(rule.domain)))


def domain_of(rule: Rule) -> tuple[tuple[str, str], ...]:
    """Where a function is real, without the ends."""
    return tuple(span[:2] for span in rule.domain)


def everywhere() -> list[str]:
    """Functions for any argument."""
    return [rule.name for rule in RULES.values() if is_easy(rule) and not rule.domain]


def above_zero() -> list[str]:
    """Functions for positive arguments."""
    return [rule.name for rule in RULES.values() if is_easy(rule) and domain_of(rule) == (("0", "inf"),)]


def function(random: Random) -> str:
    """The name of a function for any argument."""
    return random.choice(everywhere())


def positive(random: Random, variable: str = "x") -> str:
    """A polynomial that is never zero."""
    return f"{variable}**2 + {random.randint(1, 6)}"


def linear(random: Random, variable: str = "x") -> str:
    """A linear function, not the variable itself."""
    slope, constant = random.choice((2, 3, 4, 5, -1, -2, -3)), random.choice((0, 0, 1, 2, 3, 4))
    first = variable if abs(slope) == 1 else f"{abs(slope)}*{variable}"
    if slope < 0:
        return f"{constant or 1} - {first}"
    return first if not constant else f"{first} {random.choice('+-')} {constant}"


def inner(random: Random) -> str:
    """What stands in a function."""
    draws: Sequence[Callable[[], str]] = (
        lambda: linear(random),
        lambda: linear(random),
        lambda: positive(random),
        lambda: f"x**{random.randint(2, 4)}",
        lambda: f"{function(random)}(x)",
    )
    return random.choice(draws)()


def power(random: Random, variable: str = "x") -> str:
    """The variable, or a power of it."""
    degree = random.randint(1, 4)
    return variable if degree == 1 else f"{variable}**{degree}"


def draw_chain(random: Random) -> Draft:
    """A function of a function."""
    kind = random.randrange(4)
    if kind == 0:
        return Draft(f"{random.choice(above_zero())}({positive(random)})")
    if kind == 1:
        return Draft(f"({linear(random)})**{random.randint(3, 6)}")
    if kind == 2:
        return Draft(f"{function(random)}(x)**{random.randint(2, 4)}")
    return Draft(f"{function(random)}({inner(random)})")


def draw_product(random: Random) -> Draft:
    """A product of two functions."""
    second = f"{function(random)}({random.choice(('x', linear(random)))})"
    first = power(random) if random.random() < 0.7 else f"{function(random)}(x)"
    return Draft(f"{first}*{second}")


def draw_quotient(random: Random) -> Draft:
    """A quotient whose divisor is never zero."""
    divisor = random.choice((f"({positive(random)})", f"cosh({random.choice(('x', '2*x'))})"))
    above = random.choice((power(random), f"({linear(random)})", f"{function(random)}(x)"))
    return Draft(f"{above}/{divisor}")


def draw_partial(random: Random) -> Draft:
    """A function of x and y."""
    kind = random.randrange(4)
    first, second = function(random), function(random)
    number = random.randint(2, 5)
    texts = (
        f"{power(random)}*{power(random, 'y')} + {first}({number}*y)",
        f"{first}(x)*{second}(y)",
        f"{first}(x*y)",
        f"{first}(x**2 + {number}*y)",
    )
    return Draft(texts[kind], random.choice(("x", "y")))


MATRICES: Final = (
    Draft("a.T@x", "x", ("a=n", "x=n")),
    Draft("x.T@x", "x", ("x=n",)),
    Draft("norm(x)**2", "x", ("x=n",)),
    Draft("x.T@A@x", "x", ("A=n,n", "x=n")),
    Draft("a.T@X@b", "X", ("a=m", "X=m,n", "b=n")),
    Draft("norm(A@x - b)**2", "x", ("A=m,n", "x=n", "b=m")),
    Draft('norm(X, "fro")**2', "X", ("X=m,n",)),
    Draft("tr(A@X)", "X", ("A=n,m", "X=m,n")),
    Draft("tr(X.T@X)", "X", ("X=m,n",)),
    Draft("sum(x**2)", "x", ("x=n",)),
    Draft("logdet(X)", "X", ("X=n,n",)),
    Draft("norm(x - a)**2", "x", ("x=n", "a=n")),
    Draft("(a.T@x)**2", "x", ("a=n", "x=n")),
    Draft("norm(x)", "x", ("x=n",)),
    Draft("logsumexp(x)", "x", ("x=n",)),
)


def draw_matrix(random: Random) -> Draft:
    """A function of a vector or a matrix, times a number or with a second term."""
    draft = random.choice(MATRICES)
    kind = random.randrange(4)
    if kind == 0:
        return draft
    if kind == 1:
        return draft._replace(text=f"{random.randint(2, 5)}*{draft.text}")
    if kind == 2:
        return draft._replace(text=f"{draft.text}/2")
    if draft.variable != "x" or draft.text in ("x.T@x", "norm(x)**2"):
        return draft._replace(text=f"{draft.text} + {random.randint(2, 5)}*sum({draft.variable})")
    return draft._replace(text=f"{draft.text} + {random.randint(2, 5)}*norm(x)**2")


DRAWN: Final[dict[str, Callable[[Random], Draft]]] = {
    "chain": draw_chain,
    "product": draw_product,
    "quotient": draw_quotient,
    "partial": draw_partial,
    "matrix": draw_matrix,
}
