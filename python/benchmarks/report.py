"""Write what was measured: a table and a plot, under the day's date."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

LABELS = {
    "script": "script by hand",
    "script without publishing": "script by hand, without publishing",
    "same marts": "dbt build of the same marts, with their tests",
    "notebook marts": "dbt build of the marts that the notebooks make, with their tests",
    "whole build": "whole build: all marts, all tests, publishing",
    "polars": "polars",
    "pandas": "pandas + scipy",
}
BASELINE = {"same marts": "script without publishing"}
EXPLANATION = (
    "Generated clients of one portfolio, the same parquet file for all. Medians of {repeats} runs taken "
    "in turn (least–most); ratios are medians of paired runs. Wall clock includes the start of Python. "
    "Peak memory is that of the largest process. The build of the same marts does not publish, so it is "
    "compared with the script without publishing. The build of the notebooks' marts has hypotheses with "
    "corrections, effect sizes and the screen of every pair besides; the whole build target groups, a "
    "retention list, texts and more. The notebooks neither score clients nor screen every pair of groups, "
    "and test nothing of the data. The script's marts equal the build's at every size: counts exactly, "
    "floats to 1e-9."
)
STAGE_ORDER = (
    *(
        "start and parsing",
        "seeds",
        "cleaning and clients",
        "rates and statistics",
        "segments and targets",
        "scoring",
    ),
    *("training", "tests", "other nodes", "between nodes", "publishing and end"),
)


def machine(*, memory_limit: str, note: str) -> dict[str, str]:
    """Describe the machine without naming it.

    Args:
        memory_limit: DuckDB's.
        note: A sentence of the caller.

    Returns:
        What → description.
    """
    cpu = next(iter(cpu_models()), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    packages = ("duckdb", "dbt-core", "dbt-duckdb", "pandas", "numpy", "scipy", "polars")
    facts = {
        "processor": f"{cpu}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB; DuckDB's memory_limit {memory_limit}",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
        "versions": ", ".join(f"{package} {version(package)}" for package in packages),
    }
    return {**facts, "note": note} if note else facts


def cpu_models() -> Iterable[str]:
    """The names of the processors, where the system tells them.

    Yields:
        A name.
    """
    path = Path("/proc/cpuinfo")
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        if line.startswith("model name"):
            yield line.split(":", 1)[1].strip()


def without_publishing(run: dict[str, Any]) -> dict[str, Any]:
    """The script's run less its last step.

    Args:
        run: A run of the script.

    Returns:
        A run.
    """
    wall, cpu = run["steps"]["publish"]
    return {
        **run,
        "contestant": "script without publishing",
        "wall": run["wall"] - wall,
        "cpu": run["cpu"] - cpu,
        "disk": None,
    }


def figures(results: dict[str, Any]) -> dict[str, dict[str, list[float]]]:
    """What was measured by contestant, in the order of the repeats.

    Args:
        results: Of one size.

    Returns:
        contestant → measure → values.
    """
    found: dict[str, dict[str, list[float]]] = {}
    runs = [
        *results["runs"],
        *(without_publishing(run) for run in results["runs"] if run["contestant"] == "script"),
    ]
    for run in sorted(runs, key=lambda run: (list(LABELS).index(run["contestant"]), run["repeat"])):
        measures = found.setdefault(run["contestant"], {})
        for name in ("wall", "cpu", "peak", "disk"):
            if run.get(name) is not None:
                measures.setdefault(name, []).append(run[name])
    return found


def spread(values: list[float] | None, decimals: int = 1) -> str:
    """A median, with least and most where there are several.

    Args:
        values: What was measured.
        decimals: How many.

    Returns:
        Text for a cell.
    """
    if not values:
        return ""
    middle = f"{statistics.median(values):,.{decimals}f}"
    return (
        middle if len(values) == 1 else f"{middle} ({min(values):,.{decimals}f}–{max(values):,.{decimals}f})"
    )


def ratio(values: list[float], of: list[float]) -> str:
    """The ratios of paired runs: their median, with least and most where there are several.

    Args:
        values: What was measured.
        of: What it is compared with, repeat by repeat.

    Returns:
        Text for a cell.
    """
    return spread([a / b for a, b in zip(values, of, strict=False)], 2)


def main_table(all_results: list[dict[str, Any]]) -> list[str]:
    """One line per size and contestant.

    Args:
        all_results: Of all sizes.

    Returns:
        Lines of markdown.
    """
    lines = [
        "| clients | contestant | wall, s | × script | CPU, s | × script | peak, GiB | on disk, MiB |",
        "|--:|---|--:|--:|--:|--:|--:|--:|",
    ]
    for results in all_results:
        measured = figures(results)
        for contestant, one in measured.items():
            base = measured.get(BASELINE.get(contestant, "script"), {})
            ratios = [ratio(one[name], base[name]) if base else "" for name in ("wall", "cpu")]
            if contestant == "script without publishing":
                ratios = ["", ""]
            cells = [
                f"{results['rows']:,}",
                LABELS[contestant],
                spread(one["wall"]),
                ratios[0],
                spread(one["cpu"]),
                ratios[1],
            ]
            lines.append(
                "| " + " | ".join([*cells, spread(one["peak"], 2), spread(one.get("disk"), 0)]) + " |"
            )
        lines += [
            f"| {results['rows']:,} | {LABELS[name]} | left out: {why} | | | | | |"
            for name, why in results["skipped"].items()
        ]
    return lines


def step_table(all_results: list[dict[str, Any]], contestant: str, order: tuple[str, ...] = ()) -> list[str]:
    """Median seconds of each step, one column per size.

    Args:
        all_results: Of all sizes.
        contestant: Whose steps.
        order: Of the steps; as measured when not given.

    Returns:
        Lines of markdown.
    """
    columns = []
    for results in all_results:
        runs = [run["steps"] for run in results["runs"] if run["contestant"] == contestant]
        columns.append(
            {name: statistics.median(first(run.get(name, 0.0)) for run in runs) for name in runs[0]}
            if runs
            else {}
        )
    names = [name for name in order or columns[0] if any(column.get(name) for column in columns)]
    lines = [
        "| step | " + " | ".join(f"{results['rows']:,}" for results in all_results) + " |",
        "|---|" + "--:|" * len(columns),
    ]
    lines += [
        f"| {name} | " + " | ".join(f"{column.get(name, 0.0):,.1f}" for column in columns) + " |"
        for name in names
    ]
    return lines


def first(value: float | list[float]) -> float:
    """Wall clock, of a step that also has CPU time.

    Args:
        value: Seconds, or both.

    Returns:
        Seconds.
    """
    return value[0] if isinstance(value, list) else value


def notebook_table(all_results: list[dict[str, Any]]) -> list[str]:
    """How many times longer a notebook takes than the build of the same marts, and how much more memory.

    Args:
        all_results: Of all sizes.

    Returns:
        Lines of markdown.
    """
    lines = ["| clients | notebook | wall | CPU | peak |", "|--:|---|--:|--:|--:|"]
    for results in all_results:
        measured = figures(results)
        base = measured.get("notebook marts")
        for name in ("polars", "pandas"):
            if base and name in measured:
                ratios = [ratio(measured[name][one], base[one]) for one in ("wall", "cpu", "peak")]
                lines.append(f"| {results['rows']:,} | {LABELS[name]} | " + " | ".join(ratios) + " |")
    return lines


def training_lines(all_results: list[dict[str, Any]]) -> list[str]:
    """What the first build took for training.

    Args:
        all_results: Of all sizes.

    Returns:
        Lines of markdown.
    """
    return [
        f"- {results['rows']:,} clients: training "
        f"{results['first build']['steps'].get('training', 0.0):,.1f} s of a first build of "
        f"{results['first build']['wall']:,.1f} s; later builds keep the model."
        for results in all_results
    ]


def scoring_lines(all_results: list[dict[str, Any]]) -> list[str]:
    """Seconds per million clients of the scoring query.

    Args:
        all_results: Of all sizes; small ones say nothing here.

    Returns:
        Lines of markdown.
    """
    return [
        f"- {results['rows']:,} clients: reading {results['scoring']['reading']:.2f} s per million; "
        f"over that, probability {results['scoring']['probability']:.2f} s, "
        f"with three reasons {results['scoring']['with reasons']:.2f} s."
        for results in all_results
        if results["rows"] >= 1_000_000
    ] or ["- measured from a million clients on."]


def plot(all_results: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds against clients, both logarithmic.

    Args:
        all_results: Of all sizes.
        path: The picture, .svg.
    """
    rows = [
        {
            "clients": results["rows"],
            "contestant": LABELS[contestant],
            "seconds": statistics.median(one["wall"]),
        }
        for results in all_results
        for contestant, one in figures(results).items()
        if contestant != "script without publishing"
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows), width=560, height=340)
        .mark_line(point=True)
        .encode(
            x=alt.X("clients:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s")),
            y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds, median"),
            color=alt.Color(
                "contestant:N",
                title=None,
                sort=list(LABELS.values()),
                legend=alt.Legend(labelLimit=400, orient="bottom", columns=2),
            ),
        )
    )
    chart.save(str(path))


