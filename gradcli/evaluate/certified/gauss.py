"""Gauss's hypergeometric function also where differences of its parameters may be integers."""

from __future__ import annotations

from gradcli.flints import acb, arb


def gauss(a: arb | acb, b: arb | acb, c: arb | acb, z: acb) -> acb:
    """F(a, b; c; z); by its series in z/(z - 1) where differences of the parameters may be integers (DLMF 15.8.1)."""
    found = z.hypgeom_2f1(a, b, c)
    ratio = z / (z - 1)
    if found.is_finite() or not abs(ratio) < 0.97:
        return found
    return (1 - z) ** -acb(a) * ratio.hypgeom([acb(a), acb(c) - b], [acb(c)])
