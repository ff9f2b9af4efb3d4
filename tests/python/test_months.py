"""Three generated months, built: planted changes are found in their months, and marts tell the truth."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import pytest
from attack import exact_figures, recovered
from bank_churn.dashboard import make_dashboard
from bank_churn.dashboard.months import TOLD_VERDICTS
from bank_churn.dashboard.writer import read_texts
from bank_churn.demo.months import generate_months
from bank_churn.erasing.erase import erase
from bank_churn.privacy.figures import AT, settled
from bank_churn.privacy.solve import linked
from bank_churn.tools.places import Places
from conftest import (
    MONTH_ROWS,
    MONTH_SETTINGS,
    MONTHS,
    ROOT,
    Build,
    csv_rows,
    linked_project,
    run_build,
    shared_build,
)
from left_of_client import places_of
from test_dashboard import Values, check_charts, check_numbers, check_words, data_rows
from test_privacy import published_anew

COUNTS = (
    *("at_start", "left_count", "disappeared_count", "joined_count", "returned_count"),
    *("moved_in_count", "moved_out_count", "at_end"),
)
# Kaplan–Meier of everybody and of the segments, by lifelines 0.30 on the spells of these months.
LIFELINES = json.loads((Path(__file__).parent / "golden/months_survival.json").read_text(encoding="utf-8"))


def truth(build: Build) -> dict[str, Any]:
    return truth_in(build.folder)


def truth_in(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((folder / "months/metanprom_truth.json").read_text(encoding="utf-8"))
    return facts


def test_the_flow_is_the_one_that_truly_happened(months_build: Build) -> None:
    true = {
        (row["period_end"], row["attribute"], row["attribute_value"].lower()): tuple(
            int(row[count]) for count in COUNTS
        )
        for row in csv_rows(months_build.folder / "months/metanprom_truth_flow.csv")
    }
    attributes = sorted({attribute for _, attribute, _ in true})
    rows = months_build.query_published(
        f"select cast(period_end as varchar), attribute, lower(attribute_value), {', '.join(COUNTS)}"
        f" from client_flow where attribute in {tuple(attributes)}"
    )
    assert {row[:3]: row[3:] for row in rows} == true
    assert len({period for period, _, _ in true}) == MONTHS - 1


def test_clients_are_those_of_the_latest_month(months_build: Build) -> None:
    latest = truth(months_build)["dates"][-1]
    ((days, least, clients),) = months_build.query(
        "select count(distinct snapshot_date), cast(min(snapshot_date) as varchar), count(*) from clients",
        "published/bank_churn_clients.duckdb",
    )
    with (months_build.folder / f"months/metanprom/metanprom_demo.{latest}.csv").open(
        encoding="utf-8"
    ) as file:
        rows = sum(1 for _ in file) - 1
    assert (days, least, clients) == (1, latest, rows)
    held = months_build.query(
        "select cast(snapshot_date as varchar), count(*) filter (where churn_probability is not null) > 0"
        " from client_history group by 1 order by 1",
        "published/bank_churn_clients.duckdb",
    )
    first, *published = truth(months_build)["dates"]
    assert held == [(first, False), *((day, True) for day in published)], "the first was never published"


def test_drift_is_found_in_its_month_and_nowhere_else(months_build: Build) -> None:
    facts = truth(months_build)
    found = months_build.query_published(
        "select cast(period_end as varchar), attribute, verdict from attribute_drift"
        " where verdict <> 'stable' order by all"
    )
    after = facts["dates"][facts["broken_month"]]
    assert found == [
        (facts["broken_on"], "age", "more_gaps"),
        (facts["drift_from"], "credit_score", "shifted"),
        (after, "age", "fewer_gaps"),
    ]


def test_the_snapshots_show_the_broken_month(months_build: Build) -> None:
    facts = truth(months_build)
    rows = months_build.query_published(
        "select cast(snapshot_date as varchar), days_since_previous, reused_ids"
        " from snapshots order by snapshot_date"
    )
    assert [row[0] for row in rows] == facts["dates"]
    assert [row[1] for row in rows] == [None, 31, 31]
    assert all(reused == 0 for *_, reused in rows)
    ((share,),) = months_build.query_published(
        "select missing_share_after from attribute_drift"
        f" where period_end = '{facts['broken_on']}' and attribute = 'age'"
    )
    assert share == pytest.approx(facts["broken_share"], abs=0.1)


def test_a_trend_is_the_rate_of_its_month(months_build: Build) -> None:
    """The latest month's rows equal churn_rates, which knows nothing of months."""
    ((different, compared),) = months_build.query_published(
        """
        select
            count(*) filter (
                where trend.client_count <> rates.client_count or trend.churned_count <> rates.churned_count
                or abs(trend.churn_rate - rates.churn_rate) > 1e-12
                or abs(trend.ci_low - rates.ci_low) > 1e-12
            ),
            count(*)
        from churn_trend as trend
        inner join churn_rates as rates
            on trend.attribute = rates.dimension_name and trend.attribute_value = rates.dimension_value
            and rates.dimension_2_name is null
        where trend.snapshot_date = (select max(snapshot_date) from snapshots)
        """
    )
    assert different == 0
    assert compared > 30


