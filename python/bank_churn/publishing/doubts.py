"""What makes the figures of a publication unbelievable, said where nobody passes it over."""

from __future__ import annotations

from pathlib import Path

import duckdb

from bank_churn.tools.settings import project_vars
from bank_churn.tools.sql import tables_in
from bank_churn.words.language import Language

MODEL: dict[Language, str] = {
    "ru": "{portfolio}: модель угадывает почти всех (площадь под ROC-кривой {area:.3f}): скорее всего, ей"
    " показали то, что известно только после ухода.",
    "en": "{portfolio}: the model is nearly always right (area under the ROC curve {area:.3f}): most likely"
    " it was shown what is known only after a client left.",
}


def doubts(published: Path, language: Language) -> list[str]:
    """Read the warnings of a publication.

    Args:
        published: The published database of aggregates.
        language: Language of the sentences.

    Returns:
        A sentence for each attribute that alone tells churn, for churn of one outcome, and for a model too
        good to be true; none for most banks, nor of a mart that is not published.
    """
    area = float(
        project_vars({"args": {"project_dir": str(Path.cwd()), "vars": {}}}).get("telling_area", 0.995)
    )
    with duckdb.connect(str(published), read_only=True) as connection:
        marts = tables_in(connection)
        warned, models = [], []
        if "data_quality" in marts:
            warned = connection.execute(
                f"""select portfolio || ': ' || description_{language} || '. ' || what_to_do_{language}
                from data_quality where kind = 'warning' order by 1"""
            ).fetchall()
        if "churn_model_quality" in marts:
            models = connection.execute(
                """select portfolio, roc_auc from churn_model_quality
                where evaluation = 'out_of_fold' and model_variant = 'ebm' and roc_auc >= ? order by 1""",
                [area],
            ).fetchall()
    told = [sentence for (sentence,) in warned]
    return told + [MODEL[language].format(portfolio=name, area=found) for name, found in models]
