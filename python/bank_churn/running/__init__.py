"""Running dbt: the one way, and what it left behind."""
