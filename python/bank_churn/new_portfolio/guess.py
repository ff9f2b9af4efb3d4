"""Which column of an extract is which: by its name, and by what it holds."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from bank_churn.new_portfolio.columns import UNSAFE, Column, to_number
from bank_churn.new_portfolio.holdings import Holdings, find_holdings, read_products
from bank_churn.new_portfolio.leaks import tells_churn, told_by_name
from bank_churn.new_portfolio.words import (
    ATTRIBUTES,
    LATIN,
    LEFT,
    MISLEADING,
    NAMES,
    NEGATED,
    NEUTRAL,
    PERSONAL,
    STAYED,
    STAYED_NAMES,
)

Confidence = Literal["sure", "likely", "guess"]
REQUIRED = ("client_id", "is_churned")
OPTIONAL = tuple(name for name in NAMES if name not in REQUIRED)
LONGEST_NAME = 40
FEW_VALUES = 12
LONGEST_RANGE = 10_000  # whole numbers are counted value by value
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
        form: What an additional attribute is: `category`, `whole_number` or `amount`.
        bounds: Its accepted range, for a number.
    """

    target: str
    column: Column
    confidence: Confidence
    because: str
    labels: tuple[str, str] = ("", "")
    form: str = "category"
    bounds: tuple[int, int] = (0, 0)


@dataclass
class Guess:
    """What became of every column.

    Attributes:
        mapped: Canonical columns.
        additional: Additional attributes.
        holdings: What says which products a client holds.
        unread: Columns left out, each with the reason.
        churn_values: Texts that mean left and stayed, where `seeds/flags.csv` does not know them, or where
            the column says of whom stayed.
        is_inverted: Whether the column says of whom stayed.
        is_row_number: Whether the number of the row stands for the id that the extract lacks.
        female: What means a woman, where the extract has numbers for genders.
        rejected: Canonical column → how many of the rows looked at a build would put aside for it.
        row_count: How many rows were looked at.
    """

    mapped: dict[str, Choice] = field(default_factory=dict)
    additional: list[Choice] = field(default_factory=list)
    holdings: Holdings | None = None
    unread: list[tuple[Column, str]] = field(default_factory=list)
    churn_values: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    is_inverted: bool = False
    is_row_number: bool = False
    female: str = ""
    rejected: dict[str, int] = field(default_factory=dict)
    row_count: int = 0

    @property
    def without(self) -> list[str]:
        """The optional columns that the extract does not have."""
        counted = ("product_count",) if self.is_counted else ()
        return [name for name in OPTIONAL if name not in (*self.mapped, *counted)]

    @property
    def is_counted(self) -> bool:
        """Whether the number of products is that of the products held."""
        return self.holdings is not None and "product_count" not in self.mapped


@dataclass(frozen=True)
class Spellings:
    """Spellings that the project's seeds know, in small letters: of genders, of yes and no, of products."""

    genders: frozenset[str]
    flags: Mapping[str, bool]
    products: Mapping[str, str] = field(default_factory=dict)


def read_spellings(seeds: Path) -> Spellings:
    """Read the spellings of genders, of yes and no, and of products."""
    found = []
    for name in ("genders.csv", "flags.csv"):
        with (seeds / name).open(encoding="utf-8", newline="") as file:
            found.append(list(csv.DictReader(file)))
    return Spellings(
        frozenset(row["spelling"].lower() for row in found[0]),
        {folded(row["spelling"]): row["value"] == "true" for row in found[1]},
        read_products(seeds),
    )


def folded(text: str) -> str:
    """Write a spelling as the macro `flag_spelling` does."""
    return re.sub("[.]$", "", text.strip().lower().replace("ё", "е"))


def is_flag(column: Column, spellings: Spellings) -> bool:
    """Say whether a column holds yes and no, or just two texts."""
    known = all(folded(value) in spellings.flags for value in column.counts)
    return 0 < len(column.counts) <= (4 if known else 2) and (known or not column.numbers)


