"""What a search for groups with high churn needs beyond SQL: a distribution function and a greedy cover."""

from bank_churn.targeting.bounds import group_bounds
from bank_churn.targeting.cover import cover_churn

__all__ = ["cover_churn", "group_bounds"]
