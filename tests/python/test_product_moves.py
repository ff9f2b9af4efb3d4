"""Products opened and closed in three generated months: counts are the truth, in whatever order they come."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import pytest
from bank_churn.dashboard import make_dashboard
from bank_churn.demo.months import generate_months
from bank_churn.erasing.erase import erase
from bank_churn.tools.places import Places
from conftest import Build, as_seen_from, csv_rows, run_build, shared_build
from left_of_client import places_of
from test_dashboard import Values, check_charts, check_numbers, check_words

MONTHS, ROWS = 3, 500
HELD = ("debit_card", "deposit", "insurance", "funds")
SETTINGS = (
    "{portfolios: {metanprom: {snapshots: file_name, holdings: {form: file, products: [$held]}},"
    " bank_scrooge: {}}, min_group_size: 1, min_uniform_group_size: 1, churn_model_folds: 2,"
    " churn_model_bags: 2, churn_model_pairs: 2, churn_model_triples: 1}"
).replace("$held", ", ".join(HELD))
MOVES = (
    *("at_start", "stayed_with_count", "closed_count", "left_with_count", "opened_count"),
    *("joined_with_count", "at_end"),
)


def build_months(folder: Path, months: Path, *arguments: str) -> Build:
    """Build the extracts below a folder, with the second file of each month."""
    holdings = as_seen_from(folder / "project-of-links", str(months / "metanprom_holdings"))
    build = run_build(
        folder,
        metanprom=str(months / "metanprom"),
        arguments=("--vars", SETTINGS, *arguments),
        variables={"METANPROM_HOLDINGS": holdings},
    )
    assert build.code == 0, build.stdout + build.stderr
    return build


@pytest.fixture(scope="session")
def moves_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The months of one bank and its second files; they are read only."""

    def make(folder: Path) -> Build:
        generate_months(portfolio="metanprom", folder=folder / "months", months=MONTHS, rows=ROWS)
        return build_months(folder, folder / "months")

    return shared_build(tmp_path_factory, "moves", make)


@pytest.mark.slow
def test_products_are_opened_and_closed_as_they_truly_were(moves_build: Build) -> None:
    facts = json.loads((moves_build.folder / "months/metanprom_truth.json").read_text(encoding="utf-8"))
    true = {
        (row["period_end"], row["product_code"]): tuple(int(row[count]) for count in MOVES)
        for row in csv_rows(moves_build.folder / "months/metanprom_truth_moves.csv")
        if row["product_code"] in HELD
    }
    rows = moves_build.query_published(
        f"select cast(period_end as varchar), product_code, {', '.join(MOVES)} from product_moves"
    )
    assert {row[:2]: row[2:] for row in rows} == true
    assert len(true) == len(HELD) * (MONTHS - 1)
    assert moves_build.query_published(
        "select cast(period_end as varchar), product_code from product_moves where is_sure_change"
    ) == [(facts["closing_on"], facts["closing_product"])]


