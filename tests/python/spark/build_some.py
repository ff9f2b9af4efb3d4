"""Build some models on one engine, as `bank_churn build` does, and leave them in a DuckDB file.

Arguments: the engine, an empty folder, the relations to leave. In a process of its own, which has one Spark.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bank_churn.building.build import read_formats
from bank_churn.running.dbt_command import WITHOUT_TESTS, run_dbt
from bank_churn.running.spark import copy_relations, run_dbt_on_spark
from bank_churn.tools.places import Places


def main(engine: str, folder: Path, relations: list[str]) -> int:
    """Build what the relations need, without tests."""
    places = Places(folder / "some.duckdb", folder / "target")
    read_formats(database=places.database, dbt_arguments=[])
    selected = ["build", *WITHOUT_TESTS, "--select", *(f"+{name.removesuffix('_v1')}" for name in relations)]
    if engine == "duckdb":
        return 0 if run_dbt(*selected, places=places) else 1
    if not run_dbt_on_spark(*selected, target=engine, places=places):
        return 1
    copy_relations(relations, target=engine, places=places)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
