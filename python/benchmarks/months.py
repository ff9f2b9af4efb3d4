"""What the last of many months costs against the first: whole builds with publishing, on generated months.

The first month is read with training, then anew, as after a correction, with the model kept and nothing else
in history; the last one is added to all the others. With it more is known of who left, so the forecast is
trained: its ratio to the first month with training is the one to stay below 1.2.

    .venv/bin/python python/benchmarks/months.py --rows 100000 --months 13
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from bank_churn.demo.months import generate_months
from measure import ROOT, Measured, measure

SETTINGS = "{portfolios: {metanprom: {snapshots: file_name}}}"


def build(folder: Path, name: str) -> Measured:
    """Build and publish what lies in the folder of extracts, and measure it."""
    places = {"--database": "build/months.duckdb", "--target-path": "target", "--output": "published"}
    told = [text for option, place in places.items() for text in (option, str(folder / place))]
    return measure(
        [sys.executable, "-m", "bank_churn.cli", "build", "--databases-only", *told, "--vars", SETTINGS],
        environment={
            "METANPROM_CLIENTS": str(folder / "in"),
            "BANK_SCROOGE_CLIENTS": "",
            "BANK_CHURN_TEMP_DIRECTORY": str(folder / "spill"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        log=folder / f"{name}.log",
    )


def main() -> None:
    """Measure, and print the seconds and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000, help="clients of the first month")
    parser.add_argument("--months", type=int, default=13)
    parser.add_argument("--folder", type=Path, default=ROOT / "data/bench/months")
    options = parser.parse_args()
    folder = options.folder / str(options.rows)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "in").mkdir(parents=True)
    generate_months(
        portfolio="metanprom",
        folder=folder / "all",
        months=options.months,
        rows=options.rows,
        file_format="csv",
    )
    first, *between, last = sorted((folder / "all/metanprom").iterdir())
    shutil.copy(first, folder / "in")
    taken = {"with training": build(folder, "training")}
    anew = folder / "in" / first.name
    *lines, one, other = anew.read_text(encoding="utf-8").splitlines(keepends=True)
    anew.write_text("".join([*lines, other, one]), encoding="utf-8")  # the same clients in another order
    taken["month 1"] = build(folder, "first")
    for file in between:
        shutil.copy(file, folder / "in")
    taken[f"months 2 to {options.months - 1}"] = build(folder, "between")
    shutil.copy(last, folder / "in")
    taken[f"month {options.months}"] = build(folder, "last")
    for name, one_build in taken.items():
        print(f"{name}: {one_build.wall:.1f} s, {one_build.cpu:.1f} CPU s, {one_build.peak:.2f} GiB")
    after = taken[f"month {options.months}"]
    print(f"{rows_of(first):,} rows, then {rows_of(last):,}")
    for name, before in (("with training", taken["with training"]), ("model kept", taken["month 1"])):
        print(
            f"month {options.months} costs {after.cpu / before.cpu:.2f} × month 1 {name}"
            f" (wall clock: {after.wall / before.wall:.2f})"
        )


def rows_of(file: Path) -> int:
    """Count the rows of an extract."""
    with file.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines) - 1


if __name__ == "__main__":
    main()
