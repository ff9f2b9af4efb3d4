"""The command `bank_churn new-portfolio`: what it guesses, what it writes, and what it leaves alone."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from bank_churn.demo.generate import DEMO_PORTFOLIOS, DemoPortfolio, generate_demo
from bank_churn.errors import BankChurnError
from bank_churn.intake.judge import columns_wanted
from bank_churn.intake.options import Options
from bank_churn.new_portfolio import Guess, add_portfolio, guess_mapping, scaffold
from bank_churn.new_portfolio.columns import Column, read_columns
from bank_churn.new_portfolio.files import add_formats, add_to_config, config_line, staging_sql
from bank_churn.new_portfolio.guess import RESERVED, read_spellings
from card_bank import HEADER, card_rows, write_cards
from conftest import ROOT, Build, copy_project, run_build
from extracts import good_row, to_line, write_lines

SPELLINGS = read_spellings(ROOT / "seeds")
RANGES = {"age": [14, 120], "credit_score": [0, 1000], "balance": [0, 1e12]}
ROWS = 400


def guessed(columns: dict[str, list[str]], female: str = "") -> Guess:
    """Guess from columns given by their values, the empty ones being missing."""
    found = [
        Column(
            name,
            tuple(value for value in values if value),
            len(values),
            tuple(value or None for value in values),
        )
        for name, values in columns.items()
    ]
    return guess_mapping(found, SPELLINGS, ranges=RANGES, female=female)


def named(guess: Guess) -> dict[str, str]:
    """Canonical column → the extract's column."""
    return {target: choice.column.name for target, choice in guess.mapped.items()}


def cycle(values: list[str], rows: int = ROWS) -> list[str]:
    return [values[number % len(values)] for number in range(rows)]


