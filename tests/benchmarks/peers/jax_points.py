"""Value and gradient of a function of four variables at many points with JAX, npy to npy."""

import sys

import jax
import jax.numpy as np
import numpy

jax.config.update("jax_enable_x64", True)


def f(x):
    return np.log(x[0]) * np.sin(x[1]) + np.exp(x[2]) * np.sqrt(x[3]) + x[0] * x[3]


value, gradient = jax.jit(jax.vmap(jax.value_and_grad(f)))(numpy.load(sys.argv[1]))
numpy.save(sys.argv[2], numpy.column_stack([value, gradient]))
