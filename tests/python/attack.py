"""What a reader of the published file alone can work out about few people; the truth only judges it."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
from bank_churn.privacy.figures import Figure, Population, declared, figures_of, settled
from bank_churn.privacy.protect import Rules, is_outcome
from bank_churn.privacy.protection import SEEDS, declaration_of, read_words
from bank_churn.privacy.solve import MANY, MARGIN, System, extremes, linked, propagate
from bank_churn.running.artifacts import PublicMart, public_marts, read_artifact
from bank_churn.tools.settings import project_vars


def figures_in(
    connection: duckdb.DuckDBPyConnection, source: str, marts: list[PublicMart], settings: dict
) -> list[Figure]:
    """The counts of the marts as a database holds them; what is hidden is not among them."""
    words, known, found = read_words(connection, "build", settings), declared(), []
    for mart in marts:
        entries = declaration_of(mart, known, settings)["counts"]
        rows = connection.execute(
            f'select * from "{source}"."{mart.relation}" order by {", ".join(mart.key) or "all"}'
        )
        columns = [column[0] for column in rows.description]
        named = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
        found += figures_of(mart.relation, named, entries, words)
    return found


def recovered(folder: Path, *, sums: int | None = None) -> list[tuple[Population, int, float, float]]:
    """Attack the publication of a build: counts of few people that follow, with their bounds.

    Args:
        folder: The build's folder, with `build`, `published` and `target`.
        sums: How many sums the linear program of one count looks at; all when left out.

    Returns:
        People, true count, least and most that a reader must conclude.
    """
    with duckdb.connect() as connection:
        exact, marts, settings = exact_figures(connection, folder)
        connection.execute(f"attach '{folder}/published/bank_churn.duckdb' as public (read_only)")
        shown = figures_in(connection, "public", marts, settings)
        steps = {
            (table, key, column): step
            for table, key, column, step in connection.execute("from public._rounded_counts").fetchall()
        }
        # That a share is rounded, its digits tell.
        connection.execute(f"attach '{folder}/published/bank_churn_clients.duckdb' as private (read_only)")
        shares = {
            (table, key, column): step
            for table, key, column, step in connection.execute(
                "select table_name, row_key, column_name, step from private._protected_figures where step < 1"
            ).fetchall()
        }
        names = {mart.relation: (mart.name if mart.is_latest else mart.relation) for mart in marts}
        keys = {}
        for mart in marts:
            columns = ", ".join(f"cast({name} as varchar)" for name in mart.key)
            rows = connection.execute(
                f'select {columns or "null"} from public."{mart.relation}"'
                f" order by {', '.join(mart.key) or 'all'}"
            ).fetchall()
            keys[mart.relation] = ["|".join(str(cell) for cell in row if mart.key) for row in rows]
    return conclude(
        settled(exact),
        shown,
        steps | shares,
        names,
        keys,
        Rules(settings["min_group_size"], settings["min_uniform_group_size"]),
        sums,
    )


def exact_figures(
    connection: duckdb.DuckDBPyConnection, folder: Path
) -> tuple[list[Figure], list[PublicMart], dict]:
    """The counts of a build, its marts for everyone and its settings."""
    target = folder / "target"
    settings = project_vars(read_artifact(target, "run_results.json"))
    marts = [
        mart for mart in public_marts(read_artifact(target, "manifest.json")) if mart.audience == "everyone"
    ]
    connection.execute(f"attach '{folder}/build/bank_churn.duckdb' as bank_churn (read_only)")
    connection.execute("create schema build")
    for seed in SEEDS:
        connection.execute(f"create table build.{seed} as from bank_churn.{seed}")
    exact = figures_in(connection, "bank_churn", marts, settings)
    connection.execute("detach bank_churn")
    return exact, marts, settings


def conclude(
    truth_of: list[Figure],
    shown: list[Figure],
    steps: dict[tuple[str, str, str], float],
    names: dict[str, str],
    keys: dict[str, list[str]],
    rules: Rules,
    sums: int | None,
) -> list[tuple[Population, int, float, float]]:
    """Solve what is shown."""
    people = {(figure.mart, figure.row, figure.column, figure.kind): figure.population for figure in truth_of}
    truth: dict[Population, int] = {}
    for figure in truth_of:
        if figure.kind != "rate":
            truth.setdefault(figure.population, figure.count)
    system = linked(truth)
    low, high = defaultdict(float), defaultdict(lambda: MANY)
    for figure in shown:
        one = people.get((figure.mart, figure.row, figure.column, figure.kind))
        if one is None or figure.kind == "rate":
            continue
        place = (names[figure.mart], keys[figure.mart][figure.row], figure.column)
        total = (*place[:2], str(figure.total_column))
        step = steps.get(place, 1.0)
        if figure.kind == "part" and step < 1:
            continue
        if figure.kind == "share":
            if step < 1:  # rounded together with the count that it gives
                continue
            step = 2 * steps.get(total, 0.5)
        # With all counts rounded, up or down is drawn: the exact one is less than a step away.
        ends = (
            (figure.count - step + 1, figure.count + step - 1) if step > 1 else (figure.count, figure.count)
        )
        low[one], high[one] = max(low[one], np.ceil(ends[0])), min(high[one], np.floor(ends[1]))
    few = few_people(system, rules)
    for one in few & truth.keys():
        if one not in low:
            high[one] = max(rules.min_group_size, rules.min_uniform_group_size) - 1
    system.low = np.array([low[one] for one in system.populations])
    system.high = np.array([high[one] for one in system.populations])
    propagate(system)
    found = []
    for one in sorted(few, key=str):
        number = system.number[one]
        ends = (system.low[number], system.high[number])
        if ends[1] - ends[0] > 2 * MARGIN:
            ends = extremes(system, number, sums or len(system.sums))
        if ends[1] - ends[0] <= 2 * MARGIN:
            found.append((one, int(system.truth[number]), *ends))
    return found


Group = tuple[str, str, str]
"""Portfolio, attributes and values as `churn_rates` names them."""


def worked_out(folder: Path) -> set[Group]:
    """Attack with a pencil: subtract one published count from another until nothing new follows.

    Shares nothing with the project's own solver: sums over the values of an attribute and over those of one
    attribute of a pair, and a group and its rest.

    Args:
        folder: The build's folder, with `build` and `published`.

    Returns:
        Small groups whose number of clients follows.
    """
    query = """select portfolio, dimension_name, dimension_value, client_count{more}
        from {table} where dimension_name <> 'all'"""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder}/build/bank_churn.duckdb' as bank_churn (read_only)")
        connection.execute(f"attach '{folder}/published/bank_churn.duckdb' as public (read_only)")
        exact = {
            tuple(key): count
            for *key, count in connection.execute(
                query.format(table="bank_churn.churn_rates_v1", more="")
            ).fetchall()
        }
        totals = dict(
            connection.execute(
                "select portfolio, client_count from public.churn_rates where dimension_name = 'all'"
            ).fetchall()
        )
        known = {
            tuple(key): count
            for *key, count in connection.execute(
                query.format(table="public.churn_rates", more="")
            ).fetchall()
            if count is not None
        }
        rests = connection.execute(
            """select portfolio, attribute, attribute_value, rest_client_count
            from public.adjusted_comparisons where rest_client_count is not null"""
        ).fetchall()
    known |= {(one, name, value): totals[one] - rest for one, name, value, rest in rests}
    sums: dict[tuple[Group | str, str], list[Group]] = defaultdict(list)
    for one, names, values in exact:
        if ", " not in names:
            sums[one, names].append((one, names, values))
            continue
        for place, name in enumerate(names.split(", ")):
            sums[(one, name, values.split(", ")[place]), names].append((one, names, values))
    amounts: dict[Group | str, int] = {**known, **totals}
    is_new = True
    while is_new:
        is_new = False
        for (whole, _), parts in sums.items():
            everybody = totals[whole] if isinstance(whole, str) else exact.get(whole)
            if everybody != sum(exact[part] for part in parts):  # some have no value
                continue
            open_ = [one for one in (whole, *parts) if one not in amounts]
            if len(open_) == 1:
                [one] = open_
                others = sum(amounts[part] for part in parts if part != one)
                amounts[one] = others if one == whole else amounts[whole] - others
                is_new = True
    return {one for one, count in exact.items() if 1 <= count < SMALL and one in amounts}


SMALL = 10


def few_people(system: System, rules: Rules) -> set[Population]:
    """Everybody in groups below the least size, churned or not being no matter."""
    return {
        one
        for one, count in zip(system.populations, system.truth.tolist(), strict=True)
        if 1 <= count < rules.min_group_size and not is_outcome(one)
    }
