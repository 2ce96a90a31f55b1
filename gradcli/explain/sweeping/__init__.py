"""The sweeps behind traces and chains: each step alone, all of them, and steps that meet again at a switch."""
