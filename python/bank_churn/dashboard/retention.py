"""Clients who resemble the leavers, and what a retention budget buys."""

from __future__ import annotations

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Card, Table
from bank_churn.dashboard.charts import bar_chart, wrap
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.writer import Writer


def highest_band(marts: Marts, portfolio: str) -> Row | None:
    """Return the highest risk band with remaining clients, or None if there is none that may be shown.

    Args:
        marts: The marts; of a publication that did not know out-of-fold shares there is none either.
        portfolio: Code of the portfolio.

    Returns:
        A row of `churn_risk`.
    """
    bands = [
        row
        for row in marts.of("churn_risk", portfolio=portfolio)
        if row["risk_band"] != "all" and row.get("annual_income") is not None
    ]
    return max(bands, key=lambda row: int(row["band_order"]), default=None)


def risk_cards(writer: Writer, marts: Marts, now: Row | None, before: Row | None) -> list[Card]:
    """Write the headline figures on the remaining clients who resemble the leavers most.

    Args:
        writer: Writes figures.
        marts: The marts.
        now: The highest risk band of the current publication, or None.
        before: The same band of the previous one, or None.

    Returns:
        Two cards.
    """
    texts = writer.texts
    if now is None:
        absent = Markup('<span class="none">{}</span>').format(texts["not_available_value"])
        told = (
            writer.say("model_none")
            if marts.has("churn_risk")
            else writer.say("not_available", what=texts["mart_retention"])
        )
        return [Card(texts[title], absent, told) for title in ("card_risk", "card_value")]
    had_left = (
        writer.say("card_risk_note_unknown", band=writer.text(now, "risk_band_label"))
        if now["churn_rate"] is None
        else writer.say(
            "card_risk_note",
            band=writer.text(now, "risk_band_label"),
            rate=writer.rate(now),
            interval=writer.interval(now),
        )
    )
    changes = [
        writer.say("before", value=writer.whole(before, column)) if before is not None else Markup("")
        for column in ("client_count", "annual_income")
    ]
    income = writer.say("card_value_note", currency=writer.text(now, "currency"))
    return [
        Card(texts["card_risk"], writer.whole(now, "client_count"), had_left, changes[0]),
        Card(texts["card_value"], writer.whole(now, "annual_income"), income, changes[1]),
    ]


def risk_block(writer: Writer, marts: Marts, portfolio: str) -> Block:
    """Write how many remaining clients are in each risk band, and what share of such clients had left.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        The block.
    """
    texts = writer.texts
    if not marts.has("churn_risk"):
        message = writer.say("not_available", what=texts["mart_retention"])
        return Block(texts["risk_title"], message, width="full")
    rows = sorted(marts.of("churn_risk", portfolio=portfolio), key=lambda row: -row["band_order"])
    bands = [row for row in rows if row["risk_band"] != "all" and row["client_count"] is not None]
    if not bands:
        return Block(texts["risk_title"], writer.say("model_none"), width="full")
    table = Table(
        [
            *(texts["risk_band"], texts["clients"], texts["risk_left"], texts["ci"]),
            *(texts["risk_known"], texts["risk_income"]),
        ],
        [
            [
                *(writer.text(row, "risk_band_label"), writer.whole(row, "client_count")),
                *(writer.rate(row), writer.interval(row)),
                *(writer.whole(row, "known_client_count"), writer.whole(row, "annual_income")),
            ]
            for row in rows
        ],
        texts["risk_title"],
    )
    labels = [wrap(writer.plain(row, "risk_band_label")) for row in bands]
    spec = bar_chart(bands, column="client_count", labels=labels)
    note = writer.say("risk_note", currency=writer.text(bands[0], "currency"))
    return Block(texts["risk_title"], texts["risk_message"], spec, table, note=note, width="full")


