"""The charts, as Vega-Lite specifications made with Altair. Every number in them is a mart's own.

Channels are named by their classes (`alt.X2("high:Q")`): for a plain text Altair looks through its schemas.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Literal

import altair as alt
from altair.utils import schemapi

from bank_churn.dashboard.marts import Row
from bank_churn.dashboard.writer import Writer

ACCENT, RAISED, LOWERED, SAME, FAINT, INK = "#1f5fa8", "#b4460f", "#1f5fa8", "#4b5563", "#a3abb7", "#1f2933"
STANDINGS = {"above": RAISED, "below": LOWERED, "same": SAME, "small": FAINT}
SHAPES = {"above": "diamond", "below": "circle", "same": "square", "small": "circle"}
LABEL_WIDTH = 19
LINE = 14
PAPER_BAND = 24
LARGEST = 15
NEAR_ZERO = 0.06
HEADS_BEGIN, HEAD_WIDTH = 120, 80
"""Room left of the columns of a heat map, and for the heading of one, in pixels."""
MOST_BARS = 12
"""Groups on one chart at most; the table beside it has them all."""

THEME = {
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif",
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "#3b4654",
        "titleColor": "#3b4654",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": "#e3e7ec",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
    "text": {"fontSize": 12, "color": INK},
    "legend": {"labelFontSize": 12, "labelColor": "#3b4654", "orient": "top", "labelLimit": 0, "title": None},
}
"""The look shared by all charts; it is in the page once."""


def wrap(text: str, width: int = LABEL_WIDTH) -> str:
    """Break a label into lines."""
    return "\n".join(textwrap.wrap(text, width=width, break_long_words=False) or [text])


def cells(rows: Sequence[Row], columns: Sequence[str], **more: Sequence[Any]) -> list[dict[str, Any]]:
    """Take columns of a mart's rows as a chart's data.

    Args:
        rows: The rows.
        columns: The columns.
        **more: Further values, one per row: labels, not figures.

    Returns:
        One dictionary per row, with the row's place in the mart.
    """
    return [
        {"mart": row.mart, "key": row.key}
        | {column: row[column] for column in columns}
        | {name: values[number] for name, values in more.items()}
        for number, row in enumerate(rows)
    ]


def data(values: list[dict[str, Any]]) -> alt.InlineData:
    """Make inline data for a chart."""
    return alt.InlineData(values=values)


def finished(
    chart: alt.LayerChart | alt.FacetChart, *, height: int, on_paper: int | None = None
) -> dict[str, Any]:
    """Fit a chart to the width of its place on the page.

    Args:
        chart: The chart.
        height: Height of the plot in pixels.
        on_paper: The same where the page is printed; None for no other height.

    Returns:
        The specification; the script of the page reads the height on paper from it.
    """
    sized = chart.properties(width="container", height=height, autosize=alt.AutoSizeParams(type="fit-x"))
    spec: dict[str, Any] = sized.to_dict(validate=schemapi.DEBUG_MODE)
    spec.pop("config", None)
    if on_paper is not None:
        spec["usermeta"] = {"height_on_paper": on_paper}
    return spec


def share_axis(title: str | None = None, *, largest: float = 1.0, is_whole: bool = True) -> alt.Axis:
    """Make an axis of shares in per cent, with few enough ticks for a telephone."""
    steps = ((0.6, 25), (0.4, 20), (0.2, 10), (0.1, 5), (0.04, 2))
    step = next((step for least, step in steps if largest > least), 1)
    ticks = [tick / 100 for tick in range(0, 101, step) if tick / 100 <= largest + 1e-9]
    return alt.Axis(title=title, format=".0%", values=ticks, labelOverlap=False, labelFlush=is_whole)


def signed_axis(title: str) -> alt.Axis:
    """Make an axis of effects that go both ways."""
    return alt.Axis(
        title=title,
        labelExpr="datum.value == 0 ? '0' : format(datum.value, '+')",
        tickCount=4,
        labelOverlap="greedy",
    )


def even_lines(labels: Sequence[str]) -> list[str]:
    """Give labels the same number of lines, so that each can stand centred at its tick."""
    most = max([label.count("\n") for label in labels], default=0)
    even = []
    for label in labels:
        missing = most - label.count("\n")
        even.append("\n" * (missing // 2) + label + "\n" * (missing - missing // 2))
    return even


def label_axis(labels: Sequence[str]) -> alt.Axis:
    """Make an axis of group names of evenly many lines, centred at their ticks: Vega hangs them below."""
    lift = -LINE / 2 * max([label.count("\n") for label in labels], default=0)
    return alt.Axis(
        title=None,
        labelExpr="split(datum.label, '\\n')",
        labelLimit=0,
        labelLineHeight=LINE,
        labelOffset=lift,
        labelOverlap=False,
        grid=False,
    )


def band(labels: Sequence[str], *, least: int) -> int:
    """Find the height that a group needs for its name, in pixels."""
    return max(least, (LINE + 1) * (1 + max([label.count("\n") for label in labels], default=0)) + 14)


def band_on_paper(labels: Sequence[str]) -> int:
    """Find the height that a group needs at least, in pixels: nobody points at it there."""
    return max(PAPER_BAND, (LINE + 1) * (1 + max([label.count("\n") for label in labels], default=0)) + 2)


def halo(
    base: alt.Chart, align: alt.ExprRef | Literal["center"] = "center", **encoding: alt.X | alt.Y | alt.Text
) -> list[alt.Chart]:
    """Draw numbers above their points, readable over lines."""
    return outlined(base, {"dy": -13, "align": align}, encoding)


def outlined(base: alt.Chart, looks: dict[str, Any], encoding: dict[str, Any]) -> list[alt.Chart]:
    """Draw text readable over lines: first its white outline, then itself."""
    outline: dict[str, Any] = {"stroke": "#ffffff", "strokeWidth": 4, "strokeJoin": "round"}
    return [base.mark_text(**looks, **more).encode(**encoding) for more in (outline, dict[str, Any]())]


def standing(row: Row, average: float | None, low: str = "ci_low", high: str = "ci_high") -> str:
    """Tell where a group stands: only an interval that leaves out the average makes a claim.

    Args:
        row: The group.
        average: The portfolio's average, or None.
        low: Column of the interval's lower end.
        high: Column of the interval's upper end.

    Returns:
        `above`, `below`, `same` or `small`.
    """
    if row.get("is_small_group") or row[low] is None or average is None:
        return "small"
    return "above" if row[low] > average else "below" if row[high] < average else "same"


def interval_chart(
    rows: Sequence[Row],
    *,
    writer: Writer,
    labels: Sequence[str],
    columns: tuple[str, str, str] = ("churn_rate", "ci_low", "ci_high"),
    average: Row | None = None,
    average_column: str = "churn_rate",
    axis_title: str,
    largest: float = 1.0,
    standings: Sequence[str] | None = None,
    form: str = "",
) -> dict[str, Any]:
    """Draw one point with its interval per group, beside the portfolio's average.

    Args:
        rows: The groups.
        writer: Writes labels.
        labels: Names of the groups.
        columns: Columns of the value and of its interval.
        average: The row that holds the average, or None for no average line.
        average_column: Its column.
        axis_title: Title of the horizontal axis.
        largest: Right end of the axis; intervals of small groups may be cut there.
        standings: Where each group stands; by default found from its interval.
        form: How to write the value, as in `Writer.formatted`; by default as a rate.
    """
    value, low, high = columns
    mean = average[average_column] if average is not None else None
    shown = [
        writer.formatted(row[value], form)
        if form
        else writer.rate_text({name: row[name] for name in columns})
        for row in rows
    ]
    places = standings or [standing(row, mean, low, high) for row in rows]
    names = even_lines(labels)
    found = cells(rows, columns, label=names, shown=shown, standing=list(places))
    scale = alt.Scale(domain=[-0.05 * largest, largest * 1.09], nice=False)
    colour = alt.Color(
        "standing:N", scale=alt.Scale(domain=list(STANDINGS), range=list(STANDINGS.values())), legend=None
    )
    base = alt.Chart(data(found)).encode(y=alt.Y("label:N", sort=None, axis=label_axis(names)))
    ticks = (
        share_axis(axis_title, largest=largest, is_whole=False)
        if not form
        else alt.Axis(title=axis_title, tickCount=5, labelOverlap=False, labelFlush=False)
    )
    x = alt.X(f"{value}:Q", scale=scale, axis=ticks)
    drawn = base.transform_filter(f"isValid(datum.{value})")
    tip = [alt.Tooltip("label:N", title=writer.texts["group"]), alt.Tooltip("shown:N", title=axis_title)]
    zero = alt.Chart(data([{"zero": 0}])).mark_rule(color="#8a94a1").encode(x=alt.X("zero:Q", scale=scale))
    layers = [
        zero,
        drawn.mark_rule(strokeWidth=3, clip=True)
        .encode(x=x, x2=alt.X2(f"{high}:Q"), color=colour, tooltip=tip)
        .encode(x=alt.X(f"{low}:Q", scale=scale, axis=ticks)),
        drawn.mark_point(filled=True, size=110, opacity=1).encode(
            x=x,
            color=colour,
            shape=alt.Shape(
                "standing:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None
            ),
            tooltip=tip,
        ),
        # A number at zero would stand on the names of the groups.
        *halo(
            drawn,
            alt.ExprRef(f"datum.{value} < {NEAR_ZERO * largest:g} ? 'left' : 'center'"),
            x=x,
            text=alt.Text("shown:N"),
        ),
        *outlined(
            base.transform_filter(f"!isValid(datum.{value})"),
            {"align": "left", "dx": 6, "color": "#5b6673", "fontStyle": "italic"},
            {"x": alt.XDatum(0, scale=scale), "text": alt.TextValue(writer.texts["hidden"])},
        ),
    ]
    if average is not None and mean is not None:
        layers = [*average_line(average, average_column, writer, largest), *layers]
    # A chart of very many groups must still fit a sheet of paper.
    least = 46 if len(rows) <= MOST_BARS else 38
    count = max(1, len(rows))
    return finished(
        alt.layer(*layers), height=count * band(names, least=least), on_paper=count * band_on_paper(names)
    )


def average_line(row: Row, column: str, writer: Writer, largest: float) -> list[Any]:
    """Draw the portfolio's average as a labelled dashed rule."""
    label = writer.texts["average_label"].format(value=writer.percent_text(row[column]))
    base = alt.Chart(data(cells([row], [column], shown=[label]))).encode(x=alt.X(f"{column}:Q"))
    is_left = row[column] < largest / 2
    return [
        base.mark_rule(strokeDash=[5, 4], color="#5b6673", strokeWidth=1.5),
        base.mark_text(align="left" if is_left else "right", dx=5 if is_left else -5, color="#4b5563").encode(
            y=alt.value(-8), text=alt.Text("shown:N")
        ),
    ]


