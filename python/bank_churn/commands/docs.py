"""The command `bank_churn docs`."""

from bank_churn.commands.base import declared
from bank_churn.commands.options import language, places
from bank_churn.tools.places import Places
from bank_churn.words.language import Language
from bank_churn.words.speech import said


@declared("one static page of documentation, with what the last build found")
@places
@language
def command(places: Places, language: Language) -> None:
    """Write the documentation."""
    from bank_churn.exports.docs import make_docs

    print(said("Published: {paths}", paths=", ".join(map(str, make_docs(places, language=language)))))
