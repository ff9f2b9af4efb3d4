"""Conclusions in words, written from the figures: no direction, size or verdict is ever fixed in the text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from bank_churn.statistics.judgement.verdicts import SIGNIFICANT
from bank_churn.statistics.registry.hypotheses import read_filter, split_groups
from bank_churn.statistics.tests.samples import Stratum
from bank_churn.statistics.tests.stratified import Direction
from bank_churn.words.labels import Labels, MetricLabel
from bank_churn.words.language import Language
from bank_churn.words.numbers import (
    NO_BREAK,
    format_difference,
    format_metric,
    format_number,
    format_p_value,
)
from bank_churn.words.reasons import Reason, reason_text
from bank_churn.words.wording import (
    DIRECTIONS,
    EFFECTS,
    MAGNITUDE_RANGES,
    MAGNITUDES,
    PHRASES,
    TESTS,
    VERDICTS,
    Comparative,
)

MEANS_OR_RANKS = ("welch_t", "mann_whitney", "welch_anova", "kruskal_wallis")
"""Tests whose companion asks another question: of means where they ask of ranks, and the other way round."""

EFFECT_DECIMALS = {"hedges_g": 2, "cohens_h": 2, "odds_ratio": 2}
"""Digits after the point of an effect size; three of the others, which are smaller."""


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
        A few sentences: among whom unless all clients are compared, then verdict, estimates, difference
        with interval, effect with adjusted p-value, then what speaks against it and what to beware of.
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
    sentences = [f"{opening}: {body}.", _effect(row, language), *_corrected(row, language)]
    if verdict == "not_shown":
        sentences.append(_power(row, language))
    sentences += [_companion(row, language), _other_scenario(row, metric, labels, language)]
    sentences += _warnings(row, metric, labels, language)
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
    directed = verdict in SIGNIFICANT
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
    figures = [real(row[name]) for name in ("difference", "ci_low", "ci_high")]
    scale = 100 if metric.is_share else 1
    # A limit near nothing is told with a digit more: "from −0.6 to 0.0" would hide on which side it lies.
    vanishes = any(figure != 0 and round(figure * scale, metric.decimals) == 0 for figure in figures)
    finer = replace(metric, decimals=metric.decimals + vanishes)
    return PHRASES[language]["difference"].format(
        d=format_difference(figures[0], label=finer, language=language),
        low=format_difference(figures[1], label=finer, language=language, with_unit=False),
        high=format_difference(figures[2], label=finer, language=language, with_unit=False),
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
    key = "many_groups" if str(row["kind"]) == "association" else "many_groups_mean"
    return phrases[key].format(
        metric=metric.text,
        attribute=name,
        low=format_metric(real(row["lowest_estimate"]), label=metric, language=language),
        high=format_metric(real(row["highest_estimate"]), label=metric, language=language),
        lowest=labels.group(attribute, (str(row["lowest_group"]),), language=language),
        highest=labels.group(attribute, (str(row["highest_group"]),), language=language),
    )


def _effect(row: Mapping[str, object], language: Language) -> str:
    phrases, name = PHRASES[language], str(row["effect_size_name"])
    figures = [real(row[column]) for column in ("effect_size", "effect_ci_low", "effect_ci_high")]
    decimals = EFFECT_DECIMALS.get(name, 3)
    decimals += any(figure != 0 and round(figure, decimals) == 0 for figure in figures)
    value, low, high = (format_number(figure, decimals=decimals, language=language) for figure in figures)
    interval = "" if math.isnan(figures[1]) else phrases["interval"].format(low=low, high=high)
    return phrases["effect"].format(
        magnitude=_magnitude(row, language),
        name=EFFECTS[language][name],
        value=value,
        interval=interval,
        p=format_p_value(real(row["p_value_adjusted"]), language=language),
    )


def _magnitude(row: Mapping[str, object], language: Language) -> str:
    """Say how large the effect may be, by all that its interval holds and not by the estimate alone."""
    smallest, largest = row.get("smallest_magnitude"), row.get("largest_magnitude")
    if smallest == largest or smallest is None or largest is None:
        return MAGNITUDES[language][str(row["effect_magnitude"])]
    words = MAGNITUDE_RANGES[language]
    return PHRASES[language]["magnitudes"].format(low=words[str(smallest)], high=words[str(largest)])


def _corrected(row: Mapping[str, object], language: Language) -> list[str]:
    """Explain an interval and a verdict that seem to contradict each other."""
    phrases, verdict = PHRASES[language], row["verdict"]
    if verdict == "unclear":
        floor = _effect_number(real(row["effect_floor"]), str(row["effect_size_name"]), language)
        return [phrases["floor"].format(floor=floor)]
    low, high = real(row["ci_low"]), real(row["ci_high"])
    if verdict == "not_shown" and (row.get("is_significant_alone") or low > 0 or high < 0):
        count = int(real(row["comparison_count"]))
        return [phrases["alone"].format(count=count, questions=_questions(count, language))]
    return []


def _questions(count: int, language: Language) -> str:
    if language == "en":
        return "question was" if count == 1 else "questions were"
    if count % 10 == 1 and count % 100 != 11:
        return "вопрос"
    return "вопроса" if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else "вопросов"


def _companion(row: Mapping[str, object], language: Language) -> str:
    """Say that the second test contradicts the first, where it does."""
    disagreement = row.get("companion_disagreement")
    if disagreement is None:
        return ""
    name, effect = str(row.get("companion_effect_size_name") or ""), ""
    is_another_question = str(row["test_name"]) in MEANS_OR_RANKS
    if name in EFFECTS[language]:
        value = _effect_number(real(row["companion_effect_size"]), name, language)
        effect = f", {EFFECTS[language][name]} = {value}"
    return PHRASES[language][str(disagreement)].format(
        test=TESTS[language][str(row["companion_test_name"])],
        p=format_p_value(real(row["companion_p_value_adjusted"]), language=language),
        effect=effect,
        otherwise=PHRASES[language]["otherwise"] if is_another_question else "",
    )


def _other_scenario(
    row: Mapping[str, object], metric: MetricLabel, labels: Labels, language: Language
) -> str:
    """Say that the answer depends on the clients without a balance, where it does."""
    other = row.get("other_scenario")
    if not isinstance(other, Mapping) or not answers_differ(row, other):
        return ""
    many = row.get("group_b") is None
    body = (_many_groups if many else _two_groups)(other, metric, labels, language)
    verdict = VERDICTS[language][str(other["verdict"])]
    turned = PHRASES[language]["turned"] if _turned(row, other) else ""
    key = "scenario_" + str(other["cleaning_scenario"])
    return PHRASES[language][key].format(verdict=verdict, body=body, turned=turned)


def answers_differ(row: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Return whether two scenarios answer a question differently, not merely with more or less certainty.

    Args:
        row: Figures and verdict under one scenario.
        other: The same hypothesis under the other.

    Returns:
        True where a difference is shown in one only, matters in one and surely not in the other, or turns
        round.
    """
    verdicts = {str(row["verdict"]), str(other["verdict"])}
    if "not_computable" in verdicts:
        return False
    shown = {verdict in SIGNIFICANT for verdict in verdicts}
    return (
        len(shown) == 2 or verdicts == {"differs", "negligible"} or (shown == {True} and _turned(row, other))
    )


