"""Both engines build the same extracts; every public mart must be equal, row by row."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from bank_churn.demo.months import generate_months
from bank_churn.running.artifacts import public_marts
from conftest import (
    MONTH_SETTINGS,
    MONTHS,
    ROOT,
    Build,
    real_extract,
    run_build,
)
from extracts import good_row, to_line, write_lines
from parity import differences

pytestmark = pytest.mark.spark

# Marts that may differ, with the reason. There are none.
EXCEPTIONS: dict[str, str] = {}


HOLDINGS = (
    "holdings: {form: file, products: [current_account, debit_card, credit_card, deposit, consumer_loan,"
    " mortgage, insurance, funds]}"
)

CLIENTS_OF_MONTHS = 500
"""Too few for a model of who leaves: Spark takes a quarter of an hour as it is."""


@dataclass(frozen=True)
class Pair:
    """The same extracts built on DuckDB and on Spark."""

    duckdb: Build
    spark: Build

    @property
    def copied(self) -> Path:
        """The marts of Spark as publishing read them, all figures in them."""
        return self.spark.folder / "spark/bank_churn.duckdb"

    def marts(self) -> list[str]:
        manifest = json.loads((self.spark.folder / "target/manifest.json").read_text(encoding="utf-8"))
        return [mart.relation for mart in public_marts(manifest)]

    def parity(self) -> dict[str, list[str]]:
        found = differences(self.duckdb.folder / "build/bank_churn.duckdb", self.copied, self.marts())
        return {mart: told for mart, told in found.items() if mart not in EXCEPTIONS}


def build_both(
    folder: Path, *, arguments: tuple[str, ...] = (), holdings: str = "demo", **extracts: str
) -> Pair:
    builds = []
    for engine in ("duckdb", "spark"):
        below = folder / engine
        below.mkdir()
        build = run_build(
            below,
            unit_tests=True,
            arguments=("--target", engine, *arguments),
            variables={
                "BANK_CHURN_SPARK_FOLDER": str(below / "spark"),
                "BANK_CHURN_SPARK_MASTER": "local[2]",
                "METANPROM_HOLDINGS": holdings,  # the demo's: beside generated clients only
            },
            **extracts,
        )
        assert build.code == 0, build.stdout[-8000:] + build.stderr[-4000:]
        builds.append(build)
    return Pair(*builds)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return build_both(tmp_path_factory.mktemp("demo"), metanprom="demo", bank_scrooge="demo")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    extracts = {name: real_extract(f"{name}_sample.csv") for name in ("metanprom", "bank_scrooge")}
    return build_both(tmp_path_factory.mktemp("real"), **extracts)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Three months of one bank, the first two taken into history before."""
    folder = tmp_path_factory.mktemp("months")
    generate_months(portfolio="metanprom", folder=folder / "months", months=MONTHS, rows=CLIENTS_OF_MONTHS)
    return build_both(
        folder,
        arguments=("--vars", MONTH_SETTINGS.replace("file_name}", f"file_name, {HOLDINGS}}}")),
        holdings=str(folder / "months/metanprom_holdings/*.csv"),
        metanprom=str(folder / "months/metanprom"),
    )


def test_every_public_mart_is_equal_after_three_months(months: Pair):
    assert {"client_flow_v1", "product_moves_v1", "survival_by_segment_v1"} <= set(months.marts())
    assert months.parity() == {}


def test_every_public_mart_is_equal_on_demo_data(demo: Pair):
    assert demo.parity() == {}


def test_every_public_mart_is_equal_on_the_real_extracts(real: Pair):
    # Only names, counts and columns: what differs may be a client.
    assert {mart: len(told) for mart, told in real.parity().items()} == {}


def test_an_exception_is_still_one(demo: Pair):
    found = differences(demo.duckdb.folder / "build/bank_churn.duckdb", demo.copied, list(EXCEPTIONS))
    assert set(found) == set(EXCEPTIONS)


def test_spark_built_tests_and_unit_tests_too(demo: Pair):
    done = [
        json.loads((build.folder / "target/run_results.json").read_text(encoding="utf-8"))["results"]
        for build in (demo.duckdb, demo.spark)
    ]
    kinds = [sorted(result["unique_id"].split(".")[0] for result in results) for results in done]
    assert kinds[0] == kinds[1]
    assert {"seed", "model", "test", "unit_test"} <= set(kinds[1])


