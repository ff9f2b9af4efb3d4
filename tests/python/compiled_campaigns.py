"""The SQL of campaigns, compiled by dbt, to be run on made-up clients without a build."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
from bank_churn.tools.sql import as_dicts
from conftest import MONTH_SETTINGS, ROOT, run_dbt

MODELS = (
    *("int_campaign_plans", "campaign_members", "int_campaign_sums", "int_campaign_checks", "campaigns"),
    *("int_campaign_effects", "campaign_results", "offer_effects"),
)
"""In the order in which they are made."""


class Campaigns:
    """A database in which the models of campaigns can be made from tables that a test fills."""

    def __init__(self, folder: Path, *, campaigns: Path | None = None) -> None:
        """Compile the models with the campaigns of a folder, and make the tables that they read."""
        self.folder = folder
        (folder / "build").mkdir(parents=True, exist_ok=True)
        (folder / "clients_2026-01-31.csv").touch()  # only its name is read: the date of the snapshot
        if campaigns:
            (folder / "campaigns").symlink_to(campaigns)
        done = run_dbt(
            folder,
            *("compile", "--quiet", "-s", *MODELS, "--vars", MONTH_SETTINGS),
            variables={
                "BANK_CHURN_CAMPAIGNS": "../campaigns",
                "METANPROM_CLIENTS": "../clients_2026-01-31.csv",
                "BANK_SCROOGE_CLIENTS": "",  # as in the builds of months
            },
            unit_tests=False,
        )
        self.said = done.stdout + done.stderr
        self.code = done.returncode
        if self.code:
            return
        manifest = json.loads((folder / "target/manifest.json").read_text(encoding="utf-8"))
        nodes = {
            node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"
        }
        self.sql = {name: (nodes[name]["relation_name"], nodes[name]["compiled_code"]) for name in MODELS}
        self.connection = duckdb.connect(":memory:")
        self.connection.execute("attach ':memory:' as bank_churn; use bank_churn")
        # Paths are said as seen from there.
        self.connection.execute(f"set file_search_path = '{folder / 'project-of-links'}'")
        offers = ROOT / "seeds/offers.csv"
        self.connection.execute(f"create table offers as from read_csv('{offers}', header = true)")
        self.connection.execute(
            "create table client_attributes_v1 as"
            " select 'age' as attribute, 'возраст' as label_ru, 'age' as label_en"
        )
        self.connection.execute("create table portfolios_v1 as select 'metanprom' as portfolio")
        self.connection.execute("create table snapshots_v1 (portfolio varchar, snapshot_date date)")

    def make(self, *names: str) -> None:
        """Make some of the models, all by default."""
        for name in names or MODELS:
            relation, sql = self.sql[name]
            self.connection.execute(f"create or replace table {relation} as {sql}")

    def rows(self, sql: str) -> list[dict[str, object]]:
        """Ask for rows as mappings."""
        return as_dicts(self.connection.execute(sql))
