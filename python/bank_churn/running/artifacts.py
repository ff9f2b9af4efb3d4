"""What the last dbt command left in the target folder: its manifest and its results."""

from __future__ import annotations

import json
import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError

GREEN = {"success", "pass", "warn"}
# Not run because of another failure, or nothing to run: a saved query, an exposure.
NOTHING_DONE = {"skipped", "no-op"}

# Columns that tell one client from another; a mart with one of them is never for everyone.
CLIENT_LEVEL_COLUMNS = {"client_key", "client_id", "source_file", "source_row_number", "raw_line"}


@dataclass(frozen=True)
class StoredTable:
    """A narrow table behind a public mart that is a view.

    Attributes:
        relation: Name of the relation in the build database.
        description: Description in the build's language.
        columns: Description of each column, by column name.
    """

    relation: str
    description: str
    columns: dict[str, str]


@dataclass(frozen=True)
class PublicMart:
    """One version of a public mart.

    Attributes:
        name: Name without a version suffix, the one BI tools use.
        relation: Name of the relation in the build database.
        is_latest: Whether this version answers under `name`.
        audience: `everyone` for aggregates, `clients` for client level.
        suppressed_columns: Columns hidden where `is_suppressed` is true.
        description: Description in the build's language.
        columns: Description of each column, by column name.
        key: The columns of its primary key.
        sheet: Its sheet in the workbook: names by language, and perhaps columns and order; None for no sheet.
        stored: The narrow tables that it is a view of when published too, besides marts; none for a table.
        query: Its compiled SQL.
    """

    name: str
    relation: str
    is_latest: bool
    audience: str
    suppressed_columns: tuple[str, ...]
    description: str
    columns: dict[str, str]
    key: tuple[str, ...] = ()
    sheet: dict[str, Any] | None = None
    stored: tuple[StoredTable, ...] = ()
    query: str = ""


def read_artifact(target_path: Path, name: str) -> dict[str, Any]:
    """Read one JSON file that dbt wrote.

    Args:
        target_path: dbt's target folder.
        name: File name, such as `manifest.json`.

    Returns:
        The parsed document.

    Raises:
        BankChurnError: If the file is not there or not whole.
    """
    path = target_path / name
    if not path.exists():
        raise BankChurnError(f"{path} does not exist: run `dbt build` (or `make build`) first.")
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BankChurnError(f"{path} is damaged: run `dbt build` (or `make build`) again.") from error
    return document


def failures(run_results: dict[str, Any], database: Path | None = None) -> list[str]:
    """Say in one sentence each what went wrong in a dbt command.

    Args:
        run_results: dbt's `run_results.json`.
        database: The build database, to read there which claims the rows of a failed test break.

    Returns:
        One sentence per failed node, without those that were skipped because of another failure.
    """
    sentences = []
    for result in run_results["results"]:
        if result["status"] in GREEN | NOTHING_DONE:
            continue
        node = result["unique_id"].split(".")[2]
        claim = re.search(r"-- (Claim: .*)", result.get("compiled_code") or "")
        broken = broken_claims(result, database) if database else ""
        told = claim.group(1) if claim else broken or told_in_words(result.get("message") or result["status"])
        sentences.append(f"{node}: {told}")
    return list(dict.fromkeys(sentences))