def relations(published: Path) -> list[tuple]:
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute(
            """select table_name, column_name, data_type, comment from duckdb_columns()
            where not internal and schema_name = 'main' and not starts_with(table_name, '_publication')
            order by all"""
        ).fetchall()


@pytest.mark.parametrize("file", ["bank_churn.duckdb", "bank_churn_clients.duckdb"])
def test_the_published_files_are_equal(demo: Pair, file: str):
    one, other = demo.duckdb.published / file, demo.spark.published / file
    assert relations(one) == relations(other)
    tables = sorted({table for table, *_ in relations(one)})
    other_name = other.with_name(f"spark_{file}")
    other_name.write_bytes(other.read_bytes())
    assert differences(one, other_name, tables) == {}


def command(pair: Pair, engine: str, *arguments: str) -> str:
    """Run a command on what one engine has built, and return what it prints."""
    build = getattr(pair, engine)
    done = subprocess.run(
        [sys.executable, "-m", "bank_churn.cli", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "METANPROM_CLIENTS": "demo",
            "BANK_SCROOGE_CLIENTS": "demo",
            "BANK_CHURN_SPARK_FOLDER": str(build.folder / "spark"),
            "BANK_CHURN_TEMP_DIRECTORY": str(build.folder / "spill"),
            "DBT_LOG_PATH": str(build.folder / "logs"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_hypotheses_are_tested_on_spark_by_themselves(demo: Pair):
    database = demo.duckdb.folder / "build/bank_churn.duckdb"
    asked = ("test-hypotheses", "--language", "en")
    expected = command(demo, "duckdb", *asked, "--database", str(database))
    assert command(demo, "spark", *asked, "--target", "spark").endswith(expected)


def test_the_model_trained_on_spark_is_the_same(demo: Pair, tmp_path: Path):
    database = demo.duckdb.folder / "build/bank_churn.duckdb"
    command(demo, "duckdb", "train", "--database", str(database), "--export", str(tmp_path / "duckdb"))
    command(demo, "spark", "train", "--target", "spark", "--export", str(tmp_path / "spark"))
    files = sorted(path.name for path in (tmp_path / "duckdb").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "spark").iterdir())
    # The model is equal to the last byte; its quality is a sum of doubles, and the checksum covers both.
    for name in ("bins.csv", "scores.csv"):
        assert (tmp_path / "duckdb" / name).read_bytes() == (tmp_path / "spark" / name).read_bytes(), name
    one, other = (pd.read_csv(tmp_path / engine / "quality.csv") for engine in ("duckdb", "spark"))
    pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=1e-9, atol=0)
    one, other = (pd.read_csv(tmp_path / engine / "metadata.csv") for engine in ("duckdb", "spark"))
    assert one[one["name"] != "checksum"].equals(other[other["name"] != "checksum"])


# What people type where a number is due; each engine has its own idea of the rarer ones.
ODD_NUMBERS = [
    *(
        "12",
        " 12",
        "12 ",
        "+12",
        "-12",
        "1e1",
        "1E1",
        "1e+1",
        ".5",
        "5.",
        "0x10",
        "1_000",
        "12d",
        "12f",
        "12D",
        "1,5",
    ),
    *(
        "1.5",
        "1 234",
        "1,234",
        "1 234,5",
        "inf",
        "-inf",
        "Infinity",
        "nan",
        "NaN",
        "NAN",
        "١٢",
        "1٫5",
        "½",
        "12%",
        "--1",
    ),
    *(
        "1e",
        "e1",
        "1.2.3",
        "12L",
        "1e400",
        "-0",
        "0",
        "00012",
        "1\t",
        "\u00a012",
        "1\u00a0234",
        "true",
        "1/2",
        "0b1",
        "1e-400",
    ),
]


def odd_lines() -> Iterator[str]:
    """Rows with odd numbers, quotes, spaces and lines, made by chance but the same each time."""
    chance = random.Random(1)
    for number, text in enumerate(ODD_NUMBERS * 2):
        column = ("Age", "Balance")[number >= len(ODD_NUMBERS)]
        quoted = f'"{text}"' if "," in text else text
        yield to_line(good_row(number) | {column: quoted})
    signs = [
        '"',
        ",",
        "a",
        " ",
        "ё",
        "\\",
        "'",
        "Ё",
        "-",
        "\t",
        "|",
        "\u2009",
        ";",
        "%",
        "_",
        "$1",
        "\U0001f600",
    ]
    for number in range(1000, 1400):
        text = "".join(chance.choice(signs) for _ in range(chance.randint(0, 6)))
        whole = chance.choice([text, '"' + text.replace('"', '""') + '"', f'"{text}', text + '"'])
        yield to_line(good_row(number) | {"City": whole})
    yield from ("", "   ", ",", '"', '""', "\ufeff" + to_line(good_row(1)), "," * 11, '"a"b,' * 12)


def write_odd_extract(folder: Path) -> str:
    """One extract in two files: a csv with odd texts, a parquet with ids and numbers stored as fractions."""
    lines = [*odd_lines(), *(to_line(good_row(number)) for number in range(2000, 2600))]
    first = write_lines(folder / "part-1.csv", lines)
    rows = [good_row(number) for number in (*range(3000, 3200), *range(2000, 2005))]
    frame = pd.DataFrame(rows)
    for column in ("userid", "Age", "estimated_salary", "Balance"):
        frame[column] = pd.to_numeric(frame[column]).astype("float64")
    frame.loc[:3, "estimated_salary"] = [12345678.0, 0.1, 1234567.25, 1e-3]
    with duckdb.connect() as connection:
        connection.from_df(frame).write_parquet(str(folder / "part-2.parquet"))
    return str(Path(first).with_name("part-*"))


READ_MODELS = ["clients_v1", "rejected_clients_v1", "data_quality_v1", "portfolios_v1"]


def test_odd_texts_are_read_alike(tmp_path: Path):
    extract = write_odd_extract(tmp_path)
    for engine in ("duckdb", "spark"):
        folder = tmp_path / engine
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, Path(__file__).with_name("build_some.py"), engine, folder, *READ_MODELS],
            cwd=ROOT,
            env={
                **os.environ,
                "METANPROM_CLIENTS": extract,
                "BANK_SCROOGE_CLIENTS": "",
                "BANK_CHURN_SPARK_FOLDER": str(folder / "spark"),
                "DBT_LOG_PATH": str(folder / "logs"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    found = differences(tmp_path / "duckdb/some.duckdb", tmp_path / "spark/some.duckdb", READ_MODELS)
    assert found == {}


# What sqlfluff's dialect of Spark does not know, though Spark does: an order within an aggregate, a
# filter before a window, `group by all`, `union distinct`, a column named filter.
NOT_PARSED = {
    *("int_registered_groups", "int_rule_texts", "int_offered_cells", "missing_balance_summary_v1"),
    *("int_clients__duplicates", "churn_cells", "metric_moments_v1", "hypothesis_results_v1"),
    *("int_clients__city_spellings", "int_addressee_words", "int_cell_offers", "int_spoken_groups"),
    *("int_stratum_words", "target_group_search_v1", "adjusted_comparisons_v1"),
    *("product_combinations_v1", "int_metric_moments"),
}
STYLE = "capitalisation.keywords,capitalisation.functions,aliasing,convention,references.consistent"


def test_spark_sql_is_in_style_and_parsed_as_such(demo: Pair):
    compiled = demo.spark.folder / "target/compiled/bank_churn/models"
    files = [str(path) for path in compiled.rglob("*.sql") if ".yml" not in str(path)]
    assert len(files) > 80
    done = subprocess.run(
        [
            *(
                Path(sys.executable).with_name("sqlfluff"),
                "lint",
                "--dialect",
                "sparksql",
                "--templater",
                "raw",
            ),
            *("--rules", STYLE, "--disable-progress-bar", "--format", "json", *files),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)
    told = [
        f"{Path(one['filepath']).stem}: {violation['code']} {violation['description']}"
        for one in found
        for violation in one["violations"]
        if Path(one["filepath"]).stem not in NOT_PARSED  # what is not parsed cannot be judged either
    ]
    assert told == []
