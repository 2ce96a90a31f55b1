"""The gradient of the n-variable Rosenbrock sum with autograd, the sum written out term by term as the text is."""

import sys

import autograd
import autograd.numpy as np

n = int(sys.argv[1])


def rosenbrock(x):
    total = 0.0
    for i in range(n - 1):
        total = total + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total


print(autograd.value_and_grad(rosenbrock)(np.full(n, 0.5))[1][0])
