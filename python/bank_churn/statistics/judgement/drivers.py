"""Attributes ranked by how strongly they go with churn: the rows of `churn_drivers`."""

from __future__ import annotations

import math

import pandas as pd

from bank_churn.statistics.judgement.figures import Row, judge_family
from bank_churn.statistics.judgement.floors import read_effect_floors
from bank_churn.statistics.judgement.schema import CHURN_DRIVERS, to_frame
from bank_churn.statistics.tests.association import chi_square_test, information_value
from bank_churn.statistics.tests.samples import ContingencyTable


def rank_drivers(*, tables: pd.DataFrame, effect_floors: pd.DataFrame, alpha: float = 0.05) -> pd.DataFrame:
    """Rank the attributes of every portfolio by their association with churn.

    Importance is Cramér's V; the information value (0.5 added to every cell) is given beside it. A missing
    value is a category of its own. p-values are corrected by Holm inside a portfolio. An attribute that
    cannot be tested has no rank; small expected counts keep the figures and are named in `reason`.

    Args:
        tables: portfolio, attribute, value, churned_count, stayed_count: one row per category.
        effect_floors: `seeds/effect_floors.csv`.
        alpha: Level.

    Returns:
        One row per portfolio and attribute, strongest first; columns and types: `schema.CHURN_DRIVERS`.
    """
    # Sums of floats depend on the order of rows in their last bits, and a table read from SQL has none.
    tables = tables.sort_values(["portfolio", "attribute", "value"], kind="stable", ignore_index=True)
    floors, results = read_effect_floors(effect_floors), list[Row]()
    for portfolio, own in tables.groupby("portfolio", sort=True):
        rows = [_driver_row(str(name), rows, alpha) for name, rows in own.groupby("attribute", sort=True)]
        judge_family(rows, floors=floors, correction="holm", alpha=alpha)
        results += [row | {"portfolio": str(portfolio)} for row in _ranked(rows)]
    return to_frame(results, CHURN_DRIVERS)


def _driver_row(attribute: str, rows: pd.DataFrame, alpha: float) -> Row:
    cells = rows[["churned_count", "stayed_count"]].fillna(0).astype(int)
    table = ContingencyTable(tuple((int(c), int(s)) for c, s in cells.itertuples(index=False, name=None)))
    test = chi_square_test(table, alpha=alpha)
    return {
        "attribute": attribute,
        "importance": test.effect_size,
        "cramers_v": test.effect_size,
        "cramers_v_ci_low": test.effect_ci_low,
        "cramers_v_ci_high": test.effect_ci_high,
        "effect_size": test.effect_size,
        "effect_size_name": test.effect_size_name,
        "effect_ci_low": test.effect_ci_low,
        "effect_ci_high": test.effect_ci_high,
        "information_value": information_value(table),
        "client_count": int(cells.to_numpy().sum()),
        "churned_count": int(cells["churned_count"].sum()),
        "value_count": int((cells.sum(axis=1) > 0).sum()),
        "statistic": test.statistic,
        "degrees_of_freedom": test.degrees_of_freedom,
        "p_value": test.p_value,
        "log10_p": test.log10_p,
        "reason": test.reason,
    }


def _ranked(rows: list[Row]) -> list[Row]:
    """Sort by importance, then information value, then name; number those that have an importance."""
    ordered = sorted(rows, key=lambda row: (-_known(row, "importance"), -_known(row, "information_value")))
    computed = [row for row in ordered if not math.isnan(float(str(row["importance"])))]
    for rank, row in enumerate(computed, start=1):
        row["rank"] = rank
    return ordered


def _known(row: Row, column: str) -> float:
    value = float(str(row[column]))
    return -1.0 if math.isnan(value) else value
