"""Section "Why": drivers, shapes of the churn model's terms, and the hypotheses."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Section, Table
from bank_churn.dashboard.charts import interval_chart, shape_chart, wrap
from bank_churn.dashboard.findings import SHOWN
from bank_churn.dashboard.marts import Marts, Row
from bank_churn.dashboard.writer import DASH, Writer

SHAPES = 6
VERDICTS = ("differs", "unclear", "negligible", "equivalent", "not_shown", "not_computable")


def why_section(writer: Writer, marts: Marts, portfolio: str) -> Section:
    """Write the section.

    Args:
        writer: Writes figures.
        marts: The marts.
        portfolio: Code of the portfolio.

    Returns:
        The section.
    """
    blocks = [
        drivers_block(writer, marts, portfolio),
        *shape_blocks(writer, marts, portfolio),
        hypotheses_block(writer, marts, portfolio),
    ]
    return Section("why", writer.texts["section_why"], writer.say("lead_why"), blocks)


def drivers_block(writer: Writer, marts: Marts, portfolio: str) -> Block:
    """Write how strongly each attribute goes with churn."""
    texts = writer.texts
    found = [
        row
        for row in marts.of("churn_drivers", portfolio=portfolio)
        if row["cramers_v"] is not None and row["rank"]
    ]
    rows = sorted(found, key=lambda row: row["rank"])
    if not rows:
        return Block(title=texts["drivers_title"], message=writer.say("churn_unknown"), width="full")
    named = {row.key: attribute_label(marts, row) for row in rows}
    strong = [row for row in rows if row["verdict"] == SHOWN][:3]
    names = Markup(", ").join(
        writer.say("quoted", name=attribute_text(writer, named[row.key])) for row in strong
    )
    columns = ("cramers_v", "cramers_v_ci_low", "cramers_v_ci_high")
    spec = interval_chart(
        rows,
        writer=writer,
        labels=[wrap(attribute_text(writer, named[row.key]).striptags()) for row in rows],
        columns=columns,
        axis_title=texts["drivers_axis"],
        largest=shared_end(rows),
        standings=["below" if row["verdict"] == SHOWN else "small" for row in rows],
        form="number:2",
    )
    table = Table(
        [texts["measure"], texts["strength"], texts["ci"], texts["magnitude"], texts["verdict"]],
        [
            [
                attribute_text(writer, named[row.key]),
                writer.number(row, "cramers_v", 3),
                between(writer, row, "cramers_v_ci_low", "cramers_v_ci_high", 3),
                writer.words(row["effect_magnitude"], "magnitude"),
                writer.words(row["verdict"], "driver"),
            ]
            for row in rows
        ],
        texts["drivers_title"],
    )
    message = writer.say("drivers_message", names=names) if strong else writer.say("drivers_none")
    return Block(texts["drivers_title"], message, spec, table, note=texts["drivers_note"], width="full")


def shared_end(rows: Sequence[Row]) -> float:
    """Find a round right end for the strengths."""
    return min(1.0, (int(10 * max(row["cramers_v_ci_high"] or row["cramers_v"] for row in rows)) + 1) / 10)


def attribute_label(marts: Marts, driver: Row) -> Row | None:
    """Find a row of `churn_rates` that names the attribute of a driver."""
    return marts.one("churn_rates", portfolio=driver["portfolio"], dimension_name=driver["attribute"])


def attribute_text(writer: Writer, row: Row | None) -> Markup:
    """Write the name of an attribute."""
    return writer.text(row, "dimension_label") if row is not None else Markup(DASH)


def between(writer: Writer, row: Row, low: str, high: str, decimals: int) -> Markup:
    """Write an interval of plain numbers."""
    if row[low] is None or row[high] is None:
        return Markup(DASH)
    return writer.say(
        "interval", low=writer.number(row, low, decimals), high=writer.number(row, high, decimals)
    )


def shape_blocks(writer: Writer, marts: Marts, portfolio: str) -> list[Block]:
    """Write how the churn model's risk moves along its strongest attributes."""
    texts = writer.texts
    if not marts.has("churn_model_shapes"):
        message = writer.say("not_available", what=texts["mart_model"])
        return [Block(texts["shapes_absent_title"], message, width="full")]
    terms: dict[str, list[Row]] = {}
    for row in marts.of("churn_model_shapes", portfolio=portfolio):
        if row["bin_kind"] in ("number", "category") and row["contribution"] is not None:
            terms.setdefault(row["attribute"], []).append(row)
    if not terms:
        return [Block(texts["shapes_absent_title"], writer.say("model_none"), width="full")]
    strongest = sorted(terms.values(), key=weight, reverse=True)[:SHAPES]
    return [shape_block(writer, rows, is_first=number == 0) for number, rows in enumerate(strongest)]


