"""Dagster: every model is an asset with its owner, made by `bank_churn run` every night.

`run` builds, tests and publishes when an extract or a month is new or has changed, in the project's own
environment, so Dagster's needs dagster, dagster-webserver and dagster-dbt only. `.venv/bin/dbt parse` writes
the manifest that the assets are read from; then `dagster dev -f examples/dagster_definitions.py`.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import dagster as dg
from dagster_dbt import DbtProject, build_dbt_asset_specs

PROJECT = Path(os.environ.get("BANK_CHURN_PROJECT", Path(__file__).resolve().parents[1]))
SUMMARY = PROJECT / "logs/run.json"
WARNED = 3
"""Published, but look at the warnings first."""

SPECS = [
    spec.replace_attributes(skippable=True)  # nothing is made while no extract is new
    for spec in build_dbt_asset_specs(
        manifest=PROJECT / "target/manifest.json",
        project=DbtProject(project_dir=PROJECT, profiles_dir=PROJECT),
    )
]


@dg.multi_asset(specs=SPECS)
def bank_churn_models(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Build and publish what is new."""
    command = [PROJECT / ".venv/bin/bank_churn", "run", "--summary", SUMMARY]
    SUMMARY.parent.mkdir(exist_ok=True)
    SUMMARY.unlink(missing_ok=True)
    done = subprocess.run(command, cwd=PROJECT, check=False)
    summary = json.loads(SUMMARY.read_text(encoding="utf-8")) if SUMMARY.exists() else {}
    if done.returncode not in (0, WARNED):
        raise dg.Failure(summary.get("error") or f"bank_churn run ended with {done.returncode}")
    for warning in summary["warnings"]:
        context.log.warning(warning)
    if summary["status"] == "nothing_new":
        return
    told = {name: summary[name] for name in ("publication", "new_months", "findings")}
    asked = {spec.key: [one.asset_key for one in spec.deps] for spec in SPECS}
    for key in TopologicalSorter(asked).static_order():  # Dagster wants each after what it is made from
        if key in asked:
            yield dg.MaterializeResult(asset_key=key, metadata=told)


nightly = dg.define_asset_job("nightly", selection=dg.AssetSelection.all())
definitions = dg.Definitions(
    assets=[bank_churn_models],
    jobs=[nightly],
    schedules=[dg.ScheduleDefinition(job=nightly, cron_schedule="30 3 * * *")],
)
