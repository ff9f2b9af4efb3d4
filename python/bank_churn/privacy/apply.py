"""Changing the rows of public marts as planned, with all that follows from a changed count."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeGuard

from bank_churn.privacy.figures import CHURNED, EITHER, KNOWN, Figure, Population, Row
from bank_churn.privacy.protect import LEAST_OF_RATE, Plan, people, step_of_rate
from bank_churn.privacy.rounding import (
    QUANTILES,
    Spreads,
    is_by_default,
    is_number,
    less_of,
    rounded,
    shown,
    step_of,
    to_step,
)
from bank_churn.words.language import Language
from bank_churn.words.numbers import format_number, format_p_value

Z = 1.959963984540054
# New values of a row, and why: `hidden`, or the step it is rounded to.
Changed = dict[str, Any]
# What scales with the churn rate, with the number of churned clients and with that of clients.
BY_RATE, BY_CHURNED, BY_CLIENTS = ("lift",), ("share_of_churn",), ("share_of_clients", "share_of_segment")
RATES = {"churned_count": ("churn_rate", "ci_low", "ci_high")} | {
    f"churned_count_{kind}": (f"churn_rate_{kind}", f"ci_low_{kind}", f"ci_high_{kind}")
    for kind in ("missing", "present")
}
LIKE_A_RATE = re.compile(r"(.*_)?(rate|share|lower_bound|ci_low|ci_high)(_(missing|present|difference))*")
LOWER_END = re.compile(r"(.*_)?(ci_low|lower_bound)(_(missing|present|difference))*")
UPPER_END = re.compile(r"(.*_)?ci_high(_(missing|present|difference))*")
WHOLE_STEPS = 1e-9  # what is a multiple already stays one
# Columns that name an attribute whose values a row compares.
ATTRIBUTES = ("attribute", "other_attribute", "dimension_name", "group_attribute", "stratified_attribute")
# Where the counts of a row are hidden, its other figures are rounded as if those were rounded to tens.
AS_ROUNDED = 10
# Where all counts are rounded: to what an average is that no counts give. Figures so near each other are one.
AVERAGE_STEP, SAME = 0.005, 1e-9
SAME_SHARE = 0.0005 + SAME  # differences in wide portraits have three digits
# Texts made of a row's figures, and how numbers are written in them.
TOLD = ("reading", "conclusion", "sentence", "finding", "evidence", "text")
POWER = r"(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
NUMBERS = {
    "ru": re.compile(rf"(?<![\d,])(?:\d{{1,3}}(?:[\u00a0\u202f]\d{{3}})+|\d+)(?:,\d+)?{POWER}"),
    "en": re.compile(rf"(?<![\d.])(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?{POWER}"),
}
# Where all counts are rounded: columns that count clients, whoever they are.
COUNTS = re.compile(
    r"(.*_)?(client|churned|contact|contacted|missing|churn|flagged|row|back)_count(_.*)?|n_(a|b|total)(_.*)?"
    r"|(.*_)?clients_.*|rest_without_overlap"
)
# Other counts of a row of rounded ones, which tell them.
FURTHER_COUNTS = (
    "clients_to_contact",
    "cover_clients_to_contact",
    "unknown_churn_count",
    "rest_churned_count",
)


def wilson(churned: float, clients: float) -> tuple[float, float]:
    """Compute the 95 % interval of a rate, as the marts do."""
    share, square = churned / clients, Z * Z
    middle = share + square / (2 * clients)
    half = Z * math.sqrt(share * (1 - share) / clients + square / (4 * clients * clients))
    scale = 1 + square / clients
    # At an end of the scale the sums are a last digit off; the interval holds the rate.
    return min(share, max(0.0, (middle - half) / scale)), max(share, min(1.0, (middle + half) / scale))


def rounded_up_from(column: str) -> float:
    """Say from which part of a step on a figure is rounded up: an interval never gets narrower.

    Returns:
        Almost never for a lower end, almost always for an upper one, else half a step.
    """
    if LOWER_END.fullmatch(column):
        return WHOLE_STEPS
    return 1 - WHOLE_STEPS if UPPER_END.fullmatch(column) else 0.5


class Rows:
    """The rows of one mart and what becomes of them.

    Attributes:
        rows: The rows, with exact figures.
        changes: New values by row and column; `is_suppressed` stands for all suppressed columns of the row.
        steps: To what each of them is rounded; 0 for what is hidden.
        without_counts: Rows whose counts are hidden and whose rates are rounded, and of how many people.
        compares: Rows that compare groups one of which is hidden, and of how many people.
        told: Rows whose texts were written from rounded figures, with those.
    """

    def __init__(self, rows: list[Row], figures: list[Figure], plan: Plan, name: str = "") -> None:
        self.rows = rows
        self._name = name
        self.changes: dict[int, Changed] = defaultdict(dict)
        self.steps: dict[int, dict[str, float]] = defaultdict(dict)
        self.without_counts: dict[int, float] = {}
        self.compares: dict[int, float] = {}
        self.told: dict[int, Row] = {}
        self._plan = plan
        self._figures: dict[int, list[Figure]] = defaultdict(list)
        for figure in figures:
            self._figures[figure.row].append(figure)

    def change(self, number: int, column: str, value: Any, step: float = 0) -> None:  # noqa: ANN401 - any cell
        """Note a new value.

        Args:
            number: Number of the row.
            column: The column; a row without it stays.
            value: The value.
            step: To what it is rounded; 0 for what is hidden.
        """
        row = self.rows[number]
        if column in row and row[column] is not None:
            self.steps[number][column] = (
                step  # a count that happens to be a multiple is told to be rounded too
            )
            if row[column] != value:
                self.changes[number][column] = value

    def value(self, number: int, column: str) -> Any:  # noqa: ANN401 - any cell
        """Give a cell as it is published, unless its row is hidden.

        Args:
            number: Number of the row.
            column: The column.

        Returns:
            The value.
        """
        return self.changes.get(number, {}).get(column, self.rows[number][column])

    def hide(self) -> None:
        """Hide what the plan hides; note the rows of which more is left than that."""
        for number, figures in self._figures.items():
            row = self.rows[number]
            hidden = [figure for figure in figures if figure.population in self._plan.hidden]
            counts = [figure.population for figure in hidden if figure.kind == "count"]
            is_small = any(self._plan.people_of_rate(one) is None for one in counts)
            if is_small and "is_suppressed" in row:
                self.change(number, "is_suppressed", True)
                continue
            for figure in figures if is_small else hidden:
                if figure.kind != "rate":
                    self.change(number, figure.column, None)
                    self.change(number, f"{figure.column}_difference", None)
                    for column in figure.tells:
                        self.change(number, column, None)
            if is_small or any(figure.column == "value" for figure in hidden):
                for column, value in row.items():
                    if isinstance(value, float) and column != "portfolio_value":
                        self.change(number, column, None)
            people = [
                self._plan.people_of_rate(figure.population)
                for figure in hidden
                if figure.kind in ("count", "rate")
            ]
            if people and not is_small:
                self.without_counts[number] = min(one or LEAST_OF_RATE for one in people)

    def compared(self, hidden: dict[tuple[str, str], float]) -> None:
        """Note the rows that compare all values of an attribute of which one is hidden.

        Args:
            hidden: Those attributes, and of how many people a rate is, by portfolio and attribute.
        """
        for number, row in enumerate(self.rows):
            if number in self.without_counts or self.is_hidden(number) or row.get("group_b") is not None:
                continue
            own = {
                attribute
                for figure in self._figures.get(number, [])
                for attribute, value in figure.population[1]
                if EITHER not in value
            }
            for column in ATTRIBUTES:
                clients = hidden.get((str(row.get("portfolio")), str(row.get(column))))
                if clients is not None and row[column] not in own:
                    self.compares[number] = clients

    def follow(self, others: Rows, key: str, by: str, *, is_of_same: bool = False) -> None:
        """Note the rows that say again what rows of another mart say whose figures are hidden.

        Args:
            others: The other mart.
            key: What names its rows.
            by: The column that names them here.
            is_of_same: Whether the counts here are of the same people.
        """
        named = {(row["portfolio"], row[key]): number for number, row in enumerate(others.rows)}
        for number, row in enumerate(self.rows):
            other = named.get((row["portfolio"], row.get(by)))
            if other is None or number in self.without_counts:
                continue
            if is_of_same and other in others.without_counts:
                self.without_counts[number] = others.without_counts[other]
            elif other in {**others.compares, **others.without_counts}:
                self.compares[number] = {**others.compares, **others.without_counts}[other]

    def say_the_same(self, others: Rows, one: dict[str, Any]) -> None:
        """Give figures that stand in another mart too the value that is rounded there."""
        named = {
            (row["portfolio"], row[one["key"]]): number
            for number, row in enumerate(others.rows)
            if all(row[column] in wanted for column, wanted in one.get("of", {}).items())
        }
        for number, row in enumerate(self.rows):
            other = named.get((row["portfolio"], row.get(one["by"])))
            if other is None or self.is_hidden(number) or others.is_hidden(other):
                continue
            for column, name in one["same"].items():
                first, *second = name.split(" - ")
                step = others.steps.get(other, {}).get(first)
                if not step or row.get(column) is None:
                    continue
                new = others.value(other, first)
                if second and new is not None:
                    new = to_step(new - others.value(other, second[0]), step)
                self.changes.get(number, {}).pop(column, None)
                self.change(number, column, new, step)

    def round_without_counts(
        self, rules: list[dict[str, Any]], spreads: Spreads, suppressed: Sequence[str]
    ) -> None:
        """Round the other figures of rows whose counts are hidden, and leave out what tells those counts.

        Args:
            rules: How figures are rounded, see `tables.yaml`.
            spreads: Spread of each metric, by portfolio.
            suppressed: Columns that are empty in hidden rows: figures.
        """
        for number, clients in {**self.compares, **self.without_counts}.items():
            if self.is_hidden(number):
                continue
            row, is_counted = self.rows[number], number in self.without_counts
            ruled = {
                column: rule
                for rule in rules
                if all(row[name] in wanted for name, wanted in rule.get("when", {}).items())
                for column in rule["columns"]
            }
            exact = self._follow_from_shown(number)
            for column, value in row.items():
                if column in self.steps.get(number, {}) or column in exact or column.startswith("portfolio_"):
                    continue
                if ruled.get(column, {}).get("as") == "nothing":
                    self.change(number, column, None)
                elif isinstance(value, float):
                    self._round_float(number, column, clients, ruled.get(column), spreads, suppressed)
                elif is_counted and self._is_further_count(number, column):
                    self.change(number, column, None)
            for column, text in row.items():
                if is_told(column, text) and any(sign.isdigit() for sign in text):
                    self.change(number, column, None)

    def _declared(self, number: int) -> set[str]:
        return {figure.column for figure in self._figures.get(number, [])}

    def _follow_from_shown(self, number: int) -> set[str]:
        """List rates whose counts the row shows."""
        row, hidden = self.rows[number], self.steps.get(number, {})
        shown = {column for column in self._declared(number) if column not in hidden and column in row}
        exact = {name for column, names in RATES.items() if column in shown for name in names}
        if {"client_count", "churned_count"} <= shown:
            exact |= {*BY_RATE, *BY_CHURNED, *BY_CLIENTS}
        return exact

    def _round_float(
        self,
        number: int,
        column: str,
        clients: float,
        rule: dict[str, Any] | None,
        spreads: Spreads,
        suppressed: Sequence[str],
    ) -> None:
        row, rate = self.rows[number], step_of_rate(clients)
        value = row[column]
        step: float | None = None
        if not math.isfinite(value):
            return
        if rule is not None:
            step = step_of(
                value, rule, row, column, spreads, AS_ROUNDED if number in self.without_counts else 1
            )
            if step is not None and rule["as"] in ("rate", "value") and abs(value) <= 1:
                step = max(step, rate)
        elif column in BY_RATE and row.get("churn_rate"):
            self.change(number, column, value * to_step(row["churn_rate"], rate) / row["churn_rate"], rate)
            return
        elif LIKE_A_RATE.fullmatch(column) and column not in (*BY_CHURNED, *BY_CLIENTS):
            step = rate
        if step is not None:
            self.change(number, column, to_step(value, step, rounded_up_from(column)), step)
        elif not suppressed or column in suppressed:
            self.change(number, column, None)

    def is_hidden(self, number: int) -> bool:
        """Say whether a row shows no figures.

        Args:
            number: Number of the row.

        Returns:
            Whether it is hidden, by its mart or by the plan.
        """
        return bool(self.changes.get(number, {}).get("is_suppressed", self.rows[number].get("is_suppressed")))

    def is_small(self, number: int) -> bool:
        """Say whether a row's figures are hidden because it is about few, not for another's sake."""
        if number in self.without_counts or number in self.compares:
            return False
        populations = [figure.population for figure in self._figures.get(number, [])]
        is_few = bool(self.rows[number].get("is_suppressed")) or not self._plan.complements.intersection(
            populations
        )
        return is_few or bool(self._plan.primary.intersection(populations))

    def round_counts(self) -> None:
        """Round the counts that the plan rounds, and what follows from them."""
        for number in range(len(self.rows)):
            figures, step = self._figures.get(number, []), self.count_step(number)
            if step == 1 or self.is_hidden(number):
                continue
            row = self.rows[number]
            for figure in figures:
                own = self._plan.steps.get(figure.population, 1)
                if figure.kind == "part":  # rounded as the shares of a row are
                    continue
                if figure.kind == "share":
                    self._round_share(number, figure, own)
                elif figure.kind == "rate":
                    rate = self.rate_of(figure.population)
                    if rate is not None and own > 1:
                        self.change(number, figure.column, rate, own / max(1, self._known(figure.population)))
                elif figure.population not in self._plan.hidden:
                    self.change(number, figure.column, self._plan.count(figure.population, figure.count), own)
            for figure in figures:
                if figure.kind == "count" and CHURNED in figure.population[1] and figure.column in RATES:
                    self._round_rates(number, figure)
            for column in row if self._plan.salt else FURTHER_COUNTS:
                if self._is_further_count(number, column):
                    self.change(number, column, self._further(number, column, step), step)

    def _is_further_count(self, number: int, column: str) -> bool:
        value = self.rows[number].get(column)
        is_open = (
            isinstance(value, int)
            and not isinstance(value, bool)
            and column not in self.steps.get(number, {})
            and column not in self._declared(number)
        )
        return is_open and is_count(column)

    def _further(self, number: int, column: str, step: float) -> int:
        row = self.rows[number]
        return round(self._plan.rounded(f"{row.get('portfolio')}|{row[column]}", row[column], step))

    def count_step(self, number: int) -> int:
        """Say to what the counts of a row are rounded, at most."""
        return max(
            (self._plan.steps.get(figure.population, 1) for figure in self._figures.get(number, [])),
            default=self._plan.step,
        )

    def rate_of(self, population: Population) -> float | None:
        """Compute the churn rate of some people from the published counts.

        Returns:
            The rate; None if nobody counts them.
        """
        number = self._plan.system.number
        known = next((one for one in self._of_known_churn(population) if one in number), None)
        if known is None or population not in number:
            return None
        clients, churned = (
            self._plan.count(one, int(self._plan.system.truth[number[one]])) for one in (known, population)
        )
        return min(churned, clients) / clients if clients else None

    def _of_known_churn(self, population: Population) -> list[Population]:
        portfolio, conditions = people(population)
        return [(portfolio, conditions | {KNOWN}), (portfolio, conditions)]

    def _known(self, population: Population) -> int:
        number = self._plan.system.number
        return next(
            (
                int(self._plan.system.truth[number[one]])
                for one in self._of_known_churn(population)
                if one in number
            ),
            1,
        )

    def _round_share(self, number: int, figure: Figure, own: int) -> None:
        row = self.rows[number]
        total = int(self.changes[number].get(str(figure.total_column)) or row[str(figure.total_column)] or 0)
        if own == 1 and total == row[str(figure.total_column)]:
            return
        share = min(1.0, self._plan.count(figure.population, figure.count) / max(1, total))
        step = max(own, self.count_step(number)) / max(1, total)
        difference = f"{figure.column}_difference"
        if row.get(difference) is not None:
            average = self._share_of_all(number, figure, row[figure.column] - row[difference])
            self.change(number, difference, to_step(share - average, 0.001), step)
        if figure.column == "value":  # of a row for each measure
            low, high = wilson(share * total, total)
            average = self._share_of_all(number, figure, row["portfolio_value"])
            for column, value in (
                ("ci_low", low),
                ("ci_high", high),
                ("portfolio_value", average),
                ("difference", share - average),
            ):
                self.change(number, column, value, step)
        self.change(number, figure.column, share, step)

    def _share_of_all(self, number: int, figure: Figure, exact: float) -> float:
        """Compute the portfolio's share from its published counts: differences from the exact one tell it."""
        portfolio, conditions = figure.population
        group = next(
            (
                one.population[1]
                for one in self._figures[number]
                if one.column == figure.total_column and one.kind != "share"
            ),
            frozenset[tuple[str, str]](),
        )
        system, everybody = self._plan.system, (portfolio, frozenset[tuple[str, str]]())
        if everybody in self._plan.steps:
            clients = int(system.truth[system.number[everybody]])
            attributes = {attribute for attribute, _ in conditions - group}
            # The largest city of a group is not that of the portfolio.
            same = [(portfolio, conditions - group), *self._plan.of_attributes(portfolio, attributes)]
            for one in same:
                count = int(system.truth[system.number[one]]) if one in self._plan.steps else 0
                if count and abs(count / clients - exact) <= SAME_SHARE:
                    return min(1.0, self._plan.count(one, count) / self._plan.count(everybody, clients))
        return to_step(exact, AVERAGE_STEP, self._plan.part_rounded_up(exact))

    def _whole(self, portfolio: str, named: Sequence[Population], exact: int) -> int:
        """Round a number of clients that others are a part of, as it is published where it is.

        Args:
            portfolio: The portfolio.
            named: Whom it may count.
            exact: The number.

        Returns:
            The number as published.
        """
        system = self._plan.system
        for one in named:
            if one in self._plan.steps and int(system.truth[system.number[one]]) == exact:
                return self._plan.count(one, exact)
        return round(self._plan.rounded(f"{portfolio}|{exact}", exact, self._plan.step))

    def _round_rates(self, number: int, figure: Figure) -> None:
        row, changed = self.rows[number], self.changes[number]
        suffix = figure.column.removeprefix("churned_count")
        clients = next(
            (
                name
                for name in ("known_client_count", f"client_count{suffix}", f"known_churn_count{suffix}")
                if name in row
            ),
            None,
        )
        if clients is None or not row[clients] or not changed.get(clients, row[clients]):
            return
        total = int(changed.get(clients) or row[clients] or 0)
        churned = min(
            int(changed.get(figure.column) or 0 if figure.column in changed else row[figure.column] or 0),
            total,
        )
        step = self.count_step(number)
        self.change(number, figure.column, churned, step)
        rate, low, high = RATES[figure.column]
        ends = wilson(churned, total)
        for column, value in ((rate, churned / total), (low, ends[0]), (high, ends[1])):
            self.change(number, column, value, step / total)
        for column in (*BY_RATE, *BY_CHURNED, *BY_CLIENTS):
            if row.get(column):
                new = (
                    self._times_average(number, column, figure, clients)
                    if column in BY_RATE
                    else self._of_whole(number, column, figure, clients)
                )
                self.change(number, column, new, row[column] * step / total)

    def _times_average(self, number: int, column: str, figure: Figure, clients: str) -> float | None:
        """Divide a rate by the average as it is published: the exact one would tell how many left."""
        row, portfolio = self.rows[number], figure.population[0]
        known, churned = (portfolio, frozenset({KNOWN})), (portfolio, frozenset({CHURNED}))
        average = row[figure.column] / row[clients] / row[column]
        numbers = [self._plan.system.number.get(one) for one in (churned, known)]
        left, everybody = (0.0 if one is None else float(self._plan.system.truth[one]) for one in numbers)
        told = self.rate_of(churned)
        if not told or not everybody or abs(left / everybody - average) > SAME:
            told = to_step(average, AVERAGE_STEP, self._plan.part_rounded_up(average))
        rate = self.value(number, figure.column) / self.value(number, clients)
        return float(rate / told) if told else None

    def _of_whole(self, number: int, column: str, figure: Figure, clients: str) -> float | None:
        """Take a share of the whole as it is published: the exact one would follow, such as how many left.

        Returns:
            The share; None if it is of nothing that the row counts.
        """
        row, portfolio = self.rows[number], figure.population[0]
        known, churned = (portfolio, frozenset({KNOWN})), (portfolio, frozenset({CHURNED}))
        everybody = (portfolio, frozenset[tuple[str, str]]())
        parts = [figure.column] if column in BY_CHURNED else [clients, "client_count", "all_client_count"]
        for part in parts:
            exact, shown = row.get(part), self.value(number, part) if part in row else None
            whole = exact / row[column] if exact else 0.0
            if shown is not None and whole and abs(whole - round(whole)) < SAME * whole:
                wholes = [churned] if column in BY_CHURNED else [known, everybody]
                of_all = self._whole(portfolio, wholes, round(whole))
                return min(1.0, shown / of_all) if of_all else None
        return None

    def round_figures(
        self, rules: list[dict[str, Any]], spreads: Spreads, *, of_amounts_alone: bool = False
    ) -> None:
        """Round other figures by what one client moves them.

        Args:
            rules: Their declarations, see `tables.yaml`.
            spreads: Spread of each metric, by portfolio.
            of_amounts_alone: Whether all but what is made of clients' amounts stays exact.
        """
        written = [rule for rule in rules if rule.get("told")]
        for number, row in enumerate(self.rows):
            if self.is_hidden(number):
                continue
            if written:
                self.told[number] = shown(row, written, spreads)
            for rule in rules:
                if any(row[column] not in wanted for column, wanted in rule.get("when", {}).items()):
                    continue
                for column in rule["columns"]:
                    if not of_amounts_alone or is_by_default(rule, row, column, spreads):
                        self._round(number, column, rule, spreads)

    def _round(self, number: int, column: str, rule: dict[str, Any], spreads: Spreads) -> None:
        row = self.rows[number]
        if rule["as"] == "nothing":
            self.change(number, column, None)
        value = row.get(column)
        if column in self.steps.get(number, {}) or not is_number(value):
            return
        if rule.get("floats") and not isinstance(value, float):
            return
        if "with" in rule and not self._plan.salt:
            self._follow_count(number, column, rule["with"])
            return
        step = step_of(value, rule, row, column, spreads, self.count_step(number))
        if step is None:
            return
        if "less" in rule:
            new = to_step(less_of(rule, {**row, **self.changes.get(number, {})}, value), step)
        else:
            draw = self._plan.part_rounded_up(value)  # once: many draws of a figure tell where it lies
            new = rounded(value, rule, column, step, draw)
        self.change(number, column, int(new) if isinstance(value, int) else new, step)

    def _follow_count(self, number: int, column: str, count: str) -> None:
        """Change a share of a whole that others tell as its rounded count: rounded itself it would tell more.

        A client less makes the share of the others larger: one that moves up says that its count is the same.
        """
        row = self.rows[number]
        if row[count]:
            step = row[column] * self.steps.get(number, {}).get(count, 0) / row[count]
            self.change(number, column, row[column] * self.value(number, count) / row[count], step)

    def subtract_quantiles(self) -> None:
        """Take the difference of a quantile from the portfolio's anew, from the two as they are published."""
        for number, steps in self.steps.items():
            row = self.rows[number]
            for column, difference in (
                ("value", "difference"),
                *((name, f"{name}_difference") for name in row if name.endswith(QUANTILES)),
            ):
                step = steps.get(column)
                if not step or row.get(difference) is None or not steps.get(difference):
                    continue
                value, average = self.value(number, column), to_step(row[column] - row[difference], step)
                if column == "value":
                    self.change(number, "portfolio_value", average, step)
                new = None if value is None else float(f"{value - average:.12g}")
                self.changes[number].pop(difference, None)
                self.change(number, difference, new, step)

    def leave_out_texts(self) -> None:
        """Leave out texts that tell a figure which is published otherwise."""
        for number, changed in list(self.changes.items()):
            row = self.rows[number]
            told = self.told.get(number, row)
            if changed.get("is_suppressed"):
                continue
            for column, text in row.items():
                language = column.rpartition("_")[2]
                if is_told(column, text) and retold(text, told, changed, language) != text:  # type: ignore[arg-type]
                    self.change(number, column, None)

    def result(self, suppressed: Sequence[str]) -> list[Row]:
        """Give the rows as they are published.

        Args:
            suppressed: Columns that are empty in hidden rows.

        Returns:
            The rows.
        """
        found = []
        for number, row in enumerate(self.rows):
            hidden = dict.fromkeys(suppressed) if self.is_hidden(number) else {}
            found.append({**row, **self.changes.get(number, {}), **hidden})
        return found


