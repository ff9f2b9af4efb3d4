"""Writes numbers and texts of the marts into the page, each with a mark that says where it was read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from bank_churn.dashboard.blocks import Table
from bank_churn.dashboard.marts import Row
from bank_churn.words.language import Language
from bank_churn.words.numbers import NO_BREAK, format_number, format_p_value, rounded_down
from bank_churn.words.texts import texts_of

DASH = "—"
# Texts that are empty only in rows whose counts are hidden so that a small group does not follow from them,
# and what else is empty there.
TOLD = ("conclusion", "evidence", "finding", "reading", "sentence")
COUNTED = re.compile(r"(cover_)?(.*_count|share_of_.*|clients_to_contact)")
COUNTS = ("client_count", "group_client_count", "cover_client_count")
CODE_NAMES = re.compile(r"\s*\([^()]*[a-z]+_[a-z_]+[^()]*\)")
SEED_NAMES = re.compile(r"\s+(?:[a-z]+(?:_[a-z]+)+|cities|genders)\b")


def read_texts(language: Language) -> dict[str, str]:
    """Read the fixed texts of the page by key."""
    return texts_of(f"texts_{language}", "dashboard")


@dataclass(frozen=True)
class Writer:
    """Writes for readers of one language.

    Attributes:
        language: Their language.
        texts: The fixed texts.
    """

    language: Language
    texts: dict[str, str]

    def say(self, key: str, **values: str | Markup) -> Markup:
        """Fill the blanks of a fixed text.

        Args:
            key: Key of the text.
            **values: What to put into its blanks; plain strings are escaped.
        """
        return Markup(self.texts[key]).format(**values)

    def percent_text(self, value: float, decimals: int = 1) -> str:
        """Write a share as per cent, such as 32.4% or 32,4 %."""
        glue = NO_BREAK if self.language == "ru" else ""
        return f"{format_number(100 * value, decimals=decimals, language=self.language)}{glue}%"

    def whole_text(self, value: float | None) -> str:
        """Write a whole number with grouped thousands, and of a hidden one that it is hidden."""
        if value is None:
            return self.texts["hidden_count"]
        return format_number(value, decimals=0, language=self.language)

    def percent(self, row: Row, column: str, decimals: int = 1) -> Markup:
        """Write a share of a mart as per cent."""
        return self.figure(row, column, f"percent:{decimals}")

    def whole(self, row: Row, column: str) -> Markup:
        """Write a count of a mart."""
        return self.figure(row, column, "number:0")

    def number(self, row: Row, column: str, decimals: int) -> Markup:
        """Write a number of a mart."""
        return self.figure(row, column, f"number:{decimals}")

    def signed(self, row: Row, column: str, decimals: int) -> Markup:
        """Write a number of a mart with its sign."""
        return self.figure(row, column, f"signed:{decimals}")

    def points(self, row: Row, column: str) -> Markup:
        """Write a difference of shares in percentage points with its sign."""
        return self.figure(row, column, "points:1")

    def p_value(self, row: Row, column: str) -> Markup:
        """Write a p-value of a mart with its relation sign."""
        return self.figure(row, column, "p")

    def figure(self, row: Row, column: str, form: str) -> Markup:
        """Write a number of a mart, marked with its place there."""
        value = row[column]
        if value is None:
            return Markup('<span class="none">{}</span>').format(self.nothing(row, column))
        return Markup('<data value="{}"{} data-column="{}" data-form="{}">{}</data>').format(
            repr(value if isinstance(value, int) else float(value)),
            self.place(row),
            column,
            form,
            self.formatted(float(value), form),
        )

    def nothing(self, row: Row, column: str) -> str:
        """Write what stands for an empty cell: that it is hidden, or a dash."""
        if column.startswith(TOLD):
            return self.texts["hidden_count" if row.get("is_suppressed") else "hidden_text"]
        is_share = COUNTED.fullmatch(column) or row.get("measure_kind") == "share"
        is_hidden = row.get("is_suppressed") or (is_share and self.is_uncounted(row, column))
        return self.texts["hidden_count"] if is_hidden else DASH

    @staticmethod
    def is_uncounted(row: Row, column: str = "") -> bool:
        """Say whether the count of a row is hidden, and with it what would tell it."""
        counts = COUNTS[2:] if column.startswith("cover_") else COUNTS[:2]
        return any(name in row.values and row[name] is None for name in counts)

    def formatted(self, value: float, form: str) -> str:
        """Write a number in one of the forms of `figure`."""
        kind, _, decimals = form.partition(":")
        if kind == "p":
            return format_p_value(value, language=self.language).removeprefix("= ")
        if kind == "percent":
            return self.percent_text(value, int(decimals))
        if kind == "floor":
            return self.floor_text(value)
        if kind == "points":
            value *= 100
        is_signed = kind in ("signed", "points")
        return format_number(value, decimals=int(decimals), language=self.language, signed=is_signed)

    def floor_text(self, value: float) -> str:
        """Write a lower bound as per cent, rounded down."""
        return self.percent_text(rounded_down(value))

    def place(self, row: Row) -> Markup:
        """Write the attributes that name a row."""
        # JSON is full of double quotes: within single ones each takes one letter instead of five.
        key = str(escape(row.key)).replace("&#34;", '"')
        mark = Markup(f" data-mart=\"{row.mart}\" data-key='{key}'")  # nosec B704
        return mark if row.publication == "current" else mark + Markup(' data-publication="previous"')

    def plain(self, row: Row, column: str) -> str:
        """Read a text of a mart in the page's language, without names of files and columns.

        Args:
            row: The row.
            column: The column, without a language suffix if the mart has one per language.

        Returns:
            Plain text.
        """
        value = row.get(self.own(row, column))
        if value is None:
            return DASH
        text = CODE_NAMES.sub("", str(value))
        # Only the texts of checks name files; elsewhere Latin letters are a bank's own values.
        is_check = self.language == "ru" and row.mart == "data_quality"
        return SEED_NAMES.sub("", text) if is_check else text

    def text(self, row: Row, column: str) -> Markup:
        """Write a text of a mart, marked with its place there; a dash for a missing one."""
        own = self.own(row, column)
        if row.get(own) is None:
            return Markup('<span class="none">{}</span>').format(self.nothing(row, own))
        return Markup('<span{} data-column="{}">{}</span>').format(
            self.place(row), own, self.plain(row, column)
        )

    def day(self, row: Row, column: str) -> Markup:
        """Write the day of a time of a mart."""
        day = row[column].strftime("%d.%m.%Y" if self.language == "ru" else "%-d %B %Y")
        return Markup('<span{} data-column="{}" data-form="day">{}</span>').format(
            self.place(row), column, day
        )

    def own(self, row: Row, column: str) -> str:
        """Name the column in the page's language, where the mart has one per language."""
        named = f"{column}_{self.language}"
        return named if named in row.values else column

    def rate(self, row: Row, rate: str = "churn_rate", low: str = "ci_low", high: str = "ci_high") -> Markup:
        """Write a rate so that nobody reads certainty into it: all of 60 clients is "at least 94%"."""
        if row[rate] == 1:
            return self.say("at_least", value=self.figure(row, low, "floor:1"))
        if row[rate] == 0:
            return self.say("at_most", value=self.percent(row, high))
        return self.percent(row, rate)

    def rate_text(self, values: dict[str, Any]) -> str:
        """Write a rate as plain text for a chart, with the care of `rate`.

        Args:
            values: A dictionary with the rate and its interval, in this order.
        """
        rate, low, high = values.values()
        if rate is None:
            return ""
        if rate == 1:
            return f"≥{NO_BREAK}{self.floor_text(low)}"
        return f"≤{NO_BREAK}{self.percent_text(high)}" if rate == 0 else self.percent_text(rate)

    def interval(self, row: Row, low: str = "ci_low", high: str = "ci_high") -> Markup:
        """Write an interval of shares."""
        if row[low] is None:
            return Markup('<span class="none">{}</span>').format(DASH)
        # Only where everybody left does an interval end at one; its other end is the bound that `rate` tells.
        form = "floor:1" if row[high] == 1 else "percent:1"
        return self.say("interval", low=self.figure(row, low, form), high=self.percent(row, high))

    def between(self, row: Row, low: str, high: str, form: str) -> Markup:
        """Write an interval of figures in one of the forms of `figure`; the missing one where one is."""
        for end in (low, high):
            if row[end] is None:
                return self.figure(row, end, form)
        return self.say("interval", low=self.figure(row, low, form), high=self.figure(row, high, form))

    def table(
        self,
        rows: Sequence[Row],
        caption: str,
        *columns: tuple[Any, ...],
        muted: frozenset[int] = frozenset(),
    ) -> Table:
        """Write rows as a table.

        Args:
            rows: The rows.
            caption: What the table shows.
            *columns: Key of the heading's text, what writes a cell from a row, and what that is told besides.
            muted: Numbers of the rows that are greyed out.
        """
        headings = [self.texts[key] for key, *_ in columns]
        written = [[write(row, *told) for _, write, *told in columns] for row in rows]
        return Table(headings, written, caption, muted)

    def words(self, code: str | None, prefix: str) -> str:
        """Put a code such as a verdict into words.

        Args:
            code: The code, or None.
            prefix: Which list of codes.

        Returns:
            The words; the code itself, without underscores, where the texts do not know it.
        """
        if code is None:
            return DASH
        return self.texts.get(f"{prefix}_{code}", code.replace("_", " "))
