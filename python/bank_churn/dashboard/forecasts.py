"""Whether published forecasts came true: what the model said of clients, and what became of them."""

from __future__ import annotations

from bank_churn.dashboard.blocks import Block, Table
from bank_churn.dashboard.charts import interval_chart, wrap
from bank_churn.dashboard.next_steps import BASELINE, SCORING_MODEL
from bank_churn.dashboard.view import View

BANDS = "risk_band"


def forecast_blocks(view: View) -> list[Block]:
    """Write whether the forecasts came true.

    Returns:
        A block; none as long as no forecast has come due.
    """
    texts = view.texts
    shown = [row for row in view.rows("forecast_quality") if not row["is_suppressed"]]
    latest = [row for row in shown if row["model_variant"] == SCORING_MODEL and row["is_latest"]]
    if not latest:
        return []
    now = min(latest, key=lambda row: row["horizon"])
    groups = view.rows("forecast_groups", attribute=BANDS, is_latest=True, horizon=now["horizon"])
    drawn = [row for row in groups if row["left_rate"] is not None and not row["is_suppressed"]]
    order = {row["risk_band"]: row["band_order"] for row in view.rows("churn_risk")}
    drawn.sort(key=lambda row: -order.get(row["attribute_value"], 0))
    spec = None
    if len(drawn) > 1 and now["left_rate"] is not None:
        spec = interval_chart(
            drawn,
            writer=view,
            labels=[wrap(view.plain(row, "value_label")) for row in drawn],
            columns=("left_rate", "ci_low", "ci_high"),
            average=now,
            average_column="left_rate",
            axis_title=texts["forecast_axis"],
            largest=max(row["ci_high"] for row in drawn),
        )
    title = texts["forecast_title"]
    baselines = {
        (row["forecast_date"], row["horizon"]): row for row in shown if row["model_variant"] == BASELINE
    }
    table = Table(
        [
            *(texts["forecast_said"], texts["forecast_due"], texts["clients"], texts["forecast_expected"]),
            *(texts["forecast_left"], texts["ranking"], texts["forecast_plain"]),
        ],
        [
            [
                *(view.day(row, "forecast_date"), view.day(row, "outcome_date")),
                view.whole(row, "client_count"),
                view.number(row, "expected_count", 0) if row["is_promise"] else texts["forecast_no_promise"],
                *(view.whole(row, "left_count"), view.number(row, "roc_auc", 2)),
                view.number(plain, "roc_auc", 2) if plain else "",
            ]
            for row in reversed([one for one in shown if one["model_variant"] == SCORING_MODEL])
            for plain in [baselines.get((row["forecast_date"], row["horizon"]))]
        ],
        title,
    )
    return [Block(title, view.text(now, "reading"), spec, table)]
