"""What to hide and what to round so that nothing hidden follows from the rest."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from bank_churn.privacy.figures import CHURNED, KNOWN, OTHERS, Figure, Population
from bank_churn.privacy.solve import MANY, MARGIN, NEARBY, System, extremes, linked, propagate

STEPS = (10, 20, 50, 100, 200)
# A count is rounded to no more than a fifth of itself: a smaller one is hidden.
LEAST_STEPS = 5
ATTEMPTS = 100
DEPTH = 4
PATIENCE = 3
# What a count is worth, by how many conditions describe whom: the whole bank, a city, a pair, a search.
WORTH = (1000, 20, 5, 1)


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
        named: Populations that a table names.
        small: Those of so few that they can be recognised, and those that follow by subtraction.
        uniform: Of them, those hidden only because everybody, or nobody, left.
        hidden: Populations without figures.
        primary: Of them, the small ones themselves: a reader knows that they are no larger.
        steps: Populations whose counts are rounded, and to multiples of what.
        before: What could be recovered with the small groups alone hidden.
        after: What still can be.
        salt: Where all counts are rounded, what decides up or down: all data, so that one client more or less
            draws every count anew and none tells that it changed. Empty: to the nearest multiple.
        step: To what all counts are rounded, those of nobody's declared people too.
    """

    system: System
    named: set[Population] = field(default_factory=set)
    small: set[Population] = field(default_factory=set)
    uniform: set[Population] = field(default_factory=set)
    hidden: set[Population] = field(default_factory=set)
    primary: set[Population] = field(default_factory=set)
    steps: dict[Population, int] = field(default_factory=dict)
    before: list[Recovered] = field(default_factory=list)
    after: list[Recovered] = field(default_factory=list)
    salt: str = ""
    step: int = 1

    def rounded(self, name: object, value: float, step: float) -> float:
        """Round a figure.

        Args:
            name: What it is, the same wherever it stands.
            value: The figure.
            step: To multiples of this.

        Returns:
            The nearest multiple; with a salt one of the two beside it, the nearer the likelier.
        """
        up = 0.5 if not self.salt else draw(f"{self.salt}|{name}")
        return float(f"{step * math.floor(value / step + up):.12g}")

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
    """Say whether a population is of those who left, or of those who stayed.

    Args:
        population: Any.

    Returns:
        Whether it is.
    """
    return any(attribute == CHURNED[0] for attribute, _ in population[1])


def plan_for(figures: Iterable[Figure], rules: Rules) -> Plan:
    """Decide what to hide and what to round.

    Args:
        figures: All counts of the public marts.
        rules: What counts as disclosing.

    Returns:
        The plan.
    """
    truth: dict[Population, int] = {}
    for figure in figures:
        if figure.kind != "rate":
            truth.setdefault(figure.population, figure.count)
    plan = Plan(system=linked(truth), named=set(truth))
    find_small(plan, rules)
    few = {people(one) for one in plan.small & plan.named}
    of_small = {one for one in truth if is_outcome(one) and people(one) in few}
    plan.hidden = (plan.small & plan.named) | of_small
    plan.primary = set(plan.hidden)
    plan.small |= {one for one in of_small if truth[one]}  # nobody is not somebody
    if rules.rounded_counts > 1:
        plan.steps = dict.fromkeys(truth.keys() - plan.hidden, rules.rounded_counts)
        told = sorted(f"{named(one)}={count}" for one, count in truth.items())
        plan.step = rules.rounded_counts
        plan.salt = hashlib.sha256("\n".join(told).encode()).hexdigest()
    watched = sorted(plan.system.number[one] for one in plan.small)
    tell(plan, rules)
    propagate(plan.system)
    plan.before = plan.after = recovered(plan, watched, is_thorough=True)
    if not rules.is_primary_only:
        strengthen(plan, watched, rules)
    return plan


def find_small(plan: Plan, rules: Rules) -> None:
    """Find populations of so few that they can be recognised; none at all are not.

    Args:
        plan: The plan; what is small is noted there.
        rules: What counts as few.
    """
    system = plan.system
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


def tell(plan: Plan, rules: Rules) -> None:
    """Set every interval to what a reader is told about that count alone.

    Args:
        plan: The plan so far.
        rules: What counts as few: whoever reads that a group is hidden knows that it is small, whoever reads
            a count knows that it is not.
    """
    system = plan.system
    largest = max(rules.min_group_size, rules.min_uniform_group_size) - 1
    steps = np.array([plan.steps.get(one, 1) for one in system.populations], dtype=float)
    counts = system.truth.astype(int).tolist()
    middle = np.array(
        [plan.count(*each) for each in zip(system.populations, counts, strict=True)], dtype=float
    )
    below, above = (steps - 1, steps) if plan.salt else (steps / 2, steps / 2)
    system.low = np.where(steps > 1, np.maximum(0, np.ceil(middle - below)), system.truth)
    system.high = np.where(steps > 1, np.ceil(middle + above) - 1, system.truth)
    for number, one in enumerate(system.populations):
        if one in plan.hidden:
            system.low[number], system.high[number] = (
                0,
                largest if one in plan.primary else MANY,
            )
        elif one not in plan.named:
            system.low[number], system.high[number] = 0, MANY
        elif not is_outcome(one) and steps[number] > 1 and system.truth[number] >= rules.min_group_size:
            system.low[number] = max(system.low[number], rules.min_group_size)


