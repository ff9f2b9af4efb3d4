"""Section "Where we lose clients": churn by each attribute, and by city and number of products together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import LARGEST, by_number, heat_map, interval_chart, wrap
from bank_churn.dashboard.findings import average_of, dimension_message
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.writer import DASH, Writer


def by_rate(row: Row) -> tuple[bool, float, str]:
    """Order groups by churn, the highest first, those without figures last."""
    rate = row["churn_rate"]
    return (rate is None, -(rate or 0), str(row["dimension_value"]))


def by_value(row: Row) -> tuple[float, str]:
    """Order groups by the number their value begins with."""
    return by_number(row["dimension_value"])


DIMENSIONS: dict[str, Callable[[Row], Any]] = {
    "city": by_rate,
    "product_count": by_value,
    "age_band": by_value,
    "gender": by_rate,
    "is_active": by_rate,
    "has_credit_card": by_rate,
}


def numbered_label(writer: Writer, row: Row, column: str = "value_label", count: str = "client_count") -> str:
    """Write a group's name for a chart with its number of clients below."""
    name = wrap(writer.plain(row, column))
    if row[count] is None:
        return name
    return writer.texts["label_n"].format(label=name, clients=writer.whole_text(row[count]))


def rate_table(
    writer: Writer, rows: Sequence[Row], *, caption: str, label: str | Callable[[Row], str] = "value_label"
) -> Table:
    """Write groups with their churn as a table.

    Args:
        writer: Writes figures.
        rows: Rows of a mart with churn rates.
        caption: What the table shows.
        label: Column of the groups' names, or what chooses it for a row.

    Returns:
        The table; small groups are greyed.
    """
    texts = writer.texts
    return Table(
        headings=[
            *(texts["group"], texts["clients"], texts["churned"], texts["churn_rate"], texts["ci"]),
            *(texts["lift"], texts["share_of_churn"]),
        ],
        rows=[
            [
                *(
                    writer.text(row, label if isinstance(label, str) else label(row)),
                    writer.whole(row, "client_count"),
                    writer.whole(row, "churned_count"),
                ),
                *(writer.rate(row), writer.interval(row), writer.number(row, "lift", 2)),
                writer.percent(row, "share_of_churn"),
            ]
            for row in rows
        ],
        caption=caption,
        muted=frozenset(number for number, row in enumerate(rows) if row["is_small_group"]),
    )


def shared_scale(groups: Sequence[Sequence[Row]]) -> float:
    """Find the right end of an axis that several charts share.

    Args:
        groups: Rows of each chart.

    Returns:
        The largest upper bound of a group large enough, in tenths.
    """
    ends = [row["ci_high"] for rows in groups for row in rows if row["ci_high"] and not row["is_small_group"]]
    return min(1.0, (int(10 * max(ends, default=0.9999)) + 1) / 10)


def where_section(writer: Writer, marts: Marts, portfolio: str) -> Section:
    """Write the section.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        The section.
    """
    additional = {
        dimension: by_value if dimension.endswith("_band") else by_rate
        for dimension in marts.additional_dimensions(portfolio)
    }
    groups = {
        dimension: sorted(marts.of("churn_rates", portfolio=portfolio, dimension_name=dimension), key=order)
        for dimension, order in (DIMENSIONS | additional).items()
    }
    largest = shared_scale(list(groups.values()))
    blocks = [
        dimension_block(writer, marts, portfolio, dimension, rows, largest)
        for dimension, rows in groups.items()
        if rows
    ]
    heat = marts.of("churn_rates", portfolio=portfolio, dimension_name="city, product_count")
    if heat:
        blocks.append(heat_block(writer, marts, portfolio, heat))
    return Section("where", writer.texts["section_where"], writer.say("lead_where"), blocks)


def dimension_block(
    writer: Writer, marts: Marts, portfolio: str, dimension: str, rows: Sequence[Row], largest: float
) -> Block:
    """Write the churn by one attribute."""
    name = writer.plain(rows[0], "dimension_label")
    title = writer.texts.get(f"by_{dimension}") or writer.texts["by_attribute"].format(name=name)
    drawn = largest_groups(rows)
    spec = None
    if any(row["churn_rate"] is not None for row in rows):
        spec = interval_chart(
            drawn,
            writer=writer,
            labels=[numbered_label(writer, row) for row in drawn],
            average=average_of(marts, portfolio),
            axis_title=writer.texts["churn_rate"].lower(),
            largest=largest,
        )
    return Block(
        title=title,
        message=Markup(" ").join(
            [
                dimension_message(writer, marts, portfolio, dimension, rows),
                *alike_sentence(writer, marts, portfolio, dimension, rows),
            ]
        ),
        spec=spec,
        table=rate_table(writer, rows, caption=title),
        note=writer.texts["heat_city_top"] if len(drawn) < len(rows) else "",
    )


def alike_sentence(
    writer: Writer, marts: Marts, portfolio: str, dimension: str, rows: Sequence[Row]
) -> Iterator[Markup]:
    """Say of the group that leaves most what remains of it among clients alike in other things."""
    known = [row for row in rows if row["churn_rate"] is not None and not row["is_small_group"]]
    if known:
        most = max(known, key=lambda row: row["churn_rate"])
        found = marts.one(
            "adjusted_comparisons",
            portfolio=portfolio,
            attribute=dimension,
            attribute_value=most["dimension_value"],
        )
        if found is not None and found["adjusted_difference"] is not None:
            low, high = found["adjusted_ci_low"], found["adjusted_ci_high"]
            yield writer.say(
                "alike_unclear" if low <= 0 <= high else "alike_differs",
                held=writer.text(found, "held_alike"),
                group=writer.text(most, "value_label"),
                low=writer.points(found, "adjusted_ci_low"),
                high=writer.points(found, "adjusted_ci_high"),
            )


def largest_groups(rows: Sequence[Row]) -> list[Row]:
    """Keep as many groups as a chart can show, the largest, in their order."""
    kept = sorted(rows, key=size, reverse=True)[:LARGEST]
    return [row for row in rows if row in kept]


def size(row: Row) -> float:
    """Order groups by their clients: one that is hidden for another's sake is a large one."""
    return float(row["client_count"] or (0 if row["is_suppressed"] else math.inf))


def heat_block(writer: Writer, marts: Marts, portfolio: str, rows: Sequence[Row]) -> Block:
    """Write the churn by city and number of products together."""
    cities = marts.of("churn_rates", portfolio=portfolio, dimension_name="city")
    names = {row["dimension_value"]: writer.plain(row, "value_label") for row in largest_groups(cities)}
    drawn = [row for row in rows if row["dimension_1_value"] in names]
    texts = writer.texts
    spec = None
    if any(row["churn_rate"] is not None for row in drawn):
        labels = [wrap(names.get(row["dimension_1_value"], DASH)) for row in drawn]
        spec = heat_map(drawn, writer=writer, names=labels, titles=(texts["heat_x"], texts["churn_rate"]))
    return Block(
        title=texts["heat_title"],
        message=texts["heat_message"] if spec else writer.say("churn_unknown"),
        spec=spec,
        table=rate_table(writer, rows, caption=texts["heat_title"]),
        width="full",
    )
