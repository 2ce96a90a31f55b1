"""Descents: gradient descent, momentum, Adam and Newton's method, step by step."""
