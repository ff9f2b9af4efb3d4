"""Extracts as banks really send them: what a file is, and a copy where dbt cannot read it."""

from bank_churn.intake.prepare import Found, check_unchanged, portfolio_files, prepare, print_formats

__all__ = ["Found", "check_unchanged", "portfolio_files", "prepare", "print_formats"]
