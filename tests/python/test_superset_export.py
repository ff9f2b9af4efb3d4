"""The dashboard for Superset fits the marts it is about; Superset itself is asked by `make test-bi`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from bank_churn.errors import BankChurnError
from bank_churn.exports.superset_export import (
    FOLDER,
    GRID_COLUMNS,
    chart_document,
    export_superset,
    in_language,
)
from conftest import ROOT, Build

LANGUAGES = ("ru", "en")
CYRILLIC = re.compile("[А-Яа-яЁё]")
CHARTS = sorted(path.stem for path in (FOLDER / "charts").glob("*.yaml"))


def documents(archive: Path) -> dict[str, dict]:
    with zipfile.ZipFile(archive) as opened:
        return {name: yaml.safe_load(opened.read(name)) for name in opened.namelist()}


def used_expressions(chart: dict) -> set[str]:
    """Everything that the chart reads from its mart: columns, and SQL over columns."""
    context = json.loads(chart["query_context"])
    found = set()
    for query in context["queries"]:
        found |= set(query["columns"]) | {rule["col"] for rule in query["filters"]}
        found |= {metric["sqlExpression"] for metric in query.get("metrics", [])}
        found |= (
            {first if isinstance(first, str) else first["sqlExpression"] for first, _ in query["orderby"]}
            if "orderby" in query
            else set()
        )
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_a_charts_columns_exist_in_its_mart(demo_build: Build, name: str, language: str):
    chart = chart_document(name, language)
    mart = chart["dataset"]
    if not demo_build.query_published(f"select 1 from duckdb_tables() where table_name = '{mart}'"):
        pytest.skip(f"no mart {mart} in this project: the chart is left out of the dashboard")
    added = yaml.safe_load((FOLDER / "calculated_columns.yaml").read_text(encoding="utf-8")).get(mart, [])
    expressions = {column["column_name"]: column["expression"][language] for column in added}
    for expression in used_expressions(chart):
        demo_build.query_published(f"select {expressions.get(expression, expression)} from {mart}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_title_is_in_the_language(language: str):
    titles = [chart_document(name, language)["slice_name"] for name in CHARTS]
    board = in_language(yaml.safe_load((FOLDER / "dashboard.yaml").read_text(encoding="utf-8")), language)
    titles += [board["dashboard_title"], board["filter"]["name"]]
    titles += [row["note"] for row in board["rows"] if "note" in row]
    wrong = [title for title in titles if bool(CYRILLIC.search(title)) != (language == "ru")]
    assert wrong == []


def test_the_layout_holds_every_chart_once_and_fits_the_grid():
    board = yaml.safe_load((FOLDER / "dashboard.yaml").read_text(encoding="utf-8"))
    rows = [row["charts"] for row in board["rows"] if "charts" in row]
    assert sorted(name for row in rows for name in row) == CHARTS
    assert all(sum(row.values()) <= GRID_COLUMNS for row in rows)


def test_the_archive_connects_read_only_and_is_the_same_every_time(demo_build: Build):
    archive = export_superset(language="ru", output=demo_build.published)
    content = archive.read_bytes()
    assert export_superset(language="ru", output=demo_build.published).read_bytes() == content
    database = documents(archive)["bank_churn/databases/bank_churn.yaml"]
    path = (demo_build.published / "bank_churn.duckdb").resolve()
    assert database["sqlalchemy_uri"] == f"duckdb:///{path}"
    assert database["extra"]["engine_params"] == {"connect_args": {"read_only": True}}
    assert not database["allow_dml"]
    elsewhere = export_superset(language="ru", output=demo_build.published, seen_as=Path("/data/b c.duckdb"))
    database = documents(elsewhere)["bank_churn/databases/bank_churn.yaml"]
    assert database["sqlalchemy_uri"] == "duckdb:////data/b%20c.duckdb"


def test_the_two_languages_do_not_overwrite_each_other(demo_build: Build):
    russian, english = (
        documents(export_superset(language=language, output=demo_build.published)) for language in LANGUAGES
    )
    assert russian.keys() == english.keys()
    shared = {
        name for name in russian if "uuid" in russian[name] and russian[name]["uuid"] == english[name]["uuid"]
    }
    assert shared == {"bank_churn/databases/bank_churn.yaml"}


def test_the_exposure_names_the_marts_of_the_charts(demo_build: Build):
    manifest = demo_build.manifest()
    exposure = manifest["exposures"]["exposure.bank_churn.superset_dashboard"]
    declared = {node.split(".")[2] for node in exposure["depends_on"]["nodes"]}
    marts = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    read = {chart_document(name, "ru")["dataset"] for name in CHARTS}
    assert declared == read & marts


def test_what_cannot_be_exported_is_a_sentence(demo_build: Build, tmp_path: Path):
    with pytest.raises(BankChurnError, match="run `make build` first"):
        export_superset(language="ru", output=tmp_path)
    with pytest.raises(BankChurnError, match="not an absolute path"):
        export_superset(language="ru", output=demo_build.published, seen_as=Path("bank_churn.duckdb"))
    (tmp_path / "bank_churn.duckdb").write_text("not a database, though long enough to be asked" * 100)
    with pytest.raises(BankChurnError, match="cannot be read"):
        export_superset(language="ru", output=tmp_path)
    command = [sys.executable, "-m", "bank_churn.cli", "superset", "--output", str(tmp_path / "nowhere")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert list(tmp_path.glob("*.zip")) == []
