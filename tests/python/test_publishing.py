"""Publications: what stands in them, readers meanwhile, crashes, a full disk, the lock, the history."""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
import sqlalchemy
from bank_churn.building import build
from bank_churn.errors import BankChurnError
from bank_churn.exports import docs
from bank_churn.exports.write import export
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    PublishedFile,
    current_ids,
    history_folder,
    list_publications,
    publications,
    publishing,
    put_in_place,
    rollback,
    verify,
    write_journal,
)
from bank_churn.publishing.outputs import files_below
from bank_churn.publishing.publication import fingerprint, utc
from bank_churn.publishing.publish import publish
from bank_churn.running.artifacts import public_marts
from conftest import ROOT, Build, contents
from made_up_publication import CLIENTS, arguments, make_build, make_manifest, mart

HERE = Path(__file__).parent
FILES = ("published/bank_churn.duckdb", "published/bank_churn_clients.duckdb")
BI_TYPES = {"BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"}
CLIENT_TYPES = {"FLOAT", "VARCHAR[]", "BIGINT[]"}  # intervals of probabilities are narrow: many rows
STORED_TYPES = {"INTEGER[]", "DOUBLE[]"}  # behind a view, in a schema of its own
CLIENT_LEVEL = {"client_key", "client_id", "source_file", "source_row_number", "raw_line", "userid"}


