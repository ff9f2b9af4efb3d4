"""What to hide and what to round so that nothing hidden follows from the rest."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bank_churn.privacy.figures import CHURNED, EITHER, KNOWN, OTHERS, Figure, Population
from bank_churn.privacy.rounding import nice, step_before, to_step
from bank_churn.privacy.solve import ALONE, MANY, MARGIN, NEARBY, SMALL, System, extremes, linked, propagate

# So far apart are, at least, the least and the most that a hidden count can be for all that is published.
APART = 2 * MARGIN + 1
# A rate whose count is hidden is rounded within its own uncertainty: to about a quarter of its 95 % interval.
# Of fewer clients than this that would be more than five percent, and the rate is hidden too.
LEAST_OF_RATE = 100
OF_UNCERTAINTY = 0.4


@dataclass(frozen=True)
class Rules:
    """What counts as disclosing, and what is done about it.

    Attributes:
        min_group_size: Groups of fewer clients are hidden.
        min_uniform_group_size: So are groups of fewer where everybody, or nobody, left.
        rounded_counts: All counts are rounded to multiples of this; 1 for exact counts.
        is_primary_only: Whether to leave it at hiding the small groups themselves.
    """

    min_group_size: int
    min_uniform_group_size: int = 1
    rounded_counts: int = 1
    is_primary_only: bool = False

    @property
    def largest(self) -> int:
        """The most clients that a group can have which is hidden because it is small."""
        return max(self.min_group_size, self.min_uniform_group_size) - 1


@dataclass(frozen=True)
class Recovered:
    """A count of a few clients that follows from what is published, and between what it must lie."""

    population: Population
    count: int
    low: float
    high: float


@dataclass
class Plan:
    """What is done to each count.

    Attributes:
        system: All counts, with what can be known of each.
        rules: What counts as disclosing.
        named: Populations that a table names.
        small: Those of so few that they can be recognised, and those that follow by subtraction.
        uniform: Of them, those hidden only because everybody, or nobody, left.
        hidden: Populations whose counts no table shows.
        primary: Of them, the small ones themselves: a reader knows that they are no larger.
        complements: Of them, those that are hidden so that no small one follows; their rates are rounded.
        rows: How many rows name these people, and how many of them tell it in words.
        kept: Those never hidden, besides the whole bank: all groups found together, of whom texts tell.
        steps: Populations whose counts are rounded, and to multiples of what.
        before: What could be recovered with the small groups alone hidden.
        after: What still can be.
        open: Small counts that were found not to follow; they cannot, when more is hidden.
        salt: Where all counts are rounded, what decides up or down: all data, so that one client more or less
            draws every count anew and none tells that it changed. Empty: to the nearest multiple.
        step: To what all counts are rounded, those of nobody's declared people too.
    """

    system: System
    rules: Rules
    named: set[Population] = field(default_factory=set)
    small: set[Population] = field(default_factory=set)
    uniform: set[Population] = field(default_factory=set)
    hidden: set[Population] = field(default_factory=set)
    primary: set[Population] = field(default_factory=set)
    complements: set[Population] = field(default_factory=set)
    rows: dict[Population, tuple[int, int]] = field(default_factory=dict)
    kept: set[Population] = field(default_factory=set)
    steps: dict[Population, int] = field(default_factory=dict)
    before: list[Recovered] = field(default_factory=list)
    after: list[Recovered] = field(default_factory=list)
    open: set[int] = field(default_factory=set)
    salt: str = ""
    step: int = 1

    def __post_init__(self) -> None:
        """Begin with the truth as the only table that agrees with what is published."""
        self.told_low, self.told_high = self.system.truth.copy(), self.system.truth.copy()
        self.seen_low, self.seen_high = self.system.truth.copy(), self.system.truth.copy()
        self._by_attributes: dict[tuple[str, frozenset[str]], list[Population]] = defaultdict(list)

    def note(self, changes: dict[int, float]) -> None:
        """Note another table of whole numbers that agrees with all that is published: it proves what is open.

        Args:
            changes: By how much it differs from the truth.
        """
        if all(abs(change - round(change)) < SMALL for change in changes.values()):
            for number, change in changes.items():
                count = self.system.truth[number] + round(change)
                self.seen_low[number] = min(count, self.seen_low[number])
                self.seen_high[number] = max(count, self.seen_high[number])

    def rounded(self, name: object, value: float, step: float) -> float:
        """Round a figure.

        Returns:
            The nearest multiple; with a salt one of the two beside it, the nearer the likelier.
        """
        return to_step(value, step, self.part_rounded_up(name))

    def part_rounded_up(self, name: object) -> float:
        """Say from which part of a step on a figure is rounded up."""
        return 0.5 if not self.salt else draw(f"{self.salt}|{name}")

    def count(self, population: Population, count: int) -> int:
        """Round the count of some people as it is published.

        Args:
            population: The people.
            count: Their number.

        Returns:
            The published number.
        """
        step = self.steps.get(population, 1)
        return count if step == 1 else round(self.rounded(named(population), count, step))

    def size(self, population: Population) -> int | None:
        """Find how many people a rate is of.

        Args:
            population: The churned ones, or the people themselves.

        Returns:
            Number in the system of those whose churn is known; None if nobody counts them.
        """
        portfolio, conditions = people(population)
        both = [(portfolio, conditions | {KNOWN}), (portfolio, conditions)]
        return next((self.system.number[one] for one in both if one in self.system.number), None)

    def is_uniform(self, population: Population) -> bool:
        """Say whether people are hidden only because everybody, or nobody, of them left."""
        size = self.size(population)
        return size is not None and self.system.populations[size] in self.uniform

    def attributes(self) -> dict[tuple[str, str], float]:
        """Find the attributes of which a value is hidden.

        Returns:
            Of how many people the smallest is whose rate is shown, by portfolio and attribute.
        """
        found: dict[tuple[str, str], float] = {}
        for one in self.hidden:
            portfolio, conditions = people(one)
            names = {attribute for attribute, _ in conditions if attribute != "has_balance"} or {
                attribute for attribute, _ in conditions
            }
            if len(names) == 1:
                key = (portfolio, names.pop())
                clients = self.people_of_rate(one) or MANY
                found[key] = min(clients, found.get(key, MANY))
        return found

    def of_attributes(self, portfolio: str, attributes: Collection[str]) -> list[Population]:
        """List those of a portfolio whose counts are rounded and who are told by just these attributes."""
        if not self._by_attributes:
            for one in sorted(self.steps, key=named):
                self._by_attributes[one[0], frozenset(attribute for attribute, _ in one[1])].append(one)
        return self._by_attributes.get((portfolio, frozenset(attributes)), [])

    def people_of_rate(self, population: Population) -> float | None:
        """Say how many people a rate is of that is published without its counts.

        Returns:
            Their number; None if the rate is hidden too, as that of so few would be no rate.
        """
        size = self.size(population)
        clients = 0 if size is None else float(self.system.truth[size])
        return clients if population in self.complements and clients >= LEAST_OF_RATE else None

    def told_ratios(self, churned: Iterable[Population]) -> list[tuple[int, int, float, float]]:
        """Say what the rates tell whose counts are hidden.

        Args:
            churned: Populations; those of churned clients have a rate.
        """
        found, truth = [], self.system.truth
        for one in churned:
            size = self.size(one)
            if CHURNED not in one[1] or size is None or truth[size] < LEAST_OF_RATE:
                continue
            number, step = self.system.number[one], step_of_rate(truth[size])
            rate = to_step(truth[number] / truth[size], step)
            found.append((number, size, max(0.0, rate - step / 2), rate + step / 2))
        return found

    def told_size(self, population: Population) -> tuple[float, float]:
        """Say what a reader knows of how many people a hidden complement counts.

        Returns:
            Least and most, by the step to which its rate is rounded, or by its having none.
        """
        size = self.size(population)
        if size is None or population != self.system.populations[size]:
            return 0, MANY
        if self.system.truth[size] < LEAST_OF_RATE:
            return 0, LEAST_OF_RATE - 1
        step = step_of_rate(self.system.truth[size])
        ends = ((OF_UNCERTAINTY / each) ** 2 - 1e-6 for each in (step, step_before(step)))
        return max(LEAST_OF_RATE, math.ceil(next(ends))), math.ceil(next(ends)) - 1


def step_of_rate(clients: float) -> float:
    """Say to what a rate is rounded whose count is hidden."""
    return nice(OF_UNCERTAINTY / math.sqrt(clients))


def draw(text: str) -> float:
    """Draw a number from 0 to 1 that is always the same for the same text.

    Args:
        text: Any text.

    Returns:
        The number.
    """
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / 2**56


def named(population: Population) -> str:
    """Write a population as text, always the same.

    Args:
        population: Any.

    Returns:
        The text.
    """
    return f"{population[0]}|{sorted(population[1])}"


def people(population: Population) -> Population:
    """Leave out of a population whether they churned.

    Args:
        population: Any.

    Returns:
        The people it is of.
    """
    return population[0], frozenset(pair for pair in population[1] if pair[0] not in (CHURNED[0], KNOWN[0]))


def is_outcome(population: Population) -> bool:
    """Say whether a population is of those who left, or of those who stayed."""
    return any(attribute == CHURNED[0] for attribute, _ in population[1])


def plan_for(
    figures: Collection[Figure], rules: Rules, told: Collection[tuple[str, int]] = frozenset()
) -> Plan:
    """Decide what to round, and which small groups are hidden."""
    truth: dict[Population, int] = {}
    for figure in figures:
        if figure.kind != "rate":
            truth.setdefault(figure.population, figure.count)
    plan = Plan(system=linked(truth), rules=rules, named=set(truth))
    find_small(plan)
    few = {people(one) for one in plan.small & plan.named}
    of_small = {one for one in truth if is_outcome(one) and people(one) in few}
    plan.primary = (plan.small & plan.named) | of_small
    plan.hidden = plan.primary | only_in_hidden_rows(figures, plan.primary)
    plan.small |= {one for one in of_small if truth[one]}  # nobody is not somebody
    plan.rows = rows_of(figures, told)
    plan.kept = in_all_groups(truth)
    if rules.rounded_counts > 1:
        plan.steps = dict.fromkeys(truth.keys() - plan.hidden, rules.rounded_counts)
        order = sorted(f"{named(one)}={count}" for one, count in truth.items())
        plan.step = rules.rounded_counts
        plan.salt = hashlib.sha256("\n".join(order).encode()).hexdigest()
    tell(plan)
    propagate(plan.system)
    plan.before = plan.after = recovered(plan, watched(plan), is_thorough=True)
    return plan


def in_all_groups(named: Iterable[Population]) -> set[Population]:
    """Find the people of all groups that the search found.

    Returns:
        Of each portfolio those of the most groups together, and the churned ones of them.
    """
    several: dict[str, dict[Population, int]] = defaultdict(dict)
    for one in named:
        conditions = people(one)[1]
        if len(conditions) == 1:
            [(attribute, value)] = conditions
            if attribute in ALONE and OTHERS not in value:
                several[one[0]][one] = len(value.split(EITHER))
    return {
        one for places in several.values() for one, count in places.items() if count == max(places.values())
    }


def watched(plan: Plan) -> list[int]:
    """List the counts that must not follow from the rest."""
    return sorted(plan.system.number[one] for one in plan.small)


def only_in_hidden_rows(figures: Iterable[Figure], hidden: set[Population]) -> set[Population]:
    """Find people of whom only rows tell that are hidden for somebody else's sake."""
    figures = [figure for figure in figures if figure.kind != "rate"]
    rows = {
        (figure.mart, figure.row)
        for figure in figures
        if figure.kind == "count" and figure.population in hidden
    }
    shown = {figure.population for figure in figures if (figure.mart, figure.row) not in rows}
    return {figure.population for figure in figures} - shown - hidden


