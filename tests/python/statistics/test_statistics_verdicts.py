"""Verdicts, corrections and warnings at their bounds, where `<` and `<=` part."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from bank_churn.statistics.judgement.conclusions import answers_differ
from bank_churn.statistics.judgement.evaluation import judge_reversals
from bank_churn.statistics.judgement.figures import companion_disagreement, judge_family
from bank_churn.statistics.judgement.floors import EffectBand
from bank_churn.statistics.judgement.segments import compare_segments
from bank_churn.statistics.judgement.verdicts import decide_verdict
from statsmodels.stats.proportion import proportions_ztest

BAND = EffectBand(0.2, 0.5, 0.8)
BELOW, ABOVE = math.nextafter(0.05, 0), math.nextafter(0.05, 1)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.2, 0.4, "differs"),  # the floor belongs to what matters, as in the names of the bands
        (math.nextafter(0.2, 0), 0.4, "unclear"),
        (-0.4, -0.2, "differs"),
        (-0.4, -math.nextafter(0.2, 0), "unclear"),
        (0.05, math.nextafter(0.2, 0), "negligible"),
        (0.05, 0.2, "unclear"),
        (-math.nextafter(0.2, 0), -0.05, "negligible"),
        (-0.2, -0.05, "unclear"),
        (-0.3, 0.3, "unclear"),
        (math.nan, math.nan, "unclear"),
    ],
)
def test_the_interval_decides_against_the_floor(low: float, high: float, verdict: str):
    found = decide_verdict(p_value_adjusted=BELOW, effect_interval=(low, high), floor=0.2)
    assert found == verdict


@pytest.mark.parametrize(
    ("p_value", "equivalence", "verdict"),
    [
        (BELOW, math.nan, "differs"),
        (0.05, math.nan, "not_shown"),
        (ABOVE, math.nan, "not_shown"),
        (BELOW, BELOW, "equivalent"),
        (BELOW, 0.05, "differs"),
        (0.05, 0.05, "not_shown"),
        (math.nan, BELOW, "not_computable"),
    ],
)
def test_the_level_itself_is_not_significant(p_value: float, equivalence: float, verdict: str):
    found = decide_verdict(
        p_value_adjusted=p_value,
        equivalence_p_value_adjusted=equivalence,
        effect_interval=(0.3, 0.4),
        floor=0.2,
    )
    assert found == verdict


@pytest.mark.parametrize(
    ("effect", "word"),
    [
        (math.nextafter(0.2, 0), "negligible"),
        (0.2, "small"),
        (-0.2, "small"),
        (math.nextafter(0.5, 0), "small"),
        (0.5, "medium"),
        (math.nextafter(0.8, 0), "medium"),
        (0.8, "large"),
        (math.nan, None),
    ],
)
def test_a_band_begins_with_its_bound(effect: float, word: str | None):
    assert BAND.magnitude(effect) == word


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.0, 0.3, ("negligible", "small")),
        (-0.3, 0.0, ("negligible", "small")),
        (-0.9, 0.3, ("negligible", "large")),
        (0.25, 0.3, ("small", "small")),
        (-0.3, -0.25, ("small", "small")),
    ],
)
def test_an_effect_may_be_as_small_and_as_large_as_its_interval_says(low, high, words):
    assert BAND.reach(low, high) == words


def test_an_interval_around_nothing_holds_nothing_however_low_the_floor():
    assert EffectBand(0.01, 0.2, 0.5).reach(-0.3, 0.3) == ("negligible", "medium")


@pytest.mark.parametrize(("p_value", "is_significant"), [(BELOW, True), (0.05, False)])
def test_flags_of_significance_leave_out_the_level(p_value: float, is_significant: bool):
    row = {
        "p_value": p_value,
        "equivalence_p_value": p_value,
        "effect_size_name": "hedges_g",
        "effect_size": 0.3,
        "effect_ci_low": 0.1,
        "effect_ci_high": 0.5,
    }
    judge_family([row], floors={"hedges_g": BAND}, correction="holm", alpha=0.05)
    flags = ("is_significant", "is_equivalent", "is_significant_alone")
    assert [row[flag] for flag in flags] == [is_significant] * 3


@pytest.mark.parametrize(("p_value", "reverses"), [(BELOW, True), (0.05, False)])
def test_a_reversal_at_the_level_is_none(p_value: float, reverses: bool):
    rows = [{"reversal_p_value": p_value}, {}]
    judge_reversals(rows, alpha=0.05)
    assert rows == [
        {
            "reversal_p_value": p_value,
            "reversal_p_value_adjusted": p_value,
            "direction_reverses": reverses,
        },
        {},
    ]


@pytest.mark.parametrize(
    ("primary", "companion", "effect", "disagreement"),
    [
        (BELOW, BELOW, 0.3, None),
        (0.05, BELOW, 0.3, "only_companion"),
        (BELOW, 0.05, 0.3, "only_primary"),
        (0.05, 0.05, -0.3, None),
        (BELOW, BELOW, -0.3, "opposite_directions"),
        (math.nan, BELOW, 0.3, None),
        (BELOW, math.nan, 0.3, None),
    ],
)
def test_a_companion_contradicts(primary, companion, effect, disagreement):
    row = {
        "effect_size": 0.3,
        "companion_effect_size_name": "cliffs_delta",
        "companion_effect_size": effect,
    }
    assert companion_disagreement(row, primary, companion, alpha=0.05) == disagreement


def test_an_odds_ratio_below_one_points_down():
    row = {"effect_size": 0.3, "companion_effect_size_name": "odds_ratio", "companion_effect_size": 0.8}
    assert companion_disagreement(row, 0.01, 0.01, alpha=0.05) == "opposite_directions"


@pytest.mark.parametrize(
    ("here", "there", "differ"),
    [
        (("not_shown", 1.0), ("differs", 2.0), True),
        (("equivalent", 1.0), ("negligible", 2.0), True),
        (("not_shown", 1.0), ("equivalent", -1.0), False),
        (("differs", 1.0), ("unclear", 2.0), False),
        (("differs", 1.0), ("unclear", -2.0), True),
        (("differs", 1.0), ("negligible", 2.0), True),
        (("differs", 1.0), ("not_computable", math.nan), False),
    ],
)
def test_scenarios_that_answer_otherwise(here, there, differ):
    rows = [{"verdict": verdict, "difference": difference} for verdict, difference in (here, there)]
    assert answers_differ(*rows) is answers_differ(*rows[::-1]) is differ


def test_a_segment_is_judged_against_the_other_clients_and_corrected_for_how_many_there_are():
    counts = {"a": (100, 40), "b": (400, 60), "c": (29, 29), "d": (90, 30)}
    sums = pd.DataFrame(
        [("p", "v1", code, clients, churned) for code, (clients, churned) in counts.items()],
        columns=["portfolio", "group_kind", "group_code", "client_count", "churned_count"],
    )
    found = compare_segments(sums).set_index("group_code")
    assert dict(found["churn_finding"]) == {"a": "higher", "b": "lower", "c": "unknown", "d": "not_shown"}
    alone = float(found.loc["d", "p_value"])
    assert alone == pytest.approx(proportions_ztest([30, 129], [90, 529])[1], rel=1e-9)
    assert found.loc["a", "p_value_adjusted"] == 2 * found.loc["a", "p_value"]  # Holm: the second of three
