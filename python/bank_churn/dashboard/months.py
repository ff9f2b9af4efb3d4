"""Months: what changed and whether surely, who left and came, and drift among what to trust."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section
from bank_churn.dashboard.charts import LARGEST, interval_chart, wrap
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.month_charts import months_chart
from bank_churn.dashboard.view import View

EVERYBODY = "all"
TOLD_GROUPS = 3
ALIKE_LENGTHS = 3
"""Periods whose lengths differ by no more days than this are compared as they are."""
DOUBTFUL = ("moved", "shifted", "more_gaps")
TOLD_VERDICTS = ("began", "ended", "turned", "not_judged", "lasting")
FLOW = (
    *("at_start", "left_count", "disappeared_count", "leaver_count"),
    *("joined_count", "returned_count", "at_end"),
)


def latest_of(rows: Sequence[Row], column: str) -> list[Row]:
    """Pick the rows of the latest month."""
    last = max((row[column] for row in rows), default=None)
    return [row for row in rows if row[column] == last]


def periods_of(view: View) -> list[Row]:
    """Return what became of all clients in each period that is shown, in order."""
    rows = view.rows("client_flow", attribute=EVERYBODY)
    return [row for row in rows if not row["is_suppressed"] and row["leaving_rate"] is not None]


def sure_changes(view: View) -> list[Row]:
    """Return the groups whose leaving surely changed in the latest period, the largest change first."""
    rows = [
        row
        for row in latest_of(view.rows("client_flow"), "period_end")
        if row["attribute"] != EVERYBODY and row["is_sure_change"] and not row["is_suppressed"]
    ]
    return sorted(rows, key=lambda row: -abs(row["rate_change"]))


def group_of(view: View, row: Row) -> Markup:
    """Name a group with its attribute."""
    return Markup("{}: {}").format(view.text(row, "attribute_label"), view.text(row, "value_label"))


def months_summary(view: View) -> list[Markup]:
    """Say what changed since the month before, and whether surely.

    Returns:
        A few sentences; none without two months.
    """
    periods = periods_of(view)
    if not periods:
        return []
    now = periods[-1]
    told = [leavers_told(view, now)]
    if now["rate_change"] is not None:
        key = "same" if not now["is_sure_change"] else "rose" if now["rate_change"] > 0 else "fell"
        told.append(
            view.say(
                f"months_{key}",
                change=view.points(now, "rate_change"),
                low=view.points(now, "rate_change_ci_low"),
                high=view.points(now, "rate_change_ci_high"),
            )
        )
    told.append(
        view.say(
            "months_came",
            joined=view.whole(now, "joined_count"),
            returned=view.whole(now, "returned_count"),
            end=view.whole(now, "at_end"),
        )
    )
    told += [group_change(view, row) for row in sure_changes(view)[:TOLD_GROUPS]]
    return [*told, *[view.text(row, "reading") for row in doubtful(view)]]


def leavers_told(view: View, now: Row) -> Markup:
    """Say how many left in a period, and how many of them are only gone from the extract."""
    said = {
        "since": view.day(now, "period_start"),
        "until": view.day(now, "period_end"),
        "left": view.whole(now, "leaver_count"),
        "start": view.whole(now, "at_start"),
        "rate": view.rate(now, "leaving_rate"),
        "interval": view.interval(now),
    }
    counts = [now["leaver_count"], now["left_count"], now["disappeared_count"]]
    if None in counts or counts[0] == counts[1]:
        return view.say("months_left", **said)
    return view.say("months_left_and_gone", gone=view.whole(now, "disappeared_count"), **said)


def group_change(view: View, row: Row) -> Markup:
    """Say how leaving changed in a group."""
    return view.say(
        "months_group_rose" if row["rate_change"] > 0 else "months_group_fell",
        name=group_of(view, row),
        change=view.points(row, "rate_change"),
        rate=view.rate(row, "leaving_rate"),
    )


def doubtful(view: View) -> list[Row]:
    """Return the attributes whose values drifted in the latest month."""
    rows = latest_of(view.rows("attribute_drift"), "period_end")
    return [row for row in rows if row["verdict"] in DOUBTFUL and not row["is_suppressed"]]


def months_section(view: View) -> Section | None:
    """Write the section.

    Returns:
        The section; None without two months.
    """
    periods = periods_of(view)
    if not periods:
        return None
    blocks = [
        leaving_block(view, periods),
        *trend_blocks(view),
        changes_block(view),
        *segment_blocks(view),
        *lasting_blocks(view),
        *stability_blocks(view),
    ]
    return Section("months", view.texts["section_months"], view.say("lead_months"), blocks)


def leaving_block(view: View, periods: Sequence[Row]) -> Block:
    """Write who left and came in each period."""
    texts = view.texts
    lengths = [row["day_count"] for row in periods]
    is_even = max(lengths) - min(lengths) <= ALIKE_LENGTHS
    columns = (
        ("leaving_rate", "ci_low", "ci_high")
        if is_even
        else ("leaving_rate_30_days", "ci_low_30_days", "ci_high_30_days")
    )
    rate, low, high = columns
    spec = months_chart(
        periods,
        writer=view,
        day="period_end",
        columns=columns,
        title=texts["leaving_axis" if is_even else "leaving_axis_30"],
        sure="is_sure_change",
    )
    table = view.table(
        periods,
        texts["leaving_title"],
        ("period_end", view.day, "period_end"),
        *((f"flow_{column}", view.whole, column) for column in FLOW),
        ("leaving_rate", view.rate, rate, low, high),
        ("ci", view.interval, low, high),
    )
    message = texts["leaving_message" if is_even else "leaving_message_30"]
    return Block(texts["leaving_title"], message, spec, table, width="full")


def trend_blocks(view: View) -> list[Block]:
    """Write the churn rate of each month's extract."""
    texts = view.texts
    rows = [row for row in view.rows("churn_trend", attribute=EVERYBODY) if row["churn_rate"] is not None]
    if len(rows) < 2:
        return []
    columns = ("churn_rate", "ci_low", "ci_high")
    spec = months_chart(
        rows,
        writer=view,
        day="snapshot_date",
        columns=columns,
        title=texts["churn_rate"],
        sure="is_sure_change",
    )
    table = view.table(
        rows,
        texts["trend_title"],
        ("snapshot_day", view.day, "snapshot_date"),
        ("clients", view.whole, "client_count"),
        ("churned", view.whole, "churned_count"),
        ("churn_rate", view.rate),
        ("ci", view.interval),
    )
    return [Block(texts["trend_title"], texts["trend_message"], spec, table)]


