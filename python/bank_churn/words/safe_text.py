"""Text from outside (a city, a file's name) on its way to a screen, a page or a sheet."""

from __future__ import annotations

import unicodedata

SPACES = dict.fromkeys([0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
"""Every kind of space (Zs): between a number and its sign stands one that `isprintable` takes for unseen."""


def shown(text: str) -> str:
    """Make a text safe to show: what cannot be seen, or turns a line around, becomes a question mark.

    Line breaks, control signs, marks of direction and signs without width would let a value pose as
    another one, or as a line of its own.

    Args:
        text: Any text.

    Returns:
        The same with U+FFFD in place of such signs.

    Examples:
        >>> shown("one" + chr(10) + "two")
        'one�two'
    """
    if text.isprintable() or text.translate(SPACES).isprintable():
        return text
    return "".join(
        sign if sign.isprintable() or unicodedata.category(sign) == "Zs" else "\ufffd" for sign in text
    )
