"""Claims that one attribute goes with churn more strongly than all others: the rows of `driver_claims`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from bank_churn.statistics.judgement.schema import COUNT, REAL, TEXT, to_frame
from bank_churn.statistics.judgement.verdicts import SIGNIFICANT
from bank_churn.words.labels import Labels, MetricLabel
from bank_churn.words.language import Language
from bank_churn.words.numbers import format_difference, format_metric, format_number
from bank_churn.words.wording import CLAIMS

Verdict = Literal["strongest", "not_strongest", "unclear", "not_computable"]
DRIVER_CLAIMS = {
    "portfolio": TEXT,
    "claim_id": TEXT,
    "statement_ru": TEXT,
    "statement_en": TEXT,
    "source": TEXT,
    "attribute": TEXT,
    "rank": COUNT,
    "importance": REAL,
    "explained_share": REAL,
    "other_attribute": TEXT,
    "other_importance": REAL,
    "other_explained_share": REAL,
    "difference": REAL,
    "ci_low": REAL,
    "ci_high": REAL,
    "comparison_count": COUNT,
    "client_count": COUNT,
    "verdict": TEXT,
    "conclusion_ru": TEXT,
    "conclusion_en": TEXT,
}
"""One row: portfolio, claim."""
LANGUAGES: tuple[Language, ...] = ("ru", "en")


def judge_claims(
    *,
    claims: pd.DataFrame,
    cells: pd.DataFrame,
    drivers: pd.DataFrame,
    labels: pd.DataFrame,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Judge each claim against every other attribute, by intervals that hold for all of them together.

    The share of the variation of churn that goes with an attribute is the square of Cramér's V. The claim is
    right (`strongest`) where the interval of its difference from every other attribute lies above zero, wrong
    (`not_strongest`) where one lies below; an attribute that is not shown to go with churn decides nothing.

    Args:
        claims: `seeds/driver_claims.csv`.
        cells: portfolio, every attribute as text, known_churn_count, churned_count.
        drivers: What `rank_drivers` returned.
        labels: `seeds/labels.csv`.
        alpha: Level for all the comparisons of a claim together.

    Returns:
        One row per portfolio and claim; columns and types: `DRIVER_CLAIMS`.
    """
    known, rows = Labels(labels), list[dict[str, object]]()
    for portfolio, ranked in drivers.groupby("portfolio", sort=True):
        own = cells[cells["portfolio"] == portfolio]
        for claim in claims.to_dict("records"):
            row = {"portfolio": str(portfolio)} | {str(name): value for name, value in claim.items()}
            row |= judge_claim(str(claim["attribute"]), own, ranked, alpha=alpha)
            rows.append(row | _conclusions(row, known))
    return to_frame(rows, DRIVER_CLAIMS)


def judge_claim(
    attribute: str, cells: pd.DataFrame, drivers: pd.DataFrame, *, alpha: float
) -> dict[str, object]:
    """Compare one attribute with all others of a portfolio.

    Args:
        attribute: The attribute of which the claim is made.
        cells: Counts of the portfolio.
        drivers: Its drivers.
        alpha: Level for all comparisons together.

    Returns:
        The figures and the verdict; of the other attributes, those of the one that decides.
    """
    ranked = {str(row["attribute"]): row for row in drivers.to_dict("records") if not pd.isna(row["rank"])}
    others = [name for name in ranked if name != attribute]
    if attribute not in ranked or not others:
        return {"verdict": "not_computable"}
    differences = {name: explained_difference(cells, attribute, name, alpha / len(others)) for name in others}
    shown = {name for name in ranked if ranked[name]["verdict"] in SIGNIFICANT}
    stronger = [name for name in others if differences[name][2] < 0 and name in shown]
    verdict: Verdict = "unclear"
    if stronger:
        verdict = "not_strongest"
    elif attribute in shown and all(differences[name][1] > 0 for name in others):
        verdict = "strongest"
    other = max(stronger or others, key=lambda name: float(ranked[name]["importance"]))
    difference, low, high = differences[other]
    first, second = ranked[attribute], ranked[other]
    return {
        "rank": int(first["rank"]),
        "importance": float(first["importance"]),
        "explained_share": float(first["importance"]) ** 2,
        "other_attribute": other,
        "other_importance": float(second["importance"]),
        "other_explained_share": float(second["importance"]) ** 2,
        "difference": difference,
        "ci_low": low,
        "ci_high": high,
        "comparison_count": len(others),
        "client_count": int(first["client_count"]),
        "verdict": verdict,
    }


