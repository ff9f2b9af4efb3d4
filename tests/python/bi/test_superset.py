"""Acceptance by a real BI tool: Apache Superset reads, imports and shows what is published.

The server listens on the loopback address only and is stopped in the end; every wait has a limit.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from bank_churn.exports.superset_export import export_superset
from bank_churn.running.artifacts import public_marts
from conftest import ROOT, Build, run_build
from superset_server import ENVIRONMENT, Superset, database_body, running_superset

pytestmark = pytest.mark.bi

PICTURES = ROOT / "target/bi"
SECOND_ROWS = 3_000
READERS = 4


def metric(sql: str, label: str) -> dict:
    return {"expressionType": "SQL", "sqlExpression": sql, "label": label}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The demo data, published in a folder of its own: the acceptance publishes over it."""
    build = run_build(tmp_path_factory.mktemp("bi"), metanprom="demo", bank_scrooge="demo")
    assert build.code == 0, build.stdout + build.stderr
    return build


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    if not (ENVIRONMENT / "bin/superset").exists():
        pytest.skip("Apache Superset is not installed: `make test-bi` installs it into .venv-superset")
    with running_superset(tmp_path_factory.mktemp("superset") / "home") as server:
        yield server


@pytest.fixture(scope="module")
def database(superset: Superset, published: Build) -> int:
    body = database_body("by hand", published.published / "bank_churn.duckdb")
    return superset.call("POST", "database/", json=body)["id"]


@pytest.fixture(scope="module")
def datasets(superset: Superset, published: Build, database: int) -> dict[str, int]:
    """Every mart for everyone, registered as a dataset under its name without a version."""
    manifest = published.manifest()
    marts = [mart.name for mart in public_marts(manifest) if mart.audience == "everyone" and mart.is_latest]
    assert len(marts) >= 10
    return {
        mart: superset.call(
            "POST", "dataset/", json={"database": database, "schema": "main", "table_name": mart}
        )["id"]
        for mart in marts
    }


def test_every_mart_becomes_a_dataset_with_its_columns(
    superset: Superset, published: Build, datasets: dict[str, int]
):
    for mart, dataset in datasets.items():
        columns = superset.call("GET", f"dataset/{dataset}")["result"]["columns"]
        expected = published.query_published(
            f"select column_name from duckdb_columns() where table_name = '{mart}'"
        )
        assert {column["column_name"] for column in columns} == {name for (name,) in expected}, mart
        assert all(column["type"] for column in columns), mart


def test_every_mart_answers_a_chart_with_its_own_rows(
    superset: Superset, published: Build, datasets: dict[str, int]
):
    for mart, dataset in datasets.items():
        [row] = superset.chart_data(dataset, [], [metric("count(*)", "row_total")])
        assert [(row["row_total"],)] == published.query_published(f"select count(*) from {mart}"), mart


def test_a_charts_numbers_are_the_marts(superset: Superset, published: Build, datasets: dict[str, int]):
    rows = superset.chart_data(
        datasets["churn_by_city"],
        ["portfolio", "city"],
        # Not from counts: where one is hidden for another group's sake, its rate is not.
        [metric("max(churn_rate)", "rate"), metric("max(ci_low)", "low"), metric("max(ci_high)", "high")],
        filters=[{"col": "is_suppressed", "op": "IS FALSE", "val": None}],
    )
    expected = published.query_published(
        "select portfolio, city, churn_rate, ci_low, ci_high from churn_by_city where not is_suppressed"
    )
    found = {(row["portfolio"], row["city"]): (row["rate"], row["low"], row["high"]) for row in rows}
    assert len(found) == len(expected) >= 6
    for portfolio, city, *figures in expected:
        assert found[portfolio, city] == pytest.approx(figures, abs=1e-12)


def test_sql_lab_reads_and_cannot_write(superset: Superset, published: Build, database: int):
    sql = "select portfolio, hypothesis_id, p_value_adjusted from hypothesis_results order by 1, 2"
    answer = superset.sql(database, sql)
    assert answer.ok, answer.text
    found = [tuple(row.values()) for row in answer.json()["data"]]
    expected = published.query_published(sql)
    assert [row[:2] for row in found] == [row[:2] for row in expected]
    assert [row[2] for row in found if row[2] is not None] == pytest.approx(
        [row[2] for row in expected if row[2] is not None], rel=1e-12
    )
    assert not superset.sql(database, "drop table churn_by_city").ok
    assert not superset.sql(database, "create table mine as select 1 as one").ok
    assert superset.sql(database, "select count(*) from churn_by_city").ok


def imported_charts(superset: Superset, published: Build, language: str) -> list[dict]:
    """Import the dashboard as a user would, and list its charts."""
    archive = export_superset(language=language, output=published.published)
    superset.call(
        "POST",
        "dashboard/import/",
        files={"formData": (archive.name, archive.read_bytes(), "application/zip")},
        data={"overwrite": "true"},
    )
    return superset.call("GET", f"dashboard/bank-churn-{language}/charts")["result"]


