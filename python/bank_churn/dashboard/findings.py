"""Plain sentences about what the marts say.

The direction always comes from the numbers; an interval that holds the average makes no claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from bank_churn.dashboard.blocks import Card, Finding
from bank_churn.dashboard.charts import standing
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.writer import Writer

SHOWN = "differs"
UNCLEAR = "unclear"
NEGLIGIBLE = "negligible"
ENOUGH_CLIENTS = 0.02
"""A finding is about at least this share of the clients; smaller groups are in the charts."""

MAIN_FINDINGS = 3
CLOSE_CITIES = 2
ABOUT_THE_EXTRACT = ("has_balance",)
UNKNOWN = "unknown"
QUARTER = re.compile(r"q\d")


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
    if row["dimension_name"] not in view.additional_dimensions() and not QUARTER.fullmatch(
        row["dimension_value"]
    ):
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


def main_findings(view: View) -> list[Finding]:
    """Choose the findings that matter most: the groups that hold most of the leavers above their size.

    One group of an attribute, its difference sure by its interval and by the comparison with clients alike in
    other things. Whether something is stated in the extract is no finding about people.
    """
    held = [[row for row in groups if holds_alike(view, row)] for groups in groups_above(view, (SHOWN,))]
    best = [max(groups, key=excess) for groups in held if groups]
    return [finding(view, row) for row in sorted(best, key=excess, reverse=True)[:MAIN_FINDINGS]]


def groups_above(view: View, verdicts: Sequence[str]) -> list[list[Row]]:
    """List by attribute the groups of some size whose churn is above the average by their interval.

    Args:
        view: Of a portfolio.
        verdicts: What the tests say of the attribute.
    """
    average = average_of(view)
    if average is None or not view.has("churn_rates"):
        return []
    return [
        [
            row
            for row in view.rows("churn_rates", dimension_name=driver["attribute"])
            if row["dimension_name"] not in ABOUT_THE_EXTRACT
            and row["dimension_value"] != UNKNOWN
            and standing(row, average["churn_rate"]) == "above"
            and (row["share_of_clients"] or 0) >= ENOUGH_CLIENTS
        ]
        for verdict in verdicts
        for driver in view.rows("churn_drivers", verdict=verdict, is_suppressed=False)
    ]


def without_findings(view: View) -> Markup:
    """Say instead of findings that no group leaves more often, or what the one that does lacks for one."""
    above = [row for groups in groups_above(view, (SHOWN, UNCLEAR, NEGLIGIBLE)) for row in groups]
    if not above:
        return view.say("headline_none")
    row = max(above, key=excess)
    verdict, alike = verdict_of(view, row["dimension_name"]), alike_sentence(view, row)
    if verdict != SHOWN:
        lacking = view.say(f"attribute_{verdict}")
    else:
        lacking = view.say("headline_but", told=alike) if alike else Markup("")
    return Markup(" ").join([group_sentence(view, row, "above", group_name(view, row)), lacking])


def excess(row: Row) -> float:
    """Return by how much a group's share of the leavers is above its share of the clients."""
    return float(row["share_of_churn"] - row["share_of_clients"])


def alike_row(view: View, row: Row) -> Row | None:
    """Return the comparison of a group with clients alike in other things, or None if there is none."""
    found = view.row(
        "adjusted_comparisons", attribute=row["dimension_name"], attribute_value=row["dimension_value"]
    )
    return found if found is not None and found["adjusted_difference"] is not None else None


def holds_alike(view: View, row: Row) -> bool:
    """Say whether churn is surely higher among clients alike in other things too, or was not compared."""
    found = alike_row(view, row)
    return found is None or found["adjusted_ci_low"] > 0


def alike_sentence(view: View, row: Row) -> Markup:
    """Say what remains of a difference among clients alike; empty if not compared, or alike in nothing."""
    found = alike_row(view, row)
    if found is None or found["held_alike"] is None:
        return Markup("")
    low, high = found["adjusted_ci_low"], found["adjusted_ci_high"]
    key = "unclear" if low <= 0 <= high else "above" if low > 0 else "below"
    return view.say(
        f"alike_{key}",
        held=view.text(found, "held_alike"),
        low=view.points(found, "adjusted_ci_low"),
        high=view.points(found, "adjusted_ci_high"),
    )


def lacks_values(view: View, row: Row) -> bool:
    """Say whether some clients have no value of the attribute: they are not among "the others"."""
    return bool(view.rows("churn_rates", dimension_name=row["dimension_name"], dimension_value=UNKNOWN))


def finding(view: View, row: Row) -> Finding:
    """Write a finding: the group against the others, its size, and whether something else explains it."""
    found = alike_row(view, row)
    name = group_name(view, row)
    title = (
        view.say("finding_alone", name=name, rate=view.rate(row))
        if found is None
        else view.say(
            "finding_against_known" if lacks_values(view, row) else "finding_against",
            name=name,
            rate=view.rate(row),
            rest=view.percent(found, "rest_churn_rate"),
        )
    )
    size = view.say(
        "finding_size",
        clients=view.percent(row, "share_of_clients"),
        churn=view.percent(row, "share_of_churn"),
        interval=view.interval(row),
    )
    return Finding(title, size, alike_sentence(view, row))


def worst_city_card(view: View) -> Card | None:
    """Write in which city most clients leave and how sure that is; None where there is nothing to compare."""
    average = average_of(view)
    rows = [
        row
        for row in view.rows("churn_rates", dimension_name="city")
        if row["churn_rate"] is not None and not row["is_small_group"]
    ]
    if average is None or len(rows) < 2:
        return None
    worst = max(rows, key=lambda row: row["churn_rate"])
    told = view.interval(worst)
    close = [row for row in rows if row is not worst and row["ci_high"] >= worst["ci_low"]]
    if close:
        names = Markup(", ").join(
            view.say("card_city_near", city=view.text(row, "value_label"), rate=view.rate(row))
            for row in sorted(close, key=lambda row: -row["churn_rate"])[:CLOSE_CITIES]
        )
        told = view.say("card_city_close", interval=told, names=names)
    if alike := alike_sentence(view, worst):
        told = view.say("card_city_note", interval=told, alike=alike)
    value = view.say("card_city_value", city=view.text(worst, "value_label"), rate=view.rate(worst))
    return Card(view.texts["card_city"], value, told)


def change_sentence(writer: Writer, now: Row | None, before: Row | None) -> Markup:
    """Say how churn moved since the previous publication; only intervals that do not meet make a claim.

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
