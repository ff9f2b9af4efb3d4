"""Full and read-only disks, damaged databases, changing files, two builds: a sentence, nothing broken."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from bank_churn.errors import BankChurnError
from bank_churn.intake import Found, prepare
from bank_churn.intake.options import Options
from bank_churn.intake.prepare import columns_of
from bank_churn.publishing.history import PUBLISHED_FILES
from bank_churn.publishing.publish import publish
from bank_churn.running.dbt_command import WITHOUT_TESTS
from conftest import ROOT, Build, contents, run_build, start_build
from extracts import HEADER, good_row, to_line, write_lines
from made_up_publication import arguments as made_up
from made_up_publication import make_build

# As far as the clients: quick, and refused as unfinished when everything else went well.
PART = ("--select", "+clients", *WITHOUT_TESTS)
DONE = "left out"


@pytest.fixture
def mounted() -> Iterator[Callable[..., None]]:
    """Mounts a file system of a few kilobytes, or anything else, over a folder until the test ends."""
    places: list[Path] = []

    def mount(place: Path, *options: str) -> None:
        place.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["mount", *options, str(place)], capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"mounting a small disk is not allowed here: {done.stderr.strip()}")
        places.extend({place} - set(places))

    yield mount
    for place in reversed(places):
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def small(size: str) -> tuple[str, ...]:
    return ("-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs")


def assert_sentence(build: Build, *words: str) -> None:
    """A failed build says one thing at the end, and no program's inner life."""
    assert build.code in (1, 2), build.stdout + build.stderr
    said = build.stderr.strip().splitlines()
    assert "Traceback" not in build.stdout + build.stderr, build.stdout + build.stderr
    assert said[-1].startswith("bank_churn: "), said
    for word in words:
        assert word in said[-1], said[-1]


def many_lines(count: int) -> list[str]:
    return [to_line(good_row(number)) for number in range(count)]


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """What stood published before, to be found unchanged afterwards."""
    make_build(tmp_path / "before", 1)
    publish(made_up(tmp_path / "before"))
    shutil.copytree(tmp_path / "before/published", tmp_path / "published")
    return tmp_path / "published"


# A full disk


def test_no_space_for_a_plain_copy(tmp_path: Path, published: Path, mounted: Callable[..., None]):
    before = contents(published)
    extract = tmp_path / "clients.csv"
    extract.write_bytes("\n".join([",".join(HEADER), *many_lines(5_000)]).encode("cp1251"))
    mounted(tmp_path / "build", *small("128k"))
    build = run_build(tmp_path, metanprom=str(extract), arguments=PART)
    assert_sentence(build, "No space left on device", "clients.csv")
    assert contents(published) == before
    assert list((tmp_path / "build/intake").rglob("*.csv")) == []


@pytest.mark.slow
@pytest.mark.parametrize("size", ["1200k", "3m"])
def test_no_space_for_the_database(size: str, tmp_path: Path, published: Path, mounted: Callable[..., None]):
    before = contents(published)
    extract = write_lines(tmp_path / "clients.csv", many_lines(20_000))
    mounted(tmp_path / "build", *small(size))
    assert_sentence(run_build(tmp_path, metanprom=extract, arguments=PART), "nothing was published")
    assert contents(published) == before


@pytest.mark.slow
def test_no_space_for_dbts_notes(tmp_path: Path, published: Path, mounted: Callable[..., None]):
    before = contents(published)
    extract = write_lines(tmp_path / "clients.csv", many_lines(20))
    mounted(tmp_path / "target", *small("64k"))
    assert_sentence(run_build(tmp_path, metanprom=extract, arguments=PART))
    assert contents(published) == before


@pytest.mark.slow
def test_no_space_to_spill(
    tmp_path: Path, published: Path, mounted: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    before = contents(published)
    monkeypatch.setenv("BANK_CHURN_MEMORY_LIMIT", "60MB")
    extract = write_lines(tmp_path / "clients.csv", many_lines(150_000))
    mounted(tmp_path / "spill", *small("256k"))
    assert_sentence(run_build(tmp_path, metanprom=extract, arguments=PART), "nothing was published")
    assert contents(published) == before


# A target that cannot be written


@pytest.mark.slow
@pytest.mark.parametrize("name", ["build", "target", "published"])
def test_a_read_only_disk(name: str, tmp_path: Path, mounted: Callable[..., None]):
    extract = write_lines(tmp_path / "clients.csv", many_lines(20))
    (tmp_path / name).mkdir()
    mounted(tmp_path / name, *small("64k"))
    mounted(tmp_path / name, "-o", "remount,ro")
    assert_sentence(run_build(tmp_path, metanprom=extract, arguments=PART), name, "ead-only file system")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["build/bank_churn.duckdb", "target", "published", "build/intake"])
