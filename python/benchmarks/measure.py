"""Run a contestant in a process of its own and measure it; read what a build says of its stages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BENCHMARKS = Path(__file__).resolve().parent
TRAINING = ("int_churn_model_fitted", "int_churn_model_out_of_fold", "int_churn_model_sample")

# The marts of the handwritten script, for dbt's --select; what they are made of comes with them.
SAME_MARTS = (
    *("clients", "rejected_clients", "data_quality", "churn_cells", "churn_rates", "metric_moments"),
    *("metric_value_counts", "metric_rank_sums", "metric_group_ranks", "int_portrait_quantiles"),
    *("client_segments", "client_churn_scores"),
)

# What the notebooks make too, for a comparison with them at about equal work.
NOTEBOOK_MARTS = (
    *("clients", "client_segments.v1", "churn_rates", "metric_moments", "int_portrait_quantiles"),
    "hypothesis_results",
)

STAGES = {
    "cleaning and clients": ("models/staging", "models/cleaning"),
    "scoring": ("models/scoring",),
    "segments and targets": ("models/segments", "models/retention"),
}
OTHER_MODELS = "rates and statistics"


# On Linux a process starts with the peak memory of the one that forked it, so a small one stands in between.
LAUNCHER = """
import json, os, subprocess, sys, time
with open(sys.argv[1], "w") as log:
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:], stdout=log, stderr=subprocess.STDOUT)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
cpu = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), wall, cpu, usage.ru_maxrss / 1024**2]))
"""


class ContestantError(Exception):
    """A contestant ended without a result; the message says how."""


@dataclass(frozen=True)
class Measured:
    """What one run took: seconds of wall clock and of all cores, and GiB of its largest process."""

    wall: float
    cpu: float
    peak: float
    output: str


def measure(command: list[str], *, environment: dict[str, str], log: Path) -> Measured:
    """Run a command and wait for it and its children.

    Args:
        command: The command line.
        environment: Variables besides those of this process.
        log: Where its messages go.

    Returns:
        The measurements and its last line of output.

    Raises:
        ContestantError: If it fails.
    """
    launched = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCHER, str(log), *command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        check=True,
    )
    code, wall, cpu, peak = json.loads(launched.stdout)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() or [""]
    if code != 0:
        told = "out of memory" if code == -9 else lines[-1][:200]
        raise ContestantError(f"ended with code {code}: {told}")
    return Measured(wall, cpu, peak, lines[-1])


def build_environment(folder: Path, memory_limit: str) -> dict[str, str]:
    """The variables of a build of one generated portfolio.

    Args:
        folder: The folder of this size.
        memory_limit: As DuckDB writes it.

    Returns:
        Variables.
    """
    return {
        "METANPROM_CLIENTS": str(folder / "metanprom_demo.parquet"),
        "BANK_SCROOGE_CLIENTS": "",
        "BANK_CHURN_TEMP_DIRECTORY": str(folder / "spill"),
        "BANK_CHURN_MEMORY_LIMIT": memory_limit,
        "BANK_CHURN_DATABASE": str(folder / "build" / "bench.duckdb"),
        # As bank_churn sets it: for another profile dbt would parse everything anew, ten seconds.
        "BANK_CHURN_THREADS": str(os.cpu_count() or 1),
        "DBT_LOG_PATH": str(folder / "logs"),
    }


def commands(folder: Path, memory_limit: str) -> dict[str, list[str]]:
    """The command line of every contestant.

    Args:
        folder: The folder of this size.
        memory_limit: As DuckDB writes it.

    Returns:
        contestant → command.
    """
    python, clients = sys.executable, str(folder / "metanprom_demo.parquet")
    target = ["--target-path", str(folder / "target")]

    def build_of(marts: tuple[str, ...]) -> list[str]:
        selected = ["--select", *(f"+{mart}" for mart in marts), "--indirect-selection", "buildable"]
        return [python, "-m", "bank_churn.running.dbt_process", "build", "--quiet", *target, *selected]

    notebook = {
        name: [
            python,
            str(BENCHMARKS / f"notebook_{name}.py"),
            "--clients",
            clients,
            "--folder",
            str(folder / name),
        ]
        for name in ("polars", "pandas")
    }
    return {
        "script": [
            *(
                python,
                str(BENCHMARKS / "handwritten.py"),
                "--clients",
                clients,
                "--folder",
                str(folder / "script"),
            ),
            *("--model", str(folder / "model.duckdb"), "--memory-limit", memory_limit),
        ],
        "same marts": build_of(SAME_MARTS),
        "notebook marts": build_of(NOTEBOOK_MARTS),
        "whole build": [
            *(python, "-m", "bank_churn.cli", "build", "--quiet", "--databases-only", *target),
            *("--database", str(folder / "build" / "bench.duckdb"), "--output", str(folder / "published")),
        ],
        **notebook,
    }


def stage_of(node: dict[str, Any]) -> str:
    """The stage that a node of dbt's manifest belongs to.

    Args:
        node: The node.

    Returns:
        The stage.
    """
    kind, path, name = node["resource_type"], node["original_file_path"], node["name"]
    if kind == "seed":
        return "seeds"
    if kind in ("test", "unit_test"):
        return "tests"
    if kind != "model":
        return "other nodes"
    if name in TRAINING:
        return "training"
    for stage, beginnings in STAGES.items():
        if path.startswith(beginnings) or name.startswith(beginnings):
            return stage
    return OTHER_MODELS


def stages(target: Path, *, started: datetime, ended: datetime) -> dict[str, float]:
    """Seconds by stage of a build that has just ended.

    Args:
        target: dbt's target folder.
        started: When its process started, with a time zone.
        ended: When it ended.

    Returns:
        stage → seconds; they add up to the whole.
    """
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    found: dict[str, float] = {}
    begun = []
    for result in results["results"]:
        stage = stage_of(nodes[result["unique_id"]]) if result["unique_id"] in nodes else "other nodes"
        found[stage] = found.get(stage, 0.0) + result["execution_time"]
        begun += [moment(timing["started_at"]) for timing in result["timing"] if timing["started_at"]]
    written = moment(results["metadata"]["generated_at"])
    found["start and parsing"] = (min(begun) - started).total_seconds()
    found["publishing and end"] = (ended - written).total_seconds()
    found["between nodes"] = (written - min(begun)).total_seconds() - sum(
        seconds
        for stage, seconds in found.items()
        if stage not in ("start and parsing", "publishing and end")
    )
    return found


def moment(text: str) -> datetime:
    """A moment as dbt writes it.

    Args:
        text: ISO 8601, in UTC.

    Returns:
        With a time zone.
    """
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def size_of(*paths: Path) -> float:
    """MiB on disk of files and folders.

    Args:
        paths: Files, or folders with files.

    Returns:
        Their sum.
    """
    files = [
        file for path in paths for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()
    ]
    return sum(file.stat().st_size for file in files) / 1024**2
