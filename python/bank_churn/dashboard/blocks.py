"""The parts a page is put together from; the template knows how each looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its heading.

    Attributes:
        headings: Headings of the columns.
        rows: Cells of each row.
        caption: What the table shows.
        muted: Numbers of the rows that are greyed out: groups too small for a conclusion.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str | Markup]]
    caption: str | Markup
    muted: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Block:
    """A figure, a table or a paragraph.

    Attributes:
        title: Heading of the block.
        message: The main message in a sentence or two.
        spec: Vega-Lite specification of the chart, or None.
        table: Figures behind the chart, or the block's own table.
        open_table: Whether the table is on display rather than behind a click.
        note: How to read it.
        width: `half` or `full` of the page.
        items: Elements of a list, such as recommendations.
        choices: Further charts of the same kind; the reader chooses which is on display.
        choose: What is chosen among.
        link: Address and text of a page that says more.
        is_half_on_paper: Whether half of a printed page is enough, whatever its width on a screen.
    """

    title: str
    message: str | Markup = ""
    spec: dict[str, Any] | None = None
    table: Table | None = None
    open_table: bool = False
    note: str | Markup = ""
    width: str = "half"
    items: Sequence[Markup] = ()
    choices: Sequence[Block] = ()
    choose: str = ""
    link: tuple[str, str] | None = None
    is_half_on_paper: bool = False


@dataclass(frozen=True)
class Section:
    """A section: one question of the reader.

    Attributes:
        code: Name of the section in links.
        title: The question.
        lead: The answer in short.
        blocks: The evidence.
    """

    code: str
    title: str
    lead: Markup = field(default_factory=Markup)
    blocks: Sequence[Block] = ()


def without_gaps(blocks: Sequence[Block]) -> list[Block]:
    """Let a block of half the page that would stand alone in its row take all of it.

    Returns:
        The same blocks; none leaves half a row empty.
    """
    laid: list[Block] = []
    alone = False
    for block in blocks:
        if block.width == "full" and alone:
            laid[-1] = replace(laid[-1], width="full")
        alone = block.width != "full" and not alone
        laid.append(block)
    return [*laid[:-1], replace(laid[-1], width="full")] if alone else laid


@dataclass(frozen=True)
class Card:
    """A headline figure.

    Attributes:
        title: What it is.
        value: The figure.
        note: Its interval or base.
        change: What it was in the previous publication; empty without one.
    """

    title: str
    value: Markup
    note: str | Markup = ""
    change: Markup = field(default_factory=Markup)


@dataclass(frozen=True)
class Finding:
    """One of the findings that matter.

    Attributes:
        title: The group and its churn against that of the others.
        size: How many clients and leavers it is.
        alike: What remains among clients alike in other things; empty if not compared.
    """

    title: Markup
    size: Markup
    alike: Markup


@dataclass(frozen=True)
class First:
    """Whom to act on first, under assumptions that the reader may change.

    Attributes:
        table: The groups: who is left and what they bring; cells to fill are marked.
        curve: Rows of the curve that results are worked out from; none: nothing can be changed.
        cost: Cost of a contact to begin with.
        share: Share kept to begin with.
        message: What to know of the table.
        note: What the sums are in.
    """

    table: Table | None
    curve: Sequence[dict[str, Any]] = ()
    cost: float = 0
    share: float = 0
    message: str | Markup = ""
    note: str | Markup = ""


@dataclass(frozen=True)
class Panel:
    """Everything about one portfolio.

    Attributes:
        code: Code of the portfolio.
        name: Its name for readers.
        state: Which publication and which extract this is.
        is_generated: Whether no real client is behind the figures.
        cards: Headline figures.
        summary: How many left, and how that changed.
        findings: The main findings.
        first: Whom to act on first.
        week: What to do next week.
        sections: The sections.
    """

    code: str
    name: Markup
    state: Markup
    is_generated: bool
    cards: Sequence[Card]
    summary: Sequence[Markup]
    findings: Sequence[Finding]
    first: First
    week: Sequence[Markup]
    sections: Sequence[Section]
