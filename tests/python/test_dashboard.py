"""The dashboard: every number on it is the mart's, it needs no network, and it makes sense without data."""

from __future__ import annotations

import calendar
import csv
import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from altair.utils.schemapi import debug_mode
from bank_churn.cli import main
from bank_churn.dashboard import make_dashboard, make_dashboards
from bank_churn.dashboard.blocks import Block, without_gaps
from bank_churn.dashboard.charts import share_axis
from bank_churn.dashboard.findings import main_findings, without_findings, worst_city_card
from bank_churn.dashboard.first import first_groups
from bank_churn.dashboard.marts import KEYS, Marts, Row, read_marts
from bank_churn.dashboard.page import make_page
from bank_churn.dashboard.retention import risk_block
from bank_churn.dashboard.view import View
from bank_churn.dashboard.writer import read_texts
from bank_churn.errors import BankChurnError
from bank_churn.publishing.history import verify
from bank_churn.publishing.outputs import MANIFEST, outputs_in, write_manifest
from browser import Seen, opened, wait_for_charts
from conftest import Build, run_build
from extracts import good_row, to_line, write_lines
from markupsafe import Markup

LANGUAGES = ("ru", "en")
LARGEST_FILE = 2_600_000
VOID = {"meta", "input", "br", "link", "img"}
UNFINISHED = re.compile(r"\b(nan|undefined|null|NaN|None)\b|\{\w*\}|\{\{|\binf\b")
# Latin letters that stand for statistics, as in Russian textbooks, and the format of a file.
SYMBOLS = {"p", "h", "g", "V", "csv"}
FILES = "_publication_sources"  # names of files are the bank's own
PASSPORT = r"model_passport\.(ru|en)\.html"


@dataclass
class Parsed:
    """What a reader of the file finds in it."""

    figures: list[dict[str, str]] = field(default_factory=list)
    texts: list[dict[str, str]] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    specs: list[dict[str, Any]] = field(default_factory=list)
    visible: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)


class Reader(HTMLParser):
    """Takes a page apart into marked numbers, marked texts, other visible text and chart specifications."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Parsed()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if "aria-label" in attributes:
            self.found.labels.append(attributes["aria-label"])
        if tag in VOID:
            return
        self.open.append((tag, attributes))
        if tag in ("script", "style", "title", "noscript"):
            self.hidden += 1
        if "data-mart" in attributes:
            kind = self.found.figures if tag == "data" else self.found.texts
            kind.append({**attributes, "shown": ""})

    def handle_endtag(self, tag: str) -> None:
        closed, _ = self.open.pop()
        assert closed == tag, f"</{tag}> closes <{closed}>"
        if tag in ("script", "style", "title", "noscript"):
            self.hidden -= 1

    def handle_data(self, text: str) -> None:
        tag, attributes = self.open[-1] if self.open else ("", {})
        if tag == "script" and attributes.get("type") == "application/json" and "id" not in attributes:
            self.found.specs.append(json.loads(text))
        if self.hidden or not text.strip():
            return
        if attributes.get("data-mart") != FILES:
            self.found.visible.append(text)
        if "data-mart" in attributes:
            (self.found.figures if tag == "data" else self.found.texts)[-1]["shown"] += text
        else:
            self.found.loose.append(text)


def parse(page: Path) -> Parsed:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    reader.close()
    return reader.found


class Values:
    """Looks values up in a published database."""

    def __init__(self, published: Path) -> None:
        self.found: dict[tuple[str, str], dict[str, Any]] = {}
        with duckdb.connect(str(published), read_only=True) as connection:
            tables = {
                name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
            }
            for mart in tables & set(KEYS):
                cursor = connection.execute(f'select * from "{mart}"')
                columns = [column[0] for column in cursor.description]
                for row in cursor.fetchall():
                    values = dict(zip(columns, row, strict=True))
                    self.found[mart, normal({name: values[name] for name in KEYS[mart]})] = values

    def row(self, mart: str, key: str) -> dict[str, Any]:
        return self.found[mart, normal(dict(zip(KEYS[mart], json.loads(key), strict=True)))]


def normal(key: dict[str, Any]) -> str:
    return json.dumps(key, ensure_ascii=False, sort_keys=True, default=str)


def expected_text(value: float, form: str, language: str) -> str:
    """A number as the page must show it, written anew here, not with the page's own code."""
    kind, _, decimals = form.partition(":")
    if kind in ("percent", "points"):
        value *= 100
    if kind == "floor":
        value, kind = int(value * 1000) / 10, "percent"
    text = f"{abs(value):,.{decimals}f}"
    if language == "ru":
        text = text.translate({ord(","): "\u00a0", ord("."): ","})
    if re.search("[1-9]", text):
        text = ("−" if value < 0 else "+" if kind in ("signed", "points") else "") + text
    return text + (("\u00a0%" if language == "ru" else "%") if kind == "percent" else "")


