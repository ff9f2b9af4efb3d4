"""Which column of an extract is which: by its name, and by what it holds."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bank_churn.new_portfolio.columns import UNSAFE, Column
from bank_churn.new_portfolio.words import ATTRIBUTES, LATIN, LEFT, MISLEADING, NAMES

Confidence = Literal["sure", "likely", "guess"]
REQUIRED = ("client_id", "is_churned")
OPTIONAL = tuple(name for name in NAMES if name not in REQUIRED)
LONGEST_NAME = 40
RESERVED = frozenset(
    (
        *NAMES,
        *(
            "portfolio",
            "client_key",
            "client_count",
            "churned_count",
            "known_churn_count",
            "data_origin",
            "fold",
        ),
        *(
            "source_file",
            "source_row_number",
            "raw_line",
            "row_problem",
            "churn_group",
            "cuts",
            "contributions",
        ),
        *("age_band", "credit_score_band", "property_band", "balance_band", "salary_band", "has_balance"),
        *("all", "none", "cell_id", "additional_attributes", "metric", "rule"),
    )
)
"""Names that an additional attribute must not have."""


@dataclass(frozen=True)
class Choice:
    """A column of the extract that was taken for something.

    Attributes:
        target: The canonical column, or the name of an additional attribute.
        column: The extract's column.
        confidence: How sure the guess is.
        because: What it rests on, in words.
        labels: What an additional attribute is called in Russian and in English.
    """

    target: str
    column: Column
    confidence: Confidence
    because: str
    labels: tuple[str, str] = ("", "")


@dataclass
class Guess:
    """What became of every column.

    Attributes:
        mapped: Canonical columns.
        additional: Additional attributes.
        unread: Columns left out, each with the reason.
        churn_values: Texts that mean left and stayed, where `seeds/flags.csv` does not know them.
    """

    mapped: dict[str, Choice] = field(default_factory=dict)
    additional: list[Choice] = field(default_factory=list)
    unread: list[tuple[Column, str]] = field(default_factory=list)
    churn_values: tuple[str, str] | None = None

    @property
    def without(self) -> list[str]:
        """The optional columns that the extract does not have."""
        return [name for name in OPTIONAL if name not in self.mapped]


@dataclass(frozen=True)
class Spellings:
    """Spellings that the project's seeds know, in small letters."""

    genders: frozenset[str]
    flags: frozenset[str]


def read_spellings(seeds: Path) -> Spellings:
    """Read the spellings of genders and of yes and no.

    Args:
        seeds: Folder of the seeds.

    Returns:
        The spellings.
    """
    found = []
    for name in ("genders.csv", "flags.csv"):
        with (seeds / name).open(encoding="utf-8", newline="") as file:
            found.append(frozenset(row["spelling"].lower() for row in csv.DictReader(file)))
    return Spellings(*found)


def is_flag(column: Column, spellings: Spellings) -> bool:
    """Say whether a column holds yes and no, or just two texts."""
    known = all(value.lower() in spellings.flags for value in column.counts)
    return 0 < len(column.counts) <= (4 if known else 2) and (known or not column.numbers)


def is_gender(column: Column, spellings: Spellings) -> bool:
    """Say whether nearly all values are spellings of a gender."""
    known = sum(count for value, count in column.counts.items() if value.lower() in spellings.genders)
    return bool(column.values) and known >= 0.95 * len(column.values) and len(column.counts) > 1


FITS: Mapping[str, Callable[[Column, Spellings], bool]] = {
    "client_id": lambda column, _: column.is_unique,  # 98 % are enough: extracts hold repetitions
    "city": lambda column, _: bool(column.values) and not column.numbers and not column.is_unique,
    "gender": is_gender,
    "age": lambda column, _: column.is_whole and column.lies_within(14, 120),
    "credit_score": lambda column, _: (
        column.is_whole and column.lies_within(0, 1000) and len(column.counts) > 20
    ),
    "property_points": lambda column, _: column.is_whole and column.lies_within(0, 100),
    "balance": lambda column, _: len(set(column.numbers)) > 20,
    "product_count": lambda column, _: column.is_whole and column.lies_within(0, 20),
    "has_credit_card": is_flag,
    "is_active": is_flag,
    "estimated_salary": lambda column, _: len(set(column.numbers)) > 20,
    "is_churned": is_flag,
}
"""What a column must hold to be taken for each; a name alone is not enough."""

