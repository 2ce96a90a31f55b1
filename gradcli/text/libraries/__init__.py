"""What NumPy, PyTorch and TensorFlow say of arrays: axes, shapes, and where these three differ."""
