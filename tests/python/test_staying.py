"""How long clients stay: as lifelines has it, with intervals that hold, and what a client is worth by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from bank_churn.dashboard import make_dashboard
from bank_churn.exports.calling import variant_of
from bank_churn.exports.sheet_labels import SheetLabels
from bank_churn.words.calls import call_columns, code_of
from bank_churn.words.language import Language
from conftest import MONTH_SETTINGS, ROOT, Build, linked_project

HORIZON, DAYS = 365, 30
# Restricted means by lifelines 0.30 on the spells of `spells()`, by how many days.
LIFELINES = json.loads((Path(__file__).parent / "golden/restricted_means.json").read_text(encoding="utf-8"))


def told(build: Build, flow: pd.DataFrame, periods: list[int]) -> pd.DataFrame:
    """Let the mart judge counts of each period.

    Args:
        build: Where it is compiled.
        flow: period, segment, at_start, leavers.
        periods: Lengths in days.

    Returns:
        Its rows, by segment.
    """
    sql = next((build.folder / "target/compiled").rglob("time_to_leave_v1.sql")).read_text(encoding="utf-8")
    days = np.cumsum([0, *periods])
    dates = pd.DataFrame({"number": range(len(days)), "day": days})
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as bank_churn; use bank_churn")
        connection.register("flow", flow)
        connection.register("dates", dates)
        day = "date '2000-01-01' + cast(day as integer)"
        connection.execute(
            f"""
            create table int_periods as select
                'metanprom' as portfolio, {day} as period_end, cast(day as integer) as days_since_first,
                lag({day}) over (order by day) as period_start,
                cast(day - lag(day) over (order by day) as integer) as day_count
            from dates;
            create table int_client_flow as select
                'metanprom' as portfolio, {day} as period_end, 'segment_v1' as attribute,
                segment as attribute_value, at_start, leavers as leaver_count
            from flow inner join dates on flow.period = dates.number;
            create table int_flow_labels as select distinct 'metanprom' as portfolio,
                'segment_v1' as attribute, segment as attribute_value, segment as value_label_ru,
                segment as value_label_en from flow;
            create table int_segmented_clients as select distinct 'metanprom' as portfolio,
                segment as segment_v1, cast(null as varchar) as segment_v2, cast(null as double) as balance,
                1 as product_count, false as is_churned from flow;
            create table product_values as
                select 0 as products_from, cast(null as integer) as products_below, 1000.0 as annual_value
            """
        )
        frame: pd.DataFrame = connection.execute(f"select * from ({sql}) where segment_version = 1").df()
    return frame.set_index("segment_code")


def drawn(seed: int, *, people: int, periods: int, hazard: float, segments: int) -> pd.DataFrame:
    """Counts of people who leave with the same chance in every period, and are replaced."""
    dice = np.random.default_rng(seed)
    rows = []
    for period in range(1, periods + 1):
        left = dice.binomial(people, hazard, segments)
        rows += [(period, f"s{number}", people, int(gone)) for number, gone in enumerate(left)]
    return pd.DataFrame(rows, columns=["period", "segment", "at_start", "leavers"])


def spells() -> tuple[pd.DataFrame, list[int]]:
    """Counts of a segment that people join and leave, over periods of unequal length."""
    flow = pd.DataFrame(
        [
            (1, "s", 120, 7),
            (2, "s", 131, 0),
            (3, "s", 131, 12),
            (4, "s", 90, 5),
            (5, "s", 140, 21),
            (6, "s", 100, 1),
        ],
        columns=["period", "segment", "at_start", "leavers"],
    )
    return flow, [31, 28, 61, 30, 31, 30]


def test_days_to_stay_are_those_of_lifelines(months_build: Build) -> None:
    """Up to the end of what was seen; beyond, the area under a curve that falls at the mean pace."""
    flow, periods = spells()
    row = told(months_build, flow, periods).loc["s"]
    seen = sum(periods)
    assert (row["seen_days"], row["is_extrapolated"], row["horizon_days"]) == (seen, True, HORIZON)
    shares = 1 - flow["leavers"] / flow["at_start"]
    survival = np.cumprod([1.0, *shares])
    area = float(np.sum(survival[:-1] * periods))
    assert area == pytest.approx(LIFELINES[str(seen)], abs=1e-6)
    pace = -np.log(survival[-1]) / seen
    tail = np.linspace(0, HORIZON - seen, 100_001)
    beyond = np.trapezoid(survival[-1] * np.exp(-pace * tail), tail)
    assert row["stay_days"] == pytest.approx(area + beyond, abs=0.051)
    assert row["income"] == pytest.approx(1000 * row["stay_days"] / 365)


def test_only_the_latest_periods_count(months_build: Build) -> None:
    """Of two years the last one, whatever the first was like."""
    calm = drawn(1, people=200, periods=24, hazard=0.02, segments=1)
    wild = calm.assign(leavers=calm["leavers"].where(calm["period"] > 12, 150))
    lengths = [30] * 24
    both = [told(months_build, flow, lengths).loc["s0"] for flow in (calm, wild)]
    assert both[0]["stay_days"] == both[1]["stay_days"]
    assert both[0]["seen_days"] == 360


def test_intervals_hold_the_truth(months_build: Build) -> None:
    """Of 400 segments in nineteen of twenty, with what lies beyond the periods seen."""
    hazard, periods, people = 0.03, 6, 150
    rows = told(
        months_build,
        drawn(2, people=people, periods=periods, hazard=hazard, segments=400),
        [DAYS] * periods,
    )
    seen = np.sum(DAYS * (1 - hazard) ** np.arange(periods))
    pace = -np.log(1 - hazard) / DAYS
    beyond = (1 - hazard) ** periods * (1 - np.exp(-pace * (HORIZON - periods * DAYS))) / pace
    true = seen + beyond
    assert rows["reason"].isna().all()
    held = ((rows["stay_days_low"] <= true) & (true <= rows["stay_days_high"])).sum()
    assert 369 <= held <= 389, held  # 97.5 % of the binomial with 95 % of 400


def test_too_few_periods_are_refused_in_a_sentence(months_build: Build) -> None:
    flow, periods = spells()
    rows = told(months_build, flow[flow["period"] <= 3], periods[:3])
    assert rows.loc["s", "reason"] == "too_few_periods"
    assert pd.isna(rows.loc["s", "stay_days"])
    assert rows.loc["s", "reading_en"] == (
        "Not told: periods in which clients left: 2, and at least 3 are needed."
    )


def test_newcomers_leave_as_they_truly_do(months_build: Build) -> None:
    """Kept counts of tenures are those of the people of the extracts."""
    counted = months_build.query(
        """
        select
            cast(first_date as varchar), cast(period_start as varchar), client_count,
            left_count + disappeared_count
        from int_tenure_counts order by all
        """
    )
    truly = months_build.query(
        """
        with firsts as (
            select person_id, min(snapshot_date) as first_date from int_history_persons group by person_id
        ), periods as (
            select period_start, period_end from int_periods where period_start is not null
        )
        select
            cast(firsts.first_date as varchar), cast(periods.period_start as varchar), count(*),
            count(*) filter (where later.person_id is null or later.is_churned)
        from periods
        inner join int_history_persons as was
            on was.snapshot_date = periods.period_start and not was.is_churned
        inner join firsts on was.person_id = firsts.person_id
        left join int_history_persons as later
            on was.person_id = later.person_id and later.snapshot_date = periods.period_end
        group by all order by all
        """
    )
    assert counted == truly
    assert len(counted) == 3, "the first cohort in two periods, the second in one"


@pytest.mark.parametrize(
    ("language", "of_year", "of_stay"),
    [
        (
            "ru",
            ("Доход оставшихся за год", "уммы за год"),
            ("пока они остаются", "за дни, что клиенты остаются"),
        ),
        (
            "en",
            ("remaining in a year", "ums are for a year"),
            ("while they stay", "for the days that clients stay"),
        ),
    ],
)
def test_the_page_says_which_time_income_is_of(
    months_build: Build, tmp_path: Path, language: Language, of_year: list[str], of_stay: list[str]
) -> None:
    database = tmp_path / "bank_churn.duckdb"
    shutil.copy(months_build.published / "bank_churn.duckdb", database)
    pages = {}
    for horizon in ("year", "expected_stay"):
        with duckdb.connect(str(database)) as connection:
            connection.execute(f"update churn_risk set income_horizon = '{horizon}'")
        page = make_dashboard(published=database, language=language, output=tmp_path / f"{horizon}.html")
        pages[horizon] = page.read_text(encoding="utf-8")
    for words, said, other in ((of_year, "year", "expected_stay"), (of_stay, "expected_stay", "year")):
        for text in words:
            assert text in pages[said]
            assert text not in pages[other]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_headings_say_which_time_income_is_of(language: Language) -> None:
    """Of a workbook and of the call sheet, whose heading is understood when it comes back."""
    labels = pd.read_csv(ROOT / "seeds/column_labels.csv", dtype=str, keep_default_na=False)
    rows = {(row["mart"], row["column_name"], row["value"]): row for row in labels.to_dict("records")}
    seed = SheetLabels(labels={}, column_labels=rows, language=language)
    for column in ("value_at_risk", "annual_income"):
        said = [seed.heading("mart", column, variant) for variant in ("year", "expected_stay", "mixed")]
        assert said[0] == seed.heading("mart", column)
        assert len(set(said)) == 3
    headings = [
        next(column for column in call_columns(variant) if column.code == "value").headings[language]
        for variant in ("", "year", "expected_stay")
    ]
    assert headings[0] == headings[1] != headings[2]
    assert {code_of("columns", heading) for heading in headings} == {"value"}
    with duckdb.connect() as connection:
        connection.execute("create table bare as select 'a' as portfolio")
        connection.execute(
            "create table told as from (values ('a', 'year'), ('b', 'expected_stay'))"
            " as told(portfolio, income_horizon)"
        )
        found = [variant_of(connection, *asked) for asked in (("bare",), ("told",), ("told", "b"))]
    assert found == ["", "mixed", "expected_stay"]


@pytest.mark.slow
def test_a_client_is_worth_the_days_that_clients_of_the_segment_stay(
    months_build: Build, tmp_path: Path
) -> None:
    """`client_value_horizon: expected_stay`, of a build whose months tell it."""
    worth = "select client_key, value_at_risk from int_client_values"
    yearly = dict(months_build.query(worth))
    assert months_build.query("select distinct income_horizon from int_client_values") == [("year",)]
    for name in ("build", "target"):
        shutil.copytree(months_build.folder / name, tmp_path / name)
    settings = MONTH_SETTINGS.replace(
        "{portfolios", "{client_value_horizon: expected_stay, stay_min_periods: 1, portfolios"
    )
    environment = {
        **os.environ,
        "METANPROM_CLIENTS": str(months_build.folder / "months/metanprom"),
        "BANK_SCROOGE_CLIENTS": "",
        "METANPROM_HOLDINGS": "",
        "BANK_CHURN_DATABASE": str(tmp_path / "build/bank_churn.duckdb"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    models = ("time_to_leave", "int_client_incomes", "int_value_caps", "int_client_values")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "dbt.cli.main", "run", "-s", *models, "--vars", settings),
            *("--target-path", str(tmp_path / "target")),
        ],
        cwd=linked_project(tmp_path / "project", ROOT),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    build = Build(code=0, stdout="", stderr="", folder=tmp_path)
    staying = build.query(
        """
        select clients.client_key, stays.stay_days
        from client_segments_v2 as clients inner join time_to_leave as stays
            on stays.segment_version = 2 and clients.segment_code = stays.segment_code
        where stays.stay_days is not null
        """
    )
    counted = dict(build.query(worth))
    assert build.query("select distinct income_horizon from int_client_values") == [("expected_stay",)]
    checked = [(key, days) for key, days in staying if key in counted]
    assert len(checked) > 300
    for key, days in checked:
        assert counted[key] == pytest.approx(yearly[key] * days / 365)
    assert 200 < sum(days for _, days in checked) / len(checked) < 364