def rows_of(
    figures: Iterable[Figure], told: Collection[tuple[str, int]]
) -> dict[Population, tuple[int, int]]:
    """Count the rows that tell of people.

    Args:
        figures: All counts of the public marts.
        told: Rows that tell their figures in words too.

    Returns:
        Rows and rows with words, by people.
    """
    rows: dict[Population, set[tuple[str, int]]] = defaultdict(set)
    for figure in figures:
        rows[people(figure.population)].add((figure.mart, figure.row))
    return {one: (len(some), sum(row in told for row in some)) for one, some in rows.items()}


def find_small(plan: Plan) -> None:
    """Find populations of so few that they can be recognised; none at all are not.

    Args:
        plan: The plan; what is small is noted there.
    """
    system, rules = plan.system, plan.rules
    counts = dict(zip(system.populations, system.truth.astype(int).tolist(), strict=True))
    for one, count in counts.items():
        if is_outcome(one) or count < 1:
            continue
        churned = counts.get((one[0], (one[1] - {KNOWN}) | {CHURNED}))
        if count < rules.min_group_size:
            plan.small.add(one)
        elif churned in (0, count) and count < rules.min_uniform_group_size:
            plan.small.add(one)
            plan.uniform.add(one)


def tell(plan: Plan, fresh: Iterable[Population] | None = None) -> None:
    """Set every interval to what a reader is told about that count alone.

    Whoever reads that a group is hidden knows that it is small, whoever reads a count knows that it is not.

    Args:
        plan: The plan so far.
        fresh: What was hidden since; all counts when left out.
    """
    system = plan.system
    numbers = range(len(system.populations)) if fresh is None else [system.number[one] for one in fresh]
    for number in numbers:
        plan.told_low[number], plan.told_high[number] = told_of(plan, number)
    system.low, system.high = plan.told_low.copy(), plan.told_high.copy()
    system.ratios = plan.told_ratios(sorted(plan.complements, key=named))


