"""The package stands in rooms on floors: a room asks those below it, never one above or beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = ROOT / "python/bank_churn"
FLOORS = (
    {"errors"},
    {"words"},
    {"tools"},
    {"demo", "intake", "spark", "targeting", "statistics/tests"},
    {"running", "statistics/registry"},
    {"privacy", "scoring"},
    {"statistics/judgement"},
    {"publishing"},
    {"dashboard", "exports", "months", "new_portfolio", "passport"},
    {"building", "campaigns"},
    {"erasing"},
    {"commands"},
    {"cli"},
)
"""From the cellar up. A new room gets a place here."""

DIVIDED = {"statistics"}
"""Rooms that are several: what stands in their folders are rooms of their own."""


def module_of(path: Path, package: Path) -> str:
    return ".".join(path.relative_to(package).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    parts = module.split(".")
    return "/".join(parts[: 2 if parts[0] in DIVIDED and len(parts) > 1 else 1])


def imports(package: Path) -> Iterator[tuple[str, str]]:
    """Each module with each that it imports, wherever in the file, for types too."""
    modules = {module_of(path, package) for path in package.rglob("*.py")}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bank_churn":
                base = (node.module or "").removeprefix("bank_churn").removeprefix(".")
                for alias in node.names:
                    named = f"{base}.{alias.name}".removeprefix(".")
                    yield module_of(path, package), named if named in modules else base


def arrows_up(package: Path) -> list[str]:
    """Imports of a room that is not below the one that asks, and rooms without a place."""
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    found = []
    for asking, asked in imports(package):
        rooms = room_of(asking), room_of(asked)
        if asking and rooms[0] != rooms[1] and floor.get(rooms[0], -1) <= floor.get(rooms[1], 99):
            found.append(f"{asking} asks {asked}")
    return sorted(set(found))


def circle(package: Path) -> list[str]:
    """Modules that ask each other, by however many in between."""
    asked: dict[str, set[str]] = {}
    for one, other in imports(package):
        asked.setdefault(one, set()).add(other)
    try:
        tuple(TopologicalSorter(asked).static_order())
    except CycleError as error:
        return sorted(set(error.args[1]))
    return []


def test_no_room_asks_one_above_or_beside_it():
    assert arrows_up(PACKAGE) == []


def test_no_modules_ask_each_other():
    assert circle(PACKAGE) == []


def test_few_modules_stand_outside_of_rooms():
    assert len(list(PACKAGE.glob("*.py"))) <= 3


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from bank_churn.building.build import build", ["intake.a asks building.build"]),
        ("def f():\n    from bank_churn.publishing import publish", ["intake.a asks publishing"]),
        ("from bank_churn.demo.generate import generate_demo", ["intake.a asks demo.generate"]),
        ("from bank_churn.tools.files import only_one", []),
    ],
)
def test_an_arrow_up_is_found(text: str, found: list[str], tmp_path: Path):
    for name in (
        "intake/a.py",
        "building/build.py",
        "publishing/__init__.py",
        "demo/generate.py",
        "tools/files.py",
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text if name == "intake/a.py" else "", encoding="utf-8")
    assert arrows_up(tmp_path) == found


def test_a_circle_is_found(tmp_path: Path):
    (tmp_path / "intake").mkdir()
    for name, asked in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        (tmp_path / f"intake/{name}.py").write_text(
            f"from bank_churn.intake import {asked}\n", encoding="utf-8"
        )
    assert circle(tmp_path) == ["intake.a", "intake.b", "intake.c"]
