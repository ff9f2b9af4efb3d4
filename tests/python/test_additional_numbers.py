"""A bank whose own attributes are numbers: declared in three files, then in every mart like the others."""

from __future__ import annotations

import csv
import json
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from conftest import Build, copy_project, run_build
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

pytestmark = pytest.mark.slow  # a bank of its own, with a model

HEADER = ("no", "left", "age", "region", "months", "turnover")
DECLARED = """
    loans:
      without: [city, gender, credit_score, property_points, balance, product_count, has_credit_card,
        is_active, estimated_salary]
      additional:
        - region
        - tenure_months: {form: whole_number, range: [0, 600],
            roles: [rates, search, groups, metric, model, portraits]}
        - turnover: {form: amount, range: [-1000000, 1000000]}
"""
STAGING = """-- One row per raw row of the extract: columns renamed, everything still text.
with source as (
    {{ read_clients('loans', ['no', 'left', 'age', 'region', 'months', 'turnover']) }}
),

renamed as (
    select
        'loans' as portfolio,
        source_file,
        source_row_number,
        raw_line,
        row_problem,
        "no" as client_id,
        age,
        "left" as is_churned,
        region,
        months as tenure_months,
        turnover
    from source
)

select * from renamed
"""
LABELS = (
    "portfolio,portfolio,loans,Банк займов,Bank of Loans,,,\n"
    "attribute,tenure_months,,стаж в месяцах,tenure in months,,,\n"
    "attribute,turnover,,оборот,turnover,,,\n"
)
WRONG = {
    "w1": ("many", "tenure_months_not_a_number"),
    "w2": ("601", "tenure_months_out_of_range"),
    "w3": ("12.5", "tenure_months_not_whole"),
    "w4": ("-1", "tenure_months_out_of_range"),
}


def good_rows() -> list[dict[str, str]]:
    """1,500 made-up clients: the newer, the likelier gone; a turnover may be negative."""
    draw = random.Random(7)
    rows = []
    for number in range(1500):
        months = draw.randint(0, 240)
        left = draw.random() < (0.5 if months < 60 else 0.12)
        turnover = f"{draw.uniform(-9000, 20000):.2f}".replace(".", ",")
        known = draw.random() < 0.95
        values = (f"c{number}", str(int(left)), str(draw.randint(20, 80)), draw.choice("NSW"))
        rows.append(dict(zip(HEADER, (*values, str(months) if known else "", turnover), strict=True)))
    return rows


ROWS = good_rows()


def clients() -> pd.DataFrame:
    """The good rows as numbers, read independently of the project."""
    frame = pd.DataFrame(ROWS)
    frame["months"] = pd.to_numeric(frame["months"])
    frame["turnover"] = frame["turnover"].str.replace(",", ".").astype(float)
    return frame.assign(left=frame["left"].astype(int))


def add_bank(root: Path) -> None:
    """What CONTRIBUTING says of an attribute that one bank has, and nothing else."""
    folder = root / "models/staging/loans"
    folder.mkdir(parents=True)
    (folder / "stg_loans__clients.sql").write_text(STAGING, encoding="utf-8")
    project = root / "dbt_project.yml"
    text = project.read_text(encoding="utf-8")
    project.write_text(
        text.replace("    bank_scrooge: {}\n", "    bank_scrooge: {}\n" + DECLARED[1:]), "utf-8"
    )
    with (root / "seeds/labels.csv").open("a", encoding="utf-8") as file:
        file.write(LABELS)


def write_extract(path: Path) -> str:
    wrong = [dict(ROWS[0], no=number, months=months, turnover="") for number, (months, _) in WRONG.items()]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, delimiter=";")
        writer.writeheader()
        writer.writerows([*ROWS, *wrong])
    return str(path)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("loans")
    root = copy_project(folder / "project")
    add_bank(root)
    extract = write_extract(folder / "loans.csv")
    build = run_build(folder, root=root, databases_only=False, variables={"LOANS_CLIENTS": extract})
    assert build.code == 0, build.stdout + build.stderr
    return build


def bands(values: pd.Series) -> pd.Series:
    """The band of each value, by quartiles of all values rounded to three digits."""
    rounded = values.map(lambda value: float(f"{value:.2e}"), na_action="ignore")
    bounds = [np.quantile(rounded.dropna(), share, method="inverted_cdf") for share in (0.25, 0.5, 0.75)]
    found = pd.Series(np.searchsorted(bounds, values, side="right") + 1, index=values.index)
    return ("q" + found.astype(str)).where(values.notna(), "unknown")


