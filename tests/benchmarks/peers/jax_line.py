"""The gradient of x1**2 + x2**2 at (1, 2) with JAX, as one would type it."""

import jax

print(jax.grad(lambda x1, x2: x1**2 + x2**2, argnums=(0, 1))(1.0, 2.0))
