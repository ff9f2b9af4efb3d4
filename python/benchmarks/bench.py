"""Measure the main job in one run: how it grows with the number of clients, and against a bare script.

The bare script reads the same parquet file with DuckDB and computes only the headline figures (churn by city,
gender and number of products). Ratios are what counts: seconds differ between machines.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from bank_churn.demo import generate_demo


def bare_script(path: Path) -> float:
    """Seconds for the headline figures alone, straight from the file."""
    start = time.perf_counter()
    duckdb.connect().execute(
        f"""create table rates as
        select City, Gender, Products, count(*) as clients, count(*) filter (where Churn = '1') as churned
        from read_parquet('{path}') group by grouping sets ((City), (Gender), (Products))"""
    )
    return time.perf_counter() - start


def whole_build(path: Path, folder: Path) -> tuple[float, float]:
    """Seconds and peak memory (GiB) of `bank_churn build` on one portfolio, publishing included."""
    environment = {**os.environ, "METANPROM_CLIENTS": str(path), "BANK_SCROOGE_CLIENTS": ""}
    environment["BANK_CHURN_TEMP_DIRECTORY"] = str(folder / "spill")
    command = [sys.executable, "-m", "bank_churn.cli", "build", "--quiet"]
    for option, name in (
        ("--database", "build/b.duckdb"),
        ("--target-path", "target"),
        ("--output", "published"),
    ):
        command += [option, str(folder / name)]
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return time.perf_counter() - start, peak


def main() -> None:
    """Print one line per size and the ratios between neighbours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    sizes = sorted(parser.parse_args().sizes)
    previous = None
    headings = f"{'build, s':>9} {'s per million':>14} {'peak, GiB':>10} {'x bare script':>14}"
    print(f"{'clients':>12} {headings} {'growth':>7}")
    with tempfile.TemporaryDirectory() as scratch:
        for size in sizes:
            folder = Path(scratch) / str(size)
            path = folder / "clients.parquet"
            generate_demo(portfolio="metanprom", path=path, rows=size, file_format="parquet")
            script = bare_script(path)
            seconds, peak = whole_build(path, folder)
            growth = f"{seconds / previous:.1f}" if previous else "-"
            figures = f"{seconds:>9.1f} {seconds / size * 1e6:>14.1f} {peak:>10.2f} {seconds / script:>14.1f}"
            print(f"{size:>12,} {figures} {growth:>7}")
            previous = seconds


if __name__ == "__main__":
    main()
