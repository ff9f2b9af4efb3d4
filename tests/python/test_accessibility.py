"""Pages can be read by those who do not see them, or not well: axe, which looks for barriers, finds none."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from bank_churn.exports.catalogue import catalogue_of
from bank_churn.exports.docs import easier_to_read, with_policy
from browser import opened
from conftest import ROOT, Build

pytest.importorskip("axe_playwright_python", reason="the development tools are not installed")
AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
FOUND = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations.map(
    found => `${found.id}: ${found.nodes[0].html.slice(0, 120)}`
)"""


@pytest.fixture(scope="module")
def catalogue(demo_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("axe") / "catalogue_ru.html"
    manifest = json.loads((demo_build.folder / "target/manifest.json").read_text(encoding="utf-8"))
    published = demo_build.published / "bank_churn.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        path.write_text(with_policy(catalogue_of(manifest, published=published, language="ru")))
    return path


def barriers(page: Path, *, fragment: str = "", width: int = 1280, until: str = "body") -> list[str]:
    """What axe finds on a page once a place of it is there, all that is folded away unfolded."""
    with opened(page, fragment=fragment, width=width) as seen:
        seen.page.locator(until).first.wait_for()
        seen.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        seen.page.evaluate(AXE)
        found: list[str] = seen.page.evaluate(FOUND)
        return found


@pytest.mark.parametrize(
    ("page", "fragment"),
    [
        ("dashboard.ru.html", "#metanprom"),
        ("dashboard.en.html", "#bank_scrooge"),
        ("model_passport.ru.html", ""),
        ("model_passport.en.html", ""),
    ],
)
def test_a_page_has_no_barriers(demo_build: Build, page: str, fragment: str):
    assert barriers(demo_build.published / page, fragment=fragment) == []


@pytest.mark.parametrize("width", [390, pytest.param(1280, marks=pytest.mark.slow)])
def test_the_catalogue_has_no_barriers(catalogue: Path, width: int):
    assert barriers(catalogue, width=width) == []


def test_the_page_of_documentation_has_no_barriers(demo_build: Build, tmp_path: Path):
    """As dbt draws it, without the types of columns that it would read from a database."""
    page = tmp_path / "docs.html"
    text = easier_to_read((resources.files("dbt") / "task/docs/index.html").read_text(encoding="utf-8"))
    manifest = json.loads((demo_build.folder / "target/manifest.json").read_text(encoding="utf-8"))
    for name, found in (("MANIFEST", manifest), ("CATALOG", {"nodes": {}, "sources": {}, "errors": None})):
        told = json.dumps(found).replace("<", "\\u003c")
        text = text.replace(f'"{name}.JSON INLINE DATA"', told)
    page.write_text(with_policy(text), encoding="utf-8")
    place = "#!/model/model.bank_churn.churn_by_city.v1"
    assert barriers(page, fragment=place, until="h1 >> text=churn_by_city") == []


def test_a_barrier_is_found(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><html><title>a</title><main><h1>a</h1><input></main></html>")
    assert {told.partition(":")[0] for told in barriers(page)} == {"html-has-lang", "label"}
