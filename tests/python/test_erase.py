"""`bank_churn erase`: nothing of one client is left in what the project keeps, whenever it is killed."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from bank_churn.erasing.erase import erase, lines_without
from bank_churn.errors import BankChurnError
from bank_churn.exports.write import export
from bank_churn.publishing.history import verify
from bank_churn.publishing.publish import publish
from bank_churn.tools.files import only_one
from bank_churn.tools.places import Places
from conftest import Build
from left_of_client import places_of
from made_up_publication import arguments, make_build


def test_a_client_who_is_nowhere_is_said_to_be_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make_build(tmp_path, 1, clients=20)
    with pytest.raises(BankChurnError, match="No client id77 of volga is in what is kept"):
        erase(arguments(tmp_path), portfolio="volga", client_id="id77", receipts=tmp_path / "receipts")
    assert not list((tmp_path / "receipts").iterdir())


def test_lines_of_a_campaign_go_and_its_workbook_with_them(tmp_path: Path) -> None:
    table = tmp_path / "treated.csv"
    table.write_text("client_key;client_id;offer\nk1;7;a\nk2;77;a\n", encoding="utf-8")
    (tmp_path / "treated.xlsx").write_bytes(b"")
    assert not lines_without(table, {"8"})
    assert lines_without(tmp_path / "treated.xlsx", {"7", "k1"})
    assert lines_without(table, {"7", "k1"})
    assert table.read_text(encoding="utf-8") == "client_key;client_id;offer\nk2;77;a\n"
    assert not (tmp_path / "treated.xlsx").exists()


def test_what_killed_commands_left_of_databases_is_in_nobodys_way(tmp_path: Path) -> None:
    make_build(tmp_path, 1, clients=20)
    database = tmp_path / "build/bank_churn.duckdb"
    other = tmp_path / "build/other.duckdb"
    shutil.copy(database, other)
    left = [
        path.with_name(f"{path.stem}.unfinished{ending}")
        for path in (database, other)
        for ending in ("", ".wal", ".smaller", ".smaller.wal")
    ]
    for path in left:
        shutil.copy(database, path)
    erase(arguments(tmp_path), portfolio="volga", client_id="id7", receipts=tmp_path / "receipts")
    assert [path for path in left if path.exists()] == []


def test_an_export_after_an_erasure_is_of_what_was_written_anew(tmp_path: Path) -> None:
    make_build(tmp_path, 1, clients=20)
    publish(arguments(tmp_path))
    erase(arguments(tmp_path), portfolio="volga", client_id="id7", receipts=tmp_path / "receipts")
    output = tmp_path / "published"
    export(output=output, language="en")
    assert verify(output)[1] == []
    assert (output / "bank_churn_clients_en.xlsx").exists()
    assert places_of(output, {"id7", "key7"}, {7003.5}) == []


def test_what_is_damaged_is_not_written_anew_as_whole(tmp_path: Path) -> None:
    make_build(tmp_path, 1, clients=20)
    publish(arguments(tmp_path))
    database = tmp_path / "published/history/000001/bank_churn_clients.duckdb"
    content = bytearray(database.read_bytes())
    content[-100] ^= 1
    database.write_bytes(content)
    with pytest.raises(BankChurnError, match=r"Publication 000001 is damaged: .*bank_churn_clients\.duckdb"):
        erase(arguments(tmp_path), portfolio="volga", client_id="id7", receipts=tmp_path / "receipts")
    shutil.rmtree(tmp_path / "published/history/000001")
    with pytest.raises(BankChurnError, match="does not hold one whole publication: run `make publish`"):
        erase(arguments(tmp_path), portfolio="volga", client_id="id7", receipts=tmp_path / "receipts")


def test_a_build_beside_holds_up_an_erasure(tmp_path: Path) -> None:
    make_build(tmp_path, 1, clients=20)
    shutil.copy(tmp_path / "build/bank_churn.duckdb", tmp_path / "build/other.duckdb")
    with (
        only_one(tmp_path / "build/.other.duckdb.lock", taken=""),
        pytest.raises(BankChurnError, match=r"filling .*other.duckdb: .* run this one again"),
    ):
        erase(arguments(tmp_path), portfolio="volga", client_id="id7", receipts=tmp_path / "receipts")


@pytest.mark.slow
def test_nothing_is_left_of_a_client_of_the_demo(demo_build: Build, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    for name in ("build", "published", "target"):
        shutil.copytree(demo_build.folder / name, folder / name)
    [(portfolio, client_id, key, balance, salary)] = demo_build.query(
        """select portfolio, client_id, client_key, balance, estimated_salary from clients
        where portfolio = 'metanprom' and balance % 1 > 0 and estimated_salary % 1 > 0
        qualify count(*) over (partition by balance) = 1 and count(*) over (partition by estimated_salary) = 1
        order by client_key limit 1"""
    )
    places = Places(folder / "build/bank_churn.duckdb", folder / "target", folder / "published")
    wanted = ({client_id, key}, {balance, salary})
    assert len(places_of(folder, *wanted)) > 20
    path, receipt = erase(places, portfolio=portfolio, client_id=client_id, receipts=folder / "receipts")
    assert [place for place in places_of(folder, *wanted) if "manifest.json" not in place] == []
    assert verify(places.output)[1] == []
    assert client_id not in path.read_text(encoding="utf-8")
    assert receipt.extracts
    assert json.loads(path.read_text(encoding="utf-8"))["finished_at"]
    assert os.stat(path).st_mode & 0o777 == 0o600
