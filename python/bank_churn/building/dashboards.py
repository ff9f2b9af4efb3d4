"""The dashboard and the models' passport of what is published, made anew and made part of its publication."""

from __future__ import annotations

from pathlib import Path

from bank_churn.dashboard import make_dashboards
from bank_churn.passport import make_passports
from bank_churn.publishing.history import PUBLISHED_FILES, adding, database_in
from bank_churn.words.language import Language


def publish_dashboards(*, output: Path, languages: tuple[Language, ...]) -> list[Path]:
    """Make the dashboard of the publication in place.

    Args:
        output: Folder of the published files.
        languages: Languages of the pages.

    Returns:
        The pages.

    Raises:
        BankChurnError: If nothing is published.
    """
    with adding(output) as (kept, made):
        published = database_in(kept, PUBLISHED_FILES[0])
        pages = make_dashboards(
            published=published,
            languages=languages,
            folder=made,
            history_of=output,
        )
        pages += make_passports(published=published, languages=languages, folder=made)
    return [output / page.name for page in pages]