def ids(rows: int = ROWS) -> list[str]:
    return [f"C{number}" for number in range(rows)]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project, with an extract of the card bank beside it; commands run in it."""
    folder = copy_project(tmp_path / "project")
    write_cards(folder / "cards.csv", card_rows(ROWS))
    monkeypatch.chdir(folder)
    return folder


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows with columns that the card bank does not have."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_card_bank_is_recognised(project: Path):
    _, columns = read_columns("cards.csv", Options(), {"-"})
    guess = guess_mapping(columns, SPELLINGS)
    assert named(guess) == {
        "client_id": "Customer No",
        "is_churned": "Attrition Flag",
        "age": "Customer Age",
        "gender": "Sex",
        "credit_score": "Bureau Score",
        "product_count": "Products Held",
        "is_active": "Active Last Quarter",
    }
    assert [(choice.target, choice.form) for choice in guess.additional] == [
        *(("education", "category"), ("income_band", "category"), ("card_type", "category")),
        *(("months_on_book", "whole_number"), ("credit_limit", "amount")),
    ]
    assert not guess.unread
    assert guess.churn_values == (("Attrited Customer",), ("Existing Customer",))
    assert guess.without == ["city", "property_points", "balance", "has_credit_card", "estimated_salary"]
    assert {choice.confidence for choice in guess.mapped.values()} == {"sure", "likely"}


@pytest.mark.parametrize("portfolio", DEMO_PORTFOLIOS)
def test_the_built_in_layouts_are_recognised_whole(portfolio: DemoPortfolio, tmp_path: Path):
    """What a person wrote into the staging models by hand is what the guess comes to."""
    path = tmp_path / "extract.csv"
    generate_demo(portfolio=portfolio, path=path, rows=1000)
    _, columns = read_columns(str(path), Options(), set())
    guess = guess_mapping(columns, SPELLINGS)
    assert guess.without == []
    assert {choice.column.key for choice in guess.mapped.values()} == set(columns_wanted(portfolio))
    text = (ROOT / f"models/staging/{portfolio}/stg_{portfolio}__clients.sql").read_text(encoding="utf-8")
    for target, choice in guess.mapped.items():
        key = choice.column.key
        assert (f" {key},\n" if key == target else f" {key} as {target}") in text + ",\n"


def test_a_well_known_english_layout_is_understood():
    """The columns of a data set that many courses on churn use; the values here are made up."""
    guess = guessed(
        {
            "RowNumber": [str(number) for number in range(ROWS)],
            "CustomerId": [str(15_000_000 + number) for number in range(ROWS)],
            "Surname": [f"Name{number % 300}" for number in range(ROWS)],
            "CreditScore": cycle([str(score) for score in range(350, 850, 2)]),
            "Geography": cycle(["France", "Spain", "Germany"]),
            "Gender": cycle(["Female", "Male"]),
            "Age": cycle([str(age) for age in range(18, 93)]),
            "Tenure": cycle([str(years) for years in range(11)]),
            "Balance": cycle(["0"] + [f"{number}.25" for number in range(50_000, 50_060)]),
            "NumOfProducts": cycle(["1", "2", "3", "4"]),
            "HasCrCard": cycle(["1", "0"]),
            "IsActiveMember": cycle(["0", "1"]),
            "EstimatedSalary": cycle([f"{number * 917}.5" for number in range(1, 99)]),
            "Exited": cycle(["1", "0", "0", "0", "0", "0", "0"]),
        }
    )
    assert named(guess) == {
        "client_id": "CustomerId",
        "credit_score": "CreditScore",
        "gender": "Gender",
        "age": "Age",
        "balance": "Balance",
        "product_count": "NumOfProducts",
        "has_credit_card": "HasCrCard",
        "is_active": "IsActiveMember",
        "estimated_salary": "EstimatedSalary",
        "is_churned": "Exited",
    }
    assert {choice.confidence for choice in guess.mapped.values()} == {"sure"}
    assert [choice.target for choice in guess.additional] == ["geography", "tenure"]
    assert [column.name for column, _ in guess.unread] == ["RowNumber", "Surname"]


def test_russian_names_are_understood():
    guess = guessed(
        {
            "Номер клиента": ids(),
            "Город": cycle(["Рыбинск", "Углич"]),
            "Пол": cycle(["муж.", "жен."]),
            "Возраст": cycle([str(age) for age in range(18, 70)]),
            "Кредитный рейтинг": cycle([str(score) for score in range(300, 800, 3)]),
            "Остаток": cycle([f"{number} 000,50" for number in range(100)]),
            "Количество продуктов": cycle(["1", "2", "3"]),
            "Доход": cycle([str(number * 991) for number in range(10, 90)]),
            "Ушёл": cycle(["да", "нет", "нет", "нет", "нет", "нет", "нет"]),
            "Семейное положение": cycle(["в браке", "не в браке", "в разводе"]),
            "Вид вклада": cycle(["срочный", "до востребования"]),
        }
    )
    assert named(guess) == {
        "client_id": "Номер клиента",
        "city": "Город",
        "gender": "Пол",
        "age": "Возраст",
        "credit_score": "Кредитный рейтинг",
        "balance": "Остаток",
        "product_count": "Количество продуктов",
        "estimated_salary": "Доход",
        "is_churned": "Ушёл",
    }
    assert [(choice.target, choice.labels) for choice in guess.additional] == [
        ("marital_status", ("семейное положение", "marital status")),
        ("vid_vklada", ("вид вклада", "вид вклада")),
    ]
    assert guess.churn_values is None  # seeds/flags.csv knows these texts


def test_what_a_column_holds_tells_more_than_its_name():
    guess = guessed(
        {
            "f1": ids(),
            "f2": cycle(["f", "m"]),
            "f3": cycle([str(age) for age in range(18, 90)]),
            "f4": cycle([str(score) for score in range(350, 850)]),
            "f5": cycle(["stayed", "left the bank", "stayed", "stayed", "stayed"]),
            "Age": cycle(["young", "old"]),
            "Income": cycle(["low", "high"]),
            "Total Revolving Balance": cycle([f"{number}.5" for number in range(50)]),
            "branch id": cycle(["1", "2", "3"]),
        }
    )
    assert named(guess) == {
        "client_id": "f1",
        "gender": "f2",
        "age": "f3",
        "credit_score": "f4",
        "is_churned": "f5",
    }
    assert {choice.confidence for choice in guess.mapped.values()} == {"guess"}
    assert guess.churn_values == (("left the bank",), ("stayed",))
    # A column named like one of ours that holds something else is an attribute under a name of its own.
    assert [choice.target for choice in guess.additional] == [
        *("age_of_client", "income_band", "total_revolving_balance", "branch")
    ]


def test_what_makes_no_groups_is_left_out_with_the_reason():
    guess = guessed(
        {
            "id": ids(),
            "churn": cycle(["0", "1"]),
            "phone": [f"8{number:010d}" for number in range(ROWS)],
            "opened": cycle([f"2020-01-{day:02d}" for day in range(1, 31)] + ["2020-02-01"]),
            "limit": cycle([f"{number}.5" for number in range(50)]),
            "currency": cycle(["RUB"]),
            "comment": [""] * ROWS,
            "Sex": cycle(["F", "M"]),
            "SEX": cycle(["F", "M"]),
        }
    )
    assert [(choice.target, choice.form, choice.bounds) for choice in guess.additional] == [
        ("limit_of_client", "amount", (0, 10_000))
    ]
    assert {column.name: reason for column, reason in guess.unread} == {
        "phone": "personal data: no attribute",
        "opened": "dates: make a number of them in the staging model, such as whole years",
        "currency": "the same value in every row",
        "comment": "it holds no value",
        "Sex": "its name stands in the header more than once",
        "SEX": "its name stands in the header more than once",
    }


def unread(guess: Guess) -> dict[str, str]:
    return {column.name: reason for column, reason in guess.unread}


@pytest.mark.parametrize(
    ("name", "values", "left"),
    [
        ("not_churned", ["0", "1", "1", "1"], ("0",)),
        ("Retained", ["no", "yes", "yes", "yes"], ("no",)),
        ("не ушёл", ["нет", "да", "да", "да"], ("нет",)),
        ("Остался", ["0", "1", "1", "1"], ("0",)),
        ("is_stayed", ["False.", "True.", "True.", "True."], ("False.",)),
    ],
)
def test_a_column_that_says_who_stayed_is_turned_round_and_said(name: str, values: list[str], left: tuple):
    guess = guessed({"id": ids(), name: cycle(values)})
    assert named(guess)["is_churned"] == name
    assert guess.is_inverted
    assert guess.churn_values is not None
    assert guess.churn_values[0] == left
    assert any(f"{name} says of whom stayed" in told for told in scaffold.reviews("bank", "bank.csv", guess))
    assert f"when '{left[0]}' then 'true'" in staging_sql("bank", guess)


@pytest.mark.parametrize(
    ("values", "left"),
    [
        (["ушёл", "остался", "остался"], "ушёл"),
        (["не ушёл", "ушёл"], "ушёл"),
        (["Churned", "Not churned"], "Churned"),
        (["Existing Customer", "other"], "other"),
        (["True.", "False."], None),
        (["1", "0"], None),
    ],
)
def test_texts_of_churn_are_read_or_mapped(values: list[str], left: str | None):
    guess = guessed({"id": ids(), "Отток": cycle(values)})
    assert named(guess)["is_churned"] == "Отток"
    assert (guess.churn_values[0] if guess.churn_values else None) == ((left,) if left else None)
    assert not guess.rejected


def test_texts_of_churn_that_say_nothing_are_not_called_sure():
    assert "is_churned" not in named(guessed({"id": ids(), "churn": cycle(["A", "B"])}))


def test_what_is_known_only_after_leaving_is_left_out():
    left = cycle(["1", "0", "0"])
    guess = guessed(
        {
            "CustomerID": ids(),
            "Churn Label": left,
            "Churn Score": [str(60 + n % 40 if flag == "1" else n % 40) for n, flag in enumerate(left)],
            "Причина ухода": ["цена" if flag == "1" else "" for flag in left],
            "dossier": ["7" if flag == "1" else "" for flag in left],  # filled for leavers only
            "state": ["x" if flag == "1" else "y" for flag in left],
            "Credit Score": [str(300 + n % 50 + 300 * (flag == "0")) for n, flag in enumerate(left)],
            "Age": cycle([str(age) for age in range(18, 70)]),
            "plan": cycle(["a", "b"]),
        }
    )
    assert named(guess) == {"client_id": "CustomerID", "is_churned": "Churn Label", "age": "Age"}
    assert [choice.target for choice in guess.additional] == ["plan"]
    reasons = unread(guess)
    assert set(reasons) == {"Churn Score", "Причина ухода", "dossier", "state", "Credit Score"}
    assert reasons["dossier"] == "filled for those who left only, or for those who stayed only"
    assert "it alone tells who left (Cramér's V 1.00)" in reasons["state"]
    assert "area under the curve 1.000" in reasons["Credit Score"]


def test_a_part_of_a_name_says_nothing():
    guess = guessed(
        {
            "client_id": ids(),
            "months_on_book": cycle([str(n) for n in range(18, 75)]),
            "score_churn": cycle([str(n) for n in range(300, 800, 3)]),
            "product_age": cycle([str(n) for n in range(18, 75)]),
            "card_balance_limit": cycle([f"{n}.5" for n in range(90)]),
            "Churn": cycle(["1", "0", "0", "0", "0"]),
        }
    )
    assert named(guess) == {"client_id": "client_id", "is_churned": "Churn"}


def test_names_of_people_are_no_ids_and_no_attributes():
    guess = guessed(
        {
            "Клиент": [f"Иванов{n} И.И." for n in range(ROWS)],
            "ИД": ids(),
            "E-mail": [f"a{n}@example.org" for n in range(ROWS)],
            "ФИО": cycle([f"Имя {n}" for n in range(20)]),
            "Phone Service": cycle(["yes", "no", "no", "no", "no"]),
            "Отток": cycle(["1", "0", "0"]),
        }
    )
    assert named(guess) == {"client_id": "ИД", "is_churned": "Отток"}
    assert [choice.target for choice in guess.additional] == ["phone_service"]
    assert set(unread(guess).values()) == {"personal data: no attribute"}


def test_dates_are_left_out_and_said_so():
    dates = cycle([f"2024-03-{day:02d}" for day in range(1, 20)])
    guess = guessed({"id": ids(), "last_activity": dates, "открыт": dates, "churn": cycle(["1", "0"])})
    assert not guess.additional
    assert "is_active" not in named(guess)
    assert all(reason.startswith("dates:") for reason in unread(guess).values())
    assert len(unread(guess)) == 2


def test_what_may_date_the_extract_is_told_so_that_months_can_be_kept(project: Path):
    rows = [
        row | {"Report": "2026-01-31", "Born": f"1980-01-{number % 28 + 1:02}"}
        for number, row in enumerate(card_rows(ROWS))
    ]
    write_rows(Path("dated.csv"), rows)
    told = add_portfolio("dated", "dated.csv").text
    assert "Report holds few days (1): if a row describes" in told
    assert "Born holds few days" not in told
    Path("cards.csv").rename("cards_2026-01-31.csv")
    told = add_portfolio("named", "cards_2026-01-31.csv").text
    assert "add snapshots: file_name to named in dbt_project.yml" in told
    unread = {  # dates that a build would not read, and rows of several days without an id
        "slashed": [row | {"Report": "31/01/2026"} for row in rows],
        "repeated": [row | {"Report": day} for day in ("2026-01-31", "2026-02-28") for row in rows],
    }
    for name, some in unread.items():
        write_rows(Path(f"{name}.csv"), some)
        assert "snapshots" not in add_portfolio(name, f"{name}.csv").text
    Path("named.csv").write_bytes(Path("cards_2026-01-31.csv").read_bytes())
    Path("named.csv").rename("cards_2026-01-01_2026-01-31.csv")
    assert "snapshots" not in add_portfolio("period", "cards_2026-01-01_2026-01-31.csv").text
    Path("months").mkdir()
    Path("cards_2026-01-31.csv").rename("months/cards_2026-01-31.csv")
    assert "snapshots: file_name" in add_portfolio("folder", "months").text


def test_an_extract_without_an_id_offers_the_number_of_the_row():
    guess = guessed({"age": cycle([str(age) for age in range(18, 70)]), "churn": cycle(["1", "0", "0"])})
    assert guess.is_row_number
    assert "':', source_row_number) as client_id" in staging_sql("bank", guess)
    assert config_line("bank", guess).startswith("bank: {client_id: row_number, without: [city, ")
    assert any("repeated rows cannot be told" in told for told in scaffold.reviews("bank", "bank.csv", guess))


def test_a_gender_in_numbers_asks_which_is_which():
    columns = {"id": ids(), "gender": cycle(["0", "1", "1"]), "churn": cycle(["1", "0", "0", "0", "0"])}
    guess = guessed(columns)
    assert "gender" not in named(guess)
    assert unread(guess)["gender"] == "a gender in numbers: say which means a woman by --female 0 or 1"
    told = guessed(columns, female="1")
    assert named(told)["gender"] == "gender"
    assert "when '1' then 'female'\n            when '0' then 'male'" in staging_sql("bank", told)


def test_nothing_that_would_be_rejected_is_called_sure():
    guess = guessed(
        {
            "id": ids(),
            "age": cycle([str(age) for age in range(18, 110)] + ["130"]),
            "balance": cycle(["$100.50", "100,5 руб.", *(f"{n}.5" for n in range(50)), "12%"]),
            "estimated_salary": cycle(["5%", "6%", "7%", *(f"{n}.5" for n in range(7))]),
            "churn": cycle(["1", "0", "0", "0", "0", "0", "0"]),
        }
    )
    assert guess.mapped["age"].confidence == guess.mapped["balance"].confidence == "likely"
    assert guess.rejected == {"age": 4, "balance": 7}
    assert unread(guess)["estimated_salary"].startswith(
        "named like estimated_salary, but 120 of 400 values are no numbers, the first in row 1"
    )


def test_a_few_faults_in_a_column_do_not_make_it_another():
    columns = {
        "Номер клиента": ["", *ids()[1:]],
        "Возраст": ["17,5", *cycle([str(age) for age in range(18, 70)])[1:]],
        "Остаток на счетах": [f"{100 + number},5" for number in range(ROWS)],
        "Кол-во продуктов": ["1.5", *cycle(["1", "2", "3", "4"])[1:]],
        "Есть кредитка": cycle(["Да", "Нет"]),
        "Отток": cycle(["Да", "Нет", "Нет"]),
    }
    guess = guessed(columns)
    assert set(named(guess).values()) == set(columns)
    assert named(guess)["client_id"] == "Номер клиента"
    assert not guess.additional
    assert guess.rejected == {"client_id": 1, "age": 1, "product_count": 1}
    assert guess.mapped["client_id"].confidence == "likely"


def test_a_client_id_that_cannot_serve_is_no_attribute():
    twice = [f"{number // 2:05d}" for number in range(ROWS)]
    guess = guessed({"Номер клиента": twice, "Отток": cycle(["1", "0", "0"])})
    assert guess.is_row_number
    assert not guess.additional
    assert unread(guess) == {"Номер клиента": "named like a client id, but values are missing or occur twice"}


def test_names_that_the_project_gives_itself_are_read_under_others():
    guess = guessed({"id": ids(), "source_row_number": cycle(["a", "b"]), "churn": cycle(["1", "0", "0"])})
    assert "source_row_number_in_extract as source_row_number_of_client" in staging_sql("bank", guess)


def test_one_outcome_says_what_to_declare():
    guess = guessed({"id": ids(), "churn": cycle(["1", "", ""])})
    assert any("add empty_churn: stayed" in told for told in scaffold.reviews("bank", "bank.csv", guess))


def test_sheet_and_header_row_are_kept_in_the_settings():
    text = "vars:\n  formats: {}\n"
    once = add_formats(text, "cards", {"sheet": "Лист 1", "header_row": 3})
    assert yaml.safe_load(once)["vars"]["formats"] == {"cards": {"sheet": "Лист 1", "header_row": 3}}
    twice = add_formats(once, "more", {"sheet": "a"})
    assert yaml.safe_load(twice)["vars"]["formats"]["more"] == {"sheet": "a"}
    with pytest.raises(BankChurnError, match="write this under formats by hand"):
        add_formats("vars:\n  formats:\n    cards: {}\n", "more", {"sheet": "a"})


HOSTILE_NAMES = (
    "it's",
    'x" as y',
    "a\\b",
    "{{ target }}",
    "{% raw %}",
    "a -- b",
    "/* b",
    "a;drop",
    "tab\there",
    "\u202eabc",
)


def test_names_that_would_break_a_model_never_reach_it():
    guess = guessed(
        {"id": ids(), "churn": cycle(["0", "1"])} | {name: cycle(["a", "b"]) for name in HOSTILE_NAMES}
    )
    assert [column.name for column, _ in guess.unread] == list(HOSTILE_NAMES)
    assert not guess.additional


def test_texts_that_would_break_a_model_are_not_written_into_it():
    guess = guessed({"id": ids(), "churn": cycle(["left'; drop table clients", "stayed"])})
    assert guess.churn_values is None


@pytest.mark.parametrize(
    "header", ["select", "1st", "client_id ", "portfolio", "Юр. лицо", "a" * 90, "%", "_"]
)
def test_an_attribute_gets_a_name_that_sql_and_the_project_leave_free(header: str):
    guess = guessed({"id": ids(), "churn": cycle(["0", "1"]), header: cycle(["a", "b", "c"])})
    names = [choice.target for choice in guess.additional]
    assert all(name.isidentifier() and name.isascii() and len(name) <= 40 for name in names)
    assert not set(names) & RESERVED
    assert len(names) + len(guess.unread) == 1


@pytest.mark.slow
def test_parquet_columns_in_russian_capitals_are_read(project: Path):
    rows = 'select printf(\'%05d\', range) as "ИД клиента", 18 + range % 50 as "Возраст"'
    rows += ", case when range % 4 = 0 then 'Да' else 'Нет' end as \"Отток\" from range(400)"
    duckdb.execute(f"copy ({rows}) to 'clients.parquet' (format parquet)")
    add_portfolio("bank", "clients.parquet")
    command = [sys.executable, "-m", "bank_churn.cli", "check", "clients.parquet", "--portfolio", "bank"]
    done = subprocess.run([*command, "--language", "en"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Rows: 400, of which 400 accepted, 0 rejected" in done.stdout


def test_everything_is_written_once(project: Path):
    before = snapshot(project)
    done = add_portfolio("cards", "cards.csv", label_ru="Банк карт", label_en="Bank of Cards")
    after = snapshot(project)
    assert sorted(set(after) - set(before)) == [
        "models/docs/en/stg_cards__clients.md",
        "models/docs/ru/stg_cards__clients.md",
        "models/staging/cards/_cards__models.yml",
        "models/staging/cards/stg_cards__clients.sql",
    ]
    assert sorted(name for name in before if before[name] != after[name]) == [
        "dbt_project.yml",
        "seeds/labels.csv",
    ]
    config = after["dbt_project.yml"].decode()
    line = next(line for line in config.splitlines() if line.startswith("    cards:"))
    assert config.replace(line + "\n", "") == before["dbt_project.yml"].decode()
    assert yaml.safe_load(config)["vars"]["portfolios"]["cards"] == {
        "without": ["city", "property_points", "balance", "has_credit_card", "estimated_salary"],
        "additional": [
            *("education", "income_band", "card_type"),
            {"months_on_book": {"form": "whole_number", "range": [0, 100]}},
            {"credit_limit": {"form": "amount", "range": [0, 10_000_000]}},
        ],
    }
    labels = after["seeds/labels.csv"].decode()
    assert labels.startswith(before["seeds/labels.csv"].decode())
    added = list(csv.reader(labels.removeprefix(before["seeds/labels.csv"].decode()).splitlines()))
    assert added[:2] == [
        ["portfolio", "portfolio", "cards", "Банк карт", "Bank of Cards", "", "", ""],
        ["attribute", "education", "", "образование", "education", "", "", ""],
    ]
    assert columns_wanted("cards") == [
        *("customer no", "sex", "customer age", "bureau score", "products held", "active last quarter"),
        *(
            "attrition flag",
            "education level",
            "income band",
            "card category",
            "months on book",
            "credit limit",
        ),
    ]
    assert done.line_count == sum(
        after[name].count(b"\n") - before.get(name, b"").count(b"\n") for name in after
    )


def test_what_is_told_holds_no_value_of_a_client(project: Path):
    text = add_portfolio("cards", "cards.csv").text
    for row in card_rows(ROWS)[:20]:
        assert row["Customer No"] not in text
        assert row["Credit Limit"] not in text
    assert "is_churned: which of the two texts means that a client left" in text
    assert "Not in the extract: city, property_points, balance" in text
    assert "Next: CARDS_CLIENTS=cards.csv make build" in text


def test_the_review_is_in_the_language_of_its_reader(project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BANK_CHURN_LANGUAGE", "ru")
    rows = card_rows(ROWS)
    for number, row in enumerate(rows):
        row |= {
            "Opened": f"2020-01-{number % 28 + 1:02}",
            "Same": "one",
            "Letter": f"text {number}",
            "Reason": "moved" if row["Attrition Flag"] == "Attrited Customer" else "",
            "Code": f"v{number % 350}",
            "Sum of all": f"{number * 7 % 391}.5",
        }
    write_rows(Path("odd.csv"), rows)
    told = add_portfolio("cards", "odd.csv").text.splitlines()
    said = [line for line in told if len(line.split()) > 1]  # paths are the same in any language
    lacking = [line for line in said if not re.search("[а-я]{3}", line)]
    assert lacking == []
    assert not [line for line in said if re.search("values|named|known|every|numbers", line)]


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x",
        "Cards",
        "карты",
        "1cards",
        "a__b",
        "../evil",
        "a;b",
        "a b",
        "a'b",
        "a\nb",
        "a" * 31,
        "select",
        "clients",
    ],
)
def test_a_name_that_will_not_do_is_refused_and_nothing_written(name: str, project: Path):
    before = snapshot(project)
    with pytest.raises(BankChurnError):
        add_portfolio(name, "cards.csv")
    assert snapshot(project) == before


@pytest.mark.parametrize("label", ["{{ x }}", "<b>", "a\nb", "\u202eabc"])
def test_a_label_that_could_not_be_shown_is_refused(label: str, project: Path):
    before = snapshot(project)
    with pytest.raises(BankChurnError, match="will not do as a label"):
        add_portfolio("cards", "cards.csv", label_ru=label)
    assert snapshot(project) == before


def test_nothing_that_stands_is_overwritten(project: Path):
    with pytest.raises(BankChurnError, match="There is a portfolio metanprom already"):
        add_portfolio("metanprom", "cards.csv")
    own = project / "models/staging/mine/stg_cards__clients.sql"
    own.parent.mkdir()
    own.write_text("select 1", encoding="utf-8")
    before = snapshot(project)
    with pytest.raises(BankChurnError, match=r"stg_cards__clients\.sql exists already"):
        add_portfolio("cards", "cards.csv")
    assert snapshot(project) == before


@pytest.mark.parametrize(
    ("leave_out", "told"),
    [
        ("Attrition Flag", r"no column with churn"),
    ],
)
def test_an_extract_without_id_or_churn_is_refused(leave_out: str, told: str, project: Path):
    write_cards(project / "cards.csv", card_rows(ROWS), leave_out=(leave_out,))
    before = snapshot(project)
    with pytest.raises(BankChurnError, match=told):
        add_portfolio("cards", "cards.csv")
    assert snapshot(project) == before


def test_an_extract_that_is_not_there_or_empty_is_refused(project: Path):
    with pytest.raises(BankChurnError, match=r"No file at nowhere\.csv"):
        add_portfolio("cards", "nowhere.csv")
    write_cards(project / "empty.csv", [])
    with pytest.raises(BankChurnError, match="is empty"):
        add_portfolio("cards", "empty.csv")


@pytest.mark.parametrize("failing", range(6))
def test_a_failure_on_the_way_leaves_nothing_behind(
    failing: int, project: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whichever of the six files cannot be written, the project is as it was, folders too."""
    before, folders = snapshot(project), {path for path in project.rglob("*") if path.is_dir()}
    count, write = iter(range(99)), scaffold.replace_text

    def fail_once(path: Path, text: str) -> None:
        if next(count) == failing:
            raise OSError(28, "No space left on device", str(path))
        write(path, text)

    monkeypatch.setattr(scaffold, "replace_text", fail_once)
    with pytest.raises(OSError, match="No space left"):
        add_portfolio("cards", "cards.csv")
    assert snapshot(project) == before
    assert {path for path in project.rglob("*") if path.is_dir()} == folders


