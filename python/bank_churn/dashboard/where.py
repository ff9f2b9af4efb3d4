"""Section "Where we lose clients": churn by each attribute, and by city and number of products together."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import LARGEST, by_number, heat_map, interval_chart, wrap
from bank_churn.dashboard.findings import UNKNOWN, alike_sentence, average_of, dimension_message
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.writer import Writer


def by_rate(row: Row) -> tuple[bool, float, str]:
    """Order groups by churn, the highest first, those without figures last."""
    rate = row["churn_rate"]
    return (rate is None, -(rate or 0), str(row["dimension_value"]))


def by_value(row: Row) -> tuple[float, str]:
    """Order groups by the number their value begins with."""
    return by_number(row["dimension_value"])


def by_band(row: Row) -> tuple[bool, str]:
    """Order quarters of an amount from the lowest, those who have none last: to have none is a state too."""
    return (row["dimension_value"] == UNKNOWN, str(row["dimension_value"]))


DIMENSIONS: dict[str, Callable[[Row], Any]] = {
    "city": by_rate,
    "product_count": by_value,
    "age_band": by_value,
    "balance_band": by_band,
    "is_active": by_rate,
    "gender": by_rate,
    "has_credit_card": by_rate,
}


def numbered_label(writer: Writer, row: Row, column: str = "value_label") -> str:
    """Write a group's name for a chart with its number of clients below."""
    return with_count(writer, wrap(writer.plain(row, column)), row["client_count"])


def with_count(writer: Writer, name: str, count: int | None) -> str:
    """Write a name for a chart with a number of clients below, if it may be shown."""
    if count is None:
        return name
    return writer.texts["label_n"].format(label=name, clients=writer.whole_text(count))


def rate_table(
    writer: Writer, rows: Sequence[Row], *, caption: str, label: str | Callable[[Row], str] = "value_label"
) -> Table:
    """Write groups with their churn as a table; small groups are greyed.

    Args:
        writer: Writes figures.
        rows: Rows of a mart with churn rates.
        caption: What the table shows.
        label: Column of the groups' names, or what chooses it for a row.
    """
    return writer.table(
        rows,
        caption,
        ("group", lambda row: writer.text(row, label if isinstance(label, str) else label(row))),
        ("clients", writer.whole, "client_count"),
        ("churned", writer.whole, "churned_count"),
        ("churn_rate", writer.rate),
        ("ci", writer.interval),
        ("lift", writer.number, "lift", 2),
        ("share_of_churn", writer.percent, "share_of_churn"),
        muted=frozenset(number for number, row in enumerate(rows) if row["is_small_group"]),
    )


def rate_chart(view: View, rows: Sequence[Row], labels: Sequence[str]) -> dict[str, Any] | None:
    """Draw the churn of groups beside the average, if that of any is known."""
    if all(row["churn_rate"] is None for row in rows):
        return None
    return interval_chart(
        rows,
        writer=view,
        labels=labels,
        average=average_of(view),
        axis_title=view.texts["churn_rate"].lower(),
        largest=right_end(rows),
    )


def right_end(rows: Sequence[Row]) -> float:
    """Find the right end of a chart's axis from its own data.

    Returns:
        The largest upper bound of a group large enough, in twentieths.
    """
    ends = [row["ci_high"] for row in rows if row["ci_high"] and not row["is_small_group"]]
    return min(1.0, (int(20 * max(ends, default=0.9999)) + 1) / 20)


def where_section(view: View) -> Section:
    """Write the section."""
    additional = {
        dimension: by_value if dimension.endswith("_band") else by_rate
        for dimension in view.additional_dimensions()
        if dimension not in product_dimensions(view)
    }
    groups = {
        dimension: sorted(view.rows("churn_rates", dimension_name=dimension), key=order)
        for dimension, order in (DIMENSIONS | additional).items()
    }
    blocks = [dimension_block(view, dimension, rows) for dimension, rows in groups.items() if rows]
    return Section(
        "where", view.texts["section_where"], view.say("lead_where"), [*blocks, *pair_blocks(view)]
    )


