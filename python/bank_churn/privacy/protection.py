"""The one door between the exact marts and the file for everyone: hiding, rounding, the account of both."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb
import pandas as pd

from bank_churn.privacy.apply import Rows, is_count, is_told
from bank_churn.privacy.complements import add_complements
from bank_churn.privacy.figures import (
    AT,
    CHURNED,
    KNOWN,
    Figure,
    Population,
    Row,
    Words,
    advised_by,
    declared,
    figures_of,
    settled,
    words_of,
)
from bank_churn.privacy.protect import Plan, Rules, plan_for
from bank_churn.privacy.rounding import Spread, Spreads, is_quantile, metric_and_suffix, spreads_of
from bank_churn.running.artifacts import PublicMart
from bank_churn.tools.settings import whole_number
from bank_churn.tools.sql import as_dicts
from bank_churn.words.speech import said

QUANTILE = re.compile(r".*(_median|_median_difference|_q25|_q75)")
# What follows from counts of the same row, which are exact or rounded themselves.
FROM_COUNTS = re.compile(r".*(rate|share|lift)(_.*)?|(.*_)?ci_(low|high)(_.*)?|share_of_.*")
LABELS = re.compile(r".*(_ru|_en|_order|_label|_name)|is_.*|data_origin|portfolio|model_version|reason")
TRIES = 5
VALUES = "int_client_values"
# What says which conditions mean the same people.
SEEDS = (
    "segment_rules",
    "cities",
    "registered_recommendations",
    "offers",
    "offer_rules",
    "registered_group_rules",
)

AUDIT, FIGURES, ROUNDED = "_disclosure_audit", "_protected_figures", "_rounded_counts"
HIDDEN = "_hidden_counts"
# Why a figure is hidden or rounded.
SMALL, COMPLEMENT, ROUNDING = "small_group", "complement", "rounding"
AUDIT_COLUMNS = {
    "portfolio": "varchar",
    "people": "varchar",
    "counted": "varchar",
    "client_count": "bigint",
    "low_unprotected": "bigint",
    "high_unprotected": "bigint",
    "low": "bigint",
    "high": "bigint",
    "is_recovered": "boolean",
}
FIGURE_COLUMNS = {
    "table_name": "varchar",
    "row_key": "varchar",
    "column_name": "varchar",
    "exact_value": "double",
    "published_value": "double",
    "step": "double",
    "reason": "varchar",
}
HIDDEN_COLUMNS = {name: FIGURE_COLUMNS[name] for name in ("table_name", "row_key", "column_name")}
ROUNDED_COLUMNS = {name: FIGURE_COLUMNS[name] for name in ("table_name", "row_key", "column_name", "step")}


@dataclass
class Protected:
    """What is published for everyone, and what that cost.

    Attributes:
        tables: Rows by relation.
        audit: Rows of `_disclosure_audit`.
        figures: Rows of `_protected_figures`.
        hidden_rows: Rows hidden besides those of small groups.
        hidden_cells: Figures hidden besides those.
        left_out_texts: Texts left out.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    audit: list[tuple[Any, ...]] = field(default_factory=list)
    figures: list[tuple[Any, ...]] = field(default_factory=list)
    hidden_rows: int = 0
    hidden_cells: int = 0
    left_out_texts: int = 0

    @property
    def rounded(self) -> list[tuple[Any, ...]]:
        """Rows of `_rounded_counts`: the counts that are no longer exact, for whoever reads them."""
        return [(*key, step) for *key, _, _, step, _ in self.figures if step and is_count(key[-1])]

    @property
    def hidden(self) -> list[tuple[Any, ...]]:
        """Rows of `_hidden_counts`: those hidden for another's sake, for whoever finds them empty."""
        return [
            tuple(key)
            for *key, _, shown, _, reason in self.figures
            if shown is None and reason == COMPLEMENT and is_count(key[-1])
        ]

    def reports(self, audience: str) -> dict[str, tuple[dict[str, str], list[tuple[Any, ...]]]]:
        """Give the tables that tell what was done.

        Args:
            audience: For everyone, which counts are rounded or hidden for another's sake; for clients, all.

        Returns:
            Types of columns and rows, by table.
        """
        public = {ROUNDED: (ROUNDED_COLUMNS, self.rounded), HIDDEN: (HIDDEN_COLUMNS, self.hidden)}
        private = {AUDIT: (AUDIT_COLUMNS, self.audit), FIGURES: (FIGURE_COLUMNS, self.figures)}
        return public if audience == "everyone" else private

    def counts(self) -> dict[str, Any]:
        """Count what the protection found and what it cost."""
        return {
            "found": len(self.audit),
            "left": sum(bool(row[-1]) for row in self.audit),
            "rows": self.hidden_rows,
            "cells": self.hidden_cells,
            "rounded": sum(step is not None for *_, step, _ in self.figures),
            "texts": self.left_out_texts,
        }

    def account(self) -> str:
        """Say what the protection found and what it cost.

        Returns:
            A sentence.
        """
        return said(
            "Protection: {found} small counts followed from others, now {left}. Its price: {rows} more rows"
            " and {cells} figures hidden, {rounded} figures rounded, {texts} texts left out.",
            **self.counts(),
        )


