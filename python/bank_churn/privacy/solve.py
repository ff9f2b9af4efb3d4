"""What somebody who has all public tables can work out: intervals of every count, as narrow as they get."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csr_matrix

from bank_churn.privacy.figures import CHURNED, EITHER, KNOWN, OTHERS, Condition, Population

MARGIN = 2
ROUNDS = 60
SUBTRACTIONS = 1  # of what is left of a whole, what is left again
UNTOLD = (KNOWN[0], "evaluation", "model_variant")
MANY = 1e9  # more than any bank has clients
SMALL = 1e-6
# Attributes whose value alone says who is meant: a client is counted in the first group that holds it.
ALONE = ("cover",)
# Sums that the linear program of one count looks at, the nearest: all (some 10,000) take seconds a count,
# these hundredths; a slow test asks all.
NEARBY = 300


@dataclass
class System:
    """All counts of one publication and how they hang together; a count goes by its number in `populations`.

    Attributes:
        populations: The people of each count.
        truth: The counts.
        sums: A population and its parts: their counts add up.
        above: Pairs of a population and one inside it.
        contradictions: What ought to add up and does not: it is declared of other people than it is about.
        low: The least each can be, for all that is published.
        high: The most; `MANY` when nothing is known.
        ratios: A part, its whole, and between what their published ratio lies, where both are hidden.
        number: Number of each population.
        sums_of: Numbers of the sums that each count is in.
    """

    populations: list[Population]
    truth: NDArray[np.float64]
    sums: list[tuple[int, list[int]]]
    above: NDArray[np.int64]
    contradictions: list[tuple[Population, ...]] = field(default_factory=list)
    low: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    high: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    ratios: list[tuple[int, int, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay the sums out as arrays."""
        self.number = {one: place for place, one in enumerate(self.populations)}
        self.sums_of: dict[int, list[int]] = defaultdict(list)
        for number, (whole, parts) in enumerate(self.sums):
            for one in (whole, *parts):
                self.sums_of[one].append(number)
        self.wholes = np.array([whole for whole, _ in self.sums], dtype=np.int64)
        self.part_sums = np.array(
            [number for number, (_, parts) in enumerate(self.sums) for _ in parts], dtype=np.int64
        )
        self.parts = np.array([part for _, parts in self.sums for part in parts], dtype=np.int64)


def linked(truth: dict[Population, int]) -> System:
    """Find which counts are parts of which: without one condition a population is a whole of its values.

    What the parts leave of the whole is a population too, though no table names it: it follows by
    subtraction, and so does what is left of that.

    Args:
        truth: Count of every population that a table names.

    Returns:
        The system, without intervals yet.
    """
    counts = dict(truth)
    above: set[tuple[Population, Population]] = set()
    sums: dict[tuple[Population, ...], None] = {}
    seen: set[Population] = set()
    for _ in range(1 + SUBTRACTIONS):
        fresh = counts.keys() - seen
        left_over: dict[Population, int] = {}
        seen |= fresh
        for (whole, attribute), values in families(counts, fresh).items():
            add_family(counts, (whole, attribute), values, sums, above, left_over)
        counts |= {one: count for one, count in left_over.items() if one not in counts}
    for one in counts:
        alone = told_alone(one)
        if alone != one and alone in counts:
            sums[alone, one] = None
    populations = list(counts)
    number = {one: place for place, one in enumerate(populations)}
    pairs = [(number[whole], number[part]) for whole, part in above if counts[whole] >= counts[part]]
    return System(
        populations=populations,
        truth=np.array([counts[one] for one in populations], dtype=float),
        sums=[
            (number[whole], [number[part] for part in parts])
            for whole, *parts in sums
            if counts[whole] == sum(counts[part] for part in parts)
        ],
        above=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        contradictions=[
            (whole, *parts) for whole, *parts in sums if counts[whole] != sum(counts[part] for part in parts)
        ]
        + [(whole, part) for whole, part in above if counts[whole] < counts[part]],
    )


def told_alone(one: Population) -> Population:
    """Leave out of a population the conditions that follow from another of them.

    Returns:
        The same people; the population itself if none of its conditions says it all.
    """
    alone = {(name, value) for name, value in one[1] if name in ALONE and not is_of_several(value)}
    outcome = {condition for condition in one[1] if condition[0] in (CHURNED[0], KNOWN[0])}
    return (one[0], frozenset(alone | outcome)) if alone else one


def is_of_several(value: str) -> bool:
    """Say whether a condition names several values, or all but some."""
    return EITHER in value or OTHERS in value


