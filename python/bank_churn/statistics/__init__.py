"""Tests of hypotheses from sufficient statistics: SQL sums, these functions judge.

The functions a dbt Python model calls: `evaluate_hypotheses`, `screen_attributes`, `rank_drivers`,
`compare_scenarios`. Everything below them takes small frozen samples and returns a `TestResult`.

They are imported when first asked for: who only wants a number written, as the dashboard does, need not wait
a second for scipy and statsmodels.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_MODULES = {
    "RegistryError": "registry",
    "compare_scenarios": "scenarios",
    "evaluate_hypotheses": "evaluation",
    "format_results": "report",
    "rank_drivers": "drivers",
    "screen_attributes": "screening",
    "validate_registry": "registry_checks",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a function of this package when it is first asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