def write_report(all_results: list[dict[str, Any]], facts: dict[str, str], output: Path) -> Path:
    """Write the report of a run.

    Args:
        all_results: Of all sizes.
        facts: About the machine.
        output: The folder.

    Returns:
        The report.
    """
    output.mkdir(parents=True, exist_ok=True)
    name = date.today().isoformat()
    plot(all_results, output / f"{name}.svg")
    loads = [run["load"] for results in all_results for run in results["runs"]]
    repeats = max((run["repeat"] + 1 for results in all_results for run in results["runs"]), default=0)
    lines = [
        f"# Benchmark, {name}",
        "",
        *(f"- {what}: {description}" for what, description in facts.items()),
        f"- load average after the runs: {min(loads):.1f} to {max(loads):.1f}; more than the number of cores "
        "means that the machine had other work and seconds are too high",
        "",
        EXPLANATION.format(repeats=repeats),
        "",
        *main_table(all_results),
        "",
        f"![Time against clients]({name}.svg)",
        "",
        "## The notebooks against the build of the marts that they make: × build",
        "",
        *notebook_table(all_results),
        "",
        "## The whole build by stage, seconds",
        "",
        *step_table(all_results, "whole build", STAGE_ORDER),
        "",
        "## The build of the same marts by stage, seconds",
        "",
        *step_table(all_results, "same marts", STAGE_ORDER),
        "",
        "## The script by step, seconds",
        "",
        *step_table(all_results, "script"),
        "",
        "## Training",
        "",
        *training_lines(all_results),
        "",
        "## Scoring alone",
        "",
        *scoring_lines(all_results),
        "",
    ]
    path = output / f"{name}.md"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
