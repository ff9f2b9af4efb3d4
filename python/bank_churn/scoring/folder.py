"""A model as a folder of csv files: reviewed and approved once, then deployed without training."""

from __future__ import annotations

import csv
import hashlib
import io
import os
from pathlib import Path

import duckdb
import pandas as pd

from bank_churn.errors import BankChurnError
from bank_churn.scoring.tables import COLUMNS, Row, to_table
from bank_churn.tools.files import own_folder

FILES = {
    "bins.csv": (
        *("portfolio", "feature_1", "level_1", "bin_1", "bin_kind"),
        *("lower_bound", "upper_bound", "category"),
    ),
    "scores.csv": (
        *("portfolio", "fold", "term_number", "cell_number", "feature_1", "bin_1", "feature_2", "bin_2"),
        *("feature_3", "bin_3", "contribution_e12", "weight"),
    ),
    "certainty.csv": ("portfolio", "bin_1", "value"),
    "metadata.csv": ("portfolio", "name", "value"),
}
KINDS = {"bins.csv": "bin", "scores.csv": "score", "certainty.csv": "certainty", "metadata.csv": "metadata"}
CHECKED = ("bins.csv", "scores.csv", "certainty.csv", "quality.csv")
EVERYTHING = (*CHECKED, "metadata.csv")


def export_model(*, database: Path, folder: Path) -> list[Path]:
    """Write the model that stands in a build database to csv files, with a checksum over all of them.

    Args:
        database: A build database.
        folder: The folder to write; created when missing. Its files are replaced together.

    Returns:
        The files written.

    Raises:
        BankChurnError: If the database holds no model.
    """
    if not database.exists():
        raise BankChurnError(f"{database} does not exist: run `make build` first.")
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            fitted = connection.execute("select * from int_churn_model_fitted order by all").df()
            quality = connection.execute("select * from churn_model_quality order by all").df()
    except duckdb.Error as error:
        raise BankChurnError(f"{database} holds no churn model: build it first.") from error
    if not (fitted["kind"] == "score").any():
        raise BankChurnError(
            f"{database} holds no churn model: no portfolio has enough clients of known churn."
        )
    texts = {name: _to_csv(_part(fitted, name)) for name in FILES} | {"quality.csv": _to_csv(quality)}
    texts["metadata.csv"] += f",checksum,{_checksum(texts)}\n"
    return _write(folder, texts)


def _part(fitted: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of one file; `fingerprint` is kept as metadata. Models of folds stay here."""
    rows = fitted[fitted["kind"] == KINDS[name]]
    if name == "metadata.csv":
        digests = fitted[["portfolio", "fingerprint"]].drop_duplicates()
        digests = digests.assign(name="fingerprint").rename(columns={"fingerprint": "value"})
        rows = pd.concat([rows, digests])
        rows = rows.sort_values(["portfolio", "name"])
    return rows[list(FILES[name])]


def _to_csv(frame: pd.DataFrame) -> str:
    text: str = frame.to_csv(
        index=False, lineterminator="\n"
    )  # floats as the shortest text that reads back equal
    return text


def _checksum(texts: dict[str, str]) -> str:
    """Digest the files; line ends do not count, so that a version control system may change them."""
    metadata = [line for line in texts["metadata.csv"].splitlines() if not line.startswith(",checksum,")]
    lines = [line for name in CHECKED for line in [name, *texts[name].splitlines()]] + metadata
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _write(folder: Path, texts: dict[str, str]) -> list[Path]:
    if folder.exists() and not folder.is_dir():
        raise BankChurnError(f"{folder} is a file; name a folder for the model.")
    folder.mkdir(parents=True, exist_ok=True)
    with own_folder(folder, ".exporting-") as staging:
        for name, text in texts.items():
            (staging / name).write_text(text, encoding="utf-8", newline="\n")
        for name in EVERYTHING:  # the checksum comes last: until then an old one does not fit the new files
            os.replace(staging / name, folder / name)
    return [folder / name for name in EVERYTHING]


def read_model(folder: str, portfolios: list[str]) -> pd.DataFrame:
    """Read an exported model.

    Args:
        folder: Folder that `export_model` wrote.
        portfolios: The portfolios that have clients; one that the model does not know has a reason instead.

    Returns:
        Columns: `tables.COLUMNS`, as training would give them.

    Raises:
        BankChurnError: If a file is missing, cannot be read, or was changed after the export.
    """
    path = Path(folder)
    texts = {name: _read(path / name) for name in EVERYTHING}
    if f",checksum,{_checksum(texts)}" not in texts["metadata.csv"].splitlines():
        raise BankChurnError(
            f"The model in {folder} was changed after its export, or its files belong to different exports "
            "(the checksum in metadata.csv does not fit): export it again."
        )
    rows = [row for name in FILES for row in _rows(name, texts[name], path)]
    digests = {row["portfolio"]: row["value"] for row in rows if row.get("name") == "fingerprint"}
    own = [
        row | {"fingerprint": digests.get(row["portfolio"])} for row in rows if row["portfolio"] in portfolios
    ]
    known = {row["portfolio"] for row in own}
    absent: list[Row] = [
        {"portfolio": name, "kind": "metadata", "name": "problem", "value": "not_in_model"}
        for name in portfolios
        if name not in known
    ]
    return to_table([row for row in own if row.get("name") != "fingerprint"] + absent)


def _read(path: Path) -> str:
    if not path.parent.is_dir():
        raise BankChurnError(f"churn_model_folder is {path.parent}, but there is no such folder.")
    if not path.exists():
        raise BankChurnError(f"{path} is missing: the model must be whole; export it again.")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BankChurnError(f"{path} cannot be read as text in UTF-8: export the model again.") from error


def _rows(name: str, text: str, folder: Path) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text))
    if tuple(reader.fieldnames or ()) != FILES[name]:
        raise BankChurnError(
            f"{folder / name} must have the columns {', '.join(FILES[name])}: export it again."
        )
    try:
        return [{"kind": KINDS[name]} | _typed(row) for row in reader if row["portfolio"]]
    except (TypeError, ValueError) as error:
        raise BankChurnError(
            f"{folder / name} holds something that is not a number: export it again."
        ) from error


def _typed(row: dict[str, str]) -> Row:
    convert = {"Int64": int, "float64": float, "str": str}
    return {column: convert[COLUMNS[column]](text) for column, text in row.items() if text != ""}
