"""One extract written in many formats: the same clients and the same faults."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
from extracts import HEADER, good_row

Rows = list[dict[str, str]]


def extract_rows(count: int) -> Rows:
    """Good rows, and six with a fault or without churn, a copy of one, and an id that is repeated."""
    rows = [good_row(number) for number in range(count)]
    rows.append(dict(rows[3]))
    rows.append({**rows[4], "Age": "33"})
    for number, (column, value) in enumerate(
        [
            ("Age", "340"),
            ("Gender", "X"),
            ("City", "Кологрив"),
            ("Churn", ""),
            ("Products", "1.5"),
            ("score", "-1"),
        ]
    ):
        rows.append({**good_row(count + number), column: value})
    return rows


def table(
    rows: Rows,
    *,
    separator: str = ",",
    header: list[str] = HEADER,
    quoting: int = csv.QUOTE_MINIMAL,
    end: str = "\n",
    change: Callable[[str, str], str] = lambda column, value: value,
    names: Callable[[str], str] = str,
    comment: str = "",
) -> str:
    """The rows as csv text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, quoting=quoting, lineterminator=end)
    extra = [comment] if comment else []
    writer.writerow([*(names(name) for name in header), *(["Note"] if comment else [])])
    writer.writerows([*(change(name, row[name]) for name in header), *extra] for row in rows)
    return buffer.getvalue()


def as_a_bank_writes(column: str, value: str) -> str:
    """Decimal comma, thin spaces between thousands, Да and Нет, a dash for what is missing."""
    if column in ("Balance", "estimated_salary"):
        whole, _, cents = value.partition(".")
        return f"{int(whole):,}".replace(",", "\u2009") + f",{cents}" if value else "-"
    if column in ("CreditCard", "Loyalty", "Churn") and value:
        return {"0": "Нет", "1": "Да"}[value]
    return value


def as_sql_writes(column: str, value: str) -> str:
    """true and false, NULL."""
    if column in ("CreditCard", "Loyalty", "Churn") and value:
        return {"0": "FALSE", "1": "TRUE"}[value]
    return value or "NULL"


def write_workbook(path: Path, rows: Rows, *, typed: bool) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(HEADER)
    for row in rows:
        page.append([typed_cell(name, row[name]) if typed else row[name] or None for name in HEADER])
    book.save(path)


def typed_cell(column: str, value: str) -> object:
    """A cell as Excel holds it: numbers, and yes and no."""
    if column in ("CreditCard", "Loyalty", "Churn") and value:
        return value == "1"
    if column in ("City", "Gender"):
        return value
    return float(value) if "." in value else int(value) if value else None


def write_parquet(path: Path, rows: Rows, *, types: str = "") -> None:
    source = path.with_suffix(".source")
    source.write_text(table(rows), encoding="utf-8")
    columns = f"* replace ({types})" if types else "*"
    duckdb.execute(
        f"copy (select {columns} from read_csv('{source}', all_varchar = true, nullstr = '')) to '{path}'"
        " (format parquet)"
    )
    source.unlink()


def write_variants(folder: Path, rows: Rows) -> dict[str, str]:
    """Write every format; returns where each is: a path or a glob."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = table(rows)
    bank = table(rows, separator=";", change=as_a_bank_writes, end="\r\n")
    texts: dict[str, bytes] = {
        "plain.csv": plain.encode(),
        "bom.csv": plain.encode("utf-8-sig"),
        "semicolons.csv": table(rows, separator=";").encode(),
        "tabs.txt": table(rows, separator="\t").encode(),
        "bars.csv": table(rows, separator="|").encode(),
        "quoted.csv": table(rows, quoting=csv.QUOTE_ALL, end="\r\n").encode(),
        "utf16.csv": table(rows, separator="\t").encode("utf-16"),
        "utf16be.csv": table(rows, separator=";").encode("utf-16-be"),
        "bank.csv": bank.encode(),
        "bank-cp1251.csv": bank.replace("\u2009", " ").encode("cp1251"),
        "sql.csv": table(rows, change=as_sql_writes).encode(),
        "old-ends.csv": table(rows, end="\r").encode(),
        "upper-reversed.csv": table(rows, header=HEADER[::-1], names=str.upper).encode(),
        "two-lines.csv": table(rows, comment='first "line"\nsecond, line').encode(),
        "packed.csv.gz": gzip.compress(plain.encode()),
        "packed-cp1251.csv.gz": gzip.compress(table(rows, separator=";").encode("cp1251")),
    }  # fmt: skip
    for name, data in texts.items():
        (folder / name).write_bytes(data)
    write_workbook(folder / "typed.xlsx", rows, typed=True)
    write_workbook(folder / "texts.xlsx", rows, typed=False)
    write_parquet(folder / "texts.parquet", rows)
    write_parquet(
        folder / "typed.parquet",
        rows,
        types="userid::bigint as userid, Balance::double as Balance, Churn::integer::boolean as Churn",
    )
    third = len(rows) // 3
    (folder / "part1.csv").write_bytes(table(rows[:third], separator=";").encode("cp1251"))
    write_workbook(folder / "part2.xlsx", rows[third : 2 * third], typed=True)
    write_parquet(folder / "part3.parquet", rows[2 * third :])
    found = {path.name: str(path) for path in sorted(folder.iterdir()) if not path.name.startswith("part")}
    return found | {"part*": str(folder / "part*")}