TELLING: Mapping[str, Callable[[Column, Spellings], bool]] = {
    "gender": is_gender,
    "age": lambda column, _: column.is_whole and column.lies_within(18, 100) and len(column.counts) > 30,
    "credit_score": lambda column, _: (
        column.is_whole and column.lies_within(300, 900) and len(column.counts) > 100
    ),
    "is_churned": lambda column, _: left_values(column) is not None,
}
"""What a column may hold that tells what it is whatever its name."""


def guess_mapping(columns: Sequence[Column], spellings: Spellings, *, max_values: int = 30) -> Guess:
    """Guess which column is which.

    Args:
        columns: The extract's columns.
        spellings: Spellings that the seeds know.
        max_values: An additional attribute has as many values at most.

    Returns:
        The guess; a column is taken once.
    """
    guess = Guess()
    safe = [column for column in unique_names(columns, guess) if is_usable(column, guess)]
    offers = [offer for column in safe for target in NAMES if (offer := offered(column, target, spellings))]
    for _, choice in sorted(offers, key=lambda offer: -offer[0]):
        taken = any(choice.column is other.column for other in guess.mapped.values())
        if choice.target not in guess.mapped and not taken:
            guess.mapped[choice.target] = choice
    if "client_id" not in guess.mapped:
        take_first_unique(safe, guess)
    churned = guess.mapped.get("is_churned")
    if churned and not all(value.lower() in spellings.flags for value in churned.column.counts):
        guess.churn_values = left_values(churned.column)
    chosen = [choice.column for choice in guess.mapped.values()]
    for column in safe:
        if not any(column is other for other in chosen):
            add_attribute(column, guess, max_values)
    return guess


def unique_names(columns: Sequence[Column], guess: Guess) -> list[Column]:
    """Leave out columns whose name stands in the header twice, whatever its capitals."""
    keys = [column.key for column in columns]
    for column in columns:
        if keys.count(column.key) > 1:
            guess.unread.append((column, "its name stands in the header more than once"))
    return [column for column in columns if keys.count(column.key) == 1]


def is_usable(column: Column, guess: Guess) -> bool:
    """Leave out a column whose name may not stand in a model, or that holds nothing."""
    if not column.is_safe:
        guess.unread.append(
            (column, "its name holds quotes, braces or other signs: rename it in the extract")
        )
    elif not column.values:
        guess.unread.append((column, "it holds no value"))
    return column.is_safe and bool(column.values)


def offered(column: Column, target: str, spellings: Spellings) -> tuple[float, Choice] | None:
    """Rate a column for a target.

    Args:
        column: The column.
        target: A canonical column.
        spellings: Spellings that the seeds know.

    Returns:
        A rating and the choice, or None when nothing speaks for it.
    """
    named = name_score(column, target)
    if not named or not FITS[target](column, spellings):
        telling = TELLING.get(target)
        if telling is None or not telling(column, spellings):
            return None
        return 1 + 0.1 * named, Choice(target, column, "guess", "by what it holds")
    if named == 2:
        return 3, Choice(target, column, "sure", "by its name and what it holds")
    return 2, Choice(target, column, "likely", "part of its name, and what it holds")


