"""The scoring query of the handwritten script, made from the trained model's cells.

Whole numbers are looked up by value, money by a search by halves; a term is one look-up in a list.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
from scipy.special import stdtrit

# Whole-numbered attributes and the greatest value that the rules of cleaning accept.
WHOLE = {"age": 120, "credit_score": 1000, "property_points": 100, "product_count": 20}
MONEY = ("balance", "estimated_salary")
SMALLEST_REASON_E12 = 10**11
CELLS_AT_MOST = 100_000  # a key is a contribution and, below it, the number of its cell


@dataclass(frozen=True)
class Bin:
    """One bin of an attribute; `low` is -inf for the first of a number's."""

    kind: str
    low: float
    category: str | None


def read_bins(rows: list[dict[str, Any]], place: int) -> list[Bin]:
    """The bins that an attribute has in a term, in the model's order.

    Args:
        rows: The term's cells in order.
        place: 1 to 3, which attribute of the term.

    Returns:
        The bins.
    """
    seen: dict[Bin, None] = {}
    for row in rows:
        low = row[f"lower_bound_{place}"]
        seen[
            Bin(
                row[f"bin_kind_{place}"],
                -math.inf if low is None or math.isnan(low) else low,
                row[f"category_{place}"],
            )
        ] = None
    return list(seen)


def bin_of_number(bins: list[Bin], value: float | None) -> int:
    """Which bin a number falls into.

    Args:
        bins: The bins of the attribute.
        value: The number, None when missing.

    Returns:
        The position in `bins`.
    """
    if value is None:
        return next(i for i, one in enumerate(bins) if one.kind == "missing")
    return max(
        (i for i, one in enumerate(bins) if one.kind == "number" and one.low <= value),
        key=lambda i: bins[i].low,
    )


def case_of_category(name: str, bins: list[Bin]) -> str:
    """The position of a category's bin, as SQL.

    Args:
        name: The column.
        bins: The bins of the attribute.

    Returns:
        A case expression.
    """
    column = f"cast({name} as varchar)"
    branches = [
        f"when {name} is null then {i}"
        if one.kind == "missing"
        else f"when {column} = '{one.category}' then {i}"
        for i, one in enumerate(bins)
        if one.kind in ("missing", "category")
    ]
    unseen = next(i for i, one in enumerate(bins) if one.kind == "unseen")
    return f"case {' '.join(branches)} else {unseen} end"


@dataclass(frozen=True)
class Model:
    """The model as lists: where each attribute's bins begin, and all cells one after the other."""

    fine: dict[str, list[Bin]]
    coarse: dict[str, list[Bin]]
    rough: dict[str, list[Bin]]
    positions: list[str]
    lists: dict[str, list[Any]]
    version: str

    def levels(self) -> tuple[tuple[str, dict[str, list[Bin]]], ...]:
        """The bins of attributes alone, in pairs, in triples."""
        return ("fine", self.fine), ("coarse", self.coarse), ("rough", self.rough)

    def cell_count(self) -> int:
        """Cells of one model; those of the folds follow."""
        return len(self.lists["reasons_ru"])


def read_terms(connection: duckdb.DuckDBPyConnection) -> list[list[dict[str, Any]]]:
    """The cells of each term in the model's order.

    Args:
        connection: With the trained model attached as `model`.

    Returns:
        One list of rows per term.
    """
    cursor = connection.execute("select * from model.terms order by term_number, cell_number")
    names = [column[0] for column in cursor.description]
    terms: dict[int, list[dict[str, Any]]] = {}
    for values in cursor.fetchall():
        row = dict(zip(names, values, strict=True))
        terms.setdefault(row["term_number"], []).append(row)
    return list(terms.values())


