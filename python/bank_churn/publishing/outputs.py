"""What a publication consists of: its manifest with hash and size of every output, and how it is checked."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bank_churn.errors import BankChurnError
from bank_churn.tools.files import sync

MANIFEST = "publication.json"
PARQUET_FOLDERS = {"everyone": "parquet", "clients": "parquet_clients"}
# Exact names: whatever else stands in the folder is not ours, and stays.
OUTPUTS = re.compile(
    r"bank_churn(_clients)?\.duckdb|parquet(_clients)?/[^/]+\.parquet|bank_churn(_clients)?_(ru|en)\.xlsx"
    r"|(?:dashboard|model_passport)\.(ru|en)\.html|(?:docs|catalogue)_(ru|en)\.html"
)


class DamagedError(BankChurnError):
    """A kept file is missing, or is not what its manifest says."""


@dataclass(frozen=True)
class Output:
    """One file of a publication.

    Attributes:
        path: Its place for readers, relative to the folder of the published files.
        stored: Its place in the history, relative to the publication's folder.
        audience: `everyone` or `clients`.
        size: In bytes.
        sha256: Hash of the content.
    """

    path: str
    stored: str
    audience: str
    size: int
    sha256: str

    @property
    def mode(self) -> int:
        """Permissions: what holds clients is its owner's alone."""
        return 0o600 if self.audience == "clients" else 0o644


def audience_of(path: str) -> str:
    """Say for whom an output is.

    Examples:
        >>> audience_of("parquet_clients/clients.parquet")
        'clients'
    """
    return "clients" if path.startswith(("bank_churn_clients", "parquet_clients/")) else "everyone"


def order_of(path: str) -> tuple[int, bool, str]:
    """Order outputs by path as they are put in place: databases first, a folder's own tables last."""
    name = path.rpartition("/")[2]
    return (0 if name.endswith(".duckdb") else 1, name.startswith("_"), path)


def sha256_of(path: Path) -> str:
    """Hash a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """List the files of a folder and of those inside it."""
    for path in sorted(folder.rglob("*")):
        if not path.is_dir():
            yield path.relative_to(folder)


def outputs_in(folder: Path, *, stored: str = "") -> list[Output]:
    """Describe finished files.

    Args:
        folder: They stand in it as they will for readers.
        stored: Where the folder will be in the publication's own; empty for its top.

    Returns:
        The outputs, in the order in which they are put in place.
    """
    found = [
        Output(
            path=path.as_posix(),
            stored=f"{stored}/{path.as_posix()}" if stored else path.as_posix(),
            audience=audience_of(path.as_posix()),
            size=(folder / path).stat().st_size,
            sha256=sha256_of(folder / path),
        )
        for path in files_below(folder)
        if path.name != MANIFEST
    ]
    return sorted(found, key=lambda output: order_of(output.path))


def digest_of(document: dict[str, Any]) -> str:
    """Hash a manifest."""
    rest = {name: value for name, value in document.items() if name != "digest"}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def write_manifest(path: Path, facts: dict[str, Any], outputs: list[Output]) -> None:
    """Write a manifest in one step."""
    document = json.loads(
        json.dumps({**facts, "outputs": [asdict(output) for output in outputs]}, default=str)
    )
    document["digest"] = digest_of(document)
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    unfinished.chmod(0o600)
    sync(unfinished)
    os.replace(unfinished, path)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a publication.

    Args:
        folder: The publication's folder.

    Returns:
        The parsed manifest.

    Raises:
        DamagedError: If it is missing or is not what was written.
    """
    path = folder / MANIFEST
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        is_whole = document.get("digest") == digest_of(document)
    except (OSError, ValueError, AttributeError) as error:
        raise DamagedError(f"{path} is missing or damaged.") from error
    if not is_whole:
        raise DamagedError(f"{path} is damaged: it is not what was written.")
    return document


def outputs_of(manifest: dict[str, Any]) -> list[Output]:
    """Take the outputs from a manifest.

    Returns:
        The outputs, in the order in which they are put in place.
    """
    return [Output(**entry) for entry in manifest["outputs"]]


def problem_of(path: Path, output: Output) -> str | None:
    """Compare a file with what the manifest says about it.

    Returns:
        What is wrong with it; None if nothing.
    """
    try:
        size = path.stat().st_size
        if size != output.size:
            return f"{path} has {size} bytes instead of {output.size}"
        return None if sha256_of(path) == output.sha256 else f"{path} is damaged: its content has changed"
    except FileNotFoundError:
        return f"{path} is missing"


def checked(kept: Path, path: str) -> Path:
    """Find a file of a kept publication, and make sure that it is what was written.

    Args:
        kept: The publication's folder.
        path: The file's place for readers.

    Returns:
        Its place in the history.

    Raises:
        DamagedError: If it is missing, or not what the manifest says.
    """
    one = next((one for one in outputs_of(read_manifest(kept)) if one.path == path), None)
    problem = problem_of(kept / one.stored, one) if one else f"{kept / path} is missing"
    if one is None or problem:
        raise damaged(kept.name, str(problem))
    return kept / one.stored


def damaged(publication_id: str, problem: str) -> DamagedError:
    """Say that a publication is not what was written, before anything was done with it."""
    return DamagedError(f"Publication {publication_id} is damaged and was not touched: {problem}.")


def languages_of(manifest: dict[str, Any], pattern: str) -> set[str]:
    """Say in which languages a publication has an output.

    Args:
        manifest: A parsed manifest.
        pattern: A regular expression of the output's path with one group, the language.

    Returns:
        The languages.
    """
    matches = (re.fullmatch(pattern, entry["path"]) for entry in manifest["outputs"])
    return {match.group(1) for match in matches if match}
