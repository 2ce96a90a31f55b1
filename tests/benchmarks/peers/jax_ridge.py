"""Value and gradient of a ridge loss with JAX, data from files, gradient as JSON."""

import json
import sys

import jax
import jax.numpy as np

jax.config.update("jax_enable_x64", True)

X, y, w = (np.asarray(np.load(path)) for path in sys.argv[1:])


def loss(w):
    residual = X @ w - y
    return residual @ residual + 0.1 * (w @ w)


value, gradient = jax.value_and_grad(loss)(w)
print(json.dumps({"value": float(value), "gradient": gradient.tolist()}))