def told_in_words(message: str) -> str:
    """Take from a message of dbt what a person can read: not where in dbt it arose."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    noise = r"Encountered an error|(Compilation|Database|Runtime|Parsing) Error( in|$)|> |Traceback"
    return " ".join([line for line in lines if not re.match(noise, line)][:3])


def broken_claims(result: dict[str, Any], database: Path) -> str:
    """Read which claims the rows of a failed test break.

    Returns:
        The claims, the most broken one first; nothing when the test's rows do not say or cannot be read.
    """
    query = result.get("compiled_code") or ""
    if result["status"] != "fail" or ") as broken" not in query:
        return ""
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute(
                f"select broken, count(*) from ({query}) as failed group by broken order by 2 desc, 1"
            ).fetchall()
    except duckdb.Error:  # the tables of this build are on Spark
        return ""
    return "; ".join(f"{claim} ({count:,} rows)" for claim, count in found[:3])


def check_green(
    run_results: dict[str, Any], manifest: dict[str, Any], *, proven: Set[str] = frozenset()
) -> None:
    """Make sure that the last dbt command built and tested the whole project without a failure.

    Args:
        run_results: dbt's `run_results.json`.
        manifest: dbt's `manifest.json`.
        proven: Unit tests that need not be among the results: the same code passed them before.

    Raises:
        BankChurnError: If anything failed, was skipped, or was left out.
    """
    command = run_results["args"].get("which")
    if command != "build":
        raise BankChurnError(f"The last dbt command was `{command}`, not `build`: run `dbt build` again.")
    failed = failures(run_results)
    if failed:
        raise BankChurnError("The build is not green: " + "; ".join(failed))
    done = {result["unique_id"] for result in run_results["results"] if result["status"] in GREEN}
    wanted = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in {"model", "test", "seed", "unit_test"}
        and node["config"]["enabled"]
        and "train" not in node["config"].get("tags", [])  # an approved churn model may stay as it stands
    } | set(manifest.get("unit_tests", {}))
    left_out = sorted(wanted - done - proven)
    if left_out:
        named = (one.split(".")[-1 if one.startswith("unit_test.") else 2] for one in left_out)
        names = ", ".join(list(dict.fromkeys(named))[:5])
        raise BankChurnError(
            f"The build left out {len(left_out)} models or tests ({names} …): run all of `dbt build`."
        )


def check_audience(marts: list[PublicMart]) -> None:
    """Make sure that nothing about single clients is about to be published for everyone.

    Args:
        marts: The public marts.

    Raises:
        BankChurnError: If a mart for everyone has a column of client level.
    """
    for mart in marts:
        found = sorted(CLIENT_LEVEL_COLUMNS & set(mart.columns)) if mart.audience == "everyone" else []
        if found:
            raise BankChurnError(
                f"{mart.relation} is meant for everyone, but its column {found[0]} is about single clients:"
                " give it the meta `audience: clients`."
            )


def primary_key(node: dict[str, Any]) -> tuple[str, ...]:
    """Read the primary key that a model's contract declares.

    Returns:
        Its columns; none when the contract declares no key.
    """
    declared = [
        *((constraint, constraint["columns"]) for constraint in node.get("constraints", [])),
        *(
            (constraint, [name])
            for name, column in node["columns"].items()
            for constraint in column.get("constraints", [])
        ),
    ]
    return next(
        (tuple(columns) for constraint, columns in declared if constraint["type"] == "primary_key"), ()
    )


def public_marts(manifest: dict[str, Any]) -> list[PublicMart]:
    """List every version of every public mart of the manifest, by relation name.

    Args:
        manifest: dbt's `manifest.json`.

    Returns:
        The marts; those whose audience is nobody are left out.
    """
    nodes = manifest["nodes"].values()
    asked = {name for node in nodes for name in node["config"].get("meta", {}).get("stored", [])}
    tables = {
        node["name"]: StoredTable(
            relation=node["alias"],
            description=node["description"],
            columns={name: column["description"] for name, column in node["columns"].items()},
        )
        for node in nodes
        if node["resource_type"] in {"model", "seed"} and node["name"] in asked
    }
    marts = [
        PublicMart(
            name=node["name"],
            relation=node["alias"],
            is_latest=node["version"] == node["latest_version"],
            audience=node["config"]["meta"].get("audience", "clients"),
            suppressed_columns=tuple(node["config"]["meta"].get("suppressed_columns", [])),
            description=node["description"],
            columns={name: column["description"] for name, column in node["columns"].items()},
            key=primary_key(node),
            sheet=node["config"]["meta"].get("sheet"),
            stored=tuple(tables[name] for name in node["config"]["meta"].get("stored", [])),
            query=node.get("compiled_code") or "",
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["access"] == "public"
    ]
    return sorted((mart for mart in marts if mart.audience != "nobody"), key=lambda mart: mart.relation)
