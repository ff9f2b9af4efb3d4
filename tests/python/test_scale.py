"""Checks too slow for every push: a million clients through the whole job within the memory limit."""

from __future__ import annotations

from pathlib import Path

import pytest
from bank_churn.demo.generate import generate_demo
from conftest import run_build

ROWS = 1_000_000


@pytest.mark.slow
def test_a_million_clients_of_each_bank(tmp_path: Path):
    paths = {
        portfolio: generate_demo(
            portfolio=portfolio, path=tmp_path / f"{portfolio}_demo.parquet", rows=ROWS, file_format="parquet"
        )
        for portfolio in ("metanprom", "bank_scrooge")
    }
    build = run_build(
        tmp_path,
        metanprom=str(paths["metanprom"]),
        bank_scrooge=str(paths["bank_scrooge"]),
        arguments=("--quiet",),
    )
    assert build.code == 0, build.stdout + build.stderr
    assert (
        build.query_published(
            "select raw_row_count, client_count + rejected_row_count, data_origin from portfolios"
        )
        == [(ROWS, ROWS, "generated")] * 2
    )
    [(hypotheses,)] = build.query_published(
        "select count(*) from hypothesis_results where p_value is not null"
    )
    assert hypotheses == 40