def test_something_else_in_the_place(name: str, tmp_path: Path):
    """A folder where a file should be, or a file where a folder should be."""
    extract = write_lines(tmp_path / "clients.csv", many_lines(20))
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    if place.suffix:
        place.mkdir()
    else:
        place.touch()
    assert_sentence(run_build(tmp_path, metanprom=extract, arguments=PART), place.name)


# A damaged database


def spoil_middle(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 3)
        file.write(os.urandom(path.stat().st_size // 3))


def cut_in_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def spoil_log(path: Path) -> None:
    path.with_name(path.name + ".wal").write_bytes(os.urandom(5_000))


@pytest.mark.slow
@pytest.mark.parametrize("damage", [spoil_middle, cut_in_half, spoil_log])
def test_a_damaged_build_database(damage: Callable[[Path], None], tmp_path: Path):
    """Said in a sentence whose way out works, unless the build never meets the damage."""
    extract = write_lines(tmp_path / "clients.csv", many_lines(3_000))
    whole = run_build(tmp_path, metanprom=extract, arguments=PART)
    assert DONE in whole.stderr, whole.stderr
    database = tmp_path / "build/bank_churn.duckdb"
    damage(database)
    build = run_build(tmp_path, metanprom=extract, arguments=PART)
    assert "Traceback" not in build.stdout + build.stderr
    if DONE not in build.stderr:
        assert_sentence(build, "delete", "bank_churn.duckdb")
        for path in (database, database.with_name(database.name + ".wal")):
            path.unlink(missing_ok=True)
        assert DONE in run_build(tmp_path, metanprom=extract, arguments=PART).stderr


@pytest.mark.parametrize("damage", [spoil_middle, cut_in_half])
def test_damaged_published_files_are_replaced(damage: Callable[[Path], None], tmp_path: Path):
    make_build(tmp_path, 1)
    publish(made_up(tmp_path))
    for file in PUBLISHED_FILES:
        damage(tmp_path / "published" / file.file_name)
    make_build(tmp_path, 2)
    publish(made_up(tmp_path))
    with duckdb.connect(str(tmp_path / "published/bank_churn.duckdb"), read_only=True) as connection:
        assert connection.execute("select distinct build_number from rates").fetchall() == [(2,)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["partial_parse.msgpack", "manifest.json", "run_results.json"])
def test_damaged_notes_of_dbt(name: str, tmp_path: Path):
    extract = write_lines(tmp_path / "clients.csv", many_lines(20))
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / name).write_bytes(os.urandom(5_000))
    assert DONE in run_build(tmp_path, metanprom=extract, arguments=PART).stderr


# A file that changes while it is read


def found_in(path: Path, folder: Path) -> list[Found]:
    return prepare(settings={"portfolios": ["metanprom"]}, folder=folder / "intake")


@pytest.mark.parametrize("change", ["grows", "is replaced", "goes"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_a_file_that_changes_during_the_intake(
    change: str, encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "clients.csv"
    path.write_bytes("\n".join([",".join(HEADER), *many_lines(50)]).encode(encoding))
    monkeypatch.setenv("METANPROM_CLIENTS", str(path))

    def first_rows_then_change(*arguments: object, **options: object) -> object:
        answer = first_rows(*arguments, **options)
        if change == "grows":
            with path.open("ab") as file:
                file.write(b"\n1")
        elif change == "is replaced":
            shutil.copy(path, tmp_path / "other.csv")
            os.replace(tmp_path / "other.csv", path)
        else:
            path.unlink()
        return answer

    module = sys.modules["bank_churn.intake.prepare"]
    first_rows = module.first_rows
    monkeypatch.setattr(module, "first_rows", first_rows_then_change)
    with pytest.raises(
        BankChurnError, match=r"clients\.csv(: No such file| changed while it was being read)"
    ):
        found_in(path, tmp_path)


def start(folder: Path, extract: str) -> subprocess.Popen[str]:
    """Start the build of a part, and wait until it has looked at the extract."""
    process, _ = start_build(folder, metanprom=extract, arguments=PART)
    assert process.stdout is not None
    assert "metanprom: " in process.stdout.readline()
    return process


def test_a_file_that_changes_while_dbt_reads_it(tmp_path: Path, published: Path):
    before = contents(published)
    extract = tmp_path / "clients.csv"
    write_lines(extract, many_lines(200))
    process = start(tmp_path, str(extract))
    write_lines(extract, many_lines(300))
    _, said = process.communicate(timeout=300)
    assert "changed while it was being read" in said
    assert "Traceback" not in said
    assert contents(published) == before


# Two builds at once


@pytest.mark.slow
def test_the_second_of_two_builds_says_so_and_harms_nothing(tmp_path: Path):
    """Both need plain copies, which the second would remove under the first."""
    extract = tmp_path / "clients.csv"
    extract.write_bytes("\n".join([",".join(HEADER), *many_lines(500)]).encode("cp1251"))
    first = start(tmp_path, str(extract))
    second = run_build(tmp_path, metanprom=str(extract), arguments=PART)
    assert first.poll() is None, "the first ended before the second began"
    assert_sentence(second, "Another command is filling", "--database")
    _, said = first.communicate(timeout=300)
    assert DONE in said
    third = run_build(tmp_path, metanprom=str(extract), arguments=PART)
    assert DONE in third.stderr
    assert third.query("select count(*) from clients") == [(500,)]


@pytest.mark.slow
def test_builds_with_one_target_folder_are_kept_apart(tmp_path: Path):
    extract = write_lines(tmp_path / "clients.csv", many_lines(50))
    first = start(tmp_path, extract)
    environment = {**os.environ, "METANPROM_CLIENTS": extract, "BANK_SCROOGE_CLIENTS": ""}
    command = [
        sys.executable,
        "-m",
        "bank_churn.cli",
        "build",
        *PART,
        "--target-path",
        str(tmp_path / "target"),
    ]
    command += ["--database", str(tmp_path / "other/other.duckdb"), "--output", str(tmp_path / "other")]
    second = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "Another command is writing to" in second.stderr
    assert DONE in first.communicate(timeout=300)[1]


@pytest.mark.slow
def test_a_build_killed_while_it_copies_leaves_the_next_one_its_place(tmp_path: Path):
    extract = tmp_path / "clients.csv"
    extract.write_bytes("\n".join([",".join(HEADER), *many_lines(500)]).encode("cp1251"))
    first = start(tmp_path, str(extract))
    first.kill()
    first.communicate()
    for _ in range(60):  # dbt, which the kill did not reach, ends by itself
        again = run_build(tmp_path, metanprom=str(extract), arguments=PART)
        if "open in another program" not in again.stderr:
            break
        time.sleep(1)
    assert DONE in again.stderr, again.stderr
    assert again.query("select count(*) from clients") == [(500,)]


# What cannot be an extract


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(BankChurnError, match="is no file"):
        columns_of("metanprom", str(tmp_path / "pipe.csv"), Options())


@pytest.mark.slow
def test_places_that_are_no_extract(tmp_path: Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for number, location in enumerate((folder, pipe, "/dev/zero", "\x01")):
        build = run_build(tmp_path / str(number), metanprom=str(location), arguments=PART)
        assert_sentence(build)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("min_group_size: '10; drop table clients'", 'min_group_size is "10; drop table clients"'),
        ("max_rejected_share: [1]", "max_rejected_share"),
        ("churn_model_bags: 1", "churn_model_bags is 1; it must be 2 or more"),
        ("valid_ranges: {age: ['0 or true', 9]}", "two numbers"),
        ("valid_ranges: {agee: [0, 9]}", 'a range for "agee"; the numbers of clients are age, credit_score'),
        ("missing_markers: [\"'); drop table clients; --\"]", DONE),
        ("cleaning_scenario: \"'; drop\"", "must be keep_all"),
        ("formats: {metanprom: {delimiter: \"';\"}}", "one character"),
    ],
)  # fmt: skip
def test_a_setting_is_never_sql(setting: str, words: str, tmp_path: Path):
    extract = write_lines(tmp_path / "clients.csv", many_lines(20))
    build = run_build(tmp_path, metanprom=extract, arguments=(*PART, "--vars", setting))
    said = build.stdout + build.stderr  # what is met while parsing is told by dbt itself
    assert words in said
    assert "Traceback" not in said
