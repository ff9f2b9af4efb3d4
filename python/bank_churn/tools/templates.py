"""How the pages that stand alone are filled in."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined


def templates_of(package: str, folder: str = "templates") -> Environment:
    """Open the templates of a room: what is filled in is escaped, and nothing may be missing."""
    return Environment(
        loader=PackageLoader(f"bank_churn.{package}", folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
