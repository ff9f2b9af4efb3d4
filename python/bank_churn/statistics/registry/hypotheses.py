"""The registry of hypotheses (`seeds/hypotheses.csv`): how a row is read and what makes it wrong.

Groups are written as a value (`female`), as several values joined by `|` (`41-50|51-65`, pooled into one
group), or as `rest` (everyone outside group a whose value is known). A test of many groups has an empty
`group_b`, and `group_a` lists its groups: `all` (every known value) or `1|2|3|4` (each value its own group).
A `filter` such as `has_credit_card=true` leaves only these clients in the groups.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from bank_churn.statistics.registry.attributes import Attributes
from bank_churn.words.labels import cell_text

Kind = Literal["mean", "proportion", "distribution", "association"]
PrimaryTest = Literal[
    "welch_t", "mann_whitney", "two_proportions", "welch_anova", "kruskal_wallis", "chi_square"
]

TESTS_OF_KIND: dict[str, tuple[PrimaryTest, ...]] = {
    "mean": ("welch_t", "welch_anova"),
    "distribution": ("mann_whitney", "kruskal_wallis"),
    "proportion": ("two_proportions",),
    "association": ("chi_square",),
}
MANY_GROUP_TESTS = ("welch_anova", "kruskal_wallis", "chi_square")
REQUIRED_COLUMNS = (
    "hypothesis_id",
    "statement_ru",
    "statement_en",
    "metric",
    "group_attribute",
    "group_a",
    "group_b",
    "filter",
    "kind",
    "primary_test",
    "equivalence_margin",
    "stratify_by",
    "source",
)


class RegistryError(ValueError):
    """A row of the registry is wrong; the message names the row, the column and what is allowed."""


@dataclass(frozen=True)
class ClientFilter:
    """The clients a hypothesis is about.

    Attributes:
        attribute: One of the grouping attributes.
        value: The value they have.
    """

    attribute: str
    value: str

    def __str__(self) -> str:
        """Return the filter as it stands in the registry."""
        return f"{self.attribute}={self.value}"


@dataclass(frozen=True)
class Hypothesis:
    """One row of the registry, typed.

    Attributes:
        hypothesis_id: Short unique code.
        statement_ru: The question in Russian.
        statement_en: The question in English.
        metric: What is measured.
        group_attribute: What the groups are made of.
        group_a: Values of group a, or of all groups (`("all",)` for every known value).
        group_b: Values of group b, `("rest",)`, or empty for a test of many groups.
        filter: The clients the hypothesis is about, or None for all.
        kind: What is compared.
        primary_test: The test that decides.
        equivalence_margin: Largest difference that does not matter, or None.
        stratify_by: The attribute held fixed in the stratified comparison, or None.
        is_share: Whether the metric is yes/no.
    """

    hypothesis_id: str
    statement_ru: str
    statement_en: str
    metric: str
    group_attribute: str
    group_a: tuple[str, ...]
    group_b: tuple[str, ...]
    filter: ClientFilter | None
    kind: Kind
    primary_test: PrimaryTest
    equivalence_margin: float | None
    stratify_by: str | None
    is_share: bool

    @property
    def has_many_groups(self) -> bool:
        """Whether every value of group a is a group of its own."""
        return self.primary_test in MANY_GROUP_TESTS


def split_groups(cell: object) -> tuple[str, ...]:
    """Split a group cell into its values.

    Examples:
        >>> split_groups("41-50|51-65")
        ('41-50', '51-65')
    """
    return tuple(part.strip() for part in cell_text(cell).split("|") if part.strip())


def read_filter(cell: object) -> ClientFilter | None:
    """Read a filter cell; an empty one is None.

    Examples:
        >>> read_filter("has_credit_card = true")
        ClientFilter(attribute='has_credit_card', value='true')
    """
    attribute, _, value = cell_text(cell).partition("=")
    return ClientFilter(attribute.strip(), value.strip()) if attribute else None


def read_registry(registry: pd.DataFrame, attributes: Attributes) -> Iterator[Hypothesis]:
    """Yield the hypotheses of a validated registry, in its order.

    Args:
        registry: The seed, one row per hypothesis (columns: `REQUIRED_COLUMNS`).
        attributes: What the tests may compare.

    Yields:
        Typed hypotheses.
    """
    for row in registry.to_dict(orient="records"):
        text = {str(name): cell_text(value) for name, value in row.items()}
        yield Hypothesis(
            hypothesis_id=text["hypothesis_id"],
            statement_ru=text["statement_ru"],
            statement_en=text["statement_en"],
            metric=text["metric"],
            group_attribute=text["group_attribute"],
            group_a=split_groups(text["group_a"]),
            group_b=split_groups(text["group_b"]),
            filter=read_filter(text["filter"]),
            kind=text["kind"],  # type: ignore[arg-type]
            primary_test=text["primary_test"],  # type: ignore[arg-type]
            equivalence_margin=float(text["equivalence_margin"]) if text["equivalence_margin"] else None,
            stratify_by=text["stratify_by"] or None,
            is_share=text["metric"] in attributes.yes_no,
        )


KINDS = get_args(Kind)
PRIMARY_TESTS = get_args(PrimaryTest)
