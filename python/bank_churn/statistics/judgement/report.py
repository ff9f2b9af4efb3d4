"""The results as a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pandas as pd

from bank_churn.statistics.judgement.conclusions import real
from bank_churn.words.language import Language
from bank_churn.words.numbers import format_number, format_p_value
from bank_churn.words.wording import EFFECTS, VERDICTS

_HEADINGS: dict[Language, tuple[str, ...]] = {
    "ru": ("№", "вопрос", "эффект", "p с поправкой", "вердикт"),
    "en": ("id", "question", "effect", "adjusted p", "verdict"),
}
_STATEMENT_WIDTH = 66


def format_results(results: pd.DataFrame, language: Language) -> str:
    """Write the results of `evaluate_hypotheses` as one aligned table per portfolio and scenario.

    Args:
        results: What `evaluate_hypotheses` returned, whole or filtered.
        language: Language of headings, questions and verdicts.

    Returns:
        Text of several lines, without a trailing newline.
    """
    blocks = []
    for (portfolio, scenario), rows in results.groupby(["portfolio", "cleaning_scenario"], sort=True):
        lines = [_HEADINGS[language], *(_cells(row, language) for row in _records(rows))]
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        table = ("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines)
        blocks.append("\n".join([f"{portfolio} · {scenario}", *(line.rstrip() for line in table)]))
    return "\n\n".join(blocks)


def _records(rows: pd.DataFrame) -> list[dict[str, object]]:
    return cast("list[dict[str, object]]", rows.to_dict("records"))


def _cells(row: Mapping[str, object], language: Language) -> tuple[str, ...]:
    statement = str(row[f"statement_{language}"])
    if len(statement) > _STATEMENT_WIDTH:
        statement = statement[: _STATEMENT_WIDTH - 1].rstrip() + "…"
    effect = format_number(real(row["effect_size"]), decimals=3, language=language)
    name = EFFECTS[language].get(str(row["effect_size_name"]), "")
    p_value = format_p_value(real(row["p_value_adjusted"]), language=language).removeprefix("= ")
    verdict = VERDICTS[language][str(row["verdict"])]
    return str(row["hypothesis_id"]), statement, f"{name} {effect}", p_value, verdict
