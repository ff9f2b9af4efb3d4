"""Build the marts of sufficient statistics from raw client frames, as SQL does, for the tests only."""

import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from bank_churn.statistics.registry.attributes import read_attributes
from bank_churn.statistics.registry.hypotheses import read_registry
from scipy.stats import rankdata

REPOSITORY = Path(__file__).resolve().parents[3]
SEEDS = REPOSITORY / "seeds"
REAL_DATA = Path(os.environ.get("BANK_CHURN_REAL_DATA", REPOSITORY.parent / "shared" / "data"))
BANDS = {"18-30": (18, 30), "31-40": (31, 40), "41-50": (41, 50), "51-65": (51, 65), "66+": (66, 200)}
COLUMNS = {
    "metanprom": {
        "score": "credit_score",
        "City": "city",
        "Gender": "gender",
        "Age": "age",
        "Objects": "property_points",
        "Balance": "balance",
        "Products": "product_count",
        "CreditCard": "has_credit_card",
        "Loyalty": "is_active",
        "estimated_salary": "estimated_salary",
        "Churn": "is_churned",
    },
    "bank_scrooge": {
        "score": "credit_score",
        "city": "city",
        "gender": "gender",
        "age": "age",
        "equity": "property_points",
        "balance": "balance",
        "products": "product_count",
        "credit_card": "has_credit_card",
        "last_activity": "is_active",
        "EST_SALARY": "estimated_salary",
        "churn": "is_churned",
    },
}
METRICS = {
    **dict.fromkeys(("is_active", "has_credit_card", "is_churned", "balance_missing"), "yes_no"),
    **dict.fromkeys(("age", "credit_score", "property_points", "product_count"), "whole_number"),
    **dict.fromkeys(("estimated_salary", "balance"), "amount"),
}
GROUP_ATTRIBUTES = (
    *(
        "is_churned",
        "product_count",
        "city",
        "gender",
        "is_active",
        "has_credit_card",
        "age_band",
        "has_balance",
    ),
)
MADE_OF = {"age_band": "age", "has_balance": "balance", "balance_missing": "balance"}
ATTRIBUTES = pd.DataFrame(
    [
        {
            "attribute": name,
            "made_of": MADE_OF.get(name, name),
            "form": METRICS.get(name, "category"),
            "role_names": ",".join(
                role for role, names in (("metric", METRICS), ("groups", GROUP_ATTRIBUTES)) if name in names
            ),
            "place": place,
        }
        for place, name in enumerate(dict.fromkeys((*GROUP_ATTRIBUTES, *METRICS)))
    ]
)
"""What `client_attributes` says of tests, written down once more."""
KNOWN_ATTRIBUTES = read_attributes(ATTRIBUTES)
EMPTY_RANKS = [
    "n_a",
    "n_b",
    "placement_sum_a",
    "placement_square_sum_a",
    "placement_sum_b",
    "placement_square_sum_b",
    "tie_term",
]


def seed(name):
    """A seed as dbt hands it to a model: text columns, empty cells null."""
    return pd.read_csv(SEEDS / f"{name}.csv")


def read_real(portfolio):
    """Read one real extract into canonical columns (never printed, never stored)."""
    raw = pd.read_csv(REAL_DATA / f"{portfolio}_sample.csv")
    clients = raw[list(COLUMNS[portfolio])].rename(columns=COLUMNS[portfolio])
    clients["city"] = clients["city"].replace({"Ростов": "Ростов Великий"})
    clients["gender"] = clients["gender"].map({"М": "male", "Ж": "female"})
    return with_derived(clients)


def with_derived(clients):
    """Add the derived metric and attributes; booleans become 0/1 numbers."""
    clients = clients.copy()
    clients["balance_missing"] = clients["balance"].isna().astype(float)
    clients["has_balance"] = 1.0 - clients["balance_missing"]
    clients["age_band"] = None
    for band, (low, high) in BANDS.items():
        clients.loc[clients["age"].between(low, high), "age_band"] = band
    return clients


