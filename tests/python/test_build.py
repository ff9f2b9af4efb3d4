"""Whole builds: published facts, a golden input, publishing, and what stays when a build fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from bank_churn.publishing.publish import STORAGE_VERSION
from bank_churn.running.artifacts import public_marts
from conftest import ROOT, Build, contents, csv_rows, run_build, run_dbt
from extracts import good_row, to_line, write_lines
from statsmodels.stats.proportion import proportion_confint

GOLDEN = Path(__file__).parent / "golden"


def counts(build: Build, view: str, column: str, portfolio: str) -> dict:
    rows = build.query(
        f"select {column}, churned_count, client_count from {view} where portfolio = '{portfolio}'"
    )
    return {value: (churned, clients) for value, churned, clients in rows}


def test_demo_says_that_it_is_generated(demo_build: Build):
    for mart in ("portfolios", "churn_rates", "churn_by_city", "data_quality", "missing_balance_profile"):
        assert demo_build.query_published(f"select distinct data_origin from {mart}") == [("generated",)], (
            mart
        )


def test_real_metanprom(real_build: Build):
    assert counts(real_build, "churn_by_city", "city", "metanprom") == {
        "Ростов Великий": (649, 1_990),
        "Рыбинск": (336, 1_996),
        "Ярославль": (632, 3_985),
    }
    assert counts(real_build, "churn_by_product_count", "product_count", "metanprom") == {
        1: (1_125, 4_038),
        2: (263, 3_671),
        3: (180, 213),
        4: (49, 49),
    }
    assert real_build.query(
        "select client_count, rejected_row_count from portfolios where portfolio = 'metanprom'"
    ) == [(7_971, 0)]


def test_real_bank_scrooge(real_build: Build):
    assert real_build.query(
        "select raw_row_count, client_count from portfolios where portfolio = 'bank_scrooge'"
    ) == [(8_037, 8_037)]
    assert real_build.query(
        "select count(distinct client_id) from clients where duplicate_kind is not null"
    ) == [(63,)]
    assert counts(real_build, "churn_by_gender", "gender", "bank_scrooge") == {
        "female": (503, 3_994),
        "male": (940, 4_043),
    }


@pytest.mark.slow
def test_the_studys_cleaning_reproduces_its_card_holders(real_build: Build, tmp_path: Path):
    """The study found 53.4 % men among card holders in the full file; the extract holds four fifths of it."""
    build = run_build(
        tmp_path,
        bank_scrooge=os.path.join(
            os.environ.get("BANK_CHURN_REAL_DATA", "../shared/data"), "bank_scrooge_sample.csv"
        ),
        arguments=("--vars", "cleaning_scenario: drop_missing_balance", "--quiet"),
    )
    assert build.code == 0, build.stderr
    [(male_share,)] = build.query(
        "select count(*) filter (where gender = 'male') / count(*) from clients where has_credit_card"
    )
    assert male_share == pytest.approx(0.534, abs=0.006)
    assert build.query("select raw_row_count - client_count - rejected_row_count from portfolios") == [(0,)]
    assert build.query("select distinct reasons from rejected_clients") == [(["missing_balance_excluded"],)]


def test_golden_input_gives_the_expected_rates(tmp_path: Path):
    asked = ("--quiet", "--select", "+churn_rates")
    build = run_build(tmp_path, metanprom=str(GOLDEN / "metanprom.csv"), arguments=asked)
    assert "left out" in build.stderr, build.stdout + build.stderr
    expected = csv_rows(GOLDEN / "churn_rates.csv")
    dimensions = {row["dimension_name"] for row in expected}
    columns = list(expected[0])
    rows = build.query(
        f"select {', '.join(columns)} from churn_rates order by dimension_name, dimension_value"
    )
    found = [row for row in rows if row[0] in dimensions]
    assert [row[:2] for row in found] == [(row["dimension_name"], row["dimension_value"]) for row in expected]
    for row, wanted in zip(found, expected, strict=True):
        assert row[2:] == pytest.approx([float(wanted[column]) for column in columns[2:]], abs=1e-11), row


def test_wilson_limits_equal_statsmodels(demo_build: Build):
    rows = demo_build.query(
        "select churned_count, client_count, ci_low, ci_high from churn_rates where client_count > 0"
    )
    assert len(rows) > 150
    for churned, clients, low, high in rows:
        expected = proportion_confint(churned, clients, method="wilson")
        assert (low, high) == pytest.approx(expected, abs=1e-12)


def test_scores_segments_and_list_are_published_as_views_of_narrow_tables(demo_build: Build):
    """The same columns, types and rows as in the build, by whatever name the file is attached."""
    published = demo_build.published / "bank_churn_clients.duckdb"
    narrow = "select table_name from duckdb_tables() where schema_name = 'stored' order by all"
    assert demo_build.query(narrow, "published/bank_churn_clients.duckdb") == [
        ("int_call_reasons",),
        ("int_churn_model_lookups",),
        ("int_client_scores",),
        ("int_offered_cells",),
        ("int_offers",),
        ("int_retention_list",),
        ("int_segment_cells",),
        ("int_segment_words",),
        ("products",),
        ("segments",),
    ]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published}' as shown (read_only)")
        connection.execute(f"attach '{demo_build.folder}/build/bank_churn.duckdb' as bank_churn (read_only)")
        for mart in ("client_churn_scores", "client_segments", "client_segments_v2", "retention_list"):
            one, other = f"shown.{mart}", f"bank_churn.{mart}"
            described = connection.execute(f"describe {one}").fetchall()
            assert described == connection.execute(f"describe {other}").fetchall()
            for first, second in ((one, other), (other, one)):
                assert connection.execute(f"from {first} except all from {second}").fetchall() == []
            rows = connection.execute(f"select count(*), count(distinct client_key) from {one}").fetchone()
            assert rows is not None
            assert rows[0] == rows[1] > 10_000
        texts = "select column_name from duckdb_columns() where table_name = 'int_client_scores'"
        stored = {name for (name,) in connection.execute(f"{texts} and data_type = 'VARCHAR'").fetchall()}
    assert stored == {
        "portfolio",
        "client_key",
        "risk_band",
        "no_score_reason",
    }


def test_every_public_mart_is_published_with_its_comments(demo_build: Build):
    manifest = demo_build.manifest()
    marts = public_marts(manifest)
    assert len(marts) >= 12
    files = {"built": "build/bank_churn", "everyone": "published/bank_churn"}
    files["clients"] = "published/bank_churn_clients"
    ask = {
        name: duckdb.connect(f"{demo_build.folder}/{file}.duckdb", read_only=True).execute
        for name, file in files.items()
    }
    ask["built"](f"set file_search_path = '{demo_build.folder}/project-of-links'")
    for mart in marts:
        published = ask[mart.audience]
        # The latest version has the name without a suffix, an older one keeps its own description.
        table = mart.name if mart.is_latest else mart.relation
        [(table_comment,)] = published(
            f"""select comment from duckdb_tables() where table_name = '{table}' and schema_name = 'main'
            union all select comment from duckdb_views() where view_name = '{table}'"""
        ).fetchall()
        assert table_comment == mart.description
        comments = published(
            f"select column_name, comment from duckdb_columns() where table_name = '{table}'"
        ).fetchall()
        assert dict(comments) == mart.columns
        count = f"select count(*) from {mart.relation}"
        assert published(count).fetchone() == ask["built"](count).fetchone()


def test_published_counts_have_types_that_bi_tools_know(demo_build: Build):
    types = demo_build.query_published("select distinct data_type from duckdb_columns() where not internal")
    plain = {"BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"}
    assert {name for (name,) in types} <= plain


def test_the_file_for_everyone_holds_no_client(demo_build: Build):
    columns = {name for (name,) in demo_build.query_published("select column_name from duckdb_columns()")}
    assert not columns & {"client_key", "client_id", "raw_line"}
    assert (demo_build.published / "bank_churn_clients.duckdb").stat().st_mode & 0o777 == 0o600


def test_small_groups_are_suppressed_only_where_published(demo_build: Build):
    small = "select count(*), count(client_count), count(churn_rate) from churn_rates where is_suppressed"
    [(rows, with_count, _)] = demo_build.query(small)
    assert rows == with_count > 0
    [(hidden, *shown)] = demo_build.query_published(small)
    assert hidden >= rows  # more where they would give a small one away
    assert shown == [0, 0]
    assert demo_build.query_published("select min(client_count) >= 10 from churn_rates") == [(True,)]


def test_published_files_open_in_old_readers(demo_build: Build):
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_build.published / 'bank_churn.duckdb'}' as published (read_only)")
        tags = connection.execute(
            "select tags from duckdb_databases() where database_name = 'published'"
        ).fetchone()
    # DuckDB tags a file with the range of versions that can read it, such as "v1.4.0+".
    assert tags is not None
    assert tags[0]["storage_version"].startswith(STORAGE_VERSION)


def publish(build: Build) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "bank_churn.cli",
        "publish",
        "--database",
        str(build.folder / "build/bank_churn.duckdb"),
    ]
    command += ["--target-path", str(build.folder / "target"), "--output", str(build.published)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_open_reader_never_blocks_and_new_readers_see_new_data(tmp_path: Path):
    extract = tmp_path / "clients.csv"
    write_lines(extract, [to_line(good_row(number)) for number in range(300)])
    assert run_build(tmp_path, metanprom=str(extract), arguments=("--quiet",)).code == 0
    total = "select client_count from churn_rates where dimension_name = 'all'"
    reader = duckdb.connect(str(tmp_path / "published/bank_churn.duckdb"), read_only=True)
    try:
        assert reader.execute(total).fetchall() == [(300,)]
        write_lines(extract, [to_line(good_row(number)) for number in range(400)])
        path = str(tmp_path / "published/bank_churn.duckdb")
        script = (
            f"import duckdb; print(duckdb.connect({path!r}, read_only=True).execute({total!r}).fetchall())"
        )
        build = run_build(tmp_path, metanprom=str(extract), arguments=("--quiet",))
        assert build.code == 0, build.stderr
        assert reader.execute(total).fetchall() == [(300,)]
        fresh = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert fresh.stdout.strip() == "[(400,)]"
    finally:
        reader.close()

    # A failed test leaves the published files as they were, byte for byte.
    before = contents(build.published)
    write_lines(extract, [to_line({**good_row(number), "Age": "?"}) for number in range(50)])
    failed = run_build(tmp_path, metanprom=str(extract), arguments=("--quiet",))
    assert failed.code == 1
    assert "every_portfolio_has_clients" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert contents(build.published) == before
    again = publish(failed)
    assert again.returncode == 1
    assert "not green" in again.stderr
    assert contents(build.published) == before


def test_a_locked_or_foreign_build_database_is_a_sentence(tmp_path: Path):
    database = tmp_path / "build/bank_churn.duckdb"
    database.parent.mkdir()
    holder = duckdb.connect(str(database))
    try:
        locked = run_build(tmp_path, metanprom="demo")
    finally:
        holder.close()
    database.write_text("not a database, though long enough to be asked about its header" * 100)
    foreign = run_build(tmp_path, metanprom="demo")
    for build, words in ((locked, "open in another program"), (foreign, "cannot be opened")):
        assert build.code == 1
        assert words in build.stderr
        assert "Traceback" not in build.stdout + build.stderr


def test_publish_wants_a_whole_build(demo_build: Build, tmp_path: Path):
    target = tmp_path / "target"
    target.mkdir()
    for name in ("manifest.json", "run_results.json"):
        (target / name).write_bytes((demo_build.folder / "target" / name).read_bytes())
    results = json.loads((target / "run_results.json").read_text())

    def attempt(changed: dict) -> str:
        (target / "run_results.json").write_text(json.dumps(changed))
        build = Build(code=0, stdout="", stderr="", folder=tmp_path)
        done = publish(build)
        assert done.returncode == 1
        return done.stderr

    assert "not `build`" in attempt({**results, "args": {**results["args"], "which": "test"}})
    assert "left out 1" in attempt({**results, "results": results["results"][1:]})
    skipped = [{**results["results"][0], "status": "skipped"}, *results["results"][1:]]
    assert "left out 1" in attempt({**results, "results": skipped})
    assert "does not exist" in attempt(results)  # everything green, but no database there


def test_every_analysis_answers_in_plain_sql(demo_build: Build, tmp_path: Path):
    """Compiled by dbt, run by nothing but DuckDB, with an answer for either bank."""
    copy = tmp_path / "build/bank_churn.duckdb"
    copy.parent.mkdir()
    copy.write_bytes((demo_build.folder / "build/bank_churn.duckdb").read_bytes())
    extracts = {"METANPROM_CLIENTS": "demo", "BANK_SCROOGE_CLIENTS": "demo"}
    compiled = run_dbt(tmp_path, "compile", "--quiet", "-s", "path:analysis", variables=extracts)
    assert compiled.returncode == 0, compiled.stdout
    files = sorted((tmp_path / "target/compiled/bank_churn/analysis").glob("*.sql"))
    assert len(files) == len(list((ROOT / "analysis").glob("*.sql")))
    with duckdb.connect(str(copy), read_only=True) as connection:
        for file in files:
            answer = connection.execute(file.read_text())
            portfolio = [column[0] for column in answer.description].index("portfolio")
            assert {row[portfolio] for row in answer.fetchall()} == {"metanprom", "bank_scrooge"}, file.name