def rules_of(settings: dict[str, Any]) -> Rules:
    """Read what counts as disclosing.

    Args:
        settings: The vars of the build.

    Returns:
        The rules.
    """
    return Rules(
        min_group_size=whole_number(settings, "min_group_size", 10),
        min_uniform_group_size=whole_number(settings, "min_uniform_group_size", 20),
        rounded_counts=whole_number(settings, "rounded_counts", 1),
        is_primary_only=bool(settings.get("primary_suppression_only", False)),
    )


def protect(
    connection: duckdb.DuckDBPyConnection, source: str, marts: list[PublicMart], settings: dict[str, Any]
) -> Protected:
    """Decide over all marts for everyone together what is hidden and rounded, and do it.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        marts: The public marts.
        settings: The vars of the build.

    Returns:
        What is published.
    """
    public = [mart for mart in marts if mart.audience == "everyone"]
    words = read_words(connection, source, settings)
    known, rules = declared(), rules_of(settings)
    entries = {mart.relation: declaration_of(mart, known, settings) for mart in public}
    figures, rows_of, columns_of = [], {}, {}
    for mart in public:
        relation = mart.relation
        columns_of[relation], rows_of[relation] = table(connection, f'select * from "{source}"."{relation}"')
        try:
            figures += figures_of(relation, rows_of[relation], entries[relation]["counts"], words)
        except KeyError:  # a mart of that name with other columns
            entries[relation] = declaration_of(mart, {}, settings)
            figures += figures_of(relation, rows_of[relation], entries[relation]["counts"], words)
    figures = settled(figures)
    told = {
        (relation, number)
        for relation, rows in rows_of.items()
        for number, row in enumerate(rows)
        if any(is_told(column, value) for column, value in row.items())
    }
    plan = plan_for(figures, rules, told)
    if not rules.is_primary_only:
        add_complements(plan)
    by_mart: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_mart[figure.mart].append(figure)
    changed = {
        mart.relation: Rows(rows_of[mart.relation], by_mart[mart.relation], plan, mart.relation)
        for mart in public
    }
    for rows in changed.values():
        rows.hide()
    is_rounded = rules.rounded_counts > 1
    is_exact = rules.is_primary_only and not is_rounded
    spreads = {} if is_exact else read_spreads(connection, source, marts)
    if not rules.is_primary_only:
        leave_no_counts(public, changed, entries, spreads, plan.attributes())
    if is_rounded:
        for relation, rows in changed.items():
            rows.round_counts()
            rows.round_figures(entries[relation].get("rounded", []), spreads)
    elif not is_exact:
        for relation, rows in changed.items():
            rows.round_figures(entries[relation].get("rounded", []), spreads, of_amounts_alone=True)
    if not is_exact:
        avoid_single_values(connection, source, marts, changed, entries, spreads)
        say_the_same(public, changed, entries)
    if not is_rounded:
        for rows in changed.values():
            rows.subtract_quantiles()
    result = Protected(audit=audit_of(plan))
    for mart in public:
        rows = changed[mart.relation]
        rows.leave_out_texts()
        result.tables[mart.relation] = pd.DataFrame(
            rows.result(mart.suppressed_columns), columns=columns_of[mart.relation], dtype=object
        )
        account_for(result, mart, rows)
    return result


