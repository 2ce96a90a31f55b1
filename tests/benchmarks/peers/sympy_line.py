"""The gradient of x1**2 + x2**2 at (1, 2) with SymPy, as one would type it."""

from sympy import symbols

x1, x2 = symbols("x1 x2")
f = x1**2 + x2**2
print([f.diff(v).subs({x1: 1, x2: 2}) for v in (x1, x2)])
