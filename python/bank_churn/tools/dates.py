"""Dates in names of files and in columns, as banks write them."""

from __future__ import annotations

import calendar
import re
from datetime import date

DAYS = (
    re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<sign>[-_.]?)(?P<month>\d\d)(?P=sign)(?P<day>\d\d)(?!\d)"),
    re.compile(r"(?<!\d)(?P<day>\d\d)(?P<sign>[-_.])(?P<month>\d\d)(?P=sign)(?P<year>20\d\d)(?!\d)"),
)
MONTHS = re.compile(r"(?<!\d)(?P<year>20\d\d)[-_.]?(?P<month>\d\d)(?!\d)")


def dates_in(text: str) -> list[date]:
    """Find the dates that a text names, as the macro `dates_in_name` does.

    Args:
        text: Such as the name of a file: 2026-01-31, 31.01.2026 and 20260131 are days, 2026-01 and 202601 the
            last day of their month.

    Examples:
        >>> dates_in("clients_2026-01-31.csv"), dates_in("clients_202602.csv")
        ([datetime.date(2026, 1, 31)], [datetime.date(2026, 2, 28)])
    """
    found = set()
    for form in (*DAYS, MONTHS):
        rest = []
        end = 0
        for match in form.finditer(text):
            parts = {key: int(value) for key, value in match.groupdict().items() if key != "sign"}
            day = checked_date(parts["year"], parts["month"], parts.get("day"))
            if day is not None:
                found.add(day)
                rest.append(text[end : match.start()])
                end = match.end()
        text = " ".join([*rest, text[end:]])
    return sorted(found)


def checked_date(year: int, month: int, day: int | None) -> date | None:
    """Make a date of numbers that may be none."""
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, day or last) if day is None or 1 <= day <= last else None


def date_of_value(text: str) -> date | None:
    """Read a date from a field of an extract.

    Returns:
        The date, or None where the text is not one date and nothing else.
    """
    bare = re.sub(r"[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$", "", text.strip())
    found = dates_in(bare)
    return found[0] if len(found) == 1 and re.fullmatch(r"[\d._-]+", bare) else None