def leave_no_counts(
    marts: list[PublicMart],
    changed: dict[str, Rows],
    entries: dict[str, dict[str, Any]],
    spreads: Spreads,
    hidden: dict[tuple[str, str], float],
) -> None:
    """Round what is left of rows whose counts are hidden, and of those that say the same.

    Args:
        marts: The public marts.
        changed: Their rows; they change.
        entries: Their declarations.
        spreads: Spread of each metric, by portfolio.
        hidden: What `Plan.attributes` returns.
    """
    relations = {mart.name: mart.relation for mart in marts if mart.is_latest}
    for rows in changed.values():
        rows.compared(hidden)
    for relation, rows in changed.items():
        for one in entries[relation].get("follows", []):
            if one["mart"] in relations:
                others = changed[relations[one["mart"]]]
                rows.follow(others, one["key"], one["by"], is_of_same=one.get("is_of_same", False))
    for mart in marts:
        rules = entries[mart.relation].get("rounded", [])
        changed[mart.relation].round_without_counts(rules, spreads, mart.suppressed_columns)


def say_the_same(
    marts: list[PublicMart], changed: dict[str, Rows], entries: dict[str, dict[str, Any]]
) -> None:
    """Give figures that stand in another mart too the value that they have there.

    Args:
        marts: The public marts.
        changed: Their rows; they change.
        entries: Their declarations.
    """
    relations = {mart.name: mart.relation for mart in marts if mart.is_latest}
    for relation, rows in changed.items():
        for one in entries[relation].get("follows", []):
            if one["mart"] in relations:
                rows.say_the_same(changed[relations[one["mart"]]], one)


