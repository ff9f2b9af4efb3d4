"""`bank_churn diff`: two publications held against each other, in words and value by value."""

from pathlib import Path

import duckdb
import pytest
from bank_churn.errors import BankChurnError
from bank_churn.publishing import differences
from bank_churn.publishing.differences import Comparison, compare, told, write_table
from bank_churn.publishing.outputs import MANIFEST, outputs_in, write_manifest

RATES = "create table churn_rates (portfolio varchar, dimension_name varchar, dimension_value varchar,"
RATES += " client_count bigint, churn_rate double)"
HYPOTHESES = "create table hypothesis_results (portfolio varchar, hypothesis_id varchar, verdict varchar,"
HYPOTHESES += " statement_en varchar)"
ADVICE = "create table recommendations (portfolio varchar, recommendation_id varchar, status varchar,"
ADVICE += " status_label_ru varchar, status_label_en varchar, text_en varchar)"
GROUPS = (
    "create table target_groups (portfolio varchar, group_code varchar, rule_ru varchar, rule_en varchar)"
)


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two kept publications of made-up marts, the second of them in place."""
    states = {
        "000001": [
            "insert into churn_rates values ('bank', 'all', 'all', 100, .2), ('bank', 'city', 'a', 60, .25),"
            " ('bank', 'city', 'b', 40, .125)",
            "insert into hypothesis_results values ('bank', 'H01', 'differs', 'Ages differ?'),"
            " ('bank', 'H02', 'unclear', 'Cards differ?'), ('bank', 'H03', 'differs', 'Gone?')",
            "create table only_then (portfolio varchar)",
        ],
        "000002": [
            "insert into churn_rates values ('bank', 'all', 'all', 110, .3), ('bank', 'city', 'a', 60, .25),"
            " ('bank', 'city', 'c', 50, .36)",
            "insert into hypothesis_results values ('bank', 'H01', 'differs', 'Ages differ?'),"
            " ('bank', 'H02', 'differs', 'Cards differ?'), ('bank', 'H04', null, null)",
            "insert into recommendations values"
            " ('bank', 'bonuses', 'contradicted', 'найдено другое', 'found otherwise', 'Bonuses for all')",
            "insert into target_groups values ('bank', 'is_active=false', 'Неактивные', 'Inactive')",
        ],
    }
    for publication, rows in states.items():
        folder = tmp_path / "history" / publication
        folder.mkdir(parents=True)
        with duckdb.connect(str(folder / "bank_churn.duckdb")) as connection:
            for statement in (
                RATES,
                HYPOTHESES,
                ADVICE,
                GROUPS,
                "create table _publication (id integer)",
                *rows,
            ):
                connection.execute(statement)
        write_manifest(folder / MANIFEST, {}, outputs_in(folder))
    monkeypatch.setattr(differences, "current_publication", lambda _: "000002")
    monkeypatch.setattr(differences, "history_folder", lambda folder: folder / "history")
    monkeypatch.setattr(differences, "publications", lambda _: ["000001", "000002"])
    return tmp_path


def compared(output: Path) -> Comparison:
    return compare(output, None, None, "en")


def test_rows_and_values_that_differ_are_counted(output: Path) -> None:
    comparison = compared(output)
    assert (comparison.first, comparison.second) == ("000001", "000002")
    rates, hypotheses, advice, groups = comparison.marts
    assert (advice.new, groups.new) == (1, 1)
    assert rates.key == ("portfolio", "dimension_name", "dimension_value")
    assert (rates.new, rates.gone, rates.shared, rates.changed) == (1, 1, 2, 1)
    assert rates.cells == (
        ("bank | all | all", "client_count", "100", "110"),
        ("bank | all | all", "churn_rate", "0.2", "0.3"),
    )
    assert (hypotheses.gone, hypotheses.changed, hypotheses.columns) == (1, 1, ["verdict"])
    assert comparison.missing == (("only_then", "000001"),)


def test_the_news_are_told_in_words(output: Path) -> None:
    lines = told(compared(output), "en").splitlines()
    assert lines == [
        "Compared: 000001 and 000002",
        "bank: churn rate 20.0 % → 30.0 %, clients 100 → 110",
        "bank: finding H02 was “The groups differ, but whether it matters is not clear”,"
        " is “The groups differ”: Cards differ?",
        "bank: no longer found H03 “The groups differ”: Gone?",
        "bank: new finding H04 “hidden”: hidden",
        "bank: new finding bonuses “found otherwise”: Bonuses for all",
        "bank: new target group “Inactive” (is_active=false)",
        "churn_rates: 1 new rows, 1 gone, 1 of 2 changed (churn_rate, client_count)",
        "hypothesis_results: 1 new rows, 1 gone, 1 of 2 changed (verdict)",
        "recommendations: 1 new rows, 0 gone, 0 of 0 changed",
        "target_groups: 1 new rows, 0 gone, 0 of 0 changed",
        "only_then: only in 000001",
    ]


def test_the_news_hold_no_code_of_a_verdict_in_russian(output: Path) -> None:
    said = told(compare(output, None, None, "ru"), "ru").splitlines()[2:7]
    assert said == [
        "bank: вывод H02 был «Различие есть, но неясно, важно ли оно», стал «Различие есть»: H02",
        "bank: больше нет вывода H03 «Различие есть»: H03",
        "bank: новый вывод H04 «скрыто»: H04",
        "bank: новый вывод bonuses «найдено другое»: bonuses",
        "bank: новая целевая группа «Неактивные» (is_active=false)",
    ]


def test_every_value_that_differs_stands_in_the_table(output: Path) -> None:
    write_table(compared(output), output / "diff.csv")
    assert (output / "diff.csv").read_text(encoding="utf-8").splitlines() == [
        "mart,row,column,before,after",
        "churn_rates,bank | all | all,client_count,100,110",
        "churn_rates,bank | all | all,churn_rate,0.2,0.3",
        "hypothesis_results,bank | H02,verdict,unclear,differs",
    ]


def test_a_publication_equals_itself(output: Path) -> None:
    comparison = compare(output, "000002", "2", "en")
    assert not any(one.new or one.gone or one.changed for one in comparison.marts)
    assert "churn_rates: no change, 3 rows" in told(comparison, "en")


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("000007", None, "No publication 000007 is kept"),
        (None, "000001", "No publication before 000001 is kept"),
        ("2026-01-31", None, "The publication holds no months"),
    ],
)
def test_what_is_not_kept_is_a_sentence(
    output: Path, first: str | None, second: str | None, sentence: str
) -> None:
    with pytest.raises(BankChurnError, match=sentence):
        compare(output, first, second, "en")


def test_a_damaged_publication_is_not_compared(output: Path) -> None:
    with duckdb.connect(str(output / "history/000001/bank_churn.duckdb")) as connection:
        connection.execute("update churn_rates set churn_rate = 0.1")
    with pytest.raises(BankChurnError, match="Publication 000001 is damaged and was not touched"):
        compared(output)


def test_two_months_of_one_publication_are_compared(output: Path) -> None:
    with duckdb.connect(str(output / "history/000002/bank_churn.duckdb")) as connection:
        for statement in (
            "create table snapshots (portfolio varchar, snapshot_date date, client_count bigint)",
            "insert into snapshots values ('bank', '2026-01-31', 100), ('bank', '2026-02-28', 90)",
            "create table churn_trend (portfolio varchar, snapshot_date date, attribute varchar,"
            " attribute_value varchar, client_count bigint, churn_rate double)",
            "insert into churn_trend values ('bank', '2026-01-31', 'all', 'all', 100, .2),"
            " ('bank', '2026-02-28', 'all', 'all', 90, .25)",
            "create table client_flow (portfolio varchar, period_end date, at_start bigint)",
            "insert into client_flow values ('bank', '2026-02-28', 80)",
        ):
            connection.execute(statement)
    folder = output / "history/000002"
    write_manifest(folder / MANIFEST, {}, outputs_in(folder))
    lines = told(compare(output, "2026-01-31", None, "en"), "en").splitlines()
    assert lines == [
        "Compared: 2026-01-31 and 2026-02-28",
        "bank: churn rate 20.0 % → 25.0 %, clients 100 → 90",
        "snapshots: 0 new rows, 0 gone, 1 of 1 changed (client_count)",
        "churn_trend: 0 new rows, 0 gone, 1 of 1 changed (churn_rate, client_count)",
        "client_flow: 1 new rows, 0 gone, 0 of 0 changed",
    ]
    with pytest.raises(BankChurnError, match="no month 2026-03-31; it holds 2026-01-31, 2026-02-28"):
        compare(output, "2026-01-31", "2026-03-31", "en")
