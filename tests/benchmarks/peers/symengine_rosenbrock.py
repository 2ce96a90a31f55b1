"""The gradient of the n-variable Rosenbrock sum at a point with symengine: one derivative a variable."""

import sys

import symengine

n = int(sys.argv[1])
x = [symengine.Symbol(f"x{i + 1}") for i in range(n)]
f = symengine.Add(*[100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2 for i in range(n - 1)])
point = dict.fromkeys(x, 0.5)
gradient = [float(f.diff(v).subs(point)) for v in x]
print(gradient[0])