def run_cli(*options: str, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bank_churn.cli", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)


def publish_by_cli(folder: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    paths = arguments(folder)
    return run_cli(
        *("publish", "--database", str(paths.database), "--target-path", str(paths.target_path)),
        *("--output", str(paths.output), "--databases-only"),  # exports have tests of their own
        **settings,
    )


def build_numbers(output: Path) -> list[int]:
    """The build of each file; all tables of a file must agree on it, and none of its rows may be missing."""
    numbers = []
    for file, table, rows in (("bank_churn", "rates", 3), ("bank_churn_clients", "clients", 20_000)):
        with duckdb.connect(str(output / f"{file}.duckdb"), read_only=True) as connection:
            [(count, low, high, invocation)] = connection.execute(
                f"""select count(*), min(build_number), max(build_number),
                    (select dbt_invocation_id from _publication) from {table}"""
            ).fetchall()
        assert (count, low, invocation) == (rows, high, f"build {low}")
        numbers.append(low)
    return numbers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A made-up build, published once."""
    make_build(tmp_path, 1)
    publish(arguments(tmp_path))
    return tmp_path


# What stands in a publication


def test_both_files_carry_the_facts_of_their_publication(demo_build: Build):
    results = json.loads((demo_build.folder / "target/run_results.json").read_text())
    statuses = [row["status"] for row in results["results"] if "test." in row["unique_id"]]
    rows = [demo_build.query("select * from _publication", file) for file in FILES]
    assert rows[0] == rows[1]
    [(publication_id, published_at, built_at, invocation, version, passed, warned, min_size)] = rows[0]
    assert publication_id == "000001"
    assert built_at == utc(results["metadata"]["invocation_started_at"]) < published_at
    assert invocation == results["metadata"]["invocation_id"]
    assert version == re.search(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.M).group(1)
    assert f'version: "{version}"' in (ROOT / "dbt_project.yml").read_text()
    assert (passed, warned, min_size) == (statuses.count("pass"), statuses.count("warn"), 10)
    assert passed > 100


def test_each_source_file_is_named_with_its_hash(demo_build: Build):
    rows = demo_build.query_published(
        "select portfolio, file_name, data_origin, row_count, byte_count, sha256, file_state, model_version"
        " from _publication_sources order by portfolio"
    )
    versions = dict(demo_build.query("select portfolio, model_version from int_churn_model_metadata"))
    assert len(set(versions.values())) == 2
    expected = []
    for portfolio in ("bank_scrooge", "metanprom"):
        path = ROOT / f"data/raw/demo/{portfolio}_demo.csv"
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        version = versions[portfolio]
        expected.append(
            (portfolio, path.name, "generated", 10_000, len(content), digest, "as_built", version)
        )
    assert rows == expected
    assert demo_build.query(
        "from _publication_sources order by portfolio", FILES[1]
    ) == demo_build.query_published("from _publication_sources order by portfolio")


def test_a_file_that_changed_since_the_build_has_no_hash(tmp_path: Path):
    path = tmp_path / "clients.csv"
    path.write_text("a")
    touched = path.stat().st_ctime
    start = utc("2000-01-01T00:00:00Z")
    assert fingerprint(path, utc("2100-01-01T00:00:00Z"))[2] == "as_built"
    os.utime(path, (0, 0))  # an old file moved here later keeps its time of modification
    assert touched > start.timestamp()
    assert fingerprint(path, start) == (None, None, "changed")
    assert fingerprint(tmp_path / "gone.csv", start) == (None, None, "missing")


def test_the_model_version_is_read_from_its_mart_once_there_is_one(tmp_path: Path):
    manifest = make_manifest()
    manifest["nodes"]["model.bank_churn.churn_model_quality.v1"] = mart(
        "churn_model_quality", {"portfolio": "Bank.", "model_version": "Version."}, audience="everyone"
    )
    make_build(tmp_path, 1, manifest=manifest)
    with duckdb.connect(str(tmp_path / "build/bank_churn.duckdb")) as connection:
        connection.execute(
            "create table churn_model_quality_v1 as select 'volga' as portfolio, '7' as model_version"
        )
    results = json.loads((tmp_path / "target/run_results.json").read_text())
    results["results"].append({"unique_id": "model.bank_churn.churn_model_quality.v1", "status": "success"})
    (tmp_path / "target/run_results.json").write_text(json.dumps(results))
    publish(arguments(tmp_path))
    with duckdb.connect(str(tmp_path / FILES[0]), read_only=True) as connection:
        assert connection.execute("select model_version from _publication_sources").fetchall() == [("7",)]


def test_the_file_for_everyone_names_no_folder_of_this_machine(folder: Path):
    with duckdb.connect(str(folder / "build/bank_churn.duckdb")) as connection:
        connection.execute("update clients_v1 set source_file = ?", [str(folder / "volga.csv")])
    publish(arguments(folder))
    with duckdb.connect(str(folder / FILES[0]), read_only=True) as connection:
        [(name, state, digest)] = connection.execute(
            "select file_name, file_state, sha256 from _publication_sources"
        ).fetchall()
        assert (name, state) == ("volga.csv", "as_built")
        assert digest == hashlib.sha256((folder / "volga.csv").read_bytes()).hexdigest()
        for (table,) in connection.execute("select table_name from duckdb_tables()").fetchall():
            assert str(folder) not in str(connection.execute(f'from "{table}"').fetchall())


def test_the_row_count_of_a_tiny_file_is_for_the_second_file_only(tmp_path: Path):
    make_build(tmp_path, 1, clients=9)
    publish(arguments(tmp_path))
    counts = []
    for file in FILES:
        with duckdb.connect(str(tmp_path / file), read_only=True) as connection:
            counts += connection.execute("select row_count from _publication_sources").fetchall()
    assert counts == [(None,), (9,)]


def test_the_catalogue_holds_no_client_and_only_described_columns_of_plain_types(demo_build: Build):
    for file in FILES:
        columns = demo_build.query(
            "select table_name, column_name, data_type, comment from duckdb_columns() where not internal",
            file,
        )
        assert len(columns) > 100
        assert [row for row in columns if not row[3]] == []
        unknown = {row[2] for row in columns if row[2] not in BI_TYPES}
        assert unknown <= (CLIENT_TYPES | STORED_TYPES if "clients" in file else set())
        shown = "select data_type from duckdb_columns() where not internal and schema_name = 'main'"
        assert not STORED_TYPES & {type_ for (type_,) in demo_build.query(shown, file)}
        undescribed = "select table_name from duckdb_tables() where not internal and comment is null"
        assert demo_build.query(f"{undescribed} union all {undescribed.replace('table', 'view')}", file) == []
    public = {name for (name,) in demo_build.query_published("select column_name from duckdb_columns()")}
    assert not public & CLIENT_LEVEL


def test_no_group_under_the_minimum_shows_a_figure(demo_build: Build):
    """Of every table with a count of clients, and of every one that marks hidden rows."""
    looked_at = 0
    columns: dict[str, set[str]] = {}
    for table, column in demo_build.query_published("select table_name, column_name from duckdb_columns()"):
        columns.setdefault(table, set()).add(column)
    for table, names in columns.items():
        for count in names & {"client_count", "n_a", "n_b", "n_total"}:
            looked_at += 1
            few = demo_build.query_published(f"select {count} from {table} where {count} between 1 and 9")
            assert few == [], (table, count)
    assert looked_at > 10
    manifest = demo_build.manifest()
    marts = [found for found in public_marts(manifest) if found.audience == "everyone"]
    hiding = [found for found in marts if "is_suppressed" in columns[found.relation]]
    assert len(hiding) > 10
    for version in hiding:  # each version hides its own columns
        visible = " or ".join(f"{column} is not null" for column in version.suppressed_columns)
        shown = f"where is_suppressed and ({visible})"
        for table in {version.relation, version.name} if version.is_latest else {version.relation}:
            assert demo_build.query_published(f"from {table} {shown}") == [], table


def test_a_mart_with_client_keys_is_never_published_for_everyone(tmp_path: Path):
    manifest = make_manifest()
    manifest["nodes"]["model.bank_churn.clients.v1"]["config"]["meta"]["audience"] = "everyone"
    make_build(tmp_path, 1, manifest=manifest)
    with pytest.raises(BankChurnError, match=r"clients_v1 is meant for everyone, but its column client_"):
        publish(arguments(tmp_path))


def test_modes(folder: Path):
    output = folder / "published"
    modes = {name: (output / name).stat().st_mode & 0o777 for name in ("bank_churn.duckdb", "history")}
    assert modes == {"bank_churn.duckdb": 0o644, "history": 0o700}
    assert (output / "bank_churn_clients.duckdb").stat().st_mode & 0o777 == 0o600
    [kept] = publications(output)
    assert (output / "history" / kept / "bank_churn_clients.duckdb").stat().st_mode & 0o777 == 0o600


# Readers


@pytest.mark.slow
def test_twenty_readers_during_ten_publications(folder: Path):
    command = [sys.executable, str(HERE / "publishing_scripts.py"), "poll", str(folder)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(20)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n", reader.communicate()[1]
        for number in range(2, 12):
            make_build(folder, number)
            publish(arguments(folder))
            time.sleep(0.1)
    finally:
        (folder / "stop").touch()
        answers = [reader.communicate(timeout=60) for reader in readers]
    assert [errors for _, errors in answers if errors] == []
    seen = [json.loads(said) for said, _ in answers]
    for reader in seen:
        assert reader["ids"] == sorted(reader["ids"]), "a reader saw an older publication after a newer one"
    print(f"{sum(reader['polls'] for reader in seen)} polls by 20 readers")
    assert sum(reader["polls"] for reader in seen) >= 100
    assert len({publication_id for reader in seen for publication_id in reader["ids"]}) >= 5


def test_sqlalchemy_reflects_and_queries_also_after_a_publication(folder: Path):
    url = f"duckdb:///{folder / FILES[0]}"

    def connect() -> sqlalchemy.Engine:
        return sqlalchemy.create_engine(
            url, connect_args={"read_only": True}, poolclass=sqlalchemy.pool.NullPool
        )

    query = "select distinct build_number from rates"
    engine = connect()
    inspector = sqlalchemy.inspect(engine)
    assert {"rates", "_publication", "_publication_sources"} <= set(inspector.get_table_names())
    assert "rates_v1" in inspector.get_view_names()
    metadata = sqlalchemy.MetaData()
    rates = sqlalchemy.Table("rates", metadata, autoload_with=engine)
    assert {"portfolio", "client_count", "churn_rate"} <= set(rates.columns.keys())
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(rates)).scalar() == 3
        make_build(folder, 2)
        publish(arguments(folder))  # while the connection is open
        assert connection.execute(sqlalchemy.text(query)).fetchall() == [(1,)]
    engine.dispose()
    engine = connect()
    with engine.connect() as connection:
        assert connection.execute(sqlalchemy.text(query)).fetchall() == [(2,)]
    engine.dispose()


def test_an_old_handle_reads_the_old_publication_until_all_of_its_process_are_closed(folder: Path):
    path, query = str(folder / FILES[0]), "select publication_id from _publication"
    old = duckdb.connect(path, read_only=True)
    make_build(folder, 2)
    publish(arguments(folder))
    elsewhere = (
        f"import duckdb; print(duckdb.connect({path!r}, read_only=True).execute({query!r}).fetchall())"
    )
    done = subprocess.run([sys.executable, "-c", elsewhere], capture_output=True, text=True, check=True)
    assert done.stdout == "[('000002',)]\n"
    assert old.execute(query).fetchall() == [("000001",)]
    with duckdb.connect(path, read_only=True) as another:  # of a process, all share what the first opened
        assert another.execute(query).fetchall() == [("000001",)]
    old.close()
    with duckdb.connect(path, read_only=True) as new:
        assert new.execute(query).fetchall() == [("000002",)]


def test_sqlalchemy_reads_every_table_of_the_demo(demo_build: Build):
    for file in FILES:
        engine = sqlalchemy.create_engine(
            f"duckdb:///{demo_build.folder / file}", connect_args={"read_only": True}
        )
        metadata = sqlalchemy.MetaData()
        metadata.reflect(engine, views=True)
        assert len(metadata.tables) > 10
        inspector = sqlalchemy.inspect(engine)
        names = [name for name in inspector.get_table_names() if not name.startswith("_")]
        keys = {name: inspector.get_pk_constraint(name)["constrained_columns"] for name in names}
        assert [name for name, columns in keys.items() if not columns] == []
        assert keys.get("churn_by_city", ["portfolio", "city"]) == ["portfolio", "city"]
        assert keys.get("clients", ["client_key"]) == ["client_key"]
        with engine.connect() as connection:
            for table in metadata.tables.values():
                assert len(connection.execute(sqlalchemy.select(table).limit(5)).keys()) == len(table.columns)
        engine.dispose()


def test_a_list_column_is_also_a_view_of_its_items(tmp_path: Path):
    manifest = make_manifest()
    clients = manifest["nodes"]["model.bank_churn.clients.v1"]
    clients["constraints"] = [{"type": "primary_key", "columns": ["client_key"]}]
    clients["columns"]["tags"] = {"description": "Tags."}
    make_build(tmp_path, 1, manifest=manifest)
    with duckdb.connect(str(arguments(tmp_path).database)) as connection:
        connection.execute("alter table clients_v1 add column tags varchar[]")
        connection.execute("update clients_v1 set tags = ['b', 'a'] where client_key = 'key7'")
        connection.execute("update clients_v1 set tags = [] where client_key = 'key8'")
    publish(arguments(tmp_path))
    with duckdb.connect(str(tmp_path / FILES[1]), read_only=True) as connection:
        rows = connection.execute("from clients__tags order by position").fetchall()
        comments = "select column_name, comment from duckdb_columns() where table_name = 'clients__tags'"
        described = dict(connection.execute(comments).fetchall())
    assert rows == [("volga", "key7", 1, "b"), ("volga", "key7", 2, "a")]
    assert described == {
        "portfolio": "Bank.",
        "client_key": "Key.",
        "position": "About published_list__position.",
        "tags": "Tags.",
    }


def test_a_large_mart_of_client_level_goes_without_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    manifest = make_manifest()
    for name, columns in (("rates", ["portfolio", "value_label_ru"]), ("clients", ["client_key"])):
        constraint = {"type": "primary_key", "columns": columns}
        manifest["nodes"][f"model.bank_churn.{name}.v1"]["constraints"] = [constraint]
    make_build(tmp_path, 1, manifest=manifest)
    keys = "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
    for rows, expected in ((CLIENTS, ["rates", "clients"]), (CLIENTS - 1, ["rates"])):
        monkeypatch.setattr("bank_churn.publishing.publish.KEYED_ROWS", rows)
        publish(arguments(tmp_path))
        found = []
        for file in FILES:
            with duckdb.connect(str(tmp_path / file), read_only=True) as connection:
                found += [name for (name,) in connection.execute(keys).fetchall()]
        assert found == expected


# Crashes


def states(folder: Path, *, step: int, actions: tuple[str, ...] = ()) -> dict[str, dict[str, int]]:
    """Go on from what each command that changes what is kept leaves at its file-system calls."""
    done = subprocess.run(
        [sys.executable, str(HERE / "crash_points.py"), str(folder), str(step), *actions],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert [told for action in found.values() for told in action["failed"]] == [], done.stderr
    return found


def test_a_kill_at_a_file_system_call_leaves_one_publication(tmp_path: Path):
    found = states(tmp_path, step=97, actions=("publish", "rollback", "erase"))
    assert min(action["tried"] for action in found.values()) >= 1


@pytest.mark.slow
def test_a_kill_at_any_file_system_call_leaves_one_publication(tmp_path: Path):
    found = states(tmp_path, step=1)
    print(found)
    assert sum(action["calls"] for action in found.values()) >= 1_000
    assert all(action["tried"] == action["states"] for action in found.values())


@pytest.mark.slow
def test_a_kill_at_random_moments_leaves_whole_files(folder: Path):
    """25 kills, among them moments inside DuckDB's own writing, which no file operation of Python's marks."""
    chance = random.Random(20)
    output = folder / "published"
    number, dirty = 2, 0
    for _ in range(25):
        command = [sys.executable, str(HERE / "publishing_scripts.py"), "publish", str(folder), str(number)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as publisher:
            assert publisher.stdout is not None
            assert publisher.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0, 0.6))
            publisher.kill()
        before = build_numbers(output)
        dirty += bool(list(output.glob(".publishing-*")))
        with publishing(output):
            pass
        after = build_numbers(output)
        assert after[0] == after[1] == max(before)
        assert [*output.glob(".publishing-*"), *(output / "history").glob(".*")] == []
        assert current_ids(output)[0] in publications(output)
        number = after[0] + 1
    print(f"25 kills, {dirty} of them in the middle of a publication, {number - 1} builds published")
    assert dirty >= 5, "the kills missed the publications"
    make_build(folder, number)
    publish(arguments(folder))
    assert build_numbers(output) == [number, number]


def test_two_files_of_different_publications_are_put_right_by_the_next_command(folder: Path):
    output = folder / "published"
    old = output / "history" / publications(output)[0]
    make_build(folder, 2)
    publish(arguments(folder))
    shutil.copy(old / "bank_churn.duckdb", output)
    assert build_numbers(output) == [1, 2]
    assert len(set(current_ids(output))) == 2
    done = run_cli("export", "--output", str(output))
    assert done.returncode == 0, done.stderr
    assert build_numbers(output) == [2, 2]
    (output / "bank_churn_clients.duckdb").unlink()
    with publishing(output):
        pass
    assert build_numbers(output) == [2, 2]


# A target that cannot be written, and two at once


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("limit", "clients"),
    [
        pytest.param(20_000, 200_000, marks=pytest.mark.slow),
        (300_000, 20_000),
        pytest.param(1_500_000, 200_000, marks=pytest.mark.slow),
    ],
)
def test_a_full_disk_is_a_sentence(folder: Path, limit: int, clients: int):
    """Writing fails wherever a file reaches the limit: in the first database, in the second, in a copy."""
    before = contents(folder / "published")
    make_build(folder, 2, clients=clients)

    def no_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = publish_by_cli(folder, preexec_fn=no_space)
    assert_one_sentence(done, "annot")
    assert contents(folder / "published") == before
    assert publish_by_cli(folder).returncode == 0


def test_a_read_only_target_is_a_sentence(folder: Path):
    before = contents(folder / "published")
    make_build(folder, 2)

    def no_rights_of_root() -> None:
        """Take from root the capability to write where the mode forbids it; others have none to lose."""
        if os.geteuid() == 0:
            assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0

    output = folder / "published"
    output.chmod(0o555)
    try:
        assert_one_sentence(
            publish_by_cli(folder, preexec_fn=no_rights_of_root), "Cannot write to", "Permission denied"
        )
    finally:
        output.chmod(0o755)
    assert contents(output) == before


def test_the_second_of_two_publishers_says_so(folder: Path):
    before = contents(folder / "published")
    make_build(folder, 2)
    with (folder / "published/.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert_one_sentence(publish_by_cli(folder), "Another command is publishing")
    assert contents(folder / "published") == before
    assert publish_by_cli(folder).returncode == 0


def test_folders_of_killed_publications_are_removed(folder: Path):
    stale = folder / "published/.publishing-of-a-killed-run"
    stale.mkdir()
    (stale / "bank_churn.duckdb").write_text("half")
    publish(arguments(folder))
    assert not stale.exists()


# History and rollback


def test_the_history_keeps_as_many_as_it_is_told(folder: Path):
    output = folder / "published"
    for number in range(2, 6):
        make_build(folder, number)
        publish(arguments(folder))
    kept = publications(output)
    assert len(kept) == 3
    rollback(output=output, to=kept[0])
    make_build(folder, 6)
    publish(arguments(folder))
    assert build_numbers(output) == [6, 6]
    assert publications(output)[:2] == kept[1:]
    for wrong in ("0", "many", "2.5", "true"):
        (folder / "dbt_project.yml").write_text(f"vars: {{kept_publications: {wrong}}}")
        assert_one_sentence(publish_by_cli(folder), "kept_publications", "whole number")


def test_a_publication_without_a_past_is_held_once(folder: Path):
    """One copy on the disk; whoever holds the file before open goes on reading it."""
    output = folder / "published"
    (folder / "dbt_project.yml").write_text("vars: {kept_publications: 1}")
    for number in (2, 3):
        make_build(folder, number)
        publish(arguments(folder))
        (only,) = publications(output)
        for file in PUBLISHED_FILES:
            assert (output / file.file_name).samefile(history_folder(output) / only / file.file_name)
        assert build_numbers(output) == [number, number]


def test_rollback_goes_back_and_forth(folder: Path):
    output = folder / "published"
    for number in (2, 3):
        make_build(folder, number)
        publish(arguments(folder))
    kept = publications(output)
    assert rollback(output=output) == kept[1]
    assert build_numbers(output) == [2, 2]
    assert rollback(output=output) == kept[0]
    with pytest.raises(BankChurnError, match="no earlier publication"):
        rollback(output=output)
    assert rollback(output=output, to=kept[2]) == kept[2]
    assert build_numbers(output) == [3, 3]
    with pytest.raises(BankChurnError, match="No publication 19990101 is kept"):
        rollback(output=output, to="19990101")
    modes = [(output / file.file_name).stat().st_mode & 0o777 for file in PUBLISHED_FILES]
    assert modes == [0o644, 0o600]


def test_rollback_undoes_what_was_written_into_a_published_file(folder: Path):
    output = folder / "published"
    with duckdb.connect(str(output / "bank_churn.duckdb")) as connection:
        connection.execute("delete from rates")
    rollback(output=output, to=publications(output)[0])
    assert build_numbers(output) == [1, 1]


def test_rollback_as_a_command(folder: Path):
    output = folder / "published"
    make_build(folder, 2)
    publish(arguments(folder))
    first, second = publications(output)
    listed = run_cli("rollback", "--list", "--output", str(output)).stdout.splitlines()
    assert [line[:8] for line in listed] == [f"* {second}", f"  {first}"]
    assert listed == list_publications(output)
    assert "volga: volga.csv" in listed[0]
    done = run_cli("rollback", "--output", str(output))
    assert done.returncode == 0, done.stderr
    assert f"publication {first}" in done.stdout
    assert build_numbers(output) == [1, 1]
    assert (
        run_cli("rollback", "--list", "--output", str(folder / "none")).stdout == "No publication is kept.\n"
    )
    assert_one_sentence(run_cli("rollback", "--output", str(folder / "none")), "Nothing is published")


def test_an_interrupted_rollback_is_finished_by_the_journal(folder: Path):
    output = folder / "published"
    make_build(folder, 2)
    publish(arguments(folder))
    first, second = publications(output)
    write_journal(output, first)
    shutil.copy(output / "history" / first / "bank_churn.duckdb", output)
    with publishing(output):
        assert build_numbers(output) == [1, 1]
    write_journal(output, "000099")  # its publication never came to be
    with publishing(output):
        assert build_numbers(output) == [1, 1]
    put_in_place(output, second)
    assert build_numbers(output) == [2, 2]


@pytest.mark.parametrize("text", ["", "000001", "000001 0000\n", "\x00\x00", "../../000001 x"])
def test_a_damaged_journal_does_no_harm(folder: Path, text: str):
    output = folder / "published"
    make_build(folder, 2)
    publish(arguments(folder))
    shutil.copy(output / "history/000001/bank_churn.duckdb", output)
    (output / "history/.swap").write_text(text)
    with publishing(output):
        assert build_numbers(output) == [2, 2]
    assert not (output / "history/.swap").exists()
    assert verify(output)[1] == []


def test_a_clock_set_back_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch):
    class Yesterday(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr("bank_churn.publishing.publication.datetime", Yesterday)
    make_build(folder, 2)
    publish(arguments(folder))
    output = folder / "published"
    assert publications(output) == ["000001", "000002"]
    assert rollback(output=output) == "000001"
    make_build(folder, 3)
    publish(arguments(folder))
    assert publications(output) == ["000001", "000002", "000003"]
    assert build_numbers(output) == [3, 3]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def test_damage_to_any_kept_file_is_found_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Three kinds of damage to each file of a publication with everything that one may have."""

    def pages(names: tuple[str, ...], folder: Path) -> list[Path]:
        for name in names:
            (folder / name).write_text("a page")
        return [folder / name for name in names]

    names = ("dashboard.ru.html", "dashboard.en.html", "model_passport.ru.html")
    monkeypatch.setattr(build, "dashboards_of", lambda published, history_of: pages(names, published.parent))
    monkeypatch.setattr(docs, "pages_of", lambda language, places, *, published: ("a page", "another"))
    places, output = arguments(tmp_path), tmp_path / "published"
    make_build(tmp_path, 1, clients=50)
    build.publish_and_export(places, language="ru")
    docs.make_docs(places, language="ru")
    make_build(tmp_path, 2, clients=50)
    build.publish_and_export(places, language="ru")
    kept = output / "history/000001"
    files = [kept / path for path in files_below(kept)]
    assert len(files) >= 15, files
    assert {path.suffix for path in files} == {".duckdb", ".parquet", ".xlsx", ".html", ".json"}
    for number, path in enumerate(files):
        whole = path.read_bytes()
        for turn, damage in enumerate((flip, cut, Path.unlink)):
            damage(path)
            assert any(str(path) in told for told in verify(output)[1]), (path, damage)
            if turn == number % 3:
                before = contents(output)
                with pytest.raises(BankChurnError, match=re.escape(str(path))):
                    rollback(output=output)
                assert contents(output) == before
            path.write_bytes(whole)
    assert rollback(output=output) == "000001"


@pytest.mark.parametrize("file", PUBLISHED_FILES)
def test_nothing_is_made_from_a_damaged_database(folder: Path, file: PublishedFile):
    output = folder / "published"
    flip(output / "history/000001" / file.file_name)
    before = contents(output)
    with pytest.raises(BankChurnError, match=rf"{file.file_name} is damaged.* Run `make publish`"):
        export(output=output, language="en")
    assert contents(output) == before


@pytest.mark.parametrize("damaged", ["bank_churn.duckdb", "bank_churn_clients.duckdb", "publication.json"])
def test_rollback_refuses_a_damaged_publication_before_it_touches_anything(folder: Path, damaged: str):
    output = folder / "published"
    make_build(folder, 2)
    publish(arguments(folder))
    path = output / "history/000001" / damaged
    flip(path)
    before = contents(output)
    assert_one_sentence(run_cli("rollback", "--output", str(output)), str(path))
    assert contents(output) == before
    assert_one_sentence(run_cli("verify", "--output", str(output)), str(path))
    assert build_numbers(output) == [2, 2]


def test_verify_finds_what_changed_in_place(folder: Path):
    output = folder / "published"
    assert verify(output)[1] == []
    (output / "dashboard.ru.html").write_text("of another day")
    (output / "bank_churn_clients.duckdb").unlink()
    wrong = "\n".join(verify(output)[1])
    assert "dashboard.ru.html" in wrong
    assert "bank_churn_clients.duckdb is missing" in wrong
    with publishing(output):
        pass
    assert verify(output)[1] == []


# Folders and modes


@pytest.mark.parametrize("umask", [0o000, 0o002, 0o077])
def test_modes_whatever_the_umask(tmp_path: Path, umask: int):
    make_build(tmp_path, 1)
    assert publish_by_cli(tmp_path, preexec_fn=lambda: os.umask(umask)).returncode == 0
    output = tmp_path / "published"
    modes = {name: (output / name).stat().st_mode & 0o777 for name in (".", "history", "bank_churn.duckdb")}
    assert modes == {".": 0o755, "history": 0o700, "bank_churn.duckdb": 0o644}
    assert (output / "bank_churn_clients.duckdb").stat().st_mode & 0o777 == 0o600
    assert (output / ".lock").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_safe_for_clients_is_refused(folder: Path):
    output = folder / "published"
    before = contents(output)
    output.chmod(0o777)
    assert_one_sentence(publish_by_cli(folder), "can be changed by other users")
    output.chmod(0o755)
    (folder / "elsewhere").mkdir()
    link = folder / "link"
    link.symlink_to(folder / "elsewhere")
    done = run_cli("export", "--output", str(link))
    assert_one_sentence(done, "symbolic link")
    if os.geteuid() == 0:
        os.chown(output, 12345, -1)
        assert_one_sentence(publish_by_cli(folder), "belongs to another user")
        os.chown(output, 0, -1)
    assert contents(output) == before


def test_the_second_says_whose_it_waits_for(folder: Path):
    with publishing(folder / "published"):
        done = publish_by_cli(folder)
    assert_one_sentence(done, "Another command is publishing", f"process {os.getpid()} since 20")