def read_model(connection: duckdb.DuckDBPyConnection) -> Model:
    """Lay the model's cells out so that a cell is found by arithmetic.

    Args:
        connection: With the trained model attached as `model`.

    Returns:
        The model.
    """
    intercept, version = connection.execute("select intercept_e12, model_version from model.facts").fetchone()
    fine: dict[str, list[Bin]] = {}
    coarse: dict[str, list[Bin]] = {}
    rough: dict[str, list[Bin]] = {}
    positions: list[str] = []
    cells: list[dict[str, Any] | None] = []
    for rows in read_terms(connection):
        first, second, third = (rows[0][f"attribute_{place}"] for place in (1, 2, 3))
        start = len(cells) + 1
        if second is None:
            fine[first] = read_bins(rows, 1)
            positions.append(f"{start} + {first}_fine")
            cells += rows
            continue
        if third is not None:
            names = (first, second, third)
            bins = [rough.setdefault(name, read_bins(rows, place)) for place, name in enumerate(names, 1)]
            triple = {tuple(read_bins([row], place)[0] for place in (1, 2, 3)): row for row in rows}
            positions.append(
                f"{start} + ({first}_rough * {len(bins[1])} + {second}_rough) * {len(bins[2])}"
                f" + {third}_rough"
            )
            cells += [triple.get(together) for together in product(*bins)]
            continue
        bins = [coarse.setdefault(name, read_bins(rows, place)) for place, name in ((1, first), (2, second))]
        found = {(read_bins([row], 1)[0], read_bins([row], 2)[0]): row for row in rows}
        positions.append(f"{start} + {first}_coarse * {len(bins[1])} + {second}_coarse")
        cells += [found.get((one, other)) for one in bins[0] for other in bins[1]]
    # The models of the folds follow with the same cells in the same order.
    contributions = [cell["contribution_e12"] if cell else 0 for cell in cells]
    intercepts = [intercept]
    for fold, fold_intercept in connection.execute("select * from model.fold_facts order by fold").fetchall():
        own = dict(
            connection.execute(
                "select cell_number, contribution_e12 from model.fold_cells where fold = ?", [fold]
            ).fetchall()
        )
        contributions += [own[cell["cell_number"]] if cell else 0 for cell in cells]
        intercepts.append(fold_intercept)
    errors = connection.execute("select standard_error from model.certainty order by step").fetchall()
    lists = {
        "contributions": contributions,
        "intercepts": intercepts,
        "errors": [error for (error,) in errors],
        "reasons_ru": [cell["label_ru"] if cell else "" for cell in cells],
        "reasons_en": [cell["label_en"] if cell else "" for cell in cells],
    }
    return Model(fine, coarse, rough, positions, lists, version)


def add_bins_of_numbers(model: Model) -> dict[str, int]:
    """Add to the model's lists the bins of every whole number and of every span of money.

    Args:
        model: The model; its lists grow.

    Returns:
        For money, the number of steps that a search by halves takes.
    """
    steps = {}
    for name, greatest in WHOLE.items():
        for level, bins in model.levels():
            if name in bins:
                values: list[float | None] = [None, *range(greatest + 1)]
                model.lists[f"{name}_{level}s"] = [bin_of_number(bins[name], value) for value in values]
    for name in MONEY:
        cuts = sorted({one.low for _, bins in model.levels() for one in bins.get(name, ())} - {-math.inf})
        steps[name] = len(cuts).bit_length()
        padding = [math.inf] * (2 ** steps[name] - len(cuts))
        model.lists[f"{name}_cuts"] = [float(cut) for cut in cuts] + padding
        for level, bins in model.levels():
            if name in bins:
                values = [None, -math.inf, *cuts]
                model.lists[f"{name}_{level}s"] = [bin_of_number(bins[name], value) for value in values]
    return steps


