"""One extract written in many formats: the same clients and the same faults."""

from __future__ import annotations

import bz2
import csv
import gzip
import io
import lzma
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import duckdb
import openpyxl
import zstandard
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


def with_rubles(column: str, value: str) -> str:
    """Sums with a currency, ids as Excel guards them, flags as a program prints them, letters apart."""
    if column in ("Balance", "estimated_salary") and value:
        return f"{value.replace('.', ',')} руб." if int(value[0]) % 2 else f"$ {value}"
    if column == "userid":
        return f'="{value}"' if int(value) % 2 else f"'{value}"
    if column in ("CreditCard", "Loyalty", "Churn") and value:
        return {"0": "False.", "1": "True."}[value]
    return unicodedata.normalize("NFD", value)


def as_a_frame_writes(column: str, value: str) -> str:
    """Ids with a fraction, as pandas writes a column of numbers with one missing."""
    return f"{value}.0" if column == "userid" else value


def write_workbook(path: Path, rows: Rows, *, typed: bool, title: bool = False) -> None:
    book = openpyxl.Workbook()
    page = book.active
    if title:
        page.append(["Отчёт для отдела маркетинга"])
        page = book.create_sheet("Клиенты")
        for cells in (["Выгрузка клиентов", "за ноябрь"], []):
            page.append(cells)
    page.append(HEADER)
    for row in rows:
        page.append([typed_cell(name, row[name]) if typed else row[name] or None for name in HEADER])
    book.save(path)


def write_strict(path: Path, rows: Rows) -> None:
    """A workbook saved as "Strict Open XML": other names of the same namespaces."""
    plain = path.with_suffix(".plain")
    write_workbook(plain, rows, typed=True)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            for kind in (b"spreadsheetml", b"officeDocument"):
                common = b"http://schemas.openxmlformats.org/" + kind + b"/2006/"
                text = text.replace(common, b"http://purl.oclc.org/ooxml/" + kind + b"/")
            target.writestr(name, text)
    plain.unlink()


def write_ods(path: Path, rows: Rows) -> None:
    """A sheet as LibreOffice writes it: values apart from what is shown, a million empty rows at the end."""
    cells = []
    for row in [dict(zip(HEADER, HEADER, strict=True)), *rows]:
        line = ""
        for name in HEADER:
            value = typed_cell(name, row[name]) if row is not rows and row[name] != name else row[name]
            if isinstance(value, bool):
                text = f'office:value-type="boolean" office:boolean-value="{str(value).lower()}"'
                line += f"<table:table-cell {text}><text:p>ИСТИНА</text:p></table:table-cell>"
            elif isinstance(value, int | float):
                text = f'office:value-type="float" office:value={quoteattr(str(value))}'
                line += f"<table:table-cell {text}><text:p>1,00</text:p></table:table-cell>"
            elif value is None or value == "":
                line += '<table:table-cell table:number-columns-repeated="1"/>'
            else:
                text = f"<text:p>{escape(str(value))}</text:p>"
                line += f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
        empty = '<table:table-cell table:number-columns-repeated="1000"/>'
        cells.append(f"<table:table-row>{line}{empty}</table:table-row>")
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    body = f'<table:table table:name="Лист1">{"".join(cells)}{empty}</table:table>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        )


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
        "packed.csv.zst": zstandard.compress(plain.encode()),
        "packed.csv.bz2": bz2.compress(bank.encode()),
        "packed.csv.xz": lzma.compress(plain.encode("utf-16")),
        "two-packed.csv.bz2": bz2.compress(plain[:1000].encode()) + bz2.compress(plain[1000:].encode()),
        "packed-by-no-name.csv": zstandard.compress(plain.encode()),
        "plain-named.csv.zst": plain.encode(),
        "utf32.csv": plain.encode("utf-32"),
        "utf32le.csv": plain.encode("utf-32-le"),
        "sep-line.csv": b"sep=;\r\n" + table(rows, separator=";", end="\r\n").encode(),
        "title.csv": "Выгрузка клиентов, ноябрь\n\n".encode() + table(rows, separator=";").encode(),
        "title-cp1251.csv": ("Отдел;маркетинга\n" + table(rows, separator=";")).encode("cp1251"),
        "trailing.csv": plain.replace("\n", ",\n").replace(",\n", "\n", 1).encode(),
        "trailing-twice.csv": plain.replace("\n", ",,\n").encode(),
        "header-trailing.csv": plain.replace("\n", ",,\n", 1).encode(),
        "spaced.csv": table(rows, quoting=csv.QUOTE_ALL).replace('","', '", "').encode(),
        "spellings.csv": table(rows, change=with_rubles, quoting=csv.QUOTE_ALL).encode(),
        "fractions.csv": table(rows, change=as_a_frame_writes).encode(),
        "letters-apart.csv": unicodedata.normalize("NFD", plain).encode(),
        "tabs.xls": table(rows, separator="\t").encode("cp1251"),
        "plain.parquet.txt": plain.encode(),
        "plain.xlsx.parquet": plain.encode(),
        "packed-cp1251.csv.gz": gzip.compress(table(rows, separator=";").encode("cp1251")),
    }  # fmt: skip
    for name, data in texts.items():
        (folder / name).write_bytes(data)
    write_workbook(folder / "typed.xlsx", rows, typed=True)
    write_workbook(folder / "texts.xlsx", rows, typed=False)
    write_workbook(folder / "titled.xlsx", rows, typed=True, title=True)
    write_strict(folder / "strict.xlsx", rows)
    write_ods(folder / "sheet.ods", rows)
    write_parquet(folder / "texts.parquet", rows)
    (folder / "parquet-named.xlsx").write_bytes((folder / "texts.parquet").read_bytes())
    write_parquet(
        folder / "typed.parquet",
        rows,
        types="userid::bigint as userid, Balance::double as Balance, Churn::integer::boolean as Churn",
    )
    hive = folder / "part-churn=1" / "Churn=1"
    hive.mkdir(parents=True)
    (hive / "rows.parquet").write_bytes((folder / "texts.parquet").read_bytes())
    (hive / "_SUCCESS").touch()
    (hive / ".rows.parquet.crc").write_bytes(b"crc")
    third = len(rows) // 3
    (folder / "part1.csv").write_bytes(table(rows[:third], separator=";").encode("cp1251"))
    write_workbook(folder / "part2.xlsx", rows[third : 2 * third], typed=True)
    write_parquet(folder / "part3.parquet", rows[2 * third :])
    found = {path.name: str(path) for path in sorted(folder.iterdir()) if not path.name.startswith("part")}
    return found | {"part*": str(folder / "part[0-9]*"), "folder": str(hive.parent)}