def product_dimensions(view: View) -> list[str]:
    """Name what churn is reported by of the products of a bank: they have a section of their own."""
    return [f"holds_{row['product_code']}" for row in view.rows("churn_by_product")]


def dimension_block(view: View, dimension: str, rows: Sequence[Row]) -> Block:
    """Write the churn by one attribute, and what is left of it among clients alike in other things."""
    name = view.plain(rows[0], "dimension_label")
    title = view.texts.get(f"by_{dimension}") or view.texts["by_attribute"].format(name=name)
    drawn = largest_groups(rows)
    return Block(
        title=title,
        message=dimension_message(view, dimension, rows),
        spec=rate_chart(view, drawn, [numbered_label(view, row) for row in drawn]),
        table=rate_table(view, rows, caption=title),
        note=Markup(" ").join(
            [
                *most_alike(view, rows),
                *([view.texts["heat_city_top"]] if len(drawn) < len(rows) else []),
            ]
        ),
    )


def most_alike(view: View, rows: Sequence[Row]) -> Iterator[Markup]:
    """Say of the group that leaves most what remains of it among clients alike in other things."""
    known = [row for row in rows if row["churn_rate"] is not None and not row["is_small_group"]]
    if len(known) > 1:
        most = max(known, key=lambda row: row["churn_rate"])
        told = alike_sentence(view, most)
        if told:
            yield view.say("alike_of", group=view.text(most, "value_label"), told=told)


def largest_groups(rows: Sequence[Row]) -> list[Row]:
    """Keep as many groups as a chart can show, the largest, in their order."""
    kept = sorted(rows, key=size, reverse=True)[:LARGEST]
    return [row for row in rows if row in kept]


def size(row: Row) -> float:
    """Order groups by their clients: one that is hidden for another's sake is a large one."""
    return float(row["client_count"] or (0 if row["is_suppressed"] else math.inf))


def pair_blocks(view: View) -> list[Block]:
    """Write the churn by two attributes together, of all pairs that are published."""
    pairs: dict[str, list[Row]] = {}
    for row in view.rows("churn_rates"):
        if row["dimension_2_name"] is not None:
            pairs.setdefault(row["dimension_name"], []).append(row)
    if not pairs:
        return []
    choices = [heat_block(view, rows) for rows in sorted(pairs.values(), key=by_pair)]
    title = view.texts["heat_title"]
    return [
        Block(
            title, view.texts["heat_message"], width="full", choices=choices, choose=view.texts["heat_choose"]
        )
    ]


def by_pair(rows: Sequence[Row]) -> tuple[bool, str]:
    """Order pairs: that of the city and the number of products first."""
    name = str(rows[0]["dimension_name"])
    return (name != "city, product_count", name)


def heat_block(view: View, rows: Sequence[Row]) -> Block:
    """Write the churn by two attributes together; of very many cities the largest are drawn."""
    first, second = (
        {
            row["dimension_value"]: row
            for row in view.rows("churn_rates", dimension_name=rows[0][f"dimension_{number}_name"])
        }
        for number in (1, 2)
    )
    kept = {row["dimension_value"] for row in largest_groups(list(first.values()))}
    drawn = [row for row in rows if row["dimension_1_value"] in kept]
    labels = [view.plain(next(iter(part.values())), "dimension_label") for part in (first, second)]
    title = view.texts["heat_pair"].format(first=labels[0], second=labels[1])
    spec = None
    if any(row["churn_rate"] is not None for row in drawn):
        spec = heat_map(
            drawn,
            writer=view,
            names=[wrap(value_name(view, first, row["dimension_1_value"])) for row in drawn],
            columns=[wrap(value_name(view, second, row["dimension_2_value"]), 12) for row in drawn],
            titles=(labels[0], labels[1], view.texts["churn_rate"]),
        )
    return Block(
        title=title,
        message="" if spec else view.say("churn_unknown"),
        spec=spec,
        table=rate_table(view, rows, caption=title),
    )


def value_name(view: View, rows: dict[str, Row], value: str) -> str:
    """Name a value of one of two attributes."""
    return view.plain(rows[value], "value_label") if value in rows else value
