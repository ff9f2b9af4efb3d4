"""The demo extracts: repeatable, dirty in the promised amounts, and shaped like the published facts."""

from pathlib import Path
from typing import Literal, get_args

import duckdb
import pytest
from bank_churn.demo import generate as demo
from bank_churn.demo.generate import generate_demo, generate_holdings

Portfolio = Literal["metanprom", "bank_scrooge"]
PORTFOLIOS = get_args(Portfolio)
HEADERS = {
    "metanprom": (
        "userid,score,City,Gender,Age,Objects,Balance,Products,CreditCard,Loyalty,estimated_salary,Churn"
    ),
    "bank_scrooge": (
        "USERID,score,city,gender,age,equity,balance,products,credit_card,last_activity,EST_SALARY,churn"
    ),
}
# The same words for the columns of both layouts.
COLUMNS = (
    "client_id, credit_score, city, gender, age, property_points, balance, product_count, has_credit_card, "
    "is_active, estimated_salary, is_churned"
)


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def extracts(demo_folder: Path) -> dict[str, Path]:
    return {
        portfolio: generate_demo(portfolio=portfolio, path=demo_folder / f"{portfolio}.csv")
        for portfolio in PORTFOLIOS
    }


@pytest.fixture(scope="module")
def connections(extracts: dict[str, Path]) -> dict[str, duckdb.DuckDBPyConnection]:
    """Per portfolio: `raw_rows` (text) and `clients` (typed, broken and repeated rows left out)."""
    result = {}
    for portfolio, path in extracts.items():
        connection = duckdb.connect()
        connection.execute(
            f"create table raw_rows as select * from read_csv('{path}', all_varchar = true, header = true) "
            f"as t({COLUMNS})"
        )
        connection.execute(
            """
            create table clients as
            select distinct
                client_id, city, gender, try_cast(age as double) as age, balance::double as balance,
                try_cast(credit_score as double) as credit_score, property_points::integer as property_points,
                try_cast(product_count as integer) as product_count, has_credit_card = '1' as has_credit_card,
                is_active = '1' as is_active, estimated_salary::double as estimated_salary,
                is_churned::integer as is_churned
            from raw_rows
            where client_id is not null and gender in ('М', 'Ж') and has_credit_card in ('0', '1')
                and is_churned is not null and city <> 'Тутаев' and estimated_salary::double > 0
                and try_cast(product_count as integer) is not null
                and (age is null or try_cast(age as double) <= 120)
            """
        )
        result[portfolio] = connection
    return result


