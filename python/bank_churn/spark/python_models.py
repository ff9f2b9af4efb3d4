"""dbt's Python models on Spark: the same functions, fed with small tables, in the process of dbt itself.

dbt-spark hands Python models to a cluster of Databricks only. Ours read small tables and bounded samples, so
that they run where dbt runs, and only their inputs and results pass through Spark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pandas as pd
from dbt.adapters.base.impl import PythonJobHelper

from bank_churn.errors import BankChurnError
from bank_churn.spark.tables import read_table, write_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

METHOD = "session"


class UnknownTable(LookupError):
    """A table that a Python model asks for is not there yet."""


class Session:
    """What a Python model takes for its session: tables of Spark, shown as relations of DuckDB."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """Read a table that the model refers to.

        Args:
            name: The table, as SQL names it.

        Returns:
            Its rows.

        Raises:
            UnknownTable: If there is no such table.
        """
        if not self._spark.catalog.tableExists(name.replace("`", "")):
            raise UnknownTable(f"{name} is not in Spark's catalog.")
        return read_table(self._spark, name)

    def sql(self, query: str) -> duckdb.DuckDBPyRelation:
        """Read a whole table by a query, the only one that models ask: that of the table as it stands.

        Args:
            query: `select * from` a table.

        Returns:
            Its rows.
        """
        return self.table(query.removeprefix("select * from ").strip())


class SessionJobHelper(PythonJobHelper):
    """Runs one Python model in this process."""

    def __init__(self, parsed_model: dict[str, Any], credential: Any) -> None:  # noqa: ANN401 - dbt's own signature
        self._name = f"{parsed_model['schema']}.{parsed_model['alias']}"
        self._method = str(credential.method)
        self._parameters = dict(credential.server_side_parameters)

    def submit(self, compiled_code: str) -> None:
        """Call the model and write what it returns.

        Args:
            compiled_code: The model's file, and dbt's `dbtObj`, which finds the tables it refers to.

        Raises:
            BankChurnError: If dbt reaches Spark by a thrift server, which takes SQL only.
        """
        if self._method != METHOD:
            raise BankChurnError(
                f"{self._name} is calculated in Python, which thrift does not take: name the cluster's"
                " Spark Connect by SPARK_REMOTE, with BANK_CHURN_SPARK_METHOD=session."
            )
        spark = make_session(self._parameters)
        names: dict[str, Any] = {"__name__": "dbt_python_model"}
        exec(compile(compiled_code, f"<{self._name}>", "exec"), names)
        session = Session(spark)
        frame: pd.DataFrame = names["model"](names["dbtObj"](session.table), session)
        write_table(spark, frame, self._name)


def make_session(parameters: dict[str, str]) -> SparkSession:
    """Return the session of this process, as dbt-spark makes it.

    Args:
        parameters: `server_side_parameters` of the profile.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.enableHiveSupport()
    for name, value in parameters.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def register() -> None:
    """Make dbt-spark run Python models by `SessionJobHelper`."""
    from dbt.adapters.spark.impl import SparkAdapter

    helpers = {METHOD: SessionJobHelper}
    setattr(SparkAdapter, "default_python_submission_method", METHOD)  # noqa: B010 - properties of dbt-spark
    setattr(SparkAdapter, "python_submission_helpers", helpers)  # noqa: B010
