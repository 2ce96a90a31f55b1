"""Orthogonal polynomials, and how large the parameters of hypergeometric functions may be: real and complex.

What is said of `arb` holds for `acb`, too: both have the same methods.
"""

from __future__ import annotations

from collections.abc import Callable

from gradcli.evaluate.certified.values import UNKNOWN
from gradcli.flints import arb
from gradcli.records import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

LARGEST_PARAMETER = 1000
"""Hypergeometric functions of larger parameters are not computed: they take seconds."""


def are_moderate(*parameters: arb) -> bool:
    """True for parameters with which a hypergeometric function takes milliseconds."""
    return all(parameter.abs_upper() <= LARGEST_PARAMETER for parameter in parameters)


def polynomial(function: Callable[..., Any]) -> Callable[..., Any]:
    """An orthogonal polynomial of moderate degree and parameters, which come before its argument."""
    return lambda *given: function(*given) if are_moderate(*(x.real for x in given[:-1])) else UNKNOWN


def assoc_laguerre(n: Any, a: Any, x: Any) -> Any:
    """An associated Laguerre polynomial; that of degree -1 is 0 but for a = 0, as 1/gamma(0) is."""
    return n - n if n == -1 and a.real >= 1 else x.laguerre_l(n, a)


POLYNOMIALS: dict[str, Callable[..., Any]] = {
    "chebyshevt": polynomial(lambda n, x: x.chebyshev_t(n)),
    "chebyshevu": polynomial(lambda n, x: x.chebyshev_u(n)),
    "hermite": polynomial(lambda n, x: x.hermite_h(n)),
    "hermite_prob": polynomial(lambda n, x: (x * arb("0.5").sqrt()).hermite_h(n) / arb(2).sqrt() ** n),
    "legendre": polynomial(lambda n, x: x.legendre_p(n)),
    "laguerre": polynomial(lambda n, x: x.laguerre_l(n)),
    "assoc_laguerre": polynomial(assoc_laguerre),
    "gegenbauer": polynomial(lambda n, a, x: x.gegenbauer_c(n, a)),
    "jacobi": polynomial(lambda n, a, b, x: x.jacobi_p(n, a, b)),
}
"""By the name in a row's `ball`: degree, parameters, argument."""