def test_segments_flow_into_each_other_without_loss(months_build: Build) -> None:
    rows = months_build.query_published(
        """
        select
            ways.period_end, ways.segment_version, ways.from_segment,
            sum(ways.client_count), max(flow.at_start)
        from segment_flow as ways
        inner join client_flow as flow
            on ways.period_end = flow.period_end and flow.attribute_value = ways.from_segment
            and flow.attribute = 'segment_v' || ways.segment_version
        group by all
        """
    )
    assert rows
    assert all(row[3] == row[4] for row in rows)


def test_cohorts_hold_the_newcomers_of_their_month(months_build: Build) -> None:
    facts = truth(months_build)
    rows = months_build.query_published(
        "select cast(first_date as varchar), periods_since, is_left_truncated, cohort_size, client_count"
        " from cohort_retention order by first_date, periods_since"
    )
    sizes = {first: size for first, since, _, size, count in rows if since == 0 and size == count}
    assert sizes[facts["dates"][1]] == sizes[facts["dates"][2]] == facts["joins"]
    assert [first for first, *_ in rows] == [facts["dates"][0]] * 3 + [facts["dates"][1]] * 2 + [
        facts["dates"][2]
    ]
    assert {first for first, _, truncated, *_ in rows if truncated} == {facts["dates"][0]}


def test_survival_equals_lifelines(months_build: Build) -> None:
    rows = months_build.query_published(
        "select segment_version || ' ' || segment_code || ' ' || period_number, survival, ci_low, ci_high"
        " from survival_by_segment"
    )
    assert {key for key, *_ in rows} == set(LIFELINES)
    for key, *figures in rows:
        assert figures == pytest.approx(LIFELINES[key], abs=1e-9), key


def test_counts_of_months_hang_together(months_build: Build) -> None:
    """Each is of the people it is declared of, so whoever protects them knows what follows from what."""
    with duckdb.connect() as connection:
        exact, marts, _ = exact_figures(connection, months_build.folder)
    of_months = {
        mart.relation
        for mart in marts
        if mart.name in ("snapshots", "churn_trend", "client_flow", "segment_flow", "cohort_retention")
        or mart.name in ("survival_by_segment", "attribute_drift", "forecast_quality", "forecast_groups")
    }
    assert len(of_months) == 9
    figures = [one for one in settled(exact) if one.mart in of_months]
    assert {one.mart for one in figures} == of_months
    assert [one for one in figures if ("table", one.mart) in one.population[1]] == []
    system = linked({one.population: one.count for one in figures if one.kind != "rate"})
    assert system.contradictions == []
    assert len(system.sums) > 100
    assert sum(AT not in one.population[0] for one in figures) > 50, "the latest month is that of all marts"


@pytest.mark.slow
def test_nothing_small_follows_from_months(months_build: Build, tmp_path: Path) -> None:
    build = published_anew(months_build, tmp_path, min_group_size=10, min_uniform_group_size=20)
    assert recovered(build.folder, sums=100) == []


