"""How often a build reads its large tables: counts that need no clock, so that no scan is added unseen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from conftest import Build

# Models and tests that read the table, among them those that only look at one of its columns: reading some
# columns again costs less than keeping the rows in memory for the next step.
# The proof of a table's constraints, which is no test, reads its key and its required columns once each.
# `client_churn_scores` reads the scores of each portfolio by itself, each row once.
MOST_SCANS = {"clients_v1": 42, "int_client_scores": 10, "int_client_values": 8}

# What several steps of a query read, DuckDB copies in memory first, and spills when large: allowed where it
# costs less than computing it again.
COPIED = {
    ("int_metric_quantiles", "parsed"),
    ("int_portrait_quantiles", "candidates"),
    ("int_bucket_placements", "summed"),
    ("int_bucket_ranks", "summed"),
    ("retention_budget", "sizes"),
    ("retention_break_even", "counted"),
    ("int_clients__telling", "cells"),
}
CLIENT_LEVEL = {*MOST_SCANS, "int_retention_list", "file"}

# Clients beside a dozen rules or words.
WITH_FEW = {
    "int_segment_cells",
    "texts_keep_the_habits_of_their_language",
    "what_is_said_on_the_phone_stands_by_itself",
}
HISTORY = {*CLIENT_LEVEL, "int_client_history", "int_first_seen", "int_period_clients"}

# The raw rows are read anew by whatever asks the cleaning; the limit is per portfolio.
MOST_READS_OF_A_FILE = 8  # the spellings of cities are read too


def scanned(plan: dict[str, Any]) -> Iterator[str]:
    """Tables read by a query plan, a file as `file`; once per scan."""
    details = plan.get("extra_info", {})
    if "READ_" in plan.get("name", ""):
        yield "file"
    elif "Table" in details:
        yield details["Table"].split(".")[-1]
    for child in plan.get("children", []):
        yield from scanned(child)


def scanned_here(step: dict[str, Any]) -> Iterator[str]:
    """The table that one step of a query plan reads itself."""
    yield from scanned({**step, "children": []})


def copied(plan: dict[str, Any]) -> Iterator[str]:
    """Steps of a query plan whose rows, read from client-level tables, are copied in memory."""
    first, *_ = plan.get("children", []) or [{}]
    if plan.get("name", "").strip() == "CTE" and CLIENT_LEVEL & set(scanned(first)):
        yield plan["extra_info"]["CTE Name"]
    for child in plan.get("children", []):
        yield from copied(child)


def compared_one_by_one(plan: dict[str, Any]) -> Iterator[str]:
    """The client-level tables in joins that compare each row with each row of the other side."""
    if "NL_JOIN" in plan.get("name", "") or "NESTED_LOOP" in plan.get("name", ""):
        yield from HISTORY & set(scanned(plan))
    for child in plan.get("children", []):
        yield from compared_one_by_one(child)


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every step of a query plan."""
    yield plan
    for child in plan.get("children", []):
        yield from steps(child)


@pytest.fixture(scope="module")
def plans(demo_build: Build) -> dict[str, list[dict[str, Any]]]:
    """Per model and test of the demo build, the plan of its query."""
    return plans_of(demo_build)


