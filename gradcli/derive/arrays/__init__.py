"""Answers about vectors and matrices as wholes: one closed form, and numbers by the engine that the sizes allow."""
