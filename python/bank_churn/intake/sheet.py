"""One sheet of a workbook, of Excel or OpenDocument, as records, each on the line of its row."""

from __future__ import annotations

import datetime
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any
from xml.etree import ElementTree

from bank_churn.errors import BankChurnError
from bank_churn.intake.detect import Kind
from bank_churn.intake.header import SAMPLE_LINES, header_place, usual_width
from bank_churn.intake.options import Options
from bank_churn.intake.text import JOINT
from bank_churn.words.safe_text import shown

if TYPE_CHECKING:
    import openpyxl

MOST_ROWS = 1_048_576  # Excel's own limit
MOST_COLUMNS = 16_384
MOST_SHEETS = 30
MOST_EXPANDED = 100 << 20
MOST_RATIO = 100
MOST_TEXTS = 300 << 20
STRICT = b"http://purl.oclc.org/ooxml/"
NAMESPACES = {
    STRICT + b"spreadsheetml/": b"http://schemas.openxmlformats.org/spreadsheetml/2006/",
    STRICT + b"officeDocument/": b"http://schemas.openxmlformats.org/officeDocument/2006/",
    STRICT + b"drawingml/": b"http://schemas.openxmlformats.org/drawingml/2006/",
}


def cell_text(value: object) -> str:
    """Write a cell as text.

    Args:
        value: What the cell holds.

    Returns:
        Its text: whole numbers without a fraction, so that ids match those of a csv file.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)


def csv_field(value: str) -> str:
    """Write a text as a csv field."""
    text = re.sub(r"\r\n|\r|\n", JOINT, value)
    return '"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text


def has_formulas(part: IO[bytes]) -> bool:
    """Tell whether a sheet holds a formula, a piece of its text at a time."""
    tail = b""
    while piece := part.read(1 << 20):
        if re.search(rb"<(\w+:)?f[\s/>]", tail + piece):
            return True
        tail = piece[-50:]
    return False


def check_formulas(path: Path, part: str) -> None:
    """Make sure that every formula of a sheet has its value beside it: only Excel can work one out."""
    with zipfile.ZipFile(path) as archive:
        with archive.open(part) as xml:
            if not has_formulas(xml):
                return
        with archive.open(part) as xml:
            for _, element in ElementTree.iterparse(xml):
                kind = element.tag.rpartition("}")[2]
                parts = {child.tag.rpartition("}")[2]: child.text for child in element} if kind == "c" else {}
                # A formula whose value is an empty text says that it is a text.
                if "f" in parts and not parts.get("v") and element.get("t") != "str":
                    raise BankChurnError(
                        f"{path}, cell {element.get('r', '?')}: a formula without its value. Open the file in"
                        " Excel and save it, or replace formulas by their values."
                    )
                if kind == "row":
                    element.clear()


@dataclass(frozen=True)
class Page:
    """A sheet that was chosen.

    Attributes:
        kind: The workbook's kind.
        program: Whose format it is, in words.
        name: Name of the sheet.
        is_chosen: Whether it is another than the first.
        records: The header with the number of rows down to it, then each row, as csv records.
    """

    kind: Kind
    program: str
    name: str
    is_chosen: bool
    records: Iterator[tuple[str, int]]


@contextmanager
def open_page(path: Path, kind: Kind, options: Options) -> Iterator[Page]:
    """Open the sheet of a workbook that holds the table.

    Args:
        path: The workbook.
        kind: Its kind.
        options: Name of the sheet and number of the header's row, where they are not to be guessed.

    Yields:
        The sheet that is named; or the first that is at least half as wide as the widest, so that a cover
        or a list of contents is passed over.
    """
    try:
        check_expansion(path)
        with TemporaryFile() as plain:
            book = open_book(path, plain) if kind == "xlsx" else OdsBook(path)
            if not book.names or (options.sheet is not None and options.sheet not in book.names):
                found = ", ".join(shown(name) for name in book.names) or "none"
                raise BankChurnError(
                    f"{path}: there is no sheet {shown(options.sheet or 'of cells')!r}; sheets"
                    f" found: {found}."
                )
            first = {name: list(islice(book.rows(name), SAMPLE_LINES)) for name in book.names[:MOST_SHEETS]}
            widths = {name: usual_width(rows) for name, rows in first.items()}
            widest = max(widths.values())
            name = options.sheet or next(name for name, width in widths.items() if 2 * width >= widest)
            book.check(name)
            rows = first.get(name, [])
            skipped = header_place(rows) if options.header_row is None else options.header_row - 1
            program = "Excel" if kind == "xlsx" else "OpenDocument"
            records = page_records(path, book.rows(name), skipped)
            yield Page(kind, program, name, name != book.names[0], records)
    except BankChurnError:
        raise
    except OSError as error:
        if not isinstance(error, zipfile.BadZipFile) and error.errno is not None:
            raise
        raise BankChurnError(f"{path} is not a whole Excel file: save it in Excel again.") from error
    except Exception as error:  # openpyxl tells damage by whatever breaks first
        raise BankChurnError(f"{path} is not a whole Excel file: save it in Excel again.") from error


def page_records(path: Path, rows: Iterator[list[str]], skipped: int) -> Iterator[tuple[str, int]]:
    """Write rows as csv records."""
    width = 0
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            raise BankChurnError(f"{path}: the sheet has more than {MOST_ROWS:,} rows: save it as csv.")
        fields = [csv_field(value) for value in row]
        while fields and fields[-1] == "" and (not width or len(fields) > width):
            fields.pop()
        if not width:
            width = len(fields) if number >= skipped else 0
            if width:
                yield unicodedata.normalize("NFC", ",".join(fields)), number + 1
            continue
        yield (",".join(fields + [""] * (width - len(fields))) if any(fields) else ""), 1


def check_expansion(path: Path) -> None:
    """Make sure that a workbook does not unpack to more than this machine should read."""
    with zipfile.ZipFile(path) as archive:
        for part in archive.infolist():
            is_bomb = part.file_size > MOST_EXPANDED and part.file_size > MOST_RATIO * max(
                part.compress_size, 1
            )
            is_texts = part.filename.lower().endswith("sharedstrings.xml") and part.file_size > MOST_TEXTS
            if is_bomb or is_texts:
                raise BankChurnError(
                    f"{path} unpacks to {part.file_size >> 20:,} MB, more than a workbook may"
                    f" ({MOST_EXPANDED >> 20} MB where they come from {MOST_RATIO} times less,"
                    f" {MOST_TEXTS >> 20} MB of texts): save it as csv."
                )


class ExcelBook:
    """A workbook of Excel, read by openpyxl row by row."""

    def __init__(self, path: Path, book: openpyxl.Workbook) -> None:
        """Take a workbook."""
        self.path, self.book = path, book
        self.names = [page.title for page in book.worksheets]

    def check(self, name: str) -> None:
        """Make sure that every formula of a sheet has its value."""
        # openpyxl is pinned; it tells the place by no other name
        check_formulas(self.path, self.book[name]._worksheet_path)

    def rows(self, name: str) -> Iterator[list[str]]:
        """Go through the texts of a sheet's rows."""
        page = self.book[name]
        page.reset_dimensions()
        for row in page.iter_rows():
            yield [excel_text(cell) for cell in row]