def told_of(plan: Plan, number: int) -> tuple[float, float]:
    """Say what a reader is told about one count alone.

    Args:
        plan: The plan so far.
        number: The count.

    Returns:
        The least and the most that it can be.
    """
    one, count = plan.system.populations[number], float(plan.system.truth[number])
    if one in plan.primary:
        return 0, plan.rules.largest
    if one in plan.complements:
        return plan.told_size(one)
    if one in plan.hidden or one not in plan.named:
        return 0, MANY
    step = plan.steps.get(one, 1)
    if step == 1:
        return count, count
    middle = plan.count(one, int(count))
    below, above = (step - 1, step) if plan.salt else (step / 2, step / 2)
    least = 0 if is_outcome(one) or count < plan.rules.min_group_size else plan.rules.min_group_size
    return max(least, math.ceil(middle - below)), math.ceil(middle + above) - 1


def is_known(plan: Plan, number: int, *, is_proven_open: bool = False) -> bool:
    """Say whether a count of few follows exactly, or nearly so.

    Args:
        plan: The plan, with intervals.
        number: The count.
        is_proven_open: Whether to judge by the tables that are known to agree with what is published: what is
            open by them is open.
    """
    system = plan.system
    low, high = (plan.seen_low, plan.seen_high) if is_proven_open else (system.low, system.high)
    one = system.populations[number]
    width = high[number] - low[number]
    if one in plan.uniform or (is_outcome(one) and plan.is_uniform(one)):
        return is_told_uniform(system, people(one), low, high)
    if not is_outcome(one):
        return bool(width <= 2 * MARGIN)
    # Where few churned in all there is nothing to guess: the interval cannot be wide.
    wholes = [system.sums[place][0] for place in system.sums_of[number] if number in system.sums[place][1]]
    outer = min((system.high[whole] for whole in wholes), default=MANY)
    return bool(width < min(APART, outer))


