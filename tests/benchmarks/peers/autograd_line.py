"""The gradient of x1**2 + x2**2 at (1, 2) with autograd, as one would type it."""

import autograd

print(autograd.grad(lambda x: x[0] ** 2 + x[1] ** 2)([1.0, 2.0]))