def is_known(plan: Plan, number: int) -> bool:
    """Say whether a count of few follows exactly, or nearly so.

    Args:
        plan: The plan, with intervals.
        number: The count.

    Returns:
        Whether its interval is narrow.
    """
    system = plan.system
    one = system.populations[number]
    width = system.high[number] - system.low[number]
    if one in plan.uniform or (is_outcome(one) and people(one) in {people(same) for same in plan.uniform}):
        return is_told_uniform(system, people(one))
    if not is_outcome(one):
        return bool(width <= 2 * MARGIN)
    # Where few churned in all there is nothing to guess: the interval cannot be wide.
    wholes = [system.sums[place][0] for place in system.sums_of[number] if number in system.sums[place][1]]
    outer = min((system.high[whole] for whole in wholes), default=MANY)
    return bool(width < min(2 * MARGIN + 1, outer))


def is_told_uniform(system: System, one: Population) -> bool:
    """Say whether a reader must conclude that everybody, or nobody, of so many left.

    Args:
        system: All counts, with intervals.
        one: The people.

    Returns:
        Whether their number is known, nearly, and that there was one outcome only.
    """
    portfolio, conditions = one
    sizes = [(portfolio, conditions | {KNOWN}), one]
    outcomes = [
        (portfolio, conditions | {(CHURNED[0], value)}) for value in (CHURNED[1], OTHERS + CHURNED[1])
    ]
    numbers = [[system.number[each] for each in some if each in system.number] for some in (sizes, outcomes)]
    is_sized = any(system.high[number] - system.low[number] <= 2 * MARGIN for number in numbers[0])
    largest = min((system.high[number] for number in numbers[0]), default=MANY)
    return is_sized and any(
        system.high[number] == 0 or system.low[number] >= largest for number in numbers[1]
    )


def recovered(plan: Plan, watched: list[int], *, is_thorough: bool, sums: int = NEARBY) -> list[Recovered]:
    """List the small counts that follow from the rest.

    Args:
        plan: The plan, with intervals already narrowed.
        watched: The small ones.
        is_thorough: Whether to ask the linear program where narrowing found nothing.
        sums: How many sums it looks at, the nearest first.

    Returns:
        Those that are known within the margin.
    """
    system, found = plan.system, []
    for number in watched:
        if is_thorough and not is_known(plan, number):
            low, high = extremes(system, number, sums)
            system.low[number] = max(low, system.low[number])
            system.high[number] = min(high, system.high[number])
        if is_known(plan, number):
            told = (int(system.truth[number]), float(system.low[number]), float(system.high[number]))
            found.append(Recovered(system.populations[number], *told))
    return found


def strengthen(plan: Plan, watched: list[int], rules: Rules) -> None:
    """Round or hide one count after another until no small one follows from the rest.

    Args:
        plan: The plan; its steps and what is hidden grow.
        watched: The small counts.
        rules: What counts as few.
    """
    # What was found safe stays so while other counts get coarser, or nearly: all are asked at the end.
    passed: set[int] = set()
    tried: Counter[Recovered] = Counter()
    for _ in range(ATTEMPTS):
        if plan.after:
            touched: set[int] = set()
            known = [plan.system.number[found.population] for found in plan.after]
            grown = [loosen(plan, one, touched) for one in known]
            stubborn = [
                plan.system.number[found.population]
                for found in plan.after
                if tried[found] >= PATIENCE or not any(grown)
            ]
            grown += [loosen_around(plan, one) for one in stubborn]
            if not any(grown):
                return
            tried.update(plan.after)
            tell(plan, rules)
            propagate(plan.system)
        plan.after = recovered(plan, watched, is_thorough=False)
        if not plan.after:
            asked = [one for one in watched if one not in passed]
            plan.after = recovered(plan, asked, is_thorough=True)
            if not plan.after and len(asked) == len(watched):
                return
            left = {plan.system.number[found.population] for found in plan.after}
            passed = set(watched) - left if left else set()


