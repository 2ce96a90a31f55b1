"""The gradient of x1**2 + x2**2 at (1, 2) with numdifftools, as one would type it."""

import numdifftools

print(numdifftools.Gradient(lambda x: x[0] ** 2 + x[1] ** 2)([1.0, 2.0]))
