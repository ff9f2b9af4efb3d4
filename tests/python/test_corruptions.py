"""Any extract, however spoilt, ends in a sentence or in rows of which none is lost and none is altered."""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import re
from collections import Counter
from typing import Any

import pytest
import zstandard
from compiled_cleaning import Cleaned, Cleaning
from corruptions import Corrupted, corrupted, good_lines
from extracts import HEADER, write_lines
from hypothesis import HealthCheck, given, settings

CANONICAL = {
    **{"userid": "client_id", "score": "credit_score", "City": "city", "Gender": "gender", "Age": "age"},
    **{
        "Objects": "property_points",
        "Balance": "balance",
        "Products": "product_count",
        "Churn": "is_churned",
    },
    **{"CreditCard": "has_credit_card", "Loyalty": "is_active", "estimated_salary": "estimated_salary"},
}
DERIVED = {
    **{"age": "age_band", "property_points": "property_band"},
    **{"balance": "has_balance", "city": "city_is_known"},
}
UNPACKERS = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ": lzma.decompress,
    b"\x28\xb5\x2f\xfd": lambda data: (
        zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    ),
}
NAMES = {"UTF-8": "utf-8-sig", "windows-1251": "cp1251"}


def text_of(spoilt: Corrupted, cleaned: Cleaned) -> str:
    """The file's text in the encoding that it was found to be in."""
    data = spoilt.data
    for start, unpack in UNPACKERS.items():
        data = unpack(data) if data is spoilt.data and data.startswith(start) else data
    encoding = cleaned.found[0].told.split(", ")[1]
    return data.decode(NAMES.get(encoding, encoding))


def lines_of(text: str) -> list[str]:
    """Physical lines, whatever they end in."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def check_no_line_is_lost(lines: list[str], staged: list[tuple[int, str]], told: str) -> None:
    """Every line that is not blank, under the header, is in exactly one row; nothing else is in any."""
    covered: Counter[int] = Counter()
    for number, raw in staged:
        taken = raw.split("\n")
        assert lines[number - 1 : number - 1 + len(taken)] == taken
        covered.update(range(number, number + len(taken)))
    assert set(covered.values()) <= {1}
    first = min(covered, default=0)
    left_out = [
        number for number, line in enumerate(lines, start=1) if line.strip(" ") and number not in covered
    ]
    stated = re.search(r"header in line (\d+)", told)
    above = int(stated.group(1)) - 1 if stated else 0
    header = lines[above] if lines[above].count('"') % 2 == 0 else "\n".join(lines[above : first - 1])
    assert set(left_out) <= set(range(1, above + header.count("\n") + 2)), left_out


def check_facts(row: dict[str, Any], good: dict[str, dict[str, Any]], raw: str, cleaned: Cleaned) -> None:
    """A client differs from the good one only where the row's own text does."""
    found = cleaned.found[0]
    separator = found.separator
    before = good.get(row["client_id"])
    if before is None:
        return
    [cells] = csv.reader([raw], delimiter=separator, strict=True) if "\n" not in raw else [[]]
    names = [name.lower() for name in found.columns]
    original = dict(zip([name.lower() for name in HEADER], good_cells(row["client_id"]), strict=True))
    for name, canonical in CANONICAL.items():
        written = cells[names.index(name.lower())] if cells else None
        if written is not None and written.strip() == original[name.lower()]:
            for column in (canonical, DERIVED.get(canonical, canonical)):
                assert row[column] == before[column], (column, row[column], before[column])


def good_cells(client_id: str) -> list[str]:
    [line] = [line for line in good_lines() if line.startswith(f"{client_id},")]
    return line.split(",")


def check(spoilt: Corrupted, cleaned: Cleaned, good: dict[str, dict[str, Any]]) -> str:
    """Make sure that the outcome is one of the two allowed; returns which."""
    if cleaned.error:
        assert "\n" not in cleaned.error
        assert len(cleaned.error) > 20
        assert "Traceback" not in cleaned.error
        return "a sentence"
    clients, rejected = cleaned.tables["clients"], cleaned.tables["rejected_clients"]
    [portfolio] = cleaned.tables["portfolios"]
    assert portfolio["raw_row_count"] == len(clients) + len(rejected) == len(cleaned.staged)
    assert portfolio["raw_row_count"] == cleaned.found[0].row_count
    places = [row["source_row_number"] for row in clients + rejected]
    assert sorted(places) == [number for number, _ in cleaned.staged]
    assert all(row["reasons"] for row in rejected)
    lines = lines_of(text_of(spoilt, cleaned))
    check_no_line_is_lost(lines, cleaned.staged, cleaned.found[0].told)
    raws = dict(cleaned.staged)
    for row in clients:
        check_facts(row, good, raws[row["source_row_number"]], cleaned)
    # A row as it was is a client, unless another row of the file has taken its id.
    intact = {
        line: line.split(cleaned.found[0].separator)[0] for line in good_lines(cleaned.found[0].separator)[1:]
    }
    if [name.lower() for name in cleaned.found[0].columns] == [name.lower() for name in HEADER]:
        reasons = {row["source_row_number"]: row["reasons"] for row in rejected}
        for number, raw in cleaned.staged:
            if raw in intact and number in reasons:
                assert set(reasons[number]) <= {"exact_duplicate", "client_id_repeated"}, reasons[number]
                assert intact[raw] in {row["client_id"] for row in clients}
    return "rejected rows" if rejected else "clients only"


def try_corruptions(cleaning: Cleaning, count: int) -> Counter[str]:
    """Spoil the extract `count` times, the same way at each run; returns how often each outcome came."""
    whole = cleaning.clean(write_lines(cleaning.folder / "good.csv", good_lines()[1:]))
    good = whole.facts()
    assert len(good) == len(good_lines()) - 1
    outcomes: Counter[str] = Counter()
    kinds: Counter[str] = Counter()

    @settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(spoilt=corrupted())
    def attempt(spoilt: Corrupted) -> None:
        for old in cleaning.folder.glob("clients*"):
            old.unlink()
        path = cleaning.folder / spoilt.name
        path.write_bytes(spoilt.data)
        outcomes[check(spoilt, cleaning.clean(path), good)] += 1
        kinds.update(spoilt.kinds)

    attempt()
    print(f"{sum(outcomes.values())} corruptions: {dict(outcomes)}; kinds: {dict(kinds)}")
    return outcomes


def test_a_spoilt_extract_is_a_sentence_or_loses_nothing(cleaning: Cleaning):
    outcomes = try_corruptions(cleaning, 100)
    assert sum(outcomes.values()) >= 100
    assert min(outcomes[name] for name in ("a sentence", "rejected rows", "clients only")) >= 5


@pytest.mark.slow
def test_many_spoilt_extracts(cleaning: Cleaning):
    outcomes = try_corruptions(cleaning, 1_000)
    assert sum(outcomes.values()) >= 1_000
