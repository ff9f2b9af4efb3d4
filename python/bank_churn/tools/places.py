"""Where a build stands, as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    """Where a build stands.

    Attributes:
        database: The build database; what belongs to it stands beside it.
        target_path: dbt's target folder, with the manifest and the results of the build.
        output: Folder of the published files.
    """

    database: Path
    target_path: Path = Path("target")
    output: Path = Path("data/published")
