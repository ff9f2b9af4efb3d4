"""Which further counts are hidden so that no small one follows from the rest: those that cost least."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

from bank_churn.privacy.figures import OTHERS, Population
from bank_churn.privacy.protect import (
    APART,
    LEAST_OF_RATE,
    Plan,
    Recovered,
    is_known,
    is_outcome,
    people,
    recovered,
    same_people,
    step_of_rate,
    tell,
    told_of,
    watched,
)
from bank_churn.privacy.solve import SMALL, propagate, within_ratios

ATTEMPTS = 20
# What the count of people is worth, by how many conditions describe them: a city, a pair, a search. The whole
# bank is never hidden.
WORTH = (1000.0, 20.0, 5.0, 1.0)
# What a row is worth beside that, and one whose words tell the figures; what a rate is worth that is lost.
ROW, TEXT, RATE = 2.0, 40.0, 5.0
# Hiding the churned ones alone hides the same people: they are counted once.
OUTCOME = 0.3
AT_ONCE = {1: 1, 2: 1}
# A little for every move, so that of equal ones the shortest is found.
MOVE = 1e-6


def add_complements(plan: Plan) -> None:
    """Hide further counts, and with them those of the same people, until no small one follows."""
    portfolios = {one[0] for one in plan.small}
    moves = {portfolio: movements(plan, portfolio) for portfolio in sorted(portfolios)}
    tried: Counter[Population] = Counter()
    is_thorough = False
    for _ in range(ATTEMPTS):
        if not plan.after:
            return
        for some in together(plan.after):
            # What was done for others may hide it; what only the linear program finds is not seen here.
            still = [one for one in some if is_thorough or is_known(plan, plan.system.number[one.population])]
            tried.update(one.population for one in still)
            hide_for(plan, still, tried, moves)
        plan.after = recovered(plan, watched(plan), is_thorough=False)
        is_thorough = not plan.after
        plan.after = plan.after or recovered(plan, watched(plan), is_thorough=True)


def together(found: list[Recovered]) -> list[list[Recovered]]:
    """Sort what follows into what is protected together: what hides a city often hides its pairs.

    Of a whole in two parts one is enough: that one grows as the other falls hides both. So what is left of
    wholes comes later.
    """
    kinds: dict[tuple[int, bool, bool, str], list[Recovered]] = defaultdict(list)
    for one in found:
        conditions = people(one.population)[1]
        is_left_over = any(value.startswith(OTHERS) for _, value in conditions)
        kinds[len(conditions), is_outcome(one.population), is_left_over, one.population[0]].append(one)
    return [
        some[place : place + AT_ONCE.get(kind[0], len(some))]
        for kind, some in sorted(kinds.items())
        for place in range(0, len(some), AT_ONCE.get(kind[0], len(some)))
    ]


def hide_for(
    plan: Plan, some: list[Recovered], tried: Counter[Population], moves: dict[str, Movements]
) -> None:
    """Hide what keeps small counts from following: all together, or in halves where that is not possible.

    Args:
        plan: The plan; what is hidden grows.
        some: What follows; of one portfolio.
        tried: How often each was protected already: ever further from the truth it must be possible.
        moves: How the counts of each portfolio can differ from the truth.
    """
    if not some:
        return
    system = plan.system
    choices = [wanted(plan, one, APART * tried[one.population]) for one in some]
    for place in range(len(choices[0]) if len(some) == 1 else 1):
        changes = {
            system.number[one.population]: choice[place if len(some) == 1 else 0]
            for one, choice in zip(some, choices, strict=True)
        }
        changed = moves[some[0].population[0]].needed_for(changes)
        if changed is not None:
            hide(plan, changed, moves[some[0].population[0]])
            return
    if len(some) > 1:
        hide_for(plan, some[: len(some) // 2], tried, moves)
        hide_for(plan, some[len(some) // 2 :], tried, moves)


def hide(plan: Plan, changed: dict[int, float], moves: Movements) -> None:
    """Hide the counts that have to differ from the truth."""
    plan.note(changed)
    needed = {plan.system.populations[number] for number in changed} & plan.named
    fresh = {same for one in needed for same in (one, *same_people(plan, one))} - plan.hidden
    plan.hidden |= fresh
    plan.complements |= fresh
    for one in fresh:
        plan.steps.pop(one, None)
    moves.hide(fresh)
    tell(plan, fresh)
    propagate(plan.system)


def wanted(plan: Plan, found: Recovered, apart: int) -> list[float]:
    """Say by how much a count must be able to differ from the truth.

    Args:
        plan: The plan.
        found: The count.
        apart: How far, if that is possible.

    Returns:
        Changes, the best first.
    """
    more = [float(change) for change in range(apart, 0, -1)]
    fewer = [-float(min(apart, found.count))] if found.count else []
    is_uniform = is_outcome(found.population) and plan.is_uniform(found.population)
    return [*fewer, *more] if is_uniform else [*more, *fewer]


def cost(plan: Plan, one: Population) -> float:
    """Weigh what is lost when the counts of some people are hidden.

    Args:
        plan: The plan.
        one: One of their counts.

    Returns:
        Its worth; that of a rate by how much is rounded away. Nothing if it is not shown, or not exactly.
    """
    if one in plan.hidden or one not in plan.named or plan.steps.get(one, 1) > 1:
        return 0.0
    size = plan.size(one)
    clients = plan.system.truth[size] if size is not None else 0
    rate = min(1.0, step_of_rate(clients) / 0.02) if clients >= LEAST_OF_RATE else 1.0
    rows, texts = plan.rows.get(people(one), (0, 0))
    worth = WORTH[min(len(people(one)[1]), len(WORTH) - 1)]
    return (worth * (1 + RATE * rate) + ROW * rows + TEXT * texts) * (OUTCOME if is_outcome(one) else 1)


@dataclass
class Movements:
    """How the counts of a portfolio can differ from the truth while all that is published stays as it is.

    Attributes:
        plan: The plan.
        numbers: The counts of the portfolio.
        sums: What adds up: a column for what a count grows by, and a further one for what it falls by.
        uneven: What ratios and parts of wholes tell, in the same columns: at most `most`.
        most: See there.
        low: The least change of each that is possible at all, negative.
        high: The most.
        costs: What a change costs.
    """

    plan: Plan
    numbers: dict[int, int]
    sums: csr_matrix
    uneven: csr_matrix
    most: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    costs: NDArray[np.float64]

    def hide(self, fresh: set[Population]) -> None:
        """Note that further counts are hidden: their changes cost nothing any more."""
        self.costs[[self.numbers[self.plan.system.number[one]] for one in fresh]] = 0.0

    def needed_for(self, wanted: dict[int, float]) -> dict[int, float] | None:
        """Find the changes that make those of some counts possible, at the least cost.

        Returns:
            All changes by count; None if they are not possible.
        """
        low, high = self.low.copy(), self.high.copy()
        for number, change in wanted.items():
            column = self.numbers[number]
            if not low[column] <= change <= high[column]:
                return None
            low[column] = high[column] = change
        ends = [
            np.concatenate([np.maximum(low, 0), np.maximum(-high, 0)]),
            np.concatenate([np.maximum(high, 0), np.maximum(-low, 0)]),
        ]
        solved = linprog(
            np.tile(self.costs + MOVE, 2),
            A_ub=self.uneven,
            b_ub=self.most,
            A_eq=self.sums,
            b_eq=np.zeros(self.sums.shape[0]),
            bounds=np.column_stack(ends),
            method="highs",
        )
        if solved.status != 0:
            return None
        changes = solved.x[: len(low)] - solved.x[len(low) :]
        moved = {number: float(changes[column]) for number, column in self.numbers.items()}
        return {number: change for number, change in moved.items() if abs(change) > SMALL}


def movements(plan: Plan, portfolio: str) -> Movements:
    """Write down how the counts of a portfolio can change."""
    system = plan.system
    members = [number for number, one in enumerate(system.populations) if one[0] == portfolio]
    numbers = {number: column for column, number in enumerate(members)}
    rows, columns, values, place = [], [], [], 0
    for whole, parts in system.sums:
        if whole in numbers:
            rows += [place] * (1 + len(parts))
            columns += [numbers[whole], *(numbers[part] for part in parts)]
            values += [1.0] + [-1.0] * len(parts)
            place += 1
    truth = system.truth[members]
    uneven, most = inequalities(plan, members, numbers)
    ends = np.array([possible(plan, number) for number in members])
    return Movements(
        plan=plan,
        numbers=numbers,
        sums=up_and_down(coo_matrix((values, (rows, columns)), shape=(place, len(members)))),
        uneven=up_and_down(uneven),
        most=most - uneven @ truth,
        low=ends[:, 0] - truth,
        high=ends[:, 1] - truth,
        costs=np.array([cost(plan, system.populations[number]) for number in members]),
    )


def up_and_down(coefficients: coo_matrix) -> csr_matrix:
    """Give each count a column for what it grows by, and one for what it falls by."""
    return hstack([coefficients, -coefficients]).tocsr()


def possible(plan: Plan, number: int) -> tuple[float, float]:
    """Say what a reader would know of a count if it were hidden, or knows of it anyway."""
    one = plan.system.populations[number]
    is_shown = one in plan.named and one not in plan.hidden
    if is_shown and people(one)[1] and one not in plan.kept and plan.steps.get(one, 1) == 1:
        return plan.told_size(one)
    return told_of(plan, number)


def inequalities(
    plan: Plan, members: list[int], numbers: dict[int, int]
) -> tuple[csr_matrix, NDArray[np.float64]]:
    """Write what a reader knows besides sums: rates, and that a part is no larger than its whole."""
    system = plan.system
    shown = [system.populations[number] for number in members if system.populations[number] in plan.named]
    told = [one for one in shown if one not in plan.hidden or one in plan.complements]
    ratios, most = within_ratios(plan.told_ratios(told), numbers)
    pairs = [(numbers[part], numbers[whole]) for whole, part in system.above.tolist() if part in numbers]
    places = np.arange(len(pairs))
    parts = coo_matrix(
        (
            np.repeat([1.0, -1.0], len(pairs)),
            (np.tile(places, 2), np.array(pairs, dtype=np.int64).reshape(-1, 2).T.ravel()),
        ),
        shape=(len(pairs), len(members)),
    )
    return vstack([ratios, parts]).tocsr(), np.concatenate([most, np.zeros(len(pairs))])
