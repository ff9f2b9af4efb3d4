"""Section "Products": churn of those who have each product, where a bank says which products a client has."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.months import latest_of
from bank_churn.dashboard.view import View
from bank_churn.dashboard.where import numbered_label, product_dimensions, rate_chart, rate_table

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
        spec=rate_chart(view, rows, [numbered_label(view, row, "product_label") for row in rows]),
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
    table = view.table(
        sorted(rows, key=lambda row: (-row["closed_share"], row["product_code"])),
        title,
        ("product", view.text, "product_label"),
        *((f"moves_{column}", view.whole, column) for column in MOVES),
        ("moves_closed_share", view.rate, "closed_share", "closed_ci_low", "closed_ci_high"),
        ("ci", view.interval, "closed_ci_low", "closed_ci_high"),
    )
    message = Markup(" ").join(told[:TOLD]) if told else view.say("moves_none")
    note = view.say(
        "moves_note", since=view.day(rows[0], "period_start"), until=view.day(rows[0], "period_end")
    )
    return [Block(title, message, table=table, note=note, width="full", open_table=True)]


def products_table(view: View, rows: Sequence[Row], caption: str) -> Table:
    """Write those who have each product against the others, as counted and among clients alike."""
    return view.table(
        rows,
        caption,
        ("product", view.text, "product_label"),
        ("clients", view.whole, "client_count"),
        ("churn_rate", view.rate),
        ("ci", view.interval),
        ("product_rest", view.percent, "rest_churn_rate"),
        ("product_alike", view.points, "adjusted_difference"),
        ("ci", view.between, "adjusted_ci_low", "adjusted_ci_high", "points:1"),
    )