def heat_map(
    rows: Sequence[Row],
    *,
    writer: Writer,
    names: Sequence[str],
    columns: Sequence[str],
    titles: tuple[str, str, str],
) -> dict[str, Any]:
    """Draw the churn rates of pairs of values; small groups are grey.

    Args:
        rows: Rows of `churn_rates` for a pair of attributes.
        writer: Writes labels.
        names: Name of each row's first value.
        columns: Name of each row's second value.
        titles: Names of both attributes, and of the colour.
    """
    rate = ("churn_rate", "ci_low", "ci_high")
    shown = [
        writer.rate_text({name: row[name] for name in rate}).replace("%", "").strip() or "…" for row in rows
    ]
    even, heads = even_lines(names), last_line_at_cell(columns)
    values = cells(
        rows,
        ("churn_rate",),
        label=even,
        second=heads,
        shown=shown,
        clients=[writer.whole_text(row["client_count"]) for row in rows],
        is_small=[bool(row["is_small_group"] or row["churn_rate"] is None) for row in rows],
    )
    largest = max(
        [row["churn_rate"] for row in rows if row["churn_rate"] and not row["is_small_group"]], default=1
    )
    order = {row["dimension_2_value"]: head for row, head in zip(rows, heads, strict=True)}
    axis = head_axis(titles[1], heads)
    base = alt.Chart(data(values)).encode(
        x=alt.X("second:O", sort=[order[value] for value in sorted(order, key=by_number)], axis=axis),
        y=alt.Y("label:N", sort=None, axis=label_axis(even)),
        tooltip=[
            alt.Tooltip("label:N", title=titles[0]),
            alt.Tooltip("second:N", title=titles[1]),
            alt.Tooltip("churn_rate:Q", title=titles[2], format=".1%"),
            alt.Tooltip("clients:N", title=writer.texts["clients"]),
        ],
    )
    scale = alt.Scale(domain=[0, largest], range=["#eef4fb", "#0b3c78"], clamp=True)
    fill = alt.condition(
        "datum.is_small", alt.value("#e3e6ea"), alt.Color("churn_rate:Q", scale=scale, legend=None)
    )
    ink = alt.condition(
        f"!datum.is_small && datum.churn_rate > {0.45 * largest}", alt.value("#ffffff"), alt.value(INK)
    )
    layers = alt.layer(
        base.mark_rect(stroke="#ffffff", strokeWidth=2, invalid=None).encode(color=fill),
        base.mark_text(fontSize=12).encode(text=alt.Text("shown:N"), color=ink),
    )
    count = len(set(names))
    return finished(layers, height=44 * count, on_paper=count * band_on_paper(even))


