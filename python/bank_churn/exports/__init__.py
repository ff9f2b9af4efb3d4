"""Files made from what is published: parquet, workbooks, a dashboard for Apache Superset."""
