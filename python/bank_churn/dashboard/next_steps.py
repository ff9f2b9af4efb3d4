"""Section "Who resembles the leavers and what to do": target groups, gains, the budget, recommendations."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import curve_chart, wrap
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.retention import break_even_block, budget_block, forecast_of, risk_block
from bank_churn.dashboard.view import View
from bank_churn.dashboard.where import rate_chart, rate_table, with_count
from bank_churn.dashboard.writer import Writer

SCORING_MODEL, BASELINE = "ebm", "logistic_regression"
OUT_OF_FOLD = "out_of_fold"
LABEL_GAP = 0.07
"""Share of the curve's height that a number takes."""

TYPICAL_SHARE = 0.2
"""The share of clients named in the sentence about gains: a campaign most banks can pay for."""


def next_section(view: View) -> Section:
    """Write the section."""
    blocks = [
        risk_block(view),
        *group_blocks(view),
        *registered_blocks(view),
        budget_block(view),
        *break_even_block(view),
        *recommendation_blocks(view),
    ]
    title = view.texts["section_next" if forecast_of(view) is None else "section_next_leaving"]
    return Section("next", title, view.say("lead_next"), blocks)


def group_blocks(view: View) -> list[Block]:
    """Write the searched groups and what they cover."""
    texts = view.texts
    if not view.has("target_groups"):
        return [view.absent("groups_title", "mart_groups")]
    found = [row for row in view.rows("target_groups") if row["cover_order"]]
    if not found:
        return [Block(texts["groups_title"], view.say("groups_none"), width="full")]
    return cover_blocks(view, sorted(found, key=lambda row: row["cover_order"]))


def registered_blocks(view: View) -> list[Block]:
    """Write the groups that the studies proposed, as measured here."""
    texts = view.texts
    rows = view.rows("target_groups", kind="registered")
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: row["group_order"])
    table = rate_table(view, ordered, caption=texts["registered_title"], label="name")
    title, message = texts["registered_title"], texts["registered_message"]
    return [Block(title, message, table=table, width="full")]


def cover_blocks(view: View, rows: Sequence[Row]) -> list[Block]:
    """Write the list of groups without overlap and its cover curve."""
    texts = view.texts
    last = rows[-1]
    message = view.say(
        "groups_message",
        count=view.whole(last, "cover_order"),
        clients=view.percent(last, "cover_share_of_clients"),
        churn=view.percent(last, "cover_share_of_churn"),
    )
    spec = rate_chart(view, rows, [numbered_group(view, row) for row in rows])
    table = view.table(
        sorted(rows, key=lambda row: int(row["cover_action_rank"])),
        texts["groups_title"],
        ("rule", view.text, "name"),
        ("to_contact", view.whole, "cover_clients_to_contact"),
        ("value_to_save", view.whole, "cover_value_to_save"),
        ("without_overlap", view.whole, "cover_client_count"),
        ("churn_rate", view.rate),
        ("ci", view.interval),
        ("at_least_heading", view.percent, "lower_bound"),
    )
    counted = [row for row in rows if is_counted(row)]
    curve = curve_chart(
        counted,
        x="cover_share_of_clients",
        y="cover_share_of_churn",
        titles=(texts["cover_x"], texts["cover_y"]),
        chance=texts["chance"],
        numbers=spaced_numbers(view, counted),
    )
    return [
        Block(
            *(texts["groups_title"], message, spec, table),
            note=texts["groups_note"],
            width="full",
            is_half_on_paper=True,
        ),
        Block(
            *(texts["cover_title"], texts["cover_message"], curve, cover_table(view, rows)),
            is_half_on_paper=True,
        ),
    ]


def spaced_numbers(writer: Writer, rows: Sequence[Row]) -> list[str]:
    """Number the points of the cover curve, leaving out those too close to the one before for a telephone."""
    labels, height = [], -1.0
    for row in rows:
        is_shown = row["cover_share_of_churn"] - height >= LABEL_GAP
        if is_shown:
            height = row["cover_share_of_churn"]
        labels.append(writer.whole_text(row["cover_order"]) if is_shown else "")
    if not labels[-1]:
        near = max(number for number, label in enumerate(labels) if label)
        labels[near], labels[-1] = "", writer.whole_text(rows[-1]["cover_order"])
    return labels


def numbered_group(writer: Writer, row: Row) -> str:
    """Write a group's place in the cover, its rule and its size for a chart."""
    name = wrap(f"{row['cover_order']}. {writer.plain(row, 'name')}", width=24)
    return with_count(writer, name, row["cover_client_count"])


def is_counted(row: Row) -> bool:
    """Say whether no count of a group is hidden: beside one, shares are rounded too far for a point."""
    return row["cover_client_count"] is not None and row["client_count"] is not None