def changes_block(view: View) -> Block:
    """Write in which groups leaving surely changed."""
    texts = view.texts
    rows = sure_changes(view)
    title = texts["changes_title"]
    if not rows:
        return Block(title, texts["changes_none"])
    table = view.table(
        rows,
        title,
        ("group", lambda row: group_of(view, row)),
        ("flow_at_start", view.whole, "at_start"),
        ("leaving_rate", view.rate, "leaving_rate"),
        ("change", view.points, "rate_change"),
        ("ci", view.between, "rate_change_ci_low", "rate_change_ci_high", "points:1"),
    )
    return Block(title, texts["changes_message"], table=table, open_table=True)


def newest_segments(view: View) -> int:
    """Return the newest version of the segments' rules."""
    return max((row["segment_version"] for row in view.rows("segment_flow")), default=0)


def segment_blocks(view: View) -> list[Block]:
    """Write from which segments clients leave, and between which they move."""
    texts, version = view.texts, newest_segments(view)
    leaving = [
        row
        for row in latest_of(view.rows("client_flow", attribute=f"segment_v{version}"), "period_end")
        if not row["is_suppressed"] and row["leaving_rate"] is not None
    ]
    ways = [
        row
        for row in latest_of(view.rows("segment_flow", segment_version=version), "period_end")
        if not row["is_suppressed"] and row["from_segment"] != row["to_segment"]
    ]
    blocks = []
    if len(leaving) > 1:
        average = periods_of(view)[-1]
        drawn = sorted(leaving, key=lambda row: -row["leaving_rate"])[:LARGEST]
        spec = interval_chart(
            drawn,
            writer=view,
            labels=[wrap(view.plain(row, "value_label")) for row in drawn],
            columns=("leaving_rate", "ci_low", "ci_high"),
            average=average,
            average_column="leaving_rate",
            axis_title=texts["leaving_axis"],
            largest=min(1.0, max(row["ci_high"] for row in drawn if not row["is_small_group"])),
        )
        table = view.table(
            drawn,
            texts["segment_leaving_title"],
            ("group", view.text, "value_label"),
            ("flow_at_start", view.whole, "at_start"),
            ("leaving_rate", view.rate, "leaving_rate"),
            ("ci", view.interval),
        )
        blocks.append(Block(texts["segment_leaving_title"], texts["segment_leaving_message"], spec, table))
    if ways:
        table = view.table(
            sorted(ways, key=lambda row: -row["client_count"])[:LARGEST],
            texts["ways_title"],
            ("way_from", view.text, "from_label"),
            ("way_to", view.text, "to_label"),
            ("clients", view.whole, "client_count"),
            ("way_share", view.percent, "share"),
            ("ci", view.interval),
        )
        blocks.append(Block(texts["ways_title"], texts["ways_message"], table=table, open_table=True))
    return blocks


