"""The columns of an extract with a sample of their values: what a guess is made from."""

from __future__ import annotations

import glob
import itertools
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.intake.options import Options
from bank_churn.intake.prepare import Found, read_file
from bank_churn.intake.text import fields_of, fits, text_lines
from bank_churn.words.safe_text import shown

SAMPLE_ROWS = 20_000
UNSAFE = re.compile(r"""["'\\`{}%;]|--|/\*""")
"""Signs that nothing from an extract may bring into a model: there they would begin something else."""


DATE = re.compile(
    r"(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})"
    r"([ T]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?)?(Z|[+-]\d\d:?\d\d)?"
)
MAIL = re.compile(r"\S+@\S+\.\w+")
TELEPHONE = re.compile(r"\+?[78]?[ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}")
PERSON = re.compile(
    r"[А-ЯЁA-Z][а-яёa-z-]+\d* ([А-ЯЁA-Z]\. ?[А-ЯЁA-Z]\.|[А-ЯЁA-Z][а-яёa-z-]+ [А-ЯЁA-Z][а-яёa-z-]+)"
)
CURRENCY = "₽|руб[.]?|рублей|рубля|рубль|р[.]?|rub[.]?|rur|[$€£¥]|usd|eur|долл[.]?"


@dataclass(frozen=True)
class Column:
    """A column of the extract.

    Attributes:
        name: Its name as written.
        values: Values of the first rows, without missing ones.
        row_count: How many rows were looked at.
        cells: Value of every row, None where it is missing: to lay columns side by side.
    """

    name: str
    values: tuple[str, ...]
    row_count: int
    cells: tuple[str | None, ...] = ()

    @property
    def key(self) -> str:
        """The name as a staging model writes it: letters' case does not matter there."""
        return self.name.lower()

    @property
    def is_safe(self) -> bool:
        """Whether the name may stand in a model."""
        return bool(self.name) and self.name.isprintable() and not UNSAFE.search(self.name)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words of the name in small letters, also those that only a capital parts: `CustomerAge`."""
        words = re.findall(r"[A-ZА-ЯЁ]?[a-zа-яё]+|[A-ZА-ЯЁ]+(?![a-zа-яё])|\d+", self.name)
        return tuple(word.lower().replace("ё", "е") for word in words)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value occurs."""
        return Counter(self.values)

    @cached_property
    def numbers(self) -> list[float]:
        """The values as numbers, in order of size; empty when fewer than 19 in 20 are numbers."""
        read = [number for value in self.values if (number := to_number(value)) is not None]
        return sorted(read) if read and len(read) >= 0.95 * len(self.values) else []

    @property
    def is_whole(self) -> bool:
        """Whether all values are whole numbers."""
        return bool(self.numbers) and all(number == int(number) for number in self.numbers)

    @property
    def is_mostly_whole(self) -> bool:
        """Whether 19 numbers in 20 are whole: one slip of the pen makes an age nothing else."""
        whole = sum(number == int(number) for number in self.numbers)
        return bool(self.numbers) and whole >= 0.95 * len(self.numbers)

    @property
    def is_unique(self) -> bool:
        """Whether hardly a row lacks a value, and hardly a value occurs twice."""
        filled = len(self.values)
        return self.row_count > 1 and filled >= 0.98 * self.row_count and len(self.counts) >= 0.98 * filled

    @cached_property
    def is_dates(self) -> bool:
        """Whether nearly all values are dates."""
        found = sum(count for value, count in self.counts.items() if DATE.fullmatch(value))
        return bool(self.values) and found >= 0.95 * len(self.values)

    @cached_property
    def is_personal(self) -> bool:
        """Whether most values are addresses of mail, telephone numbers or people's names."""
        signs = (MAIL, TELEPHONE, PERSON)
        return bool(self.values) and any(
            sum(count for value, count in self.counts.items() if sign.fullmatch(value))
            > 0.5 * len(self.values)
            for sign in signs
        )

    def lies_within(self, low: float, high: float) -> bool:
        """Say whether 19 numbers in 20 lie between two bounds."""
        inside = sum(low <= number <= high for number in self.numbers)
        return bool(self.numbers) and inside >= 0.95 * len(self.numbers)


def to_number(text: str) -> float | None:
    """Read a number as the macro `to_number` does: spaces between thousands, a decimal comma, a currency.

    Examples:
        >>> to_number("1 234,5")
        1234.5
        >>> to_number("$100.50"), to_number("100,5 руб.")
        (100.5, 100.5)
        >>> to_number("gold") is None
        True
    """
    bare = re.sub(r"\s", "", text.lower().replace("\u2212", "-").replace("'", "").replace("\u2019", ""))
    bare = re.sub(f"^({CURRENCY})|({CURRENCY})$", "", bare)
    if not re.fullmatch(r"[+-]?\d*([.,]?\d+)(e[+-]?\d+)?", bare):
        return None
    is_either = re.search(r",\d{3}$", bare) is not None  # 12,500 may be either of two numbers
    return None if is_either else float(bare.replace(",", "."))


def meant(text: str) -> str:
    """Read a text as the macro `empty_to_null` does.

    Examples:
        >>> meant(' ="007" ')
        '007'
    """
    bare = text.strip()
    if bare.startswith('="') and bare.endswith('"') and len(bare) > 2:
        bare = bare[2:-1].replace('""', '"')
    return unicodedata.normalize("NFC", bare)


def read_columns(file: str, options: Options, missing: Collection[str]) -> tuple[Found, list[Column]]:
    """Read the header and the first rows of an extract.

    Args:
        file: The extract.
        options: What is not to be guessed about it.
        missing: Texts that mean "no value".

    Returns:
        What the file is, and its columns in their order.
    """
    with tempfile.TemporaryDirectory() as folder:
        found = read_file("new-portfolio", file, options, Path(folder))
        rows = list(itertools.islice(sampled_rows(found), SAMPLE_ROWS))
    if not found.columns or not rows:
        raise BankChurnError(f"{shown(file)} is empty: it needs column names and rows under them.")
    columns = []
    for number, name in enumerate(found.columns):
        texts = ["" if row[number] is None else meant(str(row[number])) for row in rows]
        cells = tuple(text if text and text not in missing else None for text in texts)
        columns.append(Column(name, tuple(text for text in cells if text is not None), len(rows), cells))
    return found, columns


def sampled_rows(found: Found) -> Iterator[tuple[str | None, ...]]:
    """Go through the rows of a file whose fields are as many as the header's."""
    if found.kind == "parquet":
        path = glob.escape(found.path)
        with duckdb.connect() as connection:
            chosen = """select cast(columns(*) as varchar)
                from read_parquet(?, hive_partitioning = false) limit ?"""
            yield from connection.execute(chosen, [path, SAMPLE_ROWS]).fetchall()
        return
    lines = text_lines(Path(found.path), "utf-8")
    next(lines, None)
    for line in lines:
        fields = fields_of(line, found.separator) if line.strip() else None
        if fits(fields, len(found.columns), len(found.columns)):
            yield tuple(fields or ())[: len(found.columns)]
