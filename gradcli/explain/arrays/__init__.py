"""Explanations of vectors and matrices: traces, differentials, the chain rule, components."""
