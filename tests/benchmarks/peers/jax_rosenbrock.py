"""The gradient of the n-variable Rosenbrock sum with JAX, the sum written out term by term as the text is."""

import sys

import jax
import jax.numpy as np

jax.config.update("jax_enable_x64", True)

n = int(sys.argv[1])


def rosenbrock(x):
    total = 0.0
    for i in range(n - 1):
        total = total + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    return total


print(jax.value_and_grad(rosenbrock)(np.full(n, 0.5))[1][0])
