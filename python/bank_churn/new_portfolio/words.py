"""What banks call the columns, and attributes beyond them; `words.toml` says what each list is."""

from __future__ import annotations

from collections.abc import Mapping

from bank_churn.words.texts import texts_of

_WORDS = texts_of("words", "new_portfolio")

NAMES: Mapping[str, list[str]] = _WORDS["names"]
MISLEADING: Mapping[str, list[str]] = _WORDS["misleading"]
ATTRIBUTES: Mapping[str, list[str]] = _WORDS["attributes"]
NEUTRAL, NEGATED = frozenset(_WORDS["neutral"]), frozenset(_WORDS["negated"])
STAYED_NAMES, PERSONAL = frozenset(_WORDS["stayed_names"]), frozenset(_WORDS["personal"])
STAYED, LEFT = tuple(_WORDS["stayed"]), tuple(_WORDS["left"])
TELLING_OF_CHURN = tuple(_WORDS["telling_of_churn"])
LATIN = dict(zip(_WORDS["letters"], _WORDS["latin"], strict=True))
