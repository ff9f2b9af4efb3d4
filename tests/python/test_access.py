"""What is not cleaned yet cannot be read downstream by mistake: dbt itself refuses to parse such a model."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Build, copy_project, run_dbt


@pytest.mark.parametrize(
    ("path", "read", "group"),
    [
        pytest.param(
            "models/churn/shortcut_v1.sql", "stg_metanprom__clients", "cleaning", marks=pytest.mark.slow
        ),
        pytest.param(
            "models/semantic/shortcut.sql", "stg_metanprom__clients", "cleaning", marks=pytest.mark.slow
        ),
        pytest.param("models/shortcut.sql", "stg_bank_scrooge__clients", "cleaning", marks=pytest.mark.slow),
        pytest.param(
            "models/retention/shortcut_v1.sql", "int_metric_cells", "statistics", marks=pytest.mark.slow
        ),
        ("models/segments/steps/int_shortcut.sql", "int_group_candidates", "retention"),
    ],
)
def test_a_step_is_private_to_its_wing(tmp_path: Path, path: str, read: str, group: str):
    project = copy_project(tmp_path / "project")
    lines = [
        "-- One row per raw row.",
        "{{ config(contract={'enforced': false}) }}",
        f"select * from {{{{ ref('{read}') }}}}\n",
    ]
    (project / path).write_text("\n".join(lines), encoding="utf-8")
    done = run_dbt(tmp_path, "parse", "--quiet", root=project)
    assert done.returncode != 0
    assert f"private to the '{group}' group" in " ".join(done.stdout.split()), done.stdout


@pytest.mark.slow
def test_the_cleaning_itself_may_read_staging(tmp_path: Path):
    project = copy_project(tmp_path / "project")
    (project / "models/cleaning/steps/int_shortcut.sql").write_text(
        "-- One row per raw row.\nselect * from {{ ref('stg_metanprom__clients') }}\n", encoding="utf-8"
    )
    done = run_dbt(tmp_path, "parse", "--quiet", root=project)
    assert done.returncode == 0, done.stdout


WINGS = (
    "staging",
    "cleaning",
    "churn",
    "scoring",
    "statistics",
    "segments",
    "months",
    "campaigns",
    "retention",
    "semantic",
)


def references(manifest: dict) -> list[tuple[str, str, str, str]]:
    """Every reference between two models: who reads, its wing, what is read, its wing."""
    models = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["package_name"] == "bank_churn"
    }
    wing = {key: Path(node["original_file_path"]).parts[1] for key, node in models.items()}
    return [
        (node["alias"], wing[key], models[read]["alias"], wing[read])
        for key, node in models.items()
        for read in node["depends_on"]["nodes"]
        if read in models
    ]


def test_references_run_down_the_staircase(demo_build: Build):
    """Inside a wing or from a later one to an earlier one; staging is the foot of the cleaning."""
    found = references(demo_build.manifest())
    inside = [reference for reference in found if reference[1] == reference[3]]
    back = [reference for reference in found if WINGS.index(reference[1]) < WINGS.index(reference[3])]
    down = len(found) - len(inside) - len(back)
    print(f"{len(inside)} references inside a wing, {down} down the staircase, {len(back)} back")
    assert len(inside) > 100, "too few references were found: has the manifest changed?"
    assert not back, "\n".join(f"{one} of {a} reads {two} of {b}" for one, a, two, b in back)


def test_what_another_wing_may_read_has_a_reason(demo_build: Build):
    manifest = demo_build.manifest()
    steps = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and "/steps/" in node["original_file_path"]
    ]
    assert {node["access"] for node in steps} == {"private", "protected"}
    unexplained = [
        node["name"]
        for node in steps
        if (node["access"] == "protected") != bool(node["config"]["meta"].get("why_protected"))
    ]
    assert not unexplained
