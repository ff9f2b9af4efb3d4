"""Campaigns: which are running, what the finished ones kept, and what share list and budget reckon with."""

from __future__ import annotations

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View


def campaigns_section(view: View) -> Section | None:
    """Write the section.

    Returns:
        The section; None where no campaign was planned.
    """
    if not view.rows("campaigns"):
        return None
    texts = view.texts
    running = view.rows("campaigns", status="running")
    finished = sorted(
        (row for row in view.rows("campaign_results") if row["status"] == "finished"),
        key=lambda row: (str(row["measured_on"]), str(row["campaign"])),
        reverse=True,
    )
    lead = view.say(
        "lead_campaigns", running=view.whole_text(len(running)), finished=view.whole_text(len(finished))
    )
    blocks = [learnt_block(view)]
    if finished:
        blocks.append(finished_block(view, finished))
    if running:
        blocks.append(running_block(view, running))
    return Section("campaigns", texts["section_campaigns"], lead, blocks)


def learnt_block(view: View) -> Block:
    """Write which share each offer with a campaign keeps, by measurement and guess."""
    texts = view.texts
    offers = {row["offer"] for row in view.rows("campaigns")}
    effects = [row for row in view.rows("offer_effects") if row["offer"] in offers]
    rows = sorted(effects, key=lambda row: (not row["is_measured"], row["offer"]))
    table = view.table(
        rows,
        texts["learnt_title"],
        ("offer", view.text, "offer_label"),
        ("kept_share", view.percent, "kept_share"),
        ("ci", view.interval, "kept_share_low", "kept_share_high"),
        ("campaign_source", view.text, "source"),
        ("measured_share", view.percent, "measured_share", 0),
        ("assumed_share", view.percent, "assumed_share", 0),
        muted=frozenset(number for number, row in enumerate(rows) if not row["is_measured"]),
    )
    message = view.say("learnt_message" if any(row["is_measured"] for row in rows) else "learnt_nothing")
    return Block(texts["learnt_title"], message, table=table, open_table=True, width="full")


def finished_block(view: View, rows: list[Row]) -> Block:
    """Write what each finished campaign says, the latest first."""
    texts = view.texts
    table = view.table(
        rows,
        texts["finished_title"],
        ("campaign", view.text, "campaign"),
        ("offer", view.text, "offer_label"),
        ("campaign_measured", view.day, "measured_on"),
        ("campaign_verdict", lambda row: view.words(row["verdict"], "outcome")),
        ("campaign_kept", view.whole, "kept_count"),
        ("ci", view.between, "kept_count_low", "kept_count_high", "number:0"),
        ("campaign_net", view.whole, "net_value"),
    )
    readings = [
        Markup("<b>{}</b>: {}").format(view.text(row, "campaign"), view.text(row, "reading"))
        for row in rows
        if row.get(view.own(row, "reading")) is not None
    ]
    note = view.say("finished_note")
    return Block(
        texts["finished_title"], items=readings, table=table, open_table=True, note=note, width="full"
    )


def running_block(view: View, rows: list[Row]) -> Block:
    """Write which campaigns are running, and from when on they are looked at."""
    texts = view.texts
    table = view.table(
        sorted(rows, key=lambda row: str(row["ends_on"])),
        texts["running_title"],
        ("campaign", view.text, "campaign"),
        ("offer", view.text, "offer_label"),
        ("campaign_ends", view.day, "ends_on"),
        ("campaign_treated", view.whole, "treated_count"),
        ("campaign_control", view.whole, "control_count"),
        ("campaign_smallest", view.percent, "smallest_kept_share", 0),
    )
    return Block(
        texts["running_title"], view.say("running_message"), table=table, open_table=True, width="full"
    )
