"""Generated extracts, for trying everything out without a client."""
