"""dbt's unit tests, which are about the project's code alone: run again only when that has changed.

Each sets up the rows that its model reads, so no extract has a say in it. A build whose unit tests all passed
leaves a note in the target folder; while the same code is built the same way, the next build leaves them out.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bank_churn.running.artifacts import read_artifact
from bank_churn.tools.files import replace_text

NOTE = "unit_tests.json"
LEFT_OUT = ("--exclude-resource-type", "unit_test")

FOLDERS = ("models", "macros", "seeds", "tests")
FILES = ("dbt_project.yml", "profiles.yml")
CODE = {".sql", ".yml", ".yaml", ".csv"}
"""What a unit test is made of; no model in Python has one, and descriptions in .md change no query."""

PACKAGES = ("dbt-core", "dbt-common", "dbt-adapters", "dbt-duckdb", "duckdb", "sqlglot", "jinja2")
EXTRACTS = ("_CLIENTS", "_HOLDINGS")
SWITCHES = ("BANK_CHURN_CAMPAIGNS", "BANK_CHURN_DO_NOT_CONTACT")

FORCING = "--no-partial-parse"
"""Who tells dbt not to trust what it read before does not trust the note either."""

PARTS = ("-s", "-m", "--select", "--models", "--selector", "--resource-type", "--exclude-resource-type")
"""Options with which a part of the project is built: nothing is left out of it, and it proves nothing."""


@dataclass(frozen=True)
class Proof:
    """What is known of the unit tests.

    Attributes:
        code: Fingerprint of all that they depend on.
        passed: Those that passed with it.
        left_out_of: The last build that went without them: dbt's id of it.
    """

    code: str = ""
    passed: tuple[str, ...] = ()
    left_out_of: str = ""


def run_what_changed(
    run: Callable[[list[str]], bool],
    arguments: list[str],
    *,
    target_path: Path,
    told: Callable[[int], None] = lambda _: None,
) -> bool:
    """Run `dbt build`, without the unit tests that the same code has passed before.

    Args:
        run: Runs it with the arguments, and says whether it succeeded.
        arguments: Further arguments for dbt.
        target_path: dbt's target folder, where the note is.
        told: Is told how many are left out, if any are.

    Returns:
        Whether it succeeded.
    """
    if any(one.startswith(PARTS) for one in arguments):
        return run(arguments)
    code, known = fingerprint(arguments), read_proof(target_path)
    if known.code != code or FORCING in arguments:
        known = Proof()
        (target_path / NOTE).unlink(missing_ok=True)
    elif known.passed:
        told(len(known.passed))
    is_green = run([*arguments, *(LEFT_OUT if known.passed else ())])
    if is_green:
        results = read_artifact(target_path, "run_results.json")
        if known.passed:
            write_proof(target_path, Proof(code, known.passed, results["metadata"]["invocation_id"]))
        elif fingerprint(arguments) == code:  # nobody edited it meanwhile
            write_proof(target_path, Proof(code, tuple(passed_in(results))))
    return is_green


def proven_before(run_results: dict[str, Any], target_path: Path) -> set[str]:
    """Name the unit tests that a build went without because the same code had passed them.

    Args:
        run_results: dbt's `run_results.json` of that build.
        target_path: dbt's target folder.
    """
    known = read_proof(target_path)
    return set(known.passed) if known.left_out_of == run_results["metadata"]["invocation_id"] else set()


def passed_in(run_results: dict[str, Any]) -> list[str]:
    """Name the unit tests that passed in a build."""
    return [
        result["unique_id"]
        for result in run_results["results"]
        if result["unique_id"].startswith("unit_test.") and result["status"] == "pass"
    ]


def read_proof(target_path: Path) -> Proof:
    """Read the note; one that cannot be read proves nothing."""
    try:
        found = json.loads((target_path / NOTE).read_text(encoding="utf-8"))
        return Proof(found["code"], tuple(found["passed"]), found["left_out_of"])
    except (OSError, ValueError, KeyError, TypeError):
        return Proof()


def write_proof(target_path: Path, proof: Proof) -> None:
    """Leave the note for the next build."""
    replace_text(target_path / NOTE, json.dumps(asdict(proof)))


def fingerprint(arguments: Iterable[str], variables: Mapping[str, str] = os.environ) -> str:
    """Take the fingerprint of everything that the outcome of a unit test depends on.

    That is the project in the current folder, what dbt is told of it, and the programs that read it. Of an
    extract it matters whether there is one, and whether it is generated, not which: it changes every month.

    Args:
        arguments: Further arguments for dbt, vars among them.
        variables: The environment.

    Returns:
        A hash in hexadecimal.
    """
    said = {
        "arguments": [one for one in arguments if one != FORCING],
        "programs": {"python": platform.python_version(), **{name: version_of(name) for name in PACKAGES}},
        "extracts": {
            name: value.strip() if value.strip() in {"", "demo"} else "given"
            for name, value in variables.items()
            if name.endswith(EXTRACTS)
        },
        "switches": {name: bool(variables.get(name)) for name in SWITCHES},
        "language": variables.get("DOCS_LANGUAGE"),
    }
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    files = (file for folder in FOLDERS for file in Path(folder).rglob("*") if file.suffix in CODE)
    for file in sorted([*files, *map(Path, FILES)]):
        if file.is_file():
            digest.update(f"\n{file} {hashlib.sha256(file.read_bytes()).hexdigest()}".encode())
    return digest.hexdigest()


def version_of(package: str) -> str:
    """Say which version of a package is there; nothing where it is not."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
