"""The semantic layer: metrics agree with the marts, a broken definition is found, the date is fixed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Build, csv_rows, linked_project, run_build

PROFILE = """
    select
        portfolio,
        count(*) as clients,
        count(is_churned) as clients_of_known_churn,
        count(*) filter (where is_churned) as churned_clients,
        count(*) filter (where is_churned) / count(is_churned) as churn_rate,
        avg(age) as average_age,
        median(age) as median_age,
        avg(balance) as average_balance,
        median(balance) as median_balance,
        avg(estimated_salary) as average_salary,
        median(estimated_salary) as median_salary
    from clients
    group by portfolio
    order by portfolio
"""


@pytest.fixture(scope="module")
def project(demo_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The demo build with its target folder inside the project, where MetricFlow looks for the last build."""
    folder = linked_project(tmp_path_factory.mktemp("metrics"), ROOT)
    (folder / "build").symlink_to(demo_build.folder / "build")
    (folder / "target").mkdir()
    for name in ("manifest.json", "semantic_manifest.json"):
        shutil.copy(demo_build.folder / "target" / name, folder / "target")
    return replace(demo_build, folder=folder)


def run_metrics(project: Build, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "BANK_CHURN_DATABASE": str(project.folder / "build/bank_churn.duckdb"),
        "DBT_LOG_PATH": str(project.folder / "logs"),
        "METANPROM_CLIENTS": "demo",
        "BANK_SCROOGE_CLIENTS": "demo",
    }
    command = [sys.executable, "-m", "bank_churn.commands.metrics", *arguments]
    return subprocess.run(
        command, cwd=project.folder, env=environment, capture_output=True, text=True, check=False
    )


def query(project: Build, path: Path, *arguments: str) -> list[dict[str, str]]:
    """The rows that `mf query` writes, by column."""
    done = run_metrics(project, "query", "--csv", str(path), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return csv_rows(path)


def test_every_metric_and_saved_query_is_run(project: Build):
    manifest = project.manifest()
    done = run_metrics(project)
    assert done.returncode == 0, done.stdout + done.stderr
    names = {f"metric {metric['name']}: 2 rows" for metric in manifest["metrics"].values()}
    assert len(names) >= 10
    names |= {f"saved query {query['name']}: " for query in manifest["saved_queries"].values()}
    assert [name for name in names if name not in done.stdout] == []


def test_churn_rate_by_city_is_the_marts(project: Build, tmp_path: Path):
    groups = "client__portfolio,client__city"
    rows = query(project, tmp_path / "rates.csv", "--metrics", "churn_rate", "--group-by", groups)
    marts = project.query("select portfolio, city, churn_rate from churn_by_city")
    expected = {tuple(place): rate for *place, rate in marts}
    assert len(rows) == len(expected) >= 8
    found = {(row["client__portfolio"], row["client__city"]): float(row["churn_rate"]) for row in rows}
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_saved_query_is_the_marts(project: Build, tmp_path: Path):
    rows = query(project, tmp_path / "products.csv", "--saved-query", "churn_by_product_count")
    expected = project.query(
        "select portfolio, product_count, client_count, churned_count from churn_by_product_count"
    )
    columns = ("client__product_count", "clients_of_known_churn", "churned_clients")
    found = [(row["client__portfolio"], *(int(row[column]) for column in columns)) for row in rows]
    assert sorted(found) == sorted(expected)


def test_the_profile_equals_sql_on_clients(project: Build, tmp_path: Path):
    rows = query(project, tmp_path / "profile.csv", "--saved-query", "portfolio_profile")
    with duckdb.connect(str(project.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        expected = connection.execute(PROFILE).fetchdf().to_dict("records")
    rows.sort(key=lambda row: row["client__portfolio"])
    for row, wanted in zip(rows, expected, strict=True):
        assert row.pop("client__portfolio") == wanted.pop("portfolio")
        assert {metric: float(value) for metric, value in row.items()} == pytest.approx(wanted, rel=1e-12)


def test_a_wrong_column_is_found_before_anybody_asks(project: Build):
    path = project.folder / "target/semantic_manifest.json"
    right = path.read_text(encoding="utf-8")
    path.write_text(right.replace('"estimated_salary"', '"no_such_column"'), encoding="utf-8")
    try:
        done = run_metrics(project)
    finally:
        path.write_text(right, encoding="utf-8")
    assert done.returncode == 1
    assert "no_such_column" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_an_unknown_command_and_a_missing_build_are_sentences(project: Build, tmp_path: Path):
    unknown = run_metrics(project, "querry")
    nothing = run_metrics(Build(code=0, stdout="", stderr="", folder=tmp_path))
    assert (unknown.returncode, nothing.returncode) == (1, 1)
    assert "mf knows no `querry`" in unknown.stderr
    assert "run `dbt build`" in nothing.stderr
    assert "Traceback" not in unknown.stderr + nothing.stderr


def test_the_snapshot_date_is_the_setting_and_must_be_a_day(project: Build, tmp_path: Path):
    assert project.query("select distinct cast(snapshot_date as varchar) from semantic_clients") == [
        ("1970-01-01",)
    ]
    assert project.query("select date_day from time_spine_daily") == project.query(
        "select distinct snapshot_date from semantic_clients"
    )
    arguments = ("--quiet", "--select", "semantic_clients", "--vars", "snapshot_date: 31.01.2026")
    build = run_build(tmp_path, metanprom="demo", arguments=arguments)
    assert build.code == 2
    assert 'snapshot_date is "31.01.2026"' in build.stderr