def weight(rows: Sequence[Row]) -> float:
    """Measure a term by how far it moves a client's log-odds on average."""
    is_counted = all(row["client_count"] is not None for row in rows if not row["is_suppressed"])
    clients = [row["client_count"] or 0 if is_counted else 1 for row in rows]
    moved = sum(abs(row["contribution"]) * count for row, count in zip(rows, clients, strict=True))
    return float(moved / max(sum(clients), 1))


def shape_block(writer: Writer, rows: Sequence[Row], *, is_first: bool) -> Block:
    """Write one term of the churn model."""
    texts = writer.texts
    name = writer.plain(rows[0], "attribute_label")
    title = texts["shapes_title"].format(name=name)
    labels = [bin_label(writer, row) for row in rows]
    table = Table(
        [texts["shape_bin"], texts["shape_axis"], texts["clients"]],
        [
            [
                writer.text(row, "label"),
                writer.signed(row, "contribution", 2),
                writer.whole(row, "client_count"),
            ]
            for row in rows
        ],
        title,
    )
    return Block(
        title,
        writer.say("shapes_message" if is_first else "shapes_short"),
        shape_chart(rows, labels=labels, titles=(name, texts["shape_axis"])),
        table,
    )


def bin_label(writer: Writer, row: Row) -> str:
    """Write a bin's name for a chart."""
    return wrap(writer.plain(row, "label"), width=22)


def hypotheses_block(writer: Writer, marts: Marts, portfolio: str) -> Block:
    """Write the registered hypotheses with their answers."""
    texts = writer.texts
    rows = marts.of("hypothesis_results", portfolio=portfolio)
    if not rows:
        message = writer.say("not_available", what=texts["mart_hypotheses"])
        return Block(texts["hypotheses_title"], message, width="full")
    ordered = sorted(
        rows,
        key=lambda row: (
            VERDICTS.index(row["verdict"]) if row["verdict"] in VERDICTS else 9,
            row["hypothesis_id"],
        ),
    )
    table = Table(
        [texts["question"], texts["answer"], texts["effect"], texts["ci"]],
        [hypothesis_cells(writer, row) for row in ordered],
        texts["hypotheses_title"],
    )
    return Block(
        texts["hypotheses_title"], texts["hypotheses_message"], table=table, open_table=True, width="full"
    )


def hypothesis_cells(writer: Writer, row: Row) -> list[str | Markup]:
    """Write one hypothesis: question, answer, effect and its interval."""
    statement = writer.text(row, "statement")
    if row["is_suppressed"]:
        return [statement, writer.texts["hidden"], DASH, DASH]
    conclusion = Markup("<details><summary>{}</summary><p>{}</p></details>").format(
        writer.texts["details"], writer.text(row, "conclusion")
    )
    verdict = Markup('<span class="badge {}">{}</span>').format(
        row["verdict"], writer.words(row["verdict"], "verdict")
    )
    effect: str | Markup = DASH
    if row["effect_size"] is not None:
        effect = Markup("{}<br><small>{} = {}</small>").format(
            writer.words(row["effect_magnitude"], "magnitude"),
            writer.words(row["effect_size_name"], "effect"),
            writer.number(row, "effect_size", 2),
        )
    return [
        Markup("{}{}").format(statement, conclusion),
        verdict,
        effect,
        between(writer, row, "effect_ci_low", "effect_ci_high", 2),
    ]
