"""LaTeX as tokens of plain text."""
