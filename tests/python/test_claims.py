"""What YAML claims of tables is proven while they are built: each kind of claim, on tables that break it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from bank_churn.running.artifacts import failures, primary_key
from conftest import Build, copy_project, run_build
from extracts import good_row, to_line, write_lines


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Seeds with a repeated key, an empty cell, a value that is not accepted, a rule of no offer."""
    folder = tmp_path_factory.mktemp("broken")
    root = copy_project(folder / "project")
    with (root / "seeds/cities.csv").open("a", encoding="utf-8") as file:
        file.write("Тутаев,Тутаев,\nТутаев,Тутаев,Tutayev\n")
    with (root / "seeds/genders.csv").open("a", encoding="utf-8") as file:
        file.write("x,other\n")
    with (root / "seeds/labels.csv").open("a", encoding="utf-8") as file:
        file.write("word,twice,,Два,Two,,,\n" * 2)
    with (root / "seeds/offer_rules.csv").open("a", encoding="utf-8") as file:
        file.write("no_offer,city,Рыбинск\n")
    asked = ("--select", "cities", "genders", "labels", "offers", "offer_rules", "--no-fail-fast")
    return run_build(folder, metanprom="demo", arguments=asked, root=root)


def test_a_seed_that_breaks_its_claims_is_told_by_column_and_value(broken: Build):
    assert broken.code != 0
    told = broken.stderr
    assert (
        "seeds/cities.csv: city_en must not be empty (rows that lack it: 1);"
        " spelling must not repeat (repeated: Тутаев)." in told
    )
    assert "seeds/labels.csv: kind, name, value must not repeat (repeated: word, twice)." in told
    assert "every_row_of_genders_holds: gender is none of the values it may have (1 rows)" in told


def test_a_value_that_another_seed_lacks_is_told(broken: Build):
    assert "every_row_of_offer_rules_holds: offer_code is not in the seed (1 rows)" in broken.stderr


def test_a_join_that_doubles_rows_is_told_by_their_number(tmp_path: Path):
    """Of what has a row per row of a proven table, rows are counted instead of keys."""
    root = copy_project(tmp_path / "project")
    model = root / "models/semantic/semantic_clients.sql"
    query = model.read_text(encoding="utf-8")
    twice = "from clients\n    cross join (select 1 as one union all select 2 as one) as twice\n)"
    model.write_text(query.replace("from clients\n)", twice), encoding="utf-8")
    extract = write_lines(tmp_path / "clients.csv", [to_line(good_row(number)) for number in range(5)])
    build = run_build(tmp_path, metanprom=extract, arguments=("--select", "+semantic_clients"), root=root)
    assert build.code != 0
    assert "semantic_clients: a row is to stand for each of clients_v1 (rows: 10 for 5)." in build.stderr


def test_rows_are_counted_against_a_table_whose_key_is_proven(demo_build: Build):
    nodes = demo_build.manifest()["nodes"].values()
    models = {node["name"]: node for node in nodes if node["resource_type"] == "model"}
    counted = {name: node["config"]["meta"].get("a_row_per") for name, node in models.items()}
    for name, table in counted.items():
        if table:
            assert f"model.bank_churn.{table}" in " ".join(models[name]["depends_on"]["nodes"])
            assert primary_key(models[table]) == primary_key(models[name]) == ("client_key",)
    assert counted["client_churn_scores"] == "int_client_scores"
    assert counted["int_client_scores"] == "clients"
    assert counted["clients"] is None


@pytest.fixture(scope="module")
def row_tests(demo_build: Build) -> dict[str, str]:
    """The compiled tests of claims about rows, by name."""
    manifest = demo_build.manifest()
    return {
        node["name"]: node["compiled_code"]
        for node in manifest["nodes"].values()
        if node["name"].startswith("every_row_of_") and "compiled_code" in node  # not of what is switched off
    }


@pytest.mark.parametrize(
    ("test", "mart", "change", "claim"),
    [
        ("clients", "clients_v1", "gender = 'other'", "gender is not in the seed"),
        (
            "clients",
            "clients_v1",
            "data_origin = 'copied'",
            "data_origin is none of the values it may have",
        ),
        (
            "churn_model_weights",
            "churn_model_weights_v1",
            "weight_share = 2",
            "weight_share is not between 0 and 1",
        ),
        (
            "segment_moves",
            "segment_moves_v1",
            "churn_rate = churn_rate / 2, ci_low = 0",
            "churn_rate is not churned_count / client_count",
        ),
        (
            "segment_moves",
            "segment_moves_v1",
            "ci_high = null",
            "churn_rate is not between ci_low and ci_high",
        ),
    ],
)
def test_a_row_that_breaks_a_claim_is_found_and_named(
    demo_build: Build,
    row_tests: dict[str, str],
    tmp_path: Path,
    test: str,
    mart: str,
    change: str,
    claim: str,
):
    """On a copy of the mart alone, under the name that the compiled test knows it by."""
    source = demo_build.folder / "build/bank_churn.duckdb"
    copy = tmp_path / "bank_churn.duckdb"
    query = row_tests[f"every_row_of_{test}_holds"]
    result = {"status": "fail", "unique_id": "test.bank_churn.t", "compiled_code": query, "message": "Got 1"}
    with duckdb.connect() as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        connection.execute(f"attach '{copy}' as bank_churn")
        for seed in ("genders", "bands"):
            connection.execute(f"create table bank_churn.{seed} as select * from source.{seed}")
        connection.execute(f"create table bank_churn.{mart} as select * from source.{mart}")
        assert connection.execute(f"select count(*) from ({query})").fetchone() == (0,)
        connection.execute(f"update bank_churn.{mart} set {change} where rowid = 0")
    (told,) = failures({"results": [result]}, copy)
    assert claim in told
    assert "(1 rows)" in told
