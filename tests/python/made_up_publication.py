"""A small build to publish without dbt: an aggregate and a row-level mart, both with the build's number."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
from bank_churn.privacy.protection import AUDIT_COLUMNS, FIGURE_COLUMNS
from bank_churn.publishing.publication import PUBLICATION_COLUMNS, SOURCE_COLUMNS
from bank_churn.tools.places import Places

CLIENTS = 20_000
LABELS = """
    create or replace table labels as select * from (values
        ('portfolio', 'portfolio', 'volga', 'Волга', 'Volga', null, null, null),
        ('metric', 'share', null, 'доля', 'share', '%', '%', 1)
    ) as labels (kind, name, value, label_ru, label_en, unit_ru, unit_en, decimals);
    create or replace table column_labels as select * from (values
        (null, 'portfolio', null, 'Портфель', 'Portfolio', null, null),
        (null, 'value_label', null, 'Группа', 'Group', null, null),
        (null, 'client_count', null, 'Клиентов', 'Clients', null, null),
        (null, 'churn_rate', null, 'Доля оттока', 'Churn rate', 'percent', null),
        (null, 'p_value', null, 'p-значение', 'p-value', 'p_value', null),
        (null, 'client_key', null, 'Ключ клиента', 'Client key', null, null),
        (null, 'balance', null, 'Баланс', 'Balance', 'number', 0)
    ) as column_labels (mart, column_name, value, label_ru, label_en, number_format, decimals);
"""
RATES = {
    "portfolio": "Bank.",
    "value_label_ru": "Group.",
    "value_label_en": "Group.",
    "client_count": "Clients.",
    "churn_rate": "Rate.",
    "p_value": "p.",
    "build_number": "Build.",
    "is_suppressed": "Hidden.",
}
CLIENT_COLUMNS = {
    "portfolio": "Bank.",
    "client_key": "Key.",
    "client_id": "Id.",
    "balance": "Money.",
    "source_file": "File.",
    "data_origin": "Origin.",
    "build_number": "Build.",
}


def mart(name: str, columns: dict[str, str], **meta: object) -> dict:
    return {
        "name": name,
        "alias": f"{name}_v1",
        "resource_type": "model",
        "access": "public",
        "version": 1,
        "latest_version": 1,
        "description": f"About {name}.",
        "config": {"enabled": True, "meta": meta},
        "columns": {column: {"description": text} for column, text in columns.items()},
    }


def make_manifest(**rates_meta: object) -> dict:
    blocks = [
        *("publication", "publication_sources", "published_list", "published_list__position"),
        *(f"publication__{name}" for name in {**PUBLICATION_COLUMNS, **SOURCE_COLUMNS}),
        *("disclosure_audit", "protected_figures", "rounded_counts", "hidden_counts"),
        *(f"protection__{name}" for name in {**AUDIT_COLUMNS, **FIGURE_COLUMNS}),
    ]
    sheet = {"ru": "Доли", "en": "Rates", "sort": ["value_label"]}
    people = {"ru": "Список", "en": "List", "columns": ["portfolio", "client_key", "balance"]}
    seed = {"resource_type": "seed", "config": {"enabled": True}}
    nodes = {
        "model.bank_churn.rates.v1": mart(
            "rates",
            RATES,
            **{
                "audience": "everyone",
                "suppressed_columns": ["client_count", "churn_rate"],
                "sheet": sheet,
                **rates_meta,
            },
        ),
        "model.bank_churn.clients.v1": mart("clients", CLIENT_COLUMNS, audience="clients", sheet=people),
        "seed.bank_churn.labels": {**seed, "name": "labels", "alias": "labels"},
        "seed.bank_churn.column_labels": {**seed, "name": "column_labels", "alias": "column_labels"},
    }
    docs = {
        name: {"name": name, "package_name": "bank_churn", "block_contents": f"About {name}."}
        for name in blocks
    }
    return {"nodes": nodes, "unit_tests": {}, "docs": docs}


def make_run_results(folder: Path, number: int) -> dict:
    statuses = dict.fromkeys(make_manifest()["nodes"], "success")
    statuses |= {
        "test.bank_churn.one": "pass",
        "unit_test.bank_churn.two": "pass",
        "test.bank_churn.three": "warn",
    }
    return {
        "metadata": {
            "invocation_id": f"build {number}",
            "invocation_started_at": "2100-01-01T00:00:00Z",  # so that no file is newer than the build
            "generated_at": "2100-01-01T00:01:00Z",
        },
        "args": {"which": "build", "project_dir": str(folder), "vars": {}},
        "results": [{"unique_id": unique_id, "status": status} for unique_id, status in statuses.items()],
    }


def write_json(path: Path, document: dict) -> None:
    """Replace a file in one step, so that a kill does not leave half of it to the next publication."""
    path.with_suffix(".part").write_text(json.dumps(document), encoding="utf-8")
    os.replace(path.with_suffix(".part"), path)


def make_build(folder: Path, number: int, *, clients: int = CLIENTS, manifest: dict | None = None) -> None:
    """Write the build database and dbt's results of build `number`."""
    for name in ("build", "target"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "dbt_project.yml").exists():
        (folder / "dbt_project.yml").write_text("vars:\n  min_group_size: 10\n  kept_publications: 3\n")
        (folder / "volga.csv").write_text("id;churn\n1;0\n")
    with duckdb.connect(str(folder / "build/bank_churn.duckdb")) as connection:
        connection.execute(LABELS)
        connection.execute(
            f"""create or replace table rates_v1 as select 'volga' as portfolio, * from (values
                ('Город', 'City', {clients}::bigint, 0.25::double, 0.5::double, {number}::bigint, false),
                ('=2+2', '@sum', 40::bigint, 0.5::double, 0.00001::double, {number}::bigint, false),
                ('Село', 'Village', 7::bigint, 1.0::double, 0.01::double, {number}::bigint, true)
            ) as rates (value_label_ru, value_label_en, client_count, churn_rate, p_value, build_number,
                is_suppressed)"""
        )
        connection.execute(
            f"""create or replace table clients_v1 as select 'volga' as portfolio, 'key' || id as client_key,
                'id' || id as client_id, id * 1000.5 as balance, 'volga.csv' as source_file,
                'extract' as data_origin,
                {number}::bigint as build_number from range({clients}) as ids (id)"""
        )
    write_json(folder / "target/manifest.json", manifest or make_manifest())
    write_json(folder / "target/run_results.json", make_run_results(folder, number))


def arguments(folder: Path) -> Places:
    """What `publish` is called with for this build."""
    return Places(folder / "build/bank_churn.duckdb", folder / "target", folder / "published")
