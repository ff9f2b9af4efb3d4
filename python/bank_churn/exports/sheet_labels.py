"""Words and number formats of the workbooks: from the seeds `column_labels` and `labels`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bank_churn.words.language import Language

YES_NO = {"ru": ("нет", "да"), "en": ("no", "yes")}
PRODUCT = {"ru": "{name} (продукт)", "en": "{name} (product)"}
SMALLEST_P_VALUE = {"ru": "< 0,0001", "en": "< 0.0001"}
NAMED_IN_LABELS = {
    "metric": ("metric",),
    "attribute": ("attribute",),
    "other_attribute": ("attribute",),
    "group_attribute": ("attribute",),
}


@dataclass(frozen=True)
class SheetLabels:
    """The rows of both seeds, as a publication keeps them.

    Attributes:
        labels: Rows of `labels`: portfolios, metrics, attributes and their values.
        column_labels: Rows of `column_labels`: headings, values and number formats.
        language: Language of the workbook.
    """

    labels: dict[tuple[str, str, str], dict[str, Any]]
    column_labels: dict[tuple[str, str, str], dict[str, Any]]
    language: Language

    @classmethod
    def from_facts(cls, facts: dict[str, Any], language: Language) -> SheetLabels:
        """Index the labels of a publication."""
        seeds = facts["labels"]
        keys = {"labels": ("kind", "name", "value"), "column_labels": ("mart", "column_name", "value")}
        index = {
            seed: {(row[one] or "", row[two] or "", row[three] or ""): row for row in seeds.get(seed, [])}
            for seed, (one, two, three) in keys.items()
        }
        return cls(labels=index["labels"], column_labels=index["column_labels"], language=language)

    def with_attributes(self, named: dict[str, str]) -> SheetLabels:
        """Add names of a bank's own attributes and products, which no seed of labels knows.

        Args:
            named: Names in the workbook's language, by code.

        Returns:
            The labels; a product called as another attribute says that it is one.
        """
        own = f"label_{self.language}"
        known = {row[own] for (kind, _, _), row in self.labels.items() if kind == "attribute"}
        added = {
            ("attribute", code, ""): {
                own: PRODUCT[self.language].format(name=name) if name in known else name
            }
            for code, name in named.items()
        }
        return replace(self, labels=added | self.labels)

    def base_name(self, column: str) -> str:
        """Name a column without the ending of the workbook's language."""
        return column.removesuffix(f"_{self.language}")

    def column_row(self, mart: str, column: str, value: str = "") -> dict[str, Any] | None:
        """Look a column or one of its values up, the mart's own row first."""
        name = self.base_name(column)
        return self.column_labels.get((mart, name, value)) or self.column_labels.get(("", name, value))

    def heading(self, mart: str, column: str, variant: str = "") -> str:
        """Put a column's name into words.

        Args:
            mart: Name of the mart.
            column: Name of the column.
            variant: What the column is of, where it has another heading for that.

        Returns:
            The heading; the name itself where no label is known.
        """
        row = self.column_row(mart, column, variant) or self.column_row(mart, column)
        return str(row[f"label_{self.language}"]) if row else self.base_name(column).replace("_", " ")

    def value(self, mart: str, column: str, value: str) -> str:
        """Put a code into words.

        Args:
            mart: Name of the mart.
            column: Name of the column.
            value: The code.

        Returns:
            Its label; the value itself where no label is known.
        """
        rows = [self.column_row(mart, column, value)] if value else []
        rows += [self.labels.get((kind, column, value)) for kind in ("portfolio", "group_value")]
        rows += [self.labels.get((kind, value, "")) for kind in NAMED_IN_LABELS.get(column, ())]
        found = next((row for row in rows if row), None)
        return str(found[f"label_{self.language}"]) if found else value

    def number_format(self, mart: str, column: str, *, is_whole: bool, metric: str | None) -> str:
        """Choose how Excel shows a number.

        Args:
            mart: Name of the mart.
            column: Name of the column.
            is_whole: Whether the column holds whole numbers.
            metric: Metric of the row, for figures that are in its unit.

        Returns:
            A number format of Excel's.
        """
        row = self.column_row(mart, column) or {}
        kind, decimals = row.get("number_format"), row.get("decimals")
        if kind == "metric":
            described = self.labels.get(("metric", metric or "", ""), {})
            kind, decimals = (
                ("percent" if described.get("unit_en") == "%" else "number"),
                described.get("decimals"),
            )
        if kind == "p_value":
            return f'[<0.0001]"{SMALLEST_P_VALUE[self.language]}";0.0000'
        if kind == "plain":
            return "General"
        default = 1 if kind == "percent" else 0 if is_whole else 2
        places = int(default if decimals is None else decimals)
        whole, percent = ("0", "%") if kind == "percent" else ("#,##0", "")
        return whole + ("." + "0" * places if places else "") + percent
