"""Nothing is lost: 1,000 good rows with 40 broken ones of 12 kinds, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, Build, copy_project, run_build
from extracts import HEADER, good_row, to_line, write_lines

# Kind of breakage -> (columns to overwrite, reasons expected).
BROKEN_ROWS = {
    "text in a number": ({"Age": "семьдесят"}, ["age_not_a_number"]),
    "out of range": ({"Age": "340"}, ["age_out_of_range"]),
    "not whole": ({"Products": "1.5"}, ["product_count_not_whole"]),
    "negative salary": ({"estimated_salary": "-5"}, ["estimated_salary_out_of_range"]),
    "ambiguous comma": ({"Balance": '"12,500"'}, ["balance_not_a_number"]),
    "unknown gender": ({"Gender": "X"}, ["gender_unknown"]),
    "bad flag": ({"CreditCard": "2"}, ["has_credit_card_unknown"]),
    "bad churn": ({"Churn": "maybe"}, ["is_churned_unknown"]),
    "empty id": ({"userid": ""}, ["client_id_empty"]),
    "two reasons": ({"score": "9999", "Loyalty": "так"}, ["credit_score_out_of_range", "is_active_unknown"]),
}


def broken_lines() -> list[tuple[str, list[str]]]:
    """40 broken lines with their reasons: 10 kinds x 3, short lines, open quotes, copies, a repeated id."""
    lines = []
    for kind_number, (changes, reasons) in enumerate(BROKEN_ROWS.values()):
        for copy in range(3):
            lines.append((to_line({**good_row(5_000 + 10 * kind_number + copy), **changes}), reasons))
    for copy in range(3):
        lines.append((to_line(good_row(6_000 + copy)).rsplit(",", 2)[0], ["wrong_field_count"]))
        lines.append((to_line({**good_row(6_100 + copy), "City": '"Ярославль'}), ["broken_quotes"]))
        lines.append((to_line(good_row(copy)), ["exact_duplicate"]))
    lines.append((to_line({**good_row(7), "Age": "33"}), ["client_id_repeated"]))
    return lines


@pytest.fixture(scope="module")
def broken_build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """1,000 good rows with 40 broken ones spread among them, in one csv file."""
    folder = tmp_path_factory.mktemp("broken")
    lines = [to_line(good_row(number)) for number in range(1_000)]
    lines += [
        "",
        to_line({**good_row(2_000), "Churn": ""}),
        to_line({**good_row(2_001), "City": "Кологрив", "Age": "NaN"}),
    ]
    lines += [line for line, _ in broken_lines()]
    location = write_lines(folder / "clients.csv", lines)
    build = run_build(
        folder, metanprom=location, arguments=("--select", "+path:models/cleaning", "+churn_rates")
    )
    assert "left out" in build.stderr, build.stdout + build.stderr
    return build


def test_every_row_is_accepted_or_rejected(broken_build: Build):
    assert broken_build.query("select raw_row_count, client_count, rejected_row_count from portfolios") == [
        (1_042, 1_002, 40)
    ]


def test_every_broken_row_has_the_right_reasons(broken_build: Build):
    first_line = 1 + 1_000 + 3 + 1  # header, good rows, blank line and two unusual rows, then 1-based
    expected = [(first_line + offset, reasons) for offset, (_, reasons) in enumerate(broken_lines())]
    found = broken_build.query(
        "select source_row_number, reasons from rejected_clients order by source_row_number"
    )
    assert [(row, sorted(reasons)) for row, reasons in found] == [
        (row, sorted(reasons)) for row, reasons in expected
    ]


def test_a_repetition_names_the_row_it_repeats(broken_build: Build):
    rows = broken_build.query(
        """select reasons[1], repeats_row_number from rejected_clients
        where repeats_row_number is not null order by 1, 2"""
    )
    assert rows == [
        ("client_id_repeated", 9),
        ("exact_duplicate", 2),
        ("exact_duplicate", 3),
        ("exact_duplicate", 4),
    ]


def test_a_rejected_row_keeps_its_text(broken_build: Build):
    texts = broken_build.query(
        "select age, raw_line from rejected_clients where list_contains(reasons, 'age_not_a_number')"
    )
    assert {age for age, _ in texts} == {"семьдесят"}
    assert all("семьдесят" in line for _, line in texts)


def test_unknown_churn_is_kept_but_not_counted(broken_build: Build):
    assert broken_build.query("select count(*) from clients where is_churned is null") == [(1,)]
    assert broken_build.query(
        "select client_count, unknown_churn_count from churn_rates where dimension_name = 'all'"
    ) == [(1_001, 1)]


def test_an_unknown_city_is_kept_as_written_and_counted(broken_build: Build):
    assert broken_build.query("select city, age, city_is_known from clients where city = 'Кологрив'") == [
        ("Кологрив", None, False)
    ]
    assert broken_build.query("select row_count from data_quality where check_name = 'city_not_in_seed'") == [
        (1,)
    ]


def test_quality_counts_agree_with_the_rejected_rows(broken_build: Build):
    counted = broken_build.query(
        "select check_name, row_count from data_quality where kind = 'rejection' and row_count > 0 order by 1"
    )
    listed = broken_build.query(
        """select reason, count(*)
        from (select unnest(reasons) as reason from rejected_clients) group by 1 order by 1"""
    )
    assert counted == listed


def test_no_client_value_reaches_the_log(broken_build: Build):
    log = "".join(path.read_text(encoding="utf-8") for path in broken_build.folder.glob("logs/*"))
    assert log
    for value in ("семьдесят", "1000007", "Кологрив"):
        assert value not in log
        assert value not in broken_build.stdout


LAYOUTS = ["shuffled_upper_case", "semicolon_decimal_comma", "quoted", "two_files", "parquet"]


def write_layout(layout: str, folder: Path) -> str:
    """The same 60 clients in another form; returns the path or glob."""
    rows = [good_row(number) for number in range(60)]
    folder.mkdir(parents=True, exist_ok=True)
    if layout == "shuffled_upper_case":
        header = list(reversed(HEADER))
        lines = [to_line(row, header) for row in rows]
        return write_lines(folder / "a.csv", lines, [column.upper() for column in header])
    if layout == "semicolon_decimal_comma":
        lines = [to_line({**row, "Balance": row["Balance"].replace(".", ",")}, separator=";") for row in rows]
        return write_lines(folder / "b.csv", lines, separator=";")
    if layout == "quoted":
        lines = [to_line({column: f'"{value}"' for column, value in row.items()}) + "\r" for row in rows]
        return write_lines(folder / "c.csv", lines, [f'"{column}"' for column in HEADER])
    if layout == "two_files":
        write_lines(folder / "d1.csv", [to_line(row) for row in rows[:25]])
        write_lines(
            folder / "d2.csv",
            [to_line(row, list(reversed(HEADER))) for row in rows[25:]],
            list(reversed(HEADER)),
        )
        return str(folder / "d*.csv")
    source = write_lines(folder / "source.csv", [to_line(row) for row in rows])
    duckdb.execute(f"copy (from read_csv('{source}')) to '{folder}/e.parquet' (format parquet)")
    return str(folder / "e.parquet")


def checked_rows(location: str, folder: Path) -> list[tuple]:
    """Build only as far as int_clients__checked, which must not be published; return its typed columns."""
    select = ("--select", "+int_clients__checked", "--indirect-selection", "cautious", "--quiet")
    build = run_build(folder, metanprom=location, arguments=select)
    assert "left out" in build.stderr, build.stdout + build.stderr
    assert not (build.published / "bank_churn.duckdb").exists()
    return build.query(
        """select client_id, known_city, known_gender, age_number, credit_score_number, balance_number,
        has_credit_card_flag, is_active_flag, estimated_salary_number, is_churned_flag, rule_codes
        from int_clients__checked order by client_id"""
    )


@pytest.fixture(scope="module")
def plain_rows(tmp_path_factory: pytest.TempPathFactory) -> list[tuple]:
    """What the other forms of the file are compared with: a comma-separated csv in the bank's own order."""
    folder = tmp_path_factory.mktemp("plain")
    return checked_rows(
        write_lines(folder / "a.csv", [to_line(good_row(number)) for number in range(60)]), folder
    )


