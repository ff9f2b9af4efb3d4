"""What Spark needs before it is asked to do anything, each missing part told in one sentence."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bank_churn.errors import BankChurnError

OLDEST_JAVA = 17
SET_UP = "run `make setup-spark`"


def spark_folder() -> Path:
    """Name the folder of a local Spark: its warehouse, its metastore and what is copied from it.

    Returns:
        The folder, as `profiles.yml` has it.
    """
    return Path(os.environ.get("BANK_CHURN_SPARK_FOLDER", "data/build/spark"))


def check_spark(*, is_local: bool = True) -> None:
    """Make sure that Spark can be started or reached from here.

    Args:
        is_local: Whether Spark is to run in this process.

    Raises:
        BankChurnError: If a package or Java is missing, or another program uses the same metastore.
    """
    missing = [
        name for name in ("pyspark", "pyarrow", "dbt.adapters.spark") if not importlib.util.find_spec(name)
    ]
    if missing:
        raise BankChurnError(f"Spark is not set up here ({missing[0]} is missing): {SET_UP}.")
    if not is_local:
        return  # Java and the metastore are the cluster's
    check_java()
    check_metastore(spark_folder() / "metastore")


def main() -> int:
    """Say whether Spark can be started here.

    Returns:
        Exit code: 0 when it can, 1 when not.
    """
    try:
        check_spark()
    except BankChurnError as error:
        print(error, file=sys.stderr)
        return 1
    print("Spark can be used: bank_churn build --target spark")
    return 0


def check_java() -> None:
    """Make sure that Spark finds a Java that is new enough."""
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    wanted = f"Spark needs Java {OLDEST_JAVA} or newer"
    if not java or not Path(java).exists():
        where = f"JAVA_HOME names {home}, where there is none" if home else "there is none here"
        raise BankChurnError(f"{wanted}; {where}. Install a JRE, or name one by JAVA_HOME.")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    if not version or int(version.group(1)) < OLDEST_JAVA:
        found = version.group(1) if version else "one that does not tell its version"
        raise BankChurnError(f"{wanted}; {java} is {found}. Name a newer one by JAVA_HOME.")


def check_metastore(folder: Path) -> None:
    """Make sure that no other program has the metastore open: Derby keeps it for one user at a time."""
    lock = folder / "dbex.lck"
    if not lock.exists():
        return
    with lock.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BankChurnError(
                f"{folder} is in use by another build on Spark: wait for it, or set BANK_CHURN_SPARK_FOLDER."
            ) from error


if __name__ == "__main__":
    sys.exit(main())
