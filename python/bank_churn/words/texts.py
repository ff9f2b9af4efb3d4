"""Fixed texts stand in TOML files beside what says them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def texts_of(name: str, package: str = "words") -> dict[str, Any]:
    """Read a file of texts.

    Args:
        name: Its path in the folder of the package, without the ending.
        package: The room it stands in.

    Returns:
        What it holds, to be read only.
    """
    path = resources.files(f"bank_churn.{package}").joinpath(f"{name}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))
