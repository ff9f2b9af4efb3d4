"""A table in Postgres as an extract: equal to a csv file of it, read by a cursor, its password nowhere."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bank_churn.errors import BankChurnError
from bank_churn.intake import Found, prepare
from bank_churn.intake import postgres as reader
from bank_churn.intake.postgres import Table, table_copy, table_of
from bank_churn.months.snapshots import find_snapshots
from bank_churn.running.dbt_command import intake_variables
from conftest import ROOT, Build, run_build
from extracts import HEADER, good_row, to_line, write_lines

PASSWORD = "s3cret/p@ss#word"
QUOTED = "s3cret%2Fp%40ss%23word"
COUNT = 300


def program(name: str) -> str:
    """Where one of Postgres' programs is; Debian keeps them off the path."""
    found = [str(path) for path in Path("/usr/lib/postgresql").glob(f"*/bin/{name}")]
    path = max(found, default=None) or shutil.which(name)
    if path is None:
        pytest.skip("no Postgres server on this machine (apt-get install postgresql)")
    return path


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class Server:
    """A running server that asks for a password."""

    port: int
    folder: Path

    def address(self, table: str, *, password: str = QUOTED, user: str = "marketing") -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/postgres?table={table}"

    def execute(self, *statements: str) -> None:
        import psycopg

        login = f"host=127.0.0.1 port={self.port} user=admin dbname=postgres password={PASSWORD}"
        with psycopg.connect(login) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    pytest.importorskip("psycopg", reason="psycopg is not installed (make setup-postgres)")
    initdb, postgres = program("initdb"), program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    (folder / "password").write_text(PASSWORD + "\n")
    who: dict[str, Any] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres", "postgres")
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    command = [initdb, "-D", str(folder / "data"), "-U", "admin", "--auth=scram-sha-256", "--no-sync"]
    command += ["--pwfile", str(folder / "password"), "-E", "UTF8", "--locale=C"]
    subprocess.run(command, check=True, **silent, **who)
    port = free_port()
    command = [postgres, "-D", str(folder / "data"), "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
    process = subprocess.Popen([*command, "-k", str(folder), "-c", "fsync=off"], **silent, **who)
    try:
        for _ in range(200):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        found = Server(port, folder)
        for _ in range(50):
            try:
                fill(found)
                break
            except Exception:  # still starting
                time.sleep(0.2)
        else:
            fill(found)
        yield found
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def literal(text: str) -> str:
    return "null" if text == "" else "'" + text.replace("'", "''") + "'"


def fill(server: Server) -> None:
    """A typed table, one with a name that must be quoted, and a user who may read both and nothing else."""
    rows = ", ".join(
        "(" + ", ".join(literal(good_row(number)[name]) for name in HEADER) + ")" for number in range(COUNT)
    )
    server.execute(
        "drop schema if exists crm cascade",
        "create schema crm",
        """create table crm.clients (userid bigint, score integer, "City" text, "Gender" char(1),
        "Age" smallint, "Objects" numeric, "Balance" numeric(12, 2), "Products" integer,
        "CreditCard" boolean, "Loyalty" boolean, estimated_salary double precision, "Churn" boolean,
        note text)""",
        f"insert into crm.clients select v1::bigint, v2::int, v3, v4, v5::smallint, v6::numeric, v7::numeric,"
        f" v8::int, v9::boolean, v10::boolean, v11::double precision, v12::boolean,"
        f" E'two\\nlines, \"quoted\"' from (values {rows}) as"
        f" given (v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12)",
        """create table crm."a'; drop table clients; --" as select * from crm.clients limit 5""",
        "create table crm.secrets (id integer)",
        "drop role if exists marketing",
        f"create role marketing login password '{PASSWORD}'",
        "grant usage on schema crm to marketing",
        """grant select on crm.clients, crm."a'; drop table clients; --" to marketing""",
    )


def found_in(address: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    monkeypatch.setenv("METANPROM_CLIENTS", address)
    [found] = prepare(settings={"portfolios": ["metanprom"]}, folder=folder / "intake")
    return found


@pytest.mark.slow
def test_a_table_is_copied_by_a_cursor(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reader, "ROWS_AT_A_TIME", 7)
    found = found_in(server.address("crm.clients"), tmp_path, monkeypatch)
    assert found.told == "table crm.clients in Postgres, 300 rows"
    assert found.columns == (*HEADER, "note")
    assert Path(found.path).name == "metanprom-crm.clients.csv"
    assert Path(found.path).parent.stat().st_mode & 0o777 == 0o700
    assert "300" in found.told
    hostile = found_in(server.address("crm.a'; drop table clients; --"), tmp_path, monkeypatch)
    assert hostile.row_count == 5
    assert found_in(server.address("crm.clients"), tmp_path, monkeypatch).row_count == COUNT


STAGED = ("--select", "+int_clients__checked", "--indirect-selection", "cautious", "--quiet")
CHECKED = """select client_id, known_city, known_gender, age_number, credit_score_number, balance_number,
    has_credit_card_flag, is_active_flag, estimated_salary_number, is_churned_flag, rule_codes,
    source_row_number from int_clients__checked order by 1"""


def everything_written(build: Build) -> bytes:
    return b"".join(path.read_bytes() for path in build.folder.rglob("*") if path.is_file())


@pytest.mark.slow
def test_a_table_gives_what_its_csv_file_gives_and_no_password_is_left(server: Server, tmp_path: Path):
    plain = run_build(
        tmp_path / "plain",
        metanprom=write_lines(tmp_path / "plain.csv", [to_line(good_row(number)) for number in range(COUNT)]),
        arguments=STAGED,
    )
    build = run_build(tmp_path / "table", metanprom=server.address("crm.clients"), arguments=STAGED)
    assert "left out" in build.stderr, build.stdout + build.stderr
    assert build.query(CHECKED) == plain.query(CHECKED)
    written = everything_written(build) + (build.stdout + build.stderr).encode()
    for secret in (PASSWORD, QUOTED, "marketing:"):
        assert secret.encode() not in written


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"table": "crm.nowhere"}, 'relation "crm.nowhere" does not exist'),
        ({"table": "crm.secrets"}, "permission denied for table secrets"),
        ({"table": "crm.clients", "password": "wr0ng"}, "no connection to the Postgres database"),
        ({"table": "crm.clients", "user": "nobody"}, "no connection to the Postgres database"),
        ({"table": "crm.clients", "password": PASSWORD}, "signs such as @ / # ?"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(
    change: dict[str, str], words: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(BankChurnError, match=words.replace("?", r"\?")) as refused:
        found_in(server.address(**change), tmp_path, monkeypatch)
    told = str(refused.value) + repr(refused.value.__cause__)
    for secret in (PASSWORD, QUOTED, "wr0ng", "127.0.0.1"):
        assert secret not in told


@pytest.mark.slow
def test_check_reads_a_table(server: Server, tmp_path: Path):
    command = [sys.executable, "-m", "bank_churn.cli", "check", server.address("crm.clients")]
    command += ["--language", "en", "--database", str(tmp_path / "build/x.duckdb")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "table crm.clients in Postgres, 300 rows" in done.stdout
    assert "Portfolio: metanprom" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr


def test_no_server_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("psycopg", reason="psycopg is not installed (make setup-postgres)")
    address = f"postgresql://user:secret@127.0.0.1:{free_port()}/bank?table=clients"
    with pytest.raises(
        BankChurnError, match="no connection to the Postgres database of table clients"
    ) as refused:
        found_in(address, tmp_path, monkeypatch)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    [
        "mysql://user:secret@host/bank?table=clients",
        "postgresql://user:secret@host/bank",
        "postgresql://user:secret@host/bank?table=",
        "postgresql://user:se[cret@host/bank?table=clients&table=others",
    ],
)
def test_other_addresses_are_refused_without_their_passwords(address: str):
    with pytest.raises(BankChurnError, match="only that of a table in Postgres is read") as refused:
        table_of(address)
    assert "cret" not in str(refused.value)


def test_without_the_client_library_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(BankChurnError, match="make setup-postgres"):
        found_in("postgresql://user@host/bank?table=clients", tmp_path, monkeypatch)


def test_an_address_is_never_shown_by_its_table():
    table = table_of("postgresql://user:secret@host/bank?sslmode=require&table=crm.clients")
    assert table == Table("crm.clients", "postgresql://user:secret@host/bank?sslmode=require")
    assert "secret" not in repr(table)
    assert table_copy(Path("x"), "bank", Table("../a b/c", "")) == Path("x/bank-.._a_b_c.csv")


@pytest.mark.parametrize("variable", ["METANPROM_CLIENTS", "METANPROM_HOLDINGS"])
def test_what_dbt_is_given_holds_no_address(variable: str, tmp_path: Path):
    address = {variable: " postgresql://user:secret@host/bank?table=some"}
    given = intake_variables(address, tmp_path / "x.duckdb")
    assert given[variable] == str(tmp_path / "intake/x/metanprom-some.csv")
    assert "secret" not in str(given)


@pytest.mark.parametrize("said", ["file_name", "2026-01-31", {"column": "day"}])
def test_months_of_a_table_are_refused_without_its_password(
    said: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("METANPROM_CLIENTS", "postgresql://user:secret@host/bank?table=clients_2026-01-31")
    settings = {"portfolios": {"metanprom": {"snapshots": said}}}
    with pytest.raises(BankChurnError, match="a table in Postgres, and months are kept of files") as refused:
        find_snapshots(settings=settings, folder=tmp_path, memory=tmp_path / "memory.json")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("said", ["file_name", "2026-01-31"])
def test_a_table_beside_months_is_refused_without_its_password(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    clients = write_lines(tmp_path / "clients_2026-01-31.csv", [to_line(good_row(1))])
    monkeypatch.setenv("METANPROM_CLIENTS", clients)
    monkeypatch.setenv("METANPROM_HOLDINGS", "postgresql://user:secret@host/bank?table=held")
    settings = {"portfolios": {"metanprom": {"snapshots": said, "holdings": {"form": "file"}}}}
    with pytest.raises(BankChurnError, match="METANPROM_HOLDINGS is a table in Postgres") as refused:
        find_snapshots(settings=settings, folder=tmp_path, memory=tmp_path / "memory.json")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "variable", ["METANPROM_CLIENTS", pytest.param("METANPROM_HOLDINGS", marks=pytest.mark.slow)]
)
def test_plain_dbt_refuses_an_address_without_showing_it(variable: str, tmp_path: Path):
    """dbt logs its queries, so an address must not come into one."""
    command = [sys.executable, "-m", "dbt.cli.main", "compile", "-s", "stg_metanprom__clients"]
    variables = {
        variable: "postgresql://user:secret@host/bank?table=clients",
        "BANK_CHURN_DATABASE": str(tmp_path / "x.duckdb"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    command += ["--target-path", str(tmp_path / "target")]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert f"{variable} is an address" in done.stdout
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"secret" not in files + done.stdout.encode() + done.stderr.encode()
