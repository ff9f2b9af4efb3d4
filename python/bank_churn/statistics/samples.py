"""Samples as sufficient statistics: what SQL computes and every test here reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class MeanSample:
    """Moments of a number in one group.

    Attributes:
        n: Clients with a known value.
        mean: Mean, in the metric's unit (nan when `n` is 0).
        variance: Sample variance (ddof = 1), in the unit squared (nan when `n` < 2).
    """

    n: int
    mean: float
    variance: float

    @classmethod
    def pooled(cls, samples: Iterable[MeanSample]) -> MeanSample:
        """Merge groups exactly, as if their rows had been put together.

        Args:
            samples: Any number of disjoint groups; empty ones change nothing.

        Returns:
            The moments of the union.

        Examples:
            >>> MeanSample.pooled([MeanSample(2, 1.0, 2.0), MeanSample(1, 4.0, math.nan)])
            MeanSample(n=3, mean=2.0, variance=4.0)
        """
        filled = [sample for sample in samples if sample.n > 0]
        n = sum(sample.n for sample in filled)
        if n == 0:
            return cls(0, math.nan, math.nan)
        mean = math.fsum(sample.n * sample.mean for sample in filled) / n
        within = math.fsum((s.n - 1) * s.variance for s in filled if s.n > 1)
        between = math.fsum(s.n * (s.mean - mean) ** 2 for s in filled)
        return cls(n, mean, (within + between) / (n - 1) if n > 1 else math.nan)

    @property
    def is_constant(self) -> bool:
        """Whether the values do not vary, up to rounding."""
        return self.n < 2 or math.sqrt(max(self.variance, 0.0)) <= 1e-12 * abs(self.mean)


@dataclass(frozen=True)
class ProportionSample:
    """Clients of one group and how many of them have a yes/no attribute.

    Attributes:
        n: Clients with a known value.
        successes: Clients for whom it is true.
    """

    n: int
    successes: int

    @classmethod
    def from_moments(cls, sample: MeanSample) -> ProportionSample:
        """Read the moments of a 0/1 metric as counts: successes = round(mean · n)."""
        return cls(sample.n, round(sample.mean * sample.n) if sample.n else 0)

    @classmethod
    def pooled(cls, samples: Iterable[ProportionSample]) -> ProportionSample:
        """Merge disjoint groups."""
        counts = [(sample.n, sample.successes) for sample in samples]
        return cls(sum(n for n, _ in counts), sum(successes for _, successes in counts))

    @property
    def failures(self) -> int:
        """Clients for whom it is false."""
        return self.n - self.successes

    @property
    def share(self) -> float:
        """Share of successes, 0 to 1 (nan for an empty group)."""
        return self.successes / self.n if self.n else math.nan


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


@dataclass(frozen=True)
class ContingencyTable:
    """Clients by group (rows) and value (columns).

    Attributes:
        counts: One tuple of client counts per group; all of one length.
    """

    counts: tuple[tuple[int, ...], ...]

    @classmethod
    def from_proportions(cls, samples: Iterable[ProportionSample]) -> ContingencyTable:
        """Tabulate a yes/no attribute: one row per group, columns are yes and no."""
        return cls(tuple((sample.successes, sample.failures) for sample in samples))

    def filled(self) -> FloatArray:
        """Return the counts without empty rows and columns, as a float array (rows, columns)."""
        table = np.array(self.counts, dtype=np.float64).reshape(len(self.counts), -1)
        filled: FloatArray = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
        return filled


@dataclass(frozen=True)
class Stratum:
    """The two groups inside one value of a third attribute.

    Attributes:
        value: The stratum's value, as text.
        a: Group a inside the stratum.
        b: Group b inside the stratum.
    """

    value: str
    a: ProportionSample
    b: ProportionSample

    @property
    def is_informative(self) -> bool:
        """Whether both groups and both outcomes occur."""
        successes = self.a.successes + self.b.successes
        return self.a.n > 0 and self.b.n > 0 and 0 < successes < self.a.n + self.b.n


@dataclass(frozen=True)
class StratifiedSample:
    """One 2×2 table per stratum.

    Attributes:
        strata: Disjoint strata that cover the clients compared.
    """

    strata: tuple[Stratum, ...]

    @property
    def informative(self) -> tuple[Stratum, ...]:
        """The strata with both groups and both outcomes."""
        return tuple(stratum for stratum in self.strata if stratum.is_informative)
