"""Apache Airflow 2.4 or newer, 3 included: look at the extract, build and publish it, every night.

The tasks call the project's own environment, so Airflow needs none of its packages. Set PROJECT to where the
project is on the worker.
"""

from datetime import datetime, timedelta

from airflow import DAG

try:
    from airflow.providers.standard.operators.bash import BashOperator
except ImportError:  # Airflow 2
    from airflow.operators.bash import BashOperator

PROJECT = "/srv/bank_churn"
EXTRACTS = {"METANPROM_CLIENTS": "/srv/extracts/metanprom.csv", "BANK_SCROOGE_CLIENTS": ""}

with DAG(
    dag_id="bank_churn",
    schedule="30 3 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,  # a second build on the same database refuses
    default_args={"owner": "marketing-data", "retries": 1, "retry_delay": timedelta(minutes=10)},
) as dag:
    # 1: rows are rejected or cities unknown, which is no reason to stop; 2: the extract cannot be read.
    check = BashOperator(
        task_id="check",
        bash_command='.venv/bin/bank_churn check "$METANPROM_CLIENTS" || [ $? -eq 1 ]',
        cwd=PROJECT,
        env=EXTRACTS,
        append_env=True,
    )
    build = BashOperator(
        task_id="build",
        # Builds when an extract is new or has changed. 3: published, but look at the warnings first.
        bash_command=".venv/bin/bank_churn run --summary logs/run.json || [ $? -eq 3 ]",
        cwd=PROJECT,
        env=EXTRACTS,
        append_env=True,
        execution_timeout=timedelta(hours=2),
    )
    check >> build
