"""The same project on Apache Spark: Python models, and copies of the marts for DuckDB."""