@pytest.fixture(scope="module")
def dashboards(superset: Superset, published: Build) -> dict[str, list[dict]]:
    return {language: imported_charts(superset, published, language) for language in ("ru", "en")}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_chart_of_the_dashboard_returns_data(
    superset: Superset, dashboards: dict[str, list[dict]], language: str
):
    charts = dashboards[language]
    assert len(charts) >= 10
    empty = []
    for chart in charts:
        for result in superset.call("GET", f"chart/{chart['id']}/data/?force=true")["result"]:
            if result["error"] or not result["rowcount"]:
                empty.append(f"{chart['slice_name']}: {result['error'] or 'no rows'}")
    assert empty == []


def test_the_dashboards_columns_are_described(superset: Superset, dashboards: dict[str, list[dict]]):
    """Descriptions come from the published file: what a tooltip shows is what the docs site shows."""
    assert dashboards
    listed = superset.call("GET", "dataset/?q=(page_size:100)")["result"]
    imported = [entry["id"] for entry in listed if entry["table_name"].endswith(" (ru)")]
    assert len(imported) >= 5
    for dataset in imported:
        columns = superset.call("GET", f"dataset/{dataset}")["result"]["columns"]
        bare = [
            column["column_name"]
            for column in columns
            if not column["description"] and not column["expression"]
        ]
        assert bare == []


def tool(*names: str) -> str:
    path = next((found for name in names if (found := shutil.which(name))), None)
    return path or pytest.skip(f"no {names[0]} on this machine: apt-get install chromium chromium-driver")


@pytest.mark.parametrize(("language", "words"), [("ru", "Отток по городам"), ("en", "Churn by city")])
def test_the_dashboard_is_shown_by_a_browser(
    superset: Superset, dashboards: dict[str, list[dict]], language: str, words: str
):
    """What a browser shows, in target/bi/: every chart is drawn, none has failed, one bank is chosen."""
    browser, driver = tool("chromium", "google-chrome", "chromium-browser"), tool("chromedriver")
    PICTURES.mkdir(parents=True, exist_ok=True)
    picture = PICTURES / f"superset_{language}.png"
    path = f"/superset/dashboard/bank-churn-{language}/"
    count = len(dashboards[language])
    done = subprocess.run(
        [
            *(str(ENVIRONMENT / "bin/python"), str(Path(__file__).with_name("screenshot.py"))),
            *(superset.address, superset.password, path, str(count), str(picture), browser, driver),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    page = json.loads(done.stdout)
    assert (page["charts"], page["loading"], page["failed"]) == (count, 0, []), page
    assert words in page["text"]
    assert page["bank"] == "bank_scrooge"
    assert page["drawn"] == count
    assert picture.stat().st_size > 50_000


class Readers:
    """Report users who ask the same question again and again, and what they were told."""

    def __init__(self, superset: Superset, dataset: int) -> None:
        self.superset, self.dataset = superset, dataset
        self.answers: list[int] = []
        self.failures: list[str] = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.ask_until_stopped) for _ in range(READERS)]

    def ask_until_stopped(self) -> None:
        # A session is not safe to share between threads; the tokens are.
        mine = Superset(address=self.superset.address, password=self.superset.password)
        mine.session.headers.update(self.superset.session.headers)
        mine.session.cookies.update(self.superset.session.cookies)
        while not self.stopped.is_set():
            try:
                [row] = mine.chart_data(self.dataset, [], [metric("sum(client_count)", "clients")])
                self.answers.append(row["clients"])
            except Exception as error:
                self.failures.append(repr(error))

    def __enter__(self) -> Readers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join(timeout=120)


def publish_other_data(published: Build) -> None:
    """Publish another extract over what Superset has open."""
    extract = published.folder / "raw"
    command = [sys.executable, "-m", "bank_churn.cli", "demo", "--rows", str(SECOND_ROWS), "--seed", "7"]
    subprocess.run([*command, "--output", str(extract)], cwd=ROOT, check=True, capture_output=True)
    build = run_build(
        published.folder,
        metanprom=str(extract / "metanprom_demo.csv"),
        bank_scrooge=str(extract / "bank_scrooge_demo.csv"),
        arguments=("--quiet",),
    )
    assert build.code == 0, build.stdout + build.stderr


def test_publishing_under_an_open_dashboard_breaks_nothing(
    superset: Superset, published: Build, datasets: dict[str, int], dashboards: dict[str, list[dict]]
):
    """Last of all: it replaces the publication that the tests above compare with."""
    total = "select sum(client_count) from portfolios"
    [(before,)] = published.query_published(total)
    with Readers(superset, datasets["portfolios"]) as readers:
        publish_other_data(published)
        [(after,)] = published.query_published(total)
        end = time.monotonic() + 60
        while time.monotonic() < end and after not in readers.answers[-READERS:]:
            time.sleep(0.5)
    assert readers.failures == []
    assert len(readers.answers) > 20
    assert set(readers.answers) == {before, after}, "an answer that belongs to neither publication"
    assert before != after
    [row] = superset.chart_data(datasets["portfolios"], [], [metric("sum(client_count)", "clients")])
    assert row["clients"] == after

    for chart in dashboards["ru"]:
        for result in superset.call("GET", f"chart/{chart['id']}/data/?force=true")["result"]:
            assert not result["error"], chart["slice_name"]
            assert result["rowcount"], chart["slice_name"]