def check_numbers(page: Path, values: Values, language: str) -> Parsed:
    """Every marked number and text is the mart's, and no other text of the page has a digit of its own."""
    parsed = parse(page)
    for figure in parsed.figures:
        value = values.row(figure["data-mart"], figure["data-key"])[figure["data-column"]]
        assert float(figure["value"]) == float(value), figure
        assert figure["shown"] == expected_text(float(value), figure["data-form"], language), figure
    for text in parsed.texts:
        told = values.row(text["data-mart"], text["data-key"])[text["data-column"]]
        if text.get("data-form") == "day":
            assert text["shown"].lstrip("0") == day(told, language), text
            continue
        is_file = text["data-mart"] == FILES
        assert text["shown"] == (told if is_file else without_code_names(str(told), language)), text
    fixed = " ".join(read_texts(language).values())
    known = {text["shown"] for text in parsed.texts} | {text.strip() for text in fixed.split()}
    for text in parsed.loose:
        numbers = [word for word in re.findall(r"[\d.,  ]*\d", text) if word.strip() not in fixed]
        assert not numbers or text.strip() in known, f"a number without its place in a mart: {text!r}"
    return parsed


def day(told: datetime, language: str) -> str:
    if language == "ru":
        return f"{told.day}.{told.month:02}.{told.year}"
    return f"{told.day} {calendar.month_name[told.month]} {told.year}"


def without_code_names(text: str, language: str) -> str:
    text = re.sub(r"\s*\([^()]*[a-z]+_[a-z_]+[^()]*\)", "", text)
    return re.sub(r"\s+[A-Za-z_]{4,}", "", text) if language == "ru" else text


def data_rows(spec: Any) -> Iterator[dict[str, Any]]:
    """All rows of the data in a chart."""
    for rows in spec.get("datasets", {}).values():
        yield from rows
    stack = [spec]
    while stack:
        part = stack.pop()
        yield from part.get("data", {}).get("values", [])
        stack.extend(part.get("layer", []))


def check_charts(parsed: Parsed, values: Values) -> int:
    """Every number a chart is drawn from is the mart's; others are the ends of a line at 0 and 1."""
    checked = 0
    for spec in parsed.specs:
        for row in data_rows(spec):
            if "key" not in row:
                assert all(value in (0, 1) or isinstance(value, str) for value in row.values()), row
                continue
            mart = values.row(row["mart"], row["key"])
            for column, value in row.items():
                if column in mart:
                    assert value == mart[column], (row, column)
                    checked += 1
                else:
                    assert isinstance(value, str | bool), (row, column)
    return checked


def check_words(parsed: Parsed, language: str) -> None:
    """No unfinished text anywhere, no English word on the Russian page."""
    for text in [*parsed.visible, *parsed.labels]:
        assert not UNFINISHED.search(text), text
        if language == "ru":
            assert not set(re.findall(r"[A-Za-z]+", text)) - SYMBOLS, text
    charts = [
        text
        for spec in parsed.specs
        for row in data_rows(spec)
        for name, text in row.items()
        if name in ("label", "shown", "second", "group", "curve")
    ]
    for text in charts:
        assert not UNFINISHED.search(text), text
        assert language == "en" or not re.search("[A-Za-z]{2,}", text), text


