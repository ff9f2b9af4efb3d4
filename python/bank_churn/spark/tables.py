"""Small tables between Spark and DuckDB, through Arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def read_table(spark: SparkSession, name: str) -> duckdb.DuckDBPyRelation:
    """Read a small table or view of Spark as DuckDB would hold it.

    Args:
        spark: The session.
        name: The table, as SQL names it.

    Returns:
        A relation of DuckDB, with the types that the same table has there.
    """
    return duckdb.connect().from_arrow(spark.table(name).toArrow())


def write_table(spark: SparkSession, frame: pd.DataFrame, name: str) -> None:
    """Write a frame as a table of Spark, with the types that DuckDB would give it.

    Args:
        spark: The session.
        frame: A small frame.
        name: The table, as SQL names it; replaced when it exists.
    """
    with duckdb.connect() as connection:
        table = connection.from_df(frame).to_arrow_table()
    table = table.cast(pa.schema([plain_field(field) for field in table.schema]))
    spark.createDataFrame(table).write.mode("overwrite").format("parquet").saveAsTable(name)


def plain_field(field: pa.Field) -> pa.Field:
    """Give a column a type that Spark takes: text in one form, nothing but nulls as whole numbers."""
    if pa.types.is_null(field.type):
        return field.with_type(pa.int32())
    if pa.types.is_large_string(field.type) or pa.types.is_dictionary(field.type):
        return field.with_type(pa.string())
    return field
