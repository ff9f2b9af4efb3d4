"""Banks that the scaffold adds, built as a user would: one with other columns, three with fewer."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bank_churn.dashboard.writer import read_texts
from card_bank import card_rows, write_cards
from conftest import ROOT, Build, copy_project, run_build
from extracts import HEADER, good_row, to_line, write_lines
from scipy.stats import contingency
from statsmodels.stats.proportion import proportion_confint

pytestmark = pytest.mark.slow  # four banks take a minute and a half of one core

CARDS = [*card_rows(1500), {**card_rows(1)[0], "Customer No": "9", "Customer Age": "abc"}, card_rows(1)[0]]
"""1,500 good rows, one whose age is no number, and one that repeats the first."""
LACKING = {"no_balance": ("Balance",), "no_score": ("score",), "bare": tuple(HEADER[1:-1])}
"""Banks in Metanprom's layout without some of its columns; `bare` knows nothing but ids and churn."""


HYPOTHESES = (
    "H91,Отличается ли возраст?,Does age differ?,age,education,Doctorate,rest,,mean,welch_t,,,own_question\n",
    "H92,Отличается ли рейтинг?,Does it differ?,credit_score,is_churned,true,false,education=Doctorate,"
    "distribution,mann_whitney,,,own_question\n",
)
"""Questions about an attribute that only one bank has: as a group and as a filter."""


def narrow(path: Path, leave_out: tuple[str, ...]) -> str:
    kept = [name for name in HEADER if name not in leave_out]
    rows = [good_row(number) for number in range(600)]
    for number, row in enumerate(rows):  # churn that something goes with, so that there is a model
        row["Churn"] = str(int(number % 5 == 0 or (row["Products"] == "4" and number % 3 == 0)))
    return write_lines(path, [to_line(row, kept) for row in rows], kept)


