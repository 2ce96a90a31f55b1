"""Pictures of functions: in characters, as SVG, PNG and PDF, and their numbers. No mathematics beyond the scales."""
