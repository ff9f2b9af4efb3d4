"""Plain sentences about what the marts say.

The direction always comes from the numbers; an interval that holds the average makes no claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from bank_churn.dashboard.charts import standing
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.writer import Writer

SHOWN = "differs"
UNCLEAR = "unclear"
ENOUGH_CLIENTS = 0.02
"""A headline is about at least this share of the clients; smaller groups are in the charts."""


def average_of(view: View) -> Row | None:
    """Return the row of all clients of a portfolio, if its churn is known and may be shown."""
    row = view.row("churn_rates", dimension_name="all")
    return row if row is not None and row["churn_rate"] is not None else None


def verdict_of(view: View, attribute: str) -> str | None:
    """Return whether an attribute is shown to go with churn, or None if it was not examined."""
    driver = view.row("churn_drivers", attribute=attribute)
    return None if driver is None or driver["is_suppressed"] else driver["verdict"]


def group_name(view: View, row: Row) -> Markup:
    """Name a group where its attribute is not in the title; by it, where a value does not tell it."""
    name = view.text(row, "value_label")
    if row["dimension_name"] not in view.additional_dimensions():
        return name
    return Markup("{}: {}").format(view.text(row, "dimension_label"), name)


def group_sentence(
    writer: Writer, row: Row, place: Literal["above", "below"], name: Markup | None = None
) -> Markup:
    """Say a group's churn and where it stands."""
    # "1.0 times the average" would say less than nothing, and a bound has no multiple.
    key = f"group_{place}" if place == "below" or row["lift"] < 1.05 else "group_times"
    if row["churn_rate"] in (0, 1):
        key = f"group_{place}_bound"
    return writer.say(
        key,
        name=name or writer.text(row, "value_label"),
        rate=writer.rate(row),
        interval=writer.interval(row),
        times=writer.number(row, "lift", 1),
    )


def dimension_message(view: View, dimension: str, rows: Sequence[Row]) -> Markup:
    """Say which values of an attribute have churn above and below the average, if any surely have.

    Where it is not clear whether the difference matters, that is said after the rates.

    Args:
        view: The portfolio.
        dimension: The attribute.
        rows: Its rows in `churn_rates`.

    Returns:
        A few sentences.
    """
    average = average_of(view)
    if average is None:
        return view.say("churn_unknown")
    measured = [row for row in rows if row["churn_rate"] is not None]
    if len(measured) < 2:
        return view.say("one_group")
    verdict = verdict_of(view, dimension)
    if verdict not in (SHOWN, UNCLEAR):
        return view.say(f"attribute_{verdict}" if verdict else "attribute_not_computable")
    sentences = []
    for place, best in (("above", max), ("below", min)):
        found = [row for row in measured if standing(row, average["churn_rate"]) == place]
        if found:
            row = best(found, key=lambda one: one["churn_rate"])
            sentences.append(group_sentence(view, row, "above" if place == "above" else "below"))
    if verdict == UNCLEAR:
        sentences.append(view.say("attribute_unclear"))
    return Markup(" ").join(sentences) if sentences else view.say("no_group_stands_out")


def headline(view: View) -> list[Markup]:
    """Say the main findings on a portfolio.

    Args:
        view: The portfolio.

    Returns:
        A few sentences, each true by an interval of its own.
    """
    average = average_of(view)
    if average is None:
        return [view.say("churn_unknown")]
    sentences = [
        view.say(
            "headline_all",
            churned=view.whole(average, "churned_count"),
            known=view.whole(average, "client_count"),
            rate=view.rate(average),
            interval=view.interval(average),
        )
    ]
    shown = [
        driver
        for driver in view.rows("churn_drivers", verdict=SHOWN, is_suppressed=False)
        if view.has("churn_rates")
    ]
    groups = [
        row
        for driver in shown
        for row in view.rows("churn_rates", dimension_name=driver["attribute"])
        if standing(row, average["churn_rate"]) == "above" and row["share_of_clients"] >= ENOUGH_CLIENTS
    ]
    if not groups:
        return [*sentences, view.say("headline_none")]
    highest = max(groups, key=lambda row: row["ci_low"])
    sentences.append(group_sentence(view, highest, "above", group_name(view, highest)))
    most = max(groups, key=lambda row: row["client_count"] * (row["churn_rate"] - average["churn_rate"]))
    if most is not highest:
        sentences.append(
            view.say(
                "headline_most",
                name=group_name(view, most),
                rate=view.rate(most),
                clients=view.percent(most, "share_of_clients", 0),
                churn=view.percent(most, "share_of_churn", 0),
            )
        )
    first = min(shown, key=lambda driver: driver["rank"])
    label = view.row("churn_rates", dimension_name=first["attribute"])
    if label is not None:
        sentences.append(view.say("headline_driver", name=view.text(label, "dimension_label")))
    return sentences


def change_sentence(writer: Writer, now: Row | None, before: Row | None) -> Markup:
    """Say how churn moved since the previous publication; only intervals that do not meet make a claim.

    Args:
        writer: Writes figures.
        now: All clients in the current publication.
        before: All clients in the previous one.

    Returns:
        A sentence; empty when there is nothing to compare.
    """
    if now is None or before is None or now["churn_rate"] is None or before["churn_rate"] is None:
        return Markup("")
    if now["data_origin"] != before["data_origin"]:
        return writer.say("change_other_data")
    key = (
        "rose"
        if now["ci_low"] > before["ci_high"]
        else "fell"
        if now["ci_high"] < before["ci_low"]
        else "same"
    )
    return writer.say(
        f"change_{key}",
        now=writer.rate(now),
        interval=writer.interval(now),
        before=writer.rate(before),
        interval_before=writer.interval(before),
    )
