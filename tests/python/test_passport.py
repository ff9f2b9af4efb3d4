"""The passport of the models says what the marts say, in both languages, and needs nothing besides."""

from __future__ import annotations

import re
import tomllib
from html import unescape
from pathlib import Path

import pytest
from bank_churn.passport.page import make_page, read_marts
from browser import opened
from conftest import ROOT, Build

TEXTS = ROOT / "python/bank_churn/passport"


def words(page: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)))


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_passport_says_what_the_marts_say(demo_build: Build, language: str):
    marts = read_marts(demo_build.folder / "published/bank_churn.duckdb")
    page = make_page(marts, language)
    text = words(page)
    assert not re.search(r"https?://|<script|None|nan", page)
    for model in marts["churn_models"]:
        assert model["fingerprint"] in text
    mark = "," if language == "ru" else "."
    for row in marts["churn_model_quality"]:
        for column, decimals in (("roc_auc", 4), ("roc_auc_low", 3), ("brier", 4)):
            assert f"{row[column]:.{decimals}f}".replace(".", mark) in text
    for attribute in ("gender", "age_band", "city"):
        for row in marts["churn_model_groups"]:
            if row["attribute"] == attribute:
                assert row[f"value_label_{language}"] in text
    costs = {
        row["portfolio"]: row["roc_auc"]
        for row in marts["churn_model_quality"]
        if row["model_variant"] == "ebm"
    }
    for row in marts["churn_model_quality"]:
        if row["model_variant"] == "ebm_without_gender_and_age":
            assert f"{costs[row['portfolio']] - row['roc_auc']:.4f}".replace(".", mark) in text


def test_the_passport_fits_a_telephone_and_leads_to_its_parts(demo_build: Build, tmp_path: Path):
    page = tmp_path / "passport.html"
    page.write_text(make_page(read_marts(demo_build.published / "bank_churn.duckdb"), "ru"))
    anchors = set(re.findall(r'id="([\w-]+)"', page.read_text()))
    links = re.findall(r'href="#([\w-]+)"', page.read_text())
    assert len(links) > 10
    assert set(links) <= anchors
    with opened(page, width=390) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        seen.page.locator("nav a").nth(4).click()
        assert seen.page.locator(f"#{links[4]}").is_visible()
        hidden = seen.page.locator("#bank_scrooge-fairness ~ div tr", has_text="Тутаев").first.inner_text()
    assert hidden.split("\t") == ["Тутаев", *["скрыто"] * 8]


def test_both_languages_say_the_same_things():
    russian, english = (
        tomllib.loads((TEXTS / f"texts_{name}.toml").read_text("utf-8")) for name in ("ru", "en")
    )
    assert russian.keys() == english.keys()
    for key, text in russian.items():
        if not isinstance(text, str):
            assert len(text) == len(english[key])
    assert russian["reasons"].keys() == english["reasons"].keys()


def test_a_portfolio_without_a_model_says_why():
    row = dict.fromkeys(("model_version", "model_settings"))
    row |= {"portfolio": "cards", "no_score_reason": "too_few_clients", "data_origin": "extract"}
    text = words(make_page({"churn_models": [row]}, "en"))
    assert "This portfolio has no model: too few clients" in text
