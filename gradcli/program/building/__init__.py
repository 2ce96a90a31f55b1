"""Syntax becomes a program: one builder, over values that are entries or whole arrays."""
