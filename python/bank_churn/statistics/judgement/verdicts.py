"""What a result means for the business, as one code.

| verdict          | rule, the first that holds                                                             |
|------------------|----------------------------------------------------------------------------------------|
| `not_computable` | there is no p-value; `reason` says why                                                 |
| `equivalent`     | a margin is registered and the adjusted equivalence p is below α: the difference is    |
|                  | inside the margin, whether or not it is also distinguishable from zero                 |
| `not_shown`      | the adjusted p is α or more: the data do not show a difference (nor its absence)       |
| `negligible`     | the adjusted p is below α, the effect below its floor: a real difference too small to  |
|                  | act upon                                                                               |
| `differs`        | the adjusted p is below α and the effect reaches its floor                             |

The floors (Cohen's h and Hedges' g 0.2, Cramér's V 0.1, Cliff's δ 0.147, ε² and ω² 0.01) come from a seed
and are compared with the unrounded effect size. Equivalence p-values are corrected by Holm in a family of
their own (they are different claims from the differences), so `equivalent` is not cheaper than `differs`.
"""

import math
from typing import Literal

from bank_churn.statistics.judgement.floors import Magnitude

Verdict = Literal["differs", "negligible", "equivalent", "not_shown", "not_computable"]


def decide_verdict(
    *,
    p_value_adjusted: float,
    magnitude: Magnitude | None,
    equivalence_p_value_adjusted: float = math.nan,
    alpha: float = 0.05,
) -> Verdict:
    """Turn adjusted p-values and the band of the effect into a verdict.

    Args:
        p_value_adjusted: Of the primary test, nan when it could not be run.
        magnitude: Band of the effect size.
        equivalence_p_value_adjusted: Of the equivalence test, nan when no margin is registered.
        alpha: Level.

    Returns:
        The code.

    Examples:
        >>> decide_verdict(p_value_adjusted=0.001, magnitude="negligible")
        'negligible'
    """
    if math.isnan(p_value_adjusted) or magnitude is None:
        return "not_computable"
    if equivalence_p_value_adjusted < alpha:
        return "equivalent"
    if p_value_adjusted >= alpha:
        return "not_shown"
    return "negligible" if magnitude == "negligible" else "differs"