def is_told_uniform(
    system: System, one: Population, low: NDArray[np.float64], high: NDArray[np.float64]
) -> bool:
    """Say whether a reader must conclude that everybody, or nobody, of so many left."""
    portfolio, conditions = one
    sizes = [(portfolio, conditions | {KNOWN}), one]
    outcomes = [
        (portfolio, conditions | {(CHURNED[0], value)}) for value in (CHURNED[1], OTHERS + CHURNED[1])
    ]
    numbers = [[system.number[each] for each in some if each in system.number] for some in (sizes, outcomes)]
    is_sized = any(high[number] - low[number] <= 2 * MARGIN for number in numbers[0])
    largest = min((high[number] for number in numbers[0]), default=MANY)
    return is_sized and any(high[number] == 0 or low[number] >= largest for number in numbers[1])


def recovered(plan: Plan, watched: list[int], *, is_thorough: bool, sums: int = NEARBY) -> list[Recovered]:
    """List the small counts that follow from the rest.

    Args:
        plan: The plan, with intervals already narrowed.
        watched: The small ones.
        is_thorough: Whether to ask the linear program where narrowing found nothing.
        sums: How many sums it looks at, the nearest first.
    """
    system, found = plan.system, []
    for number in watched:
        if is_thorough and number not in plan.open and is_known(plan, number, is_proven_open=True):
            low, high = extremes(system, number, sums, APART)
            system.low[number] = max(low, system.low[number])
            system.high[number] = min(high, system.high[number])
        if is_known(plan, number):
            told = (int(system.truth[number]), float(system.low[number]), float(system.high[number]))
            found.append(Recovered(system.populations[number], *told))
        elif is_thorough:
            plan.open.add(number)
    return found


def same_people(plan: Plan, one: Population) -> list[Population]:
    """List the counts of the same people: all, of known churn, churned."""
    portfolio, conditions = people(one)
    candidates = [
        (portfolio, conditions | further)
        for further in (frozenset({CHURNED}), frozenset({KNOWN}), frozenset())
    ]
    return [same for same in {*candidates, one} if same in plan.named and same not in plan.hidden]
