"""Text as SQL."""


def literal(text: str) -> str:
    """Quote text as a SQL literal.

    Args:
        text: Any text.

    Returns:
        The text in single quotes.

    Examples:
        >>> literal("client's")
        "'client''s'"
    """
    return "'" + text.replace("'", "''") + "'"
