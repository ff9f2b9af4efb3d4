"""One word for one thing: pages, workbooks, documentation and commands use the words of `glossary`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import ROOT, csv_rows

TEXTS = (
    "python/bank_churn/*/*.toml",
    "python/bank_churn/exports/superset/**/*.yaml",
    "seeds/*.csv",
    "models/docs/**/*.md",
    "README*.md",
)
# Code, and the names of the commands and products of others.
CODE = re.compile(r"```.*?```|`[^`\n]*`|\{%.*?%\}|https?://\S+", re.DOTALL)
OTHERS_WORDS = re.compile(r"[^\n]*(?:Superset|superset)[^\n]*")


def glossary() -> list[dict[str, str]]:
    return csv_rows(ROOT / "seeds/glossary.csv")


def texts() -> dict[Path, str]:
    """What readers see, by file; the glossary itself names the other words, and banks use theirs."""
    found = {path for pattern in TEXTS for path in ROOT.glob(pattern)}
    found = {path for path in found if path.name not in {"glossary.csv", "words.toml"}}
    assert len(found) > 80
    return {path: without_code(path.read_text(encoding="utf-8")) for path in found}


def without_code(text: str) -> str:
    return CODE.sub(" ", OTHERS_WORDS.sub(" ", text))


def second_words(text: str) -> list[tuple[str, str]]:
    """Words of a text for which the glossary has another, with that other."""
    return [
        (found.group(0), row[language])
        for row in glossary()
        for language in ("ru", "en")
        if row[f"instead_{language}"]
        for found in re.finditer(rf"(?<![\w-])(?:{row[f'instead_{language}']})(?![\w-])", text, re.IGNORECASE)
    ]


def test_there_is_no_second_word_for_the_same_thing():
    found = {str(path.relative_to(ROOT)): second_words(text) for path, text in texts().items()}
    assert {path: words for path, words in found.items() if words} == {}


def test_the_words_of_the_glossary_are_used_and_its_own():
    rows = glossary()
    told = " ".join(texts().values()).lower()
    for row in rows:
        for language in ("ru", "en"):
            # Russian words are declined: what counts is that each begins somewhere as it does here.
            stems = [word[: max(4, len(word) - 2)] for word in row[language].lower().split()]
            assert all(stem in told for stem in stems), row[language]
            assert not second_words(row[language] + ". " + row[f"meaning_{language}"]), row["term"]
    for column in ("term", "ru", "en", "term_order"):
        values = [row[column].lower() for row in rows]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Уровень оттока вырос", "доля оттока"),
        ("по доверительному интервалу", "интервал"),
        ("the probability of churn", "churn probability"),
        ("ask the call center", "call centre"),
    ],
)
def test_a_second_word_is_found(text: str, word: str):
    assert [better for _, better in second_words(text)] == [word]
    assert second_words(without_code(f"`{text}`")) == []
