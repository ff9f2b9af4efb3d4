"""How often Python looks for garbage."""

import gc


def look_seldom() -> None:
    """Look for garbage seldom: what is read lives until it is written, and little of it is garbage before."""
    gc.set_threshold(100_000, 20, 50)
