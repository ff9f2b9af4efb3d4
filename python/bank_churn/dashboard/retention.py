"""Clients and income at risk, and what a retention budget buys."""

from __future__ import annotations

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Card, Table
from bank_churn.dashboard.charts import bar_chart, wrap
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.writer import Writer


def summary_of(marts: Marts, portfolio: str) -> Row | None:
    """Return what is at risk among all remaining clients, or None if it is not known or may not be shown."""
    row = marts.one("churn_risk", portfolio=portfolio, risk_band="all")
    return row if row is not None and row["expected_churned_count"] is not None else None


def risk_cards(writer: Writer, marts: Marts, now: Row | None, before: Row | None) -> list[Card]:
    """Write the headline figures on risk.

    Args:
        writer: Writes figures.
        marts: The marts.
        now: What is at risk in the current publication, or None.
        before: The same in the previous one, or None.

    Returns:
        Two cards.
    """
    texts = writer.texts
    cards = []
    for column, title in (("expected_churned_count", "card_risk"), ("expected_loss", "card_value")):
        if now is None or now[column] is None:
            absent = Markup('<span class="none">{}</span>').format(texts["not_available_value"])
            is_absent = not marts.has("churn_risk")
            told = (
                writer.say("not_available", what=texts["mart_retention"])
                if is_absent
                else writer.say("model_none")
            )
            cards.append(Card(texts[title], absent, told))
            continue
        change = (
            writer.say("before", value=writer.whole(before, column))
            if before is not None and before[column] is not None
            else Markup("")
        )
        note = writer.say(f"{title}_note", clients=writer.whole(now, "client_count"))
        cards.append(Card(texts[title], writer.whole(now, column), note, change))
    return cards


def risk_block(writer: Writer, marts: Marts, portfolio: str) -> Block:
    """Write how many remaining clients are in each risk band, and what may be lost there.

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
            *(texts["risk_band"], texts["clients"], texts["risk_mean"], texts["risk_churned"]),
            *(texts["risk_value"], texts["risk_loss"]),
        ],
        [
            [
                *(writer.text(row, "risk_band_label"), writer.whole(row, "client_count")),
                *(writer.percent(row, "mean_probability"), writer.whole(row, "expected_churned_count")),
                *(writer.whole(row, "value_at_risk"), writer.whole(row, "expected_loss")),
            ]
            for row in rows
        ],
        texts["risk_title"],
    )
    labels = [wrap(writer.plain(row, "risk_band_label")) for row in bands]
    spec = bar_chart(bands, column="client_count", labels=labels)
    return Block(texts["risk_title"], texts["risk_message"], spec, table, width="full")


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
            *(texts["budget_contacts"], texts["budget_cost"], texts["budget_saved"], texts["budget_value"]),
            *(texts["budget_net"], texts["budget_pays"]),
        ],
        [
            [
                *(writer.whole(row, "contact_count"), writer.whole(row, "budget")),
                *(writer.number(row, "expected_clients_saved", 1), writer.whole(row, "expected_saved_value")),
                *(writer.signed(row, "expected_net_value", 0), texts["yes" if row["pays_off"] else "no"]),
            ]
            for row in rows
        ],
        texts["budget_title"],
    )
    return Block(
        texts["budget_title"],
        best_budget(writer, rows[0]) + " " + texts["budget_message"],
        table=table,
        steps=[budget_step(writer, row) for row in rows],
        note=texts["budget_note"],
        width="full",
    )


def best_budget(writer: Writer, row: Row) -> Markup:
    """Say where contacting more clients stops paying off.

    Args:
        writer: Writes figures.
        row: Any row of `retention_budget`; all of a portfolio say the same about this.

    Returns:
        A sentence.
    """
    if not row["break_even_contact_count"] or row["best_net_value"] is None:
        return writer.say("budget_never")
    return writer.say(
        "budget_best",
        contacts=writer.whole(row, "break_even_contact_count"),
        cost=writer.whole(row, "break_even_budget"),
        net=writer.signed(row, "best_net_value", 0),
    )


def budget_step(writer: Writer, row: Row) -> Markup:
    """Write one step of the budget as a sentence."""
    return writer.say(
        "budget_step_pays" if row["pays_off"] else "budget_step_loses",
        contacts=writer.whole(row, "contact_count"),
        cost=writer.whole(row, "budget"),
        clients=writer.number(row, "expected_clients_saved", 1),
        value=writer.whole(row, "expected_saved_value"),
        net=writer.signed(row, "expected_net_value", 0),
    )
