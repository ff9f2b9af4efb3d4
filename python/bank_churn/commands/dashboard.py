"""The command `bank_churn dashboard`."""

from pathlib import Path

import click

from bank_churn.commands.base import declared
from bank_churn.commands.options import option, output
from bank_churn.tools.screen import screen
from bank_churn.words.language import LANGUAGES


@declared("one page per language of what is published, for people without a BI tool")
@output
@option("--language", type=click.Choice([*LANGUAGES, "both"]), default="both", help="default: {default}")
def command(output: Path, language: str) -> None:
    """Write the dashboard."""
    from bank_churn.building.dashboards import publish_dashboards

    languages = tuple(one for one in LANGUAGES if language in (one, "both"))
    paths = publish_dashboards(output=output, languages=languages)
    screen.written("Published: {paths}", paths)
