"""Charts with months on their axis. Every number in them is a mart's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from bank_churn.dashboard.charts import ACCENT, FAINT, RAISED, cells, data, finished, halo, share_axis
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.writer import Writer

MOST_LABELS = 8
"""With more months than this only the first, the last and the extremes are labelled."""
DAYS = {"ru": "%m.%y", "en": "%Y-%m"}


def months_chart(
    rows: Sequence[Row],
    *,
    writer: Writer,
    day: str,
    columns: tuple[str, str, str],
    title: str,
    sure: str | None = None,
) -> dict[str, Any]:
    """Draw a rate by month with its interval; what surely differs from the month before stands out.

    Args:
        rows: One row a month, in order.
        writer: Writes labels.
        day: Column of the month.
        columns: Columns of the rate and of its interval.
        title: Title of the axis of the rate.
        sure: Column that says whether the month surely differs from the one before.

    Returns:
        The specification.
    """
    rate, low, high = columns
    told = [writer.rate_text({name: row[name] for name in columns}) for row in rows]
    shown = [text if number in labelled(rows, rate) else "" for number, text in enumerate(told)]
    found = cells(
        rows,
        columns,
        # Without a zone it is the day that is meant, wherever the page is read.
        day=[f"{row[day]}T00:00:00" for row in rows],
        told=told,
        shown=shown,
        standing=["sure" if sure and row[sure] else "same" for row in rows],
    )
    largest = max((row[high] for row in rows if row[high] is not None), default=1.0)
    x = alt.X(
        "day:T",
        axis=alt.Axis(
            title=None,
            format=DAYS[writer.language],
            values=[{"expr": f"datetime('{one['day']}')"} for one in found],
            labelOverlap="greedy",
            grid=False,
        ),
        scale=alt.Scale(padding=18),
    )
    axis = share_axis(title, largest=largest, is_whole=False)
    scale = alt.Scale(domain=[0, largest * 1.12], nice=False)
    base = alt.Chart(data(found)).transform_filter(f"isValid(datum.{rate})").encode(x=x)
    colour = alt.Color(
        "standing:N", scale=alt.Scale(domain=["sure", "same"], range=[RAISED, ACCENT]), legend=None
    )
    tip = [
        alt.Tooltip("day:T", title=writer.texts["month_axis"], format="%d.%m.%Y"),
        alt.Tooltip("told:N", title=title),
    ]
    y = alt.Y(f"{rate}:Q", axis=axis, scale=scale)
    layers = [
        base.mark_line(color=FAINT, strokeWidth=1.5).encode(y=y),
        base.mark_rule(strokeWidth=3).encode(
            y=alt.Y(f"{low}:Q", axis=axis, scale=scale), y2=alt.Y2(f"{high}:Q"), color=colour, tooltip=tip
        ),
        base.mark_point(filled=True, size=90, opacity=1).encode(
            y=y,
            color=colour,
            shape=alt.Shape(
                "standing:N",
                scale=alt.Scale(domain=["sure", "same"], range=["diamond", "circle"]),
                legend=None,
            ),
            tooltip=tip,
        ),
        *halo(base, y=y, text=alt.Text("shown:N")),
    ]
    return finished(alt.layer(*layers), height=240)


def labelled(rows: Sequence[Row], rate: str) -> set[int]:
    """Choose the months whose rates are written out.

    Args:
        rows: One row a month, in order.
        rate: Column of the rate.

    Returns:
        Their places.
    """
    known = [number for number, row in enumerate(rows) if row[rate] is not None]
    if len(known) <= MOST_LABELS:
        return set(known)
    return {
        known[0],
        known[-1],
        max(known, key=lambda number: rows[number][rate]),
        min(known, key=lambda number: rows[number][rate]),
    }
