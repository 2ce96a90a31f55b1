"""The gradient of the n-variable Rosenbrock sum at a point with SymPy: one derivative a variable, then lambdify."""

import sys

from sympy import Add, lambdify, symbols

n = int(sys.argv[1])
x = symbols(f"x1:{n + 1}")
f = Add(*[100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(n - 1)])
print(lambdify([x], [f.diff(v) for v in x], "math")([0.5] * n)[0])
