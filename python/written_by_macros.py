"""Prints compiled models, few and short ones, in which every macro of the project has written something.

sqlfluff's dbt templater passes over what macros write, so its style is looked at in compiled models: most
macros write alike in all of them. Argument: dbt's target folder.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PROJECT = "bank_churn"


def used(names: Iterable[str], macros: dict[str, Any]) -> set[str]:
    """The project's macros among some, and those that they use themselves."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in macros and name not in found:
            found.add(name)
            waiting += macros[name]["depends_on"]["macros"]
    return {name for name in found if macros[name]["package_name"] == PROJECT}


def samples(target: Path) -> list[Path]:
    """Choose the models, the one that shows most for its length first."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    shown, lengths = {}, {}
    for node in manifest["nodes"].values():
        path = target / "compiled" / PROJECT / node["original_file_path"]
        if node["resource_type"] == "model" and path.suffix == ".sql" and path.exists():
            shown[path] = used(node["depends_on"]["macros"], manifest["macros"])
            lengths[path] = path.stat().st_size + 1
    left, chosen = set().union(*shown.values()), []
    while left:
        best = max(sorted(shown), key=lambda path: len(shown[path] & left) / lengths[path])
        chosen.append(best)
        left -= shown[best]
    return chosen


if __name__ == "__main__":
    print("\n".join(map(str, samples(Path(sys.argv[1])))))
