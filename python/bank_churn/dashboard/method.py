"""The method: the questions that were tested, and the shapes of the churn model's terms, in log-odds."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Table
from bank_churn.dashboard.charts import shape_chart, wrap
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.writer import DASH, Writer

SHAPES = 6
VERDICTS = ("differs", "unclear", "negligible", "equivalent", "not_shown", "not_computable")


def shape_blocks(view: View) -> list[Block]:
    """Write how the churn model's risk moves along its strongest attributes."""
    texts = view.texts
    if not view.has("churn_model_shapes"):
        return [view.absent("shapes_absent_title", "mart_model")]
    terms: dict[str, list[Row]] = {}
    for row in view.rows("churn_model_shapes"):
        if row["bin_kind"] in ("number", "category") and row["contribution"] is not None:
            terms.setdefault(row["attribute"], []).append(row)
    if not terms:
        return [Block(texts["shapes_absent_title"], view.say("model_none"), width="full")]
    strongest = sorted(terms.values(), key=weight, reverse=True)[:SHAPES]
    return [shape_block(view, rows, is_first=number == 0) for number, rows in enumerate(strongest)]


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
    table = writer.table(
        rows,
        title,
        ("shape_bin", writer.text, "label"),
        ("shape_axis", writer.signed, "contribution", 2),
        ("clients", writer.whole, "client_count"),
    )
    labels = [wrap(writer.plain(row, "label"), width=22) for row in rows]
    chart = shape_chart(rows, labels=labels, titles=(name, texts["shape_axis"]))
    return Block(title, writer.say("shapes_message" if is_first else "shapes_short"), chart, table)


def hypotheses_block(view: View) -> Block:
    """Write the registered hypotheses with their answers."""
    texts = view.texts
    rows = view.rows("hypothesis_results")
    if not rows:
        return view.absent("hypotheses_title", "mart_hypotheses")
    ordered = sorted(
        rows,
        key=lambda row: (
            VERDICTS.index(row["verdict"]) if row["verdict"] in VERDICTS else 9,
            row["hypothesis_id"],
        ),
    )
    table = Table(
        [texts["question"], texts["answer"], texts["effect"], texts["ci"]],
        [hypothesis_cells(view, row) for row in ordered],
        texts["hypotheses_title"],
    )
    return Block(texts["hypotheses_title"], texts["hypotheses_message"], table=table, width="full")


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
        writer.between(row, "effect_ci_low", "effect_ci_high", "number:2"),
    ]
