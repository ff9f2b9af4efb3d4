"""A plugin that dbt finds by its name (`dbt_…`): Python models run on Spark, in the process of dbt itself."""

from __future__ import annotations

import sys

from dbt.plugins.manager import dbtPlugin


class SparkPythonModels(dbtPlugin):
    """Registers the way Python models run on Spark; does nothing while dbt works on DuckDB."""

    def initialize(self) -> None:
        """Register, if dbt has loaded the adapter for Spark."""
        if "dbt.adapters.spark" in sys.modules:
            from bank_churn.spark.python_models import register

            register()


plugins = [SparkPythonModels]
