"""The published marts as plain rows, each of which knows where it was read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.tools.sql import tables_in
from bank_churn.words.safe_text import shown

KEYS: Mapping[str, tuple[str, ...]] = {
    "portfolios": ("portfolio",),
    "churn_rates": ("portfolio", "dimension_name", "dimension_value"),
    "adjusted_comparisons": ("portfolio", "attribute", "attribute_value"),
    "churn_drivers": ("portfolio", "attribute"),
    "hypothesis_results": ("portfolio", "hypothesis_id"),
    "segment_portraits": ("portfolio", "segment_code"),
    "portraits": ("portfolio", "group_kind", "group_code", "measure"),
    "target_groups": ("portfolio", "group_code"),
    "recommendations": ("portfolio", "recommendation_id"),
    "data_quality": ("portfolio", "check_name"),
    "missing_balance_profile": ("portfolio", "dimension_name", "dimension_value"),
    "missing_balance_summary": ("portfolio", "dimension_name"),
    "churn_model_quality": ("portfolio", "evaluation", "model_variant"),
    "churn_model_calibration": ("portfolio", "evaluation", "model_variant", "decile"),
    "churn_model_gains": ("portfolio", "evaluation", "model_variant", "share_contacted"),
    "churn_model_shapes": ("portfolio", "attribute", "bin_order"),
    "churn_risk": ("portfolio", "risk_band"),
    "retention_budget": ("portfolio", "budget_step"),
    "retention_break_even": ("portfolio", "kept_share", "contact_cost"),
    "campaigns": ("portfolio", "campaign"),
    "campaign_results": ("portfolio", "campaign"),
    "offer_effects": ("portfolio", "offer"),
    "client_flow": ("portfolio", "period_end", "attribute", "attribute_value"),
    "churn_trend": ("portfolio", "snapshot_date", "attribute", "attribute_value"),
    "segment_flow": ("portfolio", "period_end", "segment_version", "from_segment", "to_segment"),
    "survival_by_segment": ("portfolio", "segment_version", "segment_code", "period_end"),
    "cohort_retention": ("portfolio", "first_date", "snapshot_date"),
    "forecast_quality": ("portfolio", "forecast_date", "horizon", "model_version", "model_variant"),
    "forecast_groups": ("portfolio", "forecast_date", "horizon", "attribute", "attribute_value"),
    "finding_stability": ("portfolio", "attribute", "attribute_value"),
    "attribute_drift": ("portfolio", "period_end", "attribute"),
    "retention_curve": ("portfolio", "group_code", "curve_step"),
    "churn_models": ("portfolio",),
    "churn_by_product": ("portfolio", "product_code"),
    "product_moves": ("portfolio", "period_end", "product_code"),
    "_publication": ("publication_id",),
    "_publication_sources": ("portfolio", "file_name"),
}
"""The marts that the page reads, with the columns that identify a row."""

Value: TypeAlias = Any
"""A value of a mart has the type of its column."""


@dataclass(frozen=True)
class Row:
    """One row of a mart.

    Attributes:
        mart: Name of the mart.
        values: Values by column name.
        publication: `current`, or `previous` for the publication before this one.
    """

    mart: str
    values: Mapping[str, Value]
    publication: str = "current"

    def __getitem__(self, column: str) -> Value:
        return self.values[column]

    def get(self, column: str) -> Value:
        """Return a value, or None if this mart has no such column."""
        return self.values.get(column)

    @property
    def key(self) -> str:
        """The values that identify this row in its mart, in the order of `KEYS`, as JSON."""
        found = [self.values[column] for column in KEYS[self.mart]]
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"), default=str)


@dataclass(frozen=True)
class Marts:
    """Rows of the marts, by mart; a mart that was not published has no entry."""

    rows: Mapping[str, tuple[Row, ...]]

    def has(self, *marts: str) -> bool:
        """Say whether all of these marts were published."""
        return all(mart in self.rows for mart in marts)

    def of(self, mart: str, **wanted: object) -> list[Row]:
        """Pick rows of a mart.

        Args:
            mart: Name of the mart; one that was not published has no rows.
            **wanted: Required values by column name.

        Returns:
            The rows, in the order of their keys.
        """
        return [
            row
            for row in self.rows.get(mart, ())
            if all(row.get(column) == value for column, value in wanted.items())
        ]

    def one(self, mart: str, **wanted: object) -> Row | None:
        """Pick the only row with these values, or None."""
        return next(iter(self.of(mart, **wanted)), None)

    def names(self, portfolio: str, column: str) -> list[str]:
        """Read a comma-separated column of `portfolios`; a publication of before that has none.

        Args:
            portfolio: Code of the portfolio.
            column: `columns_not_supplied` or `additional_attributes`.

        Returns:
            The names.
        """
        row = self.one("portfolios", portfolio=portfolio)
        return [name for name in str((row and row.get(column)) or "").split(", ") if name]

    def additional_dimensions(self, portfolio: str) -> list[str]:
        """Name what churn is reported by among a bank's additional attributes: itself, or a number's band."""
        names = self.names(portfolio, "additional_attributes")
        return [dimension for name in names for dimension in (name, f"{name}_band")]


def read_marts(published: Path, *, publication: str = "current", only: Iterable[str] = KEYS) -> Marts:
    """Read the marts of a published database of aggregates.

    Args:
        published: The database file.
        publication: What to call it in the rows.
        only: Names of the marts to read.

    Returns:
        Their rows.

    Raises:
        BankChurnError: If the file is missing or cannot be read.
    """
    if not published.exists():
        raise BankChurnError(f"{published} does not exist: run `make build` first.")
    try:
        with duckdb.connect(str(published), read_only=True) as connection:
            tables = tables_in(connection)
            return Marts({mart: read_mart(connection, mart, publication) for mart in only if mart in tables})
    except duckdb.Error as error:
        raise BankChurnError(f"{published} cannot be read: {str(error).splitlines()[0]}") from error


def read_mart(connection: duckdb.DuckDBPyConnection, mart: str, publication: str) -> tuple[Row, ...]:
    """Read one mart in the order of its keys."""
    cursor = connection.execute(f'select * from "{mart}" order by {", ".join(KEYS[mart])}')
    columns = [column[0] for column in cursor.description]
    return tuple(
        Row(
            mart=mart,
            values={
                column: shown(value) if isinstance(value, str) else value
                for column, value in zip(columns, row, strict=True)
            },
            publication=publication,
        )
        for row in cursor.fetchall()
    )
