"""Every registered hypothesis on every portfolio: the rows of `hypothesis_results`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd

from bank_churn.privacy.figures import declared
from bank_churn.privacy.rounding import Spreads, shown, spreads_of
from bank_churn.statistics.judgement.conclusions import write_conclusion
from bank_churn.statistics.judgement.figures import Row, judge_family
from bank_churn.statistics.judgement.floors import read_effect_floors
from bank_churn.statistics.judgement.frames import (
    split_portfolios,
)
from bank_churn.statistics.judgement.hypothesis_figures import hypothesis_row
from bank_churn.statistics.judgement.schema import HYPOTHESIS_RESULTS, to_frame
from bank_churn.statistics.registry.attributes import Attributes, read_attributes
from bank_churn.statistics.registry.checks import validate_registry
from bank_churn.statistics.registry.hypotheses import Hypothesis, read_registry
from bank_churn.statistics.tests.multiplicity import adjust_p_values
from bank_churn.words.labels import Labels, cell_text
from bank_churn.words.language import Language

LANGUAGES: tuple[Language, ...] = ("ru", "en")


def evaluate_hypotheses(
    *,
    registry: pd.DataFrame,
    effect_floors: pd.DataFrame,
    labels: pd.DataFrame,
    attributes: pd.DataFrame,
    moments: pd.DataFrame,
    value_counts: pd.DataFrame,
    rank_sums: pd.DataFrame,
    group_ranks: pd.DataFrame,
    portfolios: pd.DataFrame | None = None,
    alpha: float = 0.05,
    small_group_size: int = 30,
) -> pd.DataFrame:
    """Test every registered hypothesis on every portfolio and cleaning scenario.

    p-values are corrected by Holm inside a portfolio and scenario; those of equivalence, of the companions
    and of directions that differ between strata likewise, each in a family of its own.

    Args:
        registry: `seeds/hypotheses.csv`.
        effect_floors: `seeds/effect_floors.csv`.
        labels: `seeds/labels.csv`; its group values count as known even where no portfolio has them.
        attributes: `client_attributes`.
        moments: portfolio, cleaning_scenario, metric, group_attribute, group_value, stratum_attribute
            (`none`), stratum_value (`all`), client_count, mean, variance; clients with a known metric only.
        value_counts: portfolio, cleaning_scenario, metric, group_attribute, group_value, value, client_count.
        rank_sums: portfolio, cleaning_scenario, comparison_id (the hypothesis id), n_a, n_b and rank sums;
            where a row is missing the ranks come from `value_counts` if it has the metric.
        group_ranks: portfolio, cleaning_scenario, comparison_id (the hypothesis id), group_value,
            client_count, rank_sum, tie_term.
        portfolios: The mart, for columns that a bank does not supply; without it they count as unknown.
        alpha: Level of the tests; the intervals cover 1 − alpha.
        small_group_size: Groups with fewer clients are marked, and never named as the highest or the lowest.

    Returns:
        One row per portfolio, scenario and hypothesis; columns and types: `schema.HYPOTHESIS_RESULTS`.

    Raises:
        RegistryError: A row of the registry is wrong.
    """
    known_labels = Labels(labels)
    known_groups = pd.concat([moments[["group_attribute", "group_value"]], known_labels.known_groups()])
    known = read_attributes(attributes)
    validate_registry(registry, attributes=known, known_groups=known_groups.drop_duplicates())
    hypotheses, floors = list(read_registry(registry, known)), read_effect_floors(effect_floors)
    results: list[Row] = []
    others: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for portfolio, scenario, statistics in split_portfolios(
        moments=moments, value_counts=value_counts, rank_sums=rank_sums, group_ranks=group_ranks
    ):
        rows = [
            hypothesis_row(hypothesis, statistics, alpha=alpha, small_group_size=small_group_size)
            for hypothesis in hypotheses
        ]
        judge_family(rows, floors=floors, correction="holm", alpha=alpha)
        judge_reversals(rows, alpha=alpha)
        lacking = columns_not_supplied(portfolios, portfolio)
        for hypothesis, row in zip(hypotheses, rows, strict=True):
            if row["verdict"] == "not_computable" and lacking & set(columns_of(hypothesis, known)):
                row |= {"reason": "not_supplied", "companion_reason": "not_supplied"}
        for row in rows:
            row |= {"portfolio": portfolio, "cleaning_scenario": scenario}
            others[portfolio, str(row["hypothesis_id"])].append(row)
        results += rows
    rules, spreads = declared()["hypothesis_results"]["rounded"], spreads_of(moments.to_dict("records"))
    by_id = {hypothesis.hypothesis_id: hypothesis for hypothesis in hypotheses}
    for (_, name), same in others.items():
        for row in same:
            row["other_scenario"] = next((other for other in same if other is not row), None)
        for row in same:
            row |= _texts(by_id[name], told(row, rules, spreads), known_labels, small_group_size)
    return to_frame(results, HYPOTHESIS_RESULTS)


def told(row: Row, rules: list[dict[str, Any]], spreads: Spreads) -> Row:
    """Give a row the figures that are published, for its texts: what is made of amounts is rounded.

    Args:
        row: Figures and verdict of a hypothesis, with those under the other scenario.
        rules: How the figures are rounded, see `privacy/tables.yaml`.
        spreads: Spread of each metric, by portfolio.

    Returns:
        The row as readers see it; of the other scenario, as `hypothesis_sensitivity` shows it.
    """
    found, other = shown(row, rules, spreads), row.get("other_scenario")
    if isinstance(other, dict):
        coarser = [{**rule, "n": ["n_total"], "groups": 10} for rule in rules]
        found["other_scenario"] = shown(other, coarser, spreads)
    return found


def judge_reversals(rows: Sequence[Row], *, alpha: float) -> None:
    """Correct the tests of a direction that differs between strata, by Holm among themselves, in place.

    Args:
        rows: Rows of one portfolio and scenario.
        alpha: Level.
    """
    stratified = [row for row in rows if "reversal_p_value" in row]
    p_values = [float(str(row["reversal_p_value"])) for row in stratified]
    for row, adjusted in zip(stratified, adjust_p_values(p_values, correction="holm").tolist(), strict=True):
        row["reversal_p_value_adjusted"] = adjusted
        row["direction_reverses"] = adjusted < alpha


def columns_not_supplied(portfolios: pd.DataFrame | None, portfolio: str) -> set[str]:
    """Return the columns of `clients` and the additional attributes that a bank does not supply.

    Args:
        portfolios: The mart, or None.
        portfolio: The bank.

    Returns:
        Their names.
    """
    if portfolios is None:
        return set()
    own = portfolios[portfolios["portfolio"] == portfolio]
    others = _names(portfolios["additional_attributes"]) - _names(own["additional_attributes"])
    return _names(own["columns_not_supplied"]) | others


def _names(cells: pd.Series[str]) -> set[str]:
    return {name for cell in cells for name in cell_text(cell).split(", ") if name}


def columns_of(hypothesis: Hypothesis, known: Attributes) -> list[str]:
    """Return the attributes that a hypothesis is about, as banks supply them."""
    names = [hypothesis.metric, hypothesis.group_attribute]
    names += [hypothesis.filter.attribute] if hypothesis.filter else []
    return [known.made_of[name] for name in names]


def _texts(hypothesis: Hypothesis, row: Row, labels: Labels, small_group_size: int) -> Row:
    attribute = hypothesis.group_attribute
    texts: Row = {}
    for language in LANGUAGES:
        texts[f"group_a_label_{language}"] = labels.group(attribute, hypothesis.group_a, language=language)
        texts[f"group_b_label_{language}"] = (
            labels.group(attribute, hypothesis.group_b, language=language) or None
        )
        texts[f"conclusion_{language}"] = write_conclusion(
            row, labels=labels, language=language, small_group_size=small_group_size
        )
    return texts
