"""Value and gradient of a ridge loss by hand with NumPy, data from files, gradient as JSON."""

import json
import sys

import numpy as np

X, y, w = (np.load(path) for path in sys.argv[1:])
residual = X @ w - y
value = residual @ residual + 0.1 * (w @ w)
gradient = 2 * X.T @ residual + 0.2 * w
print(json.dumps({"value": float(value), "gradient": gradient.tolist()}))