def lasting_blocks(view: View) -> list[Block]:
    """Write who is there still of the first month, by segment, and of the newcomers."""
    texts, version = view.texts, newest_segments(view)
    last = latest_of(view.rows("survival_by_segment"), "period_end")
    rows = [row for row in last if row["segment_version"] in (0, version) and not row["is_suppressed"]]
    everybody = next((row for row in rows if row["segment_version"] == 0), None)
    blocks = []
    drawn = [row for row in rows if row["segment_version"] == version and row["survival"] is not None]
    if everybody is not None and len(drawn) > 1 and everybody["period_number"] > 1:
        drawn = sorted(drawn, key=lambda row: row["survival"])[:LARGEST]
        columns = ("survival", "ci_low", "ci_high")
        spec = interval_chart(
            drawn,
            writer=view,
            labels=[wrap(view.plain(row, "segment_name")) for row in drawn],
            columns=columns,
            average=everybody,
            average_column="survival",
            axis_title=texts["survival_axis"],
            standings=[
                "above"
                if row["ci_high"] < everybody["survival"]
                else "below"
                if row["ci_low"] > everybody["survival"]
                else "same"
                for row in drawn
            ],
        )
        table = view.table(
            [*drawn, everybody],
            texts["survival_title"],
            ("group", view.text, "segment_name"),
            ("survival_axis", view.percent, "survival"),
            ("ci", view.interval),
        )
        message = view.say("survival_message", days=view.whole(everybody, "days_since_first"))
        blocks.append(Block(texts["survival_title"], message, spec, table))
    cohorts = [
        row
        for row in view.rows("cohort_retention", is_left_truncated=False)
        if not row["is_suppressed"] and row["periods_since"] > 0
    ]
    if cohorts:
        latest = {row["first_date"]: row for row in cohorts}  # they come in the order of their days
        table = view.table(
            list(latest.values()),
            texts["cohorts_title"],
            ("cohort", view.day, "first_date"),
            ("snapshot_day", view.day, "snapshot_date"),
            ("cohort_size", view.whole, "cohort_size"),
            ("still", view.percent, "still_share"),
            ("ci", view.interval),
        )
        blocks.append(Block(texts["cohorts_title"], texts["cohorts_message"], table=table, open_table=True))
    return blocks


def stability_blocks(view: View) -> list[Block]:
    """Write which findings hold month after month, and which began or ended."""
    texts = view.texts
    rows = view.rows("finding_stability")
    told = [row for row in rows if row["verdict"] in TOLD_VERDICTS]
    if not told:
        return []
    order = {verdict: place for place, verdict in enumerate(TOLD_VERDICTS)}
    table = view.table(
        sorted(told, key=lambda row: order[row["verdict"]]),
        texts["stability_title"],
        ("group", lambda row: group_of(view, row)),
        ("stability", lambda row: view.words(row["verdict"], "stability")),
        ("churn_now", lambda row: view.words(row["standing"], "standing")),
        ("since", view.day, "since_date"),
        ("in_row", view.whole, "months_in_row"),
    )
    is_news = any(row["verdict"] != "lasting" for row in told)
    message = texts["stability_message" if is_news else "stability_message_lasting"]
    return [Block(texts["stability_title"], message, table=table, width="full", open_table=is_news)]


def drift_blocks(view: View) -> list[Block]:
    """Write in which months the values of an attribute drifted."""
    texts = view.texts
    rows = [row for row in view.rows("attribute_drift") if not row["is_suppressed"]]
    found = [row for row in rows if row["verdict"] != "stable"]
    if not rows:
        return []
    if not found:
        return [Block(texts["drift_title"], texts["drift_none"])]
    table = view.table(
        sorted(found, key=lambda row: row["period_end"], reverse=True),
        texts["drift_title"],
        ("period_end", view.day, "period_end"),
        ("attribute", view.text, "attribute_label"),
        ("reading", view.text, "reading"),
    )
    return [Block(texts["drift_title"], texts["drift_message"], table=table, open_table=True, width="full")]
