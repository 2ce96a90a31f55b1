"""Answers as HTML: one page for `report`, fragments for notebooks. Formulas are MathML, pictures SVG; no script."""
