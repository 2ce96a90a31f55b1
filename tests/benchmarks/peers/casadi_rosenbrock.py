"""The gradient of the n-variable Rosenbrock sum at a point with CasADi, built and evaluated."""

import sys

import casadi

n = int(sys.argv[1])
x = [casadi.SX.sym(f"x{i + 1}") for i in range(n)]
f = 0
for i in range(n - 1):
    f = f + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
v = casadi.vertcat(*x)
gradient = casadi.Function("gradient", [v], [f, casadi.gradient(f, v)])
print(gradient([0.5] * n)[1][0])
