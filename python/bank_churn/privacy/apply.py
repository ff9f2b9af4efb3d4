"""Changing the rows of public marts as planned, with all that follows from a changed count."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeGuard

from bank_churn.privacy.figures import CHURNED, KNOWN, Figure, Population, Row
from bank_churn.privacy.protect import Plan, people
from bank_churn.privacy.rounding import Spreads, step_of, to_step
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
    """Compute the 95 % interval of a rate, as the marts do.

    Args:
        churned: Churned clients.
        clients: Clients.

    Returns:
        Lower and upper end.
    """
    share, square = churned / clients, Z * Z
    middle = share + square / (2 * clients)
    half = Z * math.sqrt(share * (1 - share) / clients + square / (4 * clients * clients))
    scale = 1 + square / clients
    # At an end of the scale the sums are a last digit off; the interval holds the rate.
    return min(share, max(0.0, (middle - half) / scale)), max(share, min(1.0, (middle + half) / scale))


class Rows:
    """The rows of one mart and what becomes of them.

    Attributes:
        rows: The rows, with exact figures.
        changes: New values by row and column; `is_suppressed` stands for all suppressed columns of the row.
        steps: To what each of them is rounded; 0 for what is hidden.
    """

    def __init__(self, rows: list[Row], figures: list[Figure], plan: Plan, name: str = "") -> None:
        self.rows = rows
        self._name = name
        self.changes: dict[int, Changed] = defaultdict(dict)
        self.steps: dict[int, dict[str, float]] = defaultdict(dict)
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
        """Hide what the plan hides."""
        for number, figures in self._figures.items():
            row = self.rows[number]
            hidden = [figure for figure in figures if figure.population in self._plan.hidden]
            whole = [figure for figure in hidden if figure.kind == "count"]
            if whole and "is_suppressed" in row:
                self.change(number, "is_suppressed", True)
                continue
            for figure in hidden:
                self.change(number, figure.column, None)
                self.change(number, f"{figure.column}_difference", None)
                if figure.column == "value" or whole:
                    for column, value in row.items():
                        if isinstance(value, float) and column != "portfolio_value":
                            self.change(number, column, None)

    def is_hidden(self, number: int) -> bool:
        """Say whether a row shows no figures.

        Args:
            number: Number of the row.

        Returns:
            Whether it is hidden, by its mart or by the plan.
        """
        return bool(self.changes.get(number, {}).get("is_suppressed", self.rows[number].get("is_suppressed")))

    def round_counts(self) -> None:
        """Round the counts that the plan rounds, and what follows from them."""
        for number in range(len(self.rows)):
            figures, step = self._figures.get(number, []), self.count_step(number)
            if step == 1 or self.is_hidden(number):
                continue
            row = self.rows[number]
            for figure in figures:
                own = self._plan.steps.get(figure.population, 1)
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
        )
        return is_open and (column in FURTHER_COUNTS or COUNTS.fullmatch(column) is not None)

    def _further(self, number: int, column: str, step: float) -> int:
        return round(self._plan.rounded(f"{self._name}|{number}|{column}", self.rows[number][column], step))

    def count_step(self, number: int) -> int:
        """Say to what the counts of a row are rounded, at most.

        Args:
            number: Number of the row.

        Returns:
            The step; 1 for exact counts.
        """
        return max(
            (self._plan.steps.get(figure.population, 1) for figure in self._figures.get(number, [])),
            default=self._plan.step,
        )

    def rate_of(self, population: Population) -> float | None:
        """Compute the churn rate of some people from the published counts.

        Args:
            population: The churned ones among them.

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
            self.change(
                number, difference, to_step(row[difference] + share - row[figure.column], 0.001), step
            )
        if figure.column == "value":  # of a row for each measure
            low, high = wilson(share * total, total)
            for column, value in (
                ("ci_low", low),
                ("ci_high", high),
                ("difference", share - row["portfolio_value"]),
            ):
                self.change(number, column, value, step)
        self.change(number, figure.column, share, step)

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
        exact = row[figure.column] / row[clients]
        scales = (
            (BY_RATE, churned / total, exact),
            (BY_CHURNED, churned, row[figure.column]),
            (BY_CLIENTS, total, row[clients]),
        )
        for columns, after, before in scales:
            for column in columns:
                if row.get(column) is not None and before:
                    self.change(number, column, row[column] * after / before, row[column] * step / total)

    def round_figures(self, rules: list[dict[str, Any]], spreads: Spreads) -> None:
        """Round other figures by what one client moves them.

        Args:
            rules: Their declarations, see `tables.yaml`.
            spreads: Spread of each metric, by portfolio.
        """
        for number, row in enumerate(self.rows):
            if self.is_hidden(number):
                continue
            for rule in rules:
                if any(row[column] not in wanted for column, wanted in rule.get("when", {}).items()):
                    continue
                for column in rule["columns"]:
                    if rule["as"] == "nothing":
                        self.change(number, column, None)
                    value = row.get(column)
                    if column in self.steps.get(number, {}) or not is_number(value):
                        continue
                    if rule.get("floats") and not isinstance(value, float):
                        continue
                    step = step_of(value, rule, row, column, spreads, self.count_step(number))
                    if step is None:
                        continue
                    new = self._plan.rounded(f"{self._name}|{number}|{column}", value, step)
                    if rule["as"] == "p_value":
                        new = min(1.0, new or step)
                    self.change(number, column, int(new) if isinstance(value, int) else new, step)

    def leave_out_texts(self) -> None:
        """Leave out texts that tell a figure which is published otherwise."""
        for number, changed in list(self.changes.items()):
            row = self.rows[number]
            if changed.get("is_suppressed"):
                continue
            for column, text in row.items():
                language = column.rpartition("_")[2]
                is_told = isinstance(text, str) and language in NUMBERS and column.startswith(TOLD)
                if is_told and retold(text, row, changed, language) != text:  # type: ignore[arg-type]
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


def is_number(value: object) -> TypeGuard[float]:
    """Say whether a cell holds a number that can be rounded.

    Args:
        value: The cell.

    Returns:
        Whether it does.
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def retold(text: str, row: Row, changed: Changed, language: Language) -> str:
    """Put new figures into a sentence.

    Args:
        text: A text of the row.
        row: The row, with exact figures.
        changed: New values.
        language: Language of the text.

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

    Args:
        column: Its column.
        value: The figure.
        language: Language of the text.

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