def bins_sql(model: Model) -> list[str]:
    """One expression per attribute and level: the position of its bin.

    Args:
        model: The model.

    Returns:
        The expressions, named.
    """
    expressions = []
    for level, all_bins in model.levels():
        for name, bins in all_bins.items():
            if name in WHOLE:
                position = f"list_extract({name}_{level}s, coalesce({name} + 2, 1))"
            elif name in MONEY:
                place = f"case when {name} is null then 1 else {name}_place + 2 end"
                position = f"list_extract({name}_{level}s, {place})"
            else:
                position = case_of_category(name, bins)
            expressions.append(f"{position} as {name}_{level}")
    return expressions


def greatest_sql(place: int, count: int) -> str:
    """The step that finds the next greatest key.

    Args:
        place: 1, 2 or 3.
        count: Number of keys.

    Returns:
        A query's text; it reads the step before.
    """
    below = f" < greatest_{place - 1} then key_{{0}} end"
    form = "key_{0}" if place == 1 else "case when key_{0}" + below
    keys = ", ".join(form.format(number) for number in range(count))
    return f"select *, greatest({keys}, null) as greatest_{place} from "


def risk_sql(bands: Path) -> str:
    """The risk band of a probability and its labels, as SQL.

    Args:
        bands: The seed risk_bands.csv.

    Returns:
        Three named expressions.
    """
    with bands.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["band_order"]))
    expressions = []
    for column, name in (
        ("risk_band", "risk_band"),
        ("label_ru", "risk_band_label_ru"),
        ("label_en", "risk_band_label_en"),
    ):
        branches = [
            f"when churn_probability < {row['upper_bound']}e0 then '{row[column]}'" for row in rows[:-1]
        ]
        expressions.append(f"case {' '.join(branches)} else '{rows[-1][column]}' end as {name}")
    return ", ".join(expressions)


def scoring_steps(connection: duckdb.DuckDBPyConnection, bands: Path) -> list[str]:
    """The statements that make `client_churn_scores` of `clients`.

    Args:
        connection: The script's database, the trained model attached as `model`.
        bands: The seed risk_bands.csv.

    Returns:
        The statements, to be executed in order.
    """
    model = read_model(connection)
    steps = add_bins_of_numbers(model)
    connection.execute(
        "create table lookup as select " + ", ".join(f"${name} as {name}" for name in model.lists),
        model.lists,
    )
    query = (
        f"select c.*, lookup.*, t.client_key is not null as is_trained_on, coalesce(t.fold, 0) as fold, "
        f"coalesce(t.fold, 0) * {model.cell_count()} as before "
        "from clients as c cross join lookup left join model.trained_on as t on c.client_key = t.client_key"
    )
    for step in range(max(steps.values())):
        places = []
        for name in MONEY:
            width = 2 ** (steps[name] - 1 - step) if step < steps[name] else 0
            before = f"{name}_place" if step else "0"
            test = (
                f"case when {name} >= list_extract({name}_cuts, {before} + {width}) then {width} else 0 end"
            )
            places.append(f"{before} + {test} as {name}_place" if width else f"{before} as {name}_place")
        kept = f"* exclude ({', '.join(f'{name}_place' for name in MONEY)})" if step else "*"
        query = f"select {kept}, {', '.join(places)} from ({query})"
    query = f"select *, {', '.join(bins_sql(model))} from ({query})"
    count = len(model.positions)
    query = terms_sql(model, query)
    keys = [f"term_{number} * {CELLS_AT_MOST} + cell_{number}" for number in range(count)]
    query = f"select *, {named(keys, 'key')} from ({query})"
    for place in (1, 2, 3):
        query = f"{greatest_sql(place, count)} ({query})"
    return [
        f"create table scores as {narrow_sql(query, model)}",
        f"create view client_churn_scores as {wide_sql(model, bands)}",
    ]


def terms_sql(model: Model, query: str) -> str:
    """The cell of every term and its contribution.

    Args:
        model: The model.
        query: The bins of every client, and which model's cells are meant.

    Returns:
        A query's text.
    """
    terms = [f"list_extract(contributions, before + cell_{number})" for number in range(len(model.positions))]
    return (
        f"select *, {named(terms, 'term')} from (select *, {named(model.positions, 'cell')} from ({query}))"
    )


