"""The notebook of notebook_pandas.py in polars: the same figures by lazy expressions; p-values by scipy.

Left out as there: the model's scores, the screen of every pair, the reasons of rejected rows, any test of
the data.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import polars as pl
from notebook_figures import (
    ATTRIBUTES,
    COLUMNS,
    EDGES,
    FLAGS,
    GENDERS,
    GROUPS,
    LIMITS,
    MANY_GROUPS,
    MARKERS,
    METRICS,
    MONEY,
    PAIRED,
    QUANTILES,
    QUARTERS,
    TABLES,
    TWO_GROUPS,
    Tested,
    h_test,
    t_test,
    table_test,
    u_test,
    wilson,
)


def clean(path: Path) -> pl.DataFrame:
    """Typed clients: rows that break a rule and repeated clients are left out.

    Args:
        path: The parquet file.

    Returns:
        A row per client.
    """
    raw = (
        pl.scan_parquet(path)
        .rename(COLUMNS)
        .with_row_index("line")
        .unique(list(COLUMNS.values()), keep="first")
    )
    known = raw.with_columns(
        pl.when(~pl.col(name).is_in(MARKERS)).then(pl.col(name)).alias(name) for name in COLUMNS.values()
    )
    typed = {name: pl.col(name).cast(pl.Float64, strict=False) for name in LIMITS}
    typed["gender"] = pl.col("gender").replace_strict(GENDERS, default=None)
    for name in ("has_credit_card", "is_active", "is_churned"):
        typed[name] = pl.col(name).replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
    good = [pl.col("client_id").is_not_null()]
    for name, value in typed.items():
        fits = value.is_not_null()
        if name in LIMITS:
            fits &= value.is_between(*LIMITS[name])
            fits &= pl.lit(True) if name in MONEY else value == value.floor()
        good.append(pl.col(name).is_null() | fits.fill_null(False))
    clients = known.filter(*good).with_columns(value.alias(name) for name, value in typed.items())
    clients = clients.with_columns(
        pl.col("balance").is_not_null().alias("has_balance"),
        *(pl.col(name).cast(pl.Int32) for name in LIMITS if name not in MONEY),
    )
    return clients.sort("line").unique(["city", "client_id"], keep="first").drop("line").collect()


def add_groups(clients: pl.DataFrame) -> pl.DataFrame:
    """Add bands and segments.

    Args:
        clients: The clients.

    Returns:
        The same with more columns.
    """
    quarters = {
        band: [clients[name].quantile(share, "linear") or 0.0 for share in QUANTILES]
        for band, name in QUARTERS.items()
    }
    cuts = {**EDGES, **{band: (name, quarters[band]) for band, name in QUARTERS.items()}}
    products, property_points = pl.col("product_count").fill_null(0), pl.col("property_points").fill_null(0)
    segment = (
        pl.when(products == 0).then(pl.lit("no_products"))
        .when((products == 1) | products.is_between(2, 3) & ~pl.col("has_balance")).then(pl.lit("paycheck"))
        .when(products.is_between(2, 3) & (property_points < 5)).then(pl.lit("depositors"))
        .otherwise(pl.lit("investors"))
    )  # fmt: skip
    bands = []
    for band, (name, edges) in cuts.items():
        place = sum((pl.col(name) >= edge).cast(pl.Int8) for edge in edges)
        bands.append(place.alias(band))
    return clients.with_columns(*bands, segment.alias("segment"))


def churn_rates(clients: pl.DataFrame) -> pl.DataFrame:
    """Churn by every attribute and by pairs of four, with intervals.

    Args:
        clients: The clients.

    Returns:
        A row per group.
    """
    known = clients.lazy().filter(pl.col("is_churned").is_not_null())
    queries = [
        known.group_by(names)
        .agg(
            pl.len().cast(pl.Int64).alias("client_count"),
            pl.col("is_churned").sum().cast(pl.Int64).alias("churned_count"),
        )
        .drop_nulls(list(names))
        .select(
            pl.lit(", ".join(names)).alias("dimension_name"),
            pl.concat_str([pl.col(name).cast(pl.String) for name in names], separator=", ").alias(
                "dimension_value"
            ),
            "client_count",
            "churned_count",
        )
        for names in (*((name,) for name in ATTRIBUTES), *combinations(PAIRED, 2))
    ]
    rates = pl.concat(pl.collect_all(queries))
    low, high = wilson(rates["churned_count"].to_numpy(), rates["client_count"].to_numpy())
    return rates.with_columns(pl.Series("ci_low", low), pl.Series("ci_high", high))


def moments(clients: pl.DataFrame) -> pl.DataFrame:
    """Count, mean and variance of every metric by every attribute.

    Args:
        clients: The clients.

    Returns:
        A row per attribute and group, the metrics side by side.
    """
    figures = [
        figure
        for metric in METRICS
        for figure in (
            pl.col(metric).count().alias(f"{metric}_count"),
            pl.col(metric).mean().alias(f"{metric}_mean"),
            pl.col(metric).var().alias(f"{metric}_variance"),
        )
    ]
    queries = [
        clients.lazy()
        .group_by(pl.col(name).cast(pl.String).alias("value"))
        .agg(figures)
        .with_columns(pl.lit(name).alias("attribute"))
        for name in GROUPS
    ]
    return pl.concat(pl.collect_all(queries))


def ranked(
    clients: pl.DataFrame, metric: str, attribute: str, values: list[object] | None
) -> tuple[pl.DataFrame, float]:
    """Size, moments and rank sum of each group, and the ties among them.

    Args:
        clients: The clients.
        metric: What is ranked.
        attribute: What the groups are.
        values: The groups; None for all.

    Returns:
        A row per group, and the sum of t³ - t.
    """
    kept = clients.lazy().select(metric, attribute).drop_nulls()
    if values is not None:
        kept = kept.filter(pl.col(attribute).is_in(values))
    ranks = kept.with_columns(pl.col(metric).rank("average").alias("rank"))
    counts = (
        kept.group_by(metric)
        .agg(pl.len().cast(pl.Float64).alias("t"))
        .select((pl.col("t") ** 3 - pl.col("t")).sum())
    )
    figures = ranks.group_by(attribute).agg(
        pl.len().alias("n"),
        pl.col(metric).mean().alias("mean"),
        pl.col(metric).std().alias("std"),
        pl.col("rank").sum(),
    )
    sums, ties = pl.collect_all([figures, counts])
    return sums, float(ties.item())


def tests(clients: pl.DataFrame) -> pl.DataFrame:
    """The registered tests, from sums that polars makes.

    Args:
        clients: The clients.

    Returns:
        A row per test.
    """
    found: list[Tested] = []
    for name, (metric, attribute, first, second) in TWO_GROUPS.items():
        sums, ties = ranked(clients, metric, attribute, [first, second])
        a, b = (sums.row(by_predicate=pl.col(attribute) == value, named=True) for value in (first, second))
        found.append(t_test(name, (a["mean"], a["std"], a["n"]), (b["mean"], b["std"], b["n"])))
        found.append(u_test(name, a["rank"], a["n"], b["n"], ties))
    for name, (metric, attribute) in MANY_GROUPS.items():
        sums, ties = ranked(clients, metric, attribute, None)
        found.append(h_test(name, sums["rank"].to_numpy(), sums["n"].cast(pl.Float64).to_numpy(), ties))
    for name, (metric, attribute) in TABLES.items():
        counts = (
            clients.lazy().select(metric, attribute).drop_nulls().group_by(metric, attribute).len().collect()
        )
        found.append(
            table_test(
                name,
                counts.pivot(metric, index=attribute, values="len").fill_null(0).drop(attribute).to_numpy(),
            )
        )
    return pl.DataFrame([asdict(one) for one in found])


def quantiles(clients: pl.DataFrame) -> pl.DataFrame:
    """Quartiles of every metric by segment and by churn, and of all.

    Args:
        clients: The clients.

    Returns:
        A row per group.
    """
    figures = [
        pl.col(metric).quantile(share, "linear").alias(f"{metric}_{round(100 * share)}")
        for metric in METRICS
        for share in QUANTILES
    ]
    groups = {
        "segment": pl.col("segment"),
        "is_churned": pl.col("is_churned").cast(pl.String),
        "portfolio": pl.lit("all"),
    }
    queries = [
        clients.lazy()
        .group_by(group.alias("value"))
        .agg(figures)
        .with_columns(pl.lit(name).alias("attribute"))
        for name, group in groups.items()
    ]
    return pl.concat(pl.collect_all(queries))


def main() -> None:
    """Read, compute and write everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    clients = add_groups(clean(options.clients))
    results = {
        "clients": clients,
        "churn_rates": churn_rates(clients),
        "moments": moments(clients),
        "tests": tests(clients),
        "quantiles": quantiles(clients),
    }
    for name, frame in results.items():
        frame.write_parquet(options.folder / f"{name}.parquet")


if __name__ == "__main__":
    main()