def last_line_at_cell(heads: Sequence[str]) -> list[str]:
    """Give headings of columns the same number of lines, the shorter ones empty lines above."""
    most = max([head.count("\n") for head in heads], default=0)
    return ["\n" * (most - head.count("\n")) + head for head in heads]


def head_axis(title: str, heads: Sequence[str]) -> alt.Axis:
    """Make an axis of headings above columns; above narrow ones, as on a telephone, they stand upright."""
    # The place of the chart, not the chart: that is known only after its headings have been measured.
    narrow = f"containerSize()[0] < {HEADS_BEGIN + HEAD_WIDTH * len(set(heads))}"
    lift = LINE * max([head.count("\n") for head in heads], default=0)
    return alt.Axis(
        title=title,
        orient="top",
        labelAngle=alt.ExprRef(f"{narrow} ? -90 : 0"),
        labelAlign=alt.ExprRef(f"{narrow} ? 'left' : 'center'"),
        labelBaseline=alt.ExprRef(f"{narrow} ? 'middle' : 'alphabetic'"),
        labelPadding=alt.ExprRef(f"{narrow} ? 6 : {lift + 6}"),
        labelExpr=f"{narrow} ? trim(replace(datum.label, /\\n/g, ' ')) : split(datum.label, '\\n')",
        labelLineHeight=LINE,
        labelLimit=0,
        labelOverlap=False,
    )


