"""Plain sentences about what the marts say.

The direction always comes from the numbers; an interval that holds the average makes no claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from bank_churn.dashboard.charts import standing
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.writer import Writer

SHOWN = "differs"
UNCLEAR = "unclear"
ENOUGH_CLIENTS = 0.02
"""A headline is about at least this share of the clients; smaller groups are in the charts."""


def average_of(marts: Marts, portfolio: str) -> Row | None:
    """Return the row of all clients of a portfolio, if its churn is known and may be shown."""
    row = marts.one("churn_rates", portfolio=portfolio, dimension_name="all")
    return row if row is not None and row["churn_rate"] is not None else None


def verdict_of(marts: Marts, portfolio: str, attribute: str) -> str | None:
    """Return whether an attribute is shown to go with churn, or None if it was not examined."""
    driver = marts.one("churn_drivers", portfolio=portfolio, attribute=attribute)
    return None if driver is None or driver["is_suppressed"] else driver["verdict"]


def group_name(writer: Writer, marts: Marts, row: Row) -> Markup:
    """Name a group where its attribute is not in the title; by it, where a value does not tell it."""
    name = writer.text(row, "value_label")
    if row["dimension_name"] not in marts.additional_dimensions(row["portfolio"]):
        return name
    return Markup("{}: {}").format(writer.text(row, "dimension_label"), name)


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


def dimension_message(
    writer: Writer, marts: Marts, portfolio: str, dimension: str, rows: Sequence[Row]
) -> Markup:
    """Say which values of an attribute have churn above and below the average, if any surely have.

    Where it is not clear whether the difference matters, that is said after the rates.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.
        dimension: The attribute.
        rows: Its rows in `churn_rates`.

    Returns:
        A few sentences.
    """
    average = average_of(marts, portfolio)
    if average is None:
        return writer.say("churn_unknown")
    measured = [row for row in rows if row["churn_rate"] is not None]
    if len(measured) < 2:
        return writer.say("one_group")
    verdict = verdict_of(marts, portfolio, dimension)
    if verdict not in (SHOWN, UNCLEAR):
        return writer.say(f"attribute_{verdict}" if verdict else "attribute_not_computable")
    sentences = []
    for place, best in (("above", max), ("below", min)):
        found = [row for row in measured if standing(row, average["churn_rate"]) == place]
        if found:
            row = best(found, key=lambda one: one["churn_rate"])
            sentences.append(group_sentence(writer, row, "above" if place == "above" else "below"))
    if verdict == UNCLEAR:
        sentences.append(writer.say("attribute_unclear"))
    return Markup(" ").join(sentences) if sentences else writer.say("no_group_stands_out")


def headline(writer: Writer, marts: Marts, portfolio: str) -> list[Markup]:
    """Say the main findings on a portfolio.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        A few sentences, each true by an interval of its own.
    """
    average = average_of(marts, portfolio)
    if average is None:
        return [writer.say("churn_unknown")]
    sentences = [
        writer.say(
            "headline_all",
            churned=writer.whole(average, "churned_count"),
            known=writer.whole(average, "client_count"),
            rate=writer.rate(average),
            interval=writer.interval(average),
        )
    ]
    shown = [
        driver
        for driver in marts.of("churn_drivers", portfolio=portfolio, verdict=SHOWN, is_suppressed=False)
        if marts.has("churn_rates")
    ]
    groups = [
        row
        for driver in shown
        for row in marts.of("churn_rates", portfolio=portfolio, dimension_name=driver["attribute"])
        if standing(row, average["churn_rate"]) == "above"
        and (row["share_of_clients"] is None or row["share_of_clients"] >= ENOUGH_CLIENTS)
    ]
    if not groups:
        return [*sentences, writer.say("headline_none")]
    highest = max(groups, key=lambda row: row["ci_low"])
    sentences.append(group_sentence(writer, highest, "above", group_name(writer, marts, highest)))
    counted = [row for row in groups if row["client_count"] is not None]
    most = max(
        counted,
        key=lambda row: row["client_count"] * (row["churn_rate"] - average["churn_rate"]),
        default=highest,
    )
    if most is not highest:
        sentences.append(
            writer.say(
                "headline_most",
                name=group_name(writer, marts, most),
                rate=writer.rate(most),
                clients=writer.percent(most, "share_of_clients", 0),
                churn=writer.percent(most, "share_of_churn", 0),
            )
        )
    first = min(shown, key=lambda driver: driver["rank"])
    label = marts.one("churn_rates", portfolio=portfolio, dimension_name=first["attribute"])
    if label is not None:
        sentences.append(writer.say("headline_driver", name=writer.text(label, "dimension_label")))
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