def families(
    counts: dict[Population, int], fresh: set[Population]
) -> dict[tuple[Population, str], dict[str, Population]]:
    """Find wholes and the values of one attribute that they are made of.

    Args:
        counts: Count by population.
        fresh: Only families with one of these are wanted.

    Returns:
        The parts by value, by the whole and the attribute.
    """
    found: dict[tuple[Population, str], dict[str, Population]] = defaultdict(dict)
    wanted = set()
    for one in counts:
        for condition in sorted(one[1]):  # the same order in every process
            whole = whole_of(one, condition, counts)
            if whole is not None:
                found[whole, condition[0]][condition[1]] = one
                if one in fresh or whole in fresh:
                    wanted.add((whole, condition[0]))
    return {family: values for family, values in found.items() if family in wanted}


def whole_of(one: Population, condition: Condition, counts: dict[Population, int]) -> Population | None:
    """Name the people of whom those that meet one condition more are a part.

    Returns:
        The whole; None if nobody counts it.
    """
    rest = one[1] - {condition}
    knows_all = (one[0], frozenset({KNOWN})) not in counts
    whole = (one[0], rest if condition[0] != CHURNED[0] or knows_all else rest | {KNOWN})
    return whole if whole in counts and whole != one else None


def add_family(
    counts: dict[Population, int],
    family: tuple[Population, str],
    values: dict[str, Population],
    sums: dict[tuple[Population, ...], None],
    above: set[tuple[Population, Population]],
    left_over: dict[Population, int],
) -> None:
    """Say how the parts of a whole add up.

    Args:
        counts: Count by population.
        family: The whole and an attribute.
        values: Parts, by value of the attribute.
        sums: What adds up; grows.
        above: What is inside what; grows.
        left_over: What nobody counts, but anybody can; grows.
    """
    whole, attribute = family
    singles = {value: part for value, part in values.items() if not is_of_several(value)}
    several = {value: part for value, part in values.items() if value not in singles}
    if singles:
        left = counts[whole] - sum(counts[part] for part in singles.values())
        others = OTHERS + EITHER.join(sorted(singles))
        # How many lack an outcome, or were not in a trial of the model, tells nothing about anybody.
        if left < 0 or (left and attribute in UNTOLD):  # values that overlap
            above.update((whole, part) for part in singles.values())
        else:
            parts = list(singles.values())
            if left or others in several or attribute == CHURNED[0]:  # that all left, nobody need know
                rest = rest_of(family, values, others, left_over, left)
                parts.append(rest)
            sums[whole, *parts] = None
    for value, part in several.items():
        named = value.removeprefix(OTHERS).split(EITHER)
        inside = [singles[name] for name in named if name in singles]
        if value.startswith(OTHERS):
            either = values.get(EITHER.join(named))
            if inside and len(inside) == len(named):
                sums[whole, *inside, part] = None
            elif either is not None:
                sums[whole, either, part] = None
            else:
                above.add((whole, part))
        elif len(inside) == len(named):
            sums[part, *inside] = None
            above.add((whole, part))
        else:
            above.add((whole, part))
            left = counts[part] - sum(counts[single] for single in inside)
            if inside and left >= 0:
                further = EITHER.join(sorted(set(named) - set(singles)))
                conditions = part[1] - {(attribute, value)} | {(attribute, further)}
                rest = values.get(further, (whole[0], conditions))
                if rest not in counts:
                    left_over[rest] = left
                sums[part, *inside, rest] = None


def rest_of(
    family: tuple[Population, str],
    values: dict[str, Population],
    others: str,
    left_over: dict[Population, int],
    left: int,
) -> Population:
    """Name what the values of an attribute leave of a whole.

    Args:
        family: The whole and the attribute.
        values: Parts, by value.
        others: The value that stands for all others.
        left_over: What nobody counts, but anybody can; grows.
        left: Its count.
    """
    (portfolio, conditions), attribute = family
    rest = values.get(
        others,
        (portfolio, conditions - ({KNOWN} if attribute == CHURNED[0] else set()) | {(attribute, others)}),
    )
    if others not in values:
        left_over[rest] = left
    return rest


