"""A descent on the screen and in files."""
