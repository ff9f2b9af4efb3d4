"""The passport of the churn models, for risk and audit: made from what a build published."""

from bank_churn.passport.page import make_passports

__all__ = ["make_passports"]
