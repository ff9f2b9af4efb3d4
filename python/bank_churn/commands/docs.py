"""The command `bank_churn docs`."""

from bank_churn.commands.base import declared
from bank_churn.commands.options import language, places, screened
from bank_churn.tools.places import Places
from bank_churn.tools.screen import screen
from bank_churn.words.language import Language


@declared("one static page of documentation, with what the last build found")
@places
@language
@screened
def command(places: Places, language: Language) -> None:
    """Write the documentation."""
    from bank_churn.exports.docs import make_docs

    screen.written("Published: {paths}", make_docs(places, language=language))
