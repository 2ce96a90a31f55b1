"""The screens that explain: trace, steps, graph. Every sentence of theirs is a row of `lexicon`."""
