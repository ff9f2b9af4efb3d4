"""The two languages, and which of them a reader of the terminal is spoken to in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

VARIABLE = "BANK_CHURN_LANGUAGE"
"""Language of the terminal, where it is to differ from that of the documents (DOCS_LANGUAGE)."""


def documents_language() -> Language:
    """Take the language of documents from the environment, as dbt does; Russian by default."""
    return "en" if os.environ.get("DOCS_LANGUAGE") == "en" else "ru"


def reader_language() -> Language:
    """Say in which language to speak to whoever typed a command.

    Returns:
        That of BANK_CHURN_LANGUAGE, else of DOCS_LANGUAGE, else Russian; English where the locale of the
        terminal has no Cyrillic letters.
    """
    chosen = os.environ.get(VARIABLE) or documents_language()
    if chosen == "en":
        return "en"
    try:
        "Я".encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return "en"
    return "ru"


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language that a command was asked for, in this process and those it starts."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