def is_known_flag(column: Column, spellings: Spellings) -> bool:
    """Say whether nearly all values are spellings of yes and no that a build reads."""
    known = sum(count for value, count in column.counts.items() if folded(value) in spellings.flags)
    return bool(column.values) and known >= 0.95 * len(column.values)


def is_id(column: Column) -> bool:
    """Say whether values can be ids: another one in nearly every row, no dates, nothing of a person."""
    return (
        column.is_unique
        and not column.is_dates
        and not column.is_personal
        and sum(bool(re.fullmatch(r"'?[\w./:#-]+", value)) for value in column.counts)
        >= 0.95 * len(column.counts)
    )


def is_gender(column: Column, spellings: Spellings) -> bool:
    """Say whether nearly all values are spellings of a gender."""
    known = sum(count for value, count in column.counts.items() if value.lower() in spellings.genders)
    return bool(column.values) and known >= 0.95 * len(column.values) and len(column.counts) > 1


FITS: Mapping[str, Callable[[Column, Spellings], bool]] = {
    "client_id": lambda column, _: is_id(column),
    "city": lambda column, _: (
        bool(column.values) and not column.numbers and not column.is_unique and not column.is_dates
    ),
    "gender": is_gender,
    "age": lambda column, _: column.is_mostly_whole and column.lies_within(14, 120),
    "credit_score": lambda column, _: (
        column.is_mostly_whole and column.lies_within(0, 1000) and len(column.counts) > 20
    ),
    "property_points": lambda column, _: column.is_mostly_whole and column.lies_within(0, 100),
    "balance": lambda column, _: len(set(column.numbers)) > 20,
    "product_count": lambda column, _: column.is_mostly_whole and column.lies_within(0, 20),
    "has_credit_card": is_known_flag,
    "is_active": is_known_flag,
    "estimated_salary": lambda column, _: len(set(column.numbers)) > 20,
    "is_churned": lambda column, spellings: (
        is_known_flag(column, spellings) or left_values(column) is not None
    ),
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
"""What a column may hold that tells what it is; numbers only under a name that says nothing, such as `f3`."""
NUMBERS = ("age", "credit_score")


def guess_mapping(
    columns: Sequence[Column],
    spellings: Spellings,
    *,
    max_values: int = 30,
    ranges: Mapping[str, Sequence[float]] | None = None,
    female: str = "",
) -> Guess:
    """Guess which column is which.

    Args:
        columns: The extract's columns.
        spellings: Spellings that the seeds know.
        max_values: An additional attribute has as many values at most.
        ranges: Accepted ranges of canonical numbers, both ends included.
        female: What means a woman, where the extract has numbers for genders.

    Returns:
        The guess; a column is taken once.
    """
    guess = Guess(row_count=max((column.row_count for column in columns), default=0))
    safe = [column for column in unique_names(columns, guess) if is_usable(column, guess)]
    guess.holdings = find_holdings(safe, spellings.products, lambda column: is_known_flag(column, spellings))
    offers = [offer for column in safe for target in NAMES if (offer := offered(column, target, spellings))]
    for _, choice in sorted(offers, key=lambda offer: -offer[0]):
        taken = any(choice.column is other.column for other in guess.mapped.values())
        if choice.target not in guess.mapped and not taken:
            guess.mapped[choice.target] = choice
    if "client_id" not in guess.mapped:
        take_first_unique(safe, guess)
    take_gender_codes(safe, guess, female)
    read_churn(guess, spellings)
    left_out = leave_out_leaks(safe, guess, spellings)
    chosen = [choice.column for choice in guess.mapped.values()]
    chosen += guess.holdings.columns.values() if guess.holdings else ()
    told = [column for column, _ in guess.unread]
    for column in safe:
        if not any(column is other for other in [*chosen, *left_out, *told]):
            add_attribute(column, guess, max_values)
    for target, choice in list(guess.mapped.items()):
        count = rejected_rows(choice, guess, spellings, ranges or {})
        if count:
            guess.rejected[target] = count
        if count and choice.confidence == "sure":
            guess.mapped[target] = replace(choice, confidence="likely")
    return guess


def take_gender_codes(columns: Sequence[Column], guess: Guess, female: str) -> None:
    """Take a column named like a gender that holds two numbers, if it was said which one is a woman."""
    for column in columns:
        is_taken = any(column is choice.column for choice in guess.mapped.values())
        is_code = len(column.counts) == 2 and bool(column.numbers)
        if is_taken or not is_code or "gender" in guess.mapped or not name_score(column, "gender"):
            continue
        if female in column.counts:
            guess.mapped["gender"] = Choice("gender", column, "sure", "by its name and --female")
            guess.female = female
        else:
            codes = " or ".join(sorted(column.counts))
            reason = f"a gender in numbers: say which means a woman by --female {codes}"
            guess.unread.append((column, reason))


def rejected_rows(
    choice: Choice, guess: Guess, spellings: Spellings, ranges: Mapping[str, Sequence[float]]
) -> int:
    """Count the rows that a build would put aside for a column, as `int_clients__checked` judges."""
    column, target = choice.column, choice.target
    if target == "client_id":
        return column.row_count - len(column.values)
    if target in ("has_credit_card", "is_active", "is_churned"):
        known = (
            {text for texts in guess.churn_values or () for text in texts}
            if target == "is_churned"
            else set()
        )
        is_mapped = target == "is_churned" and guess.is_inverted
        flags = {} if is_mapped else spellings.flags
        return sum(
            n for value, n in column.counts.items() if value not in known and folded(value) not in flags
        )
    if target == "gender":
        if guess.female:
            return 0
        return sum(n for value, n in column.counts.items() if value.lower() not in spellings.genders)
    if target == "city":
        return 0
    low, high = ranges.get(target, (float("-inf"), float("inf")))
    is_whole = target not in ("balance", "estimated_salary")
    read = [(to_number(value), n) for value, n in column.counts.items()]
    return sum(
        n
        for number, n in read
        if number is None or not low <= number <= high or (is_whole and number != int(number))
    )


def read_churn(guess: Guess, spellings: Spellings) -> None:
    """Say which texts mean left and stayed, where a build would not know or would take them the wrong way."""
    churned = guess.mapped.get("is_churned")
    if not churned:
        return
    guess.is_inverted = is_stayed_name(churned.column)
    values = sorted(churned.column.counts)
    if is_known_flag(churned.column, spellings):
        known = {
            value: spellings.flags[folded(value)] for value in values if folded(value) in spellings.flags
        }
        told = {value: is_yes != guess.is_inverted for value, is_yes in known.items()}
        if not guess.is_inverted:
            return
    else:
        left, _ = left_values(churned.column) or ("", "")
        told = {value: value == left for value in values}
        guess.is_inverted = False  # the texts themselves say who left
    guess.churn_values = (
        tuple(value for value, left in told.items() if left),
        tuple(value for value, left in told.items() if not left),
    )


def is_stayed_name(column: Column) -> bool:
    """Say whether a name says of whom stayed: `not_churned`, `retained`."""
    words = set(column.tokens)
    rest = " ".join(word for word in column.tokens if word not in NEGATED | NEUTRAL)
    is_negated = bool(words & NEGATED)
    is_churn = rest in NAMES["is_churned"] or rest.replace(" ", "") in NAMES["is_churned"]
    return (is_negated and is_churn) or (rest in STAYED_NAMES and not is_negated)


def churn_flags(guess: Guess, spellings: Spellings) -> list[bool | None]:
    """Say of every row whether the client left, as far as it is known."""
    churned = guess.mapped.get("is_churned")
    if churned is None:
        return []
    if guess.churn_values is None:
        known = spellings.flags
        return [None if cell is None else known.get(folded(cell)) for cell in churned.column.cells]
    left, stayed = guess.churn_values
    return [cell in left if cell in left + stayed else None for cell in churned.column.cells]


def leave_out_leaks(columns: Sequence[Column], guess: Guess, spellings: Spellings) -> list[Column]:
    """Leave out what is known only after a client left, by its name or because it alone tells who did."""
    flags = churn_flags(guess, spellings)
    left_out = []
    for column in columns:
        target = next((name for name, choice in guess.mapped.items() if choice.column is column), None)
        if target in REQUIRED:
            continue
        reason = told_by_name(column) if target is None else ""
        reason = reason or tells_churn(column, flags)
        if reason:
            guess.mapped.pop(target or "", None)
            guess.unread.append((column, reason))
            left_out.append(column)
    return left_out


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
    """Rate a column for a target."""
    named = name_score(column, target)
    if not named or not FITS[target](column, spellings):
        telling = TELLING.get(target)
        is_silent = target not in NUMBERS or not any(len(word) > 3 for word in column.tokens)
        if telling is None or not is_silent or not telling(column, spellings):
            return None
        return 1 + 0.1 * named, Choice(target, column, "guess", "by what it holds")
    if named == 2:
        return 3, Choice(target, column, "sure", "by its name and what it holds")
    return 2, Choice(target, column, "likely", "its name with a word beside it, and what it holds")


def name_score(column: Column, target: str) -> int:
    """Rate a column's name: 2 for a known name, 1 for one with words that change nothing, 0 otherwise.

    A part of a name says nothing: `months_on_book` is no age, `score_churn` no credit score.
    """
    words, joined = column.tokens, " ".join(column.tokens)
    if any(word in MISLEADING.get(target, ()) for word in words):
        return 0
    if joined in NAMES[target] or "".join(words) in NAMES[target]:
        return 2
    if target == "is_churned" and is_stayed_name(column):
        return 1
    rest = [word for word in words if word not in NEUTRAL]
    return int(" ".join(rest) in NAMES[target] and len("".join(rest)) > 2)


def left_values(column: Column) -> tuple[str, str] | None:
    """Tell which of two texts means that the client left."""
    values = sorted(column.counts)
    if len(values) != 2 or any(UNSAFE.search(value) or not value.isprintable() for value in values):
        return None
    told = [says_left(value) for value in values]
    if told[0] == told[1] or set(told) == {None}:
        return None
    is_first = told[0] if told[0] is not None else not told[1]
    return (values[0], values[1]) if is_first else (values[1], values[0])


def says_left(value: str) -> bool | None:
    """Tell what a text says of a client: left, stayed, or nothing.

    Examples:
        >>> says_left("Attrited Customer"), says_left("не ушёл"), says_left("gold")
        (True, False, None)
    """
    words = re.findall(r"\w+", value.lower().replace("ё", "е"))
    is_negated = any(word in NEGATED for word in words)
    if any(word.startswith(LEFT) for word in words):
        return not is_negated
    if any(word.startswith(STAYED) for word in words):
        return is_negated
    return None


def take_first_unique(columns: Sequence[Column], guess: Guess) -> None:
    """Take the first column without repetition for the client's id, if no name told it."""
    for column in columns:
        taken = any(column is choice.column for choice in guess.mapped.values())
        # An amount may well be another one in every row, but it has decimals or spaces.
        is_plain = all(re.fullmatch(r"[\w/-]+", value) for value in column.values)
        if is_id(column) and not taken and is_plain and not is_personal_name(column):
            guess.mapped["client_id"] = Choice("client_id", column, "guess", "no value occurs twice")
            return
    guess.is_row_number = True


def is_personal_name(column: Column) -> bool:
    """Say whether a column is named like personal data."""
    if len(column.counts) <= FEW_VALUES:
        return False  # a telephone service, yes or no, is about nobody
    words = set(column.tokens)
    of_people = {"name", "full", "first", "last", *NEUTRAL}
    return bool(words & (PERSONAL - {"name"})) or ("name" in words and words <= of_people)


def add_attribute(column: Column, guess: Guess, max_values: int) -> None:
    """Take a column of few values for an additional attribute, or leave it out with the reason."""
    few = FEW_VALUES if column.numbers else max_values
    if is_personal_name(column) or column.is_personal:
        guess.unread.append((column, "personal data: no attribute"))
    elif column.is_dates:
        guess.unread.append(
            (column, "dates: make a number of them in the staging model, such as whole years")
        )
    elif name_score(column, "client_id") == 2 and len(column.counts) > max_values:
        guess.unread.append((column, "named like a client id, but values are missing or occur twice"))
    elif column.is_unique and (not column.numbers or all(value.isdigit() for value in column.values)):
        guess.unread.append((column, "another value in every row"))
    elif column.numbers and not (column.is_whole and len(column.counts) <= few):
        add_number(column, guess)
    elif problem := failed_number(column, guess):
        guess.unread.append((column, problem))
    elif len(column.counts) > few:
        guess.unread.append((column, f"more than {few} different values"))
    elif len(column.counts) < 2:
        guess.unread.append((column, "the same value in every row"))
    else:
        taken = {choice.target for choice in guess.additional}
        name, labels = attribute_name(column, taken)
        because = f"{len(column.counts)} different values"
        guess.additional.append(Choice(name, column, "likely", because, labels))


def add_number(column: Column, guess: Guess) -> None:
    """Take numbers for an additional attribute, with a range wide enough for the rows not looked at."""
    failed = sum(count for value, count in column.counts.items() if to_number(value) is None)
    if failed:
        guess.unread.append((column, f"numbers, but {failed:,} of {len(column.values):,} values are none"))
        return
    low, high = column.numbers[0], column.numbers[-1]
    reach = 10 ** len(str(int(max(abs(low), abs(high), 1))))
    is_whole = column.is_whole and 2 * reach <= LONGEST_RANGE
    form = "whole_number" if is_whole else "amount"
    top = reach if is_whole else 100 * reach
    name, labels = attribute_name(column, {choice.target for choice in guess.additional})
    because = f"numbers of at most {len(str(int(high)))} digits"
    bounds = (0 if low >= 0 else -top, top)
    guess.additional.append(Choice(name, column, "likely", because, labels, form, bounds))


def failed_number(column: Column, guess: Guess) -> str:
    """Say why a column named like a number of ours was not taken for it."""
    names = ("age", "credit_score", "property_points", "balance", "product_count", "estimated_salary")
    target = next((name for name in names if name_score(column, name) and name not in guess.mapped), "")
    failed = [
        number for number, cell in enumerate(column.cells, 1) if cell is not None and to_number(cell) is None
    ]
    if not target or not failed or len(failed) > len(column.values) / 2:
        return ""
    return (
        f"named like {target}, but {len(failed):,} of {len(column.values):,} values are no numbers, the first"
        f" in row {failed[0]:,}: put them right in the extract"
    )


def attribute_name(column: Column, taken: set[str]) -> tuple[str, tuple[str, str]]:
    """Name an additional attribute."""
    words = " ".join(column.tokens) or column.key
    labels = (words, words)
    latin = re.sub(r"[^a-z0-9]+", "_", "".join(LATIN.get(sign, sign) for sign in words)).strip("_")
    name = latin if re.match(r"[a-z][a-z0-9]", latin) else f"attribute_{latin}".strip("_")
    for word in column.tokens:
        is_count = word in ATTRIBUTES and ATTRIBUTES[word][0].endswith("_count")
        if word in ATTRIBUTES and ATTRIBUTES[word][0] not in taken and (column.numbers or not is_count):
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