@pytest.mark.parametrize(
    "layout", [LAYOUTS[0], *(pytest.param(layout, marks=pytest.mark.slow) for layout in LAYOUTS[1:])]
)
def test_the_form_of_the_file_does_not_matter(layout: str, plain_rows: list[tuple], tmp_path: Path):
    """Staging only: the typed columns of int_clients__checked are the same as from the plain csv."""
    checked = checked_rows(write_layout(layout, tmp_path / layout), tmp_path)
    assert checked == plain_rows
    assert len(checked) == 60
    assert {row[-1] for row in checked} == {""}


def unreadable_files(folder: Path) -> dict[str, tuple[str, list[str]]]:
    """Location -> words that the one sentence must hold."""
    folder.mkdir(parents=True, exist_ok=True)
    lacking = [column for column in HEADER if column != "Age"]
    without_age = write_lines(folder / "without_age.csv", [to_line(good_row(1), lacking)], lacking)
    twice = write_lines(folder / "twice.csv", [to_line(good_row(1)) + ",7"], [*HEADER, "AGE"])
    header_only = write_lines(folder / "header_only.csv", [])
    empty = folder / "empty.csv"
    empty.touch()
    spoilt = folder / "spoilt.csv"
    lines = [",".join(HEADER), *(to_line(good_row(number)) for number in range(4))]
    spoilt.write_bytes("\n".join(lines).encode().replace("Рыбинск".encode(), b"\xd0", 1))
    book = folder / "book.xlsx"
    book.touch()
    fake = folder / "fake.parquet"
    fake.write_text("this is not parquet")
    return {
        without_age: ["without_age.csv", '"age"', "columns found: userid, score, City"],
        twice: ["twice.csv", '"age"', "more than once"],
        header_only: ["header_only.csv", "empty"],
        str(empty): ["empty.csv", "empty"],
        str(folder / "nowhere.csv"): ["METANPROM_CLIENTS", "nowhere.csv", "no file"],
        str(book): ["book.xlsx", "is empty"],
        str(spoilt): ["spoilt.csv", "line 3", "UTF-8"],
        str(fake): ["fake.parquet"],
    }


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_unreadable_files_stop_with_one_sentence_and_publish_nothing(every: int, tmp_path: Path):
    files = list(unreadable_files(tmp_path / "files").items())[::every]
    for number, (location, words) in enumerate(files):
        build = run_build(tmp_path / str(number), metanprom=location, arguments=("--quiet",))
        assert build.code == 2, location
        assert "Traceback" not in build.stdout + build.stderr, location
        message = build.stderr.strip().splitlines()[-1]
        assert all(word in message for word in words), message
        assert not build.published.exists()


