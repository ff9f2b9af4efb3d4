"""How far a long file is read, on a terminal only."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from bank_churn.tools.progress import Bar

SHORTEST_FILE = 20_000_000  # bytes; a shorter one is read before a bar is seen


class Progress(Bar):
    """A bar while a file is read; nothing for a short file."""

    def __init__(self, path: Path, raw: BinaryIO) -> None:
        """Remember whose bytes are counted."""
        self.raw, self.size = raw, max(path.stat().st_size, 1)
        super().__init__(path.name, is_long=self.size > SHORTEST_FILE)

    def tick(self, number: int) -> None:
        """Draw the bar anew from time to time.

        Args:
            number: Lines read so far.
        """
        if self.is_shown and number % 20_000 == 0:
            self.draw(self.raw.tell() / self.size)
