"""What the functions of the page are handed: one portfolio, and who writes about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bank_churn.dashboard.blocks import Block
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.writer import Writer


@dataclass(frozen=True)
class View(Writer):
    """A portfolio as the page shows it: its rows of the marts, and the writer of its language.

    Attributes:
        marts: The marts of the publication.
        portfolio: Code of the portfolio.
        before: The marts of the publication before; without rows if there is none.
    """

    marts: Marts
    portfolio: str
    before: Marts = field(default_factory=lambda: Marts({}))

    def has(self, *marts: str) -> bool:
        """Say whether all of these marts were published."""
        return self.marts.has(*marts)

    def rows(self, mart: str, **wanted: object) -> list[Row]:
        """Pick rows of a mart about this portfolio, in the order of their keys."""
        return self.marts.of(mart, portfolio=self.portfolio, **wanted)

    def row(self, mart: str, **wanted: object) -> Row | None:
        """Pick the only row of a mart about this portfolio with these values, or None."""
        return self.marts.one(mart, portfolio=self.portfolio, **wanted)

    def absent(self, title: str, what: str, width: str = "full") -> Block:
        """Say in place of a block that what it needs was not published."""
        told = self.say("not_available", what=self.texts[what])
        return Block(self.texts[title], told, width=width)

    def names(self, column: str) -> list[str]:
        """Read a comma-separated column of `portfolios`."""
        return self.marts.names(self.portfolio, column)

    def additional_dimensions(self) -> list[str]:
        """Name what churn is reported by among the bank's additional attributes."""
        return self.marts.additional_dimensions(self.portfolio)

    @property
    def earlier(self) -> View:
        """The portfolio in the publication before."""
        return replace(self, marts=self.before, before=Marts({}))
