"""The same extract in more than twenty formats gives the same marts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bank_churn.running.artifacts import public_marts
from compiled_cleaning import RESULTS, Cleaned, Cleaning
from conftest import Build, run_build
from extracts import HEADER, good_row, to_line, write_lines
from variants import extract_rows, write_variants

# Where a row stood, and its text as it stood there; everything else must be equal.
PLACES = {"source_file", "source_row_number", "repeats_file", "repeats_row_number", "raw_line"}
SPELT = {"has_credit_card", "is_active", "is_churned", "balance", "estimated_salary"}


def comparable(cleaned: Cleaned) -> dict[str, list[list[Any]]]:
    """Every row of the cleaning's results, without places; of rejected rows without their spellings."""
    found = {}
    for name in RESULTS:
        left_out = PLACES | (SPELT if name == "rejected_clients" else set())
        found[name] = sorted(
            (
                [value for column, value in row.items() if column not in left_out]
                for row in cleaned.tables[name]
            ),
            key=str,
        )
    return found


def test_every_format_gives_the_same_clients(cleaning: Cleaning, tmp_path: Path):
    """Of the cleaning, marts read only what is compared here (see the next test)."""
    variants = write_variants(tmp_path / "variants", extract_rows(90))
    assert len(variants) >= 20
    expected = comparable(cleaning.clean(variants.pop("plain.csv")))
    assert len(expected["clients"]) == 92
    assert len(expected["rejected_clients"]) == 6
    for name, location in variants.items():
        cleaned = cleaning.clean(location)
        assert not cleaned.error, (name, cleaned.error)
        assert comparable(cleaned) == expected, name


def test_a_path_is_data_only_where_the_settings_say_so(cleaning: Cleaning, tmp_path: Path):
    """Folders named Churn=1 change nothing; `path_columns` takes a column from them, letters' case apart."""
    header = [name for name in HEADER if name != "City"]
    for number, city in enumerate(("Рыбинск", "Ростов Великий", "__HIVE_DEFAULT_PARTITION__")):
        rows = [to_line(good_row(10 * number + row), header) for row in range(10)]
        write_lines(tmp_path / f"hive/Churn=1/city={city}/part.csv", rows, header)
    whole = str(tmp_path / "hive")
    assert 'has no column "city"' in cleaning.clean(whole).error
    cleaned = cleaning.clean(whole, path_columns=["City"])
    assert not cleaned.error
    clients = cleaned.tables["clients"]
    # A folder without a value is a city that is not known, as an empty field is.
    assert {(row["city"], int(row["client_id"]) // 10 % 10) for row in clients} == {
        *(("Рыбинск", 0), ("Ростов Великий", 1), (None, 2))
    }
    assert len(clients) == 30
    assert sum(row["is_churned"] for row in clients) == 6
    one = cleaning.clean(tmp_path / "hive/Churn=1/city=Рыбинск/part.csv", path_columns=["Region"])
    assert "formats says that its path holds Region, but there is no folder Region=" in one.error


def test_marts_depend_on_an_extract_by_its_cleaned_rows_only(cleaning: Cleaning):
    """Nothing but the cleaning reads a staging model, so equal cleaned rows are equal marts."""
    children = cleaning.manifest.child_map
    reached, waiting = set(), [name for name in children if ".stg_" in name and name.startswith("model.")]
    gates = {child for child in children if child.split(".")[2] in RESULTS}
    while waiting:
        for child in children[waiting.pop()]:
            if child.startswith("model.") and child not in reached | gates:
                reached.add(child)
                waiting.append(child)
    assert {name.split(".")[2] for name in reached} <= {
        *("int_clients__unioned", "int_clients__checked", "int_clients__judged", "int_clients__verdicts"),
        *("int_clients__repeated_ids", "int_clients__suspects", "int_clients__duplicates"),
        "int_metric_quantiles",
        "int_clients__city_spellings",
        *("int_holdings__stated", "int_holdings__wide", "int_holdings__problems"),
    }


def told(value: Any) -> Any:
    """A number to twelve digits: the last bits of a sum depend on the order in which threads add."""
    return f"{value:.12g}" if isinstance(value, float) else value


def marts_of(build: Build) -> dict[str, list[list[Any]]]:
    """Every row of every public mart in a build database, without places."""
    manifest = build.manifest()
    found = {}
    for mart in public_marts(manifest):
        left_out = PLACES | (SPELT if mart.name == "rejected_clients" else set())
        columns = ", ".join(f'"{column}"' for column in mart.columns if column not in left_out)
        rows = [
            [told(value) for value in row] for row in build.query(f"select {columns} from {mart.relation}")
        ]
        found[mart.relation] = sorted(rows, key=str)
    return found


@pytest.mark.slow
def test_whole_builds_from_different_formats_are_equal(tmp_path: Path):
    """Every row of every public mart, the churn model and the drivers among them."""
    variants = write_variants(tmp_path / "variants", extract_rows(600))
    builds = {}
    for name in ("plain.csv", "bank-cp1251.csv", "typed.xlsx", "part*"):
        build = run_build(tmp_path / name.replace("*", ""), metanprom=variants[name], arguments=("--quiet",))
        assert build.code == 0, build.stdout + build.stderr
        builds[name] = marts_of(build)
    expected = builds.pop("plain.csv")
    assert len(expected) > 40
    for name, marts in builds.items():
        for mart, rows in marts.items():
            assert rows == expected[mart], (name, mart)
