"""One page per language: what each churn model predicts, on what data, how well, for whom, who signs."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.tools.files import replace_text
from bank_churn.tools.sql import as_dicts, tables_in
from bank_churn.tools.templates import templates_of
from bank_churn.words.language import Language
from bank_churn.words.numbers import NO_BREAK, format_number
from bank_churn.words.texts import texts_of

MARTS = {
    "portfolios": "portfolio",
    "churn_models": "portfolio",
    "churn_model_weights": "portfolio, weight desc, term_number",
    "churn_model_quality": "portfolio, evaluation desc, model_variant",
    "churn_model_calibration": "portfolio, decile",
    "churn_model_groups": "portfolio, attribute, attribute_value",
    "_publication": "1",
    "_publication_sources": "portfolio, file_name",
}
"""What the page is made of, with the order of the rows."""

GROUPED_BY = ("gender", "age_band", "city", "is_active")
PROTECTED = {"gender", "age"}
MAIN, WITHOUT, BASELINE = "ebm", "ebm_without_gender_and_age", "logistic_regression"
DASH = "—"

Row = dict[str, Any]
Marts = dict[str, list[Row]]


def make_passports(
    *, published: Path, languages: tuple[Language, ...] = ("ru", "en"), folder: Path | None = None
) -> list[Path]:
    """Write the passport in each language, as `model_passport.<language>.html` beside the database.

    Args:
        published: The published database of aggregates.
        languages: The languages.
        folder: Where to write; by default beside the database.

    Returns:
        The files; none where nothing about models was published.

    Raises:
        BankChurnError: If the database cannot be read.
        OSError: If a file cannot be written.
    """
    marts = read_marts(published)
    if "churn_models" not in marts:
        return []
    paths = []
    for language in languages:
        path = (folder or published.parent) / f"model_passport.{language}.html"
        replace_text(path, make_page(marts, language))
        paths.append(path)
    return paths


def read_marts(published: Path) -> Marts:
    """Read the marts that the page is made of, those that were published."""
    try:
        with duckdb.connect(str(published), read_only=True) as connection:
            names = tables_in(connection)
            return {mart: _rows(connection, mart) for mart in MARTS if mart in names}
    except duckdb.Error as error:
        raise BankChurnError(f"{published} cannot be read: {str(error).splitlines()[0]}") from error


def _rows(connection: duckdb.DuckDBPyConnection, mart: str) -> list[Row]:
    return as_dicts(connection.execute(f"select * from {mart} order by {MARTS[mart]}"))


def make_page(marts: Marts, language: Language) -> str:
    """Write the page in one language.

    Args:
        marts: Rows by mart.
        language: Language of the readers.

    Returns:
        HTML that needs nothing besides.
    """
    texts = texts_of(f"texts_{language}", "passport")
    environment = templates_of("passport")
    environment.filters["number"] = lambda value, decimals=0: _number(value, decimals, language)
    environment.filters["percent"] = lambda value, decimals=1: _percent(value, decimals, language)
    return environment.get_template("passport.html.j2").render(
        language=language,
        interval=lambda low, high: texts["interval_text"].format(low=low, high=high) if low != DASH else DASH,
        t=texts,
        models=[_model(marts, row, language) for row in marts["churn_models"]],
        publication=next(iter(marts.get("_publication", [])), {}),
    )


def _number(value: float | None, decimals: int, language: Language) -> str:
    return DASH if value is None else format_number(value, decimals=decimals, language=language)


def _percent(value: float | None, decimals: int, language: Language) -> str:
    if value is None or not math.isfinite(value):
        return DASH
    return _number(100 * value, decimals, language) + (NO_BREAK if language == "ru" else "") + "%"


def _model(marts: Marts, model: Row, language: Language) -> Row:
    """Gather what the page says about one portfolio."""
    code = model["portfolio"]

    def own(mart: str, **wanted: object) -> list[Row]:
        rows = (row for row in marts.get(mart, []) if row["portfolio"] == code)
        return [_in_language(row, language) for row in rows if wanted.items() <= row.items()]

    quality = {row["model_variant"]: row for row in own("churn_model_quality", evaluation="out_of_fold")}
    weights = own("churn_model_weights")
    used = [row for row in weights if PROTECTED & {row[f"attribute_{place}"] for place in (1, 2, 3)}]
    groups = own("churn_model_groups", evaluation="out_of_fold", model_variant=MAIN)
    return {
        **model,
        "name": next((row["portfolio_label"] for row in own("portfolios")), code),
        "settings": json.loads(model["model_settings"] or "{}"),
        "attributes": [row for row in weights if row["term_kind"] == "attribute"],
        "combinations": [row for row in weights if row["term_kind"] != "attribute"],
        "protected_share": sum(row["weight_share"] for row in used),
        "quality": [quality[name] for name in (MAIN, BASELINE, WITHOUT) if name in quality],
        "cost_without": _difference(quality.get(MAIN), quality.get(WITHOUT)),
        "elsewhere": [
            row
            for evaluation in ("new_extract", "out_of_time")
            for row in own("churn_model_quality", evaluation=evaluation)
        ],
        "calibration": own("churn_model_calibration", evaluation="out_of_fold", model_variant=MAIN),
        "groups": {
            name: rows for name in GROUPED_BY if (rows := [row for row in groups if row["attribute"] == name])
        },
        "sources": own("_publication_sources"),
    }


def _in_language(row: Row, language: Language) -> Row:
    ending = f"_{language}"
    return row | {name.removesuffix(ending): value for name, value in row.items() if name.endswith(ending)}


def _difference(model: Row | None, other: Row | None) -> float | None:
    if not model or not other or model["roc_auc"] is None or other["roc_auc"] is None:
        return None
    return float(model["roc_auc"] - other["roc_auc"])