CONFIGS = {
    "map": (
        "vars:\n  portfolios:\n    one: {}\n\n  other: 1  # why\n",
        "    one: {}\n    new: {without: [city]}\n",
    ),
    "list": (
        "vars:\n  portfolios: [one, two]  # mine\n  x: 1\n",
        "portfolios:  # mine\n    one: {}\n    two: {}\n    new:",
    ),
    "last": ("vars:\n  portfolios:\n    one: {}", "    one: {}\n    new: {without: [city]}"),
    "windows": ("vars:\r\n  portfolios:\r\n    one: {}\r\n", "    one: {}\r\n    new: {without: [city]}\r\n"),
}


@pytest.mark.parametrize("form", CONFIGS)
def test_the_settings_gain_one_line_and_lose_none(form: str):
    text, wanted = CONFIGS[form]
    changed = add_to_config(text, "new", "new: {without: [city]}")
    assert wanted in changed
    assert yaml.safe_load(changed)["vars"]["portfolios"]["new"] == {"without": ["city"]}
    assert all(part in changed for part in ("# why", "other: 1") if part in text)


@pytest.mark.parametrize(
    "text", ["vars:\n  portfolios: {one: {}}\n", "vars:\n    portfolios:\n      one: {}\n"]
)
def test_settings_in_another_form_are_left_to_the_user(text: str):
    with pytest.raises(BankChurnError, match=r"by hand: new: \{\}"):
        add_to_config(text, "new", "new: {}")


