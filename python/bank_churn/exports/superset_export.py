"""A dashboard that Apache Superset imports: charts described in YAML, datasets taken from the published file.

The files in `superset/` are in Superset's export format, with three shortcuts that are resolved here: a text
or column name in two languages is written `{ru: …, en: …}`, a chart names its mart instead of a dataset's
identifier, and may begin from a template.
"""

from __future__ import annotations

import json
import os
import uuid
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import yaml

from bank_churn.errors import BankChurnError
from bank_churn.words.speech import said

FOLDER = Path(__file__).with_name("superset")
VERSION = "1.0.0"
EVERYBODYS_FILE = "bank_churn.duckdb"
GRID_COLUMNS = 12
# Any fixed namespace: the same chart has the same identifier in every export, so an import replaces it.
NAMESPACE = uuid.UUID("5f0d9a52-2f0e-5c1e-9d43-0b1a6c1f7a11")
Document = dict[str, Any]


def identifier(*parts: str) -> str:
    """The identifier of a thing, always the same for the same name."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def in_language(value: Any, language: str) -> Any:  # noqa: ANN401
    """Choose one language wherever a document holds both.

    Returns:
        The same, with every `{ru: …, en: …}` replaced by one of the two.

    Examples:
        >>> in_language({"title": {"ru": "Отток", "en": "Churn"}, "width": 4}, "en")
        {'title': 'Churn', 'width': 4}
    """
    if isinstance(value, dict):
        if value.keys() == {"ru", "en"}:
            return value[language]
        return {key: in_language(part, language) for key, part in value.items()}
    if isinstance(value, list):
        return [in_language(part, language) for part in value]
    return value


def read_document(name: str, language: str) -> Document:
    """Read one of the YAML files beside this module."""
    document: Document = in_language(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")), language)
    return document


def database_document(path: Path) -> Document:
    """Describe the connection; the dashboards of both languages share it."""
    return read_document("database.yaml", "en") | {
        "sqlalchemy_uri": f"duckdb:///{quote(path.as_posix())}",
        "uuid": identifier("database"),
    }


def published_columns(path: Path) -> dict[str, list[Document]]:
    """Read the columns of every published table."""
    if not path.exists():
        raise BankChurnError(f"{path} does not exist: run `make build` first.")
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            rows = connection.execute(
                """select table_name, column_name, data_type, comment from duckdb_columns()
                where not internal order by table_name, column_index"""
            ).fetchall()
    except duckdb.Error as error:
        raise BankChurnError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    tables: dict[str, list[Document]] = {}
    for table, column, data_type, comment in rows:
        entry = {"column_name": column, "type": data_type, "description": comment}
        tables.setdefault(table, []).append(entry)
    return tables


def dataset_document(table: str, columns: list[Document], language: str) -> Document:
    """Describe a published mart.

    It is a query, not the table itself: where Superset keeps its own store in SQLite, a table can be
    registered once only, and a user may have registered the mart already.
    """
    names = read_document("column_names.yaml", language)
    calculated = read_document("calculated_columns.yaml", language).get(table, [])
    return {
        "table_name": f"{table} ({language})",
        "schema": "main",
        "sql": f'select * from "{table}"',
        "columns": [
            {"verbose_name": names.get(column["column_name"]), "groupby": True, "filterable": True}
            | {"is_dttm": False, "is_active": True}
            | column
            for column in [*columns, *calculated]
        ],
        "metrics": [],
        "uuid": identifier("dataset", table, language),
        "database_uuid": identifier("database"),
        "version": VERSION,
    }


def query_of(params: Document, suffix: str = "") -> Document:
    """Write the query of a chart as its page would ask it, for reports and for asking without a browser."""
    filters = [
        {"col": rule["subject"], "op": rule["operator"], "val": rule["comparator"]}
        for rule in params.get(f"adhoc_filters{suffix}", [])
    ]
    query: Document = {"filters": filters, "row_limit": params.get(f"row_limit{suffix}", 100), "extras": {}}
    if params.get("query_mode") == "raw":
        order = [json.loads(rule) for rule in params.get("order_by_cols", [])]
        return query | {"columns": params["all_columns"], "orderby": order}
    if "metric" in params:
        return query | {"columns": [], "metrics": [params["metric"]]}
    first = params[f"timeseries_limit_metric{suffix}"]
    return query | {
        "columns": [params["x_axis"]],
        "metrics": params[f"metrics{suffix}"],
        "orderby": [[first, not params[f"order_desc{suffix}"]]],
    }


def chart_document(name: str, language: str) -> Document:
    """Describe a chart.

    Args:
        name: Its file in `charts/`, without the ending.
        language: `ru` or `en`.

    Returns:
        Superset's document of a chart, with the query it asks; `dataset` still names its mart.
    """
    document = read_document(f"charts/{name}.yaml", language)
    template = document.pop("template", None)
    if template:
        base = read_document(f"templates/{template}.yaml", language)
        document = base | document | {"params": base["params"] | document["params"]}
    params = document["params"] | {"viz_type": document["viz_type"]}
    queries = [query_of(params)] + ([query_of(params, "_b")] if "metrics_b" in params else [])
    context = {
        "datasource": {"id": 0, "type": "table"},
        "force": False,
        "queries": queries,
        "form_data": params,
        "result_format": "json",
        "result_type": "full",
    }
    return document | {
        "params": params,
        "query_context": json.dumps(context, ensure_ascii=False),
        "uuid": identifier("chart", name, language),
        "dataset_uuid": identifier("dataset", document["dataset"], language),
        "version": VERSION,
    }


def placed(kind: str, name: str, row: str, meta: Document) -> Document:
    """Place one thing in a row of the dashboard's grid.

    Args:
        kind: `CHART` or `MARKDOWN`.
        name: What tells it apart.
        row: Identifier of its row.
        meta: What it shows, and its size.

    Returns:
        An entry of Superset's description of positions.
    """
    parents = ["ROOT_ID", "GRID_ID", row]
    return {"id": f"{kind}-{name}", "type": kind, "parents": parents, "children": [], "meta": meta}


def row_contents(row: Document, row_id: str, charts: dict[str, Document]) -> list[Document]:
    """Place a row's charts, or its note; a chart that is not there leaves no gap."""
    if "note" in row:
        meta = {"code": row["note"], "width": GRID_COLUMNS, "height": row["height"]}
        return [placed("MARKDOWN", "note", row_id, meta)]
    return [
        placed(
            "CHART",
            name,
            row_id,
            {
                "uuid": charts[name]["uuid"],
                "sliceName": charts[name]["slice_name"],
                "chartId": list(charts).index(name) + 1,
                "width": width,
                "height": row["height"],
            },
        )
        for name, width in row["charts"].items()
        if name in charts
    ]


