"""Files of every format with spoilt bytes end in a sentence or in all their rows, never in a traceback."""

from __future__ import annotations

import json
import random
import re
import zipfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from bank_churn.errors import BankChurnError
from bank_churn.intake.options import Options
from bank_churn.intake.parquet import check_pages
from bank_churn.intake.prepare import Found, read_file
from variants import Rows, extract_rows, table, write_variants

INNER_WORDS = re.compile(
    r"Traceback|Exception|std::|TProtocol|Invalid (Input|Error)|snappy|0x|<class|thrift|Errno|b'", re.I
)
MOST_MEMORY = 500  # MB
CHECKED = (b"PK", b"PAR1", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
"""Beginnings of formats with check sums or counts: one that is read has its rows, or twice as many."""


def write_no_tables(folder: Path, rows: Rows) -> list[Path]:
    """Write what is no table, or a table where none is looked for: each is refused in a sentence."""
    texts = {
        "rows.json": json.dumps(rows),
        "lines.json": "\n".join(json.dumps(row) for row in rows),
        "page.html": f"<html><body><table><tr><td>{rows[0]['City']}</td></tr></table></body></html>",
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    with zipfile.ZipFile(folder / "packed.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("clients.csv", table(rows))
    return [folder / name for name in (*texts, "packed.csv.zip")]


def spoil(data: bytes, draw: random.Random) -> bytes:
    """Change, cut out, add or overwrite some bytes."""
    place, kind = draw.randrange(len(data)), draw.choice(["flip", "cut", "insert", "zeros", "twice", "drop"])
    if kind == "flip":
        return data[:place] + bytes([data[place] ^ draw.randint(1, 255)]) + data[place + 1 :]
    if kind == "cut":
        return data[:place]
    if kind == "insert":
        return data[:place] + draw.randbytes(draw.randint(1, 20)) + data[place:]
    if kind == "zeros":
        return data[:place] + bytes(64) + data[place + 64 :]
    if kind == "twice":
        return data + data
    return data[:place] + data[place + draw.randint(1, 200) :]


def read(path: Path, folder: Path) -> Found | None:
    """Read a file as a build does; None when that ended in a sentence, which is looked at."""
    try:
        found = read_file("bank", str(path), Options(), folder)
        if found.kind == "parquet":
            check_pages(str(path))
    except BankChurnError as error:
        told = str(error)
        assert "\n" not in told
        assert len(told) > 20
        assert not INNER_WORDS.search(told.replace(str(path), "")), told
        return None
    return found


def check_rows(found: Found, count: int, is_checked: bool) -> None:
    """What is handed to dbt has as many rows as were told, and of a checked format none is missing."""
    if found.kind != "parquet" and found.is_copy:
        with open(found.path, encoding="utf-8", newline="\n") as file:
            records = sum(line.strip(" \n") != "" for line in file)
        assert records - 1 == found.row_count, found.file
    if is_checked:
        assert found.row_count in (count, 2 * count + 1), (found.file, found.row_count)


def try_all(folder: Path, count: int) -> tuple[Counter[str], int]:
    """Spoil every format in turn, the same way at each run; how each ended, and the memory taken in MB."""
    rows = extract_rows(30)
    written = [Path(path) for path in write_variants(folder / "variants", rows).values()]
    no_tables = write_no_tables(folder / "variants", rows)
    intake = folder / "intake"
    intake.mkdir()
    assert not any(read(path, intake) for path in no_tables)
    paths = [path for path in written if path.is_file()] + no_tables
    draw, outcomes = random.Random(1), Counter[str]()
    for number in range(count):
        source = paths[number % len(paths)]
        path = folder / f"spoilt-{source.name}"
        data = source.read_bytes()
        path.write_bytes(spoil(data, draw))
        found = read(path, intake)
        if found:
            check_rows(found, len(rows), data.startswith(CHECKED))
        outcomes["rows" if found else "a sentence"] += 1
        path.unlink()
        for copy in intake.iterdir():
            copy.unlink()
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return outcomes, int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024


def try_apart(folder: Path, count: int) -> Counter[str]:
    """The same in a process of its own: memory that other tests took is not counted."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        outcomes, used = pool.submit(try_all, folder, count).result()
    print(f"{count} spoilt files: {dict(outcomes)}, at most {used} MB")
    assert sum(outcomes.values()) == count
    assert used <= MOST_MEMORY
    return outcomes


def test_spoilt_files_end_in_a_sentence_or_in_rows(tmp_path: Path):
    outcomes = try_apart(tmp_path, 100)
    assert min(outcomes["rows"], outcomes["a sentence"]) >= 20


@pytest.mark.slow
def test_many_spoilt_files(tmp_path: Path):
    try_apart(tmp_path, 2_000)
