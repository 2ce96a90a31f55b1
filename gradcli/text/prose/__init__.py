"""Words of sentences around formulas and in them."""