def by_number(text: object) -> tuple[float, str]:
    """Order texts that begin with a number by it: 9 before 10, others last."""
    digits = str(text).replace("+", "").split("-")[0].split("–")[0]
    return (float(digits), "") if digits.isdigit() else (float("inf"), str(text))


def pair_chart(
    rows: Sequence[Row], *, writer: Writer, labels: Sequence[str], groups: Sequence[str], axis_title: str
) -> dict[str, Any]:
    """Draw shares of two groups side by side, with intervals."""
    shown = [writer.percent_text(row["value"]) if row["value"] is not None else "" for row in rows]
    even = even_lines(labels)
    values = cells(rows, ("value", "ci_low", "ci_high"), label=even, group=list(groups), shown=shown)
    names = list(dict.fromkeys(groups))
    colour = alt.Color("group:N", scale=alt.Scale(domain=names, range=[RAISED, ACCENT]), sort=names)
    shape = alt.Shape("group:N", scale=alt.Scale(domain=names, range=["diamond", "circle"]), sort=names)
    scale = alt.Scale(domain=[0, 1.05], nice=False)
    base = (
        alt.Chart(data(values))
        .transform_filter("isValid(datum.value)")
        .encode(
            y=alt.Y("label:N", sort=None, axis=label_axis(even)),
            yOffset=alt.YOffset("group:N", sort=names),
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("group:N"), alt.Tooltip("shown:N")],
        )
    )
    x = alt.X("value:Q", scale=scale, axis=share_axis(axis_title, is_whole=False))
    layers = alt.layer(
        base.mark_rule(strokeWidth=3).encode(
            x=alt.X("ci_low:Q", scale=scale), x2=alt.X2("ci_high:Q"), color=colour
        ),
        base.mark_point(filled=True, size=80, opacity=1).encode(x=x, color=colour, shape=shape),
        base.mark_text(align="left", dx=10).encode(
            x=alt.X("ci_high:Q", scale=scale), text=alt.Text("shown:N")
        ),
    )
    return finished(layers, height=52 * len(set(labels)))


