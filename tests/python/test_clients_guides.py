"""The examples of guides and descriptions are run as they are printed, on published files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Build

FOLDERS = {"ru": "/полный/путь/data/published", "en": "/absolute/path/data/published"}


ONLY_WITH_MONTHS = {"product_moves"}


def queries(language: str) -> list[tuple[Path, str]]:
    """Every query of the descriptions, but models, which are templates."""
    return [
        (path, query)
        for path in sorted((ROOT / f"models/docs/{language}").rglob("*.md"))
        for query in re.findall(r"```sql\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
        if "{{" not in query
    ]


def examples(language: str) -> list[str]:
    text = (ROOT / f"models/docs/{language}/clients_guides.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("number", [0, 1])
def test_an_example_reads_the_published_rates(demo_build: Build, language: str, number: int):
    folder = str(demo_build.published).lstrip("/")
    code = examples(language)[number].replace(FOLDERS[language].lstrip("/"), folder)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "churn_rate" in done.stdout or "..." in done.stdout
    assert "Ярославль" in done.stdout


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_example_for_excel_writes_a_file(demo_build: Build, language: str, tmp_path):
    text = (ROOT / f"models/docs/{language}/clients_guides.md").read_text(encoding="utf-8")
    [code] = re.findall(r'-c "(import duckdb.*?)"\n', text)
    code = code.replace("data/published", str(demo_build.published))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Ярославль" in (tmp_path / "churn_by_city.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_query_of_the_descriptions_can_be_asked(demo_build: Build, language: str):
    """Of what is published, else, for those who carry the project on, of the build database."""
    database = demo_build.folder / "build/bank_churn.duckdb"
    with duckdb.connect() as published, duckdb.connect(str(database), read_only=True) as built:
        for name in ("bank_churn", "bank_churn_clients"):
            published.execute(f"attach '{demo_build.published / name}.duckdb' as {name} (read_only)")
        published.execute("set search_path = 'bank_churn,bank_churn_clients'")
        asked = queries(language)
        assert len(asked) > 50
        wrong = []
        for path, printed in asked:
            query = printed.replace("data/published", str(demo_build.published))
            try:
                published.execute(query)
            except duckdb.Error as error:
                try:
                    built.execute(query)
                except duckdb.Error:
                    if not any(f"from {mart}" in query for mart in ONLY_WITH_MONTHS):
                        wrong.append((path.name, query.strip().splitlines()[0], str(error).splitlines()[0]))
        assert wrong == []


def printed_rates(path: Path) -> list[list[str]]:
    """Rows of the table of rates by city that a page shows, with a decimal point."""
    lines = path.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("| portfolio | city |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace(",", ".") for cell in line.strip("|").split("|")][:8])
    return rows


@pytest.mark.parametrize(
    "page", ["README.md", "README.ru.md", "models/docs/en/pages/tables.md", "models/docs/ru/pages/tables.md"]
)
def test_the_rates_that_pages_show_are_those_of_a_first_build(demo_build: Build, page: str):
    built = {
        (portfolio, city): rates
        for portfolio, city, *rates in demo_build.query_published(
            "select portfolio, city, client_count, churned_count, churn_rate, ci_low, ci_high, lift"
            " from churn_by_city"
        )
    }
    printed = printed_rates(ROOT / page)
    assert {city for _, city, *_ in printed} == {city for _, city in built}
    for portfolio, city, *figures in printed:
        for figure, value in zip(figures, built[portfolio, city], strict=True):
            decimals = len(figure.partition(".")[2])
            assert figure == ("" if value is None else f"{value:.{decimals}f}"), (page, portfolio, city)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_conclusion_that_the_page_quotes_is_that_of_a_first_build(demo_build: Build, language: str):
    text = (ROOT / f"models/docs/{language}/pages/hypotheses.md").read_text(encoding="utf-8")
    [quoted] = re.findall(r"^> \*metanprom, H07\.\* (.*?)\n\n", text, re.DOTALL | re.MULTILINE)
    [(conclusion,)] = demo_build.query_published(
        f"select conclusion_{language} from hypothesis_results where portfolio = 'metanprom'"
        " and hypothesis_id = 'H07'"
    )
    assert " ".join(quoted.replace("\n>", " ").split()) == " ".join(conclusion.split())
