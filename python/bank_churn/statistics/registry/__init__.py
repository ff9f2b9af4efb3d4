"""The registered hypotheses: what they say, and whether they can be asked."""
