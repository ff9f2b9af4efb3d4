"""Why a figure is missing, or why it should be read with care: a short closed list with texts."""

from typing import Literal

from bank_churn.words.language import Language

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


_TEXTS: dict[Reason, dict[Language, str]] = {
    "not_supplied": {
        "ru": "банк не передаёт столбцов, о которых вопрос",
        "en": "the bank does not supply the columns in question",
    },
    "metric_unknown": {
        "ru": "показатель неизвестен у всех сравниваемых клиентов",
        "en": "the metric is unknown for all the clients compared",
    },
    "no_such_group": {
        "ru": "в этих данных нет клиентов одной из групп",
        "en": "one of the groups has no clients in these data",
    },
    "group_too_small": {
        "ru": "в одной из групп слишком мало клиентов",
        "en": "one of the groups has too few clients",
    },
    "fewer_than_two_groups": {
        "ru": "клиенты есть меньше чем в двух группах",
        "en": "fewer than two groups have clients",
    },
    "all_values_equal": {
        "ru": "у всех клиентов одно и то же значение",
        "en": "all clients have the same value",
    },
    "zero_variance": {
        "ru": "внутри группы значения не различаются",
        "en": "the values do not vary inside a group",
    },
    "no_rank_sums": {
        "ru": "для этого сравнения не посчитаны суммы рангов",
        "en": "rank sums were not computed for this comparison",
    },
    "no_usable_strata": {
        "ru": "ни в одном слое нет обеих групп и обоих исходов",
        "en": "no stratum holds both groups and both outcomes",
    },
    "empty_cell": {
        "ru": "отношение шансов не определено: одна из клеток пуста во всех слоях",
        "en": "the odds ratio is undefined: a cell is empty in every stratum",
    },
    "small_expected_counts": {
        "ru": "ожидаемые частоты малы, p-значение приближённое",
        "en": "expected counts are small, the p-value is approximate",
    },
    "out_of_range": {
        "ru": "числа слишком велики или слишком малы для расчёта",
        "en": "the numbers are too large or too small to compute with",
    },
}


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
    return _TEXTS[reason][language]