def as_text(attribute, values):
    """Group values as text: true/false, whole numbers, names; null stays null."""
    if attribute in ("is_churned", "is_active", "has_credit_card", "has_balance"):
        return values.map({0: "false", 1: "true"})
    if attribute == "product_count":
        return values.map(lambda value: None if pd.isna(value) else str(int(value)))
    return values


def rank_sample_row(a, b):
    """Two-group rank sums straight from the definition, by scipy's ranks."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    both = rankdata(np.concatenate([a, b]))
    of_a = both[: len(a)] - rankdata(a) if len(a) else np.array([])
    of_b = both[len(a) :] - rankdata(b) if len(b) else np.array([])
    ties = np.unique(np.concatenate([a, b]), return_counts=True)[1].astype(float)
    figures = (len(a), len(b), of_a.sum(), (of_a**2).sum(), of_b.sum(), (of_b**2).sum())
    return dict(zip(EMPTY_RANKS, (*figures, (ties**3 - ties).sum()), strict=True))


def group_rank_rows(groups):
    """Many-group rank sums, by scipy's ranks."""
    values = np.concatenate(list(groups.values())) if groups else np.array([])
    ranks, ties = rankdata(values), np.unique(values, return_counts=True)[1].astype(float)
    names = np.concatenate([[name] * len(rows) for name, rows in groups.items()]) if groups else np.array([])
    return [
        {
            "group_value": name,
            "client_count": len(rows),
            "rank_sum": float(ranks[names == name].sum()),
            "tie_term": float((ties**3 - ties).sum()),
        }
        for name, rows in groups.items()
    ]


def _moments(clients, registry):
    rows = []
    strata = {(h.metric, h.group_attribute, h.stratify_by) for h in registry if h.stratify_by}
    strata |= {(h.metric, h.group_attribute, h.filter.attribute) for h in registry if h.filter}
    wanted = {(metric, attribute, None) for metric in METRICS for attribute in GROUP_ATTRIBUTES} | strata
    for metric, attribute, stratum in sorted(wanted, key=str):
        keys = pd.DataFrame(
            {
                "metric_value": clients[metric].astype(float),
                "group_value": as_text(attribute, clients[attribute]),
                "stratum_value": as_text(stratum, clients[stratum]) if stratum else "all",
            }
        ).dropna()
        figures = keys.groupby(["group_value", "stratum_value"])["metric_value"].agg(["size", "mean", "var"])
        for (group, value), (n, mean, variance) in figures.iterrows():
            rows.append(
                {
                    "metric": metric,
                    "group_attribute": attribute,
                    "group_value": group,
                    "stratum_attribute": stratum or "none",
                    "stratum_value": value,
                    "client_count": int(n),
                    "mean": mean,
                    "variance": variance,
                }
            )
    return rows


def _value_counts(clients):
    rows = []
    for metric in METRICS:
        if metric in ("balance", "estimated_salary"):
            continue
        for attribute in GROUP_ATTRIBUTES:
            keys = pd.DataFrame(
                {
                    "group_value": as_text(attribute, clients[attribute]),
                    "value": clients[metric].astype(float),
                }
            )
            counts = keys.dropna().value_counts(sort=False)
            rows += [
                {
                    "metric": metric,
                    "group_attribute": attribute,
                    "group_value": group,
                    "value": value,
                    "client_count": int(n),
                }
                for (group, value), n in counts.items()
            ]
    return rows


def raw_groups(clients, metric, attribute):
    """Known metric values by group value."""
    keys = pd.DataFrame({"g": as_text(attribute, clients[attribute]), "v": clients[metric].astype(float)})
    return {str(name): rows["v"].to_numpy() for name, rows in keys.dropna().groupby("g")}


def pooled(groups, names):
    """Values of several groups together."""
    rows = [groups[name] for name in names if name in groups]
    return np.concatenate(rows) if rows else np.array([])


def chosen(hypothesis, clients):
    """The clients a hypothesis is about."""
    if hypothesis.filter is None:
        return clients
    attribute = hypothesis.filter.attribute
    return clients[as_text(attribute, clients[attribute]) == hypothesis.filter.value]


