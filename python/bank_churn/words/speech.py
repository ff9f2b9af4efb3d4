"""What is said to a reader of the terminal: written in English where it arises, said in their language.

`russian.toml` holds the words of help and pages, `sentences.toml` those of a command at work. A sentence
that comes from elsewhere as a whole (an error, a word of dbt) is known by its pattern: what stands in braces
may be anything, and in braces that begin with `why` a sentence of the same kind.
"""

from __future__ import annotations

import re
from functools import cache

from bank_churn.words.language import Language, reader_language
from bank_churn.words.texts import texts_of


@cache
def phrases() -> dict[str, str]:
    """Read the Russian of every English text that help and pages show."""
    return {pair["en"]: pair["ru"] for pair in texts_of("russian")["text"]}


@cache
def sentences() -> dict[str, str]:
    """Read the Russian of every English sentence that a command says, with names in braces."""
    known: dict[str, str] = texts_of("sentences")["sentences"]
    return known


def said(text: str, language: Language | None = None, **values: object) -> str:
    """Say a text that the program knows.

    Args:
        text: In English, as one of the two files has it.
        language: Whose; that of the terminal's reader by default.
        values: What its braces stand for.

    Returns:
        The text in the reader's language.
    """
    if (language or reader_language()) == "ru":
        text = sentences().get(text) or phrases().get(text, text)
    return text.format(**values) if values else text


def sentence(text: str, language: Language | None = None) -> str:
    """Say a whole sentence that arose somewhere else, known by its pattern.

    Args:
        text: In English.
        language: Whose; that of the terminal's reader by default.

    Returns:
        The sentence in the reader's language; as it is if no pattern fits.

    Examples:
        >>> sentence("Cannot write to a/b: No space left on device.", "ru")
        'Нельзя записать в a/b: No space left on device.'
    """
    if (language or reader_language()) != "ru":
        return text
    if text in sentences():
        return sentences()[text]
    for pattern, russian in _patterns():
        if found := pattern.fullmatch(text):
            values = {
                name: "; ".join(sentence(part, "ru") for part in value.split("; "))
                if name.startswith("why")
                else value
                for name, value in found.groupdict().items()
            }
            return russian.format(**values)
    return text


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Turn sentences with braces into patterns, those with most words of their own first."""
    found = []
    for english, russian in sentences().items():
        parts = re.split(r"\{(\w+)\}", english)
        if len(parts) > 1:
            pattern = "".join(
                f"(?P<{part}>.*?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
            )
            found.append((len("".join(parts[::2])), re.compile(pattern, re.DOTALL), russian))
    return [(pattern, russian) for _, pattern, russian in sorted(found, key=lambda one: -one[0])]