def name_score(column: Column, target: str) -> int:
    """Rate a column's name: 2 for a known name, 1 when it holds one, 0 otherwise."""
    words, joined = column.tokens, " ".join(column.tokens)
    if any(word in MISLEADING.get(target, ()) for word in words):
        return 0
    if joined in NAMES[target] or "".join(words) in NAMES[target]:
        return 2
    # A single letter or "id" inside a name says nothing: `branch_id` is no client's id.
    return int(any(f" {name} " in f" {joined} " for name in NAMES[target] if len(name) > 2))


def left_values(column: Column) -> tuple[str, str] | None:
    """Tell which of two texts means that the client left.

    Args:
        column: The column.

    Returns:
        Left and stayed, or None when that cannot be told.
    """
    values = sorted(column.counts)
    if len(values) != 2 or any(UNSAFE.search(value) or not value.isprintable() for value in values):
        return None
    told = [any(word.startswith(LEFT) for word in re.findall(r"\w+", value.lower())) for value in values]
    if told[0] == told[1]:
        return None
    return (values[0], values[1]) if told[0] else (values[1], values[0])


def take_first_unique(columns: Sequence[Column], guess: Guess) -> None:
    """Take the first column without repetition for the client's id, if no name told it."""
    for column in columns:
        taken = any(column is choice.column for choice in guess.mapped.values())
        # An amount may well be another one in every row, but it has decimals or spaces.
        if column.is_unique and not taken and all(re.fullmatch(r"[\w/-]+", value) for value in column.values):
            guess.mapped["client_id"] = Choice("client_id", column, "guess", "no value occurs twice")
            return


def add_attribute(column: Column, guess: Guess, max_values: int) -> None:
    """Take a column of few values for an additional attribute, or leave it out with the reason.

    Args:
        column: The column.
        guess: What was guessed so far.
        max_values: As many values at most.
    """
    few = 12 if column.numbers else max_values
    if column.is_unique:
        guess.unread.append((column, "another value in every row"))
    elif column.numbers and not (column.is_whole and len(column.counts) <= few):
        guess.unread.append((column, "numbers: write bands in the staging model to use them as an attribute"))
    elif len(column.counts) > few:
        guess.unread.append((column, f"more than {few} different values"))
    elif len(column.counts) < 2:
        guess.unread.append((column, "the same value in every row"))
    else:
        taken = {choice.target for choice in guess.additional}
        name, labels = attribute_name(column, taken)
        because = f"{len(column.counts)} different values"
        guess.additional.append(Choice(name, column, "likely", because, labels))


def attribute_name(column: Column, taken: set[str]) -> tuple[str, tuple[str, str]]:
    """Name an additional attribute.

    Args:
        column: The column.
        taken: Names that are taken.

    Returns:
        A name in small Latin letters that nothing else has, and what it is called in Russian and English.
    """
    words = " ".join(column.tokens) or column.key
    labels = (words, words)
    latin = re.sub(r"[^a-z0-9]+", "_", "".join(LATIN.get(sign, sign) for sign in words)).strip("_")
    name = latin if re.match(r"[a-z][a-z0-9]", latin) else f"attribute_{latin}".strip("_")
    for word in column.tokens:
        if word in ATTRIBUTES and ATTRIBUTES[word][0] not in taken:
            name, *known = ATTRIBUTES[word]
            labels = (known[0], known[1])
            break
    name = name[: LONGEST_NAME - 4].rstrip("_")
    if is_forbidden(name):
        name += "_of_client"
    numbered = (f"{name}_{number}" for number in range(2, len(taken) + 3))
    return (next(one for one in numbered if one not in taken) if name in taken else name), labels


def is_forbidden(name: str) -> bool:
    """Say whether a name means something to the project or to SQL."""
    return name in RESERVED or name in sql_keywords()


@functools.cache
def sql_keywords() -> frozenset[str]:
    """List the words that SQL keeps for itself."""
    import duckdb

    chosen = "select keyword_name from duckdb_keywords() where keyword_category <> 'unreserved'"
    with duckdb.connect() as connection:
        return frozenset(word for (word,) in connection.execute(chosen).fetchall())
