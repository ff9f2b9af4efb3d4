"""Section "Why": how strongly each attribute goes with churn."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section
from bank_churn.dashboard.charts import interval_chart, wrap
from bank_churn.dashboard.findings import SHOWN
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.where import product_dimensions
from bank_churn.dashboard.writer import DASH, Writer


def why_section(view: View) -> Section:
    """Write the section."""
    return Section("why", view.texts["section_why"], view.say("lead_why"), [drivers_block(view)])


def drivers_block(view: View) -> Block:
    """Write how strongly each attribute goes with churn."""
    texts = view.texts
    found = [row for row in view.rows("churn_drivers") if row["cramers_v"] is not None and row["rank"]]
    rows = sorted(found, key=lambda row: row["rank"])
    if not rows:
        return Block(title=texts["drivers_title"], message=view.say("churn_unknown"), width="full")
    named = {row.key: attribute_label(view, row) for row in rows}
    own = {row.key: own_name(view, row, [*named.values()]) for row in rows}
    strong = [row for row in rows if row["verdict"] == SHOWN][:3]
    names = Markup(", ").join(view.say("quoted", name=attribute_text(view, named[row.key])) for row in strong)
    columns = ("cramers_v", "cramers_v_ci_low", "cramers_v_ci_high")
    spec = interval_chart(
        rows,
        writer=view,
        labels=[wrap(own[row.key].striptags()) for row in rows],
        columns=columns,
        axis_title=texts["drivers_axis"],
        largest=shared_end(rows),
        standings=["below" if row["verdict"] == SHOWN else "small" for row in rows],
        form="number:2",
    )
    table = view.table(
        rows,
        texts["drivers_title"],
        ("measure", lambda row: own[row.key]),
        ("strength", view.number, "cramers_v", 3),
        ("ci", view.between, "cramers_v_ci_low", "cramers_v_ci_high", "number:3"),
        ("magnitude", lambda row: view.words(row["effect_magnitude"], "magnitude")),
        ("verdict", lambda row: view.words(row["verdict"], "driver")),
    )
    message = view.say("drivers_message", names=names) if strong else view.say("drivers_none")
    return Block(texts["drivers_title"], message, spec, table, note=texts["drivers_note"], width="full")


def shared_end(rows: Sequence[Row]) -> float:
    """Find a round right end for the strengths."""
    return min(1.0, (int(10 * max(row["cramers_v_ci_high"] or row["cramers_v"] for row in rows)) + 1) / 10)


def attribute_label(view: View, driver: Row) -> Row | None:
    """Find a row of `churn_rates` that names the attribute of a driver."""
    return view.row("churn_rates", dimension_name=driver["attribute"])


def attribute_text(writer: Writer, row: Row | None) -> Markup:
    """Write the name of an attribute."""
    return writer.text(row, "dimension_label") if row is not None else Markup(DASH)


def own_name(view: View, driver: Row, named: Sequence[Row | None]) -> Markup:
    """Write the name of a driver's attribute, and of a product called as another attribute that it is one."""
    row = attribute_label(view, driver)
    name = attribute_text(view, row)
    if driver["attribute"] not in product_dimensions(view) or row is None:
        return name
    names = [view.plain(one, "dimension_label") for one in named if one is not None]
    return (
        view.say("driver_product", name=name) if names.count(view.plain(row, "dimension_label")) > 1 else name
    )
