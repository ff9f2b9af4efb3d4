"""Churn of each segment against the other segments, corrected for how many there are."""

from __future__ import annotations

import math
from typing import Literal

import pandas as pd

from bank_churn.statistics.judgement.schema import REAL, TEXT, to_frame
from bank_churn.statistics.tests.multiplicity import adjust_p_values
from bank_churn.statistics.tests.proportions import two_proportions_test
from bank_churn.statistics.tests.samples import ProportionSample

Finding = Literal["higher", "lower", "not_shown", "unknown"]
SEGMENT_CHURN = {
    "portfolio": TEXT,
    "group_kind": TEXT,
    "group_code": TEXT,
    "p_value": REAL,
    "p_value_adjusted": REAL,
    "churn_finding": TEXT,
}


def compare_segments(sums: pd.DataFrame, *, small_group_size: int = 30, alpha: float = 0.05) -> pd.DataFrame:
    """Say of every segment whether its churn is surely above or below that of the other clients.

    p-values are corrected by Holm inside a portfolio and version: of four segments one would stand out by
    chance in every fifth portfolio or so, were each judged by an interval of its own.

    Args:
        sums: portfolio, group_kind (the version), group_code (the segment), client_count, churned_count.
        small_group_size: A segment with fewer clients, or with fewer outside it, is not judged.
        alpha: Level for all segments of a version together.

    Returns:
        One row per row of `sums`; columns and types: `SEGMENT_CHURN`.
    """
    sums = sums.sort_values(["portfolio", "group_kind", "group_code"], kind="stable")
    rows: list[dict[str, object]] = []
    for (portfolio, kind), own in sums.groupby(["portfolio", "group_kind"], sort=True):
        everybody = ProportionSample(int(own["client_count"].sum()), int(own["churned_count"].sum()))
        samples = [
            ProportionSample(int(clients), int(churned))
            for clients, churned in zip(own["client_count"], own["churned_count"], strict=True)
        ]
        p_values = [_p_value(sample, everybody, small_group_size) for sample in samples]
        adjusted = adjust_p_values(p_values, correction="holm").tolist()
        rows += [
            {
                "portfolio": str(portfolio),
                "group_kind": str(kind),
                "group_code": str(code),
                "p_value": p_value,
                "p_value_adjusted": p_adjusted,
                "churn_finding": churn_finding(p_adjusted, sample.share - everybody.share, alpha=alpha),
            }
            for code, sample, p_value, p_adjusted in zip(
                own["group_code"], samples, p_values, adjusted, strict=True
            )
        ]
    return to_frame(rows, SEGMENT_CHURN)


def churn_finding(p_value_adjusted: float, difference: float, *, alpha: float) -> Finding:
    """Turn an adjusted p-value and a difference into a finding.

    Examples:
        >>> churn_finding(0.01, -0.1, alpha=0.05)
        'lower'
    """
    if math.isnan(p_value_adjusted):
        return "unknown"
    if p_value_adjusted >= alpha:
        return "not_shown"
    return "higher" if difference > 0 else "lower"


def _p_value(sample: ProportionSample, everybody: ProportionSample, small_group_size: int) -> float:
    others = ProportionSample(everybody.n - sample.n, everybody.successes - sample.successes)
    if min(sample.n, others.n) < small_group_size:
        return math.nan
    return two_proportions_test(sample, others).p_value
