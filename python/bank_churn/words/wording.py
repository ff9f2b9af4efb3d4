"""The fixed words of a conclusion, in two languages."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bank_churn.words.language import LANGUAGES, Language
from bank_churn.words.texts import texts_of

Comparative = Literal["higher", "lower", "equal"]
Words: TypeAlias = dict[Language, dict[str, str]]


def _words(kind: str) -> Words:
    return {language: texts_of("conclusions")[language][kind] for language in LANGUAGES}


DIRECTIONS = _words("directions")
MAGNITUDES, MAGNITUDE_RANGES = _words("magnitudes"), _words("magnitude_ranges")
TESTS, EFFECTS, VERDICTS = _words("tests"), _words("effects"), _words("verdicts")
PHRASES = _words("phrases")
CLAIMS = _words("claims")
"""What is said of a claim that one attribute matters most."""
