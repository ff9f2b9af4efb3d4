"""The dashboard: one file per language, made from the published database of aggregates."""

from bank_churn.dashboard.page import make_dashboard, make_dashboards

__all__ = ["make_dashboard", "make_dashboards"]
