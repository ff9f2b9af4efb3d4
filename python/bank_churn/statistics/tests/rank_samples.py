"""Rank sums of two or more groups: enough for Mann–Whitney, Cliff's delta and Kruskal–Wallis without rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RankSample:
    """Two groups compared by rank.

    The placement of a client of group a is the number of clients of group b below them, plus half of those
    with the same value; their sum over a is Mann–Whitney's U of a.

    Attributes:
        n_a: Clients of group a.
        n_b: Clients of group b.
        placement_sum_a: Sum of the placements of a among b.
        placement_square_sum_a: Sum of their squares.
        placement_sum_b: Sum of the placements of b among a.
        placement_square_sum_b: Sum of their squares.
        tie_term: Σ(t³ − t) over the values of a and b together, t clients sharing a value.
    """

    n_a: int
    n_b: int
    placement_sum_a: float
    placement_square_sum_a: float
    placement_sum_b: float
    placement_square_sum_b: float
    tie_term: float

    @classmethod
    def from_value_counts(
        cls, *, values: Sequence[float], counts_a: Sequence[int], counts_b: Sequence[int]
    ) -> RankSample:
        """Compute the rank sums from how often each value occurs.

        Args:
            values: Distinct values, any order.
            counts_a: Clients of group a with each value.
            counts_b: Clients of group b with each value.

        Returns:
            The sample; exact, since the counts hold all the information ranks use.

        Examples:
            >>> RankSample.from_value_counts(values=[1, 2], counts_a=[0, 1], counts_b=[1, 1])
            RankSample(n_a=1, n_b=2, placement_sum_a=1.5, placement_square_sum_a=2.25, placement_sum_b=0.5, \
placement_square_sum_b=0.25, tie_term=6.0)
        """
        order = np.argsort(np.asarray(values, dtype=np.float64), kind="stable")
        a = np.asarray(counts_a, dtype=np.float64)[order]
        b = np.asarray(counts_b, dtype=np.float64)[order]
        of_a, of_b = np.cumsum(b) - b / 2, np.cumsum(a) - a / 2
        tied = a + b
        return cls(
            n_a=int(a.sum()),
            n_b=int(b.sum()),
            placement_sum_a=float(a @ of_a),
            placement_square_sum_a=float(a @ of_a**2),
            placement_sum_b=float(b @ of_b),
            placement_square_sum_b=float(b @ of_b**2),
            tie_term=float((tied**3 - tied).sum()),
        )

    def swapped(self) -> RankSample:
        """Return the same comparison with a and b exchanged."""
        return RankSample(
            n_a=self.n_b,
            n_b=self.n_a,
            placement_sum_a=self.placement_sum_b,
            placement_square_sum_a=self.placement_square_sum_b,
            placement_sum_b=self.placement_sum_a,
            placement_square_sum_b=self.placement_square_sum_a,
            tie_term=self.tie_term,
        )


@dataclass(frozen=True)
class GroupRanks:
    """Any number of groups ranked together.

    Attributes:
        counts: Clients per group.
        rank_sums: Sum of mid-ranks per group, ranks taken over all groups together.
        tie_term: Σ(t³ − t) over all values.
    """

    counts: tuple[int, ...]
    rank_sums: tuple[float, ...]
    tie_term: float