@pytest.mark.slow
def test_a_name_with_pattern_signs_is_one_file(tmp_path: Path):
    """`a[1].csv` is not `a1.csv`; a glob finds both; quotes, spaces and Cyrillic stand in the way."""
    folder = tmp_path / "Бухгалтерия 'Ярославль'"
    write_lines(folder / "a[1].csv", [to_line(good_row(number)) for number in range(20)])
    write_lines(folder / "a1.csv", [to_line(good_row(number)) for number in range(20, 50)])
    alone = checked_rows(str(folder / "a[1].csv"), tmp_path / "alone")
    assert [row[0] for row in alone] == [str(1_000_000 + number) for number in range(20)]
    assert len(checked_rows(str(folder / "*.csv"), tmp_path / "both")) == 50


@pytest.mark.slow
def test_a_header_may_hold_the_separator_in_quotes(tmp_path: Path):
    rows = [to_line(good_row(number)) + ',"no, thanks"' for number in range(10)]
    location = write_lines(tmp_path / "a.csv", rows, [*HEADER, '"Comment, free"'])
    assert {row[-1] for row in checked_rows(location, tmp_path)} == {""}


@pytest.mark.slow
def test_edited_seeds_build(tmp_path: Path):
    """A new city and another band are edits of data: the build stays green and uses them."""
    project = copy_project(tmp_path / "project")
    with (project / "seeds/cities.csv").open("a", encoding="utf-8") as file:
        file.write("Тутаев,Тутаев,Tutayev\n")
    bands = (project / "seeds/bands.csv").read_text(encoding="utf-8")
    bands = bands.replace("age,18-30,2,value,18,31", "age,18-35,2,value,18,36")
    bands = bands.replace("age,31-40,3,value,31,41", "age,36-40,3,value,36,41")
    (project / "seeds/bands.csv").write_text(bands, encoding="utf-8")
    demo = ROOT / "data/raw/demo/metanprom_demo.csv"
    build = run_build(tmp_path, metanprom=str(demo), arguments=("--quiet",), root=project)
    assert build.code == 0, build.stdout + build.stderr
    assert build.query("select distinct city_is_known from clients where city = 'Тутаев'") == [(True,)]
    assert build.query("select max(age) from clients where age_band = '18-35'") == [(35,)]
    assert build.query_published("select value_label_en from churn_by_city where city = 'Тутаев'") == [
        ("Tutayev",)
    ]


@pytest.mark.slow
def test_a_whole_number_stored_as_a_fraction_keeps_its_id(tmp_path: Path):
    """pandas turns an id column into floats as soon as one id is missing."""
    source = write_lines(tmp_path / "source.csv", [to_line(good_row(number)) for number in range(5)])
    columns = "* replace (userid::double as userid, Age::double as Age)"
    duckdb.execute(
        f"copy (select {columns} from read_csv('{source}')) to '{tmp_path}/a.parquet' (format parquet)"
    )
    rows = checked_rows(str(tmp_path / "a.parquet"), tmp_path)
    assert [row[0] for row in rows] == [str(1_000_000 + number) for number in range(5)]


@pytest.mark.slow
def test_all_portfolios_off_is_a_sentence(tmp_path: Path):
    build = run_build(tmp_path, arguments=("--quiet",))
    assert build.code == 2
    assert "switched off" in build.stderr
