"""Matrices in float64: chains of products, decompositions, functions of whole matrices."""
