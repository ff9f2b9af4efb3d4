"""Bars: drawn on a terminal only, for long jobs only, and wiped out at the end."""

from __future__ import annotations

import io
from types import SimpleNamespace

import duckdb
import pytest
from bank_churn.tools import progress
from bank_churn.tools.progress import Bar, QueryBar


class Terminal(io.StringIO):
    """What a terminal is shown."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error and output as one terminal, and bars without patience."""
    shown = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stdout=shown, stderr=shown))
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "INTERVAL", 0.0)
    return shown


def test_a_bar_grows_and_is_wiped_out(terminal: Terminal):
    with Bar("Publishing") as bar:
        bar.draw(0.5)
        bar.draw(7)
    half, whole, blank, _ = terminal.getvalue().split("\r")[1:]
    assert half == f"Publishing: [{'#' * 15:<30}]  50%"
    assert whole == f"Publishing: [{'#' * 30}] 100%"
    assert blank == " " * len(whole)


def test_a_short_job_has_no_bar(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
    with Bar("Publishing") as bar:
        bar.draw(0.5)
    with Bar("a small file", is_long=False) as bar:
        bar.draw(0.5)
    assert terminal.getvalue() == ""


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]):
    with duckdb.connect() as connection, QueryBar(connection, "Publishing") as bar, bar.part():
        connection.execute("select count(*) from range(1000000)").fetchall()
    assert not bar.thread.is_alive()
    assert capsys.readouterr() == ("", "")


def test_a_bar_follows_the_queries_of_a_connection(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(progress, "INTERVAL", 0.001)
    with duckdb.connect() as connection, QueryBar(connection, "Publishing", total=4) as bar:
        for _ in range(3):
            with bar.part():
                connection.execute("create or replace table t as from range(3000000) select md5(range::text)")
        assert bar.done == 3
    shares = [int(text.split("]")[1].strip(" %")) for text in terminal.getvalue().split("\r") if "]" in text]
    assert shares == sorted(shares)
    assert 25 <= shares[-1] <= 100


def test_an_error_in_a_query_stops_the_bar(terminal: Terminal):
    connection = duckdb.connect()
    bar = QueryBar(connection, "Publishing")
    with pytest.raises(duckdb.Error), bar, bar.part():
        connection.execute("select error('no')").fetchall()
    assert not bar.thread.is_alive()
