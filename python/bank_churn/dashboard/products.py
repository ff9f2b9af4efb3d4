"""Section "Products": churn of those who have each product, where a bank says which products a client has."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import interval_chart, wrap
from bank_churn.dashboard.findings import average_of
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.months import latest_of
from bank_churn.dashboard.view import View
from bank_churn.dashboard.where import product_dimensions, rate_table, right_end, with_count

TOLD = 3
MOVES = ("at_start", "opened_count", "closed_count", "left_with_count", "joined_with_count", "at_end")


def products_section(view: View) -> Section | None:
    """Write the section.

    Returns:
        The section; None where the bank does not say which products a client has.
    """
    rows = sorted(
        view.rows("churn_by_product"),
        key=lambda row: (row["product_rank"] is None, row["product_rank"] or 0, row["product_code"]),
    )
    if not rows:
        return None
    title = view.texts["products_title"]
    named = [view.text(row, "sentence") for row in rows if row["is_named_first"] and row["sentence_ru"]]
    block = Block(
        title=title,
        message=Markup(" ").join(Markup("{}.").format(one) for one in named) or view.texts["products_none"],
        spec=products_chart(view, rows),
        table=products_table(view, rows, title),
        note=view.texts["products_note"],
        width="full",
    )
    blocks = [block, *moves_blocks(view), *with_and_without(view)]
    return Section("products", view.texts["section_products"], view.say("lead_products"), blocks)


def with_and_without(view: View) -> list[Block]:
    """Write the churn with and without each product, as that of any other attribute."""
    rows = [
        row
        for dimension in product_dimensions(view)
        for row in view.rows("churn_rates", dimension_name=dimension)
    ]
    if not rows:
        return []
    title = view.texts["products_both"]
    table = rate_table(view, rows, caption=title)
    named = [
        [Markup("{}: {}").format(view.text(row, "dimension_label"), cells[0]), *cells[1:]]
        for row, cells in zip(rows, table.rows, strict=True)
    ]
    told = view.texts["products_both_message"]
    return [Block(title, told, table=Table(table.headings, named, table.caption, table.muted), width="full")]


def moves_blocks(view: View) -> list[Block]:
    """Write how many opened and closed each product in the latest period; nothing without two months."""
    texts, moves = view.texts, view.rows("product_moves")
    rows = [row for row in latest_of(moves, "period_end") if not row["is_suppressed"]]
    if not rows:
        return []
    title = texts["moves_title"]
    told = [
        view.say("moves_sure", day=view.day(row, "period_end"), reading=view.text(row, "reading"))
        for row in sorted(moves, key=lambda row: row["period_end"], reverse=True)
        if row["is_sure_change"] and not row["is_suppressed"]
    ]
    table = Table(
        [
            *(texts["product"], *(texts[f"moves_{column}"] for column in MOVES)),
            *(texts["moves_closed_share"], texts["ci"]),
        ],
        [
            [
                *(view.text(row, "product_label"), *(view.whole(row, column) for column in MOVES)),
                view.rate(row, "closed_share", "closed_ci_low", "closed_ci_high"),
                view.interval(row, "closed_ci_low", "closed_ci_high"),
            ]
            for row in sorted(rows, key=lambda row: (-row["closed_share"], row["product_code"]))
        ],
        title,
    )
    message = Markup(" ").join(told[:TOLD]) if told else view.say("moves_none")
    note = view.say(
        "moves_note", since=view.day(rows[0], "period_start"), until=view.day(rows[0], "period_end")
    )
    return [Block(title, message, table=table, note=note, width="full", open_table=True)]


def products_chart(view: View, rows: Sequence[Row]) -> dict[str, object] | None:
    """Draw the churn of those who have each product."""
    if not any(row["churn_rate"] is not None for row in rows):
        return None
    return interval_chart(
        rows,
        writer=view,
        labels=[
            with_count(view, wrap(view.plain(row, "product_label")), row["client_count"]) for row in rows
        ],
        average=average_of(view),
        axis_title=view.texts["churn_rate"].lower(),
        largest=right_end(rows),
    )


def products_table(view: View, rows: Sequence[Row], caption: str) -> Table:
    """Write those who have each product against the others, as counted and among clients alike."""
    texts = view.texts
    return Table(
        [
            *(texts["product"], texts["clients"], texts["churn_rate"], texts["ci"]),
            *(texts["product_rest"], texts["product_alike"], texts["ci"]),
        ],
        [
            [
                *(view.text(row, "product_label"), view.whole(row, "client_count")),
                *(view.rate(row), view.interval(row), view.percent(row, "rest_churn_rate")),
                view.points(row, "adjusted_difference"),
                difference(view, row),
            ]
            for row in rows
        ],
        caption,
    )


def difference(view: View, row: Row) -> Markup:
    """Write the interval of a difference in percentage points."""
    if row["adjusted_ci_low"] is None:
        return Markup("")
    low, high = (view.points(row, f"adjusted_ci_{end}") for end in ("low", "high"))
    return view.say("interval", low=low, high=high)