def plans_of(build: Build) -> dict[str, list[dict[str, Any]]]:
    """Per model and test of a build, the plan of its query."""
    manifest = build.manifest()
    queries = {
        name: node["compiled_code"]
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "test")
        and node["language"] == "sql"
        and node["config"]["materialized"] != "view"
        and "compiled_code" in node  # tests of what is switched off have none
    }
    with duckdb.connect(str(build.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        connection.execute(f"set file_search_path = '{build.folder / 'project-of-links'}'")
        return {
            name: json.loads(connection.execute(f"explain (format json) {query}").fetchall()[0][1])
            for name, query in queries.items()
        }


@pytest.fixture(scope="module")
def scans(plans: dict[str, list[dict[str, Any]]]) -> dict[str, Counter[str]]:
    """Per model and test of the build, what its query reads and how often."""
    return {name: Counter(table for part in plan for table in scanned(part)) for name, plan in plans.items()}


@pytest.mark.parametrize("table", MOST_SCANS)
def test_no_change_adds_a_scan_of_a_large_table_unseen(scans: dict[str, Counter[str]], table: str):
    readers = {name: counts[table] for name, counts in scans.items() if counts[table]}
    assert 0 < sum(readers.values()) <= MOST_SCANS[table], readers


def test_raw_files_are_read_few_times(scans: dict[str, Counter[str]]):
    readers = {name: counts["file"] for name, counts in scans.items() if counts["file"]}
    assert 0 < sum(readers.values()) <= 2 * MOST_READS_OF_A_FILE, readers


def test_client_rows_are_not_copied_between_steps(plans: dict[str, list[dict[str, Any]]]):
    found = {
        (name.split(".")[2], step) for name, plan in plans.items() for part in plan for step in copied(part)
    }
    assert found <= COPIED
    assert ("int_bucket_ranks", "summed") in found  # else the plans read otherwise than they are here


def test_no_mart_of_aggregates_but_those_of_cells_reads_clients(scans: dict[str, Counter[str]]):
    """Rates, segments, target groups and hypotheses come from cells of counts, not from rows."""
    readers = {
        name.split(".")[2]
        for name, counts in scans.items()
        if name.startswith("model.") and counts["clients_v1"]
    }
    assert not readers & {
        "int_churn_counts",
        "int_group_counts",
        "segment_portraits",
        "target_groups",
        "metric_moments",
    }


def test_no_clients_are_compared_one_by_one(months_build: Build):
    """A condition of one side alone keeps DuckDB from a hash join: 100,000 clients took minutes so."""
    found = {
        name.split(".")[2]
        for name, plan in plans_of(months_build).items()
        for part in plan
        if set(compared_one_by_one(part))
    }
    assert found == WITH_FEW


def test_a_column_that_nobody_reads_costs_nothing(demo_build: Build):
    """A long `in` is planned as a join, which stays whatever is read."""
    ((_, told),) = demo_build.query("explain (format json) select city from int_clients__unioned")
    (plan,) = json.loads(told)
    joins = [step for step in steps(plan) if step.get("extra_info", {}).get("Join Type") == "MARK"]
    assert "file" in set(scanned(plan))
    assert not joins, joins


def test_scores_are_read_without_what_is_worked_out_from_them(demo_build: Build):
    """Without contributions nothing is looked up; a client is found by the scan; no join copies lists."""
    ((key,),) = demo_build.query("select quantile_disc(client_key, 0.5) from int_client_scores")
    asked = f"from client_churn_scores where client_key = '{key}'"
    ((_, few),) = demo_build.query(f"explain (format json) select client_key, churn_probability {asked}")
    ((_, all_),) = demo_build.query(f"explain (format json) select * {asked}")
    assert "term_1" not in few
    assert "contributions" not in few
    assert "term_1" in all_
    for told in (few, all_):
        (plan,) = json.loads(told)
        read = [step["extra_info"] for step in steps(plan) if "int_client_scores" in set(scanned_here(step))]
        assert read
        assert all(f"client_key='{key}'" in str(one.get("Filters")) for one in read), read
        assert not [step for step in steps(plan) if "HASH_JOIN" in step["name"]]


def test_a_currency_is_looked_for_in_what_is_no_number(demo_build: Build):
    """What stands twice in a `coalesce` is computed first, for every row."""
    ((_, told),) = demo_build.query(
        "explain (format json) select age_number, balance_number from int_clients__checked"
    )
    (plan,) = json.loads(told)
    taken_out = [step for step in steps(plan) if "руб" in str(step.get("extra_info", {}).get("Projections"))]
    assert not taken_out, taken_out
