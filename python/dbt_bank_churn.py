"""Plugins that dbt finds by the name of this module (`dbt_…`), for what it cannot do by itself."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dbt.flags import get_flags
from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import DbtRuntimeError

# dbt's commands that open the database.
READING = {"build", "compile", "generate", "retry", "run", "seed", "show", "test"}


class FreshClone(dbtPlugin):
    """Makes what plain dbt misses on a fresh clone: folders, and demo data for want of extracts."""

    def initialize(self) -> None:
        """Make them, if the command is about to open the database.

        Raises:
            DbtRuntimeError: If a folder or a demo file cannot be written.
        """
        command = getattr(get_flags(), "WHICH", None)  # type: ignore[no-untyped-call]
        if self.project_name != "bank_churn" or command not in READING:
            return
        from bank_churn.demo.generate import make_missing_demo_data
        from bank_churn.tools.settings import spill_folder

        database = Path(os.environ.get("BANK_CHURN_DATABASE", "data/build/bank_churn.duckdb"))
        try:
            for folder in (database.parent, spill_folder().parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_missing_demo_data()
            os.umask(0o077)  # what dbt writes from here on is about clients
        except OSError as error:
            raise DbtRuntimeError(f"The build cannot write its files: {error}.") from error


class SparkPythonModels(dbtPlugin):
    """Registers the way Python models run on Spark; does nothing while dbt works on DuckDB."""

    def initialize(self) -> None:
        """Register, if dbt has loaded the adapter for Spark."""
        if "dbt.adapters.spark" in sys.modules:
            from bank_churn.spark.python_models import register

            register()


plugins = [FreshClone, SparkPythonModels]
