"""The keywords of the library's functions: which there are, what they take, and the way out where one is wrong."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar, get_args

from gradcli import vocabulary
from gradcli.problems import GradcliError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

OPTIONS = {
    **dict.fromkeys(("vector", "vectors"), 'shapes="x: n"'),
    **dict.fromkeys(("matrix", "matrices"), 'shapes="A: m,n"'),
    "symmetric": 'shapes="A: n,n symmetric"',
    "shape": 'shapes="A: 3,2"',
    "set": 'constants={"a": 2}',
    **dict.fromkeys(("scheme", "step", "rel_step", "order", "max_evals"), "plan=gradcli.differences.plan.Plan(...)"),
    **dict.fromkeys(("points", "grid"), "gradcli.grad_many(expression, points)"),
}
"""Words of the command line that are other keywords here."""

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def noting(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """The function; keywords are checked by its annotations, and errors carry the place and the way out as a note
    (PEP 678), as the command line shows them."""

    @wraps(function)
    def called(*arguments: Parameters.args, **named: Parameters.kwargs) -> Returned:
        try:
            if named:
                refuse_values(function, named)
            try:
                return function(*arguments, **named)
            except TypeError:
                refuse_unknown(function, named)
                raise
        except GradcliError as error:
            wrong = error
        if not hasattr(wrong, "__notes__"):
            from gradcli.render.diagnostics import render_error

            note = render_error(wrong).partition("\n")[2]
            if note:
                wrong.add_note(note)
        raise wrong.with_traceback(None)  # it is about the call: a notebook would show twenty functions of ours

    return called


def refuse_unknown(function: Callable[..., Any], named: Mapping[str, object]) -> None:
    """Raise GradcliError for the first keyword that a function does not have, with the one that it has."""
    from inspect import signature

    known = signature(function).parameters
    for word in named:
        if word not in known:
            from difflib import get_close_matches

            near = get_close_matches(word, known, 1)
            listed = ", ".join(name for name in known if name != "expression")
            hint = OPTIONS.get(word) or (f"{near[0]}=..." if near else f"the keywords are {listed}")
            raise GradcliError("usage", f"{function.__name__} takes no keyword {word!r}", hint=hint) from None


def is_flag(value: object) -> bool:
    """Is it True or False, also of NumPy?"""
    return type(value).__name__ in ("bool", "bool_")


def is_number(value: object) -> bool:
    """Is it one real number, also of NumPy?"""
    if is_flag(value) or not hasattr(value, "__float__") or getattr(value, "shape", None):
        return False
    return not getattr(value, "free_symbols", None)


def is_whole(value: object) -> bool:
    """Is it a whole number, also of NumPy?"""
    return hasattr(value, "__index__") and is_number(value)


def is_named(value: object) -> bool:
    """Has it values by name?"""
    return hasattr(value, "items")


def is_text(value: object) -> bool:
    """Is it a text?"""
    return isinstance(value, str)


def is_several(value: object) -> bool:
    """Has it several values?"""
    return hasattr(value, "__iter__")


def is_iterator(value: object) -> bool:
    """Is what it has gone once it was looked at?"""
    return hasattr(value, "__next__")


def are_texts(value: Any) -> bool:
    """Is it a text, or several?"""
    return is_text(value) or (is_several(value) and (is_iterator(value) or all(map(is_text, value))))


def are_shapes(value: Any) -> bool:
    """Are they declarations, as texts or sizes by name?"""
    return is_named(value) or are_texts(value)


def are_names(value: Any) -> bool:
    """Is it a name, or several, as texts or symbols of SymPy?"""
    if value is None or is_text(value) or hasattr(value, "free_symbols"):
        return True
    return is_several(value) and (is_iterator(value) or all(map(are_names, value)))


def is_plan(value: object) -> bool:
    """Is it a plan of differences?"""
    from gradcli.differences.plan import Plan

    return isinstance(value, Plan)


def is_box(value: object) -> bool:
    """Is it a program with its options?"""
    from gradcli.blackbox.session import BlackBox

    return isinstance(value, BlackBox)


TAKES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "bool": (is_flag, "True or False"),
    "float": (is_number, "a number"),
    "int": (is_whole, "a whole number"),
    "str": (is_text, "a text"),
    "Names": (are_names, '"x1, x2" or ["x1", "x2"]'),
    "Shapes": (are_shapes, '"A: 3,2", ["A: 3,2", "x: n"] or {"A": (3, 2), "x": "n"}'),
    "Iterable[float]": (is_several, "[0, 1, 2]"),
    "Iterable[PointLike]": (is_several, "[(1, 2), (3, 4)]"),
    "Mapping[str, Entry]": (is_named, '{"a": 2}'),
    "Mapping[str, tuple[float, float]]": (is_named, '{"x": (-1, 1)}'),
    "Plan": (is_plan, "gradcli.differences.plan.Plan(...)"),
    "BlackBox": (is_box, "gradcli.blackbox.session.BlackBox(...)"),
}
"""Annotation, but for `| None` -> whether a value is such, and what is. Words are those of `vocabulary`."""


def refuse_values(function: Callable[..., Any], named: Mapping[str, Any]) -> None:
    """Raise GradcliError for the first keyword whose value is not what its annotation says."""
    for keyword, value in named.items():
        annotation, optional, _ = function.__annotations__.get(keyword, "").partition(" | None")
        fits, takes = TAKES.get(annotation, (None, ", ".join(get_args(getattr(vocabulary, annotation, None)))))
        right = fits(value) if fits else not takes or (isinstance(value, str) and value in takes.split(", "))
        if not right and (value is not None or not optional):
            shown = repr(value)[:60] if isinstance(value, str | int | float) else f"a {type(value).__name__}"
            raise GradcliError("usage", f"{keyword} does not take {shown}", hint=takes)
