"""The command `bank_churn new-portfolio`: a first draft of all that a new bank needs, from the header of its extract."""

from bank_churn.new_portfolio.guess import Choice, Guess, guess_mapping
from bank_churn.new_portfolio.scaffold import Scaffolded, add_portfolio

__all__ = ["Choice", "Guess", "Scaffolded", "add_portfolio", "guess_mapping"]
