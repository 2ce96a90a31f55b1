"""Names of a point matched to the parameters of a Python callable."""

from __future__ import annotations

from gradcli.blackbox.executables import spelled
from gradcli.problems import GradcliError, Span
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradcli.blackbox.callables import Description, Parameter
    from gradcli.blackbox.targets import Callee
    from gradcli.problems import Source

POSITIONAL = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD")
SEED = "seed"


def matched(callee: Callee, description: Description, names: Sequence[str], source: Source) -> Callee:
    """The callee that takes these names: by keyword where its parameters are called so, else in order.

    A parameter `seed` that the point does not name takes the seeds of `--repeat`.
    Raises `point` where the names do not fit the parameters.
    """
    parameters = description.parameters
    if parameters is None:
        return callee._replace(keywords=None)
    takes_seed = SEED not in names and any(p.name == SEED and p.kind != "POSITIONAL_ONLY" for p in parameters)
    others = [p for p in parameters if not (takes_seed and p.name == SEED)]
    by_name = keywords_for(others, names)
    if by_name is None and not fits_in_order(others, names):
        raise misfit(callee, others, names, source)
    return callee._replace(keywords=by_name, takes_seed=takes_seed)


def keywords_for(parameters: Sequence[Parameter], names: Sequence[str]) -> tuple[str, ...] | None:
    """The parameter of each name; None where one has none, or a parameter that is needed would get nothing."""
    known = {spelled(p.name): p for p in parameters if p.kind in ("POSITIONAL_OR_KEYWORD", "KEYWORD_ONLY")}
    if any(p.kind == "VAR_KEYWORD" for p in parameters):
        found = [known[name].name if name in known else name for name in names]
    elif set(names) <= set(known):
        found = [known[name].name for name in names]
    else:
        return None
    return tuple(found) if {p.name for p in parameters if needed(p)} <= set(found) else None


def needed(parameter: Parameter) -> bool:
    """Whether a call must give it."""
    return parameter.required and not parameter.kind.startswith("VAR_")


def fits_in_order(parameters: Sequence[Parameter], names: Sequence[str]) -> bool:
    """Whether values in order fit: their number is right, and no name is that of a parameter at another place."""
    places = [p for p in parameters if p.kind in POSITIONAL]
    here = {
        name for name, p in zip(names, places, strict=False) if p.kind == "POSITIONAL_ONLY" and spelled(p.name) == name
    }
    if {spelled(p.name) for p in parameters} & (set(names) - here):
        return False
    if any(p.kind == "KEYWORD_ONLY" and p.required for p in parameters):
        return False
    least = sum(p.required for p in places)
    most = len(names) if any(p.kind == "VAR_POSITIONAL" for p in parameters) else len(places)
    return least <= len(names) <= most


def misfit(callee: Callee, parameters: Sequence[Parameter], names: Sequence[str], source: Source) -> GradcliError:
    """The error for names that do not fit."""
    takes = ", ".join(p.name for p in parameters) or "nothing"
    lacks = [p.name for p in parameters if needed(p) and spelled(p.name) not in names]
    span = Span(source, 0, len(source.text)) if 0 < len(source.text) <= 200 else None
    hint = f"{callee.name} takes {takes}"
    if len(parameters) == 1 and len(names) > 1:
        hint += f'; an array is given as --at "{parameters[0].name}=[1,2]"'
    known = {spelled(p.name) for p in parameters}
    surplus = next((name for name in names if name not in known), None)
    if surplus is None and lacks:
        return GradcliError("point", f"{callee.name} also needs {lacks[0]}", span, hint)
    if surplus is None:
        hint = (
            f"give names of your own in that order, as in --at {','.join(f'x{i + 1}=...' for i in range(len(names)))}"
        )
        return GradcliError("point", f"{callee.name} takes its parameters in order: {takes}", span, hint)
    return GradcliError("point", f"{callee.name} has no parameter '{surplus}'", span, hint)
