"""The command `bank_churn export`."""

from pathlib import Path

from bank_churn.commands.base import declared
from bank_churn.commands.options import language, output
from bank_churn.tools.screen import screen
from bank_churn.words.language import Language


@declared("parquet files and Excel workbooks of what is published")
@output
@language
def command(output: Path, language: Language) -> None:
    """Write the exports anew."""
    from bank_churn.exports.write import export

    screen.written("Published: {paths}", export(output=output, language=language))