def budget_block(writer: Writer, marts: Marts, portfolio: str) -> Block:
    """Write what each step of a retention budget is expected to bring, with a slider to choose one.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        The block.
    """
    texts = writer.texts
    if not marts.has("retention_budget"):
        message = writer.say("not_available", what=texts["mart_retention"])
        return Block(texts["budget_title"], message, width="full")
    found = marts.of("retention_budget", portfolio=portfolio)
    rows = [row for row in found if row["expected_net_value"] is not None]
    if not rows:
        return Block(texts["budget_title"], writer.say("budget_none"), width="full")
    table = Table(
        [
            *(texts["budget_contacts"], texts["budget_cost"], texts["budget_kept"], texts["budget_interval"]),
            *(texts["budget_value"], texts["budget_net"], texts["budget_interval"]),
        ],
        [
            [
                *(writer.whole(row, "contact_count"), writer.whole(row, "budget")),
                *(writer.whole(row, "kept_count"), whole_interval(writer, row, "kept")),
                *(writer.whole(row, "expected_saved_value"), writer.signed(row, "expected_net_value", 0)),
                signed_interval(writer, row),
            ]
            for row in rows
        ],
        texts["budget_title"],
    )
    last = rows[-1]
    sentences = [
        writer.say(
            "budget_best",
            contacts=writer.whole(last, "paying_contact_count"),
            cost=writer.whole(last, "paying_budget"),
            kept=writer.whole(last, "kept_count"),
            interval=whole_interval(writer, last, "kept"),
        ),
        *([few_clients(writer, last)] if last["rests_on_few_clients"] else []),
        texts["budget_message"],
    ]
    return Block(
        texts["budget_title"],
        Markup(" ").join(sentences),
        table=table,
        steps=[budget_step(writer, row) for row in rows],
        note=writer.say("budget_note", currency=writer.text(last, "currency")),
        width="full",
    )


def whole_interval(writer: Writer, row: Row, name: str) -> Markup:
    """Write an interval of counts."""
    return writer.say(
        "interval", low=writer.whole(row, f"{name}_low"), high=writer.whole(row, f"{name}_high")
    )


def signed_interval(writer: Writer, row: Row) -> Markup:
    """Write the interval of the result."""
    low, high = (writer.signed(row, f"net_value_{end}", 0) for end in ("low", "high"))
    return writer.say("interval", low=low, high=high)


def few_clients(writer: Writer, row: Row) -> Markup:
    """Say that ten clients carry much of what is expected."""
    return writer.say("budget_few", share=writer.percent(row, "share_of_ten_clients", 0))


def budget_step(writer: Writer, row: Row) -> Markup:
    """Write one step of the budget as a sentence."""
    said = writer.say(
        "budget_step",
        contacts=writer.whole(row, "contact_count"),
        cost=writer.whole(row, "budget"),
        kept=writer.whole(row, "kept_count"),
        interval=whole_interval(writer, row, "kept"),
        net=writer.signed(row, "expected_net_value", 0),
        net_interval=signed_interval(writer, row),
    )
    return said + " " + few_clients(writer, row) if row["rests_on_few_clients"] else said


def break_even_block(writer: Writer, marts: Marts, portfolio: str) -> list[Block]:
    """Write for which share kept and which cost of a contact a campaign pays.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        One block, or none without such figures.
    """
    texts = writer.texts
    rows = marts.of("retention_break_even", portfolio=portfolio)
    if not rows:
        return []
    shares = list({row["kept_share"]: row for row in rows}.values())
    costs = list({row["contact_cost"]: row for row in rows}.values())
    table = Table(
        [texts["break_even_share"], *(writer.whole(row, "contact_cost") for row in costs)],
        [
            [
                writer.percent(share, "kept_share", 0),
                *(
                    writer.whole(row, "paying_contact_count")
                    for row in rows
                    if row["kept_share"] == share["kept_share"]
                ),
            ]
            for share in shares
        ],
        texts["break_even_title"],
    )
    title, message = texts["break_even_title"], texts["break_even_message"]
    return [Block(title, message, table=table, open_table=True, width="full")]
