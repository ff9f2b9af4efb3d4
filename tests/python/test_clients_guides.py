"""The Python examples of the guides are run as they are printed, on a published file."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from conftest import ROOT, Build

FOLDERS = {"ru": "/полный/путь/data/published", "en": "/absolute/path/data/published"}


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
