"""Notation resolved before a program is built: headers, sums, bold names, requests -> plain statements."""
