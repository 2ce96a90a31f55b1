"""Explanations: the steps of an evaluation, of a derivation, and their graph; nothing here prints."""