def named(expressions: list[str], prefix: str) -> str:
    """Expressions with numbered names.

    Args:
        expressions: SQL.
        prefix: Of the names.

    Returns:
        A select list.
    """
    return ", ".join(f"{expression} as {prefix}_{number}" for number, expression in enumerate(expressions))


def reason_sql(place: int) -> str:
    """The reason at a place in words and its contribution.

    Args:
        place: 1, 2 or 3.

    Returns:
        Three named expressions.
    """
    cell = f"reason_{place}_cell"
    return (
        f"list_extract(reasons_ru, {cell}) as reason_{place}_ru, "
        f"list_extract(reasons_en, {cell}) as reason_{place}_en, "
        f"list_extract(contributions, before + {cell}) / 1e12 as contribution_{place}"
    )


def narrow_sql(query: str, model: Model) -> str:
    """What is kept of a client: its bins, which model scored it, the sum, and the cells of its reasons.

    Args:
        query: The step with the three greatest keys.
        model: The model.

    Returns:
        A query's text; no reason is below the least contribution worth naming.
    """
    bins = ", ".join(
        f"cast({name}_{level} as integer) as {name}_{level}"
        for level, all_bins in model.levels()
        for name in all_bins
    )
    least = SMALLEST_REASON_E12 * CELLS_AT_MOST
    reasons = ", ".join(
        f"cast(case when greatest_{place} >= {least} then greatest_{place} % {CELLS_AT_MOST} end as integer) "
        f"as reason_{place}_cell"
        for place in (1, 2, 3)
    )
    terms = " + ".join(f"term_{number}" for number in range(len(model.positions)))
    return f"""
    select
        portfolio, client_key, is_churned, is_trained_on, cast(fold as integer) as fold, {bins}, {reasons},
        list_extract(intercepts, fold + 1) + {terms} as log_odds_e12, data_origin
    from ({query})"""


def wide_sql(model: Model, bands: Path) -> str:
    """The columns of `client_churn_scores`, worked out from what is kept of a client.

    Args:
        model: The model.
        bands: The seed risk_bands.csv.

    Returns:
        A query's text.
    """
    placed = f"select scores.*, lookup.*, fold * {model.cell_count()} as before from scores cross join lookup"
    started = (
        f"select *, list_extract(intercepts, fold + 1) as intercept_e12 from ({terms_sql(model, placed)})"
    )
    probability = "1e0 / (1e0 + exp(-log_odds_e12 / 1e12)) as churn_probability"
    probable = f"select *, log_odds_e12 / 1e12 as log_odds, {probability} from ({started})"
    folds = len(model.lists["intercepts"]) - 1  # the first is that of new clients
    student = stdtrit(folds - 1, 0.975)
    step = "cast(least(floor(churn_probability * 100), 99) as integer) + 1"
    certain = f"select *, {student:.3f} * list_extract(errors, {step}) as margin from ({probable})"
    terms = ", ".join(f"term_{number}" for number in range(len(model.positions)))
    return f"""
    select
        portfolio, client_key, churn_probability,
        cast((1 - 1e-7) / (1 + exp(margin - log_odds)) as float) as probability_low,
        cast(least((1 + 1e-7) / (1 + exp(-margin - log_odds)), 1) as float) as probability_high,
        case when is_trained_on then 'out_of_fold' else 'new_client' end as probability_basis,
        {risk_sql(bands)}, {", ".join(reason_sql(place) for place in (1, 2, 3))}, log_odds,
        intercept_e12 / 1e12 as intercept, log_odds_e12, intercept_e12,
        [{terms}] as contributions_e12, '{model.version}' as model_version,
        'resembles_leavers' as churn_definition, cast(null as integer) as horizon_days,
        is_trained_on, cast(null as varchar) as no_score_reason, is_churned, data_origin
    from ({certain})"""
