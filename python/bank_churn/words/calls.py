"""The words of the call sheet: its columns, and what callers choose from; both are read back by campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from bank_churn.words.language import LANGUAGES, Language
from bank_churn.words.texts import texts_of

EXPECTED_STAY = "expected_stay"
"""What `income_horizon` of a mart says where income is that of the days a client is expected to stay."""


@dataclass(frozen=True)
class CallColumn:
    """A column of the call sheet.

    Attributes:
        code: What it is called in files that are read back.
        headings: Its heading by language.
        notes: What it means, by language; empty where the heading says it.
        width: Width in characters.
        is_filled_in: Whether callers fill it in.
    """

    code: str
    headings: dict[str, str]
    notes: dict[str, str]
    width: int
    is_filled_in: bool


@cache
def call_columns(variant: str = "") -> tuple[CallColumn, ...]:
    """Return the columns of the call sheet, left to right.

    Args:
        variant: `expected_stay` where income is that of the days a client stays; else it is of a year.

    Returns:
        The columns; which they are does not depend on the variant.
    """
    own = "stay_" if variant == EXPECTED_STAY else ""
    return tuple(
        CallColumn(
            code=code,
            headings={language: row.get(f"{own}{language}", row[language]) for language in LANGUAGES},
            notes={
                language: row.get(f"{own}note_{language}", row.get(f"note_{language}", ""))
                for language in LANGUAGES
            },
            width=row["width"],
            is_filled_in=row.get("is_filled_in", False),
        )
        for code, row in texts_of("calls")["columns"].items()
    )


def call_words(kind: str, language: Language) -> dict[str, str]:
    """Return the words of a list by their codes.

    Args:
        kind: `statuses`, `outcomes` or `genders`.
        language: In which language.

    Returns:
        The words, in the order of the list.
    """
    return {code: word[language] for code, word in texts_of("calls")[kind].items()}


def code_of(kind: str, text: str) -> str | None:
    """Find the code of what a caller chose, in either language, whatever the case of its letters.

    Args:
        kind: `columns`, `statuses` or `outcomes`.
        text: A heading or a word.

    Returns:
        Its code; None for a text that is none of these words.

    Examples:
        >>> code_of("outcomes", " Подумает "), code_of("outcomes", "refused"), code_of("outcomes", "maybe")
        ('undecided', 'refused', None)
    """
    wanted = text.strip().casefold()
    words: dict[str, dict[str, Any]] = texts_of("calls")[kind]
    for code, word in words.items():
        if wanted in {code, *(one.casefold() for one in (word["ru"], word["en"], *word.get("also", ())))}:
            return code
    return None
