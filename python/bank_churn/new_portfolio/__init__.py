"""The command `bank_churn new-portfolio`: a first draft of what a new bank needs, from its extract."""

from bank_churn.new_portfolio.guess import Choice, Guess, guess_mapping
from bank_churn.new_portfolio.scaffold import Scaffolded, add_portfolio

__all__ = ["Choice", "Guess", "Scaffolded", "add_portfolio", "guess_mapping"]
