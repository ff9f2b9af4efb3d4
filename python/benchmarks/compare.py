"""Are a contestant's figures those of the build? Counts and texts equal, floats to 1e-9 of their size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from handwritten import PORTFOLIO

TOLERANCE = 1e-9
PLACES = ("source_file", "source_row_number", "repeats_file", "repeats_row_number", "raw_line")


@dataclass(frozen=True)
class Compared:
    """A table of the script, the query of the build for the same, and the columns that tell rows apart."""

    table: str
    relation: str
    key: tuple[str, ...]
    left_out: tuple[str, ...] = ()


GROUP = ("metric", "group_attribute", "group_value")
QUANTILES = "select * from int_portrait_quantiles"
SEGMENTS = [
    Compared(f"client_segments_v{version}", f"from client_segments_v{version}", ("client_key",))
    for version in (1, 2)
]
MARTS = (
    Compared("clients", "from clients", ("client_key",)),
    Compared("rejected_clients", "from rejected_clients", ("source_row_number",)),
    Compared("data_quality", "from data_quality", ("check_name",)),
    Compared(
        "churn_cells",
        "from churn_cells",
        (
            *("city", "gender", "product_count", "is_active", "has_credit_card", "has_balance", "age_band"),
            *("credit_score_band", "property_band", "balance_band", "salary_band"),
        ),
    ),
    Compared("churn_rates", "from churn_rates", ("dimension_name", "dimension_value")),
    Compared(
        "metric_moments",
        "from metric_moments",
        ("cleaning_scenario", *GROUP, "stratum_attribute", "stratum_value"),
    ),
    Compared("metric_value_counts", "from metric_value_counts", ("cleaning_scenario", *GROUP, "value")),
    Compared("metric_rank_sums", "from metric_rank_sums", ("cleaning_scenario", "comparison_id")),
    Compared(
        "metric_group_ranks", "from metric_group_ranks", ("cleaning_scenario", "comparison_id", "group_value")
    ),
    Compared("portrait_quantiles", QUANTILES, ("group_kind", "group_code", "metric", "quantile")),
    *SEGMENTS,
    Compared("client_churn_scores", "from client_churn_scores", ("client_key",)),
)


def condition(column: str, kind: str) -> str:
    """When the two values of a column differ.

    Args:
        column: Its name.
        kind: Its type in the build.

    Returns:
        A condition in SQL.
    """
    ours, theirs = f"s.{column}", f"b.{column}"
    if kind != "DOUBLE":
        return f"{ours} is distinct from {theirs}"
    apart = f"abs({ours} - {theirs}) > {TOLERANCE} * greatest(abs({ours}), abs({theirs}))"
    return f"(({ours} is null) <> ({theirs} is null) or coalesce({apart}, false))"


def difference(
    connection: duckdb.DuckDBPyConnection, mart: Compared, portfolio: str = PORTFOLIO
) -> str | None:
    """Compare one mart.

    Args:
        connection: With the script's database attached as `script`; the build's is the current one.
        mart: What to compare.
        portfolio: Whose rows of the build.

    Returns:
        What differs, None when nothing does.
    """
    ours = connection.execute(f"describe script.{mart.table}").fetchall()
    kinds = {row[0]: row[1] for row in connection.execute(f"describe {mart.relation}").fetchall()}
    columns = [row[0] for row in ours if row[0] not in (*mart.key, *mart.left_out)]
    counts = ", ".join(f"count(*) filter (where {condition(name, kinds[name])})" for name in columns) or "0"
    on = " and ".join(f"s.{name} is not distinct from b.{name}" for name in mart.key)
    missing, extra, *different = connection.execute(
        "select count(*) filter (where is_ours is null), count(*) filter (where is_theirs is null), "
        f"{counts} from (select *, 1 as is_ours from script.{mart.table}) as s "
        f"full join (select *, 1 as is_theirs from ({mart.relation}) where portfolio = '{portfolio}') as b "
        f"on {on}"
    ).fetchone() or (0, 0)
    wrong = [f"{name} in {count} rows" for name, count in zip(columns, different, strict=False) if count]
    wrong += [f"{count} rows {word}" for count, word in ((missing, "missing"), (extra, "too many")) if count]
    return f"{mart.table}: {', '.join(wrong)}" if wrong else None


def without_places(mart: Compared) -> Compared:
    """Compare a mart of two extracts that hold the same rows in other files, at other places in them.

    Args:
        mart: What to compare.

    Returns:
        The same, rejected rows told apart by what they hold.
    """
    key = ("client_id", "reasons") if "source_row_number" in mart.key else mart.key
    return replace(mart, key=key, left_out=PLACES)


def differences(*, script: Path, build: Path, same_file: bool = True) -> list[str]:
    """Compare all marts of the script with the build's.

    Args:
        script: Its database.
        build: The build database.
        same_file: Whether both read the very same file.

    Returns:
        A sentence for each mart that differs.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach '{build}' as \"{build.stem}\" (read_only)")
        connection.execute(f"attach '{script}' as script (read_only)")
        connection.execute(f'use "{build.stem}"')
        marts = MARTS if same_file else [without_places(mart) for mart in MARTS]
        found = [difference(connection, mart) for mart in marts]
    return [sentence for sentence in found if sentence]


def notebook_differences(*, folder: Path, build: Path) -> list[str]:
    """Compare what a notebook wrote with the build: the churn of cities and genders, and Welch's tests.

    Args:
        folder: Its parquet files.
        build: The build database.

    Returns:
        A sentence for each table that differs.
    """

    def near(column: str) -> str:
        return f"abs(n.{column} - b.{column}) <= {TOLERANCE} * abs(b.{column})"

    rates = f"""
        select count(*)
        from (from churn_rates where portfolio = '{PORTFOLIO}' and dimension_name in ('city', 'gender')) as b
        left join '{folder}/churn_rates.parquet' as n using (dimension_name, dimension_value)
        where not coalesce(
            n.client_count = b.client_count and n.churned_count = b.churned_count
            and {near("ci_low")} and {near("ci_high")}, false)"""
    tests = f"""
        select count(*)
        from (from hypothesis_results where portfolio = '{PORTFOLIO}' and test_name = 'welch_t') as b
        left join (from '{folder}/tests.parquet' where test = 'welch_t') as n using (hypothesis_id)
        where not coalesce({near("statistic")}, false)"""
    with duckdb.connect(str(build), read_only=True) as connection:
        wrong = {
            name: (connection.execute(query).fetchone() or (1,))[0]
            for name, query in (("churn_rates", rates), ("tests", tests))
        }
    return [f"{folder.name}'s {name}: {count} rows" for name, count in wrong.items() if count]
