"""Section "Who they are": segments, their portraits, and churned clients against remaining ones."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import interval_chart, pair_chart, wrap
from bank_churn.dashboard.findings import average_of
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.where import numbered_label, rate_table, shared_scale
from bank_churn.dashboard.writer import DASH, Writer

SHARES = ("women_share", "card_share", "active_share", "missing_balance_share")
MEASURES = (
    *("share_of_clients", "share_of_churn", *SHARES, "top_city_share", "age_median", "product_count_median"),
    *("property_points_median", "credit_score_median", "balance_median", "estimated_salary_median"),
)
CHURN_GROUPS = ("churned", "stayed")


def called(segment: Row) -> str:
    """Choose what a segment is called: by its rule where its name does not fit the bank."""
    return "segment_description" if segment["label_fits"] is False else "segment_name"


def who_section(writer: Writer, marts: Marts, portfolio: str) -> Section:
    """Write the section.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        The section.
    """
    title = writer.texts["section_who"]
    if not marts.has("segment_portraits", "portraits"):
        return Section("who", title, writer.say("not_available", what=writer.texts["mart_segments"]))
    segments = sorted(
        marts.of("segment_portraits", portfolio=portfolio), key=lambda row: row["segment_order"]
    )
    blocks = [
        segment_block(writer, marts, portfolio, segments),
        loyal_block(writer, marts, portfolio),
        portrait_block(writer, marts, portfolio, segments),
    ]
    return Section("who", title, writer.say("lead_who"), blocks)


def segment_block(writer: Writer, marts: Marts, portfolio: str, segments: Sequence[Row]) -> Block:
    """Write the churn of each segment, and whether its name fits."""
    spec = None
    if any(row["churn_rate"] is not None for row in segments):
        spec = interval_chart(
            segments,
            writer=writer,
            labels=[numbered_label(writer, row, called(row)) for row in segments],
            average=average_of(marts, portfolio),
            axis_title=writer.texts["churn_rate"].lower(),
            largest=shared_scale([segments]),
        )
    return Block(
        title=writer.texts["segments_title"],
        message=fit_message(writer, segments),
        spec=spec,
        table=rate_table(writer, segments, caption=writer.texts["segments_title"], label=called),
    )


def fit_message(writer: Writer, segments: Sequence[Row]) -> Markup:
    """Say whether the names of the segments fit this portfolio."""
    misfits = [row for row in segments if row["hints_hold"] is False]
    names = Markup(", ").join(writer.say("quoted", name=writer.text(row, "segment_name")) for row in misfits)
    if misfits:
        return writer.say("segments_message_misfit", names=names)
    judged = any(row["hints_hold"] for row in segments)
    return writer.say("segments_message_fit" if judged else "segments_message_unjudged")


def portrait_block(writer: Writer, marts: Marts, portfolio: str, segments: Sequence[Row]) -> Block:
    """Write the portraits of the segments beside the whole portfolio."""
    texts = writer.texts
    groups = [("segment_v1", row["segment_code"]) for row in segments] + [("portfolio", "all")]
    rows = measure_rows(writer, marts, portfolio, groups)
    rule = [texts["segment_rule"], *(writer.text(row, "segment_description") for row in segments), ""]
    names = [writer.plain(row, called(row)) for row in segments]
    return Block(
        title=texts["portrait_title"],
        message=texts["portrait_message"],
        table=Table(
            [texts["measure"], *names, texts["portrait_all"]], [rule, *rows], texts["portrait_title"]
        ),
        open_table=True,
        width="full",
    )


def measure_rows(
    writer: Writer, marts: Marts, portfolio: str, groups: Sequence[tuple[str, str]]
) -> list[list[str | Markup]]:
    """Write a table's rows, one per measure, with a column per group."""
    written: list[list[str | Markup]] = []
    for measure in MEASURES:
        found = [
            marts.one("portraits", portfolio=portfolio, group_kind=kind, group_code=code, measure=measure)
            for kind, code in groups
        ]
        named = next((row for row in found if row is not None), None)
        if named is not None:
            values = [row["value"] for row in found if row is not None and row["value"] is not None]
            decimals = 0 if all(value == int(value) for value in values) else named["decimals"]
            cells = [measured(writer, marts, row, decimals) for row in found]
            written.append([writer.text(named, "measure_label"), *cells])
    return written


def measured(writer: Writer, marts: Marts, row: Row | None, decimals: int) -> Markup:
    """Write the value of a measure in its unit."""
    if row is None:
        return Markup(DASH)
    is_share = row["measure_kind"] == "share"
    value = writer.percent(row, "value") if is_share else writer.number(row, "value", decimals)
    if not row["value_text"]:
        return value
    # The only measure with a text is the most frequent city.
    city = marts.one(
        "churn_rates", portfolio=row["portfolio"], dimension_name="city", dimension_value=row["value_text"]
    )
    name = writer.text(city, "value_label") if city is not None else writer.text(row, "value_text")
    return Markup("{} ({})").format(value, name)


def loyal_block(writer: Writer, marts: Marts, portfolio: str) -> Block:
    """Write churned clients against remaining ones."""
    texts = writer.texts
    pairs = [
        [
            row
            for group in CHURN_GROUPS
            for row in marts.of(
                "portraits", portfolio=portfolio, group_kind="churn", group_code=group, measure=measure
            )
            if row["value"] is not None
        ]
        for measure in SHARES
    ]
    whole = [pair for pair in pairs if len(pair) == len(CHURN_GROUPS)]
    if not whole:
        return Block(title=texts["loyal_title"], message=writer.say("churn_unknown"))
    rows = [row for pair in whole for row in pair]
    spec = pair_chart(
        rows,
        writer=writer,
        labels=[wrap(writer.plain(row, "measure_label")) for row in rows],
        groups=[writer.plain(row, "group_label") for row in rows],
        axis_title=texts["share_axis"],
    )
    headings = [writer.plain(row, "group_label") for row in whole[0]]
    groups = [("churn", group) for group in CHURN_GROUPS]
    table = Table(
        [texts["measure"], *headings],
        measure_rows(writer, marts, portfolio, groups),
        texts["loyal_table"],
    )
    message = writer.say("loyal_message", sentence=loyal_sentence(writer, whole))
    return Block(title=texts["loyal_title"], message=message, spec=spec, table=table)


def loyal_sentence(writer: Writer, pairs: Sequence[Sequence[Row]]) -> Markup:
    """Say in which share churned and remaining clients surely differ most."""
    apart = [
        (abs(one["value"] - other["value"]), one, other)
        for one, other in pairs
        if one["ci_low"] is not None
        and other["ci_low"] is not None
        and (one["ci_low"] > other["ci_high"] or one["ci_high"] < other["ci_low"])
    ]
    if not apart:
        return writer.say("loyal_same")
    _, one, other = max(apart, key=lambda found: found[0])
    return writer.say(
        "loyal_differs",
        name=writer.text(one, "measure_label"),
        churned=writer.percent(one, "value"),
        stayed=writer.percent(other, "value"),
    )