def explained_difference(
    cells: pd.DataFrame, first: str, second: str, alpha: float
) -> tuple[float, float, float]:
    """Return by how much the shares of churn's variation that go with two attributes differ.

    Both are of the same clients, so they vary together: the variance is that of the difference of the two
    influence functions, ((1 − V²)(y − p)² − (y − p(group))²) / p(1 − p).

    Args:
        cells: Counts of one portfolio.
        first: An attribute.
        second: Another one.
        alpha: One minus the coverage.

    Returns:
        V² of the first minus V² of the second, lower limit, upper limit.

    References:
        Bishop, Y., Fienberg, S. & Holland, P. (1975). Discrete Multivariate Analysis, ch. 14 (delta method).

    Examples:
        >>> rows = [("x", "1", 100, 80), ("x", "2", 100, 70), ("y", "1", 100, 10), ("y", "2", 100, 20)]
        >>> cells = pd.DataFrame(rows, columns=["city", "products", "known_churn_count", "churned_count"])
        >>> [round(figure, 2) for figure in explained_difference(cells, "city", "products", 0.05)]
        [0.36, 0.27, 0.46]
    """
    table = cells.groupby([first, second], observed=True)[["known_churn_count", "churned_count"]].sum()
    table = table[table["known_churn_count"] > 0].reset_index()
    clients, churned = (table[name].to_numpy(float) for name in ("known_churn_count", "churned_count"))
    n, rate = clients.sum(), churned.sum() / clients.sum()
    counts, outcomes = np.stack([churned, clients - churned]), np.array([[1.0], [0.0]])
    shares, influences = [], []
    for name in (first, second):
        sums = table.groupby(name)[["known_churn_count", "churned_count"]].transform("sum")
        group_rate = (sums["churned_count"] / sums["known_churn_count"]).to_numpy(float)
        share = float(clients @ (group_rate - rate) ** 2 / (n * rate * (1 - rate)))
        residual = (1 - share) * (outcomes - rate) ** 2 - (outcomes - group_rate) ** 2
        shares.append(share)
        influences.append(residual / (rate * (1 - rate)))
    difference = shares[0] - shares[1]
    variance = float((counts * (influences[0] - influences[1]) ** 2).sum()) / n**2
    half = float(stats.norm.isf(alpha / 2)) * math.sqrt(variance)
    return difference, difference - half, difference + half


def _conclusions(row: Mapping[str, object], labels: Labels) -> dict[str, str]:
    return {f"conclusion_{language}": _conclusion(row, labels, language) for language in LANGUAGES}


def _conclusion(row: Mapping[str, object], labels: Labels, language: Language) -> str:
    words = CLAIMS[language]
    if row["verdict"] == "not_computable":
        return words["not_computable"]
    figures = {
        name: float(str(row[name]))
        for name in (
            *("explained_share", "other_explained_share", "difference", "ci_low", "ci_high"),
            *("importance", "other_importance"),
        )
    }
    shares = [figures[name] for name in ("explained_share", "other_explained_share", "difference")]
    x, y, d = (round(100 * figure, 1) for figure in shares)
    # "1.4 and 10.2, the difference −8.9" does not add up: a digit more does.
    share = MetricLabel("", "%", 1 if round(x - y, 1) == d else 2)
    return words["sentence"].format(
        opening=words[str(row["verdict"])].format(
            a=labels.attribute(str(row["attribute"]), language=language),
            b=labels.attribute(str(row["other_attribute"]), language=language),
        ),
        a=labels.attribute(str(row["attribute"]), language=language),
        b=labels.attribute(str(row["other_attribute"]), language=language),
        x=format_metric(figures["explained_share"], label=share, language=language),
        y=format_metric(figures["other_explained_share"], label=share, language=language),
        v=format_number(figures["importance"], decimals=2, language=language),
        w=format_number(figures["other_importance"], decimals=2, language=language),
        d=format_difference(figures["difference"], label=share, language=language),
        low=format_difference(figures["ci_low"], label=share, language=language, with_unit=False),
        high=format_difference(figures["ci_high"], label=share, language=language, with_unit=False),
        count=row["comparison_count"],
    )
