"""The first screen: which publication it is, whom to act on first, what to do next week."""

from __future__ import annotations

from markupsafe import Markup

from bank_churn.dashboard.blocks import First, Table
from bank_churn.dashboard.charts import cells
from bank_churn.dashboard.findings import average_of
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.retention import of_stay
from bank_churn.dashboard.trust import passport_of
from bank_churn.dashboard.view import View

FIRST_GROUPS = 3
EVERYONE = "all"
NAMED_FILES = 2
ADVICE_OF_A_WEEK = 2
THE_LIST_ITSELF = ("call_clients",)
CURVE = ("group_code", "contact_count", "client_count", "probability_sum", "value_to_save")
SQUARES = ("value_square", "saved_square")
LIVE = ("contacts", "cost", "saved", "net")


def state_line(view: View, portfolio: Row) -> Markup:
    """Say how many clients these are, of which extract, in which publication of what day."""
    earlier = view.earlier.row("portfolios")
    told = [
        view.say("state_hidden")
        if portfolio["client_count"] is None
        else view.say(
            "state_clients",
            clients=view.whole(portfolio, "client_count"),
            rows=view.whole(portfolio, "raw_row_count"),
        )
    ]
    if earlier is not None and earlier["data_origin"] == portfolio["data_origin"]:
        told.append(view.say("state_before", value=view.whole(earlier, "client_count")))
    files = view.rows("_publication_sources")
    if files:
        names = Markup(", ").join(view.text(file, "file_name") for file in files[:NAMED_FILES])
        more = view.texts["state_more"] if len(files) > NAMED_FILES else ""
        told.append(view.say("state_extract", files=names, more=more))
    publication = view.marts.one("_publication")
    if publication is not None:
        told.append(
            view.say(
                "state_publication",
                number=view.text(publication, "publication_id"),
                date=view.day(publication, "published_at"),
            )
        )
    if view.rows("churn_model_quality"):
        told.append(Markup('<a href="{}">{}</a>').format(passport_of(view), view.texts["passport_name"]))
    return Markup(" ").join(told)


def first_groups(view: View) -> First:
    """Write whom to act on first: who is left in the groups, what they bring, what it costs and returns."""
    texts = view.texts
    found = [
        row
        for row in view.rows("target_groups")
        if row["cover_action_rank"] and row["cover_clients_to_contact"]
    ]
    groups = sorted(found, key=lambda row: int(row["cover_action_rank"]))[:FIRST_GROUPS]
    codes = [*(row["group_code"] for row in groups), EVERYONE]
    curve = [row for code in codes for row in steps_of(view, code)]
    everyone = next((row for row in curve if row["group_code"] == EVERYONE), None)
    if everyone is None and not groups:
        return First(None, message=view.texts["first_none"])
    live = {row["group_code"] for row in curve}
    headings = [texts["first_group"], texts["first_left"], texts["first_had_left"], texts["first_value"]]
    rows = [
        [
            *(view.text(row, "name"), view.whole(row, "cover_clients_to_contact")),
            Markup("{}<br><small>{}</small>").format(view.rate(row), view.interval(row)),
            view.whole(row, "cover_value_to_save"),
            *(live_cells(row["group_code"], row["group_code"] in live) if live else ()),
        ]
        for row in groups
    ]
    if everyone is None:
        return First(Table(headings, rows, texts["first_table"]))
    remaining = view.row("churn_risk", risk_band="all")
    rows.append(
        [
            texts["first_everyone"],
            view.whole(remaining, "client_count") if remaining is not None else "",
            *("", ""),
            *live_cells(EVERYONE, is_live=True),
        ]
    )
    return First(
        table=Table([*headings, *(texts[f"live_{name}"] for name in LIVE)], rows, texts["first_table"]),
        curve=cells(curve, CURVE + SQUARES),
        cost=everyone["contact_cost"],
        share=everyone["kept_share"],
        message=measured_sentence(view),
        note=view.say(
            of_stay(view.rows("churn_risk"), "first_note"), currency=view.text(everyone, "currency")
        ),
    )


def measured_sentence(view: View) -> Markup:
    """Say what campaigns measured of the share kept, beside the one that is assumed for all."""
    rows = [
        row
        for row in view.rows("offer_effects")
        if row["is_measured"] and None not in (row["kept_share"], row["kept_share_low"])
    ]
    if not rows:
        return Markup("")
    told = Markup("; ").join(
        view.say(
            "first_measured_offer",
            offer=view.text(row, "offer_label"),
            share=view.percent(row, "kept_share"),
            interval=view.interval(row, "kept_share_low", "kept_share_high"),
        )
        for row in rows
    )
    return view.say("first_measured", told=told)


def steps_of(view: View, group: str) -> list[Row]:
    """Return the steps of a group's curve; none where one of them may not be shown."""
    rows = sorted(view.rows("retention_curve", group_code=group), key=lambda row: int(row["curve_step"]))
    return [] if any(row["contact_count"] is None for row in rows) else rows


def live_cells(group: str, is_live: bool) -> list[Markup]:
    """Write the cells that the page fills from the assumptions on it."""
    if not is_live:
        return [Markup("")] * len(LIVE)
    return [Markup('<output data-group="{}" data-live="{}"></output>').format(group, name) for name in LIVE]


def week_list(view: View) -> list[Markup]:
    """Say what to do next week: whom to call, what advice follows here, how to learn whether it helped.

    Of the advice that the data bear out, that for the most remaining clients above the average comes first.
    """
    told = []
    budgets = [row for row in view.rows("retention_budget") if row["expected_net_value"] is not None]
    if budgets:
        last = budgets[-1]
        told.append(
            view.say(
                "week_call",
                contacts=view.whole(last, "paying_contact_count"),
                cost=view.whole(last, "paying_budget"),
                net=view.signed(last, "expected_net_value", 0),
                low=view.signed(last, "net_value_low", 0),
                high=view.signed(last, "net_value_high", 0),
            )
        )
    average = average_of(view)
    advice = [
        (float((row["churn_rate"] - average["churn_rate"]) * row["clients_to_contact"]), row)
        for row in view.rows("recommendations", is_supported=True, is_suppressed=False)
        if average is not None
        and row["recommendation_id"] not in THE_LIST_ITSELF
        and row["clients_to_contact"]
        and row["ci_low"] is not None
        and row["ci_low"] > average["churn_rate"]
    ]
    told += [
        view.say(
            "week_advice",
            advice=view.text(row, "advice"),
            clients=view.whole(row, "clients_to_contact"),
            rate=view.rate(row),
        )
        for _, row in sorted(advice, key=lambda found: found[0], reverse=True)[:ADVICE_OF_A_WEEK]
    ]
    if told:
        told += [view.say("week_control"), view.say("week_measure")]
    return told
