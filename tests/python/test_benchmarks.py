"""The benchmark's script makes the figures of the build, and the comparison would tell if it did not."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from bank_churn.demo.generate import generate_demo
from conftest import ROOT, Build


def benchmark_module(name: str) -> ModuleType:
    folder = str(ROOT / "python" / "benchmarks")
    if folder not in sys.path:
        sys.path.append(folder)
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extract") / "metanprom_demo.parquet"
    generate_demo(portfolio="metanprom", path=path, file_format="parquet")
    return path


@pytest.fixture(scope="module")
def by_hand(demo_build: Build, extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the script's database and the files it publishes."""
    folder = tmp_path_factory.mktemp("by_hand")
    handwritten = benchmark_module("handwritten")
    handwritten.save_model(demo_build.folder / "build/bank_churn.duckdb", folder / "model.duckdb")
    handwritten.run(clients=extract, model=folder / "model.duckdb", folder=folder)
    return folder


def differences(by_hand: Path, demo_build: Build) -> list[str]:
    compare = benchmark_module("compare")
    return compare.differences(
        script=by_hand / "handwritten.duckdb",
        build=demo_build.folder / "build/bank_churn.duckdb",
        same_file=False,  # the same demo rows, there in csv, here in parquet
    )


def test_the_scripts_figures_are_those_of_the_build(by_hand: Path, demo_build: Build) -> None:
    assert differences(by_hand, demo_build) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update churn_rates set ci_low = ci_low * (1 + 1e-8) where ci_low > 0", "ci_low in"),
        ("update metric_rank_sums set n_a = n_a + 1", "n_a in"),
        ("delete from scores where client_key < '1'", "rows missing"),
        ("insert into data_quality (check_name) values ('another')", "rows too many"),
    ],
)
def test_a_difference_is_told(
    by_hand: Path, demo_build: Build, tmp_path: Path, change: str, told: str
) -> None:
    changed = tmp_path / "handwritten.duckdb"
    changed.write_bytes((by_hand / "handwritten.duckdb").read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute(change)
    found = differences(tmp_path, demo_build)
    assert len(found) == 1
    assert told in found[0]


def test_what_the_script_publishes_is_what_it_made(by_hand: Path) -> None:
    handwritten = benchmark_module("handwritten")
    for file, tables in handwritten.PUBLISHED.items():
        with duckdb.connect(str(by_hand / file), read_only=True) as connection:
            connection.execute(f"attach '{by_hand / 'handwritten.duckdb'}' as made (read_only)")
            for table in tables:
                (other,) = connection.execute(
                    f"select count(*) from (from made.{table} except all from {table})"
                ).fetchone() or (1,)
                assert other == 0, table


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_notebooks_figures_are_those_of_the_build(
    library: str, demo_build: Build, extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(library, reason="installed by make bench only")
    arguments = ["notebook", "--clients", str(extract), "--folder", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    benchmark_module(f"notebook_{library}").main()
    compare = benchmark_module("compare")
    build = demo_build.folder / "build/bank_churn.duckdb"
    assert compare.notebook_differences(folder=tmp_path, build=build) == []


def test_ratios_are_of_paired_runs() -> None:
    report = benchmark_module("report")
    assert report.ratio([2.0, 30.0, 4.0], [1.0, 10.0, 1.0]) == "3.00 (2.00–4.00)"
    assert report.spread([3.0, 1.0, 2.0]) == "2.0 (1.0–3.0)"