def is_count(column: str) -> bool:
    """Say whether a column counts clients.

    Args:
        column: The column.

    Returns:
        Whether it does.
    """
    return column in FURTHER_COUNTS or COUNTS.fullmatch(column) is not None


def is_told(column: str, value: object) -> TypeGuard[str]:
    """Say whether a cell tells the figures of its row in words.

    Args:
        column: Its column.
        value: The cell.

    Returns:
        Whether it does.
    """
    return isinstance(value, str) and column.rpartition("_")[2] in NUMBERS and column.startswith(TOLD)


def retold(text: str, row: Row, changed: Changed, language: Language) -> str:
    """Put new figures into a sentence.

    Returns:
        The text with each exact figure replaced, in whatever form it stood there.

    Examples:
        >>> retold("14 of 1446 left", {"n": 1446}, {"n": 1450}, "en")
        '14 of 1450 left'
    """
    forms: dict[str, str] = {}
    for column, new in changed.items():
        old = row[column]
        if isinstance(old, bool) or not isinstance(old, int | float) or not isinstance(new, int | float):
            continue
        for before, after in zip(
            forms_of(column, old, language), forms_of(column, new, language), strict=True
        ):
            if before != after:
                forms.setdefault(before, after)
    return NUMBERS[language].sub(lambda match: forms.get(match.group(0), match.group(0)), text)


def forms_of(column: str, value: float, language: Language) -> list[str]:
    """Write a figure in every form in which a text may hold it.

    Returns:
        The forms, always as many and in the same order.
    """
    if "p_value" in column:
        return [format_p_value(value, language=language).removeprefix("= ")]
    if isinstance(value, int):
        return [format_number(value, decimals=0, language=language), str(value)]
    return [
        format_number(factor * abs(value), decimals=decimals, language=language)
        for factor, decimals in ((1, 3), (1, 2), (1, 1), (1, 0), (100, 1), (100, 0))
    ]
