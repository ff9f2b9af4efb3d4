"""What tells who left because it was known, or made, only after that: by its name and by what it holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from bank_churn.new_portfolio.columns import Column, to_number
from bank_churn.new_portfolio.words import TELLING_OF_CHURN

STRONGEST = 0.98  # Cramér's V above which an attribute does not go with churn but repeats it
LARGEST_AREA = 0.995
FEWEST = 30  # rows of known churn; fewer prove nothing


def told_by_name(column: Column) -> str:
    """Tell by a column's name that it is known only after a client left.

    Returns:
        The reason to leave it out; empty for any other.
    """
    if any(word.startswith(TELLING_OF_CHURN) for word in column.tokens):
        return "named like churn itself, or like what is known only after a client left"
    return ""


def tells_churn(column: Column, flags: Sequence[bool | None]) -> str:
    """Tell by what a column holds that it repeats churn: for each of its values, or on one side of a number.

    Args:
        column: A column.
        flags: Whether the client of each row left; None where it is not known.

    Returns:
        The reason to leave it out; empty for any other.
    """
    rows = [(cell, flag) for cell, flag in zip(column.cells, flags, strict=False) if flag is not None]
    if len(rows) < FEWEST or len({flag for _, flag in rows}) < 2:
        return ""
    filled = association([(cell is not None, flag) for cell, flag in rows])
    if filled > STRONGEST:
        return "filled for those who left only, or for those who stayed only"
    if len({cell for cell, _ in rows}) <= max(2, len(rows) // 20):
        strength = association(rows)
        if strength > STRONGEST:
            return f"it alone tells who left (Cramér's V {strength:.2f}): known only after that?"
    area = area_under_curve(rows)
    if area > LARGEST_AREA:
        return f"it alone tells who left (area under the curve {area:.3f}): known only after that?"
    return ""


def association(rows: Sequence[tuple[object, bool | None]]) -> float:
    """Work out Cramér's V of a value and churn.

    Examples:
        >>> association([("a", True), ("b", False)] * 20)
        1.0
    """
    total, cells = len(rows), Counter(rows)
    values, outcomes = Counter(value for value, _ in rows), Counter(flag for _, flag in rows)
    if len(values) < 2 or len(outcomes) < 2:
        return 0.0
    expected = {
        (value, flag): values[value] * outcomes[flag] / total for value in values for flag in outcomes
    }
    square = sum((cells[key] - count) ** 2 / count for key, count in expected.items())
    return math.sqrt(square / total)


def area_under_curve(rows: Sequence[tuple[str | None, bool | None]]) -> float:
    """Work out how well a number parts those who left from those who stayed, either way round.

    Returns:
        Between 0.5 and 1; 0 where the values are no numbers.
    """
    numbers = [(to_number(cell), flag) for cell, flag in rows if cell is not None]
    known = sorted((number, bool(flag)) for number, flag in numbers if number is not None)
    left = sum(flag for _, flag in known)
    if len(known) < 0.95 * len(rows) or left in (0, len(known)):
        return 0.0
    ranks, start = 0.0, 0
    while start < len(known):
        end = start
        while end < len(known) and known[end][0] == known[start][0]:
            end += 1
        ranks += (start + end + 1) / 2 * sum(flag for _, flag in known[start:end])
        start = end
    area = (ranks - left * (left + 1) / 2) / (left * (len(known) - left))
    return max(area, 1 - area)
