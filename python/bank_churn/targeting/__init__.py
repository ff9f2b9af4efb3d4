"""What a search for groups with high churn needs beyond SQL: a distribution function and a greedy cover."""

from bank_churn.targeting.cover import cover_churn
from bank_churn.targeting.criticals import critical_values

__all__ = ["cover_churn", "critical_values"]
