"""Extracts as they come: encodings, separators, workbooks, line breaks in quotes; what `check` says."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest
import zstandard
from bank_churn.errors import BankChurnError
from bank_churn.intake import Found, prepare
from bank_churn.intake.detect import reads_as_russian
from bank_churn.intake.header import Layout, layout_of
from bank_churn.intake.macros import Macros
from bank_churn.intake.parquet import top_level
from bank_churn.intake.postgres import table_of
from bank_churn.intake.text import JOINT, records
from conftest import ROOT, run_build
from extracts import HEADER, good_row, to_line, write_lines

ROWS = [good_row(number) for number in range(60)]


def found_in(location: Path | str, folder: Path, **formats: object) -> Found:
    """What one file of metanprom is found to be."""
    settings = {"portfolios": ["metanprom"], "formats": {"metanprom": formats}}
    before = os.environ.get("METANPROM_CLIENTS")
    os.environ["METANPROM_CLIENTS"] = str(location)
    try:
        [found] = prepare(settings=settings, folder=folder / "intake")
    finally:
        os.environ.pop("METANPROM_CLIENTS")
        if before is not None:
            os.environ["METANPROM_CLIENTS"] = before
    return found


def table(separator: str = ",", decimal: str = ".") -> str:
    rows = [{**row, "Balance": row["Balance"].replace(".", decimal)} for row in ROWS]
    return "\n".join([separator.join(HEADER), *(to_line(row, separator=separator) for row in rows)]) + "\n"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1251", "windows-1251"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_an_encoding_is_found_and_read(encoding: str, told: str, packed: bool, tmp_path: Path):
    data = table(";", ",").replace("\n", "\r\n").encode(encoding)
    path = tmp_path / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(data) if packed else data)
    found = found_in(path, tmp_path)
    assert (found.separator, found.columns, found.row_count) == (";", tuple(HEADER), 60)
    assert f"csv, {told}, " in found.told
    assert "decimal point and comma" in found.told  # salaries have a point
    if found.path != str(path):
        assert Path(found.path).read_text(encoding="utf-8") == table(";", ",")


def test_only_what_dbt_cannot_read_is_copied(tmp_path: Path):
    plain = write_lines(tmp_path / "a.csv", [to_line(row) for row in ROWS])
    assert found_in(plain, tmp_path).path == plain
    other = tmp_path / "b.csv"
    other.write_bytes(table().encode("cp1251"))
    copy = Path(found_in(other, tmp_path).path)
    assert copy != other
    assert copy.parent.stat().st_mode & 0o777 == 0o700


def test_the_guess_can_be_put_right(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_bytes(table("~").encode("koi8-r"))
    with pytest.raises(BankChurnError, match=r"line 2: neither UTF-8 nor windows-1251.*encoding: koi8-r"):
        found_in(path, tmp_path)
    found = found_in(path, tmp_path, encoding="koi8-r", delimiter="~")
    assert found.columns == tuple(HEADER)
    assert Path(found.path).read_text(encoding="utf-8") == table("~")


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        ({"encoding": "klingon"}, "not known"),
        ({"delimiter": ";;"}, "one character"),
        ({"decimal": "'"}, 'must be "."'),
        ({"colour": "red"}, "means nothing"),
    ],
)
def test_a_wrong_setting_is_a_sentence(formats: dict[str, str], words: str, tmp_path: Path):
    path = write_lines(tmp_path / "a.csv", [to_line(ROWS[0])])
    with pytest.raises(BankChurnError, match=words):
        found_in(path, tmp_path, **formats)


@pytest.mark.parametrize(
    ("text", "is_russian"),
    [
        ("Ярославль;Ж;Рыбинск", True),
        ("РЫБИНСК", True),
        ("Ярославль".encode().decode("cp1251", errors="replace"), False),
        ("Ярославль".encode("koi8-r").decode("cp1251"), False),
        ("Ярославль".encode("cp866").decode("cp1251", errors="replace"), False),
        ("café".encode("latin-1").decode("cp1251"), False),
        ("no letter", False),
    ],
)
def test_russian_is_told_from_what_looks_like_it(text: str, is_russian: bool):
    assert reads_as_russian(text) is is_russian


def test_one_spoilt_byte_is_not_another_encoding(tmp_path: Path):
    data = table().encode().replace("Рыбинск".encode(), "Рыбинск".encode()[:-1], 1)
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    with pytest.raises(BankChurnError, match=r"line 3: not UTF-8 text, though other lines are"):
        found_in(path, tmp_path)


def joined(*lines: str, width: int = 3) -> list[tuple[str, int]]:
    return list(records(lines, ",", width))


def test_a_line_break_in_quotes_is_one_record_on_its_first_line():
    assert joined('1,"a', 'b",2', "3,4,5") == [(f'1,"a{JOINT}b",2', 2), ("3,4,5", 1)]
    assert joined('1,2,"a', "", 'b"', "3,4,5") == [(f'1,2,"a{JOINT}{JOINT}b"', 3), ("3,4,5", 1)]


@pytest.mark.parametrize(
    "lines",
    [
        ('1,"a,2', "3,4,5", "6,7,8"),  # never closed
        ('1,"a,2', "3,4,5", '6,b",8'),  # closed by another stray quote, with a good row between
        ('1,"a,2', '3,b",5', "6,7,8"),  # two broken rows side by side
        ('1,"a', 'b"'),  # closed, but no whole record
        ('1,"a',),
    ],
)
def test_a_stray_quote_swallows_no_other_row(lines: tuple[str, ...]):
    assert joined(*lines) == [(line, 1) for line in lines]


def workbook(path: Path, sheet: str = "Клиенты") -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Первый"
    page = book.create_sheet(sheet)
    for target in (book.active, page):
        target.append([])
        target.append([*HEADER, "Comment"])
        for row in ROWS if target is page else ROWS[:5]:
            cells = [int(value) if value.isdigit() else value or None for value in row.values()]
            target.append([*cells, 'two\nlines, "quoted"'])
    book.save(path)
    return path


def test_a_workbook_is_read_by_sheet(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx")
    first, named = found_in(path, tmp_path / "1"), found_in(path, tmp_path / "2", sheet="Клиенты")
    assert (first.row_count, named.row_count) == (5, 60)
    assert named.columns == (*HEADER, "Comment")
    lines = Path(named.path).read_text(encoding="utf-8").split("\n")
    assert lines[0].startswith("userid,")
    assert lines[1] == ""  # the header stands in row 2, the first client in row 3
    assert lines[2].startswith("1000000,400,Ярославль,Ж,18,0,50000.25,")
    with pytest.raises(BankChurnError, match="no sheet 'Нет'; sheets found: Первый, Клиенты"):
        found_in(path, tmp_path, sheet="Нет")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xlsx", b"", "is empty"),
        ("a.xlsx", b"PK\x03\x04 cut short", "not a whole Excel file"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls or protected"),
        ("a.csv.gz", gzip.compress(table().encode())[:-40], "not a whole gzip file"),
        ("a.parquet", b"PAR1 cut short", "not a whole parquet file"),
        ("a.csv", b"x" * 2_100_000, "longer than"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(name: str, data: bytes, words: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BankChurnError, match=words):
        found_in(path, tmp_path)


def test_a_formula_without_its_value_is_named(tmp_path: Path):
    """A program wrote the workbook and nobody opened it in Excel: the value stands nowhere."""
    path = workbook(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    book["Клиенты"]["E9"] = "=20+1"
    book.save(path)
    assert found_in(path, tmp_path).row_count == 5  # the first sheet has none
    with pytest.raises(BankChurnError, match=r"a\.xlsx, cell E9: a formula without its value"):
        found_in(path, tmp_path, sheet="Клиенты")


def with_cached_values(path: Path, value: str) -> None:
    """Put a value beside every formula, as Excel does when it saves."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    sheet = re.sub(rb"<v ?/>|<v></v>", f"<v>{value}</v>".encode(), sheet)
    parts["xl/worksheets/sheet1.xml"] = sheet if value else sheet.replace(b'<c r="B2"', b'<c t="str" r="B2"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("value", ["21", ""])
def test_a_formula_with_its_value_is_that_value(value: str, tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["userid", "age"])
    book.active.append([1, "=20+1"])
    path = tmp_path / "a.xlsx"
    book.save(path)
    with_cached_values(path, value)
    assert Path(found_in(path, tmp_path).path).read_text(encoding="utf-8") == f"userid,age\n1,{value}\n"


def write_parts(folder: Path) -> str:
    """60 clients in five monthly parts, each in its own format; returns the glob."""
    folder.mkdir()
    parts = [ROWS[start : start + 12] for start in range(0, 60, 12)]
    (folder / "clients-1.csv").write_bytes(text_of(parts[0], ";", ",").encode("cp1251"))
    (folder / "clients-2.csv").write_bytes(text_of(parts[1], "\t").encode("utf-16"))
    (folder / "clients-3.csv.gz").write_bytes(
        gzip.compress(text_of(parts[2], ";", ",", "\u2009").encode("utf-8-sig"))
    )
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    for row in parts[3]:
        book.active.append([float(row[name]) if name == "userid" else row[name] for name in HEADER])
    book.save(folder / "clients-4.xlsx")
    source = folder.parent / "part.csv"
    source.write_text(text_of(parts[4]), encoding="utf-8")
    duckdb.execute(f"copy (from '{source}') to '{folder}/clients-5.parquet' (format parquet)")
    return str(folder / "clients-*")


def text_of(
    rows: list[dict[str, str]], separator: str = ",", decimal: str = ".", space: str = "\u00a0"
) -> str:
    """Two lines a client, by a comment in quotes; a decimal comma comes with money and flags as in Excel."""
    lines = [separator.join([*HEADER, "Comment"])]
    for row in rows:
        money = row["Balance"].replace(".", decimal)
        if decimal == "," and money:
            money = f"{money[:2]}{space}{money[2:]}"
        flags = {"CreditCard": ["Нет", "Да"][int(row["CreditCard"])]} if decimal == "," else {}
        changed = {**row, "Balance": money or "-", **flags}
        lines.append(to_line(changed, separator=separator) + separator + '"first line\nsecond line"')
    return "\n".join(lines) + "\n"


CHECKED = """select client_id, known_city, known_gender, age_number, credit_score_number, balance_number,
    has_credit_card_flag, is_active_flag, estimated_salary_number, is_churned_flag, rule_codes
    from int_clients__checked order by 1"""
STAGED = ("--select", "+int_clients__checked", "--indirect-selection", "cautious")


@pytest.mark.slow
def test_parts_in_five_formats_are_one_extract(tmp_path: Path):
    plain = run_build(
        tmp_path / "plain",
        metanprom=write_lines(tmp_path / "plain.csv", [to_line(row) for row in ROWS]),
        arguments=STAGED,
    )
    mixed = run_build(tmp_path / "mixed", metanprom=write_parts(tmp_path / "parts"), arguments=STAGED)
    assert "left out" in mixed.stderr, mixed.stdout + mixed.stderr
    told = [line for line in mixed.stdout.splitlines() if line.startswith("metanprom: ")]
    for line, words in zip(told, ["windows-1251", "utf-16", "UTF-8", "Excel", "parquet"], strict=True):
        assert words in line
        assert "12 rows" in line
    rows = mixed.query(CHECKED)
    assert rows == plain.query(CHECKED)
    assert len(rows) == 60
    # Everything about the data names the user's file and its own lines: two lines a client, under the header.
    assert mixed.query(
        "select source_row_number, contains(raw_line, chr(10)) from int_clients__checked"
        " where source_file like '%clients-1.csv' order by 1"
    ) == [(2 + 2 * number, True) for number in range(12)]


def rounded(rows: list[tuple]) -> list[list]:
    """Rows without the last bits, which depend on the order that clients are summed in."""
    return [[round(value, 12) if isinstance(value, float) else value for value in row] for row in rows]


@pytest.mark.slow
def test_published_marts_do_not_depend_on_the_format(tmp_path: Path):
    """A whole build: five formats against one plain csv; the publication names and hashes the users files."""
    plain_file = write_lines(tmp_path / "plain.csv", [to_line(row) for row in ROWS])
    plain = run_build(tmp_path / "plain", metanprom=plain_file, arguments=("--quiet",))
    location = write_parts(tmp_path / "parts")
    mixed = run_build(tmp_path / "mixed", metanprom=location, arguments=("--quiet",))
    assert mixed.code == 0, mixed.stdout + mixed.stderr
    for mart in ("churn_rates", "data_quality", "churn_drivers", "portraits", "target_groups"):
        query = f"from {mart} order by all"
        assert rounded(mixed.query_published(query)) == rounded(plain.query_published(query)), mart
    clients = "select * exclude (source_file, source_row_number) from clients order by all"
    clients_file = "published/bank_churn_clients.duckdb"
    assert mixed.query(clients, clients_file) == plain.query(clients, clients_file)
    sources = mixed.query_published(
        "select file_name, row_count, sha256, file_state from _publication_sources order by 1"
    )
    files = sorted((tmp_path / "parts").iterdir())
    assert [row[0] for row in sources] == [path.name for path in files]
    assert [row[1] for row in sources] == [12] * 5
    for path, row in zip(files, sources, strict=True):
        with path.open("rb") as file:
            assert row[2] == hashlib.file_digest(file, "sha256").hexdigest()
    # Documentation compiles the same models later, in a process of its own.
    docs = [*(sys.executable, "-m", "bank_churn.cli", "docs", "--language", "en")]
    docs += ["--database", str(tmp_path / "mixed/build/bank_churn.duckdb")]
    docs += ["--target-path", str(tmp_path / "mixed/target"), "--output", str(tmp_path / "mixed/published")]
    variables = {**os.environ, "METANPROM_CLIENTS": location, "BANK_SCROOGE_CLIENTS": ""}
    done = subprocess.run(docs, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(("decimal", "balance"), [(",", 12.5), (".", 12_500.0)])
def test_a_stated_decimal_mark_settles_what_a_comma_is(decimal: str, balance: float, tmp_path: Path):
    rows = [{**good_row(1), "Balance": "12,500"}, {**good_row(3), "Balance": "7.25"}]
    location = write_lines(tmp_path / "a.csv", [to_line(row, separator=";") for row in rows], separator=";")
    formats = f"formats: {{metanprom: {{decimal: '{decimal}'}}}}"
    build = run_build(tmp_path, metanprom=location, arguments=(*STAGED, "--vars", formats))
    assert "left out" in build.stderr, build.stdout + build.stderr
    assert build.query("select balance_number, rule_codes from int_clients__checked order by client_id") == [
        (balance, ""),
        (7.25, ""),
    ]


def run_check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bank_churn.cli", "check", "--language", "en"]
    command += ["--database", str(folder / "build/bank_churn.duckdb"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_check_tells_what_is_wrong_and_shows_no_client(tmp_path: Path):
    rows = [dict(row) for row in ROWS]
    rows[4]["Age"], rows[7]["City"], rows[9]["Gender"] = "340", "Кологрив", "X"
    lines = [to_line(row, separator=";") + ";Ъ" for row in rows] + [to_line(rows[20], separator=";") + ";Ъ"]
    text = "\n".join([";".join([*HEADER, "Note"]), *lines])
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("cp1251"))
    done = run_check(tmp_path, str(path))
    assert done.returncode == 1, done.stderr
    for words in (
        'windows-1251, separator ";", decimal point, 61 rows',
        "Portfolio: metanprom",
        "12 of 12 found; extra, not read: Note",
        "61, of which 58 accepted, 3 rejected",
        "row 6: 340",
        "row 11: X",
        "row 62, repeats row 22",
        "Balance: no value",
        "Кологрив",
    ):
        assert words in done.stdout, words
    assert not [number for number in range(60) if str(1_000_000 + number) in done.stdout]
    assert not list((tmp_path / "build").iterdir())
    whole = run_check(tmp_path, str(path), "--show-rows", "--portfolio", "metanprom")
    assert whole.returncode == 1
    assert "row 6: 1000004;" in whole.stdout
    assert "1000005" not in whole.stdout


@pytest.mark.slow
def test_check_and_its_exit_codes(tmp_path: Path):
    clean = run_check(tmp_path, write_lines(tmp_path / "clean.csv", [to_line(row) for row in ROWS]))
    assert (clean.returncode, clean.stderr) == (0, "")
    assert "Nothing to put right" in clean.stdout
    lacking = [column for column in HEADER if column != "Age"]
    without = run_check(tmp_path, write_lines(tmp_path / "without.csv", [to_line(ROWS[0], lacking)], lacking))
    assert without.returncode == 2
    assert "11 of 12 found; missing: age" in without.stdout
    assert 'has no column "age"' in without.stderr
    assert len(without.stderr.strip().splitlines()) == 1
    for location, words in (
        (str(tmp_path / "nowhere.csv"), "No file at"),
        (write_lines(tmp_path / "other.csv", ["1,2"], ["a", "b"]), "looks like no extract of"),
    ):
        done = run_check(tmp_path, location)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("lines", "skipped", "separator"),
    [
        (["a;b;c", "1;2;3"], 0, ";"),
        (["Отчёт, ноябрь", "", "a;b;c;d", "1;2;3;4", "5;6;7;8"], 2, ";"),
        (["Дата;25.11.2026", "a;b;c;d", "1;2;3;4", "5;6;7;8"], 1, ";"),
        (["sep=|", "a|b", "1|2"], 1, "|"),
        ([";;;", "a;b;c;d", "1;2;3;4"], 1, ";"),
        (["1;2;3", "4;5;6", "7;8;9"], 0, ";"),  # no names at all: nothing is passed over
        (["a", "1,5", "2,5"], 0, ","),
        (["a;b;c", "1,2;x;y", "3,4;x;y"], 0, ";"),
        (["a,b,c", "1;2;3", "4;5;6"], 0, ","),  # rows that part otherwise are what is wrong, not the header
    ],
)
def test_the_header_is_found(lines: list[str], skipped: int, separator: str):
    assert layout_of(lines) == Layout(skipped, separator)


def test_a_stated_header_row_is_obeyed(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("x,y,z\nmore,of,it\n" + table(), encoding="utf-8")
    found = found_in(path, tmp_path, header_row=3)
    assert found.columns == tuple(HEADER)
    assert "header in line 3" in found.told
    assert found.row_count == 60
    with pytest.raises(BankChurnError, match="a number for header_row"):
        found_in(path, tmp_path, header_row="third")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv.zst", zstandard.compress(table().encode())[:-9], "not a whole zstandard file"),
        ("a.csv.bz2", bz2.compress(table().encode())[:-9], "not a whole bzip2 file"),
        ("a.csv.xz", lzma.compress(table().encode())[:-9], "not a whole xz file"),
        ("a.csv", b"", "is empty"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "web page or XML"),
        ("a.csv", b'[{"userid": 1}]', "is JSON"),
        ("a.csv", b"%PDF-1.4", "is a PDF"),
        ("a.parquet", b"\x01\x02\x03\x04" * 50, "neither text nor a whole"),
        ("a.csv.gz", gzip.compress(b"PAR1", mtime=0), "a parquet file inside gzip: unpack it"),
        ("a.parquet", b"PAR1" + b"\x15\x04" * 99 + b"PAR1", "not a whole parquet file"),
    ],
)
def test_what_is_no_table_is_one_sentence(name: str, data: bytes, words: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(BankChurnError, match=words) as caught:
        found_in(path, tmp_path)
    assert "\n" not in str(caught.value)


def test_an_address_is_a_sentence_that_says_what_to_do():
    with pytest.raises(BankChurnError, match=r"not read from an address \(https://…\): download it"):
        table_of("https://user:secret@example.org/clients.csv")


def test_a_workbook_that_unpacks_without_bound_is_refused(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx")
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/more.xml", "w") as part,
    ):
        for _ in range(101):
            part.write(bytes(1 << 20))
    with pytest.raises(BankChurnError, match="unpacks to 101 MB, more than a workbook may"):
        found_in(path, tmp_path)


def test_zeros_that_excel_shows_belong_to_an_id(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["userid", "age"])
    book.active.append([123, 45])
    book.active["A2"].number_format = "00000000"
    book.save(tmp_path / "a.xlsx")
    text = Path(found_in(tmp_path / "a.xlsx", tmp_path).path).read_text(encoding="utf-8")
    assert text == "userid,age\n00000123,45\n"


def test_values_nested_without_end_are_no_table():
    schema = [("root", 1), *((f"level{n}", 1) for n in range(50)), ("leaf", 0)]
    with pytest.raises(BankChurnError, match="nested in values"):
        top_level(schema, "a.parquet")
    assert top_level([("root", 3), ("a", 0), ("b", 2), ("x", 0), ("y", 0), ("c", 0)], "b") == ("a", "b", "c")


def test_the_header_of_a_large_file_is_its_first_line(tmp_path: Path):
    """Several threads read such a file, and what is selected first need not be the beginning."""
    path = tmp_path / "large.csv"
    path.write_text(
        "\n".join(["header", *("a row of a client" * 8 for _ in range(200_000))]), encoding="utf-8"
    )
    macros = Macros({}, ROOT / "macros")
    plain = SimpleNamespace(dispatch=lambda *_: lambda text: text)  # DuckDB takes no sign for an escape
    macros._jinja.globals["adapter"] = plain
    lines = macros.call("duckdb__csv_lines", str(path), in_order=True)
    with duckdb.connect(config={"threads": 4, "preserve_insertion_order": "false"}) as connection:
        first = {connection.execute(f"select line from {lines} limit 1").fetchone() for _ in range(20)}
    assert first == {("header",)}
