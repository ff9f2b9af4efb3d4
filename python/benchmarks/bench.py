"""Measure the build beside a script by hand, polars and pandas: one generated file, in turn, repeated.

`make bench SIZES="10000 1000000" REPEATS=3`. Every contestant is a process of its own, run in turn, as
often as asked. What is measured is kept by size under `--folder`: an interrupted run goes on where it was,
unless the project has changed since. The script's figures must equal the build's at every size, else the
run stops.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bank_churn.demo.generate import generate_demo
from compare import differences, notebook_differences
from handwritten import DATABASE, save_model
from measure import (
    BENCHMARKS,
    ROOT,
    ContestantError,
    build_environment,
    commands,
    measure,
    size_of,
    stages,
)
from report import machine, write_report

CONTESTANTS = ("script", "same marts", "notebook marts", "whole build", "polars", "pandas")
BUILDS = ("same marts", "notebook marts", "whole build")
GIB_PER_MILLION = {"pandas": 1.1, "polars": 0.9}  # until a smaller size has told better
SOURCES = (
    "models",
    "macros",
    "seeds",
    "tests/generic",
    "tests/singular",
    "python/bank_churn",
    "python/benchmarks",
    "dbt_project.yml",
)


def fingerprint() -> str:
    """Tell whether the project is the one that was measured before.

    Returns:
        A hash of everything that is run.
    """
    digest = hashlib.sha256()
    for source in SOURCES:
        path = ROOT / source
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.suffix in (".sql", ".py", ".yml", ".csv"):
                digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def available_memory() -> float:
    """GiB that a process can have now.

    Returns:
        GiB; infinity where the system does not say.
    """
    info = Path("/proc/meminfo")
    if not info.exists():
        return float("inf")
    fields = dict(line.split(":", 1) for line in info.read_text(encoding="utf-8").splitlines())
    return int(fields["MemAvailable"].split()[0]) / 1024**2


def say(text: str) -> None:
    """Print progress at once.

    Args:
        text: A sentence.
    """
    print(f"{datetime.now().strftime('%H:%M:%S')}  {text}", flush=True)


class Size:
    """One size: its folder, what has been measured already, and the next measurements."""

    def __init__(self, *, rows: int, folder: Path, memory_limit: str, mark: str) -> None:
        self.rows, self.folder, self.memory_limit = rows, folder / str(rows), memory_limit
        self.environment = build_environment(self.folder, memory_limit)
        self.commands = commands(self.folder, memory_limit)
        self.path = self.folder / "results.json"
        for name in ("build", "logs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        empty: dict[str, Any] = {"rows": rows, "mark": mark, "runs": [], "skipped": {}}
        self.results = json.loads(self.path.read_text()) if self.path.exists() else empty
        if (self.results["mark"], self.results["rows"]) != (mark, rows):
            self.results = empty

    def save(self) -> None:
        """Keep what has been measured."""
        partial = self.path.with_suffix(".part")
        partial.write_text(json.dumps(self.results, indent=1), encoding="utf-8")
        partial.replace(self.path)

    def prepare(self) -> None:
        """Generate the extract and make the first build, which trains the model."""
        extract = self.folder / "metanprom_demo.parquet"
        if not extract.exists():
            say(f"{self.rows:,} clients: generating")
            partial = self.folder / "new"
            generate_demo(
                portfolio="metanprom", path=partial / extract.name, rows=self.rows, file_format="parquet"
            )
            (partial / extract.name).replace(extract)
        if "first build" not in self.results:
            say(f"{self.rows:,} clients: first build, with training")
            for name in ("build", "target", "published"):
                shutil.rmtree(self.folder / name, ignore_errors=True)
            (self.folder / "build").mkdir()
            self.results["first build"] = self.run("whole build")
            self.save()
        (self.folder / "model.duckdb").unlink(missing_ok=True)
        save_model(self.folder / "build" / "bench.duckdb", self.folder / "model.duckdb")

    def run(self, contestant: str) -> dict[str, Any]:
        """Run a contestant once.

        Args:
            contestant: Which.

        Returns:
            What it took.
        """
        outputs = self.folder / contestant
        if contestant in ("script", "polars", "pandas"):
            shutil.rmtree(outputs, ignore_errors=True)
            outputs.mkdir()
        elif contestant == "whole build":
            # Earlier publications would fill the disk.
            shutil.rmtree(self.folder / "published", ignore_errors=True)
        started = datetime.now(UTC)
        log = self.folder / "logs" / f"{contestant.replace(' ', '_')}.log"
        taken = measure(self.commands[contestant], environment=self.environment, log=log)
        found: dict[str, Any] = {
            "wall": taken.wall,
            "cpu": taken.cpu,
            "peak": taken.peak,
            "load": os.getloadavg()[0],
        }
        if contestant == "script":
            found["steps"] = json.loads(taken.output)
            found["disk"] = size_of(outputs / DATABASE, *outputs.glob("bank_churn*.duckdb"))
        elif contestant in BUILDS:
            found["steps"] = stages(self.folder / "target", started=started, ended=datetime.now(UTC))
        else:
            found["disk"] = size_of(outputs)
        if contestant == "whole build":
            published = [
                self.folder / "published" / name
                for name in ("bank_churn.duckdb", "bank_churn_clients.duckdb")
            ]
            found["disk"] = size_of(self.folder / "build" / "bench.duckdb", *published)
        return found

    def reason_to_skip(self, contestant: str, smaller: list[Size]) -> str | None:
        """Why a contestant cannot take part.

        Args:
            contestant: Which.
            smaller: The sizes measured before.

        Returns:
            The reason, None when it can.
        """
        if contestant not in GIB_PER_MILLION:
            return None
        needed = GIB_PER_MILLION[contestant] * self.rows / 1e6
        for size in smaller:
            if contestant in size.results["skipped"]:
                return f"left out at {size.rows:,} already"
            peaks = [run["peak"] for run in size.results["runs"] if run["contestant"] == contestant]
            if peaks and size.rows >= 1_000_000:
                needed = max(peaks) * self.rows / size.rows
        if needed > 0.9 * available_memory():
            return f"would need about {needed:.0f} GiB of memory, {available_memory():.0f} are free"
        return None

    def measure_all(self, *, repeats: int, smaller: list[Size], contestants: list[str]) -> None:
        """Run every contestant in turn, as often as asked, and check the figures once.

        Args:
            repeats: How often.
            smaller: The sizes measured before.
            contestants: Which.
        """
        for repeat in range(repeats):
            for contestant in contestants:
                if any(
                    (run["contestant"], run["repeat"]) == (contestant, repeat) for run in self.results["runs"]
                ):
                    continue
                reason = self.results["skipped"].get(contestant) or self.reason_to_skip(contestant, smaller)
                if reason is None:
                    try:
                        run = self.run(contestant)
                    except ContestantError as error:
                        if contestant in ("script", *BUILDS):
                            raise
                        reason = str(error)
                if reason is not None:
                    self.results["skipped"][contestant] = reason
                    say(f"{self.rows:,} clients: {contestant} left out: {reason}")
                else:
                    self.results["runs"].append({"contestant": contestant, "repeat": repeat, **run})
                    say(
                        f"{self.rows:,} clients: {contestant}, {repeat + 1} of {repeats}: "
                        f"{run['wall']:.1f} s, CPU {run['cpu']:.1f} s"
                    )
                self.save()
            if repeat == 0:
                self.check(contestants)

    def check(self, contestants: list[str]) -> None:
        """Stop unless everybody has the build's figures.

        Args:
            contestants: Who took part.

        Raises:
            SystemExit: If figures differ.
        """
        build = self.folder / "build" / "bench.duckdb"
        found = (
            differences(script=self.folder / "script" / DATABASE, build=build)
            if "script" in contestants
            else []
        )
        for name in ("polars", "pandas"):
            if name in contestants and name not in self.results["skipped"]:
                found += notebook_differences(folder=self.folder / name, build=build)
        if found:
            raise SystemExit(f"{self.rows:,} clients: figures differ from the build's: " + "; ".join(found))
        self.results["equal"] = True
        self.save()
        say(f"{self.rows:,} clients: the script's figures equal the build's")

    def measure_scoring(self, repeats: int) -> None:
        """Measure the scoring query alone.

        Args:
            repeats: How often.
        """
        if "scoring" in self.results:
            return
        command = [sys.executable, str(BENCHMARKS / "scoring_alone.py"), "--repeats", str(repeats)]
        command += [
            "--database",
            str(self.folder / "build" / "bench.duckdb"),
            "--target",
            str(self.folder / "target"),
        ]
        taken = measure(command, environment=self.environment, log=self.folder / "logs" / "scoring.log")
        self.results["scoring"] = json.loads(taken.output)
        self.save()


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000, 10_000_000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, default=ROOT / "data" / "bench", help="what is generated and measured"
    )
    parser.add_argument("--output", type=Path, default=BENCHMARKS / "results", help="the report")
    parser.add_argument("--memory-limit", default="4GB", help="DuckDB's, of script and build")
    parser.add_argument("--contestants", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    parser.add_argument(
        "--note", default="", help="a sentence for the report, such as what else the machine did"
    )
    options = parser.parse_args()
    mark = fingerprint()
    done: list[Size] = []
    for rows in sorted(options.sizes):
        size = Size(rows=rows, folder=options.folder.resolve(), memory_limit=options.memory_limit, mark=mark)
        size.prepare()
        size.measure_all(repeats=options.repeats, smaller=done, contestants=options.contestants)
        size.measure_scoring(options.repeats)
        done.append(size)
    facts = machine(memory_limit=options.memory_limit, note=options.note)
    say(f"written: {write_report([size.results for size in done], facts, options.output)}")


if __name__ == "__main__":
    main()