def propagate(system: System) -> None:
    """Narrow the intervals until nothing changes.

    Args:
        system: The system; its intervals are narrowed.
    """
    low, high = system.low, system.high
    outer, inner = system.above[:, 0], system.above[:, 1]
    part, of = (np.array([ratio[place] for ratio in system.ratios], dtype=np.int64) for place in (0, 1))
    least_ratio, most_ratio = (np.array([ratio[place] for ratio in system.ratios]) for place in (2, 3))
    for _ in range(ROUNDS):
        before = low.sum() - high.sum()
        np.minimum.at(high, inner, high[outer])
        np.maximum.at(low, outer, low[inner])
        least = np.bincount(system.part_sums, low[system.parts], len(system.sums))
        most = np.bincount(system.part_sums, high[system.parts], len(system.sums))
        others_least = least[system.part_sums] - low[system.parts]
        others_most = most[system.part_sums] - high[system.parts]
        whole = system.wholes[system.part_sums]
        np.maximum.at(low, system.parts, np.ceil(low[whole] - others_most - SMALL))
        np.minimum.at(high, system.parts, np.floor(high[whole] - others_least + SMALL))
        np.maximum.at(low, system.wholes, least)
        np.minimum.at(high, system.wholes, most)
        np.maximum.at(low, part, np.ceil(least_ratio * low[of] - SMALL))
        np.minimum.at(high, part, np.floor(most_ratio * high[of] + SMALL))
        np.maximum.at(low, of, np.ceil(low[part] / most_ratio - SMALL))
        if low.sum() - high.sum() == before:
            break


def component(system: System, start: int, limit: int) -> list[int]:
    """Collect the sums that a count hangs together with through inexact counts, nearest first.

    Args:
        system: The system.
        start: The count.
        limit: How many at most; what lies further away is known by its interval only.
    """
    seen: dict[int, None] = {}
    waiting, done = deque([start]), {start}
    while waiting and len(seen) < limit:
        one = waiting.popleft()
        for number in system.sums_of[one]:
            if number in seen:
                continue
            seen[number] = None
            whole, parts = system.sums[number]
            for other in (whole, *parts):
                if other not in done and system.high[other] > system.low[other]:
                    done.add(other)
                    waiting.append(other)
    return list(seen)[:limit]


def extremes(system: System, wanted: int, limit: int = NEARBY, enough: float = MANY) -> tuple[float, float]:
    """Find the least and the most that a count can be, by linear programming over many sums at once.

    Args:
        system: The system, with intervals already narrowed.
        wanted: The count.
        limit: How many sums, the nearest first.
        enough: The least is not looked for if the most is that far from the truth: the count is open.
    """
    numbers = component(system, wanted, limit)
    index: dict[int, int] = {}
    rows, columns, values = [], [], []
    right = np.zeros(len(numbers))
    for row, number in enumerate(numbers):
        whole, parts = system.sums[number]
        for one, sign in ((whole, 1.0), *((part, -1.0) for part in parts)):
            if system.high[one] > system.low[one]:
                rows.append(row)
                columns.append(index.setdefault(one, len(index)))
                values.append(sign)
            else:
                right[row] -= sign * system.low[one]
    if wanted not in index:
        return system.low[wanted], system.high[wanted]
    matrix = coo_matrix((values, (rows, columns)), shape=(len(numbers), len(index))).tocsr()
    uneven, most = within_ratios(system.ratios, index)
    bounds = [(system.low[one], system.high[one]) for one in index]
    found = [system.low[wanted], system.high[wanted]]
    for sign in (-1.0, 1.0):
        costs = np.zeros(len(index))
        costs[index[wanted]] = sign
        solved = linprog(costs, uneven, most, matrix, right, bounds, method="highs")
        if solved.status != 0:
            return system.low[wanted], system.high[wanted]
        found[sign < 0] = sign * solved.fun
        if found[1] - system.truth[wanted] >= enough:
            break
    return math.ceil(found[0] - SMALL), math.floor(found[1] + SMALL)


def within_ratios(
    ratios: list[tuple[int, int, float, float]], index: dict[int, int]
) -> tuple[csr_matrix, NDArray[np.float64]]:
    """Write what published ratios tell of counts as inequalities.

    Args:
        ratios: A part, its whole, and between what their ratio lies.
        index: Column by count; further ones are known by their interval.
    """
    rows, columns, values = [], [], []
    most: list[float] = []
    for part, whole, least, largest in ratios:
        if part not in index or whole not in index:
            continue
        for ratio, sign in ((least, -1.0), (largest, 1.0)):
            rows += [len(most)] * 2
            columns += [index[part], index[whole]]
            values += [sign, -sign * ratio]
            most.append(0.0)
    return coo_matrix((values, (rows, columns)), shape=(len(most), len(index))).tocsr(), np.array(most)