@pytest.mark.slow
def test_chance_alone_rarely_closes_a_product_more_often(moves_build: Build) -> None:
    """200 periods without a change, eight products: in one of twenty a change is called sure."""
    (compiled,) = (moves_build.folder / "target/compiled").rglob("product_moves_v1.sql")
    dice = np.random.default_rng(3)
    periods, rate = 201, 0.02
    products = [f"product_{number}" for number in range(8)]
    holders = [int(size) for size in dice.integers(150, 1_500, size=len(products))]
    rows = [
        (period, f"holds_{product}", "true" if kept else "false", count - closed if kept else closed)
        for product, count in zip(products, holders, strict=True)
        for period, closed in enumerate(int(one) for one in dice.binomial(count, rate, size=periods))
        for kept in (True, False)
    ]
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as bank_churn; use bank_churn")
        connection.execute(
            "create table ways (n integer, attribute varchar, to_value varchar, clients bigint)"
        )
        connection.executemany("insert into ways values (?, ?, ?, ?)", rows)
        day = "date '2000-01-01' + cast(30 * n as integer)"
        connection.execute(
            f"""
            create table int_periods as select distinct 'metanprom' as portfolio,
                {day} - 30 as period_start, {day} as period_end, 30 as day_count from ways;
            create table int_period_transitions as select 'metanprom' as portfolio,
                {day} - 30 as period_start, {day} as snapshot_date, attribute, 'client' as from_state,
                'true' as from_value, 'client' as to_state, to_value, clients as client_count from ways;
            create table client_attributes_v1 as
                select distinct attribute, attribute as product_code from ways;
            create table products as
                select distinct attribute as product_code, '' as label_ru, '' as label_en from ways
            """
        )
        ((sure, compared),) = connection.execute(
            f"""
            select count(distinct period_end) filter (where is_sure_change),
                count(distinct period_end) filter (where rate_change is not null)
            from ({compiled.read_text(encoding="utf-8")})
            """
        ).fetchall()
    assert compared == periods - 1
    assert sure <= 17, sure


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_tells_moves_as_the_mart_does(
    moves_build: Build, tmp_path: Path, language: Literal["ru", "en"]
) -> None:
    published = moves_build.published / "bank_churn.duckdb"
    values = Values(published)
    page = make_dashboard(published=published, language=language, output=tmp_path / "page.html")
    parsed = check_numbers(page, values, language)
    check_charts(parsed, values)
    check_words(parsed, language)
    assert "product_moves" in {figure["data-mart"] for figure in [*parsed.figures, *parsed.texts]}


@pytest.mark.slow
def test_nothing_of_an_erased_holder_is_left(moves_build: Build, tmp_path: Path) -> None:
    for name in ("build", "published", "target"):
        shutil.copytree(moves_build.folder / name, tmp_path / name)
    [(client_id, key)] = moves_build.query(
        """select client_id, min(client_key) from int_client_history
        where length(client_id) > 6 and balance % 1 > 0 and holds_deposit
        group by client_id having count(*) = 3 limit 1"""
    )
    places = Places(tmp_path / "build/bank_churn.duckdb", tmp_path / "target", tmp_path / "published")
    erase(places, portfolio="metanprom", client_id=client_id, receipts=tmp_path / "receipts")
    assert [place for place in places_of(tmp_path, {client_id, key}, set()) if "manifest" not in place] == []


@pytest.mark.slow
def test_any_order_of_extracts_and_second_files_gives_the_same_moves(
    moves_build: Build, tmp_path: Path
) -> None:
    """The last month first, then a first one without products and a wrong second one, then both put right."""
    folder, kinds = tmp_path / "in", ("metanprom", "metanprom_holdings")
    sources = [sorted((moves_build.folder / "months" / kind).iterdir()) for kind in kinds]

    def put(number: int, *, is_whole: bool = True, with_products: bool = True) -> None:
        for source in sources if with_products else sources[:1]:
            place = folder / source[number].parent.name / source[number].name
            place.parent.mkdir(parents=True, exist_ok=True)
            lines = source[number].read_text(encoding="utf-8").splitlines(keepends=True)
            place.write_text("".join(lines if is_whole else lines[: len(lines) // 2]), encoding="utf-8")

    rows = "select * from product_moves order by all"
    put(2)
    build_months(tmp_path, folder)
    put(0, with_products=False)
    put(1, is_whole=False)
    build = build_months(tmp_path, folder)
    assert build.query(  # published, such small counts would be hidden
        "select max(opened_count + closed_count + at_start), min(became_known_count) > 0 from product_moves"
        " where period_end = (select min(period_end) from product_moves)"
    ) == [(0, True)], "nobody opened what was not known before"
    put(0)
    put(1)
    build_months(tmp_path, folder)
    for source in sources:
        (folder / source[0].parent.name / source[0].name).unlink()  # a month whose files are gone stays
    build = build_months(tmp_path, folder)
    assert build.query_published(rows) == moves_build.query_published(rows)
    assert len(build.query_published(rows)) == len(HELD) * (MONTHS - 1)
