"""Tests of hypotheses from sufficient statistics: SQL sums, these functions judge.

The functions a dbt Python model calls: `evaluate_hypotheses`, `screen_attributes`, `rank_drivers`,
`compare_scenarios`. Everything below them takes small frozen samples and returns a `TestResult`.
"""

from bank_churn.statistics.drivers import rank_drivers
from bank_churn.statistics.evaluation import evaluate_hypotheses
from bank_churn.statistics.registry import RegistryError
from bank_churn.statistics.registry_checks import validate_registry
from bank_churn.statistics.report import format_results
from bank_churn.statistics.scenarios import compare_scenarios
from bank_churn.statistics.screening import screen_attributes

__all__ = [
    "RegistryError",
    "compare_scenarios",
    "evaluate_hypotheses",
    "format_results",
    "rank_drivers",
    "screen_attributes",
    "validate_registry",
]