def two_groups(hypothesis, clients):
    """The raw values of group a and group b of a two-group hypothesis."""
    groups = raw_groups(chosen(hypothesis, clients), hypothesis.metric, hypothesis.group_attribute)
    names_b = set(groups) - set(hypothesis.group_a) if hypothesis.group_b == ("rest",) else hypothesis.group_b
    return pooled(groups, hypothesis.group_a), pooled(groups, names_b)


def many_groups(hypothesis, clients):
    """The raw values of every group of a many-group hypothesis."""
    groups = raw_groups(chosen(hypothesis, clients), hypothesis.metric, hypothesis.group_attribute)
    names = sorted(groups) if hypothesis.group_a == ("all",) else hypothesis.group_a
    return {name: groups[name] for name in names if name in groups}


def _rank_sums(clients, registry, *, screen):
    rows = []
    for hypothesis in registry:
        if hypothesis.primary_test in ("welch_t", "mann_whitney"):
            rows.append(
                {
                    "comparison_id": hypothesis.hypothesis_id,
                    **rank_sample_row(*two_groups(hypothesis, clients)),
                }
            )
    for metric in METRICS if screen else ():
        for attribute in GROUP_ATTRIBUTES:
            groups = raw_groups(clients, metric, attribute)
            for a, b in combinations(sorted(groups), 2):
                name = f"{metric}:{attribute}:{a}:{b}"
                rows.append({"comparison_id": name, **rank_sample_row(groups[a], groups[b])})
    return rows


def _group_ranks(clients, registry):
    rows = []
    for hypothesis in registry:
        if hypothesis.primary_test in ("welch_anova", "kruskal_wallis"):
            own = group_rank_rows(many_groups(hypothesis, clients))
            rows += [{"comparison_id": hypothesis.hypothesis_id, **row} for row in own]
    return rows


_FRAMES = {
    "moments": [
        "metric",
        "group_attribute",
        "group_value",
        "stratum_attribute",
        "stratum_value",
        "client_count",
        "mean",
        "variance",
    ],
    "value_counts": ["metric", "group_attribute", "group_value", "value", "client_count"],
    "rank_sums": ["comparison_id", *EMPTY_RANKS],
    "group_ranks": ["comparison_id", "group_value", "client_count", "rank_sum", "tie_term"],
}


def sufficient_frames(portfolios, registry, *, scenarios=("keep_all", "drop_missing_balance"), screen=False):
    """The four input frames of `evaluate_hypotheses` from raw clients of each portfolio."""
    hypotheses, parts = list(read_registry(registry, KNOWN_ATTRIBUTES)), {name: [] for name in _FRAMES}
    for portfolio, everyone in portfolios.items():
        for scenario in scenarios:
            drop = scenario == "drop_missing_balance"
            clients = everyone[everyone["balance"].notna()] if drop else everyone
            own = {
                "moments": _moments(clients, hypotheses),
                "value_counts": _value_counts(clients),
                "rank_sums": _rank_sums(clients, hypotheses, screen=screen and scenario == "keep_all"),
                "group_ranks": _group_ranks(clients, hypotheses),
            }
            for name, rows in own.items():
                frame = pd.DataFrame(rows, columns=_FRAMES[name])
                parts[name].append(frame.assign(portfolio=portfolio, cleaning_scenario=scenario))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def driver_tables(portfolios):
    """The input frame of `rank_drivers`: every group attribute but the outcome, by churn."""
    parts = []
    for portfolio, clients in portfolios.items():
        for attribute in GROUP_ATTRIBUTES:
            if attribute == "is_churned":
                continue
            value = as_text(attribute, clients[attribute])
            counts = clients.groupby(value, dropna=False)["is_churned"].agg(["size", "sum"])
            parts.append(
                pd.DataFrame(
                    {
                        "portfolio": portfolio,
                        "attribute": attribute,
                        "value": counts.index,
                        "churned_count": counts["sum"].to_numpy().astype(int),
                        "stayed_count": (counts["size"] - counts["sum"]).to_numpy().astype(int),
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)