def loosen(plan: Plan, number: int, touched: set[int], path: tuple[int, ...] = ()) -> bool:
    """Round or hide a count in every sum that gives another one away: the one that costs least.

    Args:
        plan: The plan; its steps and what is hidden grow.
        number: What is given away.
        touched: What was made coarser already since the intervals were narrowed.
        path: What is given away by it, and so on.

    Returns:
        Whether anything was done.
    """
    system, grown = plan.system, False
    tight = [place for place in system.sums_of[number] if slack(system, place, number) <= 2 * MARGIN]
    if not tight and not path:  # what only all sums together tell
        tight = [min(system.sums_of[number], key=lambda place: slack(system, place, number))]
    for place in tight:
        whole, parts = system.sums[place]
        others = [other for other in (whole, *parts) if other != number]
        if touched.intersection(others):
            grown = True
            continue
        shown = [
            other
            for other in others
            if system.populations[other] in plan.named and system.populations[other] not in plan.hidden
        ]
        fresh = [other for other in shown if system.populations[other] not in plan.steps]
        if not fresh and len(path) < DEPTH:
            further = sorted(set(others) - set(path), key=lambda other: -system.truth[other])
            if any(loosen(plan, other, touched, (*path, number)) for other in further):
                grown = True
                continue
        if fresh or shown:
            chosen = min(fresh or shown, key=lambda other: cost(plan, other))
            if open_up(plan, chosen):
                touched.update(
                    system.number[same]
                    for same in (system.populations[chosen], *same_people(plan, system.populations[chosen]))
                )
                grown = True
    return grown


def loosen_around(plan: Plan, number: int) -> bool:
    """Round or hide the exact counts that hang together with one and its neighbours, or one further.

    Args:
        plan: The plan; its steps and what is hidden grow.
        number: What is given away by many sums together.

    Returns:
        Whether anything was done.
    """
    system = plan.system
    ring = {number}
    for _ in range(2):
        places = {place for one in ring for place in system.sums_of[one]}
        ring |= {one for place in places for one in (system.sums[place][0], *system.sums[place][1])}
    of_outcome = is_outcome(system.populations[number])
    shown = [
        one
        for one in sorted(ring)
        if system.populations[one] in plan.named and system.populations[one] not in plan.hidden
    ]
    exact = [
        one
        for one in shown
        if system.populations[one] not in plan.steps and is_outcome(system.populations[one]) == of_outcome
    ]
    if any([open_up(plan, one) for one in exact]):  # noqa: C419 - all of them
        return True
    return any(open_up(plan, one) for one in sorted(shown, key=lambda one: cost(plan, one)))


def slack(system: System, place: int, number: int) -> float:
    """Say how far the other counts of a sum leave one open.

    Args:
        system: All counts, with intervals.
        place: Number of the sum.
        number: The count.

    Returns:
        Width of what follows from them.
    """
    whole, parts = system.sums[place]
    others = [other for other in (whole, *parts) if other != number]
    return float((system.high[others] - system.low[others]).sum())


def next_step(plan: Plan, number: int) -> int | None:
    """Find the next coarser step that a count bears.

    Args:
        plan: The plan.
        number: The count.

    Returns:
        The step; None if the count has to be hidden instead.
    """
    one, count = plan.system.populations[number], plan.system.truth[number]
    step = next((step for step in STEPS if step > plan.steps.get(one, 1)), None)
    size = max(
        count,
        max((plan.system.truth[plan.system.number[same]] for same in same_people(plan, one)), default=0),
    )
    return step if step is not None and step * LEAST_STEPS <= size else None


def cost(plan: Plan, number: int) -> float:
    """Weigh what is lost when a count is made coarser once more.

    Args:
        plan: The plan.
        number: The count.

    Returns:
        The share of it that is lost, times its worth.
    """
    one, step = plan.system.populations[number], next_step(plan, number)
    worth = WORTH[min(len(people(one)[1]), len(WORTH) - 1)]
    return worth * (1.0 if step is None else step / max(plan.system.truth[number], 1.0))


def same_people(plan: Plan, one: Population) -> list[Population]:
    """List the counts of the same people: all, of known churn, churned.

    Args:
        plan: The plan.
        one: One of them.

    Returns:
        Those that a table names and shows.
    """
    portfolio, conditions = people(one)
    candidates = [
        (portfolio, conditions | further)
        for further in (frozenset({CHURNED}), frozenset({KNOWN}), frozenset())
    ]
    return [same for same in {*candidates, one} if same in plan.named and same not in plan.hidden]


def open_up(plan: Plan, number: int) -> bool:
    """Round a count, and those of the same people, to larger steps, or hide them where they are too small.

    Args:
        plan: The plan; its steps or what is hidden grow.
        number: The count.

    Returns:
        Whether there was anything to do.
    """
    one, step = plan.system.populations[number], next_step(plan, number)
    same = same_people(plan, one)
    if step is None and plan.steps.get(one, 1) < STEPS[-1] and len(people(one)[1]) == 0:
        return False
    changed = False
    for each in same:
        if step is None:
            plan.hidden.add(each)
            plan.steps.pop(each, None)
            changed = True
        elif plan.steps.get(each, 1) < step:
            plan.steps[each] = step
            changed = True
    return changed
