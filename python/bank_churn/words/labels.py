"""Names of metrics, attributes and groups in two languages, from `seeds/labels.csv`."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bank_churn.words.language import Language


@dataclass(frozen=True)
class MetricLabel:
    """How a metric is written.

    Attributes:
        text: Its name, lower case.
        unit: Unit after a decimal number (`%` for shares, empty for none).
        decimals: Digits after the decimal mark.
    """

    text: str
    unit: str
    decimals: int

    @property
    def is_share(self) -> bool:
        """Whether the metric is the share of a yes/no attribute."""
        return self.unit == "%"


class Labels:
    """Look up labels; whatever has none is shown as it is written in the data."""

    def __init__(self, labels: pd.DataFrame) -> None:
        """Index the seed (columns kind, name, value, label_ru, label_en, unit_ru, unit_en, decimals)."""
        self._rows = {
            tuple(cell_text(row[key]) for key in ("kind", "name", "value")): row
            for row in labels.to_dict("records")
        }

    def metric(self, name: str, *, language: Language) -> MetricLabel:
        """Return how a metric is written."""
        row = self._rows.get(("metric", name, ""))
        if row is None:
            return MetricLabel(self.attribute(name, language=language), "", 2)
        decimals = cell_text(row["decimals"]) or "2"
        return MetricLabel(
            cell_text(row[f"label_{language}"]), cell_text(row[f"unit_{language}"]), int(float(decimals))
        )

    def attribute(self, name: str, *, language: Language) -> str:
        """Return the name of an attribute."""
        return self._text("attribute", name, "", language) or name

    def group(self, attribute: str, values: tuple[str, ...], *, language: Language) -> str:
        """Return the name of a group, pooled values joined by commas.

        Args:
            attribute: The group attribute.
            values: Its values, or `("rest",)` / `("all",)`.
            language: Language of the text.

        Returns:
            The name; empty for no values.
        """
        names = (
            self._text("group_value", attribute, value, language)
            or self._text("word", value, "", language)
            or value
            for value in values
        )
        return ", ".join(names)

    def clients_of(self, attribute: str, value: str, *, language: Language) -> str:
        """Return what the clients of a group are: "with four products", or "in the group “…”"."""
        label = self._text("stratum", attribute, value, language)
        if label:
            return label
        name = self.group(attribute, (value,), language=language)
        return f"группы «{name}»" if language == "ru" else f"in the group “{name}”"

    def known_groups(self) -> pd.DataFrame:
        """Return the group values that have a label (columns group_attribute, group_value)."""
        pairs = [(name, value) for kind, name, value in self._rows if kind == "group_value"]
        return pd.DataFrame(pairs, columns=["group_attribute", "group_value"])

    def _text(self, kind: str, name: str, value: str, language: Language) -> str:
        row = self._rows.get((kind, name, value))
        return "" if row is None else cell_text(row[f"label_{language}"])


def cell_text(value: object) -> str:
    """Return a seed cell as trimmed text; a missing one is empty."""
    return "" if value is None or pd.isna(value) else str(value).strip()  # type: ignore[call-overload]
