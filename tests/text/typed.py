"""Formulas as people type them, each with the one reading that it has, or with what its error has to show.

A row is (typed, reading) or (typed, "! ..."): the reading is the function in canonical form, as every answer says it,
with what stands behind "//" among the assumptions; after "!" stand the parts of message and hint, with "..." between
them. All were judged by hand.
"""

from __future__ import annotations

from typing import Final

INTEGRALS: Final = (
    ("int_0^x sin(t) dt", "! integral"),
    ("int_0^1 (t*x) dt", "! integral"),
    ("int_(0)^(x^2) e^(-t) dt", "! integral"),
    ("∫_0^x sin(t) dt", "! integral"),
    ("∫ x^2 dx", "! integral"),
    (r"$\int_0^x \sin t \, dt$", "! integral"),
    ("int_rate^2*t", "int_rate**2*t"),
)
DECLARATIONS: Final = (
    ("A: symmetric; tr(A@A)", "tr(A@A) // A is symmetric"),
    ("x: vector; A: matrix; norm(A@x)^2", "norm(A@x)**2"),
    ("x: real; x^2", "! x: scalar"),
    ("A: square; det(A)", "! A: n,n"),
)