def test_wrong_numbers_are_rejected_with_their_reason(bank: Build):
    found = dict(bank.query("select client_id, reasons from rejected_clients"))
    assert found == {number: [reason] for number, (_, reason) in WRONG.items()}
    told = bank.query(
        """select check_name, row_count, description_en from data_quality
        where column_name = 'tenure_months' order by 1"""
    )
    missing = sum(not row["months"] for row in ROWS)
    assert told == [
        ("tenure_months_missing", missing, "Tenure in months: no value"),
        ("tenure_months_not_a_number", 1, "Tenure in months: not a number"),
        ("tenure_months_not_whole", 1, "Tenure in months: not a whole number"),
        ("tenure_months_out_of_range", 2, "Tenure in months: outside the accepted range"),
    ]


def test_clients_hold_numbers_as_numbers_with_their_band(bank: Build):
    texts = dict(bank.query("select client_id, additional_attributes from clients"))
    expected = clients()
    expected["band"] = bands(expected["months"])
    for row in expected.itertuples():
        held = json.loads(texts[row.no])
        months = None if pd.isna(row.months) else int(row.months)
        assert (held["region"], held["tenure_months"], held["turnover"]) == (row.region, months, row.turnover)
        assert held["tenure_months_band"] == (None if row.band == "unknown" else row.band)


@pytest.mark.parametrize(
    ("column", "dimension"), [("months", "tenure_months_band"), ("turnover", "turnover_band")]
)
def test_rates_are_those_of_the_quartiles(bank: Build, column: str, dimension: str):
    frame = clients()
    groups = frame.groupby(bands(frame[column]))["left"].agg(["size", "sum"])
    found = bank.query(
        """select dimension_value, client_count, churned_count, ci_low, ci_high, dimension_label_ru,
            value_label_en"""
        f" from churn_rates where dimension_name = '{dimension}'"
    )
    assert {value: (n, left) for value, n, left, *_ in found} == {
        value: (row["size"], row["sum"]) for value, row in groups.iterrows()
    }
    for value, n, left, low, high, label, value_label in found:
        assert (low, high) == pytest.approx(proportion_confint(left, n, method="wilson"))
        assert label == {"months": "стаж в месяцах", "turnover": "оборот"}[column]
        assert value == "unknown" or re.match(r"(low|lower middle|upper middle|high) \(", value_label)


def test_the_model_uses_it_as_a_number_and_words_its_reasons(bank: Build):
    kinds = dict(
        bank.query(
            """select feature, max(bin_kind) from int_churn_model_bins
            where bin_kind in ('number', 'category') group by 1"""
        )
    )
    assert kinds == {"age": "number", "tenure_months": "number", "turnover": "number", "region": "category"}
    reasons = Counter(
        part
        for ru, en in bank.query(
            "select reason_1_ru, reason_1_en from client_churn_scores where reason_1_en is not null"
        )
        for part in (ru.split(" и ")[0], en.split(" and ")[0])
    )
    assert any(re.fullmatch(r"tenure in months: (up to )?\d+(–\d+)?", text) for text in reasons), reasons
    assert any(re.match(r"стаж в месяцах: ", text) for text in reasons), reasons
    ((auc,),) = bank.query(
        "select roc_auc from churn_model_quality where model_variant = 'ebm' and evaluation = 'out_of_fold'"
    )
    assert auc > 0.6


def test_scores_are_those_of_the_models_terms(bank: Build):
    """Every client's bin, looked up in the public list by pandas: it says the average of what the folds add.

    A client whom the model was trained on is scored by the models of the other folds; the list is of all.
    """
    terms = bank.frame(
        """select term_number, lower_bound_1, upper_bound_1, bin_kind_1, contribution from churn_model_terms
        where attribute_1 = 'tenure_months' and term_kind = 'attribute'""",
    )
    shapes = terms[terms["bin_kind_1"] == "number"].sort_values("lower_bound_1", na_position="first")
    (number,) = terms["term_number"].unique()
    scored = bank.frame(
        f"""select clients.client_id as no, fold, contributions_e12[{number}] / 1e12 as found
        from client_churn_scores as scores inner join clients using (client_key)
        inner join int_churn_model_sample using (client_key)""",
    )
    frame = clients().dropna(subset="months").merge(scored, on="no")
    frame["bin"] = np.searchsorted(shapes["upper_bound_1"].to_numpy()[:-1], frame["months"], side="right")
    by_fold = frame.groupby(["bin", "fold"])["found"].agg(["nunique", "first"])
    assert (by_fold["nunique"] == 1).all()
    means = by_fold["first"].unstack().dropna().mean(axis=1)
    assert len(means) > len(shapes) / 2
    assert means.to_numpy() == pytest.approx(shapes["contribution"].to_numpy()[means.index])


