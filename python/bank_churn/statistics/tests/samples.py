"""Samples as sufficient statistics: what SQL computes and every test here reads."""

from __future__ import annotations

import math
from collections.abc import Iterable
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
        width = len(self.counts[0]) if self.counts else 0
        table = np.array(self.counts, dtype=np.float64).reshape(len(self.counts), width)
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