def test_nothing_of_an_erased_client_is_left_in_history(months_build: Build, tmp_path: Path) -> None:
    for name in ("build", "published", "target"):
        shutil.copytree(months_build.folder / name, tmp_path / name)
    own = ("portfolio = 'metanprom' and client_id = ", "person_id = ")
    [(client_id, key)] = months_build.query(
        """select client_id, min(client_key) from int_client_history
        where length(client_id) > 6 and balance % 1 > 0 group by client_id having count(*) = 3 limit 1"""
    )
    places = Places(tmp_path / "build/bank_churn.duckdb", tmp_path / "target", tmp_path / "published")
    erase(places, portfolio="metanprom", client_id=client_id, receipts=tmp_path / "receipts")
    assert [place for place in places_of(tmp_path, {client_id, key}, set()) if "manifest" not in place] == []
    erased = Build(code=0, stdout="", stderr="", folder=tmp_path)
    for table, is_mine in (("int_client_history", own[0]), ("int_first_seen", own[1])):
        others = f"select * from {table} where not ({is_mine} '{client_id}') order by all"
        assert erased.query(f"select * from {table} order by all") == months_build.query(others)
        assert len(months_build.query(others)) > MONTH_ROWS
    ledger = "select * from loaded_snapshots order by all"
    assert erased.query(ledger) == months_build.query(ledger)


