"""Types of expressions: a scalar, or an array of so many rows and columns; found by unification over a program."""