def one(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    row = connection.execute(query).fetchone()
    assert row is not None
    return float(row[0])


def churn(connection: duckdb.DuckDBPyConnection, condition: str) -> float:
    """Churn rate, in per cent, of the clients that meet a condition."""
    return one(connection, f"select 100 * avg(is_churned) from clients where {condition}")


# --- the file ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_header_is_the_banks_layout(extracts: dict[str, Path], portfolio: Portfolio) -> None:
    with extracts[portfolio].open(encoding="utf-8") as file:
        assert file.readline().rstrip("\n") == HEADERS[portfolio]


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
@pytest.mark.parametrize("rows", [1, 2, 41, 2049, 10_000])
def test_exactly_the_asked_number_of_rows(tmp_path: Path, portfolio: Portfolio, rows: int) -> None:
    path = generate_demo(portfolio=portfolio, path=tmp_path / "demo.csv", rows=rows)
    assert len(path.read_text(encoding="utf-8").splitlines()) == rows + 1


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_one_seed_gives_one_file(tmp_path: Path, extracts: dict[str, Path], portfolio: Portfolio) -> None:
    again = generate_demo(portfolio=portfolio, path=tmp_path / "again.csv", rows=10_000, seed=20)
    other = generate_demo(portfolio=portfolio, path=tmp_path / "other.csv", rows=10_000, seed=21)
    assert again.read_bytes() == extracts[portfolio].read_bytes()
    assert other.read_bytes() != again.read_bytes()


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_a_longer_extract_begins_with_the_shorter_one(
    tmp_path: Path, extracts: dict[str, Path], portfolio: Portfolio
) -> None:
    shorter = generate_demo(portfolio=portfolio, path=tmp_path / "shorter.csv", rows=3000)
    assert extracts[portfolio].read_bytes().startswith(shorter.read_bytes())


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_threads_change_nothing(tmp_path: Path, portfolio: Portfolio, file_format: str) -> None:
    contents = []
    for threads in (1, 4):
        path = tmp_path / f"{threads}.{file_format}"
        demo._copy_rows(
            portfolio=portfolio, path=path, rows=130_000, seed=3, file_format=file_format, threads=threads
        )
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_csv_and_parquet_hold_the_same_text(
    tmp_path: Path, extracts: dict[str, Path], portfolio: Portfolio
) -> None:
    parquet = generate_demo(portfolio=portfolio, path=tmp_path / "demo.parquet", file_format="parquet")
    from_parquet = duckdb.sql(f"from read_parquet('{parquet}')")
    from_csv = duckdb.sql(f"from read_csv('{extracts[portfolio]}', all_varchar = true, header = true)")
    assert from_parquet.columns == HEADERS[portfolio].split(",")
    assert {str(column_type) for column_type in from_parquet.types} == {"VARCHAR"}
    assert from_parquet.fetchall() == from_csv.fetchall()


# --- the dirt ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
@pytest.mark.parametrize(
    "broken",
    [
        "age = 'сорок'",
        "try_cast(age as double) > 120",
        "gender not in ('М', 'Ж')",
        "has_credit_card = '2'",
        "client_id is null",
        "estimated_salary like '-%'",
        "product_count = 'два'",
    ],
)
def test_every_kind_of_broken_row_appears_once(
    connections: dict[str, duckdb.DuckDBPyConnection], portfolio: Portfolio, broken: str
) -> None:
    assert one(connections[portfolio], f"select count(*) from raw_rows where {broken}") == 1


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_one_row_is_repeated_exactly(
    connections: dict[str, duckdb.DuckDBPyConnection], portfolio: Portfolio
) -> None:
    repeated = "select count(*) - (select count(*) from (select distinct * from raw_rows)) from raw_rows"
    assert one(connections[portfolio], repeated) == 1


@pytest.mark.parametrize("portfolio", PORTFOLIOS)
def test_unknown_churn_and_unknown_city(
    connections: dict[str, duckdb.DuckDBPyConnection], portfolio: Portfolio
) -> None:
    connection = connections[portfolio]
    assert one(connection, "select count(*) from raw_rows where is_churned is null") == 3
    assert one(connection, "select count(*) from raw_rows where city = 'Тутаев'") == 3


def test_metanprom_ids_are_unique_but_for_the_repeat(
    connections: dict[str, duckdb.DuckDBPyConnection],
) -> None:
    assert (
        one(connections["metanprom"], "select count(client_id) - count(distinct client_id) from raw_rows")
        == 1
    )


def test_bank_scrooge_has_73_ids_in_two_cities(connections: dict[str, duckdb.DuckDBPyConnection]) -> None:
    connection = connections["bank_scrooge"]
    connection.execute(
        """
        create or replace temp table pairs as
        select
            client_id,
            list_sort(list(city)) as cities,
            count(distinct (gender, credit_score, balance, estimated_salary)) = 1 as is_one_person,
            count(*) - count(age) as missing_ages,
            sum(is_churned) as churned_count,
        from clients group by client_id having count(*) > 1
        """
    )
    assert connection.execute("select distinct cities from pairs").fetchall() == [(["Рыбинск", "Ярославль"],)]
    assert one(connection, "select count(*) from pairs where is_one_person") == 23
    assert one(connection, "select count(*) from pairs where not is_one_person") == 50
    registered_twice = (
        "select count(*) from pairs where is_one_person and missing_ages = 1 and churned_count = 0"
    )
    assert one(connection, registered_twice) == 23


def test_bank_scrooge_oddities(connections: dict[str, duckdb.DuckDBPyConnection]) -> None:
    connection = connections["bank_scrooge"]
    assert one(connection, "select count(*) from raw_rows where balance::double > 100e6") == 1
    assert one(connection, "select count(*) from raw_rows where product_count = '0'") == 1
    assert one(connection, "select count(*) from raw_rows where product_count = '5'") == 19
    assert one(connection, "select count(*) from raw_rows where age is null") == 29
    assert one(connection, "select count(*) from raw_rows where credit_score not like '%.0'") == 0


def test_metanprom_balances_are_never_missing_in_rostov(
    connections: dict[str, duckdb.DuckDBPyConnection],
) -> None:
    connection = connections["metanprom"]
    assert (
        one(connection, "select count(*) from raw_rows where city = 'Ростов Великий' and balance is null")
        == 0
    )
    assert one(connection, "select avg((balance is null)::int) from clients") == pytest.approx(0.36, abs=0.02)


def test_small_extracts_are_broken_in_proportion(tmp_path: Path) -> None:
    path = generate_demo(portfolio="metanprom", path=tmp_path / "demo.csv", rows=1000)
    broken = "\"Age\" in ('сорок', '340') or \"Gender\" = 'неизв.' or userid is null or \"CreditCard\" = '2'"
    rows = duckdb.sql(f"from read_csv('{path}', all_varchar = true) where {broken}").fetchall()
    assert len(rows) <= 2


# --- the structure: published rates in per cent, wide tolerance -------------------------------------


@pytest.mark.parametrize(
    ("portfolio", "condition", "published"),
    [
        ("bank_scrooge", "true", 18.2),
        ("bank_scrooge", "city = 'Ростов'", 18.8),
        ("bank_scrooge", "city <> 'Ростов'", 18.1),
        ("bank_scrooge", "gender = 'Ж'", 12.8),
        ("bank_scrooge", "gender = 'М'", 23.6),
        ("bank_scrooge", "is_active", 24.4),
        ("bank_scrooge", "not is_active", 11.4),
        ("bank_scrooge", "has_credit_card", 14.7),
        ("bank_scrooge", "not has_credit_card", 25.6),
        ("bank_scrooge", "balance is null", 0.6),
        ("bank_scrooge", "balance is not null", 23.5),
        ("bank_scrooge", "age between 41 and 65", 18.5),
        ("bank_scrooge", "product_count = 1", 7.0),
        ("bank_scrooge", "product_count in (2, 3)", 20.7),
        ("bank_scrooge", "product_count >= 4", 62.5),
        ("bank_scrooge", "product_count between 1 and 3", 15.9),
        ("metanprom", "true", 20.4),
        ("metanprom", "city = 'Ростов Великий'", 32.4),
        ("metanprom", "city <> 'Ростов Великий'", 16.3),
        ("metanprom", "gender = 'Ж'", 25.1),
        ("metanprom", "gender = 'М'", 16.5),
        ("metanprom", "is_active", 14.3),
        ("metanprom", "not is_active", 26.9),
        ("metanprom", "has_credit_card", 20.2),
        ("metanprom", "not has_credit_card", 20.8),
        ("metanprom", "balance is null", 13.8),
        ("metanprom", "balance is not null", 24.1),
        ("metanprom", "age between 41 and 65", 39.7),
        ("metanprom", "age not between 41 and 65", 10.8),
        ("metanprom", "product_count = 4", 100),
        ("metanprom", "product_count between 1 and 3", 19.9),
    ],
)
def test_churn_rates_are_near_the_published_ones(
    connections: dict[str, duckdb.DuckDBPyConnection], portfolio: Portfolio, condition: str, published: float
) -> None:
    assert churn(connections[portfolio], condition) == pytest.approx(published, abs=3)


def test_directions_reverse_between_the_banks(connections: dict[str, duckdb.DuckDBPyConnection]) -> None:
    for group, other in (("is_active", "not is_active"), ("gender = 'М'", "gender = 'Ж'")):
        assert churn(connections["bank_scrooge"], group) > churn(connections["bank_scrooge"], other) + 5
        assert churn(connections["metanprom"], group) < churn(connections["metanprom"], other) - 5


def test_simpsons_paradox_in_bank_scrooge(connections: dict[str, duckdb.DuckDBPyConnection]) -> None:
    connection = connections["bank_scrooge"]
    assert churn(connection, "city = 'Ростов'") > churn(connection, "city <> 'Ростов'")
    for stratum in ("balance is null", "balance is not null"):
        rostov = churn(connection, f"{stratum} and city = 'Ростов'")
        assert rostov < churn(connection, f"{stratum} and city <> 'Ростов'")


def test_dropping_missing_balances_creates_an_income_effect(
    connections: dict[str, duckdb.DuckDBPyConnection],
) -> None:
    gap = (
        "select avg(estimated_salary) filter (is_churned = 1) - avg(estimated_salary) filter (is_churned = 0)"
    )
    assert abs(one(connections["bank_scrooge"], f"{gap} from clients")) < 8_000
    assert one(connections["bank_scrooge"], f"{gap} from clients where balance is not null") > 20_000


# --- errors and atomic writing ----------------------------------------------------------------------


@pytest.mark.parametrize("rows", [0, -5])
def test_no_rows_is_refused(tmp_path: Path, rows: int) -> None:
    with pytest.raises(ValueError, match=f"rows must be at least 1, not {rows}"):
        generate_demo(portfolio="metanprom", path=tmp_path / "demo.csv", rows=rows)
    assert list(tmp_path.iterdir()) == []


def test_other_impossible_arguments_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo.csv"
    with pytest.raises(ValueError, match="portfolio must be"):
        generate_demo(portfolio="gringotts", path=path)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="file_format must be"):
        generate_demo(portfolio="metanprom", path=path, file_format="xlsx")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="seed must be"):
        generate_demo(portfolio="metanprom", path=path, seed=-1)


