"""Functions with known derivatives, on which finite differences are judged."""