def test_metrics_over_time_are_the_marts(months_build: Build, tmp_path: Path) -> None:
    project = linked_project(tmp_path / "project", ROOT)
    (project / "target").symlink_to(months_build.folder / "target")
    environment = {
        **os.environ,
        "BANK_CHURN_DATABASE": str(months_build.folder / "build/bank_churn.duckdb"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    asked = ("query", "--csv", str(tmp_path / "rows.csv"), "--saved-query", "leaving_by_month")
    command = [sys.executable, "-m", "bank_churn.commands.metrics", *asked]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = {
        row["metric_time__month"][:7]: (int(float(row["leavers"])), float(row["leaving_rate"]))
        for row in csv_rows(tmp_path / "rows.csv")
        if row["leavers"]
    }
    flow = months_build.query(
        "select strftime(period_end, '%Y-%m'), leaver_count, leaving_rate from client_flow"
        " where attribute = 'all'"
    )
    assert {month: (left, pytest.approx(rate)) for month, left, rate in flow} == found
    ((days, first, last),) = months_build.query(
        "select count(*), cast(min(date_day) as varchar), cast(max(date_day) as varchar)"
        " from time_spine_daily"
    )
    dates = truth(months_build)["dates"]
    assert (first, last, days) == (dates[0], dates[-1], 63)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_tells_months_as_the_marts_do(
    months_build: Build, tmp_path: Path, language: Literal["ru", "en"]
) -> None:
    # By itself: of the publication before, the page's own tests know.
    published = Path(shutil.copy(months_build.published / "bank_churn.duckdb", tmp_path))
    values = Values(published)
    page = make_dashboard(published=published, language=language, output=tmp_path / "page.html")
    parsed = check_numbers(page, values, language)
    check_charts(parsed, values)
    check_words(parsed, language)
    told = {figure["data-mart"] for figure in [*parsed.figures, *parsed.texts]}
    assert {
        *("client_flow", "churn_trend", "segment_flow", "survival_by_segment", "cohort_retention"),
        *("attribute_drift", "forecast_quality"),
    } <= told
    verdicts = {
        verdict for (verdict,) in months_build.query_published("select verdict from finding_stability")
    }
    assert ("finding_stability" in told) is bool(verdicts & set(TOLD_VERDICTS))
    drawn = [row["mart"] for spec in parsed.specs for row in data_rows(spec) if "day" in row]
    assert drawn.count("churn_trend") == MONTHS
    assert drawn.count("client_flow") == MONTHS - 1


def test_the_page_is_made_where_sizes_of_groups_are_hidden(months_build: Build, tmp_path: Path) -> None:
    """A rate may be shown whose count of clients is not."""
    published = Path(shutil.copy(months_build.published / "bank_churn.duckdb", tmp_path))
    with duckdb.connect(str(published)) as connection:
        connection.execute("update forecast_groups set client_count = null, left_count = null")
        connection.execute("update forecast_quality set client_count = null")
    page = make_dashboard(published=published, language="en", output=tmp_path / "page.html")
    assert "forecast_groups" in page.read_text(encoding="utf-8")


def test_the_page_promises_no_number_of_leavers_where_none_is_promised(
    months_build: Build, tmp_path: Path
) -> None:
    """As in the first months of a bank, whose probabilities say who resembles those who left."""
    published = Path(shutil.copy(months_build.published / "bank_churn.duckdb", tmp_path))
    pages = {}
    for is_promise in (True, False):
        with duckdb.connect(str(published)) as connection:
            connection.execute(
                "update forecast_quality set churn_definition = 'resembles_leavers',"
                f" is_promise = {is_promise}"
            )
        page = make_dashboard(published=published, language="en", output=tmp_path / f"{is_promise}.html")
        pages[is_promise] = page.read_text(encoding="utf-8")
    told = read_texts("en")["forecast_no_promise"]
    assert (pages[True].count(told), pages[False].count(told) > 0) == (0, True)


def spells(build: Build) -> list[tuple[str, float, float, bool]]:
    """Segment (`0 all` for everybody), entry, end and whether somebody left then: what lifelines was given.

    Gone from the extract counts as leaving. Each period is a spell of its own: Kaplan–Meier is the same.
    """
    history = build.query(
        """
        select person_key, cast(snapshot_date as varchar), segment_v1, segment_v2
        from (
            select md5(concat_ws('|', portfolio, person_id)) as person_key, * from int_history_persons
        ) where not is_churned
        """
    )
    days = truth(build)["dates"]
    states: dict[tuple[str, int], tuple[str, str]] = {
        (person, days.index(day)): (f"1 {first}", f"2 {second}") for person, day, first, second in history
    }
    found = []
    for (person, number), segments in states.items():
        if number + 1 < len(days):
            has_left = (person, number + 1) not in states
            found += [(segment, number, number + 1, has_left) for segment in ("0 all", *segments)]
    return found


def by_lifelines(build: Build) -> dict[str, list[float]]:
    """Survival and its interval by lifelines, by segment and period."""
    lifelines = pytest.importorskip("lifelines")
    rows = spells(build)
    found = {}
    for segment in sorted({row[0] for row in rows}):
        own = [row for row in rows if row[0] == segment]
        fitter = lifelines.KaplanMeierFitter().fit(
            [row[2] for row in own], [row[3] for row in own], entry=[row[1] for row in own]
        )
        for number in sorted({row[2] for row in own}):
            survival = float(fitter.survival_function_.loc[number].iloc[0])
            low, high = (float(end) for end in fitter.confidence_interval_.loc[number])
            found[f"{segment} {number}"] = [survival, low, high]
    return found


@pytest.mark.slow
def test_lifelines_says_so_still(months_build: Build) -> None:
    found = by_lifelines(months_build)
    assert found.keys() == LIFELINES.keys()
    for key, figures in found.items():
        assert LIFELINES[key] == pytest.approx(figures, abs=1e-9), key


def to_digits(rows: list[tuple[Any, ...]]) -> list[str]:
    """Rows in order, doubles to 11 digits: the engine adds up in any order."""
    return sorted(
        repr([float(f"{cell:.11g}") if isinstance(cell, float) else cell for cell in row]) for row in rows
    )


@pytest.mark.slow
def test_any_order_gives_the_same_publication(months_build: Build, tmp_path: Path) -> None:
    """The last month first, then the first with a wrong second one, then the second one corrected."""
    source = sorted((months_build.folder / "months/metanprom").iterdir())
    folder = tmp_path / "in"
    folder.mkdir()

    def build_now() -> Build:
        build = run_build(tmp_path, metanprom=str(folder), arguments=("--vars", MONTH_SETTINGS))
        assert build.code == 0, build.stdout + build.stderr
        return build

    (folder / source[2].name).write_bytes(source[2].read_bytes())
    build_now()
    (folder / source[0].name).write_bytes(source[0].read_bytes())
    wrong = source[1].read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / source[1].name).write_text("".join(wrong[: len(wrong) // 2]), encoding="utf-8")
    build_now()
    (folder / source[1].name).write_bytes(source[1].read_bytes())
    (folder / source[0].name).unlink()  # a month whose file is gone stays
    build = build_now()
    tables = [row[0] for row in months_build.query_published("select table_name from duckdb_tables()")]
    assert "client_flow" in tables
    for table in tables:
        if table.startswith(("_publication", "churn_model", "forecast")):
            continue
        rows = f"select * from {table}"
        assert to_digits(build.query_published(rows)) == to_digits(months_build.query_published(rows)), table
    lost = run_build(tmp_path, metanprom=str(folder), arguments=("--vars", MONTH_SETTINGS, "--full-refresh"))
    assert lost.code == 2
    assert "would lose metanprom 2025-11-30" in lost.stderr


def test_months_in_disguise_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    generate_months(portfolio="metanprom", folder=folder, months=2, rows=60)
    build = run_build(tmp_path, metanprom=str(folder / "metanprom"))
    assert build.code == 1
    assert "they are months, not parts of one extract. Say metanprom: {snapshots: file_name}" in build.stderr


@pytest.mark.parametrize("mart", ["client_flow", "churn_trend"])
def test_chance_alone_rarely_changes(months_build: Build, mart: str) -> None:
    """200 months without a change: one in twenty is called sure of everybody, fewer of any group."""
    (compiled,) = (months_build.folder / "target/compiled").rglob(f"{mart}_v1.sql")
    dice = np.random.default_rng(2)
    months, clients, rate = 201, 2_000, 0.03 if mart == "client_flow" else 0.3
    values = {"all": 1, "city": 8, "gender": 2, "product_count": 4, "segment_v1": 6}
    rows = []
    for attribute, count in values.items():
        shares = dice.dirichlet(np.full(count, 3.0))
        sizes = dice.multinomial(clients, shares, size=months)
        for month, (size, left) in enumerate(zip(sizes, dice.binomial(sizes, rate), strict=True)):
            rows += [
                (month, attribute, "all" if attribute == "all" else str(value), int(n), int(gone))
                for value, (n, gone) in enumerate(zip(size, left, strict=True))
            ]
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as bank_churn; use bank_churn")
        connection.execute(
            "create table counts (month integer, attribute varchar, attribute_value varchar,"
            " n bigint, gone bigint)"
        )
        connection.executemany("insert into counts values (?, ?, ?, ?, ?)", rows)
        day = "date '2000-01-01' + cast(30 * month as integer)"
        connection.execute(
            f"""
            create table int_periods as select 'metanprom' as portfolio, {day} as period_end,
                case when month > 0 then {day} - 30 end as period_start, 30 as day_count
            from (select distinct month from counts);
            create table int_month_counts as select 'metanprom' as portfolio, {day} as snapshot_date,
                attribute, attribute_value, n as client_count, n as known_churn_count,
                gone as churned_count from counts;
            create table int_client_flow as select 'metanprom' as portfolio, {day} - 30 as period_start,
                {day} as period_end, attribute, attribute_value, n as at_start, gone as left_count,
                0 as disappeared_count, gone as joined_count, 0 as returned_count, 0 as moved_in_count,
                0 as moved_out_count, n as at_end, gone as leaver_count from counts;
            create table int_flow_labels as select distinct 'metanprom' as portfolio,
                attribute, attribute_value, '' as attribute_label_ru, '' as attribute_label_en,
                '' as value_label_ru,
                '' as value_label_en
            from counts
            """
        )
        ((everybody, in_groups, compared),) = connection.execute(
            f"""
            select
                count(*) filter (where attribute = 'all' and is_sure_change),
                count(distinct {"period_end" if mart == "client_flow" else "snapshot_date"})
                    filter (where attribute <> 'all' and is_sure_change),
                count(*) filter (where attribute = 'all' and rate_change is not null)
            from ({compiled.read_text(encoding="utf-8")})
            """
        ).fetchall()
    assert compared == months - 1
    # 97.5 % of the binomial with 5 % of 200; neighbours share a month, which makes them less even.
    assert 2 <= everybody <= 19, everybody
    assert in_groups <= 17, in_groups


def test_chance_alone_rarely_drifts(months_build: Build) -> None:
    """200 months without a change, 400 clients each drawn anew: one index in twenty passes its limit."""
    (compiled,) = (months_build.folder / "target/compiled").rglob("attribute_drift_v1.sql")
    dice = np.random.default_rng(1)
    months, clients = 201, 400
    rows = []
    for attribute, values in {"city": 3, "gender": 2, "product_count": 5, "credit_score": 20}.items():
        shares = dice.dirichlet(np.full(values, 5.0))
        for month, counts in enumerate(dice.multinomial(clients, shares, size=months)):
            rows += [
                ("metanprom", month, attribute, str(value), int(n)) for value, n in enumerate(counts) if n
            ]
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as bank_churn; use bank_churn")
        connection.execute(
            "create table counts (portfolio varchar, month integer, attribute varchar,"
            " attribute_value varchar, client_count bigint)"
        )
        connection.executemany("insert into counts values (?, ?, ?, ?, ?)", rows)
        connection.execute(
            "create table int_month_counts as"
            " select *, date '2000-01-01' + month as snapshot_date from counts"
        )
        connection.execute(
            "create table int_periods as select 'metanprom' as portfolio,"
            " date '2000-01-01' + n as period_end,"
            " case when n > 0 then date '2000-01-01' + n - 1 end as period_start"
            f" from (select cast(range as integer) as n from range({months}))"
        )
        connection.execute(
            "create table client_attributes_v1 as select distinct attribute, attribute as label_ru,"
            " attribute as label_en from counts"
        )
        verdicts, beyond, judged = connection.execute(
            "select count(*) filter (where verdict <> 'stable'),"
            " count(*) filter (where stability_index > chance_limit), count(*)"
            f" from ({compiled.read_text(encoding='utf-8')})"
        ).fetchall()[0]
    assert judged == 4 * (months - 1)
    assert verdicts <= 0.05 * judged
    # Neighbouring months share one, so the binomial interval of 5 % of 800 (28 to 53) is widened a little.
    assert 20 <= beyond <= 62, beyond


@pytest.fixture(scope="session")
def year_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Thirteen months: a score that drifts, a broken month; those who leave do so as often as ever."""

    def make(folder: Path) -> Build:
        generate_months(portfolio="metanprom", folder=folder / "months", months=13, rows=2_000)
        build = run_build(
            folder, metanprom=str(folder / "months/metanprom"), arguments=("--vars", MONTH_SETTINGS)
        )
        assert build.code == 0, build.stdout + build.stderr
        return build

    return shared_build(tmp_path_factory, "year", make)


@pytest.mark.slow
def test_survival_over_a_year_equals_lifelines(year_build: Build) -> None:
    rows = year_build.query_published(
        "select segment_version || ' ' || segment_code || ' ' || period_number, survival, ci_low, ci_high"
        " from survival_by_segment"
    )
    found = by_lifelines(year_build)
    assert {key for key, *_ in rows} == found.keys()
    assert len(rows) > 50
    for key, *figures in rows:
        assert figures == pytest.approx(found[key], abs=1e-9), key


@pytest.mark.slow
def test_no_finding_ends_in_a_year_in_which_leaving_is_as_ever(year_build: Build) -> None:
    """One year in twenty may have one by chance. Women leave half as often again all the time."""
    rows = year_build.query_published(
        "select attribute, attribute_value, verdict from finding_stability"
        " where verdict in ('began', 'ended', 'turned')"
    )
    assert rows == []
    ((unjudged, above),) = year_build.query_published(
        "select max(unjudged_count) filter (where attribute = 'age_band'),"
        " max(above_count) filter (where attribute_value = 'female') from finding_stability"
    )
    assert unjudged == 1, "the month without ages"
    assert above > 6


@pytest.mark.slow
def test_a_year_shows_each_planted_change_in_its_month_alone(year_build: Build) -> None:
    build, facts = year_build, truth(year_build)
    found = build.query_published(
        "select cast(period_end as varchar), attribute, verdict from attribute_drift"
        " where verdict <> 'stable' order by all"
    )
    after = facts["dates"][facts["broken_month"]]
    assert sorted(found) == sorted(
        [
            (facts["drift_from"], "credit_score", "shifted"),
            (facts["broken_on"], "age", "more_gaps"),
            (after, "age", "fewer_gaps"),
        ]
    )
    ((everybody, groups, periods),) = build.query_published(
        """
        select
            count(*) filter (where attribute = 'all' and is_sure_change),
            count(distinct period_end) filter (
                where attribute in ('city', 'gender', 'product_count') and is_sure_change
            ),
            count(distinct period_end)
        from client_flow
        """
    )
    assert periods == 12
    # One in twenty by chance: more than two of twelve happen once in fifty years.
    assert everybody <= 2
    assert groups <= 2
    ((worst,),) = build.query_published(
        "select max(abs(at_start - left_count - disappeared_count + joined_count + returned_count"
        " + moved_in_count - moved_out_count - at_end)) from client_flow"
    )
    assert worst == 0
