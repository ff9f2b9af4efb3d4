"""Why a figure is missing, or why it should be read with care: a short closed list with texts."""

from typing import Literal

from bank_churn.words.language import Language
from bank_churn.words.texts import texts_of

Reason = Literal[
    "not_supplied",
    "metric_unknown",
    "no_such_group",
    "group_too_small",
    "fewer_than_two_groups",
    "all_values_equal",
    "zero_variance",
    "no_rank_sums",
    "no_usable_strata",
    "empty_cell",
    "small_expected_counts",
    "out_of_range",
]
"""Codes of the `reason` column. All but `small_expected_counts` come with figures that are null."""


def reason_text(reason: Reason, *, language: Language) -> str:
    """Return the sentence fragment that explains a reason code.

    Args:
        reason: A code of the closed list.
        language: Language of the text.

    Returns:
        A fragment without capital letter and full stop.

    Examples:
        >>> reason_text("no_such_group", language="en")
        'one of the groups has no clients in these data'
    """
    text: str = texts_of("conclusions")[language]["reasons"][reason]
    return text