def bar_chart(rows: Sequence[Row], *, column: str, labels: Sequence[str]) -> dict[str, Any]:
    """Draw counts as bars, each with its number instead of an axis."""
    even = even_lines(labels)
    base = alt.Chart(data(cells(rows, [column], label=even))).encode(
        x=alt.X(f"{column}:Q", axis=None),
        y=alt.Y("label:N", sort=None, axis=label_axis(even)),
    )
    layers = alt.layer(
        base.mark_bar(color=ACCENT, height=16),
        base.mark_text(align="left", dx=5).encode(text=alt.Text(f"{column}:Q", format=",d")),
    )
    count = max(1, len(rows))
    return finished(layers, height=count * band(even, least=36), on_paper=count * band_on_paper(even))


def curve_chart(
    rows: Sequence[Row],
    *,
    x: str,
    y: str,
    titles: tuple[str, str],
    chance: str,
    names: Sequence[str] | None = None,
    numbers: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Draw which share of churn is reached with which share of clients, beside a choice at random.

    Args:
        rows: The points, in order.
        x: Column of the share of clients.
        y: Column of the share of churn.
        titles: Titles of both axes.
        chance: Label of the line of a choice at random.
        names: Name of the curve each point belongs to; None for one curve.
        numbers: Label of each point, or None.
    """
    curves = list(names or [""] * len(rows))
    order = list(dict.fromkeys(curves))
    start = [{x: 0, y: 0, "curve": curve, "shown": ""} for curve in order]
    values = start + cells(rows, (x, y), curve=curves, shown=list(numbers or [""] * len(rows)))
    scale = alt.Scale(domain=[0, 1], nice=False)
    encode_x = alt.X(f"{x}:Q", scale=scale, axis=share_axis(titles[0]))
    encode_y = alt.Y(f"{y}:Q", scale=scale, axis=share_axis(titles[1]))
    scale_colour = alt.Scale(domain=order, range=[ACCENT, RAISED, "#4b5563"][: len(order)])
    dashes = alt.Scale(domain=order, range=[[1, 0], [7, 3], [2, 3]][: len(order)])
    legend = alt.Legend(columns=1, symbolStrokeWidth=3) if names else None
    base = alt.Chart(data(values)).encode(x=encode_x, y=encode_y)
    line = base.mark_line(strokeWidth=2.5, interpolate="linear").encode(
        color=alt.Color("curve:N", scale=scale_colour, legend=legend, sort=order),
        strokeDash=alt.StrokeDash("curve:N", scale=dashes, legend=legend, sort=order),
    )
    random = alt.Chart(data([{x: 0, y: 0}, {x: 1, y: 1}])).encode(x=encode_x, y=encode_y)
    text = alt.Chart(data([{x: 1, y: 1, "shown": chance}])).mark_text(
        align="right", dx=-6, dy=-10, color="#4b5563"
    )
    layers = [
        random.mark_line(color="#8a94a1", strokeDash=[4, 4], strokeWidth=1.5),
        text.encode(x=alt.value("width"), y=alt.value("height"), text=alt.Text("shown:N")),
        line,
    ]
    points = base.transform_filter("isValid(datum.key)")
    if numbers:
        layers.append(points.mark_point(filled=True, size=70, color=ACCENT, opacity=1))
        layers.extend(halo(points, text=alt.Text("shown:N")))
    hints = [
        alt.Tooltip(f"{x}:Q", title=titles[0], format=".0%"),
        alt.Tooltip(f"{y}:Q", title=titles[1], format=".0%"),
    ]
    layers.append(points.mark_point(size=160, opacity=0).encode(tooltip=hints))
    return finished(alt.layer(*layers), height=280, on_paper=230)


def calibration_chart(rows: Sequence[Row], *, titles: tuple[str, str], ideal: str) -> dict[str, Any]:
    """Draw observed against predicted churn in tenths of the clients."""
    ends = [
        row[column] for row in rows for column in ("mean_predicted", "ci_high") if row[column] is not None
    ]
    largest = min(1.0, 1.1 * max(ends, default=1.0))
    scale = alt.Scale(domain=[0, largest], nice=False)
    x = alt.X("mean_predicted:Q", scale=scale, axis=share_axis(titles[0], largest=largest))
    y_axis = share_axis(titles[1], largest=largest)
    base = alt.Chart(
        data(cells(rows, ("mean_predicted", "churn_rate", "ci_low", "ci_high", "client_count")))
    ).transform_filter("isValid(datum.churn_rate)")
    line = alt.Chart(data([{"mean_predicted": 0, "churn_rate": 0}, {"mean_predicted": 1, "churn_rate": 1}]))
    hints = [
        alt.Tooltip("mean_predicted:Q", title=titles[0], format=".1%"),
        alt.Tooltip("churn_rate:Q", title=titles[1], format=".1%"),
    ]
    layers = alt.layer(
        line.mark_line(color="#8a94a1", strokeDash=[4, 4], strokeWidth=1.5, clip=True).encode(
            x=x, y=alt.Y("churn_rate:Q", scale=scale, axis=y_axis)
        ),
        alt.Chart(data([{"shown": ideal}]))
        .mark_text(align="right", dx=-6, dy=-10, color="#4b5563")
        .encode(x=alt.value("width"), y=alt.value("height"), text=alt.Text("shown:N")),
        base.mark_rule(strokeWidth=2, color=ACCENT).encode(
            x=x, y=alt.Y("ci_low:Q", scale=scale, axis=y_axis), y2=alt.Y2("ci_high:Q")
        ),
        base.mark_point(filled=True, size=70, color=ACCENT, opacity=1).encode(
            x=x, y=alt.Y("churn_rate:Q", scale=scale, axis=y_axis), tooltip=hints
        ),
    )
    return finished(layers, height=280, on_paper=230)


def shape_chart(rows: Sequence[Row], *, labels: Sequence[str], titles: tuple[str, str]) -> dict[str, Any]:
    """Draw how the model's risk moves along one attribute.

    Of many categories, such as cities, only those that move it most are drawn; the table beside has all.

    Args:
        rows: Rows of `churn_model_shapes` for one attribute, in the order of its bins.
        labels: Name of each bin.
        titles: Titles of both axes.
    """
    hints = [
        alt.Tooltip("label:N", title=titles[0]),
        alt.Tooltip("contribution:Q", title=titles[1], format="+.2f"),
    ]
    if len(rows) > MOST_BARS and rows[0]["bin_kind"] == "category":
        kept = sorted(range(len(rows)), key=lambda number: -abs(rows[number]["contribution"]))[:MOST_BARS]
        rows, labels = [rows[number] for number in sorted(kept)], [labels[number] for number in sorted(kept)]
    zero = alt.Chart(data([{"zero": 0}]))
    columns = ("contribution", "low", "high", "bin_order")
    even = even_lines(labels)
    base = alt.Chart(data(cells(rows, columns, label=even))).transform_filter("isValid(datum.contribution)")
    if len(rows) <= MOST_BARS:
        y = alt.Y("label:N", sort=None, axis=label_axis(even))
        x = alt.X("contribution:Q", axis=signed_axis(titles[1]))
        layers = alt.layer(
            base.mark_bar(height=14).encode(
                x=x,
                y=y,
                tooltip=hints,
                color=alt.condition("datum.contribution > 0", alt.value(RAISED), alt.value(ACCENT)),
            ),
            zero.mark_rule(color="#5b6673").encode(x=alt.X("zero:Q")),
        )
        return finished(layers, height=band(even, least=34) * max(1, len(rows)))
    # A bin begins at `low`; the first has only an end.
    edges = [row["low"] if row["low"] is not None else row["high"] for row in rows]
    is_skewed = min(edges) > 0 and max(edges) > 10 * sorted(edges)[len(edges) // 2]
    scale = alt.Scale(type="log" if is_skewed else "linear", zero=False, nice=False)
    x = alt.X("edge:Q", scale=scale, axis=alt.Axis(title=titles[0], format=",d", tickCount=4))
    y = alt.Y("contribution:Q", axis=signed_axis(titles[1]))
    drawn = base.transform_calculate(edge="isValid(datum.low) ? datum.low : datum.high")
    layers = alt.layer(
        zero.mark_rule(color="#5b6673").encode(y=alt.Y("zero:Q")),
        drawn.mark_line(interpolate="step-after", color=ACCENT, strokeWidth=2.5).encode(x=x, y=y),
        drawn.mark_point(size=80, opacity=0).encode(x=x, y=y, tooltip=hints),
    )
    return finished(layers, height=190)
