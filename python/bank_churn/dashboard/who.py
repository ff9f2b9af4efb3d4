"""Section "Who they are": segments, their portraits, and churned clients against remaining ones."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import pair_chart, wrap
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.where import numbered_label, rate_chart, rate_table
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


def who_section(view: View) -> Section:
    """Write the section."""
    title = view.texts["section_who"]
    if not view.has("segment_portraits", "portraits"):
        return Section("who", title, view.say("not_available", what=view.texts["mart_segments"]))
    segments = sorted(view.rows("segment_portraits"), key=lambda row: row["segment_order"])
    blocks = [
        segment_block(view, segments),
        loyal_block(view),
        portrait_block(view, segments),
    ]
    return Section("who", title, view.say("lead_who"), blocks)


def segment_block(view: View, segments: Sequence[Row]) -> Block:
    """Write the churn of each segment, and whether its name fits."""
    return Block(
        title=view.texts["segments_title"],
        message=fit_message(view, segments),
        spec=rate_chart(view, segments, [numbered_label(view, row, called(row)) for row in segments]),
        table=rate_table(view, segments, caption=view.texts["segments_title"], label=called),
    )


def fit_message(writer: Writer, segments: Sequence[Row]) -> Markup:
    """Say whether the names of the segments fit this portfolio."""
    misfits = [row for row in segments if row["hints_hold"] is False]
    names = Markup(", ").join(writer.say("quoted", name=writer.text(row, "segment_name")) for row in misfits)
    if misfits:
        return writer.say("segments_message_misfit", names=names)
    judged = any(row["hints_hold"] for row in segments)
    return writer.say("segments_message_fit" if judged else "segments_message_unjudged")


def portrait_block(view: View, segments: Sequence[Row]) -> Block:
    """Write the portraits of the segments beside the whole portfolio."""
    texts = view.texts
    groups = [("segment_v1", row["segment_code"]) for row in segments] + [("portfolio", "all")]
    rows = measure_rows(view, groups)
    is_named = any(called(row) == "segment_name" for row in segments)
    rule = [texts["segment_rule"], *(view.text(row, "segment_description") for row in segments), ""]
    names = [view.plain(row, called(row)) for row in segments]
    return Block(
        title=texts["portrait_title"],
        message=texts["portrait_message"],
        table=Table(
            [texts["measure"], *names, texts["portrait_all"]],
            [*([rule] if is_named else []), *rows],
            texts["portrait_title"],
        ),
        open_table=True,
        width="full",
    )


def measure_rows(view: View, groups: Sequence[tuple[str, str]]) -> list[list[str | Markup]]:
    """Write a table's rows, one per measure, with a column per group."""
    written: list[list[str | Markup]] = []
    for measure in MEASURES:
        found = [
            view.row("portraits", group_kind=kind, group_code=code, measure=measure) for kind, code in groups
        ]
        named = next((row for row in found if row is not None), None)
        if named is not None:
            values = [row["value"] for row in found if row is not None and row["value"] is not None]
            decimals = 0 if all(value == int(value) for value in values) else named["decimals"]
            cells = [measured(view, row, decimals, is_told=bool(values)) for row in found]
            written.append([view.text(named, "measure_label"), *cells])
    return written


def measured(view: View, row: Row | None, decimals: int, *, is_told: bool) -> Markup:
    """Write the value of a measure in its unit; a share that others have and this group has not is hidden."""
    if row is None:
        return Markup(DASH)
    is_share = row["measure_kind"] == "share"
    if is_share and is_told and row["value"] is None:
        return Markup('<span class="none">{}</span>').format(view.texts["hidden_count"])
    value = view.percent(row, "value") if is_share else view.number(row, "value", decimals)
    if not row["value_text"]:
        return value
    # The only measure with a text is the most frequent city.
    city = view.row("churn_rates", dimension_name="city", dimension_value=row["value_text"])
    name = view.text(city, "value_label") if city is not None else view.text(row, "value_text")
    return Markup("{} ({})").format(value, name)


def loyal_block(view: View) -> Block:
    """Write churned clients against remaining ones."""
    texts = view.texts
    pairs = [
        [
            row
            for group in CHURN_GROUPS
            for row in view.rows("portraits", group_kind="churn", group_code=group, measure=measure)
            if row["value"] is not None
        ]
        for measure in SHARES
    ]
    whole = [pair for pair in pairs if len(pair) == len(CHURN_GROUPS)]
    if not whole:
        return Block(title=texts["loyal_title"], message=view.say("churn_unknown"))
    rows = [row for pair in whole for row in pair]
    spec = pair_chart(
        rows,
        writer=view,
        labels=[wrap(view.plain(row, "measure_label")) for row in rows],
        groups=[view.plain(row, "group_label") for row in rows],
        axis_title=texts["share_axis"],
    )
    headings = [view.plain(row, "group_label") for row in whole[0]]
    groups = [("churn", group) for group in CHURN_GROUPS]
    table = Table(
        [texts["measure"], *headings],
        measure_rows(view, groups),
        texts["loyal_table"],
    )
    message = view.say("loyal_message", sentence=loyal_sentence(view, whole))
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
