"""Layouts that public data sets made well known: each added by one command, nothing put right by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from bank_churn.new_portfolio import add_portfolio
from bank_churn.new_portfolio.guess import Choice
from bank_churn.new_portfolio.scaffold import apart_from_others
from conftest import Build, copy_project, run_build
from public_layouts import LAYOUTS, SANTANDER_PRODUCTS, write_layout
from test_leaks import column

ROWS = 3_000
CHURNED = {
    "bank_churners": ("Attrition_Flag", "Attrited Customer"),
    "telco": ("Churn", "Yes"),
    "modelling": ("Exited", "1"),
    "santander": ("churn", "1"),
}
"""The column of churn, and what it says of those who left."""
COMPARED = {
    "bank_churners": {"education": "Education_Level", "card_type": "Card_Category"},
    "telco": {"contract": "Contract", "senior_citizen": "SeniorCitizen"},
    "modelling": {"geography": "Geography", "product_count": "NumOfProducts"},
    "santander": {"sexo": "sexo", "holds_current_account": "ind_cco_fin_ult1", "segmento": "segmento"},
}
"""Attribute → column of the extract."""


def test_each_is_added_by_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """What a person would have chosen: which columns are ours, which are attributes, which tell churn."""
    root = copy_project(tmp_path / "project")
    monkeypatch.chdir(root)
    told = {}
    for name in LAYOUTS:
        write_layout(name, tmp_path / f"{name}.csv", 1_000)
        told[name] = add_portfolio(name, str(tmp_path / f"{name}.csv")).text
    declared = yaml.safe_load((root / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["portfolios"]
    names = {
        bank: [one if isinstance(one, str) else next(iter(one)) for one in declared[bank]["additional"]]
        for bank in LAYOUTS
    }
    assert {bank: len(found) for bank, found in names.items()} == {
        **{"bank_churners": 16, "telco": 18, "modelling": 2, "santander": 14}
    }
    assert len(declared["santander"]["holdings"]["products"]) == len(SANTANDER_PRODUCTS) == 24
    # A tenure is a number of months in one bank, one of eleven values in the other.
    assert "tenure" in names["telco"]
    assert names["modelling"] == ["geography", "tenure_of_modelling"]
    assert "tenure is something else in another bank" in told["modelling"]
    assert told["bank_churners"].count("named like churn itself") == 2
    assert "personal data" in told["modelling"]
    assert not any("would be rejected for it" in text for text in told.values())


def choice(name: str, form: str = "category", bounds: tuple[int, int] = (0, 0)) -> Choice:
    return Choice(name, column(name, ["x"]), "likely", "", form=form, bounds=bounds)


def test_a_name_means_the_same_in_every_bank():
    others = {
        **{"plan": {}, "years": {"form": "whole_number", "range": [0, 100]}},
        **{"limit": {"form": "amount", "range": [0, 10], "roles": ["rates"]}},
    }
    given = [
        choice("plan"),
        choice("years", "whole_number", (0, 10)),
        choice("limit", "amount", (0, 10)),
        choice("years_band"),
        choice("own"),
    ]
    found = apart_from_others(given, "mine", others)
    assert [one.target for one in found] == ["plan", "years", "limit_of_mine", "years_band_of_mine", "own"]
    assert found[1].bounds == (0, 100)
    [wider] = apart_from_others([choice("years", "whole_number", (0, 1000))], "mine", others)
    assert (wider.target, wider.bounds) == ("years_of_mine", (0, 1000))
    [longest] = apart_from_others([choice("a" * 40)], "b" * 30, {"a" * 40: {"form": "amount"}})
    assert len(longest.target) == 40
    assert longest.target.startswith("a" * 33 + "_of_b")


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, dict[str, pd.DataFrame]]:
    """The four in a copy of the project, as the command left it, and the fields of each extract."""
    folder = tmp_path_factory.mktemp("layouts")
    root = copy_project(folder / "project")
    fields, variables = {}, {}
    for name in LAYOUTS:
        path = folder / f"{name}.csv"
        fields[name] = write_layout(name, path, ROWS)
        command = [sys.executable, "-m", "bank_churn.cli", "new-portfolio", name, "--from", str(path)]
        done = subprocess.run(command, cwd=root, env=os.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        variables[f"{name.upper()}_CLIENTS"] = str(path)
    build = run_build(folder, root=root, variables=variables, whole_model=True)
    assert build.code == 0, build.stdout + build.stderr
    return build, fields


@pytest.mark.slow
def test_rates_are_those_of_the_rows(layouts: tuple[Build, dict[str, pd.DataFrame]]):
    build, fields = layouts
    for name, attributes in COMPARED.items():
        flag, left = CHURNED[name]
        churned = fields[name][flag] == left
        for attribute, source in {"all": "", **attributes}.items():
            groups = fields[name][source] if source else pd.Series("all", index=churned.index)
            if attribute.startswith("holds_"):
                groups = groups.map({"0": "false", "1": "true"})
            expected = churned.groupby(groups).agg(["size", "sum"]).to_dict("index")
            found = build.query(
                f"""select dimension_value, client_count, churned_count from churn_rates
                where portfolio = '{name}' and dimension_name = '{attribute}'"""
            )
            assert {value: {"size": n, "sum": k} for value, n, k in found} == expected, (name, attribute)


@pytest.mark.slow
def test_no_row_is_lost_and_every_model_is_trained(layouts: tuple[Build, dict[str, pd.DataFrame]]):
    build, _ = layouts
    assert build.query(
        "select portfolio, raw_row_count, client_count, rejected_row_count from portfolios order by 1"
    ) == [(name, ROWS, ROWS, 0) for name in sorted(LAYOUTS)]
    assert build.query(
        """select portfolio from churn_model_quality
        where evaluation = 'out_of_fold' and model_variant = 'ebm' and roc_auc between 0.6 and 0.98
        order by 1"""
    ) == [(name,) for name in sorted(LAYOUTS)]
    assert build.query(
        "select sum(is_searched::int), count(*) from int_searched_attributes where portfolio = 'santander'"
    )[0] == (12, pytest.approx(35, abs=10))
