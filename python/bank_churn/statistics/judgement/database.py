"""Test the registered hypotheses on a database that is already built or published."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from bank_churn.errors import BankChurnError
from bank_churn.statistics.judgement.evaluation import evaluate_hypotheses

SUFFICIENT_STATISTICS = (
    "metric_moments",
    "metric_value_counts",
    "metric_rank_sums",
    "metric_group_ranks",
    "client_attributes",
)


def read_statistics(database: Path) -> dict[str, pd.DataFrame]:
    """Read the marts of sufficient statistics; no row of them is a client."""
    if not database.exists():
        raise BankChurnError(f"{database} does not exist: run `make build` first.")
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            frames = {
                name: connection.execute(f'select * from "{name}"').df() for name in SUFFICIENT_STATISTICS
            }
    except duckdb.CatalogException as error:
        raise BankChurnError(
            f"{database} has no sufficient statistics: name the build database or bank_churn_clients.duckdb."
        ) from error
    except duckdb.Error as error:
        raise BankChurnError(f"{database} cannot be read: {str(error).splitlines()[0]}") from error
    if not {"role_names", "made_of"} <= set(frames["client_attributes"].columns):
        raise BankChurnError(f"{database} was built by an older version: run `make build` again.")
    return frames


def read_seed(path: Path) -> pd.DataFrame:
    """Read a seed as text."""
    try:
        return pd.read_csv(path, dtype="str")
    except (OSError, ValueError) as error:
        raise BankChurnError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error


def evaluate_database(*, database: Path, seeds: Path) -> pd.DataFrame:
    """Test every hypothesis of the registry on a database's sufficient statistics.

    Args:
        database: A build database, or the published one with client-level marts.
        seeds: Folder with hypotheses.csv, effect_floors.csv and labels.csv.

    Returns:
        What `evaluate_hypotheses` returns.

    Raises:
        BankChurnError: If the database or a seed cannot be read.
        RegistryError: If a row of the registry is wrong.
    """
    statistics = read_statistics(database)
    floors = read_seed(seeds / "effect_floors.csv")
    return evaluate_hypotheses(
        registry=read_seed(seeds / "hypotheses.csv"),
        effect_floors=floors.astype(dict.fromkeys(("floor", "medium", "large"), "float64")),
        labels=read_seed(seeds / "labels.csv"),
        attributes=statistics["client_attributes"],
        moments=statistics["metric_moments"],
        value_counts=statistics["metric_value_counts"],
        rank_sums=statistics["metric_rank_sums"],
        group_ranks=statistics["metric_group_ranks"],
    )
