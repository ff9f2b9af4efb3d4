"""The semantic layer: metrics agree with the marts, a broken definition is found, the date is fixed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from bank_churn.running.dbt_command import WITHOUT_TESTS
from conftest import Build, copy_project, csv_rows, run_build

PROFILE = """
    select
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
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A copy of the project with its own target folder, where MetricFlow looks for the last build."""
    folder = copy_project(tmp_path_factory.mktemp("metrics"))
    asked = ("--quiet", "--select", "+path:models/semantic", "+path:models/churn", *WITHOUT_TESTS)
    build = run_build(folder, metanprom="demo", arguments=asked, root=folder)
    assert "The build left out" in build.stderr, build.stdout + build.stderr
    return build


def run_metrics(project: Build, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "BANK_CHURN_DATABASE": str(project.folder / "build/bank_churn.duckdb"),
        "DBT_LOG_PATH": str(project.folder / "logs"),
        "METANPROM_CLIENTS": "demo",
        "BANK_SCROOGE_CLIENTS": "",
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
    names = {f"metric {metric['name']}: 1 rows" for metric in manifest["metrics"].values()}
    assert len(names) >= 10
    names |= {f"saved query {query['name']}: " for query in manifest["saved_queries"].values()}
    assert [name for name in names if name not in done.stdout] == []


def test_churn_rate_by_city_is_the_marts(project: Build, tmp_path: Path):
    groups = "client__portfolio,client__city"
    rows = query(project, tmp_path / "rates.csv", "--metrics", "churn_rate", "--group-by", groups)
    expected = dict(project.query("select city, churn_rate from churn_by_city"))
    assert len(rows) == len(expected) >= 4
    found = {row["client__city"]: float(row["churn_rate"]) for row in rows}
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_saved_query_is_the_marts(project: Build, tmp_path: Path):
    rows = query(project, tmp_path / "products.csv", "--saved-query", "churn_by_product_count")
    expected = project.query("select product_count, client_count, churned_count from churn_by_product_count")
    columns = ("client__product_count", "clients_of_known_churn", "churned_clients")
    assert sorted(tuple(int(row[column]) for column in columns) for row in rows) == sorted(expected)


def test_the_profile_equals_sql_on_clients(project: Build, tmp_path: Path):
    [row] = query(project, tmp_path / "profile.csv", "--saved-query", "portfolio_profile")
    with duckdb.connect(str(project.folder / "build/bank_churn.duckdb"), read_only=True) as connection:
        [expected] = connection.execute(PROFILE).fetchdf().to_dict("records")
    assert row.pop("client__portfolio") == "metanprom"
    assert {metric: float(value) for metric, value in row.items()} == pytest.approx(expected, rel=1e-12)


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


def test_the_snapshot_date_is_the_setting_and_must_be_a_day(project: Build):
    assert project.query("select distinct cast(snapshot_date as varchar) from semantic_clients") == [
        ("1970-01-01",)
    ]
    assert project.query("select date_day from time_spine_daily") == project.query(
        "select distinct snapshot_date from semantic_clients"
    )
    arguments = ("--quiet", "--select", "semantic_clients", "--vars", "snapshot_date: 31.01.2026")
    build = run_build(project.folder, metanprom="demo", arguments=arguments, root=project.folder)
    assert build.code == 2
    assert 'snapshot_date is "31.01.2026"' in build.stderr