def layout(rows: list[Document], charts: dict[str, Document]) -> Document:
    """Place everything on the dashboard's grid."""
    grid: list[str] = []
    position: Document = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["GRID_ID"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "parents": ["ROOT_ID"], "children": grid},
    }
    for number, row in enumerate(rows):
        row_id = f"ROW-{number}"
        contents = row_contents(row, row_id, charts)
        if not contents:
            continue
        grid.append(row_id)
        position[row_id] = {
            "id": row_id,
            "type": "ROW",
            "parents": ["ROOT_ID", "GRID_ID"],
            "children": [entry["id"] for entry in contents],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        position |= {entry["id"]: entry for entry in contents}
    return position


def native_filter(choice: Document, language: str) -> Document:
    """Describe the dashboard's filter: one value at a time, the first one to begin with."""
    return {
        "id": "NATIVE_FILTER-" + identifier("filter", choice["column"], language)[:8],
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "name": choice["name"],
        "description": "",
        "requiredFirst": True,  # applied before the first chart asks, not when somebody presses a button
        "controlValues": {
            "enableEmptyFilter": True,
            "defaultToFirstItem": True,
            "multiSelect": False,
            "searchAllOptions": False,
            "inverseSelection": False,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "targets": [
            {
                "column": {"name": choice["column"]},
                "datasetUuid": identifier("dataset", choice["dataset"], language),
            }
        ],
    }


def dashboard_document(charts: dict[str, Document], language: str) -> Document:
    """Describe the dashboard."""
    document = read_document("dashboard.yaml", language)
    rows, choice = document.pop("rows"), document.pop("filter")
    colors = {entry["label"]: entry["color"] for entry in document.pop("label_colors")}
    return document | {
        "position": layout(rows, charts),
        "metadata": {
            "native_filter_configuration": [native_filter(choice, language)],
            "filter_bar_orientation": "HORIZONTAL",
            "cross_filters_enabled": False,
            "color_scheme": "supersetColors",
            "label_colors": colors,
            "refresh_frequency": 0,
        },
        "published": True,
        "uuid": identifier("dashboard", language),
        "version": VERSION,
    }


def export_documents(database: Path, seen_as: Path, language: str) -> dict[str, Document]:
    """Put together everything that Superset imports."""
    tables = published_columns(database)
    names = sorted(path.stem for path in (FOLDER / "charts").glob("*.yaml"))
    all_charts = {name: chart_document(name, language) for name in names}
    charts = {name: chart for name, chart in all_charts.items() if chart["dataset"] in tables}
    left_out = sorted(set(all_charts) - set(charts))
    if left_out:
        told = "Left out, since their marts are not published: {charts}"
        print(said(told, charts=", ".join(left_out)))
    documents = {
        "metadata.yaml": {"version": VERSION, "type": "Dashboard", "timestamp": "1970-01-01T00:00:00+00:00"},
        "databases/bank_churn.yaml": database_document(seen_as),
        "dashboards/bank_churn.yaml": dashboard_document(charts, language),
    }
    for table in sorted({chart.pop("dataset") for chart in charts.values()}):
        documents[f"datasets/bank_churn/{table}.yaml"] = dataset_document(table, tables[table], language)
    return documents | {f"charts/{name}.yaml": chart for name, chart in charts.items()}


def export_superset(*, language: str, output: Path, seen_as: Path | None = None) -> Path:
    """Write the archive that Superset imports, beside the published files.

    Args:
        language: `ru` or `en`.
        output: Folder of the published files.
        seen_as: Absolute path of the published file where Superset runs; by default the path here.

    Returns:
        The archive; the same publication gives the same bytes.

    Raises:
        BankChurnError: If nothing is published, or `seen_as` is not an absolute path.
    """
    database = output / EVERYBODYS_FILE
    address = seen_as or database.resolve()
    if not address.is_absolute():
        raise BankChurnError(f"{address} is not an absolute path: write the whole path as Superset sees it.")
    documents = export_documents(database, address, language)
    path = output / f"superset_{language}.zip"
    unfinished = path.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, document in documents.items():
            text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
            archive.writestr(zipfile.ZipInfo(f"bank_churn/{name}"), text)
    os.replace(unfinished, path)
    return path
