"""The command `bank_churn export`."""

from pathlib import Path

from bank_churn.commands.base import declared
from bank_churn.commands.options import language, output
from bank_churn.words.language import Language
from bank_churn.words.speech import said


@declared("parquet files and Excel workbooks of what is published")
@output
@language
def command(output: Path, language: Language) -> None:
    """Write the exports anew."""
    from bank_churn.exports.write import export

    print(said("Published: {paths}", paths=", ".join(map(str, export(output=output, language=language)))))