def test_tests_compare_it_when_asked(bank: Build):
    frame = clients().dropna(subset="months")
    stayed, left = (frame.loc[frame["left"] == flag, "months"] for flag in (0, 1))
    ((difference, p_value),) = bank.query(
        """select difference, p_value from attribute_screen
        where metric = 'tenure_months' and group_attribute = 'is_churned' and group_a = 'false'"""
    )
    assert difference == pytest.approx(stayed.mean() - left.mean())
    assert p_value == pytest.approx(stats.ttest_ind(stayed, left, equal_var=False).pvalue)
    ((ranked,),) = bank.query(
        """select companion_p_value from attribute_screen
        where metric = 'tenure_months' and group_attribute = 'is_churned' and group_a = 'false'"""
    )
    assert ranked == pytest.approx(stats.mannwhitneyu(stayed, left).pvalue, rel=1e-6)
    pairs = bank.query(
        """select metric, count(*) from attribute_screen
        where group_attribute = 'tenure_months_band' group by 1 order by 1"""
    )
    assert pairs == [("age", 6), ("is_churned", 6)]  # not with itself
    assert bank.query("select count(*) from attribute_screen where metric = 'turnover'") == [(0,)]


def test_portraits_show_it_when_asked(bank: Build):
    frame = clients()
    found = bank.query(
        """select measure, measure_label_ru, value from portraits
        where group_kind = 'churn' and group_code = 'churned' and measure like 'tenure%'
        order by measure_order"""
    )
    own = frame.loc[frame["left"] == 1, "months"].dropna()
    assert found == [
        ("tenure_months_median", "стаж в месяцах: медиана", own.median()),
        ("tenure_months_q25", "стаж в месяцах: нижний квартиль", own.quantile(0.25)),
        ("tenure_months_q75", "стаж в месяцах: верхний квартиль", own.quantile(0.75)),
    ]
    assert bank.query("select count(*) from portraits where measure like 'turnover%'") == [(0,)]


def test_drivers_and_groups_know_its_bands(bank: Build):
    assert bank.query("select attribute from churn_drivers where rank = 1") == [("tenure_months_band",)]
    ((model_rank,),) = bank.query(
        "select model_rank from churn_drivers where attribute = 'tenure_months_band'"
    )
    assert model_rank == 1
    names = [name for (name,) in bank.query("select name_en from target_groups")]
    assert any(name.startswith("tenure in months: low (") for name in names), names


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_dashboard_shows_it(bank: Build, language: str):
    html = (bank.published / f"dashboard.{language}.html").read_text(encoding="utf-8")
    name = {"ru": "стаж в месяцах", "en": "tenure in months"}[language]
    assert html.count(name) > 5


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("{tenure: {form: whole_number}}", "a number needs its accepted range"),
        ("{tenure: {form: whole_number, range: [0, 90000]}}", "possible values is an amount"),
        ("{tenure: number}", 'form "number" is none of category, yes_no, whole_number, amount'),
        ("{tenure: {form: amount, range: [0, 9], unit: month}}", "it may say form, range, bands and roles"),
        ("{region: {roles: [metric]}}", "a category is no metric"),
        ("{age: {form: amount, range: [0, 9]}}", "give it a name of its own"),
    ],
)
def test_a_wrong_declaration_is_one_sentence(declared: str, told: str, tmp_path: Path):
    root = copy_project(tmp_path / "project")
    add_bank(root)
    settings = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["portfolios"]
    settings["loans"]["additional"] = [yaml.safe_load(declared)]
    extract = write_extract(tmp_path / "loans.csv")
    build = run_build(
        tmp_path,
        root=root,
        arguments=("--select", "+int_clients__unioned", "--vars", json.dumps({"portfolios": settings})),
        variables={"LOANS_CLIENTS": extract},
    )
    assert build.code != 0
    assert told in build.stderr + build.stdout
