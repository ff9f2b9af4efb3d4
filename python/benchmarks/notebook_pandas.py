"""What an analyst's notebook does with pandas and scipy on the same file, tuned: categoricals, no `apply`.

Reads the parquet through DuckDB's reader, cleans (text to numbers, accepted ranges, duplicates), makes
bands and segments, churn rates by attribute and by pairs with Wilson intervals, moments of six metrics by
eight attributes, the registered tests (Welch, Mann–Whitney, Kruskal–Wallis, chi-square), quantiles by
segment, and writes clients and figures. Left out, in its favour: the model's scores, the screen of every
pair, the reasons of rejected rows, any test of the data.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
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
    t_test,
    table_test,
    wilson,
)
from scipy import stats


def read(path: Path) -> pd.DataFrame:
    """The raw rows as categories of texts, which repeat; identifiers and money as they are.

    Args:
        path: The parquet file.

    Returns:
        A row per raw row.
    """
    few = [name for name in COLUMNS if COLUMNS[name] not in ("client_id", *MONEY)]
    rows = duckdb.sql(f"from read_parquet('{path}')").df()
    rows[few] = rows[few].astype("category")
    return rows.rename(columns=COLUMNS)


def clean(rows: pd.DataFrame) -> pd.DataFrame:
    """Typed clients: rows that break a rule and repeated clients are left out.

    Args:
        rows: The raw rows.

    Returns:
        A row per client.
    """
    copies = rows.duplicated(keep="first")
    known = {name: rows[name].notna() & ~rows[name].isin(MARKERS) for name in rows.columns}
    typed = pd.DataFrame({"client_id": rows["client_id"]})
    good = known["client_id"] & ~copies
    for name, (low, high) in LIMITS.items():
        typed[name] = pd.to_numeric(
            rows[name].astype(object) if name in MONEY else rows[name].astype(str), errors="coerce"
        )
        fits = typed[name].between(low, high) & ((name in MONEY) | (typed[name] == np.floor(typed[name])))
        good &= ~known[name] | fits
    for name, values in (
        ("gender", GENDERS),
        *((name, FLAGS) for name in ("has_credit_card", "is_active", "is_churned")),
    ):
        typed[name] = rows[name].map(values)
        good &= ~known[name] | typed[name].notna()
    typed["city"] = rows["city"].where(known["city"])
    typed["has_balance"] = typed["balance"].notna()
    return typed[good].drop_duplicates(["city", "client_id"])


def add_groups(clients: pd.DataFrame) -> pd.DataFrame:
    """Add bands and segments.

    Args:
        clients: The clients.

    Returns:
        The same with more columns.
    """
    for band, (name, edges) in EDGES.items():
        clients[band] = pd.cut(clients[name], [-np.inf, *edges, np.inf], right=False, labels=False).astype(
            "Int8"
        )
    for band, name in QUARTERS.items():
        clients[band] = pd.qcut(clients[name], 4, labels=False, duplicates="drop").astype("Int8")
    products, property_points = clients["product_count"].fillna(0), clients["property_points"].fillna(0)
    poor = (products == 1) | products.between(2, 3) & ~clients["has_balance"]
    clients["segment"] = np.select(
        [products == 0, poor, products.between(2, 3) & (property_points < 5)],
        ["no_products", "paycheck", "depositors"],
        "investors",
    )
    names = ["segment", "is_active", "has_credit_card", "is_churned", "product_count"]
    clients[names] = clients[names].astype("category")
    return clients


def churn_rates(clients: pd.DataFrame) -> pd.DataFrame:
    """Churn by every attribute and by pairs of four, with intervals.

    Args:
        clients: The clients.

    Returns:
        A row per group.
    """
    known = clients.loc[clients["is_churned"].notna(), list(ATTRIBUTES)]
    churned = clients["is_churned"].dropna().astype(int)
    found = []
    for names in (*((name,) for name in ATTRIBUTES), *combinations(PAIRED, 2)):
        groups = (
            churned.groupby([known[name] for name in names], observed=True).agg(["sum", "size"]).reset_index()
        )
        low, high = wilson(groups["sum"], groups["size"])
        values = groups[list(names)].astype(str).agg(", ".join, axis=1)
        found.append(
            pd.DataFrame(
                {
                    "dimension_name": ", ".join(names),
                    "dimension_value": values,
                    "client_count": groups["size"],
                    "churned_count": groups["sum"],
                    "ci_low": low,
                    "ci_high": high,
                }
            )
        )
    return pd.concat(found, ignore_index=True)


def moments(clients: pd.DataFrame) -> pd.DataFrame:
    """Count, mean and variance of every metric by every attribute.

    Args:
        clients: The clients.

    Returns:
        A row per metric and group.
    """
    numbers = clients[list(METRICS)].astype(float)
    return pd.concat(
        {
            name: numbers.groupby(clients[name], observed=True)
            .agg(["count", "mean", "var"])
            .stack(0, future_stack=True)
            for name in GROUPS
        }
    )


def tests(clients: pd.DataFrame) -> pd.DataFrame:
    """The registered tests, from the clients themselves.

    Args:
        clients: The clients.

    Returns:
        A row per test.
    """
    found: list[Tested] = []
    for name, (metric, attribute, first, second) in TWO_GROUPS.items():
        a, b = (
            clients.loc[clients[attribute] == value, metric].dropna().astype(float)
            for value in (first, second)
        )
        found.append(t_test(name, (a.mean(), a.std(), len(a)), (b.mean(), b.std(), len(b))))
        found.append(
            Tested(
                name,
                "mann_whitney",
                *map(float, stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=False)),
            )
        )
    for name, (metric, attribute) in MANY_GROUPS.items():
        groups = [
            group.dropna().to_numpy(float) for _, group in clients.groupby(attribute, observed=True)[metric]
        ]
        found.append(Tested(name, "kruskal_wallis", *map(float, stats.kruskal(*groups))))
    for name, (metric, attribute) in TABLES.items():
        found.append(table_test(name, pd.crosstab(clients[metric], clients[attribute])))
    return pd.DataFrame([asdict(one) for one in found])


def quantiles(clients: pd.DataFrame) -> pd.DataFrame:
    """Quartiles of every metric by segment and by churn, and of all.

    Args:
        clients: The clients.

    Returns:
        A row per group and quantile.
    """
    numbers = clients[list(METRICS)].astype(float)
    parts = {
        name: numbers.groupby(clients[name], observed=True).quantile(list(QUANTILES))
        for name in ("segment", "is_churned")
    }
    return pd.concat({**parts, "portfolio": pd.concat({"all": numbers.quantile(list(QUANTILES))})})


def main() -> None:
    """Read, compute and write everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    clients = add_groups(clean(read(options.clients)))
    results = {
        "clients": clients,
        "churn_rates": churn_rates(clients),
        "moments": moments(clients).reset_index(names=["attribute", "value", "metric"]),
        "tests": tests(clients),
        "quantiles": quantiles(clients).reset_index(names=["attribute", "value", "share"]),
    }
    for name, frame in results.items():
        texts = frame.astype(
            {column: str for column in frame if frame[column].dtype == object or column == "value"}
        )
        duckdb.from_df(texts).write_parquet(str(options.folder / f"{name}.parquet"))


if __name__ == "__main__":
    main()