def test_the_names_of_the_generated_header_are_what_the_tests_think():
    assert set(card_rows(1)[0]) == set(HEADER)


@pytest.fixture(scope="module")
def own_bank(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A user's first build: an own bank, and beside it five clients, who have all left.

    The own bank has attributes that no other has, in a parquet file, with columns called in Russian.
    """
    folder = tmp_path_factory.mktemp("own_bank")
    root = copy_project(folder / "project")
    rows, extract = write_cards(folder / "cards.csv", card_rows(300)), folder / "cards.parquet"
    russian = (
        'rename ("Customer No" as "ИД клиента", "Customer Age" as "Возраст", "Attrition Flag" as "Отток")'
    )
    duckdb.execute(f"copy (select * {russian} from read_csv('{rows}')) to '{extract}' (format parquet)")
    command = [sys.executable, "-m", "bank_churn.cli", "new-portfolio", "cards", "--from", str(extract)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    left = [to_line({**good_row(number), "City": "Рыбинск", "Churn": "1"}) for number in range(5)]
    build = run_build(
        folder,
        arguments=("--quiet",),
        root=root,
        metanprom=write_lines(folder / "few.csv", left),
        variables={"CARDS_CLIENTS": str(extract)},
    )
    assert build.code == 0, build.stdout + build.stderr
    return build


def test_a_bank_of_ones_own_is_published(own_bank: Build):
    found = "select portfolio, client_count from portfolios order by 1"
    assert own_bank.query_published(found) == [("cards", 300), ("metanprom", None)]
    read = "select min(age) > 20, max(age) < 76, count(distinct client_id) from clients"
    assert own_bank.query(f"{read} where portfolio = 'cards'") == [(True, True, 300)]


def test_a_tiny_portfolio_shows_no_figure_to_everyone(own_bank: Build):
    """Five clients, all churned: every figure about them is hidden, and no label tells their values."""
    for mart, columns in {
        "portfolios": "client_count, churned_count",
        "churn_rates": "client_count, churn_rate, ci_high",
        "churn_drivers": "client_count, churned_count, cramers_v",
        "missing_balance_profile": "client_count, missing_count, churn_rate_present",
        "hypothesis_results": "estimate_a, estimate_b, n_a",
    }.items():
        shown = f"select coalesce({columns}) from {mart} where portfolio = 'metanprom'"
        assert set(own_bank.query_published(shown)) == {(None,)}, mart
    labels = own_bank.query_published(
        "select value_label_en from churn_rates"
        " where portfolio = 'metanprom' and dimension_name like '%_band'"
    )
    assert [label for (label,) in labels if "(" in label] == []


@pytest.mark.slow
def test_a_bank_of_ones_own_is_published_alone(tmp_path: Path):
    """As a user's first build: with unit tests, attributes that no other bank has, the built-in banks off."""
    root = copy_project(tmp_path / "project")
    extract = write_cards(tmp_path / "cards.csv", card_rows(300))
    command = [sys.executable, "-m", "bank_churn.cli", "new-portfolio", "cards", "--from", extract]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    variables = {"CARDS_CLIENTS": extract}
    build = run_build(tmp_path, arguments=("--quiet",), root=root, variables=variables, unit_tests=True)
    assert build.code == 0, build.stdout + build.stderr
    assert build.query_published("select portfolio, client_count from portfolios") == [("cards", 300)]
