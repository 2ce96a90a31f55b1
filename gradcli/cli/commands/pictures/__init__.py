"""The commands that draw."""
