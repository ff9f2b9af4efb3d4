"""Which columns of an extract say which products a client holds: flags, or one column with a list."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bank_churn.new_portfolio.columns import Column

LEAST_FLAGS = 3  # one or two may be about anything
SEPARATORS = (";", "|", ",", "/", "+")
KNOWN_SHARE = 0.8
BESIDE = frozenset(
    (
        *("has", "is", "ind", "holds", "flag", "product", "products", "uses", "client", "customer"),
        *("есть", "продукт", "признак", "флаг", "клиент", "клиента"),
    )
)
"""Words beside a product's name in that of a flag."""


@dataclass(frozen=True)
class Holdings:
    """What says which products are held.

    Attributes:
        form: `flags` or `list`, as the var `portfolios` calls it.
        columns: Code of a product → its column; of a list that column for each.
        separator: Between the products of a list.
        unknown: Names in a list that no seed knows.
    """

    form: str
    columns: Mapping[str, Column]
    separator: str = ""
    unknown: int = 0

    @property
    def products(self) -> list[str]:
        """The codes of the products."""
        return list(self.columns)


def read_products(seeds: Path) -> dict[str, str]:
    """Read what products are called."""
    with (seeds / "product_spellings.csv").open(encoding="utf-8", newline="") as file:
        return {spelled(row["spelling"]): row["product_code"] for row in csv.DictReader(file)}


def spelled(text: str) -> str:
    """Write a product's name as the macro `normalise_spelling` does.

    Examples:
        >>> spelled(" Накопительный  счёт ")
        'накопительный счет'
    """
    return re.sub(r"[\s-]+", " ", text.strip().lower().replace("ё", "е"))


def product_of(column: Column, products: Mapping[str, str]) -> str:
    """Say which product a column is named after; nothing where it is none."""
    words = [word for word in column.tokens if word not in BESIDE]
    for name in (column.key, " ".join(column.tokens), " ".join(words), "".join(words)):
        if code := products.get(spelled(name)):
            return code
    return ""


def find_holdings(
    columns: Sequence[Column], products: Mapping[str, str], is_flag: Callable[[Column], bool]
) -> Holdings | None:
    """Find the columns of products.

    Returns:
        The holdings: of flags at least three, or the first list of known products; None without either.
    """
    flags: dict[str, Column] = {}
    for column in columns:
        code = product_of(column, products)
        if code and code not in flags and is_flag(column):
            flags[code] = column
    if len(flags) >= LEAST_FLAGS:
        return Holdings("flags", flags)
    return next((found for column in columns if (found := listed(column, products))), None)


def listed(column: Column, products: Mapping[str, str]) -> Holdings | None:
    """Read a column as lists of products, parted by the sign that parts it into most products."""
    if column.numbers or column.is_dates:
        return None
    for separator in SEPARATORS:
        if not any(separator in value for value in column.counts):
            continue
        parts: Counter[str] = Counter()
        for value, count in column.counts.items():
            for part in value.split(separator):
                parts[spelled(part)] += count
        parts.pop("", None)
        known = {part: products[part] for part in parts if part in products}
        if sum(parts[part] for part in known) >= KNOWN_SHARE * sum(parts.values()) and len(known) > 1:
            codes = sorted(set(known.values()))
            return Holdings("list", dict.fromkeys(codes, column), separator, len(parts) - len(known))
    return None
