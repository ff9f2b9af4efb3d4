"""How many clients of a campaign are expected to leave within its horizon without a contact."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from bank_churn.campaigns.plan import Asked
from bank_churn.campaigns.split import Member

MOST = 0.95
PERIODS = 6


@dataclass(frozen=True)
class Expected:
    """An expectation.

    Attributes:
        share: Share of the clients who leave within the horizon.
        source: `campaigns` (earlier control groups), `months` (who left in recent ones) or `model` (how much
            they resemble those who left, which says nothing of when).
    """

    share: float
    source: str


def expected_leaving(connection: duckdb.DuckDBPyConnection, asked: Asked, members: list[Member]) -> Expected:
    """Say how many of the clients are expected to leave."""
    known = [one.churn_probability for one in members if one.churn_probability is not None]
    mean = sum(known) / len(known) if known else 0.0
    measured = of_campaigns(connection, asked)
    if measured:
        return Expected(min(measured, MOST), "campaigns")
    monthly = of_months(connection, asked)
    if monthly:
        share, mean_of_all = monthly
        return Expected(min(share * (mean / mean_of_all if mean and mean_of_all else 1.0), MOST), "months")
    return Expected(min(mean, MOST), "model")


def of_campaigns(connection: duckdb.DuckDBPyConnection, asked: Asked) -> float | None:
    """Take the share that left in control groups of earlier campaigns, over this horizon."""
    if not has_table(connection, "everyone", "campaign_results"):
        return None
    rows = connection.execute(
        """select 1 - power(1 - sum(control_left_count) / sum(control_count), ? / avg(horizon_days))
        from everyone.campaign_results where portfolio = ? and offer = ? and control_left_count > 0""",
        [asked.horizon_days, asked.portfolio, asked.offer],
    ).fetchall()
    return rows[0][0] if rows else None


def of_months(connection: duckdb.DuckDBPyConnection, asked: Asked) -> tuple[float, float] | None:
    """Take the share that left in recent months, over this horizon, and the mean probability then."""
    if not has_table(connection, "everyone", "client_flow"):
        return None
    rows = connection.execute(
        """select 1 - power(1 - sum(leaver_count) / sum(at_start), ? / avg(period_end - period_start))
        from (
            from everyone.client_flow
            where portfolio = ? and attribute = 'all' order by period_end desc limit ?
        )""",
        [asked.horizon_days, asked.portfolio, PERIODS],
    ).fetchall()
    if not rows or not rows[0][0]:
        return None
    ((mean,),) = connection.execute(
        """select avg(scores.churn_probability) from restricted.client_churn_scores as scores
        inner join restricted.clients as clients using (client_key)
        where clients.portfolio = ? and clients.is_churned is not true""",
        [asked.portfolio],
    ).fetchall()
    return float(rows[0][0]), float(mean or 0.0)


def has_table(connection: duckdb.DuckDBPyConnection, database: str, table: str) -> bool:
    """Tell whether a published database has a table."""
    return bool(
        connection.execute(
            "select 1 from duckdb_columns() where (database_name, table_name) = (?, ?) limit 1",
            [database, table],
        ).fetchall()
    )
