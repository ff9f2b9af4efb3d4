"""How far a long file is read, on a terminal only."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from bank_churn.progress import Bar

SHORTEST_FILE = 20_000_000  # bytes; a shorter one is read before a bar is seen


class Progress:
    """A bar while a file is read; nothing for a short file."""

    def __init__(self, path: Path, raw: BinaryIO) -> None:
        """Remember whose bytes are counted.

        Args:
            path: The file, for its size and name.
            raw: The file as it was opened, compressed or not: its position is what is shown.
        """
        self.raw, self.size = raw, max(path.stat().st_size, 1)
        self.bar = Bar(path.name, is_long=self.size > SHORTEST_FILE)

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
        if self.bar.is_shown and number % 20_000 == 0:
            self.bar.draw(self.raw.tell() / self.size)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wipe the bar out."""
        self.bar.__exit__(kind, error, trace)
