"""The catalogue for business people: questions first, words in any form, nothing of anybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bank_churn.exports.catalogue import QUESTIONS, catalogue_of
from bank_churn.exports.docs import findings, with_policy
from bank_churn.exports.markdown import to_html
from bank_churn.running.artifacts import public_marts
from bank_churn.words.language import Language
from browser import opened
from conftest import ROOT, Build, csv_rows

LARGEST_PAGE = 2_000_000


@pytest.fixture(scope="module")
def manifest(demo_build: Build) -> dict:
    """Of the build itself: its descriptions are Russian, as are those of the page."""
    return demo_build.manifest()


@pytest.fixture(scope="module")
def page(demo_build: Build, manifest: dict, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("catalogue") / "catalogue_ru.html"
    published = demo_build.published / "bank_churn.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        path.write_text(with_policy(catalogue_of(manifest, published=published, language="ru")))
    return path


def test_every_table_word_and_segment_is_on_the_page(demo_build: Build, manifest: dict, page: Path):
    text = page.read_text(encoding="utf-8")
    marts = [mart.name for mart in public_marts(manifest) if mart.is_latest]
    assert len(marts) > 40
    for mart in marts:
        assert f'id="table-{mart}"' in text
    assert all(f"<dt>{row['ru']}</dt>" in text for row in csv_rows(ROOT / "seeds/glossary.csv"))
    for name, rule in demo_build.query_published(
        "select segment_name_ru, segment_description_ru from segment_portraits"
    ):
        assert name in text
        assert rule in text
    anchors = set(re.findall(r'id="([\w-]+)"', text))
    links = set(re.findall(r'href="#([\w-]+)"', text))
    assert len(links) > 50
    assert links <= anchors


def test_the_page_is_light_loads_nothing_and_names_nobody(demo_build: Build, page: Path):
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_size < LARGEST_PAGE
    assert not re.search(r'\b(?:src|href)="(?!#|dashboard\.|model_passport\.)', text)
    assert "default-src 'none'" in text
    keys = demo_build.query("select client_key from clients limit 500", "published/bank_churn_clients.duckdb")
    assert not [key for (key,) in keys if key in text]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("вкладчики", "Вкладчики"),
        ("ВКЛАДЧИКАМИ", "Вкладчики"),
        ("отток по городам", "В каком городе доля оттока выше"),
        ("что такое сегмент", "Сегменты, целевые группы"),
        ("как получается вероятность", "Вероятность оттока"),
        ("персональных данных", "Личные данные"),
    ],
)
def test_search_knows_the_forms_of_words(page: Path, asked: str, first: str):
    with opened(page) as seen:
        seen.page.fill("#search", asked)
        assert seen.page.locator("#results li").first.inner_text().startswith(first)
        seen.page.locator("#results a").first.click()
        opening = seen.page.evaluate("document.querySelector(location.hash).checkVisibility()")
        assert opening
        assert seen.complaints == []


def test_what_is_not_there_is_not_found(page: Path):
    with opened(page, width=375) as seen:
        seen.page.fill("#search", "криптовалюта")
        assert seen.page.locator("#results .nothing").is_visible()
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_the_build_found_stands_in_the_documentation(
    demo_build: Build, manifest: dict, language: Language
):
    marts = [mart.name for mart in public_marts(manifest)]
    found = findings(demo_build.published / "bank_churn.duckdb", marts, language)
    assert {"churn_by_city", "churn_by_gender", "hypothesis_results"} <= found.keys()
    [(city,)] = demo_build.query_published(
        f"select arg_max(value_label_{language}, churn_rate) from churn_by_city where portfolio = 'metanprom'"
    )
    assert city in found["churn_by_city"]


def test_the_catalogue_finds_the_questions_in_both_languages():
    asked = {}
    for language in ("ru", "en"):
        texts = [path.read_text("utf-8") for path in (ROOT / "models/docs" / language).rglob("*.md")]
        asked[language] = sum(len(QUESTIONS.findall(text)) for text in texts)
    assert asked["ru"] == asked["en"] > 60


def test_markdown_cannot_bring_tags():
    text = "<script>alert(1)</script> **<b>** [x](javascript:alert) `<i>`\n\n| <u> |\n|---|\n| a |"
    html = str(to_html(text, lambda link: None))
    assert not re.search(r"<(?:script|b|i|u)>", html)
    assert "javascript" not in html


def test_headings_follow_one_another_from_the_level_asked_for():
    text = "a\n\n### b\n\n```\n# no heading\n```\n\n#### c\n\n### d"
    html = str(to_html(text, lambda link: None, top=4))
    assert re.findall(r"<(h\d)>(\w)", html) == [("h4", "b"), ("h5", "c"), ("h4", "d")]


def test_quotes_and_sloped_words_are_read_not_shown():
    html = str(to_html("> *a b* says 2 * 3 * 4\n> c `*d*`", lambda link: None))
    assert html == "<blockquote><p><em>a b</em> says 2 * 3 * 4 c <code>*d*</code></p></blockquote>"


def test_hidden_figures_and_bounds_are_told_as_on_the_other_pages(demo_build: Build, page: Path):
    text = page.read_text(encoding="utf-8")
    assert "от — до —" not in text
    hidden = demo_build.query_published("select count(*) from segment_portraits where churn_rate is null")
    assert hidden[0][0] > 0
    assert text.count("<td>скрыто</td><td>скрыто</td>") == hidden[0][0]
    whole = demo_build.query_published("select ci_low from segment_portraits where churn_rate = 1")
    assert whole
    for (low,) in whole:
        least = f"{int(1000 * low) / 10}".replace(".", ",")
        assert f"<td>не ниже {least}\u00a0%</td><td>от {least}\u00a0% до 100,0\u00a0%</td>" in text
