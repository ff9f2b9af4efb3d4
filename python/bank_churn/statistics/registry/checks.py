"""What makes a registry wrong: every rule raises one sentence that names the row, the column and the cure."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping

import pandas as pd

from bank_churn.statistics.registry.attributes import Attributes
from bank_churn.statistics.registry.hypotheses import (
    KINDS,
    MANY_GROUP_TESTS,
    PRIMARY_TESTS,
    REQUIRED_COLUMNS,
    TESTS_OF_KIND,
    RegistryError,
    read_filter,
    split_groups,
)
from bank_churn.words.labels import cell_text

Row = Mapping[str, str]
_WORDS = ("all", "rest")
_NO_VALUES = frozenset({"", "unknown"})


def validate_registry(
    registry: pd.DataFrame, *, attributes: Attributes, known_groups: pd.DataFrame | None = None
) -> None:
    """Check the registry before anything is computed from it.

    Args:
        registry: The seed, one row per hypothesis.
        attributes: What the tests may compare and group by.
        known_groups: Group values that exist (columns group_attribute, group_value), over all portfolios
            together; without it the values themselves are not checked.

    Raises:
        RegistryError: On the first thing that is wrong, in one sentence.

    Examples:
        >>> nothing = Attributes(forms={}, groups=(), made_of={})
        >>> validate_registry(pd.DataFrame({"hypothesis_id": ["H01"]}), attributes=nothing)
        Traceback (most recent call last):
        ...
        bank_churn.statistics.registry.hypotheses.RegistryError: hypotheses: column statement_ru is missing.
    """
    for column in REQUIRED_COLUMNS:
        if column not in registry.columns:
            raise RegistryError(f"hypotheses: column {column} is missing.")
    rows = [
        {str(name): cell_text(value) for name, value in row.items()} for row in registry.to_dict("records")
    ]
    _check_ids(rows)
    for row in rows:
        for rule in _RULES:
            rule(row, attributes)
        if known_groups is not None:
            _check_group_values(row, known_groups)
            _check_filter_value(row, known_groups)


def _fail(row: Row, column: str, problem: str) -> None:
    raise RegistryError(f"hypotheses, row {row['hypothesis_id']}: {column} '{row[column]}' {problem}.")


def _one_of(allowed: Collection[str]) -> str:
    return "is not one of " + ", ".join(allowed)


def _check_ids(rows: list[dict[str, str]]) -> None:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=1):
        if not row["hypothesis_id"]:
            raise RegistryError(f"hypotheses, row number {number}: hypothesis_id is empty.")
        if row["hypothesis_id"] in seen:
            _fail(row, "hypothesis_id", "occurs more than once; ids must be unique")
        seen.add(row["hypothesis_id"])


def _check_statements(row: Row, _: Attributes) -> None:
    for column in ("statement_ru", "statement_en"):
        if not row[column]:
            _fail(row, column, "is empty; write the question in this language")


def _check_names(row: Row, attributes: Attributes) -> None:
    allowed = {
        "metric": attributes.metrics,
        "group_attribute": attributes.groups,
        "kind": KINDS,
        "primary_test": PRIMARY_TESTS,
    }
    for column, values in allowed.items():
        if row[column] not in values:
            _fail(row, column, _one_of(values))


def _check_kind(row: Row, attributes: Attributes) -> None:
    kind, metric = row["kind"], row["metric"]
    if row["primary_test"] not in TESTS_OF_KIND[kind]:
        _fail(row, "primary_test", f"does not go with kind {kind}; use {' or '.join(TESTS_OF_KIND[kind])}")
    if kind == "proportion" and metric not in attributes.yes_no:
        _fail(row, "metric", f"has no share, so kind proportion needs one of {', '.join(attributes.yes_no)}")
    if kind in ("mean", "distribution") and metric in attributes.yes_no:
        _fail(row, "metric", f"is yes/no, so kind {kind} does not apply; use proportion or association")
    if kind == "association" and metric in attributes.amounts:
        _fail(row, "metric", "has too many values for kind association; use mean or distribution")
    if metric == row["group_attribute"]:
        _fail(row, "group_attribute", "is the metric itself; choose another attribute")


def _check_groups(row: Row, _: Attributes) -> None:
    a, b = split_groups(row["group_a"]), split_groups(row["group_b"])
    if not a:
        _fail(row, "group_a", "is empty; write a value, several joined by |, or all")
    if row["primary_test"] in MANY_GROUP_TESTS:
        if b:
            _fail(row, "group_b", f"must be empty for {row['primary_test']}, which compares every group")
        if a != ("all",) and (len(a) < 2 or set(a) & set(_WORDS)):
            _fail(row, "group_a", "must be all or at least two values joined by |")
        return
    if not b:
        _fail(row, "group_b", "is empty; write a value, several joined by |, or rest")
    if set(a) & set(_WORDS):
        _fail(row, "group_a", "must be a value or several joined by |")
    if b != ("rest",) and set(b) & set(_WORDS):
        _fail(row, "group_b", "must be a value, several joined by |, or rest alone")
    if set(a) & set(b):
        _fail(row, "group_b", "shares a value with group_a; the groups must not overlap")


def _check_margin(row: Row, _: Attributes) -> None:
    text = row["equivalence_margin"]
    if not text:
        return
    try:
        margin = float(text)
    except ValueError:
        margin = math.nan
    if not (math.isfinite(margin) and margin > 0):
        _fail(row, "equivalence_margin", "is not a number above 0; leave it empty if there is none")
    if row["primary_test"] not in ("welch_t", "two_proportions"):
        _fail(row, "equivalence_margin", "is only for welch_t and two_proportions; leave it empty")


def _check_stratum(row: Row, attributes: Attributes) -> None:
    if not row["stratify_by"]:
        return
    if row["stratify_by"] not in attributes.groups:
        _fail(row, "stratify_by", _one_of(attributes.groups))
    if row["primary_test"] != "two_proportions":
        _fail(row, "stratify_by", "is only for two_proportions; leave it empty")
    if row["stratify_by"] in (row["group_attribute"], row["metric"]):
        _fail(row, "stratify_by", "is the group attribute or the metric itself; choose another attribute")


def _check_filter(row: Row, attributes: Attributes) -> None:
    if not row["filter"]:
        return
    chosen = read_filter(row["filter"])
    if chosen is None or not chosen.value:
        _fail(row, "filter", "is not of the form attribute=value, such as has_credit_card=true")
        return
    if chosen.attribute not in attributes.groups:
        _fail(row, "filter", f"names '{chosen.attribute}', which {_one_of(attributes.groups)}")
    if chosen.attribute in (row["group_attribute"], row["metric"]):
        _fail(row, "filter", "names the group attribute or the metric itself; choose another attribute")
    if row["stratify_by"]:
        _fail(row, "filter", "does not go with stratify_by; leave one of them empty")
    if row["kind"] == "association" and row["metric"] not in attributes.yes_no:
        allowed = ", ".join(attributes.yes_no)
        _fail(row, "filter", f"with kind association needs a yes/no metric, one of {allowed}")


def _known_values(attribute: str, known_groups: pd.DataFrame) -> list[str]:
    of_attribute = known_groups[known_groups["group_attribute"] == attribute]
    return sorted({cell_text(value) for value in of_attribute["group_value"]} - _NO_VALUES)


def _check_filter_value(row: Row, known_groups: pd.DataFrame) -> None:
    chosen = read_filter(row["filter"])
    known = _known_values(chosen.attribute, known_groups) if chosen else []
    if chosen and chosen.value not in known:
        problem = f"names '{chosen.value}', unknown in every portfolio; known: {', '.join(known)}"
        _fail(row, "filter", problem)


def _check_group_values(row: Row, known_groups: pd.DataFrame) -> None:
    known = _known_values(row["group_attribute"], known_groups)
    for column in ("group_a", "group_b"):
        for value in split_groups(row[column]):
            if value not in known and value not in _WORDS:
                _fail(row, column, f"names '{value}', unknown in every portfolio; known: {', '.join(known)}")


_RULES: tuple[Callable[[Row, Attributes], None], ...] = (
    _check_statements,
    _check_names,
    _check_kind,
    _check_groups,
    _check_margin,
    _check_stratum,
    _check_filter,
)
