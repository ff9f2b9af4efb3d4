"""What the tests may compare and group clients by: `client_attributes`, as the project's vars declare it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Attributes:
    """The metrics and the grouping attributes, in the order of the table.

    Attributes:
        forms: Metric → whole_number, amount or yes_no.
        groups: The attributes that split clients.
        made_of: Metric or grouping attribute → the attribute that it is made of, often itself.
    """

    forms: Mapping[str, str]
    groups: tuple[str, ...]
    made_of: Mapping[str, str]

    @property
    def metrics(self) -> tuple[str, ...]:
        """What is compared."""
        return tuple(self.forms)

    @property
    def yes_no(self) -> tuple[str, ...]:
        """The metrics that are shares."""
        return tuple(name for name, form in self.forms.items() if form == "yes_no")

    @property
    def amounts(self) -> tuple[str, ...]:
        """The metrics with nearly as many values as there are clients."""
        return tuple(name for name, form in self.forms.items() if form == "amount")


def read_attributes(table: pd.DataFrame) -> Attributes:
    """Read which attributes serve in tests.

    Args:
        table: `client_attributes`, one row per attribute or what is made of one.

    Returns:
        Its metrics and grouping attributes.
    """
    rows = [{str(name): str(value) for name, value in row.items()} for row in table.to_dict("records")]
    rows.sort(key=lambda row: int(row["place"]))
    return Attributes(
        forms={row["attribute"]: row["form"] for row in rows if "metric" in row["role_names"].split(",")},
        groups=tuple(row["attribute"] for row in rows if "groups" in row["role_names"].split(",")),
        made_of={row["attribute"]: row["made_of"] for row in rows},
    )
