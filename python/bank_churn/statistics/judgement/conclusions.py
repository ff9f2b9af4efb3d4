"""Conclusions in words, written from the figures: no direction, size or verdict is ever fixed in the text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import cast

from bank_churn.statistics.registry.hypotheses import read_filter, split_groups
from bank_churn.words.labels import Labels, MetricLabel
from bank_churn.words.numbers import (
    NO_BREAK,
    format_difference,
    format_metric,
    format_number,
    format_p_value,
)
from bank_churn.words.reasons import Language, Reason, reason_text
from bank_churn.words.wording import DIRECTIONS, EFFECTS, MAGNITUDES, PHRASES, VERDICTS, Direction


def write_conclusion(
    row: Mapping[str, object], *, labels: Labels, language: Language, small_group_size: int
) -> str:
    """Say what one row of `hypothesis_results` means.

    Args:
        row: Figures and verdict of one hypothesis on one portfolio.
        labels: Names of metrics, attributes and groups.
        language: Language of the text.
        small_group_size: What `is_small_group` was decided by.

    Returns:
        Two to six sentences: among whom unless all clients are compared, then verdict, estimates, difference
        with interval, effect with adjusted p-value, then what to beware of.
    """
    chosen = read_filter(row.get("filter"))
    text = _answer(row, labels, language, small_group_size)
    if chosen is None:
        return text
    group = labels.group(chosen.attribute, (chosen.value,), language=language)
    return f"{PHRASES[language]['among'].format(group=group)} {text}"


def _answer(row: Mapping[str, object], labels: Labels, language: Language, small_group_size: int) -> str:
    verdict = str(row["verdict"])
    opening = VERDICTS[language][verdict]
    if verdict == "not_computable":
        reason = cast("Reason", row.get("reason") or "out_of_range")
        return f"{opening}: {reason_text(reason, language=language)}."
    metric = labels.metric(str(row["metric"]), language=language)
    many = row.get("group_b") is None
    body = _many_groups(row, metric, labels, language) if many else _two_groups(row, metric, labels, language)
    sentences = [f"{opening}: {body}.", _effect(row, language)]
    if verdict == "not_shown":
        sentences.append(_power(row, language))
    sentences += _warnings(row, labels, language)
    if row.get("is_small_group"):
        sentences.append(PHRASES[language]["small"].format(count=small_group_size))
    if row.get("reason"):
        reason_words = reason_text(cast("Reason", row["reason"]), language=language)
        sentences.append(f"{reason_words[0].upper()}{reason_words[1:]}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _two_groups(row: Mapping[str, object], metric: MetricLabel, labels: Labels, language: Language) -> str:
    phrases, verdict = PHRASES[language], str(row["verdict"])
    attribute, effect = str(row["group_attribute"]), real(row["effect_size"])
    x, y = real(row["estimate_a"]), real(row["estimate_b"])
    directed = verdict in ("differs", "negligible")
    kind = {"mean": "two_groups_mean", "distribution": "two_groups_rank"}.get(str(row["kind"]), "two_groups")
    text = phrases[kind if directed else "level"].format(
        metric=metric.text,
        direction=DIRECTIONS[language][_direction(effect)],
        a=labels.group(attribute, split_groups(row["group_a"]), language=language),
        b=labels.group(attribute, split_groups(row["group_b"]), language=language),
        x=format_metric(x, label=metric, language=language),
        y=format_metric(y, label=metric, language=language),
        chance=format_metric((1 + abs(effect)) / 2, label=MetricLabel("", "%", 1), language=language),
    )
    closing = _margin(row, metric, language) if verdict == "equivalent" else ""
    return "; ".join(part for part in (text, _difference(row, metric, language), closing) if part)


def _difference(row: Mapping[str, object], metric: MetricLabel, language: Language) -> str:
    if math.isnan(real(row["ci_low"])):
        return ""
    return PHRASES[language]["difference"].format(
        d=format_difference(real(row["difference"]), label=metric, language=language),
        low=format_difference(real(row["ci_low"]), label=metric, language=language, with_unit=False),
        high=format_difference(real(row["ci_high"]), label=metric, language=language, with_unit=False),
    )


def _margin(row: Mapping[str, object], metric: MetricLabel, language: Language) -> str:
    p_value = real(row["equivalence_p_value_adjusted"])
    margin = format_difference(real(row["equivalence_margin"]), label=metric, language=language)
    return PHRASES[language]["margin"].format(
        margin=margin.lstrip("+"), p=format_p_value(p_value, language=language)
    )


def _many_groups(row: Mapping[str, object], metric: MetricLabel, labels: Labels, language: Language) -> str:
    attribute, phrases = str(row["group_attribute"]), PHRASES[language]
    name = labels.attribute(attribute, language=language)
    if row.get("highest_group") is None:
        return phrases["many_groups_bare"].format(metric=metric.text, attribute=name)
    return phrases["many_groups"].format(
        metric=metric.text,
        attribute=name,
        low=format_metric(real(row["lowest_estimate"]), label=metric, language=language),
        high=format_metric(real(row["highest_estimate"]), label=metric, language=language),
        lowest=labels.group(attribute, (str(row["lowest_group"]),), language=language),
        highest=labels.group(attribute, (str(row["highest_group"]),), language=language),
    )


def _effect(row: Mapping[str, object], language: Language) -> str:
    phrases, low, high = PHRASES[language], real(row["effect_ci_low"]), real(row["effect_ci_high"])
    name = str(row["effect_size_name"])
    interval = ""
    if not math.isnan(low):
        interval = phrases["interval"].format(
            low=_effect_number(low, name, language), high=_effect_number(high, name, language)
        )
    return phrases["effect"].format(
        magnitude=MAGNITUDES[language][str(row["effect_magnitude"])],
        name=EFFECTS[language][name],
        value=_effect_number(real(row["effect_size"]), name, language),
        interval=interval,
        p=format_p_value(real(row["p_value_adjusted"]), language=language),
    )


def _power(row: Mapping[str, object], language: Language) -> str:
    smallest, name = real(row["smallest_detectable_effect"]), str(row["effect_size_name"])
    if math.isnan(smallest):
        return ""
    return PHRASES[language]["power"].format(
        name=EFFECTS[language][name],
        value=_effect_number(smallest, name, language),
        nb=NO_BREAK,
    )


def _warnings(row: Mapping[str, object], labels: Labels, language: Language) -> list[str]:
    phrases, sentences = PHRASES[language], []
    attribute = labels.attribute(str(row.get("stratified_attribute") or ""), language=language)
    ratio = real(row.get("stratified_odds_ratio"))
    if not math.isnan(ratio):
        limits = real(row["stratified_ci_low"]), real(row["stratified_ci_high"])
        value, low, high = (_effect_number(x, "odds_ratio", language) for x in (ratio, *limits))
        sentences.append(phrases["stratified"].format(attribute=attribute, value=value, low=low, high=high))
    if row.get("simpson_change"):
        sentences.append(phrases[str(row["simpson_change"])].format(attribute=attribute))
    return sentences


def _direction(effect: float) -> Direction:
    return "higher" if effect > 0 else "lower" if effect < 0 else "equal"


def _effect_number(value: float, name: str, language: Language) -> str:
    decimals = 2 if name in ("hedges_g", "cohens_h", "odds_ratio") else 3
    return format_number(value, decimals=decimals, language=language)


def real(value: object) -> float:
    """Return a cell as a float, nan when it is missing."""
    return float(value) if isinstance(value, int | float) else math.nan
