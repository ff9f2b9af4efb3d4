"""Campaigns: which are running, what the finished ones kept, and what share list and budget reckon with."""

from __future__ import annotations

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
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
    table = Table(
        [
            texts[key]
            for key in ("offer", "kept_share", "ci", "campaign_source", "measured_share", "assumed_share")
        ],
        [
            [
                *(view.text(row, "offer_label"), view.percent(row, "kept_share")),
                *(view.interval(row, "kept_share_low", "kept_share_high"), view.text(row, "source")),
                *(view.percent(row, "measured_share", 0), view.percent(row, "assumed_share", 0)),
            ]
            for row in rows
        ],
        texts["learnt_title"],
        frozenset(number for number, row in enumerate(rows) if not row["is_measured"]),
    )
    message = view.say("learnt_message" if any(row["is_measured"] for row in rows) else "learnt_nothing")
    return Block(texts["learnt_title"], message, table=table, open_table=True, width="full")


def finished_block(view: View, rows: list[Row]) -> Block:
    """Write what each finished campaign says, the latest first."""
    texts = view.texts
    keys = (
        "campaign",
        "offer",
        "campaign_measured",
        "campaign_verdict",
        "campaign_kept",
        "ci",
        "campaign_net",
    )
    table = Table(
        [texts[key] for key in keys],
        [
            [
                *(view.text(row, "campaign"), view.text(row, "offer_label"), view.day(row, "measured_on")),
                *(view.words(row["verdict"], "outcome"), view.whole(row, "kept_count")),
                *(count_interval(view, row), view.whole(row, "net_value")),
            ]
            for row in rows
        ],
        texts["finished_title"],
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


def count_interval(view: View, row: Row) -> Markup:
    """Write the interval of the clients kept."""
    if row["kept_count_low"] is None:
        return view.whole(row, "kept_count_low")
    return view.say(
        "interval", low=view.whole(row, "kept_count_low"), high=view.whole(row, "kept_count_high")
    )


def running_block(view: View, rows: list[Row]) -> Block:
    """Write which campaigns are running, and from when on they are looked at."""
    texts = view.texts
    keys = ("campaign", "offer", "campaign_ends", "campaign_treated", "campaign_control", "campaign_smallest")
    table = Table(
        [texts[key] for key in keys],
        [
            [
                *(view.text(row, "campaign"), view.text(row, "offer_label"), view.day(row, "ends_on")),
                *(view.whole(row, "treated_count"), view.whole(row, "control_count")),
                view.percent(row, "smallest_kept_share", 0),
            ]
            for row in sorted(rows, key=lambda row: str(row["ends_on"]))
        ],
        texts["running_title"],
    )
    return Block(
        texts["running_title"], view.say("running_message"), table=table, open_table=True, width="full"
    )
