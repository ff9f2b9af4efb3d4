"""Twenty formats of an extract give the same clients; a spoilt one gives a sentence, or loses nothing."""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import zstandard
from bank_churn.running.artifacts import public_marts
from compiled_cleaning import RESULTS, Cleaned, Cleaning
from conftest import Build, run_build
from corruptions import Corrupted, corrupted, good_lines
from extracts import HEADER, good_row, to_line, write_lines
from hypothesis import HealthCheck, given, settings
from variants import extract_rows, write_variants

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


# The same extract in other formats

# Where a row stood, and its text as it stood there; everything else must be equal.
PLACES = {"source_file", "source_row_number", "repeats_file", "repeats_row_number", "raw_line"}
SPELT = {"has_credit_card", "is_active", "is_churned", "balance", "estimated_salary"}


def comparable(cleaned: Cleaned) -> dict[str, list[list[Any]]]:
    """Every row of the cleaning's results, without places; of rejected rows without their spellings."""
    found = {}
    for name in RESULTS:
        left_out = PLACES | (SPELT if name == "rejected_clients" else set())
        found[name] = sorted(
            (
                [value for column, value in row.items() if column not in left_out]
                for row in cleaned.tables[name]
            ),
            key=str,
        )
    return found


def test_every_format_gives_the_same_clients(cleaning: Cleaning, tmp_path: Path):
    """Of the cleaning, marts read only what is compared here (see the next test)."""
    variants = write_variants(tmp_path / "variants", extract_rows(90))
    assert len(variants) >= 20
    expected = comparable(cleaning.clean(variants.pop("plain.csv")))
    assert len(expected["clients"]) == 92
    assert len(expected["rejected_clients"]) == 6
    for name, location in variants.items():
        cleaned = cleaning.clean(location)
        assert not cleaned.error, (name, cleaned.error)
        assert comparable(cleaned) == expected, name


def test_a_path_is_data_only_where_the_settings_say_so(cleaning: Cleaning, tmp_path: Path):
    """Folders named Churn=1 change nothing; `path_columns` takes a column from them, letters' case apart."""
    header = [name for name in HEADER if name != "City"]
    for number, city in enumerate(("Рыбинск", "Ростов Великий", "__HIVE_DEFAULT_PARTITION__")):
        rows = [to_line(good_row(10 * number + row), header) for row in range(10)]
        write_lines(tmp_path / f"hive/Churn=1/city={city}/part.csv", rows, header)
    whole = str(tmp_path / "hive")
    assert 'has no column "city"' in cleaning.clean(whole).error
    cleaned = cleaning.clean(whole, path_columns=["City"])
    assert not cleaned.error
    clients = cleaned.tables["clients"]
    # A folder without a value is a city that is not known, as an empty field is.
    assert {(row["city"], int(row["client_id"]) // 10 % 10) for row in clients} == {
        *(("Рыбинск", 0), ("Ростов Великий", 1), (None, 2))
    }
    assert len(clients) == 30
    assert sum(row["is_churned"] for row in clients) == 6
    one = cleaning.clean(tmp_path / "hive/Churn=1/city=Рыбинск/part.csv", path_columns=["Region"])
    assert "formats says that its path holds Region, but there is no folder Region=" in one.error


def test_marts_depend_on_an_extract_by_its_cleaned_rows_only(cleaning: Cleaning):
    """Nothing but the cleaning reads a staging model, so equal cleaned rows are equal marts."""
    children = cleaning.manifest.child_map
    reached, waiting = set(), [name for name in children if ".stg_" in name and name.startswith("model.")]
    gates = {child for child in children if child.split(".")[2] in RESULTS}
    while waiting:
        for child in children[waiting.pop()]:
            if child.startswith("model.") and child not in reached | gates:
                reached.add(child)
                waiting.append(child)
    assert {name.split(".")[2] for name in reached} <= {
        *("int_clients__unioned", "int_clients__checked", "int_clients__judged", "int_clients__verdicts"),
        *("int_clients__repeated_ids", "int_clients__suspects", "int_clients__duplicates"),
        "int_metric_quantiles",
        "int_clients__city_spellings",
        *("int_holdings__stated", "int_holdings__wide", "int_holdings__problems"),
    }


def told(value: Any) -> Any:
    """A number to twelve digits: the last bits of a sum depend on the order in which threads add."""
    return f"{value:.12g}" if isinstance(value, float) else value


def marts_of(build: Build) -> dict[str, list[list[Any]]]:
    """Every row of every public mart in a build database, without places."""
    manifest = build.manifest()
    found = {}
    for mart in public_marts(manifest):
        left_out = PLACES | (SPELT if mart.name == "rejected_clients" else set())
        columns = ", ".join(f'"{column}"' for column in mart.columns if column not in left_out)
        rows = [
            [told(value) for value in row] for row in build.query(f"select {columns} from {mart.relation}")
        ]
        found[mart.relation] = sorted(rows, key=str)
    return found


@pytest.mark.slow
def test_whole_builds_from_different_formats_are_equal(tmp_path: Path):
    """Every row of every public mart, the churn model and the drivers among them."""
    variants = write_variants(tmp_path / "variants", extract_rows(600))
    builds = {}
    for name in ("plain.csv", "bank-cp1251.csv", "typed.xlsx", "part*"):
        build = run_build(tmp_path / name.replace("*", ""), metanprom=variants[name], arguments=("--quiet",))
        assert build.code == 0, build.stdout + build.stderr
        builds[name] = marts_of(build)
    expected = builds.pop("plain.csv")
    assert len(expected) > 40
    for name, marts in builds.items():
        for mart, rows in marts.items():
            assert rows == expected[mart], (name, mart)
