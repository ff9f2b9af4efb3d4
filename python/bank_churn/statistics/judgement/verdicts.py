"""What a result means for the business, as one code.

| verdict          | rule, the first that holds                                                             |
|------------------|----------------------------------------------------------------------------------------|
| `not_computable` | there is no p-value; `reason` says why                                                 |
| `equivalent`     | a margin is registered and the adjusted equivalence p is below α: the difference is    |
|                  | inside the margin, whether or not it is also distinguishable from zero                 |
| `not_shown`      | the adjusted p is α or more: the data do not show a difference (nor its absence)       |
| `differs`        | the adjusted p is below α and the effect's whole interval lies at or beyond its floor  |
| `negligible`     | the adjusted p is below α and the whole interval lies within the floor: a real         |
|                  | difference too small to act upon                                                       |
| `unclear`        | the adjusted p is below α and the interval holds the floor: there is a difference, and |
|                  | the data do not tell whether it matters                                                |

The floors (Cohen's h and Hedges' g 0.2, Cramér's V 0.1, Cliff's δ 0.147, ε² and ω² 0.01) come from a seed
and are compared with the unrounded limits. Equivalence p-values are corrected by Holm in a family of
their own (they are different claims from the differences), so `equivalent` is not cheaper than `differs`.
"""

import math
from typing import Literal

Verdict = Literal["differs", "unclear", "negligible", "equivalent", "not_shown", "not_computable"]
SIGNIFICANT: tuple[Verdict, ...] = ("differs", "unclear", "negligible")
"""Verdicts that claim a difference; they tell apart how large it is."""


def decide_verdict(
    *,
    p_value_adjusted: float,
    effect_interval: tuple[float, float],
    floor: float,
    equivalence_p_value_adjusted: float = math.nan,
    alpha: float = 0.05,
) -> Verdict:
    """Turn adjusted p-values and the interval of the effect into a verdict.

    Args:
        p_value_adjusted: Of the primary test, nan when it could not be run.
        effect_interval: Lower and upper limit of the effect size; nan where there is no such interval.
        floor: The effect below which, whatever the sign, a difference does not matter.
        equivalence_p_value_adjusted: Of the equivalence test, nan when no margin is registered.
        alpha: Level.

    Returns:
        The code.

    Examples:
        >>> decide_verdict(p_value_adjusted=0.001, effect_interval=(0.11, 0.17), floor=0.2)
        'negligible'
        >>> decide_verdict(p_value_adjusted=0.001, effect_interval=(0.15, 0.27), floor=0.2)
        'unclear'
    """
    if math.isnan(p_value_adjusted):
        return "not_computable"
    if equivalence_p_value_adjusted < alpha:
        return "equivalent"
    if p_value_adjusted >= alpha:
        return "not_shown"
    low, high = effect_interval
    if low >= floor or high <= -floor:
        return "differs"
    return "negligible" if -floor < low and high < floor else "unclear"