def _turned(row: Mapping[str, object], other: Mapping[str, object]) -> bool:
    return real(row.get("difference")) * real(other.get("difference")) < 0


def _power(row: Mapping[str, object], language: Language) -> str:
    smallest, name = real(row["smallest_detectable_effect"]), str(row["effect_size_name"])
    if math.isnan(smallest):
        return ""
    return PHRASES[language]["power"].format(
        name=EFFECTS[language][name],
        value=_effect_number(smallest, name, language),
        nb=NO_BREAK,
    )


def _warnings(
    row: Mapping[str, object], metric: MetricLabel, labels: Labels, language: Language
) -> list[str]:
    phrases, sentences = PHRASES[language], []
    attribute = labels.attribute(str(row.get("stratified_attribute") or ""), language=language)
    ratio = real(row.get("stratified_odds_ratio"))
    if not math.isnan(ratio):
        limits = real(row["stratified_ci_low"]), real(row["stratified_ci_high"])
        value, low, high = (_effect_number(x, "odds_ratio", language) for x in (ratio, *limits))
        sentences.append(
            phrases["stratified"].format(
                attribute=attribute,
                value=value,
                low=low,
                high=high,
                only=_only_stratum(row, labels, language),
            )
        )
    if row.get("simpson_change"):
        sentences.append(phrases[str(row["simpson_change"])].format(attribute=attribute))
    if row.get("direction_reverses"):
        sentences.append(_reversal(row, metric, labels, language))
    return sentences


def _only_stratum(row: Mapping[str, object], labels: Labels, language: Language) -> str:
    """Say that a stratified figure rests on one stratum, the others having no clients of both groups."""
    sides = cast("Mapping[Direction, Sequence[Stratum]]", row.get("strata_by_direction") or {})
    strata = [stratum for side in sides.values() for stratum in side if stratum.is_informative]
    if len(strata) != 1:
        return ""
    clients = labels.clients_of(str(row["stratified_attribute"]), strata[0].value, language=language)
    return PHRASES[language]["only_stratum"].format(clients=clients)


def _reversal(row: Mapping[str, object], metric: MetricLabel, labels: Labels, language: Language) -> str:
    """Say in which strata the difference has which direction."""
    sides = cast("Mapping[Direction, Sequence[Stratum]]", row["strata_by_direction"])
    attribute, phrases = str(row["stratified_attribute"]), PHRASES[language]
    parts = [
        phrases[f"stratum_{side}"].format(
            clients=labels.clients_of(attribute, stratum.value, language=language),
            x=format_metric(stratum.a.share, label=metric, language=language),
            y=format_metric(stratum.b.share, label=metric, language=language),
        )
        for side, strata in sides.items()
        for stratum in strata
    ]
    return phrases["direction_reverses"].format(
        attribute=labels.attribute(attribute, language=language),
        a=labels.group(str(row["group_attribute"]), split_groups(row["group_a"]), language=language),
        p=format_p_value(real(row["reversal_p_value_adjusted"]), language=language),
        strata="; ".join(parts),
    )


def _direction(effect: float) -> Comparative:
    return "higher" if effect > 0 else "lower" if effect < 0 else "equal"


def _effect_number(value: float, name: str, language: Language) -> str:
    return format_number(value, decimals=EFFECT_DECIMALS.get(name, 3), language=language)


def real(value: object) -> float:
    """Return a cell as a float, nan when it is missing."""
    return float(value) if isinstance(value, int | float) else math.nan
