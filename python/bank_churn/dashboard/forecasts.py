"""Whether published forecasts came true: what the model said of clients, and what became of them."""

from __future__ import annotations

from bank_churn.dashboard.blocks import Block
from bank_churn.dashboard.charts import interval_chart, wrap
from bank_churn.dashboard.marts import Row
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

    def expected(row: Row) -> str:
        return view.number(row, "expected_count", 0) if row["is_promise"] else texts["forecast_no_promise"]

    def plain(row: Row) -> str:
        baseline = baselines.get((row["forecast_date"], row["horizon"]))
        return view.number(baseline, "roc_auc", 2) if baseline else ""

    table = view.table(
        [row for row in reversed(shown) if row["model_variant"] == SCORING_MODEL],
        title,
        ("forecast_said", view.day, "forecast_date"),
        ("forecast_due", view.day, "outcome_date"),
        ("clients", view.whole, "client_count"),
        ("forecast_expected", expected),
        ("forecast_left", view.whole, "left_count"),
        ("ranking", view.number, "roc_auc", 2),
        ("forecast_plain", plain),
    )
    return [Block(title, view.text(now, "reading"), spec, table)]
