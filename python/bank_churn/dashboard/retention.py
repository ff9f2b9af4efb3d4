"""Clients who resemble the leavers, and what a retention budget buys."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bank_churn.dashboard.blocks import Block, Card, Table
from bank_churn.dashboard.charts import bar_chart, wrap
from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.view import View
from bank_churn.dashboard.writer import Writer
from bank_churn.words.calls import EXPECTED_STAY


def highest_band(view: View) -> Row | None:
    """Return the highest risk band with remaining clients, or None if there is none that may be shown.

    Args:
        view: The portfolio; a publication that did not know out-of-fold shares has none either.
    """
    bands = [
        row
        for row in view.rows("churn_risk")
        if row["risk_band"] != "all" and row.get("annual_income") is not None
    ]
    return max(bands, key=lambda row: int(row["band_order"]), default=None)


def forecast_of(view: View) -> Row | None:
    """Return how many of all remaining clients are expected to leave, or None where that is not known.

    Args:
        view: The portfolio; a probability has a time in it only where months are known.
    """
    row = view.row("churn_risk", risk_band="all")
    return row if row is not None and row.get("expected_leaver_count") is not None else None


def leaving_card(view: View, row: Row) -> Card:
    """Write how many clients are expected to leave within the horizon."""
    return Card(
        view.texts["card_leaving"],
        view.whole(row, "expected_leaver_count"),
        view.say(
            "card_leaving_note",
            days=view.whole(row, "horizon_days"),
            clients=view.whole(row, "client_count"),
            interval=view.between(row, "expected_low", "expected_high", "number:0"),
        ),
    )


def risk_card(view: View, now: Row | None, before: Row | None) -> Card:
    """Write how many remaining clients resemble the leavers most, what share of such left, what they bring.

    Args:
        view: The portfolio.
        now: The highest risk band of the current publication, or None.
        before: The same band of the previous one, or None.
    """
    texts, forecast = view.texts, forecast_of(view)
    if forecast is not None:
        return leaving_card(view, forecast)
    if now is None:
        absent = Markup('<span class="none">{}</span>').format(texts["not_available_value"])
        told = (
            view.say("model_none")
            if view.has("churn_risk")
            else view.say("not_available", what=texts["mart_retention"])
        )
        return Card(texts["card_risk"], absent, told)
    had_left = (
        view.say("card_risk_note_unknown", band=view.text(now, "risk_band_label"))
        if now["churn_rate"] is None
        else view.say(
            "card_risk_note",
            band=view.text(now, "risk_band_label"),
            rate=view.rate(now),
            interval=view.interval(now),
        )
    )
    income = view.say(
        of_stay([now], "card_risk_income"),
        income=view.whole(now, "annual_income"),
        currency=view.text(now, "currency"),
    )
    changed = view.say("before", value=view.whole(before, "client_count")) if before is not None else ""
    return Card(
        texts["card_risk"], view.whole(now, "client_count"), had_left + Markup(" ") + income, Markup(changed)
    )


def of_stay(rows: Sequence[Row], text: str) -> str:
    """Choose the text about income: of a year, or of the days that clients are expected to stay.

    Returns:
        Its key, or that of the text about the days of staying.
    """
    return f"{text}_stay" if any(row.get("income_horizon") == EXPECTED_STAY for row in rows) else text


def risk_block(view: View) -> Block:
    """Write how many remaining clients are in each risk band, and what share of such clients had left."""
    texts = view.texts
    if not view.has("churn_risk"):
        return view.absent("risk_title", "mart_retention")
    rows = sorted(view.rows("churn_risk"), key=lambda row: -row["band_order"])
    bands = [row for row in rows if row["risk_band"] != "all" and row["client_count"] is not None]
    if not bands:
        return bands_hidden_block(view, rows)
    labels = [band_label(view, row) for row in bands]
    spec = bar_chart(bands, column="client_count", labels=labels)
    currency, forecast = view.text(bands[0], "currency"), forecast_of(view)
    if forecast is None:
        note = view.say("risk_note", currency=currency)
        table = view.table(
            rows,
            texts["risk_title"],
            ("risk_band", view.text, "risk_band_label"),
            ("clients", view.whole, "client_count"),
            ("risk_left", view.rate),
            ("ci", view.interval),
            ("risk_known", view.whole, "known_client_count"),
            (of_stay(rows, "risk_income"), view.whole, "annual_income"),
        )
        return Block(texts["risk_title"], texts["risk_message"], spec, table, note=note, width="full")
    table = leaving_table(view, rows)
    message = (
        view.text(forecast, "sentence") if forecast["sentence_en"] else Markup(texts["expected_message"])
    )
    note = view.say("expected_note", currency=currency)
    return Block(texts["expected_title"], message, spec, table, note=note, width="full")


def bands_hidden_block(view: View, rows: list[Row]) -> Block:
    """Say of all clients what there is where no risk band may be shown, or that there is no model."""
    texts, forecast = view.texts, forecast_of(view)
    if not any(row["risk_band"] == "all" and row["client_count"] is not None for row in rows):
        return Block(texts["risk_title"], view.say("model_none"), width="full")
    if forecast is None or not forecast["sentence_en"]:
        return Block(texts["risk_title"], view.say("bands_hidden"), width="full")
    told = Markup("{} {}").format(view.text(forecast, "sentence"), view.say("bands_hidden"))
    return Block(texts["expected_title"], told, width="full")


def leaving_table(view: View, rows: list[Row]) -> Table:
    """Write by risk band how many are expected to leave, and what share of such did in the months before."""
    return view.table(
        rows,
        view.texts["expected_title"],
        ("risk_band", view.text, "risk_band_label"),
        ("clients", view.whole, "client_count"),
        ("expected_leavers", view.whole, "expected_leaver_count"),
        ("budget_interval", view.between, "expected_low", "expected_high", "number:0"),
        ("expected_had_left", view.rate),
        ("ci", view.interval),
        ("expected_known", view.whole, "known_client_count"),
        (of_stay(rows, "risk_income"), view.whole, "annual_income"),
    )


def band_label(writer: Writer, row: Row) -> str:
    """Name a risk band with the share of such clients that had left below, where it is known."""
    name = wrap(writer.plain(row, "risk_band_label"))
    rate = writer.rate_text({column: row[column] for column in ("churn_rate", "ci_low", "ci_high")})
    return writer.texts["risk_label"].format(band=name, rate=rate) if rate else name


def budget_block(view: View) -> Block:
    """Write what each step of a retention budget is expected to bring, with a slider to choose one."""
    texts = view.texts
    if not view.has("retention_budget"):
        return view.absent("budget_title", "mart_retention")
    found = view.rows("retention_budget")
    rows = [row for row in found if row["expected_net_value"] is not None]
    if not rows:
        return Block(texts["budget_title"], view.say("budget_none"), width="full")
    table = view.table(
        rows,
        texts["budget_title"],
        ("budget_contacts", view.whole, "contact_count"),
        ("budget_cost", view.whole, "budget"),
        ("budget_kept", view.whole, "kept_count"),
        ("budget_interval", view.between, "kept_low", "kept_high", "number:0"),
        ("budget_value", view.whole, "expected_saved_value"),
        ("budget_net", view.signed, "expected_net_value", 0),
        ("budget_interval", view.between, "net_value_low", "net_value_high", "signed:0"),
    )
    last = rows[-1]
    sentences = [
        view.say(
            "budget_best",
            contacts=view.whole(last, "paying_contact_count"),
            cost=view.whole(last, "paying_budget"),
            kept=view.whole(last, "kept_count"),
            interval=view.between(last, "kept_low", "kept_high", "number:0"),
            net=view.signed(last, "expected_net_value", 0),
            net_interval=view.between(last, "net_value_low", "net_value_high", "signed:0"),
        ),
        *(
            [view.say("budget_few", share=view.percent(last, "share_of_ten_clients"))]
            if last["rests_on_few_clients"]
            else []
        ),
        *(
            [view.say("budget_within", days=view.whole(last, "horizon_days"))]
            if last.get("horizon_days")
            else []
        ),
    ]
    return Block(
        texts["budget_title"],
        Markup(" ").join(sentences),
        table=table,
        note=view.say(of_stay(view.rows("churn_risk"), "budget_note"), currency=view.text(last, "currency")),
        width="full",
    )


def break_even_block(view: View) -> list[Block]:
    """Write for which share kept and which cost of a contact a campaign pays.

    Returns:
        One block, or none without such figures.
    """
    texts = view.texts
    rows = view.rows("retention_break_even")
    if not rows:
        return []
    shares = list({row["kept_share"]: row for row in rows}.values())
    costs = list({row["contact_cost"]: row for row in rows}.values())
    table = Table(
        [
            texts["break_even_share"],
            *(view.say("break_even_cost", cost=view.whole(row, "contact_cost")) for row in costs),
        ],
        [
            [
                view.percent(share, "kept_share", 0),
                *(
                    view.whole(row, "paying_contact_count")
                    for row in rows
                    if row["kept_share"] == share["kept_share"]
                ),
            ]
            for share in shares
        ],
        texts["break_even_title"],
    )
    title, message = texts["break_even_title"], texts["break_even_message"]
    return [Block(title, message, table=table, open_table=True, width="full")]