def read(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    """Read rows.

    Args:
        connection: A connection.
        query: What to read.

    Returns:
        The rows.
    """
    return table(connection, query)[1]


def table(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[Row]]:
    """Read rows, and the names of their columns even without any.

    Args:
        connection: A connection.
        query: What to read.

    Returns:
        Columns and rows.
    """
    cursor = connection.execute(query)
    return [column[0] for column in cursor.description], as_dicts(cursor)


def read_words(connection: duckdb.DuckDBPyConnection, source: str, settings: dict[str, Any]) -> Words:
    """Read which conditions mean the same people.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        settings: The vars of the build.

    Returns:
        The words.
    """
    rules, cities, *advice = (seed(connection, source, name) for name in SEEDS)
    names = sorted({str(row["city"]) for row in cities})
    return words_of(settings.get("attributes", {}), rules, names, advised_by(*advice))


def seed(connection: duckdb.DuckDBPyConnection, source: str, name: str) -> list[Row]:
    """Read a seed that a build may lack.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        name: Its name.

    Returns:
        Its rows; none if there is no such table.
    """
    try:
        return read(connection, f'select * from "{source}"."{name}"')
    except duckdb.CatalogException:
        return []


def declaration_of(mart: PublicMart, known: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Say what the figures of a mart are about, from its columns where nothing is declared.

    Args:
        mart: The mart.
        known: What `declared` returns.
        settings: The vars of the build.

    Returns:
        Its declaration, with columns written out.
    """
    found = known.get(mart.relation, known.get(mart.name))
    if found is None:
        found = by_grain(mart)
    shares = shares_of(settings.get("attributes", {}))
    counts = []
    for entry in found.get("counts", []):
        if "shares" in entry:
            is_long = "measure" in entry
            top = {"top_city_share": ("city", "@value_text" if is_long else "@top_city")}
            entry = {**entry, "shares": shares | top}
        counts.append(entry)
    rounded = []
    for rule in found.get("rounded", []):
        if rule["columns"] == "quantiles":
            rule = {**rule, "columns": [column for column in mart.columns if QUANTILE.fullmatch(column)]}
        rounded.append(rule)
    return {
        "counts": counts,
        "rounded": rounded,
        "follows": [named(one, settings) for one in found.get("follows", [])],
    }


def named(one: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Write out the columns that are named by the setting how clients without a balance are treated.

    Args:
        one: Which rows say again what those of another mart say.
        settings: The vars of the build.

    Returns:
        The same with columns.
    """
    scenario = settings.get("cleaning_scenario", "")
    same = {column.format(scenario=scenario): other for column, other in one.get("same", {}).items()}
    return {**one, "same": same}


def shares_of(attributes: dict[str, dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """List the shares that portraits give.

    Args:
        attributes: Var `attributes`.

    Returns:
        Whom each counts, by column.
    """
    found = {}
    for name, attribute in attributes.items():
        if "share" in attribute:
            found[attribute["share"]] = (name, attribute.get("share_of", "true"))
        if "absence_share" in attribute:
            found[attribute["absence_share"]] = (attribute["presence"], "false")
    return found


def by_grain(mart: PublicMart) -> dict[str, Any]:
    """Read from its columns whom the counts of a mart are about.

    Args:
        mart: A mart that is not declared.

    Returns:
        Its declaration.
    """
    rest = {
        "columns": [column for column in mart.columns if not FROM_COUNTS.fullmatch(column)],
        "as": "digits",
        "digits": 3,
        "floats": True,
    }
    if "client_count" not in mart.columns or not mart.suppressed_columns:
        return {"counts": [], "rounded": [rest]}
    grain = []
    for column in mart.columns:  # what names a row stands before the first figure
        if column in mart.suppressed_columns:
            break
        grain += [] if LABELS.fullmatch(column) else [f"{mart.name}.{column}=@{column}"]
    entry: dict[str, Any] = {"of": grain, "known": "client_count"}
    return {
        "counts": [entry | ({"churned": "churned_count"} if "churned_count" in mart.columns else {})],
        "rounded": [rest],
    }


def read_spreads(connection: duckdb.DuckDBPyConnection, source: str, marts: list[PublicMart]) -> Spreads:
    """Read how far clients are apart in each metric.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        marts: The public marts.

    Returns:
        The spreads.
    """
    names = {mart.name: mart.relation for mart in marts if mart.is_latest}
    if "metric_moments" not in names:
        return {}
    of_sums = spreads_of_sums(connection, source, names)
    found = spreads_of(read(connection, f'select * from "{source}"."{names["metric_moments"]}"'))
    quarters: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    if "portraits" in names:
        for portfolio, measure, value in connection.execute(
            f"""select portfolio, measure, value from "{source}"."{names["portraits"]}"
            where group_kind = 'portfolio' and value is not null"""
        ).fetchall():
            metric, _, suffix = measure.rpartition("_")
            quarters[portfolio, metric][suffix] = value
    for key, spread in found.items():
        ends = quarters.get(key, {})
        middle = (ends["q75"] - ends["q25"]) / 1.349 if "q25" in ends else 0.0
        found[key] = replace(spread, middle=middle or spread.deviation)
    return found | of_sums


def spreads_of_sums(connection: duckdb.DuckDBPyConnection, source: str, names: dict[str, str]) -> Spreads:
    """Read how far clients are apart in what is added up to plan with.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        names: Relations by name of the mart.

    Returns:
        The spreads, by portfolio and by what `tables.yaml` calls it.
    """
    wanted = {
        "retention_list": {
            "saved_value": "value_to_save * kept_share",
            "kept": "churn_probability * kept_share",
            "loss": "churn_probability * value_at_risk",
        },
        VALUES: {
            "value_to_save": "value_to_save",
            "churn_probability": "churn_probability",
            "value_square": "churn_probability * counted_value * counted_value",
            "saved_square": "value_to_save * value_to_save",
        },
    }
    found: Spreads = {}
    for table, sums in wanted.items():
        relation = names.get(table, table)
        known = connection.execute(
            "select 1 from duckdb_columns() where database_name = ? and table_name = ?", [source, relation]
        ).fetchall()
        if not known:
            continue
        columns = ", ".join(f"stddev({sql}) as {name}" for name, sql in sums.items())
        for row in read(
            connection, f'select portfolio, {columns} from "{source}"."{relation}" group by portfolio'
        ):
            found |= {
                (str(row["portfolio"]), name): Spread(row[name], row[name]) for name in sums if row[name]
            }
    return found


def avoid_single_values(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    marts: list[PublicMart],
    changed: dict[str, Rows],
    entries: dict[str, dict[str, Any]],
    spreads: Spreads,
) -> None:
    """Move a rounded quantile by a step where it happens to be what one client alone has.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        marts: The public marts.
        changed: The rows; they change.
        entries: Declarations of the marts.
        spreads: Spread of each metric, by portfolio.
    """
    clients = next((mart for mart in marts if mart.name == "clients" and mart.is_latest), None)
    if clients is None:
        return
    cells = defaultdict(list)
    for relation, rows in changed.items():
        for rule in entries[relation].get("rounded", []):
            if rule["as"] == "value":
                for number, row in enumerate(rows.rows):
                    for column in rule["columns"]:
                        measure = str(row[rule["metric"]]) if "metric" in rule else column
                        metric, _ = metric_and_suffix(measure)
                        step = rows.steps.get(number, {}).get(column)
                        if (
                            step
                            and is_quantile(rule, row, column, spreads)
                            and metric in clients.columns
                            and not rows.is_hidden(number)
                        ):
                            cells[metric].append((rows, number, column, step))
    for metric, places in cells.items():
        wanted = sorted(
            {
                rows.value(number, column) + k * step
                for rows, number, column, step in places
                for k in range(TRIES)
            }
        )
        single = set(
            connection.execute(
                f"""select portfolio, cast("{metric}" as double) from "{source}"."{clients.relation}"
                where cast("{metric}" as double) in (select unnest(?)) group by all having count(*) = 1""",
                [wanted],
            ).fetchall()
        )
        for rows, number, column, step in places:
            portfolio, value = rows.rows[number]["portfolio"], rows.value(number, column)
            rows.changes[number][column] = next(
                (value + k * step for k in range(TRIES) if (portfolio, value + k * step) not in single), None
            )


def told(population: Population) -> tuple[str, str, str]:
    """Say in text whom a count is about.

    Args:
        population: The population.

    Returns:
        Portfolio, conditions, and whether all of them, those of known churn or the churned are counted.
    """
    (portfolio, _, month), conditions = population[0].partition(AT), population[1]
    counted = "clients"
    terms = [f"month={month}"] if month else []
    for attribute, value in sorted(conditions):
        if attribute == CHURNED[0]:
            counted = "stayed" if value != CHURNED[1] else "churned"
        elif (attribute, value) == KNOWN:
            counted = "known_churn" if counted == "clients" else counted
        else:
            terms.append(f"{attribute}{value}" if value.startswith("≠") else f"{attribute}={value}")
    return portfolio, "; ".join(terms), counted


def audit_of(plan: Plan) -> list[tuple[Any, ...]]:
    """List the small counts that follow from the rest without protection, and what is known of them with it.

    Args:
        plan: The plan.

    Returns:
        Rows of `_disclosure_audit`.
    """
    left = {found.population for found in plan.after}
    before = {found.population: found for found in plan.before} | {
        found.population: found
        for found in plan.after
        if found.population not in {one.population for one in plan.before}
    }
    rows = []
    for population, found in before.items():
        number = plan.system.number[population]
        ends = (plan.system.low[number], plan.system.high[number])
        rows.append(
            (
                *told(population),
                found.count,
                int(found.low),
                int(found.high),
                *(int(end) for end in ends),
                population in left,
            )
        )
    return sorted(rows)


def account_for(result: Protected, mart: PublicMart, rows: Rows) -> None:
    """Enter what became of the figures of a mart.

    Args:
        result: Its account grows.
        mart: The mart.
        rows: Its rows and their changes.
    """
    name = mart.name if mart.is_latest else mart.relation
    for number, row in enumerate(rows.rows):
        key = "|".join(str(row[column]) for column in mart.key)
        new, steps = rows.changes.get(number, {}), rows.steps.get(number, {})
        changed = {column: new.get(column, row[column]) for column in steps}
        is_hidden = rows.is_hidden(number)
        if is_hidden:
            result.hidden_rows += not row.get("is_suppressed")
            changed = dict.fromkeys(mart.suppressed_columns)
        for column, value in changed.items():
            exact = row.get(column)
            result.left_out_texts += not is_hidden and is_told(column, exact)
            if isinstance(exact, bool) or not isinstance(exact, int | float):
                continue
            step = steps.get(column) if value is not None else None
            shown = None if value is None else float(value)
            reason = ROUNDING if value is not None else SMALL if rows.is_small(number) else COMPLEMENT
            result.figures.append((name, key, column, float(exact), shown, step, reason))
            result.hidden_cells += value is None and not is_hidden
