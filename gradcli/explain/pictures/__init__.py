"""Curves with tangents, contours with gradients, and descents: what is drawn, as numbers."""