def cover_table(writer: Writer, rows: Sequence[Row]) -> Table:
    """Write the figures of the cover curve."""

    def share(row: Row, column: str) -> Markup:
        return writer.percent(row, column) if is_counted(row) else Markup(writer.texts["hidden_count"])

    return writer.table(
        rows,
        writer.texts["cover_title"],
        ("rule", writer.text, "name"),
        ("cover_x", share, "cover_share_of_clients"),
        ("cover_y", share, "cover_share_of_churn"),
    )


def gains_block(view: View) -> Block:
    """Write which share of churn is reached by contacting the clients with the highest risk."""
    texts = view.texts
    if not view.has("churn_model_gains", "churn_model_quality"):
        return view.absent("gains_title", "mart_model", "half")
    rows = [
        row
        for variant in (SCORING_MODEL, BASELINE)
        for row in view.rows("churn_model_gains", evaluation=OUT_OF_FOLD, model_variant=variant)
        if row["share_of_churn"] is not None
    ]
    named = {
        row["model_variant"]: view.plain(row, "model_variant_label")
        for row in view.rows("churn_model_quality")
    }
    typical = next(
        (
            row
            for row in rows
            if row["model_variant"] == SCORING_MODEL and abs(row["share_contacted"] - TYPICAL_SHARE) < 1e-9
        ),
        None,
    )
    if typical is None:
        return Block(texts["gains_title"], view.say("model_none"))
    spec = curve_chart(
        rows,
        x="share_contacted",
        y="share_of_churn",
        titles=(texts["cover_x"], texts["cover_y"]),
        chance=texts["chance"],
        names=[named[row["model_variant"]] for row in rows],
    )
    table = view.table(
        rows,
        texts["gains_title"],
        ("cover_x", view.percent, "share_contacted", 0),
        ("variant", lambda row: named[row["model_variant"]]),
        ("clients", view.whole, "contacted_count"),
        ("churned", view.whole, "churned_count"),
        ("cover_y", view.percent, "share_of_churn"),
    )
    message = view.say(
        "gains_message",
        clients=view.percent(typical, "share_contacted", 0),
        churn=view.percent(typical, "share_of_churn"),
    )
    return Block(texts["gains_title"], message, spec, table, note=texts["gains_note"])


def recommendation_blocks(view: View) -> list[Block]:
    """Write the recommendations, those that the data support first."""
    texts = view.texts
    if not view.has("recommendations"):
        return [view.absent("recommendations_title", "mart_recommendations")]
    rows = sorted(
        view.rows("recommendations"),
        key=lambda row: (row["status_order"], row["recommendation_order"]),
    )
    supported = [recommendation(view, row) for row in rows if row["is_supported"]]
    others = [recommendation(view, row) for row in rows if not row["is_supported"]]
    first = texts["recommendations_message"] if supported else texts["recommendations_none"]
    blocks = [Block(texts["recommendations_title"], first, items=supported, width="full")]
    if others:
        told = texts["recommendations_other_message"]
        blocks.append(Block(texts["recommendations_other"], told, items=others, width="full"))
    return blocks


def recommendation(writer: Writer, row: Row) -> Markup:
    """Write what was found, and the advice only where it follows."""
    texts = writer.texts
    hidden = Markup("{}").format(texts["hidden"])
    follows = Markup("")
    if row["is_supported"]:
        follows = Markup('<p class="advice">{}</p>').format(writer.text(row, "advice"))
        if row["offer_ru"] and row["clients_to_contact"] != 0:
            follows += Markup('<p class="offer">{}: {}</p>').format(texts["offer"], writer.text(row, "offer"))
        follows += Markup('<p class="offer">{}</p>').format(addressees(writer, row))
    else:
        told = "advice_nobody_left" if row["status"] == "nobody_left" else "advice_not_following"
        follows = Markup('<p class="offer">{}: {}</p>').format(texts[told], writer.text(row, "advice"))
    return Markup(
        '<p><span class="badge {status}">{told}</span> {finding}</p>{follows}'
        "<details><summary>{heading}</summary><p>{evidence}</p></details>"
    ).format(
        status=row["status"],
        told=writer.text(row, "status_label"),
        finding=hidden if row["is_suppressed"] else writer.text(row, "finding"),
        follows=follows,
        heading=texts["evidence"],
        evidence=hidden if row["is_suppressed"] else writer.text(row, "evidence"),
    )


def addressees(writer: Writer, row: Row) -> Markup:
    """Say how many people a piece of advice is for, and how many of such clients left."""
    if row["is_suppressed"] or row["churn_rate"] is None:
        return writer.say("addressees_unknown")
    return writer.say(
        "addressees_bound" if row["churn_rate"] in (0, 1) else "addressees",
        remaining=writer.whole(row, "clients_to_contact"),
        clients=writer.whole(row, "client_count"),
        rate=writer.rate(row),
        interval=writer.interval(row),
    )
