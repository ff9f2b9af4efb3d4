"""Section "Can we trust it": the extract, missing balances, and how the churn model was checked."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import bar_chart, calibration_chart, interval_chart, standing, wrap
from bank_churn.dashboard.forecasts import forecast_blocks
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.method import hypotheses_block, shape_blocks
from bank_churn.dashboard.months import drift_blocks
from bank_churn.dashboard.next_steps import BASELINE, OUT_OF_FOLD, SCORING_MODEL, gains_block
from bank_churn.dashboard.view import View
from bank_churn.dashboard.where import by_value, largest_groups, numbered_label, size
from bank_churn.dashboard.writer import DASH, Writer

TOO_GOOD = 0.995  # area under the ROC curve that no honest attribute gives, as var telling_area
CHANCE = 0.5  # how a choice at random ranks
MISSING_BY = ("city", "product_count")


def trust_section(view: View) -> Section:
    """Write the section."""
    blocks = [
        *doubt_blocks(view),
        *drift_blocks(view),
        *quality_blocks(view),
        *not_supplied_blocks(view),
        *missing_blocks(view),
        model_block(view),
        calibration_block(view),
        *forecast_blocks(view),
        gains_block(view),
        hypotheses_block(view),
        *shape_blocks(view),
    ]
    return Section("trust", view.texts["section_trust"], view.say("lead_trust"), blocks)


def doubt_blocks(view: View) -> list[Block]:
    """Write what makes the figures unbelievable, before anything else."""
    texts = view.texts
    rows = view.rows("data_quality", kind="warning")
    models = view.rows("churn_model_quality", evaluation=OUT_OF_FOLD, model_variant=SCORING_MODEL)
    told = [texts["doubts_message"]]
    told += [texts["doubts_model"] for row in models if (row["roc_auc"] or 0) >= TOO_GOOD]
    title = texts["doubts_title"]
    if not rows and len(told) == 1:
        return []
    columns = [("check_heading", view.text, "description"), ("what_to_do_heading", view.text, "what_to_do")]
    table = view.table(rows, title, *columns) if rows else None
    return [Block(title, " ".join(told), table=table, open_table=True, width="full")]


def quality_blocks(view: View) -> list[Block]:
    """Write what became of the rows of the extract."""
    texts = view.texts
    found = view.rows("data_quality")
    totals = {row["check_name"]: row for row in found if row["kind"] == "total"}
    counted = sorted([row for row in found if row["row_count"]], key=lambda row: -row["row_count"])
    reasons = [row for row in counted if row["kind"] == "rejection"]
    gaps = [row for row in counted if row["kind"] == "observation"]
    message = view.say(
        "quality_message",
        raw=view.whole(totals["raw_rows"], "row_count"),
        accepted=view.whole(totals["accepted_rows"], "row_count"),
        share=view.percent(totals["accepted_rows"], "share"),
        rejected=view.whole(totals["rejected_rows"], "row_count"),
    )
    why = view.say("reasons_none") if not reasons else Markup("")
    # Of several equally frequent reasons none is the most frequent.
    if reasons and (len(reasons) == 1 or reasons[0]["row_count"] > reasons[1]["row_count"]):
        why = view.say(
            "reasons_message",
            name=view.text(reasons[0], "description"),
            count=view.whole(reasons[0], "row_count"),
        )
    return [
        Block(
            texts["reasons_title"],
            message + " " + why,
            bar_chart(
                reasons,
                column="row_count",
                labels=[wrap(view.plain(row, "description"), width=30) for row in reasons],
            )
            if reasons
            else None,
            quality_table(view, reasons, texts["reasons_title"]) if reasons else None,
        ),
        Block(
            texts["gaps_title"],
            texts["gaps_message"] if gaps else texts["gaps_none"],
            table=quality_table(view, gaps, texts["gaps_title"]) if gaps else None,
            open_table=True,
        ),
    ]


def not_supplied_blocks(view: View) -> list[Block]:
    """Write what the bank does not supply, so that nobody looks for it on the page."""
    texts = view.texts
    rows = view.rows("data_quality", kind="not_supplied")
    title = texts["not_supplied_title"]
    table = view.table(rows, title, ("check_heading", view.text, "description"))
    message = texts["not_supplied_message"]
    if any(row["column_name"] == "balance" for row in rows):
        message += " " + texts["not_supplied_balance"]
    return [Block(title, message, table=table, open_table=True)] if rows else []


def quality_table(writer: Writer, rows: Sequence[Row], caption: str) -> Table:
    """Write checks with their counts as a table."""
    return writer.table(
        rows,
        caption,
        ("check_heading", writer.text, "description"),
        ("rows_heading", writer.whole, "row_count"),
        ("share_heading", writer.percent, "share", 2),
    )


def missing_blocks(view: View) -> list[Block]:
    """Write whose balance is missing."""
    texts = view.texts
    if "balance" in view.names("columns_not_supplied"):
        reading = view.row("missing_balance_summary", dimension_name="all")
        return [Block(texts["missing_all_title"], view.text(reading, "reading") if reading else "")]
    everyone = view.row("missing_balance_profile", dimension_name="all")
    if everyone is None or everyone["missing_share"] is None:
        return [Block(texts["missing_all_title"], texts["hidden"].capitalize() + ".")]
    if everyone["missing_count"] == 0:
        return [Block(texts["missing_all_title"], texts["missing_none"])]
    return [
        missing_block(view, everyone, rows)
        for dimension in MISSING_BY
        if (rows := view.rows("missing_balance_profile", dimension_name=dimension))
        and any(row["missing_share"] is not None for row in rows)
    ]


def missing_block(view: View, everyone: Row, rows: Sequence[Row]) -> Block:
    """Write whose balance is missing, by one attribute."""
    texts = view.texts
    ordered = sorted(rows, key=by_value)
    drawn = largest_groups(ordered)
    dimension = rows[0]["dimension_name"]
    reading = view.row("missing_balance_summary", dimension_name=dimension)
    title = texts["missing_title"].format(name=view.plain(rows[0], "dimension_label"))
    spec = interval_chart(
        drawn,
        writer=view,
        labels=[numbered_label(view, row) for row in drawn],
        columns=("missing_share", "missing_share_ci_low", "missing_share_ci_high"),
        average=everyone,
        average_column="missing_share",
        axis_title=texts["missing_axis"],
        standings=[
            "small"
            if size(row) < SMALL
            else standing(row, everyone["missing_share"], "missing_share_ci_low", "missing_share_ci_high")
            for row in drawn
        ],
    )
    table = view.table(
        [*ordered, everyone],
        title,
        ("group", view.text, "value_label"),
        ("clients", view.whole, "client_count"),
        ("missing_share", view.rate, "missing_share", "missing_share_ci_low", "missing_share_ci_high"),
        ("churn_missing", view.rate, "churn_rate_missing", "ci_low_missing", "ci_high_missing"),
        ("churn_present", view.rate, "churn_rate_present", "ci_low_present", "ci_high_present"),
    )
    return Block(title, view.text(reading, "reading") if reading else "", spec, table)


SMALL = 30
"""This mart does not mark small groups; below this many clients they are grey, as elsewhere."""


def calibration_block(view: View) -> Block:
    """Write whether the model's probabilities come true."""
    texts = view.texts
    if not view.has("churn_model_calibration"):
        return view.absent("calibration_title", "mart_model", "half")
    rows = [
        row
        for row in view.rows(
            "churn_model_calibration",
            evaluation=OUT_OF_FOLD,
            model_variant=SCORING_MODEL,
        )
        if row["churn_rate"] is not None
    ]
    if not rows:
        return Block(texts["calibration_title"], view.say("model_none"))
    top = max(rows, key=lambda row: row["mean_predicted"])
    message = view.say(
        "calibration_message", predicted=view.percent(top, "mean_predicted"), observed=view.rate(top)
    )
    titles = (texts["calibration_x"], texts["calibration_y"])
    table = view.table(
        rows,
        texts["calibration_title"],
        ("decile", view.whole, "decile"),
        ("clients", view.whole, "client_count"),
        ("calibration_x", view.percent, "mean_predicted"),
        ("calibration_y", view.rate),
        ("ci", view.interval),
    )
    spec = calibration_chart(rows, titles=titles, ideal=texts["calibration_ideal"])
    return Block(texts["calibration_title"], message, spec, table)