@pytest.fixture(scope="module")
def pages(demo_build: Build) -> dict[str, Path]:
    """The pages that the build made of the demo data."""
    return {language: demo_build.published / f"dashboard.{language}.html" for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_fits_the_schema_of_vega_lite(demo_build: Build, pages: dict[str, Path], language: str):
    """The command leaves this check out, so it is made here: with it, the page is the same."""
    published = demo_build.published / "bank_churn.duckdb"
    with debug_mode(True):
        page = make_page(read_marts(published), Marts({}), language)
    assert page == pages[language].read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo_values(demo_build: Build) -> Values:
    return Values(demo_build.published / "bank_churn.duckdb")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_on_the_page_is_the_marts(pages: dict[str, Path], demo_values: Values, language: str):
    parsed = check_numbers(pages[language], demo_values, language)
    assert len(parsed.figures) > 500
    assert check_charts(parsed, demo_values) > 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_finished_and_in_the_pages_language(pages: dict[str, Path], language: str):
    check_words(parse(pages[language]), language)


def test_both_languages_have_the_same_texts():
    blanks = {
        language: {key: set(re.findall(r"\{(\w+)\}", text)) for key, text in read_texts(language).items()}
        for language in LANGUAGES
    }
    assert blanks["ru"] == blanks["en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_promised_that_the_data_do_not_say(language: str):
    texts = read_texts(language)
    assert not re.search(r"почему|\bwhy\b", texts["subtitle"]), "the extract tells no causes"
    # Drivers and hypotheses are corrected apart: of a link so weak one may show it and the other not.
    assert re.match("Если|If", texts["attribute_negligible"])
    assert "{net_interval}" in texts["budget_best"], "a campaign may lose"


@pytest.mark.parametrize("language", LANGUAGES)
def test_file_is_small_and_loads_nothing(pages: dict[str, Path], language: str):
    page = pages[language]
    assert page.stat().st_size <= LARGEST_FILE
    outside_scripts = re.sub(r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "http" not in outside_scripts.replace("http-equiv", "")
    assert not re.search(rf"\b(src|href)=\"(?!#|{PASSPORT}\")", outside_scripts)
    assert not re.search(r"url\(|@import", outside_scripts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_generated_data_are_labelled(pages: dict[str, Path], language: str):
    text = html.unescape(pages[language].read_text(encoding="utf-8"))
    assert text.count(f'generated-label">{read_texts(language)["generated_label"]}') == 2


@pytest.mark.parametrize(
    ("language", "width"),
    [
        *(("ru", 375), ("en", 1280)),
        *(pytest.param(*other, marks=pytest.mark.slow) for other in (("ru", 1280), ("en", 375))),
    ],
)
def test_page_works_without_a_network(pages: dict[str, Path], language: str, width: int):
    with opened(pages[language], width=width) as seen:
        tabs = seen.page.locator("[role=tab]")
        for number in range(tabs.count()):
            tabs.nth(number).click()
            wait_for_charts(seen.page)
            assert seen.page.locator(".panel:visible").count() == 1
            charts = seen.page.locator(".panel:visible .chart:visible")
            assert charts.count() >= 12
            for chart in range(charts.count()):
                # A chart that is not empty has marks beside its axes, and none is wider than its place.
                drawn = charts.nth(chart).locator(
                    "svg .mark-symbol path, svg .mark-rect path, svg .mark-line path"
                )
                assert drawn.count() > 0
            assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert seen.page.evaluate(
                "[...document.querySelectorAll('.panel:not([hidden]) .chart svg')]"
                ".every(one => one.getBoundingClientRect().right"
                " <= one.closest('.block').getBoundingClientRect().right)"
            )
        assert seen.complaints == []
        assert [url for url in seen.requests if not url.startswith("file:")] == []


def test_portfolios_are_switched_by_keyboard_and_link(pages: dict[str, Path]):
    with opened(pages["ru"], fragment="#metanprom-why") as seen:
        assert seen.page.locator(".panel:visible").get_attribute("id") == "metanprom"
        seen.page.locator("#tab-metanprom").focus()
        seen.page.keyboard.press("ArrowLeft")
        assert seen.page.locator(".panel:visible").get_attribute("id") == "bank_scrooge"
        assert seen.page.locator(":focus").get_attribute("id") == "tab-bank_scrooge"


def test_numbers_on_axes_are_russian(pages: dict[str, Path]):
    with opened(pages["ru"], fragment="#metanprom") as seen:
        ticks = seen.page.locator("#metanprom svg .role-axis-label text").all_text_contents()
        assert "25\u00a0%" in ticks
        assert not [tick for tick in ticks if re.search(r"\d\.\d|\d,\d{3}|\d%", tick)]


def test_text_has_enough_contrast(pages: dict[str, Path]):
    """WCAG AA: 4.5 to 1 for every text on display, in charts too."""
    with opened(pages["ru"]) as seen:
        assert seen.page.evaluate(CONTRAST) == []


CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("main *:not(script):not(style), header *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".mark-rect, svg .role-mark")) continue;
    const style = getComputedStyle(element);
    const colour = parse(element.closest("svg") ? style.fill : style.color);
    const [a, b] = [light(colour), light(ground(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push([element.textContent, colour]);
  }
  return faint;
}"""


def test_previous_publication_is_compared(demo_build: Build, tmp_path: Path):
    published = copy_with_publication(demo_build, tmp_path / "bank_churn.duckdb", "000012", "2026-02-01")
    kept = tmp_path / "history"
    copy_with_publication(demo_build, kept / "000012/bank_churn.duckdb", "000012", "2026-02-01")
    copy_with_publication(demo_build, kept / "000010/bank_churn.duckdb", "000010", "2025-12-01", rate=0.4)
    previous = copy_with_publication(
        demo_build, kept / "000011/bank_churn.duckdb", "000011", "2026-01-01", rate=0.1
    )
    for folder in kept.iterdir():
        write_manifest(folder / MANIFEST, {}, outputs_in(folder))
    page = make_dashboard(published=published, language="en", output=tmp_path / "page.html")
    then, now = Values(previous), Values(published)
    changes = [one for one in parse(page).figures if one.get("data-publication") == "previous"]
    assert changes
    for figure in parse(page).figures:
        values = then if figure.get("data-publication") == "previous" else now
        value = values.row(figure["data-mart"], figure["data-key"])[figure["data-column"]]
        assert figure["shown"] == expected_text(value, figure["data-form"], "en")
    assert read_texts("en")["change_rose"].split("{")[0] in page.read_text(encoding="utf-8")


def test_without_history_nothing_is_said_about_changes(demo_build: Build, tmp_path: Path):
    published = copy_with_publication(demo_build, tmp_path / "bank_churn.duckdb", "b", "2026-02-01")
    parsed = parse(make_dashboard(published=published, language="en", output=tmp_path / "page.html"))
    assert not [one for one in parsed.figures if "data-publication" in one]
    assert "previous publication" not in " ".join(parsed.visible).lower()


def copy_with_publication(
    build: Build, path: Path, publication_id: str, published_at: str, rate: float | None = None
) -> Path:
    """A published database that tells which publication it is, perhaps with another churn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((build.published / "bank_churn.duckdb").read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"create or replace table _publication as select '{publication_id}' as publication_id,"
            f" timestamp '{published_at}' as published_at"
        )
        if rate is not None:
            connection.execute(
                f"update churn_rates set churn_rate = {rate}, ci_low = {rate - 0.01}, ci_high = {rate + 0.01}"
                " where dimension_name = 'all'"
            )
    return path


def copy_of(build: Build, folder: Path) -> Path:
    """The published marts at another place, to change them there."""
    return Path(shutil.copy(build.published / "bank_churn.duckdb", folder))


def small_build(folder: Path, rows: list[dict[str, str]]) -> Build:
    extract = write_lines(folder / "clients.csv", [to_line(row) for row in rows])
    build = run_build(folder, metanprom=extract, databases_only=False)
    assert build.code == 0, build.stdout + build.stderr
    return build


SMALL = {
    "one client": [good_row(1)],
    "no known churn": [{**good_row(number), "Churn": ""} for number in range(60)],
    "one city, no balance": [{**good_row(number), "City": "Рыбинск", "Balance": ""} for number in range(300)],
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SMALL)
def test_page_makes_sense_of_little(tmp_path: Path, case: str):
    build = small_build(tmp_path, SMALL[case])
    values = Values(build.published / "bank_churn.duckdb")
    for language in LANGUAGES:
        page = build.published / f"dashboard.{language}.html"
        parsed = check_numbers(page, values, language)
        check_charts(parsed, values)
        check_words(parsed, language)
    told = " ".join(parse(build.published / "dashboard.en.html").visible)
    texts = read_texts("en")
    assert (texts["churn_unknown"] in told) == (case != "one city, no balance")
    assert ("hidden" in told) or case != "one client"
    assert "bank_scrooge" not in told
    with opened(build.published / "dashboard.ru.html", width=375) as seen:
        assert seen.complaints == []
        assert seen.page.locator("[role=tab]").count() == 0
        assert seen.page.locator("h2").count() == 6


def test_page_without_portfolios_says_so(demo_build: Build, tmp_path: Path):
    path = copy_of(demo_build, tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from portfolios")
    page = make_dashboard(published=path, language="en", output=tmp_path / "page.html")
    assert read_texts("en")["empty"] in " ".join(parse(page).visible)


def test_absent_marts_are_named(demo_build: Build, tmp_path: Path):
    path = copy_of(demo_build, tmp_path)
    with duckdb.connect(str(path)) as connection:
        for mart in (
            "target_groups",
            "recommendations",
            "segment_portraits",
            "churn_risk",
            "churn_model_gains",
        ):
            # The latest version is a table with a view under its number; another version is a table.
            relations = connection.execute(
                """select table_name, if(table_type = 'VIEW', 'view', 'table')
                from information_schema.tables
                where table_name = $mart or regexp_full_match(table_name, $mart || '_v[0-9]+')
                order by table_type desc""",
                {"mart": mart},
            ).fetchall()
            assert (mart, "table") in relations
            for relation, kind in relations:
                connection.execute(f'drop {kind} "{relation}"')
    told = " ".join(parse(make_dashboard(published=path, language="en", output=tmp_path / "p.html")).visible)
    absent = ("target groups", "recommendations", "segments", "the retention figures", "the churn model")
    for what in absent:
        assert f"it does not hold {what}" in told


FILL = """([name, value]) => {
  const field = document.querySelector(`#metanprom input[name=${name}]`);
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""


def live(seen: Seen, name: str, group: str = "all") -> float:
    """A result that the page worked out."""
    output = f'#metanprom output[data-live="{name}"][data-group="{group}"]'
    return float(str(seen.page.locator(output).first.get_attribute("data-value")))


def test_assumptions_are_worked_out_as_the_mart_does(demo_build: Build, pages: dict[str, Path]):
    """Whatever the share kept and the cost of a contact: as many contacts, and as much, as in the mart.

    The mart as built: published, its sums are rounded by what several clients add to them.
    """
    grid = demo_build.query(
        """select kept_share, contact_cost, paying_contact_count, net_value from retention_break_even
        where portfolio = 'metanprom' and not is_suppressed"""
    )
    with opened(pages["en"], fragment="#metanprom") as seen:
        checked = 0
        for share, cost, contacts, net in grid:
            seen.page.evaluate(FILL, ["share", 100 * share])
            seen.page.evaluate(FILL, ["cost", cost])
            assert live(seen, "contacts") == pytest.approx(contacts, rel=0.02, abs=7)
            assert live(seen, "net") == pytest.approx(net, rel=0.03, abs=50)
            checked += contacts > 0
        assert checked > 10
        told = seen.page.locator("#metanprom .nothing")
        seen.page.evaluate(FILL, ["share", 0])
        assert told.is_visible()
        assert live(seen, "contacts") == live(seen, "net") == 0


def test_limits_and_income_change_the_result(demo_build: Build, pages: dict[str, Path]):
    [(steps, chance, value)] = demo_build.query_published(
        """select max(contact_count), sum(probability_sum), sum(value_to_save) from retention_curve
        where portfolio = 'metanprom' and group_code = 'all' and curve_step <= 20"""
    )
    with opened(pages["ru"], fragment="#metanprom") as seen:
        for name, filled in (("share", 10), ("cost", 300), ("contacts", steps)):
            seen.page.evaluate(FILL, [name, filled])
        assert live(seen, "contacts") == steps
        assert live(seen, "kept") == pytest.approx(0.1 * chance)
        assert live(seen, "saved") == pytest.approx(0.1 * value)
        assert live(seen, "cost") == 300 * steps
        assert live(seen, "price") == pytest.approx(0.1 * value / steps)
        assert live(seen, "share") == pytest.approx(300 * steps / value)
        assert live(seen, "kept_low") < live(seen, "kept") < live(seen, "kept_high")
        assert live(seen, "net_low") < live(seen, "net") < live(seen, "net_high")
        groups = seen.page.locator('#metanprom td output[data-live="contacts"]:not([data-group="all"])')
        assert sum(float(str(one.get_attribute("data-value"))) for one in groups.all()) <= steps
        seen.page.evaluate(FILL, ["income", 200])
        assert live(seen, "saved") == pytest.approx(0.2 * value)
        seen.page.evaluate(FILL, ["budget", 3_100])
        assert live(seen, "contacts") == 10
        shown = seen.page.locator('#metanprom .result output[data-live="cost"]').inner_text()
        assert shown == "3\u00a0000"


def test_figures_are_downloaded_as_the_marts(demo_build: Build, pages: dict[str, Path], tmp_path: Path):
    rows = demo_build.query_published(
        """select value_label_ru, client_count, churn_rate from churn_by_city where portfolio = 'metanprom'"""
    )
    with opened(pages["ru"], fragment="#metanprom") as seen:
        block = seen.page.locator("#metanprom .block").filter(has_text=read_texts("ru")["by_city"]).first
        block.locator("summary").click()
        with seen.page.expect_download() as downloading:
            block.locator("button.csv").click()
        downloading.value.save_as(tmp_path / "figures.csv")
        assert downloading.value.suggested_filename == "По_городам.csv"
    text = (tmp_path / "figures.csv").read_text(encoding="utf-8-sig")
    found = {line[0]: line for line in csv.reader(text.splitlines(), delimiter=";")}
    assert sum(clients is not None for _, clients, _ in rows) > 1
    for city, clients, rate in rows:
        for told, figure in ((found[city][1], clients), (found[city][3], rate)):
            assert told in ("—", "скрыто") if figure is None else float(told) == figure, (city, told)


def test_any_published_pair_is_a_heat_map(demo_build: Build, pages: dict[str, Path]):
    [(pairs,)] = demo_build.query_published(
        """select count(distinct dimension_name) from churn_rates
        where portfolio = 'metanprom' and dimension_2_name is not null"""
    )
    with opened(pages["en"], fragment="#metanprom") as seen:
        choice = seen.page.locator("#metanprom .choose select")
        assert choice.locator("option").count() == pairs > 3
        for number in range(pairs):
            choice.select_option(index=number)
            wait_for_charts(seen.page)
            on_display = seen.page.locator("#metanprom .choice:visible")
            assert on_display.count() == 1
            assert on_display.locator("svg .mark-rect path").count() > 3
        assert seen.complaints == []


BOXES = """panel => {
    const axes = document.querySelectorAll(`#${panel} .choice:not([hidden]) svg g.role-axis-label`);
    const box = one => one.getBoundingClientRect().toJSON();
    return [...axes].map(axis => (
        { place: box(axis.closest("svg")), labels: [...axis.querySelectorAll("text")].map(box) }
    ));
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_headings_of_a_heat_map_are_apart_and_whole(pages: dict[str, Path], width: int):
    with opened(pages["ru"], fragment="#bank_scrooge", width=width) as seen:
        axes = seen.page.evaluate(BOXES, "bank_scrooge")
        seen.page.locator("#tab-metanprom").click()
        wait_for_charts(seen.page)
        axes += seen.page.evaluate(BOXES, "metanprom")
    assert len(axes) == 4
    for axis in axes:
        assert len(axis["labels"]) > 3
        for number, one in enumerate(axis["labels"]):
            assert axis["place"]["left"] <= one["left"] < one["right"] <= axis["place"]["right"]
            assert axis["place"]["top"] <= one["top"] < one["bottom"] <= axis["place"]["bottom"]
            for other in axis["labels"][:number]:
                apart = (
                    one["left"] >= other["right"]
                    or other["left"] >= one["right"]
                    or one["top"] >= other["bottom"]
                    or other["top"] >= one["bottom"]
                )
                assert apart, (one, other)


@pytest.mark.parametrize("largest", [0.03, 0.05, 0.1, 0.15, 0.3, 0.5, 1.0])
def test_an_axis_of_shares_has_ticks_to_read_by(largest: float):
    ticks = share_axis(largest=largest)["values"]
    assert ticks[0] == 0
    assert 2 < len(ticks) < 7
    assert largest / 2 < ticks[-1] <= largest


@pytest.mark.parametrize("portfolio", ["metanprom", "bank_scrooge"])
def test_a_director_has_the_answers_within_two_screens(pages: dict[str, Path], portfolio: str):
    """The worst city, how sure that is and what else may be behind it; with whom to begin, at what cost."""
    with opened(pages["ru"], fragment=f"#{portfolio}") as seen:
        seen.page.set_viewport_size({"width": 1280, "height": 800})
        for told in (".cards .card >> nth=1", ".first .result >> nth=0", ".first tbody tr >> nth=2"):
            place = seen.page.locator(f"#{portfolio} {told}").bounding_box()
            assert place
            assert place["y"] + place["height"] < 1600, told
        assert seen.page.locator(f"#{portfolio} .state a").inner_text() == read_texts("ru")["passport_name"]


def test_on_a_phone_an_interval_stands_below_its_value(pages: dict[str, Path]):
    places = """[...document.querySelectorAll('.panel:not([hidden]) .first td small')].map(small => {
        const value = small.closest('td').querySelector('data').getBoundingClientRect();
        const own = small.getBoundingClientRect();
        return [value.right - own.right, own.top - value.top] })"""
    with opened(pages["ru"], width=390) as seen:
        found = seen.page.evaluate(places)
    assert found
    assert all(abs(aside) < 2 and below > 5 for aside, below in found), found


def test_no_block_stands_beside_an_empty_place():
    blocks = [Block(name, width="full" if name.isupper() else "half") for name in "abcDeFgh"]
    laid = "".join("1" if block.width == "full" else "2" for block in without_gaps(blocks))
    assert laid == "22111122"
    assert without_gaps([]) == []


def test_what_campaigns_measured_stands_beside_the_guess(demo_build: Build):
    def told(**effect: Any) -> str:
        row = {"portfolio": "metanprom", "offer": "call", "offer_label_en": "A call", "is_measured": True}
        marts = read_marts(demo_build.published / "bank_churn.duckdb")
        effects = (Row("offer_effects", row | effect),)
        marts = Marts({**marts.rows, "offer_effects": effects})
        return str(first_groups(View("en", read_texts("en"), marts, "metanprom")).message)

    measured = {"kept_share": 0.14, "kept_share_low": 0.066, "kept_share_high": 0.214}
    assert "14.0%" in told(**measured)
    assert "6.6%" in told(**measured)
    assert told(**measured | {"is_measured": False}) == ""
    assert told(**dict.fromkeys(measured)) == ""


def test_a_model_no_better_than_chance_is_not_praised(demo_build: Build, tmp_path: Path):
    published = Path(shutil.copy(demo_build.published / "bank_churn.duckdb", tmp_path))
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update churn_model_quality set roc_auc = 0.51, roc_auc_low = 0.49 where model_variant = 'ebm'"
        )
        connection.execute(
            "update churn_model_calibration set mean_predicted = 0.02, churn_rate = 0.02, ci_high = 0.03"
        )
    page = make_dashboard(published=published, language="en", output=tmp_path / "page.html")
    told = " ".join(parse(page).visible)
    assert told.count("the model cannot be told from a choice at random") == 2
    assert "ranks clients better" not in told
    drawn = [spec for spec in parse(page).specs if any("mean_predicted" in row for row in data_rows(spec))]
    ends = [layer["encoding"]["x"]["scale"]["domain"][1] for spec in drawn for layer in spec["layer"][:1]]
    assert ends == [pytest.approx(0.033)] * 2


def test_main_findings_are_the_largest_that_hold(demo_build: Build, tmp_path: Path):
    """By the share of leavers above that of clients; not what is about the extract, nor what vanishes."""
    path = copy_of(demo_build, tmp_path)
    said = findings_of(path)
    assert said
    for portfolio, titles in said.items():
        [(largest, most)] = demo_build.query_published(
            f"""select arg_max(value_label_en, share_of_churn - share_of_clients),
                max(share_of_churn - share_of_clients)
            from churn_rates inner join churn_drivers using (portfolio)
            where portfolio = '{portfolio}' and dimension_name = attribute and verdict = 'differs'
                and attribute <> 'has_balance' and dimension_value <> 'unknown' and ci_low > (
                    select churn_rate from churn_rates as everyone
                    where everyone.portfolio = '{portfolio}' and dimension_name = 'all'
                )"""
        )
        assert most > 0.05
        assert largest.lower() in titles[0].lower()
        assert len(titles) <= 3
        assert not [title for title in titles if "balance known" in title]
    with duckdb.connect(str(path)) as connection:
        connection.execute("update adjusted_comparisons set adjusted_ci_low = -0.01, adjusted_ci_high = 0.01")
    assert findings_of(path) == {"bank_scrooge": [], "metanprom": []}
    for told in instead_of_findings(path).values():
        assert re.match(
            r"In the group “[^”]+” the churn rate is .*above? the average|.*times the average", told
        )
        assert "But among clients alike in other things" in told
        assert told.endswith("−1.0 to +1.0 percentage points: perhaps none.")


@pytest.mark.parametrize("verdict", ["unclear", "negligible"])
def test_a_group_that_surely_leaves_more_is_told_though_its_attribute_may_not_matter(
    demo_build: Build, tmp_path: Path, verdict: str
):
    path = copy_of(demo_build, tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"update churn_drivers set verdict = '{verdict}' where attribute = 'city'")
        connection.execute("update churn_drivers set verdict = 'not_shown' where attribute <> 'city'")
    assert findings_of(path) == {"bank_scrooge": [], "metanprom": []}
    told = instead_of_findings(path)
    assert "“Rostov Veliky”" in told["metanprom"]
    for sentence in told.values():
        assert sentence.endswith(read_texts("en")[f"attribute_{verdict}"])
    with duckdb.connect(str(path)) as connection:
        connection.execute("update churn_drivers set verdict = 'not_shown'")
    assert set(instead_of_findings(path).values()) == {read_texts("en")["headline_none"]}


def test_others_of_whom_nothing_is_known_are_not_counted_among_the_others(demo_build: Build, tmp_path: Path):
    path = copy_of(demo_build, tmp_path)
    known = "of the others of whom this is known"
    with duckdb.connect(str(path)) as connection:
        [(lacking,)] = connection.execute(
            "select count(*) from churn_rates where dimension_value = 'unknown'"
        ).fetchall()
        assert lacking
        connection.execute(
            "update churn_rates set dimension_value = 'known' where dimension_value = 'unknown'"
        )
    assert not [title for titles in findings_of(path).values() for title in titles if known in title]
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """insert into churn_rates select * replace ('unknown' as dimension_value) from churn_rates
            where dimension_name not like '%,%'
            qualify row_number() over (partition by portfolio, dimension_name order by churn_rate) = 1"""
        )
    titles = [title for titles in findings_of(path).values() for title in titles]
    assert titles
    assert all(title.endswith(known) for title in titles)


def views_of(published: Path) -> list[View]:
    marts = read_marts(published)
    return [View("en", read_texts("en"), marts, row["portfolio"]) for row in marts.of("portfolios")]


def findings_of(published: Path) -> dict[str, list[str]]:
    return {
        view.portfolio: [one.title.striptags() for one in main_findings(view)] for view in views_of(published)
    }


def instead_of_findings(published: Path) -> dict[str, str]:
    return {view.portfolio: without_findings(view).striptags() for view in views_of(published)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_rows_of_a_chart_stand_in_one_place(pages: dict[str, Path], language: str):
    """A row's place is its label: two attributes of one name would be drawn over each other."""
    looked_at = 0
    for spec in parse(pages[language]).specs:
        labels = [row["label"] for row in data_rows(spec) if "standing" in row]
        looked_at += len(labels)
        assert len(labels) == len(set(labels))
    assert looked_at > 100


@pytest.mark.parametrize("count", ["cover_client_count", "client_count"])
def test_a_hidden_count_is_no_point_of_the_cover_curve(demo_build: Build, tmp_path: Path, count: str):
    """The share beside it is rounded so far that the curve would turn back."""
    path = copy_of(demo_build, tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"update target_groups set {count} = null, cover_share_of_clients = 0 where cover_order = 3"
        )
    page = make_dashboard(published=path, language="ru", output=tmp_path / "page.html")
    curves = [
        [
            row["cover_share_of_clients"]
            for row in data_rows(spec)
            if {"key", "cover_share_of_clients"} <= set(row)
        ]
        for spec in parse(page).specs
    ]
    assert any(curves)
    for curve in filter(None, curves):
        assert curve == sorted(curve)
        assert len(curve) > 3


def test_the_worst_city_is_not_claimed_where_another_may_be(demo_build: Build, tmp_path: Path):
    path = copy_of(demo_build, tmp_path)
    said = cities_of(path)
    assert "cannot tell it from Rostov Veliky (" in said["bank_scrooge"]
    assert "cannot tell" not in said["metanprom"]
    with duckdb.connect(str(path)) as connection:
        connection.execute("update churn_rates set ci_high = 0.5 where dimension_value = 'Рыбинск'")
    assert "cannot tell it from Rybinsk (16.0%)" in cities_of(path)["metanprom"]


def cities_of(published: Path) -> dict[str, str]:
    marts = read_marts(published)
    views = [View("en", read_texts("en"), marts, row["portfolio"]) for row in marts.of("portfolios")]
    cards = {view.portfolio: worst_city_card(view) for view in views}
    return {portfolio: Markup(card.note).striptags() for portfolio, card in cards.items() if card}


def test_what_is_hidden_says_so(demo_build: Build, pages: dict[str, Path]):
    """A finding that may not be told is told of; a share without its count is hidden, not absent."""
    hidden = demo_build.query_published(
        "select count(*) from recommendations where not is_suppressed and finding_ru is null"
    )
    assert hidden[0][0] > 0
    told = "".join(parse(pages["ru"]).visible)
    assert told.count(read_texts("ru")["hidden_text"]) >= hidden[0][0]
    with opened(pages["en"], fragment="#bank_scrooge") as seen:
        table = seen.page.locator("#bank_scrooge-who table").last
        row = table.locator("tr", has_text="Share of women")
        assert "hidden" in row.inner_text()
        assert "—" not in row.inner_text()


def test_interval_over_the_average_makes_no_claim(demo_build: Build, tmp_path: Path):
    path = copy_of(demo_build, tmp_path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update churn_rates set ci_low = 0, ci_high = 1 where dimension_name <> 'all'")
    told = " ".join(parse(make_dashboard(published=path, language="en", output=tmp_path / "p.html")).visible)
    assert "times the average" not in told
    assert "Below the average" not in told
    assert read_texts("en")["headline_none"] in told


@pytest.mark.parametrize(("language", "beginning"), [("ru", "В группе «{}»"), ("en", "In the group “{}”")])
def test_direction_comes_from_the_numbers(
    language: str, beginning: str, demo_build: Build, pages: dict[str, Path]
):
    """The sentence on gender names the gender whose churn is higher, and what is unclear comes after it."""
    texts = read_texts(language)
    verdicts = set()
    for portfolio, label, verdict in demo_build.query_published(
        f"""select portfolio, arg_max(value_label_{language}, churn_rate), any_value(verdict)
        from churn_by_gender inner join churn_drivers using (portfolio)
        where attribute = 'gender' group by portfolio"""
    ):
        verdicts.add(verdict)
        with opened(pages[language], fragment=f"#{portfolio}") as seen:
            block = seen.page.locator(".panel:visible .block").filter(has_text=texts["by_gender"]).first
            message = block.locator(".message").inner_text()
            alike = block.locator(".note").inner_text()
        assert message.startswith(beginning.format(label))
        assert message.strip().endswith(texts["attribute_unclear"]) == (verdict == "unclear")
        assert alike.startswith(texts["alike_of"].partition("{")[0] + label)
        assert texts["alike_above"].partition("{")[0] in alike
    assert verdicts == {"differs", "unclear"}


def test_command_writes_the_language_asked_for(
    demo_build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    published = shutil.copytree(demo_build.published, tmp_path / "published")
    pages = {
        name: published / f"{name}.html" for name in ("dashboard.en", "dashboard.ru", "model_passport.en")
    }
    before = {name: page.stat().st_mtime_ns for name, page in pages.items()}
    monkeypatch.setattr(
        "sys.argv", ["bank_churn", "dashboard", "--language", "en", "--output", str(published)]
    )
    pages["dashboard.en"].write_text("of another day")
    assert main() == 0
    assert verify(published)[1] == []
    assert pages["dashboard.en"].read_text().startswith("<!doctype html>")
    assert pages["dashboard.ru"].stat().st_mtime_ns == before["dashboard.ru"]


def test_missing_database_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any):
    monkeypatch.setattr("sys.argv", ["bank_churn", "dashboard", "--output", str(tmp_path)])
    assert main() == 1
    assert (
        capsys.readouterr().err
        == f"bank_churn: Nothing is published in {tmp_path}: run `make build` first.\n"
    )


def test_failed_page_leaves_the_old_one_whole(
    demo_build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    copy_of(demo_build, tmp_path)
    (tmp_path / "dashboard.ru.html").write_text("old")

    def full_disk(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bank_churn.tools.files.os.replace", full_disk)
    with pytest.raises(OSError, match="No space"):
        make_dashboards(published=tmp_path / "bank_churn.duckdb")
    assert (tmp_path / "dashboard.ru.html").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bank_churn.duckdb", "dashboard.ru.html"]


def test_failed_page_after_a_build_says_what_is_published(demo_build: Build, monkeypatch: pytest.MonkeyPatch):
    from bank_churn.building.build import dashboards_of

    def broken(**arguments: object) -> None:
        raise ValueError("a chart failed")

    monkeypatch.setattr("bank_churn.dashboard.make_dashboards", broken)
    with pytest.raises(
        BankChurnError, match="databases are published, but the dashboard was not made: a chart"
    ):
        dashboards_of(demo_build.published / "bank_churn.duckdb")


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_risk_bands_are_no_missing_model(language: str):
    """One client in a band hides the others too; what the model expects of all is said."""
    all_clients = {
        "portfolio": "volga",
        "risk_band": "all",
        "band_order": 0,
        "client_count": 3437,
        "expected_leaver_count": 100,
        "sentence_ru": "Ожидаем ухода 100.",
        "sentence_en": "100 are expected to leave.",
    }
    hidden = {**all_clients, "risk_band": "high", "band_order": 3, "client_count": None}
    texts = read_texts(language)

    def told(*rows: dict[str, Any]) -> tuple[str, str]:
        marts = Marts({"churn_risk": tuple(Row("churn_risk", row) for row in rows)})
        block = risk_block(View(language, texts, marts, "volga"))
        return block.title, re.sub("<.*?>", "", str(block.message))

    sentence = all_clients[f"sentence_{language}"]
    assert told(all_clients, hidden) == (texts["expected_title"], f"{sentence} {texts['bands_hidden']}")
    undated = {**all_clients, "expected_leaver_count": None}
    assert told(undated, hidden) == (texts["risk_title"], texts["bands_hidden"])
    nobody = {**undated, "client_count": None}
    assert told(nobody, hidden) == (texts["risk_title"], texts["model_none"])


def test_nothing_is_said_of_clients_alike_in_nothing(demo_build: Build, tmp_path: Path):
    published = Path(shutil.copy(demo_build.published / "bank_churn.duckdb", tmp_path))
    told = "among clients alike in other things ("
    page = make_dashboard(published=published, language="en", output=tmp_path / "page.html")
    assert told in page.read_text(encoding="utf-8")
    with duckdb.connect(str(published)) as connection:
        connection.execute(
            "update adjusted_comparisons set held_alike = null, held_alike_ru = null, held_alike_en = null"
        )
    page = make_dashboard(published=published, language="en", output=tmp_path / "page.html")
    assert told not in page.read_text(encoding="utf-8")


PAPER_WIDTH = 725  # pixels of a screen that a sheet of A4 without its margins takes


@pytest.mark.parametrize(
    ("bank", "language"),
    [
        *(("bank_scrooge", "ru"), ("metanprom", "en")),
        *(
            pytest.param(*other, marks=pytest.mark.slow)
            for other in (("bank_scrooge", "en"), ("metanprom", "ru"))
        ),
    ],
)
def test_a_bank_takes_few_pages_of_paper(pages: dict[str, Path], bank: str, language: str):
    """Charts and tables fit the sheet; on the screen everything is as it was afterwards."""
    with opened(pages[language], fragment=f"#{bank}") as seen:
        heights = "() => [...document.querySelectorAll('.chart svg')].map(svg => svg.getAttribute('height'))"
        before = seen.page.evaluate(heights)
        paper = seen.page.pdf(prefer_css_page_size=True, print_background=True)
        assert 1 < len(re.findall(rb"/Type\s*/Page\b", paper)) <= 7
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate(heights) == before
        seen.page.emulate_media(media="print")
        seen.page.set_viewport_size({"width": PAPER_WIDTH, "height": 1000})
        assert seen.page.locator("footer .paper").is_visible()
        assert not seen.page.locator(f"#{bank} .assume").first.is_visible()
        over = seen.page.evaluate(
            "() => [...document.querySelectorAll('.panel:not([hidden]) .scroll')]"
            ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel)"
        )
        assert over == []
