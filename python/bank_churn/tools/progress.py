"""How far a long job is: a bar on a terminal, nothing where the output goes to a file."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import duckdb

from bank_churn.tools.screen import screen
from bank_churn.words.speech import said

WIDTH = 30
PATIENCE = 1.0  # seconds without a bar: what is done by then needs none
INTERVAL = 0.2  # seconds from one drawing to the next


class Bar:
    """A bar on standard error while a job runs; it is wiped out when the job ends."""

    def __init__(self, name: str, *, is_long: bool = True) -> None:
        """Begin, without drawing yet."""
        self.name = said(name)
        self.is_shown = is_long and sys.stderr.isatty() and sys.stdout.isatty() and not screen.is_plain
        self.drawn_at = time.monotonic() + PATIENCE - INTERVAL
        self.width = 0

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def draw(self, share: float) -> None:
        """Draw the bar anew, from time to time.

        Args:
            share: What part is done, from 0 to 1; more counts as all.
        """
        now = time.monotonic()
        if not self.is_shown or now - self.drawn_at < INTERVAL:
            return
        self.drawn_at = now
        share = min(max(share, 0.0), 1.0)
        text = f"{self.name}: [{'#' * int(share * WIDTH):<{WIDTH}}] {share:4.0%}"
        self.width = len(text)
        print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self.wipe()

    def wipe(self) -> None:
        """Wipe the bar out, if it was drawn."""
        if self.width:
            print("\r" + " " * self.width + "\r", end="", file=sys.stderr, flush=True)


class QueryBar:
    """A bar that follows the queries of a DuckDB connection, each a part of the whole."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        *,
        total: float = 1.0,
        share: Callable[[], float] | None = None,
    ) -> None:
        """Get ready."""
        self.connection, self.bar, self.total = connection, Bar(name), max(total, 1e-9)
        self.share = share or self.reported
        self.done = self.size = 0.0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.follow, daemon=True)

    def __enter__(self) -> Self:
        """Begin to follow the connection."""
        if self.bar.is_shown:
            self.connection.execute("set enable_progress_bar = true; set enable_progress_bar_print = false")
            self.thread.start()
        return self

    def reported(self) -> float:
        """Ask DuckDB how far its current query is."""
        return max(self.connection.query_progress(), 0.0) / 100

    def follow(self) -> None:
        """Draw how far the whole is, until it is over."""
        while not self.is_over.wait(INTERVAL):
            self.bar.draw((self.done + self.size * self.share()) / self.total)

    @contextmanager
    def part(self, size: float = 1.0) -> Iterator[None]:
        """Count a query.

        Args:
            size: Its part of the whole.

        Yields:
            Nothing; the query runs meanwhile.
        """
        self.size = size
        yield
        self.done, self.size = self.done + size, 0.0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop following and wipe the bar out."""
        self.is_over.set()
        if self.thread.is_alive():
            self.thread.join()
        self.bar.wipe()
