"""Dagster: every model is an asset with its owner and its tests as checks; built and published every night.

dbt runs in the project's own environment, so Dagster's needs dagster, dagster-webserver and dagster-dbt only.
`.venv/bin/dbt parse` writes the manifest; then `dagster dev -f examples/dagster_definitions.py`.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

PROJECT = Path(os.environ.get("BANK_CHURN_PROJECT", Path(__file__).resolve().parents[1]))
MANIFEST = PROJECT / "target/manifest.json"


project = DbtProject(project_dir=PROJECT, profiles_dir=PROJECT)


@dbt_assets(manifest=MANIFEST, project=project)
def bank_churn_models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """Build and test with plain dbt: csv in UTF-8 and parquet only, see the page "Your own file"."""
    yield from dbt.cli(["build"], context=context, target_path=PROJECT / "target").stream()


@dg.asset(deps=[bank_churn_models])
def published_files() -> None:
    """Publish the build, if every test of it passed."""
    subprocess.run([PROJECT / ".venv/bin/bank_churn", "publish"], cwd=PROJECT, check=True)


nightly = dg.define_asset_job("nightly", selection=dg.AssetSelection.all())
definitions = dg.Definitions(
    assets=[bank_churn_models, published_files],
    jobs=[nightly],
    schedules=[dg.ScheduleDefinition(job=nightly, cron_schedule="30 3 * * *")],
    resources={"dbt": DbtCliResource(project_dir=project, dbt_executable=str(PROJECT / ".venv/bin/dbt"))},
)