def excel_text(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no common type of cells
    """Write a cell as Excel shows it: with the zeros in front that its format asks for."""
    text = cell_text(cell.value)
    if isinstance(cell.value, int | float) and text.isdigit():
        zeros = cell.number_format
        if re.fullmatch("0{2,}", zeros):
            return text.zfill(len(zeros))
    return text


def open_book(path: Path, plain: IO[bytes]) -> ExcelBook:
    """Open a workbook of Excel; a strict one is first rewritten with the names that openpyxl knows."""
    with zipfile.ZipFile(path) as archive:
        main = next(name for name in archive.namelist() if name.lower().endswith("xl/workbook.xml"))
        is_strict = STRICT in archive.read(main)
        if is_strict:
            with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
                for part in archive.infolist():
                    rewrite_part(archive, part, target)
    source: Any = plain if is_strict else path
    import openpyxl  # a third of a second, for those who send workbooks

    return ExcelBook(path, openpyxl.load_workbook(source, read_only=True, data_only=True))


def rewrite_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
    """Copy a part of a strict workbook, a piece at a time, with the common names of namespaces."""
    with archive.open(part) as source, target.open(part.filename, "w", force_zip64=True) as copy:
        tail = b""
        while piece := source.read(1 << 20):
            text = tail + piece
            cut = text.rfind(b">") + 1 or len(text)  # no name of a namespace holds one
            tail, text = text[cut:], text[:cut]
            copy.write(common_names(text))
        copy.write(common_names(tail))


def common_names(text: bytes) -> bytes:
    """Write the namespaces of strict workbooks as others write them."""
    for strict, common in NAMESPACES.items():
        text = text.replace(strict, common)
    return text


class OdsBook:
    """A workbook of LibreOffice or another program for OpenDocument, read row by row."""

    def __init__(self, path: Path) -> None:
        """List its sheets."""
        self.path = path
        self.names = [name for name, _ in self.elements(("table",)) if name]

    def elements(self, kinds: tuple[str, ...]) -> Iterator[tuple[str, ElementTree.Element | None]]:
        """Go through a workbook's rows, each with its sheet's name; a sheet that begins comes with no row."""
        with zipfile.ZipFile(self.path) as archive, archive.open("content.xml") as xml:
            sheet = ""
            for event, element in ElementTree.iterparse(xml, events=("start", "end")):
                kind = element.tag.rpartition("}")[2]
                if event == "start" and kind == "table":
                    table, sheet = element, attribute(element, "name")
                    yield sheet, None
                if event == "end" and kind == "table-row":
                    if "table-row" in kinds:
                        yield sheet, element
                    element.clear()
                    table.clear()  # or it would keep every row

    def check(self, name: str) -> None:
        """Do nothing: OpenDocument keeps the value of every formula."""

    def rows(self, name: str) -> Iterator[list[str]]:
        """Go through the texts of a sheet's rows."""
        waiting = 0  # empty rows are told when another follows: a sheet ends in a million of them
        for sheet, row in self.elements(("table-row",)):
            if sheet != name or row is None:
                continue
            fields = ods_fields(row)
            times = repeated(row, "number-rows-repeated")
            if not any(fields):
                waiting += times
                continue
            yield from ([] for _ in range(min(waiting, MOST_ROWS + 2)))
            waiting = 0
            yield from (list(fields) for _ in range(min(times, MOST_ROWS + 2)))


def attribute(element: ElementTree.Element, name: str) -> str:
    """Read an attribute, whatever its namespace."""
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), "")


def repeated(element: ElementTree.Element, name: str) -> int:
    """Say how often a row or cell stands there."""
    text = attribute(element, name)
    return int(text) if text.isdigit() else 1


def ods_fields(row: ElementTree.Element) -> list[str]:
    """Read the texts of a row's cells, up to the last that is not empty."""
    fields: list[str] = []
    waiting = 0
    for cell in row:
        if cell.tag.rpartition("}")[2] not in ("table-cell", "covered-table-cell"):
            continue
        text, times = ods_text(cell), repeated(cell, "number-columns-repeated")
        if not text:
            waiting += times
            continue
        fields += [""] * min(waiting, MOST_COLUMNS) + [text] * min(times, MOST_COLUMNS)
        waiting = 0
    return fields


def ods_text(cell: ElementTree.Element) -> str:
    """Write a cell of OpenDocument as a csv field would hold it."""
    kind = attribute(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        return cell_text(float(attribute(cell, "value")))
    if kind in ("date", "boolean"):
        return attribute(cell, f"{kind}-value").removesuffix("T00:00:00")
    lines = (part for part in cell if part.tag.rpartition("}")[2] == "p")
    return "\n".join("".join(line.itertext()) for line in lines)