def test_a_path_that_cannot_be_written_is_an_oserror(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder", encoding="utf-8")
    with pytest.raises(OSError, match="file"):
        generate_demo(portfolio="metanprom", path=in_the_way / "demo.csv", rows=10)

    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="folder"):
        generate_demo(portfolio="metanprom", path=folder, rows=10)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["file", "folder"]


def test_parent_folders_are_created_and_names_with_quotes_work(tmp_path: Path) -> None:
    path = generate_demo(portfolio="bank_scrooge", path=tmp_path / "new" / "it's.csv", rows=10)
    assert [item.name for item in path.parent.iterdir()] == ["it's.csv"]


def test_a_failure_leaves_the_old_file_and_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "demo.csv"
    path.write_text("the old file", encoding="utf-8")

    def write_half_then_fail(*, path: Path, **_: object) -> None:
        path.write_text("half", encoding="utf-8")
        raise duckdb.IOException("disk full")

    monkeypatch.setattr(demo, "_copy_rows", write_half_then_fail)
    with pytest.raises(OSError, match="disk full"):
        generate_demo(portfolio="metanprom", path=path, rows=10)
    assert path.read_text(encoding="utf-8") == "the old file"
    assert [item.name for item in tmp_path.iterdir()] == ["demo.csv"]


def test_clients_hold_as_many_products_as_their_extract_counts(extracts: dict[str, Path], tmp_path: Path):
    """The same seed gives the same ones; the card where the extract has it; what is closed is not held."""
    extract = extracts["metanprom"]
    files = [generate_holdings(clients=extract, path=tmp_path / f"{name}.csv") for name in ("a", "b")]
    assert files[0].read_bytes() == files[1].read_bytes()
    held = f"(from read_csv('{files[0]}', all_varchar = true))"
    found = duckdb.sql(
        f"""with clients as (
            select userid as client_id, any_value(try_cast("Products" as integer)) as n,
                any_value("CreditCard") = '1' as has_card
            from read_csv('{extract}', all_varchar = true) where userid is not null group by all
        ),
        held as (
            select client_id, count(distinct product) as n, bool_or(product = 'кредитная карта') as has_card
            from {held} where closed is null group by all
        )
        select count(*), sum((coalesce(held.n, 0) <> clients.n)::int),
            sum((held.has_card <> clients.has_card)::int)
        from clients left join held using (client_id) where clients.n is not null"""
    ).fetchone()
    assert found is not None
    assert found[0] > 9_000
    assert found[1:] == (0, 0)
    assert 0 < duckdb.sql(f"select count(*) from {held} where closed is not null").fetchall()[0][0] < 500