@pytest.fixture(scope="module")
def banks(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A copy of the project to which the command added four banks, built on their extracts."""
    folder = tmp_path_factory.mktemp("banks")
    root = copy_project(folder / "project")
    extracts = {"cards": write_cards(folder / "cards.csv", CARDS)}
    extracts |= {name: narrow(folder / f"{name}.csv", gone) for name, gone in LACKING.items()}
    for name, path in extracts.items():
        command = [sys.executable, "-m", "bank_churn.cli", "new-portfolio", name, "--from", path]
        if name == "cards":
            command += ["--label-ru", "Банк карт", "--label-en", "Bank of Cards"]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    with (root / "seeds/hypotheses.csv").open("a", encoding="utf-8") as file:
        file.writelines(HYPOTHESES)
    with pytest.MonkeyPatch.context() as environment:
        for name, path in extracts.items():
            environment.setenv(f"{name.upper()}_CLIENTS", path)
        build = run_build(folder, root=root, databases_only=False, unit_tests=True)
    assert build.code == 0, build.stdout + build.stderr
    return build


def page(build: Build, language: str) -> str:
    return (build.published / f"dashboard.{language}.html").read_text(encoding="utf-8")


def test_every_bank_is_there_and_says_what_it_lacks_and_adds(banks: Build):
    found = {
        name: (label, without.split(", "), additional)
        for name, label, without, additional in banks.query_published(
            """select portfolio, portfolio_label_ru, columns_not_supplied, additional_attributes
            from portfolios"""
        )
    }
    assert found["cards"] == (
        "Банк карт",
        ["city", "property_points", "balance", "has_credit_card", "estimated_salary"],
        "education, income_band, card_type, months_on_book, credit_limit",
    )
    assert found["no_balance"] == ("no_balance", ["balance"], "")
    assert found["no_score"] == ("no_score", ["credit_score"], "")
    assert len(found["bare"][1]) == 10


def test_raw_rows_are_accepted_or_rejected(banks: Build):
    assert banks.query(
        "select raw_row_count, client_count, rejected_row_count from portfolios where portfolio = 'cards'"
    ) == [(len(CARDS), 1500, 2)]
    assert banks.query("select reasons from rejected_clients order by source_row_number") == [
        (["age_not_a_number"],),
        (["exact_duplicate"],),
    ]
    (raw,) = banks.query("select additional_attributes from rejected_clients where client_id = '9'")
    assert json.loads(raw[0])["education"] == CARDS[-2]["Education Level"]


def test_rates_by_an_additional_attribute_are_those_of_the_rows(banks: Build):
    rows = [(row["Education Level"] or "unknown", row["Attrition Flag"][0] == "A") for row in CARDS[:1500]]
    clients, churned = Counter(value for value, _ in rows), Counter(value for value, left in rows if left)
    found = banks.query(
        """select
            dimension_value, client_count, churned_count, ci_low, ci_high, dimension_label_ru, value_label_ru
        from churn_rates where dimension_name = 'education' and portfolio = 'cards'"""
    )
    assert {value: (n, left) for value, n, left, *_ in found} == {
        value: (clients[value], churned[value]) for value in clients
    }
    for value, n, left, low, high, label, value_label in found:
        assert (low, high) == pytest.approx(proportion_confint(left, n, method="wilson"))
        assert label == "образование"
        assert value_label == ("не указано" if value == "unknown" else value)


def test_no_bank_has_groups_of_what_it_does_not_supply(banks: Build):
    found: dict[str, set[str]] = {}
    for portfolio, name in banks.query("select distinct portfolio, dimension_name from churn_rates"):
        found.setdefault(portfolio, set()).update(name.split(", "))
    own = {"education", "income_band", "card_type"}
    assert found["bare"] == {"all"}
    assert found["cards"] == own | {
        "all",
        "gender",
        "product_count",
        "is_active",
        "age_band",
        "credit_score_band",
        "months_on_book_band",
        "credit_limit_band",
    }
    assert not found["no_balance"] & (own | {"has_balance", "balance_band"})
    assert not found["no_score"] & (own | {"credit_score_band"})
    assert {"city", "has_balance", "salary_band"} <= found["no_score"]
    assert banks.query("select count(*) from churn_by_city where portfolio in ('cards', 'bare')") == [(0,)]


def test_drivers_and_screen_know_the_attribute(banks: Build):
    table = Counter((row["Education Level"], row["Attrition Flag"]) for row in CARDS[:1500])
    flags = sorted({flag for _, flag in table})
    crosstab = [[table[level, flag] for flag in flags] for level in sorted({level for level, _ in table})]
    assert banks.query(
        "select attribute, cramers_v, verdict from churn_drivers where portfolio = 'cards' and rank = 1"
    ) == [("education", pytest.approx(contingency.association(crosstab, method="cramer")), "differs")]
    pairs = banks.query(
        """select group_a, group_b, difference, p_value_adjusted from attribute_screen
        where portfolio = 'cards' and metric = 'is_churned' and group_attribute = 'education'"""
    )
    assert len(pairs) == 6
    (difference, p_value), *_ = [pair[2:] for pair in pairs if pair[:2] == ("Doctorate", "School")]
    assert difference > 0.2
    assert p_value < 1e-6
    assert banks.query(
        "select distinct portfolio from attribute_screen where group_attribute = 'card_type'"
    ) == [("cards",)]


def test_the_model_learns_the_attribute_and_gives_reasons_in_both_languages(banks: Build):
    terms = {
        feature
        for (feature,) in banks.query(
            "select distinct feature_1 from int_churn_model_scores where portfolio = 'cards'"
        )
    }
    assert {"education", "income_band", "card_type", "age"} <= terms
    assert not terms & {"city", "balance", "property_points", "has_credit_card", "estimated_salary"}
    worst = banks.query(
        """select distinct reason_1_ru, reason_1_en
        from client_churn_scores inner join clients using (client_key)
        where clients.portfolio = 'cards' and additional_attributes like '%"education":"Doctorate"%'"""
    )
    assert ("образование: Doctorate", "education: Doctorate") in worst
    ((auc,),) = banks.query(
        "select roc_auc from churn_model_quality where portfolio = 'cards' and model_variant = 'ebm'"
    )
    assert auc > 0.65


def test_models_train_without_optional_columns_and_say_when_nothing_is_left(banks: Build):
    found = dict(
        banks.query(
            """select portfolio, coalesce(reason, 'trained')
            from churn_model_quality where model_variant = 'ebm'"""
        )
    )
    assert found == {
        "cards": "trained",
        "no_balance": "trained",
        "no_score": "trained",
        "bare": "no_usable_attributes",
    }
    features = banks.query("select portfolio, feature_1 from int_churn_model_scores group by all")
    assert ("no_score", "balance") in features
    assert ("no_balance", "credit_score") in features
    assert not {("no_score", "credit_score"), ("no_balance", "balance")} & set(features)


def test_what_is_not_supplied_is_no_gap(banks: Build):
    found = banks.query(
        """select portfolio, kind, check_name, row_count, description_ru from data_quality
        where column_name in ('balance', 'education') and portfolio in ('cards', 'no_balance', 'no_score')
        and kind <> 'rejection' order by all"""
    )
    missing = sum(not row["Education Level"] for row in CARDS[:1500])
    assert found == [
        ("cards", "not_supplied", "balance_not_supplied", None, "Баланс: банк не передаёт"),
        ("cards", "observation", "education_missing", missing, "Образование: нет значения"),
        ("no_balance", "not_supplied", "balance_not_supplied", None, "Баланс: банк не передаёт"),
        ("no_score", "observation", "balance_missing", 200, "Баланс: нет значения"),
    ]
    assert banks.query(
        "select portfolio, reading_en from missing_balance_summary where dimension_name = 'all' order by 1"
    )[:3] == [
        ("bare", "The bank supplies no balances."),
        ("cards", "The bank supplies no balances."),
        ("no_balance", "The bank supplies no balances."),
    ]
    assert banks.query("select distinct portfolio from missing_balance_profile") == [("no_score",)]
    assert banks.query("select distinct has_balance from clients where portfolio = 'no_balance'") == [(None,)]


def test_hypotheses_without_their_columns_cannot_be_computed_and_the_others_can(banks: Build):
    verdicts = {
        (portfolio, metric or attribute): verdict
        for portfolio, metric, attribute, verdict in banks.query(
            """select
                portfolio, case when group_attribute <> 'has_balance' then metric end as metric,
                group_attribute, verdict
            from hypothesis_results
            where hypothesis_id < 'H9' and
                (metric in ('balance', 'credit_score') or group_attribute = 'has_balance')"""
        )
    }
    assert verdicts["no_score", "credit_score"] == verdicts["no_balance", "has_balance"] == "not_computable"
    assert verdicts["no_balance", "credit_score"] != "not_computable"
    assert verdicts["no_score", "has_balance"] != "not_computable"
    told = """select distinct reason, conclusion_en from hypothesis_results
        where portfolio = 'no_score' and metric = 'credit_score' and hypothesis_id < 'H9'"""
    assert banks.query(told) == [
        ("not_supplied", "Cannot be tested: the bank does not supply the columns in question.")
    ]
    asked = "select portfolio, hypothesis_id, n_a, reason from hypothesis_results where hypothesis_id > 'H9'"
    answers = {(portfolio, name): (n, reason) for portfolio, name, n, reason in banks.query(asked)}
    doctors = [row for row in CARDS[:1500] if row["Education Level"] == "Doctorate"]
    assert answers["cards", "H91"] == (len(doctors), None)
    assert answers["cards", "H92"] == (sum(row["Attrition Flag"][0] == "A" for row in doctors), None)
    assert answers["no_score", "H91"][1] == "not_supplied"
    reasons = banks.query(
        "select count(*) from hypothesis_results where verdict = 'not_computable' and conclusion_ru is null"
    )
    assert reasons == [(0,)]


def test_segments_portraits_and_lists_hold_every_client(banks: Build):
    clients = dict(banks.query("select portfolio, count(*) from clients group by 1"))
    assert (
        dict(banks.query("select portfolio, sum(all_client_count) from segment_portraits_v1 group by 1"))
        == clients
    )
    shares = dict(
        banks.query(
            """select portfolio, value from portraits
            where group_kind = 'portfolio' and measure = 'missing_balance_share'"""
        )
    )
    assert shares["cards"] is None
    assert shares["no_score"] == pytest.approx(1 / 3)
    assert banks.query(
        "select name_ru from target_groups where portfolio = 'cards' and rule = 'education=Doctorate'"
    ) == [("образование: Doctorate",)]
    assert banks.query(
        """select count(*) from retention_list
        where portfolio = 'cards' and target_groups like '%education=Doctorate%'"""
    ) > [(50,)]


@pytest.mark.parametrize(("language", "name"), [("ru", "образование"), ("en", "education")])
def test_the_dashboard_shows_the_attribute_and_what_is_lacking(language: str, name: str, banks: Build):
    html = page(banks, language)
    texts = read_texts("ru" if language == "ru" else "en")
    assert texts["by_attribute"].format(name=name) in html
    assert texts["shapes_title"].format(name=name) in html
    # The page's own texts once per bank that lacks something: here all four.
    assert html.count(texts["not_supplied_message"]) == 4
    assert re.search(f">{name}</span>: <span[^>]*>Doctorate<", html), (
        "the headline does not name the attribute"
    )
    told = {"ru": "Баланс: банк не передаёт", "en": "Balance: not supplied by the bank"}[language]
    assert html.count(told) >= 3


def test_check_knows_the_bank_by_its_columns(banks: Build):
    """Of the four layouts, and says what is left aside; the build itself is not needed for it."""
    command = [
        sys.executable,
        "-m",
        "bank_churn.cli",
        "check",
        str(banks.folder / "cards.csv"),
        "--language",
        "en",
    ]
    command += ["--database", str(banks.folder / "check/check.duckdb")]
    root = banks.folder / "project"
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert "Portfolio: cards\nColumns: 12 of 12 found" in done.stdout
    assert "1,502, of which 1,500 accepted, 2 rejected" in done.stdout
    assert (done.returncode, done.stderr) == (1, "")


def test_too_many_values_stop_the_build_with_a_sentence(banks: Build, monkeypatch: pytest.MonkeyPatch):
    """An id declared as an attribute would be counted in every group of the search."""
    for name in LACKING:
        monkeypatch.setenv(f"{name.upper()}_CLIENTS", "")
    monkeypatch.setenv("CARDS_CLIENTS", str(banks.folder / "cards.csv"))
    chosen = ("--select", "+churn_cells", "--exclude-resource-type", "unit_test")
    build = run_build(
        banks.folder / "narrow",
        root=banks.folder / "project",
        arguments=(*chosen, "--vars", "{max_attribute_values: 3}"),
    )
    assert build.code == 1
    told = "cards: the additional attribute education has 4 values, more than max_attribute_values (3)"
    assert told in build.stderr


def test_the_scaffolded_model_is_in_the_projects_style(banks: Build):
    """As `make lint` judges models; the dbt templater would need a database of its own."""
    model = next((banks.folder / "target/compiled").rglob("models/staging/cards/stg_cards__clients.sql"))
    sqlfluff = str(Path(sys.executable).with_name("sqlfluff"))
    command = [sqlfluff, "lint", str(model), "--config", str(ROOT / ".sqlfluff"), "--templater", "raw"]
    rules = [
        "--rules",
        "capitalisation,aliasing,convention,references.special_chars",
        "--disable-progress-bar",
    ]
    done = subprocess.run([*command, *rules], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
