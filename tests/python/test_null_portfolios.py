"""Portfolios in which churn is dealt at random: whatever is found there about churn is false.

The models themselves run, as dbt compiled them for the demo data, on the same clients with their churn
dealt anew; only the scores and the ranks, which nothing here reads, are left as they were.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from bank_churn.statistics.judgement.drivers import rank_drivers
from bank_churn.statistics.judgement.screening import screen_attributes
from bank_churn.statistics.judgement.segments import compare_segments
from bank_churn.targeting import group_bounds
from conftest import Build
from scipy.stats import binom

DEALS = 20  # of both banks: 40 portfolios
LEVEL = 0.05
RUN = (
    *("churn_cells", "int_group_counts", "int_group_comparisons", "int_group_tallies"),
    *("int_metric_cells", "int_cell_groups", "int_cell_moments", "metric_moments"),
    *("int_segmented_clients", "int_portrait_cells", "int_portrait_sums"),
    *("int_churn_counts", "int_churn_tables"),
)

pytestmark = pytest.mark.slow


class Portfolios:
    """A copy of a build, to deal churn in."""

    def __init__(self, build: Build, folder: Path) -> None:
        database = folder / "bank_churn.duckdb"  # compiled SQL carries the file's name
        shutil.copy(build.folder / "build/bank_churn.duckdb", database)
        manifest = build.manifest()
        nodes = {node["name"]: node for node in manifest["nodes"].values() if "relation_name" in node}
        self.clients = nodes["clients"]["relation_name"]
        self.models = [
            (
                nodes[name]["relation_name"],
                nodes[name]["compiled_code"],
                nodes[name]["config"]["materialized"],
            )
            for name in (*RUN, "int_group_candidates")
        ]
        self.connection = duckdb.connect(str(database))
        self.connection.execute(f"create table original as select * from {self.clients}")

    def deal(self, number: int) -> None:
        """Deal the churn of each bank anew among its clients, and fill what rests on it."""
        self.connection.execute(
            f"""create or replace table {self.clients} as
            with placed as (
                select *, row_number() over (partition by portfolio order by client_key) as place
                from original
            ),
            dealt as (
                select portfolio, is_churned as dealt_churn,
                    row_number() over (partition by portfolio order by md5(client_key || '{number}')) as place
                from original
            )
            select placed.* exclude (place) replace (dealt_churn as is_churned)
            from placed inner join dealt using (portfolio, place)"""
        )
        for relation, code, materialized in self.models[:-1]:
            self.fill(relation, code, materialized)
        self.write("int_group_bounds", group_bounds(self.read("int_group_tallies")))
        self.fill(*self.models[-1])

    def fill(self, relation: str, code: str, materialized: str) -> None:
        if materialized != "view":
            self.connection.execute(f"create or replace table {relation} as {code}")

    def read(self, name: str) -> pd.DataFrame:
        return self.connection.execute(f"select * from {name}").df()

    def write(self, name: str, frame: pd.DataFrame) -> None:
        assert len(frame)
        self.connection.execute(f"create or replace table {name} as select * from frame")

    def found(self) -> Iterator[tuple[str, str]]:
        """Yield kind and portfolio of everything that is said to be shown about churn."""
        floors = self.read("effect_floors")
        candidates = self.read("int_group_candidates").query("lower_bound > portfolio_churn_rate")
        moments = self.read("metric_moments").query("stratum_attribute == 'none'")
        ranks = self.read("metric_rank_sums").iloc[:0]
        screen = screen_attributes(
            moments=moments,
            rank_sums=ranks,
            effect_floors=floors,
            attributes=self.read("client_attributes"),
        )
        pairs = screen[screen["is_significant"].fillna(False) & (screen["family"] == "churn")]
        sums = self.read("int_portrait_sums")
        segments = compare_segments(sums[sums["group_kind"].str.startswith("segment_v1")])
        statuses = segments[segments["churn_finding"].isin(["higher", "lower"])]
        drivers = rank_drivers(tables=self.read("int_churn_tables"), effect_floors=floors)
        strong = drivers[drivers["is_significant"].fillna(False)]
        kinds = {"group": candidates, "pair": pairs, "status": statuses, "driver": strong}
        for kind, rows in kinds.items():
            for portfolio in set(rows["portfolio"]):
                yield kind, str(portfolio)


@pytest.fixture(scope="module")
def false_findings(
    demo_build: Build, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[int, str]]]:
    """The portfolios with a false finding, by kind."""
    portfolios = Portfolios(demo_build, tmp_path_factory.mktemp("null"))
    found: dict[str, list[tuple[int, str]]] = {"group": [], "pair": [], "status": [], "driver": []}
    for number in range(DEALS):
        portfolios.deal(number)
        for kind, portfolio in portfolios.found():
            found[kind].append((number, portfolio))
    return found


@pytest.mark.parametrize("kind", ["group", "pair", "status", "driver"])
def test_no_more_false_findings_than_stated(false_findings: dict[str, list], kind: str):
    """Five per cent of portfolios may have one, within the 95 % interval of so many portfolios."""
    assert len(false_findings[kind]) <= binom.ppf(0.975, 2 * DEALS, LEVEL)


def test_churn_that_is_not_dealt_is_found(demo_build: Build, tmp_path: Path):
    """The same steps on churn as it is: a check that finds nothing anywhere would pass the other one."""
    portfolios = Portfolios(demo_build, tmp_path)
    for model in portfolios.models[:-1]:
        portfolios.fill(*model)
    portfolios.write("int_group_bounds", group_bounds(portfolios.read("int_group_tallies")))
    portfolios.fill(*portfolios.models[-1])
    expected = {
        (kind, bank)
        for kind in ("group", "pair", "status", "driver")
        for bank in ("metanprom", "bank_scrooge")
    }
    assert set(portfolios.found()) == expected
