"""The dashboard and the models' passport of what is published, made anew and made part of its publication."""

from __future__ import annotations

from pathlib import Path

from bank_churn.dashboard import make_dashboards
from bank_churn.exports.sheet_labels import Language
from bank_churn.passport import make_passports
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    add_outputs,
    current_publication,
    history_folder,
    publishing,
    staging_folder,
)


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
    with publishing(output), staging_folder(output) as folder:
        publication_id = current_publication(output)
        made = folder / "made"
        made.mkdir()
        published = history_folder(output) / publication_id / PUBLISHED_FILES[0].file_name
        pages = make_dashboards(
            published=published,
            languages=languages,
            folder=made,
            history_of=output,
        )
        pages += make_passports(published=published, languages=languages, folder=made)
        add_outputs(output, publication_id, made)
    return [output / page.name for page in pages]
