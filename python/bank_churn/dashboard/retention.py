"""Clients and value at risk, and what a retention budget buys: switched on by the marts that hold them."""

from __future__ import annotations

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Card, Table
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.writer import Writer

SUMMARY_COLUMNS = ("clients_at_risk", "value_at_risk")
BUDGET_COLUMNS = ("contact_count", "cost", "expected_clients_saved", "expected_value_saved", "is_break_even")


def summary_of(marts: Marts, portfolio: str) -> Row | None:
    """Return what is at risk in a portfolio, or None if it was not published."""
    row = marts.one("retention_summary", portfolio=portfolio)
    return row if row is not None and all(column in row.values for column in SUMMARY_COLUMNS) else None


def risk_cards(writer: Writer, now: Row | None, before: Row | None) -> list[Card]:
    """Write the headline figures on risk.

    Args:
        writer: Writes figures.
        now: What is at risk in the current publication, or None.
        before: The same in the previous one, or None.

    Returns:
        Two cards.
    """
    texts = writer.texts
    cards = []
    for column, title in (("clients_at_risk", "card_risk"), ("value_at_risk", "card_value")):
        if now is None:
            absent = Markup('<span class="none">{}</span>').format(texts["not_available_value"])
            told = writer.say("not_available", what=texts["mart_retention"])
            cards.append(Card(texts[title], absent, told))
            continue
        change = (
            writer.say("before", value=writer.whole(before, column))
            if before is not None and before[column] is not None
            else Markup("")
        )
        cards.append(Card(texts[title], writer.whole(now, column), texts[f"{title}_note"], change))
    return cards


def budget_block(writer: Writer, marts: Marts, portfolio: str) -> Block:
    """Write what each step of a retention budget is expected to save, with a slider to choose one.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        The block.
    """
    texts = writer.texts
    rows = [
        row
        for row in marts.of("retention_budget", portfolio=portfolio)
        if all(column in row.values for column in BUDGET_COLUMNS)
    ]
    if not rows:
        return Block(
            texts["budget_title"], writer.say("not_available", what=texts["mart_retention"]), width="full"
        )
    table = Table(
        [
            texts["clients"],
            texts["budget_cost"],
            texts["budget_saved"],
            texts["budget_value"],
            texts["budget_pays"],
        ],
        [
            [
                *(writer.whole(row, "contact_count"), writer.whole(row, "cost")),
                *(writer.number(row, "expected_clients_saved", 1), writer.whole(row, "expected_value_saved")),
                texts["yes" if row["is_break_even"] else "no"],
            ]
            for row in rows
        ],
        texts["budget_title"],
    )
    steps = [
        writer.say(
            "budget_step_pays" if row["is_break_even"] else "budget_step_loses",
            contacts=writer.whole(row, "contact_count"),
            cost=writer.whole(row, "cost"),
            clients=writer.number(row, "expected_clients_saved", 1),
            value=writer.whole(row, "expected_value_saved"),
        )
        for row in rows
    ]
    return Block(texts["budget_title"], texts["budget_message"], table=table, steps=steps, width="full")
