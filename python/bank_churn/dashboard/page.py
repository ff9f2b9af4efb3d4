"""Puts the page together: one file that opens without a network."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode
from markupsafe import Markup

from bank_churn.dashboard.blocks import Card, Panel, Section, without_gaps
from bank_churn.dashboard.campaigns import campaigns_section
from bank_churn.dashboard.charts import THEME
from bank_churn.dashboard.findings import (
    average_of,
    change_sentence,
    main_findings,
    without_findings,
    worst_city_card,
)
from bank_churn.dashboard.first import first_groups, state_line, week_list
from bank_churn.dashboard.marts import Marts, Row, read_marts
from bank_churn.dashboard.months import months_section, months_summary, periods_of
from bank_churn.dashboard.next_steps import next_section
from bank_churn.dashboard.previous import previous_publication
from bank_churn.dashboard.products import products_section
from bank_churn.dashboard.retention import highest_band, risk_card
from bank_churn.dashboard.trust import trust_section
from bank_churn.dashboard.view import View
from bank_churn.dashboard.where import where_section
from bank_churn.dashboard.who import who_section
from bank_churn.dashboard.why import why_section
from bank_churn.dashboard.writer import DASH, read_texts
from bank_churn.tools.content_policy import script_hashes
from bank_churn.tools.files import replace_text
from bank_churn.tools.templates import templates_of
from bank_churn.words.language import Language
from bank_churn.words.numbers import NO_BREAK

SECTIONS: tuple[Callable[[View], Section | None], ...] = (
    months_section,
    where_section,
    products_section,
    why_section,
    who_section,
    next_section,
    campaigns_section,
    trust_section,
)
"""The page after its first screen, in the order of reading; a section with nothing to show is None."""

HASHES = "hashes-of-scripts"  # known only when the page is written
COMPARED = ("portfolios", "churn_rates", "churn_risk")


@functools.cache
def vega_bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, from the installed package."""
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    return inline_script(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version))


def inline_script(script: str) -> str:
    """Make a script safe inside an element: a closing tag in it would end the element."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def number_locale(language: Language) -> dict[str, Any]:
    """Return the number format of a language for Vega."""
    locale = dict(vl_convert.get_format_locale("ru-RU" if language == "ru" else "en-US"))
    return locale | ({"percent": NO_BREAK + "%", "minus": "−"} if language == "ru" else {})


def churn_note(view: View, average: Row) -> Markup:
    """Say of how many clients the churn rate is; with months, that it is a state and not who left in one."""
    months = periods_of(view)
    said = {
        "interval": view.interval(average),
        "churned": view.whole(average, "churned_count"),
        "known": view.whole(average, "client_count"),
    }
    if not months:
        return view.say("card_churn_note", **said)
    return view.say("card_churn_note_months", day=view.day(months[-1], "period_end"), **said)


def portfolio_cards(view: View, portfolio: Row) -> list[Card]:
    """Write the headline figures of a portfolio."""
    texts, earlier = view.texts, view.earlier.row("portfolios")
    average, was = average_of(view), average_of(view.earlier)
    if earlier is None or earlier["data_origin"] != portfolio["data_origin"]:
        earlier = was = None
    churn = (
        Card(
            texts["card_churn"],
            view.rate(average),
            churn_note(view, average),
            view.say("before", value=view.rate(was)) if was else Markup(""),
        )
        if average is not None
        else Card(texts["card_churn"], Markup(DASH), view.say("churn_unknown"))
    )
    now, was_highest = highest_band(view), highest_band(view.earlier) if earlier else None
    same_band = now is not None and was_highest is not None and now["risk_band"] == was_highest["risk_band"]
    city = worst_city_card(view)
    risk = risk_card(view, now, was_highest if same_band else None)
    return [churn, *([city] if city else []), risk]


def make_panel(view: View, portfolio: Row) -> Panel:
    """Write everything about one portfolio."""
    average = average_of(view)
    months = months_summary(view)
    changed = Markup("") if months else change_sentence(view, average, average_of(view.earlier))
    findings = main_findings(view)
    told = view.say("churn_unknown") if average is None else "" if findings else without_findings(view)
    return Panel(
        code=view.portfolio,
        name=view.text(portfolio, "portfolio_label"),
        is_generated=portfolio["data_origin"] == "generated",
        cards=portfolio_cards(view, portfolio),
        state=state_line(view, portfolio),
        summary=[*months, *[Markup(told)] * bool(told), *[changed] * bool(changed)],
        findings=findings,
        first=first_groups(view),
        week=week_list(view),
        sections=[
            replace(found, blocks=without_gaps(found.blocks))
            for section in SECTIONS
            if (found := section(view)) is not None
        ],
    )


def make_page(marts: Marts, before: Marts, language: Language) -> str:
    """Write the page.

    Args:
        marts: The marts.
        before: Marts of the previous publication; without rows if there is none.
        language: Language of the readers.

    Returns:
        HTML with everything it needs inside.
    """
    texts = read_texts(language)
    panels = [
        make_panel(View(language, texts, marts, row["portfolio"], before), row)
        for row in marts.of("portfolios")
    ]
    environment = templates_of("dashboard")
    files = resources.files("bank_churn.dashboard") / "templates"
    page = environment.get_template("page.html.j2").render(
        language=language,
        t=texts,
        panels=panels,
        style=Markup((files / "page.css").read_text(encoding="utf-8")),
        script=Markup((files / "page.js").read_text(encoding="utf-8")),
        bundle=Markup(vega_bundle() if panels else ""),
        hashes=Markup(HASHES),
        settings=Markup(as_json({"config": THEME, "formatLocale": number_locale(language)})),
        as_json=lambda spec: Markup(as_json(spec)),
    )
    return page.replace(HASHES, " ".join(script_hashes(page)) or "'none'", 1)


def as_json(value: object) -> str:
    """Write JSON that may stand inside a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def make_dashboard(
    *, published: Path, language: Language, output: Path, history_of: Path | None = None
) -> Path:
    """Make the dashboard of a published database.

    Args:
        published: The database of aggregates.
        language: Language of the readers.
        output: The file to write; replaced in one step.
        history_of: Folder whose history holds the publication before; by default the database's own.
    """
    marts = read_marts(published)
    earlier = previous_publication(published, folder=history_of)
    before = read_marts(earlier, publication="previous", only=COMPARED) if earlier else Marts({})
    # Altair checks every chart against Vega-Lite's schema: half of the page's time, and the tests do it.
    with debug_mode(False):
        replace_text(output, make_page(marts, before, language))
    return output


def make_dashboards(
    *,
    published: Path,
    languages: tuple[Language, ...] = ("ru", "en"),
    folder: Path | None = None,
    history_of: Path | None = None,
) -> list[Path]:
    """Make the dashboard in each language, as `dashboard.<language>.html`.

    Args:
        published: The database of aggregates.
        languages: The languages.
        folder: Where to write; by default beside the database.
        history_of: Folder whose history holds the publication before; by default the database's own.

    Returns:
        The files.

    Raises:
        BankChurnError: If the database cannot be read.
        OSError: If a file cannot be written.
    """
    target = folder or published.parent
    return [
        make_dashboard(
            published=published,
            language=language,
            output=target / f"dashboard.{language}.html",
            history_of=history_of,
        )
        for language in languages
    ]