def model_block(view: View) -> Block:
    """Write the quality of the model beside the plain baseline."""
    texts = view.texts
    if not view.has("churn_model_quality"):
        return view.absent("model_title", "mart_model", "half")
    rows = [
        row for row in view.rows("churn_model_quality", evaluation=OUT_OF_FOLD) if row["roc_auc"] is not None
    ]
    variants = {row["model_variant"]: row for row in rows}
    if SCORING_MODEL not in variants:
        return Block(texts["model_title"], view.say("model_none"))
    message = view.say("model_message")
    if BASELINE in variants:
        ours, baseline = variants[SCORING_MODEL], variants[BASELINE]
        is_better = ours["roc_auc"] > baseline["roc_auc"]
        is_chance = ours["roc_auc_low"] is None or ours["roc_auc_low"] <= CHANCE
        told = view.say(
            "model_chance" if is_chance else "model_better" if is_better else "model_not_better",
            model=view.number(ours, "roc_auc", 2),
            baseline=view.number(baseline, "roc_auc", 2),
        )
        message = told + " " + message
    table = view.table(
        rows,
        texts["model_title"],
        (
            "variant",
            lambda row: view.text(row, "model_variant_label") if row["model_variant_label_ru"] else DASH,
        ),
        ("ranking", view.number, "roc_auc", 4),
        ("brier", view.number, "brier", 4),
        ("ece", view.number, "ece", 4),
    )
    link = (passport_of(view), texts["passport_link"])
    return Block(texts["model_title"], message, table=table, open_table=True, link=link)


def passport_of(view: View) -> str:
    """Name the page of the models' passport, which stands beside this one."""
    return f"model_passport.{view.language}.html"
