"""How far a long file is read, on a terminal only."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

WIDTH = 30
SHORTEST_FILE = 20_000_000  # bytes; a shorter one is read before a bar is seen


class Progress:
    """A bar on standard error while a file is read; nothing without a terminal or for a short file."""

    def __init__(self, path: Path, raw: BinaryIO) -> None:
        """Remember whose bytes are counted.

        Args:
            path: The file, for its size and name.
            raw: The file as it was opened, compressed or not: its position is what is shown.
        """
        self.raw, self.name = raw, path.name
        self.size = path.stat().st_size
        self.shown = sys.stderr.isatty() and sys.stdout.isatty() and self.size > SHORTEST_FILE
        self.last = 0.0

    def __enter__(self) -> Progress:
        """Begin.

        Returns:
            This bar.
        """
        return self

    def tick(self, number: int) -> None:
        """Draw the bar anew from time to time.

        Args:
            number: Lines read so far.
        """
        if not self.shown or number % 20_000 or time.monotonic() - self.last < 0.2:
            return
        self.last = time.monotonic()
        share = min(self.raw.tell() / self.size, 1.0)
        bar = "#" * int(share * WIDTH)
        print(f"\r{self.name}: [{bar:<{WIDTH}}] {share:4.0%}", end="", file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the bar out."""
        if self.shown and self.last:
            print("\r" + " " * (len(self.name) + WIDTH + 10) + "\r", end="", file=sys.stderr, flush=True)
